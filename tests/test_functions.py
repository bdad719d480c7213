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
    einsum(subscripts, *operands)
    matmul_flops(m, k, n, *, batch=1)
dot_product:
    dot(a, b, *, conjugate=False)
    cosine_similarity(a, b)
    projection(a, b)
    random_dot_std(d, n=20000, *, scaled=False, rng=0)
    cosine_matrix(A, B=None)
eigenvalues:
    eigen_decomposition(A)
    power_iteration(A, x0=None, n_steps=20, *, rng=0)
    pca(X, n_components=None, *, standardize=False)
    svd(A)
    power_deflation(A, k, *, n_steps=1000, rng=0)
linear_layer:
    linear(x, W, b=None)
    linear_backward(x, W, dY)
    count_parameters(n_in, n_out, *, bias=True)
    compose_linear(W1, b1, W2, b2)
    lora_merge(W, A, B, *, alpha)
    lora_linear(x, W, A, B, *, alpha, b=None)
    quantize_absmax(x, *, bits=8, per_row=False)
activations:
    relu(x, negative_slope=0.0)
    sigmoid(x)
    tanh(x)
    relu_grad(x, negative_slope=0.0)
    sigmoid_grad(x)
    tanh_grad(x)
    gradient_product(name, x, depth)
    softplus(x, *, beta=1.0)
softmax:
    softmax(z, *, temperature=1.0, axis=-1, mask=None, empty_row="error")
    log_softmax(z, *, temperature=1.0, axis=-1)
    logsumexp(z, *, axis=-1)
    softmax_jacobian(z)
    softmax_naive(z)
    top_k(logits, k, *, temperature=1.0)
    top_p(logits, p, *, temperature=1.0)
    min_p(logits, p, *, temperature=1.0)
cross_entropy:
    cross_entropy(y_true, y_prob, *, base=math.e, eps=0.0, reduction="mean")
    cross_entropy_from_logits(y_true, logits, *, base=math.e, label_smoothing=0.0, reduction="mean")
    softmax_cross_entropy_grad(y_true, logits)
    perplexity(mean_loss, *, base=math.e)
    focal_loss(y_true, logits, *, gamma=2.0, alpha=None, reduction="mean")
    bits_per_byte(mean_loss, n_tokens, n_bytes, *, base=math.e)
mean_squared_error:
    mse(y_true, y_pred, *, sample_weight=None, axis=None)
    rmse(y_true, y_pred)
    mae(y_true, y_pred)
    mse_grad(y_true, y_pred)
    constant_predictor_curve(y, grid)
    huber(y_true, y_pred, *, delta=1.0, reduction="mean")
    smooth_l1(y_true, y_pred, *, beta=1.0, reduction="mean")
    log_cosh(y_true, y_pred, *, reduction="mean")
gradient_descent:
    gradient_descent(grad, theta0, *, lr, n_steps, momentum=0.0, clip=1e8)
    quadratic(curvatures)
    rosenbrock()
    stability_limit(curvatures)
    contraction_factors(curvatures, lr)
    sgd_path(grad, theta0, *, lr, n_steps, momentum=0.0, nesterov=False)
    cosine_schedule(step, *, n_steps, lr_max, lr_min=0.0, n_warmup=0)
    clip_by_global_norm(grads, max_norm, *, eps=1e-6)
    draw_batches(n_examples, size, n_steps, *, rng=0)
    minibatch_path(examples, theta0, batches, *, lr)
    expected_excess(start, variance, *, lr, n_steps)
adam:
    adam_step(theta, grad, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True, eps_mode="outside")
    adam(grad, theta0, *, n_steps, **hyper)
    bias_correction_factor(beta, t)
    adamw_step(theta, grad, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, decoupled=True, v_max=None)
backprop_chain_rule:
    mlp_forward(x, params, activation="sigmoid")
    mlp_backward(cache, target, *, loss="half_squared")
    circuit(expr_id, values)
    numerical_gradient(f, x, *, h=1e-5)
    gradient_check(f, grad, x, *, h=1e-5)
    vjp_chain(jacobians, v)
    two_layer_gradients(X, Y, W1, b1, W2, b2, *, activation="relu", loss="half_squared")
probability_chain_rule:
    joint_table(p_b, p_a_given_b)
    marginal(joint, axis)
    conditional(joint, axis)
    chain_rule(conditionals)
    sequence_log_likelihood(tokens, logits)
    ngram_probabilities(tokens, context, vocab_size, *, smoothing=0.0)
attention:
    scaled_dot_product_attention(Q, K, V, *, mask=None, causal=False, scale=None, fully_masked="zero")
    causal_mask(n, m)
    attention_saturation(d_k, n_keys, *, n_samples=4000, rng=0)
    attend_cached(query, key, value, keys=None, values=None, *, scale=None)
    sliding_window_mask(n, m, window)
    decode_flops(n_context, d_model, *, cached=True)
multi_head_attention:
    multi_head_attention(X_q, X_kv, W_q, W_k, W_v, W_o, n_heads, *, mask=None, causal=False)
    split_heads(X, n_heads)
    merge_heads(H)
    count_attention_parameters(d_model, *, bias=False)
    init_attention(d_model, n_heads, *, rng=0)
    grouped_query_attention(X_q, X_kv, W_q, W_k, W_v, W_o, n_heads, n_kv_heads, *, mask=None, causal=False)
    kv_cache_bytes(n_tokens, n_layers, n_kv_heads, d_head, *, bytes_per_value=2, batch=1)
positional_encoding:
    sinusoidal_positional_encoding(n_positions, d_model, *, base=10000.0, layout="interleaved", start=0)
    frequencies(d_model, *, base=10000.0)
    rotation_for_offset(k, d_model, *, base=10000.0)
    similarity_by_offset(d_model, max_offset, *, base=10000.0)
    rope(x, *, positions=None, base=10000.0, layout="interleaved")
    alibi_slopes(n_heads)
    alibi_bias(n_heads, n, m=None)
    learned_positional_encoding(table, positions)
layer_norm:
    layer_norm(x, gamma=None, beta=None, *, eps=1e-5, eps_mode="inside", axis=-1)
    layer_norm_stats(x, *, axis=-1)
    layer_norm_backward(dy, x, gamma, *, eps=1e-5)
    rms_norm(x, gamma=None, *, eps=1e-5)
    batch_norm(x, gamma=None, beta=None, running_mean=None, running_var=None, *, training=True, momentum=0.1, eps=1e-5)
    residual_block(x, sublayer, *, order="pre", gamma=None, beta=None, eps=1e-5)
transformer_ffn:
    transformer_ffn(X, W1, b1, W2, b2, *, activation="relu")
    ffn_parameters(d_model, d_ff, *, bias=True)
    hinge_function(x, slopes, kinks, weights, bias)
    gelu(x, *, approximate="none")
    silu(x, *, beta=1.0)
    glu_ffn(X, W_gate, W_up, W_down, *, activation="silu")
    glu_width(d_model, *, d_ff=None, multiplier=1.0, multiple_of=1)
bayes:
    bayes_binary(prior, sensitivity, false_positive_rate, *, n_tests=1)
    bayes(prior, likelihood)
    posterior_curve(sensitivity, false_positive_rate, priors)
    update_odds(prior, bayes_factors)
    beta_binomial(a, b, successes, failures)
kl_divergence:
    kl_divergence(p, q, *, base=math.e, normalize=False)
    kl_terms(p, q)
    js_divergence(p, q, *, base=math.e)
    entropy(p, *, base=math.e)
    kl_gaussian(mu1, sigma1, mu2, sigma2)
    kl_gaussian_full(mu1, cov1, mu2, cov2)
    fit_normal(x, p, *, direction="forward", mu0=0.0, sigma0=1.0, lr=0.1, n_steps=200)
variance:
    mean(x, *, axis=None)
    variance(x, *, ddof=0, axis=None)
    std(x, *, ddof=0, axis=None)
    running_variance(x)
    variance_one_pass(x, *, ddof=0)
    sampling_distribution(n, *, sigma=1.0, n_samples=20000, ddof=1, rng=0)
    moments(x)
    merge_moments(first, second)
    pooled_variance(variances, counts)
    standard_error(x)
expected_return:
    discounted_return(rewards, gamma)
    returns_to_go(rewards, gamma)
    constant_reward_return(reward, gamma, n_steps=None)
    effective_horizon(gamma, *, threshold=0.01)
    simulate_returns(P, r, gamma, start, *, n_episodes=1000, max_steps=1000, rng=0)
    n_step_returns(rewards, values, n, gamma)
    lambda_returns(rewards, values, gamma, lam)
    gae(rewards, values, gamma, lam)
bellman:
    policy_matrices(P, R, policy)
    policy_evaluation_exact(P_pi, r_pi, gamma)
    policy_evaluation(P_pi, r_pi, gamma, *, n_sweeps, v0=None, in_place=False)
    value_iteration(P, R, gamma, *, tol=1e-10, max_sweeps=10000)
    bellman_residual(v, P_pi, r_pi, gamma)
    optimal_values(P, R, gamma)
    policy_iteration(P, R, gamma, *, policy0=None, max_iterations=1000)
    asynchronous_value_iteration(P, R, gamma, *, order="sweep", tol=1e-10, max_backups=1000000, rng=0)
    gridworld(name)
q_learning:
    q_learning_update(Q, s, a, r, s_next, *, alpha, gamma, terminal=False)
    sarsa_update(Q, s, a, r, s_next, a_next, *, alpha, gamma, terminal=False)
    expected_sarsa_update(Q, s, a, r, s_next, policy, *, alpha, gamma, terminal=False)
    double_q_update(Q, other, s, a, r, s_next, *, alpha, gamma, terminal=False)
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
    corridor_moments(p)
    corridor_estimates(p, kind, *, baseline=0.0, n_episodes=2000, rng=0)
    estimate_spreads(moments, baselines)
    least_variance_baseline(moments)
    reinforce_corridor(*, alpha, n_episodes, baseline=False, theta0=0.0, rng=0)
    actor_critic_step(theta, v, state, action, reward, next_state, *, alpha_actor, alpha_critic, gamma, terminal=False, discount=1.0)
    ppo_clip(log_prob, log_prob_old, advantage, *, clip=0.2)
    group_advantages(rewards, *, ddof=0, eps=0.0, scale=True)
    entropy_gradient(theta)
    dpo_loss(chosen, rejected, ref_chosen, ref_rejected, *, beta=0.1)
dropout:
    dropout(x, p=0.5, *, training=True, mode="inverted", rng=0)
    dropout_moments(x, p, *, mode="inverted")
    dropout_average(x, p, n_masks, *, rng=0)
    drop_path(x, p=0.5, *, training=True, rng=0)
    survival_probabilities(depth, *, last=0.5)
    dropout_ridge(X, y, p)
xavier_init:
    xavier_bound(n_in, n_out, *, gain=1.0)
    xavier_std(n_in, n_out, *, gain=1.0)
    xavier_uniform(n_in, n_out, *, gain=1.0, rng=0)
    xavier_normal(n_in, n_out, *, gain=1.0, rng=0)
    he_normal(n_in, n_out, *, rng=0)
    propagate(activation, init, *, width=256, depth=20, n_samples=2000, rng=1)
    fan_in_fan_out(shape)
    he_uniform(n_in, n_out, *, gain=math.sqrt(2), rng=0)
    lecun_normal(n_in, n_out, *, rng=0)
    lecun_uniform(n_in, n_out, *, rng=0)
    orthogonal(n_in, n_out, *, gain=1.0, rng=0)
    linear_default(n_in, n_out, *, rng=0)
convolution:
    conv2d(X, K, *, stride=1, padding=0, mode="cross-correlation", bias=0.0)
    conv1d(x, k, *, mode="convolution", boundary="full")
    conv_output_size(n, k, *, stride=1, padding=0, dilation=1)
    conv_window(X, K, i, j, *, stride=1, padding=0)
    kernel_library()
    conv2d_channels(X, K, b=None, *, stride=1, padding=0, dilation=1, groups=1)
    conv_transpose2d(X, K, b=None, *, stride=1, padding=0, output_padding=0)
    pool2d(X, size, *, stride=None, mode="max")
    receptive_field(layers)
linear_regression:
    linear_regression(X, y, *, fit_intercept=True, on_singular="error")
    predict(result, X_new)
    sse_surface(x, y, intercepts, slopes)
    ridge(X, y, alpha, *, fit_intercept=True)
    lasso(X, y, alpha, *, fit_intercept=True, tol=1e-10, max_sweeps=10000)
    leave_one_out(X, y, *, alpha=0.0, fit_intercept=True)
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
