"""Make the mistakes people make, one at a time, and see whether the tests notice.

Each lesson's test file lists MUTANTS: pairs (text, wrong text) of the lesson's function
library, statement or figure, or of a module that it shares with its section. For every
pair that file is changed in a scratch copy, and the lesson's own tests and its contract
are run there. Prints a row a formula and the score; names every survivor.

    python benchmarks/mutation.py [slug ...]
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "benchmarks",
    "charts",
    "formulas",
    "notation",
    "pages",
    "tests",
    "ui",
    ".streamlit",
)
sys.path.insert(0, str(ROOT))


def mutants_of(section: str, slug: str) -> list[tuple[str, str]]:
    """Read the MUTANTS of a test file without importing it."""
    tree = ast.parse((ROOT / "tests" / section / f"test_{slug}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MUTANTS":
            return list(ast.literal_eval(node.value))
    return []


def file_of(root: Path, section: str, slug: str, text: str) -> Path:
    """Find the one file of a lesson in which a text stands, exactly once.

    Raises
    ------
    LookupError
        If it stands nowhere, or more than once.
    """
    lesson = root / "pages" / section / slug
    first = [root / "formulas" / section / f"{slug}.py"]
    first += [lesson / "statement.py", lesson / "figure.py"]
    slugs = {path.name for path in (root / "pages" / section).iterdir()}
    modules = sorted((root / "formulas" / section).glob("*.py"))
    shared = [path for path in modules if path.stem not in slugs]
    places = [(path, path.read_text().count(text)) for path in (*first, *shared)]
    found = [path for path, count in places if count]
    if sum(count for _, count in places) != 1:
        raise LookupError(f"{slug}: the text {text!r} must occur exactly once")
    return found[0]


def passes(section: str, slug: str, old: str = "", new: str = "") -> bool:
    """Run the tests of one formula on a copy, with one edit if any."""
    with tempfile.TemporaryDirectory() as scratch:
        for folder in ROOMS:
            shutil.copytree(ROOT / folder, Path(scratch) / folder)
        shutil.copy(ROOT / "pyproject.toml", scratch)
        if old:
            file = file_of(Path(scratch), section, slug, old)
            file.write_text(file.read_text().replace(old, new))
        tests = f"tests/{section}/test_{slug}.py"
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider"]
        for selection in ([tests], ["tests/test_contract.py", "-k", f"[{slug}]"]):
            run = subprocess.run(
                [*command, *selection], cwd=scratch, capture_output=True, check=False
            )
            if run.returncode:
                return False
    return True


def main(wanted: list[str]) -> int:
    """Print the table and the score; 1 if a mutant survives."""
    from ui.catalogue import BY_SLUG, LESSONS

    unknown = [slug for slug in wanted if slug not in BY_SLUG]
    if unknown:
        raise SystemExit(f"unknown lesson: {', '.join(unknown)}")
    jobs = [
        (lesson.section, lesson.slug, old, new)
        for lesson in LESSONS
        if not wanted or lesson.slug in wanted
        for old, new in mutants_of(lesson.section, lesson.slug)
    ]
    slugs = dict.fromkeys(job[:2] for job in jobs)
    with ThreadPoolExecutor(2) as pool:
        sound = pool.map(lambda job: passes(*job), slugs)
        broken = [slug for (_, slug), ok in zip(slugs, sound, strict=True) if not ok]
        if broken:
            raise SystemExit(f"fails without a mutant: {', '.join(broken)}")
        alive = list(pool.map(lambda job: passes(*job), jobs))
    for slug in dict.fromkeys(job[1] for job in jobs):
        mine = [a for job, a in zip(jobs, alive, strict=True) if job[1] == slug]
        print(f"{slug:24} {len(mine) - sum(mine)} of {len(mine)} noticed")
    for (_, slug, old, new), lived in zip(jobs, alive, strict=True):
        if lived:
            print(f"survivor in {slug}: {old!r} -> {new!r}")
    print(f"score: {len(jobs) - sum(alive)} of {len(jobs)} mutants noticed")
    return int(any(alive))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
