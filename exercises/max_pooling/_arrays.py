"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


# Cases. All entries of an array differ, so that a wrong window shows. Negative numbers have an aspect of their own.
def feature_map(rng, *shape):
    """Different whole numbers above 0, like detections."""
    return rng.permutation(np.arange(1, int(np.prod(shape)) + 1)).reshape(shape)


def below_zero(rng, *shape):
    """Different numbers below -1, some of them far below: no number to start from is low enough for all."""
    x = -1.5 - feature_map(rng, *shape)
    return np.where(x < np.median(x), 5000 * x, x)


def byte_values(rng, *shape):
    """Different grey values of which many don't fit into 7 bits, and two don't fit into 8 when added up."""
    return rng.permutation(np.arange(90, 256))[: int(np.prod(shape))].astype(np.uint8).reshape(shape)


def large(rng, *shape):
    """Whole numbers far beyond a byte."""
    return 1000 * feature_map(rng, *shape) + 70_000


def quarters(rng, *shape):
    """Different positive numbers, none of them whole."""
    return feature_map(rng, *shape) / 2 + 0.25


def sides(rng, size, stride, more=(1, 2)):
    """Height and width, not equal, into which whole numbers of windows fit exactly."""
    steps = rng.permutation([*more][:2])
    return tuple(int(size + stride * step) for step in steps)
