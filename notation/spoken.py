"""Equations in words, for ears: the trees that are printed and proved, read aloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from notation.numbers import number_text
from notation.quantities import Quantity
from notation.symbols import symbol_parts
from notation.trees import Equation, Maximum, Struck, flat, is_negative_number

SIGNS = {"¬": "not ", "|": " given ", "°": "", "'": " prime"}
COMMANDS = {
    r"\cdot": " dot ", r"\parallel": " from ", r"\dots": " and so on to ",
    r"\ldots": " and so on to ", r"\top": " transposed", r"\mid": " given ",
}  # fmt: skip
ACCENTS = {r"\hat": "hat", r"\bar": "bar", r"\tilde": "tilde"}
ACCENT = re.compile(r"\\(?:hat|bar|tilde)(?![a-z])")
SLOPE = re.compile(r"\\frac\{(?:\\partial |d)(.+?)\}\{(?:\\partial |d)(.+?)\}")
NORM = re.compile(r"\\lVert (.+) \\rVert")
RAISED = {"2": "squared", "3": "cubed", "*": "star", "(1)": "1", "(2)": "2"}
FUNCTIONS = {
    "cos": "cosine of", "sin": "sine of", "tanh": "hyperbolic tangent of",
    "log": "natural logarithm of", "erf": "error function of", "floor": "whole part of",
}  # fmt: skip
RELATIONS: Mapping[type, str] = {
    sp.StrictGreaterThan: "is greater than",
    sp.StrictLessThan: "is less than",
    sp.GreaterThan: "is at least",
    sp.LessThan: "is at most",
    sp.Equality: "equals",
}
SPOKEN_RELATIONS = {"=": "equals", r"\approx": "is about", r"\le": "is at most"}
PAUSES = re.compile(r",(?:\s*,)*\s*([.,])")  # where marks of several parts meet
POWERS = {2: "squared", 3: "cubed"}


def spoken(equation: Equation, quantities: Sequence[Quantity]) -> str:
    """Say an equation in words.

    Parameters
    ----------
    equation : Equation
        What is printed.
    quantities : sequence of Quantity
        How its names are spelled.

    Returns
    -------
    str
        One sentence without signs that only eyes can read.
    """
    voice = Voice(quantities)
    relation = SPOKEN_RELATIONS.get(equation.relation, "equals")
    text = f"{voice.say(equation.left)} {relation} {voice.say(equation.right)}."
    return PAUSES.sub(r"\1", text)


def name_in_words(latex: str) -> str:
    r"""Say a symbol: ``\hat{m}_t`` is "m hat t".

    Examples
    --------
    >>> name_in_words(r"\beta_1"), name_in_words(r"\hat{m}"), name_in_words(r"P(A \mid B)")
    ('β 1', 'm hat', 'P of A given B')
    >>> name_in_words(r"\frac{\partial L}{\partial w}"), name_in_words(r"\sigma^2")
    ('the derivative of L by w', 'σ squared')
    >>> name_in_words(r"\lVert a \rVert"), name_in_words("(Av)")
    ('the length of a', 'Av')
    """
    norm = NORM.fullmatch(latex)
    if norm:
        return f"the length of {name_in_words(norm.group(1))}"
    slope = SLOPE.fullmatch(latex)
    if slope:
        above, below = map(name_in_words, slope.groups())
        return f"the derivative of {above} by {below}"
    for command, words in COMMANDS.items():
        latex = latex.replace(command, words)
    accents = [word for mark, word in ACCENTS.items() if mark in latex]
    plain = ACCENT.sub("", latex)
    base, below, above = symbol_parts(plain)
    if base.startswith("("):  # brackets around the whole are not heard
        base = base[1:].removesuffix(")")
    for sign, words in SIGNS.items():
        base = base.replace(sign, words)
    raised = RAISED.get(above, above.replace("'", "prime"))
    words = " ".join([base, *accents, raised, below])
    signs = (
        ("+", " plus "),
        ("-", " minus "),
        ("/", " over "),
        ("^", " "),
        ("_", " "),
        ("*", "star"),
    )
    for sign, word in signs:
        words = words.replace(sign, word)
    return " ".join(
        words.replace("(", " of ").replace(")", " ").replace(" ,", ",").split()
    )


class Voice:
    """Says trees with each quantity's own spelling."""

    def __init__(self, quantities: Sequence[Quantity]) -> None:
        self._names = {q.name: name_in_words(q.symbol) for q in quantities}
        self._ways: dict[type, Callable[[Any], str]] = {
            sp.Add: self._sum,
            sp.Mul: self._product,
            sp.Pow: self._power,
            sp.exp: lambda e: f"e to the power of {self._inner(e.args[0])}",
            sp.Indexed: self._entry,
            sp.Sum: lambda e: self._over("the sum", e),
            sp.Product: lambda e: self._over("the product", e),
            Maximum: lambda e: self._over("the largest", e),
            sp.Abs: lambda e: f"the absolute value of {self._inner(e.args[0])}",
            sp.Piecewise: self._cases,
            Struck: lambda e: f"(left out: {self.say(e.args[0])})",
        }

    def say(self, expr: Any) -> str:
        """Say a tree."""
        if isinstance(expr, sp.Symbol):
            size = expr.name.replace("_", " ").replace("/", " over ")  # of an axis
            return self._names.get(expr.name, size)
        if isinstance(expr, sp.Number):
            return number_text(float(expr), 6)
        for kind, way in self._ways.items():
            if isinstance(expr, kind):
                return way(expr)
        if isinstance(expr, sp.Rel):
            relation = RELATIONS[type(expr)]
            return f"{self.say(expr.lhs)} {relation} {self.say(expr.rhs)}"
        if isinstance(expr, sp.Function):
            name = FUNCTIONS.get(expr.func.__name__, f"{expr.func.__name__} of")
            return f"the {name} {', '.join(map(self._inner, expr.args))}"
        return {sp.pi: "π", sp.E: "e", sp.oo: "infinity"}.get(expr, str(expr))

    def _inner(self, expr: Any, *, product: bool = False) -> str:
        """Say a part, marked off if it could be heard otherwise.

        A product need not be, where it is multiplied or added: ``product=True``.
        """
        text = self.say(expr)
        if _is_short(expr) or (product and _is_product(expr)):
            return text
        return f"the quantity {text}, end of quantity,"

    def _before(self, expr: Any, text: str) -> str:
        """Close a sum that something follows."""
        big = {sp.Sum: "sum", sp.Product: "product", Maximum: "search"}
        ends = next((word for kind, word in big.items() if _ends_in(expr, kind)), "")
        return f"{text}, end of {ends}," if ends else text

    def _entry(self, expr: sp.Indexed) -> str:
        name = str(expr.base.name)
        indices = " ".join(map(self.say, expr.indices))
        plain = all(isinstance(k, (sp.Symbol, sp.Number)) for k in expr.indices)
        inside = indices if plain else f"sub {indices}, end of sub,"
        return f"{self._names.get(name, name)} {inside}"

    def _sum(self, expr: sp.Add) -> str:
        first, *rest = flat(expr, sp.Add)
        out, last = self.say(first), first
        for term in rest:
            out, last = self._before(last, out), term
            factors = flat(term, sp.Mul)
            negative = isinstance(factors[0], sp.Number) and factors[0] < 0
            if not negative:
                out += f" plus {self.say(term)}"
                continue
            lead = [] if factors[0] == -1 else [-factors[0]]
            positive = [*lead, *factors[1:]] or [-factors[0]]
            whole = (
                positive[0] if len(positive) == 1 else sp.Mul(*positive, evaluate=False)
            )
            out += f" minus {self._inner(whole, product=True)}"
        return out

    def _product(self, expr: sp.Mul) -> str:
        above, below, minus = [], [], ""
        for factor in flat(expr, sp.Mul):
            if factor == -1:
                minus = "minus "
            elif isinstance(factor, sp.Pow) and is_negative_number(factor.exp):
                power = -factor.exp
                base = factor.base
                below.append(
                    base if power == 1 else sp.Pow(base, power, evaluate=False)
                )
            elif isinstance(factor, sp.Rational) and factor.q != 1:
                above += [sp.Integer(factor.p)] if factor.p != 1 else []
                below.append(sp.Integer(factor.q))
            else:
                above.append(factor)
        said = [self._inner(factor) for factor in above]
        pairs = zip(above[:-1], said[:-1], strict=True)
        said[:-1] = [self._before(factor, text) for factor, text in pairs]
        top = " times ".join(said) or "1"
        if not below:
            return minus + top
        if above:
            top = self._before(above[-1], top)
        bottom = " times ".join(map(self._inner, below))
        return f"{minus}{top} over {bottom}"

    def _power(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return f"the square root of {self._inner(base)}"
        if is_negative_number(exponent):
            rest = base if exponent == -1 else sp.Pow(base, -exponent, evaluate=False)
            return f"1 over {self._inner(rest)}"
        if exponent in POWERS:
            return f"{self._inner(base)} {POWERS[int(exponent)]}"
        return f"{self._inner(base)} to the power of {self._inner(exponent)}"

    def _over(self, what: str, expr: Any) -> str:
        term, (index, low, high) = expr.args
        ends = f"from {self.say(low)} to {self.say(high)}"
        return f"{what}, over {self.say(index)} {ends}, of {self._inner(term, product=True)}"

    def _cases(self, expr: sp.Piecewise) -> str:
        cases = []
        for value, condition in expr.args:
            when = "otherwise" if condition == sp.true else f"if {self.say(condition)}"
            cases.append(f"{self.say(value)} {when}")
        return ", ".join(cases)


def _is_product(expr: Any) -> bool:
    """Tell whether a part is a product without a fraction."""
    factors = flat(expr, sp.Mul)
    fraction = any(
        (isinstance(f, sp.Pow) and is_negative_number(f.exp))
        or (isinstance(f, sp.Rational) and f.q != 1)
        for f in factors
    )
    return len(factors) > 1 and not fraction


def _ends_in(expr: Any, kind: type) -> bool:
    """Tell whether what is said last of a part is a sum or the like."""
    if isinstance(expr, kind):
        return True
    if isinstance(expr, sp.Mul):
        below = len(flat(expr, sp.Mul)) > 1 and not _is_product(expr)
        return not below and _ends_in(flat(expr, sp.Mul)[-1], kind)
    return isinstance(expr, sp.Add) and _ends_in(flat(expr, sp.Add)[-1], kind)


def _is_short(expr: Any) -> bool:
    """Tell whether a part is understood without being marked off."""
    if isinstance(
        expr, (sp.Symbol, sp.Indexed, sp.Number, sp.Function, sp.Abs, Struck)
    ):
        return True
    if isinstance(expr, sp.Pow):
        return _is_short(expr.base) and not is_negative_number(expr.exp)
    return isinstance(expr, (sp.Sum, sp.Product, Maximum)) or expr in (sp.pi, sp.E)
