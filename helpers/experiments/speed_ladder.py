"""How many pictures a second a network learns from, with one measure after the other. PyTorch loads when asked for.

The first rung is plain float32; each of the others has all measures of those below it.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import devices, training
from .device_speed import matrix_rate

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class Rung:
    """Pictures a second with the measures up to `name`, in training and in evaluation.

    `share` is the part of the device's matrix rate that training reaches: the operations of the convolutions and
    products, by the rate of one large product of matrices in the same number format.
    """

    name: str
    training: float
    evaluation: float
    share: float


@dataclass(frozen=True)
class Card:
    """What one card gave: its name, the day, and its rungs."""

    name: str
    day: str
    rungs: tuple[Rung, ...]


# Only what was measured, by `python benchmarks/gpu.py --row`, which prints a line for this list.
MEASURED: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Measures:
    """What is switched on. None as the number format is float32."""

    name: str
    tf32: bool = False
    channels_last: bool = False
    dtype: torch.dtype | None = None
    compiled: bool = False


def measures(where: torch.device, compile_anyway: bool = False) -> list[Measures]:
    """The rungs that a device has, from plain float32 on. On a CPU torch.compile only if asked for."""
    import torch

    rungs = [Measures("float32")]
    gpu = where.type == "cuda"
    if gpu and torch.cuda.get_device_capability(where) >= (8, 0):
        rungs.append(replace(rungs[-1], name="+ TF32", tf32=True))
    rungs.append(replace(rungs[-1], name="+ channels_last", channels_last=True))
    dtype = devices.precision(where)
    if dtype != torch.float32:
        rungs.append(replace(rungs[-1], name=f"+ {str(dtype).removeprefix('torch.')}", dtype=dtype))
    if gpu or compile_anyway:
        rungs.append(replace(rungs[-1], name="+ torch.compile", compiled=True))
    return rungs


def climb(model: nn.Module, size: int, batch: int, seconds: float = 1.0, compile_anyway: bool = False) -> list[Rung]:
    """Times each rung of the model's device, for `batch` pictures of `size` by `size` pixels.

    About `seconds` for each number, and the best of several runs counts. Copies of the model do it: its weights and the
    random numbers to come are left as they are.
    """
    where = next(model.parameters()).device
    forward = operations(model, size)
    rungs = []
    with devices.random_state_kept(), _switches_kept():
        for used in measures(where, compile_anyway):
            learning, evaluation = _rates(model, used, size, batch, seconds)
            best = matrix_rate(where, used.dtype or _float32(), seconds / 2)
            rungs.append(
                Rung(used.name, learning, evaluation, learning * 3 * forward / best)
            )  # back costs twice as much
    return rungs


def operations(model: nn.Module, size: int) -> int:
    """Multiplications and additions of convolutions and products for one picture, forward."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    one = torch.zeros(1, 3, size, size, device=next(model.parameters()).device)
    with FlopCounterMode(display=False) as counter, torch.no_grad(), devices.random_state_kept():
        copy.deepcopy(model).eval()(one)
    return int(counter.get_total_flops())


def _rates(model: nn.Module, used: Measures, size: int, batch: int, seconds: float) -> tuple[float, float]:
    """Pictures a second, training and evaluation, pictures being on the device already."""
    import torch

    where = next(model.parameters()).device
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = used.tf32
    layout = torch.channels_last if used.channels_last else torch.contiguous_format
    own = copy.deepcopy(model).to(memory_format=layout)  # type: ignore[call-overload]
    network = torch.compile(own) if used.compiled else own
    optimizer = torch.optim.SGD(own.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    scaler = torch.amp.GradScaler(where.type, enabled=used.dtype == torch.float16)
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8, device=where)
    with torch.no_grad():
        classes = own(torch.zeros(2, 3, size, size, device=where)).shape[1]
    labels = torch.randint(0, classes, (batch,), device=where)

    def forward() -> torch.Tensor:
        x = ((images.float() / 255 - training.MEAN) / training.STD).contiguous(memory_format=layout)
        with torch.autocast(where.type, used.dtype, enabled=used.dtype is not None):
            logits: torch.Tensor = network(x)
        return logits.float()

    def learn() -> None:
        optimizer.zero_grad()
        scaler.scale(torch.nn.functional.cross_entropy(forward(), labels)).backward()
        scaler.step(optimizer)
        scaler.update()

    def evaluate() -> None:
        with torch.inference_mode():
            forward()

    own.train()
    learning = batch / _best(learn, where, seconds)
    own.eval()
    return learning, batch / _best(evaluate, where, seconds)


def _best(once: Callable[[], None], where: torch.device, seconds: float, together: int = 3) -> float:
    """Seconds for one run, the best mean of `together` runs, after two to warm up."""
    import torch

    def timed(many: int) -> float:
        start = time.perf_counter()
        for _ in range(many):
            once()
        if where.type == "cuda":
            torch.cuda.synchronize(where)
        return (time.perf_counter() - start) / many

    timed(2)
    end, best = time.perf_counter() + seconds, float("inf")
    while best == float("inf") or time.perf_counter() < end:
        best = min(best, timed(together))
    return best


def _float32() -> torch.dtype:
    import torch

    return torch.float32


@contextlib.contextmanager
def _switches_kept() -> Iterator[None]:
    import torch

    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    try:
        yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before
