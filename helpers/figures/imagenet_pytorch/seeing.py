"""What the trained network has learned to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import road_signs, training
from ...experiments import features, looking_inside
from ...picture_set import PictureSet
from ...pictures import photo, shrunk
from .. import drawing, style, words
from . import parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from torch import nn

Function = Callable[..., Any]
FINER = 4  # how many times finer than the last maps a class activation map is drawn


def untrained_filters(network: Function, classes: int, seed: int = 0) -> None:
    """The first layer's filters of a network that has learned nothing, as small colour pictures."""
    model = training.build(network, classes, seed)
    if model is not None:
        _filters({"at random": model})


def first_filters(model: nn.Module | None, network: Function, classes: int, seed: int = 0) -> None:
    """The first layer's filters after the training, below those that it started from."""
    if not parts.is_trained(model):
        return
    start = training.build(network, classes, seed)
    if start is not None:
        _filters({"at random": start, "learned": model})


def _filters(models: Mapping[str, nn.Module], most: int = 16) -> None:
    """The first filters of each network in a row, each stretched to the full range of colours."""
    rows = [
        (name, filters)
        for name, model in models.items()
        if (filters := looking_inside.first_filters(model)) is not None
    ]
    if len(rows) < len(models):
        print("The network's first layer isn't a convolution of red, green and blue.")
        return
    columns = min(most, len(rows[0][1]))
    fig, axes = style.figure(len(rows), columns, width=0.66 * columns + 0.8, height=0.72 * len(rows) + 0.1)
    for row, (name, filters) in enumerate(rows):
        for ax, weights in zip(axes[row], filters):
            low, high = weights.min(), weights.max()
            colours = (weights - low) / max(high - low, 1e-12)
            drawing.picture(ax, colours.transpose(1, 2, 0), framed=True)
        drawing.beside(axes[row, 0], name)
    said = {
        "at random": "at random, each weight another colour",
        "learned": "and the same ones after the training: neighbouring weights are more alike now, so that many "
        "filters are edges between light and dark or between two colours",
    }
    k = words.by(rows[0][1].shape[2:], "×")
    listed = "; ".join(said[name] for name, _ in rows)
    style.show(fig, f"{columns} filters of the first layer, {k} weights as colours, {listed}.")


def maps(model: nn.Module | None, pictures: PictureSet, place: int, each: int = 8) -> None:
    """A picture on its way through the network: some maps after each change of size."""
    if not parts.is_trained(model):
        return
    outputs = looking_inside.maps(model, pictures.test_images[place])
    last = list({values.shape[1]: values for values in outputs}.values())  # of each height
    fig, axes = style.figure(len(last), each + 1, width=1.05 * (each + 1), height=1.1 * len(last))
    for ax in axes[:, 0]:
        ax.set_axis_off()
    axes[0, 0].set_axis_on()
    parts.picture(axes[0, 0], pictures.test_images[place])
    for row, values in enumerate(last):
        loud = np.argsort(values.std(axis=(1, 2)))[::-1][:each]
        for column, channel in enumerate(loud):
            ax = axes[row, column + 1]
            limit = float(np.abs(values[channel]).max()) or 1.0
            drawing.pixels(ax, values[channel], numbers=False, signed=True, limit=limit, lines=False)
        text = f"{values.shape[0]} maps\n{words.by(values.shape[1:], '×')}"
        if row:
            drawing.write(axes[row, 0], 0.95, 0.5, text, ha="right", transform=axes[row, 0].transAxes)
        else:
            drawing.heading(axes[row, 1], text.replace("\n", " of "), style.TEXT, bold=False)
    name = pictures.classes[pictures.test_labels[place]]
    listed = "; ".join(f"{len(values)} of {words.by(values.shape[1:], '×')}" for values in last)
    style.show(
        fig,
        f"A picture of the class {name} and the {each} liveliest maps at each size: {listed}. In the first ones the "
        "thing and its edges can be seen; the last ones are coarse and light up in places only.",
    )


def activation_maps(model: nn.Module | None, pictures: PictureSet, many: int = 7) -> None:
    """Held-out pictures, one of each class, and below each where the network saw its answer."""
    if not parts.is_trained(model):
        return
    many = min(many, len(pictures.classes))
    places = [int(np.flatnonzero(pictures.test_labels == kind)[1]) for kind in range(many)]
    fig, axes = style.figure(2, many, width=1.5 * many, height=3.5)
    said = []
    for column, place in enumerate(places):
        image = pictures.test_images[place]
        answer = int(looking_inside.logits(model, image[None])[0].argmax())
        right = answer == pictures.test_labels[place]
        parts.picture(axes[0, column], image, pictures.classes[answer] + ("" if right else " ✗"), size=style.TEXT)
        _heat(axes[1, column], image, looking_inside.class_map(model, image, answer, FINER))
        said.append(
            pictures.classes[answer] + ("" if right else f" (it is {pictures.classes[pictures.test_labels[place]]})")
        )
    style.show(
        fig,
        f"{many} held-out pictures with the network's answers: {', '.join(said)}. Below, the same pictures, darkened "
        "but for the places that spoke for the answer.",
    )


def in_a_photograph(
    model: nn.Module | None, pictures: PictureSet, kinds: Sequence[str] = ("stop", "bicycle", "car")
) -> None:
    """A real photograph with three drawn things in it, larger than any training picture, and a map for each class."""
    if not parts.is_trained(model):
        return
    if pictures.classes != road_signs.CLASSES:
        print("The pictures above are real photographs already; this one is for the drawn set.")
        return
    image = np.asarray(shrunk(photo(), 3).transpose(2, 0, 1), dtype=np.float32)  # (3, 142, 213)
    rng = np.random.default_rng(2)
    for kind, middle in zip(kinds, ((88, 34), (100, 108), (84, 180))):
        road_signs.put(image, pictures.classes.index(kind), rng, middle, 24)
    image = np.asarray(np.clip(image, 0, 1) * 255, dtype=np.uint8)
    fig, axes = style.figure(1, len(kinds) + 1, width=10.8, height=2.2)
    parts.picture(axes[0, 0], image, "the photograph")
    for ax, kind in zip(axes[0, 1:], kinds):
        _heat(
            ax, image, looking_inside.class_map(model, image, pictures.classes.index(kind), FINER), f"“{kind}” is here"
        )
    style.show(
        fig,
        f"A photograph of a Chinese temple with a drawn {', '.join(kinds)} in front of it, from left to right, and a "
        "map for each of these classes: bright is where the network sees the class.",
    )


def most_wrong(model: nn.Module | None, pictures: PictureSet, many: int = 12) -> None:
    """The held-out pictures whose true class got the least belief."""
    if not parts.is_trained(model):
        return
    logits = looking_inside.logits(model, pictures.test_images)
    beliefs = features.probabilities(logits)
    truth = beliefs[np.arange(len(beliefs)), pictures.test_labels]
    worst = np.argsort(truth)[:many]
    columns = many // 2
    fig, axes = style.figure(2, columns, width=1.75 * columns, height=4.5)
    said = []
    for ax, place in zip(axes.flat, worst):
        answer, true = int(beliefs[place].argmax()), int(pictures.test_labels[place])
        parts.picture(ax, pictures.test_images[place])
        text = f"{pictures.classes[true]}\n→ {pictures.classes[answer]} {beliefs[place, answer]:.0%}"
        drawing.heading(ax, text, style.SMALL, bold=False)
        said.append(f"{pictures.classes[true]} taken for {pictures.classes[answer]}")
    wrong = int(np.sum(beliefs.argmax(axis=1) != pictures.test_labels))
    print(f"{wrong} of {len(beliefs):,} held-out pictures are wrong; these got the least belief for what they are")
    style.show(fig, f"The {many} held-out pictures that the network got most wrong: {'; '.join(said)}.")


# Parts


def _heat(ax: Axes, image: np.ndarray, heat: np.ndarray, title: str = "") -> None:
    """The picture, dark where the map (h, w) is low, with a line around where it is above the half."""
    soft = _stretched(heat, *image.shape[1:])
    drawing.picture(ax, image.transpose(1, 2, 0) / 255 * (0.22 + 0.78 * soft[..., None]), framed=True)
    ax.contour(soft, levels=[0.5], colors=[style.PAPER], linewidths=3)
    ax.contour(soft, levels=[0.5], colors=[style.ORANGE], linewidths=1.5)
    if title:
        drawing.heading(ax, title, style.LABEL)


def _stretched(heat: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """A small map (h, w) at the picture's size, straight lines between its values.

    Value (i, j) belongs to pixel (i * stride, j * stride): windows of 3 with padding 1 have their middle there.
    """
    at_rows = np.arange(rows) / rows * heat.shape[0]
    at_columns = np.arange(columns) / columns * heat.shape[1]
    tall = np.array([np.interp(at_rows, np.arange(heat.shape[0]), column) for column in heat.T]).T
    return np.array([np.interp(at_columns, np.arange(heat.shape[1]), row) for row in tall])
