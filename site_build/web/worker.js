// The worker that Python runs in. It begins with Python at once, while the page still reads
// Streamlit's half; stlite's own worker takes over when the page says so.

const parts = JSON.parse(self.name);
import(parts.loader).then(({ loadPyodide }) => loadPyodide()).catch(() => {});
self.onmessage = () => importScripts(parts.worker);
