"""Figures of notebook 06: a whole network, what it says of digits, and what its layers see.

Digits are drawn as ink on paper; maps, which filters have made, blue where they are above 0 and orange below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import layers as fast
from . import style, words
from .attempt import attempt, attempt_value, complain

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
    steps: list[tuple[str, tuple[int, ...], str]] = [("image", shape, style.INK)]
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
        right = _volume(ax, x, after, color)
        middle = (x + right) / 2
        ax.text(middle, -8.6, name, ha="center", va="top", fontsize=style.TEXT, color=style.INK, linespacing=1.35)
        ax.text(
            middle, -6.2, _by(after), ha="center", va="top", fontsize=style.LABEL, color=style.INK, fontweight="bold"
        )
        x = max(right, middle + 5.2) + 3.2
        ax.annotate("", (x - 0.7, 0), (x - 2.5, 0), arrowprops={"arrowstyle": "->", "color": style.GREY})
    ax.texts[-1].remove()
    ax.set_xlim(-3.5, x)
    ax.set_ylim(-15.0, 9.0)
    listed = "; ".join(f"{name.replace(chr(10), ' ')}: {_by(after)}" for name, after, _ in steps)
    style.finish(fig, f"The network as a row of boxes, drawn to scale but for the lists at its end: {listed}.")


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
    ax.barh(range(len(network)), numbers, color=[_KINDS[layer[0]] for layer in network], height=0.62)
    for place, number in enumerate(numbers):
        ax.text(number + max(numbers) * 0.01, place, f"{number:,}", va="center", fontsize=style.LABEL, color=style.INK)
    ax.set_yticks(range(len(network)), names)
    ax.set_xlim(0, max(numbers) * 1.12)
    ax.invert_yaxis()
    style.set_title(ax, f"weights of each layer, {totals[-1]:,} in all")
    listed = "; ".join(f"{name}: {number:,}" for name, number in zip(names, numbers))
    style.finish(fig, f"Bars for the weights of each layer. {listed}. In all {totals[-1]:,}.")


def _shapes(shape_trace: Function, network: Sequence[Layer], shape: tuple[int, ...]) -> list[tuple[int, ...]] | None:
    """The reader's shapes, if they can be drawn."""
    traced = attempt_value(shape_trace, list(network), shape)
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
            _rectangle(ax, (x, -height / 2 + _LIST * row), 1, _LIST, color, line=0.2)
        return x + 1
    channels, height, width = shape
    back = 0.4 * (channels - 1)  # how far the last channel stands to the right of the first, and half of it above
    bottom = -height / 2 - back / 4
    for channel in reversed(range(channels)):
        _rectangle(ax, (x + 0.4 * channel, bottom + 0.2 * channel), width, height, color)
    return x + back + width


def _rectangle(
    ax: Axes, corner: tuple[float, float], width: float, height: float, color: str, line: float = 0.6
) -> None:
    from matplotlib.patches import Rectangle

    face = style.PAPER if color == style.INK else color
    ax.add_patch(Rectangle(corner, width, height, facecolor=face, edgecolor=style.INK, linewidth=line, alpha=0.95))


def _named(layer: Layer) -> str:
    if layer[0] == "conv":
        return f"conv\n{layer[1]} filters {layer[2]} × {layer[2]}"
    if layer[0] == "pool":
        return f"max pool\nsize {layer[1]}, stride {layer[2]}"
    if layer[0] == "fc":
        return f"fully connected\n{layer[1]} outputs"
    return "ReLU" if layer[0] == "relu" else str(layer[0])


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


# What it says of digits


def scores(convnet_forward: Function, params: Params, image: Array, label: int) -> None:
    """One digit (8, 8), 0 to 16, and the ten scores that the reader's network gives it."""
    logits = _logits(convnet_forward, params, image[None])
    if logits is None:
        return
    fig, axes = style.figure(1, 2, width=7.6, height=2.7, width_ratios=[1, 2.3])
    _digit(axes[0, 0], image, words.one(label))
    _bars(axes[0, 1], logits[0], "the network's scores (logits)", top=float(np.abs(logits).max()) * 1.25)
    values = ", ".join(f"{k}: {value:.1f}" for k, value in enumerate(logits[0]))
    style.finish(
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
        _digit(axes[0, column], image)
        _bars(axes[1, column], row, "", top=1.25, percent=True)
        axes[1, column].set_xlabel(f"it is {words.one(label)}", fontsize=style.TEXT, color=style.INK)
        best = np.argsort(row)[::-1][:2]
        said.append(f"{words.one(label)}: " + ", ".join(f"{k} with {row[k]:.0%}" for k in best if row[k] >= 0.005))
    axes[1, 0].set_ylabel("probability")
    for ax in axes[1, 1:]:
        ax.tick_params(labelleft=False)
    style.finish(fig, f"Digits, and below each the probabilities of the ten classes. {'; '.join(said)}.")


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
    style.pixels(ax, -off, "predicted", numbers=False, signed=True, limit=max(float(off.max()), 1) * 1.6)
    for (row, column), count in np.ndenumerate(counts.astype(int)):
        color = style.GREY if row == column else style.INK
        if count:
            ax.text(column, row, str(count), ha="center", va="center", fontsize=style.TEXT, color=color)
    ax.set_xticks(range(10))
    ax.set_yticks(range(10))
    ax.tick_params(labeltop=True, labelleft=True, labelcolor=style.INK)
    ax.set_ylabel("true digit")
    pairs = "; ".join(f"{i} taken for {j}: {off[i, j]:g}" for i, j in np.argwhere(off > 0))
    style.finish(
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
        _digit(ax, image)
        ax.set_title(f"{label}, says {guess:g}", fontsize=style.SMALL, loc="left", color=style.INK)
    pairs = ", ".join(f"{words.one(label)} taken for {guess:g}" for label, guess in zip(labels, predicted))
    style.finish(fig, f"The digits that it got wrong, many of them badly written: {pairs}.")


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
    ax.bar(range(len(values)), values, color=[style.BLUE if k == best else style.SKY for k in range(len(values))])
    ax.axhline(0, color=style.GREY, linewidth=0.8)
    text = f"{values[best]:.0%}" if percent else f"{values[best]:.1f}"
    ax.text(best, values[best], text, ha="center", va="bottom", fontsize=style.TEXT, color=style.INK)
    ax.set_xticks(range(len(values)))
    ax.tick_params(axis="x", length=0, labelsize=style.SMALL)
    ax.set_ylim(0 if percent else -top, top)
    if percent:
        ax.set_yticks([0, 1], ["0%", "100%"])
    if title:
        style.set_title(ax, title)


# What its layers see


def seen(params: Params, image: Array, label: int) -> None:
    """Every map on the way of one digit through the network."""
    x = image[None, None] / 16
    first = fast.relu(fast.conv2d(x, params["w1"], params["b1"], padding=1))
    small = fast.max_pool2d(first, 2, 2)
    second = fast.relu(fast.conv2d(small, params["w2"], params["b2"], padding=1))
    last = fast.max_pool2d(second, 2, 2)
    rows = [("conv 1 + ReLU", first[0]), ("max pool", small[0]), ("conv 2 + ReLU", second[0]), ("max pool", last[0])]
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
    _digit(axes[0, 0], image, words.one(label))
    axes[0, 1].set_title(lines[0][0], fontsize=style.SMALL, loc="left")
    for row, (name, maps, limit) in enumerate(lines):
        if row:  # the first place of the first row is the digit's
            label_at = axes[row, 0]
            label_at.text(1, 0.5, name, ha="right", va="center", fontsize=style.SMALL, transform=label_at.transAxes)
        for ax, values in zip(axes[row, 1:], maps):
            _map(ax, values, limit)
    quiet = int((last[0].max(axis=(1, 2)) == 0).sum())
    style.finish(
        fig,
        f"The maps of {words.one(label)} on its way through the network: {len(first[0])} of 8 by 8 that look like "
        f"its strokes and edges, the same ones at half the size, {len(second[0])} of 4 by 4 in which little of the "
        f"digit can be made out, and the same of 2 by 2. {quiet} of the last ones are 0 everywhere: their patterns "
        "aren't there.",
    )


def favourites(params: Params, images: Array, layer: int, filters: Sequence[int], many: int = 8) -> None:
    """The patches of all images that make some filters of a layer (1 or 2) answer most, one from an image."""
    x = images[:, None] / 16
    z = fast.conv2d(x, params["w1"], params["b1"], padding=1)
    size, step, before = 3, 1, 1
    if layer == 2:
        z = fast.conv2d(fast.max_pool2d(fast.relu(z), 2, 2), params["w2"], params["b2"], padding=1)
        size, step, before = 8, 2, 3
    padded = np.pad(images, ((0, 0), (before, before + 3), (before, before + 3)))
    weights = params["w1"][:, 0] if layer == 1 else None
    extra = 1 if layer == 1 else 0
    fig, axes = style.figure(len(filters), many + extra, width=0.95 * (many + extra), height=1.0 * len(filters))
    for row, f in enumerate(filters):
        answers = z[:, f].reshape(len(images), -1)
        best = np.argsort(answers.max(axis=1))[::-1][:many]
        if weights is not None:
            limit = float(np.abs(weights).max())
            style.pixels(axes[row, 0], weights[f], numbers=False, signed=True, limit=limit, signs=True)
        for column, image in enumerate(best):
            top, left = np.unravel_index(answers[image].argmax(), z.shape[2:])
            patch = padded[image, step * top : step * top + size, step * left : step * left + size]
            _digit(axes[row, column + extra], patch, limit=16)
        axes[row, 0].set_ylabel(
            f"filter {f}", fontsize=style.SMALL, rotation=0, ha="right", va="center", color=style.INK
        )
    kind = "3 by 3 pixels, with the filter's weights in front" if layer == 1 else "8 by 8 pixels"
    style.finish(
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
    shares = np.zeros((2, most + 1))
    for steps in range(most + 1):
        found = []
        for dy, dx in ((0, steps), (0, -steps), (steps, 0), (-steps, 0)):
            shifted = _moved(images, dy, dx)
            logits = np.asarray(convnet_forward(shifted[:, None] / 16, dict(params)))
            flat = shifted.reshape(len(images), -1) / 16
            found.append([np.mean(logits.argmax(axis=1) == labels), np.mean(rival.predict(flat) == labels)])
        shares[:, steps] = np.mean(found, axis=0)
    fig, axes = style.figure(1, 1, width=6.4, height=2.9)
    ax = axes[0, 0]
    lines = (("convnet", style.BLUE, "o", shares[0]), ("logistic regression", style.ORANGE, "s", shares[1]))
    for name, color, mark, values in lines:
        ax.plot(range(most + 1), values, marker=mark, color=color, linewidth=2, label=name)
        for step, value in enumerate(values):
            away, side = ((6, 5), "left") if name == "convnet" else ((-6, -13), "right")
            ax.annotate(f"{value:.0%}", (step, value), away, textcoords="offset points", ha=side, fontsize=style.TEXT)
    ax.axhline(0.1, color=style.GREY, linestyle="--", linewidth=1)
    ax.text(0.02, 0.12, "guessing", fontsize=style.SMALL, color=style.INK)
    ax.set_xticks(range(most + 1))
    ax.set_xlim(-0.25, most + 0.25)
    ax.set_ylim(0, 1.12)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_xlabel("moved by ... pixels")
    style.set_title(ax, "accuracy on moved digits")
    style.legend(ax, loc="upper right")
    listed = "; ".join(f"{name}: " + ", ".join(f"{v:.0%} by {s}" for s, v in enumerate(vs)) for name, _, _, vs in lines)
    style.finish(fig, f"Accuracy on {len(images)} test digits that have moved by 0 to {most} pixels. {listed}.")


def _moved(images: Array, dy: int, dx: int) -> Array:
    """Down by dy and right by dx, with zeros coming in."""
    n, height, width = images.shape
    room = np.zeros((n, height + 2 * abs(dy), width + 2 * abs(dx)), images.dtype)
    room[:, abs(dy) + dy : abs(dy) + dy + height, abs(dx) + dx : abs(dx) + dx + width] = images
    return room[:, abs(dy) : abs(dy) + height, abs(dx) : abs(dx) + width]


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
        ax.annotate(
            label, (share, -np.log(share)), offset, textcoords="offset points", fontsize=style.TEXT, color=style.INK
        )
    ax.annotate(
        "sure, and wrong", (0.01, 4.6), (10, 0), textcoords="offset points", fontsize=style.TEXT, color=style.INK
    )
    ax.set_xlabel("probability p of the true class")
    ax.set_ylabel("cost, −log p")
    ax.set_xlim(0, 1.04)
    ax.set_ylim(0, 5.4)
    style.finish(
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


# Parts


def _digit(ax: Axes, image: Array, title: str = "", limit: float | None = None) -> None:
    """Ink on paper, without a grid."""
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=limit or max(float(image.max()), 1))
    _frame(ax)
    if title:
        style.set_title(ax, title)


def _map(ax: Axes, values: Array, limit: float) -> None:
    ax.set_axis_on()
    style.pixels(ax, values, numbers=False, signed=True, limit=limit)
    ax.grid(visible=False, which="both")


def _frame(ax: Axes) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=True, color=style.FAINT)
