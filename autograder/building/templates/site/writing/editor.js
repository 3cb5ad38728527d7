// The exercises of a page, written and checked in place. One worker runs them all; their text stays in the browser.
import {
  EditorState, EditorView, bracketMatching, classHighlighter, defaultKeymap, drawSelection, highlightSpecialChars,
  history, historyKeymap, indentOnInput, indentUnit, keymap, lineNumbers, python, syntaxHighlighting,
} from "./codemirror.js";
import { PYODIDE } from "./where.js";

const HERE = new URL(".", import.meta.url).href;
const ELEMENTS = new Set(["DIV", "P", "SPAN", "PRE", "CODE"]), CLASSES = /^(check-[a-z]+|pass|fail|open)$/;

let page = null;  // the notebook, once it is loaded

const kept = {
  key: name => `work:${page.name}:${name}`,
  get(name) { try { return localStorage.getItem(this.key(name)); } catch { return this.here.get(name) ?? null; } },
  set(name, text) {
    this.here.set(name, text);
    try { localStorage.setItem(this.key(name), text); return true; } catch { return false; }
  },
  here: new Map(),
};

const element = (tag, fields, ...children) => {
  const made = Object.assign(document.createElement(tag), fields);
  made.append(...children);
  return made;
};

/** Puts an editor in the place of an exercise's code. Fails when the page's notebook can't be loaded. */
export async function begin(name, exercise, code, button) {
  page ??= await open(name);
  const cell = page.cells.get(exercise);
  const said = element("div", { className: "said" });
  const status = element("span", { className: "quiet" });
  status.setAttribute("role", "status");
  const run = press("Run the check", () => ask(unit, "check"));
  const stop = press("Stop", restart);
  stop.hidden = true;
  const tools = element("div", { className: "tools" }, run, stop,
    press("Hint", () => ask(unit, "hint")), press("Start over", startOver), press("Download the notebook", download), status);
  const keys = element("p", { className: "keys quiet" },
    "Shift+Enter runs the check, Tab leaves the editor, Ctrl+] and Ctrl+[ indent. Your text stays in this browser: " +
    `download the notebook, hand in ${name}.ipynb, or go on with it in Jupyter or on Colab.`);
  const place = element("div", { className: "writing" }, tools, keys, said);
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", `Write ${exercise}`);
  const editor = new EditorView({
    parent: place,
    state: EditorState.create({ doc: kept.get(exercise) ?? cell.source, extensions: [
      keymap.of([{ key: "Shift-Enter", run: () => (ask(unit, "check"), true) }]),
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), python(),
      indentUnit.of("    "), EditorState.tabSize.of(4), syntaxHighlighting(classHighlighter),
      keymap.of([...defaultKeymap, ...historyKeymap]), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": `Your code for ${exercise}` }),
      EditorView.updateListener.of(update => {
        if (update.docChanged && !kept.set(exercise, update.state.doc.toString()))
          status.textContent = "This browser keeps nothing: download the notebook before you close the page.";
      }),
    ] }),
  });
  place.prepend(editor.dom);
  const unit = { exercise, cell, editor, said, status, run, stop };
  code.hidden = true;
  button.replaceWith(place);
  editor.focus();
  startPython(unit);

  function startOver() {
    if (!confirm(`Replace your text of ${exercise} by the one to start from?`)) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: cell.source } });
    editor.focus();
  }
}

async function open(name) {
  document.head.append(element("link", { rel: "stylesheet", href: `${HERE}editor.css` }));
  const answer = await fetch(`${HERE}${name}.ipynb`);
  if (!answer.ok) throw new Error(`${name}.ipynb: ${answer.status}`);
  const notebook = await answer.json(), order = [], cells = new Map();
  for (const one of notebook.cells) {
    if (one.cell_type !== "code" || one.id === "set-up" || one.id === "summary") continue;
    const marks = one.metadata.nbgrader, source = [one.source].flat().join("");
    if (marks?.solution) { cells.set(marks.grade_id, { name: marks.grade_id, source, check: "" }); order.push(cells.get(marks.grade_id)); }
    else if (marks?.grade) { const cell = cells.get(marks.grade_id.replace(/_check$/, "")); if (cell) cell.check = source; }
    else order.push({ name: "", source });
  }
  return { name, notebook, order, cells, worker: null, ready: false, waiting: null, asked: null };
}

function press(text, act) {
  const button = element("button", { type: "button", textContent: text });
  button.addEventListener("click", act);
  return button;
}

function startPython(unit) {
  if (page.worker) return;
  if (typeof WebAssembly !== "object") return broken(unit, "this browser has no WebAssembly");
  unit.status.textContent = "Loading Python: some megabytes, the first time.";
  const worker = page.worker = new Worker(`${HERE}worker.js`, { type: "module" });
  worker.addEventListener("error", () => broken(unit, "its files can't be loaded"));
  worker.addEventListener("message", ({ data }) => {
    if (data.broken) return broken(page.asked ?? unit, data.broken);
    if (data.ready) {
      page.ready = true;
      unit.status.textContent = "Python is ready.";
      if (page.waiting) { const waiting = page.waiting; page.waiting = null; ask(...waiting); }
    } else answered(data.said);
  });
  worker.postMessage({ start: { pyodide: new URL(PYODIDE, HERE).href, helpers: `${HERE}${page.name}.zip` } });
}

function ask(unit, what) {
  if (page.asked) return;
  if (!page.worker) startPython(unit);
  if (!page.worker) return;
  unit.stop.hidden = false;
  if (!page.ready) {
    page.waiting = [unit, what];
    unit.status.textContent = "Runs as soon as Python is loaded.";
    return;
  }
  page.asked = unit;
  unit.run.disabled = true;
  unit.status.textContent = "Running.";
  const before = page.order.slice(0, page.order.indexOf(unit.cell))
    .filter(cell => !cell.name || kept.get(cell.name) !== null)
    .map(cell => ({ name: cell.name, source: cell.name ? kept.get(cell.name) : cell.source }));
  page.worker.postMessage({
    before, name: unit.exercise, source: unit.editor.state.doc.toString(), check: unit.cell.check, hint: what === "hint",
  });
}

function answered(parts) {
  const unit = page.asked;
  rest(unit, "");
  unit.said.replaceChildren(...parts.map(part => (part.html ? safe(part.html) : element("pre", { textContent: part.text }))));
  if (!unit.said.querySelector("[role=status]")) unit.status.textContent = "Done.";
}

function rest(unit, text) {
  page.asked = page.waiting = null;
  unit.run.disabled = false;
  unit.stop.hidden = true;
  unit.status.textContent = text;
}

function restart() {
  const unit = page.asked ?? page.waiting?.[0];
  page.worker?.terminate();
  Object.assign(page, { worker: null, ready: false });
  if (!unit) return;
  rest(unit, "");
  startPython(unit);
  unit.status.textContent = "Stopped. Your text is still here; Python starts again.";
  unit.editor.focus();
}

function broken(unit, reason) {
  page.worker?.terminate();
  Object.assign(page, { worker: null, ready: false });
  rest(unit, "");
  const badges = [...document.querySelectorAll(".top .button")].flatMap(badge => [badge.cloneNode(true), " "]);
  unit.status.replaceChildren(
    `Python can't run here (${reason}). Your text is kept: download the notebook, or write elsewhere: `, ...badges);
}

/** What a check shows, as elements without scripts, addresses and styles: a student's values stand in it. */
function safe(html) {
  const shown = new DOMParser().parseFromString(html, "text/html").body;
  for (const one of [...shown.querySelectorAll("*")]) {
    if (!ELEMENTS.has(one.tagName)) { one.remove(); continue; }
    const classes = [...one.classList].filter(name => CLASSES.test(name)), status = one.getAttribute("role") === "status";
    for (const { name } of [...one.attributes]) one.removeAttribute(name);
    one.className = classes.join(" ");
    if (status) one.setAttribute("role", "status");
  }
  return element("div", {}, ...shown.childNodes);
}

function download() {
  const notebook = structuredClone(page.notebook);
  for (const cell of notebook.cells) {
    const marks = cell.metadata.nbgrader, text = marks?.solution && cell.cell_type === "code" ? kept.get(marks.grade_id) : null;
    if (text !== null) cell.source = text;
  }
  const link = element("a", { download: `${page.name}.ipynb` });
  link.href = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1) + "\n"], { type: "application/x-ipynb+json" }));
  link.click();
  URL.revokeObjectURL(link.href);
}
