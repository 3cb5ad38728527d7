"""Notebooks that are large for what is not graded: outputs, and the state of widgets."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from typing import Any


def pictures(megabytes: int) -> Callable[[dict[str, Any]], None]:
    def large(notebook: dict[str, Any]) -> None:
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in code:
            picture = base64.b64encode(os.urandom(megabytes * 2**20 * 3 // 4 // len(code))).decode()
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}]

    return large


def widgets(notebook: dict[str, Any]) -> None:
    """30 MB of the state that "clear outputs" leaves in place."""
    state = {
        f"m{number}": {"model_name": "IntSliderModel", "state": {"value": number, "layout": ["a", {"b": [1, {}]}]}}
        for number in range(250_000)
    }
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}


def progress_bars(notebook: dict[str, Any]) -> None:
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number in range(1200):
        lines = [f"\r{percent}%|####" for percent in range(100)]
        code[number % len(code)]["outputs"].append({"output_type": "stream", "name": "stderr", "text": lines})


LARGE: dict[str, tuple[Callable[[dict[str, Any]], None], int]] = {
    "25 MB": (pictures(25), 25),
    "100 MB": (pictures(100), 100),
    "30 MB of widgets": (widgets, 20),
    "1,200 progress bars": (progress_bars, 1),
}
"""What makes a notebook large, and the MB that its file has at least."""
