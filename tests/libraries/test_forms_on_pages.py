"""What the pages of modern forms say of PyTorch."""

from __future__ import annotations

import pytest

from formulas.optimization.adamw import adamw_step
from formulas.transformer.glu import glu_ffn


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    return library


@pytest.mark.parametrize(("name", "decoupled"), [("AdamW", True), ("Adam", False)])
def test_weight_decay_is_decoupled_in_one_of_them(torch, name, decoupled):
    theta = torch.tensor([2.0], dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([theta], lr=0.1, weight_decay=0.1)
    state = None
    ours, m, v = [2.0], [0.0], [0.0]
    for t in range(1, 8):
        gradient = 10.0 * (-1) ** (t - 1)
        theta.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        state = adamw_step(
            ours, [gradient], m, v, t, lr=0.1, weight_decay=0.1, decoupled=decoupled
        )
        ours, m, v = state.theta, state.m, state.v
    assert theta.item() == pytest.approx(ours[0])


def test_glu_has_the_value_first_and_a_sigmoid(torch):
    z, u = 0.7, 3.0
    given = torch.tensor([u, z], dtype=torch.float64)
    ours = glu_ffn([1.0], [[z]], [[u]], [[1.0]], activation="sigmoid").output
    assert float(torch.nn.functional.glu(given)) == pytest.approx(ours[0])


def test_halves_go_to_the_even_neighbor(torch):
    assert torch.round(torch.tensor([0.5, 1.5, 2.5])).tolist() == [0, 2, 2]


def test_topk_keeps_k_where_there_are_ties(torch):
    assert len(torch.topk(torch.tensor([2.0, 1.0, 1.0, 0.0]), 2).values) == 2
