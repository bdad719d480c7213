"""How the static site is built, as far as no browser is needed to see it."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import marshal
import re
import subprocess
import sys
import zipfile

import pytest

from site_build import sources
from site_build.packing import Pack
from site_build.pages import WEB, pages, write_pages
from tests.server import ROOT
from ui import assets, overview, plain_figure, prepared
from ui.catalogue import LESSONS
from ui.navigation import OVERVIEWS
from ui.state import LessonState

PARTS = {
    "boot": "static/js/boot-1.js",
    "style": "stlite/stlite.css",
    "stlite": "https://cdn.example.org/stlite.js",
    "early": [],
    "integrity": {"https://cdn.example.org/stlite.js": "sha384-abc"},
}


def test_every_source_has_a_version_and_the_hash_of_what_is_fetched():
    for name, source in sources.sources().items():
        assert re.fullmatch(r"[0-9a-f]{64}", source["sha256"]), name
        assert source["version"]
        assert source["license"]
        ways = [source.get(way) for way in ("npm", "pypi", "url")]
        assert any(ways), name


def test_a_file_that_is_not_the_listed_one_is_refused(tmp_path, monkeypatch):
    wrong = tmp_path / "package.whl"
    wrong.write_bytes(b"something else")
    monkeypatch.setattr(sources, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(sources, "_from_pypi", lambda *_: wrong)
    with pytest.raises(sources.SourceError, match=r"package\.whl has the sha256 "):
        sources.fetched({"pypi": "package", "version": "1", "sha256": "0" * 64})


def test_a_file_comes_out_of_a_package_that_carries_it(tmp_path):
    carrier = tmp_path / ("a" * 64)
    with zipfile.ZipFile(carrier, "w") as archive:
        archive.writestr("deep/inside.txt", "found")
    source = {"inside": {"sha256": "a" * 64, "member": "deep/inside.txt"}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "CACHE", tmp_path)
        file = sources._from_inside(source, tmp_path / "out")
    assert file is not None
    assert file.read_text() == "found"


@pytest.fixture
def finder(tmp_path):
    """Make a finder of the browser's of a pack with a package and a module in it."""
    pack = Pack()
    pack.add_file("/a/file.txt", b"content")
    for name, text, package in (
        ("packed", "value = 1", True),
        ("packed.inner", "from packed import value\nother = value + 1", False),
    ):
        code = marshal.dumps(compile(text, name, "exec"))
        pack.add_module(name, code, f"/packs/{name}/__init__.py", package=package)
    pack.write(tmp_path / "one.pack", elsewhere=["packed.seldom"])
    scope = {"__name__": "start"}
    exec((WEB / "start.py").read_text(), scope)  # noqa: S102 - as the browser does
    found = scope["unpacked"]((tmp_path / "one.pack").read_bytes())
    sys.meta_path.insert(0, found)
    yield found
    sys.meta_path.remove(found)
    for name in [one for one in sys.modules if one.startswith("packed")]:
        del sys.modules[name]


def test_modules_are_imported_out_of_a_pack(finder):
    assert importlib.import_module("packed.inner").other == 2
    assert sys.modules["packed"].__file__ == "/packs/packed/__init__.py"
    assert finder.find_spec("no_such_module") is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("packed.nothing")


def test_what_lies_elsewhere_is_fetched_when_it_is_asked_for(finder, tmp_path):
    rest = Pack()
    code = marshal.dumps(compile("value = 3", "seldom", "exec"))
    rest.add_module("packed.seldom", code, "/packs/packed/seldom.py", package=False)
    rest.write(tmp_path / "rest.pack")
    asked = []

    class Bytes:
        def to_bytes(self):
            asked.append(1)
            return (tmp_path / "rest.pack").read_bytes()

    finder.fetch_rest = Bytes
    finder._elsewhere = frozenset(["packed.seldom"])
    assert importlib.import_module("packed.seldom").value == 3
    assert asked == [1]
    sys.meta_path.pop()


def test_the_same_contents_make_the_same_pack(tmp_path):
    for name in ("one", "other"):
        pack = Pack()
        pack.add_file("/a", b"content")
        pack.write(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    whole = io.BytesIO(gzip.decompress((tmp_path / "one").read_bytes()))
    index = json.loads(whole.read(int.from_bytes(whole.read(4), "little")))
    assert index == {"files": {"/a": [0, 7]}, "modules": {}, "elsewhere": []}


def test_every_page_has_an_address_of_its_own(tmp_path):
    write_pages(tmp_path, PARTS, 17.4)
    names = {page.name for page in pages()}
    assert names == {*OVERVIEWS, *(lesson.slug for lesson in LESSONS)} - {"home"} | {""}
    for name in names:
        text = (tmp_path / name / "index.html").read_text("utf-8")
        assert f'src="{"../" if name else "./"}static/js/boot-1.js"' in text
        assert 'integrity="sha384-abc" crossorigin' in text
    assert "$" not in (tmp_path / "404.html").read_text("utf-8").replace("${", "")


def test_nothing_of_the_page_leads_to_another_host():
    for path in WEB.iterdir():
        text = path.read_text("utf-8")
        hosts = set(re.findall(r"https?://([\w.-]+)", text)) - {"www.w3.org"}
        assert not hosts, path.name


def test_the_site_says_where_its_files_are_and_a_server_places_them(
    tmp_path, monkeypatch
):
    told = tmp_path / "placed.json"
    told.write_text('{"plotly": "elsewhere.js"}')
    monkeypatch.setattr(assets, "PLACED", told)
    assets.browser_files.cache_clear()
    assert assets.browser_files() == {"plotly": "elsewhere.js"}
    monkeypatch.undo()
    assets.browser_files.cache_clear()
    assert str(assets.browser_files()["plotly"]).startswith("app/static/")


def test_a_picture_that_is_prepared_is_not_drawn(tmp_path, monkeypatch):
    told = tmp_path / "prepared.json"
    told.write_text(json.dumps({"softmax": "data:,"}))
    monkeypatch.setattr(prepared, "PREPARED", told)
    prepared.pictures.cache_clear()
    softmax = next(lesson for lesson in LESSONS if lesson.slug == "softmax")
    assert overview.picture.__wrapped__(softmax) == "data:,"
    monkeypatch.undo()
    prepared.pictures.cache_clear()
    assert overview.picture.__wrapped__(softmax).startswith("data:image/svg+xml")


def test_without_plotly_the_page_says_how_to_go_on(monkeypatch):
    said = []
    monkeypatch.setattr(plain_figure, "find_spec", lambda _: None)
    monkeypatch.setattr(plain_figure.st, "warning", lambda text, **_: said.append(text))
    plain_figure.show(LessonState(LESSONS[0], LESSONS[0].statement.defaults))
    assert "Load the page anew" in said[0]


def test_the_app_is_imported_without_processes():
    program = "import sys; sys.modules['_multiprocessing'] = None; import app"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_the_browsers_python_keeps_sweeps_for_one_visitor():
    program = (
        f"scope = {{'__name__': 'start'}}; exec(open({str(WEB / 'start.py')!r}).read(), scope);"
        "scope['the_app']('app.py'); from ui import frames; print(frames.SWEEPS.most)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(found.stdout) <= 16 * 2**20
