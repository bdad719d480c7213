"""Policy gradient: make actions that came before high returns more likely."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.activations import sigmoid
from formulas.linear_algebra.softmax import softmax
from formulas.reinforcement_learning.corridor import (
    CORRIDOR,
    GOAL,
    MOST_STEPS,
    EstimateMoments,
    checked_probability,
    corridor_episode,
    corridor_gradient,
    corridor_moments,
    corridor_slope,
    corridor_value,
    strides,
    uniform_draws,
    walk_corridor,
)

__all__ = [
    "CorridorRun",
    "EpisodeSums",
    "EstimateMoments",
    "bandit_estimator_variance",
    "bandit_gradient",
    "corridor_episode",
    "corridor_episodes",
    "corridor_estimates",
    "corridor_gradient",
    "corridor_moments",
    "corridor_slope",
    "corridor_value",
    "estimate_spreads",
    "grad_log_softmax",
    "gradient_estimates",
    "least_variance_baseline",
    "reinforce_corridor",
    "softmax_policy",
    "sums_of_episode",
    "training_history",
    "training_runs",
]

KINDS = ("total_return", "return_to_go", "with_baseline", "one_step_reward")
BASELINE_RATE = 1 / 16
STRIDE = 12  # moves that are drawn at once: about an episode of the best policy
STRIDES_TOLD = 20  # from one word on the progress to the next


@dataclass(frozen=True)
class CorridorRun:
    """The result of learning the corridor.

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
    preferences = checks.as_array(theta, "theta", ndim=1)
    r = checks.as_array(rewards, "rewards", ndim=1)
    rule = "theta and rewards must have the same length"
    checks.same_shape(
        len(preferences) == len(r), "theta", preferences, "rewards", r, rule
    )
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
    p = checked_probability(p)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    return EpisodeSums(*_episode_sums(p, n_episodes, checks.generator(rng)))


def sums_of_episode(actions: ArrayLike, p: float) -> EpisodeSums:
    """Sum up what one episode of the corridor contributes to the gradient.

    Parameters
    ----------
    actions : (T,) array_like
        1 for each step to the right, 0 for each to the left.
    p : float
        Probability of going right, in (0, 1).

    Returns
    -------
    EpisodeSums
        Of this one episode.

    Raises
    ------
    ValueError
        If p is 0 or 1, or the actions are empty, not 1-D or outside [0, 1].

    Examples
    --------
    >>> sums_of_episode([1, 0, 1], 0.5)
    EpisodeSums(steps=array([3.]), slopes=array([0.5]), late_slopes=array([0.5]))
    """
    right = checks.array(actions, "actions", ndim=1)
    checks.within(right, "actions", 0, 1)
    slopes = right - checked_probability(p)
    late = np.arange(len(right)) @ slopes
    return EpisodeSums(
        np.array([float(len(right))]), np.array([slopes.sum()]), np.array([late])
    )


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
    return _with_baseline(episodes, baseline if kind == "with_baseline" else 0.0)


def estimate_spreads(moments: EstimateMoments, baselines: ArrayLike) -> Array:
    """Return the standard deviation of one estimate with each of some baselines.

    Parameters
    ----------
    moments : EstimateMoments
        How the estimate without a baseline and the sum of slopes are distributed.
    baselines : (k,) array_like
        Each is subtracted from every return to go.

    Returns
    -------
    (k,) ndarray
        Of the gradient estimated from one episode.

    Raises
    ------
    ValueError
        If a baseline is not finite.

    Examples
    --------
    >>> estimate_spreads(corridor_moments(0.5), [0.0, -10.0]).round(2)
    array([27.07, 17.12])
    """
    each = checks.as_array(baselines, "baselines", ndim=1)
    checks.finite(baselines=each)
    variances = (
        moments.variance
        - 2 * each * moments.covariance
        + each**2 * moments.slope_variance
    )
    spreads: Array = np.sqrt(np.maximum(variances, 0.0))  # below 0 by rounding alone
    return spreads


def least_variance_baseline(moments: EstimateMoments) -> float:
    """Return the constant baseline with which one estimate scatters least.

    That is the covariance of the estimate without a baseline and the sum of the steps'
    gradients, over the variance of that sum.

    Parameters
    ----------
    moments : EstimateMoments
        How the estimate without a baseline and the sum of slopes are distributed.

    Returns
    -------
    float
        The lowest point of `estimate_spreads`.

    Raises
    ------
    ValueError
        If the slopes of all episodes are equal.

    References
    ----------
    Greensmith, Bartlett and Baxter, Variance Reduction Techniques for Gradient Estimates
    in Reinforcement Learning (2004).

    Examples
    --------
    >>> round(least_variance_baseline(corridor_moments(0.5)), 4)
    -12.3333
    """
    if not moments.slope_variance:
        raise ValueError("the slopes of the episodes must not all be equal")
    return moments.covariance / moments.slope_variance


def _with_baseline(episodes: EpisodeSums, baseline: float | Array) -> Array:
    # The return after t of T steps is t - T: every step costs 1.
    to_go: Array = episodes.late_slopes - episodes.steps * episodes.slopes
    return to_go - baseline * episodes.slopes


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
    p = checked_probability(p)
    checks.choice(kind, "kind", KINDS)
    baseline = checks.scalar(baseline, "baseline")
    episodes = corridor_episodes(p, n_episodes=n_episodes, rng=rng)
    return gradient_estimates(episodes, kind, baseline=baseline)


def _episode_sums(
    p: float, n_episodes: int, random: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Play episodes side by side; sum the steps' gradients, plain and times t."""
    next_states = np.array(CORRIDOR)
    steps, slopes, late = np.zeros((3, n_episodes))
    alive = np.arange(n_episodes)
    state = np.zeros(n_episodes, int)
    for t in range(MOST_STEPS):
        right = (random.random(len(alive)) < p).astype(int)
        steps[alive] += 1
        slopes[alive] += right - p
        late[alive] += t * (right - p)
        state = next_states[state, right]
        goes_on = state != GOAL
        alive, state = alive[goes_on], state[goes_on]
        if not len(alive):
            break
    return steps, slopes, late


def reinforce_corridor(
    *,
    alpha: float,
    n_episodes: int,
    baseline: bool = False,
    theta0: float = 0.0,
    rng: Seed = 0,
) -> CorridorRun:
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
    CorridorRun
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
            result: CorridorRun = stop.value
            return result


def training_history(
    *,
    alpha: float,
    n_episodes: int,
    baseline: bool = False,
    constant: float = 0.0,
    theta0: float = 0.0,
    max_steps: int = MOST_STEPS,
    rng: Seed = 0,
) -> Generator[float, None, CorridorRun]:
    """Learn the corridor with REINFORCE, in slices that can be stopped at any time.

    Parameters
    ----------
    alpha, n_episodes, baseline, theta0, rng
        As for `reinforce_corridor`, which runs this to its end.
    constant : float
        A constant baseline; of a learned one the first value.
    max_steps : int
        Where episodes of a policy that has run away are cut off.

    Yields
    ------
    float
        Share of the episodes that are done, after each.

    Returns
    -------
    CorridorRun
        The run.

    Raises
    ------
    ValueError
        As `reinforce_corridor`.
    """
    alpha = checks.scalar(alpha, "alpha", low=0, open_low=True)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    max_steps = checks.integer(max_steps, "max_steps", low=1)
    theta = checks.scalar(theta0, "theta0")
    draws = uniform_draws(rng)
    value = checks.scalar(constant, "constant")
    path = [theta]
    lengths: list[int] = []
    truncated: list[bool] = []
    for _ in range(n_episodes):
        p = float(sigmoid(theta))
        actions, cut_off = walk_corridor(p, draws, max_steps=max_steps)
        to_go = np.arange(-len(actions), 0.0)
        theta += alpha * float((to_go - value) @ (np.array(actions) - p))
        if baseline:
            value += BASELINE_RATE * float(to_go.mean() - value)
        path.append(theta)
        lengths.append(len(actions))
        truncated.append(cut_off)
        yield len(lengths) / n_episodes
    logits = checks.representable(np.array(path))
    steps = np.array(lengths)
    return CorridorRun(
        theta=logits,
        probability=np.asarray(sigmoid(logits)),
        returns=-1.0 * steps,
        lengths=steps,
        truncated=np.array(truncated),
    )


def training_runs(
    *,
    alpha: float,
    baselines: ArrayLike,
    n_runs: int,
    n_episodes: int,
    theta0: float = 0.0,
    max_steps: int = MOST_STEPS,
    most_moves: int = 100_000,
    rng: Seed = 0,
) -> Generator[float, None, Array]:
    """Learn the corridor many times, side by side, each with a constant baseline.

    All agents move at once, a stride of moves at a time, whose chances are drawn together;
    what is left of a stride at an episode's end is thrown away. One that reaches the goal
    updates its policy and starts its next episode while the others walk on.

    Parameters
    ----------
    alpha, n_episodes, theta0, max_steps, rng
        As for `training_history`.
    baselines : (k,) array_like
        Constant baselines.
    n_runs : int
        Runs with each of them, at least 1.
    most_moves : int
        A run that needs more moves in all has run away; its policy stays as it is.

    Yields
    ------
    float
        Share of the episodes that the slowest run has done, after every few strides.

    Returns
    -------
    (n_episodes + 1, k, n_runs) ndarray
        Probability of going right, before the first and after each episode.

    Raises
    ------
    ValueError
        If a number is out of range or a baseline is not finite.
    """
    alpha = checks.scalar(alpha, "alpha", low=0, open_low=True)
    each = checks.as_array(baselines, "baselines", ndim=1)
    checks.finite(baselines=each)
    n_runs = checks.integer(n_runs, "n_runs", low=1)
    n_episodes = checks.integer(n_episodes, "n_episodes", low=1)
    max_steps = checks.integer(max_steps, "max_steps", low=1)
    most_moves = checks.integer(most_moves, "most_moves", low=1)
    random = checks.generator(rng)
    baseline = np.repeat(each, n_runs)
    theta = np.full(len(baseline), checks.scalar(theta0, "theta0"))
    p = np.asarray(sigmoid(theta))
    path = np.full((n_episodes + 1, len(baseline)), p)
    state, done, moved = np.zeros((3, len(baseline)), int)
    steps, slopes, late = np.zeros((3, len(baseline)))
    running = np.full(len(baseline), True)
    for stride in itertools.count(1):
        right = random.random((len(theta), STRIDE)) < p[:, None]
        state, count, rights, places = _stride(state, right, max_steps - steps)
        slope = rights - p * count
        slopes += slope
        late += steps * slope + places - p * count * (count - 1) / 2
        steps += count
        moved += count
        ended = (state == GOAL) | (steps >= max_steps)
        state[ended] = 0
        (ended,) = np.nonzero(ended & running)
        if len(ended):
            played = EpisodeSums(steps[ended], slopes[ended], late[ended])
            theta[ended] += alpha * _with_baseline(played, baseline[ended])
            p[ended] = sigmoid(theta[ended])
            done[ended] += 1
            path[done[ended], ended] = p[ended]
            steps[ended] = slopes[ended] = late[ended] = 0
        running = (done < n_episodes) & (moved < most_moves)
        if not running.any():
            break
        if stride % STRIDES_TOLD == 0:
            yield float(done[running].min() / n_episodes)
    for run in np.flatnonzero(done < n_episodes):
        path[done[run] :, run] = p[run]
    checks.representable(theta)
    return path.reshape(n_episodes + 1, len(each), n_runs)


def _stride(
    state: NDArray[np.int_], right: NDArray[np.bool_], most: Array
) -> tuple[NDArray[np.int_], ...]:
    """Return the states after some moves, how many were made, and what they say of p.

    That is how many went right, and the sum of their places. No more than ``most`` moves
    are made.
    """
    table = strides(right.shape[1])
    places = np.arange(right.shape[1])
    made = (state, right @ (1 << places))
    found = [table.steps[made], table.rights[made], table.places[made]]
    (cut,) = np.nonzero(found[0] > most)
    if len(cut):
        left = most[cut].astype(int)
        kept = right[cut] & (places < left[:, None])
        for array, value in zip(found, (left, kept.sum(1), kept @ places), strict=True):
            array[cut] = value
    return (table.states[made], *found)
