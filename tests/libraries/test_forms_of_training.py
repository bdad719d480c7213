"""PyTorch computes the modern forms of losses, steps, norms and attention as we do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from formulas.optimization.adamw import adamw_step
from formulas.optimization.clipping import clip_by_global_norm
from formulas.optimization.cross_entropy import focal_loss
from formulas.optimization.mean_squared_error import huber, smooth_l1
from formulas.optimization.schedules import cosine_schedule
from formulas.optimization.sgd import sgd_path
from formulas.regularization.initializers import (
    he_uniform,
    linear_default,
    orthogonal,
)
from formulas.transformer.alibi import alibi_bias
from formulas.transformer.attention import (
    scaled_dot_product_attention,
    sliding_window_mask,
)
from formulas.transformer.kv_cache import attend_cached
from formulas.transformer.layer_norm import batch_norm
from formulas.transformer.multi_head_attention import grouped_query_attention
from formulas.transformer.positional_encoding import learned_positional_encoding
from formulas.transformer.residual_block import residual_block
from formulas.transformer.rope import rope

GRADIENTS = np.random.default_rng(7).normal(size=(6, 3)) * [0.1, 1.0, 10.0]
START = np.array([2.0, -1.0, 0.5])


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    library.manual_seed(0)
    library.set_default_dtype(library.float64)
    yield library
    library.set_default_dtype(library.float32)


def path_of(torch, make, *, before=None):
    """Feed the gradients to an optimizer of PyTorch and return where it goes."""
    theta = torch.nn.Parameter(torch.tensor(START))
    optimizer = make([theta])
    path = [START]
    for k, gradient in enumerate(GRADIENTS):
        if before is not None:
            before(optimizer, k)
        theta.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(theta.detach().numpy().copy())
    return np.array(path)


# Losses


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
def test_focal_loss_of_two_logits_is_torchvisions_sigmoid_form(torch, gamma):
    # What torchvision.ops.sigmoid_focal_loss computes, written with PyTorch alone.
    z, a = np.linspace(-8, 8, 33), 0.25
    for t in (0, 1):
        inputs, targets = torch.tensor(z), torch.full((33,), float(t))
        p = torch.sigmoid(inputs)
        cross = torch.nn.functional.binary_cross_entropy_with_logits(
            inputs, targets, reduction="none"
        )
        p_t = p * targets + (1 - p) * (1 - targets)
        expected = (a * targets + (1 - a) * (1 - targets)) * cross * (1 - p_t) ** gamma
        logits = np.stack([np.zeros(33), z], axis=1)
        labels = np.full(33, t)
        found = focal_loss(
            labels, logits, gamma=gamma, alpha=[1 - a, a], reduction="none"
        )
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-9, atol=1e-15)


def test_without_gamma_pytorchs_mean_divides_by_the_weights_instead(torch):
    z, labels = np.array([[2.0, 1.0, 0.1], [0.3, -1.0, 2.0]]), np.array([0, 2])
    weights = np.array([0.5, 1.0, 3.0])
    arguments = torch.tensor(z), torch.tensor(labels)
    for reduction in ("sum", "none"):
        expected = torch.nn.functional.cross_entropy(
            *arguments, weight=torch.tensor(weights), reduction=reduction
        )
        found = focal_loss(labels, z, gamma=0, alpha=weights, reduction=reduction)
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12)
    mean = torch.nn.functional.cross_entropy(*arguments, weight=torch.tensor(weights))
    total = focal_loss(labels, z, gamma=0, alpha=weights, reduction="sum")
    assert float(mean) == pytest.approx(total / weights[labels].sum(), rel=1e-12)


@pytest.mark.parametrize("width", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_huber_and_smooth_l1_are_pytorchs(torch, width, reduction):
    y, prediction = np.zeros(41), np.linspace(-4, 4, 41)
    pair = torch.tensor(prediction), torch.tensor(y)
    expected = torch.nn.functional.huber_loss(*pair, delta=width, reduction=reduction)
    found = huber(y, prediction, delta=width, reduction=reduction)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12, atol=1e-15)
    for beta in (0.0, width):
        expected = torch.nn.functional.smooth_l1_loss(
            *pair, beta=beta, reduction=reduction
        )
        found = smooth_l1(y, prediction, beta=beta, reduction=reduction)
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12, atol=1e-15)


# Steps


@pytest.mark.parametrize(
    ("momentum", "nesterov"), [(0, False), (0.9, False), (0.9, True)]
)
@pytest.mark.parametrize("constant", [True, False])
def test_sgd_goes_where_pytorchs_goes(torch, momentum, nesterov, constant):
    rates = np.full(6, 0.1) if constant else np.array([0.1, 0.3, 0.01, 0.2, 0.05, 1.0])

    def before(optimizer, k):
        optimizer.param_groups[0]["lr"] = float(rates[k])

    expected = path_of(
        torch,
        lambda p: torch.optim.SGD(p, lr=1.0, momentum=momentum, nesterov=nesterov),
        before=before,
    )
    source = iter(GRADIENTS)
    found = sgd_path(
        lambda _: next(source),
        START,
        lr=rates,
        n_steps=6,
        momentum=momentum,
        nesterov=nesterov,
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("amsgrad", [True, False])
@pytest.mark.parametrize("decoupled", [True, False])
def test_adamw_goes_where_pytorchs_goes(torch, amsgrad, decoupled):
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    options = {"lr": 0.05, "eps": 1e-6, "weight_decay": 0.1}
    expected = path_of(
        torch, lambda p: kind(p, betas=(0.8, 0.9), amsgrad=amsgrad, **options)
    )
    zero = np.zeros(3)
    theta, m, v, v_max = START, zero, zero, zero if amsgrad else None
    for t, gradient in enumerate(GRADIENTS, start=1):
        state = adamw_step(
            *(theta, gradient, m, v, t),
            beta1=0.8,
            beta2=0.9,
            decoupled=decoupled,
            v_max=v_max,
            **options,
        )
        theta, m, v, v_max = state.theta, state.m, state.v, state.v_max
        np.testing.assert_allclose(theta, expected[t], rtol=1e-12, atol=1e-14)


def test_pytorchs_defaults_of_adamw_are_ours(torch):
    expected = path_of(torch, torch.optim.AdamW)[1]
    state = adamw_step(START, GRADIENTS[0], np.zeros(3), np.zeros(3), 1)
    np.testing.assert_allclose(state.theta, expected, rtol=1e-14)


def test_the_cosine_is_pytorchs_until_its_end_where_pytorchs_rises_again(torch):
    theta = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([theta], lr=1.0)
    schedulers = torch.optim.lr_scheduler
    scheduler = schedulers.CosineAnnealingLR(optimizer, T_max=20, eta_min=0.1)
    rates = []
    for _ in range(30):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    ours = cosine_schedule(np.arange(30), n_steps=20, lr_max=1.0, lr_min=0.1)
    np.testing.assert_allclose(ours[:21], rates[:21], rtol=1e-9)
    assert (ours[21:] == 0.1).all()
    assert (np.diff(rates[20:]) > 0).all()


def test_the_warm_up_is_a_linear_rise_and_then_the_cosine(torch):
    theta = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([theta], lr=3e-4)
    schedulers = torch.optim.lr_scheduler
    warm, n = 5, 25
    rise = schedulers.LambdaLR(optimizer, lambda step: step / warm)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(warm):
        optimizer.step()
        rise.step()
        rates.append(optimizer.param_groups[0]["lr"])
    fall = schedulers.CosineAnnealingLR(optimizer, T_max=n - warm)
    for _ in range(n - warm):
        optimizer.step()
        fall.step()
        rates.append(optimizer.param_groups[0]["lr"])
    ours = cosine_schedule(np.arange(n + 1), n_steps=n, lr_max=3e-4, n_warmup=warm)
    np.testing.assert_allclose(ours, rates, rtol=1e-9, atol=1e-18)


@pytest.mark.parametrize("most", [0.5, 13.0, 20.0])
def test_clipping_is_pytorchs(torch, most):
    gradients = [np.array([3.0, 4.0]), np.array([[12.0]])]
    parameters = [torch.nn.Parameter(torch.zeros(g.shape)) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    norm = torch.nn.utils.clip_grad_norm_(parameters, most)
    clipped = clip_by_global_norm(gradients, most)
    assert clipped.norm == pytest.approx(float(norm), rel=1e-14)
    for ours, parameter in zip(clipped.grads, parameters, strict=True):
        np.testing.assert_allclose(ours, parameter.grad.numpy(), rtol=1e-14)


# Normalization and residual blocks


def test_batch_normalization_is_pytorchs_in_training_and_in_evaluation(torch):
    random = np.random.default_rng(0)
    gamma, beta = random.normal(size=(2, 4))
    layer = torch.nn.BatchNorm1d(4)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(gamma))
        layer.bias.copy_(torch.tensor(beta))
    running = None, None
    for _ in range(3):
        batch = random.normal(3.0, 2.0, size=(5, 4))
        expected = layer(torch.tensor(batch)).detach().numpy()
        result = batch_norm(batch, gamma, beta, *running)
        running = result.running_mean, result.running_var
        np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(running[0], layer.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(running[1], layer.running_var.numpy(), rtol=1e-12)
    layer.eval()
    expected = layer(torch.tensor(batch)).detach().numpy()
    result = batch_norm(batch, gamma, beta, *running, training=False)
    np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("order", ["pre", "post"])
def test_two_residual_blocks_are_pytorchs_encoder_layer(torch, order):
    layer = torch.nn.TransformerEncoderLayer(
        *(8, 2, 16), dropout=0.0, batch_first=True, norm_first=order == "pre"
    )
    x = np.random.default_rng(0).normal(size=(5, 8))
    expected = layer(torch.tensor(x)[None])[0].detach().numpy()

    def attention(z):
        rows = torch.tensor(z)[None]
        return layer.self_attn(rows, rows, rows)[0][0].detach().numpy()

    def feed_forward(z):
        hidden = torch.relu(layer.linear1(torch.tensor(z)))
        return layer.linear2(hidden).detach().numpy()

    middle = residual_block(x, attention, order=order)
    found = residual_block(middle, feed_forward, order=order)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


# Attention and positions


def heads(torch, X, n_heads):
    return torch.tensor(X.reshape(len(X), n_heads, -1)).transpose(0, 1)[None]


@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
def test_grouped_queries_are_pytorchs(torch, n_kv_heads):
    random = np.random.default_rng(0)
    X, narrow = random.normal(size=(6, 8)), 2 * n_kv_heads
    W_q, W_o = random.normal(size=(2, 8, 8))
    W_k, W_v = random.normal(size=(2, 8, narrow))
    gathered = torch.nn.functional.scaled_dot_product_attention(
        heads(torch, X @ W_q, 4),
        heads(torch, X @ W_k, n_kv_heads),
        heads(torch, X @ W_v, n_kv_heads),
        is_causal=True,
        enable_gqa=True,
    )
    expected = gathered[0].transpose(0, 1).reshape(6, 8).numpy() @ W_o
    result = grouped_query_attention(
        X, X, W_q, W_k, W_v, W_o, 4, n_kv_heads, causal=True
    )
    np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-12)


def test_token_after_token_gives_the_rows_of_pytorchs_causal_attention(torch):
    q, k, v = np.random.default_rng(0).normal(size=(3, 6, 4))
    expected = torch.nn.functional.scaled_dot_product_attention(
        *(torch.tensor(rows)[None] for rows in (q, k, v)), is_causal=True
    )[0].numpy()
    keys = values = None
    for i in range(6):
        new = slice(i, i + 1)
        result = attend_cached(q[new], k[new], v[new], keys, values)
        keys, values = result.keys, result.values
        np.testing.assert_allclose(result.output[0], expected[i], rtol=1e-9)


def test_pytorch_aligns_causal_queries_to_the_start_unless_asked(torch):
    # A cache needs the alignment to the end, which PyTorch calls lower right.
    from torch.nn.attention.bias import causal_lower_right

    q, k, v = np.random.default_rng(0).normal(size=(3, 6, 4))
    tensors = [torch.tensor(rows)[None, None] for rows in (q[4:], k, v)]
    call = torch.nn.functional.scaled_dot_product_attention
    ours = attend_cached(q[4:], k[4:], v[4:], k[:4], v[:4]).output
    right = call(*tensors, attn_mask=causal_lower_right(2, 6))[0, 0].numpy()
    np.testing.assert_allclose(ours, right, rtol=1e-9)
    left = call(*tensors, is_causal=True)[0, 0].numpy()
    assert np.abs(ours - left).min() > 1e-3


def test_windows_and_alibi_are_masks_that_pytorch_takes(torch):
    q, k, v = np.random.default_rng(0).normal(size=(3, 6, 4))
    call = torch.nn.functional.scaled_dot_product_attention
    tensors = [torch.tensor(rows)[None] for rows in (q, k, v)]
    for mask in (sliding_window_mask(6, 6, 2), alibi_bias(1, 6)[0]):
        expected = call(*tensors, attn_mask=torch.tensor(mask))[0].numpy()
        found = scaled_dot_product_attention(q, k, v, mask=mask).output
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_rotary_positions_are_the_two_common_programs(torch):
    x = np.random.default_rng(0).normal(size=(2, 5, 6))
    rows = torch.tensor(x)
    speeds = 10000.0 ** -(torch.arange(0, 6, 2) / 6)
    angles = torch.outer(torch.arange(5.0), speeds)
    # Meta's: pairs of neighbors as complex numbers.
    numbers = torch.view_as_complex(rows.reshape(2, 5, 3, 2).contiguous())
    turned = numbers * torch.polar(torch.ones_like(angles), angles)
    expected = torch.view_as_real(turned).flatten(-2).numpy()
    np.testing.assert_allclose(rope(x), expected, rtol=1e-9, atol=1e-12)
    # transformers': the second half, negated, moves to the front.
    cosine, sine = (torch.cat([f(angles)] * 2, dim=-1) for f in (torch.cos, torch.sin))
    rotated = torch.cat([-rows[..., 3:], rows[..., :3]], dim=-1)
    expected = (rows * cosine + rotated * sine).numpy()
    np.testing.assert_allclose(rope(x, layout="half"), expected, rtol=1e-9, atol=1e-12)


def test_learned_positions_are_an_embedding(torch):
    layer = torch.nn.Embedding(7, 3)
    positions = [[0, 6], [3, 3]]
    expected = layer(torch.tensor(positions)).detach().numpy()
    table = layer.weight.detach().numpy()
    np.testing.assert_array_equal(
        learned_positional_encoding(table, positions), expected
    )


# Initial weights


@pytest.mark.parametrize(("n_in", "n_out"), [(64, 200), (200, 64)])
def test_bounds_and_variances_are_pytorchs(torch, n_in, n_out):
    he = torch.nn.init.kaiming_uniform_(torch.empty(n_out, n_in), nonlinearity="relu")
    layer = torch.nn.Linear(n_in, n_out)
    default = linear_default(n_in, n_out)
    pairs = (
        (he_uniform(n_in, n_out), he),
        (default.W, layer.weight.detach()),
        (default.b, layer.bias.detach()),
    )
    for ours, theirs in pairs:
        assert ours.shape == tuple(theirs.shape)
        many = ours.size > 1000
        reach = 1e-3 if many else 0.1
        assert np.abs(ours).max() == pytest.approx(float(theirs.abs().max()), rel=reach)
        if many:
            assert ours.var() == pytest.approx(float(theirs.var()), rel=0.05)


def test_kaimings_root_of_five_is_the_bound_of_the_default(torch):
    tensor = torch.nn.init.kaiming_uniform_(torch.empty(3000, 64), a=math.sqrt(5))
    largest = float(tensor.abs().max())
    assert largest == pytest.approx(1 / 8, rel=1e-3)
    assert np.abs(linear_default(64, 3000).W).max() == pytest.approx(largest, rel=1e-3)


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5)])
def test_the_same_normal_numbers_give_pytorchs_orthogonal_matrix(torch, shape):
    n_out, n_in = shape

    class Replay(np.random.Generator):
        """Draw the numbers that PyTorch drew."""

        def standard_normal(self, size):
            torch.manual_seed(3)
            drawn = torch.empty(shape).normal_().numpy()
            return drawn.T if n_out < n_in else drawn.reshape(size)

    torch.manual_seed(3)
    expected = torch.nn.init.orthogonal_(torch.empty(shape), gain=2.0).numpy()
    found = orthogonal(n_in, n_out, gain=2.0, rng=Replay(np.random.PCG64(0)))
    assert found.shape == shape
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
