"""nearest_labels: the label of the nearest training point, for each of several points."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=0,
    integers=True,
    aspects={
        "values": "subtract the point from every training point, square, and add up along each row. The smallest wins.",
        "bytes": "a difference of two bytes may be negative, and its square too large for a byte: use floats.",
    },
    hints=[
        "Make floats first: train = train.astype(float). For one point of x, the squared distances to all training "
        "points are then ((train - point) ** 2).sum(axis=1).",
        "np.argmin gives the position of the smallest distance. The answer is the label at that position.",
    ],
)
def nearest_labels(train, labels, x):
    return labels[_distances(train, x).argmin(axis=1)]


def _distances(train, x):
    """Squared distances (M, N) from each of M points to each of N training points."""
    return ((x[:, None].astype(float) - train[None]) ** 2).sum(axis=2)


@nearest_labels.cases
def _(rng):
    yield "values", _arguments(rng, 4, 2, 3)
    yield "values", _arguments(rng, 9, 5, 4)
    yield "values", _arguments(rng, 12, 7, 2)
    yield "bytes", _arguments(rng, 6, 5, 4, bytes_too=True)
    yield "bytes", _arguments(rng, 11, 6, 3, bytes_too=True)


def _arguments(rng, training, points, sides, bytes_too=False):
    """Points whose nearest training point is clear, and for which every known mistake gives another answer."""
    for _ in range(10_000):
        if bytes_too:
            train = rng.integers(0, 256, (training, sides)).astype(np.uint8)
            x = rng.integers(0, 256, (points, sides)).astype(np.uint8)
        else:
            train = rng.integers(-9, 10, (training, sides)) + 0.5
            x = rng.integers(-9, 10, (points, sides)) + 0.25
        labels = 10 + rng.permutation(training)
        distances = np.sort(_distances(train, x), axis=1)
        results = [list(nearest_labels(train, labels, x)), *(list(wrong(train, labels, x)) for wrong in _WRONG)]
        if (distances[:, 1] > distances[:, 0] + 0.1).all() and not any(
            a == b for number, a in enumerate(results) for b in results[:number]
        ):
            return {"train": train, "labels": labels, "x": x}
    raise ValueError("no such points were drawn")


@nearest_labels.mistake("farthest", "Your output is the label of the farthest training point. Take the nearest one.")
def farthest(train, labels, x):
    return labels[_distances(train, x).argmax(axis=1)]


@nearest_labels.mistake("position", "Your output is the position of the nearest training point, not its label.")
def position(train, labels, x):
    return _distances(train, x).argmin(axis=1)


@nearest_labels.mistake(
    "largest_dot_product",
    "Your output is what the largest dot product gives: it prefers training points with large numbers. Use distances.",
)
def largest_dot_product(train, labels, x):
    return labels[(x.astype(float) @ train.T.astype(float)).argmax(axis=1)]


@nearest_labels.mistake(
    "differences_not_squared",
    "Your output is what you get when differences are not squared before adding them up: they cancel.",
)
def differences_not_squared(train, labels, x):
    return labels[(x[:, None].astype(float) - train[None]).sum(axis=2).argmin(axis=1)]


_WRONG = (farthest, position, largest_dot_product, differences_not_squared)


@nearest_labels.mistake(
    "bytes_wrap", "Right for floats. With uint8, differences and squares wrap around: convert the arrays to floats."
)
def _(train, labels, x):
    return labels[((x[:, None] - train[None]) ** 2).sum(axis=2).argmin(axis=1)]


@nearest_labels.variant
def two_loops(train, labels, x):
    found = []
    for point in x:
        best, smallest = None, np.inf
        for row, label in zip(train, labels):
            distance = np.sum((row.astype(float) - point) ** 2)
            if distance < smallest:
                best, smallest = label, distance
        found.append(best)
    return found


@nearest_labels.variant
def one_loop_with_norm(train, labels, x):
    return np.array([labels[np.argmin(np.linalg.norm(train.astype(float) - point, axis=1))] for point in x])


@nearest_labels.variant
def by_products(train, labels, x):
    a, b = train.astype(float), x.astype(float)
    return np.take(labels, ((a**2).sum(axis=1) - 2 * b @ a.T).argmin(axis=1))
