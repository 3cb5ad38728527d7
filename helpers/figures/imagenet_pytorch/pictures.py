"""The pictures to learn from, and how they are cropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...attempt import attempt
from ...picture_set import PictureSet
from .. import drawing, style
from . import parts

Function = Callable[..., Any]


def sheet(pictures: PictureSet, each: int = 9, side: int = 64) -> None:
    """A row of pictures for each class, as one large picture: a figure with a hundred axes would take its time."""
    classes, gap = pictures.classes, side // 16
    step = pictures.train_images.shape[-1] // side
    page = np.full((len(classes) * (side + gap) - gap, each * (side + gap) - gap, 3), 255, dtype=np.uint8)
    for kind in range(len(classes)):
        for column, place in enumerate(np.flatnonzero(pictures.train_labels == kind)[:each]):
            top, left = kind * (side + gap), column * (side + gap)
            image = pictures.train_images[place][:, ::step, ::step][:, :side, :side]
            page[top : top + side, left : left + side] = image.transpose(1, 2, 0)
    fig, axes = style.figure(1, 1, width=0.95 * each + 1.3, height=0.95 * len(classes))
    ax = axes[0, 0]
    drawing.picture(ax, page)
    ax.set_yticks([kind * (side + gap) + side / 2 for kind in range(len(classes))], classes)
    ax.tick_params(axis="y", length=0, labelsize=style.LABEL)
    style.show(
        fig,
        f"Pictures of the set {pictures.name}, a row of {each} for each of the classes {', '.join(classes)}. Within a "
        "row the things differ in place, size, colour, background and light.",
        colours=256,
    )


def top_k(top_k_error: Function, logits: np.ndarray, labels: np.ndarray) -> None:
    """The reader's top-k error of logistic regression for every k, beside that of guessing."""
    classes = logits.shape[1]
    errors = np.zeros(classes)
    for k in range(1, classes + 1):
        error = attempt(top_k_error, logits, labels, k, shape=())
        if error is None:
            return
        errors[k - 1] = float(error)
    fig, axes = style.figure(1, 1, width=6.4, height=2.8)
    ax = axes[0, 0]
    ks = np.arange(1, classes + 1)
    ax.plot(ks, 1 - ks / classes, color=style.GREY, linestyle="--", linewidth=1.5, label="guessing")
    ax.plot(ks, errors, color=style.ORANGE, marker="s", linewidth=2, label="logistic regression")
    ax.set_xticks(ks)
    drawing.percent(ax)
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("k")
    drawing.heading(ax, "top-k error on held-out pictures")
    drawing.legend(ax)
    listed = ", ".join(f"{error:.0%}" for error in errors)
    style.show(
        fig,
        f"Top-k error of logistic regression for k from 1 to {classes}: {listed}. Guessing would have 1 - k/{classes}, "
        "a straight line from 90% to 0%.",
    )


def crops(random_crop_flip: Function, pictures: PictureSet, size: int, many: int = 11) -> None:
    """One picture, and what the reader's function makes of it, batch after batch."""
    import torch

    image = pictures.train_images[np.flatnonzero(pictures.train_labels == 0)[0]]

    def cropped(images: np.ndarray) -> np.ndarray:
        out: np.ndarray = random_crop_flip(torch.as_tensor(images), size, 0).numpy()
        return out

    shape = (many, 3, size, size)
    given = attempt(cropped, np.repeat(image[None], many, axis=0), shape=shape, reader=random_crop_flip)
    if given is None:
        return
    fig, axes = style.figure(2, (many + 1) // 2, width=1.5 * ((many + 1) // 2), height=3.4)
    parts.picture(axes[0, 0], image, f"{image.shape[1]}×{image.shape[2]}")
    for ax, some in zip(axes.flat[1:], given):
        parts.picture(ax, some.astype(np.uint8))
    drawing.heading(axes[0, 1], f"{size}×{size}, drawn anew each time")
    apart = len(np.unique(given.reshape(many, -1), axis=0))
    style.show(
        fig,
        f"A picture, and {many} crops of it of {size} by {size} pixels, some of them mirrored; {apart} of them differ.",
    )
