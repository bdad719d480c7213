"""Eigenvalues and eigenvectors: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Arrow, Axis, Curve, Mark, Outline, Points, Scene, curves, plane
from formulas.linear_algebra import eigenvalues as eigen
from notation.numbers import counted, number_text
from pages.linear_algebra.eigenvalues.statement import STATEMENT

STEPS = np.arange(STATEMENT.control("steps").high + 1)
LINE = np.array([[-20.0], [20.0], [np.nan]])  # NaN lifts the pen

MATRIX, IMAGES, LINES, DATA, WALK = STATEMENT.color_indices(
    "A", "values", "vectors", "a", "d"
)


@functools.cache
def cloud(correlation):
    points = eigen.correlated_points(correlation)
    return points, eigen.pca(points)


def draw(a, b, c, d, correlation, steps):
    A = np.array([[a, b], [c, d]])
    circle, image = eigen.circle_image(A, 91)
    values = np.round(eigen.eigen_decomposition(A).values, 12)
    kept = eigen.real_directions(A)
    walk, angles, stretched = eigen.power_path(A, (1.0, 0.3), STEPS[-1], kept)
    shown = np.vstack([kept, np.full((2, 2), np.nan)])[:2]
    lines = np.concatenate([LINE * direction for direction in shown])
    first, second = shown @ A.T
    points, found = cloud(correlation)
    major, minor = found.ratio
    return Scene(
        plane(
            "The unit circle, its image, and the lines that are kept",
            Outline("unit circle", circle, 8, dash=2),
            Outline("its image", image, MATRIX, closed=True),
            Outline("lines kept", lines, LINES, dash=1),
            Arrow("A v₁", first, IMAGES),
            Arrow("A v₂", second, IMAGES, dash=2),
            Arrow(f"power iteration, step {steps}", walk[steps], WALK),
            extent=((-8.0, 8.0), (-4.4, 4.4)),
            height=400,
        ),
        curves(
            "Power iteration: angle to the line of v₁",
            Curve("angle", STEPS, angles, WALK, points=True),
            Mark(steps, angles[steps], f"{number_text(angles[steps])}°", WALK),
            x=Axis("step t", (-0.4, STEPS[-1] + 0.4)),
            y=Axis("angle (degrees)", (1e-9, 1000), log=True),
        ),
        plane(
            "Data, and the eigenvectors of their covariance matrix",
            Points("data", points, 8, np.full(len(points), 3.0)),
            Arrow(f"axis 1: {major:.1%} of the variance", found.axes[0], MATRIX),
            Arrow(f"axis 2: {minor:.1%} of the variance", found.axes[1], DATA),
            extent=((-6.0, 6.0), (-3.2, 3.2)),
        ),
        readouts={
            **dict(zip(("λ₁", "λ₂"), map(number_text, values), strict=True)),
            "λ₁ + λ₂ = a + d": round(float(values.sum().real), 9),
            "λ₁ λ₂ = ad − bc": round(float(values.prod().real), 9),
            f"vᵀA v after {counted(steps, 'step')}": stretched[steps],
        },
        status=sentence(values, kept, max(abs(A - a * np.eye(2)).flat) <= 1e-12),
    )


def sentence(values, kept, alike):
    digits = 4 if abs(values[0] - values[1]) > 1e-3 else 12
    first, second = (number_text(value, digits) for value in values)
    if not len(kept):
        return f"Every direction turns: the eigenvalues are {first} and {second}."
    lines = "every line" if alike else "its line"
    end = f"; the eigenvalue 0 shrinks {lines} to the origin" * (second == "0")
    if alike:
        return f"Every line is kept: A is just the number {first}{end}."
    if len(kept) == 1:
        return f"Only one line is kept; along it A is just the number {first}{end}."
    both = f"{first} and {second}"
    return f"Two lines are kept; along them A is just a number: {both}{end}."
