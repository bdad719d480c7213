"""Kullback–Leibler divergence: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.optimization.cross_entropy import cross_entropy
from formulas.probability.kl_divergence import (
    entropy,
    js_divergence,
    kl_divergence,
    kl_gaussian,
    kl_terms,
)
from notation.printing import equation_latex
from pages.probability.kl_divergence.figure import (
    _coin_divergences,
    _fit_divergences,
    _log_normal,
    _log_two_peaks,
)
from pages.probability.kl_divergence.statement import OWN, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import distributions, numbers, own_numbers_of, settings_of
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["kl_divergence"]
UNWEIGHTED = next(one for one in BROKEN if one.slug == "kl_divergence")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("return np.asarray(p * logs)", "return np.asarray(-p * logs)"),
    ("both.sum(axis=-1) / 4", "both.sum(axis=-1) / 2"),
    ("distance = (m1 - m2) / s2", "distance = (m1 - m2) / s1"),
    ("spread + math.log(s2) - math.log(s1)", "spread + math.log(s1) - math.log(s2)"),
    ("np.log(np.where(p > 0, q, 1.0))", "np.log(q)"),
    ("shares / shares.sum(axis=-1, keepdims=True)", "shares"),
    ("/ math.log(log_base(base))", "* math.log(log_base(base))"),
    ("(np.exp(fit) * (fit - peaks)).sum()", "(np.exp(peaks) * (fit - peaks)).sum()"),
    ("_terms(first, second).sum(axis=-1)", "_terms(second, first).sum(axis=-1)"),
)

FAIR, BIASED = [0.5, 0.5], [0.9, 0.1]
scales = st.floats(0.1, 5.0)
MEASURED = re.compile(r"Another pair: D\(peaks ‖ bell\) (\S+), reverse (\S+)")


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"D_{\mathrm{KL}}(P \parallel Q) = \sum_{i=1}^{K} "
        r"P(i) \log{\left(\frac{P(i)}{Q(i)} \right)}"
    )


def test_the_symmetric_form_is_printed_with_its_halves_in_front():
    text = equation_latex(STATEMENT.equations[-1], STATEMENT.quantities)
    assert text.startswith(r"\mathrm{JS} = \frac{1}{2} \sum_{i=1}^{K} P(i)")


# Outside numbers


def test_the_encyclopedias_example_of_three_outcomes():
    p, q = np.array([9, 12, 4]) / 25, np.full(3, 1 / 3)
    assert kl_divergence(p, q) == pytest.approx(0.0852996013183706, rel=1e-12)
    assert kl_divergence(q, p) == pytest.approx(0.0974550067853875, rel=1e-12)


def test_the_coins_of_scipys_documentation():
    nats = kl_divergence(FAIR, BIASED)
    assert nats == pytest.approx(0.5108256237659907, rel=1e-12)
    bits = kl_divergence(FAIR, BIASED, base=2)
    assert bits == pytest.approx(0.7369655941662062, rel=1e-12)
    assert kl_divergence(BIASED, FAIR) == pytest.approx(0.3680642072, abs=5e-11)


def test_the_coins_of_cover_and_thomas_in_bits():
    p, q = FAIR, [0.25, 0.75]
    assert kl_divergence(p, q, base=2) == pytest.approx(0.2075187496, abs=5e-11)
    assert kl_divergence(q, p, base=2) == pytest.approx(0.1887218755, abs=5e-11)


def test_keras_documentation_example_without_its_clipping():
    terms = kl_terms([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])
    exact = terms.sum(axis=1).mean()
    assert exact == pytest.approx(0.4581453659, abs=5e-11)
    # Keras prints 0.45814306: it clips at 1e-7.
    assert exact == pytest.approx(0.45814, abs=1e-5)
    assert abs(exact - 0.45814306) > 2e-6


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 1, 1, 1), 0.5),
        ((0, 1, 0, 2), 0.3181471806),
        ((0, 2, 0, 1), 0.8068528194),
        ((0, 1, 1, 2), 0.4431471806),
    ],
)
def test_normal_distributions(arguments, expected):
    assert kl_gaussian(*arguments) == pytest.approx(expected, abs=5e-11)


def test_a_shift_and_a_stretch_cost_ln_two_minus_a_quarter():
    assert kl_gaussian(0, 1, 1, 2) == pytest.approx(math.log(2) - 0.25, rel=1e-12)


def test_disjoint_distributions_have_a_jensen_shannon_divergence_of_ln_two():
    assert js_divergence([1, 0], [0, 1]) == pytest.approx(math.log(2), rel=1e-12)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.1, 0.5108), (0.01, 1.6145), (0.001, 2.7612), (1e-6, 6.2146)],
)
def test_nearly_excluding_a_possible_outcome_costs_more_and_more(share, expected):
    found = kl_divergence(FAIR, [1 - share, share])
    assert found == pytest.approx(expected, abs=5e-5)


def test_the_best_forward_and_the_best_reverse_fit_of_two_peaks():
    forward, _ = _fit_divergences(0, 2.0616)
    assert forward == pytest.approx(0.72355, abs=5e-6)
    for mu in (-2, 2):
        assert _fit_divergences(mu, 0.5)[1] == pytest.approx(0.69305, abs=5e-6)


@given(distributions(5), distributions(5))
def test_agrees_with_scipy(p, q):
    expected = scipy.stats.entropy(p, q)
    assert kl_divergence(p, q) == pytest.approx(expected, rel=1e-9, abs=1e-13)
    np.testing.assert_allclose(
        kl_terms(p, q), scipy.special.rel_entr(p, q), rtol=1e-9, atol=1e-15
    )
    assert entropy(p) == pytest.approx(scipy.stats.entropy(p), rel=1e-12)
    # SciPy's own jensenshannon takes the root of a rounding error where p equals q.
    middle = (p + q) / 2
    both = scipy.stats.entropy(p, middle) + scipy.stats.entropy(q, middle)
    assert js_divergence(p, q) == pytest.approx(both / 2, rel=1e-9, abs=1e-13)


@given(numbers(2.0), scales, numbers(2.0), scales)
def test_the_gaussian_form_is_the_integral(mu1, sigma1, mu2, sigma2):
    x = np.linspace(mu1 - 12 * sigma1, mu1 + 12 * sigma1, 2001)
    p, q = _log_normal(x, mu1, sigma1), _log_normal(x, mu2, sigma2)
    integral = scipy.integrate.trapezoid(np.exp(p) * (p - q), x)
    found = kl_gaussian(mu1, sigma1, mu2, sigma2)
    assert found == pytest.approx(integral, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("mu", "sigma"), [(0, 2.05), (1, 0.2), (-3, 3)])
def test_divergences_of_the_fit_are_the_integrals(mu, sigma):
    def weighted(true, other):
        return lambda x: (np.exp(true(x)) * (true(x) - other(x)))[0]

    def fit(x):
        return _log_normal(np.array([x]), mu, sigma)

    def peaks(x):
        return _log_two_peaks(np.array([x]))

    found = _fit_divergences(mu, sigma)
    for value, pair in zip(found, ((peaks, fit), (fit, peaks)), strict=True):
        span = {"points": [-2, mu, 2], "limit": 300, "epsabs": 1e-10}
        integral = scipy.integrate.quad(weighted(*pair), -25, 25, **span)[0]
        assert value == pytest.approx(integral, rel=1e-6)


@given(numbers(3.0), scales)
def test_densities_are_those_of_scipy(mu, sigma):
    x = np.linspace(-5, 5, 7)
    expected = scipy.stats.norm(mu, sigma).logpdf(x)
    np.testing.assert_allclose(
        _log_normal(x, mu, sigma), expected, rtol=1e-9, atol=1e-9
    )
    mixed = sum(scipy.stats.norm(m, 0.5).pdf(x) for m in (-2, 2)) / 2
    np.testing.assert_allclose(np.exp(_log_two_peaks(x)), mixed, rtol=1e-9)


# Laws


@claims("never_negative")
@given(distributions(4), distributions(4))
def test_it_is_never_negative_and_zero_for_equal_distributions(p, q):
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert js_divergence(p, p) == 0


@claims("crossed_minus_own")
@given(distributions(4), distributions(4))
def test_it_is_cross_entropy_minus_entropy(p, q):
    expected = cross_entropy(p, q) - entropy(p)
    assert kl_divergence(p, q) == pytest.approx(expected, abs=1e-12)
    believed, known = -np.log(q), -np.log(p)  # surprise at each outcome
    status = drawing(LESSON)(**STATEMENT.defaults).status
    assert status.endswith("averaged over what is true.")
    assert kl_divergence(p, q) == pytest.approx(p @ believed - p @ known, abs=1e-12)


@claims("forward_is_cross_entropy")
@given(distributions(4), distributions(4), distributions(4))
def test_from_one_belief_to_another_both_change_by_the_same_amount(p, q, other):
    divergence = kl_divergence(p, other) - kl_divergence(p, q)
    crossed = cross_entropy(p, other) - cross_entropy(p, q)
    assert divergence == pytest.approx(crossed, abs=1e-9)
    identity = STATEMENT.identities[1]
    for truth, belief in ((0.3, 0.6), (0.9, 0.2)):
        chosen = {"p": truth, "q": belief}
        slopes = [
            float(
                side.doit().subs({one: chosen[one.name] for one in side.free_symbols})
            )
            for side in (identity.left, identity.right)
        ]
        expected = (belief - truth) / (belief * (1 - belief))
        assert slopes == pytest.approx([expected] * 2)


@claims("maximum_likelihood")
@given(st.lists(st.integers(1, 9), min_size=3, max_size=3), distributions(3))
def test_with_the_frequencies_of_a_sample_it_is_maximum_likelihood(counts, belief):
    sample = np.repeat(np.arange(3), counts)
    frequencies = np.array(counts) / len(sample)
    likelihood = np.log(belief[sample]).mean()
    assert cross_entropy(frequencies, belief) == pytest.approx(-likelihood)
    apart = kl_divergence(frequencies, belief)
    assert apart == pytest.approx(-likelihood - entropy(frequencies), abs=1e-9)


@claims("js_at_most_ln_2", "js_from_the_middle")
@given(distributions(4), distributions(4))
def test_jensen_shannon_is_symmetric_and_at_most_ln_two(p, q):
    assert math.log(2) == pytest.approx(0.693, abs=5e-4)
    assert js_divergence(p, q) == pytest.approx(js_divergence(q, p), abs=1e-15)
    assert 0 <= js_divergence(p, q) <= math.log(2)
    middle = (p + q) / 2
    mean = (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2
    assert js_divergence(p, q) == pytest.approx(mean, abs=1e-12)
    assert max((p / middle).max(), (q / middle).max()) <= 2


@given(distributions(4), distributions(3), distributions(4), distributions(3))
def test_divergences_of_independent_parts_add_up(p1, p2, q1, q2):
    joint = kl_divergence(np.outer(p1, p2).ravel(), np.outer(q1, q2).ravel())
    parts = kl_divergence(p1, q1) + kl_divergence(p2, q2)
    assert joint == pytest.approx(parts, abs=1e-12)


@given(distributions(4), distributions(4))
def test_batches_bases_and_scales(p, q):
    batch = kl_divergence([[p, q]], [[q, p]])
    assert batch.shape == (1, 2)
    assert batch[0, 0] == kl_divergence(p, q)
    bits = kl_divergence(p, q, base=2)
    assert bits * math.log(2) == pytest.approx(kl_divergence(p, q), rel=1e-12)
    scaled = kl_divergence(3 * p, 7 * q, normalize=True)
    assert scaled == pytest.approx(kl_divergence(p, q), rel=1e-9, abs=1e-12)
    assert js_divergence([p], [q], base=2).shape == entropy([p], base=2).shape == (1,)


@given(numbers(5.0), scales)
def test_equal_normal_distributions_have_no_divergence(mu, sigma):
    assert kl_gaussian(mu, sigma, mu, sigma) == 0


@given(st.floats(0.01, 0.99), st.lists(st.floats(0.01, 0.99), min_size=1, max_size=4))
def test_coins_against_one_coin_are_distributions_of_two_outcomes(p, beliefs):
    forward, reverse, js = _coin_divergences(p, np.array(beliefs))
    for k, q in enumerate(beliefs):
        true, believed = [p, 1 - p], [q, 1 - q]
        assert forward[k] == pytest.approx(
            scipy.stats.entropy(true, believed), abs=1e-9
        )
        assert reverse[k] == pytest.approx(
            scipy.stats.entropy(believed, true), abs=1e-9
        )
        assert js[k] == js_divergence(true, believed)


# Bad and extreme input


@claims("zeros")
def test_zeros_follow_the_conventions():
    assert kl_divergence([0, 1], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert kl_divergence([0, 1], [0, 1]) == 0
    assert kl_divergence([0.5, 0.5], [0, 1]) == math.inf
    np.testing.assert_array_equal(kl_terms([0, 0, 1], [0, 1, 0]), [0, 0, np.inf])
    assert entropy([1, 0]) == 0
    assert math.copysign(1, entropy([1, 0])) == 1


def test_tiny_probabilities_do_not_overflow():
    found = kl_divergence([1, 0], [1e-320, 1])
    assert found == pytest.approx(-math.log(1e-320))
    assert js_divergence([5e-324, 1], [0, 1]) == pytest.approx(0, abs=1e-300)


def test_huge_weights_can_be_normalized():
    assert kl_divergence([1e308, 1e308], [1, 1], normalize=True) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: kl_divergence([0.5, 0.6], FAIR),
            "p must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: kl_divergence(FAIR, [0.5, 0.6]),
            "q must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: kl_divergence([0, 0], FAIR, normalize=True),
            "p must have a positive sum",
        ),
        (
            lambda: kl_divergence(FAIR, [0, 0], normalize=True),
            "q must have a positive sum",
        ),
        (lambda: kl_divergence([1.5, -0.5], FAIR), "p must be non-negative"),
        (lambda: kl_terms([1], [-1]), "q must be non-negative"),
        (
            lambda: kl_divergence(FAIR, [0.2, 0.3, 0.5]),
            "shape mismatch: p has shape (2,), q has shape (3,); "
            "p and q must have the same shape",
        ),
        (lambda: kl_divergence([np.nan, 1], FAIR), "p contains NaN"),
        (lambda: kl_divergence(FAIR, [np.inf, 0]), "q must be finite"),
        (lambda: kl_divergence([], []), "p must not be empty"),
        (lambda: kl_divergence(["a"], [1]), "p must be numeric"),
        (lambda: kl_divergence(1, 1), "p must be 1-D, got shape ()"),
        (lambda: js_divergence([1, 1], FAIR), "p must sum to 1"),
        (lambda: entropy([1, 1]), "p must sum to 1"),
        (lambda: entropy([np.nan]), "p contains NaN"),
        (
            lambda: kl_divergence(FAIR, FAIR, base=1),
            "base must be positive and different from 1",
        ),
        (lambda: entropy(FAIR, base=-1), "base must be positive and different from 1"),
        (lambda: js_divergence(FAIR, FAIR, base=0), "base must be positive"),
        (lambda: kl_gaussian(0, 0, 0, 1), "sigma1 must be in (0, inf), got 0.0"),
        (lambda: kl_gaussian(0, 1, 0, -1), "sigma2 must be in (0, inf), got -1.0"),
        (lambda: kl_gaussian(np.nan, 1, 0, 1), "mu1 contains NaN"),
        (lambda: kl_gaussian(0, 1e200, 0, 1), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    p, q = np.array([1, 3]), np.array([2, 2])
    kl_divergence(p, q, normalize=True)
    np.testing.assert_array_equal([p, q], [[1, 3], [2, 2]])


# What the page claims


@claims("direction_matters")
def test_fair_against_biased_is_larger_than_biased_against_fair():
    assert kl_divergence(FAIR, BIASED) == pytest.approx(0.511, abs=5e-4)
    assert kl_divergence(BIASED, FAIR) == pytest.approx(0.368, abs=5e-4)


@claims("surprise_of_tails")
def test_tails_surprise_the_biased_belief_more_than_anything_does_the_fair_one():
    given_ = inputs_of(STATEMENT, **{**STATEMENT.defaults, "p": 0.5, "q": 0.9})
    true, believed = given_["truth"], given_["belief"]
    assert true[1] == 0.5
    assert -math.log(believed[1]) == pytest.approx(2.30, abs=5e-3)
    np.testing.assert_allclose(-np.log(true), 0.69, atol=5e-3)
    extra = true @ (np.log(true) - np.log(believed))
    assert kl_divergence(true, believed) == pytest.approx(extra, rel=1e-12)


@claims("negative_terms")
def test_single_terms_can_be_negative_the_sum_cannot():
    terms = kl_terms(FAIR, BIASED)
    assert terms.min() < 0 < terms.sum()


@claims("cover_or_pick")
def test_presets_cover_everything_and_pick_a_mode():
    control_mu, control_sigma = STATEMENT.control("mu"), STATEMENT.control("sigma")
    fits = {
        (mu, sigma): _fit_divergences(mu, sigma)
        for mu in control_mu.positions[::5]
        for sigma in control_sigma.positions
    }
    assert min(fits, key=lambda at: fits[at][0]) == (0, 2.05)
    best = min(fits, key=lambda at: fits[at][1])
    assert (abs(best[0]), best[1]) == (2, 0.5)


@claims("peak_or_gap")
def test_what_a_bell_curve_pays_for_is_the_missed_peak_or_the_filled_gap():
    x = np.linspace(-20, 20, 8001)
    step, peaks = x[1] - x[0], _log_two_peaks(x)
    pick, cover = _log_normal(x, 2, 0.5), _log_normal(x, 0, 2.05)
    missed = (np.exp(peaks) * (peaks - pick))[x < 0].sum() * step
    assert missed > 0.95 * _fit_divergences(2, 0.5)[0] > 10
    filled = (np.exp(cover) * (cover - peaks))[np.abs(x) < 1].sum() * step
    assert filled > 0.7 * _fit_divergences(0, 2.05)[1] > 1


@claims("nearly_impossible")
def test_towards_an_impossible_event_the_cost_grows():
    costs = [kl_divergence(FAIR, [q, 1 - q]) for q in (0.9, 0.95, 0.99)]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(1.6145, abs=5e-5)


@claims("no_distance")
def test_it_is_no_distance():
    a, b, c = FAIR, [0.8, 0.2], [0.99, 0.01]
    assert kl_divergence(a, c) != pytest.approx(kl_divergence(c, a), rel=0.1)
    assert kl_divergence(a, c) > kl_divergence(a, b) + kl_divergence(b, c)


@claims("best_fits")
def test_the_best_forward_fit_costs_0_72_and_the_best_reverse_fit_0_69():
    assert _fit_divergences(0, 2.05)[0] == pytest.approx(0.72, abs=5e-3)
    assert _fit_divergences(2, 0.5)[1] == pytest.approx(0.69, abs=5e-3)
    for which, start in ((0, (0.5, 1.5)), (1, (1.5, 0.7)), (1, (0.0, 2.0))):
        found = scipy.optimize.minimize(
            lambda at, k=which: _fit_divergences(at[0], abs(at[1]))[k],
            start,
            method="Nelder-Mead",
        )
        preset = _fit_divergences(*((0, 2.05), (2, 0.5))[which])[which]
        # Between the stops of the sliders hardly anything is left to gain.
        assert found.fun > preset - 1e-3


@claims("equal_coins")
def test_equal_coins_have_nothing_to_pay():
    found = outputs_of(
        STATEMENT, inputs_of(STATEMENT, **{**STATEMENT.defaults, "q": 0.5})
    )
    assert found["divergence"] == found["reverse"] == found["js"] == 0


@claims("natural_logarithm")
def test_the_logarithm_of_the_page_is_natural():
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults)
    p, q = given_["truth"], given_["belief"]
    natural = p[0] * math.log(p[0] / q[0]) + p[1] * math.log(p[1] / q[1])
    assert outputs_of(STATEMENT, given_)["divergence"] == pytest.approx(
        natural, rel=1e-12
    )
    assert STATEMENT.quantity("divergence").unit == "nats"
    bits = kl_divergence(p, q, base=2)
    assert bits == pytest.approx(p @ np.log2(p / q), rel=1e-12)


@given(st.floats(0.01, 0.99))
def test_both_directions_cost_the_same_if_q_is_one_minus_p(p):
    there, back = ([p, 1 - p], [1 - p, p]), ([1 - p, p], [p, 1 - p])
    assert kl_divergence(*there) == pytest.approx(kl_divergence(*back), abs=1e-12)


@claims("scipy_rescales")
def test_scipys_entropy_rescales_its_arguments_silently():
    p, q = np.array([2.0, 2.0]), np.array([9.0, 1.0])
    found = scipy.stats.entropy(p, q)
    assert found == pytest.approx(kl_divergence(p, q, normalize=True))
    with says("p must sum to 1"):
        kl_divergence(p, q)


# The sentence above the charts


def costs_of(coin, other):
    """Return both divergences of two coins with 40 digits."""
    with mpmath.workdps(40):
        p, q = mpmath.mpf(coin), mpmath.mpf(other)

        def cost(a, b):
            return a * mpmath.log(a / b) + (1 - a) * mpmath.log((1 - a) / (1 - b))

        return float(cost(p, q)), float(cost(q, p))


def said_numbers(status):
    return [float(text) for text in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", status)]


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        (
            0.5,
            0.9,
            "If P is true, believing Q costs 0.511 extra nats a toss. If Q is true, believing P costs 0.368.",
        ),
        (
            0.01,
            0.99,
            "If P is true, believing Q costs 4.5 extra nats a toss. If Q is true, believing P costs 4.5.",
        ),
        (
            0.5,
            0.51,
            "If P is true, believing Q costs 0.0002 extra nats a toss. If Q is true, believing P costs 0.0002.",
        ),
        (0.5, 0.5, "The coins are equal and both divergences are 0."),
        (0.99, 0.99, "The coins are equal and both divergences are 0."),
        (0.5, 0.50001, "nearly equal and both divergences below 1e-9 nats."),
        (0.5, 0.5 + 1e-15, "nearly equal and both divergences below 1e-9 nats."),
        (
            0.5,
            0.5001,
            "If P is true, believing Q costs 2e-8 extra nats a toss. If Q is true, believing P costs 2e-8.",
        ),
    ],
)
def test_the_sentence_says_what_each_coin_costs_the_other(p, q, words):
    status = drawing(LESSON)(**STATEMENT.defaults | {"p": p, "q": q}).status
    assert words in status
    costs = costs_of(p, q)
    assert ("are equal" in words) == (p == q)
    assert ("nearly" in words) == (0 < max(costs) < 1e-9)
    if "costs" in words:
        assert said_numbers(words) == pytest.approx(costs, rel=5e-3)


@claims("jointly_convex")
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_mixing_two_pairs_in_the_same_way_never_raises_the_mean(seed, part):
    ps, qs = np.random.default_rng(seed).dirichlet(np.ones(4), size=(2, 2))
    weights = np.array([part, 1 - part])
    apart = weights @ [kl_divergence(p, q) for p, q in zip(ps, qs, strict=True)]
    assert kl_divergence(weights @ ps, weights @ qs) <= apart + 1e-12


@settings(max_examples=20)
@given(settings_of(STATEMENT))
def test_the_numbers_average_over_the_peaks_and_over_the_bell(chosen):
    mu, sigma = chosen["mu"], chosen["sigma"]
    scene = drawing(LESSON)(**chosen | {"own": "", "third": "bell curve"})
    if "costs" in scene.status:
        costs = costs_of(chosen["p"], chosen["q"])
        assert said_numbers(scene.status) == pytest.approx(costs, rel=6e-3)
    reach = 12 * max(sigma, 0.5) + 5
    x = np.linspace(-reach, reach, 20_001)
    bell = scipy.stats.norm(mu, sigma).logpdf(x)
    peaks = np.logaddexp(*(scipy.stats.norm(m, 0.5).logpdf(x) for m in (-2, 2)))
    more = peaks - math.log(2) - bell
    forward, reverse = (
        scipy.integrate.trapezoid(np.exp(weight) * gap, x)
        for weight, gap in ((peaks - math.log(2), more), (bell, -more))
    )
    said = MEASURED.fullmatch(scene.figures[2]["layout"]["meta"]["title"])
    cover, pick = map(float, said.groups())
    assert cover == pytest.approx(forward, rel=6e-3, abs=1e-9)
    assert pick == pytest.approx(reverse, rel=6e-3, abs=1e-9)


@pytest.mark.parametrize("p", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("sigma", [0.2, 0.4, 3.0])
def test_what_is_marked_and_the_whole_bell_lie_within_the_charts(p, sigma):
    for q in (0.01, 0.5, 0.99):
        chosen = STATEMENT.defaults | {"p": p, "q": q, "sigma": sigma}
        terms, costs, areas = drawing(LESSON)(**chosen).figures
        bell = drawing(LESSON)(**chosen | {"third": "bell curve"}).figures[2]
        surprises = np.concatenate([trace["y"] for trace in areas["data"]])
        assert surprises.max() < areas["layout"]["yaxis"]["range"][1]
        low, high = terms["layout"]["yaxis"]["range"]
        heights = np.concatenate([trace["y"] for trace in terms["data"]])
        assert low < heights.min()
        assert heights.max() <= high < 9 * max(heights.max(), 0.15)
        drawn = np.concatenate([trace["y"] for trace in costs["data"]])
        assert drawn.max() <= costs["layout"]["yaxis"]["range"][1]
        assert bell["data"][1]["y"].max() <= bell["layout"]["yaxis"]["range"][1]


@settings(max_examples=30, deadline=None)
@given(settings_of(STATEMENT))
def test_only_the_terms_are_added(chosen):
    bars = drawing(LESSON)(**chosen | {"own": ""}).figures[0]["data"]
    assert [len(bars[k]["y"]) for k in range(3)] == [2, 2, 3]
    assert bars[2]["y"][2] == pytest.approx(sum(bars[2]["y"][:2]))


def area_below(trace):
    """Integrate a drawn staircase, which begins on the left."""
    return scipy.integrate.trapezoid(trace["y"], trace["x"])


@claims("areas_differ_by_d")
@settings(max_examples=40, deadline=None)
@given(settings_of(STATEMENT))
def test_the_drawn_areas_are_cross_entropy_and_entropy(chosen):
    chosen = chosen | {"own": "", "third": "areas"}
    scene = drawing(LESSON)(**chosen)
    belief, truth = scene.figures[2]["data"][:2]
    p, q = ([chosen[name], 1 - chosen[name]] for name in "pq")
    own = scipy.stats.entropy(p)
    crossed = own + scipy.stats.entropy(p, q)
    np.testing.assert_allclose(belief["x"], [0, p[0], p[0], 1], atol=1e-12)
    assert area_below(belief) == pytest.approx(crossed, abs=1e-9)
    assert area_below(truth) == pytest.approx(own, abs=1e-9)
    difference = area_below(belief) - area_below(truth)
    assert difference == pytest.approx(scene.readouts["divergence"], abs=1e-9)
    title = scene.figures[2]["layout"]["meta"]["title"]
    told = re.fullmatch(r"Areas: Q’s (\S+) − P’s (\S+) = D\(P ‖ Q\)", title)
    assert [float(text) for text in told.groups()] == pytest.approx(
        [crossed, own], abs=5.1e-4
    )


def test_without_the_weights_each_outcome_is_as_wide_as_any_other():
    scene = drawing(UNWEIGHTED)(**STATEMENT.defaults | {"p": 0.9})
    belief, truth = scene.figures[2]["data"][:2]
    assert belief["x"].tolist() == truth["x"].tolist() == [0, 1, 1, 2]
    difference = area_below(belief) - area_below(truth)
    assert difference == pytest.approx(scene.readouts["divergence"])


@settings(max_examples=20, deadline=None)
@given(settings_of(STATEMENT))
def test_what_is_dragged_lies_on_what_it_sets(chosen):
    chosen = chosen | {"own": "", "third": "areas"}
    bars, against, areas = drawing(LESSON)(**chosen).figures
    true, believed = bars["layout"]["meta"]["handles"]
    for k, (handle, name) in enumerate(((true, "p"), (believed, "q"))):
        assert handle["y"] == name
        height = handle["at"][1] - handle["base"]
        assert height == pytest.approx(bars["data"][k]["y"][0])
    (marked,) = against["layout"]["meta"]["handles"]
    assert (marked["x"], marked["at"][0]) == ("q", chosen["q"])
    (edge,) = areas["layout"]["meta"]["handles"]
    assert (edge["x"], edge["at"][0]) == ("p", pytest.approx(chosen["p"]))


# What the questions teach


@claims("ratios_not_differences")
@given(distributions(2), distributions(2))
def test_each_outcome_adds_its_log_ratio_weighted_with_the_truth(true, believed):
    weighted = sum(p * math.log(p / q) for p, q in zip(true, believed, strict=True))
    assert kl_divergence(true, believed) == pytest.approx(weighted, abs=1e-12)


@claims("underrating_costs_more")
@given(st.floats(0.01, 0.49), st.floats(0.01, 0.49))
def test_underrating_an_event_costs_more_than_overrating_the_rarer_one(one, other):
    assume(abs(one - other) > 0.005)
    often, seldom = max(one, other), min(one, other)
    underrated, overrated = costs_of(often, seldom)
    assert underrated > overrated


@claims("square_near_equality")
@pytest.mark.parametrize("q", [0.2, 0.5, 0.9])
def test_near_equality_three_times_the_distance_costs_nine_times(q):
    near, far = (costs_of(q + step, q)[0] for step in (0.001, 0.003))
    assert far / near == pytest.approx(9, rel=0.02)
    assert costs_of(0.99, 0.5)[0] / costs_of(0.745, 0.5)[0] > 4.5


@claims("forward_middle")
@given(st.floats(-3, 3), st.floats(0.2, 3))
def test_over_the_peaks_the_cost_grows_with_the_squared_mean_of_the_bell(mu, sigma):
    middle, moved = (_fit_divergences(at, sigma)[0] for at in (0.0, mu))
    assert moved - middle == pytest.approx(mu**2 / (2 * sigma**2), rel=1e-6, abs=1e-6)


@claims("averages_over_bell")
def test_far_from_the_bell_a_peak_costs_nothing():
    x = np.linspace(-8, 8, 3201)
    step = x[1] - x[0]
    bell, peaks = _log_normal(x, 2, 0.5), _log_two_peaks(x)
    paid = np.exp(bell) * (bell - peaks) * step
    assert abs(paid[x < 0].sum()) < 1e-3
    assert paid.sum() == pytest.approx(_fit_divergences(2, 0.5)[1], abs=1e-6)


@claims("twice_as_high")
def test_a_bell_equal_to_one_peak_is_twice_as_high_and_costs_ln_2():
    x = np.linspace(1, 3, 21)
    ratio = np.exp(_log_normal(x, 2, 0.5) - _log_two_peaks(x))
    np.testing.assert_allclose(ratio, 2, rtol=1e-3)
    assert _fit_divergences(2, 0.5)[1] == pytest.approx(math.log(2), abs=1e-3)


# A reader's own distributions


@settings(max_examples=40, deadline=None)
@given(own_numbers_of(OWN, most=30), st.floats(-3, 3))
def test_a_readers_own_columns_are_those_that_are_drawn_and_measured(own, mu):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"own": own, "mu": mu, "q": 0.01})
    rows = [[float(cell) for cell in row.split("_")] for row in own.split("~")]
    p, q = np.array(rows).T
    terms, columns, mixed = scene.figures
    close = {"rtol": 1e-9, "atol": 1e-15}
    for trace, column in zip(columns["data"], (p, q), strict=True):
        np.testing.assert_allclose(trace["y"], column / column.sum(), **close)
    # SciPy divides by the sums itself.
    there, back = scipy.stats.entropy(p, q), scipy.stats.entropy(q, p)
    assert scene.readouts["divergence"] == pytest.approx(there, rel=1e-9, abs=1e-12)
    assert scene.readouts["reverse"] == pytest.approx(back, rel=1e-9, abs=1e-12)
    middle = p / p.sum() + q / q.sum()
    js = (scipy.stats.entropy(p, middle) + scipy.stats.entropy(q, middle)) / 2
    assert scene.readouts["js"] == pytest.approx(js, rel=1e-6, abs=1e-12)
    heights, names = terms["data"][0]["y"], terms["layout"]["meta"]["x"]
    assert heights[0] == scene.readouts["divergence"]
    single = scipy.special.rel_entr(p / p.sum(), q / q.sum())
    places = [int(name) - 1 for name in names[1:]]
    assert len(places) == min(12, len(p))
    np.testing.assert_allclose(heights[1:], single[places], rtol=1e-6, atol=1e-12)
    low, high = terms["layout"]["yaxis"]["range"]
    assert low < heights.min() <= heights.max() < high
    ends = [trace["y"][-1] for trace in mixed["data"][:3]]
    assert ends == pytest.approx([there, back, js], rel=1e-6, abs=1e-12)
    assert [trace["y"][0] for trace in mixed["data"][:3]] == pytest.approx([0] * 3)
    costs = said_numbers(scene.status)
    if "costs" in scene.status:
        assert costs == pytest.approx([there, back], rel=6e-3)
    else:
        assert max(there, back) < 2e-9
        assert "distributions are" in scene.status


def test_counts_that_are_proportional_are_equal_distributions():
    own = OWN.parse("1 10\n2 20\n5 50")[0]
    scene = drawing(LESSON)(**STATEMENT.defaults | {"own": own})
    assert "equal and both divergences" in scene.status
    assert scene.readouts["divergence"] == pytest.approx(0, abs=1e-15)


def test_a_count_of_zero_is_refused():
    words = "row 2, Q: “0” must be from 0.000001 to 1 000 000"
    assert OWN.parse("1 2\n3 0") == ("", words)


# Without the weights


@claims("below_without_weights")
def test_without_the_weights_the_sum_is_below_0_at_the_exchanged_coins():
    chosen = STATEMENT.defaults | {"p": 0.9, "q": 0.5}
    weighted, plain = (
        drawing(one)(**chosen).readouts["divergence"] for one in (LESSON, UNWEIGHTED)
    )
    assert plain == pytest.approx(-1.02, abs=5e-3)
    assert weighted > 0


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_without_the_weights_the_pictures_show_plain_logarithms(chosen):
    places = {name: min(max(round(chosen[name], 2), 0.01), 0.99) for name in "pq"}
    chosen = chosen | places | {"own": ""}
    scene = drawing(UNWEIGHTED)(**chosen)
    p, q = chosen["p"], chosen["q"]
    logs = math.log(p / q) + math.log((1 - p) / (1 - q))
    terms, against = scene.figures[:2]
    assert "the terms log(P/Q)" in str(terms)
    assert terms["data"][2]["y"][-1] == pytest.approx(logs)
    forward, reverse = (np.asarray(line["y"]) for line in against["data"][:2])
    here = round(100 * q) - 1
    assert [forward[here], reverse[here]] == pytest.approx([logs, -logs], abs=1e-9)
    low, high = against["layout"]["yaxis"]["range"]
    assert low <= -abs(logs) <= abs(logs) <= high
    assert list(scene.readouts) == ["divergence", "reverse", "js"]


def test_without_the_weights_nothing_is_called_a_divergence():
    own = OWN.parse("1 3\n2 2\n5 1")[0]
    for chosen in ({}, {"p": 0.9, "q": 0.5}, {"third": "bell curve"}, {"own": own}):
        scene = drawing(UNWEIGHTED)(**STATEMENT.defaults | chosen)
        drawn = [figure["layout"]["meta"]["title"] for figure in scene.figures]
        drawn += [
            trace.get("name", "")
            for figure in scene.figures
            for trace in figure["data"]
            if "meta" not in trace  # the ghosts are the whole formula's
        ]
        named = [UNWEIGHTED.statement.quantity(one).meaning for one in scene.readouts]
        for text in (*drawn, *named[:2]):
            assert "D(" not in text
            assert "expected" not in text
            assert not text.startswith("Divergences")
        assert "unweighted sum" in scene.status.lower()
