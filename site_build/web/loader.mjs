// Pyodide as this site loads it: stlite imports this file in its stead.
//
// All Python comes in packs, compiled, so that neither a package index nor a compiler is
// asked. Stack switching is taken away first: with it this Pyodide loses some memory at
// every turn of its event loop, and the tab would die within the hour.

delete WebAssembly.Suspending;
delete WebAssembly.promising;

const parts = JSON.parse(self.name); // addresses, see boot.js
const MODULES = "/packed";
let python;

export function loadPyodide() {
  python ||= load();
  return python;
}

async function load() {
  checkWhatIsFetched();
  const packs = Promise.all(parts.packs.map(fetchPack));
  packs.catch(() => {}); // heard below
  const start = fetchWhole(parts.start).then((bytes) => new TextDecoder().decode(bytes));
  const { loadPyodide: loadPython } = await import(`${parts.pyodide}pyodide.mjs`);
  const loaded = await Promise.race([broken(), loadPython({
    stdout: console.log,
    stderr: console.error,
    indexURL: parts.pyodide,
    stdLibURL: parts.library,
    lockFileContents: JSON.stringify(NO_PACKAGES),
  })]);
  say("Starting Streamlit");
  const tables = install(loaded, await packs);
  loaded.runPython(await start)(MODULES, ...tables, fetchRest);
  nothingToInstall(loaded);
  say("Opening the page");
  return loaded;
}

const NO_PACKAGES = {
  info: {
    abi_version: "2025_0", arch: "wasm32", platform: "emscripten_4_0_9",
    python: "3.13.2", version: "0.29.3",
  },
  packages: {},
};

// Fail where Pyodide would wait for ever: it only warns of a file that is not whole.
function broken() {
  const { instantiateStreaming } = WebAssembly;
  return new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = (...given) => {
      const made = instantiateStreaming.apply(WebAssembly, given);
      made.catch(reject);
      return made;
    };
  });
}

// The page hears this as stlite's own word on how far it is.
function say(message) {
  self.postMessage({ type: "event:loadProgress", data: { message } });
}

// Files from another host have to be the very ones that were there when the site was built.
function checkWhatIsFetched() {
  const { fetch } = self;
  self.fetch = (address, options) => {
    const integrity = parts.integrity[String(address)];
    return fetch(address, integrity ? { ...options, integrity } : options);
  };
}

async function fetchPack(address) {
  const packed = new Response(await fetchWhole(address)).body;
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

async function fetchWhole(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// Write the files of the packs, and the code of their modules as one; return the tables of
// these.
export function install(loaded, packs) {
  const { FS } = loaded;
  const modules = {};
  const elsewhere = [];
  const bodies = [];
  let offset = 0;
  for (const bytes of packs) {
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const index = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
    const body = bytes.subarray(4 + size);
    for (const [path, [start, length]] of Object.entries(index.files)) {
      FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      FS.writeFile(path, body.subarray(start, start + length));
    }
    for (const [name, [start, ...others]] of Object.entries(index.modules)) {
      modules[name] = [start + offset, ...others];
    }
    elsewhere.push(...index.elsewhere);
    bodies.push(body);
    offset += body.length;
  }
  const all = new Uint8Array(offset);
  bodies.reduce((place, body) => (all.set(body, place), place + body.length), 0);
  FS.writeFile(MODULES, all, { canOwn: true });
  return [JSON.stringify(modules), JSON.stringify(elsewhere)];
}

// Python waits for an import, so this request cannot be one that is awaited.
function fetchRest() {
  const request = new XMLHttpRequest();
  request.open("GET", parts.rest, false);
  request.responseType = "arraybuffer";
  request.send();
  return new Uint8Array(request.response);
}

// stlite would install Streamlit now; it is there.
function nothingToInstall(loaded) {
  const { pyimport } = loaded;
  const micropip = {
    install: { callKwargs: async () => {} },
    add_mock_package: { callKwargs() {} },
  };
  loaded.loadPackage = async () => [];
  loaded.pyimport = (name) =>
    name === "micropip" ? micropip : pyimport.call(loaded, name);
}
