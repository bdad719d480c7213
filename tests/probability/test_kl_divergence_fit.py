"""Forward and reverse fits in the lesson on the KL divergence: formula, claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings

from formulas.probability.normal_divergence import fit_normal
from pages.probability.kl_divergence.figure import _fit_divergences
from pages.probability.kl_divergence.fit.figure import MEANS, best
from pages.probability.kl_divergence.fit.statement import STATEMENT, X, peaks
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["kl_divergence/fit"]

MUTANTS = (
    ("kl_divergence(truth, belief)", "kl_divergence(belief, truth)"),
    ("share * right / right.sum()", "(1 - share) * right / right.sum()"),
    ("forward: Array = apart @ truth", "forward: Array = -apart @ truth"),
    ("larger = peak if share >= 0.5 else -peak", "larger = peak"),
    ("sigma0=3.0, lr=0.1, n_steps=400", "sigma0=3.0, lr=0.1, n_steps=9"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def normal(mu, sigma):
    density = scipy.stats.norm(mu, sigma).pdf(X)
    return density / density.sum()


def both(truth, mu, sigma):
    q = normal(mu, sigma)
    return scipy.stats.entropy(truth, q), scipy.stats.entropy(q, truth)


def optimum(truth, direction, starts):
    """Minimize a divergence with SciPy from several means; value, mean, deviation."""
    found = []
    for start in starts:
        best_one = scipy.optimize.minimize(
            lambda a: both(truth, a[0], np.exp(a[1]))[direction],
            [start, np.log(0.5)],
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 4000},
        )
        found.append((best_one.fun, best_one.x[0], np.exp(best_one.x[1])))
    return min(found)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} \text{forward: } D_{\mathrm{KL}}(P \parallel Q) = \sum_i P(i) "
        r"\log \frac{P(i)}{Q(i)} = H(P, Q) - H(P) \\ \text{reverse: } D_{\mathrm{KL}}(Q \parallel P) = "
        r"\sum_i Q(i) \log \frac{Q(i)}{P(i)} \end{gathered}"
    )


def test_the_fits_of_the_reviewed_values():
    fine = np.linspace(-6, 6, 121)
    p = sum(np.exp(-(((fine - at) / 0.5) ** 2) / 2) for at in (-2, 2))
    p /= p.sum()
    cover, sit = (
        fit_normal(fine, p, direction=way, mu0=1, sigma0=0.5, n_steps=500)
        for way in ("forward", "reverse")
    )
    np.testing.assert_allclose(cover.path[-1], [0, 2.100106], atol=3e-5)
    np.testing.assert_allclose(sit.path[-1], [1.999801, 0.500398], atol=1e-5)
    assert cover.divergence == pytest.approx(0.719921, abs=1e-6)
    assert sit.divergence == pytest.approx(0.693053, abs=1e-6)


@claims("covers", "sits")
@pytest.mark.parametrize("peak", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_forward_covers_and_reverse_sits(peak, share):
    truth = peaks(peak, share)
    forward, reverse = best(peak, share)
    mean = truth @ X
    variance = truth @ (X - mean) ** 2
    mu, sigma = forward.path[-1]
    assert mu == pytest.approx(mean, abs=0.02)
    assert sigma**2 == pytest.approx(variance, rel=0.1)
    larger = peak if share >= 0.5 else -peak
    if peak > 1:
        assert reverse.path[-1] == pytest.approx([larger, 0.5], abs=0.01)


@claims("sits")
def test_where_the_peaks_are_near_reverse_covers_both_as_well():
    near, apart = (best(peak, 0.5)[1] for peak in (1.0, 2.0))
    assert near.path[-1, 0] == pytest.approx(0, abs=0.01)
    assert near.divergence < 0.23 < apart.divergence
    assert apart.path[-1, 0] == pytest.approx(2, abs=0.01)
    assert FORM.text.idea.endswith("sits on one peak if the peaks are well apart.")


@given(settings_of(STATEMENT))
@settings(max_examples=20, deadline=None)
def test_what_is_drawn_is_what_is_summed(chosen):
    page, scene = numbers_of(STATEMENT, **chosen), drawing(FORM)(**chosen)
    seen = np.abs(X) < 6.01
    for trace, name in zip(scene.figures[0]["data"], ("truth", "belief"), strict=True):
        np.testing.assert_allclose(trace["y"], page[name][seen], rtol=1e-9)
    for figure in (scene.figures[0], scene.figures[2]):
        top = figure["layout"]["yaxis"]["range"][1]
        assert max(trace["y"].max() for trace in figure["data"]) < top


@pytest.mark.parametrize("peak", [0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.5, 0.8])
def test_no_bell_curve_is_better_than_those_shown(peak, share):
    truth = peaks(peak, share)
    for direction, fit in enumerate(best(peak, share)):
        least, *_ = optimum(truth, direction, (-peak, 0.0, peak))
        assert fit.divergence == pytest.approx(least, abs=2e-5)


@claims("moments")
@pytest.mark.parametrize("peak", [0.0, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_the_best_forward_has_mean_and_variance_of_the_truth(peak, share):
    def moments(distribution):
        mean = distribution @ X
        return mean, distribution @ (X - mean) ** 2

    fitted = normal(*best(peak, share)[0].path[-1])
    expected = moments(peaks(peak, share))
    assert moments(fitted) == pytest.approx(expected, rel=2e-3, abs=2e-3)


@claims("grid_entropy")
@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 1.0), (2.0, 0.5), (-1.0, 2.5)])
def test_entropies_of_the_grid_are_log_8_above_those_of_the_densities(mu, sigma):
    peaks_of = [scipy.stats.norm(at, 0.5) for at in (2, -2)]
    bell = scipy.stats.norm(mu, sigma)

    def density(x):
        return 0.3 * peaks_of[0].pdf(x) + 0.7 * peaks_of[1].pdf(x)

    def integral(function):
        return scipy.integrate.quad(function, -8, 8, limit=400)[0]

    shown = of_the_page(peak=2, share=0.3, mu=mu, sigma=sigma)
    own = integral(lambda x: -density(x) * np.log(density(x)))
    crossed = integral(lambda x: -density(x) * bell.logpdf(x))
    assert shown["entropy"] - own == pytest.approx(np.log(8), abs=1e-4)
    assert shown["cross"] - crossed == pytest.approx(np.log(8), abs=1e-4)


@claims("one_place")
@pytest.mark.parametrize("peak", [0.0, 0.5])
def test_close_peaks_have_one_best_place_in_the_reverse_direction(peak):
    truth = peaks(peak, 0.5)
    for start in (-1.0, 1.0):
        fit = fit_normal(X, truth, direction="reverse", mu0=start, sigma0=0.5)
        assert fit.path[-1, 0] == pytest.approx(0, abs=0.02)


@given(settings_of(STATEMENT))
@settings(max_examples=30, deadline=None)
def test_both_forms_of_the_lesson_give_one_number_for_one_pair(chosen):
    """The lesson integrates finely; what the form adds up over its grid agrees."""
    same = {"mu": chosen["mu"], "sigma": chosen["sigma"]}
    shown = of_the_page(**same)
    forward, reverse = _fit_divergences(**same)
    assert shown["divergence"] == pytest.approx(forward, rel=2e-3)
    assert shown["reverse"] == pytest.approx(reverse, rel=4e-3)


@claims("misses_a_peak")
def test_forward_pays_for_a_missed_peak_and_reverse_does_not():
    narrow = of_the_page(mu=2.0, sigma=0.5)
    wide = of_the_page(mu=2.0, sigma=2.0)
    assert narrow["divergence"] > 5 > 1 > narrow["reverse"]
    assert wide["divergence"] < narrow["divergence"]
    assert wide["reverse"] > narrow["reverse"]


@claims("minus_log_share")
@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_on_its_own_peak_it_is_the_logarithm_of_the_share(share):
    assert best(3.0, share)[1].divergence == pytest.approx(-np.log(share), abs=1e-6)


@claims("one_peak")
def test_a_single_peak_has_one_best_bell_curve():
    for fit in best(0.0, 0.5):
        np.testing.assert_allclose(fit.path[-1], [0, 0.5], atol=1e-5)
        assert fit.divergence < 1e-9
    scene = drawing(FORM)(**STATEMENT.defaults | {"peak": 0.0})
    ways = ("forward", "reverse")
    assert [scene.readouts[f"smallest {way} divergence"] for way in ways] == [0, 0]


@claims("valleys")
def test_reverse_has_a_valley_at_each_peak_and_forward_one_in_the_middle():
    scene = drawing(FORM)(**{**STATEMENT.defaults, "sigma": 0.5})
    forward, reverse = (np.asarray(c["y"]) for c in scene.figures[1]["data"][:2])
    truth = peaks(2.0, 0.5)
    again = np.array([both(truth, mu, 0.5) for mu in MEANS]).T
    np.testing.assert_allclose([forward, reverse], again, rtol=1e-8)
    for curve, places in ((forward, [0]), (reverse, [-2, 2])):
        falls = np.diff(curve) < 0
        lowest = MEANS[1:-1][falls[:-1] & ~falls[1:]]
        np.testing.assert_allclose(lowest, places, atol=0.1)


@claims("start_decides")
def test_the_start_decides_on_which_peak_a_descent_ends():
    truth = peaks(2.0, 0.5)
    for start in (-1.0, 1.0):
        fit = fit_normal(X, truth, direction="reverse", mu0=start, sigma0=0.5)
        assert fit.path[-1, 0] == pytest.approx(2 * start, abs=0.05)


SENTENCE = re.compile(
    r"Forward, this Q is (\S+) nats from P, where the best has (\S+); in the reverse "
    r"direction it is (\S+) nats from P, where the best has (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30, deadline=None)
def test_the_sentence_gives_both_divergences_at_every_setting(chosen):
    truth = peaks(chosen["peak"], chosen["share"])
    forward, reverse = both(truth, chosen["mu"], chosen["sigma"])
    least = [fit.divergence for fit in best(chosen["peak"], chosen["share"])]
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    printed = [float(text.replace("−", "-")) for text in found]
    expected = [forward, least[0], reverse, least[1]]
    assert printed == pytest.approx(expected, rel=0.006, abs=1e-9)


@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_forward_it_is_cross_entropy_minus_entropy(chosen):
    page = numbers_of(STATEMENT, **chosen)
    P, Q = page["truth"], page["belief"]
    known = scipy.stats.entropy(P), scipy.stats.entropy(P, Q)
    found = page["entropy"], page["divergence"]
    np.testing.assert_allclose(found, known, rtol=1e-9, atol=1e-12)
    surprise = sum(p * -math.log(q) for p, q in zip(P, Q, strict=True))
    assert page["cross"] == pytest.approx(surprise, rel=1e-9)
    assert page["divergence"] == pytest.approx(surprise - known[0], abs=1e-9)
