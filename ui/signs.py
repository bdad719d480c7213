"""What stands in a formula beside its quantities: 𝔼, ∇, Σ, an index, a step's action.

Signs that mean the same everywhere are explained here, once; letters of one formula
alone are in its ``lesson.md``, under ``signs``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from notation.statement import Statement


class Sign(NamedTuple):
    """A sign of a formula, and what it means.

    Parameters
    ----------
    latex : str
        How the table shows it.
    meaning : str
        What it is, in a few words, without a period.
    found : str
        A regular expression that finds it in a formula's LaTeX.
    """

    latex: str
    meaning: str
    found: str


def _command(name: str) -> str:
    """Return what finds a command of LaTeX, and none that only begins like it."""
    return rf"\\{name}(?![A-Za-z])"


GENERAL = (
    Sign(r"\sum", "sum of all that follows, over the index below", _command("sum")),
    Sign(
        r"\prod", "product of all that follows, over the index below", _command("prod")
    ),
    Sign(
        r"\mathbb{E}",
        "expected value: the mean, each case weighted with its probability",
        r"\\mathbb\{E\}",
    ),
    Sign(
        r"\mathrm{Var}",
        "variance: the mean squared distance from the mean",
        r"\\mathrm\{Var\}",
    ),
    Sign(
        r"\nabla",
        "gradient: the derivatives by all entries of what stands at its foot",
        _command("nabla"),
    ),
    Sign(
        r"\partial",
        "partial derivative: one variable changes, the others do not",
        _command("partial"),
    ),
    Sign(r"e", "Euler’s number, 2.718…", r"(?<![a-z\\])e\^"),
    Sign(r"\log", "natural logarithm", _command("log")),
    Sign(r"\ln", "logarithm with the base e", _command("ln")),
    Sign(
        r"\sigma(\cdot)",
        "logistic function, σ(x) = 1 / (1 + e⁻ˣ)",
        r"\\sigma ?\(",
    ),
    Sign(
        r"\mathrm{softmax}",
        "exponentials, divided by their sum; of a matrix row by row",
        r"\\mathrm\{softmax\}",
    ),
    Sign(r"\max", "the largest of them", _command("max")),
    Sign(r"\min", "the smallest of them", rf"(?<!\\arg){_command('min')}"),
    Sign(
        r"\operatorname{arg\,max}",
        "the choice at which what follows is largest",
        r"arg\\,max",
    ),
    Sign(
        r"\operatorname{arg\,min}",
        "the choice at which what follows is smallest",
        r"arg\\,min|\\arg\\min",
    ),
    Sign(r"\lVert \cdot \rVert", "length of a vector", _command("lVert")),
    Sign(r"\odot", "product entry by entry", _command("odot")),
    Sign(r"{}^\top", "transposed: rows become columns", rf"\^{_command('top')}"),
    Sign(r"{}^{-1}", "inverse of a matrix", r"\\right\)\^\{-1\}"),
    Sign(
        r"\mathrm{diag}",
        "the diagonal of a matrix, with 0 beside it",
        r"\\mathrm\{diag\}",
    ),
    Sign(r"\mathrm{Concat}", "matrices side by side", r"\\mathrm\{Concat\}"),
    Sign(
        r"\star", "cross-correlation, which is worked out behind it", _command("star")
    ),
    Sign(r"\mid", "given: under the condition that", _command("mid")),
    Sign(r"\sim", "is drawn from", _command("sim")),
    Sign(
        r"\mathcal{U}",
        "uniform distribution between two numbers",
        r"\\mathcal ?\{?U",
    ),
    Sign(
        r"\mathrm{Bernoulli}",
        "1 with this probability, else 0",
        r"\\mathrm\{Bernoulli\}",
    ),
    Sign(
        r"\mathrm{Beta}",
        "beta distribution, of a probability that is not known",
        r"\\mathrm\{Beta\}",
    ),
    Sign(
        r"[\,\dots]",
        "1 if what is in the brackets holds, else 0",
        r"\\[Bb]ig\[|\[\\,",
    ),
    Sign(r"\leftarrow", "is replaced by", _command("leftarrow")),
    Sign(r"\longrightarrow", "becomes", _command("longrightarrow")),
    Sign(r"\approx", "is about", _command("approx")),
    Sign(r"\lceil \cdot \rceil", "rounded up", _command("lceil")),
    Sign(r"\mathrm{round}", "the nearest whole number", r"\\mathrm\{round\}"),
    Sign(r"\bmod", "remainder of the division", _command("bmod")),
    Sign(
        r"\operatorname{clip}",
        "the number itself, or the bound that it is beyond",
        r"\\operatorname\{clip\}",
    ),
    Sign(r"\operatorname{erf}", "error function", r"\\operatorname\{erf\}"),
    Sign(r"\cosh", "hyperbolic cosine, (eˣ + e⁻ˣ) / 2", _command("cosh")),
    Sign(r"\mathrm{LN}", "layer norm", r"\\big\(\\mathrm\{LN\}|= \\mathrm\{LN\}"),
    Sign(
        r"\mathrm{Attention}",
        "attention, of queries, keys and values",
        r"= \\mathrm\{Attention\}",
    ),
    Sign(r"\mathrm{SiLU}", "SiLU(x) = x σ(x)", r"\\mathrm\{SiLU\}\("),
)


def bare_headline(statement: Statement) -> str:
    """Return a formula's LaTeX with ``{}`` in place of its quantities."""
    return statement.headline_latex(mark=lambda _name, _latex: "{}")


def signs_of(
    statement: Statement, own: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """List what stands in a formula beside its quantities.

    Parameters
    ----------
    statement : Statement
        Whose formula.
    own : sequence of (LaTeX, meaning)
        The signs that are of this formula alone.

    Returns
    -------
    list of (LaTeX, meaning)
        Its own signs first, then those that mean the same everywhere.
    """
    formula = bare_headline(statement)
    general = (s for s in GENERAL if re.search(s.found, formula))
    return [*own, *((sign.latex, sign.meaning) for sign in general)]
