"""Figures of notebook 06: a whole network, what it says of digits, and what its layers see.

Digits are drawn as ink on paper; maps, which filters have made, blue where they are above 0 and orange below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attempt import attempt, complain
from ..experiments import features, moving
from . import drawing, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray
Function = Callable[..., Any]
Params = Mapping[str, Array]
Layer = tuple[Any, ...]
_KINDS = {"conv": style.BLUE, "relu": style.SKY, "pool": style.GREEN, "flatten": style.GREY, "fc": style.ORANGE}
_LIST = 0.1  # units for an entry of a list, which would be too long otherwise


# The architecture


def architecture(shape_trace: Function, network: Sequence[Layer], shape: tuple[int, int, int]) -> None:
    """The volumes between the layers, drawn to scale, from the shapes that the reader's `shape_trace` gives."""
    traced = _shapes(shape_trace, network, shape)
    if traced is None:
        return
    steps: list[tuple[str, tuple[int, ...], str]] = [("image", shape, style.PAPER)]
    for layer, after in zip(network, traced):
        if layer[0] == "relu" and len(steps) > 1:  # changes no shape, so it shares the volume before it
            steps[-1] = (steps[-1][0] + "\n+ ReLU", after, steps[-1][2])
        else:
            steps.append((_named(layer), after, _KINDS[layer[0]]))
    fig, axes = style.figure(1, 1, width=10.4, height=3.4)
    ax = axes[0, 0]
    ax.set_axis_off()
    ax.set_aspect("equal")
    x = 0.0
    for name, after, color in steps:
        if x:
            drawing.arrow(ax, (x - 2.5, 0), (x - 0.7, 0))
        right = _volume(ax, x, after, color)
        middle = (x + right) / 2
        drawing.write(ax, middle, -8.6, name, va="top", linespacing=1.35)
        drawing.write(ax, middle, -6.2, words.by(after), style.LABEL, va="top", fontweight="bold")
        x = max(right, middle + 5.2) + 3.2
    ax.set_xlim(-3.5, x)
    ax.set_ylim(-15.0, 9.0)
    listed = "; ".join(f"{name.replace(chr(10), ' ')}: {words.by(after)}" for name, after, _ in steps)
    style.show(fig, f"The network as a row of boxes, drawn to scale but for the lists at its end: {listed}.")


def weights_by_layer(count_weights: Function, network: Sequence[Layer], shape: tuple[int, int, int]) -> None:
    """How many weights each layer has, by the reader's `count_weights`."""
    totals = [0]
    for end in range(1, len(network) + 1):
        total = attempt(count_weights, list(network[:end]), shape, shape=())
        if total is None:
            return
        totals.append(int(total))
    numbers = np.diff(totals)
    names = [_named(layer).replace("\n", ", ") for layer in network]
    fig, axes = style.figure(1, 1, width=8.6, height=0.42 * len(network) + 0.9)
    ax = axes[0, 0]
    drawing.bars(ax, names, numbers, [_KINDS[layer[0]] for layer in network])
    ax.set_xlim(0, max(numbers) * 1.12)
    drawing.heading(ax, f"weights of each layer, {totals[-1]:,} in all")
    listed = "; ".join(f"{name}: {number:,}" for name, number in zip(names, numbers))
    style.show(fig, f"Bars for the weights of each layer. {listed}. In all {totals[-1]:,}.")


def _shapes(shape_trace: Function, network: Sequence[Layer], shape: tuple[int, ...]) -> list[tuple[int, ...]] | None:
    """The reader's shapes, if they can be drawn."""
    traced = attempt(shape_trace, list(network), shape)
    if traced is None:
        return None
    try:
        shapes = [tuple(int(side) for side in after) for after in traced]
    except (TypeError, ValueError):
        shapes = []
    if len(shapes) != len(network) or any(len(after) not in (1, 3) or min(after) < 1 for after in shapes):
        complain(shape_trace, f"a list of {len(network)} shapes")
        return None
    return shapes


def _volume(ax: Axes, x: float, shape: tuple[int, ...], color: str) -> float:
    """A box of channels by height by width with its left edge at x; returns its right edge. A list is a thin column."""
    if len(shape) == 1:
        height = _LIST * shape[0]
        for row in range(shape[0]):
            drawing.rectangle(ax, x, -height / 2 + _LIST * row, 1, _LIST, color, edge=style.INK, line=0.2)
        return x + 1
    channels, height, width = shape
    back = 0.4 * (channels - 1)  # how far the last channel stands to the right of the first, and half of it above
    bottom = -height / 2 - back / 4
    for channel in reversed(range(channels)):
        corner = x + 0.4 * channel, bottom + 0.2 * channel
        drawing.rectangle(ax, *corner, width, height, color, edge=style.INK)
    return x + back + width


def _named(layer: Layer) -> str:
    if layer[0] == "conv":
        return f"conv\n{layer[1]} filters {layer[2]} × {layer[2]}"
    if layer[0] == "pool":
        return f"max pool\nsize {layer[1]}, stride {layer[2]}"
    if layer[0] == "fc":
        return f"fully connected\n{layer[1]} outputs"
    return "ReLU" if layer[0] == "relu" else str(layer[0])


# What it says of digits


def scores(convnet_forward: Function, params: Params, image: Array, label: int) -> None:
    """One digit (8, 8), 0 to 16, and the ten scores that the reader's network gives it."""
    logits = _logits(convnet_forward, params, image[None])
    if logits is None:
        return
    fig, axes = style.figure(1, 2, width=7.6, height=2.7, width_ratios=[1, 2.3])
    drawing.digit(axes[0, 0], image, words.one(label))
    _bars(axes[0, 1], logits[0], "the network's scores (logits)", top=float(np.abs(logits).max()) * 1.25)
    values = ", ".join(f"{k}: {value:.1f}" for k, value in enumerate(logits[0]))
    style.show(
        fig, f"A handwritten {label}, and bars for the scores of the ten digits: {values}. The highest is that of "
        f"{logits[0].argmax()}."
    )  # fmt: skip


def probabilities(
    convnet_forward: Function, softmax: Function, params: Params, images: Array, labels: Array, chosen: Sequence[int]
) -> None:
    """Some digits, and the probabilities that the reader's network and `softmax` give them."""
    images, labels = images[list(chosen)], labels[list(chosen)]
    logits = _logits(convnet_forward, params, images)
    p = None if logits is None else attempt(softmax, logits, shape=logits.shape)
    if p is None:
        return
    fig, axes = style.figure(2, len(chosen), width=10.4, height=3.5, height_ratios=[1, 1.1])
    said = []
    for column, (image, label, row) in enumerate(zip(images, labels, p)):
        drawing.digit(axes[0, column], image)
        _bars(axes[1, column], row, "", top=1.25, percent=True)
        drawing.note(axes[1, column], f"it is {words.one(label)}", style.TEXT)
        best = np.argsort(row)[::-1][:2]
        said.append(f"{words.one(label)}: " + ", ".join(f"{k} with {row[k]:.0%}" for k in best if row[k] >= 0.005))
    axes[1, 0].set_ylabel("probability")
    for ax in axes[1, 1:]:
        ax.tick_params(labelleft=False)
    style.show(fig, f"Digits, and below each the probabilities of the ten classes. {'; '.join(said)}.")


def confusion(
    convnet_forward: Function,
    predict: Function,
    confusion_matrix: Function,
    params: Params,
    images: Array,
    labels: Array,
) -> None:
    """The reader's confusion matrix, and the digits that were taken for others."""
    logits = _logits(convnet_forward, params, images)
    predicted = None if logits is None else attempt(predict, logits, shape=labels.shape)
    counts = None if predicted is None else attempt(confusion_matrix, predicted, labels, 10, shape=(10, 10))
    if predicted is None or counts is None:
        return
    wrong = np.flatnonzero(predicted != labels)
    off = np.where(np.eye(10, dtype=bool), 0, counts)
    fig, axes = style.figure(1, 1, width=4.6, height=4.2)
    ax = axes[0, 0]
    limit = max(float(off.max()), 1) * 1.6
    mistakes = np.array([[f"{count:g}" if count else "" for count in row] for row in off])
    drawing.pixels(ax, -off, "predicted", numbers=False, signed=True, limit=limit, labels=mistakes)
    for digit, count in enumerate(np.diag(counts)):
        drawing.write(ax, digit, digit, f"{count:g}", color=style.GREY)
    drawing.name_cells(ax, range(10), range(10))
    ax.set_ylabel("true digit")
    pairs = "; ".join(f"{i} taken for {j}: {off[i, j]:g}" for i, j in np.argwhere(off > 0))
    style.show(
        fig,
        f"A table of 10 by 10 counts, rows the true digit, columns the predicted one. On the diagonal, what was right: "
        f"{int(np.trace(counts))} of {int(counts.sum())}. Beside it: {pairs or 'nothing'}.",
    )
    if len(wrong):
        _wrong_ones(images[wrong][:20], labels[wrong][:20], predicted[wrong][:20])


def _wrong_ones(images: Array, labels: Array, predicted: Array) -> None:
    columns = 10
    rows = -(-len(images) // columns)
    fig, axes = style.figure(rows, columns, width=10.4, height=1.35 * rows)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, label, guess in zip(axes.flat, images, labels, predicted):
        ax.set_axis_on()
        drawing.digit(ax, image)
        drawing.heading(ax, f"{label}, says {guess:g}", style.SMALL, bold=False)
    pairs = ", ".join(f"{words.one(label)} taken for {guess:g}" for label, guess in zip(labels, predicted))
    style.show(fig, f"The digits that it got wrong, many of them badly written: {pairs}.")


def how_good(
    convnet_forward: Function, accuracy: Function, params: Params, images: Array, labels: Array, rival: Any
) -> None:
    """Accuracy of the network and of a logistic regression, by the reader's `accuracy`."""
    logits = _logits(convnet_forward, params, images)
    if logits is None:
        return
    both = {"logistic regression": rival.decision_function(images.reshape(len(images), -1) / 16), "convnet": logits}
    shares = {name: attempt(accuracy, values, labels, shape=()) for name, values in both.items()}
    if None not in shares.values():
        print(
            f"right on {len(labels)} test digits:  "
            + "   ".join(f"{n} {float(s):.1%}" for n, s in shares.items() if s is not None)
        )


def _logits(convnet_forward: Function, params: Params, images: Array) -> Array | None:
    """What the reader's network gives for digits (N, 8, 8), 0 to 16."""
    return attempt(convnet_forward, images[:, None] / 16, dict(params), shape=(len(images), len(params["b3"])))


def _bars(ax: Axes, values: Array, title: str, top: float, percent: bool = False) -> None:
    """A bar for each class, the highest marked by colour and number."""
    best = int(np.argmax(values))
    texts = [""] * len(values)
    texts[best] = f"{values[best]:.0%}" if percent else f"{values[best]:.1f}"
    colors = [style.BLUE if k == best else style.SKY for k in range(len(values))]
    drawing.columns(ax, range(len(values)), values, colors, texts)
    ax.axhline(0, color=style.GREY, linewidth=0.8)
    ax.tick_params(axis="x", labelsize=style.SMALL)
    ax.set_ylim(0 if percent else -top, top)
    if percent:
        drawing.percent(ax, (0, 1))
    if title:
        drawing.heading(ax, title)


# What its layers see


def seen(params: Params, image: Array, label: int) -> None:
    """Every map on the way of one digit through the network."""
    first, small, second, last = (maps[0] for maps in features.maps_by_layer(params, image[None, None] / 16))
    rows = [("conv 1 + ReLU", first), ("max pool", small), ("conv 2 + ReLU", second), ("max pool", last)]
    columns = 12
    lines = [
        (name if start == 0 else "", maps[start : start + columns], float(maps.max()))
        for name, maps in rows
        for start in range(0, len(maps), columns)
    ]
    fig, axes = style.figure(len(lines), columns + 1, width=10.4, height=0.93 * len(lines))
    for ax in axes.flat:
        ax.set_axis_off()
    axes[0, 0].set_axis_on()
    drawing.digit(axes[0, 0], image, words.one(label))
    drawing.heading(axes[0, 1], lines[0][0], style.SMALL, bold=False)
    for row, (name, maps, limit) in enumerate(lines):
        if row:  # the first place of the first row is the digit's
            label_at = axes[row, 0]
            drawing.write(label_at, 1, 0.5, name, style.SMALL, ha="right", transform=label_at.transAxes)
        for ax, values in zip(axes[row, 1:], maps):
            ax.set_axis_on()
            drawing.pixels(ax, values, numbers=False, signed=True, limit=limit, lines=False)
    quiet = int((last.max(axis=(1, 2)) == 0).sum())
    style.show(
        fig,
        f"The maps of {words.one(label)} on its way through the network: {len(first)} of 8 by 8 that look like "
        f"its strokes and edges, the same ones at half the size, {len(second)} of 4 by 4 in which little of the "
        f"digit can be made out, and the same of 2 by 2. {quiet} of the last ones are 0 everywhere: their patterns "
        "aren't there.",
    )


def favourites(params: Params, images: Array, layer: int, filters: Sequence[int], many: int = 8) -> None:
    """The patches of all images that make some filters of a layer (1 or 2) answer most, one from an image."""
    patches = features.best_patches(params, images, layer, filters, many)
    weights = params["w1"][:, 0] if layer == 1 else None
    extra = 1 if layer == 1 else 0
    fig, axes = style.figure(len(filters), many + extra, width=0.95 * (many + extra), height=1.0 * len(filters))
    for row, f in enumerate(filters):
        if weights is not None:
            limit = float(np.abs(weights).max())
            drawing.pixels(axes[row, 0], weights[f], numbers=False, signed=True, limit=limit, signs=True)
        for column, patch in enumerate(patches[row]):
            drawing.digit(axes[row, column + extra], patch, limit=16)
        drawing.beside(axes[row, 0], f"filter {f}", style.SMALL)
    kind = "3 by 3 pixels, with the filter's weights in front" if layer == 1 else "8 by 8 pixels"
    style.show(
        fig,
        f"For {len(filters)} filters of layer {layer} a row each: the {many} patches of {kind} that make the filter "
        "answer most. " + (
            "Within a row the patches look much alike: an edge or a stroke in one direction."
            if layer == 1
            else "Within a row the patches share a larger pattern, a bow or a corner of strokes, say."
        ),
    )  # fmt: skip


def moved(convnet_forward: Function, params: Params, images: Array, labels: Array, rival: Any, most: int = 2) -> None:
    """Accuracy of the network and of a logistic regression on digits that have moved, mean of four directions."""
    if _logits(convnet_forward, params, images[:1]) is None:
        return
    readers: dict[str, Function] = {
        "convnet": lambda images: np.argmax(convnet_forward(images[:, None] / 16, dict(params)), axis=1),
        "logistic regression": lambda images: rival.predict(images.reshape(len(images), -1) / 16),
    }
    shares = {
        name: moving.accuracy_when_moved(predict, images, labels, most).mean(axis=1)
        for name, predict in readers.items()
    }
    fig, axes = style.figure(1, 1, width=6.4, height=2.9)
    ax = axes[0, 0]
    drawing.lines(ax, range(most + 1), shares, (style.BLUE, style.ORANGE))
    for name, values in shares.items():
        for step, value in enumerate(values):
            away, side = ((6, 5), "left") if name == "convnet" else ((-6, -13), "right")
            drawing.write(ax, step, value, f"{value:.0%}", ha=side, va="baseline", offset=away)
    drawing.level(ax, 0.1, "guessing", 0.02, size=style.SMALL)
    ax.set_xticks(range(most + 1))
    ax.set_xlim(-0.25, most + 0.25)
    ax.set_ylim(0, 1.12)
    drawing.percent(ax)
    ax.set_xlabel("moved by ... pixels")
    drawing.heading(ax, "accuracy on moved digits")
    drawing.legend(ax, loc="upper right")
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{v:.0%} by {s}" for s, v in enumerate(vs)) for name, vs in shares.items()
    )
    style.show(fig, f"Accuracy on {len(images)} test digits that have moved by 0 to {most} pixels. {listed}.")


# Losses


def cost() -> None:
    """What an answer costs, by the probability that it gave to the truth."""
    fig, axes = style.figure(1, 1, width=6.0, height=2.8)
    ax = axes[0, 0]
    p = np.linspace(0.004, 1, 400)
    ax.plot(p, -np.log(p), color=style.BLUE, linewidth=2)
    for share, text, offset in (
        (0.1, "guessing among ten", (10, 2)),
        (0.5, "half sure", (8, 6)),
        (0.98, "sure, and right", (-72, 14)),
    ):
        ax.plot(share, -np.log(share), "o", color=style.ORANGE)
        label = f"{text}: {-np.log(share):.2f}"
        drawing.write(ax, share, -np.log(share), label, ha="left", va="baseline", offset=offset)
    drawing.write(ax, 0.01, 4.6, "sure, and wrong", ha="left", va="baseline", offset=(10, 0))
    ax.set_xlabel("probability p of the true class")
    ax.set_ylabel("cost, −log p")
    ax.set_xlim(0, 1.04)
    ax.set_ylim(0, 5.4)
    style.show(
        fig,
        "The curve of minus log p over p from 0 to 1. It falls from infinity at 0 through 2.30 at 0.1 and 0.69 at 0.5 "
        "to 0 at 1: an answer that is sure and right costs nothing, one that is sure and wrong costs without limit.",
    )


def compare(
    convnet_forward: Function,
    nll_loss: Function,
    accuracy: Function,
    params: Params,
    digits: tuple[Array, Array, Array, Array],
    rival: Any,
) -> None:
    """Two models, one loss: the mean negative log likelihood of each on training and test digits."""
    train, train_labels, test, test_labels = digits
    table: dict[str, list[float]] = {"logistic regression": [], "convnet": []}
    for images, labels in ((train, train_labels), (test, test_labels)):
        logits = _logits(convnet_forward, params, images)
        if logits is None:
            return
        plain = rival.decision_function(images.reshape(len(images), -1) / 16)
        for name, values in (("logistic regression", plain), ("convnet", logits)):
            for judge in (nll_loss, accuracy):
                found = attempt(judge, values, labels, shape=())
                if found is None:
                    return
                table[name].append(float(found))
    print(f"{'':<22}{'training digits':^22}{'test digits':^22}")
    print(f"{'':<22}" + f"{'loss':>10}{'accuracy':>12}" * 2)
    for name, (loss, share, test_loss, test_share) in table.items():
        print(f"{name:<22}{loss:>10.3f}{share:>12.1%}{test_loss:>10.3f}{test_share:>12.1%}")


def surer(convnet_forward: Function, best_temperature: Function, params: Params, images: Array, labels: Array) -> None:
    """How sure the network is, how often it is right, and its loss, before and after dividing by a temperature.

    For digits at rest, and for the same moved right by one pixel. Every second digit chooses the temperature; the
    others are judged.
    """
    rows = []
    for name, moves in (("at rest", 0), ("moved by 1", 1)):
        logits = _logits(convnet_forward, params, moving.moved(images, 0, moves))
        if logits is None:
            return
        choices = np.geomspace(0.25, 8, 51)
        found = attempt(best_temperature, logits[::2], labels[::2], choices, shape=())
        if found is None:
            return
        for temperature in (1.0, float(found)):
            rows.append((name, temperature, *features.sureness(logits[1::2] / temperature, labels[1::2])))
    print(f"{'':<12}{'temperature':>12}{'sure':>10}{'right':>10}{'loss':>10}")
    for name, temperature, sure, right, loss in rows:
        print(f"{name:<12}{temperature:>12.2f}{sure:>10.1%}{right:>10.1%}{loss:>10.3f}")
