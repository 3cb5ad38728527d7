"""Random arrays and arguments for the cases of this notebook's exercises."""

from __future__ import annotations

import numpy as np

from exercises.number_types import as_floats


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.
def image(rng, height, width):
    """Different integers of both signs, none 0, so that every mix-up of places shows."""
    n = height * width
    return (rng.permutation(np.arange(1, n + 1)) * rng.choice([-1, 1], n)).reshape(height, width)


def kernel(rng, height, width):
    """Integer weights of both signs, of different absolute values: a flipped, mirrored or transposed filter differs."""
    n = height * width
    return (rng.permutation(np.arange(1, n + 2))[:n] * rng.choice([-1, 1], n)).reshape(height, width)


def odd_image(rng, height, width):
    """Odd numbers: with an odd number of weights from `halves`, no result is an integer."""
    return rng.choice([-5, -3, -1, 1, 3, 5], (height, width))


def halves(rng, height, width):
    n = height * width
    return (rng.permutation(np.arange(1, 2 * n + 2, 2))[:n] * rng.choice([-0.5, 0.5], n)).reshape(height, width)


def byte_values(rng, height, width):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, (height, width)).astype(np.uint8)


def large_weights(rng, height, width):
    # Their sums of grey values don't fit into a byte, and weights are never bytes.
    return 2 + np.abs(kernel(rng, height, width))


def negative_sum(rng, height, width):
    """Weights of which the largest in absolute value is negative: grey values give negative results too."""
    w = np.abs(kernel(rng, height, width))
    w[w == w.max()] *= -w.size
    return w


def convolutions(rng):
    """Pairs (aspect, arguments) for every aspect that conv2d_single and conv2d_windows share."""
    yield "values", {"x": image(rng, 4, 5), "w": kernel(rng, 3, 3)}
    yield "values", as_floats({"x": image(rng, 3, 4), "w": kernel(rng, 2, 2)})
    yield "not square", {"x": image(rng, 3, int(rng.integers(6, 8))), "w": kernel(rng, 2, 2)}
    yield "not square", {"x": image(rng, int(rng.integers(6, 8)), 4), "w": kernel(rng, 3, 3)}
    yield "not square", {"x": image(rng, 4, 6), "w": kernel(rng, 2, 3)}
    yield "not square", {"x": image(rng, 5, 4), "w": kernel(rng, 4, 2)}
    yield "not square", {"x": image(rng, 2, 5), "w": kernel(rng, 1, int(rng.integers(3, 5)))}
    yield "not square", {"x": image(rng, 3, 4), "w": kernel(rng, 1, 1) * 3}
    yield "bias", {"x": image(rng, 3, 4), "w": kernel(rng, 2, 2), "b": float(rng.integers(2, 6))}
    yield "bias", {"x": image(rng, 4, 5), "w": kernel(rng, 3, 3), "b": -float(rng.integers(1, 8)) - 0.5}
    yield "padding", {"x": image(rng, 3, 4), "w": kernel(rng, 3, 3), "padding": 1}
    yield "padding", {"x": image(rng, 3, 2), "w": kernel(rng, 2, 2), "padding": 2}
    yield "padding", {"x": image(rng, 3, 4), "w": kernel(rng, 2, 3), "padding": 3}
    # The patch moves by a whole number of steps, with 0, 1 or stride - 1 pixels left over, down and to the right.
    yield "stride", {"x": image(rng, 5, 7), "w": kernel(rng, 3, 3), "stride": 2}
    yield "stride", {"x": image(rng, 6, 7), "w": kernel(rng, 2, 2), "stride": 3}
    yield "stride", {"x": image(rng, 7, 6), "w": kernel(rng, 2, 2), "stride": 3}
    yield "stride", {"x": image(rng, 5, 6), "w": kernel(rng, 2, 3), "stride": 2}
    yield "integer input", {"x": byte_values(rng, 3, 4), "w": large_weights(rng, 2, 2)}
    yield "integer input", {"x": byte_values(rng, 4, 5), "w": negative_sum(rng, 3, 3)}
    yield "fractional weights", {"x": odd_image(rng, 4, 5), "w": halves(rng, 3, 3)}
    yield (
        "fractional weights",
        {"x": odd_image(rng, 3, 5).astype(np.float32), "w": halves(rng, 1, 3).astype(np.float32)},
    )
    for (height, width), (kh, kw), padding, stride in (
        ((4, 6), (3, 3), 1, 2),
        ((6, 4), (2, 3), 2, 3),
        ((4, 7), (3, 2), 1, 3),
    ):
        arguments = {"x": image(rng, height, width), "w": kernel(rng, kh, kw), "b": float(rng.choice([-2.5, 1.5, 3.5]))}
        yield "together", {**arguments, "padding": padding, "stride": stride}
