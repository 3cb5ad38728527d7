"""A network while it learns, and what it is worth in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import layers
from ...attempt import attempt
from ...experiments import features
from .. import drawing, style, words
from ..widgets import answered, widgets

if TYPE_CHECKING:
    pass

Array = np.ndarray
Function = Callable[..., Any]
Params = dict[str, Array]


_KINDS = {"train": "images it learns from", "new": "new images"}


def curves(history: Sequence[Mapping[str, Any]] | None) -> None:
    """Loss and accuracy by epoch, on the images learned from and on new ones."""
    if history is None:
        return
    fig, axes = style.figure(1, 2, width=9.8, height=3.3)
    epochs = range(len(history))
    for ax, what in zip(axes[0], ("loss", "accuracy")):
        series = {name: [float(entry[f"{kind}_{what}"]) for entry in history] for kind, name in _KINDS.items()}
        drawing.lines(ax, epochs, series, (style.BLUE, style.ORANGE))
        drawing.heading(ax, what)
        ax.set_xlabel("epochs")
        ax.set_ylim(0, None)
    drawing.level(axes[0, 0], np.log(10), "ln 10", len(history) - 1, ha="right")
    drawing.percent(axes[0, 1], (0, 0.25, 0.5, 0.75, 1))
    reached = float(history[-1]["new_accuracy"])
    drawing.write(axes[0, 1], len(history) - 1, reached, f"{reached:.1%}", va="baseline", offset=(0, -16))
    drawing.legend(axes[0, 1], loc="lower right")
    first, last = history[0], history[-1]
    new = ", ".join(f"{entry['new_accuracy']:.1%}" for entry in history)
    style.show(
        fig,
        f"Loss and accuracy over {len(history) - 1} epochs. The loss on the images learned from falls from "
        f"{first['train_loss']:.2f} to {last['train_loss']:.3f}, on new ones from {first['new_loss']:.2f} to "
        f"{last['new_loss']:.3f}. Accuracy on new images, epoch by epoch: {new}; on those learned from at the end "
        f"{last['train_accuracy']:.1%}.",
    )


def filters(history: Sequence[Mapping[str, Any]] | None, epochs: Sequence[int]) -> None:
    """The first layer's filters at some epochs, a line for each."""
    if history is None:
        return
    banks = [np.asarray(history[epoch]["params"]["w1"])[:, 0] for epoch in epochs]
    count = len(banks[0])
    limit = max(float(np.abs(bank).max()) for bank in banks)
    fig, axes = style.figure(len(banks), count, width=10.4, height=0.3 + 10.4 / count * len(banks))
    for line, (bank, epoch) in enumerate(zip(banks, epochs)):
        for column, values in enumerate(bank):
            drawing.pixels(axes[line, column], values, numbers=False, signed=True, limit=limit, signs=True)
        axes[line, 0].set_ylabel("start" if epoch == 0 else f"epoch {epoch}", color=style.INK)
    changes = np.sqrt(((banks[-1] - banks[0]) ** 2).sum(axis=(1, 2)) / (banks[0] ** 2).sum(axis=(1, 2)))
    style.show(
        fig,
        f"The {count} filters of 3 by 3 of the first layer, {', '.join(f'at epoch {epoch}' for epoch in epochs)}. "
        f"Compared with the start they have changed by {', '.join(f'{change:.0%}' for change in changes)} of their "
        "length.",
    )


def film(history: Sequence[Mapping[str, Any]] | None, picture: Array) -> None:
    """A slider over the epochs: filters, and the maps they make of a digit. Without widgets: the last epoch."""
    if history is None:
        return

    def show(epoch: int) -> None:
        _maps(history[epoch]["params"], picture, "start" if epoch == 0 else f"epoch {epoch}")

    sliders = widgets()
    if sliders is None:
        show(len(history) - 1)
        return
    slider = sliders.IntSlider(
        value=len(history) - 1, min=0, max=len(history) - 1, description="epoch", continuous_update=False
    )
    answered(show, {"epoch": slider}, slider)


def _maps(params: Params, picture: Array, when: str) -> None:
    """A digit, the first layer's filters, and their maps after ReLU."""
    maps = layers.relu(layers.conv2d(picture[None, None], params["w1"], params["b1"], padding=1))[0]
    count = len(maps)
    fig, axes = style.figure(2, count + 1, width=11.0, height=2.2)
    axes[0, 0].set_axis_off()
    drawing.digit(axes[1, 0], picture)
    drawing.note(axes[1, 0], "the digit", style.TEXT)
    limits = float(np.abs(params["w1"]).max()), max(float(maps.max()), 1e-9)
    for column in range(count):
        for row, (values, limit) in enumerate(zip((params["w1"][column, 0], maps[column]), limits)):
            drawing.pixels(axes[row, column + 1], values, numbers=False, signed=True, limit=limit, signs=row == 0)
    axes[0, 1].set_ylabel("filters", fontsize=style.TEXT, color=style.INK)
    axes[1, 1].set_ylabel("maps", fontsize=style.TEXT, color=style.INK)
    fig.suptitle(f"{when}: the filters, and their maps after ReLU", fontweight="bold", fontsize=style.LABEL)
    above = ", ".join(str(int((values > 0).sum())) for values in maps)
    style.show(
        fig,
        f"{when}: a digit of {picture.shape[0]} by {picture.shape[1]} pixels, the first layer's {count} filters, and "
        f"the map of each after ReLU, above 0 in {above} of {maps[0].size} places.",
    )


def misread(images: Array, labels: Array, logits: Array | None, most: int = 16) -> None:
    """Digits (N, H, W) which the network reads wrongly, with what it says and how sure it is, the surest first."""
    if logits is None:
        return
    p = features.probabilities(logits)
    said = p.argmax(axis=1)
    wrong = np.flatnonzero(said != labels)
    wrong = wrong[np.argsort(-p[wrong, said[wrong]])]
    if not len(wrong):
        print("Not one of them is read wrongly.")
        return
    shown = wrong[:most]
    columns = min(8, len(shown))
    rows = -(-len(shown) // columns)
    fig, axes = style.figure(rows, columns, width=1.3 * columns, height=1.75 * rows)
    for ax in axes.flat[len(shown) :]:
        ax.set_axis_off()
    for ax, index in zip(axes.flat, shown):
        drawing.digit(ax, images[index], f"{said[index]}, {p[index, said[index]]:.0%}", size=style.LABEL)
        drawing.note(ax, f"is {labels[index]}", style.TEXT)
    told = ", ".join(f"{words.one(labels[i])} read as {said[i]} ({p[i, said[i]]:.0%})" for i in shown)
    style.show(fig, f"{len(wrong)} of {len(labels)} new digits are read wrongly, the surest first: {told}.")


def raced(learn: Function, momenta: Sequence[float], every: int) -> None:
    """The losses that the reader's `learn(momentum)` gives, one for every `every` steps, a line for each momentum."""
    found = []
    for momentum in momenta:
        losses = attempt(learn, momentum)
        if losses is None:
            return
        found.append(losses)
    fig, axes = style.figure(1, 1, width=6.6, height=3.0)
    told = []
    for momentum, losses, color, line in zip(momenta, found, (style.ORANGE, style.BLUE), ("--", "-"), strict=True):
        steps = every * np.arange(1, len(losses) + 1)
        axes[0, 0].plot(steps, losses, color=color, linestyle=line, linewidth=2, label=f"momentum {momentum:g}")
        told.append(f"momentum {momentum:g}: from {losses[0]:.2f} to {losses[-1]:.2f}")
    axes[0, 0].set_ylim(0, None)
    axes[0, 0].set_xlabel("steps")
    drawing.heading(axes[0, 0], "loss on new digits")
    drawing.legend(axes[0, 0])
    style.show(fig, f"The loss on new digits while it is learned. {'; '.join(told)}.")


def worth(train: Function, digits: tuple[Array, Array, Array, Array], starts: int = 3) -> None:
    """How well logistic regression reads from pixels, and from features by random and by learned filters.

    `train` is the reader's; `digits` are images (N, 1, H, W) to learn from, their labels, new images, their labels.
    Accuracies as dots, a line for each kind, with their mean.
    """
    results = attempt(lambda: features.accuracies(train, digits, starts), reader=train)
    if results is None:
        return
    fig, axes = style.figure(1, 1, width=7.6, height=0.55 * len(results) + 1.0)
    ax = axes[0, 0]
    told = []
    for row, (name, values) in enumerate(results.items()):
        mean = float(np.mean(values))
        ax.plot(values, [row] * len(values), "o", color=style.BLUE, markersize=8, alpha=0.75)
        ax.plot([mean, mean], [row - 0.28, row + 0.28], color=style.ORANGE, linewidth=3)
        drawing.write(ax, 1.002, row, f"{mean:.1%}", style.LABEL, ha="left")
        told.append(f"{name}: {', '.join(f'{value:.1%}' for value in values)}")
    low = min(min(values) for values in results.values())
    ax.set_xlim(np.floor(low * 50) / 50, 1.0)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_yticks(range(len(results)), list(results))
    ax.set_ylim(len(results) - 0.5, -0.5)
    ax.set_xlabel("accuracy on new digits: each start a dot, the line their mean")
    style.show(fig, f"Accuracy on new digits. {'; '.join(told)}.")
