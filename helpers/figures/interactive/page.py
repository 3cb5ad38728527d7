"""One output for an interactive figure: its numbers as JSON, one style sheet, the shared scripts and its own.

Each output brings all it needs and asks the network for nothing, so it works in JupyterLab, Notebook 7, Colab (where
each output is a page of its own), VS Code and in exported HTML, and as often on one page as one likes. Where scripts
don't run, the text alternative is left, which has the numbers in it.
"""

from __future__ import annotations

import html
import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ...display import in_notebook, show_html


def show(kind: str, settings: dict[str, Any], alt: str) -> None:
    """Displays the figure `kind` in a notebook; outside one nothing happens.

    `settings` is what `<kind>.js` starts from, arrays included. `alt` says in words what a reader sees at first.
    """
    if in_notebook():
        show_html(page(kind, settings, alt), alt)


def page(kind: str, settings: dict[str, Any], alt: str) -> str:
    """The HTML of the figure `kind`; the arguments as in `show`."""
    numbers = json.dumps(settings, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # In single quotes, since JSON is full of double ones; data-lm-...: else JupyterLab takes keys for commands.
    attribute = numbers.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    script = "".join(map(_text, ("base.js", "layers.js", f"{kind}.js")))
    return (
        f'<figure class="cnn-figure" data-figure="{kind}" data-settings=\'{attribute}\' '
        f'data-lm-suppress-shortcuts="true"><style>{_text("base.css")}</style><p>{html.escape(alt)}</p></figure>'
        f'<script>(() => {{"use strict";\n{script}}})();</script>'
    )


@cache
def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _plain(value: Any) -> Any:
    """JSON's idea of what NumPy holds."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"a figure can't hold {value!r}")
