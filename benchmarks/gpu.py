"""How fast notebook 08's training is on this device, and what each measure brings: `python benchmarks/gpu.py`.

Prints the speed ladder at 64, 128 and 160 pixels: pictures a second for training and evaluation, from plain float32 on;
each line has all measures above it. Beside it, the share of the device's matrix rate that is reached, see
`helpers/experiments/speed_ladder.py`. Then the time until the drawn pictures are read with less than a given error.
With `--row`, only one size, as a line for the table of measured cards.

Runs on a CPU too, with a smaller network. The fastest of several rounds counts.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from torch import nn

from helpers import blocks, devices, road_signs, training
from helpers.experiments import speed_ladder

CLASSES = 10


def main() -> None:
    """Prints both tables, or the row."""
    parser = argparse.ArgumentParser(description="Speed of notebook 08's training on this device.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 160], help="side of the pictures")
    parser.add_argument("--width", type=int, help="channels after the first block: 16 on a CPU, 48 on a GPU")
    parser.add_argument("--batch", type=int, help="pictures at once: by the device's memory, unless given")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each number")
    parser.add_argument("--compile", action="store_true", help="torch.compile on a CPU too; needs a C++ compiler")
    parser.add_argument("--row", action="store_true", help="print a line for speed_ladder.MEASURED, at the first size")
    parser.add_argument("--error", type=float, default=0.1, help="validation error to reach")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--pictures", type=int, default=4000, help="to learn from")
    given = parser.parse_args()
    where = devices.device()
    width = given.width or (48 if where.type == "cuda" else 16)
    model = _network(width).to(where)
    sizes = given.sizes[:1] if given.row else given.sizes
    ladders = {}
    for size in sizes:
        batch = given.batch or devices.batch_size(model, size)
        ladders[size] = speed_ladder.climb(model, size, batch, given.seconds, given.compile)
        if not given.row:
            print(
                f"PyTorch {torch.__version__}, {devices.described(where)}; width {width}, {batch} pictures of {size} px"
            )
            _print(ladders[size])
    if given.row:
        name = devices.described(where)
        print(repr(speed_ladder.Card(name, datetime.date.today().isoformat(), tuple(ladders[sizes[0]]))) + ",")
        return
    _time_to_error(given.error, given.epochs, given.pictures, width)


def _print(rungs: list[speed_ladder.Rung]) -> None:
    print(f"{'':<20}{'training':>20}{'evaluation':>20}{'matrix rate reached':>22}")
    for rung in rungs:
        gains = (rung.training / rungs[0].training, rung.evaluation / rungs[0].evaluation)
        columns = f"{rung.training:>12,.0f}/s {gains[0]:>4.1f}×{rung.evaluation:>12,.0f}/s {gains[1]:>4.1f}×"
        print(f"{rung.name:<20}{columns}{rung.share:>20.0%}")


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


def _time_to_error(target: float, epochs: int, pictures: int, width: int) -> None:
    """Trains on the drawn pictures with `training.fit`, and says when the validation error was low enough."""
    start = time.perf_counter()
    drawn = road_signs.load(train=pictures).for_choices()
    print(f"\ndrawing {pictures:,} pictures: {time.perf_counter() - start:.1f} s")
    model = training.build(lambda classes: _network(width), CLASSES)
    history = training.fit(model, drawn, training.Settings(epochs=epochs, size=56), _crop_flip, _errors)
    spent = 0.0
    for epoch in history:
        spent += epoch.seconds
        if epoch.top1 < target:
            print(f"validation error below {target:.0%} after {spent:.1f} s, at the end {history[-1].top1:.1%}")
            return
    print(f"validation error {history[-1].top1:.1%} after {spent:.1f} s: {target:.0%} was NOT reached")


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
