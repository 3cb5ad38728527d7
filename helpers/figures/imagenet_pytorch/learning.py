"""The network's parts, and how its errors fall while it is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import training
from ...attempt import attempt
from ...experiments import depth as depth_of_networks
from ...experiments import looking_inside
from ...picture_set import PictureSet
from .. import drawing, style, words
from .parts import is_trained

if TYPE_CHECKING:
    from torch import nn

Function = Callable[..., Any]


def residual_block() -> None:
    """A drawing of a residual block: two convolutions, and a way around them."""
    fig, axes = style.figure(1, 1, width=9.4, height=2.5)
    ax = axes[0, 0]
    drawing.canvas(ax, 0, 16.2, 4.3, -0.2, equal=False)
    boxes = [
        (1.6, 1.0, 3.6, "ConvBlock\n(stride)", style.BLUE),
        (6.0, 1.0, 3.6, "conv 3×3,\nbatch norm", style.BLUE),
        (6.0, 3.0, 3.6, "shortcut: x itself, or conv 1×1", style.GREEN),
        (12.2, 1.0, 1.8, "ReLU", style.SKY),
    ]
    for left, bottom, width, text, color in boxes:
        low = bottom - 0.7 if bottom < 2 else bottom - 0.4
        high = 1.4 if bottom < 2 else 0.9
        start = 3.6 if bottom > 2 else left
        wide = 6.0 if bottom > 2 else width
        drawing.rectangle(ax, start, low, wide, high, color, edge="none", rounded=0.2)
        white = style.INK if color == style.SKY else style.PAPER
        drawing.write(ax, start + wide / 2, low + high / 2, text, style.LABEL, color=white)
    drawing.write(ax, 0.3, 1.0, "x", style.LARGE)
    drawing.write(ax, 10.9, 1.0, "+", 20)
    drawing.write(ax, 15.4, 1.0, "output", style.TITLE)
    for x0, x1 in ((0.6, 1.6), (5.2, 6.0), (9.6, 10.5), (11.3, 12.2), (14.0, 14.7)):
        drawing.arrow(ax, (x0, 1.0), (x1, 1.0), style.INK)
    ax.plot([1.0, 1.0, 3.6], [1.0, 3.05, 3.05], color=style.INK, linewidth=1.4)
    ax.plot([9.6, 10.9], [3.05, 3.05], color=style.INK, linewidth=1.4)
    drawing.arrow(ax, (10.9, 3.05), (10.9, 1.4), style.INK)
    style.show(
        fig,
        "A residual block. The input x goes two ways: through a ConvBlock and then a 3 by 3 convolution with batch "
        "norm, and along a shortcut, which is x itself or a 1 by 1 convolution. Both are added, and ReLU follows.",
    )


def depth() -> None:
    """The training error of networks of 8, 20 and 56 layers, without shortcuts and with them, as measured."""
    measured = depth_of_networks.results()
    fig, axes = style.figure(1, 1, width=6.6, height=3.0)
    ax = axes[0, 0]
    said = []
    kinds = ((False, "without shortcuts", style.ORANGE, "s"), (True, "with shortcuts", style.BLUE, "o"))
    for shortcuts, name, color, marker in kinds:
        means = []
        for place, layers in enumerate(depth_of_networks.DEPTHS):
            errors = [row.train_error for row in measured if (row.shortcuts, row.layers) == (shortcuts, layers)]
            means.append(float(np.mean(errors)))
            ax.plot([place, place], [min(errors), max(errors)], color=color, linewidth=5, alpha=0.35)
            spread = f"{min(errors):.1%} to {max(errors):.1%}"
            said.append(f"{name}, {layers} layers: {means[-1]:.1%} ({spread})")
        ax.plot(range(len(means)), means, marker=marker, color=color, linewidth=2, label=name)
    ax.set_xticks(range(len(depth_of_networks.DEPTHS)), [f"{layers} layers" for layers in depth_of_networks.DEPTHS])
    ax.set_ylim(-0.03, 1.0)
    drawing.percent(ax)
    drawing.heading(ax, f"training error after {depth_of_networks.EPOCHS} epochs, {len(depth_of_networks.SEEDS)} seeds")
    drawing.legend(ax)
    for line in said:
        print(line)
    style.show(
        fig, f"Training error by depth, mean of {len(depth_of_networks.SEEDS)} seeds and range. {'; '.join(said)}."
    )


def inside(network: Function, pictures: PictureSet, size: int) -> None:
    """What the network's layers with weights give for one picture, and how many weights each of them has."""
    model = training.build(network, len(pictures.classes))
    if model is None:
        return
    rows = [
        (kind, words.by(after, "×"), weights)
        for kind, after, weights in looking_inside.layers_with_weights(model, size)
    ]
    total = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fig, axes = style.figure(1, 1, width=8.6, height=0.36 * len(rows) + 0.9)
    ax = axes[0, 0]
    numbers = [weights for *_, weights in rows]
    colors = [style.ORANGE if kind.startswith("fully") else style.BLUE for kind, *_ in rows]
    drawing.bars(ax, [f"{kind}   {after}" for kind, after, _ in rows], numbers, colors)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, max(numbers) * 1.15)
    drawing.heading(ax, f"weights, {total:,} in all with those of batch norm")
    listed = "; ".join(f"{kind} to {after}: {number:,}" for kind, after, number in rows)
    style.show(fig, f"The network's convolutions and fully connected layers, in the order in which they run. {listed}.")


def one_batch(network: Function, train_step: Function, pictures: PictureSet, steps: int = 25, many: int = 32) -> None:
    """The loss on one small batch, trained on again and again by the reader's `train_step`."""
    model = training.build(network, len(pictures.classes))
    if model is None:
        return
    given = attempt(
        lambda: looking_inside.losses_on_one_batch(model, train_step, pictures, steps, many),
        shape=(steps,),
        reader=train_step,
    )
    if given is None:
        return
    fig, axes = style.figure(1, 1, width=7.0, height=2.9)
    ax = axes[0, 0]
    ax.plot(range(1, steps + 1), given, color=style.BLUE, linewidth=2)
    guess = float(np.log(len(pictures.classes)))
    drawing.level(ax, guess, f"log {len(pictures.classes)} = {guess:.2f}", steps, ha="right")
    ax.set_ylim(0, max(guess * 1.2, float(given.max()) * 1.05))
    ax.set_xlabel("step")
    drawing.heading(ax, f"loss on the same {many} pictures")
    style.show(
        fig,
        f"The loss of {steps} steps on the same {many} pictures: {given[0]:.2f} at first, {given[-1]:.2f} at last. "
        f"A dashed line: guessing, {guess:.2f}.",
    )


def learning_rate(settings: training.Settings) -> None:
    """The learning rate over the training."""
    share = np.linspace(0, 1, 200)
    fig, axes = style.figure(1, 1, width=6.4, height=2.3)
    ax = axes[0, 0]
    rates = [training.one_cycle(float(at), settings.lr) for at in share]
    ax.plot(share * settings.epochs, rates, color=style.BLUE, linewidth=2)
    ax.set_xlabel("epoch")
    ax.set_ylim(0, settings.lr * 1.1)
    drawing.heading(ax, "learning rate")
    style.show(
        fig,
        f"The learning rate over {settings.epochs} epochs: it rises from nearly 0 to {settings.lr} in the first "
        "quarter and falls to 0 in the rest, without a corner.",
    )


def learned(history: Sequence[training.Epoch], rival: float) -> None:
    """Loss and held-out error after each epoch, beside the error of a model without convolutions."""
    if not history:
        print("Nothing has been trained yet: this picture comes after the training.")
        return
    fig, axes = style.figure(1, 2, width=9.4, height=3.0)
    epochs = np.arange(1, len(history) + 1)
    losses, errors = [item.loss for item in history], [item.top1 for item in history]
    axes[0, 0].plot(epochs, losses, marker="o", color=style.BLUE, linewidth=2)
    drawing.heading(axes[0, 0], "loss on cropped training pictures")
    axes[0, 0].set_ylim(0, max(losses) * 1.1)
    ax = axes[0, 1]
    ax.plot(epochs, errors, marker="o", color=style.BLUE, linewidth=2)
    drawing.level(ax, rival, f"logistic regression {rival:.0%}", epochs[-1], ha="right", color=style.ORANGE)
    offset = (0, 8) if errors[-1] < 0.85 else (0, -16)
    drawing.write(ax, epochs[-1], errors[-1], f"{errors[-1]:.1%}", va="baseline", offset=offset)
    ax.set_ylim(0, 1.05)
    drawing.percent(ax)
    drawing.heading(ax, "error on held-out pictures")
    for ax in axes[0]:
        ax.set_xlabel("epoch")
        ax.set_xticks(epochs if len(epochs) <= 12 else epochs[:: len(epochs) // 8])
        ax.set_xlim(0.7, len(epochs) + 0.5)
    style.show(
        fig,
        f"Left: the loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {len(history)} epochs. Right: the error on "
        "held-out pictures after each epoch: "
        + ", ".join(f"{error:.1%}" for error in errors)
        + f". Logistic regression on the same pictures: {rival:.0%}.",
    )


def compare(model: nn.Module | None, evaluate: Function, pictures: PictureSet, rival: float) -> None:
    """Prints held-out errors: guessing, logistic regression, the network, and the network asked twice."""
    if not is_trained(model):
        return
    batches = training.held_out(pictures, next(model.parameters()).device)
    errors = attempt(
        lambda: [evaluate(network, batches) for network in (model, training.with_flips(model))],
        shape=(2, 2),
        reader=evaluate,
    )
    if errors is None:
        return
    rows = [
        ("guessing", 1 - 1 / len(pictures.classes), 1 - 5 / len(pictures.classes)),
        ("logistic regression on pixels", rival, None),
        ("the network", *errors[0]),
        ("... and on the mirror image too", *errors[1]),
    ]
    print(f"{'error on ' + format(len(pictures.test_labels), ',') + ' held-out pictures':<36}{'top-1':>8}{'top-5':>8}")
    for name, top1, top5 in rows:
        print(f"{name:<36}{top1:>8.1%}" + (f"{top5:>8.1%}" if top5 is not None else f"{'–':>8}"))


def smoothed(label_smoothing_loss: Function, classes: int = 10, share: float = 0.1) -> None:
    """The reader's loss of one point by the logit of its true class, the others 0, without smoothing and with it."""
    growing = np.linspace(-2, 14, 65)
    fig, axes = style.figure(1, 1, width=7.0, height=3.0)
    ax = axes[0, 0]
    said = []
    for given, color, line in ((0.0, style.ORANGE, "--"), (share, style.BLUE, "-")):
        losses = np.zeros(len(growing))
        for place, logit in enumerate(growing):
            logits = np.zeros((1, classes))
            logits[0, 0] = logit
            loss = attempt(label_smoothing_loss, logits, np.array([0]), given, shape=())
            if loss is None:
                return
            losses[place] = float(loss)
        lowest = growing[int(losses.argmin())]
        name = f"share {given:g}"
        ax.plot(growing, losses, color=color, linestyle=line, linewidth=2, label=name)
        said.append(f"{name}: lowest at a logit of {lowest:g}, {losses.min():.2f}; {losses[-1]:.2f} at the right end")
        if given:
            p = np.exp(lowest) / (np.exp(lowest) + classes - 1)
            ax.plot(lowest, losses.min(), "o", color=color)
            drawing.write(ax, lowest, losses.min(), f"p = {p:.0%}", va="bottom", offset=(0, 6))
    ax.set_ylim(bottom=0)
    ax.set_xlabel("logit of the true class; the others are 0")
    drawing.heading(ax, f"loss of a point, {classes} classes")
    drawing.legend(ax)
    style.show(fig, f"The loss by the logit of the true class, {classes} classes. {'; '.join(said)}.")
