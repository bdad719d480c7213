// Compile Python files with the very Python that will run them:
//   node compile.mjs <folder of Pyodide> <folder of files> <list of jobs, JSON>
// A job is [path below the folder, the path that the code is to say it comes from, level].

import fs from "node:fs";
import path from "node:path";

const [pyodideFolder, root, jobs] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = await import(path.join(pyodideFolder, "pyodide.mjs"));
const python = await loadPyodide();
python.FS.mkdir("/given");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/given");
python.globals.set("jobs", fs.readFileSync(jobs, "utf8"));
python.runPython(`
import json, marshal, pathlib
for name, origin, level in json.loads(jobs):
    file = pathlib.Path("/given", name)
    code = compile(file.read_bytes(), origin, "exec", dont_inherit=True, optimize=level)
    file.with_suffix(".code").write_bytes(marshal.dumps(code))
`);
process.exit(0);
