"""Layers that references and mistakes of more than one exercise share."""

from __future__ import annotations

from typing import Any

from autograder.course import LazyModule

nn: Any = LazyModule("torch.nn")


def conv3x3(c_in, c_out, stride=1, bias=False):
    """A 3 by 3 convolution that keeps the size at stride 1."""
    return nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=bias)


def residual_branch(c_in, c_out, stride, second_stride=1, bias=False, between=None):
    """Two convolutions with batch norm."""
    first, second = conv3x3(c_in, c_out, stride, bias), conv3x3(c_out, c_out, second_stride, bias)
    return nn.Sequential(first, nn.BatchNorm2d(c_out), between or nn.ReLU(), second, nn.BatchNorm2d(c_out))


def shortcut_layer(c_in, c_out, stride, always=False):
    """The input itself, or a 1x1 convolution with batch norm when the shapes differ."""
    if c_in == c_out and stride == 1 and not always:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


def sum_of_paths(branch, shortcut, after):
    """The module that returns after(branch(x) + shortcut(x))."""

    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch, self.shortcut, self.after = branch, shortcut, after

        def forward(self, x):
            return self.after(self.branch(x) + self.shortcut(x))

    return Sum()
