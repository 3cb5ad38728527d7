"""Figures with sliders and fields, where there is a notebook that can show them: Python answers each change."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from ..display import in_notebook


def widgets() -> Any:
    """The module ipywidgets; None outside a notebook and where it isn't installed."""
    if not in_notebook():
        return None
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets


def answered(draw: Callable[..., None], controls: Mapping[str, Any], layout: Any) -> None:
    """Displays `layout` and below it what `draw` shows for the controls' values, now and after each change.

    Not by ipywidgets' `interact`: its output widget makes nbclient write to the kernel while it waits for an answer,
    which it may then never see, and `nbgrader autograde` stands still.
    """
    from IPython.display import display
    from IPython.utils.capture import capture_output

    module = widgets()
    picture = module.HTML()

    def redraw(*unused: Any) -> None:
        with capture_output() as caught:
            draw(**{name: control.value for name, control in controls.items()})
        shown = [output.data["text/html"] for output in caught.outputs if "text/html" in output.data]
        said = f"<pre>{html.escape(caught.stdout)}</pre>" if caught.stdout else ""
        picture.value = "".join(shown) + said

    for control in controls.values():
        control.observe(redraw, "value")
    redraw()
    display(module.VBox([layout, picture]))
