"""No text of a chart lies over another or is cut off, at both ends of every control.

The charts are painted as the live figure paints them: the large one of a laptop and of a
phone, the small ones, which are drawn at a fixed size and made smaller as a whole, and the
sketches beside a large one where three have to share its height.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import plotly
import pytest

from notation.own_numbers import OwnNumbers
from notation.quantities import Value
from tests.browser.modules import evaluate, modules_page
from ui import frames, simulation
from ui.catalogue import SHOWN, Lesson
from ui.packing import Pool

SKETCHES = ((330, 85), (380, 120))
SIZES = ((640, 400), (480, 240), (366, 180), *SKETCHES)
PHONE = ((362, 113), (236, 180))  # above the others; beside them if it is square
OPENING = "as it opens"
LEAST = 150  # pixels of height: a smaller picture is a sketch
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
MEASURE = """(bytes, { unpack, dressed, sketch, slim, nameRows, isSquare, labelFaults }) => {
  const { scene: scenes, opening, sizes, phone, least, theme } = unpack(bytes);
  const plot = document.querySelector("#plot")
    || document.body.appendChild(Object.assign(document.createElement("div"), { id: "plot" }));
  const faults = [];
  const [above, beside] = phone;
  if (opening) window.squares = scenes[0].figures.map(isSquare);
  scenes.forEach(({ name, figures }) => figures.forEach((figure, k) => {
    if (!figure) return; // looked at before
    const onPhone = window.squares[k] ? beside : above;
    for (const [width, height] of [...sizes, onPhone]) {
      const { data, layout } = dressed(figure, theme, width, height);
      if (height === onPhone[1]) slim({ data, layout }, height);
      else if (height < least) sketch({ data, layout }, width, height, true);
      if (height === onPhone[1] || height >= least) nameRows(layout, height);
      Object.assign(plot.style, { width: `${width}px`, height: `${height}px` });
      window.Plotly.newPlot(plot, data, { ...layout, width, height, autosize: false });
      for (const fault of labelFaults(plot)) {
        faults.push(`chart ${k + 1}, ${width} × ${height}, ${name}: ${fault}`);
      }
    }
  }));
  return faults;
}"""

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    opened = modules_page(browser)
    opened.add_script_tag(path=PLOTLY)
    yield opened
    opened.context.close()


def settings(lesson: Lesson) -> Iterator[tuple[str, dict[str, Value]]]:
    """Walk over what a lesson opens with, both ends of its controls, and its presets."""
    defaults = lesson.statement.defaults
    yield OPENING, defaults
    for control in lesson.statement.controls:
        ends = control.positions[0], control.positions[-1]
        for value in control.positions if control.kind == "option" else ends:
            yield f"{control.name} = {value}", {**defaults, control.name: value}
        if control.kind == "numbers":
            for count in sorted({5, 12, control.most}):
                text = some_numbers(control, count)
                yield f"{count} numbers", {**defaults, control.name: text}
    for preset in lesson.presets:
        yield preset.name, {**defaults, **preset.values}


def some_numbers(control: OwnNumbers, count: int) -> str:
    """Spell as many rows as are wanted, or may be, like those of the example."""
    example = np.atleast_2d(control.numbers(control.positions[-1]).T).T
    rows = np.resize(example, (min(count, control.most), example.shape[1]))
    drift = 1 + 0.1 * np.arange(len(rows))[:, None] / len(rows)
    text = "\n".join(" ".join(map(repr, row)) for row in (rows * drift).tolist())
    value, notice = control.parse(text)
    assert notice is None, notice
    return str(value)


@every_lesson
def test_no_text_of_a_chart_lies_over_another(page, lesson):
    faults = []
    looked_at = set()
    for name, values in settings(lesson):
        history = simulation.whole_history(lesson.statement, values)
        figures = frames.frame(lesson, values, history)["figures"]
        for k, picture in enumerate(map(pickle.dumps, figures)):
            if (k, picture) in looked_at:  # a control may leave it as it was
                figures[k] = None
            looked_at.add((k, picture))
        pool = Pool()
        scenes = [{"name": name, "figures": pool.refer(figures)}]
        header = {
            "scene": scenes,
            "opening": name == OPENING,
            "sizes": SIZES,
            "phone": PHONE,
            "least": LEAST,
            "theme": THEME,
        }
        faults += evaluate(page, MEASURE, pool.message(header))
    assert "\n".join(faults) == ""


THEME = {
    "--font": "Arial",
    "--text": "#000",
    "--ground": "#fff",
    "--muted": "#666",
    "--grid": "#ccc",
}
THEME |= {f"--series-{k}": "#246" for k in range(1, 9)}
THEME |= {
    f"--{n}-{k}": "#ace" for n in ("sequential", "diverging") for k in range(1, 11)
}
