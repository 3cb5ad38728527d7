"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations


# Cases. Small integers, so the order of additions never changes a result.
def signed(rng, *shape, most=4):
    """Integers of both signs, none 0."""
    return (rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)).astype(float)


def number(rng):
    """The number that chooses the weights of a block."""
    return int(rng.integers(1, 1000))


def block_case(rng, c_in, c_out, sides, look_at="evaluation", stride=1, batch=2, plain=False):
    return {
        "c_in": c_in,
        "c_out": c_out,
        "stride": stride,
        "x": signed(rng, batch, c_in, *sides),
        "look_at": look_at,
        "weights": 0 if plain else number(rng),
    }


def small(rng, channels, filters, classes, norm=False):
    """Arrays of a small network, large enough that steps show."""
    arrays = {
        "filters": signed(rng, filters, channels, 3, 3) / 4,
        "weights": signed(rng, classes, filters) / 4,
        "biases": signed(rng, classes) / 8,
    }
    if norm:
        arrays |= {"mean": signed(rng, filters) / 2, "variance": rng.integers(1, 5, filters) / 4}
    return arrays
