"""The Python half of the site: which modules go there, compiled and packed.

``library`` holds Python's own modules as a zip, because Python reads that before anything
of ours runs; ``packages`` what the app stands on, and ``rest`` what of that no page asks
for; ``app`` is the app itself, whose sources come along: pages show them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from site_build.packing import Pack
from site_build.sources import ROOT, unpacked
from site_build.used import is_large, used_modules

SITE_PACKAGES = "/lib/python3.13/site-packages"
HOME = "/home/pyodide"
ROOMS = ("formulas", "notation", "charts", "ui", "pages")
PURE = (
    "sympy", "mpmath", "protobuf", "starlette", "anyio", "idna", "typing_extensions",
    "python-multipart", "itsdangerous", "packaging", "blinker",
)  # fmt: skip
SELDOM = (
    "numpy.distutils", "numpy.f2py", "numpy.polynomial", "numpy.testing", "numpy.fft",
    "numpy.doc", "numpy.core", "numpy.conftest", "numpy._pyinstaller",
    )  # fmt: skip
LEFT_OUT = ("streamlit.hello", "streamlit.testing", ".agents", "isympy")
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


def write_library(target: Path, work: Path) -> None:
    """Write Python's own modules, compiled, as the zip that Pyodide starts with."""
    folder = work / "library"
    with zipfile.ZipFile(unpacked("pyodide") / "package" / "python_stdlib.zip") as old:
        old.extractall(folder)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    origin = "/lib/python313.zip"
    modules = {
        path: Module("", path, f"{origin}/{path.relative_to(folder)}", 2)
        for path in files
        if path.suffix == ".py"
    }
    _compile(modules.values(), work)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for path in files:
            name = path.relative_to(folder)
            if _named(".".join(name.with_suffix("").parts), LEFT_OUT_OF_LIBRARY):
                continue
            content = path.read_bytes()
            if path in modules:
                content = _header() + path.with_suffix(".code").read_bytes()
                name = name.with_suffix(".pyc")
            entry = zipfile.ZipInfo(str(name))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)


def _header() -> bytes:
    """Return what stands in front of the code in a file of it, for Python 3.13."""
    magic = (3571).to_bytes(2, "little") + b"\r\n"
    return magic + bytes(12)


def write_packages(target: Path, rest: Path, work: Path) -> None:
    """Write the packages that the app stands on.

    Parameters
    ----------
    target, rest : Path
        Where the pack goes, and that of the modules which no page asks for.
    work : Path
        A folder for what comes up on the way.
    """
    folder = work / "packages"
    used = used_modules()
    pack, unused = Pack(), Pack()
    for name in ("numpy", *PURE):
        shutil.copytree(unpacked(name), folder, dirs_exist_ok=True)
    for wheel in sorted((unpacked("stlite") / "package/build/wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    modules = list(_modules(folder, SITE_PACKAGES, level=2))
    _compile([module for module in modules if module.file.suffix == ".py"], work)
    for module in modules:
        kept = module.name in used if is_large(module.name) else True
        kept = kept and not _named(module.name, SELDOM)
        _add_module(pack if kept else unused, module)
    for path in sorted(folder.rglob("*")):
        kept = path.suffix == ".so" or path.name == "METADATA"
        if kept and path.is_file() and not _named(_dotted(path, folder), LEFT_OUT):
            pack.add_file(
                f"{SITE_PACKAGES}/{path.relative_to(folder)}", path.read_bytes()
            )
    pack.write(target, elsewhere=unused.modules)
    unused.write(rest)


def write_app(target: Path, work: Path, placed: str) -> None:
    """Write the app.

    Parameters
    ----------
    target : Path
        Where the pack goes.
    work : Path
        A folder for what comes up on the way.
    placed : str
        What ``ui/placed.json`` says there; see `ui.assets`.
    """
    folder = work / "app"
    ignored = shutil.ignore_patterns("__pycache__", "browser")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copy(ROOT / "app.py", folder)
    (folder / "ui" / "placed.json").write_text(placed)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    pack = Pack()
    modules = list(_modules(folder, HOME, level=0))
    _compile(modules, work)
    for module in modules:
        _add_module(pack, module)
    for path in files:
        pack.add_file(f"{HOME}/{path.relative_to(folder)}", path.read_bytes())
    pack.write(target)


def _modules(folder: Path, home: str, level: int) -> Iterator[Module]:
    """Return what can be imported; a folder without a file of its own gets an empty one."""
    for path in list(folder.rglob("*.py")):
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
    if module.file.suffix == ".py":
        code = module.file.with_suffix(".code").read_bytes()
    else:
        code = module.file.read_bytes()[len(_header()) :]
    pack.add_module(module.name, code, module.origin, package=module.is_package)


def _compile(modules: Iterable[Module], work: Path) -> None:
    """Write the code of each module beside it."""
    jobs = work / "jobs.json"
    jobs.write_text(
        json.dumps(
            [(str(m.file.relative_to(work)), m.origin, m.level) for m in modules]
        )
    )
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node.js is needed to compile Python's files: install it.")
    script = Path(__file__).with_name("compile.mjs")
    command = [node, str(script), str(_pyodide_for_node(work)), str(work), str(jobs)]
    subprocess.run(command, check=True)  # noqa: S603


def _pyodide_for_node(work: Path) -> Path:
    """Return Pyodide where Node finds the package that it names and does not use."""
    folder = work / "node_modules"
    if not folder.exists():
        (folder / "ws").mkdir(parents=True)
        (folder / "ws" / "package.json").write_text('{"type":"module","main":"ws.js"}')
        (folder / "ws" / "ws.js").write_text("export default null;\n")
        shutil.copytree(unpacked("pyodide") / "package", folder / "pyodide")
    return folder / "pyodide"
