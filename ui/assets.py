"""Where the browser gets Plotly and the live figure's own files from: said here alone.

The static site has placed them when it was built, and says in ``placed.json`` where
(`site_build`).
"""

from __future__ import annotations

import functools
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent / "browser"
STATIC = Path(__file__).parent.parent / "static"
PLACED = Path(__file__).with_name("placed.json")
BUNDLE = Path(__file__).with_name("bundle")
SERVED = "app/static"  # below the app's address, by Streamlit
ENTRY, STYLE = "live.js", "live.css"
SWEEPS = "sweep"  # where the server answers a grabbed slider, see `ui.sweep_route`


@functools.cache
def browser_files() -> dict[str, Any]:
    """Place what the browser needs where Streamlit serves it.

    Returns
    -------
    dict
        Addresses below the app's: ``plotly``; ``entry``, the module that starts;
        ``modules``, the others that it imports; ``style``; ``katex``, Streamlit's own
        module that sets formulas. Each holds a version or a hash, so that browsers may
        keep the files. ``sweeps`` is where a grabbed slider asks, and ``near``, on the
        static site alone, how many positions beside its thumb are asked for first.
    """
    if PLACED.exists():
        placed: dict[str, Any] = json.loads(PLACED.read_text("utf-8"))
        return placed
    import streamlit

    plotly_name, bundle = plotly_script()
    own = {path.name: path for path in sorted(SOURCES.iterdir()) if path.is_file()}
    folder = f"live-{_digest(own)}"
    _place({plotly_name: bundle, **{f"{folder}/{n}": p for n, p in own.items()}})
    served = f"{SERVED}/{folder}"
    streamlits = Path(streamlit.__file__).parent / "static" / "static" / "js"
    katex = next(
        (p.name for p in sorted(streamlits.glob("rehype-katex.*.js"))), "none.js"
    )
    others = [name for name in own if name.endswith(".js") and name != ENTRY]
    return {
        "plotly": f"{SERVED}/{plotly_name}",
        "entry": f"{served}/{ENTRY}",
        "modules": [f"{served}/{name}" for name in others],
        "style": f"{served}/{STYLE}",
        "katex": f"static/js/{katex}",
        "sweeps": SWEEPS,
        "near": 0,
    }


def plotly_script(folder: Path = BUNDLE) -> tuple[str, Path]:
    """Return what Plotly's script is called, and where it is.

    That is the small one that ``make plotly`` has made of a few kinds of traces, unless
    there is none, or it was made of others than ``folder`` names today; else the whole one
    of the Python package.
    """
    import plotly

    digest = hashlib.sha256()
    for part in ("entry.js", "package-lock.json"):
        digest.update((folder / part).read_bytes())
    small = folder / "plotly.min.js"
    if small.exists():
        with small.open(encoding="utf-8") as lines:
            made_of = lines.readline()
        if digest.hexdigest() in made_of:
            return f"plotly-{digest.hexdigest()[:12]}.min.js", small
    whole = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return f"plotly-{plotly.__version__}.min.js", whole


def _digest(files: Mapping[str, Path]) -> str:
    """Return a name for the contents of some files."""
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _place(files: Mapping[str, Path]) -> None:
    """Copy files into the served folder; one that is there is the right one."""
    for name, source in files.items():
        target = STATIC / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Another process may be starting too: each writes a file of its own first.
            with tempfile.NamedTemporaryFile(
                dir=target.parent, delete=False
            ) as partial:
                partial.write(source.read_bytes())
            Path(partial.name).chmod(0o644)
            Path(partial.name).replace(target)
