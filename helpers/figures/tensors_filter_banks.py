"""Figures of notebook 04: channels, boxes that slide through depth, banks of filters, im2col, receptive fields."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style, words
from .attempt import attempt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[..., Any]
_COLOURS = ("red", "green", "blue")
_BASES = "ACGT"
_LETTERS = {"A": style.GREEN, "C": style.BLUE, "G": style.YELLOW, "T": style.ORANGE}


# Channels


def channels(photo: np.ndarray, to_channels_first: Function) -> None:
    """A photograph (H, W, 3), from 0 to 1, and the three channels that the reader's function takes it apart into."""
    height, width, _ = photo.shape
    parts = attempt(to_channels_first, photo, shape=(3, height, width))
    if parts is None:
        return
    fig, axes = style.figure(1, 4, width=10.4, height=2.3)
    _photograph(axes[0, 0], photo, "the photograph")
    for ax, part, name in zip(axes[0, 1:], parts, _COLOURS):
        _grey(ax, part, f"{name}: mean {part.mean():.2f}", top=1)
    means = ", ".join(f"{name} {part.mean():.2f}" for name, part in zip(_COLOURS, parts))
    style.finish(
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
        _grey(ax, photo.reshape(3, height, width)[c], f"channel {c}, by reshape", top=1)
    style.finish(
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
        ax.text(x, 5.6, name, ha="center", va="top", fontsize=style.TEXT, fontweight="bold", color=style.INK)
        ax.text(x, 6.9, index, ha="center", va="top", fontsize=style.SMALL, family="monospace", color=style.INK)
    ax.set_xlim(-2.5, 51)
    ax.set_ylim(8.0, -1.6)
    ax.set_aspect("equal")
    ax.set_axis_off()
    style.finish(
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
        style.set_title(ax, f"{name}: out[{', '.join(map(str, place))}]", size=style.SMALL)
        ax.set_aspect("equal")
        ax.invert_yaxis()
        ax.set_axis_off()
    counts = [n - k + 1 for n, k in zip(shape, size)]
    style.finish(
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
            style.pixels(ax, volume[d], title, numbers=False, signed=False, limit=1)
            for row, column in zip(*np.nonzero(volume[d])):
                if line:
                    style.outline(ax, row, column)
        label = f"{name}, after ReLU" if line else name
        axes[line, 0].set_ylabel(label, fontsize=style.LABEL, color=style.INK)
    told = []
    for name, volume in rows[1:]:
        where = [f"({d}, {i}, {j})" for d, i, j in np.argwhere(volume > 0).tolist()]
        told.append(f"{name}: {', '.join(where) or 'nowhere'}")
    style.finish(
        fig,
        f"A scan in {depth} slices of {height} by {width}. In every slice there is one white dot at the same place, "
        "which is a vessel seen from its end; slice 2 has a second dot. Below, where two detectors fire, as (slice, "
        f"row, column): {'; '.join(told)}.",
    )


# Filters as deep as the picture


def colour_map(conv2d_depth: Function, photo: np.ndarray, w: np.ndarray, name: str) -> None:
    """A photograph (3, H, W), and one filter's output on it."""
    _, height, width = photo.shape
    z = attempt(conv2d_depth, photo, w, shape=(height - w.shape[1] + 1, width - w.shape[2] + 1))
    if z is None:
        return
    fig, axes = style.figure(1, 2, width=8.4, height=2.9)
    _photograph(axes[0, 0], photo.transpose(1, 2, 0), "the photograph")
    _signed(axes[0, 1], z, f"output of the filter {name}")
    axes[0, 1].set_xlabel("blue above 0, orange below", fontsize=style.SMALL, color=style.INK)
    style.finish(
        fig,
        f"The photograph of the flower, and a map of the filter {name}, blue above 0 and orange below. It ranges from "
        f"{z.min():.2f} to {z.max():.2f}: strongly positive on the orange flower, negative on the green leaves.",
    )


def colour_edge(conv2d_depth: Function, picture: np.ndarray, w: np.ndarray) -> None:
    """An edge between two colours (3, H, W) that is none in grey: a flat filter on grey, a deep one on the colours."""
    grey = picture.mean(axis=0, keepdims=True)
    shape = (picture.shape[1] - w.shape[1] + 1, picture.shape[2] - w.shape[2] + 1)
    flat = attempt(conv2d_depth, grey, w[:1], shape=shape)
    deep = attempt(conv2d_depth, picture, w, shape=shape) if flat is not None else None
    if flat is None or deep is None:
        return
    fig, axes = style.figure(1, 4, width=10.4, height=2.4)
    _photograph(axes[0, 0], picture.transpose(1, 2, 0), "in colour")
    for place, name in ((0.25, "red"), (0.75, "green")):  # not everybody sees which is which
        axes[0, 0].text(place, 0.5, name, transform=axes[0, 0].transAxes, ha="center", fontsize=style.LABEL)
    style.pixels(axes[0, 1], grey[0], f"in grey: {_told(grey[0])}", numbers=False, limit=1)
    top = max(float(np.abs(deep).max()), 1e-12)
    style.pixels(axes[0, 2], flat, "edge filter on grey", signed=True, limit=top)
    style.pixels(axes[0, 3], deep, "deep filter on colour", signed=True, limit=top)
    for ax in axes[0]:
        ax.title.set_fontsize(style.LABEL)
    style.finish(
        fig,
        "Four pictures. Left half red, right half green; the same in grey, one flat grey; the edge filter's output on "
        f"the grey picture, {_told(flat)}; and the deep filter's output on the colours, {_told(deep)}.",
    )


# Channels in one dimension


def letters_as_channels(letters: str, x: np.ndarray) -> None:
    """A genome's letters above their channels (4, n): one row for each base."""
    fig, axes = style.figure(1, 1, width=0.5 * len(letters) + 0.8, height=2.5)
    grid = axes[0, 0]
    style.pixels(grid, x, numbers=True)
    grid.tick_params(labelleft=True, labeltop=True, labelcolor=style.INK, labelsize=style.TITLE)
    grid.set_xticks(range(len(letters)), list(letters))
    grid.set_yticks(range(4), list(_BASES))
    rows = "; ".join(f"{base}: {''.join(str(int(value)) for value in row)}" for base, row in zip(_BASES, x))
    style.finish(fig, f"The letters {letters}, and below them four rows of 0s and 1s, one for each letter. {rows}.")


def motif(conv1d_channels: Function, genome: str, x: np.ndarray, w: np.ndarray, b: float) -> None:
    """A genome, and under each window's start the output of the motif `w` (4, k), by the reader's function."""
    k = w.shape[1]
    z = attempt(conv1d_channels, x, w, b, shape=(len(genome) - k + 1,))
    if z is None:
        return
    fired = np.flatnonzero(z > 0).tolist()
    fig, axes = style.figure(2, 1, width=10.4, height=3.0, height_ratios=[1, 1.5], sharex=True)
    strip, bars = axes[:, 0]
    _letters(strip, genome)
    for start in fired:
        style.outline(strip, 0, start, 1, k, style.INK)
    bars.bar(np.arange(len(z)), z, color=[style.GREEN if value > 0 else style.FAINT for value in z])
    bars.axhline(0, color=style.INK, linewidth=1)
    bars.set(xlim=(-0.7, len(genome) - 0.3), xlabel="where the window starts", ylabel="output")
    found = " and ".join(f"{genome[start : start + k]} at {start}" for start in fired) or "nowhere"
    style.finish(
        fig,
        f"{len(genome)} letters of a genome: {genome}. Below, a bar for each window: the output of the "
        "filter with four "
        f"channels and bias {words.number(b)}. It is above 0 for {found}.",
    )


# A bank of filters


def maps_of(filter_bank: Function, image: np.ndarray, bank: Mapping[str, Any], padding: int = 1) -> None:
    """A small grey picture (H, W), a bank of flat filters, and the maps that the reader's `filter_bank` gives."""
    w = np.array(list(bank.values()))
    shape = tuple(n + 2 * padding - k + 1 for n, k in zip(image.shape, w.shape[1:]))
    z = attempt(filter_bank, image[None], w[:, None], np.zeros(len(w)), padding, shape=(len(w), *shape))
    if z is None:
        return
    fig, axes = style.figure(3, len(w) + 1, width=10.4, height=6.4, width_ratios=[0.5] + [1] * len(w))
    top = float(np.abs(z).max())
    for ax in axes[:, 0]:
        ax.set_axis_off()
    axes[1, 0].set_axis_on()
    style.pixels(axes[1, 0], image, "the picture", numbers=False)
    for f, name in enumerate(bank):
        style.pixels(axes[0, f + 1], w[f], name, signed=True, limit=2)
        style.pixels(axes[1, f + 1], z[f], f"map {f}", signed=True, limit=top, size=style.SMALL)
        style.pixels(axes[2, f + 1], np.maximum(z[f], 0), "after ReLU", signed=True, limit=top, size=style.SMALL)
    told = []
    for name, values in zip(bank, z):
        cells = [f"({i}, {j}) {values[i, j]:g}" for i, j in np.argwhere(values > 0).tolist()]
        told.append(f"{name}: {', '.join(cells) or 'none'}")
    style.finish(
        fig,
        f"A picture of {image.shape[0]} by {image.shape[1]}, {len(w)} filters of {w.shape[1]} by {w.shape[2]}, and the "
        f"map of each, {shape[0]} by {shape[1]}, before and after ReLU. What is above 0, as (row, column) value: "
        f"{'; '.join(told)}.",
    )


def feature_maps(filter_bank: Function, photo: np.ndarray, bank: Mapping[str, np.ndarray]) -> None:
    """A photograph (3, H, W), and a map for each filter (3, 3, 3) of a named bank, by the reader's `filter_bank`."""
    w = np.stack(list(bank.values()))
    z = attempt(filter_bank, photo, w, np.zeros(len(w)), 1, shape=(len(w), *photo.shape[1:]))
    if z is None:
        return
    columns = 3
    rows = -(-(len(w) + 1) // columns)
    fig, axes = style.figure(rows, columns, width=10.4, height=2.45 * rows)
    for ax in axes.flat[len(w) + 1 :]:
        ax.set_axis_off()
    _photograph(axes.flat[0], photo.transpose(1, 2, 0), f"the photograph {photo.shape}")
    for ax, values, name in zip(axes.flat[1:], z, bank):
        if (values < 0).any():
            _signed(ax, values, name, share=0.98)
        else:
            _grey(ax, values, name, top=float(values.max()))
    style.caption(fig, "in the maps of two colours: blue above 0, orange below")
    ranges = "; ".join(f"{name} {values.min():.1f} to {values.max():.1f}" for name, values in zip(bank, z))
    style.finish(
        fig,
        f"A photograph of a pagoda and {len(w)} feature maps of it, of the same height and width, blue above 0 and "
        f"orange below. Edge filters draw the outlines that run their way, colour filters the red woodwork or the blue "
        f"sky. Values: {ranges}.",
    )


def two_layers(
    filter_bank: Function, image: np.ndarray, first: Mapping[str, Any], second: Mapping[str, Any], b: float
) -> None:
    """Maps of a first bank (flat filters), and of a second bank (one pixel wide) that looks at all of these maps."""
    w1 = np.array(list(first.values()), dtype=float)[:, None]
    w2 = np.array(list(second.values()), dtype=float)[:, :, None, None]
    z1 = attempt(filter_bank, image[None], w1, np.zeros(len(w1)), 1, shape=(len(w1), *image.shape))
    if z1 is None:
        return
    a1 = np.maximum(z1, 0)
    z2 = attempt(filter_bank, a1, w2, np.full(len(w2), b), shape=(len(w2), *image.shape))
    if z2 is None:
        return
    a2 = np.maximum(z2, 0)
    fig, axes = style.figure(2, len(w1) + 1, width=10.4, height=3.7)
    axes[1, 0].set_axis_off()
    style.pixels(axes[0, 0], image, "the picture", numbers=False)
    for line, (names, maps) in enumerate(((first, a1), (second, a2))):
        for ax, name, values in zip(axes[line, 1:], names, maps):
            style.pixels(ax, values, name, signed=True, numbers=False, limit=float(maps.max(initial=1)))
            ax.title.set_fontsize(style.LABEL)
            if line:
                for row, column in np.argwhere(values > 0).tolist():
                    style.outline(ax, row, column)
    told = []
    for name, values in zip(second, a2):
        cells = ", ".join(f"({i}, {j})" for i, j in np.argwhere(values > 0).tolist())
        told.append(f"{name} at {cells or 'no place'}")
    style.finish(
        fig,
        f"A picture with two white rectangles. First row: {len(w1)} maps of edges ({', '.join(first)}) after ReLU. "
        f"Second row: {len(w2)} maps of the second layer, which fire at single pixels, the corners: {'; '.join(told)}.",
    )


# The whole layer


def batch_maps(conv2d: Function, images: np.ndarray, bank: Mapping[str, Any]) -> None:
    """A batch of digits (N, H, W), and for each a map of every filter after ReLU, by the reader's `conv2d`."""
    w = np.array(list(bank.values()), dtype=float)[:, None]
    shape = (len(images), len(w), *images.shape[1:])
    z = attempt(conv2d, images[:, None], w, np.zeros(len(w)), 1, shape=shape)
    if z is None:
        return
    fig, axes = style.figure(len(images), len(w) + 1, width=1.75 * (len(w) + 1), height=1.35 * len(images) + 0.3)
    for n, image in enumerate(images):
        _grey(axes[n, 0], image, f"images[{n}]", top=float(images.max()))
        for f, name in enumerate(bank):
            title = f"{name}\nout[{n}, {f}]" if n == 0 else f"out[{n}, {f}]"
            _grey(axes[n, f + 1], np.maximum(z[n, f], 0), title, top=float(z[:, f].max()))
    for ax in axes.flat:
        ax.title.set_fontsize(style.SMALL)
    style.finish(
        fig,
        f"A grid: {len(images)} handwritten digits, one below the other, and beside each its {len(w)} feature maps "
        f"({', '.join(bank)}) after ReLU, all of the same size. In each map those strokes are bright that run the "
        "filter's way.",
    )


def weights_needed(count_conv2d_weights: Function) -> None:
    """Weights of some convolutional layers, by the reader's function, beside a fully connected one."""
    layers = {
        "8 filters 3 × 3 on grey": (1, 8, 3, 3),
        "64 filters 3 × 3 on colour": (3, 64, 3, 3),
        "64 filters 3 × 3 on 64 maps": (64, 64, 3, 3),
        "512 filters 3 × 3 on 512 maps": (512, 512, 3, 3),
    }
    numbers = []
    for layer in layers.values():
        count = attempt(count_conv2d_weights, *layer, shape=())
        if count is None:
            return
        numbers.append(max(int(count), 1))
    names = [*layers, "fully connected: the photograph to 100 units"]
    numbers.append(100 * (427 * 640 * 3 + 1))
    fig, axes = style.figure(1, 1, width=9.6, height=2.6)
    ax = axes[0, 0]
    ax.barh(names, numbers, color=[style.BLUE] * len(layers) + [style.ORANGE], height=0.6)
    for place, number in enumerate(numbers):
        ax.text(number * 1.2, place, f"{number:,}", va="center", fontsize=style.LABEL, color=style.INK)
    ax.set_xscale("log")
    ax.set_xlim(10, 5e9)
    ax.invert_yaxis()
    ax.set_xlabel("weights, biases included (each tick ten times the one before)")
    told = "; ".join(f"{name}: {number:,}" for name, number in zip(names, numbers))
    style.finish(fig, f"Bars on a logarithmic scale: how many weights a layer has. {told}.")


# Windows as the rows of a matrix


def windows_as_rows(im2col: Function, x: np.ndarray, kh: int, kw: int, shown: Sequence[int]) -> None:
    """A picture (H, W), and the matrix of its windows by the reader's `im2col`; some windows framed in both."""
    height, width = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    matrix = attempt(im2col, x[None, None], kh, kw, shape=(height * width, kh * kw))
    if matrix is None:
        return
    fig, axes = style.figure(1, 2, width=8.4, height=0.42 * height * width + 1.0, width_ratios=[2, 3])
    left, right = axes[0]
    style.pixels(left, np.ones(x.shape), f"x, {kh} × {kw} windows", numbers=False, limit=1)
    style.pixels(right, np.ones(matrix.shape), f"im2col: shape {matrix.shape}", numbers=False, limit=1)
    for ax, values in ((left, x), (right, matrix)):
        for (row, column), value in np.ndenumerate(values):
            ax.text(column, row, f"{value:g}", ha="center", va="center", fontsize=style.LABEL, color=style.INK)
    for number, color in zip(shown, (style.BLUE, style.ORANGE, style.GREEN)):
        style.outline(left, number // width, number % width, kh, kw, color)
        style.outline(right, number, 0, 1, kh * kw, color)
    right.tick_params(labelleft=True, labelcolor=style.INK)
    right.set_yticks(range(len(matrix)), [f"window {n}" for n in range(len(matrix))])
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in matrix)
    style.finish(
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
        _rectangle(ax, left, 0.5, wide, tall, color)
        ax.text(left + wide / 2, 0.25, name, ha="center", va="center", fontsize=style.TEXT, color=style.INK)
        ax.text(left + wide / 2, 0.7 + tall, size, ha="center", va="center", fontsize=style.TEXT, fontweight="bold")
    _rectangle(ax, 0.0, 1.6, 1.9, 0.16, style.BLUE)
    _rectangle(ax, 4.1, 0.5, 0.16, 1.9, style.BLUE)
    _rectangle(ax, 7.1, 1.6, 0.16, 0.16, style.BLUE)
    for x, sign in ((2.75, "@"), (5.75, "=")):
        ax.text(x, 1.7, sign, ha="center", va="center", fontsize=style.LARGE, color=style.INK)
    ax.set_xlim(-0.4, 9.4)
    ax.set_ylim(3.9, 0)
    ax.set_axis_off()
    style.finish(
        fig,
        f"Three rectangles: the matrix of windows, {rows:,} by {columns}, times the matrix of filters, {columns} by "
        f"{filters}, is the matrix of results, {rows:,} by {filters}. One row of the first and one "
        "column of the second "
        f"are marked; their dot product is one marked entry of the third. {rows * columns * filters:,} "
        "products in all.",
    )


def copies(im2col: Function, side: int = 8, k: int = 3) -> None:
    """How often each pixel of a picture is found in its matrix of windows, by the reader's `im2col`."""
    numbers = np.arange(side * side).reshape(1, 1, side, side)
    matrix = attempt(im2col, numbers, k, k, shape=((side - k + 1) ** 2, k * k))
    if matrix is None:
        return
    count = np.array([(matrix == number).sum() for number in range(side * side)]).reshape(side, side)
    fig, axes = style.figure(1, 1, width=4.2, height=3.6)
    style.pixels(axes[0, 0], count, "times in the matrix", signed=True, limit=2 * k * k)
    style.finish(
        fig,
        f"A grid of {side} by {side} numbers: how often each pixel occurs in the matrix of its {k} by {k} windows. "
        f"{count[0, 0]} in the corners, up to {count.max()} in the middle, {matrix.size} entries for "
        f"{side * side} pixels.",
    )


def race(runners: Mapping[str, Function], shape: tuple[int, int, int, int], filters: int, k: int = 3) -> None:
    """Times several functions on the same layer, and says whether they agree."""
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=shape), rng.normal(size=(filters, shape[1], k, k)), rng.normal(size=filters)
    out_shape = (shape[0], filters, shape[2], shape[3])
    products = int(np.prod(out_shape)) * shape[1] * k * k
    times: dict[str, float] = {}
    first = None
    for name, function in runners.items():
        start = time.perf_counter()
        out = attempt(function, x, w, b, k // 2, shape=out_shape)
        times[name] = time.perf_counter() - start
        if out is None:
            return
        for _ in range(2 if times[name] < 0.3 else 0):  # the first call warms up; a slow one needs no repeat
            start = time.perf_counter()
            function(x, w, b, k // 2)
            times[name] = min(times[name], time.perf_counter() - start)
        first = out if first is None else first
        if not np.allclose(out, first):
            print(f"{name} does not give the numbers of {next(iter(runners))}: see its check first.")
            return
    fig, axes = style.figure(1, 1, width=9.6, height=0.55 * len(times) + 1.2)
    ax = axes[0, 0]
    seconds = list(times.values())
    ax.barh(list(times), [value * 1000 for value in seconds], color=style.BLUE, height=0.6)
    for place, value in enumerate(seconds):
        speed = products / value / 1e6
        text = f"{value * 1000:.3g} ms, {speed:,.0f} million products a second"
        ax.annotate(text, (value * 1000, place), (6, 0), textcoords="offset points", va="center", color=style.INK)
    ax.set_xscale("log")
    ax.set_xlim(min(seconds) * 500, max(seconds) * 3e5)
    ax.invert_yaxis()
    ax.set_xlabel("milliseconds (each tick ten times the one before)")
    told = "; ".join(f"{name}: {value * 1000:.3g} ms" for name, value in times.items())
    style.finish(
        fig,
        f"Time for a layer of {filters} filters on a batch of shape {shape}, {products:,} products, "
        "measured here, on a "
        f"logarithmic scale. {told}. All give the same numbers.",
    )


# What one output sees


def seen(conv2d: Function, layers: int = 3, k: int = 3, side: int = 11) -> None:
    """Which pixels the middle output of 1, 2, ... layers sees, and on how many ways, by the reader's `conv2d`.

    A batch of pictures, each with a single pixel lit, goes through filters of 1s.
    """
    pixels = side * side
    maps = np.eye(pixels).reshape(pixels, 1, side, side)
    w, middle = np.ones((1, 1, k, k)), side // 2
    fields = []
    for _ in range(layers):
        out = attempt(conv2d, maps, w, np.zeros(1), k // 2, shape=maps.shape)
        if out is None:
            return
        maps = out
        fields.append(maps[:, 0, middle, middle].reshape(side, side))
    fig, axes = style.figure(1, layers, width=10.4, height=3.7)
    sides = []
    for number, (ax, field) in enumerate(zip(axes[0], fields), start=1):
        rows = np.flatnonzero(field.any(axis=1))
        sides.append(int(rows[-1] - rows[0] + 1) if rows.size else 0)
        name = "1 layer" if number == 1 else f"{number} layers"
        style.pixels(ax, field, f"{name}: {sides[-1]} by {sides[-1]}", signed=True, limit=1.6 * float(field.max()))
        for text in ax.texts:
            text.set_fontsize(style.SMALL)
            text.set_visible(text.get_text() != "0")
    told = "; ".join(f"{n} by {n} after {number}" for number, n in enumerate(sides, start=1))
    style.finish(
        fig,
        f"Grids of {side} by {side} pixels, for 1 to {layers} layers of {k} by {k} filters: on how many "
        "ways each pixel "
        f"gets to the output in the middle. The patch that is seen grows: {told}. Its middle counts most.",
    )


def seen_on_photo(
    receptive_field: Function, photo: np.ndarray, layers: Mapping[str, tuple[int, int]], place: tuple[int, int]
) -> None:
    """A photograph (H, W, 3), and on it the patch that one output of each layer of a network sees."""
    steps = list(layers.values())
    sides: list[int] = []
    for count in range(1, len(steps) + 1):
        found = attempt(receptive_field, steps[:count], shape=())
        if found is None:
            return
        sides.append(int(found))
    fig, axes = style.figure(1, 2, width=10.4, height=4.2, width_ratios=[2, 1])
    picture, key = axes[0]
    picture.imshow(photo)
    picture.set_axis_off()
    colors = (style.YELLOW, style.PINK, style.SKY, style.ORANGE)
    for number, (name, side) in enumerate(zip(layers, sides)):
        color = colors[number % len(colors)]
        style.outline(picture, place[0] - side / 2 + 0.5, place[1] - side / 2 + 0.5, side, side, color)
        box = {"facecolor": color, "edgecolor": "none", "pad": 1.5}
        corner = place[0] - side / 2 + 1, place[1] + side / 2 - 1
        if side > 40:  # smaller ones have no room for their number
            picture.text(
                corner[1], corner[0], str(side), ha="right", va="top", fontsize=style.SMALL, color=style.INK, bbox=box
            )
        _rectangle(key, 0, number + 0.15, 0.12, 0.7, color)
        key.text(0.2, number + 0.5, f"{name}: {side} by {side}", va="center", fontsize=style.LABEL, color=style.INK)
    picture.set_xlim(-0.5, photo.shape[1] - 0.5)
    picture.set_ylim(photo.shape[0] - 0.5, -0.5)
    key.set_xlim(0, 1.4)
    key.set_ylim(len(sides), 0)
    key.set_axis_off()
    told = "; ".join(f"{name}: {side} by {side}" for name, side in zip(layers, sides))
    style.finish(
        fig,
        f"A photograph of {photo.shape[0]} by {photo.shape[1]} pixels with squares around one place, one inside the "
        f"other: what one output of each layer sees. {told}.",
    )


# Drawing


def _photograph(ax: Axes, picture: np.ndarray, title: str) -> None:
    ax.imshow(picture)
    ax.set_axis_off()
    style.set_title(ax, title)


def _grey(ax: Axes, values: np.ndarray, title: str, top: float) -> None:
    ax.imshow(values, cmap="gray", vmin=0, vmax=max(top, 1e-12))
    ax.set_axis_off()
    style.set_title(ax, title)


def _signed(ax: Axes, values: np.ndarray, title: str, share: float = 1.0) -> None:
    """A large map, blue above 0 and orange below; `share` of the entries don't reach full colour."""
    limit = float(np.quantile(np.abs(values), share))
    style.pixels(ax, values, title, numbers=False, signed=True, limit=max(limit, 1e-12))
    ax.title.set_fontsize(style.LABEL)


def _letters(ax: Axes, letters: str) -> None:
    """A row of letters, each in its colour, letter i around x = i."""
    for position, letter in enumerate(letters):
        _rectangle(ax, position - 0.5, -0.5, 1, 1, _LETTERS[letter])
        color = style.PAPER if letter in "CT" else style.INK
        ax.text(position, 0, letter, ha="center", va="center", fontsize=style.SMALL, color=color)
    ax.set_xlim(-0.5, len(letters) - 0.5)
    ax.set_ylim(0.65, -0.65)
    ax.set_axis_off()


def _rectangle(ax: Axes, left: float, top: float, width: float, height: float, color: str) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((left, top), width, height, facecolor=color, edgecolor=style.GREY, linewidth=0.5))


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


def _told(values: np.ndarray) -> str:
    """The values of a map row by row, or their one value."""
    if np.all(values == values.flat[0]):
        return f"{words.number(values.flat[0])} everywhere"
    return f"from {words.number(values.min())} to {words.number(values.max())}"
