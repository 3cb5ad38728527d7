"""Figures of notebook 05: windows, their maxima, and what becomes of them when the picture moves.

Pictures are drawn black and white; maps, which filters have made, blue where they are above 0 and orange below.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style, words
from .attempt import attempt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray
Function = Callable[..., Any]
LINES = (style.INK, style.BLUE, style.ORANGE, style.GREEN, style.PINK, style.SKY)
MARKS = "osD^vP"


# Windows


def found(pictures: Array, maps: Array) -> None:
    """Pictures (N, H, W) side by side, and below each the map of a detector."""
    fig, axes = style.figure(2, len(pictures), width=2.9 * len(pictures), height=6.0)
    for column, (picture, values) in enumerate(zip(pictures, maps)):
        style.pixels(axes[0, column], picture, "moved by " + str(column) if column else "the picture", numbers=False)
        _map(axes[1, column], values, "the detector's map" if column == 0 else "", limit=1)
    places = ["; ".join(f"row {r}, column {c}" for r, c in np.argwhere(values > 0)) for values in maps]
    style.finish(
        fig,
        f'The word "Hi" on a black sheet, {len(pictures)} times, each time one pixel further right. Below each a map '
        f"that is 0 but for a single 1: at {', then at '.join(places)}.",
    )


def window(values: Array, size: int, top: int, left: int) -> None:
    """One window of a map, its entries, and the largest of them."""
    values = np.asarray(values)
    inside = values[top : top + size, left : left + size]
    limit = float(np.abs(values).max())
    height, width = values.shape
    fig, ax = _board(height, width + size + 5)
    _grid(ax, values, 0, 0, limit, "the map")
    style.outline(ax, top, left, size, size)
    _grid(ax, inside, (height - size) / 2, width + 1.5, limit, "a window")
    style.outline(ax, (height - size) / 2, width + 1.5, size, size)
    _grid(ax, np.array([[inside.max()]]), (height - 1) / 2, width + size + 3, limit, "its largest")
    style.finish(
        fig,
        f"A map of {values.shape[0]} by {values.shape[1]} numbers. A frame marks the window of {size} by {size} whose "
        f"top left corner is at row {top}, column {left}. It holds {words.line(inside)}; the largest of them is "
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
        _map(ax, count, f"size {size}, stride {stride}", limit=9)
        for n, color in ((0, style.PINK), (1, style.GREEN)):
            style.outline(ax, 0, lefts[n], size, size, color)
        ax.set_xlabel(f"{len(tops)} × {len(lefts)} windows", fontsize=style.LABEL, color=style.INK)
        unseen = int((count == 0).sum())
        told.append(
            f"size {size}, stride {stride}: {len(tops)} times {len(lefts)} windows, cells lie in up to "
            f"{count.max()} windows, {unseen} cells in none"
        )
    style.finish(
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
    _grid(ax, values, 0, 0, limit, f"{height} by {width}")
    if stride >= size:
        _windows(ax, shape, size, stride)
    name = f"size {size}, stride {stride}: {shape[0]} by {shape[1]}"
    _grid(ax, small, (height - shape[0]) / 2, width + 1.5, limit, name)
    style.finish(
        fig,
        f"A map of {values.shape[0]} by {values.shape[1]}, above 0 at {_places(values)}; and what {_name(pool)} makes "
        f"of it with size {size} and stride {stride}. Its rows: {words.rows(small)}.",
    )


def bank(picture: Array, filters: Array, maps: Array, names: Sequence[str]) -> None:
    """A digit, the filters that look for strokes in it, and their maps (F, H, W)."""
    fig, axes = style.figure(2, len(filters) + 1, width=10.4, height=4.4, height_ratios=[1, 2])
    _paper(axes[1, 0], picture, "a digit")
    axes[0, 0].set_axis_off()
    limit = float(maps.max())
    for column, (weights, values, name) in enumerate(zip(filters, maps, names), start=1):
        _map(axes[0, column], weights, name)
        _map(axes[1, column], values, "its map", limit, numbers=False)
    above = ", ".join(str(int((values > 0).sum())) for values in maps)
    style.finish(
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
        _map(axes[0, column], maps[column], name, limit, numbers=False)
        for row, ((size, stride), result) in enumerate(zip(choices, small), start=1):
            _map(axes[row, column], result[column], "", limit, numbers=False)
            if column == 0:
                axes[row, 0].set_ylabel(f"size {size}, stride {stride}", color=style.INK)
    axes[0, 0].set_ylabel("before", color=style.INK)
    told = "; ".join(
        f"size {size}, stride {stride}: {result.shape[1]} by {result.shape[2]}"
        for (size, stride), result in zip(choices, small)
    )
    style.finish(
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
        title = ("a photograph", f"every {_th(sizes[0])} pixel", f"means, size {sizes[0]}", f"largest, size {sizes[0]}")
        axes[0, column].imshow(values, cmap="gray", vmin=0, vmax=pictures[0].max())
        _bare(axes[0, column], title[column])
    for column, values in enumerate(lines[1]):
        title = ("a map", f"every {_th(sizes[1])} number", f"means, size {sizes[1]}", f"largest, size {sizes[1]}")
        _map(axes[1, column], values, title[column], limit=1)
    style.finish(
        fig,
        "Above, a grey photograph made smaller in three ways: every fourth pixel looks ragged, the means look like a "
        "small photograph, the largest values make it brighter. Below, the map with two detections, made smaller: "
        f"every third number gives {words.rows(lines[1][1])}, the means {words.rows(lines[1][2])}, the largest "
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
            print(
                f"{_name(pooled_shape)} gives {result.tolist()} for {given}. Its check says more; then run this again."
            )
            return
        shapes.append(result.astype(int))
    from matplotlib.patches import Rectangle

    gap = 5.0
    width = sum(float(n[3]) + 0.45 * n[1] + gap for n in shapes)
    tall = float(shape[2]) + 0.45 * shape[1]
    fig, axes = style.figure(1, 1, width=9.6, height=9.6 * (tall + 7) / width)
    ax: Axes = axes[0, 0]
    left = 0.0
    for images, channels, height, across in shapes:
        for sheet in reversed(range(channels)):
            corner = (left + 0.45 * sheet, -0.45 * sheet)
            ax.add_patch(Rectangle(corner, across, height, facecolor=style.SKY, edgecolor=style.PAPER, linewidth=0.6))
        label = f"{height} × {across}\n{images * channels * height * across:,} numbers"
        ax.text(left + across / 2, height + 1, label, ha="center", va="top", fontsize=style.TEXT, color=style.INK)
        left += float(across) + 0.45 * channels + gap
    ax.set_xlim(-2.5, width)
    ax.set_ylim(float(shape[2]) + 6, -0.45 * shape[1] - 1)
    ax.set_aspect("equal")
    ax.set_axis_off()
    told = ", then ".join(f"{n[2]} by {n[3]}" for n in shapes)
    style.finish(
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
            _grid(ax, values, 0, 0, 1, scale=1 if row == 0 else size, numbers=row > 0)
            _frame(ax, *maps.shape[1:])
            if row == 0:
                _windows(ax, small_shape, size, size)
                style.set_title(ax, "at rest" if column == 0 else f"moved by {column}")
            said = name if column == 0 else f"{changes[column]} of {values.size} changed"
            ax.text(-0.5, maps.shape[1] + 0.6, said, va="center", fontsize=style.TEXT, color=style.INK)
        told.append(f"{name}: {', '.join(map(str, changes[1:]))} of {line[0].size} numbers changed")
    style.finish(
        fig,
        f"A map with one detection, at rest and moved by 1 to {len(maps) - 1} pixels; below, every {_th(size)} number "
        f"of it, and max pooling with size and stride {size}. {'; '.join(told)}.",
    )


def staying(pool: Function, sizes: Sequence[int] = (1, 2, 3, 4), most: int = 4) -> None:
    """How often a pooled map stays as it was when a single detection moves, from all places: measured, and the rule."""
    starts = int(np.lcm.reduce(sizes))
    share = np.zeros((len(sizes), most + 1))
    width = 2 * starts + most
    for line, size in enumerate(sizes):
        shape = (1, (width - size) // size + 1)
        results = np.zeros((width, *shape))
        for place in range(starts + most):
            values = np.zeros((size, width))
            values[0, place] = 1
            result = attempt(pool, values, size, size, shape=shape)
            if result is None:
                return
            results[place] = result
        for steps in range(most + 1):
            same = [np.array_equal(results[place], results[place + steps]) for place in range(starts)]
            share[line, steps] = np.mean(same)
    fig, axes = style.figure(1, 1, width=7.0, height=3.2)
    ax = axes[0, 0]
    for size, measured, color, mark in zip(sizes, share, LINES, MARKS):
        name = "no pooling" if size == 1 else f"size {size}, stride {size}"
        ax.plot(range(most + 1), measured, "-" + mark, color=color, linewidth=2, label=name)
    ax.set(xlabel="the picture moves by ... pixels", ylim=(-0.04, 1.06), xticks=range(most + 1))
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    style.legend(ax, loc="upper right")
    style.set_title(ax, "detections that stay where they were, after pooling")
    told = "; ".join(
        f"{'no pooling' if size == 1 else f'size {size}'}: {', '.join(f'{value:.0%}' for value in measured)}"
        for size, measured in zip(sizes, share)
    )
    style.finish(
        fig,
        f"Share of all places from which a single detection, moved by 0 to {most} pixels, leaves the pooled map as it "
        f"was. {told}.",
    )


def anywhere(detected: Function, pictures: Array, maps: Array, titles: Sequence[str], names: Sequence[str]) -> None:
    """Pictures (N, H, W), and what the reader's `detected_anywhere` makes of their maps (N, F, H, W), as bars."""
    values = attempt(detected, maps, shape=maps.shape[:2])
    if values is None:
        return
    fig, axes = style.figure(2, len(pictures), width=2.5 * len(pictures), height=4.2, height_ratios=[3, 2])
    for column, (picture, title, numbers) in enumerate(zip(pictures, titles, values)):
        _paper(axes[0, column], picture, title)
        ax = axes[1, column]
        ax.bar(range(len(names)), numbers, color=style.BLUE)
        for place, number in enumerate(numbers):
            ax.text(place, number, f"{number:.2f}", ha="center", va="bottom", fontsize=style.SMALL, color=style.INK)
        ax.set_xticks(range(len(names)), names, fontsize=style.SMALL)
        ax.set_ylim(0, 1.2 * float(values.max()))
        ax.set_yticks([])
    told = "; ".join(
        f"{title}: {', '.join(f'{name} {number:.2f}' for name, number in zip(names, numbers))}"
        for title, numbers in zip(titles, values)
    )
    style.finish(fig, f"Digits, and below each the largest output of each stroke filter. {told}.")


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
        measure = functools.update_wrapper(functools.partial(_measured, maps_of, pool, most), asked)
        result = attempt(measure, digits, shape=(2, most + 1))
        if result is None:
            return
        results[name] = result
    fig, axes = style.figure(1, 2, width=10.4, height=3.9)
    for ax, part in zip(axes[0], (0, 1)):
        for (name, result), color, mark in zip(results.items(), LINES, MARKS):
            ax.plot(result[part], "-" + mark, color=color, linewidth=2, markersize=5, label=name)
        ax.set_xticks(range(most + 1))
        ax.set_xlabel("moved by ... pixels")
    change, accuracy = axes[0]
    change.axhline(1, color=style.GREY, linestyle="--", linewidth=1)
    change.set_ylim(-0.05, None)
    change.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "another\ndigit", "1.5"])
    style.set_title(change, "how far the features are from those at rest")
    accuracy.axhline(0.1, color=style.GREY, linestyle="--", linewidth=1)
    accuracy.text(0, 0.115, "guessing", fontsize=style.SMALL, color=style.INK)
    accuracy.set_ylim(0, 1.05)
    accuracy.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    style.set_title(accuracy, "accuracy")
    handles, labels = change.get_legend_handles_labels()
    style.legend(fig, handles, labels, loc="outside right center")
    told = "; ".join(
        f"{name}: features {', '.join(f'{value:.2f}' for value in result[0])}, "
        f"accuracy {', '.join(f'{value:.0%}' for value in result[1])}"
        for name, result in results.items()
    )
    style.finish(
        fig,
        f"Two charts for test digits moved by 0 to {most} pixels. Left: how far their features move, as a share of "
        f"the distance to another digit. Right: accuracy of a classifier trained on digits at rest. {told}.",
    )


def _measured(maps_of: Function, pool: Function, most: int, digits: tuple[Array, Array, Array, Array]) -> Array:
    """Two rows for moves by 0 to `most`: how far features move, as a share of the distance to another digit; accuracy.

    Digits move in four directions by turns.
    """
    from sklearn.linear_model import LogisticRegression

    def features(images: Array) -> Array:
        return np.asarray(pool(maps_of(images))).reshape(len(images), -1)

    train, train_labels, test, labels = digits
    classifier = LogisticRegression(max_iter=1000).fit(features(train), train_labels)
    at_rest = features(test)
    to_another = np.linalg.norm(at_rest - np.roll(at_rest, 1, axis=0), axis=1).mean()
    change, accuracy = [], []
    for steps in range(most + 1):
        ways = [(0, steps), (steps, 0), (0, -steps), (-steps, 0)]
        now = features(np.array([np.roll(image, ways[n % 4], axis=(0, 1)) for n, image in enumerate(test)]))
        change.append(np.linalg.norm(now - at_rest, axis=1).mean() / to_another)
        accuracy.append(classifier.score(now, labels))
    return np.array([change, accuracy])


# Drawing


def _map(ax: Axes, values: Any, title: str = "", limit: float | None = None, numbers: bool | None = None) -> None:
    style.pixels(ax, values, title, numbers=numbers, signed=True, limit=limit)
    ax.set_xticks([])  # a major tick would hide a line of the grid
    ax.set_yticks([])


def _board(rows: float, columns: float) -> tuple[Any, Axes]:
    """A figure measured in cells, for grids side by side whose cells are of one size."""
    fig, axes = style.figure(1, 1, width=0.4 * columns, height=0.4 * (rows + 1.2))
    _frame(axes[0, 0], rows, columns)
    axes[0, 0].set_ylim(rows - 0.3, -1.4)
    return fig, axes[0, 0]


def _frame(ax: Axes, rows: float, columns: float) -> None:
    ax.set_xlim(-0.7, columns - 0.3)
    ax.set_ylim(rows - 0.3, -0.7)
    ax.set_aspect("equal")
    ax.set_axis_off()


def _grid(
    ax: Axes,
    values: Array,
    top: float,
    left: float,
    limit: float,
    title: str = "",
    scale: int = 1,
    numbers: bool = True,
) -> None:
    """Numbers as cells, the first one's middle at (top, left); with `scale` a cell covers that many on each side."""
    from matplotlib.patches import Rectangle

    for (row, column), value in np.ndenumerate(values):
        corner = (left + scale * column - 0.5, top + scale * row - 0.5)
        color = style.signed_map()((value / limit + 1) / 2)
        ax.add_patch(Rectangle(corner, scale, scale, facecolor=color, edgecolor=style.GREY, linewidth=0.5))
        if numbers or value:
            ink = style.PAPER if abs(value) > style.DEEP * limit else style.INK
            middle = (corner[0] + scale / 2, corner[1] + scale / 2)
            ax.text(*middle, words.number(value), ha="center", va="center", fontsize=style.TEXT, color=ink)
    if title:
        ax.text(left - 0.5, top - 0.95, title, va="center", fontsize=style.LABEL, fontweight="bold", color=style.INK)


def _windows(ax: Axes, shape: tuple[int, ...], size: int, stride: int) -> None:
    """Frames around the windows of a map that starts at (0, 0)."""
    for row in range(shape[0]):
        for column in range(shape[1]):
            style.outline(ax, row * stride, column * stride, size, size, style.GREY)


def _paper(ax: Axes, image: Array, title: str) -> None:
    """Ink on paper, without a grid."""
    ax.imshow(image, cmap="gray_r")
    _bare(ax, title)


def _bare(ax: Axes, title: str) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=True, color=style.FAINT)
    style.set_title(ax, title)


def _name(function: Function) -> str:
    return getattr(function, "__name__", "your function")


def _th(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}.get(n, f"{n}th")


def _places(values: Array) -> str:
    return ", ".join(f"row {row} column {column}" for row, column in np.argwhere(values > 0)) or "no place"
