"""Sliders and fields: Python answers each change, and what a notebook keeps is what was shown."""

from __future__ import annotations

import re

import nbformat
from nbclient import NotebookClient

SOURCE = """
import ipywidgets
from helpers.figures import filters_1d, style, widgets

def draw(k):
    print(f"k < {k}")
    fig, axes = style.figure(1, 1)
    style.show(fig, f"a line up to {k}")

slider = ipywidgets.IntSlider(value=1)
widgets.answered(draw, {"k": slider}, slider)
"""
STATE = "application/vnd.jupyter.widget-state+json"


def pictures(source: str) -> list[str]:
    """What the HTML widgets of a notebook with one cell show at its end."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, startup_timeout=120).execute()
    models = notebook.metadata["widgets"][STATE]["state"].values()
    return [model["state"]["value"] for model in models if model["model_name"] == "HTMLModel"]


def test_the_picture_follows_the_control() -> None:
    (first,), (later,) = pictures(SOURCE), pictures(SOURCE + "slider.value = 7")
    assert "k &lt; 1" in first and re.search('alt="a line up to 1"', first)
    assert "k &lt; 7" in later and re.search('alt="a line up to 7"', later)


def test_an_unwritten_function_is_said_in_its_place() -> None:
    unwritten = "def conv1d(*x):\n    raise NotImplementedError\n"
    call = "filters_1d.heartbeats_by_bias(conv1d, max, [1.0] * 9, [1, 1, 1])"
    *_, shown = pictures(SOURCE + unwritten + call)
    assert "write conv1d first" in shown
