"""Figures of notebook 05: windows, their maxima, and what becomes of them when the picture moves.

Pictures are drawn black and white; maps, which filters have made, blue where they are above 0 and orange below.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attempt import attempt, complain, name_of
from ..experiments import features
from ..experiments import moving as experiments
from . import drawing, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
Function = Callable[..., Any]
LINES = (style.INK, style.BLUE, style.ORANGE, style.GREEN, style.PINK, style.SKY)
_signed = functools.partial(drawing.pixels, signed=True)


# Windows


def found(pictures: Array, maps: Array) -> None:
    """Pictures (N, H, W) side by side, and below each the map of a detector."""
    fig, axes = style.figure(2, len(pictures), width=2.9 * len(pictures), height=6.0)
    for column, (picture, values) in enumerate(zip(pictures, maps)):
        drawing.pixels(axes[0, column], picture, "moved by " + str(column) if column else "the picture", numbers=False)
        _signed(axes[1, column], values, "the detector's map" if column == 0 else "", limit=1)
    places = ["; ".join(f"row {r}, column {c}" for r, c in np.argwhere(values > 0)) for values in maps]
    style.show(
        fig,
        f'The word "Hi" on a black sheet, {len(pictures)} times, each time one pixel further right. Below each a map '
        f"that is 0 but for a single 1: at {', then at '.join(places)}.",
    )


def window(values: Array, size: int, top: int, left: int) -> None:
    """One window of a map, its entries, and their maximum."""
    values = np.asarray(values)
    inside = values[top : top + size, left : left + size]
    limit = float(np.abs(values).max())
    height, width = values.shape
    fig, ax = _board(height, width + size + 5)
    drawing.cells(ax, values, 0, 0, limit, "the map")
    drawing.outline(ax, top, left, size, size)
    drawing.cells(ax, inside, (height - size) / 2, width + 1.5, limit, "a window")
    drawing.outline(ax, (height - size) / 2, width + 1.5, size, size)
    drawing.cells(ax, np.array([[inside.max()]]), (height - 1) / 2, width + size + 3, limit, "its maximum")
    style.show(
        fig,
        f"A map of {values.shape[0]} by {values.shape[1]} numbers. A frame marks the window of {size} by {size} whose "
        f"top left corner is at row {top}, column {left}. It holds {words.line(inside)}; the maximum is "
        f"{inside.max():g}.",
    )


def coverage(height: int, width: int, choices: Sequence[tuple[int, int]]) -> None:
    """For each (size, stride): in how many windows each cell of a map lies, with two neighbouring windows framed."""
    fig, axes = style.figure(1, len(choices), width=2.7 * len(choices), height=3.1)
    told = []
    for ax, (size, stride) in zip(axes[0], choices):
        tops, lefts = (range(0, side - size + 1, stride) for side in (height, width))
        count = np.zeros((height, width), int)
        for top in tops:
            for left in lefts:
                count[top : top + size, left : left + size] += 1
        _signed(ax, count, f"size {size}, stride {stride}", limit=9)
        for n, color in ((0, style.PINK), (1, style.GREEN)):
            drawing.outline(ax, 0, lefts[n], size, size, color)
        drawing.note(ax, f"{len(tops)} × {len(lefts)} windows")
        unseen = int((count == 0).sum())
        told.append(
            f"size {size}, stride {stride}: {len(tops)} times {len(lefts)} windows, cells lie in up to "
            f"{count.max()} windows, {unseen} cells in none"
        )
    style.show(
        fig,
        f"A map of {height} by {width} cells for each choice of size and stride; each cell holds the number of windows "
        f"it lies in. {'; '.join(told)}.",
    )


def pooled(pool: Function, values: Array, size: int, stride: int) -> None:
    """A map (H, W) and what the reader's function makes of it."""
    values = np.asarray(values)
    shape = tuple((side - size) // stride + 1 for side in values.shape)
    small = attempt(pool, values, size, stride, shape=shape)
    if small is None:
        return
    limit = max(float(np.abs(values).max()), 1e-12)
    height, width = values.shape
    fig, ax = _board(height, width + shape[1] + 6)
    drawing.cells(ax, values, 0, 0, limit, f"{height} by {width}")
    if stride >= size:
        drawing.windows(ax, shape, size, stride)
    name = f"size {size}, stride {stride}: {shape[0]} by {shape[1]}"
    drawing.cells(ax, small, (height - shape[0]) / 2, width + 1.5, limit, name)
    style.show(
        fig,
        f"A map of {values.shape[0]} by {values.shape[1]}, above 0 at {_places(values)}; and what {name_of(pool)} "
        f"makes of it with size {size} and stride {stride}. Its rows: {words.rows(small)}.",
    )


def bank(picture: Array, filters: Array, maps: Array, names: Sequence[str]) -> None:
    """A digit, the filters that look for strokes in it, and their maps (F, H, W)."""
    fig, axes = style.figure(2, len(filters) + 1, width=10.4, height=4.4, height_ratios=[1, 2])
    drawing.digit(axes[1, 0], picture, "a digit")
    axes[0, 0].set_axis_off()
    limit = float(maps.max())
    for column, (weights, values, name) in enumerate(zip(filters, maps, names), start=1):
        _signed(axes[0, column], weights, name)
        _signed(axes[1, column], values, "its map", limit=limit, numbers=False)
    above = ", ".join(str(int((values > 0).sum())) for values in maps)
    style.show(
        fig,
        f"A handwritten digit, {len(filters)} filters of 3 by 3 that look for strokes ({', '.join(names)}), and the "
        f"map of each: above 0 in {above} of {maps[0].size} places.",
    )


def bank_pooled(pool: Function, maps: Array, names: Sequence[str], choices: Sequence[tuple[int, int]]) -> None:
    """Maps (F, H, W) of one picture, and below them what the reader's `max_pool2d` leaves, for each (size, stride)."""
    small = []
    for size, stride in choices:
        sides = ((side - size) // stride + 1 for side in maps.shape[1:])
        result = attempt(pool, maps[None], size, stride, shape=(1, len(maps), *sides))
        if result is None:
            return
        small.append(result[0])
    fig, axes = style.figure(1 + len(choices), len(maps), width=9.0, height=2.3 * (1 + len(choices)))
    limit = float(maps.max())
    for column, name in enumerate(names):
        _signed(axes[0, column], maps[column], name, limit=limit, numbers=False)
        for row, ((size, stride), result) in enumerate(zip(choices, small), start=1):
            _signed(axes[row, column], result[column], "", limit=limit, numbers=False)
            if column == 0:
                axes[row, 0].set_ylabel(f"size {size}, stride {stride}", color=style.INK)
    axes[0, 0].set_ylabel("before", color=style.INK)
    told = "; ".join(
        f"size {size}, stride {stride}: {result.shape[1]} by {result.shape[2]}"
        for (size, stride), result in zip(choices, small)
    )
    style.show(
        fig,
        f"{len(maps)} maps of {maps.shape[1]} by {maps.shape[2]} ({', '.join(names)}), and below each the pooled ones: "
        f"{told}. The strokes keep their rough places; each map has its own result.",
    )


# Smaller in three ways


def shrunk(max_pool: Function, avg_pool: Function, photo: Array, detections: Array, sizes: tuple[int, int]) -> None:
    """A grey picture and a map of detections, made smaller: every `size`-th number, windows' means, their maxima."""
    pictures = (np.asarray(photo, float), np.asarray(detections, float))
    lines = []
    for picture, size in zip(pictures, sizes):
        shape = (1, 1, *((side - size) // size + 1 for side in picture.shape))
        mean = attempt(avg_pool, picture[None, None], size, size, shape=shape)
        largest = None if mean is None else attempt(max_pool, picture[None, None], size, size, shape=shape)
        if mean is None or largest is None:
            return
        every = picture[::size, ::size][: shape[2], : shape[3]]
        lines.append((picture, every, mean[0, 0], largest[0, 0]))
    fig, axes = style.figure(2, 4, width=10.4, height=5.4)
    for column, values in enumerate(lines[0]):
        title = ("a photograph", f"every {_th(sizes[0])} pixel", f"means, size {sizes[0]}", f"maxima, size {sizes[0]}")
        drawing.picture(axes[0, column], values, title[column], float(pictures[0].max()), framed=True)
    for column, values in enumerate(lines[1]):
        title = ("a map", f"every {_th(sizes[1])} number", f"means, size {sizes[1]}", f"maxima, size {sizes[1]}")
        _signed(axes[1, column], values, title[column], limit=1)
    style.show(
        fig,
        "Above, a grey photograph made smaller in three ways: every fourth pixel looks ragged, the means look like a "
        "small photograph, the maxima make it brighter. Below, the map with two detections, made smaller: "
        f"every third number gives {words.rows(lines[1][1])}, the means {words.rows(lines[1][2])}, the maxima "
        f"{words.rows(lines[1][3])}.",
    )


def shrinking(pooled_shape: Function, shape: tuple[int, ...], size: int, stride: int) -> None:
    """Maps to scale, pooled again and again with the reader's `pooled_shape` until the window no longer fits."""
    shapes = [np.array(shape)]
    while min(shapes[-1][2:]) >= size and len(shapes) < 8:
        given = tuple(int(n) for n in shapes[-1])
        result = attempt(pooled_shape, given, size, stride, shape=(4,))
        if result is None:
            return
        right = (*given[:2], *((side - size) // stride + 1 for side in given[2:]))
        if tuple(result) != right:
            complain(pooled_shape, f"{right} for {given}")
            return
        shapes.append(result.astype(int))
    gap = 5.0
    width = sum(float(n[3]) + 0.45 * n[1] + gap for n in shapes)
    tall = float(shape[2]) + 0.45 * shape[1]
    fig, axes = style.figure(1, 1, width=9.6, height=9.6 * (tall + 7) / width)
    ax: Axes = axes[0, 0]
    left = 0.0
    for images, channels, height, across in shapes:
        for sheet in reversed(range(channels)):
            step = 0.45 * sheet
            drawing.rectangle(ax, left + step, -step, across, height, style.SKY, edge=style.PAPER)
        label = f"{height} × {across}\n{images * channels * height * across:,} numbers"
        drawing.write(ax, left + across / 2, height + 1, label, va="top")
        left += float(across) + 0.45 * channels + gap
    drawing.canvas(ax, -2.5, width, -0.45 * shape[1] - 1, float(shape[2]) + 6)
    told = ", then ".join(f"{n[2]} by {n[3]}" for n in shapes)
    style.show(
        fig,
        f"{shape[1]} maps drawn to scale, pooled with size {size} and stride {stride} again and again: {told}. "
        f"Numbers in all: {', '.join(str(int(np.prod(n))) for n in shapes)}.",
    )


# Moves


def moving(pool: Function, maps: Array, size: int) -> None:
    """Maps (N, H, W) of a picture at rest and moved by 1, 2, ...; every `size`-th number of them; and pooled."""
    small_shape = tuple((side - size) // size + 1 for side in maps.shape[1:])
    rows: list[list[Array]] = [list(maps), [values[::size, ::size] for values in maps], []]
    for values in maps:
        small = attempt(pool, values, size, size, shape=small_shape)
        if small is None:
            return
        rows[2].append(small)
    names = ("the map", f"every {_th(size)} number", f"max pooling, size {size}")
    fig, axes = style.figure(3, len(maps), width=2.6 * len(maps), height=6.6)
    told = []
    for row, (line, name) in enumerate(zip(rows, names)):
        changes = [int((values != line[0]).sum()) for values in line]
        for column, values in enumerate(line):
            ax = axes[row, column]
            # A pooled number is drawn as large as the window it stands for.
            drawing.cells(ax, values, 0, 0, 1, scale=1 if row == 0 else size, numbers=row > 0)
            drawing.canvas(ax, -0.7, maps.shape[2] - 0.3, -0.7, maps.shape[1] - 0.3)
            if row == 0:
                drawing.windows(ax, small_shape, size, size)
                drawing.heading(ax, "at rest" if column == 0 else f"moved by {column}")
            said = name if column == 0 else f"{changes[column]} of {values.size} changed"
            drawing.write(ax, -0.5, maps.shape[1] + 0.6, said, ha="left")
        told.append(f"{name}: {', '.join(map(str, changes[1:]))} of {line[0].size} numbers changed")
    style.show(
        fig,
        f"A map with one detection, at rest and moved by 1 to {len(maps) - 1} pixels; below, every {_th(size)} number "
        f"of it, and max pooling with size and stride {size}. {'; '.join(told)}.",
    )


def staying(pool: Function, sizes: Sequence[int] = (1, 2, 3, 4), most: int = 4) -> None:
    """How often a pooled map stays as it was when a single detection moves, from all places: measured, and the rule."""
    if attempt(pool, np.ones((2, 6)), 2, 2, shape=(1, 3)) is None:
        return
    shape = (len(sizes), most + 1)
    share = attempt(experiments.share_unchanged, pool, sizes, most, shape=shape, reader=pool)
    if share is None:
        return
    fig, axes = style.figure(1, 1, width=7.0, height=3.2)
    ax = axes[0, 0]
    names = ["no pooling" if size == 1 else f"size {size}, stride {size}" for size in sizes]
    drawing.lines(ax, range(most + 1), dict(zip(names, share)), LINES)
    ax.set(xlabel="the picture moves by ... pixels", ylim=(-0.04, 1.06), xticks=range(most + 1))
    drawing.percent(ax)
    drawing.legend(ax, loc="upper right")
    drawing.heading(ax, "detections that stay where they were, after pooling")
    told = "; ".join(
        f"{'no pooling' if size == 1 else f'size {size}'}: {', '.join(f'{value:.0%}' for value in measured)}"
        for size, measured in zip(sizes, share)
    )
    style.show(
        fig,
        f"Share of all places from which a single detection, moved by 0 to {most} pixels, leaves the pooled map as it "
        f"was. {told}.",
    )


def jumps(pool: Function, smooth: Function, size: int, stride: int, most: int = 6) -> None:
    """How far two ways of pooling say that a single detection has gone, while it moves right pixel by pixel.

    A map says where by the mean column of its values, weighted by them, times the stride.
    """
    maps = np.zeros((most + 1, 1, 6 * stride, 8 * stride))
    maps[range(most + 1), 0, 2 * stride, 2 * stride + np.arange(most + 1)] = 1
    moved = {}
    for name, function, border in (("max pooling", pool, 0), ("with the blur", smooth, 2)):
        shape = (most + 1, 1, *((side - size - border) // stride + 1 for side in maps.shape[2:]))
        pooled = attempt(function, maps, size, stride, shape=shape)
        if pooled is None:
            return
        weights = pooled[:, 0].sum(axis=1)
        place = stride * (weights @ np.arange(weights.shape[1])) / weights.sum(axis=1)
        moved[name] = place - place[0]
    fig, axes = style.figure(1, 1, width=7.0, height=3.2)
    ax = axes[0, 0]
    drawing.lines(ax, range(most + 1), moved, LINES)
    ax.set(xlabel="the detection moves by ... pixels", xticks=range(most + 1), yticks=range(most + 1))
    drawing.legend(ax, loc="lower right")
    drawing.heading(ax, "the pooled map says: moved by ... pixels")
    told = "; ".join(f"{name}: {', '.join(f'{value:.1f}' for value in line)}" for name, line in moved.items())
    style.show(fig, f"How far pooled maps say that a detection has moved, for moves by 0 to {most} pixels. {told}.")


def anywhere(detected: Function, pictures: Array, maps: Array, titles: Sequence[str], names: Sequence[str]) -> None:
    """Pictures (N, H, W), and what the reader's `detected_anywhere` makes of their maps (N, F, H, W), as bars."""
    values = attempt(detected, maps, shape=maps.shape[:2])
    if values is None:
        return
    fig, axes = style.figure(2, len(pictures), width=2.5 * len(pictures), height=4.2, height_ratios=[3, 2])
    for column, (picture, title, numbers) in enumerate(zip(pictures, titles, values)):
        drawing.digit(axes[0, column], picture, title)
        ax = axes[1, column]
        drawing.columns(ax, names, numbers, style.BLUE, [f"{number:.2f}" for number in numbers])
        ax.tick_params(axis="x", labelsize=style.SMALL)
        ax.set_ylim(0, 1.2 * float(values.max()))
        ax.set_yticks([])
    told = "; ".join(
        f"{title}: {', '.join(f'{name} {number:.2f}' for name, number in zip(names, numbers))}"
        for title, numbers in zip(titles, values)
    )
    style.show(fig, f"Digits, and below each the maximum output of each stroke filter. {told}.")


def moved_digits(
    max_pool2d: Function,
    detected_anywhere: Function,
    maps_of: Function,
    choices: Sequence[tuple[int, int]],
    digits: tuple[Array, Array, Array, Array],
    most: int = 3,
) -> None:
    """For each (size, stride): how far features move when digits do, by 0 to `most` pixels, and the accuracy left.

    Features are the maps (N, F, H, W) that `maps_of` makes of images (N, H, W), pooled and flattened; they are also
    taken as they are, and of the whole map. A logistic regression learns from training digits at rest. `digits` are
    training images, their labels, test images, their labels.
    """
    small = np.arange(24.0).reshape(1, 2, 3, 4)
    ready = attempt(max_pool2d, small, 2, 1, shape=(1, 2, 2, 3))
    if ready is None or attempt(detected_anywhere, small, shape=(1, 2)) is None:
        return
    poolings: dict[str, Function] = {"no pooling": lambda maps: maps}
    for size, stride in choices:
        poolings[f"size {size}, stride {stride}"] = functools.partial(max_pool2d, size=size, stride=stride)
    poolings["whole map"] = detected_anywhere
    results: dict[str, Array] = {}
    for name, pool in poolings.items():
        asked = detected_anywhere if pool is detected_anywhere else max_pool2d  # to be named if something goes wrong
        measure = features.change_and_accuracy
        result = attempt(measure, maps_of, pool, digits, most, shape=(2, most + 1), reader=asked)
        if result is None:
            return
        results[name] = result
    fig, axes = style.figure(1, 2, width=10.4, height=3.9)
    for ax, part in zip(axes[0], (0, 1)):
        drawing.lines(ax, range(most + 1), {name: result[part] for name, result in results.items()}, LINES)
        ax.set_xticks(range(most + 1))
        ax.set_xlabel("moved by ... pixels")
    change, accuracy = axes[0]
    drawing.level(change, 1)
    change.set_ylim(-0.05, None)
    change.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "another\ndigit", "1.5"])
    drawing.heading(change, "how far the features are from those at rest")
    drawing.level(accuracy, 0.1, "guessing", size=style.SMALL)
    accuracy.set_ylim(0, 1.05)
    drawing.percent(accuracy)
    drawing.heading(accuracy, "accuracy")
    handles, labels = change.get_legend_handles_labels()
    drawing.legend(fig, handles, labels, loc="outside right center")
    told = "; ".join(
        f"{name}: features {', '.join(f'{value:.2f}' for value in result[0])}, "
        f"accuracy {', '.join(f'{value:.0%}' for value in result[1])}"
        for name, result in results.items()
    )
    style.show(
        fig,
        f"Two charts for test digits moved by 0 to {most} pixels. Left: how far their features move, as a share of "
        f"the distance to another digit. Right: accuracy of a classifier trained on digits at rest. {told}.",
    )


# Drawing


def _board(rows: float, columns: float) -> tuple[Figure, Axes]:
    """A figure for so many rows and columns of cells, with room for a title above each grid."""
    return drawing.board(-0.7, columns - 0.3, -1.4, rows - 0.3, unit=0.4)


def _th(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}.get(n, f"{n}th")


def _places(values: Array) -> str:
    return ", ".join(f"row {row} column {column}" for row, column in np.argwhere(values > 0)) or "no place"
