"""One look for every figure: palette, type, grids of numbers, and display with a text alternative.

Colours are Okabe and Ito's (2008), which people with colour-blindness can tell apart. Positive values are blue,
negative ones orange, and both also carry their number or a sign where there is room. Pink frames what the text speaks
of; a dashed grey edge is padding. Type comes in the five sizes below.
"""

from __future__ import annotations

import base64
import html
import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, GREY = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#f0e442",
    "#707070",
)
INK, PAPER, FAINT = "#222222", "#ffffff", "#dddddd"
SMALL, TEXT, LABEL, TITLE, LARGE = 9, 10, 11, 12, 14  # type sizes in points
DEEP = 0.85  # from this share of full blue or orange on, white type stands out better than ink

_RC: Any = {
    "font.size": LABEL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "image.interpolation": "nearest",
}


def figure(
    rows: int = 1, columns: int = 1, width: float = 8.0, height: float = 2.6, **options: Any
) -> tuple[Figure, np.ndarray]:
    """A figure in the course's style and its axes, shape (rows, columns). Sizes in inches.

    Matplotlib is imported here and not before, so that importing `helpers` stays fast.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        return fig, fig.subplots(rows, columns, squeeze=False, **options)


def finish(fig: Figure, alt: str, colours: int | None = None) -> None:
    """Shows the figure in a notebook with `alt` as its text alternative; outside a notebook nothing is rendered.

    `colours` is the most of them that it may have: a large sheet of photographs then is a quarter as many bytes.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    import matplotlib as mpl
    from IPython.display import display

    with mpl.rc_context(_RC):
        buffer = io.BytesIO()
        # "tight": the constrained layout now and then leaves no room for the titles of the first row.
        fig.savefig(buffer, format="png", dpi=144, bbox_inches="tight", pad_inches=0.06)
    if colours:
        from PIL import Image

        few = Image.open(buffer).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        few.save(buffer, format="png", optimize=True)
    png = buffer.getvalue()
    data = base64.b64encode(png).decode()
    pixels = int(int.from_bytes(png[16:20], "big") / 144 * 72 * 1.3)  # a PNG's width in pixels stands there
    image = (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt, quote=True)}" '
        f'style="width:{pixels}px;max-width:100%;height:auto;border-radius:6px">'
    )
    display({"text/html": image, "text/plain": alt}, raw=True)


def pixels(
    ax: Axes,
    values: np.ndarray,
    title: str = "",
    numbers: bool | None = None,
    signed: bool | None = None,
    limit: float | None = None,
    marked: Iterable[tuple[int, int]] = (),
    size: float = TEXT,
    signs: bool = False,
) -> None:
    """Draws a matrix as a grid of cells: white is high for images, blue/orange for signed values.

    `numbers` writes each value into its cell (by default when there is room), in type of that `size`; `limit` fixes the
    value of full colour, `marked` lists (row, column) cells to outline. `signs` writes a minus into each clearly
    negative cell, for cells too small for numbers.
    """
    values = np.atleast_2d(np.asarray(values, dtype=float))
    signed = bool((values < 0).any()) if signed is None else signed
    numbers = values.shape[1] <= 16 and values.shape[0] <= 12 if numbers is None else numbers
    top = limit if limit is not None else max(float(np.abs(values).max(initial=0.0)), 1e-12)
    if signed:
        ax.imshow(values, cmap=signed_map(), vmin=-top, vmax=top, aspect="equal")
    else:
        ax.imshow(values, cmap="gray", vmin=0, vmax=top, aspect="equal")
    if numbers:
        for (row, column), value in np.ndenumerate(values):
            share = abs(value) / top
            dark = share > DEEP if signed else share < 0.5
            ink = PAPER if dark else INK
            ax.text(column, row, words.number(value), ha="center", va="center", color=ink, fontsize=size)
    elif signs:
        for row, column in np.argwhere(values < -0.05 * top):
            ax.text(column, row, "−", ha="center", va="center", color=INK, fontsize=size)
    ax.set_xticks(np.arange(values.shape[1] + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(values.shape[0] + 1) - 0.5, minor=True)
    for axis in (ax.xaxis, ax.yaxis):  # else a tick of its own at 0.5, say in a 2 by 2 grid, takes a line away
        axis.remove_overlapping_locs = False
    if max(values.shape) <= 40:  # many cells without numbers: the lines must not outshine them
        quiet = signed and not numbers and max(values.shape) >= 8
        ax.grid(which="minor", color=FAINT if quiet else GREY, linewidth=0.5)
    ax.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
    for spine in ax.spines.values():  # a frame: white cells at the edge must not melt into the page
        spine.set(visible=True, color=GREY, linewidth=0.5)
    for row, column in marked:
        outline(ax, row, column)
    if title:
        set_title(ax, title)


def set_title(ax: Axes, text: str, size: float = TITLE) -> None:
    """A panel's title, above its left edge."""
    ax.set_title(text, fontweight="bold", fontsize=size, loc="left", color=INK)


def caption(fig: Figure, text: str) -> None:
    """A line below all panels."""
    fig.supxlabel(text, fontsize=TEXT, color=INK)


def legend(parent: Axes | Figure, *given: Any, **options: Any) -> None:
    """A legend without a box, on axes or a figure; what is given goes to matplotlib's `legend`."""
    parent.legend(*given, **{"frameon": False, "fontsize": TEXT, "labelcolor": INK} | options)


def outline(ax: Axes, row: float, column: float, height: float = 1, width: float = 1, color: str = PINK) -> None:
    """A thick frame around cells of a grid: top left cell (row, column), size in cells."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle((column - 0.5, row - 0.5), width, height, fill=False, edgecolor=color, linewidth=3, zorder=5)
    )


def signed_map() -> Any:
    """The colours of signed values: orange at 0, white at 0.5, blue at 1."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [ORANGE, PAPER, BLUE])
