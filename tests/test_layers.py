"""The house keeps its rooms apart, and the documents keep their word."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutation import mutants_of
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


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("from formulas import *", OUTER | {"notation", "sympy"}),
        ("import charts", OUTER - {"charts"} | {"formulas", "notation", "sympy"}),
        ("import notation.statement", OUTER | {"formulas", "sympy"}),
        ("import notation.steps", OUTER | {"formulas"}),
        ("import ui.lesson", {"pages", "formulas", "sympy"}),
        ("import ui.catalogue", {"pages", "formulas", "sympy"}),
    ],
)
def test_a_room_imports_only_what_it_may(statement, forbidden):
    assert not imported_by(statement) & forbidden


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
    assert found.group(1) == lesson_table()


def test_the_readme_names_commands_that_exist():
    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake (\w+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for script in re.findall(r"python (benchmarks/\w+\.py)", text):
        assert (ROOT / script).is_file()
    for image in re.findall(r"\]\((docs/\S+)\)", text):
        assert (ROOT / image).is_file()


def test_the_readme_counts_the_mutants_that_are_listed():
    listed = sum(len(mutants_of(lesson.section, lesson.slug)) for lesson in LESSONS)
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"{listed} of {listed}" in readme


def test_run_time_requirements_are_the_four_packages():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = {re.split(r"[\[<>=]", line)[0] for line in lines if line[:1].isalpha()}
    assert names == {"streamlit", "numpy", "plotly", "sympy"}


def test_no_tracked_file_names_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    machine = re.compile(r"/(home|root|work|Users)/[a-z]")
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".py", ".js", ".md", ".toml", ".txt", ".css"}:
            assert not machine.search(path.read_text()), name


if __name__ == "__main__":
    sys.stdout.write(lesson_table() + "\n")
