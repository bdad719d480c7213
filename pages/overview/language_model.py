"""A language model put together: one block, every number, and where it is explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from formulas.checks import Array
from formulas.transformer import tiny_model
from formulas.transformer.tiny_model import SENTENCE, VOCABULARY, ForwardPass, run_model
from notation.numbers import number_text
from ui import overview
from ui.catalogue import BY_KEY, FORM
from ui.state import link_query

STYLE = Path(__file__).with_name("language_model.css")
WORDS = tuple(VOCABULARY[token] for token in SENTENCE)
DIGITS = 2


@dataclass(frozen=True)
class Stage:
    """One step of the forward pass.

    Parameters
    ----------
    title, words, latex : str
        What happens, why, and its formula.
    lesson : str
        The key of the lesson or the form that explains it, the nearest there is first.
    settings : dict
        Of the lesson's controls, for the link.
    tables : tuple of (str, callable)
        What is shown: a caption, and what takes it from the pass.
    """

    title: str
    words: str
    latex: str
    lesson: str
    settings: dict[str, float | int | bool | str]
    tables: tuple[tuple[str, Callable[[ForwardPass], Array]], ...]


STAGES = (
    Stage(
        "Each word becomes a row of numbers",
        "A learned row stands for each word. Words with similar rows have large dot "
        "products, which is how all later steps tell them apart.",
        r"x_t = E_{w_t}",
        "dot_product",
        {},
        (("the residual stream at its start", lambda seen: seen.embedded),),
    ),
    Stage(
        "The rows are brought to one size",
        "RMSNorm divides each row by its root mean square, so that what follows sees "
        "directions and not sizes. The stream itself is left as it is.",
        r"\hat x_t = \frac{x_t}{\sqrt{\mathrm{ms}(x_t) + \epsilon}} \odot \gamma",
        "layer_norm/rms_norm",
        {},
        (("what the attention sees", lambda seen: seen.normed),),
    ),
    Stage(
        "Queries and keys turn with their position",
        "Both heads have queries of their own and share one head of keys. Each pair of "
        "features turns with the position, so that a dot product knows the distance.",
        r"q_t = R_t\, W_q \hat x_t, \qquad k_t = R_t\, W_k \hat x_t",
        "positional_encoding/rope",
        {},
        (
            ("queries of head 1", lambda seen: seen.queries[0]),
            ("keys, shared by both heads", lambda seen: seen.keys[0]),
        ),
    ),
    Stage(
        "Each word looks back",
        "The dot products of a query with the keys before it become shares by softmax. "
        "The second *the* has to know what stood before it, or it could not be followed "
        "by another word than the first.",
        r"\mathrm{softmax}\!\left(\frac{q_t \cdot k_s}{\sqrt{d_k}}\right)_{s \le t}",
        "attention",
        {"causal": True},
        (
            ("head 1 attends to", lambda seen: seen.weights[0]),
            ("head 2 attends to", lambda seen: seen.weights[1]),
        ),
    ),
    Stage(
        "What was found is added to the stream",
        "The values, mixed by those shares and projected, are added: nothing is "
        "overwritten, so later steps still see the word itself.",
        r"x_t \leftarrow x_t + W_o\, [\mathrm{head}_1; \mathrm{head}_2]_t",
        "multi_head_attention/grouped_query",
        {},
        (
            ("what the attention adds", lambda seen: seen.attended),
            ("the stream after it", lambda seen: seen.between),
        ),
    ),
    Stage(
        "Each word is worked on by itself",
        "The feed-forward block normalizes the row again and passes it through two "
        "matrices, one of which gates the other. More than half of all weights are here.",
        r"x_t \leftarrow x_t + W_{down}\,(\mathrm{SiLU}(W_{gate} \hat x_t)"
        r" \odot W_{up} \hat x_t)",
        "transformer_ffn/swiglu",
        {},
        (
            ("the gate, times what it lets through", lambda seen: seen.gate * seen.up),
            ("the stream at its end", lambda seen: seen.output),
        ),
    ),
    Stage(
        "The last row is compared with every word",
        "After a last norm its dot products with the rows of all words are the logits. The "
        "same table of rows is used at both ends.",
        r"z_t = E\, \hat x_t",
        "matrix_multiplication",
        {},
        (("logits of the next word", lambda seen: seen.logits),),
    ),
    Stage(
        "Logits become probabilities, and one word is drawn",
        "Softmax at the chosen temperature; then only the most probable words that "
        "together reach p stay, and share what the others had.",
        r"p_t = \mathrm{softmax}(z_t / T)",
        "softmax/top_p",
        {},
        (("probability of the next word", lambda seen: seen.probabilities),),
    ),
)


def show() -> None:
    """Show the page."""
    overview.heading("language_model")
    st.html(f"<style>{STYLE.read_text()}</style>")
    st.markdown(
        "One block of a model like Llama, with eight features and six words, trained on "
        "one sentence. It has every part of a large one. Each number links to the lesson "
        "that explains it."
    )
    with overview.kept("language_model", "read", "temperature", "top_p"):
        count, temperature, top_p = _choices()
    seen = run_model(SENTENCE[:count], temperature=temperature, top_p=top_p)
    st.markdown(f"**{said(seen, count)}**")
    for number, stage in enumerate(STAGES, start=1):
        _stage(number, stage, seen, WORDS[:count])
    _surprise(seen, count)


def _choices() -> tuple[int, float, float]:
    """Return how many words are read, and how the next one is chosen."""
    kept: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.pills(
            "It has read up to",
            range(1, len(SENTENCE)),
            format_func=lambda k: f"{k} {WORDS[k - 1]}",
            default=5,
            required=True,
            key="read",
            **kept,
        )
        temperature = st.number_input(
            "temperature T", 0.2, 5.0, 1.0, 0.1, key="temperature", width=150, **kept
        )
        top_p = st.number_input(
            "nucleus p", 0.05, 1.0, 1.0, 0.05, key="top_p", width=150, **kept
        )
    return int(count), float(temperature), float(top_p)


def said(seen: ForwardPass, count: int) -> str:
    """Say what the model would go on with."""
    p = seen.probabilities[-1]
    best = int(p.argmax())
    words = " ".join(WORDS[:count])
    return (
        f"After “{words}” the model gives “{VOCABULARY[best]}” a probability of "
        f"{number_text(100 * p[best], 3)} %; {np.count_nonzero(p)} of {len(p)} words can "
        "be drawn."
    )


def _stage(number: int, stage: Stage, seen: ForwardPass, words: Sequence[str]) -> None:
    st.subheader(f"{number}. {stage.title}", anchor=False)
    address = address_of(stage.lesson, stage.settings)
    lesson = nearest(stage.lesson)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(stage.words, width=520)
        st.latex(stage.latex, width="content")
    link = (
        f'<a href="{escape(address)}" target="_self">{escape(BY_KEY[lesson].title)}</a>'
    )
    shown = "".join(
        table(caption, take(seen), words, address) for caption, take in stage.tables
    )
    st.html(f'<div class="model-tables">{shown}</div><p>Explained in {link}.</p>')


def nearest(key: str) -> str:
    """Return the key of a form, or of its lesson where there is no such form."""
    return key if key in BY_KEY else key.partition("/")[0]


def address_of(key: str, settings: dict[str, float | int | bool | str]) -> str:
    """Return the link to a lesson's state."""
    lesson = BY_KEY[nearest(key)]
    values = lesson.statement.defaults | settings
    query = link_query(lesson.statement, values) if settings else ""
    form = f"{FORM}={lesson.form}" if lesson.form else ""
    asked = "&".join(filter(None, (form, query)))
    return f"{lesson.slug}?{asked}" if asked else lesson.slug


def table(caption: str, array: Array, words: Sequence[str], address: str) -> str:
    """Write a table of numbers, each a link, darker where it is larger."""
    columns = columns_of(array, words)
    most = float(np.abs(array).max()) or 1.0
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in columns)
    rows = "".join(
        f"<tr><th scope=row>{escape(word)}</th>"
        + "".join(_cell(float(value), most, address) for value in row)
        + "</tr>"
        for word, row in zip(words, array, strict=True)
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr><td></td>{head}</tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )


def columns_of(array: Array, words: Sequence[str]) -> Sequence[str]:
    """Return what the columns of a table stand for."""
    width = array.shape[1]
    if width == len(words) and np.allclose(np.triu(array, 1), 0):
        return words  # shares of the words that were read
    if width == len(VOCABULARY):
        return VOCABULARY
    return [str(k + 1) for k in range(width)]


def _cell(value: float, most: float, address: str) -> str:
    sign = "over" if value >= 0 else "under"
    share = round(60 * abs(value) / most)
    text = f"{value:.{DIGITS}f}".replace("-", "−")
    return (
        f'<td class="{sign}" style="--share: {share}%"><a href="{escape(address)}" '
        f'target="_self">{text}</a></td>'
    )


def _surprise(seen: ForwardPass, count: int) -> None:
    """Say how surprised the model was by what came, which is its loss."""
    st.subheader(f"{len(STAGES) + 1}. How surprised was it?", anchor=False)
    losses = tiny_model.surprise(seen.logits, SENTENCE[: count + 1])
    mean = float(losses.mean())
    address = address_of("cross_entropy", {})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            "The cross-entropy of each word that came is the loss that training lowers; "
            f"its mean is {number_text(mean, 3)} nats, so the perplexity is "
            f"{number_text(np.exp(mean), 3)}.",
            width=520,
        )
        st.latex(r"L_t = -\log p_t(w_{t+1})", width="content")
    cells = table("nats", losses[:, None], [f"{w} →" for w in WORDS[:count]], address)
    title = escape(BY_KEY["cross_entropy"].title)
    link = f'<a href="{escape(address)}" target="_self">{title}</a>'
    st.html(f'<div class="model-tables">{cells}</div><p>Explained in {link}.</p>')
