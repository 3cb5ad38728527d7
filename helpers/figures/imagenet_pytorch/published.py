"""What a network with published weights sees, and how it is fooled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import devices
from ...attempt import attempt
from ...experiments import features, looking_inside
from ...picture_set import PictureSet
from ...pictures import photo, shrunk
from .. import drawing, style
from . import parts

if TYPE_CHECKING:
    from torch import nn

Function = Callable[..., Any]


def photographs_for(side: int, pictures: PictureSet) -> list[np.ndarray]:
    """Pictures (3, H, W) for a network made for `side`: two photographs, or three drawn signs where that is small."""
    if side <= 64:
        return [pictures.test_images[number] for number in range(3)]
    return [
        np.asarray(shrunk(photo(name), 1)[:, 106:533].transpose(2, 0, 1) * 255, dtype=np.uint8)
        for name in ("china", "flower")
    ]


def names(model: nn.Module | None, classes: Sequence[str], images: Sequence[np.ndarray], best: int = 3) -> None:
    """Pictures, and below each the classes that the network believes in most."""
    if not parts.is_trained(model):
        return
    fig, axes = style.figure(1, len(images), width=2.6 * len(images), height=3.1)
    said = []
    for ax, image in zip(axes[0], images):
        beliefs = features.probabilities(looking_inside.logits(model, image[None]))[0]
        order = np.argsort(beliefs)[::-1][:best]
        lines = [f"{classes[kind]} {beliefs[kind]:.0%}" for kind in order]
        parts.picture(ax, image)
        drawing.heading(ax, "\n".join(lines), style.SMALL, bold=False)
        said.append(", ".join(lines))
    style.show(fig, f"{len(images)} pictures with the classes that the network believes in most: {'; '.join(said)}.")


def favourites(
    model: nn.Module | None, group: nn.Module, images: np.ndarray, side: int, filters: int = 6, many: int = 7
) -> None:
    """For some choosy filters of a group of blocks, a row each: the patches to which they answer most."""
    if not parts.is_trained(model):
        return
    order, patches = looking_inside.favourite_patches(model, images, group, side, many)
    filters = min(filters, len(order))
    fig, axes = style.figure(filters, many, width=0.95 * many + 0.8, height=0.98 * filters)
    for row, channel in enumerate(order[:filters]):
        for ax, patch in zip(axes[row], patches[channel]):
            parts.picture(ax, patch)
        drawing.beside(axes[row, 0], f"filter {channel}")
    style.show(
        fig,
        f"{filters} rows of {many} patches of {side} by {side} pixels: in each row those to which one filter answers "
        "most. Within a row they look alike.",
    )


def fooled(model: nn.Module | None, classes: Sequence[str], image: np.ndarray) -> None:
    """A picture, a small change of each pixel, and both together, with the network's answers."""
    if not parts.is_trained(model):
        return
    changed, step = looking_inside.fooling_picture(model, image)
    beliefs = features.probabilities(looking_inside.logits(model, np.stack([image, changed])))
    answers = [f"{classes[belief.argmax()]} {belief.max():.0%}" for belief in beliefs]
    fig, axes = style.figure(1, 3, width=8.4, height=3.0)
    parts.picture(axes[0, 0], image, answers[0], style.TEXT)
    difference = np.clip(128 + (changed.astype(int) - image) * (100 // max(step, 1)), 0, 255).astype(np.uint8)
    parts.picture(axes[0, 1], difference, f"±{step} of 255, made visible", style.TEXT)
    parts.picture(axes[0, 2], changed, answers[1], style.TEXT)
    style.show(
        fig,
        f"A picture with the answer {answers[0]}; a change of each pixel by {step} of 255 levels; the changed picture, "
        f"which looks the same, with the answer {answers[1]}.",
    )


def patches(patch_embedding: Function, as_conv2d: Function, pictures: PictureSet, size: int = 16) -> None:
    """Prints how far the reader's patch embedding is from the reader's convolution layer with a stride of `size`."""
    images = pictures.train_images[:2] / 255
    rng = np.random.default_rng(8)
    w, b = rng.normal(0, 0.05, (5, 3, size, size)), rng.normal(0, 1, 5)
    n, rows, columns = len(images), images.shape[2] // size, images.shape[3] // size

    def convolved(given: np.ndarray) -> np.ndarray:
        import torch

        with torch.no_grad():
            layer = as_conv2d(w.copy(), b.copy(), 0, size)
            out: np.ndarray = layer(torch.as_tensor(given, dtype=layer.weight.dtype)).double().numpy()
        return out

    with devices.random_state_kept():
        maps = attempt(convolved, images, shape=(n, 5, rows, columns), reader=as_conv2d)
        tokens = attempt(patch_embedding, images, w, b, size, shape=(n, rows * columns, 5))
    if maps is None or tokens is None:
        return
    difference = float(np.abs(maps.reshape(n, 5, -1).transpose(0, 2, 1) - tokens).max())
    print(f"{rows * columns} patches of {size}×{size} pixels, 5 numbers each: shape {tokens.shape}")
    print(f"your nn.Conv2d with stride {size} gives the same numbers, up to {difference:.0e}")
