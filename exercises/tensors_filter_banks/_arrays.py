"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.
def image(rng, *shape):
    """Integers from -9 to 9, none 0."""
    return rng.integers(1, 10, shape) * rng.choice([-1, 1], shape)


def numbered(rng, *shape):
    """The integers from 1, each once."""
    return rng.permutation(np.arange(1, np.prod(shape) + 1)).reshape(shape)


def weights(rng, *shape):
    """Integers from -5 to 5, none 0. The first and the last differ, so that a flipped filter differs."""
    w = rng.integers(1, 6, shape) * rng.choice([-1, 1], shape)
    w.flat[-1] = w.flat[0] % 5 + 1
    return w


def odd(rng, *shape):
    """Odd numbers: with an odd number of weights from `halves`, no result is an integer."""
    return rng.choice([-7, -5, -3, -1, 1, 3, 5, 7], shape)


def halves(rng, *shape):
    return rng.choice([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], shape)


def byte_values(rng, *shape):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, shape).astype(np.uint8)


def large_weights(rng, *shape):
    # Their sums of grey values don't fit into a byte, and weights are never bytes.
    return rng.integers(2, 7, shape)


def zeros(w):
    """No bias, for a bank of filters."""
    return np.zeros(len(w))


def biases(rng, count):
    """A different bias for each filter, none 0."""
    return rng.permutation(np.arange(1, count + 3))[:count] * rng.choice([-1.0, 1.0], count)


def bias(rng):
    return float(rng.integers(2, 7) * rng.choice([-1, 1]))
