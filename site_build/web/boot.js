// Start the app in the browser: a worker for Python, Streamlit's half on the page.
//
// This file lies where Streamlit's own scripts lie on a server, below static/js/, so that the
// live figure finds its files by the same way.

const root = new URL("../../", import.meta.url);
// A relative address would lead elsewhere when the page's own has changed.
document.querySelector('script[src*="static/js/"]').setAttribute("src", import.meta.url);
const parts = JSON.parse(document.getElementById("parts").textContent);
const at = (name) => new URL(name, root).href;
const start = document.getElementById("start");
const words = start.querySelector("p");
const bar = start.querySelector("progress");
const NOWHERE = "stlite.invalid"; // the server that Streamlit believes in
const STEPS = ["Loading Python", "Starting Streamlit", "Opening the page"];

try {
  keepOffline();
  const missing = lacks();
  if (missing) throw new Error(missing);
  const worker = startPython();
  prepareFigure();
  const { mount } = await import(at(parts.stlite));
  show(mount, worker);
} catch (error) {
  fail(error);
}

// What this browser cannot do, in words; nothing if it can do all.
function lacks() {
  if (!("WebAssembly" in window)) return "This browser, or a setting of it, has no WebAssembly.";
  if (!("DecompressionStream" in window)) return "This browser is too old: it cannot unpack files.";
  return "";
}

function startPython() {
  say(0);
  const given = {
    loader: at(parts.loader), worker: at(parts.stliteWorker), start: at(parts.start),
    packs: parts.packs.map(at), rest: at(parts.rest), library: at(parts.library),
    pyodide: at(parts.pyodide), integrity: parts.integrity,
  };
  const worker = new Worker(at(parts.worker), { name: JSON.stringify(given) });
  worker.addEventListener("error", (event) => fail(event));
  return worker;
}

// The live figure's files come, and the charts' script runs, while Python starts: until then
// the page itself has nothing to do.
function prepareFigure() {
  const [plotly, ...others] = parts.figure.map(at);
  const script = Object.assign(document.createElement("script"), { src: plotly, async: true });
  const links = others.filter((name) => name.endsWith(".js")).map((href) =>
    Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  document.head.append(script, ...links);
}

// stlite makes a worker of its own when it is mounted: it gets ours, which is on its way.
function show(mount, worker) {
  const { Worker } = window;
  window.Worker = function () {
    window.Worker = Worker;
    setTimeout(() => worker.postMessage("take over"));
    return worker;
  };
  // stlite takes the address at this moment for that of the app; the page comes behind it.
  const { pathname, search, hash } = window.location;
  const page = pathname.slice(root.pathname.length).replace(/\/+$/, "").replace(/index\.html$/, "");
  history.replaceState(history.state, "", root);
  const { _kernel: kernel } = mount({
    entrypoint: "app.py",
    streamlitConfig: { "server.enableStaticServing": false, "logger.level": "error" },
    pyodideUrl: at(parts.loader),
    disableProgressToasts: true,
    disableErrorToasts: true,
    disableModuleAutoLoadToasts: true,
  }, document.getElementById("root"));
  history.replaceState(history.state, "", new URL(page + search + hash, root));
  kernel.addEventListener("loadProgress", ({ detail }) => say(STEPS.indexOf(detail)));
  kernel.addEventListener("loadError", ({ detail }) => fail(detail));
  answerRequests(kernel);
  mendLinks();
  const shown = new MutationObserver(() => {
    if (!document.querySelector(".stMain h1")) return;
    shown.disconnect();
    start.remove();
    navigator.serviceWorker?.ready.then(({ active }) => active.postMessage(parts.kept.map(at)));
  });
  shown.observe(document.getElementById("root"), { childList: true, subtree: true });
}

// What is asked of a server, sweeps by the live figure and files to save by Streamlit, the
// worker answers.
function answerRequests(kernel) {
  const { fetch } = window;
  const sweeps = at(parts.sweeps);
  window.fetch = async (asked, options) => {
    const { hostname, pathname, search, href } = new URL(asked?.url || asked, document.baseURI);
    let path;
    if (href.startsWith(`${sweeps}?`)) path = `/${parts.sweeps}${search}`;
    else if (hostname === NOWHERE) path = pathname + search;
    else return fetch(asked, options);
    const request = { method: "GET", path, headers: {}, body: "" };
    const { statusCode: status, headers, body } = await kernel.sendHttpRequest(request);
    return new Response(status === 204 ? null : body, { status, headers });
  };
}

// Streamlit's links name a host that there is not; whoever opens one in a new tab, or copies
// it, gets the page's address.
function mendLinks() {
  const mend = ({ target }) => {
    const link = target.closest?.(`a[href*="//${NOWHERE}"]`);
    if (!link) return;
    const { pathname, search, hash } = new URL(link.href);
    link.href = new URL(pathname + search + hash, root);
  };
  for (const event of ["pointerover", "focusin"]) document.addEventListener(event, mend, true);
}

function say(step) {
  if (step < 0) return;
  words.textContent = `${STEPS[step]} …`;
  bar.value = step + 1;
}

// Say what went wrong, and offer a way on: the newest files, kept by nobody.
function fail(error) {
  console.error(error);
  start.classList.add("failed");
  const [why] = (error?.message || "A file could not be loaded.").trim().split("\n").slice(-1);
  words.textContent = `The app could not be started. ${why}`;
  bar.remove();
}

// Keep what was loaded for a visit without a network.
function keepOffline() {
  document.getElementById("again").addEventListener("click", async () => {
    const kept = await (window.caches?.keys().catch(() => [])) || [];
    await Promise.all(kept.map((name) => caches.delete(name)));
    await fetch(window.location.href, { cache: "reload" }).catch(() => {});
    window.location.reload();
  });
  try {
    navigator.serviceWorker?.register(at("sw.js")).catch((error) => console.info(error.message));
  } catch (error) {
    console.info(error.message); // storage is blocked: it works without
  }
}
