"""The formulas in teaching order, by section; prerequisites, paths and search.

To add a formula, add its slug to its section here (see CONTRIBUTING.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from formulas.formula import Formula


@dataclass(frozen=True)
class Section:
    """A folder of ``formulas`` and ``pages``, with its lessons in order."""

    folder: str
    title: str
    slugs: tuple[str, ...]


SECTIONS = (
    Section(
        "linear_algebra",
        "Linear algebra & neural computations",
        (
            "dot_product",
            "matrix_multiplication",
            "eigenvalues",
            "linear_layer",
            "activations",
            "softmax",
            "convolution",
        ),
    ),
    Section(
        "optimization",
        "Loss & optimization",
        (
            "mean_squared_error",
            "cross_entropy",
            "gradient_descent",
            "adam",
        ),
    ),
    Section(
        "chain_rules",
        "Backpropagation & chain rules",
        (
            "backprop_chain_rule",
            "probability_chain_rule",
        ),
    ),
    Section(
        "transformer",
        "Transformer & attention",
        (
            "attention",
            "multi_head_attention",
            "positional_encoding",
            "layer_norm",
            "transformer_ffn",
        ),
    ),
    Section(
        "probability",
        "Probability & statistics",
        (
            "bayes",
            "variance",
            "kl_divergence",
        ),
    ),
    Section(
        "reinforcement_learning",
        "Reinforcement learning",
        ("expected_return", "bellman", "q_learning", "policy_gradient"),
    ),
    Section(
        "regularization",
        "Regularization & initialization",
        ("dropout", "xavier_init"),
    ),
    Section(
        "regression",
        "Regression",
        ("linear_regression",),
    ),
)


@dataclass(frozen=True)
class Path:
    """A suggested way through some of the lessons."""

    title: str
    slugs: tuple[str, ...]


PATHS = (
    Path(
        "Language models",
        (
            "dot_product",
            "matrix_multiplication",
            "linear_layer",
            "activations",
            "softmax",
            "cross_entropy",
            "attention",
            "multi_head_attention",
            "positional_encoding",
            "layer_norm",
            "transformer_ffn",
            "adam",
        ),
    ),
    Path(
        "Training",
        (
            "mean_squared_error",
            "gradient_descent",
            "backprop_chain_rule",
            "adam",
            "xavier_init",
            "dropout",
        ),
    ),
    Path(
        "Probability",
        (
            "probability_chain_rule",
            "bayes",
            "cross_entropy",
            "kl_divergence",
            "variance",
        ),
    ),
    Path(
        "Reinforcement learning",
        ("expected_return", "bellman", "q_learning", "policy_gradient"),
    ),
)


def _load() -> Iterator[Formula]:
    for section in SECTIONS:
        for slug in section.slugs:
            yield import_module(f"formulas.{section.folder}.{slug}").FORMULA


CATALOGUE: tuple[Formula, ...] = tuple(_load())
BY_SLUG: dict[str, Formula] = {formula.slug: formula for formula in CATALOGUE}


def prerequisites(formula: Formula) -> tuple[Formula, ...]:
    """Return the formulas to read first, as far as they are in the catalogue."""
    return tuple(BY_SLUG[slug] for slug in formula.needs if slug in BY_SLUG)


def leads_to(formula: Formula) -> tuple[Formula, ...]:
    """Return the formulas that need this one, in teaching order."""
    return tuple(other for other in CATALOGUE if formula.slug in other.needs)


def level(formula: Formula) -> int:
    """Return how many lessons stand, one needing the other, before this one."""
    return max((level(other) + 1 for other in prerequisites(formula)), default=0)


def search(text: str) -> tuple[Formula, ...]:
    """Find formulas by title, question, symbol meaning or alias.

    Parameters
    ----------
    text : str
        Words; every one must occur. Case does not matter.

    Returns
    -------
    tuple of Formula
        In teaching order; all of them for an empty text.
    """
    words = text.casefold().split()
    return tuple(f for f in CATALOGUE if all(word in _haystack(f) for word in words))


def _haystack(formula: Formula) -> str:
    meanings = (quantity.meaning for quantity in formula.quantities)
    parts = (formula.title, formula.slug, formula.question, formula.purpose)
    return " ".join((*parts, *formula.aliases, *formula.topics, *meanings)).casefold()
