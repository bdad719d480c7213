"""Write the site.

python -m site_build                     # everything in one folder, no network needed
python -m site_build --cdn               # Pyodide and stlite come from a public CDN
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Any

from site_build import browser_parts, licenses, python_parts
from site_build.pages import WEB, pages, write_pages
from site_build.sources import CACHE, ROOT, sources

NEAR = 10  # positions on each side of the thumb that are drawn before the others
STATIC = "static/js"  # where Streamlit's own scripts lie on a server


def main() -> None:
    """Read what is wanted, and write it."""
    parser = argparse.ArgumentParser(prog="site_build", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="the folder")
    parser.add_argument("--cdn", action="store_true", help="a small folder")
    given = parser.parse_args()
    build(given.out, cdn=given.cdn)


def build(site: Path, *, cdn: bool = False) -> None:
    """Write the site anew.

    Parameters
    ----------
    site : Path
        The folder, whose contents go.
    cdn : bool
        Whether Pyodide and stlite are loaded from where they are published; else they lie
        in the folder, and the site needs no other host.
    """
    if site.exists():
        shutil.rmtree(site)
    (site / STATIC).mkdir(parents=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    parts = _place_browser_parts(site, cdn=cdn)
    parts |= _place_python_parts(site, parts)
    first = _first_visit(parts)
    parts["kept"] = [*first, *(f"{page.name}/".lstrip("/") for page in pages())]
    size = sum(_travels(site, name) for name in first) / 1e6
    write_pages(site, parts, size)
    (site / "site.json").write_text(json.dumps(_said(parts, size), indent=1))
    _write_service_worker(site, parts)
    licenses.write(site / "licenses.txt")
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    sys.stdout.write(
        f"{site}: {total / 1e6:.1f} MB; a first visit loads {size:.1f} MB\n"
    )


def _place_browser_parts(site: Path, *, cdn: bool) -> dict[str, Any]:
    """Place all scripts; return their addresses below the root, by what they are."""
    folders = {}
    for name, place in (
        ("pyodide", browser_parts.place_pyodide),
        ("stlite", browser_parts.place_stlite),
    ):
        folders[name] = sources()[name]["cdn"] if cdn else place(site)
    stlite = folders["stlite"]
    main, katex = browser_parts.main_script().name, browser_parts.katex().name
    worker = browser_parts.stlite_worker()
    return {
        "pyodide": folders["pyodide"],
        "stlite": f"{stlite}stlite.js",
        "style": f"{stlite}stlite.css",
        "early": [f"{stlite}{main}"],
        "katex": f"{stlite}{katex}",
        "integrity": _digests(folders) if cdn else {},
        "boot": _hashed(site, "boot.js", (WEB / "boot.js").read_bytes(), STATIC),
        "loader": _hashed(site, "loader.mjs", (WEB / "loader.mjs").read_bytes()),
        "worker": _hashed(site, "worker.js", (WEB / "worker.js").read_bytes()),
        "stliteWorker": _hashed(site, "stlite-worker.js", worker),
        "start": _hashed(site, "start.py", (WEB / "start.py").read_bytes()),
    }


def _digests(folders: dict[str, str]) -> dict[str, str]:
    """Return what the files of other hosts have to be, by address."""
    digests = {}
    for path in browser_parts.stlite_files():
        if path.suffix in (".js", ".css"):
            address = f"{folders['stlite']}{path.relative_to(browser_parts.stlite())}"
            digests[address] = browser_parts.integrity(path.read_bytes())
    for name in browser_parts.PYODIDE:
        content = (browser_parts.pyodide() / name).read_bytes()
        digests[f"{folders['pyodide']}{name}"] = browser_parts.integrity(content)
    return digests


def _place_python_parts(site: Path, parts: dict[str, Any]) -> dict[str, Any]:
    """Place what Python needs, and the live figure's files."""
    from ui import assets

    placed = dict(assets.browser_files())
    own = [placed["plotly"], placed["entry"], placed["style"], *placed["modules"]]
    for name in map(str, own):
        target = site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(assets.STATIC / name.removeprefix(f"{assets.SERVED}/"), target)
    placed |= {"katex": parts["katex"], "near": NEAR}
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made, work = Path(folder, "made"), Path(folder, "work")
        made.mkdir()
        work.mkdir()
        python_parts.write(made, work, {"placed": placed, "prepared": _pictures()})
        names = {
            path.stem: _hashed(site, path.name, path.read_bytes())
            for path in sorted(made.iterdir())
        }
    return {
        "library": names["library"],
        "packs": [names["packages"], names["app"]],
        "rest": names["rest"],
        "sweeps": placed["sweeps"],
        "figure": own,
    }


def _pictures() -> dict[str, str]:
    """Return the pictures of the home page's cards; see `ui.prepared`."""
    from ui.catalogue import LESSONS
    from ui.overview import picture

    return {lesson.key: picture(lesson) for lesson in LESSONS}


def _hashed(site: Path, name: str, content: bytes, folder: str = "") -> str:
    """Write a file whose name changes with its contents; return that."""
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:10]
    path = Path(folder) / f"{stem}-{digest}.{suffix}"
    (site / path).write_bytes(content)
    return str(path)


def _first_visit(parts: dict[str, Any]) -> list[str]:
    """Return what a first visit to a lesson loads."""
    return [
        *(f"{parts['pyodide']}{name}" for name in browser_parts.PYODIDE),
        *parts["packs"], parts["library"], parts["start"],
        parts["boot"], parts["loader"], parts["worker"], parts["stliteWorker"],
        parts["stlite"], parts["style"], *parts["early"], parts["katex"], *parts["figure"],
    ]  # fmt: skip


def _travels(site: Path, name: str) -> int:
    """Return how many bytes of a file travel where the server compresses."""
    path = site / name
    if not path.is_file():
        return 0
    content = path.read_bytes()
    packed = path.suffix in (".pack", ".zip")
    return len(content if packed else gzip.compress(content, 6))


def _said(parts: dict[str, Any], size: float) -> dict[str, Any]:
    return {"first visit, MB": round(size, 1), "parts": parts}


def _write_service_worker(site: Path, parts: dict[str, Any]) -> None:
    text = json.dumps(parts, sort_keys=True)
    hosts: Iterable[str] = {parts["pyodide"], parts["stlite"].removesuffix("stlite.js")}
    script = Template((WEB / "sw.js").read_text("utf-8")).safe_substitute(
        version=f"formulas-{hashlib.sha256(text.encode()).hexdigest()[:10]}",
        hosts=json.dumps(sorted(host for host in hosts if "://" in host)),
    )
    (site / "sw.js").write_text(script, "utf-8")


if __name__ == "__main__":
    main()
