"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.
def signal(rng, n):
    """n different integers of both signs, none 0."""
    return rng.permutation(np.arange(1, n + 1)) * rng.choice([-1, 1], n)


def kernel(rng, k):
    """k integer weights of both signs, of different absolute values, so that a flipped filter differs."""
    return rng.permutation(np.arange(1, k + 2))[:k] * rng.choice([-1, 1], k)


def odd_signal(rng, n):
    """n odd numbers: with an odd number of weights from `halves`, no result is an integer."""
    return rng.choice([-5, -3, -1, 1, 3, 5], n)


def halves(rng, k):
    return rng.permutation(np.arange(1, 2 * k + 2, 2))[:k] * rng.choice([-0.5, 0.5], k)


def byte_values(rng, n):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, n).astype(np.uint8)


def large_weights(rng, k):
    # Their sums of grey values don't fit into a byte, and weights are never bytes.
    return np.abs(kernel(rng, k))


def negative_sum(rng, k):
    """Weights of which the largest in absolute value is negative: grey values give negative results too."""
    w = np.abs(kernel(rng, k))
    w[w == w.max()] *= -k
    return w
