"""Training a network as it is done today, short enough to read. PyTorch loads when asked for.

What is done: pictures stay on the device as bytes, each cropped and mirrored there on its own; `channels_last`; mixed
precision and a compiled network where the device has them; one-cycle learning rate; label smoothing; no weight decay
for biases and batch norm. A seed gives the same numbers again (on a GPU nearly: some of its sums run in no fixed
order). With a checkpoint, a training that was stopped is resumed.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import checkpoints, devices
from .attempt import attempt, complain
from .devices import described as described
from .devices import device as device
from .devices import precision as precision
from .devices import random_state_kept
from .picture_set import PictureSet
from .progress import Progress

if TYPE_CHECKING:
    import torch
    from torch import nn

MEAN, STD = 0.45, 0.25  # about the mean and standard deviation of photographs' pixels, from 0 to 1
Augment = Callable[["torch.Tensor", int, int], "torch.Tensor"]
Evaluate = Callable[["nn.Module", "Batches"], tuple[float, float]]


class PyTorchMissing(ImportError):
    """Shown by a notebook as its message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def require_torch() -> None:
    """Raises PyTorchMissing, which says what to install, when there is no PyTorch."""
    try:
        import torch  # noqa: F401
    except ImportError:
        if sys.platform == "emscripten":
            raise PyTorchMissing(
                "This notebook needs PyTorch, which Python in a browser doesn't have. It runs on Colab: click the "
                "badge at the top. The other notebooks run here."
            ) from None
        raise PyTorchMissing(
            "This notebook needs PyTorch, and it isn't installed here. In a terminal:\n"
            "    pip install torch torchvision\n"
            "then restart the kernel. On Colab it is there already. The other notebooks don't need it."
        ) from None


@dataclass(frozen=True)
class Settings:
    """What a training rests on, beside the network and the pictures.

    `batch` pictures make a step, cropped to `size` by `size` pixels; `lr` is the highest learning rate;
    `label_smoothing` is the share of belief that the labels spread over all classes; `weight_decay` pulls the weights
    towards 0.
    """

    epochs: int
    size: int
    batch: int = 64
    lr: float = 0.3
    label_smoothing: float = 0.1
    weight_decay: float = 5e-4
    seed: int = 0


@dataclass(frozen=True)
class Epoch:
    """What an epoch came to: mean loss while training, validation errors (top-1, top-5), time in seconds."""

    loss: float
    top1: float
    top5: float
    seconds: float


def one_cycle(progress: float, highest: float) -> float:
    """The learning rate when the share `progress` of the training is over: up for a quarter, then down to 0.

    After Smith and Topin (2018), with the halves of a cosine.
    """
    warm = 0.25
    if progress < warm:
        return highest * (0.04 + 0.96 * (1 - math.cos(math.pi * progress / warm)) / 2)
    return highest * (1 + math.cos(math.pi * (progress - warm) / (1 - warm))) / 2


def to_input(images: torch.Tensor) -> torch.Tensor:
    """Pictures (N, C, H, W) from 0 to 255 as the network wants them: floats around 0, channels last in memory."""
    import torch

    return ((images.float() / 255 - MEAN) / STD).contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Batches:
    """Goes through labelled pictures, a batch at a time, in order: pairs of network input (n, C, H, W) and labels (n,).

    The pictures lie in memory as they were given (uint8); each batch is moved to the device and made floats there.
    """

    images: torch.Tensor
    labels: torch.Tensor
    batch: int
    where: torch.device

    def __len__(self) -> int:
        return math.ceil(len(self.images) / self.batch)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for start in range(0, len(self.images), self.batch):
            images, labels = (all_of[start : start + self.batch] for all_of in (self.images, self.labels))
            yield to_input(images.to(self.where)), labels.to(self.where)


def held_out(pictures: PictureSet, where: torch.device, batch: int = 250) -> Batches:
    """The held-out pictures of a set, in batches on the device."""
    import torch

    return Batches(torch.as_tensor(pictures.test_images), torch.as_tensor(pictures.test_labels), batch, where)


def build(network: Callable[[int], nn.Module], classes: int, seed: int = 0) -> nn.Module | None:
    """The network for that many classes on the device, with weights drawn from the seed.

    Random numbers that come afterwards are those that would have come anyway. None when `network` isn't written yet or
    doesn't work; then it says so.
    """
    import torch

    with random_state_kept():
        model = attempt(network, classes)
        if model is None:
            return None
        if not isinstance(model, torch.nn.Module):
            complain(network, "an nn.Module")
            return None
        if attempt(model, torch.zeros(2, 3, 64, 64), reader=network) is None:
            return None
        torch.manual_seed(seed)
        made = network(classes)
    return made.to(device(), memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def step(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    dtype: torch.dtype,
    label_smoothing: float,
    pieces: int = 1,
) -> torch.Tensor:
    """One step of training on pictures (N, C, H, W) uint8 and labels (N,); returns the mean loss, detached.

    `pieces` is how many parts the batch goes through the network in, one after the other: the gradients add up to
    those of the whole batch, and less memory is needed.
    """
    import torch

    optimizer.zero_grad()
    total = torch.zeros((), device=images.device)
    for some, answers in zip(images.chunk(pieces), labels.chunk(pieces)):
        with torch.autocast(images.device.type, dtype, enabled=dtype != torch.float32):
            logits = model(to_input(some))
            loss = torch.nn.functional.cross_entropy(logits, answers, label_smoothing=label_smoothing)
            loss = loss * (len(some) / len(images))
        scaler.scale(loss).backward()  # float16 would lose small gradients
        total += loss.detach()
    scaler.step(optimizer)
    scaler.update()
    return total


def weight_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """The weights as an optimizer takes them: weight decay for filters and matrices alone.

    Biases and batch norm's scales and shifts say how large numbers are, not what is looked for.
    """
    weights = [item for item in model.parameters() if item.requires_grad]
    return [
        {"params": [item for item in weights if item.ndim > 1], "weight_decay": weight_decay},
        {"params": [item for item in weights if item.ndim <= 1], "weight_decay": 0.0},
    ]


def fit(
    model: nn.Module | None,
    pictures: PictureSet,
    settings: Settings,
    augment: Augment,
    evaluate: Evaluate,
    checkpoint: Path | str | None = None,
    compiled: bool | None = None,
) -> list[Epoch]:
    """Trains the model, in place, and returns what each epoch came to.

    `augment(images, size, seed)` crops and mirrors; `evaluate(model, batches)` gives top-1 and top-5 error. With
    `checkpoint`, a file, the state is saved after each epoch, and a training that was stopped goes on from there.
    `compiled` says whether torch.compile is used: on an NVIDIA GPU, unless given. When the memory isn't enough, batches
    go through in smaller pieces, and it says so. When `model` is None or one of the functions isn't written yet, it
    says so and returns []. Raises ValueError when the checkpoint belongs to another training.
    """
    import torch

    if model is None:
        print("There is no network to train yet.")
        return []
    where = next(model.parameters()).device
    devices.tune(where)
    images = _near(torch.as_tensor(pictures.train_images), where)
    labels = torch.as_tensor(pictures.train_labels).to(where)
    test = held_out(pictures, where)
    if not _usable(model, images[:2].to(where), labels[:2], len(pictures.classes), settings, augment, evaluate):
        return []
    dtype = precision(where)
    groups = weight_groups(model, settings.weight_decay)
    optimizer = torch.optim.SGD(groups, lr=settings.lr, momentum=0.9, nesterov=True)
    scaler = torch.amp.GradScaler(where.type, enabled=dtype == torch.float16)
    state = checkpoints.State(model, optimizer, scaler)
    history = [Epoch(**epoch) for epoch in checkpoints.load(Path(checkpoint), state, settings)] if checkpoint else []
    network: nn.Module = model
    if where.type == "cuda" if compiled is None else compiled:
        network = torch.compile(model)  # type: ignore[assignment]
    steps, pieces = math.ceil(len(images) / settings.batch), 1
    bar = Progress(settings.epochs * steps, "training")
    begun, first = time.perf_counter(), len(history) * steps
    for epoch in range(len(history), settings.epochs):
        start, losses = time.perf_counter(), torch.zeros((), device=where)
        rng = np.random.default_rng([settings.seed, epoch])  # so that epoch 5 is the same whether it is resumed or not
        order = torch.as_tensor(rng.permutation(len(images))).to(images.device)
        model.train()
        for number in range(steps):
            chosen = order[number * settings.batch : (number + 1) * settings.batch]
            done = epoch * steps + number
            for group in optimizer.param_groups:
                group["lr"] = one_cycle(done / (settings.epochs * steps), settings.lr)
            cropped = augment(images[chosen].to(where), settings.size, int(rng.integers(2**31)))
            answers = labels[chosen.to(where)]
            while True:
                try:
                    loss = step(network, cropped, answers, optimizer, scaler, dtype, settings.label_smoothing, pieces)
                    break
                except Exception as error:
                    if isinstance(error, RuntimeError) and devices.out_of_memory(error):
                        pieces = _smaller(pieces, len(cropped), bar)
                    elif network is not model:  # compiling can fail in any way; the network may be right
                        network = model
                        bar.note(f"torch.compile failed ({type(error).__name__}): going on without it.")
                    else:
                        raise
            losses += loss * len(chosen)  # no .item() here: it would wait for the GPU at each step
            if bar.due():
                seen = min((number + 1) * settings.batch, len(images))
                left = (time.perf_counter() - begun) / (done + 1 - first) * (settings.epochs * steps - done - 1)
                said = f"epoch {epoch + 1} of {settings.epochs}, loss {losses.item() / seen:.3f}"
                bar.show(done, f"{said}{_so_far(history)}, {_in_words(left)} left")
        with torch.inference_mode():
            top1, top5 = evaluate(for_evaluation(model), test)
        seconds = time.perf_counter() - start
        history.append(Epoch(losses.item() / len(images), float(top1), float(top5), seconds))
        if checkpoint:
            checkpoints.save(Path(checkpoint), state, settings, history)
    spent = sum(epoch.seconds for epoch in history)
    memory = devices.peak_memory(where)
    bar.finish(
        f"{settings.epochs} epochs, {_in_words(spent)} on {described(where)}"
        f"{', ' + memory if memory else ''}{_so_far(history)}"
    )
    return history


def for_evaluation(model: nn.Module) -> nn.Module:
    """The network in the device's 16 bits where it has them, with float32 logits; else the network itself."""
    import torch

    where = next(model.parameters()).device
    dtype = precision(where)
    if dtype == torch.float32:
        return model

    class Mixed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            with torch.autocast(where.type, dtype):
                logits: torch.Tensor = self.model(x)
            return logits.float()

    mixed = Mixed()
    mixed.training = model.training
    return mixed


def resized_crops(images: torch.Tensor, size: int, seed: int, smallest: float = 0.35) -> torch.Tensor:
    """A part of each picture (N, C, H, W) uint8, stretched to `size` by `size` pixels, mirrored half of the time.

    Each picture has its own part: a share of the area from `smallest` to 1, sides between 3 to 4 and 4 to 3. All of it
    is done on the pictures' device, for all at once. This is how ImageNet's networks are trained.
    """
    import torch
    from torch.nn import functional

    rng = np.random.default_rng(seed)
    n = len(images)
    area, ratio = rng.uniform(smallest, 1, n), np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3), n))
    wide, high = (np.minimum(np.sqrt(area * of), 1) for of in (ratio, 1 / ratio))
    to_right, down = (rng.uniform(-1, 1, n) * (1 - side) for side in (wide, high))
    grid = np.zeros((n, 2, 3), dtype=np.float32)
    grid[:, 0, 0], grid[:, 0, 2] = wide * rng.choice([-1, 1], n), to_right
    grid[:, 1, 1], grid[:, 1, 2] = high, down
    places = functional.affine_grid(
        torch.as_tensor(grid).to(images.device), [n, images.shape[1], size, size], align_corners=False
    )
    crops = functional.grid_sample(images.float(), places, padding_mode="border", align_corners=False)
    return crops.round().clamp(0, 255).to(images.dtype)


def new_last_layer(model: nn.Module, pictures: PictureSet, steps: int = 200, lr: float = 0.01) -> float:
    """Gives a `blocks.ResNet` a new last layer for other pictures and trains that alone; returns the held-out error.

    The rest stays as it is and runs once for each picture, so some dozens of pictures take seconds. The new layer
    starts at 0, so there is no chance in it.
    """
    import torch

    where, was = next(model.parameters()).device, model.training
    model.eval()
    seen = []
    with torch.no_grad():
        for images in (pictures.train_images, pictures.test_images):
            batches = Batches(torch.as_tensor(images), torch.zeros(len(images)), 64, where)
            seen.append(torch.cat([model.features(x) for x, _ in batches]))  # type: ignore[operator]
    model.train(was)
    labels, answers = (torch.as_tensor(y).to(where) for y in (pictures.train_labels, pictures.test_labels))
    with random_state_kept():
        last = torch.nn.Linear(seen[0].shape[1], len(pictures.classes)).to(where)
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    optimizer = torch.optim.AdamW(last.parameters(), lr=lr, weight_decay=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(last(seen[0]), labels).backward()
        optimizer.step()
    model.classify = last
    return float((last(seen[1]).argmax(1) != answers).float().mean())


def with_flips(model: nn.Module) -> nn.Module:
    """The same network asked twice, about the picture and its mirror image; the logits' mean counts."""
    import torch

    class WithFlips(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            mean: torch.Tensor = (self.model(x) + self.model(x.flip(3))) / 2
            return mean

    flips = WithFlips()
    flips.train(model.training)
    return flips


# Parts


def _so_far(history: list[Epoch]) -> str:
    return f", validation error {history[-1].top1:.1%}" if history else ""


def _usable(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    classes: int,
    settings: Settings,
    augment: Augment,
    evaluate: Evaluate,
) -> bool:
    """Tries what the reader has written on two pictures, so that a mistake shows now and not after an epoch."""
    import torch

    cropped = attempt(augment, images, settings.size, settings.seed)
    if cropped is None:
        return False
    wanted = (*images.shape[:2], settings.size, settings.size)
    if not isinstance(cropped, torch.Tensor) or tuple(cropped.shape) != wanted or cropped.dtype != images.dtype:
        complain(augment, f"a tensor of shape {wanted} and {images.dtype}")
        return False
    model.eval()
    with torch.no_grad():
        logits = attempt(lambda: model(to_input(cropped)), reader=type(model))
    if logits is None:
        return False
    if not isinstance(logits, torch.Tensor) or tuple(logits.shape) != (len(images), classes):
        complain(type(model), f"logits of shape {(len(images), classes)}")
        return False
    batches = Batches(images, labels, len(images), images.device)
    with torch.inference_mode():
        errors = attempt(lambda: [float(error) for error in evaluate(for_evaluation(model), batches)], reader=evaluate)
    if errors is None:
        return False
    if len(errors) != 2:
        complain(evaluate, "two numbers")
        return False
    return True


def _smaller(pieces: int, batch: int, bar: Progress) -> int:
    """Twice as many pieces after running out of memory; raises RuntimeError when pieces can't get smaller."""
    import torch

    if pieces >= batch:
        raise RuntimeError(
            "Not even one picture at a time fits into memory: take smaller pictures or channels."
        ) from None
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    pieces = min(2 * pieces, batch)
    bar.note(f"Out of memory: from here on the batch goes through in {pieces} parts of {-(-batch // pieces)} pictures.")
    return pieces


def _near(images: torch.Tensor, where: torch.device) -> torch.Tensor:
    """All pictures on the device; where they don't fit, they stay, and each batch is moved."""
    try:
        return images.to(where)
    except RuntimeError as error:
        if not devices.out_of_memory(error):
            raise
        print("The pictures don't fit into the GPU's memory: each batch is moved there when its turn comes.")
        return images


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
