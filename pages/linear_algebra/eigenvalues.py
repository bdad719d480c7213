"""Eigenvalues and eigenvectors."""

import functools

import numpy as np

from charts import Arrow, Axis, Curve, Mark, Outline, Points, curves, plane
from formulas.linear_algebra.eigenvalues import (
    FORMULA,
    angle_to_line,
    circle_image,
    correlated_points,
    eigen_decomposition,
    pca,
    power_iteration,
    real_directions,
)
from formulas.linear_algebra.matrix_multiplication import matmul
from formulas.numbers import number_text
from ui import lesson

STEPS = np.arange(FORMULA.control("steps").high + 1)
START = [1.0, 0.3]
NOWHERE = np.full((2, 2), np.nan)
LINE = np.array([[-20.0], [20.0], [np.nan]])  # NaN lifts the pen
QUARTER_TURN = {"a": 0.0, "b": -1.0, "c": 1.0, "d": 0.0}
SLOT = {q.name: FORMULA.slot(q.name) for q in FORMULA.quantities}


@functools.cache
def cloud(correlation):
    """Draw a cloud and its principal axes, as long as the spread along them."""
    points = correlated_points(correlation)
    found = pca(points)
    spread = np.sqrt(found.explained_variance)[:, None]
    return points, spread * found.components, found.ratio


def iterate(A, kept):
    """Follow a power iteration, if there is a kept line to follow it to."""
    nothing = np.full(len(STEPS), np.nan)
    try:
        walk = power_iteration(A, START, STEPS[-1])
    except ValueError:  # it reached the zero vector
        return np.stack([nothing, nothing], axis=1), nothing, nothing
    angles = angle_to_line(walk.vectors, kept[0]) if len(kept) else nothing
    return walk.vectors, angles, walk.rayleigh


def draw(a, b, c, d, correlation, steps):
    A = np.array([[a, b], [c, d]])
    circle, image = circle_image(A, 91)
    values = np.round(eigen_decomposition(A).values, 12)
    kept = real_directions(A)
    vectors, angles, stretched = iterate(A, kept)
    lines = np.concatenate([LINE * v for v in (*kept, *NOWHERE)[:2]])
    heads = [*matmul(kept, A.T), *NOWHERE][:2]
    points, axes, shares = cloud(correlation)
    off = number_text(angles[steps])
    return lesson.Scene(
        figures=(
            plane(
                "The unit circle, its image, and the lines that stay in place",
                Outline("unit circle", circle, 8, dash=2),
                Outline("its image", image, SLOT["A"], closed=True),
                Outline("lines kept", lines, SLOT["vectors"], dash=1),
                Arrow("A v₁", heads[0], SLOT["values"]),
                Arrow("A v₂", heads[1], SLOT["values"], dash=2),
                Arrow(f"power iteration, step {steps}", vectors[steps], SLOT["d"]),
                extent=((-8.0, 8.0), (-4.4, 4.4)),
                height=400,
            ),
            curves(
                "Power iteration: angle to the strongest kept line",
                Curve("angle", STEPS, angles, SLOT["d"], points=True),
                Mark(steps, angles[steps], f"{off}°", SLOT["d"]),
                x=Axis("step t", (-0.4, STEPS[-1] + 0.4)),
                y=Axis("angle (degrees)", (1e-9, 1000), log=True),
            ),
            plane(
                "Data, and the eigenvectors of their covariance matrix",
                Points("data", points, 8, np.full(len(points), 3.0)),
                Arrow(explained(1, shares), axes[0], SLOT["A"]),
                Arrow(explained(2, shares), axes[1], SLOT["a"]),
                extent=((-6.0, 6.0), (-3.2, 3.2)),
            ),
        ),
        readouts={
            "λ₁": number_text(values[0]),
            "λ₂": number_text(values[1]),
            "λ₁ + λ₂ = a + d": float(values.sum().real),
            "λ₁ λ₂ = ad − bc": float(values.prod().real),
            f"vᵀA v after {steps} steps": stretched[steps],
        },
        status=sentence(values, kept),
    )


def explained(k, shares):
    return f"axis {k}: {shares[k - 1]:.1%} of the variance"


def sentence(values, kept):
    first, second = map(number_text, values)
    if not len(kept):
        return f"Every direction turns: the eigenvalues are {first} and {second}."
    if len(kept) == 1:
        return f"Only one line stays in place; its eigenvalue is {first}."
    if first == second:
        return f"Every line stays in place: the matrix is the number {first}."
    return (
        f"Two lines stay in place; along them A is just a number: {first} and {second}."
    )


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Symmetric", "Eigenvalues 3 and 1, at a right angle"),
        lesson.Preset("Rotation by 90°", "No real direction: i and −i", **QUARTER_TURN),
        lesson.Preset("Shear", "One direction only", a=1.0, c=0.0, d=1.0),
    ),
    prediction=lesson.Prediction(
        "How many directions does a rotation of the plane by 90° keep on their line?",
        lambda: len(real_directions([[0.0, -1.0], [1.0, 0.0]])),
        unit="directions",
        show=QUARTER_TURN,
    ),
    **lesson.words(FORMULA),
)
