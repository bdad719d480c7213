"""Gradient descent: limits, invariants, numbers from outside, the page's claims."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.bowl import bowl, bowl_path, level_curves
from formulas.optimization.gradient_descent import (
    best_step,
    contraction_factors,
    descent_step,
    error_rates,
    gradient_at,
    gradient_descent,
    quadratic,
    rosenbrock,
    stability_limit,
)
from pages.optimization.gradient_descent.figure import LIMIT
from pages.optimization.gradient_descent.statement import STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import vectors
from ui import frames
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["gradient_descent"]
THIRTY = STATEMENT.defaults | {"relative_lr": 1.0, "n_steps": 30}
FORGETFUL = next(one for one in BROKEN if one.slug == "gradient_descent")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("momentum * velocity - lr * gradient", "momentum * velocity + lr * gradient"),
    ("momentum * velocity - lr * gradient", "-lr * gradient"),
    (
        "return 2.0 / float(_positive(curvatures).max())",
        "return 1.0 / float(_positive(curvatures).max())",
    ),
    ("elif len(path) > n_steps:", "elif len(path) >= n_steps:"),
    ("slope[..., 1:] += 200 * gap", "slope[..., 1:] = 200 * gap"),
    ("0.5 * (curvature * point**2)", "(curvature * point**2)"),
    ('if _length(point) <= clip else "diverged"', 'if True else "diverged"'),
    (
        "return 2.0 / float(curvature.min() + curvature.max())",
        "return 2.0 / float(curvature.max())",
    ),
    ("downhill = -lr * (curvature", "downhill = lr * (curvature"),
    ("half = (1 + share - lr * curvature) / 2", "half = (1 - lr * curvature) / 2"),
    ("np.sin(turn) / math.sqrt(condition)", "np.sin(turn) / condition"),
    ("padded(losses, len(STEPS))", "padded(losses[:-1], len(STEPS))"),
    ("np.vstack([path, result.updated])", "np.vstack([path, path[-1]])"),
)

CURVES = (1.0, 10.0)


def walk(lr: float, *, start: float = 10.0, curvature: float = 1.0, n: int = 5):
    _, grad = quadratic([curvature])
    return gradient_descent(grad, [start], lr=lr, n_steps=n)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\theta_{t+1} = \theta_t - \eta\, \nabla_{\theta} L(\theta_t)"
    )


# Outside numbers


def test_the_square_from_ten_with_step_a_tenth():
    run = gradient_descent(lambda x: 2 * x, 10, lr=0.1, n_steps=5)
    expected = [10, 8, 6.4, 5.12, 4.096, 3.2768]
    np.testing.assert_allclose(run.path[:, 0], expected, rtol=1e-12)
    assert (run.status, run.steps) == ("running", 5)


def test_curvature_one_is_solved_in_one_step_with_step_one():
    run = walk(1.0)
    assert (run.status, run.steps) == ("converged", 1)
    np.testing.assert_array_equal(run.path[:, 0], [10, 0])


@pytest.mark.parametrize(("lr", "factor"), [(1.9, -0.9), (2.0, -1.0), (2.1, -1.1)])
def test_curvature_one_flips_the_sign_with_larger_steps(lr, factor):
    expected = 10 * factor ** np.arange(6)
    np.testing.assert_allclose(walk(lr).path[:, 0], expected, rtol=1e-12)
    assert contraction_factors([1.0], lr)[0] == pytest.approx(factor)


@pytest.mark.parametrize(
    ("relative", "loss"),
    [
        (0.1, 7.0641),
        (1.0, 0.022463),
        (20 / 11, 0.00081151),  # 1.8182, the best fixed step
        (1.95, 5.7588),
        (2.0, 125.00002),
        (2.1, 38060.2),
    ],
)
def test_loss_after_thirty_steps_at_condition_ten(relative, loss):
    f, grad = quadratic(CURVES)
    run = gradient_descent(grad, [5, 5], lr=relative / 10, n_steps=30)
    # The reference is printed to five digits.
    assert f(run.path[-1]) == pytest.approx(loss, rel=5e-5)


@pytest.mark.parametrize(("condition", "steps"), [(10, 69), (100, 691), (1000, 6908)])
def test_steps_to_a_millionth_of_the_error_at_the_best_step(condition, steps):
    curvatures = [1.0, condition]
    _, grad = quadratic(curvatures)
    run = gradient_descent(grad, [1, 1], lr=best_step(curvatures), n_steps=steps)
    error = np.linalg.norm(run.path, axis=1) / math.sqrt(2)
    assert error[-1] <= 1e-6 < error[-2]


def test_rosenbrock_at_its_classical_start():
    f, grad = rosenbrock()
    assert f([-1.2, 1]) == pytest.approx(24.2, rel=1e-12)
    np.testing.assert_allclose(grad([-1.2, 1]), [-215.6, -88], rtol=1e-12)


def test_rosenbrocks_gradient_of_scipys_documentation():
    _, grad = rosenbrock()
    expected = [-2, 10.6, 15.6, 13.4, 6.4, -3, -12.4, -19.4, 62]
    np.testing.assert_allclose(grad(0.1 * np.arange(9)), expected, rtol=1e-12)


def test_rosenbrocks_valley_has_condition_2508_and_a_tiny_stability_limit():
    _, grad = rosenbrock()
    h = 1e-6
    columns = [(grad(1 + h * e) - grad(1 - h * e)) / (2 * h) for e in np.eye(2)]
    low, high = np.linalg.eigvalsh(np.array(columns))
    # Central differences of the gradient are good to about seven digits here.
    assert (low, high) == pytest.approx((0.39936, 1001.60064), abs=1e-4)
    assert high / low == pytest.approx(2508.01, rel=1e-5)
    assert stability_limit([low, high]) == pytest.approx(0.0019968, abs=5e-9)


@given(vectors((2, 6), 2.0))
def test_rosenbrock_agrees_with_scipy(x):
    f, grad = rosenbrock()
    assert f(x) == pytest.approx(scipy.optimize.rosen(x), rel=1e-12)
    np.testing.assert_allclose(grad(x), scipy.optimize.rosen_der(x), atol=1e-9)


@claims("gradient_is_partials")
@given(vectors(3, 3.0))
def test_gradient_of_a_bowl_agrees_with_central_differences(x):
    f, grad = quadratic([0.5, -2.0, 7.0])
    h = 1e-5 * np.eye(3)
    numeric = (f(x + h) - f(x - h)) / 2e-5  # exact for a quadratic, up to rounding
    np.testing.assert_allclose(grad(x), numeric, atol=1e-8)


# Laws


@given(st.floats(0.05, 2.0), st.floats(1.0, 50.0), st.integers(0, 30))
def test_every_axis_of_a_bowl_shrinks_by_its_own_factor(relative, condition, n):
    curvatures, lr, start = bowl(relative, condition, 30)
    _, grad = quadratic(curvatures)
    run = gradient_descent(grad, start, lr=lr, n_steps=n)
    factors = contraction_factors(curvatures, lr)
    expected = start * factors ** np.arange(run.steps + 1)[:, None]
    np.testing.assert_allclose(run.path, expected, rtol=1e-9, atol=1e-12)


@given(vectors(2), st.floats(0.01, 0.15), st.floats(0, 0.95))
def test_a_run_repeats_the_single_step(start, lr, momentum):
    _, grad = quadratic(CURVES)
    run = gradient_descent(grad, start, lr=lr, n_steps=4, momentum=momentum)
    theta, velocity = start, np.zeros(2)
    for point in run.path[1:]:
        theta, velocity = descent_step(
            theta, grad(theta), velocity, lr=lr, momentum=momentum
        )
        np.testing.assert_array_equal(point, theta)


@claims("loss_falls")
@given(st.floats(0.05, 1.95), st.floats(1.0, 20.0))
def test_below_the_stability_limit_the_loss_always_falls(relative, condition):
    curvatures, lr, start = bowl(relative, condition, 45)
    assert lr < stability_limit(curvatures)
    f, grad = quadratic(curvatures)
    losses = f(gradient_descent(grad, start, lr=lr, n_steps=20).path)
    assert (np.diff(losses) <= 0).all()
    too_large = gradient_descent(grad, start, lr=2.5 / condition, n_steps=20).path
    assert f(too_large[-1]) > f(start)


@given(st.floats(1.0, 1000.0), st.floats(0.001, 2.0))
def test_no_fixed_step_beats_the_best_one(condition, other):
    curvatures = [1.0, condition]
    best = np.abs(contraction_factors(curvatures, best_step(curvatures))).max()
    assert best == pytest.approx((condition - 1) / (condition + 1), abs=1e-12)
    worst = np.abs(contraction_factors(curvatures, other / condition)).max()
    assert worst >= best - 1e-12


def test_momentum_follows_a_worked_example():
    run = gradient_descent(lambda x: x, [1.0], lr=0.5, n_steps=3, momentum=0.5)
    # Steps −0.5, −0.25 − 0.25 = −0.5, then −0.25 − 0 = −0.25 is not taken: at 0.
    np.testing.assert_allclose(run.path[:, 0], [1, 0.5, 0])
    assert run.status == "converged"


def test_rosenbrock_is_solved_in_the_long_run():
    _, grad = rosenbrock()
    run = gradient_descent(grad, [-1.2, 1], lr=0.0015, n_steps=20000)
    np.testing.assert_allclose(run.path[-1], [1, 1], atol=1e-4)


def test_bowls_and_valleys_take_grids_of_points():
    grid = np.stack(np.meshgrid([0.0, 1.0, 2.0], [0.0, 1.0]), axis=-1)
    for f, grad in (quadratic(CURVES), rosenbrock()):
        assert f(grid).shape == (2, 3)
        assert f(grid)[1, 2] == f([2.0, 1.0])
        np.testing.assert_array_equal(grad(grid)[1, 2], grad([2.0, 1.0]))


@given(
    st.floats(0.05, 2.2), st.floats(1.0, 50.0), st.floats(0, 0.95), st.integers(0, 60)
)
def test_the_fast_walk_is_the_run_of_gradient_descent(relative, condition, share, n):
    curvatures, lr, start = bowl(relative, condition, 130)
    run = gradient_descent(
        quadratic(curvatures)[1], start, lr=lr, n_steps=n, momentum=share, clip=1e30
    )
    path = bowl_path(relative, condition, 130, n_steps=n, momentum=share)
    assert path.shape == (n + 1, 2)
    np.testing.assert_allclose(path[: run.steps + 1], run.path, rtol=1e-9, atol=1e-11)


def test_a_start_at_another_distance_gives_the_same_path_in_another_size():
    near = bowl_path(1.5, 10.0, 45, n_steps=5, radius=math.sqrt(2))
    np.testing.assert_allclose(near[0], [1, 1], rtol=1e-12)
    np.testing.assert_allclose(
        5 * near, bowl_path(1.5, 10.0, 45, n_steps=5), atol=1e-12
    )


@given(st.floats(0.05, 2.2), st.floats(1.0, 50.0))
def test_without_momentum_the_rate_is_the_size_of_the_factor(relative, condition):
    curvatures, lr, _ = bowl(relative, condition, 0)
    factors = contraction_factors(curvatures, lr)
    np.testing.assert_allclose(error_rates(curvatures, lr), np.abs(factors), atol=1e-12)


@given(st.floats(0.1, 1.9), st.floats(0.0, 0.9))
def test_the_rate_is_what_a_step_leaves_in_the_long_run(relative, share):
    rate = error_rates([1.0], relative, share)[0]
    path = np.abs(bowl_path(relative, 1.0, 0, n_steps=400, momentum=share)[:, 0])
    # A whole turn of an oscillation evens out; t-th powers may carry a factor of t.
    late, early = path[-80:].max(), path[120:200].max()
    if late > 1e-250:
        assert (late / early) ** (1 / 200) == pytest.approx(rate, rel=0.05)


@given(st.floats(1.0, 1000.0), st.floats(0.1, 50.0))
def test_along_a_contour_line_the_loss_stays_the_same(condition, reach):
    (ring,) = level_curves(condition, [reach])
    losses = quadratic([1.0, condition])[0](ring)
    np.testing.assert_allclose(losses, reach**2 / 2, rtol=1e-9)


@pytest.mark.parametrize("n_steps", [1, 2, 57, 100])
def test_the_chart_has_the_path_of_the_steps_and_their_losses(n_steps):
    chosen = THIRTY | {"n_steps": n_steps, "momentum": 0.3}
    path = bowl_path(1.0, 10.0, 45.0, n_steps=n_steps, momentum=0.3)
    scene = drawing(LESSON)(**chosen)
    walk = np.array(scene.figures[0]["data"][2]["x"], dtype=float)
    np.testing.assert_allclose(walk[: n_steps + 1], path[:, 0], atol=1e-12)
    losses = np.array(scene.figures[1]["data"][0]["y"], dtype=float)
    expected = quadratic(CURVES)[0](path)
    np.testing.assert_allclose(losses[: n_steps + 1], expected, rtol=1e-9, atol=1e-12)
    assert np.isnan(losses[n_steps + 1 :]).all()
    assert np.isnan(walk[n_steps + 1 :]).all()


@pytest.mark.parametrize("angle", [0, 45, 130, 360])
def test_the_start_of_the_path_can_be_dragged_around_the_minimum(angle):
    figure = drawing(LESSON)(**THIRTY | {"angle": angle}).figures[0]
    (handle,) = figure["layout"]["meta"]["handles"]
    path = figure["data"][2]
    assert handle["at"] == [path["x"][0], path["y"][0]]
    turn = math.radians(angle)
    expected = 5 * math.sqrt(2) * np.array([math.cos(turn), math.sin(turn)])
    np.testing.assert_allclose(handle["at"], expected, atol=1e-12)
    assert (handle["angle"], handle["length"], handle["x"]) == ("angle", "", "")


# Bad and extreme input


def test_a_vanishing_gradient_at_the_start_is_converged_in_no_steps():
    run = walk(0.1, start=0.0)
    assert (run.status, run.steps, run.path.shape) == ("converged", 0, (1, 1))


def test_no_steps_is_a_path_of_one_point():
    run = walk(0.1, n=0)
    assert (run.status, run.steps) == ("running", 0)
    np.testing.assert_array_equal(run.path, [[10]])


def test_a_diverging_path_ends_with_the_first_point_beyond_the_limit():
    run = walk(3.0, n=1000)
    assert run.status == "diverged"
    assert abs(run.path[-1, 0]) > 1e8 >= abs(run.path[-2, 0])
    assert run.steps == 24  # 10 · 2^24 is the first above 1e8


def test_a_path_never_contains_an_infinity():
    run = gradient_descent(lambda x: x * 1e200, [1e100], lr=1e10, n_steps=5, clip=1e300)
    assert run.status == "diverged"
    assert np.isfinite(run.path).all()


def test_the_last_point_may_already_be_a_minimum():
    assert walk(1.0, n=1).status == "converged"


def test_a_saddle_has_factors_above_one():
    assert contraction_factors([-1.0], 0.5)[0] == 1.5


def nan_after_two(x):
    return np.where(x < 9, np.nan, 1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: walk(0), "lr must be in (0, inf), got 0.0"),
        (lambda: walk(-1), "lr must be in (0, inf), got -1.0"),
        (lambda: walk(np.nan), "lr contains NaN"),
        (lambda: walk(np.inf), "lr must be finite"),
        (
            lambda: gradient_descent(abs, [1], lr=1, n_steps=1, momentum=1),
            "momentum must be in [0, 1), got 1.0",
        ),
        (
            lambda: gradient_descent(abs, [1], lr=1, n_steps=1, momentum=-0.1),
            "momentum must be in [0, 1), got -0.1",
        ),
        (lambda: walk(1, n=-1), "n_steps must be in [0, inf), got -1"),
        (lambda: walk(1, n=2.5), "n_steps must be an integer, got 2.5"),
        (
            lambda: gradient_descent(abs, [1], lr=1, n_steps=1, clip=0),
            "clip must be in (0, inf), got 0.0",
        ),
        (
            lambda: gradient_descent(lambda _: [1, 2, 3], [1, 2], lr=1, n_steps=1),
            "shape mismatch: gradient has shape (3,), theta has shape (2,); "
            "grad must return the shape of theta",
        ),
        (
            lambda: gradient_descent(lambda _: "up", [1, 2], lr=1, n_steps=1),
            "gradient must be numeric",
        ),
        (
            lambda: gradient_descent(nan_after_two, [10], lr=1, n_steps=9),
            "gradient contains NaN at step 3",
        ),
        (
            lambda: gradient_descent(lambda x: x + np.inf, [1], lr=1, n_steps=1),
            "gradient must be finite",
        ),
        (
            lambda: gradient_descent(abs, [np.nan], lr=1, n_steps=1),
            "theta0 contains NaN",
        ),
        (
            lambda: gradient_descent(abs, [], lr=1, n_steps=1),
            "theta0 must not be empty",
        ),
        (
            lambda: gradient_descent(abs, [[1]], lr=1, n_steps=1),
            "theta0 must be 0-D or 1-D, got shape (1, 1)",
        ),
        (lambda: stability_limit([1, 0]), "curvatures must be positive"),
        (lambda: best_step([-1, 1]), "curvatures must be positive"),
        (lambda: stability_limit([]), "curvatures must not be empty"),
        (lambda: quadratic([np.nan]), "curvatures contains NaN"),
        (
            lambda: quadratic([1, 2])[0]([1, 2, 3]),
            "shape mismatch: theta has shape (3,), curvatures has shape (2,); "
            "theta needs one coordinate per curvature",
        ),
        (lambda: quadratic([1])[1]([np.inf]), "theta must be finite"),
        (lambda: rosenbrock()[0]([1]), "rosenbrock needs at least 2 coordinates"),
        (lambda: contraction_factors([1], 0), "lr must be in (0, inf), got 0.0"),
        (
            lambda: descent_step([1], [1, 2], [0], lr=1),
            "theta, gradient and velocity must have the same shape",
        ),
        (lambda: descent_step([1], [1], [np.nan], lr=1), "velocity contains NaN"),
        (lambda: descent_step([1], [1e300], [0], lr=1e10), "result must be finite"),
        (lambda: bowl(1, 0.5, 0), "condition must be in [1, inf), got 0.5"),
        (
            lambda: bowl_path(1, 10, 0, n_steps=-1),
            "n_steps must be in [0, inf), got -1",
        ),
        (
            lambda: bowl_path(1, 10, 0, n_steps=1, momentum=1),
            "momentum must be in [0, 1), got 1.0",
        ),
        (lambda: error_rates([1.0], 0), "lr must be in (0, inf), got 0.0"),
        (lambda: error_rates([np.nan], 1), "curvatures contains NaN"),
        (lambda: level_curves(0.5, [1]), "condition must be in [1, inf), got 0.5"),
        (lambda: level_curves(2, [0]), "reaches must be in (0, inf)"),
        (lambda: level_curves(2, [1], n_points=1), "n_points must be in [2, inf)"),
        (lambda: bowl(1, 10, 0, radius=0), "radius must be in (0, inf), got 0.0"),
        (lambda: bowl(0, 10, 0), "relative_lr must be in (0, inf), got 0.0"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_a_gradient_function_cannot_change_the_path():
    def greedy(x):
        x -= 100.0
        return np.ones_like(x)

    run = gradient_descent(greedy, [1.0], lr=1, n_steps=2)
    np.testing.assert_array_equal(run.path[:, 0], [1, 0, -1])
    np.testing.assert_array_equal(gradient_at(lambda x: x, np.ones(2)), [1, 1])


def test_input_is_left_as_it_was():
    start = np.array([1, 2])
    gradient_descent(quadratic(CURVES)[1], start, lr=0.1, n_steps=3)
    np.testing.assert_array_equal(start, [1, 2])


# What the page claims


def losses_of_the_page(**settings):
    """Return the loss before and after each step, as shares of the first one."""
    chosen = {**THIRTY, **settings}
    start = (chosen[name] for name in ("relative_lr", "condition", "angle"))
    path = bowl_path(*start, n_steps=chosen["n_steps"], momentum=chosen["momentum"])
    losses = quadratic([1.0, chosen["condition"]])[0](path)
    return losses / losses[0]


@claims("three_step_sizes")
def test_presets_crawling_best_and_diverging():
    f, grad = quadratic(CURVES)
    losses = {}
    for relative in (0.1, 20 / 11, 2.1):
        run = gradient_descent(grad, [5, 5], lr=relative / 10, n_steps=30)
        losses[round(relative, 2)] = f(run.path[-1]) / f([5, 5])
    assert 0.05 < losses[0.1] < 0.06  # crawling: 5 % of the loss is left
    assert losses[1.82] < 1e-5
    assert losses[2.1] > 100
    assert 10 * best_step(CURVES) == pytest.approx(1.82, abs=0.005)
    assert losses_of_the_page(relative_lr=0.1)[30] == pytest.approx(0.05, abs=0.005)
    assert losses_of_the_page(relative_lr=1.82)[30] == pytest.approx(7e-6, abs=5e-7)
    exploding = losses_of_the_page(relative_lr=2.1)
    # A tenth more error in the steep direction, which holds most of the loss.
    assert (exploding[1:] > 1.15 * exploding[:-1]).all()


@claims("small_step_crawls")
def test_at_a_twentieth_of_the_limit_30_steps_still_leave_5_percent():
    twentieth = 10 * stability_limit(CURVES) / 20  # times the largest curvature
    assert twentieth == pytest.approx(0.1)
    left = losses_of_the_page(relative_lr=twentieth)[30]
    assert left == pytest.approx(0.05, abs=0.005)
    assert losses_of_the_page(relative_lr=10 * twentieth)[30] < left / 100


@claims("minus_one_point_one")
def test_curvature_one_and_step_2_1_multiplies_the_error_by_minus_1_1():
    path = walk(2.1).path[:, 0]
    np.testing.assert_allclose(path[1:] / path[:-1], -1.1)


@claims("no_error_shrinks")
@given(st.floats(2.0, 5.0), st.floats(0.01, 100.0))
def test_from_two_over_the_curvature_on_no_error_shrinks(relative, curvature):
    path = np.abs(walk(relative / curvature, curvature=curvature).path[:, 0])
    assert (path[1:] >= path[:-1] * (1 - 1e-9)).all()
    assert error_rates([curvature], 2.1 / curvature, 0.3)[0] < 1  # with momentum


@claims("small_part")
@given(st.floats(0.05, 1.0), st.floats(1.0, 40.0))
def test_a_flatter_direction_loses_a_smaller_part_of_its_error(relative, condition):
    curvatures, lr, _ = bowl(relative, condition, 45)
    flat, steep = 1 - error_rates(curvatures, lr)
    assert steep == pytest.approx(relative)  # however steep: it dictates the step
    assert flat == pytest.approx(relative / condition)


@claims("uphill")
@given(st.floats(1.0, 50.0), st.floats(0.1, 6.2))
def test_the_gradient_points_where_the_loss_grows_fastest(condition, turn):
    loss, grad = quadratic([1.0, condition])
    point = 3 * np.array([np.cos(turn), np.sin(turn)])
    gradient = grad(point)
    directions = np.linspace(0, 2 * math.pi, 721)
    ways = 1e-5 * np.stack([np.cos(directions), np.sin(directions)], axis=1)
    steepest = ways[np.argmax(loss(point + ways))] / 1e-5
    assert steepest @ gradient / np.linalg.norm(gradient) > math.cos(math.radians(0.6))
    assert loss(point - 0.01 * gradient / condition) < loss(point)


@claims("overshoot")
@given(st.floats(0.05, 2.2), st.floats(1.0, 50.0))
def test_a_negative_factor_overshoots_and_its_size_is_what_a_step_leaves(
    relative, condition
):
    curvatures, lr, (_, start) = bowl(relative, condition, 90)
    after = bowl_path(relative, condition, 90, n_steps=1)[1, 1]
    assert after == pytest.approx((1 - relative) * start, abs=1e-12)
    assert (after < -1e-9) == (relative > 1 + 1e-9)
    assert error_rates(curvatures, lr)[1] == pytest.approx(abs(after / start), abs=1e-9)


@claims("momentum_brakes")
@given(st.floats(2.01, 2.2), st.floats(0.15, 0.95))
def test_beyond_the_limit_the_previous_step_points_back(relative, share):
    plain = bowl_path(relative, 10.0, 90, n_steps=20)[:, 1]
    moves = np.diff(plain)
    assert (moves[1:] * moves[:-1] < 0).all()  # it turns back at every step
    (without,) = error_rates([1.0], relative)
    (with_it,) = error_rates([1.0], relative, share)
    assert with_it < 1 < without
    first, second = bowl_path(relative, 10.0, 90, n_steps=2, momentum=share)[1:, 1]
    assert abs(second) < abs(plain[2])
    assert first == plain[1]


@claims("zigzag_converges")
@given(st.floats(1.01, 1.99))
def test_between_one_and_two_the_path_zigzags_but_converges(relative):
    path = walk(relative, n=200).path[:, 0]
    assert (path[1:] * path[:-1] <= 0).all()
    assert abs(path[-1]) < 10 * 0.995**100
    steep = bowl_path(relative, 10.0, 45, n_steps=30)[:, 1]
    assert (steep[1:] * steep[:-1] < 0).all()
    curvatures, lr, _ = bowl(relative, 10.0, 45)
    assert error_rates(curvatures, lr).max() < 1


@claims("never_settles")
def test_at_exactly_two_it_never_settles():
    run = walk(2.0, n=1000)
    assert run.status == "running"
    np.testing.assert_array_equal(np.abs(run.path), 10)
    steep = bowl_path(2.0, 10.0, 45, n_steps=1000)[:, 1]
    np.testing.assert_allclose(np.abs(steep), 5)


@claims("two_is_the_limit")
def test_from_two_on_no_step_size_settles_at_any_condition():
    for condition in (1.0, 10.0, 50.0):
        curvatures, lr, _ = bowl(2.0, condition, 45)
        assert error_rates(curvatures, lr).max() >= 1 - 1e-12
        assert error_rates(curvatures, 0.99 * lr).max() < 1
        assert error_rates(curvatures, 1.01 * lr)[1] > 1  # the steepest one
        if condition > 1:
            assert error_rates(curvatures, 1.01 * lr)[0] < 1


@claims("flattest_sets_time")
@given(st.floats(1.0, 50.0), st.floats(0.01, 1.0))
def test_up_to_the_best_step_no_direction_takes_longer_than_the_flattest(
    condition, part
):
    curvatures = np.linspace(1.0, condition, 7)
    rates = error_rates(curvatures, part * best_step(curvatures))
    assert rates[0] >= rates.max() - 1e-12
    # Beyond it the steepest one does.
    if condition > 2:
        beyond = error_rates(curvatures, 1.05 * best_step(curvatures))
        assert beyond[-1] == beyond.max() > beyond[0]


@claims("same_rate")
def test_the_best_fixed_step_leaves_both_directions_the_same_rate():
    flat, steep = error_rates(CURVES, best_step(CURVES))
    assert flat == pytest.approx(steep, rel=1e-12)
    assert flat == pytest.approx((10 - 1) / (10 + 1), rel=1e-12)
    for kappa in (1.0, 2.0, 50.0):
        both = error_rates([1.0, kappa], best_step([1.0, kappa]))
        np.testing.assert_allclose(both, (kappa - 1) / (kappa + 1), atol=1e-12)


@claims("momentum_helps")
def test_momentum_helps_the_flat_direction():
    plain, heavy = (
        bowl_path(1.0, 10.0, 45, n_steps=30, momentum=share) for share in (0.0, 0.3)
    )
    assert abs(heavy[-1, 0]) < abs(plain[-1, 0]) / 5
    curvatures, lr, _ = bowl(1.0, 10.0, 45)
    assert error_rates(curvatures, lr, 0.3)[0] < error_rates(curvatures, lr)[0] - 0.03


@claims("opens_with_momentum")
def test_without_the_momentum_opens_where_the_momentum_counts():
    opened = FORGETFUL.statement.defaults
    changed = {k: v for k, v in opened.items() if v != STATEMENT.defaults[k]}
    assert changed == {"momentum": 0.5, "relative_lr": 1.0, "n_steps": 30}
    plain = STATEMENT.defaults | {"momentum": 0.0}
    same, whole = (drawing(one)(**plain) for one in (FORGETFUL, LESSON))
    assert same.readouts["loss now"] == pytest.approx(whole.readouts["loss now"])


@claims("too_much_momentum")
def test_too_much_momentum_swings_and_is_slower_again():
    curvatures, lr, _ = bowl(1.0, 10.0, 45)
    assert (
        error_rates(curvatures, lr, 0.95).max() > error_rates(curvatures, lr, 0.5).max()
    )
    small, large = (
        bowl_path(1.0, 10.0, 45, n_steps=30, momentum=share) for share in (0.3, 0.95)
    )
    assert (small[:, 0] > 0).all()
    assert large[:, 0].min() < -1


def walk_in_the_valleys(**change):
    """Return the path in the picture of two valleys, and its walk by hand."""
    chosen = THIRTY | {"n_steps": 100} | change
    figure = drawing(LESSON)(**chosen).figures[3]
    drawn = {trace.get("name"): trace for trace in figure["data"]}
    shown = np.array(drawn["path"]["x"], dtype=float)
    theta, velocity = 1.5 * math.cos(math.radians(chosen["angle"])), 0.0
    by_hand = [theta]
    for _ in range(30):
        slope = float(np.clip(theta, -9, 9)) ** 3 - theta + 0.15  # far outside by then
        velocity = chosen["momentum"] * velocity - chosen["relative_lr"] / 2.42 * slope
        theta += velocity
        by_hand.append(theta)
    there = np.isfinite(shown)
    np.testing.assert_allclose(shown[there], np.array(by_hand)[there], atol=1e-9)
    heights = np.array(drawn["path"]["y"], dtype=float)[there]
    x = shown[there]
    np.testing.assert_allclose(heights, (x**2 - 1) ** 2 / 4 + 0.15 * x)
    return x, heights


@claims("two_valleys")
def test_the_start_decides_in_which_valley_the_path_ends():
    (right, high), (left, low) = (walk_in_the_valleys(angle=a) for a in (45, 180))
    lowest = np.sort(np.roots([1, 0, -1, 0.15]).real)[[0, 2]]
    assert (left[-1], right[-1]) == pytest.approx(tuple(lowest), abs=1e-3)
    assert low[-1] < high[-1] - 0.2
    assert 3 * lowest[0] ** 2 - 1 == pytest.approx(2.42, abs=0.01)


@claims("momentum_crosses")
def test_momentum_carries_the_path_over_the_hill():
    change = {"relative_lr": 0.3, "angle": 0}
    across, stays = (walk_in_the_valleys(**change, momentum=m)[0] for m in (0.9, 0.0))
    assert across[-5:].max() < 0 < stays.min()


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("relative_lr", [0.05, 1.5, 2.2])
def test_the_path_in_the_valleys_ends_where_the_picture_does(relative_lr, momentum):
    for angle in (0, 100, 180):
        x, _ = walk_in_the_valleys(
            relative_lr=relative_lr, momentum=momentum, angle=angle
        )
        assert (np.abs(x) <= 1.75).all()


@claims("right_angle")
@given(st.floats(1.0, 50.0), st.floats(0.1, 6.2))
def test_every_step_starts_at_a_right_angle_to_its_contour_line(condition, turn):
    point = np.array([np.cos(turn), np.sin(turn) / math.sqrt(condition)])
    along = np.array([-np.sin(turn), np.cos(turn) / math.sqrt(condition)])
    step, _ = descent_step(point, quadratic([1, condition])[1](point), [0, 0], lr=0.1)
    assert (step - point) @ along == pytest.approx(0, abs=1e-12)
    gradient = quadratic([1, condition])[1](point)
    pushed, _ = descent_step(point, gradient, along, lr=0.1, momentum=0.5)
    assert (pushed - point) @ along > 0.001  # the previous step goes on


@claims("saddle_end")
def test_the_path_may_end_in_a_saddle_below_which_there_is_more():
    f, grad = quadratic([1.0, -1.0])
    run = gradient_descent(grad, [5.0, 0.0], lr=0.5, n_steps=100)
    assert run.status == "converged"
    np.testing.assert_allclose(run.path[-1], 0, atol=1e-11)
    assert f(run.path[-1] + [0.0, 0.1]) < f(run.path[-1])


@claims("batches_average")
def test_the_gradients_of_all_batches_average_to_the_whole_gradient():
    random = np.random.default_rng(0)
    x, y, theta = random.normal(size=(6, 2)), random.normal(size=6), np.ones(2)

    def gradient(batch):
        rows = list(batch)
        return x[rows].T @ (x[rows] @ theta - y[rows]) / len(rows)

    drawn = [gradient(batch) for batch in itertools.combinations(range(6), 2)]
    np.testing.assert_allclose(np.mean(drawn, axis=0), gradient(range(6)), atol=1e-14)
    assert np.std(drawn, axis=0).min() > 0.1  # one of them alone is only an estimate


@pytest.mark.parametrize(
    ("relative_lr", "angle", "words"),
    [
        (0.5, 45, "it converges"),
        (1.5, 45, "it zig-zags but converges"),
        (2.0, 45, "jumps to and fro and never settles"),
        (2.5, 45, "and grows: the step is too large for the steep direction"),
        (2.5, 90, "and grows: the step is too large for the steep direction"),
        (2.0, 0, "it converges"),  # along the flat axis nothing steep is ever met
        (2.5, 180, "it converges"),
        (2.5, 360, "it converges"),
    ],
)
def test_the_sentence_says_what_the_path_does(relative_lr, angle, words):
    scene = drawing(LESSON)(**THIRTY | {"relative_lr": relative_lr, "angle": angle})
    assert words in scene.status
    path = bowl_path(relative_lr, 10.0, angle, n_steps=500)
    assert (np.abs(path[-1]).max() < 1e-3) == ("converges" in words)


def test_on_a_round_bowl_no_direction_is_steeper_than_the_other():
    chosen = THIRTY | {"relative_lr": 2.2, "condition": 1.0}
    for angle in (0, 45):
        said = drawing(LESSON)(**chosen | {"angle": angle}).status
        assert said.endswith("and grows: the step is too large for every direction.")


@pytest.mark.parametrize("relative_lr", [1.0, 2.05, 2.1, 2.2])
@pytest.mark.parametrize("n_steps", [30, 100])
def test_losses_that_grow_stay_within_their_picture(relative_lr, n_steps):
    chosen = THIRTY | {"relative_lr": relative_lr, "n_steps": n_steps}
    picture = drawing(LESSON)(**chosen).figures[1]
    highest = max(np.nanmax(curve["y"]) for curve in picture["data"])
    assert np.log10(highest) <= picture["layout"]["yaxis"]["range"][1]


def test_with_momentum_the_limit_is_higher_and_the_sentence_says_so():
    # A share of 0.1 moves the limit from 2 to 2 (1 + 0.1).
    chosen = THIRTY | {"relative_lr": 2.2, "momentum": 0.1}
    assert "at exactly the limit" in drawing(LESSON)(**chosen).status
    steep = bowl_path(2.2, 10.0, 45, n_steps=1000, momentum=0.1)[:, 1]
    assert (steep[901:] * steep[900:-1] < 0).all()
    np.testing.assert_allclose(np.abs(steep[900:]), np.abs(steep[900]), rtol=1e-9)


@pytest.mark.parametrize(
    ("condition", "relative", "steps"), [(50.0, 1.95, 69), (10.0, 1.8, 16)]
)
def test_steps_to_a_thousandth_of_the_loss_near_the_best_learning_rate(
    condition, relative, steps
):
    path = bowl_path(relative, condition, 45, n_steps=100)
    losses = quadratic([1.0, condition])[0](path)
    assert np.flatnonzero(losses < losses[0] / 1000)[0] == steps


def test_the_page_starts_at_five_five_and_shows_the_last_step():
    curvatures, lr, start = bowl(1.5, 10.0, 45)
    np.testing.assert_allclose(start, [5, 5], rtol=1e-12)
    run = gradient_descent(quadratic(curvatures)[1], start, lr=lr, n_steps=3)
    shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults))
    # Both coordinates are alive, and the steep one's slope is ten times its place.
    assert np.abs(shown["gradient"]).min() > 1
    np.testing.assert_allclose(shown["gradient"], run.path[-2] * [1, 10])
    np.testing.assert_array_equal(shown["updated"], run.path[-1])


def test_the_points_flat_and_steep_stand_on_the_rate_in_the_long_run():
    chosen = THIRTY | {"momentum": 0.5}
    scene = drawing(LESSON)(**chosen)
    marks = scene.figures[2]["data"][-2:]
    symbols = [mark["marker"]["symbol"] for mark in scene.figures[2]["data"][-4:]]
    assert symbols == ["square", "diamond"] * 2  # as the title says: flat, steep
    assert [float(mark["y"][0]) for mark in marks] == pytest.approx([0.5**0.5] * 2)
    kept = [
        scene.readouts[f"error kept per step, {axis}"] for axis in ("flat", "steep")
    ]
    assert kept == pytest.approx([0.5**0.5] * 2)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_new_place_is_written_out_from_the_gradient(momentum):
    chosen = THIRTY | {"momentum": momentum, "n_steps": 5}
    line = frames.frame(LESSON, chosen, None)["line"]
    numbers = [read(text) for text in line["numbers"]]
    theta, numbers = np.array(numbers[:2]), numbers[2:]
    expected = theta
    if momentum:
        factor, *velocity = numbers[:3]
        assert factor == momentum
        expected, numbers = theta + factor * np.array(velocity), numbers[3:]
    lr, gradient, updated = numbers[0], np.array(numbers[1:3]), numbers[3:]
    np.testing.assert_allclose(updated, expected - lr * gradient, rtol=2e-3, atol=1e-3)
    assert len(updated) == 2


@claims("slope_is_curvature")
@given(st.floats(1, 50), st.floats(-9, 9), st.floats(-9, 9))
def test_the_slope_of_a_bowl_is_curvature_times_distance(condition, x, y):
    value, _ = quadratic([1.0, condition])
    h = 1e-4
    for axis, (curvature, place) in enumerate(((1.0, x), (condition, y))):
        step = h * np.eye(2)[axis]
        point = np.array([x, y])
        slope = (value(point + step) - value(point - step)) / (2 * h)
        assert slope == pytest.approx(curvature * place, abs=1e-5)


@claims("kappa_sets_eta")
@pytest.mark.parametrize("relative_lr", [0.3, 1.0, 2.1])
def test_a_larger_condition_number_lowers_eta_and_raises_the_first_loss(relative_lr):
    shown = [
        drawing(LESSON)(
            **THIRTY | {"condition": kappa, "relative_lr": relative_lr}
        ).readouts
        for kappa in (1, 10, 50)
    ]
    for kappa, read_out in zip((1, 10, 50), shown, strict=True):
        assert read_out["learning rate η"] == pytest.approx(relative_lr / kappa)
        assert read_out["loss at the start"] == pytest.approx((1 + kappa) * 25 / 2)


@pytest.mark.parametrize("condition", [1.0, 10.0, 50.0])
def test_the_limit_that_is_read_parts_paths_that_grow_from_paths_that_shrink(condition):
    chosen = THIRTY | {"condition": condition}
    limit = drawing(LESSON)(**chosen).readouts[LIMIT]
    loss, grad = quadratic([1.0, condition])
    for part, grows in ((0.99, False), (1.01, True)):
        run = gradient_descent(grad, [0.0, 1.0], lr=part * limit, n_steps=50)
        assert (loss(run.path[-1]) > loss(run.path[0])) == grows


@claims("valley_start")
@pytest.mark.parametrize("angle", [0, 45, 90, 180, 270])
def test_the_angle_sets_the_start_of_the_walk_in_two_valleys(angle):
    picture = drawing(LESSON)(**THIRTY | {"angle": angle}).figures[3]
    start = 1.5 * math.cos(math.radians(angle))
    assert picture["data"][1]["x"][0] == pytest.approx(start, abs=1e-11)
    assert picture["layout"]["meta"]["title"].endswith("start at θ = 1.5 cos φ")


def test_on_a_round_bowl_at_the_best_rate_one_step_is_said_to_be_enough():
    chosen = THIRTY | {"condition": 1.0, "relative_lr": 1.0}
    assert drawing(LESSON)(**chosen).status.endswith(
        "it converges; one step is enough, because it leaves nothing of the error."
    )


def read(text):
    return float(text.replace(r"\left(", "").replace(r"\right)", ""))


def test_without_the_momentum_its_slider_moves_nothing():
    none, much = (
        drawing(FORGETFUL)(**THIRTY | {"momentum": momentum}) for momentum in (0.0, 0.9)
    )
    assert none.readouts == much.readouts
    for figure, other in zip(none.figures, much.figures, strict=True):
        for one, two in zip(figure["data"], other["data"], strict=True):
            if not str(one.get("name")).startswith("✓"):
                np.testing.assert_array_equal(one["y"], two["y"])


@pytest.mark.parametrize("angle", [0, 180])
@pytest.mark.parametrize("relative_lr", [1.9, 2.1])
def test_a_start_on_the_flat_axis_is_said_to_be_why_a_large_step_converges(
    angle, relative_lr
):
    chosen = THIRTY | {"relative_lr": relative_lr, "angle": angle}
    status = drawing(LESSON)(**chosen).status
    assert "converges" in status
    excuse = "it converges only because the start lies exactly on the flat axis; in"
    assert (excuse in status) == (relative_lr > 2)
    off_the_axis = drawing(LESSON)(**chosen | {"angle": angle + 5}).status
    assert ("and grows" in off_the_axis) == (relative_lr > 2)


@pytest.mark.parametrize("momentum", [0.0, 0.6])
@pytest.mark.parametrize("angle", [0, 45, 130])
def test_the_arrow_is_the_part_of_the_last_step_that_goes_down_the_gradient(
    momentum, angle
):
    chosen = STATEMENT.defaults | {"momentum": momentum, "angle": angle}
    traces = {t["name"]: t for t in drawing(LESSON)(**chosen).figures[0]["data"]}
    arrow = traces["−η∇L"]
    ray = traces["direction of −∇L"]
    walk = traces["gradient descent"]
    known = np.stack([walk["x"], walk["y"]], axis=1)[
        : STATEMENT.defaults["n_steps"] + 1
    ]
    tail, head = np.stack([arrow["x"], arrow["y"]], axis=1)
    given_ = inputs_of(STATEMENT, **chosen)
    np.testing.assert_allclose(tail, known[-2])
    np.testing.assert_allclose(head - tail, -given_["lr"] * np.array([1, 10]) * tail)
    carried = momentum * (known[-2] - known[-3])
    np.testing.assert_allclose(head + carried, known[-1], atol=1e-12)
    start, end = np.stack([ray["x"], ray["y"]], axis=1)
    np.testing.assert_allclose(start, tail)
    (a, b), (c, d) = end - start, head - tail
    assert a * d == pytest.approx(b * c, abs=1e-9)
    assert (end - start) @ (head - tail) > 0


def test_an_arrow_that_nobody_would_see_is_left_out():
    chosen = STATEMENT.defaults | {"relative_lr": 2.2, "n_steps": 60}
    traces = {t["name"]: t for t in drawing(LESSON)(**chosen).figures[0]["data"]}
    assert np.isnan(traces["−η∇L"]["x"][1])


@pytest.mark.parametrize("n_steps", [1, 3, 9, 30, 100])
def test_the_losses_fill_a_good_part_of_their_axis(n_steps):
    figure = drawing(LESSON)(**STATEMENT.defaults | {"n_steps": n_steps}).figures[1]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low == 0
    assert n_steps <= high <= max(10, 3 * n_steps)
