"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


# Cases. Nearly every number is a small multiple of a power of two, so the order of additions never changes a result.
def signed(rng, *shape, most=5):
    """Integers of both signs, none 0."""
    return (rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)).astype(float)


def different(rng, *shape):
    """Integers of both signs, no two with the same absolute value, none 0."""
    return ((1 + rng.permutation(int(np.prod(shape)))) * rng.choice([-1, 1], int(np.prod(shape)))).reshape(shape) * 1.0


def byte_values(rng, *shape):
    """Grey values: twice each doesn't fit into a byte."""
    return rng.integers(130, 256, shape).astype(np.uint8)
