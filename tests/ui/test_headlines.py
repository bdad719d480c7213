"""The printed formula is that of the setting, where a switch computes another one."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.lessons import default_history
from ui import frames
from ui.catalogue import BROKEN, BY_KEY, SHOWN

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
# As reviewed, by lesson and by what is set there.
REVIEWED = {
    "attention": {
        (("roles", "X, Y, Z"),): r"\mathrm{Attention}(X, Y, Z) = "
        r"\mathrm{softmax}\left(\frac{X Y^\top}{\sqrt{d_k}}\right) Z",
        (("multiplier", 2.0),): r"\mathrm{Attention}(Q, K, V) = "
        r"\mathrm{softmax}\left(\frac{\mu\, Q K^\top}{\sqrt{d_k}}\right) V",
        (("roles", "K, Q, V"),): r"\mathrm{Attention}(K, Q, V) = "
        r"\mathrm{softmax}\left(\frac{K Q^\top}{\sqrt{d_k}}\right) V",
        (("roles", "Q, V, K"),): r"\mathrm{Attention}(Q, V, K) = "
        r"\mathrm{softmax}\left(\frac{Q V^\top}{\sqrt{d_k}}\right) K",
    },
    "probability_chain_rule": {
        (("text", "two events"),): r"P(A, B) = P(A \mid B)\, P(B)",
    },
    "mean_squared_error": {
        (("loss", "MAE"),): r"\mathrm{MAE} = \frac{1}{n} \sum_{i=1}^{n} "
        r"\left|{\hat{y}_{i} - y_{i}}\right|",
    },
    "matrix_multiplication/einsum": {
        (("subscripts", "ij,kj->ik"),): r"\text{ij,kj->ik}\!: \ "
        r"D_{ik} = \sum_{j=0}^{m - 1} A_{ij} B_{kj}",
        (("subscripts", "ij,ij->ij"),): r"\text{ij,ij->ij}\!: \ H_{ik} = A_{ik} B_{ik}",
        (("subscripts", "ij,ij->"),): r"\text{ij,ij->}\!: \ "
        r"f = \sum_{i=0}^{n - 1} \sum_{j=0}^{m - 1} A_{ij} B_{ij}",
        (
            ("subscripts", "ij->j"),
        ): r"\text{ij->j}\!: \ v_k = \sum_{i=0}^{n - 1} A_{ik}",
        (("subscripts", "ii->"),): r"\text{ii->}\!: \ t = \sum_{i=0}^{n - 1} A_{ii}",
    },
    "activations": {
        (
            ("negative_slope", 0.1),
        ): r"\mathrm{ReLU}(x) = \max(0, x) + a \min(0, x), \quad "
        r"\sigma(x) = \frac{1}{1 + e^{-x}}, \quad "
        r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
    },
    "gradient_descent": {
        (("momentum", 0.5),): r"\theta_{t+1} = \theta_t + \mu v_t - "
        r"\eta\, \nabla_{\theta} L(\theta_t)",
    },
    "adam": {
        (("bias_correction", False),): r"\begin{gathered} "
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad "
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\ "
        r"\hat{m}_t = m_t, \quad \hat{v}_t = v_t \\ "
        r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon} "
        r"\end{gathered}",
    },
    "dropout": {
        (
            ("mode", "classic"),
        ): r"y = m \odot x, \qquad m_j \sim \mathrm{Bernoulli}(1 - p)",
        (
            ("mode", "unscaled"),
        ): r"y = m \odot x, \qquad m_j \sim \mathrm{Bernoulli}(1 - p)",
        (("training", False),): "y = x",
        (("mode", "classic"), ("training", False)): r"y = (1 - p)\, x",
        (("mode", "unscaled"), ("training", False)): "y = x",
    },
    "convolution": {
        (
            ("flip", True),
        ): r"C(i, j) = (X * K)(i, j) = \sum_{m=0}^{k - 1} \sum_{n=0}^{k - 1} "
        r"X(s i + m, s j + n) K(k - 1 - m, k - 1 - n)",
    },
    "transformer_ffn": {
        (("activation", "identity"),): r"\mathrm{FFN}(x) = "
        r"\left(x W^{(1)} + b^{(1)}\right) W^{(2)} + b^{(2)}",
        (("activation", "gelu"),): r"\mathrm{FFN}(x) = "
        r"\mathrm{GELU}\left(x W^{(1)} + b^{(1)}\right) W^{(2)} + b^{(2)}",
        (("activation", "silu"),): r"\mathrm{FFN}(x) = "
        r"\mathrm{SiLU}\left(x W^{(1)} + b^{(1)}\right) W^{(2)} + b^{(2)}",
    },
    "backprop_chain_rule": {
        (("circuit", "add_multiply"),): r"\frac{\partial f}{\partial x} = "
        r"\frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x}",
        (("circuit", "maximum"),): r"\frac{\partial f}{\partial x} = "
        r"\frac{\partial f}{\partial m} \cdot \frac{\partial m}{\partial x}",
        (("circuit", "two_paths"),): r"\frac{\partial f}{\partial x} = "
        r"\frac{\partial f}{\partial a} \cdot \frac{\partial a}{\partial x} + "
        r"\frac{\partial f}{\partial b} \cdot \frac{\partial b}{\partial x}",
    },
}


def shown(lesson, values) -> str:
    """Return the formula of a setting without the marks that color it."""
    marked = frames.headline_at(lesson.statement, values)
    commands = {frames.macro(k) for k in range(len(lesson.statement.quantities))}
    return re.sub(
        r"\\q[a-z]+", lambda found: "" if found[0] in commands else found[0], marked
    )


@pytest.mark.parametrize("key", REVIEWED)
def test_the_formula_of_a_setting_is_the_reviewed_one(key):
    lesson = BY_KEY[key]
    statement = lesson.statement
    assert shown(lesson, statement.defaults) == ""
    for setting, latex in REVIEWED[key].items():
        values = {**statement.defaults, **dict(setting)}
        template = statement.headline_at(
            **{name: values[name] for name in _asked(statement.headline_at)}
        )
        assert statement.headline_latex(headline=template) == latex
        assert shown(lesson, values) != ""
        frame = frames.frame(lesson, values, default_history(statement))
        assert frame["headline"] == frames.headline_at(statement, values)


def _asked(function) -> tuple[str, ...]:
    return function.__code__.co_varnames[: function.__code__.co_argcount]


@every_lesson
def test_where_a_choice_has_no_line_the_formula_says_what_is_computed(lesson):
    """A setting whose result no equation gives must not stand below the usual formula."""
    statement = lesson.statement
    for control in statement.controls:
        if control.is_number or control.kind == "numbers":
            continue
        for choice in control.choices:
            values = {**statement.defaults, control.name: choice}
            usual = frames.line_name(statement, statement.defaults)
            if frames.line_name(statement, values) != usual:
                assert shown(lesson, values), (control.name, choice)


def test_what_a_formula_lacks_is_struck_out_at_every_setting():
    for broken in BROKEN:
        statement, written = broken.statement, broken.statement.headline_at
        if written is None:
            continue
        names = _asked(written)
        positions = [statement.control(name).positions for name in names]
        for chosen in itertools.product(*positions):
            said = written(**dict(zip(names, chosen, strict=True)))
            assert not said or r"\cancel" in said, (broken.key, chosen)
