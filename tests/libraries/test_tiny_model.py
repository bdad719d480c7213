"""The tiny language model, run by PyTorch's own functions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from formulas.transformer.tiny_model import (
    SENTENCE,
    run_model,
    surprise,
    trained_weights,
)


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    return library


@pytest.mark.parametrize("tokens", [SENTENCE[:-1], (3, 1, 0), (2,)])
def test_pytorch_gives_the_same_logits(torch, tokens):
    from scripts.train_tiny_model import logits_of

    weights = {
        name: torch.tensor(array, dtype=torch.float32)
        for name, array in dataclasses.asdict(trained_weights()).items()
    }
    theirs = logits_of(torch.tensor(tokens), weights).numpy()
    np.testing.assert_allclose(run_model(tokens).logits, theirs, rtol=1e-4, atol=1e-4)


def test_pytorchs_cross_entropy_is_the_surprise(torch):
    logits = run_model(SENTENCE[:-1]).logits
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(logits), torch.tensor(SENTENCE[1:]), reduction="none"
    )
    np.testing.assert_allclose(surprise(logits, SENTENCE), theirs.numpy(), rtol=1e-12)
