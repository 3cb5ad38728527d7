"""Figures of notebook 03: a filter sliding over an image. Positive numbers are blue, negative ones orange."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import pictures
from ..attempt import attempt, complain
from ..experiments import stop_sign, timing
from . import drawing, style, words
from .widgets import answered, widgets

Function = Callable[..., Any]
_photo = functools.partial(drawing.picture, top=1, size=style.LABEL)


# One window at a time


def patch(x: np.ndarray, w: np.ndarray, row: int, column: int, padding: int = 0) -> None:
    """The patch of x (padded) with its top left corner at [row, column]: its numbers, the weights, products and sum."""
    x, w = np.pad(np.asarray(x, float), padding), np.asarray(w, float)
    kh, kw = w.shape
    part = x[row : row + kh, column : column + kw]
    products = part * w + 0.0  # + 0.0: no -0
    limit = float(max(np.abs(w).max(), np.abs(products).max(), 1))
    widths = [x.shape[1], kw, kw, kw]
    fig, axes = style.figure(1, 4, width=9.8, height=2.7, width_ratios=widths)
    drawing.pixels(axes[0, 0], x, "the image" + (", padded" if padding else ""), limit=1)
    drawing.outline(axes[0, 0], row, column, kh, kw)
    for ax, values, title in zip(axes[0, 1:], (part, w, products), ("the patch", "× the filter", "= products")):
        drawing.pixels(ax, values, title, signed=title != "the patch", limit=1 if title == "the patch" else limit)
    drawing.note(axes[0, 3], f"sum: {words.number(products.sum())}", style.LARGE)
    style.show(
        fig,
        f"The image with a frame around the patch that starts in row {row}, column {column}. The patch: "
        f"{words.rows(part)}. "
        f"The filter: {words.rows(w)}. Their products: {words.rows(products)}. The sum is "
        f"{words.number(products.sum())}.",
    )


# "Hi"


def outputs(conv2d_single: Function, x: np.ndarray, w: np.ndarray, padding: int, b: float = 0.0) -> None:
    """What the reader's function makes of x, and what is left of it after ReLU."""
    shape = tuple(side + 2 * padding - k + 1 for side, k in zip(x.shape, w.shape))
    z = attempt(conv2d_single, x, w, b, padding, shape=shape)
    if z is None:
        return
    a = np.maximum(z, 0)
    fig, axes = style.figure(1, 3, width=9.0, height=2.8, width_ratios=[x.shape[1], shape[1], shape[1]])
    top = max(float(np.abs(z).max()), 1.0)
    how = f"padding {padding}" + (f", bias {words.number(b)}" if b else "")
    drawing.pixels(axes[0, 0], x, "image", limit=1)
    drawing.pixels(axes[0, 1], z, how, signed=True, limit=top)
    drawing.pixels(axes[0, 2], a, "after ReLU", signed=True, limit=top)
    style.show(
        fig,
        f"The image {words.rows(x)}; the filter's output with {how}, {shape[0]} by {shape[1]}: {words.rows(z)}; "
        f"after ReLU: {words.rows(a)}.",
    )


def dots(detect_dots: Function, image: np.ndarray) -> None:
    """A 0/1 picture with frames around the places that the reader's `detect_dots` gives."""

    def marks(image: np.ndarray) -> np.ndarray:
        found = np.zeros(image.shape)
        for row, column in detect_dots(image):
            found[row, column] = 1
        return found

    found = attempt(marks, image, shape=image.shape, reader=detect_dots)
    if found is None:
        return
    places = [(int(row), int(column)) for row, column in np.argwhere(found)]
    fig, axes = style.figure(1, 1, width=9.6, height=9.6 * image.shape[0] / image.shape[1] + 0.5)
    drawing.pixels(axes[0, 0], image, f"{len(places)} dots found", numbers=False, marked=places)
    listed = ", ".join(map(str, places)) or "none"
    style.show(
        fig,
        f"A line of writing in white pixels, {image.shape[0]} by {image.shape[1]}. Framed (row, column): {listed}.",
    )


def moved_first(
    conv2d_single: Function, x: np.ndarray, w: np.ndarray, padding: int, stride: int = 1, pixels: int = 1
) -> None:
    """Moving x and then filtering it, filtering it and then moving the map by one cell, and the difference."""
    moved = _to_the_right(x, pixels)
    shape = tuple((side + 2 * padding - k) // stride + 1 for side, k in zip(x.shape, w.shape))
    first = attempt(conv2d_single, moved, w, 0.0, padding, stride, shape=shape)
    still = None if first is None else attempt(conv2d_single, x, w, 0.0, padding, stride, shape=shape)
    if first is None or still is None:
        return
    then = _to_the_right(still, 1)
    differing = int(np.sum(np.abs(first - then) > 1e-9))
    by = f"by {pixels} pixel{'s' if pixels > 1 else ''}"
    fig, axes = style.figure(1, 4, width=10.4, height=3.0, width_ratios=[x.shape[1], *[shape[1]] * 3])
    top = max(float(np.abs([first, then]).max()), 1.0)
    drawing.pixels(axes[0, 0], moved, "moved", numbers=False, limit=max(float(x.max()), 1e-9))
    drawing.note(axes[0, 0], by)
    for ax, values, title, under in (
        (axes[0, 1], first, "then filtered", f"padding {padding}, stride {stride}"),
        (axes[0, 2], then, "filtered, then moved", "by 1 cell"),
        (axes[0, 3], first - then, "the difference", f"{differing} of {first.size} differ"),
    ):
        drawing.pixels(ax, values + 0.0, title, signed=True, limit=top, size=style.SMALL)
        drawing.note(ax, under)
    style.show(
        fig,
        f"A picture moved right {by} and then filtered, with padding {padding} and stride {stride}: "
        f"{words.rows(first)}; filtered first, and the map then moved by 1 cell: {words.rows(then)}. They differ in "
        f"{differing} of {first.size} places.",
    )


def _to_the_right(x: np.ndarray, places: int) -> np.ndarray:
    """x further right by so many columns; zeros come in."""
    moved = np.zeros(x.shape)
    moved[:, places:] = x[:, :-places]
    return moved


# Photographs

_DETAIL = (slice(8, 44), slice(56, 104))  # the roof's ornament and the tree tops beside it


def blur_and_sharpen(conv2d_single: Function, photo: np.ndarray, filters: dict[str, np.ndarray]) -> None:
    """A grey photograph and what each filter makes of it: the whole, and a detail."""
    results = {"the photograph": photo}
    for name, w in filters.items():
        z = attempt(conv2d_single, photo, w, 0.0, w.shape[0] // 2, shape=photo.shape)
        if z is None:
            return
        results[name] = z
    fig, axes = style.figure(2, len(results), width=10.0, height=4.9)
    for column, (name, picture) in enumerate(results.items()):
        _photo(axes[0, column], picture, name)
        _photo(axes[1, column], picture[_DETAIL])
    told = "; ".join(
        f"{name}: differences between neighbours of {np.abs(np.diff(picture, axis=1)).mean():.3f} on average"
        for name, picture in results.items()
    )
    style.show(
        fig,
        f"A grey photograph of {photo.shape[0]} by {photo.shape[1]} pixels, the whole above and a detail below, as it "
        f"is and after each filter. {told}.",
    )


def edges(conv2d_single: Function, edge_filters: Function, photo: np.ndarray) -> None:
    """What the reader's two filters find in a photograph."""

    def responses(photo: np.ndarray) -> np.ndarray:
        return np.stack([conv2d_single(photo, np.asarray(w), 0.0, 1) for w in edge_filters()])

    both = attempt(responses, photo, shape=(2, *photo.shape), reader=edge_filters)
    if both is None:
        return
    top = max(float(np.quantile(np.abs(both), 0.995)), 1e-9)
    fig, axes = style.figure(1, 3, width=10.4, height=2.7)
    _photo(axes[0, 0], photo, "the photograph")
    for ax, z, name in zip(axes[0, 1:], both, ("first filter: vertical edges", "second: horizontal edges")):
        drawing.pixels(ax, np.clip(z, -top, top), name, numbers=False, signed=True, limit=top)
        drawing.note(ax, "blue above 0, orange below", style.SMALL)
    strong = [float(np.mean(np.abs(z) > top / 4)) for z in both]
    style.show(
        fig,
        "A photograph of a pagoda and the outputs of two filters, blue where positive and orange where negative. The "
        f"first has strong outputs in {strong[0]:.0%} of the pixels, the second in {strong[1]:.0%}.",
    )


def magnitude(gradient_magnitude: Function, photo: np.ndarray) -> None:
    """A photograph as a drawing of its edges."""
    z = attempt(gradient_magnitude, photo, shape=photo.shape)
    if z is None:
        return
    fig, axes = style.figure(1, 2, width=9.4, height=3.3)
    _photo(axes[0, 0], photo, "the photograph")
    _photo(axes[0, 1], 1 - z / max(float(np.quantile(z, 0.995)), 1e-9), "strong edges dark")
    border = np.concatenate([z[0], z[-1], z[:, 0], z[:, -1]]).mean()
    style.show(
        fig,
        "A photograph, and the size of its gradient drawn dark on white: the outlines of roof, railings and "
        f"trees. The mean is {z[1:-1, 1:-1].mean():.2f} inside and {border:.2f} along the border of the picture.",
    )


def mystery(conv2d_single: Function, photo: np.ndarray, w: np.ndarray) -> None:
    """A filter, a photograph, and what the filter leaves of it after ReLU."""
    z = attempt(conv2d_single, photo, w, 0.0, 1, shape=photo.shape)
    if z is None:
        return
    a = np.maximum(z, 0)
    fig, axes = style.figure(1, 3, width=10.4, height=2.7, width_ratios=[0.55, 1, 1])
    drawing.pixels(axes[0, 0], w, "the filter", signed=True)
    _photo(axes[0, 1], photo, "the photograph")
    _photo(axes[0, 2], a / max(float(np.quantile(a, 0.995)), 1e-9), "its output after ReLU")
    style.show(
        fig,
        f"The filter {words.rows(w)}, a photograph, and the filter's output after ReLU, bright where it fires: in "
        f"{np.mean(a > 0.3):.0%} of the pixels it is above 0.3.",
    )


def own_filter(conv2d_single: Function, photo: np.ndarray, start: np.ndarray) -> None:
    """`mystery` with a field for each weight, answered by the reader's own function; one picture without widgets."""
    fields = widgets()
    if fields is None:
        mystery(conv2d_single, photo, start)
        return
    narrow = fields.Layout(width="70px")
    weights = {
        f"w{row}{column}": fields.FloatText(value=float(value), step=1, continuous_update=False, layout=narrow)
        for (row, column), value in np.ndenumerate(start)
    }
    rows = np.array(list(weights.values()), dtype=object).reshape(start.shape)

    def show(**values: float) -> None:
        mystery(conv2d_single, photo, np.reshape(list(values.values()), start.shape))

    answered(show, weights, fields.VBox([fields.HBox(list(row)) for row in rows]))


# Loops against windows


def race(functions: Sequence[Function], sides: Sequence[int] = (16, 32, 64, 128, 256), limit: float = 2.0) -> None:
    """Times convolutions of square images with a 3 by 3 filter; one that took longer than `limit` seconds drops out."""
    for function in functions:
        if attempt(function, np.ones((4, 5)), np.ones((3, 3)), shape=(2, 3)) is None:
            return
    seconds = {function.__name__: timing.convolution_times(function, sides, limit) for function in functions}
    fig, axes = style.figure(1, 1, width=7.6, height=3.2)
    ax = axes[0, 0]
    drawing.lines(ax, sides, seconds, (style.ORANGE, style.BLUE, style.GREEN))
    for times in seconds.values():
        end = words.duration(times[-1])
        drawing.write(ax, sides[len(times) - 1], times[-1], end, ha="left", offset=(8, 0))
    ax.set(xscale="log", yscale="log", xlabel="side of the image in pixels", ylabel="seconds")
    ax.set_xticks(list(sides), [str(n) for n in sides])
    ax.minorticks_off()
    ax.set_xlim(sides[0] * 0.85, sides[-1] * 1.5)
    drawing.legend(ax, loc="upper left")
    told = "; ".join(
        f"{name}: {words.duration(times[-1])} for side {sides[len(times) - 1]}" for name, times in seconds.items()
    )
    names = list(seconds)
    common = min(len(times) for times in seconds.values()) - 1
    ratio = seconds[names[0]][common] / seconds[names[-1]][common]
    drawing.heading(ax, f"{names[-1]} is {ratio:.0f} times as fast at side {sides[common]}")
    style.show(fig, f"Time against the side of the image, both axes logarithmic. {told}.")


def timed(functions: Sequence[Function], image: np.ndarray, w: np.ndarray) -> None:
    """Prints how long each convolution takes on one image."""
    for function in functions:
        shape = tuple(side - k + 1 for side, k in zip(image.shape, w.shape))
        if attempt(function, image, w, shape=shape) is not None:
            best = timing.best_time(lambda function=function: function(image, w))  # type: ignore[misc]
            print(f"{function.__name__}: {words.duration(best)}")


# The stop sign


def scene(street: pictures.Street, template: np.ndarray) -> None:
    """A street scene in colour and in grey, and the sign that is looked for, larger."""
    fig, axes = style.figure(1, 3, width=10.4, height=2.7, width_ratios=[1.5, 1.5, 1])
    for ax, picture, title in zip(
        axes[0],
        (street.image, pictures.grey(street.image), pictures.grey(template)),
        ("a street", "in grey: the mean of the colours", "the template, enlarged"),
    ):
        _photo(ax, picture, title)
    style.show(
        fig,
        f"A street scene of {street.image.shape[0]} by {street.image.shape[1]} pixels with houses, trees, a car, a "
        "speed limit, a yellow diamond and a stop sign, in colour and in grey; and a stop sign alone, "
        f"{template.shape[0]} by {template.shape[1]} pixels: a dark octagon with a white rim and white letters.",
    )


def template_as_filter(conv2d_single: Function, street: pictures.Street, w: np.ndarray, title: str) -> None:
    """The output of a filter on a street scene in grey; its largest output framed in the scene."""
    image = pictures.grey(street.image)
    shape = tuple(side - k + 1 for side, k in zip(image.shape, w.shape))
    z = attempt(conv2d_single, image, w, shape=shape)
    if z is None:
        return
    row, column = (int(place) for place in np.unravel_index(np.argmax(z), z.shape))
    hit = (row, column) == street.sign
    fig, axes = style.figure(1, 2, width=9.4, height=3.1, width_ratios=[image.shape[1], shape[1]])
    _photo(axes[0, 0], street.image, title)
    drawing.outline(axes[0, 0], row, column, *w.shape)
    low = max(float(z.min()), 0.0)
    _photo(axes[0, 1], (z - low) / max(float(z.max()) - low, 1e-9), "its output: brightest wins")
    axes[0, 1].plot(
        column, row, "o", markersize=14, markerfacecolor="none", color=style.PINK, markeredgewidth=3, clip_on=False
    )
    drawing.note(axes[0, 0], "this is the stop sign" if hit else "not the stop sign")
    style.show(
        fig,
        f"A street scene and the output of the filter ({title}). The output is largest in row {row}, column {column}, "
        f"framed in the scene; the stop sign is in row {street.sign[0]}, column {street.sign[1]}.",
    )


def matches(best_match: Function, streets: Sequence[pictures.Street], template: np.ndarray, columns: int = 3) -> None:
    """Street scenes with a frame where the reader's `best_match` finds the template."""
    t = pictures.grey(template)
    rows = -(-len(streets) // columns)
    fig, axes = style.figure(rows, columns, width=10.4, height=2.55 * rows)
    for ax in axes.flat[len(streets) :]:
        ax.set_axis_off()
    told = []
    for ax, street in zip(axes.flat, streets):
        found = attempt(best_match, pictures.grey(street.image), t, shape=(2,))
        if found is None:
            return
        row, column = (int(place) for place in found)
        hit = stop_sign.is_hit((row, column), street, len(t))
        _photo(ax, street.image, "found" if hit else "not found")
        drawing.outline(ax, row, column, len(t), t.shape[1], style.PINK if hit else style.ORANGE)
        told.append(f"({row}, {column}), {'right' if hit else 'wrong'}")
    style.show(fig, f"{len(streets)} street scenes with a frame at the best match (row, column): {'; '.join(told)}.")


def limits(best_match: Function, template: np.ndarray, seeds: Sequence[int] = range(3)) -> None:
    """How often the sign is found as it gets noisier, and as its size leaves that of the template."""
    side = len(template)
    tests: dict[str, dict[str, dict[str, Any]]] = {
        "noise (standard deviation; white is 1)": {f"{noise:g}": {"noise": noise} for noise in (0.1, 0.3, 0.6, 1.0)},
        f"side of the sign (template: {side})": {str(size): {"size": size} for size in (15, 18, 20, 21, 22, 24, 27)},
    }
    every = [options for settings in tests.values() for options in settings.values()]

    def found() -> list[float]:
        return [stop_sign.share_found(best_match, template, seeds, **options) for options in every]

    shares = attempt(found, shape=(len(every),), reader=best_match)
    if shares is None:
        return
    fig, axes = style.figure(1, 2, width=9.6, height=2.6, width_ratios=[4, 7])
    told = []
    for ax, (name, settings), some in zip(axes[0], tests.items(), np.split(shares, [4])):
        drawing.columns(ax, list(settings), some, style.BLUE, [f"{share:.0%}" for share in some])
        ax.set(xlabel=name, ylim=(0, 1.15))
        drawing.percent(ax)
        told.append(f"by {name}: " + ", ".join(f"{label}: {share:.0%}" for label, share in zip(settings, some)))
    drawing.heading(axes[0, 0], "signs found")
    style.show(fig, f"How many of {len(seeds)} stop signs are found, {'; '.join(told)}.")


def sizes_found(
    best_match: Function,
    best_template: Function,
    streets: Sequence[pictures.Street],
    templates: Sequence[np.ndarray],
    alone: int,
) -> None:
    """Streets with signs of several sizes: what the template `alone` finds in orange, what all of them find in pink."""
    side = len(templates[alone])
    fig, axes = style.figure(1, len(streets), width=9.6, height=3.4)
    told = []
    for ax, street in zip(axes.flat, streets):
        image = pictures.grey(street.image)
        one = attempt(best_match, image, templates[alone], shape=(2,))
        found = None if one is None else attempt(best_template, image, list(templates), shape=(3,))
        if one is None or found is None:
            return
        which = int(found[0])
        if which not in range(len(templates)):
            complain(best_template, f"the position of a template, from 0 to {len(templates) - 1}")
            return
        chosen = len(templates[which])
        hits = [stop_sign.is_hit(tuple(place), street, k) for place, k in ((one, side), (found[1:], chosen))]
        _photo(ax, street.image, f"a sign of {street.size} pixels")
        drawing.outline(ax, one[0], one[1], side, side, style.ORANGE)
        drawing.outline(ax, found[1], found[2], chosen, chosen, style.PINK)
        names = (f"orange: the template of {side}, ", f"pink: the best of all, of {chosen}, ")
        said = "\n".join(name + ("found" if hit else "not found") for name, hit in zip(names, hits))
        drawing.note(ax, said, style.TEXT)
        told.append(f"A sign of {street.size} pixels: {said}".replace("\n", "; "))
    style.show(
        fig,
        f"{len(streets)} streets, each with a stop sign of another size; framed in orange what the template of {side} "
        f"pixels finds, in pink what {len(templates)} templates find. {'. '.join(told)}.",
    )
