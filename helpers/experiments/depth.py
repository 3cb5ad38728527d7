"""Does a deeper network learn better, with shortcuts and without? Trains He's networks for small pictures.

`python -m helpers.experiments.depth` trains all of them, which takes about half an hour on a CPU, and writes the
errors to `depth.json`, which the figure draws. PyTorch loads when a network is trained.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import road_signs, training

if TYPE_CHECKING:
    import torch
    from torch import nn

DEPTHS, SEEDS = (8, 20, 56), (0, 1, 2)
PICTURES, SIDE, EPOCHS, BATCH, LR, WIDTH = 2000, 16, 20, 64, 0.05, 8
RESULTS = Path(__file__).with_name("depth.json")


@dataclass(frozen=True)
class Trained:
    """Errors of one network after training, shares from 0 to 1: on the pictures it learned from, and on others."""

    layers: int
    shortcuts: bool
    seed: int
    train_error: float
    other_error: float


def results() -> list[Trained]:
    """What the script measured."""
    return [Trained(**row) for row in json.loads(RESULTS.read_text())]


def network(layers: int, shortcuts: bool, classes: int = 10, width: int = WIDTH) -> nn.Module:
    """He's network of `layers` layers (8, 14, 20, ...) for small pictures, its blocks with shortcuts or without.

    A convolution with stride 2, three groups of blocks at `width`, twice and four times as many channels, a mean over
    places and a fully connected layer. Where shapes differ, the shortcut takes every second pixel and adds channels of
    zeros, so both kinds have the same weights. Raises ValueError for a number of layers that doesn't fit.
    """
    from torch import nn
    from torch.nn import functional

    if layers < 8 or layers % 6 != 2:
        raise ValueError(f"the number of layers has to be 8, 14, 20, ..., it is {layers}")

    class Block(nn.Module):
        def __init__(self, c_in: int, c_out: int, stride: int) -> None:
            super().__init__()
            self.conv1, self.norm1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out)
            self.conv2, self.norm2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out)
            self.stride, self.more = stride, c_out - c_in

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            z: torch.Tensor = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(x)))))
            if shortcuts:
                z = z + functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
            return functional.relu(z)

    stem = nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False)
    parts: list[nn.Module] = [stem, nn.BatchNorm2d(width), nn.ReLU()]
    channels = width
    for group in range(3):
        for place in range((layers - 2) // 6):
            stride = 2 if group and not place else 1
            parts.append(Block(channels, width * 2**group, stride))
            channels = width * 2**group
    model = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return model


def train(layers: int, shortcuts: bool, seed: int, pictures: int = PICTURES, epochs: int = EPOCHS) -> Trained:
    """Trains one of the networks on drawn road signs of 16 by 16 pixels; the seed decides start and order."""
    import torch
    from torch.nn import functional

    drawn = road_signs.load(train=pictures, test=1000)
    images, other = (_shrunk(part) for part in (drawn.train_images, drawn.test_images))
    labels, answers = torch.as_tensor(drawn.train_labels), torch.as_tensor(drawn.test_labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = network(layers, shortcuts, len(drawn.classes))
        optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9, weight_decay=1e-4)
        steps = -(-pictures // BATCH)
        for epoch in range(epochs):
            order = torch.as_tensor(np.random.default_rng([seed, epoch]).permutation(pictures))
            for number in range(steps):
                for group in optimizer.param_groups:
                    group["lr"] = training.one_cycle((epoch * steps + number) / (epochs * steps), LR)
                chosen = order[number * BATCH : (number + 1) * BATCH]
                optimizer.zero_grad()
                functional.cross_entropy(model(images[chosen]), labels[chosen]).backward()
                optimizer.step()
    model.eval()
    with torch.no_grad():
        errors = [float((model(x).argmax(1) != y).float().mean()) for x, y in ((images, labels), (other, answers))]
    return Trained(layers, shortcuts, seed, *errors)


def _shrunk(images: np.ndarray) -> torch.Tensor:
    """Pictures (N, 3, 64, 64) uint8 as network input of 16 by 16 pixels, each the mean of a block."""
    import torch

    n, channels, side, _ = images.shape
    block = side // SIDE
    means = images.reshape(n, channels, SIDE, block, SIDE, block).mean(axis=(3, 5))
    return training.to_input(torch.as_tensor(means))


def _all() -> Iterator[Trained]:
    for seed in SEEDS:
        for shortcuts in (False, True):
            for layers in DEPTHS:
                done = train(layers, shortcuts, seed)
                print(done, flush=True)
                yield done


if __name__ == "__main__":
    RESULTS.write_text(json.dumps([asdict(row) for row in _all()], indent=1) + "\n")
