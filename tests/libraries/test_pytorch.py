"""What the Code tab calls of PyTorch prints our numbers: ``make test-pytorch``."""

from __future__ import annotations

import pytest

from tests.lessons import programs_run
from ui.catalogue import LESSONS

CALLED = [
    lesson
    for lesson in LESSONS
    if any(program.title == "PyTorch" for program in lesson.text.programs)
]


@pytest.mark.parametrize("lesson", CALLED, ids=lambda one: one.slug)
def test_pytorch_prints_the_number(lesson):
    import torch

    torch.manual_seed(0)
    values = lesson.statement.defaults
    assert programs_run(lesson, values, lambda title: title == "PyTorch")
