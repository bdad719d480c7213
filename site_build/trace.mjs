// Which modules does Python have when it has started, and which more when a lesson is shown?
//   node trace.mjs <folder of Pyodide> [<start.py> <pack> ...]
// prints their names, as JSON. Without packs it ends when Python has started.

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const [pyodideFolder, start, ...packs] = process.argv.slice(2).map((one) => path.resolve(one));
const { loadPyodide } = await import(path.join(pyodideFolder, "pyodide.mjs"));
const python = await loadPyodide({ stdout() {}, stderr() {} });
if (start) {
  globalThis.self = { name: "{}" };
  const { install } = await import(new URL("web/loader.mjs", import.meta.url));
  const unpacked = packs.map((name) => new Uint8Array(zlib.gunzipSync(fs.readFileSync(name))));
  const begin = python.runPython(fs.readFileSync(start, "utf8"));
  begin("/packed", ...install(python, unpacked), null);
  python.runPython(`
import logging, os, sys
logging.disable()
os.chdir("/home/pyodide")
sys.path.insert(0, "/home/pyodide")
from stlite_lib import asgi_app
asgi_app.create_app("app.py")
from site_build.used import open_lessons
open_lessons(1)
`);
}
console.log(python.runPython("import json, sys; json.dumps(sorted(sys.modules))"));
process.exit(0);
