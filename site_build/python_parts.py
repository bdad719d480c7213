"""The Python half of the site: which modules go there, compiled and packed.

``library`` holds Python's own modules as a zip, because Python reads that before anything
of ours runs; ``packages`` what the app stands on, and ``rest`` what of that no page asks
for; ``app`` is the app itself; sources that pages show come along.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_build import browser_parts
from site_build.packing import Pack
from site_build.sources import ROOT, unpacked
from site_build.used import is_large, used_modules

SITE_PACKAGES = "/lib/python3.13/site-packages"
HOME = "/home/pyodide"
ROOMS = ("formulas", "notation", "charts", "ui", "pages")
UNSHOWN = ("notation", "charts", "ui")  # whose sources no page shows or looks into
PURE = (
    "sympy", "mpmath", "protobuf", "starlette", "anyio", "idna", "typing_extensions",
    "python-multipart", "itsdangerous", "packaging", "blinker",
)  # fmt: skip
LEFT_OUT = (
    "streamlit.hello", "streamlit.testing", ".agents", "isympy",
    "numpy.linalg.lapack_lite",
)  # fmt: skip
# Asked for when a page connects, which is more than `_trace` sees.
AT_VISIT = {"encodings.idna", "gzip", "html", "html.entities", "stringprep"}
DOCUMENTED = "numpy._core.multiarray"  # needs its docstrings to start
LEFT_OUT_OF_LIBRARY = (
    "idlelib", "turtle", "turtledemo", "lib2to3", "ensurepip", "tkinter", "pdb",
    "doctest", "pydoc_data", "xmlrpc", "wsgiref", "test", "venv", "curses", "dbm",
    "sqlite3", "pip", "smtplib", "imaplib", "ftplib", "poplib", "nntplib", "mailbox",
    "cProfile", "profile", "pstats", "pickletools", "pyclbr", "tabnanny", "webbrowser",
)  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A module on its way into a pack.

    Attributes
    ----------
    name : str
        Its full name.
    file : Path
        Its source, or its code where there is no source.
    origin : str
        The path that it says it comes from.
    level : int
        How much of its source the compiler drops: 2 takes docstrings and assertions.
    """

    name: str
    file: Path
    origin: str
    level: int

    @property
    def is_package(self) -> bool:
        """Whether it may have modules below it."""
        return self.file.stem == "__init__"


def write(folder: Path, work: Path, told: Mapping[str, Any]) -> None:
    """Write ``library.zip``, and the packs ``packages``, ``rest`` and ``app``.

    Parameters
    ----------
    folder : Path
        Where they go.
    work : Path
        A folder for what comes up on the way.
    told : mapping
        What the app is told in files below ``ui/`` that a server has not, by their names.
    """
    _app(work / "app", told).write(folder / "app.pack")
    library = _library(work / "library")
    modules = [*library, *_packages(work / "packages")]
    _compile(modules, work)
    first = set(_trace(work))
    _write_library(
        folder / "library.zip",
        work / "library",
        {one.file for one in library if one.name in first},
    )
    files = Pack()
    _add_files(files, work / "packages")
    everything = Pack()
    for module in modules:
        _add_module(everything, module)
    everything.write(work / "everything.pack")
    files.write(work / "files.pack")
    names = ("everything.pack", "files.pack", "tracer.pack")
    _tracer(work / "tracer.pack")
    start = Path(__file__).parent / "web" / "start.py"
    packs = [work / name for name in names] + [folder / "app.pack"]
    used = {*_trace(work, start, *packs), *used_modules(), *AT_VISIT}
    packages, rest = files, Pack()
    for module in modules:
        if module.name not in first or module not in library:
            kept = module.name in used or not (
                is_large(module.name) or module in library
            )
            _add_module(packages if kept else rest, module)
    packages.write(folder / "packages.pack", elsewhere=rest.modules)
    rest.write(folder / "rest.pack")


def _library(folder: Path) -> list[Module]:
    """Unpack Python's own modules, but for those that no app has a use for."""
    with zipfile.ZipFile(browser_parts.pyodide() / "python_stdlib.zip") as archive:
        archive.extractall(folder)
    found = _modules(folder, "/lib/python313.zip", level=2, whole=False)
    return [one for one in found if not _named(one.name, LEFT_OUT_OF_LIBRARY)]


def _packages(folder: Path) -> list[Module]:
    """Unpack what the app stands on."""
    for name in ("numpy", *PURE):
        shutil.copytree(unpacked(name), folder, dirs_exist_ok=True)
    for wheel in sorted((browser_parts.stlite() / "wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return list(_modules(folder, SITE_PACKAGES, level=2))


def _add_files(pack: Pack, folder: Path) -> None:
    """Add the compiled halves of NumPy, and what Streamlit reads of its own version."""
    for path in sorted(folder.rglob("*")):
        streamlits = path.name == "METADATA" and "streamlit" in path.parent.name
        if (path.suffix == ".so" or streamlits) and not _named(
            _dotted(path, folder), LEFT_OUT
        ):
            name = f"{SITE_PACKAGES}/{path.relative_to(folder)}"
            pack.add_file(name, path.read_bytes())


def _write_library(target: Path, folder: Path, first: set[Path]) -> None:
    """Write the zip of what Python reads before it knows of packs."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path in first:
                content = _header() + path.with_suffix(".code").read_bytes()
                name = name.with_suffix(".pyc")
            elif path.is_file() and path.suffix not in (".py", ".code"):
                content = path.read_bytes()
            else:
                continue
            entry = zipfile.ZipInfo(str(name))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def _header() -> bytes:
    """Return what stands in front of the code in a file of it, for Python 3.13."""
    magic = (3571).to_bytes(2, "little") + b"\r\n"
    return magic + bytes(12)


def _app(folder: Path, told: Mapping[str, Any]) -> Pack:
    """Return the app as a pack: its files, and its modules compiled."""
    ignored = shutil.ignore_patterns("__pycache__", "browser")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copy(ROOT / "app.py", folder)
    for name, content in told.items():
        (folder / "ui" / f"{name}.json").write_text(json.dumps(content), "utf-8")
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not (path.suffix == ".py" and path.relative_to(folder).parts[0] in UNSHOWN)
    ]
    modules = list(_modules(folder, HOME, level=0))
    _compile(modules, folder.parent)
    pack = Pack()
    for module in modules:
        _add_module(pack, module)
    for path in files:
        pack.add_file(f"{HOME}/{path.relative_to(folder)}", path.read_bytes())
    return pack


def _tracer(target: Path) -> None:
    """Write a pack with what `_trace` runs there."""
    pack = Pack()
    for name in ("__init__", "sources", "used"):
        path = Path(__file__).with_name(f"{name}.py")
        pack.add_file(f"{HOME}/site_build/{path.name}", path.read_bytes())
    pack.write(target)


def _trace(work: Path, *given: Path) -> list[str]:
    """Return the modules that Python has in the end; see ``trace.mjs``."""
    names: list[str] = json.loads(_node(work, "trace.mjs", *map(str, given)))
    return names


def _modules(
    folder: Path, home: str, level: int, *, whole: bool = True
) -> Iterator[Module]:
    """Return what can be imported; a folder without a file of its own gets an empty one."""
    for path in list(folder.rglob("*.py")) if whole else ():
        for above in path.relative_to(folder).parents[:-1]:
            if not any((folder / above).glob("__init__.py*")):
                (folder / above / "__init__.py").touch()
    for path in sorted(folder.rglob("*.py*")):
        name = _dotted(path, folder)
        if path.suffix not in (".py", ".pyc") or _named(name, LEFT_OUT):
            continue
        if "tests" in path.parts or not all(map(str.isidentifier, name.split("."))):
            continue
        origin = f"{home}/{path.relative_to(folder).with_suffix('.py')}"
        yield Module(name, path, origin, 1 if name == DOCUMENTED else level)


def _dotted(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _named(name: str, listed: Iterable[str]) -> bool:
    """Tell whether a module, or one above it, is listed."""
    return any(name == one or name.startswith(f"{one}.") for one in listed)


def _add_module(pack: Pack, module: Module) -> None:
    code = module.file.with_suffix(".code").read_bytes()
    pack.add_module(module.name, code, module.origin, package=module.is_package)


def _compile(modules: Iterable[Module], work: Path) -> None:
    """Write the code of each module beside it."""
    jobs = work / "jobs.json"
    jobs.write_text(
        json.dumps(
            [(str(m.file.relative_to(work)), m.origin, m.level) for m in modules]
        )
    )
    _node(work, "compile.mjs", str(work), str(jobs))


def _node(work: Path, script: str, *given: str) -> str:
    """Run a script of ours in Node, with Pyodide; return what it prints."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node.js is needed to compile Python's files: install it.")
    path = Path(__file__).with_name(script)
    command = [node, str(path), str(_pyodide_for_node(work)), *given]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return run.stdout


def _pyodide_for_node(work: Path) -> Path:
    """Return Pyodide where Node finds the package that it names and does not use."""
    folder = work / "node_modules"
    if not folder.exists():
        (folder / "ws").mkdir(parents=True)
        (folder / "ws" / "package.json").write_text('{"type":"module","main":"ws.js"}')
        (folder / "ws" / "ws.js").write_text("export default null;\n")
        shutil.copytree(browser_parts.pyodide(), folder / "pyodide")
    return folder / "pyodide"
