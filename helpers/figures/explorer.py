"""A convolution to point at: input and output as tables; each output shows its patch and its dot product."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable

import numpy as np

# "table td" and not "td", so that the notebook's own rules for tables don't win.
_STYLE = (
    "<style>.cnn-explore{display:flex;flex-wrap:wrap;gap:.4em 2em;font:14px/1.5 system-ui,sans-serif;margin:.4em 0}"
    ".cnn-explore p{flex-basis:100%;margin:0;min-height:1.6em}.cnn-explore .sum{font-family:ui-monospace,monospace}"
    ".cnn-explore table{border-collapse:collapse;border:0;margin:.2em 0;font-size:13px}"
    ".cnn-explore table td{width:2.2em;min-width:2.2em;height:2.2em;padding:0;"
    "text-align:center!important;vertical-align:middle;border:1px solid #777;background:#fff;color:#222}"
    ".cnn-explore table td.black{background:#222;color:#fff}"
    ".cnn-explore table td.padding{color:#a05080;border-style:dotted}.cnn-explore table td.out{cursor:pointer}"
    ".cnn-explore table td.on{outline:3px solid #cc79a7;outline-offset:-2px}</style>"
)
# Every figure brings the script along, and it readies those that aren't ready: notebooks differ in how they run it.
_SCRIPT = """
for (const figure of document.querySelectorAll(".cnn-explore:not([data-ready])")) {
  figure.dataset.ready = "yes";
  const {x, w, b} = JSON.parse(figure.dataset.numbers), tables = figure.querySelectorAll("table");
  const input = tables[0], output = tables[2], columns = output.rows[0].cells.length;
  const cells = [...output.querySelectorAll("td")], button = figure.querySelector("button");
  const text = number => (number < 0 ? "\\u2212" : "") + Math.abs(number);
  let place = 0, timer = null;
  const show = index => {
    const row = Math.floor(index / columns), column = index % columns, terms = [];
    let sum = b;
    place = index;
    figure.querySelectorAll(".on").forEach(cell => cell.classList.remove("on"));
    w.forEach((weights, k) => weights.forEach((weight, m) => {
      const value = x[row + k][column + m];
      input.rows[row + k].cells[column + m].classList.add("on");
      sum += value * weight;
      if (value) terms.push(text(value) + "\\u00b7" + (weight < 0 ? "(" + text(weight) + ")" : weight));
    }));
    cells[index].classList.add("on");
    if (b) terms.push(text(b));
    figure.querySelector(".sum").textContent =
      "output [" + row + ", " + column + "] = " + (terms.join(" + ") || "0") + " = " + text(sum);
  };
  const stop = () => { clearInterval(timer); timer = null; button.textContent = "play"; };
  const step = () => figure.isConnected ? show((place + 1) % cells.length) : stop();
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "pause";
    timer = setInterval(step, 700);
  });
  cells.forEach((cell, index) => {
    for (const event of ["mouseenter", "focus", "click"]) cell.addEventListener(event, () => { stop(); show(index); });
    cell.addEventListener("keydown", event => {
      const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns};
      const next = cells[index + (steps[event.key] || 0)];
      if (!next || next === cell) return;
      next.focus();
      event.preventDefault();
      event.stopPropagation();
    });
  });
  figure.querySelectorAll("[hidden]").forEach(part => part.hidden = false);
  show(0);
}
"""


def explore(x: np.ndarray, w: np.ndarray, b: float = 0.0, padding: int = 0) -> None:
    """Image x (padded), filter and output side by side: an output that is pointed at shows its patch and its sum.

    HTML and JavaScript without a kernel. Where scripts don't run, the tables of numbers are still there.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    from IPython.display import display

    page, alt = _page(np.pad(np.asarray(x), padding), np.asarray(w), float(b), padding)
    display({"text/html": page, "text/plain": alt}, raw=True)


def _page(x: np.ndarray, w: np.ndarray, b: float, padding: int) -> tuple[str, str]:
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape).astype(float)
    z = np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b
    limit = max(1.0, float(np.abs(z).max()))
    edge = np.pad(np.zeros(np.array(x.shape) - 2 * padding), padding, constant_values=1)
    inputs = _table(
        x, lambda row, column: f'class="{"padding" if edge[row, column] else "" if x[row, column] else "black"}"'
    )
    outputs = _table(
        z,
        lambda row, column: f'class="out" tabindex="0" style="background:{_tint(z[row, column] / limit)}"',
    )
    numbers = html.escape(json.dumps({"x": x.tolist(), "w": w.tolist(), "b": b}), quote=True)
    alt = (
        f"Input of {x.shape[0]} by {x.shape[1]} pixels: {_rows(x)}. Filter: {_rows(w)}, bias {b:g}. "
        f"Output of {z.shape[0]} by {z.shape[1]}: {_rows(z)}. Pointing at an output frames its patch and shows its sum."
    )
    bias = f", bias {b:g}" if b else ""
    page = f"""{_STYLE}<figure class="cnn-explore" data-numbers="{numbers}" aria-label="{html.escape(alt, quote=True)}">
<div><b>input{", padded" if padding else ""}</b>{inputs}</div>
<div><b>filter{bias}</b>{_table(w, lambda row, column: "")}</div>
<div><b>output</b>{outputs}</div>
<p hidden>Point at an output, or step through them: <button type="button">play</button></p>
<p class="sum" aria-live="polite" hidden></p>
</figure><script>{_SCRIPT}</script>"""
    return page, alt


def _table(values: np.ndarray, attributes: Callable[[int, int], str]) -> str:
    rows = (
        "<tr>" + "".join(f"<td {attributes(i, j)}>{_number(value)}</td>" for j, value in enumerate(line)) + "</tr>"
        for i, line in enumerate(values)
    )
    return "<table>" + "".join(rows) + "</table>"


def _tint(share: float) -> str:
    """White for 0, towards blue for 1 and orange for -1, light enough for dark ink."""
    full = (86, 180, 233) if share > 0 else (230, 150, 90)
    return "rgb(" + ",".join(f"{255 - min(abs(share), 1.0) * (255 - value):.0f}" for value in full) + ")"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _rows(values: np.ndarray) -> str:
    """Values for a text alternative."""
    return ", ".join(" ".join(f"{value:.3g}" for value in row) for row in np.asarray(values, dtype=float))
