"""Adam: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.adam import (
    adam,
    adam_scalar,
    adam_step,
    bias_correction_factor,
)
from formulas.optimization.bowl import bowl_path
from formulas.optimization.gradient_descent import gradient_descent, quadratic
from pages.optimization.adam.broken import undivided_run
from pages.optimization.adam.figure import LAST, _gradients, _plain_path, _runs
from pages.optimization.adam.statement import (
    STATEMENT,
    bowl_matrix,
    start_at,
    whole_run,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import matrices, numbers, settings_of
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["adam"]
UNDIVIDED = next(one for one in BROKEN if one.slug == "adam")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("m_hat = m / (_gathered(beta1, t) if ready else 1.0)", "m_hat = m"),
    ("weight = _gathered(beta2, t) if ready else 1.0", "weight = 1.0"),
    (
        "v = beta2 * v + (1 - beta2) * grad**2",
        "v = beta2 * v + (1 - beta2) * abs(grad)",
    ),
    ("np.sqrt(v / weight) + settings.eps", "np.sqrt(v / weight + settings.eps)"),
    ("(np.sqrt(v) + settings.eps) / math.sqrt(weight)", "np.sqrt(v) + settings.eps"),
    ("np.sqrt(v / weight + settings.eps)", "np.sqrt(v / weight + settings.eps**2)"),
    ("for t in range(1, n_steps + 1):", "for t in range(2, n_steps + 2):"),
    (
        "out=np.zeros_like(m_hat), where=size > 0",
        "out=np.ones_like(m_hat), where=size > 0",
    ),
    ("np.linalg.norm(steps, axis=1) / lr", "np.linalg.norm(steps, axis=1)"),
    ("step = -settings.lr * ratio", "step = settings.lr * ratio"),
    (
        "size = math.sqrt(v / v_weight) + eps",
        "size = math.sqrt(v / v_weight + eps)",
    ),
    ("m_hat = m / m_weights", "m_hat = m"),
    ("bowl_path(PLAIN_RATE, condition, own,", "bowl_path(0.5, condition, own,"),
    ("eps, bias_correction=False)", "eps, bias_correction=True)"),
    ("np.vstack([path, result.updated])", "np.vstack([path, path[-1]])"),
)

ZERO = [0.0]


def first_step(gradient: float, **hyper) -> float:
    return -adam_step(ZERO, [gradient], ZERO, ZERO, 1, **hyper).step[0]


def adam_on_gradients(gradients, **options):
    """Feed `adam` a sequence of gradients, starting from 0."""
    rows = np.reshape(np.array(gradients, dtype=float), (len(gradients), -1))
    source = iter(rows)
    start = np.zeros(rows.shape[1])
    return adam(lambda _: next(source), start, n_steps=len(rows), **options)


def adam_on_signal(signal, **memory):
    """Feed `adam_scalar` a sequence of gradients, with a learning rate of 1."""
    source = iter([float(gradient) for gradient in signal])
    return adam_scalar(
        lambda _: next(source), 0.0, n_steps=len(signal), lr=1.0, **memory
    )


def adam_bowl_path(condition, *, n_steps, lr, **memory):
    """Return the page's walk down its bowl."""
    settings = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": True}
    return whole_run(condition, 45, lr, **{**settings, **memory})[0][: n_steps + 1]


def reference(gradients, lr, beta1, beta2, eps):
    """Write Algorithm 1 of the paper out, one number at a time."""
    theta, m, v = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        theta -= lr * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, "
        r"\quad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 "
        r"\\ \hat{m}_t = \frac{m_t}{1 - \beta_1^{t}}, "
        r"\quad \hat{v}_t = \frac{v_t}{1 - \beta_2^{t}} "
        r"\\ \theta_t = \theta_{t-1} - \eta\, "
        r"\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon} \end{gathered}"
    )


# Outside numbers


def test_tensorflows_documentation_example_moves_by_the_learning_rate():
    first = adam(lambda x: x, [10.0], n_steps=1, lr=0.1).path[-1, 0]
    assert first == pytest.approx(9.9000000001, rel=1e-15)
    keras = adam(lambda x: x, [10.0], n_steps=1, lr=0.1, eps=1e-7, eps_mode="hat")
    assert keras.path[-1, 0] == pytest.approx(9.9000000316, abs=5e-11)


def test_second_and_third_step_of_the_same_example():
    path = adam(lambda x: x, [10.0], n_steps=3, lr=0.1).path[:, 0]
    expected = [9.800027459159695, 9.7001009925788]
    np.testing.assert_allclose(path[2:], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("gradient", "step"), [(1e-3, 9.99990e-4), (1.0, 9.9999999e-4), (1e3, 1e-3)]
)
def test_the_first_step_does_not_depend_on_the_scale_of_the_gradient(gradient, step):
    assert first_step(gradient) == pytest.approx(step, rel=1e-8)


@pytest.mark.parametrize(
    ("mode", "step"), [("outside", 5.0e-4), ("hat", 3.0653e-5), ("inside", 1.0e-7)]
)
def test_where_epsilon_stands_matters_for_gradients_as_small_as_it(mode, step):
    assert first_step(1e-8, eps_mode=mode) == pytest.approx(step, rel=2e-5)


def test_a_gradient_of_zero_gives_no_step():
    assert first_step(0.0) == 0


@pytest.mark.parametrize(
    ("beta", "factors"),
    [(0.9, (10, 1.535340, 1.000027, 1)), (0.999, (1000, 100.4508, 10.50334, 1.581516))],
)
def test_correction_factors(beta, factors):
    for t, factor in zip((1, 10, 100, 1000), factors, strict=True):
        assert bias_correction_factor(beta, t) == pytest.approx(factor, rel=5e-7)


def test_without_correction_the_first_steps_are_too_large():
    run = adam_on_gradients(np.ones(40), bias_correction=False)
    assert run.step_sizes[0] == pytest.approx(math.sqrt(10), rel=1e-6)
    assert run.step_sizes.max() == pytest.approx(6.5685, abs=5e-5)
    assert run.step_sizes.argmax() + 1 == 12


def test_a_gradient_that_turns_around():
    run = adam_on_gradients([1.0, -1.0], lr=0.1)
    assert run.path[2, 0] == pytest.approx(-0.0947368412, abs=5e-11)
    assert run.m_hat[1, 0] == pytest.approx(-0.0526315789, abs=5e-11)
    assert run.v_hat[1, 0] == pytest.approx(1, rel=1e-12)


def test_a_constant_gradient_of_three_is_seen_exactly_at_every_step():
    run = adam_on_gradients(np.full(200, 3.0))
    np.testing.assert_allclose(run.m_hat, 3, rtol=1e-12)
    np.testing.assert_allclose(run.v_hat, 9, rtol=1e-12)


@given(
    st.lists(numbers(100.0), min_size=1, max_size=12),
    st.floats(0, 0.99),
    st.floats(0, 0.9999),
)
def test_agrees_with_algorithm_one_written_out(gradients, beta1, beta2):
    run = adam_on_gradients(gradients, lr=0.1, beta1=beta1, beta2=beta2)
    expected = reference(gradients, 0.1, beta1, beta2, 1e-8)
    assert run.path[-1, 0] == pytest.approx(expected, rel=1e-8, abs=1e-10)


@given(st.lists(numbers(100.0), min_size=1, max_size=12), st.floats(1e-8, 1.0))
def test_the_keras_form_is_the_papers_reordered_one(gradients, eps):
    run = adam_on_gradients(gradients, lr=0.1, eps=eps, eps_mode="hat")
    theta, m, v = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        rate = 0.1 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        theta -= rate * m / (math.sqrt(v) + eps)
    assert run.path[-1, 0] == pytest.approx(theta, rel=1e-8, abs=1e-10)


# Laws


@given(matrices((1, 6), (1, 3)))
def test_a_run_repeats_the_single_step_coordinate_by_coordinate(gradients):
    run = adam_on_gradients(gradients, lr=0.1)
    theta = m = v = np.zeros(gradients.shape[1])
    for t, g in enumerate(gradients, start=1):
        state = adam_step(theta, g, m, v, t, lr=0.1)
        theta, m, v = state.theta, state.m, state.v
        np.testing.assert_array_equal(run.path[t], theta)
        np.testing.assert_array_equal(run.m[t - 1], m)
        np.testing.assert_array_equal(run.v[t - 1], v)
        assert run.step_sizes[t - 1] == pytest.approx(np.linalg.norm(state.step) / 0.1)
    alone = adam_on_gradients(gradients[:, 0], lr=0.1)
    np.testing.assert_allclose(alone.path[:, 0], run.path[:, 0], rtol=1e-12)


@claims("scale_cancels")
@given(st.lists(numbers(10.0), min_size=1, max_size=10), st.floats(0.1, 1e6))
def test_scaling_every_gradient_changes_nothing_without_epsilon(gradients, scale):
    plain = adam_on_gradients(gradients, eps=0)
    scaled = adam_on_gradients(scale * np.array(gradients), eps=0)
    np.testing.assert_allclose(plain.path, scaled.path, rtol=1e-9, atol=1e-12)


def test_without_memory_it_is_the_sign_of_the_gradient():
    run = adam_on_gradients([5.0, -0.1, 2.0], lr=1, beta1=0, beta2=0, eps=0)
    np.testing.assert_allclose(run.path[:, 0], [0, -1, 0, -1], atol=1e-12)


@given(numbers(1e3))
def test_the_modes_agree_where_epsilon_is_zero(gradient):
    steps = [
        first_step(gradient, eps=0, eps_mode=m) for m in ("outside", "hat", "inside")
    ]
    assert steps == pytest.approx([steps[0]] * 3, rel=1e-12)


def test_the_correction_fades_with_time():
    assert bias_correction_factor(0.9, 10_000) == 1
    assert bias_correction_factor(0, 1) == 1
    assert bias_correction_factor(1 - 1e-12, 1) == pytest.approx(1e12, rel=1e-3)


@claims("bowl_of_the_race")
@pytest.mark.parametrize("condition", [1.0, 10.0, 1000.0])
def test_the_loss_of_the_race_is_the_one_that_is_written(condition):
    chosen = STATEMENT.defaults | {"condition": condition}
    made = inputs_of(STATEMENT, **chosen)
    x, y = outputs_of(STATEMENT, made)["updated"]
    scene = drawing(LESSON)(**chosen)
    assert scene.readouts["loss, Adam"] == pytest.approx((x**2 + condition * y**2) / 2)
    np.testing.assert_allclose(made["grad"], made["theta"] * [1, condition])


@claims("noise_shortens")
def test_noise_on_the_gradients_makes_the_steps_shorter():
    noisy = np.array(_gradients("noisy"))
    assert noisy.mean() == pytest.approx(1)
    assert noisy.std() == pytest.approx(2)
    sizes = adam_on_signal(noisy, bias_correction=True).step_sizes
    assert (sizes[1:] < 1).mean() > 0.9
    assert sizes[10:].mean() < 0.6
    steady = adam_on_signal(np.ones(LAST), bias_correction=True).step_sizes
    np.testing.assert_allclose(steady, 1, rtol=1e-6)


@claims("three_signals")
def test_sequences_of_gradients_to_try():
    assert list(_gradients("constant")) == [1.0] * LAST
    assert list(_gradients("alternating")) == [1.0, -1.0] * (LAST // 2)
    assert list(_gradients("one large")) == [100.0] + [1.0] * (LAST - 1)


@given(
    st.floats(1e-3, 1),
    st.floats(0, 0.99),
    st.floats(0.9, 0.9999),
    st.floats(1e-12, 0.1),
    st.floats(1, 1000),
    st.booleans(),
)
def test_the_fast_walk_is_the_run_of_adam(lr, beta1, beta2, eps, condition, correct):
    memory = {"beta1": beta1, "beta2": beta2, "eps": eps, "bias_correction": correct}
    _, grad = quadratic([1.0, condition])
    run = adam(grad, [1.0, 1.0], n_steps=12, lr=lr, **memory)
    path, m, v = whole_run(condition, 45, lr, **memory)
    np.testing.assert_allclose(path[:13], run.path, rtol=1e-7, atol=1e-9)
    for means, expected in ((m, run.m), (v, run.v)):
        np.testing.assert_array_equal(means[0], 0)
        np.testing.assert_allclose(means[1:13], expected, rtol=1e-7, atol=1e-9)


@given(
    st.lists(numbers(100.0), min_size=1, max_size=12),
    st.floats(0, 0.99),
    st.floats(0, 0.9999),
    st.booleans(),
)
def test_the_fast_response_to_a_signal_is_the_run_of_adam(g, beta1, beta2, correct):
    memory = {"beta1": beta1, "beta2": beta2, "bias_correction": correct}
    run = adam_on_gradients(g, lr=1.0, **memory)
    fast = adam_on_signal(g, **memory)
    for name in ("path", "m", "v", "m_hat", "v_hat", "step_sizes"):
        expected = getattr(run, name)
        found = getattr(fast, name)
        assert found.shape == expected.shape, name
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12, err_msg=name)


@given(st.floats(1, 1000), st.integers(1, 30), st.floats(0.01, 1))
def test_a_race_is_run_by_adam_and_by_gradient_descent(condition, n, lr):
    loss, grad = quadratic([1.0, condition])
    own = adam(grad, [1, 1], n_steps=n, lr=lr).path
    plain = gradient_descent(grad, [1, 1], lr=1.8 / condition, n_steps=n).path
    chosen = STATEMENT.defaults | {"condition": condition, "n_steps": n, "lr": lr}
    scene = drawing(LESSON)(**chosen)
    bowl = {trace.get("name"): trace for trace in scene.figures[0]["data"]}
    for name, points in (("Adam", own), ("gradient descent", plain)):
        walk = np.stack([bowl[name]["x"], bowl[name]["y"]], axis=1).astype(float)
        assert walk.shape == (n + 1, 2)
        # What is too far away to be seen is left out; gradient descent may stop early.
        near = np.isfinite(walk[: len(points)])
        assert near[0].all()
        np.testing.assert_allclose(walk[: len(points)][near], points[near], atol=1e-9)
    losses = list(scene.readouts.values())[:2]
    assert losses[0] == pytest.approx(loss(own[-1]), rel=1e-7, abs=1e-9)
    # Gradient descent stops where it has converged; the race goes on.
    assert losses[1] == pytest.approx(loss(plain[-1]), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ["constant", "alternating", "one large"])
def test_a_signal_is_run_with_the_correction_and_without(name):
    memory = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3}
    gradients = _gradients(name)
    runs = _runs(gradients, **memory)
    for run, correct in zip(runs, (True, False), strict=True):
        wanted = adam_on_gradients(gradients, lr=1.0, bias_correction=correct, **memory)
        np.testing.assert_allclose(run.step_sizes, wanted.step_sizes)
        np.testing.assert_allclose(run.v_hat, wanted.v_hat)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"condition": 30.0, "lr": 0.3, "beta1": 0.5, "beta2": 0.95, "log10_eps": -1},
        {"rotation": 45, "angle": 120, "bias_correction": False},
    ],
)
@pytest.mark.parametrize(("n_steps", "last"), [(10, LAST), (40, LAST), (41, 100)])
def test_the_lower_charts_show_what_adam_meets_in_the_race(change, n_steps, last):
    chosen = STATEMENT.defaults | {"n_steps": n_steps, **change}
    scene = drawing(LESSON)(**chosen)
    a, b, d = bowl_matrix(chosen["condition"], chosen["rotation"])
    matrix = np.array([[a, b], [b, d]])
    run = adam(
        lambda theta: matrix @ theta,
        start_at(chosen["angle"]),
        n_steps=last,
        lr=chosen["lr"],
        beta1=chosen["beta1"],
        beta2=chosen["beta2"],
        eps=10.0 ** chosen["log10_eps"],
        bias_correction=chosen["bias_correction"],
    )
    memories, lengths = (figure["data"] for figure in scene.figures[1:])
    shown = lengths[0 if chosen["bias_correction"] else 1]["y"]
    flat, steep = np.abs(np.diff(run.path, axis=0)).T / chosen["lr"]
    np.testing.assert_allclose(shown, steep, rtol=1e-5, atol=1e-7)
    assert lengths[2]["name"] == ("θ₁" if chosen["rotation"] else "θ₁ (flat)")
    np.testing.assert_allclose(lengths[2]["y"], flat[::4], rtol=1e-5, atol=1e-7)
    gradients = (run.path[:-1] @ matrix)[:, 1]
    for trace, expected in zip(
        memories,
        (gradients, run.m_hat[:, 1], np.sqrt(run.v_hat[:, 1])),
        strict=False,
    ):
        np.testing.assert_allclose(trace["y"], expected, rtol=1e-5, atol=1e-7)
    low, high = scene.figures[1]["layout"]["yaxis"]["range"]
    assert low <= gradients.min() <= gradients.max() <= high
    turned = "along θ₂" if chosen["rotation"] else "in the steep direction"
    assert turned in scene.figures[2]["layout"]["meta"]["title"]


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_no_step_leaves_the_picture_of_their_lengths(chosen):
    picture = drawing(LESSON)(**chosen).figures[2]
    top = picture["layout"]["yaxis"]["range"][1]
    for curve in picture["data"][:2]:
        assert np.max(curve["y"]) < top


def test_the_longest_first_step_without_correction_is_in_the_picture():
    chosen = STATEMENT.defaults | {"beta1": 0.0, "beta2": 0.9999}
    picture = drawing(LESSON)(**chosen).figures[2]
    assert picture["data"][1]["y"][0] == pytest.approx(100, rel=1e-4)
    assert picture["layout"]["yaxis"]["range"][1] > 100


@claims("points_divided")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_points_are_what_the_last_step_divides_and_what_comes_of_it(chosen):
    scene = drawing(LESSON)(**chosen)
    memories, lengths = (figure["data"] for figure in scene.figures[1:])
    mean, root, step = *memories[3:], lengths[3]
    if chosen["signal"] != "race":
        assert all(math.isnan(mark["y"][0]) for mark in (mean, root, step))
        return
    assert [mark["x"][0] for mark in (mean, root, step)] == [chosen["n_steps"]] * 3
    eps = 10.0 ** chosen["log10_eps"]
    expected = abs(mean["y"][0]) / (root["y"][0] + eps)
    assert step["y"][0] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    index = "₁" if "flat" in scene.figures[2]["layout"]["meta"]["title"] else "₂"
    last = scene.readouts[f"last step along θ{index}, in η"]
    assert last == pytest.approx(expected, rel=1e-4, abs=1e-7)


@claims("mean_smooths")
def test_the_mean_of_noisy_gradients_is_smoother_than_they_are():
    chosen = STATEMENT.defaults | {"signal": "noisy"}
    gradients, mean, root, *_ = (
        np.array(one["y"]) for one in drawing(LESSON)(**chosen).figures[1]["data"]
    )
    assert np.abs(np.diff(mean)).max() < np.abs(np.diff(gradients)).max() / 2
    assert mean[10:].std() < gradients.std() / 2
    # It counts the noise: for long it is above the size of the mean gradient, which is 1.
    assert root[10:].min() > 1.5


@claims("squares_on_the_line")
@pytest.mark.parametrize("condition", [2.0, 100.0, 1000.0])
def test_both_coordinates_step_alike_although_their_gradients_differ(condition):
    chosen = STATEMENT.defaults | {"condition": condition}
    steep, _, flat = (
        np.array(one["y"]) for one in drawing(LESSON)(**chosen).figures[2]["data"][:3]
    )
    assert len(flat) == len(steep) // 4
    np.testing.assert_allclose(steep[::4], flat, rtol=1e-4, atol=1e-6)
    g = inputs_of(STATEMENT, **chosen)["grad"]
    assert g[1] / g[0] == pytest.approx(condition, rel=1e-4)


# Bad and extreme input


def test_zero_over_zero_is_no_step():
    assert first_step(0.0, eps=0) == 0
    assert first_step(2.0, eps=0) == pytest.approx(1e-3)


def test_huge_gradients_are_fine_until_their_square_overflows():
    assert first_step(1e150) == pytest.approx(1e-3)
    with says("gradient too large at step 1"):
        first_step(1e155)
    with says("gradient too large at step 2"):
        adam_on_gradients([1.0, 1e200])


def test_no_steps_is_a_path_of_one_point():
    run = adam(lambda x: x, [1.0, 2.0], n_steps=0)
    assert run.path.shape == (1, 2)
    assert run.m.shape == run.v_hat.shape == (0, 2)
    assert run.step_sizes.shape == (0,)


def step(**changes):
    arguments = {"theta": [1.0], "grad": [1.0], "m": [0.0], "v": [0.0], "t": 1}
    return adam_step(**{**arguments, **changes})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: step(lr=0), "lr must be in (0, inf), got 0.0"),
        (lambda: step(eps=-1e-8), "eps must be in [0, inf), got -1e-08"),
        (lambda: step(beta1=1), "beta1 must be in [0, 1), got 1.0"),
        (lambda: step(beta2=-0.1), "beta2 must be in [0, 1), got -0.1"),
        (lambda: step(t=0), "t must be in [1, inf), got 0"),
        (lambda: step(t=1.5), "t must be an integer, got 1.5"),
        (lambda: step(eps_mode="keras"), "eps_mode must be one of"),
        (
            lambda: step(grad=[1, 2]),
            "shape mismatch: theta has shape (1,), grad has shape (2,); "
            "theta, grad, m and v must have the same shape",
        ),
        (lambda: step(m=[1, 2]), "theta, grad, m and v must have the same shape"),
        (lambda: step(v=[1, 2]), "theta, grad, m and v must have the same shape"),
        (lambda: step(v=[-1.0]), "v must be non-negative"),
        (lambda: step(grad=[np.nan]), "grad contains NaN"),
        (lambda: step(m=[np.inf]), "m must be finite"),
        (lambda: step(theta=[]), "theta must not be empty"),
        (lambda: step(theta=["a"]), "theta must be numeric"),
        (lambda: adam(abs, [1.0], n_steps=-1), "n_steps must be in [0, inf), got -1"),
        (
            lambda: adam(abs, [1.0], n_steps=1, lr=-1),
            "lr must be in (0, inf), got -1.0",
        ),
        (
            lambda: adam(lambda _: [1, 2], [1.0], n_steps=1),
            "grad must return the shape of theta",
        ),
        (
            lambda: adam(lambda x: x * np.nan, [1.0], n_steps=1),
            "gradient contains NaN at step 1",
        ),
        (
            lambda: adam(lambda x: x + np.inf, [1.0], n_steps=1),
            "gradient too large at step 1",
        ),
        (lambda: adam(abs, [np.inf], n_steps=1), "theta0 must be finite"),
        (
            lambda: adam_scalar(abs, 1.0, n_steps=1, beta1=1),
            "beta1 must be in [0, 1), got 1.0",
        ),
        (
            lambda: adam_scalar(abs, 1.0, n_steps=-1),
            "n_steps must be in [0, inf), got -1",
        ),
        (lambda: adam_scalar(abs, 1.0, n_steps=1, eps=-1), "eps must be in [0, inf)"),
        (lambda: adam_scalar(abs, np.nan, n_steps=1), "theta0 contains NaN"),
        (
            lambda: adam_scalar(lambda x: x * 1e200, 1.0, n_steps=1),
            "gradient too large at step 1",
        ),
        (
            lambda: adam_scalar(lambda x: x * np.nan, 1.0, n_steps=1),
            "gradient too large at step 1",
        ),
        (lambda: bias_correction_factor(1, 1), "beta must be in [0, 1), got 1.0"),
        (lambda: bias_correction_factor(0.9, 0), "t must be in [1, inf), got 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    arrays = [np.array([x]) for x in (1.0, 2.0, 3.0, 4.0)]
    adam_step(*arrays, 3)
    np.testing.assert_array_equal(np.concatenate(arrays), [1, 2, 3, 4])


# What the page claims


def settled(losses):
    """Count the steps until the loss reaches and stays below a thousandth."""
    return np.flatnonzero(losses >= 1e-3)[-1] + 1


@claims("steps_of_adam")
@pytest.mark.parametrize(("lr", "steps"), [(0.01, 235), (0.1, 94)])
def test_steps_that_adam_needs_at_two_learning_rates(lr, steps):
    f, grad = quadratic([1.0, 100.0])
    assert settled(f(adam(grad, [1, 1], n_steps=600, lr=lr).path)) == steps


@claims("start_decides")
def test_who_is_ahead_depends_on_bowl_and_start():
    for turned, ahead in (({}, True), ({"rotation": 45, "angle": 90}, False)):
        shown = drawing(LESSON)(**STATEMENT.defaults | turned).readouts
        assert (shown["loss, Adam"] < shown["loss, gradient descent"]) == ahead


@claims("first_gradients")
def test_the_first_step_has_gradients_of_1_and_100_and_moves_both_by_eta():
    shown = STATEMENT.solve(STATEMENT.defaults | {"n_steps": 1}).numbers
    assert shown["grad"] == pytest.approx([1, 100])
    assert shown["theta"] - shown["updated"] == pytest.approx([0.1, 0.1], rel=1e-6)


@claims("steps_of_descent")
def test_steps_that_plain_gradient_descent_needs():
    f, grad = quadratic([1.0, 100.0])
    run = gradient_descent(grad, [1, 1], lr=0.019, n_steps=600)
    assert settled(f(run.path)) == 162


@given(st.floats(1e-3, 1e3))
def test_multiplying_the_loss_by_a_thousand_does_not_change_the_first_step(gradient):
    assert first_step(1000 * gradient) == pytest.approx(first_step(gradient), rel=1e-4)


@claims("alternating_shrinks")
def test_alternating_gradients_shrink_the_step_although_the_mean_square_stays_one():
    run = adam_on_gradients([1.0, -1.0] * (LAST // 2))
    np.testing.assert_allclose(run.v_hat, 1, rtol=1e-9)
    assert run.step_sizes[-1] < 0.06
    first, *others = run.step_sizes
    assert max(others) < 0.4 * first
    assert (np.diff(run.step_sizes[::2]) < 0).all()


def test_correction_makes_every_step_under_a_constant_gradient_the_learning_rate():
    run = adam_on_gradients(np.ones(50))
    np.testing.assert_allclose(run.step_sizes, 1, rtol=1e-7)


def test_with_a_huge_epsilon_the_step_grows_with_the_gradient():
    small, large = (first_step(g, eps=0.1) for g in (1e-4, 1e-3))
    assert large / small == pytest.approx(10, rel=0.01)


def test_the_page_shows_the_last_step_of_the_run():
    _, grad = quadratic([1.0, 100.0])
    run = adam(grad, [1, 1], n_steps=10, lr=0.1)
    shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults))
    np.testing.assert_allclose(shown["updated"], run.path[-1], rtol=1e-12)


def test_the_path_starts_along_the_diagonal_whatever_the_curvatures():
    for condition in (1.0, 100.0, 1000.0):
        path = adam_bowl_path(condition, n_steps=5, lr=0.1)
        np.testing.assert_allclose(path[:, 0], path[:, 1], rtol=0.02)


@claims("uncorrected_too_large")
def test_preset_no_bias_correction_starts_at_3_16_and_reaches_6_57_at_the_twelfth():
    sizes = adam_on_signal(np.ones(LAST), bias_correction=False).step_sizes
    assert sizes[0] == pytest.approx(3.16, abs=5e-3)
    assert sizes[11] == sizes.max() == pytest.approx(6.57, abs=5e-3)
    page = STATEMENT.defaults
    memory = {"beta1": page["beta1"], "beta2": page["beta2"]}
    gradients = _gradients("constant")
    _, shown = _runs(gradients, eps=10.0 ** page["log10_eps"], **memory)
    np.testing.assert_array_equal(shown.step_sizes, sizes)


def test_at_the_defaults_adam_is_ahead_of_gradient_descent():
    loss, _ = quadratic([1.0, 100.0])
    plain = bowl_path(1.0, 100.0, 45, n_steps=100, radius=math.sqrt(2))
    assert loss(adam_bowl_path(100.0, n_steps=100, lr=0.1)[-1]) < loss(plain[-1]) / 10


def test_the_slider_of_the_condition_has_twenty_stops_a_decade():
    stops = STATEMENT.control("condition").positions
    assert len(stops) == 61
    assert {1.0, 10.0, 100.0, 1000.0} <= set(stops)


@claims("rmsprop")
@given(st.floats(-10, 10).filter(lambda g: abs(g) > 1e-3), st.integers(1, 50))
def test_without_the_first_memory_it_is_rmsprop_with_correction(gradient, t):
    made = adam_step([0.0], [gradient], [0.7], [0.3], t, lr=1.0, beta1=0.0)
    mean_square = (0.999 * 0.3 + 0.001 * gradient**2) / (1 - 0.999**t)
    expected = -gradient / (math.sqrt(mean_square) + 1e-8)
    assert made.theta[0] == pytest.approx(expected)


@claims("steady_moves_eta")
def test_under_a_steady_gradient_of_any_size_each_coordinate_moves_by_eta():
    steady = np.tile([1e-3, 1.0, 1e3], (50, 1))
    path = adam_on_gradients(steady, lr=0.1).path
    # ε is a hundred-thousandth of the smallest gradient.
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.1, rtol=2e-5)
    raw = adam_on_gradients(steady, lr=0.1, bias_correction=False).path
    assert (np.abs(raw[1]) > 3 * 0.1).all()
    # Without the correction it takes thousands of steps: these are the means by then.
    late = step(m=[1.0], v=[1 - 0.999**9999], t=10_000, lr=0.1, bias_correction=False)
    assert late.step[0] == pytest.approx(-0.1, rel=1e-4)


@claims("first_size_cancels")
def test_the_size_of_the_first_gradient_cancels_up_to_epsilon():
    zero = np.zeros(3)
    for loss in (1.0, 1000.0):
        gradient = loss * np.array([1e-3, -2.0, 500.0])
        state = adam_step(zero, gradient, zero, zero, 1, lr=0.1)
        np.testing.assert_allclose(state.m_hat, gradient)
        np.testing.assert_allclose(np.sqrt(state.v_hat), np.abs(gradient))
        expected = -0.1 * gradient / (np.abs(gradient) + 1e-8)
        np.testing.assert_allclose(state.step, expected, rtol=1e-12)
        np.testing.assert_allclose(np.abs(state.step), 0.1, rtol=2e-5)


@claims("plain_leaps")
def test_plain_gradient_descent_leaps_a_thousand_times_as_far():
    def leap(loss):
        _, slope = quadratic([loss, 100 * loss])
        return gradient_descent(slope, [1, 1], lr=1e-6, n_steps=1).path[1] - 1

    np.testing.assert_allclose(leap(1000.0), 1000 * leap(1.0), rtol=1e-8)


@claims("huge_eps")
def test_preset_huge_epsilon_lets_the_size_of_the_gradient_back_in():
    eps = 10.0**-1
    assert -1 in STATEMENT.control("log10_eps").positions
    for size, share in ((1.0, 0.91), (0.001, 0.01)):
        steps = adam_on_signal(np.full(LAST, size), eps=eps).step_sizes
        np.testing.assert_allclose(steps, share, atol=5e-3)


@claims("signal_over_noise")
@pytest.mark.parametrize("size", [1.0, 7.0])
def test_adam_moves_by_the_mean_over_the_root_of_the_mean_square(size):
    # Three steps one way and one the other: half of what they would be without noise.
    noisy = size * np.tile([1.0, 1.0, 1.0, -1.0], 200)
    run = adam_on_signal(noisy)
    assert run.v_hat[-1, 0] == pytest.approx(size**2)
    moved = np.diff(run.path[-101:, 0])
    assert moved.mean() == pytest.approx(-0.5, abs=1e-6)


@claims("along_the_diagonal")
@pytest.mark.parametrize("condition", [1.0, 2.0, 10.0, 100.0, 1000.0])
def test_the_whole_path_follows_the_diagonal_and_that_of_gradient_descent_does_not(
    condition,
):
    page = STATEMENT.defaults
    hyper = {"lr": page["lr"], "eps": 10.0 ** page["log10_eps"]}
    own = adam_bowl_path(condition, n_steps=page["n_steps"], **hyper)
    plain = _plain_path(condition, 45)[: page["n_steps"] + 1]
    np.testing.assert_allclose(own[:, 0], own[:, 1], atol=1e-6)
    if condition < 10:
        return
    assert np.abs(plain[:, 0] - plain[:, 1]).max() > 0.5


@claims("first_steps_eta")
@pytest.mark.parametrize("condition", [1.0, 100.0, 1000.0])
@pytest.mark.parametrize("lr", [0.01, 0.1])
def test_at_first_each_step_moves_each_coordinate_by_about_the_learning_rate(
    lr, condition
):
    moved = np.abs(np.diff(adam_bowl_path(condition, n_steps=5, lr=lr), axis=0))
    np.testing.assert_allclose(moved, lr, rtol=0.05)


@claims("eta_needs_tuning")
def test_a_tiny_learning_rate_does_not_arrive_and_a_large_one_swings():
    timid, good, wild = (
        adam_bowl_path(100.0, n_steps=50, lr=lr) for lr in (0.01, 0.1, 1.0)
    )
    assert timid.min() > 0.4  # has not even come half the way along either axis
    loss, _ = quadratic([1.0, 100.0])
    assert loss(good[-1]) < loss(wild[-1]) < loss(timid[-1])

    def turns(path):
        return (path[1:, 1] * path[:-1, 1] < 0).sum()

    assert turns(wild) >= 3 > turns(timid) == 0


@claims("round_bowl")
@pytest.mark.parametrize("curvature", [0.3, 1.0, 1000.0])
def test_such_a_step_leaves_four_fifths_on_the_other_side_of_the_minimum(curvature):
    _, grad = quadratic([curvature, curvature])
    run = gradient_descent(grad, [1, 1], lr=1.8 / curvature, n_steps=1)
    np.testing.assert_allclose(run.path[1], -0.8, rtol=1e-12)
    kept = (-0.8) ** np.arange(101)
    np.testing.assert_allclose(_plain_path(1.0, 45), np.stack([kept, kept], 1))
    assert abs(kept[100]) < 1e-9


@claims("adam_overshoots")
def test_adam_overshoots_on_a_round_bowl_too():
    path = adam_bowl_path(1.0, n_steps=100, lr=STATEMENT.defaults["lr"])
    assert path.min() < -0.1
    assert np.abs(path[:6] - path[5]).max() > 0.4  # η a step


@claims("uncorrected_first")
@given(st.floats(0, 0.99), st.sampled_from(STATEMENT.control("beta2").positions))
def test_the_uncorrected_first_step_is_a_ratio_of_what_the_means_have_of_it(b1, b2):
    state = {"grad": [5.0], "lr": 1.0, "bias_correction": False}
    first = step(beta1=b1, beta2=b2, **state)
    assert first.m[0] == pytest.approx((1 - b1) * 5)
    assert math.sqrt(first.v[0]) == pytest.approx(math.sqrt(1 - b2) * 5)
    size = (1 - b1) / math.sqrt(1 - b2)
    assert -first.step[0] == pytest.approx(size, rel=1e-5)
    assert (1 - 0.9) / math.sqrt(1 - 0.999) > 1 > (1 - 0.9) / math.sqrt(1 - 0.9)


def test_without_the_correction_only_the_shortest_memory_never_exceeds_eta():
    longest = {
        beta2: adam_on_signal(np.ones(LAST), beta2=beta2, bias_correction=False)
        for beta2 in STATEMENT.control("beta2").positions
    }
    below = [b for b, run in longest.items() if run.step_sizes.max() <= 1]
    assert below == [0.9]


@claims("eps_sgd")
def test_preset_momentum_sgd_takes_nearly_eta_over_eps_times_the_mean():
    preset = STATEMENT.defaults | {"log10_eps": 2, "lr": 1.0, "n_steps": 100}
    preset |= {"angle": 5}
    assert preset["log10_eps"] in STATEMENT.control("log10_eps").positions
    numbers_ = inputs_of(STATEMENT, **preset)
    path = np.vstack([numbers_["path"], outputs_of(STATEMENT, numbers_)["updated"]])
    theta, mean, largest = start_at(5), np.zeros(2), 0.0
    square = np.zeros(2)
    for t in range(1, 101):  # momentum SGD by hand, with the correction of the mean
        gradient = np.array([1.0, 100.0]) * theta
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        largest = max(largest, np.sqrt(square / (1 - 0.999**t)).max())
        step = -1e-2 * mean / (1 - 0.9**t)
        np.testing.assert_allclose(path[t] - path[t - 1], step, rtol=0.12, atol=1e-9)
        theta = path[t]
    assert largest < 100 / 8
    rival = _plain_path(100.0, 5)
    np.testing.assert_allclose(
        rival[1], rival[0] - 0.018 * np.array([1, 100]) * rival[0]
    )
    loss, _ = quadratic([1.0, 100.0])
    assert loss(rival[100]) < 0.9 * loss(path[-1])
    assert "behind gradient descent" in drawing(LESSON)(**preset).status


@claims("race_zigzags")
@pytest.mark.parametrize("condition", [3.0, 10.0, 100.0, 1000.0])
def test_gradient_descent_overshoots_the_steep_axis_at_every_step_and_arrives(
    condition,
):
    walk = _plain_path(condition, 45)
    np.testing.assert_allclose(walk[1:, 1], -0.8 * walk[:-1, 1], atol=1e-12)
    flat = 1 - 1.8 / condition
    np.testing.assert_allclose(walk[1:, 0], flat * walk[:-1, 0], atol=1e-12)


def test_a_turned_start_on_the_flat_axis_is_told():
    for rotation, angle, told in ((45, 45, True), (45, 90, False), (0, 0, False)):
        chosen = STATEMENT.defaults | {"rotation": rotation, "angle": angle}
        assert ("lies on the flat axis" in drawing(LESSON)(**chosen).status) is told


@claims("rotated_bowl")
def test_turned_by_45_degrees_the_same_bowl_takes_320_steps_instead_of_94():
    f, grad = quadratic([1.0, 100.0])
    turn = np.array([[1.0, -1.0], [1.0, 1.0]]) / math.sqrt(2)
    start = turn @ [1.0, 1.0]  # the same place on the bowl
    run = adam(lambda x: turn @ grad(turn.T @ x), start, n_steps=600, lr=0.1)
    assert settled(f(run.path @ turn)) == 320
    assert settled(f(adam(grad, [1, 1], n_steps=600, lr=0.1).path)) == 94


@given(st.floats(1, 1000), st.integers(0, 9), st.floats(0, 360), st.booleans())
def test_on_a_turned_bowl_the_fast_walk_is_the_run_of_adam(k, tens, angle, correct):
    turn = np.deg2rad(5 * tens)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    _, grad = quadratic([1.0, k])
    memory = {"beta1": 0.9, "beta2": 0.99, "eps": 0.1, "bias_correction": correct}
    start = start_at(angle)
    run = adam(lambda x: axes @ grad(axes.T @ x), start, n_steps=8, lr=0.1, **memory)
    path, m, v = whole_run(k, angle, 0.1, **memory, rotation=5 * tens)
    # A small ε would blow a rounding error up to a whole step.
    np.testing.assert_allclose(path[:9], run.path, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(m[1:9], run.m, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(v[1:9], run.v, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rotation", [0, 20, 45])
def test_a_turned_bowl_is_drawn_and_raced_down_turned(rotation):
    turn = np.deg2rad(rotation)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    chosen = STATEMENT.defaults | {"rotation": rotation, "angle": 80, "n_steps": 30}
    scene = drawing(LESSON)(**chosen)
    loss, grad = quadratic([1.0, 100.0])
    start = start_at(80)
    plain = gradient_descent(grad, axes.T @ start, lr=0.018, n_steps=30).path
    losses = list(scene.readouts.values())[:2]
    assert losses[1] == pytest.approx(loss(plain[-1]), rel=1e-7)
    bowl = {trace.get("name"): trace for trace in scene.figures[0]["data"]}
    walk = np.stack([bowl["gradient descent"][axis] for axis in "xy"], axis=1)
    np.testing.assert_allclose(walk[:31].astype(float), plain @ axes.T, atol=1e-9)
    own = np.stack([bowl["Adam"][axis] for axis in "xy"], axis=1)[:31].astype(float)
    assert losses[0] == pytest.approx(loss(own[-1] @ axes), rel=1e-6)
    last = scene.readouts["last step along θ₂, in η"]
    assert last == pytest.approx(abs(own[-1, 1] - own[-2, 1]) / 0.1, abs=1e-6)


@claims("turned_is_slower")
def test_preset_turned_bowl_leaves_adam_behind_where_it_was_ahead():
    straight = drawing(LESSON)(**STATEMENT.defaults | {"n_steps": 100}).readouts
    turned = drawing(LESSON)(
        **STATEMENT.defaults | {"rotation": 45, "angle": 90, "n_steps": 100}
    ).readouts
    assert straight["loss, gradient descent"] == pytest.approx(
        turned["loss, gradient descent"]
    )
    assert turned["loss, Adam"] > 10 * straight["loss, Adam"]


@claims("uncentered")
def test_the_mean_square_of_a_constant_gradient_is_its_square_and_not_its_variance():
    run = adam_on_gradients(np.full(30, 3.0))
    np.testing.assert_allclose(run.v_hat, 9)
    assert np.var(np.full(30, 3.0)) == 0


@pytest.mark.parametrize("n_steps", [1, 2, 40])
def test_the_last_step_along_the_steep_axis_is_read_off_in_learning_rates(n_steps):
    chosen = STATEMENT.defaults | {"n_steps": n_steps, "lr": 0.2}
    path = adam_bowl_path(100.0, n_steps=n_steps, lr=0.2)
    read = drawing(LESSON)(**chosen).readouts["last step along θ₂, in η"]
    assert read == pytest.approx(abs(path[-1, 1] - path[-2, 1]) / 0.2)


@claims("eps_outside_root")
@pytest.mark.parametrize("eps", [1e-8, 1e-3, 0.1])
def test_epsilon_is_added_to_the_root_of_the_corrected_mean_square(eps):
    # After one gradient g the corrected mean square is g², its root g.
    assert first_step(0.01, eps=eps) == pytest.approx(1e-3 * 0.01 / (0.01 + eps))


@claims("keras_eps")
def test_where_keras_adds_epsilon_matters_only_for_tiny_gradients_early_on():
    def gap(gradient, t):
        mean, square = gradient * (1 - 0.9 ** (t - 1)), 1 - 0.999 ** (t - 1)
        state = {"grad": [gradient], "m": [mean], "v": [gradient**2 * square], "t": t}
        here, keras = (step(eps_mode=m, **state).step[0] for m in ("outside", "hat"))
        return abs(keras / here - 1)

    assert gap(1e-8, 1) > 0.9
    assert gap(1.0, 1) < 1e-6
    assert gap(1e-8, 10_000) < 1e-4


def algorithm_one(chosen, curvature):
    """Run a coordinate by hand; return where it ends, its last mean, root and step."""
    theta, m, v = 1.0, 0.0, 0.0
    beta1, beta2, correct = (chosen[k] for k in ("beta1", "beta2", "bias_correction"))
    for t in range(1, chosen["n_steps"] + 1):
        g = curvature * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        mean, square = m, v
        if correct:
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        size = math.sqrt(square) + 10 ** chosen["log10_eps"]
        ratio = mean / size
        theta -= chosen["lr"] * ratio
    return theta, mean, size, ratio


def losses_of(chosen):
    """Return the losses of Adam and of gradient descent without the module's walks."""
    kappa, n = chosen["condition"], chosen["n_steps"]
    flat, steep = (algorithm_one(chosen, curvature)[0] for curvature in (1.0, kappa))
    own = flat**2 + kappa * steep**2
    # At 1.8/λmax the steep coordinate keeps 0.8 of its size, the flat one 1 − 1.8/κ.
    kept = (1 - 1.8 / kappa) ** (2 * n) + kappa * 0.8 ** (2 * n)
    return own / 2, kept / 2


SENTENCE = re.compile(
    r"Last step in η, m̂ / \(√v̂ \+ ε\), where the slope’s size cancels: (\S+)/(\S+) = (\S+) "
    r"along θ₁, (\S+)/(\S+) = (\S+) along θ₂\. "
    r"After (\d+ steps?) Adam’s loss is (\S+), "
    r"(ahead of|behind|level with) gradient descent(?: with (\S+))?\."
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "is 0.294, ahead of gradient descent with 0.924."),
        ({}, "0.484/0.625 = 0.773 along θ₁, 48.4/62.5 = 0.773 along θ₂"),
        ({"n_steps": 100}, "is 0.000436, ahead of gradient descent with 0.0132."),
        ({"n_steps": 1}, "After 1 step Adam’s loss is 40.9, behind"),
        ({"condition": 1.0, "n_steps": 100}, "behind gradient descent with 4.15e-20"),
        (  # to the three digits that are printed
            {"condition": 199.5, "n_steps": 57},
            "After 57 steps Adam’s loss is 0.178, level with gradient descent.",
        ),
        ({"n_steps": 1}, ": 1/1 = 1 along θ₁, 100/100 = 1 along θ₂"),
        (
            {"n_steps": 1, "bias_correction": False},
            "= 3.16 along θ₁, 10/3.16 = 3.16 along θ₂",
        ),
        (
            {"n_steps": 1, "log10_eps": 2},
            "1/101 = 0.0099 along θ₁, 100/200 = 0.5 along θ₂",
        ),
    ],
)
def test_the_sentence_says_who_is_ahead_and_how_far_both_coordinates_step(
    change, words
):
    chosen = STATEMENT.defaults | change
    status = drawing(LESSON)(**chosen).status
    assert words in status
    own, plain = losses_of(chosen)
    if "level" in words:
        assert own == pytest.approx(plain, rel=5e-3)
    else:
        assert (own < plain) == ("ahead of" in status) != ("behind" in status)


@pytest.mark.parametrize("angle", [0, 180, 360])
def test_a_start_on_the_flat_axis_shows_the_only_direction_that_has_a_slope(angle):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"angle": angle})
    assert re.search(r"= \S+ along θ₁, 0/\S+ = 0 along θ₂", scene.status)
    assert scene.figures[2]["data"][2]["name"] == "θ₂ (steep)"
    np.testing.assert_array_equal(scene.figures[2]["data"][2]["y"], 0)
    for figure in scene.figures[1:]:
        assert "in the flat direction" in figure["layout"]["meta"]["title"]
    lengths = scene.figures[2]["data"][0]["y"]
    np.testing.assert_allclose(lengths[0], 1, rtol=1e-6)
    assert scene.readouts["first step without correction, in η"] == pytest.approx(
        math.sqrt(10)
    )


def test_no_coordinate_of_a_turned_bowl_is_called_steep():
    turned = STATEMENT.defaults | {"rotation": 45, "angle": 90, "n_steps": 1}
    scene = drawing(LESSON)(**turned)
    assert "steep" not in " ".join([scene.status, *scene.readouts])
    # The first step is η long in each coordinate, and not in the bowl’s directions.
    assert scene.readouts["last step along θ₂, in η"] == pytest.approx(1, abs=1e-6)
    assert re.search(r"= 1 along θ₁, \S+ = 1 along θ₂", scene.status)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_both_losses_both_means_and_both_steps(chosen):
    chosen = {**chosen, "angle": 45, "rotation": 0}  # the start (1, 1) of `losses_of`
    scene = drawing(LESSON)(**chosen)
    said = SENTENCE.fullmatch(scene.status).groups()
    flat_mean, flat_root, flat, steep_mean, steep_root, steep, steps, *losses = said
    assert steps == f"{chosen['n_steps']} step{'s' * (chosen['n_steps'] > 1)}"
    for curvature, shown in (
        (1.0, (flat_mean, flat_root, flat)),
        (chosen["condition"], (steep_mean, steep_root, steep)),
    ):
        _, *by_hand = algorithm_one(chosen, curvature)
        found = [float(text) for text in shown]
        assert found == pytest.approx(np.abs(by_hand), rel=6e-3, abs=1e-6)
    mine, order, others = losses
    own, plain = losses_of(chosen)
    assert float(mine) == pytest.approx(own, rel=6e-3, abs=1e-9)
    assert float(others or mine) == pytest.approx(plain, rel=6e-3, abs=1e-9)
    if abs(own - plain) > 0.006 * max(own, plain) and max(own, plain) > 1e-9:
        assert order == ("ahead of" if own < plain else "behind")
    firsts = {"race": chosen["condition"], "one large": 100.0}
    firsts["noisy"] = abs(_gradients("noisy")[0])
    g, eps = firsts.get(chosen["signal"], 1.0), 10 ** chosen["log10_eps"]
    raw = (1 - chosen["beta1"]) * g / (math.sqrt(1 - chosen["beta2"]) * g + eps)
    assert scene.readouts["first step without correction, in η"] == pytest.approx(raw)


def test_the_start_is_dragged_around_the_minimum():
    for angle in (0, 45, 135, 270):
        chosen = {**STATEMENT.defaults, "angle": angle, "n_steps": 3}
        scene = drawing(LESSON)(**chosen)
        handle = scene.figures[0]["layout"]["meta"]["handles"][0]
        place = np.array(handle["at"])
        assert np.hypot(*place) == pytest.approx(np.sqrt(2))
        turned = np.degrees(np.arctan2(place[1], place[0])) % 360
        assert turned == pytest.approx(angle, abs=1e-6)
        for trail in scene.figures[0]["data"]:
            if trail.get("name") in ("Adam", "gradient descent"):
                start = trail["x"][0], trail["y"][0]
                np.testing.assert_allclose(start, place, atol=1e-9)


# Without the divisor


@claims("undivided_leaves")
@pytest.mark.parametrize("lr", [0.1, 0.15])
def test_without_the_divisor_the_path_leaves_the_picture_from_the_first_step_on(lr):
    chosen = STATEMENT.defaults | {"lr": lr}
    scene = drawing(UNDIVIDED)(**chosen)
    walk = next(t for t in scene.figures[0]["data"] if t.get("name") == "Adam")
    theta, m = np.ones(2), np.zeros(2)
    for t in range(1, 11):
        gradient = np.array([1, 100]) * theta
        m = 0.9 * m + 0.1 * gradient
        step = lr * m / (1 - 0.9**t)
        theta = theta - step
        if t == 1:
            first = walk["x"][1], walk["y"][1]
            np.testing.assert_allclose(first, theta)
            assert abs(theta[1]) > 1.55 * 5  # far outside
    along = [scene.readouts[f"last step along θ{k}, in η"] for k in "₁₂"]
    np.testing.assert_allclose(along, np.abs(step) / lr, rtol=1e-6)
    # What it remembers is what this path meets, not what Adam's does.
    met = scene.figures[1]["data"][0]["y"]
    assert met[1] == pytest.approx(100 * walk["y"][1])


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_a_run_without_the_divisor_is_followed_until_it_is_far_away(chosen):
    names = ("condition", "angle", "lr", "beta1", "beta2", "bias_correction")
    options = {name: chosen[name] for name in (*names, "rotation")}
    path, m, v = undivided_run(**options)
    assert all(np.isfinite(one).all() for one in (path, m, v))
    far = np.abs(path).max(axis=1) > 1e6
    assert far.sum() == 0 or far[np.argmax(far) :].all()


@pytest.mark.parametrize("signal", ["constant", "alternating", "one large"])
def test_without_the_divisor_a_step_is_as_long_as_the_mean(signal):
    chosen = STATEMENT.defaults | {"signal": signal}
    scene = drawing(UNDIVIDED)(**chosen)
    corrected, raw = (np.asarray(one["y"]) for one in scene.figures[2]["data"][:2])
    mean, means = 0.0, []
    for g in _gradients(signal):
        mean = 0.9 * mean + 0.1 * g
        means.append(abs(mean))
    np.testing.assert_allclose(raw, means)
    np.testing.assert_allclose(corrected, means / (1 - 0.9 ** np.arange(1, LAST + 1)))
    assert scene.readouts["first step without correction, in η"] == pytest.approx(
        means[0]
    )
    assert corrected.max() <= scene.figures[2]["layout"]["yaxis"]["range"][1]
