"""The two building blocks of notebook 08's network, as its first exercises ask for them. Needs PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional


class ConvBlock(nn.Module):
    """Convolution 3 by 3 without bias, batch norm, ReLU: (N, c_in, H, W) to (N, c_out, H', W').

    H' and W' are H / stride and W / stride, rounded up.
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(c_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.norm(self.conv(x)))


class ResidualBlock(nn.Module):
    """relu(two convolutions of x + shortcut of x): (N, c_in, H, W) to (N, c_out, H', W').

    H' and W' are H / stride and W / stride, rounded up. The first convolution has the stride. Where shapes differ the
    shortcut is a 1 by 1 convolution with batch norm, else x itself (He et al., 2016).
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.first = ConvBlock(c_in, c_out, stride)
        self.conv = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(c_out)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or c_in != c_out:
            conv = nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(c_out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.norm(self.conv(self.first(x))) + self.shortcut(x))


class ResNet(nn.Module):
    """ResNet-18 of blocks `block(c_in, c_out, stride)`: colour pictures (N, 3, H, W) to logits (N, classes).

    A convolution 7 by 7 and max pooling, which together have stride 4; four groups of two blocks with `width`, twice,
    four and eight times as many channels; the mean over places; one fully connected layer (He et al., 2016).
    """

    def __init__(self, block: Callable[[int, int, int], nn.Module], classes: int = 1000, width: int = 64) -> None:
        super().__init__()
        stem = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.stem = nn.Sequential(stem, nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1))
        groups: list[nn.Module] = []
        channels = width
        for group in range(4):
            wider = width * 2**group
            groups.append(nn.Sequential(block(channels, wider, 2 if group else 1), block(wider, wider, 1)))
            channels = wider
        self.groups = nn.Sequential(*groups)
        self.classify = nn.Linear(channels, classes)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """The means of the last maps, (N, channels)."""
        means: torch.Tensor = self.groups(self.stem(x)).mean(dim=(2, 3))
        return means

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.classify(self.features(x))
        return logits
