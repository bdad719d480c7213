"""Layer normalization."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves
from formulas.numbers import number_text
from formulas.transformer import layer_norm as norm
from ui import lesson

FORMULA, PATTERNS = norm.FORMULA, norm.PATTERNS
SCALES = np.array(FORMULA.control("scale").positions)
RAMP = np.array(PATTERNS["1, 2, 3, 4"])
SIGMAS = np.geomspace(1e-5, 1e3, 161)
FEATURES = ("x₁", "x₂", "x₃", "x₄")
STEPS = np.outer(10.0 ** np.arange(-4, 4), [1, 2.5, 5]).ravel()  # ends of the axes
IN, OUT, EPS = (FORMULA.slot(name) for name in ("x", "output", "eps"))


@functools.lru_cache(maxsize=8)
def over_scales(pattern, eps, gamma, beta):
    """Normalize the pattern at every scale; the shift would change nothing."""
    x = SCALES[:, None] * PATTERNS[pattern]
    return norm.layer_norm(x, [gamma] * 4, [beta] * 4, eps=eps).T.copy()


@functools.lru_cache(maxsize=8)
def sizes(eps):
    return [
        norm.normalized_size(SIGMAS, eps=eps, eps_mode=mode) for mode in norm.EPS_MODES
    ]


def draw(pattern, gamma, beta, **others):
    given = FORMULA.inputs(pattern=pattern, gamma=gamma, beta=beta, **others)
    x, eps = given["x"], given["eps"]
    output = norm.layer_norm(x, given["gains"], given["shifts"], eps=eps)
    lines = over_scales(pattern, eps, gamma, beta)
    mean, variance = norm.layer_norm_stats(x)
    sigma = np.sqrt(variance)
    left, left_outside = (
        norm.normalized_size(sigma, eps=eps, eps_mode=mode) for mode in norm.EPS_MODES
    )
    inside, outside = sizes(eps)
    top, reach = room(np.abs(x).max()), room(2 * abs(gamma) + abs(beta))
    after = Axis("output", (-reach, reach))
    return lesson.Scene(
        figures=(
            bars(
                "One token before; dashed: its mean μ, and μ ± σ",
                FEATURES,
                Bars("input", x, IN, digits=4),
                y=Axis("input", (-top if x.min() < 0 else 0, top)),
                levels=[(mean - sigma, ""), (mean, ""), (mean + sigma, "")],
                height=240,
            ),
            bars(
                "The same token after",
                FEATURES,
                Bars("output", output, OUT, digits=4),
                y=after,
                height=240,
            ),
            curves(
                "Output against the scale of the input: flat until ε takes over",
                *[
                    Curve(name, SCALES, lines[k], slot=k + 1)
                    for k, name in enumerate(FEATURES)
                ],
                x=Axis("scale a of the input", (1e-4, 100), log=True),
                y=after,
                at=[(others["scale"], "now")],
            ),
            curves(
                "What is left of the size, for both places of ε",
                Curve("√(σ² + ε), as computed", SIGMAS, inside, OUT),
                Curve("σ + ε, as in the original list", SIGMAS, outside, EPS),
                Mark(sigma, left, f"{left:.2f}", OUT),
                Mark(sigma, left_outside, f"{left_outside:.2f}", EPS),
                x=Axis("deviation σ of the input", (1e-5, 1e3), log=True),
                y=Axis("deviation of the output", (0, 1.15)),
            ),
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


def room(need):
    return float(next(step for step in STEPS if step >= 1.15 * need))


def sentence(mean, sigma, size, gamma):
    gone = f"Mean {number_text(mean, 3)} and deviation {number_text(sigma, 3)} are gone"
    if gamma == 0:
        return "The gain is 0: every feature is the shift β."
    if size < 0.9:
        return f"{gone}, but ε is so large that only {size:.1%} of the pattern is left."
    left = "just under 1" if size > 0.999 else f"{size:.3f}"
    return f"{gone}; before γ and β the pattern has mean 0 and deviation {left}."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Scale by 100", "The output stays", scale=100.0),
        lesson.Preset("Tiny signal", "ε is larger than the variance", scale=1e-4),
        lesson.Preset(
            "One outlier", "At most √3 for four features", pattern="0, 0, 0, 8"
        ),
    ),
    prediction=lesson.Prediction(
        "Multiply the features 1, 2, 3, 4 by 100 and add 5 to each. How does the output "
        "change?",
        lambda: (
            "hardly at all"
            if np.allclose(
                norm.layer_norm(100 * RAMP + 5), norm.layer_norm(RAMP), rtol=1e-5
            )
            else "it changes"
        ),
        choices=("it is a hundred times as large", "it moves up", "hardly at all"),
        show={"scale": 100.0, "shift": 5.0},
    ),
    **lesson.words(FORMULA),
)
