"""PyTorch does what the lessons say of it, and prints our numbers: ``make test-pytorch``."""

from __future__ import annotations

import numpy as np
import pytest

from formulas.probability.kl_divergence import kl_divergence
from formulas.probability.variance import variance
from tests.lessons import programs_run
from ui.catalogue import SHOWN

CALLED = [
    lesson
    for lesson in SHOWN
    if any(program.title == "PyTorch" for program in lesson.text.programs)
]


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    return library


@pytest.mark.parametrize("lesson", CALLED, ids=lambda one: one.key)
def test_pytorch_prints_the_number(torch, lesson):
    torch.manual_seed(0)
    values = lesson.statement.defaults
    assert programs_run(lesson, values, lambda title: title == "PyTorch")


def test_pytorchs_mean_divides_by_the_entries_and_batchmean_by_the_rows(torch):
    p, q = (np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[0.9, 0.1], [0.3, 0.7]]))
    rows = kl_divergence(p, q)
    first = torch.tensor(np.log(q)), torch.tensor(p)
    found = torch.nn.functional.kl_div(*first, reduction="batchmean")
    assert float(found) == pytest.approx(rows.mean())
    with pytest.warns(UserWarning, match="batchmean"):
        found = torch.nn.functional.kl_div(*first, reduction="mean")
    assert float(found) == pytest.approx(rows.sum() / p.size)
    assert float(found) == pytest.approx(rows.mean() / 2)


def test_pytorch_divides_by_n_minus_1(torch):
    data = [2.0, 4.0, 9.0]
    found = float(torch.var(torch.tensor(data, dtype=torch.float64)))
    assert found == pytest.approx(variance(data, ddof=1))


def test_pytorchs_linear_layer_draws_weights_and_biases_with_the_older_bound(torch):
    torch.manual_seed(0)
    layer = torch.nn.Linear(256, 4096)
    for drawn in (layer.weight.detach().numpy(), layer.bias.detach().numpy()):
        assert 0.99 / 16 < np.abs(drawn).max() <= 1 / 16
        assert drawn.var() == pytest.approx(1 / (3 * 256), rel=0.1)
