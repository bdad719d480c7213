"""Every function that the formulas promise is there, callable as promised."""

from __future__ import annotations

import inspect
import math
import pkgutil
from importlib import import_module
from typing import Any

import pytest

from ui.catalogue import BY_SLUG

# Slug, then its functions with the order of their arguments, what must be named, and
# the defaults. Positional arguments may have longer names than here.
PROMISED = """
matrix_multiplication:
    matmul(A, B)
    matmul_entry(A, B, i, j)
    chain_cost(shapes)
    transform_grid(M, extent=2.0, n=9)
dot_product:
    dot(a, b, *, conjugate=False)
    cosine_similarity(a, b)
    projection(a, b)
    random_dot_std(d, n=20000, *, scaled=False, rng=0)
eigenvalues:
    eigen_decomposition(A)
    power_iteration(A, x0=None, n_steps=20, *, rng=0)
    pca(X, n_components=None, *, standardize=False)
linear_layer:
    linear(x, W, b=None)
    linear_backward(x, W, dY)
    count_parameters(n_in, n_out, *, bias=True)
    compose_linear(W1, b1, W2, b2)
activations:
    relu(x, negative_slope=0.0)
    sigmoid(x)
    tanh(x)
    relu_grad(x, negative_slope=0.0)
    sigmoid_grad(x)
    tanh_grad(x)
    gradient_product(name, x, depth)
softmax:
    softmax(z, *, temperature=1.0, axis=-1, mask=None, empty_row="error")
    log_softmax(z, *, temperature=1.0, axis=-1)
    logsumexp(z, *, axis=-1)
    softmax_jacobian(z)
    softmax_naive(z)
cross_entropy:
    cross_entropy(y_true, y_prob, *, base=math.e, eps=0.0, reduction="mean")
    cross_entropy_from_logits(y_true, logits, *, base=math.e, label_smoothing=0.0, reduction="mean")
    softmax_cross_entropy_grad(y_true, logits)
    perplexity(mean_loss, *, base=math.e)
mean_squared_error:
    mse(y_true, y_pred, *, sample_weight=None, axis=None)
    rmse(y_true, y_pred)
    mae(y_true, y_pred)
    mse_grad(y_true, y_pred)
    constant_predictor_curve(y, grid)
gradient_descent:
    gradient_descent(grad, theta0, *, lr, n_steps, momentum=0.0, clip=1e8)
    quadratic(curvatures)
    rosenbrock()
    stability_limit(curvatures)
    contraction_factors(curvatures, lr)
adam:
    adam_step(theta, grad, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True, eps_mode="outside")
    adam(grad, theta0, *, n_steps, **hyper)
    bias_correction_factor(beta, t)
backprop_chain_rule:
    mlp_forward(x, params, activation="sigmoid")
    mlp_backward(cache, target, *, loss="half_squared")
    circuit(expr_id, values)
    numerical_gradient(f, x, *, h=1e-5)
    gradient_check(f, grad, x, *, h=1e-5)
probability_chain_rule:
    joint_table(p_b, p_a_given_b)
    marginal(joint, axis)
    conditional(joint, axis)
    chain_rule(conditionals)
attention:
    scaled_dot_product_attention(Q, K, V, *, mask=None, causal=False, scale=None, fully_masked="zero")
    causal_mask(n, m)
    attention_saturation(d_k, n_keys, *, n_samples=4000, rng=0)
multi_head_attention:
    multi_head_attention(X_q, X_kv, W_q, W_k, W_v, W_o, n_heads, *, mask=None, causal=False)
    split_heads(X, n_heads)
    merge_heads(H)
    count_attention_parameters(d_model, *, bias=False)
    init_attention(d_model, n_heads, *, rng=0)
positional_encoding:
    sinusoidal_positional_encoding(n_positions, d_model, *, base=10000.0, layout="interleaved", start=0)
    frequencies(d_model, *, base=10000.0)
    rotation_for_offset(k, d_model, *, base=10000.0)
    similarity_by_offset(d_model, max_offset, *, base=10000.0)
layer_norm:
    layer_norm(x, gamma=None, beta=None, *, eps=1e-5, eps_mode="inside", axis=-1)
    layer_norm_stats(x, *, axis=-1)
    layer_norm_backward(dy, x, gamma, *, eps=1e-5)
    rms_norm(x, gamma=None, *, eps=1e-5)
transformer_ffn:
    transformer_ffn(X, W1, b1, W2, b2, *, activation="relu")
    ffn_parameters(d_model, d_ff, *, bias=True)
    hinge_function(x, slopes, kinks, weights, bias)
bayes:
    bayes_binary(prior, sensitivity, false_positive_rate, *, n_tests=1)
    bayes(prior, likelihood)
    posterior_curve(sensitivity, false_positive_rate, priors)
kl_divergence:
    kl_divergence(p, q, *, base=math.e, normalize=False)
    kl_terms(p, q)
    js_divergence(p, q, *, base=math.e)
    entropy(p, *, base=math.e)
    kl_gaussian(mu1, sigma1, mu2, sigma2)
variance:
    mean(x, *, axis=None)
    variance(x, *, ddof=0, axis=None)
    std(x, *, ddof=0, axis=None)
    running_variance(x)
    variance_one_pass(x, *, ddof=0)
    sampling_distribution(n, *, sigma=1.0, n_samples=20000, ddof=1, rng=0)
expected_return:
    discounted_return(rewards, gamma)
    returns_to_go(rewards, gamma)
    constant_reward_return(reward, gamma, n_steps=None)
    effective_horizon(gamma, *, threshold=0.01)
    simulate_returns(P, r, gamma, start, *, n_episodes=1000, max_steps=1000, rng=0)
bellman:
    policy_matrices(P, R, policy)
    policy_evaluation_exact(P_pi, r_pi, gamma)
    policy_evaluation(P_pi, r_pi, gamma, *, n_sweeps, v0=None, in_place=False)
    value_iteration(P, R, gamma, *, tol=1e-10, max_sweeps=10000)
    bellman_residual(v, P_pi, r_pi, gamma)
    gridworld(name)
q_learning:
    q_learning_update(Q, s, a, r, s_next, *, alpha, gamma, terminal=False)
    sarsa_update(Q, s, a, r, s_next, a_next, *, alpha, gamma, terminal=False)
    epsilon_greedy(q_row, epsilon, *, rng=0)
    train(env, method, *, n_episodes, alpha, gamma, epsilon, max_steps=10000, rng=0)
    cliff_walk()
    windy_gridworld(kings_moves=False)
    greedy_path(Q, env, *, max_steps=200)
    shortest_path_length(env)
policy_gradient:
    softmax_policy(theta)
    grad_log_softmax(theta, a)
    bandit_gradient(theta, rewards)
    bandit_estimator_variance(theta, rewards, baseline)
    corridor_value(p)
    corridor_gradient(p)
    corridor_estimates(p, kind, *, baseline=0.0, n_episodes=2000, rng=0)
    reinforce_corridor(*, alpha, n_episodes, baseline=False, theta0=0.0, rng=0)
dropout:
    dropout(x, p=0.5, *, training=True, mode="inverted", rng=0)
    dropout_moments(x, p, *, mode="inverted")
    dropout_average(x, p, n_masks, *, rng=0)
xavier_init:
    xavier_bound(n_in, n_out, *, gain=1.0)
    xavier_std(n_in, n_out, *, gain=1.0)
    xavier_uniform(n_in, n_out, *, gain=1.0, rng=0)
    xavier_normal(n_in, n_out, *, gain=1.0, rng=0)
    he_normal(n_in, n_out, *, rng=0)
    propagate(activation, init, *, width=256, depth=20, n_samples=2000, rng=1)
    fan_in_fan_out(shape)
convolution:
    conv2d(X, K, *, stride=1, padding=0, mode="cross-correlation", bias=0.0)
    conv1d(x, k, *, mode="convolution", boundary="full")
    conv_output_size(n, k, *, stride=1, padding=0, dilation=1)
    conv_window(X, K, i, j, *, stride=1, padding=0)
    kernel_library()
linear_regression:
    linear_regression(X, y, *, fit_intercept=True, on_singular="error")
    predict(result, X_new)
    sse_surface(x, y, intercepts, slopes)
    datasets(name)
"""


def promised() -> list[tuple[str, str]]:
    found, slug = [], ""
    for line in PROMISED.strip().splitlines():
        if line.startswith(" "):
            found.append((slug, line.strip()))
        else:
            slug = line.rstrip(":")
    return found


def signature(text: str) -> inspect.Signature:
    scope: dict = {"math": math}
    exec(f"def {text}: pass", scope)  # noqa: S102 - the table above
    return inspect.signature(scope[text.split("(")[0]])


def by_place(made: inspect.Signature) -> list[inspect.Parameter]:
    return [p for p in made.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]


def by_name(made: inspect.Signature) -> dict[str, inspect.Parameter]:
    return {k: p for k, p in made.parameters.items() if p.kind is p.KEYWORD_ONLY}


def function_of(slug: str, name: str) -> Any:
    """Find a function in the module of its lesson, or in one beside it."""
    section = import_module(f"formulas.{BY_SLUG[slug].section}")
    beside = [module.name for module in pkgutil.iter_modules(section.__path__)]
    for name_of_module in (slug, *beside):
        module = import_module(f"{section.__name__}.{name_of_module}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AssertionError(f"{name} is in no module of {section.__name__}")


@pytest.mark.parametrize(("slug", "text"), promised(), ids=lambda x: x[:40])
def test_a_promised_function_is_there_and_takes_its_arguments(slug, text):
    wanted = signature(text)
    found = inspect.signature(function_of(slug, text.split("(")[0]))
    pairs = zip(by_place(wanted), by_place(found), strict=True)
    for want, have in pairs:
        assert have.default == want.default
        assert len(have.name) >= len(want.name) or have.name == want.name
    for name, want in by_name(wanted).items():
        assert by_name(found)[name].default == want.default


def test_the_table_covers_every_lesson():
    missing = set(BY_SLUG) - {slug for slug, _ in promised()}
    assert not missing, f"{sorted(missing)}: add their functions to PROMISED"
    assert {slug for slug, _ in promised()} <= set(BY_SLUG)
