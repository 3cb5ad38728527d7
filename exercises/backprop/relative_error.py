"""relative_error: the gradient check's measure of the difference between two arrays."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.telling import telling

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "compute abs(a - b) / (abs(a) + abs(b)) for each entry, then take the maximum over all entries.",
        "near zero": "where both are 0, the sum is 0 too: divide by at least 1e-8.",
        "any shape": "return one number for any number of axes: the maximum over all entries.",
        "number types": "the numbers may be integers, and the error a fraction.",
    },
    hints=[
        "np.abs, np.maximum (entry by entry) and np.max (over all entries) are all you need.",
        "np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))",
    ],
    worked=[("values", {"a": np.array([1.0, 10.0]), "b": np.array([3.0, 10.0])})],
)
def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


def _nearly_equal(rng, *shape):
    """Two arrays whose maximal difference, sum and relative difference are in different places."""
    count = int(np.prod(shape))
    a = arrays.signed(rng, count, most=9) * 4
    b = a * (1 + rng.permutation(np.arange(1, count + 1)) / (4 * count))
    a[0] *= 100
    b[0] = a[0] - 150  # the maximal difference, small compared with the numbers
    b[-1] = (rng.integers(5, 30) / 4 + 1) * a[-1]
    mixed = rng.permutation(count)
    return {"a": a[mixed].reshape(shape), "b": b[mixed].reshape(shape)}


@relative_error.cases
def _(rng):
    def told(draw):
        return telling(relative_error, draw, "difference_without_size")

    yield "values", told(lambda: _nearly_equal(rng, 4))
    yield "values", _nearly_equal(rng, 6)
    arguments = _nearly_equal(rng, 5)
    yield "values", {"a": arguments["b"], "b": arguments["a"]}
    arguments = told(lambda: _nearly_equal(rng, 3))
    yield "near zero", {name: np.concatenate([value, np.zeros(1)]) for name, value in arguments.items()}
    yield "near zero", {"a": np.array([0, 1e-9 * rng.integers(2, 6)]), "b": np.array([0, 1e-9])}
    yield "near zero", {"a": np.array([3e-10, 0.0]), "b": np.array([0.0, -1e-10 * rng.integers(5, 9)])}
    yield "any shape", told(lambda: _nearly_equal(rng, 2, 3))
    yield "any shape", _nearly_equal(rng, 2, 2, 2)
    yield "any shape", {"a": np.array(float(rng.integers(2, 6))), "b": np.array(-0.5)}
    low, high = rng.integers(1, 60, 3), rng.integers(100, 256, 3)
    first = np.array([True, False, True])
    arguments = {"a": np.where(first, low, high), "b": np.where(first, high, low)}
    yield "number types", arguments
    yield (
        "number types",
        {name: value.astype(np.float32) for name, value in told(lambda: _nearly_equal(rng, 4)).items()},
    )
    yield "number types", {name: value.astype(np.int64) for name, value in _nearly_equal(rng, 5).items()}


def _ratio(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))


@relative_error.mistake(
    "mean_for_largest",
    "Your number is the mean over the entries. One wrong entry among many right ones must show: take the maximum.",
)
def _(a, b):
    return float(np.mean(_ratio(a, b)))


@relative_error.mistake(
    "absolute",
    "Your number is the maximum difference. Divide by the size of the numbers: 0.01 is large compared with 0.02, but "
    "small compared with 1000.",
)
def _(a, b):
    return float(np.max(np.abs(a.astype(float) - b)))


@relative_error.mistake(
    "no_floor", "Your number is nan or much too large when both entries are 0 or nearly 0. Divide by at least 1e-8."
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "largest_of_both",
    "Your number is what you get when you divide by the larger of the two. Divide by their sum, abs(a) + abs(b).",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.maximum(np.abs(a), np.abs(b)))))


@relative_error.mistake(
    "largest_too_early",
    "Your number is the maximum difference divided by the maximum sum. Divide entry by entry, then take the maximum.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "sum_without_sizes",
    "Your number is what you get when you divide by abs(a + b), where numbers of opposite sign cancel. Add their "
    "absolute values.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a + b))))


@relative_error.mistake(
    "difference_without_size",
    "Your number is what you get without abs around the difference: where a is smaller than b, it is negative.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max((a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


@relative_error.mistake("not_one_number", "Your result has an entry for each entry of a. Return their maximum.")
def _(a, b):
    return _ratio(a, b)


@relative_error.variant
def numpy(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@relative_error.variant
def loop(a, b):
    worst = 0.0
    for p, q in zip(a.ravel().tolist(), b.ravel().tolist()):
        worst = max(worst, abs(p - q) / max(1e-8, abs(p) + abs(q)))
    return worst


@relative_error.variant
def where(a, b):
    a, b = np.array(a, dtype=np.float64), np.array(b, dtype=np.float64)
    size = abs(a) + abs(b)
    return (abs(a - b) / np.where(size < 1e-8, 1e-8, size)).max()


@relative_error.variant
def types_as_they_come(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))
