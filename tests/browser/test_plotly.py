"""What is remembered of Plotly's traces is what Plotly would find again."""

from __future__ import annotations

from pathlib import Path

import plotly
import pytest

from tests.browser.modules import evaluate
from tests.lessons import default_history
from ui import frames
from ui.catalogue import SHOWN
from ui.packing import Pool

BUNDLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# Counts the answers, and those that were not the same.
COMPARE = """async (bytes, { unpack, frameAt, rememberArrays }) => {
  const { sweep } = unpack(bytes);
  const schema = Plotly.PlotSchema;
  const find = window.findArrays ||= schema.findArrayAttributes;
  schema.findArrayAttributes = find;
  rememberArrays(schema);
  const remembered = schema.findArrayAttributes;
  let [answers, wrong] = [0, 0];
  schema.findArrayAttributes = (trace) => {
    const [there, here] = [find.call(schema, trace), remembered(trace)];
    answers += 1;
    if (JSON.stringify(there) !== JSON.stringify(here)) wrong += 1;
    return there;
  };
  const plots = [];
  const step = Math.ceil(sweep.positions.length / 4);
  for (let k = 0; k < sweep.positions.length; k += step) {
    frameAt(sweep, k).figures.forEach(({ data, layout }, i) => {
      plots[i] ||= document.body.appendChild(document.createElement("div"));
      Plotly.react(plots[i], data, { ...layout, datarevision: k });
    });
  }
  for (const plot of plots) { Plotly.purge(plot); plot.remove(); }
  return [answers, wrong];
}"""


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_what_holds_arrays_is_remembered_rightly(modules, lesson):
    if not modules.evaluate("Boolean(window.Plotly)"):
        modules.add_script_tag(path=BUNDLE)
    statement, pool = lesson.statement, Pool()
    control = min(statement.swept_controls, key=lambda one: len(one.positions))
    sweep = frames.sweep(
        lesson, control, statement.defaults, pool, default_history(statement)
    )
    answers, wrong = evaluate(
        modules, COMPARE, pool.message({"scene": None, "sweep": sweep})
    )
    assert answers > 0
    assert wrong == 0


def test_a_plotly_without_the_search_is_left_alone(modules):
    assert modules.evaluate("window.modules.rememberArrays({})") is None
