// Python beside the page: Pyodide, NumPy and the course's helpers. The page stops it by ending this worker.
let run = null;

async function start({ pyodide, helpers }) {
  const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: pyodide });
  await python.loadPackage("numpy", { messageCallback: () => {} });
  const archive = await fetch(helpers);
  if (!archive.ok) throw new Error(`${helpers}: ${archive.status}`);
  python.unpackArchive(await archive.arrayBuffer(), "zip", { extractDir: "/course" });
  python.runPython("import sys; sys.path.insert(0, '/course')");
  run = python.pyimport("helpers.on_page").run;
}

addEventListener("message", async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else postMessage({ said: JSON.parse(run(JSON.stringify(data))) });
    if (data.start) postMessage({ ready: true });
  } catch (error) {
    postMessage({ broken: String(error).slice(-500) });
  }
});
