"""DPO in the lesson on the policy gradient: its formula, its claims, its sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.reinforcement_learning.policy_optimization import dpo_loss
from pages.reinforcement_learning.policy_gradient.dpo.figure import PLACES
from pages.reinforcement_learning.policy_gradient.dpo.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["policy_gradient/dpo"]

MUTANTS = (
    ("- (rejected - ref_rejected)))", "+ (rejected - ref_rejected)))"),
    ("across[None, :] - up[:, None]", "across[:, None] - up[None, :]"),
    ("np.logaddexp(0, -margins)", "np.logaddexp(0, margins)"),
    ("(now[0] + pull, now[1] - pull)", "(now[0] + pull, now[1] + pull)"),
    ("(chosen - ref_chosen, rejected - ref_rejected)", "(chosen, rejected)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def loss_by_hand(chosen, rejected, ref_chosen, ref_rejected, beta):
    """Compute the loss as the odds of two products of probabilities."""
    odds = ((chosen - rejected) + (ref_rejected - ref_chosen)) * beta
    return -scipy.special.log_expit(odds)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} L = -\log \sigma(m) \\ "
        r"m = \beta \left[ (\log \pi_w - \log \pi^{\mathrm{ref}}_w) - "
        r"(\log \pi_l - \log \pi^{\mathrm{ref}}_l) \right] \end{gathered}"
    )


def test_values_known_from_elsewhere():
    assert of_the_page()["loss"] == pytest.approx(0.513015, abs=1e-6)
    assert dpo_loss(-9.0, -15.0, -10.0, -12.0).margin == pytest.approx(0.4)


@claims("dpo_difference")
@given(settings_of(STATEMENT), st.floats(-20, 20))
def test_only_the_difference_of_the_changes_counts(chosen, both):
    page = of_the_page(**chosen)
    assert page["loss"] == pytest.approx(loss_by_hand(**chosen), rel=1e-9)
    moved = dpo_loss(
        chosen["chosen"] + both,
        chosen["rejected"] + both,
        chosen["ref_chosen"],
        chosen["ref_rejected"],
        beta=chosen["beta"],
    )
    assert moved.loss == pytest.approx(page["loss"], rel=1e-9, abs=1e-12)


@claims("dpo_implied_reward")
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, 0.9), st.floats(0.3, 2))
def test_the_log_ratios_tell_the_rewards_of_the_best_policy(r_w, r_l, ref_w, beta):
    """Maximize reward minus penalty over two answers by brute force."""
    ref = np.array([ref_w, 1 - ref_w])
    rewards = np.array([r_w, r_l])

    def cost(logit):
        p = scipy.special.expit([logit, -logit])
        return -(p @ rewards) + beta * scipy.special.rel_entr(p, ref).sum()

    logit = scipy.optimize.minimize_scalar(cost, bounds=(-45, 45), method="bounded").x
    best = np.log(scipy.special.expit([logit, -logit]))
    pair = dpo_loss(best[0], best[1], *np.log(ref), beta=beta)
    assert pair.margin == pytest.approx(r_w - r_l, abs=1e-2)


@claims("dpo_both_fall")
def test_the_loss_can_fall_while_the_chosen_answer_becomes_rarer():
    before = of_the_page(chosen=-10.0, rejected=-12.0)
    after = of_the_page(chosen=-14.0, rejected=-18.0)
    assert after["loss"] < before["loss"]
    assert math.exp(-14) < math.exp(-10)


@claims("dpo_equal")
@given(st.floats(-30, -2), st.floats(-30, -2), st.floats(0.01, 1))
def test_it_begins_at_ln_2(c, j, beta):
    page = of_the_page(chosen=c, rejected=j, ref_chosen=c, ref_rejected=j, beta=beta)
    assert page["loss"] == pytest.approx(math.log(2))
    assert round(math.log(2), 3) == 0.693


@claims("dpo_weak_pull")
@given(settings_of(STATEMENT))
def test_pairs_in_order_pull_weakly(chosen):
    page = of_the_page(**chosen)
    h = 1e-5
    up, down = (
        loss_by_hand(**chosen | {"chosen": chosen["chosen"] + k}) for k in (h, -h)
    )
    assert page["gradient"] == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-10)
    assert page["gradient"] == pytest.approx(-chosen["beta"] * (1 - page["preference"]))
    farther = of_the_page(**chosen | {"chosen": chosen["chosen"] + 1})
    assert abs(farther["gradient"]) <= abs(page["gradient"])
    undecided = of_the_page(chosen=-10.0, rejected=-12.0)["gradient"]
    wrong = of_the_page(chosen=-16.0, rejected=-9.0)
    assert wrong["margin"] < 0
    assert wrong["gradient"] / undecided == pytest.approx(1.42, abs=0.005)
    settled = of_the_page(chosen=-4.0, rejected=-28.0, beta=0.5)
    assert settled["margin"] == 11
    assert abs(settled["gradient"]) < 1e-4 * 0.5


@claims("dpo_reference_counts")
def test_what_the_reference_prefers_earns_nothing():
    page = of_the_page(chosen=-10.0, rejected=-28.0, ref_rejected=-28.0)
    assert page["margin"] == 0
    assert page["chosen"] - page["rejected"] == 18
    assert of_the_page(chosen=-10.0, rejected=-28.0)["margin"] == pytest.approx(1.6)


SENTENCE = re.compile(
    r"Against the reference the chosen answer is (?:(\S+) times )?as likely and the rejected "
    r"one (?:(\S+) times )?as likely\. A margin of (\S+) calls the chosen one better with "
    r"probability P = (\S+): the loss is (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_sentence_says_what_became_of_both_answers_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    printed = SENTENCE.fullmatch(scene.status).groups()
    changes = [chosen[k] - chosen[f"ref_{k}"] for k in ("chosen", "rejected")]
    margin = chosen["beta"] * (changes[0] - changes[1])
    expected = [
        *np.exp(changes),
        margin,
        scipy.special.expit(margin),
        loss_by_hand(**chosen),
    ]
    found = [float((text or "1").replace("−", "-")) for text in printed]
    assert found == pytest.approx(expected, rel=6e-3, abs=1e-12)
    field, arrow = scene.figures[0]["data"][:2]
    row, column = 5, 17
    there = loss_by_hand(**chosen | {"chosen": PLACES[column], "rejected": PLACES[row]})
    assert field["z"][row][column] == pytest.approx(np.exp(-there), rel=1e-5)
    (x0, x1), (y0, y1) = arrow["x"], arrow["y"]
    assert x1 - x0 == pytest.approx(y0 - y1) == pytest.approx(6 * (1 - expected[3]))
    curve = scene.figures[1]["data"][0]
    np.testing.assert_allclose(
        curve["y"], -scipy.special.log_expit(curve["x"]), rtol=1e-6
    )
