"""confusion_matrix: counts (K, K): true classes by row, predicted classes by column."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "entry [i, j] counts the points of class i that were predicted as j: rows are true classes, columns "
        "predicted ones.",
        "classes that do not occur": "the matrix is (classes, classes), even when some class never occurs.",
        "number types": "classes may have any integer type. Counts are integers: np.zeros(..., dtype=int).",
    },
    hints=[
        "Start with a matrix of zeros, then go through the points and add 1 to one entry for each.",
        "For a point of true class i that was predicted as j, that entry is [i, j].",
        "Why not counts[y, predicted] += 1? Because it counts a pair that occurs three times only once. A loop counts "
        "it correctly.",
    ],
    forbidden=("sklearn",),
    integers=True,
)
def confusion_matrix(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for i, j in zip(y, predicted):
        counts[i, j] += 1
    return counts


@confusion_matrix.cases
def _(rng):
    def pairs(n, classes, used=None, dtype=np.int64):
        """Predictions that are right more often than not; one pair of unequal classes occurs three times or more."""
        used = np.arange(classes) if used is None else used
        a, b = rng.permutation(used)[:2]
        y = rng.choice(used, n)
        predicted = np.where(rng.random(n) < 0.5, y, rng.choice(used, n))
        y[:3], predicted[:3] = a, b
        y[3:6], predicted[3:6] = a, a
        y[6 : 6 + len(used)] = used  # each of them occurs
        mixed = rng.permutation(n)
        return {"predicted": predicted[mixed].astype(dtype), "y": y[mixed].astype(dtype), "classes": classes}

    yield "values", pairs(9, 3)
    yield "values", pairs(14, 4)
    yield "values", pairs(30, 5)
    yield "classes that do not occur", pairs(12, 6, np.array([1, 2, 4]))
    yield "classes that do not occur", pairs(10, 5, np.array([0, 2, 3]))
    yield "number types", pairs(13, 4, dtype=np.uint8)
    yield "number types", pairs(13, 3, dtype=np.int32)


@confusion_matrix.mistake(
    "transposed", "Your matrix is transposed: rows are true classes, columns are predicted classes."
)
def _(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (predicted, y), 1)
    return counts


@confusion_matrix.mistake(
    "counted_once",
    "Your matrix is what you get from counts[y, predicted] += 1: a pair that occurs several times is counted only "
    "once. Use a loop, or np.add.at.",
)
def _(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[y, predicted] += 1
    return counts


@confusion_matrix.mistake("shares", "Your matrix holds shares of each row. Return counts, as integers.")
def _(predicted, y, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (y, predicted), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@confusion_matrix.mistake(
    "right_ones_only", "Your matrix counts only right predictions, on the diagonal. Count the wrong ones too."
)
def _(predicted, y, classes):
    return np.diag(np.bincount(y[predicted == y], minlength=classes))


@confusion_matrix.mistake(
    "occurring_classes_only",
    "Your matrix has rows only for classes that occur. It is (classes, classes), so that class i is always row i.",
)
def _(predicted, y, classes):
    present = np.unique(np.concatenate([y, predicted])).tolist()
    counts = np.zeros((len(present), len(present)), dtype=int)
    for i, j in zip(y, predicted):
        counts[present.index(i), present.index(j)] += 1
    return counts


@confusion_matrix.mistake("floats", "Your counts are floats. Counts are integers: use np.zeros(..., dtype=int).")
def _(predicted, y, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (y, predicted), 1)
    return counts


@confusion_matrix.variant
def add_at(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (y, predicted), 1)
    return counts


@confusion_matrix.variant
def bincount(predicted, y, classes):
    return np.bincount(y.astype(int) * classes + predicted, minlength=classes**2).reshape(classes, classes)


@confusion_matrix.variant
def comparisons(predicted, y, classes):
    return np.array([[int(np.sum((y == i) & (predicted == j))) for j in range(classes)] for i in range(classes)])


@confusion_matrix.variant
def one_hot(predicted, y, classes):
    return np.eye(classes, dtype=int)[y].T @ np.eye(classes, dtype=int)[predicted]


@confusion_matrix.variant
def nested_lists(predicted, y, classes):
    counts = [[0] * classes for _ in range(classes)]
    for true, guess in zip(y, predicted):
        counts[true][guess] += 1
    return counts
