"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


def sides(rng, count, low=2, high=5):
    """`count` different sizes, so that nothing is square by accident."""
    return tuple(int(side) for side in rng.choice(np.arange(low, high + 1), count, replace=False))


def distinct(rng, *shape, dtype=np.int64):
    """An array of different small numbers, none 0, so that every mix-up of places shows."""
    return (1 + rng.permutation(int(np.prod(shape)))).reshape(shape).astype(dtype)


def signed(rng, *shape, most=5):
    """Integers of both signs, none 0."""
    return rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)
