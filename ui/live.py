"""The live figure: charts that follow a slider while it is dragged.

``st.slider`` sends its value only on release. Here the browser gets, once a control is
grabbed, the lesson's scene at every position of it, and swaps the scenes itself; Python
stays the only place where anything is computed. See ``ui/live.js`` for the other half.
"""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st

from formulas.formula import Control, Formula, Value
from ui import theme
from ui.packing import Pool, stacked
from ui.scene import Scene
from ui.state import LessonState

Draw = Callable[..., Scene]

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"
MOST_SWEEPS = 256
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ",
    "varepsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ",
    "hat{y}": "ŷ", "omega": "ω", "ell": "ℓ", "lVert": "‖", "rVert": "‖", "circ": "°",
    "mid": "|", "neg": "¬",
}  # fmt: skip
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# The component proper stays tiny, because Streamlit sends it again with every message.
LOADER = """
const files = %s;
const bundle = document.querySelector('script[src*="static/js/"]');
const base = bundle ? new URL("../../", bundle.src) : new URL("./", document.baseURI);
const at = (name) => new URL("app/static/" + name, base).href;
const style = document.querySelector("link[data-live]") || document.createElement("link");
if (!style.href) {
  Object.assign(style, { rel: "stylesheet", href: at(files.css) });
  style.dataset.live = "";
  document.head.append(style);
}
const loaded = import(at(files.js));
export default async function (context) {
  try {
    const live = await loaded;
    return live.default(context, { plotly: at(files.plotly) });
  } catch (error) {
    console.warn("live figure not loaded", error);
    context.setStateValue("wish", { m: "loader", n: Date.now(), fallback: true });
  }
}
"""


@functools.cache
def static_files() -> dict[str, str]:
    """Place Plotly's JavaScript and our own where Streamlit serves static files.

    Returns
    -------
    dict
        The served name of ``plotly``, ``js`` and ``css``; each holds a version or hash,
        so that browsers may cache the files.
    """
    import plotly

    STATIC.mkdir(exist_ok=True)
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    names = {"plotly": f"plotly-{plotly.__version__}.min.js"}
    sources = {"plotly": bundle, "js": HERE / "live.js", "css": HERE / "live.css"}
    for kind in ("js", "css"):
        digest = hashlib.sha256(sources[kind].read_bytes()).hexdigest()[:12]
        names[kind] = f"live-{digest}.{kind}"
    for kind, name in names.items():
        target = STATIC / name
        if not target.exists():
            partial = target.with_suffix(".partial")
            shutil.copyfile(sources[kind], partial)
            partial.replace(target)
    return names


def _component() -> Any:
    import json

    loader = LOADER % json.dumps(static_files())
    return st.components.v2.component("live", js=loader, isolate_styles=False)


class SweepCache:
    """A bounded cache of sweeps, shared by all visitors."""

    def __init__(self, most: int = MOST_SWEEPS) -> None:
        self._most = most
        self._kept: OrderedDict[Any, tuple[dict[str, Any], Pool]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, key: Any, make: Callable[[], tuple[dict[str, Any], Pool]]
    ) -> tuple[dict[str, Any], Pool]:
        """Return what is kept under a key; make it first if need be."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)


SWEEPS = SweepCache()


def sweep(
    formula: Formula,
    draw: Draw,
    control: Control,
    values: Mapping[str, Value],
    pool: Pool,
) -> dict[str, Any]:
    """Draw a lesson at every position of one control, the others fixed."""
    scenes = [
        draw(**{**values, control.name: position}).plain(formula)
        for position in control.positions
    ]
    others = {name: value for name, value in values.items() if name != control.name}
    return {
        "control": control.name,
        "positions": list(control.positions),
        "others": others,
        **stacked(scenes, pool),
    }


def _cached_sweep(
    formula: Formula,
    draw: Draw,
    control: Control,
    values: Mapping[str, Value],
    epoch: str,
) -> tuple[dict[str, Any], Pool]:
    def make() -> tuple[dict[str, Any], Pool]:
        pool = Pool()
        return sweep(formula, draw, control, values, pool), pool

    others = tuple(v for name, v in values.items() if name != control.name)
    return SWEEPS.get((formula.slug, control.name, others, epoch, code_of(draw)), make)


def code_of(draw: Draw) -> Any:
    """Return what tells an edited drawing function from the one before."""
    inner = draw.func if isinstance(draw, functools.partial) else draw
    return inner.__code__


def describe(control: Control, formula: Formula) -> dict[str, Any]:
    """Say everything about a control that the browser needs to show it."""
    return {
        "name": control.name,
        "symbol": symbol_parts(control.symbol),
        "slot": formula.slot(control.name),
        "meaning": control.meaning,
        "unit": control.unit,
        "kind": control.kind,
        "default": control.default,
        "positions": list(control.positions),
        "low": control.positions[0],
        "high": control.positions[-1],
        "choices": bool(control.choices),
        "allowed": control.allowed,
    }


def symbol_parts(latex: str) -> tuple[str, str, str]:
    r"""Split a symbol into plain text, subscript and superscript: ``\beta_1`` to β, 1."""
    latex = re.sub(
        r"\\log_\{?(\d+)\}?",
        lambda found: "log" + found[1].translate(LOWERED),
        latex,
    )
    text = latex.replace(r"\text", "").replace(r"\mathrm", "").replace(r"\log", "log")
    for name, letter in sorted(GREEK.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"\\{name}", letter)
    for sign in "{}\\":
        text = text.replace(sign, "")
    base, _, below = text.partition("_")
    base, _, above = base.partition("^")
    return base, below, above


@dataclass(frozen=True)
class Recording:
    """The long computation behind a lesson, as far as the browser shows it.

    Attributes
    ----------
    epoch : str
        Identifies the record that is drawn; sweeps of another one are worthless.
    fraction : float or None
        Progress of a computation under way.
    doing : str
        What is being computed.
    slow : tuple of str
        The controls that a new computation follows.
    ready : bool
        Whether there is any record to draw.
    """

    epoch: str = ""
    fraction: float | None = None
    doing: str = ""
    slow: tuple[str, ...] = ()
    ready: bool = True


def live_message(
    state: LessonState, draw: Draw, recording: Recording | None = None
) -> bytes:
    """Write the message that brings the browser up to date."""
    about = recording or Recording()
    formula = state.formula
    pool, found = Pool(), None
    if state.grab is not None and about.ready:
        control = formula.control(state.grab)
        found, kept = _cached_sweep(formula, draw, control, state.values, about.epoch)
        pool = kept.copy()
    header = {
        "ack": state.wish[1],
        "forced": state.forced,
        "epoch": about.epoch,
        "values": state.values,
        "notices": state.notices,
        "query": state.query,
        "controls": [describe(control, formula) for control in formula.controls],
        "scene": pool.refer(draw(**state.values).plain(formula))
        if about.ready
        else None,
        "sweep": found,
        "job": about.fraction,
        "doing": about.doing,
        "slow": list(about.slow),
    }
    return pool.message(header)


def live_figure(state: LessonState, message: bytes) -> None:
    """Show the live figure and hear what it wants."""
    key = f"live/{state.formula.slug}"

    def heard() -> None:
        state.hear(getattr(st.session_state.get(key), "wish", None))

    _component()(data=message, key=key, on_wish_change=heard)


def plain_figure(state: LessonState, draw: Draw) -> None:
    """Show the lesson with Streamlit's own slider and chart, which move on release."""
    st.info(
        "The live figure could not be loaded, so the charts follow when you let go of a "
        "slider.",
        icon=":material/info:",
    )
    for control in state.formula.controls:
        _plain_control(state, control)
    scene = draw(**state.values)
    st.markdown(scene.status)
    for k, figure in enumerate(scene.figures):
        title = figure["layout"]["meta"]["title"]
        st.markdown(f"**{title}**")
        st.plotly_chart(
            theme.colored(figure, theme.names()), key=f"plain/{k}", theme=None
        )


def _plain_control(state: LessonState, control: Control) -> None:
    key = f"plain/{state.formula.slug}/{control.name}/{state.forced}"
    value: Any = state.values[control.name]
    if control.kind == "switch":
        chosen = st.toggle(control.meaning, value, key=key)
    else:
        stops: list[Any] = sorted({*control.positions, value}, key=_order(control))
        chosen = st.select_slider(control.meaning, stops, value, key=key)
    state.values = {**state.values, control.name: chosen}


def _order(control: Control) -> Callable[[Value], Any]:
    if control.kind == "option":
        return control.choices.index
    return lambda value: value
