"""squared_error: the mean squared error."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "square the difference for each point, then take the mean over the points.",
        "any number of points": "divide by the number of points, whatever it is. It may be 1.",
        "number types": "the numbers may be integers, and the mean a fraction.",
    },
    hints=[
        "Three steps: differences, squares, mean. Each is one NumPy operation.",
        "np.mean((prediction - y) ** 2), with prediction and y as floats.",
    ],
    forbidden=("sklearn", "torch"),
    worked=[("values", {"prediction": np.array([1.0, 2.0, 4.0]), "y": np.array([1.0, 3.0, 1.0])})],
)
def squared_error(prediction, y):
    return float(np.mean((np.asarray(prediction, dtype=float) - y) ** 2))


@squared_error.cases
def _(rng):
    def points(n, dtype=float, most=9):
        """No two differences have the same absolute value, and their mean isn't 0."""
        y = rng.integers(-most, most + 1, n)
        signs = np.where(rng.random(n) < 0.7, 1, -1)
        signs[:2] = 1, -1
        return {"prediction": (y + rng.permutation(np.arange(2, n + 2)) * signs).astype(dtype), "y": y.astype(dtype)}

    yield "values", points(3)
    yield "values", {name: value / 4 for name, value in points(5).items()}
    yield "any number of points", {"prediction": rng.integers(3, 30, 1) + 0.5, "y": -rng.integers(1, 9, 1) / 2}
    yield "any number of points", points(4)
    yield "any number of points", points(12)
    low, high = rng.integers(0, 60, 4), rng.integers(120, 256, 4)
    first = np.array([True, False, True, False])
    arguments = {"prediction": np.where(first, low, high), "y": np.where(first, high, low)}
    yield "number types", arguments
    yield "number types", points(5, np.float32)
    yield "number types", points(6, np.int64)


@squared_error.mistake("sum_for_mean", "Your number is the sum of the squares. Divide by the number of points.")
def _(prediction, y):
    return float(np.sum((prediction.astype(float) - y) ** 2))


@squared_error.mistake(
    "half", "Your number is half of the loss. Some books put a factor 1/2 into the loss, but this course doesn't."
)
def _(prediction, y):
    return float(np.mean((prediction.astype(float) - y) ** 2) / 2)


@squared_error.mistake(
    "root", "Your number is the square root of the loss. It has the same unit as y, but it is another loss."
)
def _(prediction, y):
    return float(np.sqrt(np.mean((prediction.astype(float) - y) ** 2)))


@squared_error.mistake("absolute_error", "Your number is the mean of the absolute differences. Square them instead.")
def _(prediction, y):
    return float(np.mean(np.abs(prediction.astype(float) - y)))


@squared_error.mistake(
    "mean_squared_afterwards",
    "Your number is the square of the mean difference, where errors of opposite sign cancel. Square first.",
)
def _(prediction, y):
    return float(np.mean(prediction.astype(float) - y) ** 2)


@squared_error.mistake("not_averaged", "Your result has an entry for each point. The loss is their mean, one number.")
def _(prediction, y):
    return (prediction.astype(float) - y) ** 2


@squared_error.variant
def mean(prediction, y):
    return np.mean((prediction.astype(float) - y.astype(float)) ** 2)


@squared_error.variant
def loop(prediction, y):
    total = 0.0
    for p, t in zip(prediction, y):
        total += (float(p) - float(t)) ** 2
    return total / len(y)


@squared_error.variant
def dot(prediction, y):
    difference = np.subtract(prediction, y, dtype=np.float64)
    return difference @ difference / difference.size


@squared_error.variant
def types_as_they_come(prediction, y):
    return float(np.mean((prediction - y) ** 2))
