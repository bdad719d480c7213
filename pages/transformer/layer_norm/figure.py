"""Layer normalization: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, fitting
from formulas.transformer import layer_norm as norm
from notation.legacy import inputs_of, outputs_of
from notation.numbers import number_text
from pages.transformer.layer_norm.statement import PATTERNS, STATEMENT

SCALES = np.array(STATEMENT.control("scale").positions)
SIGMAS = np.geomspace(1e-5, 1e3, 161)
FEATURES = ("x₁", "x₂", "x₃", "x₄")
STEPS = np.outer(10.0 ** np.arange(-4, 4), [1, 2.5, 5]).ravel()  # ends of the axes
PLACES = ("√(σ² + ε), as computed", "σ + ε, as in the original list")
IN, OUT, EPS = STATEMENT.color_indices("x", "output", "eps")
over_scales = functools.lru_cache(8)(functools.partial(norm.scale_response, SCALES))
over_sigmas = functools.lru_cache(8)(functools.partial(norm.sizes_left, SIGMAS))


def draw(pattern, gamma, beta, **others):
    given = inputs_of(STATEMENT, pattern=pattern, gamma=gamma, beta=beta, **others)
    x, eps = given["x"], given["eps"]
    mean, variance, output = outputs_of(STATEMENT, given).values()
    mean, sigma = round(mean, 12), np.sqrt(variance)  # −3e-15 is a mean of 0
    lines = over_scales(PATTERNS[pattern], gamma, beta, eps=eps)
    left, left_outside = norm.sizes_left(sigma, eps=eps)
    title = "One token before; dashed: its mean μ, and μ ± σ"
    dashed = [(mean + k * sigma, "") for k in (-1, 0, 1)]
    before, after = Bars("input", x, IN, 4), Bars("output", output, OUT, 4)
    top = fitting(1.15 * np.abs(x).max(), STEPS)
    input_axis = Axis("input", (-top if x.min() < 0 else 0, top))
    reach = fitting(1.15 * (2 * abs(gamma) + abs(beta)), STEPS)
    output_axis = Axis("output", (-reach, reach))
    return Scene(
        bars(title, FEATURES, before, y=input_axis, levels=dashed, height=240),
        bars("The same token after", FEATURES, after, y=output_axis, height=240),
        curves(
            "Output against the scale of the input: flat until ε takes over",
            *map(Curve, FEATURES, [SCALES] * 4, lines, (1, 2, 3, 4)),
            x=Axis("scale a of the input", (1e-4, 100), log=True),
            y=output_axis,
            at=[(others["scale"], "now")],
        ),
        curves(
            "What is left of the size, for both places of ε",
            *map(Curve, PLACES, [SIGMAS] * 2, over_sigmas(eps=eps), (OUT, EPS)),
            Mark(sigma, left, f"{left:.2f}", OUT),
            Mark(sigma, left_outside, f"{left_outside:.2f}", EPS),
            x=Axis("deviation σ of the input", (1e-5, 1e3), log=True),
            y=Axis("deviation of the output", (0, 1.15)),
        ),
        readouts={
            "mean": mean,
            "deviation σ of the input": sigma,
            "size left, √(σ² + ε)": f"{left:.6f}",
            "size left, σ + ε": f"{left_outside:.6f}",
            "largest output": output.max(),
        },
        status=sentence(mean, sigma, left, gamma),
    )


def sentence(mean, sigma, size, gamma):
    gone = f"Mean {number_text(mean, 3)} and deviation {number_text(sigma, 3)} are gone"
    if gamma == 0:
        return "The gain is 0: every feature is the shift β."
    if size < 0.9:
        rest = (
            f"before γ and β only {number_text(100 * size, 2)}% of the pattern is left"
        )
        return f"{gone}, but ε is so large that {rest}."
    left = "just under 1" if size > 0.999 else f"{size:.3f}"
    return f"{gone}; before γ and β the pattern has mean 0 and deviation {left}."
