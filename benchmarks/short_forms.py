"""The modern forms of the formulas beside the shortest NumPy that gives the same numbers.

`benchmarks/backend.py` times both on the same input. At these sizes the functions take
about 1.5 times as long as the short one, or less. On tiny inputs the checks alone take
some hundredths of a millisecond, whatever is computed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from formulas.chain_rules.probability_chain_rule import (
    ngram_probabilities,
    sequence_log_likelihood,
)
from formulas.chain_rules.two_layer_gradients import two_layer_gradients
from formulas.chain_rules.vjp import vjp_chain
from formulas.linear_algebra.activations import softplus
from formulas.linear_algebra.convolution import conv2d_channels
from formulas.linear_algebra.dot_product import cosine_matrix
from formulas.linear_algebra.einsum import einsum
from formulas.linear_algebra.lora import lora_linear
from formulas.linear_algebra.pooling import pool2d
from formulas.linear_algebra.quantization import quantize_absmax
from formulas.linear_algebra.sampling import min_p, top_k, top_p
from formulas.linear_algebra.svd import svd
from formulas.linear_algebra.transposed_convolution import conv_transpose2d
from formulas.optimization.adamw import adamw_step
from formulas.optimization.clipping import clip_by_global_norm
from formulas.optimization.cross_entropy import focal_loss
from formulas.optimization.mean_squared_error import huber, log_cosh
from formulas.optimization.sgd import sgd_path
from formulas.probability.moments import moments
from formulas.probability.normal_divergence import fit_normal, kl_gaussian_full
from formulas.regression.lasso import lasso
from formulas.regression.ridge import leave_one_out, ridge
from formulas.regularization.dropout import drop_path, dropout_ridge
from formulas.regularization.initializers import orthogonal
from formulas.reinforcement_learning.bootstrapped_returns import gae, n_step_returns
from formulas.reinforcement_learning.planning import (
    asynchronous_value_iteration,
    policy_iteration,
)
from formulas.reinforcement_learning.policy_optimization import (
    dpo_loss,
    group_advantages,
    ppo_clip,
)
from formulas.transformer.alibi import alibi_bias
from formulas.transformer.glu import glu_ffn
from formulas.transformer.kv_cache import attend_cached
from formulas.transformer.layer_norm import batch_norm
from formulas.transformer.multi_head_attention import grouped_query_attention
from formulas.transformer.rope import rope
from formulas.transformer.transformer_ffn import gelu, silu

Array = np.ndarray
Case = tuple[str, Callable[[], Any], Callable[[], Any]]


def short_softmax(z: Array) -> Array:
    """Compute softmax in two lines."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def quantized(x: Array) -> Array:
    """Round to 8 bits in two lines."""
    scale = np.abs(x).max() / 127
    return np.asarray(np.rint(x / scale) * scale)


def kept_k(z: Array, k: int) -> Array:
    """Keep the k largest logits in two lines."""
    edge = np.partition(z, -k, axis=-1)[..., -k, None]
    return short_softmax(np.where(z >= edge, z, -np.inf))


def kept_p(z: Array, share: float) -> Array:
    """Keep the likeliest share of the probability in seven lines."""
    p = short_softmax(z)
    order = np.argsort(-p, axis=-1, kind="stable")
    falling = np.take_along_axis(p, order, -1)
    before = falling.cumsum(axis=-1) - falling
    kept = np.zeros_like(p)
    np.put_along_axis(kept, order, np.where(before < share, falling, 0.0), -1)
    return np.asarray(kept / kept.sum(axis=-1, keepdims=True))


def kept_min(z: Array, share: float) -> Array:
    """Keep what is at least a share of the likeliest in three lines."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    weights[weights < share] = 0.0
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def convolved(x: Array, kernels: Array) -> Array:
    """Cross-correlate all channels in two lines."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[2:], (1, 2))
    return np.asarray(np.tensordot(kernels, windows, ((1, 2, 3), (0, 3, 4))))


def painted(x: Array, kernels: Array, stride: int) -> Array:
    """Paint a kernel for each input in six lines."""
    k, (_, rows, columns) = kernels.shape[-1], x.shape
    size = [(n - 1) * stride + k for n in (rows, columns)]
    out = np.zeros((kernels.shape[1], *size))
    for i, j in itertools.product(range(k), repeat=2):
        spread = np.tensordot(kernels[:, :, i, j], x, (0, 0))
        last = (rows - 1) * stride + i + 1, (columns - 1) * stride + j + 1
        out[:, i : last[0] : stride, j : last[1] : stride] += spread
    return out


def pooled(x: Array, size: int) -> Array:
    """Take the largest of each square in two lines."""
    c, h, w = x.shape
    return np.asarray(x.reshape(c, h // size, size, w // size, size).max((2, 4)))


def log_softmax(z: Array) -> Array:
    """Compute the logarithm of softmax in two lines."""
    z = z - z.max(axis=-1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def focal(labels: Array, z: Array) -> float:
    """Compute the focal loss in two lines."""
    logs = log_softmax(z)[np.arange(len(labels)), labels]
    return float((-((1 - np.exp(logs)) ** 2) * logs).mean())


def hubered(y: Array, prediction: Array) -> float:
    """Compute the Huber loss in two lines."""
    r = np.abs(y - prediction)
    return float(np.where(r <= 1, r * r / 2, r - 0.5).mean())


def log_coshed(y: Array, prediction: Array) -> float:
    """Compute the log-cosh loss in two lines."""
    r = np.abs(y - prediction)
    return float((r + np.log1p(np.exp(-2 * r)) - np.log(2)).mean())


def adamw(theta: Array, g: Array, m: Array, v: Array, t: int) -> Array:
    """Take a step of AdamW in four lines."""
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    size = np.sqrt(v / (1 - 0.999**t)) + 1e-8
    return np.asarray(theta - 1e-3 * (m / (1 - 0.9**t) / size + 0.01 * theta))


def clipped(grads: list[Array]) -> list[Array]:
    """Clip gradients in two lines."""
    norm = np.sqrt(sum((g * g).sum() for g in grads))
    return [g * min(1, 1 / (norm + 1e-6)) for g in grads]


def two_layers(X: Array, Y: Array, W1: Array, W2: Array) -> list[Array]:
    """Compute all gradients of a network in six lines."""
    Z = X @ W1
    H = np.maximum(Z, 0)
    D = (H @ W2 - Y) / len(X)
    dZ = (D @ W2.T) * (Z > 0)
    return [dZ @ W1.T, X.T @ dZ, dZ.sum(0), H.T @ D, D.sum(0)]


def pulled_back(jacobians: list[Array], v: Array) -> Array:
    """Multiply from the loss on in three lines."""
    for jacobian in reversed(jacobians):
        v = v @ jacobian
    return v


def counted(tokens: Array, context: list[int], size: int) -> Array:
    """Count what follows a context in six lines."""
    starts = len(tokens) - len(context)
    fits = np.ones(starts, dtype=bool)
    for k, token in enumerate(context):
        fits &= tokens[k : k + starts] == token
    counts = np.bincount(tokens[len(context) :][fits], minlength=size) + 0.1
    return np.asarray(counts / counts.sum())


def looked_ahead(theta: Array, curvatures: Array, steps: int) -> Array:
    """Descend with Nesterov momentum in six lines."""
    path, v = [theta], 0.0
    for _ in range(steps):
        g = curvatures * theta
        v = 0.9 * v + g
        theta = theta - 0.01 * (g + 0.9 * v)
        path.append(theta)
    return np.array(path)


def moments_of(x: Array) -> list[float]:
    """Compute count, mean and sum of squares in two lines."""
    mean = x.mean()
    return [len(x), mean, ((x - mean) ** 2).sum()]


def kl_normal(m1: Array, C1: Array, m2: Array, C2: Array) -> float:
    """Compute the divergence of normal distributions in three lines."""
    d = m2 - m1
    logs = np.linalg.slogdet(C2)[1] - np.linalg.slogdet(C1)[1]
    quadratic = d @ np.linalg.solve(C2, d)
    return float((np.trace(np.linalg.solve(C2, C1)) + quadratic - len(d) + logs) / 2)


def fitted(x: Array, p: Array) -> Array:
    """Fit a normal distribution in seven lines."""
    mu, log_sigma = 0.0, 0.0
    for _ in range(200):
        d = (x - mu) / np.exp(log_sigma)
        weights = short_softmax(-d * d / 2) - p
        mu -= 0.1 * (weights @ d) / np.exp(log_sigma)
        log_sigma -= 0.1 * (weights @ (d * d))
    return np.array([mu, np.exp(log_sigma)])


def ridged(X: Array, y: Array, alpha: float) -> Array:
    """Fit with a penalty in three lines, coefficients and degrees of freedom."""
    U, d, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    coef = Vt.T @ (d / (d * d + alpha) * (U.T @ (y - y.mean())))
    return np.append(coef, (d * d / (d * d + alpha)).sum() + 1)


def lassoed(X: Array, y: Array, alpha: float) -> Array:
    """Descend along coordinates in ten lines."""
    X, r = X - X.mean(axis=0), y - y.mean()
    beta, size = np.zeros(X.shape[1]), (X * X).mean(axis=0)
    change = 1.0
    while change > 1e-10:
        change = 0.0
        for j in range(len(beta)):
            a = X[:, j] @ r / len(y) + size[j] * beta[j]
            new = np.sign(a) * max(abs(a) - alpha, 0) / size[j]
            r = r - X[:, j] * (new - beta[j])
            change, beta[j] = max(change, abs(new - beta[j])), new
    return beta


def left_out(X: Array, y: Array) -> Array:
    """Compute errors of rows left out in three lines."""
    Q, _ = np.linalg.qr(np.column_stack([np.ones(len(y)), X]))
    h = (Q * Q).sum(axis=1)
    return np.asarray((y - Q @ (Q.T @ y)) / (1 - h))


def without_inputs(X: Array, y: Array, p: float) -> Array:
    """Average dropout over its masks in two lines."""
    G = X.T @ X
    return np.linalg.solve(G + p / (1 - p) * np.diag(np.diag(G)), X.T @ y)


def turned(n: int) -> Array:
    """Draw an orthogonal matrix in two lines."""
    Q, R = np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))
    return np.asarray(Q * np.sign(np.diag(R)))


def dropped(x: Array) -> Array:
    """Drop rows in two lines."""
    kept = np.random.default_rng(0).random(len(x)) >= 0.5
    return np.asarray(x * (kept / 0.5)[:, None])


def advantages(rewards: Array, values: Array, gamma: float, lam: float) -> Array:
    """Estimate advantages in five lines."""
    errors = rewards + gamma * values[1:] - values[:-1]
    A = np.zeros(len(rewards) + 1)
    for t in range(len(rewards) - 1, -1, -1):
        A[t] = errors[t] + gamma * lam * A[t + 1]
    return A[:-1]


def n_steps(rewards: Array, values: Array, n: int, gamma: float) -> Array:
    """Add up n rewards in four lines."""
    T = len(rewards)
    end = np.minimum(np.arange(T) + n, T)
    sums = np.correlate(np.append(rewards, np.zeros(n - 1)), gamma ** np.arange(n))
    return np.asarray(sums + gamma ** (end - np.arange(T)) * values[end])


def improved(P: Array, R: Array, gamma: float) -> Array:
    """Iterate over policies in seven lines."""
    every, policy = np.arange(len(R)), np.zeros(len(R), int)
    while True:
        A = np.eye(len(R)) - gamma * P[every, policy]
        v = np.linalg.solve(A, R[every, policy])
        new = (R + gamma * P @ v).argmax(axis=1)
        if (new == policy).all():
            return v
        policy = new


def swept(P: Array, R: Array, gamma: float) -> Array:
    """Update one state after the other in five lines."""
    v = np.zeros(len(R))
    while np.abs((R + gamma * P @ v).max(axis=1) - v).max() >= 1e-10:
        for s in range(len(R)):
            v[s] = (R[s] + gamma * P[s] @ v).max()
    return v


def proximal(new: Array, old: Array, gain: Array) -> list[Any]:
    """Compute the clipped objective and its gradient in four lines."""
    r = np.exp(new - old)
    objective = np.minimum(r * gain, r.clip(0.8, 1.2) * gain).mean()
    dead = ((gain > 0) & (r > 1.2)) | ((gain < 0) & (r < 0.8))
    return [objective, np.where(dead, 0, r * gain / len(r))]


def preferred(sides: Array) -> list[Any]:
    """Compute the loss of pairs and its gradient in two lines."""
    m = 0.1 * (sides[0] - sides[2] - sides[1] + sides[3])
    return [np.logaddexp(0, -m).mean(), -0.1 / (1 + np.exp(m)) / len(m)]


def biases(heads: int, n: int) -> Array:
    """Compute the slopes of distances in three lines."""
    slopes = 2.0 ** (-8 * np.arange(1, heads + 1) / heads)
    distance = np.arange(n)[:, None] - np.arange(n)
    return np.where(distance < 0, -np.inf, -slopes[:, None, None] * distance)


def rotated(x: Array) -> Array:
    """Turn pairs by their position in six lines."""
    n, d = x.shape[-2:]
    angle = np.arange(n)[:, None] * 10000.0 ** (-np.arange(0, d, 2) / d)
    a, b, out = x[..., ::2], x[..., 1::2], np.empty_like(x)
    out[..., ::2] = a * np.cos(angle) - b * np.sin(angle)
    out[..., 1::2] = a * np.sin(angle) + b * np.cos(angle)
    return out


def grouped(X: Array, W: list[Array], heads: int, groups: int) -> Array:
    """Attend with shared keys and values in eight lines."""
    n, d = X.shape
    size = d // heads
    q = (X @ W[0]).reshape(n, groups, heads // groups, size)
    k = (X @ W[1]).reshape(n, groups, size)
    v = (X @ W[2]).reshape(n, groups, size)
    scores = np.einsum("ngrs,mgs->grnm", q, k, optimize=True) / np.sqrt(size)
    mixed = np.einsum("grnm,mgs->ngrs", short_softmax(scores), v, optimize=True)
    return np.asarray(mixed.reshape(n, d) @ W[3])


def cached(q: Array, k: Array, v: Array, keys: Array, values: Array) -> Array:
    """Attend from one new token in three lines."""
    K, V = np.concatenate([keys, k]), np.concatenate([values, v])
    return np.asarray(short_softmax(q @ K.T / np.sqrt(q.shape[1])) @ V)


def gated(x: Array, G: Array, U: Array, D: Array) -> Array:
    """Compute a gated network in two lines."""
    g = x @ G
    return np.asarray((g / (1 + np.exp(-g)) * (x @ U)) @ D)


def columns_normalized(x: Array) -> Array:
    """Normalize columns in two lines."""
    centered = x - x.mean(axis=0)
    return np.asarray(centered / np.sqrt((centered**2).mean(axis=0) + 1e-5))


def tanh_gelu(x: Array) -> Array:
    """Compute the approximate GELU in one line."""
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x)
    return np.asarray(x / 2 * (1 + np.tanh(inner)))


def scored(tokens: Array, logits: Array) -> float:
    """Score a sequence in one line."""
    return float(log_softmax(logits)[np.arange(len(tokens)), tokens].sum())


def algebra_cases(random: np.random.Generator) -> list[Case]:
    """Return name, our function and the short one, on the same input."""
    A, B = random.normal(size=(2, 8, 256, 64))
    rows = random.normal(size=(2000, 64))
    W = random.normal(size=(768, 768))
    down, up = random.normal(size=(8, 768)), random.normal(size=(768, 8))
    x, z = random.normal(size=10**6), random.normal(size=(100, 10**4))
    image, kernels = (
        random.normal(size=(16, 64, 64)),
        random.normal(size=(32, 16, 3, 3)),
    )
    maps, matrix = random.normal(size=(32, 64, 64)), random.normal(size=(400, 200))
    return [
        (
            "einsum, 8 x 256 x 64",
            lambda: einsum("bik,bjk->bij", A, B),
            lambda: np.einsum("bik,bjk->bij", A, B, optimize=True),
        ),
        (
            "cosine matrix, 2000 x 64",
            lambda: cosine_matrix(rows),
            lambda: (u := rows / np.linalg.norm(rows, axis=1)[:, None]) @ u.T,
        ),
        (
            "LoRA, 2000 x 768, rank 8",
            lambda: lora_linear(z[:, :768], W, down, up, alpha=16),
            lambda: z[:, :768] @ W.T + 2 * (z[:, :768] @ down.T) @ up.T,
        ),
        (
            "8 bits, 10^6 values",
            lambda: quantize_absmax(x).values,
            lambda: quantized(x),
        ),
        (
            "svd, 400 x 200",
            lambda: svd(matrix).s,
            lambda: np.linalg.svd(matrix, full_matrices=False)[1],
        ),
        ("top-k, 100 x 10^4", lambda: top_k(z, 50), lambda: kept_k(z, 50)),
        ("top-p, 100 x 10^4", lambda: top_p(z, 0.9), lambda: kept_p(z, 0.9)),
        ("min-p, 100 x 10^4", lambda: min_p(z, 0.1), lambda: kept_min(z, 0.1)),
        ("softplus, 10^6 values", lambda: softplus(x), lambda: np.logaddexp(0, x)),
        ("silu, 10^6 values", lambda: silu(x), lambda: x / (1 + np.exp(-x))),
        (
            "gelu by tanh, 10^6 values",
            lambda: gelu(x, approximate="tanh"),
            lambda: tanh_gelu(x),
        ),
        (
            "channels, 16 to 32 of 64 x 64",
            lambda: conv2d_channels(image, kernels),
            lambda: convolved(image, kernels),
        ),
        (
            "transposed, 32 of 64 x 64",
            lambda: conv_transpose2d(maps, kernels, stride=2),
            lambda: painted(maps, kernels, 2),
        ),
        ("max pool, 16 x 64 x 64", lambda: pool2d(image, 2), lambda: pooled(image, 2)),
    ]


def learning_cases(random: np.random.Generator) -> list[Case]:
    """Return name, our function and the short one, on the same input."""
    logits = random.normal(size=(1000, 1000))
    labels = random.integers(1000, size=1000)
    y, prediction, g = random.normal(size=(3, 10**6))
    v = random.random(10**6)
    grads = list(random.normal(size=(8, 10**5)))
    X, W1 = random.normal(size=(256, 512)), random.normal(size=(512, 256))
    W2, Y = random.normal(size=(256, 64)), random.normal(size=(256, 64))
    zero1, zero2 = np.zeros(256), np.zeros(64)
    jacobians = list(random.normal(size=(3, 1000, 1000)))
    tokens, curvatures = random.integers(1000, size=10**6), np.linspace(1, 10, 1000)
    data, response = random.normal(size=(1000, 50)), random.normal(size=1000)
    m1, m2 = random.normal(size=(2, 200))
    C1, C2 = (R @ R.T + np.eye(200) for R in random.normal(size=(2, 200, 200)))
    grid = np.linspace(-6, 6, 121)
    peaks = np.exp(-2 * (np.abs(grid) - 2) ** 2)
    peaks /= peaks.sum()

    def gradients() -> list[Array]:
        found = two_layer_gradients(X, Y, W1, zero1, W2, zero2)
        return [found.X, found.W1, found.b1, found.W2, found.b2]

    return [
        (
            "focal loss, 1000 x 1000",
            lambda: focal_loss(labels, logits),
            lambda: focal(labels, logits),
        ),
        (
            "sequence, 1000 x 1000",
            lambda: sequence_log_likelihood(labels, logits).total,
            lambda: scored(labels, logits),
        ),
        ("Huber, 10^6", lambda: huber(y, prediction), lambda: hubered(y, prediction)),
        (
            "log-cosh, 10^6",
            lambda: log_cosh(y, prediction),
            lambda: log_coshed(y, prediction),
        ),
        (
            "AdamW, 10^6 parameters",
            lambda: adamw_step(y, g, prediction, v, 5).theta,
            lambda: adamw(y, g, prediction, v, 5),
        ),
        (
            "clip by norm, 8 x 10^5",
            lambda: clip_by_global_norm(grads, 1.0).grads,
            lambda: clipped(grads),
        ),
        (
            "Nesterov, 1000 steps in 1000-D",
            lambda: sgd_path(
                lambda theta: curvatures * theta,
                v[:1000],
                lr=0.01,
                n_steps=1000,
                momentum=0.9,
                nesterov=True,
            ),
            lambda: looked_ahead(v[:1000], curvatures, 1000),
        ),
        (
            "Jacobians, 1000 x 1000",
            lambda: vjp_chain(jacobians, y[:1000]).gradient,
            lambda: pulled_back(jacobians, y[:1000]),
        ),
        (
            "trigrams, 10^6 tokens",
            lambda: ngram_probabilities(tokens, [5, 7], 1000, smoothing=0.1),
            lambda: counted(tokens, [5, 7], 1000),
        ),
        ("two layers, 256 x 512", gradients, lambda: two_layers(X, Y, W1, W2)),
        (
            "moments, 10^6",
            lambda: [(m := moments(y)).count, m.mean, m.m2],
            lambda: moments_of(y),
        ),
        (
            "KL of normals, 200",
            lambda: kl_gaussian_full(m1, C1, m2, C2),
            lambda: kl_normal(m1, C1, m2, C2),
        ),
        (
            "fit of a normal, 200 steps",
            lambda: fit_normal(grid, peaks).path[-1],
            lambda: fitted(grid, peaks),
        ),
        (
            "ridge, 1000 x 50",
            lambda: np.append((f := ridge(data, response, 3.0)).coef, f.df),
            lambda: ridged(data, response, 3.0),
        ),
        (
            "lasso, 1000 x 50",
            lambda: lasso(data, response, 0.05).coef,
            lambda: lassoed(data, response, 0.05),
        ),
        (
            "leave one out, 1000 x 50",
            lambda: leave_one_out(data, response).errors,
            lambda: left_out(data, response),
        ),
        (
            "dropout ridge, 1000 x 50",
            lambda: dropout_ridge(data, response, 0.3),
            lambda: without_inputs(data, response, 0.3),
        ),
        (
            "drop path, 1000 x 1000",
            lambda: drop_path(logits).output,
            lambda: dropped(logits),
        ),
        ("orthogonal, 300", lambda: orthogonal(300, 300), lambda: turned(300)),
    ]


def decision_cases(random: np.random.Generator) -> list[Case]:
    """Return name, our function and the short one, on the same input."""
    rewards, values = random.normal(size=10**4), random.normal(size=10**4 + 1)
    P = random.random((200, 4, 200)) ** 20
    P /= P.sum(axis=2, keepdims=True)
    R = random.normal(size=(200, 4))
    new, old, gain = 0.2 * random.normal(size=(3, 10**6))
    groups = random.normal(size=(10**4, 16))
    sides = random.normal(size=(4, 10**5))

    def clipped_objective() -> list[Any]:
        found = ppo_clip(new, old, gain)
        return [found.objective, found.gradient]

    def pairs() -> list[Any]:
        found = dpo_loss(*sides)
        return [found.loss, found.gradient]

    return [
        (
            "advantages, 10^4 steps",
            lambda: gae(rewards, values, 0.99, 0.95),
            lambda: advantages(rewards, values, 0.99, 0.95),
        ),
        (
            "n-step returns, 10^4, n = 50",
            lambda: n_step_returns(rewards, values, 50, 0.99),
            lambda: n_steps(rewards, values, 50, 0.99),
        ),
        (
            "policy iteration, 200 states",
            lambda: policy_iteration(P, R, 0.9).v,
            lambda: improved(P, R, 0.9),
        ),
        (
            "states in order, 200 states",
            lambda: asynchronous_value_iteration(P, R, 0.9).v,
            lambda: swept(P, R, 0.9),
        ),
        ("PPO, 10^6", clipped_objective, lambda: proximal(new, old, gain)),
        (
            "group advantages, 10^4 x 16",
            lambda: group_advantages(groups),
            lambda: (groups - groups.mean(1)[:, None]) / groups.std(1)[:, None],
        ),
        ("DPO, 10^5 pairs", pairs, lambda: preferred(sides)),
    ]


def transformer_cases(random: np.random.Generator) -> list[Case]:
    """Return name, our function and the short one, on the same input."""
    heads = random.normal(size=(8, 1024, 64))
    X = random.normal(size=(512, 256))
    W_Q, W_K, W_V, W_O = (random.normal(size=(256, n)) for n in (256, 64, 64, 256))
    q, k, v = random.normal(size=(3, 1, 64))
    keys, values = random.normal(size=(2, 4096, 64))
    G, U = random.normal(size=(2, 256, 512)) / 16
    D = random.normal(size=(512, 256)) / 16
    rows = random.normal(size=(10**4, 256))
    return [
        ("RoPE, 8 x 1024 x 64", lambda: rope(heads), lambda: rotated(heads)),
        ("ALiBi, 8 x 512 x 512", lambda: alibi_bias(8, 512), lambda: biases(8, 512)),
        (
            "grouped queries, 512 x 256",
            lambda: grouped_query_attention(X, X, W_Q, W_K, W_V, W_O, 8, 2).output,
            lambda: grouped(X, [W_Q, W_K, W_V, W_O], 8, 2),
        ),
        (
            "one token, 4096 cached",
            lambda: attend_cached(q, k, v, keys, values).output,
            lambda: cached(q, k, v, keys, values),
        ),
        (
            "SwiGLU, 512 x 256",
            lambda: glu_ffn(X, G, U, D).output,
            lambda: gated(X, G, U, D),
        ),
        (
            "batch norm, 10^4 x 256",
            lambda: batch_norm(rows).output,
            lambda: columns_normalized(rows),
        ),
    ]


def cases() -> list[Case]:
    """Return all of them."""
    random = np.random.default_rng(0)
    return [
        *algebra_cases(random),
        *learning_cases(random),
        *decision_cases(random),
        *transformer_cases(random),
    ]
