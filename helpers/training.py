"""Training a network as it is done today, short enough to read. PyTorch loads when asked for.

What is done: each picture cropped and mirrored on its own, on the device; `channels_last`; mixed precision where the
device has it; one-cycle learning rate; label smoothing. A seed gives the same numbers again (on a GPU nearly: some of
its sums run in no fixed order). With a checkpoint, a training that was stopped goes on where it was.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .attempt import attempt, complain
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
        raise PyTorchMissing(
            "This notebook needs PyTorch, and it isn't installed here. In a terminal:\n"
            "    pip install torch torchvision\n"
            "then restart the kernel. On Colab it is there already. The other notebooks don't need it."
        ) from None


@dataclass(frozen=True)
class Settings:
    """What a training rests on, beside the network and the pictures.

    `batch` pictures make a step, cropped to `size` by `size` pixels; `lr` is the highest learning rate;
    `label_smoothing` is the share of belief that the labels give to the other classes; `weight_decay` pulls the weights
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
    """What an epoch came to: mean loss while training, top-1 and top-5 error on held-out pictures, time in seconds."""

    loss: float
    top1: float
    top5: float
    seconds: float


def device() -> torch.device:
    """The GPU when there is one, else the CPU."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(where: torch.device) -> torch.dtype:
    """The number format that the device multiplies fastest in: bfloat16, float16 or float32.

    By the GPU's generation ("compute capability"), not by what it claims: a T4 (7.5) says that it can do bfloat16, and
    only emulates it. Units for float16 came with 7.0, for bfloat16 with 8.0. On the CPU float32.
    """
    import torch

    if where.type != "cuda":
        return torch.float32
    capability = torch.cuda.get_device_capability(where)
    if capability >= (8, 0):
        return torch.bfloat16
    return torch.float16 if capability >= (7, 0) else torch.float32


def described(where: torch.device) -> str:
    """The device in words, with the number format that `precision` chooses for it."""
    import torch

    name = torch.cuda.get_device_name(where) if where.type == "cuda" else f"CPU, threads: {torch.get_num_threads()}"
    return f"{name}, {str(precision(where)).removeprefix('torch.')}"


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


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Afterwards PyTorch's and NumPy's random numbers go on where they were, on a GPU too."""
    import torch

    before = np.random.get_state()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        try:
            yield
        finally:
            np.random.set_state(before)


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


def fit(
    model: nn.Module | None,
    pictures: PictureSet,
    settings: Settings,
    augment: Augment,
    evaluate: Evaluate,
    checkpoint: Path | str | None = None,
) -> list[Epoch]:
    """Trains the model, in place, and returns what each epoch came to.

    `augment(images, size, seed)` crops and mirrors; `evaluate(model, batches)` gives top-1 and top-5 error. With
    `checkpoint`, a file, the state is saved after each epoch, and a training that was stopped goes on from there.
    When the memory isn't enough, batches go through in smaller pieces, and it says so. When `model` is None or one of
    the functions isn't written yet, it says so and returns [].
    Raises ValueError when the checkpoint belongs to another training.
    """
    import torch

    if model is None:
        print("There is no network to train yet.")
        return []
    where = next(model.parameters()).device
    images = torch.as_tensor(pictures.train_images).to(where)
    labels = torch.as_tensor(pictures.train_labels).to(where)
    test = held_out(pictures, where)
    if not _usable(model, images[:2], labels[:2], len(pictures.classes), settings, augment, evaluate):
        return []
    dtype = precision(where)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=settings.lr, momentum=0.9, nesterov=True, weight_decay=settings.weight_decay
    )
    scaler = torch.amp.GradScaler(where.type, enabled=dtype == torch.float16)
    history = _load(Path(checkpoint), model, optimizer, scaler, settings) if checkpoint else []
    steps, pieces = math.ceil(len(images) / settings.batch), 1
    bar = Progress(settings.epochs * steps, "training")
    for epoch in range(len(history), settings.epochs):
        start, losses = time.perf_counter(), torch.zeros((), device=where)
        rng = np.random.default_rng([settings.seed, epoch])  # so that epoch 5 is the same whether it is resumed or not
        order = torch.as_tensor(rng.permutation(len(images))).to(where)
        model.train()
        for number in range(steps):
            chosen = order[number * settings.batch : (number + 1) * settings.batch]
            done = epoch * steps + number
            for group in optimizer.param_groups:
                group["lr"] = one_cycle(done / (settings.epochs * steps), settings.lr)
            cropped = augment(images[chosen], settings.size, int(rng.integers(2**31)))
            while True:
                try:
                    loss = step(
                        model, cropped, labels[chosen], optimizer, scaler, dtype, settings.label_smoothing, pieces
                    )
                    break
                except RuntimeError as error:
                    pieces = _smaller(pieces, len(cropped), error, bar)
            losses += loss * len(chosen)
            if bar.due():
                seen = min((number + 1) * settings.batch, len(images))
                bar.show(
                    done, f"epoch {epoch + 1} of {settings.epochs}, loss {losses.item() / seen:.3f}{_so_far(history)}"
                )
        top1, top5 = evaluate(model, test)
        seconds = time.perf_counter() - start
        history.append(Epoch(losses.item() / len(images), float(top1), float(top5), seconds))
        if checkpoint:
            _save(Path(checkpoint), model, optimizer, scaler, settings, history)
    spent = sum(epoch.seconds for epoch in history)
    bar.finish(f"{settings.epochs} epochs, {spent:.0f} s on {described(where)}{_so_far(history)}")
    return history


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
    return f", held-out error {history[-1].top1:.1%}" if history else ""


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
    errors = attempt(lambda: [float(error) for error in evaluate(model, batches)], reader=evaluate)
    if errors is None:
        return False
    if len(errors) != 2:
        complain(evaluate, "two numbers")
        return False
    return True


def _smaller(pieces: int, batch: int, error: RuntimeError, bar: Progress) -> int:
    """Twice as many pieces after running out of memory; raises any other error, and when pieces can't get smaller."""
    import torch

    out = isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
    if not out:
        raise error
    if pieces >= batch:
        raise RuntimeError(
            "Not even one picture at a time fits into memory: take smaller pictures or channels."
        ) from None
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    pieces = min(2 * pieces, batch)
    bar.note(f"Out of memory: from here on the batch goes through in {pieces} parts of {-(-batch // pieces)} pictures.")
    return pieces


def _save(
    file: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    settings: Settings,
    history: list[Epoch],
) -> None:
    """Written beside and then renamed: there is never half a checkpoint."""
    import torch

    state = {
        "settings": asdict(settings),
        "history": [asdict(epoch) for epoch in history],
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scaler": scaler.state_dict(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(file.name + ".part")
    torch.save(state, beside)
    os.replace(beside, file)


def _load(
    file: Path, model: nn.Module, optimizer: torch.optim.Optimizer, scaler: torch.amp.GradScaler, settings: Settings
) -> list[Epoch]:
    """The epochs that are done; model, optimizer and scaler get their states. [] when there is no readable file."""
    import torch

    if not file.exists():
        return []
    try:
        state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        history = [Epoch(**epoch) for epoch in state["history"]]
        made_with = state["settings"]
    except Exception as error:  # a broken file can fail in any way
        print(f"{file} can't be read ({type(error).__name__}): the training starts from the beginning.")
        return []
    if made_with != asdict(settings):
        changed = [name for name, value in asdict(settings).items() if made_with.get(name) != value]
        raise ValueError(
            f"{file} belongs to a training with another {', '.join(changed)}: delete it or name another file."
        )
    try:
        model.load_state_dict(state["model"])
    except RuntimeError:
        raise ValueError(f"{file} belongs to another network: delete it or name another file.") from None
    optimizer.load_state_dict(state["optimizer"])
    scaler.load_state_dict(state["scaler"])
    print(f"{file}: going on after epoch {len(history)} of {settings.epochs}.")
    return history
