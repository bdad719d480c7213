"""The terms of an equation's sum, one at a time: which sum it is, and what it comes to so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from notation.evaluation import evaluate
from notation.trees import Maximum, untouched

KINDS = (sp.Sum, sp.Product, Maximum)
SO_FAR = {
    sp.Sum: r"\text{sum so far}",
    sp.Product: r"\text{product so far}",
    Maximum: r"\text{largest so far}",
}

Decide = Callable[[sp.Expr, Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Summed:
    """The outermost sum, product or maximum of an equation, at one setting.

    Parameters
    ----------
    tree : sympy.Expr
        The sum as it stands in the equation.
    span : range
        The values of its index.
    """

    tree: sp.Expr
    span: range

    @property
    def term(self) -> sp.Expr:
        """What is added up."""
        return self.tree.args[0]

    def at(self, k: int) -> dict[str, int]:
        """Return the index of a term, counted from 0."""
        return {self.tree.args[1][0].name: self.span[k]}

    def until(self, k: int) -> sp.Expr:
        """Return the sum that ends with a term, counted from 0."""
        first, last = sp.Integer(self.span[0]), sp.Integer(self.span[k])
        limits = sp.Tuple(self.tree.args[1][0], first, last)
        return untouched(type(self.tree), self.term, limits)

    @property
    def so_far(self) -> str:
        """LaTeX of what `until` is called."""
        return SO_FAR[type(self.tree)]


def has_sum(expr: sp.Expr) -> bool:
    """Tell whether there is a sum, product or maximum anywhere."""
    return any(isinstance(part, KINDS) for part in sp.preorder_traversal(expr))


def summed(expr: sp.Expr, env: Mapping[str, Any], decide: Decide) -> Summed | None:
    """Find the outermost sum of two terms or more; None if there is none.

    Parameters
    ----------
    expr : sympy.Expr
        The right side of an equation.
    env : mapping
        Values of all names.
    decide : callable
        Tells whether a condition holds; the branch that holds is searched.
    """
    if isinstance(expr, KINDS):
        _, (_, low, high) = expr.args
        span = range(int(evaluate(low, env)), int(evaluate(high, env)) + 1)
        return Summed(expr, span) if len(span) > 1 else None
    if isinstance(expr, sp.Piecewise):
        for branch, condition in expr.args:
            if condition == sp.true or decide(condition, env):
                return summed(branch, env, decide)
    if isinstance(expr, sp.Indexed):
        return None
    found = (summed(part, env, decide) for part in expr.args)
    return next((one for one in found if one), None)
