"""What the figures draw, each thing in one way: grids of numbers, pictures, digits, boxes, arrows, bars and text.

Grids are measured in cells: the cell in row i and column j has its middle at (j, i), y runs downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style, words
from .style import DEEP, FAINT, GREY, INK, LABEL, PAPER, PINK, TEXT, TITLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
MARKS = "osD^vP"  # of the lines in a chart, so that colour isn't all that tells them apart


# Text


def heading(ax: Axes, text: str, size: float = TITLE, bold: bool = True) -> None:
    """A panel's title, above its left edge."""
    ax.set_title(text, fontweight="bold" if bold else "normal", fontsize=size, loc="left", color=INK)


def note(ax: Axes, text: str, size: float = LABEL) -> None:
    """A line below a panel."""
    ax.set_xlabel(text, fontsize=size, color=INK)


def beside(ax: Axes, text: str, size: float = LABEL) -> None:
    """A word on the left of a panel, at half its height."""
    ax.set_ylabel(text, fontsize=size, rotation=0, ha="right", va="center", color=INK)


def caption(fig: Figure, text: str) -> None:
    """A line below all panels."""
    fig.supxlabel(text, fontsize=TEXT, color=INK)


def legend(parent: Axes | Figure, *given: Any, **options: Any) -> None:
    """A legend without a box, on axes or a figure; what is given goes to matplotlib's `legend`."""
    parent.legend(*given, **{"frameon": False, "fontsize": TEXT, "labelcolor": INK} | options)


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    size: float = TEXT,
    *,
    ha: str = "center",
    va: str = "center",
    offset: tuple[float, float] = (0, 0),
    color: Any = INK,
    **options: Any,
) -> None:
    """Text at a place of the axes, in the middle of it unless `ha` and `va` say otherwise; `offset` in points."""
    if any(offset):
        from matplotlib.transforms import ScaledTranslation

        dx, dy = (points / 72 for points in offset)
        options["transform"] = ax.transData + ScaledTranslation(dx, dy, ax.figure.dpi_scale_trans)
    ax.text(x, y, text, ha=ha, va=va, fontsize=size, color=color, **options)


# Grids of numbers


def pixels(
    ax: Axes,
    values: Array,
    title: str = "",
    numbers: bool | None = None,
    signed: bool | None = None,
    limit: float | None = None,
    marked: Iterable[tuple[int, int]] = (),
    size: float = TEXT,
    signs: bool = False,
    labels: Array | None = None,
    lines: bool = True,
) -> None:
    """Draws a matrix as a grid of cells that fills the axes: white is high for images, blue/orange for signed values.

    `numbers` writes each value into its cell (by default when there is room), in type of that `size`, or `labels`,
    texts in an array of the same shape, are written instead; `limit` fixes the value of full colour, `marked` lists
    (row, column) cells to outline. `signs` writes a minus into each clearly negative cell, for cells too small for
    numbers. Without `lines` nothing separates the cells.
    """
    values = np.atleast_2d(np.asarray(values, dtype=float))
    signed = bool((values < 0).any()) if signed is None else signed
    numbers = values.shape[1] <= 16 and values.shape[0] <= 12 if numbers is None else numbers
    top = limit if limit is not None else max(float(np.abs(values).max(initial=0.0)), 1e-12)
    if signed:
        ax.imshow(values, cmap=style.signed_map(), vmin=-top, vmax=top, aspect="equal")
    else:
        ax.imshow(values, cmap="gray", vmin=0, vmax=top, aspect="equal")
    if numbers or labels is not None:
        for place, value in np.ndenumerate(values):
            share = abs(value) / top
            dark = share > DEEP if signed else share < 0.5
            text = words.number(value) if labels is None else str(labels[place])
            write(ax, place[1], place[0], text, size, color=PAPER if dark else INK)
    elif signs:
        for row, column in np.argwhere(values < -0.05 * top):
            write(ax, column, row, "−", size)
    if lines:
        _lines_between_cells(ax, values.shape, quiet=signed and not numbers)
    ax.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
    for spine in ax.spines.values():  # a frame: white cells at the edge must not melt into the page
        spine.set(visible=True, color=GREY, linewidth=0.5)
    for row, column in marked:
        outline(ax, row, column)
    if title:
        heading(ax, title)


def _lines_between_cells(ax: Axes, shape: tuple[int, ...], quiet: bool) -> None:
    ax.set_xticks(np.arange(shape[1] + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(shape[0] + 1) - 0.5, minor=True)
    for axis in (ax.xaxis, ax.yaxis):  # else a tick of its own at 0.5, say in a 2 by 2 grid, takes a line away
        axis.remove_overlapping_locs = False
    if max(shape) <= 40:  # many cells without numbers: the lines must not outshine them
        ax.grid(which="minor", color=FAINT if quiet and max(shape) >= 8 else GREY, linewidth=0.5)


def table(ax: Axes, values: Array, title: str = "", size: float = LABEL) -> None:
    """A matrix as its numbers alone, in white cells that fill the axes."""
    labels = np.array([[f"{value:g}" for value in row] for row in values])
    pixels(ax, np.ones(values.shape), title, limit=1, labels=labels, size=size)


def name_cells(ax: Axes, rows: Sequence[Any] = (), columns: Sequence[Any] = (), size: float = LABEL) -> None:
    """Names, or numbers, of a grid's rows on its left and of its columns above it."""
    ax.tick_params(labelleft=bool(rows), labeltop=bool(columns), labelcolor=INK, labelsize=size)
    ax.set_yticks(range(len(rows)), [str(name) for name in rows])
    ax.set_xticks(range(len(columns)), [str(name) for name in columns])


def cells(
    ax: Axes,
    values: Any,
    row: float,
    column: float,
    limit: float,
    title: str = "",
    *,
    size: float = TEXT,
    scale: float = 1,
    stride: float | None = None,
    numbers: bool = True,
    faint_zeros: bool = False,
) -> None:
    """Numbers (a row or a matrix) as blue and orange cells, the first one's middle at (row, column) of a canvas.

    `limit` is the value of full colour. A cell covers `scale` cells of the canvas on each side, and the next one starts
    `stride` of them further on. Zeros are left out without `numbers`, and hardly seen with `faint_zeros`.
    """
    stride = scale if stride is None else stride
    colours = style.signed_map()
    for (i, j), value in np.ndenumerate(np.atleast_2d(np.asarray(values, dtype=float))):
        share = value / limit
        ink = FAINT if faint_zeros and value == 0 else PAPER if abs(share) > DEEP else INK
        middle = (scale - 1) / 2
        cell(
            ax, row + i * stride + middle, column + j * stride + middle,
            words.number(value) if numbers or value else "",
            colours((share + 1) / 2), ink=ink, size=size, scale=scale,
        )  # fmt: skip
    if title:
        write(ax, column - 0.5, row - 0.95, title, LABEL, ha="left", fontweight="bold")


def cell(
    ax: Axes,
    row: float,
    column: float,
    text: str,
    color: Any = PAPER,
    *,
    ink: Any = INK,
    size: float = LABEL,
    scale: float = 1,
    dashed: bool = False,
) -> None:
    """One cell of a canvas with text in its middle; a dashed edge means padding."""
    rectangle(ax, column - scale / 2, row - scale / 2, scale, scale, color, dashed=dashed)
    write(ax, column, row, text, size, va="center_baseline", color=ink)


def canvas(ax: Axes, left: float, right: float, top: float, bottom: float, equal: bool = True) -> None:
    """Turns axes into a place for drawings: no axis lines, y from `top` to `bottom`, equal units on both axes."""
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    if equal:
        ax.set_aspect("equal")
    ax.set_axis_off()


def board(left: float, right: float, top: float, bottom: float, unit: float) -> tuple[Figure, Axes]:
    """A figure that is one canvas, whose unit is `unit` inches long."""
    fig, axes = style.figure(1, 1, width=unit * (right - left), height=max(0.9, unit * (bottom - top)))
    canvas(axes[0, 0], left, right, top, bottom)
    return fig, axes[0, 0]


# Pictures


def picture(
    ax: Axes, values: Array, title: str = "", top: float | None = None, size: float = TITLE, framed: bool = False
) -> None:
    """A picture without a grid: colours (H, W, 3), or grey (H, W) from black at 0 to white at `top`, its maximum."""
    if values.ndim == 3:
        ax.imshow(values if values.dtype == np.uint8 else np.clip(values, 0, 1))
    else:
        ax.imshow(values, cmap="gray", vmin=0, vmax=max(float(values.max()) if top is None else top, 1e-12))
    _bare(ax, framed)
    if title:
        heading(ax, title, size)


def digit(ax: Axes, image: Array, title: str = "", limit: float | None = None, size: float = TITLE) -> None:
    """A picture (H, W) as ink on paper: white at 0, black at `limit`, its maximum."""
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=limit or float(image.max()) or 1)
    _bare(ax)
    if title:
        heading(ax, title, size)


def _bare(ax: Axes, framed: bool = True) -> None:
    """Axes without ticks, in a faint frame or in none."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=framed, color=FAINT)


# Shapes


def outline(ax: Axes, row: float, column: float, height: float = 1, width: float = 1, color: str = PINK) -> None:
    """A thick frame around cells of a grid: top left cell (row, column), size in cells."""
    from matplotlib.patches import Rectangle

    corner = (column - 0.5, row - 0.5)
    ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=color, linewidth=3, zorder=5))


def windows(ax: Axes, shape: tuple[int, ...], size: int, stride: int) -> None:
    """Grey frames around `shape` (rows, columns) windows of a grid."""
    for row, column in np.ndindex(shape):
        outline(ax, row * stride, column * stride, size, size, GREY)


def rectangle(
    ax: Axes, x: float, y: float, width: float, height: float, color: Any,
    *, edge: Any = GREY, line: float = 0.6, dashed: bool = False, rounded: float = 0,
) -> None:  # fmt: skip
    """A filled rectangle whose corner with the least coordinates is (x, y); `rounded` is the radius of its corners."""
    from matplotlib.patches import FancyBboxPatch

    shape = f"round,pad=0,rounding_size={rounded}" if rounded else "square,pad=0"
    look = {"facecolor": color, "edgecolor": edge, "linewidth": line, "linestyle": "--" if dashed else "-"}
    ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=shape, **look))


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = GREY) -> None:
    """An arrow from `start` to `end`, each (x, y)."""
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look)


# Charts


def bars(
    ax: Axes, names: Sequence[str], numbers: Sequence[float] | Array, color: Any, texts: Sequence[str] = ()
) -> None:
    """Horizontal bars from top to bottom, behind each its number or its text. `color`: one for all or one for each."""
    ax.barh(range(len(numbers)), numbers, color=color, height=0.62)
    ax.set_ylim(len(numbers) - 0.5, -0.5)
    for place, (number, text) in enumerate(zip(numbers, texts or [f"{number:,}" for number in numbers])):
        write(ax, number, place, text, ha="left", offset=(5, 0))
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0)


def columns(ax: Axes, names: Sequence[Any], numbers: Sequence[float] | Array, color: Any, texts: Sequence[str]) -> None:
    """Upright bars, and at the end of each its text; `color` is one for all or one for each."""
    ax.bar(range(len(numbers)), numbers, color=color, width=0.7)
    for place, (number, text) in enumerate(zip(numbers, texts)):
        up = number >= 0
        write(ax, place, number, text, va="bottom" if up else "top", offset=(0, 2 if up else -2))
    ax.set_xticks(range(len(names)), [str(name) for name in names])
    ax.tick_params(axis="x", length=0)


def lines(ax: Axes, x: Sequence[float], series: Mapping[str, Sequence[float]], colors: Sequence[str]) -> None:
    """A line with marks for each named series, over as many of the first places `x` as it has values."""
    for (name, values), color, mark in zip(series.items(), colors, MARKS):
        ax.plot(x[: len(values)], values, f"-{mark}", color=color, linewidth=2, label=name)


def level(
    ax: Axes, y: float, text: str = "", x: float = 0, *, ha: str = "left", size: float = TEXT, color: str = GREY
) -> None:
    """A dashed line across a chart at `y`, and above it a text that starts (or by `ha` ends) at `x`."""
    ax.axhline(y, color=color, linestyle="--", linewidth=1)
    write(ax, x, y, text, size, ha=ha, va="bottom", offset=(0, 2))


def percent(ax: Axes, ticks: Sequence[float] = (0, 0.5, 1)) -> None:
    """Shares as percentages on the y axis."""
    ax.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
