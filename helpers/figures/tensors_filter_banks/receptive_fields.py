"""What one output sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from .. import drawing, style, words

if TYPE_CHECKING:
    pass

Function = Callable[..., Any]


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
        title, limit = f"{name}: {sides[-1]} by {sides[-1]}", 1.6 * float(field.max())
        labels = np.array([[words.number(value) if value else "" for value in row] for row in field])
        drawing.pixels(ax, field, title, signed=True, limit=limit, labels=labels, size=style.SMALL)
    told = "; ".join(f"{n} by {n} after {number}" for number, n in enumerate(sides, start=1))
    style.show(
        fig,
        f"Grids of {side} by {side} pixels, for 1 to {layers} layers of {k} by {k} filters: on how many ways each "
        f"pixel gets to the output in the middle. The patch that is seen grows: {told}. Its middle counts most.",
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
    drawing.picture(picture, photo)
    colors = (style.YELLOW, style.PINK, style.SKY, style.ORANGE)
    for number, (name, side) in enumerate(zip(layers, sides)):
        color = colors[number % len(colors)]
        drawing.outline(picture, place[0] - side / 2 + 0.5, place[1] - side / 2 + 0.5, side, side, color)
        box = {"facecolor": color, "edgecolor": "none", "pad": 1.5}
        corner = place[0] - side / 2 + 1, place[1] + side / 2 - 1
        if side > 40:  # smaller ones have no room for their number
            drawing.write(picture, corner[1], corner[0], str(side), style.SMALL, ha="right", va="top", bbox=box)
        drawing.rectangle(key, 0, number + 0.15, 0.12, 0.7, color)
        drawing.write(key, 0.2, number + 0.5, f"{name}: {side} by {side}", style.LABEL, ha="left")
    drawing.canvas(picture, -0.5, photo.shape[1] - 0.5, -0.5, photo.shape[0] - 0.5)
    drawing.canvas(key, 0, 1.4, 0, len(sides), equal=False)
    told = "; ".join(f"{name}: {side} by {side}" for name, side in zip(layers, sides))
    style.show(
        fig,
        f"A photograph of {photo.shape[0]} by {photo.shape[1]} pixels with squares around one place, one inside the "
        f"other: what one output of each layer sees. {told}.",
    )
