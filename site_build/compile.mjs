// Compile Python files with the very Python that will run them:
//   node compile.mjs <folder of Pyodide> <folder of files> <list of jobs, JSON>
// A job is [path below the folder, the path that the code is to say it comes from, level].
// What is compiled already loses its docstrings.

import fs from "node:fs";
import path from "node:path";

const [pyodideFolder, root, jobs] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = await import(path.join(pyodideFolder, "pyodide.mjs"));
const python = await loadPyodide();
python.FS.mkdir("/given");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/given");
python.globals.set("jobs", fs.readFileSync(jobs, "utf8"));
python.runPython(`
import json, marshal, pathlib, types
HAS_DOCSTRING = 0x4000000

def without_docstrings(code):
    constants = [
        without_docstrings(one) if isinstance(one, types.CodeType) else one
        for one in code.co_consts
    ]
    if code.co_flags & HAS_DOCSTRING:
        constants[0] = None
    flags = code.co_flags & ~HAS_DOCSTRING
    return code.replace(co_consts=tuple(constants), co_flags=flags)

for name, origin, level in json.loads(jobs):
    file = pathlib.Path("/given", name)
    if file.suffix == ".pyc":
        code = without_docstrings(marshal.loads(file.read_bytes()[16:]))
    else:
        code = compile(file.read_bytes(), origin, "exec", dont_inherit=True, optimize=level)
    file.with_suffix(".code").write_bytes(marshal.dumps(code))
`);
process.exit(0);
