"""Channels, as pictures, as a volume that a box slides through, and as letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from .. import drawing, genome, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[..., Any]
_COLOURS = ("red", "green", "blue")
_BASES = "ACGT"


# Channels


def channels(photo: np.ndarray, to_channels_first: Function) -> None:
    """A photograph (H, W, 3), from 0 to 1, and the three channels that the reader's function takes it apart into."""
    height, width, _ = photo.shape
    parts = attempt(to_channels_first, photo, shape=(3, height, width))
    if parts is None:
        return
    fig, axes = style.figure(1, 4, width=10.4, height=2.3)
    drawing.picture(axes[0, 0], photo, "the photograph")
    for ax, part, name in zip(axes[0, 1:], parts, _COLOURS):
        drawing.picture(ax, part, f"{name}: mean {part.mean():.2f}", top=1)
    means = ", ".join(f"{name} {part.mean():.2f}" for name, part in zip(_COLOURS, parts))
    style.show(
        fig,
        f"A photograph of {height} by {width} pixels, an orange flower in front of dark green leaves, and its three "
        f"channels as grey pictures, bright where there is much of that colour. Mean values: {means}. The leaves are "
        "black in the red channel and grey in the other two; the flower is brightest in the red one.",
    )


def torn(photo: np.ndarray) -> None:
    """What reshape makes of the same numbers."""
    height, width, _ = photo.shape
    fig, axes = style.figure(1, 3, width=8.4, height=2.3)
    for c, ax in enumerate(axes[0]):
        drawing.picture(ax, photo.reshape(3, height, width)[c], f"channel {c}, by reshape", top=1)
    style.show(
        fig,
        f"Three pictures of {height} by {width} pixels, made by reshape. The first comes from the photograph's upper "
        "third, the second from its middle, the last from its lower third, each enlarged three times, its left, middle "
        "and right part laid over one another, the colours mixed, with a fine pattern of stripes over it all.",
    )


def tensors() -> None:
    """A number, a vector, a matrix, a tensor with three axes and one with four."""
    fig, axes = style.figure(1, 1, width=10.4, height=3.0)
    ax = axes[0, 0]
    _block(ax, (1, 1, 1), (0, 1.5), flat=True)
    _block(ax, (1, 5, 1), (5.5, -0.5), flat=True)
    _block(ax, (1, 4, 5), (10, 0), flat=True)
    _block(ax, (3, 4, 5), (18.5, 0))
    for n in range(3):
        _block(ax, (3, 4, 5), (28 + 8 * n, 0))
    labels = (
        (0.5, "a number", "no axis"),
        (6, "a vector", "x[i]"),
        (12.5, "a matrix", "grey[row, column]"),
        (21.6, "a tensor", "photo[c, row, column]"),
        (39, "a tensor with four axes: a batch", "batch[n, c, row, column]"),
    )
    for x, name, index in labels:
        drawing.write(ax, x, 5.6, name, va="top", fontweight="bold")
        drawing.write(ax, x, 6.9, index, style.SMALL, va="top", family="monospace")
    drawing.canvas(ax, -2.5, 51, -1.6, 8.0)
    style.show(
        fig,
        "Five drawings made of little squares. A number is one square, no index. A vector is a column of squares, one "
        "index. A matrix is a grid, two indices: a grey picture. A tensor with three axes is a block of three grids "
        "behind one another: a colour photograph, indexed by channel, row and column. A tensor with four axes is a row "
        "of such blocks: a batch.",
    )


# A box that slides through depth


def sliding_box(shape: tuple[int, int, int], size: tuple[int, int, int]) -> None:
    """A box of `size` (depth, height, width) in a volume of `shape`, at four of its places."""
    places = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)]
    names = ("the first place", "one to the right", "one further down", "one deeper")
    fig, axes = style.figure(1, 4, width=10.4, height=2.7)
    for ax, place, name in zip(axes[0], places, names):
        _block(ax, size, (0, 0), place=place, color=style.BLUE)
        _block(ax, shape, (0, 0), color=style.FAINT, alpha=0.3)
        drawing.heading(ax, f"{name}: out[{', '.join(map(str, place))}]", size=style.SMALL)
        ax.set_aspect("equal")
        ax.invert_yaxis()
        ax.set_axis_off()
    counts = [n - k + 1 for n, k in zip(shape, size)]
    style.show(
        fig,
        f"A volume {shape[0]} deep, {shape[1]} high and {shape[2]} wide, drawn four times, with a smaller blue box in "
        f"it, {size[0]} deep, {size[1]} high and {size[2]} wide: at its first place, then one step to the right, one "
        f"step down, and one step deeper. It has {counts[0]} times {counts[1]} times {counts[2]} places in all.",
    )


def scan_slices(conv3d: Function, scan: np.ndarray, flat: np.ndarray, box: np.ndarray) -> None:
    """A scan (D, H, W) slice by slice, and what is left of it after two filters and ReLU, by the reader's `conv3d`."""
    padding = box.shape[0] // 2
    rows = [("the scan", scan)]
    for name, w in (("flat", flat), ("box", box)):
        z = attempt(conv3d, scan, w, 0.0, padding, shape=scan.shape)
        if z is None:
            return
        rows.append((name, np.maximum(z, 0)))
    depth, height, width = scan.shape
    fig, axes = style.figure(3, depth, width=10.4, height=6.2 * 3 * height / (depth * width) + 1.6)
    for line, (name, volume) in enumerate(rows):
        for d in range(depth):
            ax = axes[line, d]
            title = f"slice {d}" if line == 0 else ""
            drawing.pixels(ax, volume[d], title, numbers=False, signed=False, limit=1)
            for row, column in zip(*np.nonzero(volume[d])):
                if line:
                    drawing.outline(ax, row, column)
        label = f"{name}, after ReLU" if line else name
        axes[line, 0].set_ylabel(label, fontsize=style.LABEL, color=style.INK)
    told = []
    for name, volume in rows[1:]:
        where = [f"({d}, {i}, {j})" for d, i, j in np.argwhere(volume > 0).tolist()]
        told.append(f"{name}: {', '.join(where) or 'nowhere'}")
    style.show(
        fig,
        f"A scan in {depth} slices of {height} by {width}. In every slice there is one white dot at the same place, "
        "which is a vessel seen from its end; slice 2 has a second dot. Below, where two detectors fire, as (slice, "
        f"row, column): {'; '.join(told)}.",
    )


# Channels in one dimension


def letters_as_channels(letters: str, x: np.ndarray) -> None:
    """A genome's letters above their channels (4, n): one row for each base."""
    fig, axes = style.figure(1, 1, width=0.5 * len(letters) + 0.8, height=2.5)
    grid = axes[0, 0]
    drawing.pixels(grid, x, numbers=True)
    drawing.name_cells(grid, _BASES, letters, style.TITLE)
    rows = "; ".join(f"{base}: {''.join(str(int(value)) for value in row)}" for base, row in zip(_BASES, x))
    style.show(fig, f"The letters {letters}, and below them four rows of 0s and 1s, one for each letter. {rows}.")


def motif(conv1d_channels: Function, dna: str, x: np.ndarray, w: np.ndarray, b: float) -> None:
    """A genome, and under each window's start the output of the motif `w` (4, k), by the reader's function."""
    z = attempt(conv1d_channels, x, w, b, shape=(len(dna) - w.shape[1] + 1,))
    if z is None:
        return
    fig, found = genome.outputs(dna, z, w.shape[1])
    style.show(
        fig,
        f"{len(dna)} letters of a genome: {dna}. Below, a bar for each window: the output of the filter with four "
        f"channels and bias {words.number(b)}. It is above 0 for {found}.",
    )


# Drawing


def _block(
    ax: Axes,
    size: tuple[int, int, int],
    corner: tuple[float, float],
    place: tuple[int, int, int] = (0, 0, 0),
    color: str = style.SKY,
    alpha: float = 1.0,
    flat: bool = False,
) -> None:
    """A block of unit cells, `size` (depth, height, width), `place` in cells from a corner given in the axes' units.

    Depth goes to the upper right. `flat` draws the front alone.
    """
    from matplotlib.patches import Polygon

    depth, height, width = size
    slant = np.array([0.42, -0.32])
    start = np.array(corner) + np.array([place[2], place[1]]) + place[0] * slant

    def face(origin: np.ndarray, across: np.ndarray, down: np.ndarray, shade: float) -> None:
        points = [origin, origin + across, origin + across + down, origin + down]
        light = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]) * shade
        ax.add_patch(
            Polygon([tuple(p) for p in points], facecolor=(*light, alpha), edgecolor=style.GREY, linewidth=0.6)
        )

    right, down = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    for i in range(height):
        for j in range(width):
            face(start + j * right + i * down, right, down, 1.0)
    if not flat:
        for d in range(depth):
            for j in range(width):
                face(start + j * right + d * slant, right, slant, 0.9)
            for i in range(height):
                face(start + width * right + i * down + d * slant, slant, down, 0.75)
    ax.autoscale_view()
