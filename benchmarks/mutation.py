"""Make the mistakes people make, one at a time, and see whether the tests notice.

A test file of a section lists MUTANTS: pairs (text, wrong text) of the section's function
library, or of the statement or the figure of the lesson that it tests. For every pair that
file is changed in a scratch copy, and the test file and, for a lesson, its contract are run
there. Prints a row a test file and the score; names every survivor.

    python benchmarks/mutation.py [name ...]     (softmax, layer_norm_rms_norm, sampling)
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
PATIENCE = 600  # seconds: a mistake after which a loop never ends is noticed by that


def subjects() -> list[tuple[str, str]]:
    """Return section and name of every test file that lists MUTANTS."""
    files = sorted((ROOT / "tests").glob("*/test_*.py"))
    found = [(file.parent.name, file.stem) for file in files]
    return [subject for subject in found if mutants_of(*subject)]


def mutants_of(section: str, test: str) -> list[tuple[str, str]]:
    """Read the MUTANTS of a test file without importing it."""
    tree = ast.parse((ROOT / "tests" / section / f"{test}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MUTANTS":
            return list(ast.literal_eval(node.value))
    return []


def lesson_of(test: str) -> str:
    """Return the key of the lesson or form that a test file tests; empty for none."""
    from ui.catalogue import SHOWN

    named = {f"test_{lesson.key.replace('/', '_')}": lesson.key for lesson in SHOWN}
    return named.get(test, "")


def file_of(root: Path, section: str, test: str, text: str) -> Path:
    """Find the one file in which a text stands, exactly once.

    That is one of the subject's own files, else a module of its section.

    Raises
    ------
    LookupError
        If it stands nowhere, or more than once.
    """
    key = lesson_of(test)
    name = key.partition("/")[0] or test.removeprefix("test_")
    library = sorted((root / "formulas" / section).glob("*.py"))
    own = [path for path in library if path.stem == name]
    if key:
        folder = root / "pages" / section / key
        own += [folder / "statement.py", folder / "figure.py"]
    for files in (own, library):
        counts = {path: path.read_text().count(text) for path in files}
        found = [path for path, count in counts.items() if count]
        if found:
            break
    if sum(counts.values()) != 1:
        raise LookupError(f"{test}: the text {text!r} must occur exactly once")
    return found[0]


def passes(section: str, test: str, old: str = "", new: str = "") -> bool:
    """Run the tests of one subject on a copy, with one edit if any."""
    with tempfile.TemporaryDirectory() as scratch:
        for folder in ROOMS:
            shutil.copytree(ROOT / folder, Path(scratch) / folder)
        shutil.copy(ROOT / "pyproject.toml", scratch)
        if old:
            file = file_of(Path(scratch), section, test, old)
            file.write_text(file.read_text().replace(old, new))
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider"]
        selections = [[f"tests/{section}/{test}.py"]]
        if key := lesson_of(test):
            selections.append(["tests/test_contract.py", "-k", f"[{key}]"])
        for selection in selections:
            try:
                run = subprocess.run(
                    [*command, *selection],
                    cwd=scratch,
                    capture_output=True,
                    check=False,
                    timeout=PATIENCE,
                )
            except subprocess.TimeoutExpired:
                return False
            if run.returncode:
                return False
    return True


def main(wanted: list[str]) -> int:
    """Print the table and the score; 1 if a mutant survives."""
    known = {
        test.removeprefix("test_"): (section, test) for section, test in subjects()
    }
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"no tests with MUTANTS: {', '.join(unknown)}")
    chosen = [known[name] for name in wanted or known]
    score, total = 0, 0
    with ThreadPoolExecutor(2) as pool:
        for section, test in chosen:
            if not passes(section, test):
                raise SystemExit(f"fails without a mutant: {test}")
            pairs = mutants_of(section, test)
            jobs = [(section, test, *pair) for pair in pairs]
            alive = list(pool.map(lambda job: passes(*job), jobs))
            noticed = len(pairs) - sum(alive)
            name = test.removeprefix("test_")
            print(f"{name:36} {noticed} of {len(pairs)} noticed", flush=True)
            for (text, wrong), lived in zip(pairs, alive, strict=True):
                if lived:
                    print(f"survivor in {test}: {text!r} -> {wrong!r}", flush=True)
            score, total = score + noticed, total + len(pairs)
    print(f"score: {score} of {total} mutants noticed")
    return int(score < total)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
