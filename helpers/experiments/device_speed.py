"""How many operations a second a processor reaches, with NumPy and with PyTorch. PyTorch loads when asked for."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import devices, layers, training
from .timing import best_time

if TYPE_CHECKING:
    import torch
    from torch import nn

CHANNELS, SIDE = 16, 16  # of the pictures in `convolution_rates`

# What the makers state for their GPUs, in 10^12 operations a second in float32.
_STATED = {"T4": 8.1, "V100": 14, "L4": 30.3, "A100": 19.5, "H100": 67, "H200": 67}


@dataclass(frozen=True)
class CompileTimes:
    """Seconds for a network's way forward and back, as it is and compiled, and for the whole experiment."""

    eager: float
    compiled: float
    total: float


def convolution_rates(where: torch.device | None, counts: Sequence[int], seconds: float) -> list[float]:
    """Operations a second in one convolution of so many pictures at once, by PyTorch on `where`; by NumPy for None.

    A layer of 16 filters of 3 by 3 on pictures of 16 channels and 16 by 16 pixels. About so many `seconds` go into each
    number; the list ends early when the next one would take much longer.
    """
    rng = np.random.default_rng(8)
    w = rng.normal(size=(CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    operations = 2 * CHANNELS * CHANNELS * 9 * SIDE * SIDE  # multiplications and additions for one picture
    rates: list[float] = []
    for count in counts:
        x = rng.normal(size=(count, CHANNELS, SIDE, SIDE)).astype(np.float32)
        best = best_time(_numpy_run(x, w) if where is None else _torch_run(x, w, where), seconds, least=4)
        rates.append(count * operations / best)
        if best > seconds / 2:  # the next one would take four times as long
            break
    return rates


def _numpy_run(x: np.ndarray, w: np.ndarray) -> Callable[[], None]:
    b = np.zeros(len(w), dtype=np.float32)

    def run() -> None:
        layers.conv2d(x, w, b, padding=1, stride=1)

    return run


def _torch_run(x: np.ndarray, w: np.ndarray, where: torch.device) -> Callable[[], None]:
    """The way to the GPU isn't timed: in training, pictures stay there."""
    import torch

    pictures, weight = torch.as_tensor(x, device=where), torch.as_tensor(w, device=where)

    def run() -> None:
        with torch.no_grad():
            torch.nn.functional.conv2d(pictures, weight, padding=1)
        _wait(where)

    return run


def matrix_rate(where: torch.device, dtype: torch.dtype, seconds: float = 0.5) -> float:
    """Operations a second in one large product of matrices: what the device can do at best, measured."""
    import torch

    side = 512 if where.type == "cpu" else 8192
    a = torch.as_tensor(np.random.default_rng(8).normal(size=(side, side)), dtype=dtype, device=where)

    def run() -> None:
        torch.mm(a, a)
        _wait(where)

    return 2 * side**3 / best_time(run, seconds, least=4)


def stated_rate(where: torch.device) -> float | None:
    """Operations a second in float32 that the GPU's maker states; None where it isn't known."""
    import torch

    if where.type != "cuda":
        return None
    name = torch.cuda.get_device_name(where)
    known = [key for key in sorted(_STATED, key=len, reverse=True) if key in name]
    return _STATED[known[0]] * 1e12 if known else None


def compile_times(model: nn.Module, size: int, batch: int = 64, seconds: float = 1.0) -> CompileTimes:
    """Times the way forward and back of `batch` pictures of `size` by `size` pixels, before and after torch.compile.

    A copy of the model does it, on pictures of noise: the model's weights, running statistics and gradients and the
    random numbers to come are left as they are.
    """
    import torch

    where = next(model.parameters()).device
    pixels = np.random.default_rng(8).integers(0, 256, (batch, 3, size, size), dtype=np.uint8)
    images = torch.as_tensor(pixels, device=where)
    start = time.perf_counter()
    with devices.random_state_kept():
        eager = copy.deepcopy(model).train()
        compiled: nn.Module = torch.compile(eager)  # type: ignore[assignment]
        times = [best_time(_step(network, images), seconds, least=4) for network in (eager, compiled)]
    return CompileTimes(times[0], times[1], time.perf_counter() - start)


def _step(network: nn.Module, images: torch.Tensor) -> Callable[[], None]:
    import torch

    where = images.device
    dtype = devices.precision(where)

    def run() -> None:
        with torch.autocast(where.type, dtype, enabled=dtype != torch.float32):
            network(training.to_input(images)).float().square().mean().backward()
        network.zero_grad()
        _wait(where)

    return run


def _wait(where: torch.device) -> None:
    """A GPU is only told what to do; this waits until it has done it."""
    import torch

    if where.type == "cuda":
        torch.cuda.synchronize(where)
