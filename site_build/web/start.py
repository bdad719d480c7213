"""What the browser's Python runs first: where modules come from, and what a server has.

Run by ``loader.mjs`` when the packs are there.
"""

import gc
import io
import json
import marshal
import sys
import types
import zlib
from importlib.machinery import ModuleSpec
from pathlib import Path

GZIP = 31  # what zlib is told to read it
KEPT = 16 * 2**20  # bytes of sweeps, and of histories, for the browser's one visitor
UNUSED = (
    "PIL", "PIL.Image", "PIL.ImageFile", "pandas", "pandas.api", "pandas.api.types",
    "altair", "fastparquet", "pyarrow", "ssl", "_interpqueues", "_interpreters",
)  # fmt: skip


class Packed:
    """Modules out of the packs: found by name, read where they lie.

    Parameters
    ----------
    file : file
        Holds the code of all modules.
    modules : dict
        For each its place and length in the file, where it says it comes from, and
        whether it is a package.
    elsewhere : sequence of str
        The modules of the pack that is fetched when one of them is asked for.
    """

    def __init__(self, file, modules, elsewhere=()):
        self._file = file
        self._modules = modules
        self._elsewhere = frozenset(elsewhere)

    def find_spec(self, name, path=None, target=None):
        """Find a module; nothing if it is in no pack."""
        if name in self._elsewhere:
            self._elsewhere = frozenset()
            others = unpacked(self.fetch_rest().to_bytes())
            sys.meta_path.append(others)
            return others.find_spec(name)
        if name not in self._modules:
            return None
        _, _, origin, package = self._modules[name]
        spec = ModuleSpec(name, self, origin=origin, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations.append(origin.rpartition("/")[0])
        return spec

    def create_module(self, spec):
        """Leave it to Python."""

    def exec_module(self, module):
        """Run a module."""
        exec(self.get_code(module.__spec__.name), module.__dict__)

    def get_code(self, name):
        """Read the code of a module."""
        start, size, *_ = self._modules[name]
        self._file.seek(start)
        return marshal.loads(self._file.read(size))

    def is_package(self, name):
        """Tell whether a module may have others below it."""
        return self._modules[name][3]


def unpacked(pack):
    """Return the modules of a pack (`site_build.packing`)."""
    whole = io.BytesIO(zlib.decompress(pack, GZIP))
    size = int.from_bytes(whole.read(4), "little")
    modules = json.loads(whole.read(size))["modules"]
    return Packed(io.BytesIO(whole.read()), modules)


class Absent(types.ModuleType):
    """A package that Streamlit imports and this app never uses."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def leave_out(*names):
    """Let packages be imported that are not there."""
    for name in names:
        module = sys.modules[name] = Absent(name)
        module.__path__ = []
        module.__spec__ = ModuleSpec(name, None)
        module.__version__ = "0"


def the_app(path):
    """Return the app as stlite serves it to the page: with the address of sweeps."""
    from streamlit.starlette import App

    from ui import frames, server, simulation, sweep_route

    server.before_first_visit()
    frames.SWEEPS.most = simulation.HISTORIES.most = KEPT
    gc.freeze()
    gc.enable()
    return App(path, routes=[sweep_route.route()])


def start(packed, modules, elsewhere, fetch_rest):
    """Get ready for Streamlit.

    Parameters
    ----------
    packed : str
        The file that holds the code of all modules.
    modules, elsewhere : str
        The tables of them, as JSON; see `Packed`.
    fetch_rest : callable
        Returns the pack of the modules that lie elsewhere.
    """
    gc.disable()  # until the app is there: a third of the start would go there
    file = Path(packed).open("rb", buffering=0)  # noqa: SIM115 - for good
    found = Packed(file, json.loads(modules), json.loads(elsewhere))
    found.fetch_rest = fetch_rest
    sys.meta_path.insert(0, found)
    leave_out(*UNUSED)
    from stlite_lib import asgi_app, bootstrap
    from streamlit.runtime import Runtime, runtime_contextvar

    bootstrap._fix_pandas_categorical_pickle = lambda: None
    # stlite keeps the runtime elsewhere than Streamlit's own components look for it.
    Runtime.exists = staticmethod(lambda: runtime_contextvar.get(None) is not None)
    Runtime.instance = staticmethod(runtime_contextvar.get)
    asgi_app.create_app = the_app


start  # what loader.mjs gets of this file
