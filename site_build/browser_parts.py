"""The page's half of the site: Streamlit's scripts by stlite, Pyodide, and our own."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path

from site_build.sources import sources, unpacked

# Elements that the app never shows; each is a script of its own that would lie there unused.
UNUSED = re.compile(
    r"(DeckGl|PlotlyChart|GraphViz|mermaid|.*[dD]iagram-|cynefin|cytoscape|dagre|cose|"
    r"DataFrame|ArrowVegaLite|wavesurfer|VegaLite|Snow-|Balloons|swimlanes|katex-)"
)
PYODIDE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm")
WORKER = re.compile(r'data:text/javascript;base64,([A-Za-z0-9+/=]+)"')


def place_pyodide(site: Path) -> str:
    """Copy Pyodide; return the name of its folder."""
    folder = f"pyodide-{sources()['pyodide']['version']}/"
    (site / folder).mkdir()
    for name in PYODIDE:
        shutil.copy(pyodide() / name, site / folder)
    return folder


def pyodide() -> Path:
    """Return the folder that Pyodide lies in."""
    return unpacked("pyodide") / "package"


def place_stlite(site: Path) -> str:
    """Copy what a page needs of stlite; return the name of its folder."""
    folder = f"stlite-{sources()['stlite']['version']}/"
    for path in stlite_files():
        target = site / folder / path.relative_to(stlite())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def stlite() -> Path:
    """Return the folder that stlite's scripts lie in."""
    return unpacked("stlite") / "package" / "build"


def stlite_files() -> list[Path]:
    """Return the scripts, styles and fonts of stlite that the app may ask for."""
    return [
        path
        for path in sorted(stlite().rglob("*"))
        if path.is_file()
        and path.suffix in (".js", ".css", ".woff2")
        and not UNUSED.match(path.name)
    ]


def stlite_worker() -> bytes:
    """Return stlite's worker, which stands inside its main script as text."""
    main = _one(r"index-.*\.js", "data:text/javascript;base64,")
    found = WORKER.search(main.read_text("utf-8"))
    if found is None:
        raise SystemExit(f"{main.name} holds no worker: is this another stlite?")
    return base64.b64decode(found.group(1))


def katex() -> Path:
    """Return the script with the plugin that sets formulas."""
    return _one(r"index-.*\.js", "rehype-katex/node_modules", ".map").with_suffix("")


def main_script() -> Path:
    """Return the largest of stlite's scripts, which all others import."""
    return _one(r"index-.*\.js", "data:text/javascript;base64,")


def _one(name: str, content: str, suffix: str = "") -> Path:
    """Return the one file of stlite with this name and content."""
    found = [
        path
        for path in stlite().glob(f"*.js{suffix}")
        if re.match(name, path.name) and content in path.read_text("utf-8")
    ]
    if len(found) != 1:
        raise SystemExit(
            f"{len(found)} scripts hold {content}: is this another stlite?"
        )
    return found[0]


def integrity(content: bytes) -> str:
    """Return what a browser compares a file with."""
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return f"sha384-{digest}"
