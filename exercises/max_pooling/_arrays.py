"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


# Cases. All entries of an array differ, so that a wrong window shows. Negative numbers have their own aspect.
def feature_map(rng, *shape):
    """Different integers above 0, like detections."""
    return rng.permutation(np.arange(1, int(np.prod(shape)) + 1)).reshape(shape)


def below_zero(rng, *shape):
    """Different numbers below -1, some of them far below, so that no fixed starting value is low enough."""
    x = -1.5 - feature_map(rng, *shape)
    return np.where(x < np.median(x), 5000 * x, x)


def byte_values(rng, *shape):
    """Different grey values: many don't fit into 7 bits, and the sum of two doesn't fit into 8."""
    return rng.permutation(np.arange(90, 256))[: int(np.prod(shape))].astype(np.uint8).reshape(shape)


def large(rng, *shape):
    """Integers far beyond a byte."""
    return 1000 * feature_map(rng, *shape) + 70_000


def quarters(rng, *shape):
    """Different positive numbers, none of them an integer."""
    return feature_map(rng, *shape) / 2 + 0.25


def sides(rng, size, stride, more=(1, 2)):
    """Height and width, not equal, into which windows fit without remainder."""
    steps = rng.permutation([*more][:2])
    return tuple(int(size + stride * step) for step in steps)
