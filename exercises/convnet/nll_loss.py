"""nll_loss: the mean negative log likelihood of classes (N,) under logits (N, K)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.exponentials import not_shifted

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "for each point, take minus the logarithm of the probability of the true class. Then take the mean "
        "over the points.",
        "order of the classes": "y says which column counts in each row: logits[np.arange(N), y].",
        "large logits": "a probability may round to 0, and its logarithm is infinite. Subtract the row's "
        "maximum, then use z_y - log(sum exp(z)).",
        "number types": "logits may be integers, and y may have any integer type.",
    },
    hints=[
        "For one point: -log(p), where p is the probability of its true class. A confident right answer costs almost "
        "nothing.",
        "The logarithm of a quotient is a difference: log p = z_y - log(sum of exp(z)). No division, and no log of 0.",
        "With z = logits - logits.max(axis=1, keepdims=True): log_p = z - np.log(np.exp(z).sum(axis=1, "
        "keepdims=True)), "
        "and the loss is the mean of -log_p[np.arange(len(y)), y].",
    ],
    forbidden=("scipy", "sklearn", "torch", "helpers.network"),
    worked=[("values", {"logits": np.array([[0.0, 0.0]]), "y": np.array([1])})],
)
def nll_loss(logits, y):
    z = np.asarray(logits, dtype=float)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(-np.mean(log_p[np.arange(len(y)), y]))


def _classes(rng, n, k):
    """Classes that differ between some neighbours and are not just 0 to n - 1."""
    while True:
        y = rng.integers(0, k, n)
        if n == 1 or ((np.diff(y) != 0).any() and not np.array_equal(y, np.arange(n)) and len(set(y[:k].tolist())) > 1):
            return y


@nll_loss.steps
def _(logits, y):
    given = np.asarray(logits, dtype=float)
    z = given - given.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    found = {"z": z, "e": np.exp(z), "p": np.exp(log_p), "log_p": log_p, "of_y": log_p[np.arange(len(y)), y]}
    return {**found, **not_shifted(given)}


@nll_loss.cases
def _(rng):
    def points(n, k):
        return {"logits": arrays.logits(rng, n, k), "y": _classes(rng, n, k)}

    yield "values", {"logits": arrays.logits(rng, 1, 3), "y": rng.integers(0, 3, 1)}
    yield "values", points(2, 3)
    yield "values", points(5, 4)
    yield "order of the classes", points(3, 3)
    yield "order of the classes", points(4, 6)
    yield "large logits", {"logits": arrays.far_logits(rng, 3, 3), "y": _classes(rng, 3, 3)}
    yield "large logits", {"logits": arrays.far_logits(rng, 2, 4) * np.array([[1], [-1]]), "y": _classes(rng, 2, 4)}
    logits = arrays.logits(rng, 3, 4) * 2000
    yield "large logits", {"logits": logits, "y": logits.argsort(axis=1)[np.arange(3), [0, 3, int(rng.integers(1, 3))]]}
    whole = rng.permutation(np.arange(1, 13)).reshape(3, 4)
    yield "number types", {"logits": whole, "y": _classes(rng, 3, 4).astype(np.uint8)}
    yield "number types", {"logits": whole[:, ::-1] + 190, "y": _classes(rng, 3, 4)}
    yield (
        "number types",
        {"logits": arrays.logits(rng, 4, 3).astype(np.float32), "y": _classes(rng, 4, 3).astype(np.int32)},
    )


def _log_softmax(logits):
    z = logits.astype(float) - logits.max(axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


@nll_loss.mistake("sum_for_mean", "Your number is the sum over the points. The loss is their mean.")
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].sum())


@nll_loss.mistake(
    "sign_missing", "Your number has the wrong sign: the logarithm of a probability is negative, but a loss is not."
)
def _(logits, y):
    return float(_log_softmax(logits)[np.arange(len(y)), y].mean())


@nll_loss.mistake(
    "overflow",
    "Your number is right until exp overflows or a probability rounds to 0. Subtract each row's maximum, and don't "
    "divide before the logarithm.",
)
def _(logits, y):
    e = np.exp(logits.astype(float))
    p = e / e.sum(axis=1, keepdims=True)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake(
    "log_of_zero",
    "Your softmax doesn't overflow, but a small probability rounds to 0, and its logarithm is infinite. "
    "Use log p = z_y - log(sum exp(z)).",
)
def _(logits, y):
    e = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake(
    "clipped",
    "You clip the probabilities, or add a small number: a very wrong answer then costs too little. Use log p = "
    "z_y - log(sum exp(z)).",
)
def _(logits, y):
    e = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    p = np.maximum(e / e.sum(axis=1, keepdims=True), 1e-12)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake("probability_for_logarithm", "Your number is the mean of -p. The loss is the mean of -log(p).")
def _(logits, y):
    return float(-np.exp(_log_softmax(logits))[np.arange(len(y)), y].mean())


@nll_loss.mistake(
    "logarithm_of_mean",
    "Your number is the logarithm of the mean probability. Take each point's logarithm first, then the mean.",
)
def _(logits, y):
    return float(-np.log(np.exp(_log_softmax(logits))[np.arange(len(y)), y].mean()))


@nll_loss.mistake(
    "all_rows_and_columns",
    "Your number is what you get from log_p[:, y], which takes all columns y of every row. log_p[np.arange(N), y] "
    "takes one entry of each row.",
)
def _(logits, y):
    return float(-_log_softmax(logits)[:, y].mean())


@nll_loss.mistake("all_classes", "Your number adds up all classes of a point. Only the true class counts.")
def _(logits, y):
    return float(-_log_softmax(logits).sum(axis=1).mean())


@nll_loss.mistake(
    "divided_by_classes_too",
    "Your number is divided by all N * K entries of the logits. Divide by the number of points only.",
)
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].sum() / logits.size)


@nll_loss.mistake(
    "softmax_left_out",
    "Your number is the mean of -z_y, the logits of the true classes. Apply softmax first: the loss needs their "
    "probabilities.",
)
def _(logits, y):
    return float(-np.mean(logits[np.arange(len(y)), y].astype(float)))


@nll_loss.mistake(
    "largest_logit", "Your number uses the predicted class of each point. The loss uses the true class, y."
)
def _(logits, y):
    return float(-_log_softmax(logits).max(axis=1).mean())


@nll_loss.mistake(
    "base_two", "Your number is in bits: you used the logarithm to base 2. Use the natural logarithm, np.log."
)
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].mean() / np.log(2))


@nll_loss.mistake(
    "over_the_points",
    "Your softmax normalizes over the points. The probabilities of one point, a row, must add up to 1.",
)
def _(logits, y):
    z = logits.astype(float) - logits.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    return float(-log_p[np.arange(len(y)), y].mean())


@nll_loss.variant
def log_softmax(logits, y):
    z = logits.astype(float)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[range(len(y)), y].mean()


@nll_loss.variant
def loop(logits, y):
    total = 0.0
    for row, label in zip(logits.astype(float), y):
        top = row.max()
        total += top + np.log(np.sum(np.exp(row - top))) - row[label]
    return total / len(y)


@nll_loss.variant
def one_hot(logits, y):
    n, k = logits.shape
    one_hot = np.zeros((n, k))
    one_hot[np.arange(n), y] = 1
    z = logits - np.max(logits, axis=1)[:, None].astype(float)
    return -np.sum(one_hot * (z - np.log(np.exp(z).sum(axis=1))[:, None])) / n


@nll_loss.variant
def logaddexp(logits, y):
    z = np.asarray(logits, dtype=np.float64)
    right = np.take_along_axis(z, y[:, None].astype(int), axis=1)[:, 0]
    return np.mean(np.logaddexp.reduce(z, axis=1) - right)
