"""How fast notebook 08's training is on this device, and what each measure brings: `python benchmarks/gpu.py`.

Pictures a second for training and evaluation at 64, 128 and 160 pixels: float32, eager, as the baseline; then one
measure after the other is added, and each line has all those above it. Beside it, the share of the device's matrix rate
that is reached: the operations of the convolutions and products, by the rate of one large product of matrices in the
same number format, measured here. Then the time until the drawn pictures are read with less than a given error.

Runs on a CPU too, with a smaller network. The fastest of several rounds counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from helpers import blocks, road_signs, training
from helpers.experiments.device_speed import matrix_rate

CLASSES = 10


@dataclass(frozen=True)
class Measures:
    """What is switched on."""

    name: str
    tf32: bool = False
    channels_last: bool = False
    dtype: torch.dtype = torch.float32
    compiled: bool = False


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description="Speed of notebook 08's training on this device.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 160], help="side of the pictures")
    parser.add_argument("--width", type=int, help="channels after the first block: 16 on a CPU, 48 on a GPU")
    parser.add_argument("--batch", type=int, help="pictures at once: 64 on a CPU, 256 on a GPU")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each number")
    parser.add_argument("--compile", action="store_true", help="torch.compile on a CPU too; needs a C++ compiler")
    parser.add_argument("--error", type=float, default=0.1, help="held-out error to reach")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--pictures", type=int, default=4000, help="to learn from")
    given = parser.parse_args()
    where = training.device()
    gpu = where.type == "cuda"
    width, batch = given.width or (48 if gpu else 16), given.batch or (256 if gpu else 64)
    print(f"PyTorch {torch.__version__}, {training.described(where)}; width {width}, {batch} pictures at once\n")
    print(f"{'':<24}{'training':>18}{'evaluation':>18}{'matrix rate reached':>22}")
    for size in given.sizes:
        operations = _operations(width, size)
        print(f"{size} px, {operations / 1e6:.0f} million operations a picture forward")
        first: tuple[float, float] | None = None
        for measures in _one_by_one(where, given.compile):
            rates = _rates(where, measures, width, size, batch, given.seconds)
            first = first or rates
            share = rates[0] * 3 * operations / matrix_rate(where, measures.dtype)  # back costs twice the way forward
            columns = "".join(f"{rate:>10,.0f}/s {rate / base:>4.1f}×" for rate, base in zip(rates, first))
            print(f"  {measures.name:<22}{columns}{share:>20.0%}")
    _time_to_error(given.error, given.epochs, given.pictures, width)


def _one_by_one(where: torch.device, compile_anyway: bool) -> Iterator[Measures]:
    """The baseline, and then each measure that this device has, on top of those before."""
    measures = Measures("float32, eager")
    yield measures
    gpu = where.type == "cuda"
    if gpu and torch.cuda.get_device_capability(where) >= (8, 0):
        yield (measures := replace(measures, name="+ TF32", tf32=True))
    yield (measures := replace(measures, name="+ channels_last", channels_last=True))
    dtype = training.precision(where)
    if dtype != torch.float32:
        yield (measures := replace(measures, name=f"+ {str(dtype).removeprefix('torch.')}", dtype=dtype))
    if gpu or compile_anyway:
        yield replace(measures, name="+ torch.compile", compiled=True)


def _network(width: int) -> nn.Module:
    """The network of notebook 08."""
    return nn.Sequential(
        blocks.ConvBlock(3, width, 2),
        blocks.ResidualBlock(width, 2 * width, 2),
        blocks.ResidualBlock(2 * width, 4 * width, 2),
        blocks.ResidualBlock(4 * width, 8 * width, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8 * width, CLASSES),
    )


def _operations(width: int, size: int) -> int:
    """Multiplications and additions of convolutions and products for one picture, forward."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        _network(width).eval()(torch.zeros(1, 3, size, size))
    return counter.get_total_flops()


def _rates(
    where: torch.device, measures: Measures, width: int, size: int, batch: int, seconds: float
) -> tuple[float, float]:
    """Pictures a second, training and evaluation, pictures being on the device already."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = measures.tf32
    torch.manual_seed(0)
    layout = torch.channels_last if measures.channels_last else torch.contiguous_format
    model = _network(width).to(where, memory_format=layout)
    network = torch.compile(model) if measures.compiled else model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    scaler = torch.amp.GradScaler(where.type, enabled=measures.dtype == torch.float16)
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8, device=where)
    labels = torch.randint(0, CLASSES, (batch,), device=where)

    def forward() -> torch.Tensor:
        x = ((images.float() / 255 - training.MEAN) / training.STD).contiguous(memory_format=layout)
        with torch.autocast(where.type, measures.dtype, enabled=measures.dtype != torch.float32):
            logits: torch.Tensor = network(x)
        return logits

    def train() -> None:
        optimizer.zero_grad()
        scaler.scale(functional.cross_entropy(forward().float(), labels, label_smoothing=0.1)).backward()
        scaler.step(optimizer)
        scaler.update()

    def evaluate() -> None:
        with torch.no_grad():
            forward()

    model.train()
    training_rate = batch / _best(train, where, seconds)
    model.eval()
    return training_rate, batch / _best(evaluate, where, seconds)


def _best(once: Callable[[], None], where: torch.device, seconds: float, together: int = 5) -> float:
    """Seconds for one run, the best mean of `together` runs, after some to warm up."""

    def timed(many: int) -> float:
        start = time.perf_counter()
        for _ in range(many):
            once()
        if where.type == "cuda":
            torch.cuda.synchronize(where)
        return (time.perf_counter() - start) / many

    timed(3)
    end, best = time.perf_counter() + seconds, float("inf")
    while best == float("inf") or time.perf_counter() < end:
        best = min(best, timed(together))
    return best


def _time_to_error(target: float, epochs: int, pictures: int, width: int) -> None:
    """Trains on the drawn pictures with `training.fit`, and says when the held-out error was low enough."""
    start = time.perf_counter()
    drawn = road_signs.load(train=pictures)
    print(f"\ndrawing {pictures:,} + {len(drawn.test_labels):,} pictures: {time.perf_counter() - start:.1f} s")
    model = training.build(lambda classes: _network(width), CLASSES)
    history = training.fit(model, drawn, training.Settings(epochs=epochs, size=56), _crop_flip, _errors)
    spent = 0.0
    for epoch in history:
        spent += epoch.seconds
        if epoch.top1 < target:
            print(f"held-out error below {target:.0%} after {spent:.1f} s, at the end {history[-1].top1:.1%}")
            return
    print(f"held-out error {history[-1].top1:.1%} after {spent:.1f} s: {target:.0%} was NOT reached")


def _crop_flip(images: torch.Tensor, size: int, seed: int) -> torch.Tensor:
    """As notebook 08's `random_crop_flip`, all pictures at once, on the device."""
    n, channels, height, width = images.shape
    where = images.device
    generator = torch.Generator().manual_seed(seed)
    tops = torch.randint(0, height - size + 1, (n, 1), generator=generator).to(where)
    lefts = torch.randint(0, width - size + 1, (n, 1), generator=generator).to(where)
    mirrored = (torch.rand((n, 1), generator=generator) < 0.5).to(where)
    along = torch.arange(size, device=where)
    rows = tops + along
    columns = lefts + torch.where(mirrored, along.flip(0), along)
    picture = torch.arange(n, device=where)[:, None, None, None]
    channel = torch.arange(channels, device=where)[:, None, None]
    return images[picture, channel, rows[:, None, :, None], columns[:, None, None, :]]


def _errors(model: nn.Module, batches: training.Batches) -> tuple[float, float]:
    model.eval()
    wrong = torch.zeros(2)
    with torch.no_grad():
        for x, y in batches:
            hits = model(x).topk(5, dim=1).indices == y[:, None]
            wrong += torch.tensor([len(y) - int(hits[:, :k].sum()) for k in (1, 5)])
    top1, top5 = (wrong / len(batches.labels)).tolist()
    return top1, top5


if __name__ == "__main__":
    main()
