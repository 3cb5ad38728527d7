"""Windows as the rows of a matrix, and how fast that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from ...experiments import timing
from .. import drawing, style

if TYPE_CHECKING:
    pass

Function = Callable[..., Any]


def windows_as_rows(im2col: Function, x: np.ndarray, kh: int, kw: int, shown: Sequence[int]) -> None:
    """A picture (H, W), and the matrix of its windows by the reader's `im2col`; some windows framed in both."""
    height, width = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    matrix = attempt(im2col, x[None, None], kh, kw, shape=(height * width, kh * kw))
    if matrix is None:
        return
    fig, axes = style.figure(1, 2, width=8.4, height=0.42 * height * width + 1.0, width_ratios=[2, 3])
    left, right = axes[0]
    drawing.table(left, x, f"x, {kh} × {kw} windows")
    drawing.table(right, matrix, f"im2col: shape {matrix.shape}")
    for number, color in zip(shown, (style.BLUE, style.ORANGE, style.GREEN)):
        drawing.outline(left, number // width, number % width, kh, kw, color)
        drawing.outline(right, number, 0, 1, kh * kw, color)
    drawing.name_cells(right, [f"window {n}" for n in range(len(matrix))])
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in matrix)
    style.show(
        fig,
        f"A picture of {x.shape[0]} by {x.shape[1]} numbers, and a matrix with one row for each of its "
        f"{height * width} windows of {kh} by {kw}: {rows}.",
    )


def product(shape: tuple[int, int, int, int], filters: int, k: int) -> None:
    """The matrix product that a layer becomes, as three rectangles with their shapes."""
    images, count, height, width = shape
    rows, columns = images * height * width, count * k * k
    fig, axes = style.figure(1, 1, width=9.6, height=3.3)
    ax = axes[0, 0]
    parts = (
        (0.0, 3.0, 1.9, style.SKY, "windows: im2col(x)", f"{rows:,} × {columns}"),
        (3.6, 1.9, 1.3, style.ORANGE, "filters: w, a column each", f"{columns} × {filters}"),
        (6.6, 3.0, 1.3, style.GREEN, "results, a column for each map", f"{rows:,} × {filters}"),
    )
    for left, tall, wide, color, name, size in parts:
        drawing.rectangle(ax, left, 0.5, wide, tall, color)
        drawing.write(ax, left + wide / 2, 0.25, name)
        drawing.write(ax, left + wide / 2, 0.7 + tall, size, fontweight="bold")
    drawing.rectangle(ax, 0.0, 1.6, 1.9, 0.16, style.BLUE)
    drawing.rectangle(ax, 4.1, 0.5, 0.16, 1.9, style.BLUE)
    drawing.rectangle(ax, 7.1, 1.6, 0.16, 0.16, style.BLUE)
    for x, sign in ((2.75, "@"), (5.75, "=")):
        drawing.write(ax, x, 1.7, sign, style.LARGE)
    drawing.canvas(ax, -0.4, 9.4, 0, 3.9, equal=False)
    style.show(
        fig,
        f"Three rectangles: the matrix of windows, {rows:,} by {columns}, times the matrix of filters, {columns} by "
        f"{filters}, is the matrix of results, {rows:,} by {filters}. One row of the first and one column of "
        "the second are marked; their dot product is one marked entry of the third. "
        f"{rows * columns * filters:,} products in all.",
    )


def copies(im2col: Function, side: int = 8, k: int = 3) -> None:
    """How often each pixel of a picture is found in its matrix of windows, by the reader's `im2col`."""
    numbers = np.arange(side * side).reshape(1, 1, side, side)
    matrix = attempt(im2col, numbers, k, k, shape=((side - k + 1) ** 2, k * k))
    if matrix is None:
        return
    count = np.array([(matrix == number).sum() for number in range(side * side)]).reshape(side, side)
    fig, axes = style.figure(1, 1, width=4.2, height=3.6)
    drawing.pixels(axes[0, 0], count, "times in the matrix", signed=True, limit=2 * k * k)
    style.show(
        fig,
        f"A grid of {side} by {side} numbers: how often each pixel occurs in the matrix of its {k} by {k} windows. "
        f"{count[0, 0]} in the corners, up to {count.max()} in the middle, {matrix.size} entries for "
        f"{side * side} pixels.",
    )


def race(runners: Mapping[str, Function], shape: tuple[int, int, int, int], filters: int, k: int = 3) -> None:
    """Times several functions on the same layer, and says whether they agree."""
    x, w, b = timing.random_layer(shape, filters, k)
    products = shape[0] * filters * shape[2] * shape[3] * shape[1] * k * k
    first = None
    for name, function in runners.items():
        out = attempt(function, x[:1], w, b, k // 2, shape=(1, filters, *shape[2:]))
        if out is None:
            return
        first = out if first is None else first
        if not np.allclose(out, first):
            print(f"{name} does not give the numbers of {next(iter(runners))}: see its check first.")
            return
    times = timing.layer_times(runners, x, w, b, k // 2)
    fig, axes = style.figure(1, 1, width=9.6, height=0.55 * len(times) + 1.2)
    ax = axes[0, 0]
    milliseconds = [seconds * 1000 for seconds in times.values()]
    said = [f"{ms:.3g} ms, {products / ms / 1e3:,.0f} million products a second" for ms in milliseconds]
    drawing.bars(ax, list(times), milliseconds, style.BLUE, said)
    ax.set_xscale("log")
    ax.set_xlim(min(milliseconds) / 2, max(milliseconds) * 300)
    ax.set_xlabel("milliseconds (each tick ten times the one before)")
    told = "; ".join(f"{name}: {ms:.3g} ms" for name, ms in zip(times, milliseconds))
    style.show(
        fig,
        f"Time for a layer of {filters} filters on a batch of shape {shape}, {products:,} products, measured "
        f"here, on a logarithmic scale. {told}. All give the same numbers.",
    )
