"""accuracy: the share of points whose predicted class is right."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "count the predicted classes that equal y, and divide by the number of points.",
        "all and none": "return 1.0 when all are right, 0.0 when none is.",
        "number types": "y may have another integer type than your predictions: compare the numbers.",
    },
    hints=[
        "First the predicted classes: the position of the largest logit in each row.",
        "predicted == y is an array of True and False, and True counts as 1: what is its mean?",
    ],
    forbidden=("sklearn",),
)
def accuracy(logits, y):
    return float(np.mean(np.argmax(logits, axis=1) == y))


def _judged(rng, n, k, right):
    """Logits and classes of which `right` are right; the second largest and the smallest logit are right less often."""
    z = np.array([rng.permutation(np.arange(-2 * k, 2 * k + 1))[:k] for _ in range(n)]) / 2
    order = z.argsort(axis=1)
    y = np.where(np.arange(n) < right, order[:, -1], order[np.arange(n), rng.integers(1, k - 1, n)])
    mixed = rng.permutation(n)
    return {"logits": z[mixed], "y": y[mixed]}


@accuracy.cases
def _(rng):
    yield "values", _judged(rng, 4, 3, 3)
    yield "values", _judged(rng, 7, 5, int(rng.integers(2, 6)))
    yield "values", _judged(rng, 11, 4, int(rng.integers(3, 9)))
    yield "values", _judged(rng, 13, 13, int(rng.integers(8, 12)))
    yield "all and none", _judged(rng, 5, 4, 5)
    yield "all and none", _judged(rng, 6, 4, 0)
    arguments = _judged(rng, 9, 6, int(rng.integers(2, 8)))
    yield "number types", {**arguments, "y": arguments["y"].astype(np.uint8)}


@accuracy.mistake("count", "Your number is how many are right. Divide by the number of points.")
def _(logits, y):
    return int(np.sum(np.argmax(logits, axis=1) == y))


@accuracy.mistake("percent", "Your number is a percentage. Return a share from 0 to 1.")
def _(logits, y):
    return 100 * float(np.mean(np.argmax(logits, axis=1) == y))


@accuracy.mistake("share_of_wrong", "Your number is the share that is wrong. Accuracy is the share that is right.")
def _(logits, y):
    return float(np.mean(np.argmax(logits, axis=1) != y))


@accuracy.mistake(
    "divided_by_classes",
    "Your number is how many are right, divided by the number of classes. Divide by the number of points.",
)
def _(logits, y):
    return float(np.sum(np.argmax(logits, axis=1) == y) / logits.shape[1])


@accuracy.mistake("smallest_logit", "Your number is what you get when the class of the smallest logit is predicted.")
def _(logits, y):
    return float(np.mean(np.argmin(logits, axis=1) == y))


@accuracy.mistake("all_or_nothing", "Your result says whether all are right. Return the share that is right.")
def _(logits, y):
    return float(np.all(np.argmax(logits, axis=1) == y))


@accuracy.variant
def mean(logits, y):
    return np.mean(logits.argmax(axis=1) == y)


@accuracy.variant
def loop(logits, y):
    right = 0
    for row, label in zip(logits, y):
        if np.argmax(row) == label:
            right += 1
    return right / len(y)


@accuracy.variant
def sum_style(logits, y):
    return float((np.argmax(logits, 1) == y).sum()) / y.shape[0]


@accuracy.variant
def python_lists(logits, y):
    predicted = [row.index(max(row)) for row in logits.tolist()]
    return sum(a == b for a, b in zip(predicted, y.tolist())) / len(predicted)
