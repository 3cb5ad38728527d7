"""What a trained PyTorch network gives on the way, and one that learns a single batch. PyTorch loads when asked for.

Pictures are uint8 arrays (3, H, W) from 0 to 255. Looking leaves a network in the mode that it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import devices, training
from ..picture_set import PictureSet

if TYPE_CHECKING:
    import torch
    from torch import nn

Array = np.ndarray


def losses_on_one_batch(
    model: nn.Module, train_step: Callable[..., Any], pictures: PictureSet, steps: int, many: int
) -> Array:
    """The losses (steps,) that `train_step(model, images, labels, optimizer)` returns for the same pictures.

    Random numbers to come are left as they are.
    """
    import torch

    where = next(model.parameters()).device
    images = training.to_input(torch.as_tensor(pictures.train_images[:many]).to(where))
    labels = torch.as_tensor(pictures.train_labels[:many]).to(where)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    model.train()
    with devices.random_state_kept():  # dropout draws some
        return np.array([float(train_step(model, images, labels, optimizer)) for _ in range(steps)])


def layers_with_weights(model: nn.Module, size: int) -> list[tuple[str, tuple[int, ...], int]]:
    """Kind, output's shape and weights of each convolution and fully connected layer, in the order in which they run.

    For one picture of `size` by `size` pixels.
    """
    import torch

    rows: list[tuple[str, tuple[int, ...], int]] = []

    def note(module: nn.Module, _: Any, output: torch.Tensor) -> None:
        if isinstance(module, torch.nn.Linear):
            kind = "fully connected"
        else:
            k, stride = module.kernel_size[0], module.stride[0]  # type: ignore[index]
            kind = f"conv {k}×{k}" + (f", stride {stride}" if stride != 1 else "")
        rows.append((kind, tuple(output.shape[1:]), sum(weight.numel() for weight in module.parameters())))

    weighty = [module for module in model.modules() if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear))]
    _run(model, np.zeros((1, 3, size, size), dtype=np.uint8), weighty, note)
    return rows


def first_filters(model: nn.Module) -> Array | None:
    """The filters (F, 3, k, k) of the first convolution; None when it isn't one of red, green and blue."""
    import torch

    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    if not convolutions or convolutions[0].in_channels != 3:
        return None
    weights: Array = convolutions[0].weight.detach().float().cpu().numpy()
    return weights


def logits(model: nn.Module, images: Array) -> Array:
    """Logits (N, K) for pictures (N, 3, H, W)."""
    parts = [_run(model, some, [], None) for some in np.array_split(images, -(-len(images) // 250))]
    return np.concatenate([part.float().cpu().numpy() for part in parts])


def maps(model: nn.Module, image: Array) -> list[Array]:
    """What each part of the network gives for a picture, in order: maps (C, h, w); single numbers are left out."""
    _, found = _maps(model, image[None], track=False)
    return [values[0].detach().float().cpu().numpy() for values in found]


def class_map(model: nn.Module, image: Array, kind: int, finer: int = 1) -> Array:
    """How much each place of the last maps speaks for a class, (h, w), 0 to 1.

    A class activation map (Zhou et al., 2016), computed by gradients (Selvaraju et al., 2017), so that it fits every
    network; with a mean over places and one fully connected layer at the end both are the same up to a factor. With
    `finer`, (h * finer, w * finer): the picture is moved by a part of the maps' stride that many times along each axis,
    which puts the places of the maps between those of the first one.
    """
    import torch

    _, found = _maps(model, image[None], track=False)
    rows, columns = found[-1].shape[2:]
    strides = [max(round(side / number), 1) for side, number in zip(image.shape[1:], (rows, columns))]
    moves = [(down * strides[0] // finer, right * strides[1] // finer) for down, right in np.ndindex(finer, finer)]
    out, found = _maps(model, np.stack([_moved(image, *move) for move in moves]), track=True)
    last = found[-1]
    (gradient,) = torch.autograd.grad(out[:, kind].sum(), last)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    each = torch.relu((weights * last).sum(dim=1)).detach().float().cpu().numpy()
    heat: Array = each.reshape(finer, finer, rows, columns).transpose(2, 0, 3, 1).reshape(rows * finer, columns * finer)
    return heat / max(float(heat.max()), 1e-12)


def _moved(image: Array, down: int, right: int) -> Array:
    """The picture from row `down` and column `right` on; its last row and column are repeated to fill it up."""
    padded: Array = np.pad(image, ((0, 0), (0, down), (0, right)), mode="edge")
    return padded[:, down:, right:]


def favourite_patches(model: nn.Module, images: Array, part: nn.Module, side: int, many: int) -> tuple[Array, Array]:
    """What a part's filters like best: channels (C,) by how choosy they are, and patches (C, many, 3, side, side).

    For each channel of the part's maps the `many` pictures with the highest values, cut out around the place of that
    value. A choosy channel has a maximum far above its mean.
    """
    maps: list[Array] = []

    def note(_module: nn.Module, _inputs: Any, output: torch.Tensor) -> None:
        maps.append(output.detach().float().cpu().numpy())

    for some in np.array_split(images, -(-len(images) // 250)):
        _run(model, some, [part], note)
    values = np.concatenate(maps)
    n, channels, rows, columns = values.shape
    flat = values.reshape(n, channels, -1)
    peaks, places = flat.max(axis=2), flat.argmax(axis=2)
    patches = np.zeros((channels, many, 3, side, side), dtype=np.uint8)
    for channel in range(channels):
        for number, picture in enumerate(np.argsort(peaks[:, channel])[::-1][:many]):
            row, column = divmod(int(places[picture, channel]), columns)
            middle = row * images.shape[2] // rows, column * images.shape[3] // columns
            patches[channel, number] = _around(images[picture], middle, side)
    choosy = np.sort(peaks, axis=0)[-many:].mean(axis=0) / (flat.mean(axis=(0, 2)) + flat.std(axis=(0, 2)) + 1e-6)
    return np.argsort(choosy)[::-1], patches


def _around(image: Array, middle: tuple[int, int], side: int) -> Array:
    """A square of the picture around a place, moved where it would run over the edge."""
    top, left = (int(np.clip(at - side // 2, 0, size - side)) for at, size in zip(middle, image.shape[1:]))
    return image[:, top : top + side, left : left + side]


def fooling_picture(model: nn.Module, image: Array, most: int = 16) -> tuple[Array, int]:
    """The picture with each pixel changed by one small step, and the step: the smallest that changes the answer.

    Each pixel moves up or down by as many of its 255 levels, whichever raises the loss of the network's own answer
    (Goodfellow et al., 2015). Up to `most`; the largest comes back where none changes the answer.
    """
    import torch

    where = next(model.parameters()).device
    was = model.training
    model.eval()
    try:
        x = training.to_input(torch.as_tensor(image[None]).to(where)).requires_grad_()
        out = model(x)
        (gradient,) = torch.autograd.grad(torch.nn.functional.cross_entropy(out, out.argmax(1)), x)
    finally:
        model.train(was)
    uphill = gradient[0].sign().cpu().numpy()
    answer = int(out[0].argmax())
    changed, step = image, 0
    for step in range(1, most + 1):
        changed = np.clip(image + step * uphill, 0, 255).astype(np.uint8)
        if int(logits(model, changed[None])[0].argmax()) != answer:
            break
    return changed, step


def _maps(model: nn.Module, images: Array, track: bool) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Logits for pictures, and the maps (N, C, h, w) that the network's parts gave, in order."""
    import torch

    found: list[torch.Tensor] = []

    def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, torch.Tensor) and output.ndim == 4 and output.shape[2] * output.shape[3] > 1:
            found.append(output)

    parts = [module for module in model.modules() if module is not model]
    return _run(model, images, parts, note, track), found


def _run(
    model: nn.Module, images: Array, parts: Sequence[nn.Module], note: Callable[..., None] | None, track: bool = False
) -> torch.Tensor:
    """The model's output for pictures (N, 3, H, W), out of training mode; `note` sees what the parts give."""
    import torch

    where, was = next(model.parameters()).device, model.training
    hooks = [part.register_forward_hook(note) for part in parts if note is not None]
    model.eval()
    try:
        with torch.set_grad_enabled(track):
            out: torch.Tensor = model(training.to_input(torch.as_tensor(images).to(where)))
    finally:
        model.train(was)
        for hook in hooks:
            hook.remove()
    return out
