"""PyTorch agrees: distributions, its own derivatives, and losses as programs write them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from formulas.probability.beta_binomial import beta_binomial
from formulas.probability.normal_divergence import fit_normal, kl_gaussian_full
from formulas.probability.odds import update_odds
from formulas.regression.lasso import lasso
from formulas.regression.ridge import ridge
from formulas.reinforcement_learning.actor_critic import (
    actor_critic_step,
    entropy_gradient,
)
from formulas.reinforcement_learning.bootstrapped_returns import (
    gae,
    lambda_returns,
    n_step_returns,
)
from formulas.reinforcement_learning.planning import policy_iteration
from formulas.reinforcement_learning.policy_optimization import (
    dpo_loss,
    group_advantages,
    ppo_clip,
)
from formulas.reinforcement_learning.q_updates import (
    double_q_update,
    expected_sarsa_update,
)


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    library.set_default_dtype(library.float64)
    yield library
    library.set_default_dtype(library.float32)


def variable(torch, array):
    """Return a tensor of which derivatives are taken."""
    return torch.tensor(np.asarray(array, float), requires_grad=True)


# Probability


def test_logits_are_log_odds_that_evidence_is_added_to(torch):
    prior, factors = torch.tensor(0.01), torch.tensor([9.0, 0.5, 40.0])
    expected = torch.sigmoid(torch.logit(prior) + factors.log().sum())
    found = update_odds(0.01, factors.numpy())
    assert found.posterior == pytest.approx(float(expected), rel=1e-12)


def test_the_posterior_is_pytorchs_beta_distribution(torch):
    found = beta_binomial(2.5, 4.0, 7, 3)
    law = torch.distributions.Beta(torch.tensor(9.5), torch.tensor(7.0))
    assert found.mean == pytest.approx(float(law.mean), rel=1e-12)
    assert found.variance == pytest.approx(float(law.variance), rel=1e-12)
    assert found.mode == pytest.approx(float(law.mode), rel=1e-12)
    # Prior times likelihood over posterior is the evidence, at any probability.
    p = torch.tensor(0.3)
    prior = torch.distributions.Beta(torch.tensor(2.5), torch.tensor(4.0))
    trials = torch.distributions.Binomial(10, p)
    logs = prior.log_prob(p) + trials.log_prob(torch.tensor(7.0)) - law.log_prob(p)
    assert found.log_evidence == pytest.approx(float(logs), rel=1e-11)


@pytest.mark.parametrize("k", [1, 2, 6])
def test_the_divergence_is_that_of_pytorchs_normal_distributions(torch, k):
    random = np.random.default_rng(k)
    sides = []
    for _ in range(2):
        A = random.normal(size=(k, k))
        sides.append((random.normal(size=k), A @ A.T + np.eye(k)))
    laws = [
        torch.distributions.MultivariateNormal(*map(torch.tensor, side))
        for side in sides
    ]
    expected = float(torch.distributions.kl_divergence(*laws))
    assert kl_gaussian_full(*sides[0], *sides[1]) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_the_fit_is_plain_descent_on_pytorchs_divergence(torch, direction):
    x = np.linspace(-3, 3, 31)
    weights = np.exp(-((np.abs(x) - 1.5) ** 2))
    p = weights / weights.sum()
    grid, logs = torch.tensor(x), torch.tensor(np.log(p))
    mu, log_sigma = variable(torch, 0.5), variable(torch, math.log(0.8))
    optimizer = torch.optim.SGD([mu, log_sigma], lr=0.1)
    path = [(0.5, 0.8)]
    for _ in range(60):
        fit = torch.log_softmax(-((grid - mu) ** 2) / (2 * (2 * log_sigma).exp()), 0)
        pair = (fit, logs) if direction == "forward" else (logs, fit)
        loss = torch.nn.functional.kl_div(*pair, reduction="sum", log_target=True)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append((mu.item(), math.exp(log_sigma.item())))
    found = fit_normal(x, p, direction=direction, mu0=0.5, sigma0=0.8, n_steps=60)
    np.testing.assert_allclose(found.path, path, rtol=1e-9, atol=1e-9)


# Regression


def test_no_slope_is_left_where_ridge_and_lasso_end(torch):
    random = np.random.default_rng(0)
    X, y = random.normal(size=(30, 4)), random.normal(size=30)
    alpha = 0.1

    def slopes(fit, loss):
        coef, intercept = variable(torch, fit.coef), variable(torch, fit.intercept)
        residuals = torch.tensor(y) - torch.tensor(X) @ coef - intercept
        loss(residuals, coef).backward()
        return coef.grad.numpy(), float(intercept.grad)

    fit = ridge(X, y, alpha)
    by_coef, by_intercept = slopes(
        fit, lambda r, c: (r**2).sum() + alpha * (c**2).sum()
    )
    np.testing.assert_allclose(by_coef, 0, atol=1e-10)
    assert by_intercept == pytest.approx(0, abs=1e-10)
    fit = lasso(X, y, alpha)
    by_coef, by_intercept = slopes(fit, lambda r, _: (r**2).mean() / 2)
    kept = fit.coef != 0
    assert 0 < kept.sum() < 4
    np.testing.assert_allclose(
        by_coef[kept], -alpha * np.sign(fit.coef[kept]), atol=1e-8
    )
    assert (np.abs(by_coef[~kept]) < alpha).all()
    assert by_intercept == pytest.approx(0, abs=1e-8)


# Decisions


def test_returns_and_advantages_as_training_loops_compute_them(torch):
    torch.manual_seed(0)
    rewards, values = torch.randn(20), torch.randn(21)
    gamma, lam = 0.95, 0.9
    advantage, advantages = torch.zeros(()), []
    for t in reversed(range(20)):
        error = rewards[t] + gamma * values[t + 1] - values[t]
        advantage = error + gamma * lam * advantage
        advantages.insert(0, advantage)
    expected = torch.stack(advantages)
    given = rewards.numpy(), values.numpy()
    np.testing.assert_allclose(
        gae(*given, gamma, lam), expected, rtol=1e-10, atol=1e-12
    )
    targets = expected + values[:-1]
    found = lambda_returns(*given, gamma, lam)
    np.testing.assert_allclose(found, targets, rtol=1e-10, atol=1e-12)
    # Windows of three rewards, weighted; the last two are cut off by the end.
    weights = gamma ** torch.arange(3.0)
    sums = torch.nn.functional.conv1d(rewards[None, None], weights[None, None])[0, 0]
    found = n_step_returns(*given, 3, gamma)[:-2]
    np.testing.assert_allclose(found, sums + gamma**3 * values[3:], rtol=1e-10)


def test_the_best_policy_solves_the_linear_system_of_its_chain(torch):
    torch.manual_seed(0)
    P = torch.softmax(3 * torch.randn(6, 3, 6), -1)
    R = torch.randn(6, 3)
    found = policy_iteration(P.numpy(), R.numpy(), 0.9)
    policy = torch.tensor(found.policy)
    every = torch.arange(6)
    v = torch.linalg.solve(torch.eye(6) - 0.9 * P[every, policy], R[every, policy])
    np.testing.assert_allclose(found.v, v, rtol=1e-10)
    best = (R + 0.9 * P @ v).argmax(dim=1)
    assert torch.equal(best, policy)


def test_targets_of_a_batch_as_deep_q_networks_gather_them(torch):
    torch.manual_seed(0)
    online, target = torch.randn(2, 5, 3)
    reward = torch.randn(5)
    done = torch.tensor([0.0, 1, 0, 0, 1])
    best = online.argmax(dim=1, keepdim=True)
    double = reward + 0.9 * (1 - done) * target.gather(1, best)[:, 0]
    policy = torch.softmax(online, 1)
    mean = reward + 0.9 * (1 - done) * (policy * online).sum(1)
    for s in range(5):
        options = {"alpha": 0.5, "gamma": 0.9, "terminal": bool(done[s])}
        step = 0, 1, float(reward[s]), s
        found = double_q_update(online.numpy(), target.numpy(), *step, **options)
        assert found.target == pytest.approx(float(double[s]), rel=1e-12)
        found = expected_sarsa_update(
            online.numpy(), *step, policy[s].numpy(), **options
        )
        assert found.target == pytest.approx(float(mean[s]), rel=1e-12)


def test_an_actor_critic_step_is_one_of_gradient_descent(torch):
    random = np.random.default_rng(0)
    start, values = random.normal(size=(3, 4)), random.normal(size=3)
    theta, v = variable(torch, start), variable(torch, values)
    error = 0.7 + 0.9 * v[2].detach() - v[1]
    law = torch.distributions.Categorical(logits=theta[1])
    loss = -law.log_prob(torch.tensor(3)) * error.detach() + error**2 / 2
    loss.backward()
    made = actor_critic_step(
        start, values, 1, 3, 0.7, 2, alpha_actor=0.2, alpha_critic=0.5, gamma=0.9
    )
    assert made.td_error == pytest.approx(error.item(), rel=1e-12)
    np.testing.assert_allclose(made.theta, start - 0.2 * theta.grad.numpy(), rtol=1e-10)
    np.testing.assert_allclose(made.v, values - 0.5 * v.grad.numpy(), rtol=1e-10)


def test_the_entropy_bonus_is_pytorchs_derivative(torch):
    start = np.array([0.3, -1.0, 2.0, 0.0])
    theta = variable(torch, start)
    torch.distributions.Categorical(logits=theta).entropy().backward()
    np.testing.assert_allclose(entropy_gradient(start), theta.grad, rtol=1e-10)


def test_the_clipped_objective_as_programs_write_it(torch):
    torch.manual_seed(0)
    new = (0.4 * torch.randn(50)).requires_grad_()
    old, gain = 0.4 * torch.randn(50), torch.randn(50)
    ratio = (new - old).exp()
    clipped = torch.clamp(ratio, 0.8, 1.2) * gain
    objective = torch.min(ratio * gain, clipped).mean()
    objective.backward()
    found = ppo_clip(new.detach().numpy(), old.numpy(), gain.numpy())
    assert found.objective == pytest.approx(objective.item(), rel=1e-12)
    np.testing.assert_allclose(found.gradient, new.grad, rtol=1e-10, atol=1e-16)
    np.testing.assert_array_equal(found.dead, new.grad == 0)
    assert 5 < found.dead.sum() < 45


def test_advantages_within_a_group_as_trl_computes_them(torch):
    torch.manual_seed(0)
    rewards = torch.randn(6, 8)
    mean, deviation = rewards.mean(1, keepdim=True), rewards.std(1, keepdim=True)
    expected = (rewards - mean) / (deviation + 1e-4)
    found = group_advantages(rewards.numpy(), ddof=1, eps=1e-4)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_the_loss_of_pairs_as_programs_write_it(torch):
    torch.manual_seed(0)
    chosen, rejected = (torch.randn(20) * 5 - 20 for _ in range(2))
    ref_chosen, ref_rejected = (torch.randn(20) * 5 - 20 for _ in range(2))
    chosen.requires_grad_()
    rejected.requires_grad_()
    logits = (chosen - rejected) - (ref_chosen - ref_rejected)
    loss = -torch.nn.functional.logsigmoid(0.3 * logits).mean()
    loss.backward()
    sides = (chosen, rejected, ref_chosen, ref_rejected)
    found = dpo_loss(*(side.detach().numpy() for side in sides), beta=0.3)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(found.margin, 0.3 * logits.detach(), rtol=1e-10)
    np.testing.assert_allclose(found.gradient, chosen.grad, rtol=1e-10)
    np.testing.assert_allclose(-found.gradient, rejected.grad, rtol=1e-10)
