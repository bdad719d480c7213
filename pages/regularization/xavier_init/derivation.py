"""Xavier initialization: what is derived, line by line."""

from __future__ import annotations

import itertools

from sympy import Integral, Mul, Rational, sqrt, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive how a layer changes the size of a signal, and the variance of its weights."""
    return _signal(), _gradient(), _bound()


def _signal() -> Derivation:
    """Follow a signal on its way forward: an output adds up over the inputs."""
    return _mean_square(
        "A linear layer multiplies the mean square of a signal by "
        "$n_\\text{in}\\, \\mathrm{Var}(W)$, which is 1 for "
        "$\\mathrm{Var}(W) = 1 / n_\\text{in}$.",
        value="x",
        indices=("i", "j"),
        size=r"n_\text{in}",
        claim=r"\mathbb{E}\left[z^2\right] = "
        r"\mathbb{E}\left[\left(\sum_{i=1}^{n_\text{in}} W_i x_i\right)^2\right]",
    )


def _gradient() -> Derivation:
    """Follow a gradient on its way back: an input’s adds up over the outputs."""
    return _mean_square(
        "On its way back a linear layer multiplies the mean square of a gradient by "
        "$n_\\text{out}\\, \\mathrm{Var}(W)$, which is 1 for "
        "$\\mathrm{Var}(W) = 1 / n_\\text{out}$.",
        value="g",
        indices=("k", "m"),
        size=r"n_\text{out}",
        claim=r"\mathbb{E}\left[\left(\frac{\partial L}{\partial x}\right)^2\right] = "
        r"\mathbb{E}\left[\left(\sum_{k=1}^{n_\text{out}} W_k g_k\right)^2\right], \quad "
        r"g_k = \frac{\partial L}{\partial z_k}",
    )


def _mean_square(
    title: str, *, value: str, indices: tuple[str, str], size: str, claim: str
) -> Derivation:
    """Take three summands, and weights that are −s or s."""
    s = symbols("s", positive=True)
    x = symbols(f"{value}_1:4", positive=True)
    n = len(x)
    draws = [
        tuple(Mul(sign, s) for sign in signs)
        for signs in itertools.product((-1, 1), repeat=n)
    ]
    chance = Rational(1, len(draws))
    sums = [sum(w * v for w, v in zip(draw, x, strict=True)) for draw in draws]
    crossed = sum(
        chance * sum(draw[a] * draw[b] for draw in draws) * x[a] * x[b]
        for a, b in itertools.product(range(n), repeat=2)
    )
    mean_square = Rational(1, n) * sum(v**2 for v in x)
    i, j = indices
    return Derivation(
        title,
        sum(chance * total**2 for total in sums),
        (
            Step(
                "The square of the sum is multiplied out; only the weights are random.",
                crossed,
                rf"\sum_{i} \sum_{j} \mathbb{{E}}[W_{i} W_{j}]\, {value}_{i} {value}_{j}",
            ),
            Step(
                f"For ${i} \\ne {j}$ the weights are independent with mean 0, so only the "
                "squares remain.",
                sum(s**2 * v**2 for v in x),
                rf"\sum_{i} \mathrm{{Var}}(W)\, {value}_{i}^2",
            ),
            Step(
                f"The sum of the squares is ${size}$ times their mean.",
                n * s**2 * mean_square,
                rf"{size}\, \mathrm{{Var}}(W) \cdot "
                rf"\frac{{1}}{{{size}}} \sum_{i} {value}_{i}^2",
            ),
        ),
        claim,
    )


def _bound() -> Derivation:
    """Take weights of any gain and sizes."""
    u, n_in, n_out, gain = symbols("u n_in n_out g", positive=True)
    a = gain * sqrt(6 / (n_in + n_out))
    return Derivation(
        "Xavier’s bound gives the weights the variance "
        "$2 g^2 / (n_\\text{in} + n_\\text{out})$: at $g = 1$ the mean of "
        "$n_\\text{in}\\, \\mathrm{Var}(W)$ and $n_\\text{out}\\, \\mathrm{Var}(W)$ is 1.",
        Integral(u**2 / (2 * a), (u, -a, a)),
        (
            Step(
                "The antiderivative of $u^2$ is $u^3 / 3$.",
                (a**3 - (-a) ** 3) / (6 * a),
                r"\frac{a^3 - (-a)^3}{6 a}",
            ),
            Step("The cubes add up to $2 a^3$.", a**2 / 3, r"\frac{a^2}{3}"),
            Step(
                "The bound $a = g \\sqrt{6 / (n_\\text{in} + n_\\text{out})}$ is put in.",
                gain**2 * (6 / (n_in + n_out)) / 3,
                r"\frac{g^2}{3} \cdot \frac{6}{n_\text{in} + n_\text{out}}",
            ),
            Step(
                "The fraction is reduced by 3.",
                2 * gain**2 / (n_in + n_out),
                r"\frac{2 g^2}{n_\text{in} + n_\text{out}}",
            ),
        ),
        r"\mathrm{Var}(W) = \int_{-a}^{a} \frac{u^2}{2 a}\, du",
    )
