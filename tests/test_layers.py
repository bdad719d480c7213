"""The house keeps its rooms apart, and the documents keep their word."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ui.catalogue import LESSONS, SECTIONS

ROOT = Path(__file__).parent.parent
OUTER = {"streamlit", "plotly", "charts", "pages", "ui"}

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)


def imported_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def modules_of(room: str) -> list[str]:
    """Return the name of every module of a room."""
    paths = sorted((ROOT / room).rglob("*.py"))
    return [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in paths]


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("formulas", OUTER | {"notation", "sympy"}),
        ("charts", OUTER - {"charts"} | {"formulas", "notation", "sympy"}),
        ("notation", OUTER | {"formulas"}),
        ("ui", {"pages", "formulas", "sympy"}),
    ],
)
def test_a_room_imports_only_what_it_may(room, forbidden):
    assert not imported_by(f"import {', '.join(modules_of(room))}") & forbidden


def test_sympy_is_not_needed_to_read_a_statement():
    assert "sympy" not in imported_by("import notation.statement, notation.simulation")


def test_no_two_files_import_in_a_circle():
    rooms = ("formulas", "notation", "charts", "ui", "pages")
    files = {
        name: ROOT / f"{name.replace('.', '/')}.py"
        for room in rooms
        for name in modules_of(room)
    }
    arrows = {name: imports_of(path) & files.keys() for name, path in files.items()}
    finished: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in finished:
            for other in arrows[name]:
                visit(other, (*above, name))
        finished.add(name)

    for name in files:
        visit(name, ())


def imports_of(path: Path) -> set[str]:
    """Return the modules that a file imports, anywhere in it, but for its types."""
    names = set()
    tree = ast.parse(path.read_text())
    typing = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)
    ]
    ignored = {id(child) for node in typing for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in ignored:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            }
    return names


@every_lesson
def test_a_lesson_is_imported_without_the_screen_and_without_sympy(lesson):
    folder = f"pages.{lesson.section}.{lesson.slug}"
    function = imported_by(f"import formulas.{lesson.section}.{lesson.slug}")
    assert not function & (OUTER | {"notation", "sympy"})
    statement = imported_by(f"import {folder}.statement")
    assert not statement & (OUTER - {"pages"} | {"sympy"})
    figure = imported_by(f"import {folder}.figure")
    assert not figure & {"streamlit", "plotly", "ui", "sympy"}


def lesson_table() -> str:
    """Return the README's table, from the list of lessons."""
    lines = ["| section | lessons |", "|---|---|"]
    for section in SECTIONS:
        links = [
            f"[{lesson.title}](pages/{section.folder}/{lesson.slug}/lesson.md)"
            for lesson in section.lessons
        ]
        lines.append(f"| {section.title} | {', '.join(links)} |")
    return "\n".join(lines)


def test_the_readme_lists_the_lessons_of_the_catalogue():
    text = (ROOT / "README.md").read_text()
    found = re.search(r"<!-- lessons -->\n(.*?)\n?<!-- /lessons -->", text, re.DOTALL)
    assert found is not None
    command = "paste what python -m tests.test_layers prints between the two comments"
    assert found.group(1) == lesson_table(), f"README.md is stale: {command}"


def test_the_readme_names_commands_that_exist():
    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake (\w+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for script in re.findall(r"python (benchmarks/\w+\.py)", text):
        assert (ROOT / script).is_file()
    for image in re.findall(r"\]\((docs/\S+)\)", text):
        assert (ROOT / image).is_file()


def test_run_time_requirements_are_the_four_packages():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = {re.split(r"[\[<>=]", line)[0] for line in lines if line[:1].isalpha()}
    assert names == {"streamlit", "numpy", "plotly", "sympy"}


def test_no_tracked_file_names_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # Pyodide's file system, in a browser, has a home of its own.
    machine = re.compile(r"/(home|root|work|Users)/(?!pyodide)[a-z]")
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".py", ".js", ".md", ".toml", ".txt", ".css"}:
            assert not machine.search(path.read_text()), name


if __name__ == "__main__":
    sys.stdout.write(lesson_table() + "\n")
