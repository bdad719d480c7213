"""Softmax: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.softmax import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_naive,
)
from formulas.probability.kl_divergence import entropy
from pages.linear_algebra.softmax.statement import OWN, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing
from tests.strategies import (
    matrices,
    numbers,
    own_numbers_of,
    settings_of,
    vectors,
)
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["softmax"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.where(np.isneginf(largest), 0.0, largest)", "0.0 * largest"),  # no max shift
    ("weights.sum(axis=axis, keepdims=True)", "weights.sum(keepdims=True)"),
    ("z /= temperature", "z *= temperature"),
    ("np.eye(p.shape[-1]) - p[..., None, :]", "np.eye(p.shape[-1]) + p[..., None, :]"),
    ("return z - logsumexp(z, axis=axis, keepdims=True)", "return z - z.max()"),
)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{softmax}(z)_i = p_i = "
        r"\frac{e^{z_{i} / T}}{\sum_{j=1}^{K} e^{z_{j} / T}}"
    )


# Outside numbers


def test_rows_of_scipys_documentation_example():
    z = [[1, 0.5, 0.2, 3], [1, -1, 7, 3], [2, 12, 13, 3]]
    expected = [
        [0.105877, 0.0642177, 0.0475736, 0.782332],
        [0.00242746, 0.000328521, 0.979307, 0.0179366],
        [1.22094e-05, 0.268929, 0.731025, 3.31885e-05],
    ]
    np.testing.assert_allclose(softmax(z), expected, rtol=5e-6)


def test_log_softmax_of_scipys_documentation_example():
    np.testing.assert_array_equal(log_softmax([1000, 1]), [0, -999])


@pytest.mark.parametrize(
    ("temperature", "expected"),
    [
        (0.5, (0.86378, 0.11690, 0.01932)),
        (1.0, (0.6590011389, 0.2424329707, 0.0985658904)),
        (2.0, (0.50169, 0.30429, 0.19402)),
        (10.0, (0.36606, 0.33122, 0.30272)),
    ],
)
def test_temperature_table(temperature, expected):
    p = softmax([2, 1, 0.1], temperature=temperature)
    np.testing.assert_allclose(p, expected, atol=6e-6)


def test_logsumexp_of_large_logits():
    assert logsumexp([1000, 1001, 1002]) == pytest.approx(1002.4076059644443, rel=1e-15)


@given(matrices((1, 4), (1, 6), 300.0))
def test_agrees_with_scipy_on_random_rows(z):
    np.testing.assert_allclose(
        softmax(z), scipy.special.softmax(z, axis=-1), rtol=1e-12
    )
    np.testing.assert_allclose(
        log_softmax(z), scipy.special.log_softmax(z, axis=-1), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(
        logsumexp(z), scipy.special.logsumexp(z, axis=-1), rtol=1e-12, atol=1e-12
    )


@given(vectors((2, 5), 3.0))
def test_jacobian_agrees_with_central_differences(z):
    h = 1e-6
    steps = h * np.eye(len(z))
    numeric = np.stack([(softmax(z + s) - softmax(z - s)) / (2 * h) for s in steps], 1)
    np.testing.assert_allclose(softmax_jacobian(z), numeric, atol=1e-9)


# Laws


@claims("shift_cancels")
@given(vectors((1, 8), 100.0), numbers(1000.0))
def test_a_shift_of_all_logits_changes_nothing(z, shift):
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-9)
    np.testing.assert_allclose(softmax_naive(z - z.max()), softmax(z), rtol=1e-9)


@claims("positive_and_one")
@given(vectors((1, 8), 20.0))
def test_probabilities_are_positive_sum_to_one_and_keep_the_order(z):
    p = softmax(z)
    assert (p > 0).all()
    assert p.sum() == pytest.approx(1)
    assert (np.diff(p[np.argsort(z)]) >= 0).all()


@given(vectors((2, 5), 5.0))
def test_rows_of_the_jacobian_sum_to_zero(z):
    np.testing.assert_allclose(softmax_jacobian(z).sum(axis=-1), 0, atol=1e-15)


@claims("temperature_limits")
def test_high_temperature_tends_to_uniform_and_low_to_the_maximum():
    z = [2.0, 1.0, 0.1]
    np.testing.assert_allclose(softmax(z, temperature=1e9), 1 / 3, rtol=1e-8)
    np.testing.assert_allclose(softmax(z, temperature=1e-3), [1, 0, 0])


@given(matrices((2, 4), (2, 4)))
def test_axis_zero_is_the_transpose(z):
    np.testing.assert_array_equal(softmax(z, axis=0), softmax(z.T).T)


# Bad and extreme input


def test_huge_logits_give_certainty_without_a_warning():
    np.testing.assert_array_equal(softmax([1e4, 0, -1e4]), [1, 0, 0])


@claims("naive_overflows")
def test_the_naive_form_overflows_where_the_stable_one_does_not():
    assert np.isnan(softmax_naive([1000, 1001, 1002])).all()
    np.testing.assert_array_equal(softmax([1000, 1001, 1002]), softmax([0, 1, 2]))
    np.testing.assert_allclose(softmax_naive([1.0, 2.0]), softmax([1.0, 2.0]))


def test_minus_infinity_gets_weight_zero_and_one_logit_everything():
    np.testing.assert_array_equal(softmax([-np.inf, 0.0]), [0, 1])
    np.testing.assert_array_equal(softmax([3.0]), [1.0])
    assert logsumexp([-np.inf, -np.inf]) == -np.inf
    assert logsumexp([np.inf, 0.0]) == np.inf


@claims("classes_are_words")
def test_the_three_classes_are_words():
    figures = drawing(LESSON)(**STATEMENT.defaults).figures
    names = ["mat (1)", "floor (2)", "sofa (3)"]
    assert list(figures[0]["layout"]["xaxis"]["ticktext"]) == names
    assert [trace["name"] for trace in figures[2]["data"][:3]] == names
    text = LESSON.text.idea
    assert all(word in text for word in ("mat", "floor", "sofa"))


def test_masked_classes_get_weight_zero():
    p = softmax([[5.0, 1.0, 1.0], [0.0, 0.0, 9.0]], mask=[[False, True, True]])
    np.testing.assert_allclose(p, [[0, 0.5, 0.5], [0, *softmax([0.0, 9.0])]])


def test_an_empty_row_is_an_error_or_a_row_of_zeros():
    row = [[1.0, 2.0], [-np.inf, -np.inf]]
    with says("softmax is undefined: row 1 has no finite logit"):
        softmax(row)
    np.testing.assert_array_equal(softmax(row, empty_row="zero")[1], [0, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: softmax([]), "logits must not be empty"),
        (lambda: softmax([1, np.nan]), "logits contains NaN"),
        (lambda: softmax([1, np.inf]), "logits must not contain +inf"),
        (lambda: softmax(["a"]), "logits must be numeric"),
        (
            lambda: softmax([1], temperature=0),
            "temperature must be in (0, inf), got 0.0",
        ),
        (lambda: softmax([1], temperature=np.nan), "temperature contains NaN"),
        (lambda: softmax([1], empty_row="x"), "empty_row must be one of"),
        (
            lambda: softmax([1, 2], mask=[True] * 3),
            (
                "shape mismatch: mask has shape (3,), z has shape (2,); "
                "mask must broadcast to z"
            ),
        ),
        (lambda: log_softmax([-np.inf]), "row 0 has no finite logit"),
        (lambda: logsumexp([np.nan]), "logits contains NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    z = np.array([1, 2, 3])
    softmax(z, mask=[True, False, True])
    np.testing.assert_array_equal(z, [1, 2, 3])


# What the page claims


def test_entropy_table_of_the_page():
    def entropy(p):
        return scipy.special.entr(p).sum()

    z = [2, 1, 0.1]
    values = [entropy(softmax(z, temperature=t)) for t in (0.1, 1, 10)]
    np.testing.assert_allclose(values, [0.000499, 0.846738, 1.095598], atol=6e-7)


@claims("odds")
@given(numbers(1.0))
def test_the_odds_are_e_to_the_gap_over_the_temperature(power):
    p = softmax([2.0, 1.0, 0.1])
    assert p[0] / p[1] == pytest.approx(2.718, abs=5e-4)
    p = softmax([2.0, 1.0, 0.1], temperature=10**power)
    assert np.log(p[0] / p[2]) == pytest.approx(1.9 / 10**power)


@claims("others_fall")
@given(vectors((2, 5), 5.0))
def test_raising_one_logit_lowers_all_the_others(z):
    raised = z.copy()
    raised[0] += 0.5
    assert (softmax(raised)[1:] < softmax(z)[1:]).all()


@claims("others_keep_odds")
@given(vectors((3, 5), 5.0), st.floats(0.1, 3))
def test_the_others_are_multiplied_by_one_factor_and_the_largest_loses_most(z, more):
    raised = z.copy()
    raised[0] += more
    before, after = softmax(z)[1:], softmax(raised)[1:]
    np.testing.assert_allclose(after / before, after[0] / before[0], rtol=1e-9)
    losses = before - after
    assert losses[before.argmax()] == pytest.approx(losses.max(), rel=1e-9)


@claims("largest_exponent")
def test_computed_as_written_it_overflows_beyond_709():
    assert 709 < np.log(np.finfo(float).max) < 710
    assert np.isfinite(softmax_naive([709.0])).all()
    assert np.isnan(softmax_naive([710.0])).all()
    assert softmax([710.0]) == [1.0]
    for kind, largest in (
        (np.float64, 709.78),
        (np.float32, 88.72),
        (np.float16, 11.0898),
    ):
        assert math.log(np.finfo(kind).max) == pytest.approx(largest, abs=5e-3)
        with np.errstate(over="ignore"):
            below, above = np.exp(np.array([largest - 0.05, largest + 0.05], kind))
        assert np.isfinite(below)
        assert np.isinf(above)


@claims("order_kept")
@given(vectors((2, 5)), numbers())
def test_the_order_never_changes_with_the_temperature(logits, power):
    temperature = 10 ** (power / 10)  # the range of the slider
    probabilities = softmax(logits, temperature=temperature)
    assert (np.diff(probabilities[np.argsort(logits)]) >= 0).all()


@claims("entropy_ends")
def test_the_entropy_is_near_0_for_one_class_and_largest_for_equal_ones():
    assert entropy(softmax([10.0, 0.0, 0.0])) < 0.002
    assert entropy(softmax([1.0, 1.0, 1.0])) == pytest.approx(1.099, abs=5e-4)
    random = np.random.default_rng(0)
    uneven = [entropy(softmax(z)) for z in random.normal(size=(100, 3))]
    assert 0 < min(uneven) < max(uneven) < math.log(3)


@claims("slopes_balance")
@given(vectors((2, 5), 5.0))
def test_what_one_class_gains_the_others_lose(z):
    slopes = softmax_jacobian(z)
    np.testing.assert_allclose(slopes.sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(slopes.sum(axis=1), 0, atol=1e-14)


@claims("never_certain")
def test_only_rounding_gives_exactly_0_or_1():
    probabilities = softmax([30.0, 0.0])
    assert 0 < probabilities[1] < probabilities[0] < 1
    assert softmax([1000.0, 0.0])[1] == 0


WORDS = ("mat", "floor", "sofa")


def said(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values).status


@pytest.mark.parametrize(
    ("scores", "temperature", "shift", "words"),
    [
        (
            (2, 1, 0.1),
            1,
            0,
            "“mat” takes 65.9% of the probability; the entropy is 0.8467",
        ),
        ((2, 1, 0.1), 10, 0, "the entropy is 1.096 of at most 1.099 nats."),
        ((0.1, 0, 0), 10, 0, "the entropy is just below its maximum, 1.099 nats."),
        (
            (5, 5, 5),
            0.1,
            0,
            "After “the cat sat on the”, each class takes 33.3% of the probability; the entropy is as",
        ),
        (
            (1, 1, -5),
            1,
            0,
            "“mat” and “floor” take 49.9% of the probability each; the",
        ),
        (
            (-5, 0.3, 0.3),
            0.1,
            -100,
            "“floor” and “sofa” take 50.0% of the probability each",
        ),
        (
            (2, 1, 0.1),
            0.1,
            0,
            "“mat” takes all but 4.54e-5 of the probability: nearly",
        ),
        (
            (-5, -5, 5),
            0.1,
            0,
            "“sofa” takes all but 7.44e-44 of the probability: nearly",
        ),
        (
            (5, -5, -5),
            1.3,
            0,
            "“mat” takes 99.9% of the probability: nearly a hard",
        ),
        ((2, 1, 0.1), 1, 1000, "fails, because the sum of e^(z/T) overflows."),
        ((0.9, 0.9, 0.9), 1, 708.8, "fails, because the sum of e^(z/T) overflows."),
        ((2, 1, 0.1), 1, -1000, "fails, because every e^(z/T) underflows."),
        ((-4, -4.5, -5), 0.1, -70, "fails, because every e^(z/T) underflows."),
        (
            (0, 0, 0),
            1,
            700,
            "After “the cat sat on the”, each class takes 33.3% of the probability; the entropy is as",
        ),
    ],
)
def test_the_sentence_names_the_leaders_and_why_the_written_formula_fails(
    scores, temperature, shift, words
):
    values = dict(zip(("z1", "z2", "z3"), map(float, scores), strict=True))
    text = said(**values, temperature=float(temperature), shift=float(shift))
    assert words in text
    leaders = [WORDS[k] for k in range(3) if scores[k] == max(scores)]
    named = re.findall(r"“(\w+)”", text.split(" take")[0])
    assert named == leaders or ("each class takes" in text and len(leaders) == 3)
    powers = [np.float64((score + shift) / temperature) for score in scores]
    with np.errstate(over="ignore", under="ignore"):
        weights = np.exp(powers)
        total = weights.sum()
    assert ("overflows" in text) == np.isinf(total)
    # Below the smallest normal number digits are lost; below the smallest float all.
    assert ("underflows" in text) == (total < np.finfo(float).tiny)


def opening(leaders, count, own):
    """Return how a sentence about these classes begins."""
    if len(leaders) == count:
        return "Each class takes"
    if own:
        kind = "Class" if len(leaders) == 1 else "Classes"
        return f"{kind} {' and '.join(leaders)} take"
    return " and ".join(f"“{WORDS[int(k) - 1]}”" for k in leaders) + " take"


@settings(max_examples=50)
@given(settings_of(STATEMENT))
def test_the_sentence_has_the_share_and_the_entropy(values):
    z = OWN.numbers(values["own"])
    if z is None:
        z = np.array([values[name] for name in ("z1", "z2", "z3")])
    powers = (z + values["shift"]) / values["temperature"]
    gaps = powers.max() - powers
    assume(not ((gaps > 1e-10) & (gaps < 1e-7)).any())
    logs = scipy.special.log_softmax(powers)
    text = said(**values)
    leaders = [str(k + 1) for k in np.flatnonzero(gaps < 1e-8)]
    start = opening(leaders, len(z), values["own"])
    if not values["own"]:
        start = "After “the cat sat on the”, " + start.replace("Each", "each")
    assert text.startswith(start) or len(leaders) > 6
    number = r"(\d+\.?\d*(?:e-?\d+)?)"
    if "all but" in text:
        rest = np.exp(np.delete(logs, logs.argmax())).sum()
        assert rest < 0.0005
        assert rest > 0 or values["own"]
        found = float(
            re.search(f"all but (?:less than )?{number} of the prob", text)[1]
        )
        assert ("less than" in text) == (rest == 0)
        assert found == pytest.approx(rest, rel=6e-4) or (rest == 0 and found == 1e-320)
    else:
        found = float(re.search(f"takes? {number}% of the prob", text)[1])
        assert found == pytest.approx(100 * np.exp(logs.max()), abs=0.0501)
        assert found < 100
    entropy, most = scipy.special.entr(np.exp(logs)).sum(), math.log(len(z))
    limit = f"{most:.4g}"
    if "fails" in text:
        assert not -700 < powers.max() < 708
    elif "nearly" in text:
        assert np.exp(logs.max()) > 0.99
    elif f"as large as it can be, {limit} nats" in text or "just below its" in text:
        assert most - 1e-3 < entropy <= most + 1e-12
        assert ("as large as" in text) == (len(leaders) == len(z))
    else:
        found = float(
            re.search(f"the entropy is {number} of at most {limit} nats", text)[1]
        )
        assert found == pytest.approx(entropy, rel=6e-4)
        assert found < float(limit)


@given(
    own_numbers_of(OWN, most=30), st.sampled_from(STATEMENT.control("shift").positions)
)
@settings(max_examples=30, deadline=None)
def test_a_readers_own_logits_are_those_that_are_drawn(own, shift):
    values = {**STATEMENT.defaults, "own": own, "shift": shift}
    scene = drawing(LESSON)(**values)
    bars, powers, curves, slopes = scene.figures
    logits = [float(text) for text in own.split("_")]
    expected = scipy.special.softmax(np.array(logits) + shift)
    np.testing.assert_allclose(bars["data"][0]["y"], expected, atol=1e-12)
    (steps,) = powers["data"]
    *each, total = np.asarray(steps["y"])
    if 1e-300 < total < 1e299:
        np.testing.assert_allclose(np.array(each) / total, expected, atol=1e-12)
        assert total <= powers["layout"]["yaxis"]["range"][1]
    shown = [
        int(trace["name"].split()[1]) - 1
        for trace in curves["data"]
        if trace.get("name", "").startswith("class")
    ]
    shifted = np.array(logits) + shift  # which may round two to the same
    hidden = np.delete(shifted, shown)
    assert len(shown) == min(6, len(logits))
    assert not hidden.size or hidden.max() <= min(shifted[k] for k in shown)
    assert np.shape(slopes["data"][0]["z"])[0] == min(12, len(logits))


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_without_the_temperature_everything_drawn_follows_the_broken_formula(values):
    broken = next(one for one in BROKEN if one.slug == "softmax")
    shown = drawing(broken)(**values)
    plain = drawing(LESSON)(**values | {"temperature": 1.0})
    assert shown.readouts == pytest.approx(plain.readouts, rel=1e-9)
    at_one, ghosts = plain.figures, shown.figures
    for place, count in ((0, 1), (1, 1), (3, 1)):  # bars, and the derivatives
        for one, other in zip(
            ghosts[place]["data"][:count], at_one[place]["data"][:count], strict=True
        ):
            drawn = "z" if place == 3 else "y"
            np.testing.assert_allclose(one[drawn], other[drawn], atol=1e-12)
    for name, curve in ((t.get("name", ""), t) for t in ghosts[2]["data"]):
        if name.startswith("class") and "lines" in curve["mode"]:
            np.testing.assert_allclose(curve["y"], curve["y"][0], atol=1e-12)


@claims("powers_then_divide")
@claims("two_classes")
@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.2, 5))
def test_of_two_classes_the_first_has_the_sigmoid_of_the_gap(first, second, T):
    found = softmax([first, second], temperature=T)[0]
    assert found == pytest.approx(scipy.special.expit((first - second) / T), abs=1e-12)


@claims("log_softmax")
@pytest.mark.parametrize("logits", [[2.0, 1.0, 0.1], [1002.0, 1001.0, 1000.1]])
def test_the_log_is_the_logit_minus_log_sum_exp_whose_powers_are_at_most_1(logits):
    z = np.array(logits)
    powers = np.exp(z - z.max())
    assert powers.max() == 1
    log_sum_exp = z.max() + np.log(powers.sum())
    assert log_sum_exp == pytest.approx(scipy.special.logsumexp(z))
    np.testing.assert_allclose(np.log(softmax(z)), z - log_sum_exp, atol=1e-9)


@claims("p_minus_y")
@pytest.mark.parametrize("true", [0, 1, 2])
def test_the_gradient_of_the_loss_is_the_probabilities_minus_the_true_class(true):
    z, h = np.array([2.0, 1.0, 0.1]), 1e-6
    slopes = [
        (np.log(softmax(z - h * e)[true]) - np.log(softmax(z + h * e)[true])) / (2 * h)
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(slopes, softmax(z) - np.eye(3)[true], atol=1e-8)


@claims("saturates")
def test_at_a_low_temperature_no_logit_moves_a_probability():
    chosen = STATEMENT.defaults | {"temperature": 0.1}
    (cells,) = drawing(LESSON)(**chosen).figures[3]["data"]
    assert np.abs(cells["z"]).max() < 1e-3


def test_the_powers_divided_by_their_sum_are_the_probabilities():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    *each, total = scene.figures[1]["data"][0]["y"]
    np.testing.assert_allclose(each, [math.e**2, math.e, math.exp(0.1)])
    assert total == pytest.approx(sum(each))
    shares = scene.figures[0]["data"][0]["y"]
    np.testing.assert_allclose(np.array(each) / total, shares)


def test_powers_that_no_float_can_hold_are_said_to_be_too_large():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"shift": 1000.0})
    powers = scene.figures[1]
    assert np.isnan(powers["data"][0]["y"]).all()
    assert powers["layout"]["meta"]["title"] == (
        "First e^(z/T): inf, too large for floats; inf / inf is nan"
    )
    with np.errstate(over="ignore", invalid="ignore"):
        as_written = np.exp([1002.0, 1001.0, 1000.1])
        assert np.isinf(as_written).all()
        assert np.isnan(as_written / as_written.sum()).all()


def test_powers_that_are_rounded_to_0_are_not_called_positive():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"shift": -1000.0})
    assert not np.any(scene.figures[1]["data"][0]["y"])
    title = scene.figures[1]["layout"]["meta"]["title"]
    assert title == "First e^(z/T): rounded to 0 where too small for floats"


def test_without_the_temperature_it_opens_where_that_matters():
    broken = next(one for one in BROKEN if one.slug == "softmax")
    opened = drawing(broken)(**broken.statement.defaults)
    whole = drawing(LESSON)(**broken.statement.defaults)
    gap = opened.readouts["entropy (nats)"] - whole.readouts["entropy (nats)"]
    assert gap > 0.2


def test_a_bar_has_the_color_of_its_logits_slider():
    (bars_,) = drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"]
    places = STATEMENT.color_indices("z1", "z2", "z3")
    assert bars_["marker"]["color"] == [f"var(--series-{k})" for k in places]
    (own,) = drawing(LESSON)(**STATEMENT.defaults | {"own": "1_2_3_4"}).figures[0][
        "data"
    ]
    assert isinstance(own["marker"]["color"], str)


@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
def test_the_colors_of_the_derivatives_reach_as_far_as_they_can(temperature):
    chosen = STATEMENT.defaults | {"z1": 0, "z2": 0, "z3": -5}
    chosen |= {"temperature": temperature}
    (cells,) = drawing(LESSON)(**chosen).figures[3]["data"]
    assert cells["zmax"] == -cells["zmin"] == pytest.approx(0.25 / temperature)
    largest = np.abs(cells["z"]).max()
    assert largest <= cells["zmax"]
    if temperature < 10:
        assert largest > 0.95 * cells["zmax"]
