"""The forms of layers that models use give PyTorch's numbers: ``make test-pytorch``."""

from __future__ import annotations

import numpy as np
import pytest

from formulas.chain_rules.probability_chain_rule import sequence_log_likelihood
from formulas.chain_rules.two_layer_gradients import two_layer_gradients
from formulas.chain_rules.vjp import vjp_chain
from formulas.linear_algebra.activations import relu, softplus
from formulas.linear_algebra.convolution import conv2d_channels
from formulas.linear_algebra.dot_product import cosine_matrix
from formulas.linear_algebra.einsum import einsum
from formulas.linear_algebra.lora import lora_linear, lora_merge
from formulas.linear_algebra.pooling import pool2d
from formulas.linear_algebra.quantization import quantize_absmax
from formulas.linear_algebra.sampling import min_p, top_k, top_p
from formulas.linear_algebra.svd import svd
from formulas.linear_algebra.transposed_convolution import conv_transpose2d
from formulas.probability.moments import merge_moments, moments
from formulas.probability.variance import standard_error
from formulas.transformer.glu import glu_ffn
from formulas.transformer.transformer_ffn import gelu, silu, transformer_ffn

SEEDS = range(5)


@pytest.fixture
def torch():
    import torch as library  # large: only these tests need it

    return library


def drawn(seed, *shapes, scale=1.0):
    random = np.random.default_rng(seed)
    return [random.normal(scale=scale, size=shape) for shape in shapes]


def agree(found, tensor, rtol=1e-12):
    np.testing.assert_allclose(found, tensor.detach().numpy(), rtol=rtol, atol=1e-12)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("hid,hjd->hij", [(2, 3, 4), (2, 5, 4)]),
        ("ii->i", [(3, 3)]),
        ("ij->", [(3, 2)]),
        ("i,j,k->kji", [(2,), (3,), (4,)]),
    ],
)
def test_einsum(torch, subscripts, shapes):
    arrays = drawn(0, *shapes)
    tensors = map(torch.tensor, arrays)
    agree(einsum(subscripts, *arrays), torch.einsum(subscripts, *tensors))


def test_cosines_of_rows(torch):
    A, B = drawn(0, (4, 5), (3, 5))
    first, second = torch.tensor(A)[:, None], torch.tensor(B)[None]
    expected = torch.nn.functional.cosine_similarity(first, second, dim=-1)
    agree(cosine_matrix(A, B), expected)


def test_a_linear_layer_with_an_adapter(torch):
    x, W, A, B, b = drawn(0, (6, 4), (3, 4), (2, 4), (3, 2), 3)
    plain = torch.nn.Linear(4, 3, dtype=torch.float64)
    plain.weight.data, plain.bias.data = torch.tensor(W), torch.tensor(b)
    down = torch.nn.Linear(4, 2, bias=False, dtype=torch.float64)
    up = torch.nn.Linear(2, 3, bias=False, dtype=torch.float64)
    down.weight.data, up.weight.data = torch.tensor(A), torch.tensor(B)
    expected = plain(torch.tensor(x)) + 16 / 2 * up(down(torch.tensor(x)))
    agree(lora_linear(x, W, A, B, alpha=16, b=b), expected)
    plain.weight.data += 16 / 2 * up.weight @ down.weight
    agree(lora_merge(W, A, B, alpha=16), plain.weight)


@pytest.mark.parametrize("seed", SEEDS)
def test_eight_bit_codes(torch, seed):
    (x,) = drawn(seed, 50)
    ours = quantize_absmax(x)
    theirs = torch.fake_quantize_per_tensor_affine(
        torch.tensor(x, dtype=torch.float32), ours.scale, 0, -127, 127
    )
    np.testing.assert_allclose(ours.values, theirs.numpy(), atol=1e-6)
    rows = x.reshape(5, 10)
    ours = quantize_absmax(rows, bits=4, per_row=True)
    theirs = torch.fake_quantize_per_channel_affine(
        torch.tensor(rows, dtype=torch.float32),
        torch.tensor(ours.scale, dtype=torch.float32),
        torch.zeros(5, dtype=torch.int32),
        0,
        -7,
        7,
    )
    np.testing.assert_allclose(ours.values, theirs.numpy(), atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (1, 5)])
def test_singular_values(torch, shape):
    (A,) = drawn(0, shape)
    ours, theirs = svd(A), torch.linalg.svd(torch.tensor(A), full_matrices=False)
    agree(ours.s, theirs.S)
    agree(np.abs(ours.Vt), theirs.Vh.abs(), rtol=1e-9)
    assert ours.rank == int(torch.linalg.matrix_rank(torch.tensor(A)))


@pytest.mark.parametrize("seed", SEEDS)
def test_sampling_rules_written_with_sorted_tensors(torch, seed):
    (z,) = drawn(seed, (3, 20), scale=2)
    scores = torch.tensor(z) / 0.7
    cut = scores.masked_fill(scores < scores.topk(5).values[:, -1:], -torch.inf)
    agree(top_k(z, 5, temperature=0.7), cut.softmax(dim=-1))
    chances = scores.softmax(dim=-1)
    ranked, order = chances.sort(descending=True)
    gone = (ranked.cumsum(dim=-1) - ranked >= 0.8).scatter(
        1, order, ranked.cumsum(dim=-1) - ranked >= 0.8
    )
    cut = scores.masked_fill(gone, -torch.inf)
    agree(top_p(z, 0.8, temperature=0.7), cut.softmax(dim=-1))
    gone = chances < 0.1 * chances.amax(dim=-1, keepdim=True)
    cut = scores.masked_fill(gone, -torch.inf)
    agree(min_p(z, 0.1, temperature=0.7), cut.softmax(dim=-1))


def test_smooth_activations(torch):
    functional = torch.nn.functional
    x = np.linspace(-12, 12, 101)
    tensor = torch.tensor(x)
    agree(softplus(x), functional.softplus(tensor), rtol=1e-9)
    agree(softplus(x, beta=2.5), functional.softplus(tensor, 2.5, 50), rtol=1e-9)
    agree(gelu(x), functional.gelu(tensor))
    agree(gelu(x, approximate="tanh"), functional.gelu(tensor, approximate="tanh"))
    agree(silu(x), functional.silu(tensor))
    agree(relu(x, 0.01), functional.leaky_relu(tensor))


def test_pytorchs_softplus_is_the_identity_above_20(torch):
    assert float(torch.nn.functional.softplus(torch.tensor(20.1))) == np.float32(20.1)
    assert softplus(20.1) > 20.1


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize(
    "options", [{}, {"stride": 2, "padding": 1}, {"dilation": 2, "padding": "same"}]
)
def test_convolutions_of_several_channels(torch, groups, options):
    X, K, b = drawn(0, (4, 7, 8), (8, 4 // groups, 3, 3), 8)
    expected = torch.nn.functional.conv2d(
        torch.tensor(X), torch.tensor(K), torch.tensor(b), groups=groups, **options
    )
    found = conv2d_channels(X, K, b, groups=groups, **options)
    agree(found, expected, rtol=1e-10)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2},
        {"stride": 3, "padding": 1, "output_padding": 2},
        {"stride": 2, "padding": 2, "output_padding": 1},
    ],
)
def test_transposed_convolutions(torch, options):
    X, K, b = drawn(0, (3, 4, 5), (3, 2, 4, 3), 2)
    expected = torch.nn.functional.conv_transpose2d(
        torch.tensor(X), torch.tensor(K), torch.tensor(b), **options
    )
    agree(conv_transpose2d(X, K, b, **options), expected, rtol=1e-10)


@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (3, 1)])
def test_pooling(torch, size, stride):
    (X,) = drawn(0, (3, 7, 8))
    functional = torch.nn.functional
    for mode, pool in (("max", functional.max_pool2d), ("mean", functional.avg_pool2d)):
        found = pool2d(X, size, stride=stride, mode=mode)
        agree(found, pool(torch.tensor(X), size, stride))


def test_gated_blocks(torch):
    functional = torch.nn.functional
    X, gate, up, down = drawn(0, (4, 3), (3, 5), (3, 5), (5, 3))
    x, g, u, d = map(torch.tensor, (X, gate, up, down))
    agree(glu_ffn(X, gate, up, down).output, (functional.silu(x @ g) * (x @ u)) @ d)
    both = torch.cat([x @ u, x @ g], dim=-1)  # PyTorch's gate is the second half
    found = glu_ffn(X, gate, up, down, activation="sigmoid")
    agree(found.output, functional.glu(both) @ d)


def test_a_block_with_the_approximate_gelu(torch):
    X, W1, b1, W2, b2 = drawn(0, (4, 3), (3, 5), 5, (5, 3), 3)
    inner = torch.tensor(X) @ torch.tensor(W1) + torch.tensor(b1)
    hidden = torch.nn.GELU(approximate="tanh")(inner)
    found = transformer_ffn(X, W1, b1, W2, b2, activation="gelu_tanh")
    agree(found.output, hidden @ torch.tensor(W2) + torch.tensor(b2))


def test_a_vector_jacobian_product_by_autograd(torch):
    W, x, v = drawn(0, (3, 4), 4, 3)
    weights = torch.tensor(W)

    def first(x):
        return torch.tanh(weights @ x)

    def second(h):
        return torch.softmax(h, dim=0)

    point = torch.tensor(x)
    jacobians = [
        torch.autograd.functional.jacobian(first, point).numpy(),
        torch.autograd.functional.jacobian(second, first(point)).numpy(),
    ]
    _, expected = torch.autograd.functional.vjp(
        lambda x: second(first(x)), point, torch.tensor(v)
    )
    agree(vjp_chain(jacobians, v).gradient, expected)


@pytest.mark.parametrize("loss", ["half_squared", "cross_entropy"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_two_layers_by_autograd(torch, activation, loss):
    names = ("X", "W1", "b1", "W2", "b2")
    arrays = drawn(0, (6, 3), (3, 5), 5, (5, 4), 4)
    (Y,) = drawn(1, (6, 4))
    if loss == "cross_entropy":
        Y = np.exp(Y) / np.exp(Y).sum(axis=1, keepdims=True)
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    x, W1, b1, W2, b2 = leaves
    output = getattr(torch, activation)(x @ W1 + b1) @ W2 + b2
    if loss == "cross_entropy":
        value = torch.nn.functional.cross_entropy(output, torch.tensor(Y))
    else:
        value = ((output - torch.tensor(Y)) ** 2).sum() / 12
    value.backward()
    network = dict(zip(names, arrays, strict=True))
    found = two_layer_gradients(**network, Y=Y, activation=activation, loss=loss)
    assert found.loss == pytest.approx(float(value.detach()), rel=1e-12)
    for name, leaf in zip(names, leaves, strict=True):
        agree(getattr(found, name), leaf.grad, rtol=1e-9)


def test_the_likelihood_of_a_sequence(torch):
    (logits,) = drawn(0, (6, 9), scale=3)
    tokens = np.array([0, 3, 8, 1, 1, 5])
    found = sequence_log_likelihood(tokens, logits)
    pair = torch.tensor(logits), torch.tensor(tokens)
    mean = torch.nn.functional.cross_entropy(*pair)
    assert found.total == pytest.approx(-6 * float(mean), rel=1e-12)
    assert found.perplexity == pytest.approx(float(mean.exp()), rel=1e-12)
    agree(-found.per_token, torch.nn.functional.cross_entropy(*pair, reduction="none"))


def test_merged_moments_and_the_standard_error(torch):
    a, b = drawn(0, 30, 50, scale=3)
    joined = torch.tensor(np.concatenate([a, b]))
    variance, center = torch.var_mean(joined)
    merged = merge_moments(moments(a), moments(b))
    assert merged.mean == pytest.approx(float(center), rel=1e-12)
    assert merged.m2 / (merged.count - 1) == pytest.approx(float(variance), rel=1e-12)
    error = float(joined.std() / len(joined) ** 0.5)
    assert standard_error(joined.numpy()) == pytest.approx(error, rel=1e-12)
