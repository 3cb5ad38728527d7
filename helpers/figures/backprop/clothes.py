"""Clothes: what they look like, and how well a network tells them, with error bars over starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...fashion import KINDS, Part
from .. import drawing, style

Array = np.ndarray
Found = Mapping[str, Sequence[float]]
Run = tuple[dict[str, Array], Found]  # the parameters, and the losses and accuracies by epoch


def wardrobe(part: Part, each: int = 8) -> None:
    """Some pictures of each class, a column for each."""
    fig, axes = style.figure(each // 2, 2 * len(KINDS), width=11.0, height=0.25 + 0.62 * each // 2)
    low = float(part.x.min())
    for kind, name in enumerate(KINDS):
        for place, image in enumerate(part.x[part.y == kind][:each, 0]):
            drawing.digit(axes[place // 2, 2 * kind + place % 2], image - low)
        drawing.heading(axes[0, 2 * kind], name, style.LABEL, bold=False)
    style.show(fig, f"{each} pictures of 14 by 14 pixels of each of these: {', '.join(KINDS)}.")


def over_starts(runs: Sequence[Run] | None) -> None:
    """Loss and accuracy by epoch: the mean over starts, and bars of one standard deviation up and down."""
    if runs is None:
        return
    said = []
    fig, axes = style.figure(1, 2, width=9.8, height=3.3)
    for ax, what in zip(axes[0], ("loss", "accuracy")):
        for part, color, mark in (("", style.BLUE, "o"), ("validation ", style.ORANGE, "s")):
            values = np.array([found[part + what] for _, found in runs])
            mean, spread = values.mean(axis=0), _spread(values)
            epochs = np.arange(1, values.shape[1] + 1)
            ax.errorbar(epochs, mean, spread, color=color, marker=mark, capsize=3, label=part.strip() or "learned from")
            said.append(f"{what}, {part.strip() or 'learned from'}: " + ", ".join(f"{value:.2f}" for value in mean))
        drawing.heading(ax, what)
        ax.set_xlabel("epochs")
    axes[0, 0].set_ylim(0, None)
    drawing.percent(axes[0, 1], (0.7, 0.75, 0.8, 0.85, 0.9))
    drawing.legend(axes[0, 1], loc="lower right")
    style.show(fig, f"Means over {len(runs)} starts, with bars of one standard deviation, by epoch. {'; '.join(said)}.")


def overfitting(run: Run | None) -> None:
    """Loss and accuracy by epoch of one start, and where the validation loss is lowest."""
    if run is None:
        return
    _, found = run
    fig, axes = style.figure(1, 2, width=9.8, height=3.3)
    epochs = range(1, len(found["loss"]) + 1)
    for ax, what in zip(axes[0], ("loss", "accuracy")):
        series = {"learned from": found[what], "validation": found[f"validation {what}"]}
        for (name, values), color in zip(series.items(), (style.BLUE, style.ORANGE)):
            ax.plot(epochs, values, color=color, linewidth=2, label=name)
        drawing.heading(ax, what)
        ax.set_xlabel("epochs")
        ax.set_ylim(0, None)
    best = int(np.argmin(found["validation loss"])) + 1
    axes[0, 0].axvline(best, color=style.GREY, linestyle="--", linewidth=1)
    drawing.percent(axes[0, 1], (0, 0.25, 0.5, 0.75, 1))
    drawing.legend(axes[0, 1], loc="lower right")
    style.show(
        fig,
        f"Loss and accuracy over {len(epochs)} epochs. On the pictures learned from the loss falls to "
        f"{found['loss'][-1]:.2f} and the accuracy rises to {found['accuracy'][-1]:.0%}. On the validation part the "
        f"loss is lowest at epoch {best}, {min(found['validation loss']):.2f}, and {found['validation loss'][-1]:.2f} "
        f"at the end; the accuracy ends at {found['validation accuracy'][-1]:.0%}.",
    )


def kinds(shares: Sequence[Sequence[float]] | None) -> None:
    """The accuracy on each class: a list for each start, drawn as means with bars of one standard deviation."""
    if shares is None:
        return
    values = np.array(shares)
    mean, spread = values.mean(axis=0), _spread(values)
    fig, axes = style.figure(1, 1, width=9.8, height=2.8)
    ax = axes[0, 0]
    ax.bar(KINDS, mean, yerr=spread, color=style.BLUE, capsize=3, ecolor=style.INK)
    drawing.percent(ax, (0, 0.25, 0.5, 0.75, 1))
    drawing.heading(ax, "accuracy on each kind, new pictures")
    told = ", ".join(f"{name} {value:.0%}" for name, value in zip(KINDS, mean))
    style.show(fig, f"Accuracy on new pictures, means over {len(values)} starts: {told}.")


def _spread(values: Array) -> Any:
    """The standard deviation over starts; 0 for one start."""
    return values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
