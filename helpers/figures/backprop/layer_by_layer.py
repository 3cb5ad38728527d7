"""Gradients on their way back through single layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import layers
from ...attempt import attempt
from ...experiments import features
from .. import drawing, style, words

if TYPE_CHECKING:
    pass

Array = np.ndarray
Function = Callable[..., Any]


def probabilities(softmax_nll_backward: Function, logits: Array, y: int) -> None:
    """The probabilities of one point's classes, and the gradient that the reader's function gives."""
    gradient = attempt(softmax_nll_backward, logits[None], np.array([y]), shape=(1, len(logits)))
    if gradient is None:
        return
    p = features.probabilities(logits[None])[0]
    fig, axes = style.figure(1, 2, width=9.4, height=2.7)
    for ax, values, title in zip(axes[0], (p, gradient[0]), ("probabilities", "the gradient by the logits")):
        names = [f"class {n}" + ("\n(true)" if n == y else "") for n in range(len(values))]
        colors = [style.BLUE if value >= 0 else style.ORANGE for value in values]
        drawing.columns(ax, names, values, colors, [f"{value:.2f}".replace("-", "−") for value in values])
        ax.axhline(0, color=style.GREY, linewidth=0.8)
        ax.set_yticks([])
        ax.margins(y=0.2)
        drawing.heading(ax, title)
    style.show(
        fig,
        f"Probabilities {words.line(p)} of {len(p)} classes, of which class {y} is true, and the gradient of the loss "
        f"by the logits: {words.line(gradient[0])}.",
    )


def routed(max_pool2d_backward: Function, x: Array, dy: Array, size: int, stride: int) -> None:
    """A map, the gradient by what pooling made of it, and where the reader's function sends that gradient."""
    dx = attempt(max_pool2d_backward, dy[None, None], x[None, None], size, stride, shape=(1, 1, *x.shape))
    if dx is None:
        return
    y = layers.max_pool2d(x[None, None], size, stride)[0, 0]
    ratios = [x.shape[1], y.shape[1], dy.shape[1], x.shape[1]]
    fig, axes = style.figure(1, 4, width=10.4, height=3.4, width_ratios=ratios)
    titles = ("x", "y, the largest", "dy, from above", "dx, sent back")
    for ax, values, title in zip(axes[0], (x, y, dy, dx[0, 0]), titles):
        drawing.pixels(ax, values, title, signed=True, numbers=True)
    if stride >= size:  # frames of windows that overlap would look like frames of other windows
        for ax in (axes[0, 0], axes[0, 3]):
            drawing.windows(ax, y.shape, size, stride)
    for row, column in np.argwhere(dx[0, 0] != 0):
        drawing.outline(axes[0, 0], row, column)
    style.show(
        fig,
        f"A map with the rows {words.rows(x)}; max pooling of size {size} and stride {stride} gives {words.rows(y)}. "
        f"The gradient by that is {words.rows(dy)}; sent back to the places of the maxima it is "
        f"{words.rows(dx[0, 0])}.",
    )


def one_window(x: Array, w: Array, row: int, column: int, dz: float) -> None:
    """What a single dz adds to dw and to dx: dz times its window, and dz times the filter in that window's place."""
    kh, kw = w.shape
    window = x[row : row + kh, column : column + kw]
    there = np.zeros(x.shape)
    there[row : row + kh, column : column + kw] = dz * w
    ratios = [x.shape[1], kw, kw, x.shape[1]]
    fig, axes = style.figure(1, 4, width=10.4, height=3.2, width_ratios=ratios)
    titles = ("x", "w", "to dw", "to dx")
    made_of = ("framed: the window", "the filter", f"{dz:g} × window", f"{dz:g} × filter, in its place")
    for ax, values, title, said in zip(axes[0], (x, w, dz * window, there), titles, made_of):
        drawing.pixels(ax, values, title, signed=True, numbers=True)
        drawing.note(ax, said, style.TEXT)
    for ax in (axes[0, 0], axes[0, 3]):
        drawing.outline(ax, row, column, kh, kw)
    style.show(
        fig,
        f"An image with the rows {words.rows(x)} and a filter {words.rows(w)}. The output for the window at row {row}, "
        f"column {column} has the gradient {dz:g}. It adds {words.rows(dz * window)} to dw, and to dx, in the "
        f"window's place, {words.rows(dz * w)}.",
    )
