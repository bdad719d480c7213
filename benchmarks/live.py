"""Does it move while you drag? The live figure beside bare Plotly and beside st.slider.

For each lesson the same slider is moved through the same figures in three ways, in one
headless Chromium: on a static page that calls ``Plotly.react`` with figures made
beforehand, in the lesson (also with 80 ms of network delay), and with ``st.slider`` and
``st.plotly_chart``. Prints chart updates per second and the time from an input event to
the paint that shows it, and for the lesson the ratio to the bare page.

    python benchmarks/live.py [slug:control ...]

With ``--all`` (or ``--all slug ...``) the first slider of every lesson is dragged by turns
on the bare page and in the lesson, and grabbed three times at settings that nobody has
asked for yet; the table holds the medians against their budgets:
1.3 times the bare page from input to paint, 150 ms (300 ms for each lesson) from a grab
to the first picture, 80 ms of the server for a sweep.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from benchmarks.network import delayed  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.lessons import default_history, drawing  # noqa: E402
from tests.server import running  # noqa: E402
from ui import frames, theme  # noqa: E402
from ui.assets import browser_files  # noqa: E402
from ui.catalogue import BY_SLUG  # noqa: E402
from ui.packing import Pool  # noqa: E402

WANTED = ("softmax:temperature", "attention:angle", "q_learning:episodes")
SECONDS = 3
ARRIVING = 200  # ms between a mouse's arrival at a slider and its pressing it
TURN = 1.2  # seconds of each drag, where two pages are dragged by turns
ROUNDS = 3
DELAY = 0.08

# Counts pictures: a picture is complete when every figure that an input changed has
# been drawn, and painted when the frame it was drawn in is over.
METER = """
window.meter = { inputs: [], lags: [], pictures: 0, open: false };
function measure() {
  if (meter.measures) return;
  meter.measures = true;
  const react = Plotly.react;
  Plotly.react = function (...args) {
    const result = react.apply(this, args);
    if (!meter.open && meter.inputs.length) {
      meter.open = true;
      const since = meter.inputs.at(-1);
      meter.inputs = [];
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        meter.lags.push(performance.now() - since);
        meter.pictures += 1;
        meter.open = false;
      };
      channel.port2.postMessage(null);
    }
    return result;
  };
}
async function drive(range, seconds) {
  range.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 700));
  measure();
  Object.assign(meter, { inputs: [], lags: [], pictures: 0 });
  const last = Number(range.max);
  const start = performance.now();
  let k = -1;
  await new Promise((done) => {
    const tick = () => {
      const now = performance.now() - start;
      if (now > 1000 * seconds) return done();
      const wave = 0.5 - 0.5 * Math.cos(now / 450);
      const next = Math.round(wave * last);
      if (next !== k) {
        k = next;
        range.value = k;
        meter.inputs.push(performance.now());
        range.dispatchEvent(new Event("input", { bubbles: true }));
      }
      setTimeout(tick, 8);
    };
    tick();
  });
  await new Promise((done) => setTimeout(done, 300));
  range.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  range.dispatchEvent(new Event("change", { bubbles: true }));
  return { rate: meter.pictures / seconds, lags: meter.lags };
}
"""

BARE = """<!doctype html><meta charset="utf-8"><script src="%(plotly)s"></script>
<style>body{margin:1rem;display:grid;grid-template-columns:300px 1fr;gap:1rem}
#all{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(290px,1fr))}
</style><input type="range" min="0" step="1"><div id="all"></div><script>
const scenes = %(scenes)s;
const range = document.querySelector("input");
range.max = scenes.length - 1;
const plots = scenes[0].map(() => document.querySelector("#all").appendChild(
  document.createElement("div")));
const config = { displayModeBar: false, responsive: true };
const show = (k) => scenes[k].forEach((figure, i) => {
  figure.layout.datarevision = k;
  Plotly.react(plots[i], figure.data, figure.layout, config);
});
show(0);
// Give every chart the size that it has in the lesson, and shrink it as much.
function fit(sizes) {
  sizes.forEach(({ width, height, scale }, i) => {
    const frame = document.createElement("div");
    const area = { width: `${width * scale}px`, height: `${height * scale}px` };
    Object.assign(frame.style, area, { overflow: "hidden" });
    Object.assign(plots[i].style, {
      width: `${width}px`, transform: `scale(${scale})`, transformOrigin: "0 0",
    });
    plots[i].replaceWith(frame);
    frame.append(plots[i]);
    for (const scene of scenes) scene[i].layout.height = height;
  });
  show(0);
}
let frame = 0;
range.addEventListener("input", () => {
  frame ||= requestAnimationFrame(() => { frame = 0; show(range.valueAsNumber); });
});
</script>"""

# How large each chart of a lesson is drawn, and how much it is shrunk as a whole.
SIZES = """() => [...document.querySelectorAll(".live-plot")].map((plot) => ({
  width: plot.offsetWidth, height: plot.offsetHeight,
  scale: plot.getBoundingClientRect().width / plot.offsetWidth,
}))"""

# From a grab, in the middle of the slider, to the first picture of another position.
GRAB = """async (name) => {
  const live = document.querySelector(".live");
  const range = document.querySelector(`input[data-control=${name}]`);
  const before = live.dataset.values;
  const start = performance.now();
  const painted = new Promise((done) => new MutationObserver(() => {
    if (live.dataset.values !== before) done(performance.now() - start);
  }).observe(live, { attributes: true, attributeFilter: ["data-values"] }));
  range.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  const step = range.valueAsNumber < Number(range.max) ? 1 : -1;
  range.value = range.valueAsNumber + step;
  range.dispatchEvent(new Event("input", { bubbles: true }));
  return painted;
}"""

PLAIN = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from ui.catalogue import BY_SLUG
from ui import theme
from tests.lessons import drawing

lesson = BY_SLUG[{slug!r}]
control = lesson.statement.control({name!r})

@st.fragment
def page():
    value = st.select_slider(control.meaning, control.positions, control.default)
    scene = drawing(lesson)(**{{**lesson.statement.defaults, control.name: value}})
    for k, figure in enumerate(scene.figures):
        st.plotly_chart(theme.colored(figure, theme.names()), key=str(k))

page()
"""


def plain_figure(node: Any) -> Any:
    """Turn a figure into JSON, with the light theme's colors."""
    if isinstance(node, np.ndarray):
        return [plain_figure(x) for x in node.tolist()]
    if isinstance(node, float):
        return node if np.isfinite(node) else None
    if isinstance(node, dict):
        return {key: plain_figure(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [plain_figure(value) for value in node]
    return node


def bare_page(slug: str, name: str) -> str:
    """Write the static page with every figure of a sweep."""
    import tomllib

    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    light = config["theme"]["light"]
    colors = {"var(--text)": "#1f2430", "var(--ground)": "#ffffff"}
    colors |= {"var(--muted)": "#6f7480", "var(--grid)": "#dcdde0"}
    for kind in ("Sequential", "Diverging", "Categorical"):
        token = "series" if kind == "Categorical" else kind.lower()
        listed = light[f"chart{kind}Colors"]
        colors |= {f"var(--{token}-{k + 1})": c for k, c in enumerate(listed)}
    lesson = BY_SLUG[slug]
    scenes = [
        [
            plain_figure(theme.colored(figure, colors))
            for figure in drawing(lesson)(
                **{**lesson.statement.defaults, name: value}
            ).figures
        ]
        for value in lesson.statement.control(name).positions
    ]
    plotly = (ROOT / "static" / Path(str(browser_files()["plotly"])).name).as_uri()
    return BARE % {"plotly": plotly, "scenes": json.dumps(scenes)}


Drag = tuple[float, list[float]]  # updates per second, and lags in ms


def driven(page: Page, selector: str, seconds: float = SECONDS) -> Drag:
    """Move a range input for a while, and let it go."""
    page.bring_to_front()
    found = page.evaluate(
        "([s, t]) => drive(document.querySelector(s), t)", [selector, seconds]
    )
    return found["rate"], found["lags"]


@contextlib.contextmanager
def opened_bare(browser: Any, slug: str, name: str) -> Iterator[Page]:
    """Open the static page."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", delete=False) as file:
        file.write(bare_page(slug, name))
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(Path(file.name).as_uri())
    page.wait_for_timeout(800)
    page.add_script_tag(content=METER)
    yield page
    page.close()
    Path(file.name).unlink()


@contextlib.contextmanager
def opened_lesson(browser: Any, address: str, query: str = "") -> Iterator[Page]:
    """Open a lesson on a server."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(f"{address}/{query}")
    page.wait_for_selector(".live[data-live=ready]", timeout=60_000)
    page.wait_for_selector(".live[data-busy=false]", timeout=60_000)
    page.wait_for_timeout(1000)
    page.evaluate(METER)  # an inline script is against the policy of the app
    yield page
    page.close()


def in_bare_page(browser: Any, slug: str, name: str) -> Drag:
    """Measure the static page."""
    with opened_bare(browser, slug, name) as page:
        return driven(page, "input[type=range]")


def in_lesson(browser: Any, address: str, slug: str, name: str) -> Drag:
    """Measure the lesson on a server."""
    with opened_lesson(browser, address, slug) as page:
        return driven(page, f"input[data-control={name}]")


def by_turns(
    browser: Any, address: str, slug: str, name: str
) -> tuple[list[float], list[float], float]:
    """Drag on the bare page and in the lesson, by turns, at charts of one size.

    The first turn of each warms the browser up and does not count.

    Returns
    -------
    (list of float, list of float, float)
        The lags of both, in ms, and the lesson's updates per second.
    """
    bare_lags: list[float] = []
    lags: list[float] = []
    rates = []
    bare = opened_bare(browser, slug, name)
    lesson = opened_lesson(browser, address, slug)
    with bare as bare_page, lesson as lesson_page:
        bare_page.evaluate("(sizes) => fit(sizes)", lesson_page.evaluate(SIZES))
        for turn in range(ROUNDS + 1):
            _, more_bare = driven(bare_page, "input[type=range]", TURN)
            rate, more = driven(lesson_page, f"input[data-control={name}]", TURN)
            if turn:
                bare_lags += more_bare
                lags += more
                rates.append(rate)
    return bare_lags, lags, statistics.median(rates)


def with_plain_slider(browser: Any, slug: str, name: str) -> tuple[float, float]:
    """Drag st.slider with the mouse; return updates per second and ms after release."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "plain.py"
        script.write_text(PLAIN.format(root=str(ROOT), slug=slug, name=name))
        with running(script=script) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.goto(address)
            page.wait_for_selector(".js-plotly-plot", timeout=60_000)
            page.wait_for_timeout(2000)
            page.evaluate(
                """() => { window.changes = []; new MutationObserver(() =>
                changes.push(performance.now())).observe(document.querySelector(
                '[data-testid=stPlotlyChart]').parentElement.parentElement,
                { childList: true, subtree: true }); }"""
            )
            box = page.locator(
                "[data-testid=stSlider] [role=slider], input[type=range]"
            )
            place = box.first.bounding_box() or {
                "x": 0,
                "y": 0,
                "width": 0,
                "height": 0,
            }
            y = place["y"] + place["height"] / 2
            page.mouse.move(place["x"] + place["width"] / 2, y)
            page.mouse.down()
            for k in range(60):
                page.mouse.move(place["x"] + 3 * k, y)
                page.wait_for_timeout(30)
            during = page.evaluate("changes.length")
            page.evaluate("changes.length = 0; window.released = performance.now()")
            page.mouse.up()
            page.wait_for_timeout(2500)
            after = page.evaluate("changes.length ? changes[0] - released : NaN")
            page.close()
    return during / SECONDS, float(after)


def row(name: str, rates: list[float], lags: list[float]) -> tuple[float, float, float]:
    """Print one row; return its rate, median lag and 95th percentile."""
    rate = statistics.median(rates)
    median, high = (float(np.percentile(lags, q)) for q in (50, 95))
    print(f"  {name:28} {rate:6.1f} /s   {median:6.1f} / {high:6.1f} ms")
    return rate, median, high


def grabbed(
    browser: Any, address: str, slug: str, name: str, turn: int, *, by_mouse: bool
) -> float:
    """Return the milliseconds from a grab to the first picture, on a page just opened.

    Another slider, if there is one, stands where it has not stood before, so that the
    server has to draw the sweep. A mouse arrives before it presses, a finger does not.
    """
    statement = BY_SLUG[slug].statement
    others = [c for c in statement.controls if c.is_number and c.name != name]
    query = ""
    if others:
        other = max(others, key=lambda control: len(control.positions))
        positions = [p for p in other.positions if p != other.default]
        place = (2 * turn + by_mouse + 1) * len(positions) // (2 * ROUNDS + 1)
        position = positions[place]
        query = f"?{other.name}={other.text(position)}"
    with opened_lesson(browser, address, slug + query) as page:
        if by_mouse:
            page.hover(f"input[data-control={name}]")
            page.wait_for_timeout(ARRIVING)
        return float(page.evaluate(GRAB, name))


def sweep_time(slug: str, name: str) -> float:
    """Return the milliseconds that the server draws at a sweep; the best of three."""
    lesson = BY_SLUG[slug]
    history = default_history(lesson.statement)
    control = lesson.statement.control(name)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        frames.sweep(lesson, control, lesson.statement.defaults, Pool(), history)
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def first_slider(slug: str) -> str:
    """Return the name of a lesson's first slider that moves a picture without waiting."""
    statement = BY_SLUG[slug].statement
    slow = statement.slow_controls
    sliders = [c.name for c in statement.controls if c.is_number and not c.rare]
    return next((name for name in sliders if name not in slow), sliders[0])


def every_lesson(slugs: Iterable[str]) -> None:
    """Print the table of the lessons and how it stands to the budgets."""
    heads = (
        "bare p50", "lesson p50", "ratio", "updates /s", "mouse ms", "finger ms",
        "sweep ms",
    )  # fmt: skip
    print(f"{'':36}" + "".join(f"{head:>12}" for head in heads))
    table = []
    with sync_playwright() as playwright, running() as address:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        for slug in slugs:
            name = first_slider(slug)
            bare, lags, rate = by_turns(browser, address, slug, name)
            medians = statistics.median(bare), statistics.median(lags)
            grabs = [
                statistics.median(
                    grabbed(browser, address, slug, name, turn, by_mouse=by_mouse)
                    for turn in range(ROUNDS)
                )
                for by_mouse in (True, False)
            ]
            ratio, sweep = medians[1] / medians[0], sweep_time(slug, name)
            numbers = (*medians, ratio, rate, *grabs, sweep)
            table.append(numbers)
            print(
                f"{slug + ', ' + name:36}" + "".join(f"{x:12.2f}" for x in numbers),
                flush=True,
            )
        browser.close()
    _, _, ratio, _, mouse, finger, sweep = np.array(table).T
    print(
        f"input to paint, ratio: median {np.median(ratio):.2f}, most {ratio.max():.2f}"
    )
    for hand, grab in (("mouse", mouse), ("finger", finger)):
        print(
            f"grab to picture, {hand}: median {np.median(grab):.0f} ms, "
            f"most {grab.max():.0f} ms"
        )
    print(f"sweep: median {np.median(sweep):.0f} ms, most {sweep.max():.0f} ms")


def main(wanted: list[str]) -> None:
    """Print the table."""
    if wanted[:1] == ["--all"]:
        every_lesson(wanted[1:] or BY_SLUG)
        return
    with sync_playwright() as playwright, running() as address:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        with delayed(address, DELAY) as far:
            for slug, name in (item.split(":") for item in wanted or WANTED):
                print(f"{slug}, {name}: updates per second, input to paint p50 / p95")
                found: dict[str, list[Any]] = {"bare": [], "near": [], "far": []}
                for _ in range(ROUNDS):
                    found["bare"].append(in_bare_page(browser, slug, name))
                    found["near"].append(in_lesson(browser, address, slug, name))
                    found["far"].append(in_lesson(browser, far, slug, name))
                titles = {
                    "bare": "bare Plotly.react",
                    "near": "lesson",
                    "far": f"lesson, {DELAY * 1e3:.0f} ms of delay",
                }
                rows = {
                    kind: row(
                        titles[kind],
                        [rate for rate, _ in runs],
                        [lag for _, lags in runs for lag in lags],
                    )
                    for kind, runs in found.items()
                }
                bare = rows["bare"]
                for kind in ("near", "far"):
                    ratios = [a / b for a, b in zip(rows[kind], bare, strict=True)]
                    rate, median, high = ratios
                    print(
                        f"  ratio, {titles[kind]:20} {rate:6.2f}      "
                        f"{median:6.2f} / {high:6.2f}"
                    )
                rate, after = with_plain_slider(browser, slug, name)
                print(
                    f"  {'st.slider + st.plotly_chart':28} {rate:6.1f} /s   "
                    f"first change {after:.0f} ms after release"
                )
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
