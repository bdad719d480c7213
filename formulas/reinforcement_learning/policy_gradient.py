"""Policy gradient: make actions that came before high returns more likely."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.activations import sigmoid
from formulas.linear_algebra.softmax import softmax

KINDS = ("total_return", "return_to_go", "with_baseline", "one_step_reward")
# States 0, 1, 2 and the goal 3; left and right change places in state 1.
CORRIDOR = ((0, 1), (2, 0), (1, 3))
GOAL = 3
MOST_STEPS = 10_000
BASELINE_RATE = 1 / 16


@dataclass(frozen=True)
class Training:
    """The result of a training run.

    Attributes
    ----------
    theta : (n_episodes + 1,) ndarray
        The logit of going right, before the first and after each episode.
    probability : (n_episodes + 1,) ndarray
        The probability of going right.
    returns : (n_episodes,) ndarray
        Sum of rewards of each episode.
    lengths : (n_episodes,) ndarray of int
        Steps of each episode.
    truncated : (n_episodes,) ndarray of bool
        Whether the episode was cut off.
    """

    theta: Array
    probability: Array
    returns: Array
    lengths: NDArray[np.int_]
    truncated: NDArray[np.bool_]


Run = Generator[float, None, Training]


def softmax_policy(theta: ArrayLike) -> Array:
    """Turn preferences into the probability of each action.

    Parameters
    ----------
    theta : (A,) array_like
        One preference for each action.

    Returns
    -------
    (A,) ndarray
        Sums to 1.

    Raises
    ------
    ValueError
        If the preferences are empty, not 1-D or not finite.

    Examples
    --------
    >>> softmax_policy(np.log([1.0, 3.0])).round(6)
    array([0.25, 0.75])
    """
    return softmax(checks.array(theta, "theta", ndim=1))


def grad_log_softmax(theta: ArrayLike, a: int) -> Array:
    """Return the gradient of an action's log-probability by the preferences.

    Parameters
    ----------
    theta : (A,) array_like
        One preference for each action.
    a : int
        The action, counted from 0.

    Returns
    -------
    (A,) ndarray
        1 minus its probability for the action itself, minus theirs for the others.

    Raises
    ------
    ValueError
        As `softmax_policy`, or if there is no such action.

    References
    ----------
    Sutton and Barto (2018), eq. (13.9).

    Examples
    --------
    >>> grad_log_softmax([0.0, 0.0], 0)
    array([ 0.5, -0.5])
    """
    gradient = -softmax_policy(theta)
    gradient[checks.integer(a, "a", low=0, high=len(gradient) - 1)] += 1.0
    return gradient


def bandit_gradient(theta: ArrayLike, rewards: ArrayLike) -> Array:
    """Return the exact gradient of the expected reward of a single choice.

    Parameters
    ----------
    theta : (A,) array_like
        One preference for each action.
    rewards : (A,) array_like
        The reward of each action.

    Returns
    -------
    (A,) ndarray
        Positive for actions that are better than average; sums to 0.

    Raises
    ------
    ValueError
        If the lengths differ or an entry is not finite.

    References
    ----------
    Sutton and Barto (2018), section 2.8.

    Examples
    --------
    >>> bandit_gradient([0.0, 0.0], [1.0, 3.0])
    array([-0.5,  0.5])
    """
    policy, r = _bandit(theta, rewards)
    gradient: Array = policy * (r - policy @ r)
    return gradient


def _bandit(theta: ArrayLike, rewards: ArrayLike) -> tuple[Array, Array]:
    preferences = checks.shaped(theta, "theta", ndim=1)
    r = checks.shaped(rewards, "rewards", ndim=1)
    rule = "theta and rewards must have the same length"
    checks.agree(len(preferences) == len(r), "theta", preferences, "rewards", r, rule)
    checks.finite(theta=preferences, rewards=r)
    return softmax(preferences), r


def bandit_estimator_variance(
    theta: ArrayLike, rewards: ArrayLike, baseline: float
) -> float:
    """Return how noisy the estimate from one action is.

    Parameters
    ----------
    theta : (A,) array_like
        One preference for each action.
    rewards : (A,) array_like
        The reward of each action.
    baseline : float
        Subtracted from the reward; it does not change the mean of the estimate.

    Returns
    -------
    float
        Trace of the covariance of (reward − baseline) times the gradient of the
        log-probability.

    Raises
    ------
    ValueError
        As `bandit_gradient`, or if the baseline is not finite.

    Examples
    --------
    >>> bandit_estimator_variance([0.0, 0.0], [1.0, 3.0], 2.0)
    0.0
    """
    policy, r = _bandit(theta, rewards)
    baseline = checks.scalar(baseline, "baseline")
    lengths = 1 - 2 * policy + policy @ policy
    mean = policy * (r - policy @ r)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        variance = policy @ ((r - baseline) ** 2 * lengths) - mean @ mean
    return float(checks.representable(max(variance, 0.0)))


def corridor_value(p: float) -> float:
    """Return the expected return of the short corridor.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        Minus the mean number of steps from the start to the goal.

    Raises
    ------
    ValueError
        If p is 0 or 1, where the goal is never reached, or no probability.

    References
    ----------
    Sutton and Barto (2018), example 13.1.

    Examples
    --------
    >>> corridor_value(0.5)
    -12.0
    """
    p = _corridor_probability(p)
    return float(checks.representable((2 * p - 4) / (p * (1 - p))))


def _corridor_probability(p: float) -> float:
    p = checks.scalar(p, "p", low=0, high=1)
    if p in (0.0, 1.0):
        raise ValueError("the episode never ends for p = 0 or p = 1")
    return p


def corridor_gradient(p: float) -> float:
    """Return the derivative of the corridor's value by the probability of right.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        Times ``p (1 - p)`` it is the derivative by the logit.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_gradient(0.5)
    8.0
    """
    p = _corridor_probability(p)
    spread = p * (1 - p)
    # Divided twice: the square of a tiny p would be 0.
    slope = 2 * (p * p - 4 * p + 2) / spread / spread
    return float(checks.representable(slope))


def corridor_slope(p: float) -> float:
    """Return the derivative of the corridor's value by the logit: the true gradient.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    float
        What the estimates average to.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_slope(0.5)
    2.0
    """
    return p * (1 - p) * corridor_gradient(p)


def corridor_tangent(p: float, at: ArrayLike) -> Array:
    """Return the tangent of the corridor's value.

    Parameters
    ----------
    p : float
        Where it touches, in (0, 1).
    at : (n,) array_like
        Where to evaluate it.

    Returns
    -------
    (n,) ndarray
        Heights of the tangent.

    Raises
    ------
    ValueError
        As `corridor_value`, or if a place is not finite.

    Examples
    --------
    >>> corridor_tangent(0.5, [0.5, 0.75])
    array([-12., -10.])
    """
    places = checks.array(at, "at")
    heights: Array = corridor_value(p) + corridor_gradient(p) * (places - p)
    return heights


@dataclass(frozen=True)
class EpisodeSums:
    """What single episodes of the corridor contribute to the gradient by the logit.

    Attributes
    ----------
    steps : (n_episodes,) ndarray
        Length of each episode; its return is minus that.
    slopes : (n_episodes,) ndarray
        Sum of the steps' gradients of the log-probability.
    late_slopes : (n_episodes,) ndarray
        The same sum, each step counted as often as it has predecessors.
    """

    steps: Array
    slopes: Array
    late_slopes: Array


def corridor_episodes(
    p: float, *, n_episodes: int = 2000, rng: Seed = 0
) -> EpisodeSums:
    """Play episodes of the corridor side by side.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).
    n_episodes : int
        At least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    EpisodeSums
        What `gradient_estimates` needs of each episode.

    Raises
    ------
    ValueError
        If p is 0 or 1 or the number is out of range.

    Examples
    --------
    >>> corridor_episodes(0.5, n_episodes=3).steps
    array([ 6.,  5., 21.])
    """
    p = _corridor_probability(p)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    return EpisodeSums(*_episode_sums(p, n_episodes, checks.generator(rng)))


def gradient_estimates(
    episodes: EpisodeSums, kind: str, *, baseline: float = 0.0
) -> Array:
    """Estimate the gradient by the logit from each episode, in one of four ways.

    Parameters
    ----------
    episodes : EpisodeSums
        Episodes that were played.
    kind : {"total_return", "return_to_go", "with_baseline", "one_step_reward"}
        What each step's gradient is multiplied by; the last is a mistake.
    baseline : float
        Subtracted from the return to go with ``kind="with_baseline"``.

    Returns
    -------
    (n_episodes,) ndarray
        One estimate for each episode.

    Raises
    ------
    ValueError
        If the kind is unknown or the baseline is not finite.

    References
    ----------
    Sutton and Barto (2018), sections 13.3 and 13.4.

    Examples
    --------
    >>> one = EpisodeSums(np.array([3.0]), np.array([0.5]), np.array([1.0]))
    >>> gradient_estimates(one, "with_baseline", baseline=-2.0)
    array([0.5])
    """
    checks.choice(kind, "kind", KINDS)
    baseline = checks.scalar(baseline, "baseline")
    steps, slopes = episodes.steps, episodes.slopes
    if kind == "one_step_reward":
        return -slopes
    if kind == "total_return":
        return -steps * slopes
    # The return after t of T steps is t - T: every step costs 1.
    to_go: Array = episodes.late_slopes - steps * slopes
    return to_go - baseline * slopes if kind == "with_baseline" else to_go


def corridor_estimates(
    p: float, kind: str, *, baseline: float = 0.0, n_episodes: int = 2000, rng: Seed = 0
) -> Array:
    """Estimate the gradient by the logit from single episodes, in one of four ways.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).
    kind : {"total_return", "return_to_go", "with_baseline", "one_step_reward"}
        What each step's gradient is multiplied by; the last is a mistake.
    baseline : float
        Subtracted from the return to go with ``kind="with_baseline"``.
    n_episodes : int
        At least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_episodes,) ndarray
        One estimate for each episode.

    Raises
    ------
    ValueError
        If p is 0 or 1, the kind is unknown or a number is out of range.

    References
    ----------
    Sutton and Barto (2018), sections 13.3 and 13.4.

    Examples
    --------
    >>> corridor_estimates(0.5, "return_to_go", n_episodes=3).shape
    (3,)
    """
    p = _corridor_probability(p)
    checks.choice(kind, "kind", KINDS)
    baseline = checks.scalar(baseline, "baseline")
    episodes = corridor_episodes(p, n_episodes=n_episodes, rng=rng)
    return gradient_estimates(episodes, kind, baseline=baseline)


def _episode_sums(
    p: float, n_episodes: int, random: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Play episodes side by side; sum the steps' gradients, plain and times t."""
    after = np.array(CORRIDOR)
    steps, slopes, late = np.zeros((3, n_episodes))
    alive, state = np.arange(n_episodes), np.zeros(n_episodes, int)
    for t in range(MOST_STEPS):
        right = (random.random(len(alive)) < p).astype(int)
        steps[alive] += 1
        slopes[alive] += right - p
        late[alive] += t * (right - p)
        state = after[state, right]
        alive, state = alive[state != GOAL], state[state != GOAL]
        if not len(alive):
            break
    return steps, slopes, late


def corridor_episode(p: float, *, rng: Seed = 0) -> NDArray[np.int_]:
    """Walk through the corridor once.

    Parameters
    ----------
    p : float
        Probability of going right, in (0, 1).
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (T,) ndarray of int
        The actions: 1 for right, 0 for left. Cut off after 10 000.

    Raises
    ------
    ValueError
        As `corridor_value`.

    Examples
    --------
    >>> corridor_episode(0.5, rng=1)
    array([0, 0, 1, 0, 1])
    """
    p = _corridor_probability(p)
    draws = _uniform(checks.generator(rng))
    return np.array(_walk(p, draws)[0])


def _walk(
    p: float, draws: Iterator[float], max_steps: int = MOST_STEPS
) -> tuple[list[int], bool]:
    """Return the actions of one episode and whether it was cut off."""
    state, actions = 0, list[int]()
    while state != GOAL and len(actions) < max_steps:
        right = 1 if next(draws) < p else 0
        actions.append(right)
        state = CORRIDOR[state][right]
    return actions, state != GOAL


def _uniform(random: np.random.Generator) -> Iterator[float]:
    while True:
        yield from random.random(4096).tolist()


def reinforce_corridor(
    *,
    alpha: float,
    n_episodes: int,
    baseline: bool = False,
    theta0: float = 0.0,
    rng: Seed = 0,
) -> Training:
    """Learn the corridor with REINFORCE, one update after each episode.

    Parameters
    ----------
    alpha : float
        Step size, positive.
    n_episodes : int
        At least 1.
    baseline : bool
        Subtract a learned value; the states look alike, so they share it.
    theta0 : float
        The first logit of going right.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    Training
        Path of the policy, returns and lengths; episodes end after 10 000 steps.

    Raises
    ------
    ValueError
        If the step size or the number of episodes is out of range.

    References
    ----------
    Williams (1992); Sutton and Barto (2018), sections 13.3 and 13.4.

    Examples
    --------
    >>> run = reinforce_corridor(alpha=2**-10, n_episodes=1000)
    >>> bool(0.5 < run.probability[-1] < 0.65)
    True
    """
    run = training_history(
        alpha=alpha,
        n_episodes=n_episodes,
        baseline=baseline,
        theta0=theta0,
        rng=rng,
    )
    while True:
        try:
            next(run)
        except StopIteration as stop:
            result: Training = stop.value
            return result


def training_history(
    *,
    alpha: float,
    n_episodes: int,
    baseline: bool = False,
    theta0: float = 0.0,
    max_steps: int = MOST_STEPS,
    rng: Seed = 0,
) -> Generator[float, None, Training]:
    """Learn the corridor with REINFORCE, in slices that can be stopped at any time.

    Parameters
    ----------
    alpha, n_episodes, baseline, theta0, rng
        As for `reinforce_corridor`, which runs this to its end.
    max_steps : int
        Where episodes of a policy that has run away are cut off.

    Yields
    ------
    float
        Share of the episodes that are done, after each.

    Returns
    -------
    Training
        The run.

    Raises
    ------
    ValueError
        As `reinforce_corridor`.
    """
    alpha = checks.scalar(alpha, "alpha", low=0, open_low=True)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    max_steps = checks.integer(max_steps, "max_steps", low=1)
    theta, value = checks.scalar(theta0, "theta0"), 0.0
    draws = _uniform(checks.generator(rng))
    path, lengths, truncated = [theta], list[int](), list[bool]()
    for _ in range(n_episodes):
        p = float(sigmoid(theta))
        actions, cut = _walk(p, draws, max_steps)
        to_go = np.arange(-len(actions), 0.0)
        theta += alpha * float((to_go - value) @ (np.array(actions) - p))
        if baseline:
            value += BASELINE_RATE * float(to_go.mean() - value)
        path.append(theta)
        lengths.append(len(actions))
        truncated.append(cut)
        yield len(lengths) / n_episodes
    logits = checks.representable(np.array(path))
    steps, probability = np.array(lengths), np.asarray(sigmoid(logits))
    return Training(logits, probability, -1.0 * steps, steps, np.array(truncated))


def paired_runs(
    p: float, *, alpha: float, n_episodes: int, max_steps: int = 1000, rng: int = 0
) -> tuple[Run, Run]:
    """Prepare to learn the corridor twice from the same policy and the same seed.

    Parameters
    ----------
    p : float
        First probability of going right, in (0, 1).
    alpha, n_episodes, max_steps
        As for `training_history`.
    rng : int
        Seed of both.

    Returns
    -------
    plain, steady : generator
        From `training_history`, without a baseline and with a learned one.

    Raises
    ------
    ValueError
        As `corridor_value`; the runs themselves as `training_history`.

    References
    ----------
    Sutton and Barto (2018), figure 13.2.

    Examples
    --------
    >>> plain, steady = paired_runs(0.5, alpha=2**-10, n_episodes=4)
    >>> next(plain), next(plain), next(steady)
    (0.25, 0.5, 0.25)
    """
    p = _corridor_probability(p)
    plain, steady = (
        training_history(
            alpha=alpha,
            n_episodes=n_episodes,
            baseline=baseline,
            theta0=math.log(p / (1 - p)),
            max_steps=max_steps,
            rng=rng,
        )
        for baseline in (False, True)
    )
    return plain, steady
