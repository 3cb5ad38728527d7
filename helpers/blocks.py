"""The two building blocks of notebook 08's network, as its first exercises ask for them. Needs PyTorch."""

from __future__ import annotations

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
