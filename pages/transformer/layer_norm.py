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
                FEATURES,
                [Bars("input", x, IN, digits=4)],
                title="One token before; dashed: its mean μ, and μ ± σ",
                y=Axis("input", (-top if x.min() < 0 else 0, top)),
                levels=[(mean - sigma, ""), (mean, ""), (mean + sigma, "")],
                height=240,
            ),
            bars(
                FEATURES,
                [Bars("output", output, OUT, digits=4)],
                title="The same token after",
                y=after,
                height=240,
            ),
            curves(
                [
                    Curve(name, SCALES, lines[k], slot=k + 1)
                    for k, name in enumerate(FEATURES)
                ],
                title="Output against the scale of the input: flat until ε takes over",
                x=Axis("scale a of the input", (1e-4, 100), log=True),
                y=after,
                at=[(others["scale"], "now")],
            ),
            curves(
                (
                    Curve("√(σ² + ε), as computed", SIGMAS, inside, OUT),
                    Curve("σ + ε, as in the original list", SIGMAS, outside, EPS),
                ),
                title="What is left of the size, for both places of ε",
                x=Axis("deviation σ of the input", (1e-5, 1e3), log=True),
                y=Axis("deviation of the output", (0, 1.15)),
                marks=[
                    Mark(sigma, left, f"{left:.2f}", OUT),
                    Mark(sigma, left_outside, f"{left_outside:.2f}", EPS),
                ],
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
        lesson.Preset("Scale by 100", {"scale": 100.0}, "The output stays"),
        lesson.Preset("Tiny signal", {"scale": 1e-4}, "ε is larger than the variance"),
        lesson.Preset(
            "One outlier", {"pattern": "0, 0, 0, 8"}, "At most √3 for four features"
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
        "Only the sixth digit moves, because ε is now even smaller beside the variance. "
        "The mean takes the 5 away, the deviation the 100.",
        choices=("it is a hundred times as large", "it moves up", "hardly at all"),
        show={"scale": 100.0, "shift": 5.0},
    ),
    aha="Scale and shift of a token disappear; the layer keeps only the pattern.",
    notice=(
        "Before gain and shift the output has mean 0 and a variance just under 1.",
        "One outlier among d features can reach at most √(d − 1), however large it is.",
        "A gain below 0 turns the pattern upside down.",
    ),
    try_this=(
        "How small may the input become before ε changes the output by a tenth?",
        "Which ε lets a signal of size 10⁻⁴ through unharmed?",
        "What do γ and β do to the four bars, and why does a network want them back?",
    ),
    pitfalls=(
        "It does not normalize over the batch; that is batch normalization. Here every "
        "token is on its own.",
        "The original list divides by σ + ε. Libraries, and this page, divide by "
        "√(σ² + ε). At σ = 10⁻³ and ε = 10⁻⁵ that leaves 0.99 or 0.30 of the size.",
        "The variance divides by d, not by d − 1; γ and β are vectors, one number for "
        "each feature.",
    ),
    in_use="Before each sub-layer of a transformer (pre-norm) or after it (the original). "
    "Many recent models use RMSNorm, which leaves the mean in.",
)
