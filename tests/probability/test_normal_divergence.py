"""Divergence of normal distributions: eigenvalues, sampling, descent by differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.probability.kl_divergence import kl_divergence, kl_gaussian
from formulas.probability.normal_divergence import fit_normal, kl_gaussian_full
from tests.errors import says
from tests.strategies import distributions

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("np.linalg.solve(root2, columns)", "np.linalg.solve(root1, columns)"),
    ('first - arrays["mu2"]]', "0 * first]"),
    ("np.vdot(scaled, scaled) - len(first)", "np.vdot(scaled, scaled)"),
    (
        "np.log(root2.diagonal()) - np.log(root1.diagonal())",
        "np.log(root1.diagonal()) - np.log(root2.diagonal())",
    ),
    ("result = distance / 2 + volume.sum()", "result = (distance + volume.sum()) / 2"),
    ("if skew.max() <= SYMMETRIC:", "if True:"),
    (
        "mu -= lr * float(weight @ distance) / sigma",
        "mu -= lr * float(weight @ distance)",
    ),
    ("sigma *= float(np.exp(-lr *", "sigma *= float(np.exp(lr *"),  # ascent
    (
        "sigma *= float(np.exp(-lr * (weight @ (distance * distance))))",
        "sigma -= lr * float(weight @ (distance * distance))",  # in σ, not in ln σ
    ),
    ("(fit - logs - value(fit)), value", "(fit - logs), value"),
    ("lambda fit: np.exp(fit) - target,", "lambda fit: target - np.exp(fit),"),
    ("float(target @ (logs - fit))", "float(np.exp(fit) @ (fit - logs))"),
    ('if direction == "forward":', 'if direction == "reverse":'),
    ("logs = distance * distance / -2", "logs = -distance * distance"),
)

GRID = np.linspace(-6, 6, 121)


def two_peaks(center=2.0, sigma=0.5):
    weights = np.exp(-((GRID - center) ** 2) / (2 * sigma**2))
    weights += np.exp(-((GRID + center) ** 2) / (2 * sigma**2))
    return weights / weights.sum()


def normal_weights(x, mu, sigma):
    weights = scipy.stats.norm.pdf(x, mu, sigma)
    return weights / weights.sum()


@st.composite
def covariances(draw, k):
    """Draw a well-conditioned covariance matrix."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    A = random.normal(size=(k, k))
    return A @ A.T + np.diag(random.uniform(0.1, 2, k))


@st.composite
def pairs(draw):
    """Draw means and covariance matrices of two normal distributions."""
    k = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    mu1, mu2 = random.normal(0, 2, (2, k))
    return mu1, draw(covariances(k)), mu2, draw(covariances(k))


# Outside numbers


def test_two_dimensions_in_both_directions():
    first = [0, 0], [[1, 0.5], [0.5, 1]]
    second = [1, 0], [[2, 0], [0, 2]]
    assert kl_gaussian_full(*first, *second) == pytest.approx(0.586988, abs=5e-7)
    assert kl_gaussian_full(*second, *first) == pytest.approx(1.496345, abs=5e-7)
    # By hand: the trace is 1, the distance 1/2, the determinants 4 and 3/4.
    by_hand = (1 + 0.5 - 2 + math.log(16 / 3)) / 2
    assert kl_gaussian_full(*first, *second) == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize(
    ("direction", "mu", "sigma", "divergence"),
    [("forward", 0, 2.100106, 0.719921), ("reverse", 1.999801, 0.500398, 0.693053)],
)
def test_two_peaks_are_covered_or_one_is_chosen(direction, mu, sigma, divergence):
    fit = fit_normal(
        GRID, two_peaks(), direction=direction, mu0=1, sigma0=0.5, n_steps=500
    )
    # The mean of the wide one still moves, by less than the picture shows.
    np.testing.assert_allclose(fit.path[-1], [mu, sigma], rtol=5e-7, atol=2e-5)
    assert fit.path[-1, 1] == pytest.approx(sigma, abs=5e-7)
    assert fit.divergence == pytest.approx(divergence, abs=5e-7)
    np.testing.assert_array_equal(fit.path[0], [1, 0.5])
    assert fit.path.shape == (501, 2)


# Independent oracles


@given(pairs())
def test_agrees_with_the_formula_of_inverse_trace_and_determinants(problem):
    mu1, cov1, mu2, cov2 = problem
    inverse, delta = np.linalg.inv(cov2), mu2 - mu1
    logs = (
        np.log(np.linalg.eigvalsh(cov2)).sum() - np.log(np.linalg.eigvalsh(cov1)).sum()
    )
    expected = np.trace(inverse @ cov1) + delta @ inverse @ delta - len(mu1) + logs
    found = kl_gaussian_full(mu1, cov1, mu2, cov2)
    assert found == pytest.approx(expected / 2, rel=1e-9, abs=1e-10)


@given(st.floats(-3, 3), st.floats(0.1, 4), st.floats(-3, 3), st.floats(0.1, 4))
def test_in_one_dimension_it_is_that_of_two_numbers(m1, s1, m2, s2):
    found = kl_gaussian_full([m1], [[s1**2]], [m2], [[s2**2]])
    assert found == pytest.approx(kl_gaussian(m1, s1, m2, s2), rel=1e-9, abs=1e-13)


def test_agrees_with_the_mean_log_ratio_of_samples():
    random = np.random.default_rng(0)
    first = scipy.stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]])
    second = scipy.stats.multivariate_normal([1, 0], [[2, 0], [0, 2]])
    draws = first.rvs(200_000, random_state=random)
    logs = first.logpdf(draws) - second.logpdf(draws)
    found = kl_gaussian_full(first.mean, first.cov, second.mean, second.cov)
    assert found == pytest.approx(
        logs.mean(), abs=5 * logs.std() / math.sqrt(len(draws))
    )


def loss(parameters, x, p, direction):
    """Return the divergence of normal weights with this mean and log deviation."""
    q = normal_weights(x, parameters[0], math.exp(parameters[1]))
    return kl_divergence(p, q) if direction == "forward" else kl_divergence(q, p)


@given(
    distributions((3, 6)),
    st.sampled_from(["forward", "reverse"]),
    st.floats(-1, 1),
    st.floats(0.7, 2),
)
def test_a_step_goes_against_central_differences_of_the_divergence(
    p, direction, mu, sigma
):
    x = np.linspace(-2, 2, len(p))
    fit = fit_normal(x, p, direction=direction, mu0=mu, sigma0=sigma, lr=1, n_steps=1)
    start = np.array([mu, math.log(sigma)])
    step = np.array([fit.path[1, 0], math.log(fit.path[1, 1])]) - start
    h = 1e-5
    for k, aside in enumerate(h * np.eye(2)):
        ahead = loss(start + aside, x, p, direction)
        behind = loss(start - aside, x, p, direction)
        assert step[k] == pytest.approx(-(ahead - behind) / (2 * h), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_the_end_is_the_minimum_that_scipy_finds(direction):
    p = two_peaks()
    found = scipy.optimize.minimize(
        loss, [1, math.log(0.5)], (GRID, p, direction), "Nelder-Mead", tol=1e-10
    )
    fit = fit_normal(GRID, p, direction=direction, mu0=1, sigma0=0.5, n_steps=500)
    assert fit.divergence == pytest.approx(found.fun, rel=1e-6)
    np.testing.assert_allclose(fit.path[-1, 1], math.exp(found.x[1]), rtol=1e-3)


# Laws


@given(pairs())
def test_zero_for_equal_ones_and_positive_for_others(problem):
    mu1, cov1, mu2, cov2 = problem
    assert kl_gaussian_full(mu1, cov1, mu1, cov1) == pytest.approx(0, abs=1e-12)
    assert kl_gaussian_full(mu1, cov1, mu2, cov2) > 0


@given(pairs(), st.integers(0, 10**6))
def test_another_unit_for_everything_changes_nothing(problem, seed):
    mu1, cov1, mu2, cov2 = problem
    k = len(mu1)
    A = np.random.default_rng(seed).normal(size=(k, k)) + 3 * np.eye(k)
    sides = (A @ mu1, A @ cov1 @ A.T, A @ mu2, A @ cov2 @ A.T)
    # Products with A leave the matrices symmetric up to rounding.
    moved = kl_gaussian_full(*sides)
    expected = kl_gaussian_full(mu1, cov1, mu2, cov2)
    assert moved == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_forward_ends_where_mean_and_deviation_are_those_of_the_distribution():
    p = np.array([0.1, 0.2, 0.4, 0.3])
    x = np.array([-3.0, -1.0, 0.5, 2.0])
    fit = fit_normal(x, p, lr=0.5, n_steps=3000)
    q = normal_weights(x, *fit.path[-1])
    assert q @ x == pytest.approx(p @ x, abs=1e-9)
    assert q @ x**2 == pytest.approx(p @ x**2, abs=1e-9)


@settings(max_examples=30)
@given(distributions((3, 8)), st.sampled_from(["forward", "reverse"]))
def test_small_steps_never_raise_the_divergence(p, direction):
    x = np.linspace(-2, 2, len(p))
    left = [
        fit_normal(x, p, direction=direction, lr=0.02, n_steps=n).divergence
        for n in range(0, 40, 4)
    ]
    assert (np.diff(left) <= 1e-12).all()


def test_no_steps_give_the_start_and_its_divergence():
    p = two_peaks()
    fit = fit_normal(GRID, p, mu0=0.5, sigma0=2, n_steps=0)
    np.testing.assert_array_equal(fit.path, [[0.5, 2]])
    expected = kl_divergence(p, normal_weights(GRID, 0.5, 2))
    assert fit.divergence == pytest.approx(expected, rel=1e-12)


def test_forward_takes_outcomes_of_probability_zero():
    fit = fit_normal([-1.0, 0.0, 1.0], [0.5, 0.0, 0.5], sigma0=1.5, n_steps=50)
    assert fit.path[-1, 1] > fit.path[0, 1]
    expected = kl_divergence([0.5, 0, 0.5], normal_weights([-1, 0, 1], *fit.path[-1]))
    assert fit.divergence == pytest.approx(expected, rel=1e-10)


# Extreme input


def test_huge_and_tiny_variances():
    huge, tiny = 1e300 * np.eye(2), 1e-300 * np.eye(2)
    assert kl_gaussian_full([0, 0], huge, [0, 0], huge) == pytest.approx(0, abs=1e-12)
    assert kl_gaussian_full([0, 0], tiny, [0, 0], tiny) == pytest.approx(0, abs=1e-12)
    one = kl_gaussian_full([0, 0], tiny, [0, 0], np.eye(2))
    assert one == pytest.approx(300 * math.log(10) - 1, rel=1e-12)


def test_a_narrow_start_does_not_underflow():
    fit = fit_normal(GRID, two_peaks(), mu0=2.0, sigma0=0.02, lr=0.01, n_steps=1)
    assert fit.path[1, 1] > 0.02
    assert math.isfinite(fit.divergence)


# Bad input

EYE, FLAT = np.eye(2), [[1, 2], [2, 4]]
NOT_PD = "must be symmetric positive definite"
SHAPES = "mu1 and mu2 must be (k,), cov1 and cov2 (k, k)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kl_gaussian_full([0, 0], FLAT, [0, 0], EYE), f"cov1 {NOT_PD}"),
        (lambda: kl_gaussian_full([0, 0], EYE, [0, 0], -EYE), f"cov2 {NOT_PD}"),
        (
            lambda: kl_gaussian_full([0, 0], [[1, 0.5], [0, 1]], [0, 0], EYE),
            f"cov1 {NOT_PD}",
        ),
        (lambda: kl_gaussian_full([0], [[0]], [0], [[1]]), f"cov1 {NOT_PD}"),
        (
            lambda: kl_gaussian_full([0], EYE, [0], [[1]]),
            f"shape mismatch: mu1 has shape (1,), cov1 has shape (2, 2); {SHAPES}",
        ),
        (
            lambda: kl_gaussian_full([0, 0], EYE, [0], EYE),
            f"shape mismatch: mu1 has shape (2,), mu2 has shape (1,); {SHAPES}",
        ),
        (lambda: kl_gaussian_full(0, EYE, [0], EYE), "mu1 must be 1-D, got shape ()"),
        (lambda: kl_gaussian_full([0], 1, [0], EYE), "cov1 must be 2-D, got shape ()"),
        (
            lambda: kl_gaussian_full([0, math.nan], EYE, [0, 0], EYE),
            "mu1 contains NaN",
        ),
        (
            lambda: kl_gaussian_full([0, 0], EYE, [0, math.inf], EYE),
            "mu2 must be finite",
        ),
        (lambda: kl_gaussian_full([], EYE, [0], EYE), "mu1 must not be empty"),
        (
            lambda: kl_gaussian_full([1e300], [[1]], [0], [[1]]),
            "result must be finite",
        ),
        (
            lambda: fit_normal([0, 1], [1]),
            (
                "shape mismatch: x has shape (2,), p has shape (1,); "
                "x and p must have the same length"
            ),
        ),
        (
            lambda: fit_normal([0, 1], [0.5, 0.6]),
            "p must sum to 1 along the last axis (sum is 1.1)",
        ),
        (lambda: fit_normal([0, 1], [1.5, -0.5]), "p must be non-negative"),
        (
            lambda: fit_normal([0, 1], [1, 0], direction="reverse"),
            "p must be positive in the reverse direction",
        ),
        (
            lambda: fit_normal([0, 1], [1, 0], direction="both"),
            "direction must be one of ('forward', 'reverse'), got 'both'",
        ),
        (
            lambda: fit_normal([0, 1], [0.5, 0.5], sigma0=0),
            "sigma0 must be in (0, inf), got 0.0",
        ),
        (
            lambda: fit_normal([0, 1], [0.5, 0.5], lr=-1),
            "lr must be in (0, inf), got -1.0",
        ),
        (
            lambda: fit_normal([0, 1], [0.5, 0.5], n_steps=-1),
            "n_steps must be in [0, inf), got -1",
        ),
        (
            lambda: fit_normal([0, 1], [0.5, 0.5], n_steps=1.5),
            "n_steps must be an integer, got 1.5",
        ),
        (lambda: fit_normal([0, 1], [0.5, 0.5], mu0=math.nan), "mu0 contains NaN"),
        (lambda: fit_normal([0, math.inf], [0.5, 0.5]), "x must be finite"),
        (lambda: fit_normal([0, 1], [0.5, math.nan]), "p contains NaN"),
        (lambda: fit_normal([], []), "x must not be empty"),
        (lambda: fit_normal([[0]], [1]), "x must be 1-D, got shape (1, 1)"),
        (
            lambda: fit_normal(GRID, two_peaks(), lr=1e6, n_steps=50),
            "result must be finite",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    mu, cov = np.array([1.0, 2.0]), np.array([[2.0, 1.0], [1.0, 2.0]])
    kl_gaussian_full(mu, cov, mu, cov)
    np.testing.assert_array_equal(mu, [1, 2])
    np.testing.assert_array_equal(cov, [[2, 1], [1, 2]])
    x, p = np.array([0.0, 1.0]), np.array([0.25, 0.75])
    fit_normal(x, p, direction="reverse", n_steps=3)
    np.testing.assert_array_equal(x, [0, 1])
    np.testing.assert_array_equal(p, [0.25, 0.75])
