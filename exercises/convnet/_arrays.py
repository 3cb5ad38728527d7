"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


def different(rng, low, high, count):
    """`count` different integers from low to high, so that nothing is square by accident."""
    return [int(number) for number in rng.permutation(np.arange(low, high + 1))[:count]]


def networks(rng):
    """Triples (aspect, layers, shape) for the two exercises about architectures; windows leave something over."""

    def image(low=14, high=40):
        return (different(rng, 1, 4, 1)[0], *different(rng, low, high, 2))

    def sides(size, stride, left_over):
        """Two different sides into which windows fit with `left_over` pixels left over."""
        return [size + stride * step + left_over for step in different(rng, 4, 9, 2)]

    f = different(rng, 5, 30, 6)
    yield "conv", [("conv", f[0], 3, 0, 1)], image()
    yield "conv", [("conv", f[1], int(rng.choice([4, 5])), 0, 1), ("conv", f[2], 2, 0, 1)], image()
    yield "padding and stride", [("conv", f[3], 4, 1, 1)], image()
    yield "padding and stride", [("conv", f[4], 4, 2, 2)], (3, *(side - 4 for side in sides(4, 2, 1)))
    yield (
        "padding and stride",
        [("conv", f[5], 5, 1, 3), ("conv", f[0], 3, 2, 1)],
        (2, *(side - 2 for side in sides(5, 3, 2))),
    )
    channels = different(rng, 2, 9, 3)
    yield "pool", [("pool", 2, 2)], (channels[0], *sides(2, 2, 1))
    yield "pool", [("pool", 3, 2)], (channels[1], *sides(3, 2, 1))
    yield "pool", [("pool", 2, 3), ("pool", 2, 1)], (channels[2], *sides(2, 3, 2))
    units = different(rng, 4, 60, 4)
    yield "relu, flatten, fc", [("relu",), ("flatten",), ("relu",), ("fc", units[0])], image(3, 9)
    yield (
        "relu, flatten, fc",
        [("flatten",), ("fc", units[1]), ("relu",), ("fc", units[2])],
        (4, *different(rng, 3, 9, 2)),
    )
    f = different(rng, 3, 12, 3)
    layers = [("conv", f[0], 3, 1, 1), ("relu",), ("pool", 2, 2), ("conv", f[1], 5, 1, 2), ("relu",), ("flatten",)]
    yield "whole network", [*layers, ("fc", units[3])], (3, *sides(2, 2, 1 + 2 * int(rng.integers(2, 5))))
    layers = [("conv", f[2], 4, 2, 3), ("relu",), ("pool", 3, 1), ("conv", f[0], 2, 0, 1), ("pool", 2, 2), ("flatten",)]
    yield "whole network", [*layers, ("fc", units[0]), ("relu",), ("fc", units[1])], (2, *sides(20, 3, 1))


def logits(rng, n, k):
    """Multiples of 1/4 from -3 to 3, all different within a row."""
    return np.array([rng.permutation(np.arange(-12, 13))[:k] for _ in range(n)]) / 4


def far_logits(rng, n, k):
    """Logits of absolute value 10,000 and more, of both signs, close together within a row but not between rows."""
    return logits(rng, n, k) + rng.choice([-1, 1], (n, 1)) * (10_000.0 + 1500 * rng.permutation(n)[:, None])
