"""What is bundled, whose it is and under which license."""

from __future__ import annotations

import json
from pathlib import Path

from site_build.sources import ROOT, sources, unpacked

HEAD = """This site holds a formula explorer and, unchanged but for compiling Python files,
what it stands on:
"""
# Inside of what is listed: Pyodide holds Python, stlite holds Streamlit.
INSIDE = (
    ("Python", "3.13.2", "PSF-2.0"),
    ("Streamlit", "1.62.0", "Apache-2.0"),
)


def write(target: Path) -> None:
    """Write the list, and the text of every license that a package carries."""
    lines = [HEAD]
    for name, source in sources().items():
        lines.append(f"- {name} {source['version']}: {source['license']}")
    lines += [f"- {name} {version}: {text}" for name, version, text in INSIDE]
    lines.append(f"- plotly.js {_plotly_version()}, the parts that are used: MIT")
    for name in sources():
        for path in sorted(unpacked(name).rglob("*")):
            if path.is_file() and path.stem.upper() in (
                "LICENSE",
                "LICENCE",
                "COPYING",
            ):
                text = path.read_text("utf-8", errors="replace")
                lines.append(f"\n{'=' * 70}\n{name}: {path.name}\n{'=' * 70}\n{text}")
    target.write_text("\n".join(lines) + "\n", "utf-8")


def _plotly_version() -> str:
    bundle = json.loads((ROOT / "ui" / "bundle" / "package.json").read_text("utf-8"))
    return str(bundle["dependencies"]["plotly.js"])
