"""Search: the words of a student lead to lessons, mistyped or not."""

from __future__ import annotations

import pytest

from ui.catalogue import LESSONS
from ui.search import MOST_LETTERS, edits, search, words


def found(text: str) -> list[str]:
    return [lesson.slug for lesson in search(text).lessons]


# What somebody types who looks for a lesson; the lesson is among those found.
TYPED = {
    "dot_product": ("inner product", "cosine", "scalar product", "dotproduct"),
    "matrix_multiplication": ("matmul", "matrix product", "LoRA"),
    "eigenvalues": ("PCA", "eigenvector", "determinant", "page rank"),
    "linear_layer": ("dense layer", "fully-connected", "perceptron", "weights"),
    "activations": ("ReLU", "sigmoid", "vanishing gradients", "nonlinearity"),
    "softmax": ("sotfmax", "temperature", "logits", "what is the softmax"),
    "convolution": ("CNN", "kernel", "convolutions", "edge detection"),
    "mean_squared_error": ("MSE", "L2", "loss function", "RMSE"),
    "cross_entropy": ("crossentropy", "log loss", "loss functions", "perplexity"),
    "gradient_descent": ("SGD", "learning rate", "gradiant descent", "optimiser"),
    "adam": ("AdamW", "RMSprop", "optimizer"),
    "backprop_chain_rule": ("backpropogation", "back-propagation", "autodiff"),
    "probability_chain_rule": ("autoregressive", "next token", "joint probability"),
    "attention": ("GPT", "atention", "transformers", "QKV"),
    "multi_head_attention": ("multihead", "GPT", "heads"),
    "positional_encoding": ("RoPE", "position embedding", "sinusoidal"),
    "layer_norm": ("z-score", "layernorm", "standardisation", "batch norm"),
    "transformer_ffn": ("feed forward", "MLP", "GELU"),
    "bayes": ("bayes theorem", "Bayes’", "false positives", "prior"),
    "variance": ("standard deviation", "std", "stdev", "variance"),
    "kl_divergence": ("KL", "Kullback Leibler", "relative entropy"),
    "expected_return": ("discount factor", "rewards", "MDP"),
    "bellman": ("belman", "value iteration", "dynamic programming"),
    "q_learning": ("Q-learning", "qlearning", "temporal diference", "exploration"),
    "policy_gradient": ("reinforce", "PPO", "actor critic"),
    "dropout": ("overfitting", "drop out", "dropout rate"),
    "xavier_init": ("He initialization", "Glorot", "weight initialisation"),
    "linear_regression": ("R2", "R²", "least squares", "regresion"),
}


def test_every_lesson_is_looked_for():
    assert TYPED.keys() == {lesson.slug for lesson in LESSONS}


@pytest.mark.parametrize(
    ("slug", "text"), [(slug, text) for slug, texts in TYPED.items() for text in texts]
)
def test_a_lesson_is_found_by_the_words_that_one_types(slug, text):
    assert slug in found(text)
    assert len(found(text)) <= 9


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_a_lesson_is_found_by_its_title_and_by_what_is_typed_of_it(lesson):
    assert lesson.slug in found(lesson.title)
    for length in range(1, len(lesson.title)):
        assert lesson.slug in found(lesson.title[:length]), lesson.title[:length]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_two_neighbors_exchanged_in_a_title_do_no_harm(lesson):
    title = words(lesson.title)
    long = max(title, key=len)
    for k in range(len(long) - 1):
        typed = long[:k] + long[k + 1] + long[k] + long[k + 2 :]
        assert lesson.slug in found(typed), typed


@pytest.mark.parametrize(
    "text", ["SOFTARGMAX", "söftargmax", "soft-argmax", "  softargmax "]
)
def test_case_accents_and_hyphens_do_not_matter(text):
    assert found(text) == ["softmax"]


def test_a_lesson_that_only_speaks_of_something_is_found_if_none_teaches_it():
    assert "softmax" in found("mixture of experts")
    assert "q_learning" in found("DQN")


def test_how_a_mistyped_word_was_read_is_told():
    assert search("belman").read_as == {"belman": "bellman"}
    assert search("softmax").read_as == {}


def test_all_words_count_until_no_lesson_has_them():
    assert found("policy gradient") == ["policy_gradient"]
    assert search("policy gradient").whole
    near = search("dropout volcano")
    assert [lesson.slug for lesson in near.lessons] == ["dropout"]
    assert not near.whole


@pytest.mark.parametrize(
    "text",
    ["no such formula anywhere", "volcano", "<script>alert(1)</script>", "zzz"],
)
def test_nothing_is_found_by_what_no_lesson_teaches(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["", "   ", "---", "?!"])
def test_no_word_finds_all(text):
    assert search(text).lessons == LESSONS


def test_any_text_is_taken():
    for text in ("\x00", "Σ" * 300, "a" * 5000, "🧮 " * 50, "\u0301" * 20):
        search(text)


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [
        ("softmax", "softmax", 0),
        ("soft", "softmax", 0),
        ("sotfmax", "softmax", 1),
        ("softtmax", "softmax", 1),
        ("sofmax", "softmax", 1),
        ("sogtmax", "softmax", 1),
        ("osftmxa", "softmax", 2),
        ("", "softmax", 0),
        ("abc", "", 3),
    ],
)
def test_mistakes_are_counted(typed, word, count):
    assert edits(typed, word) == count


def test_only_the_first_letters_of_an_endless_text_are_read():
    text = "softmax " + "xyzzy " * 100_000
    assert search(text) == search(text[:MOST_LETTERS])
