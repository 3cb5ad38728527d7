"""softmax: probabilities from logits (N, K), without overflow."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.exponentials import not_shifted

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "take exp of each logit, and divide it by the sum of exp over its row.",
        "each row on its own": "the sum goes over the classes of one point, axis 1, even when there are as many points "
        "as classes.",
        "large logits": "exp(10000) is infinity. Subtract each row's maximum first: that doesn't change the "
        "probabilities.",
        "number types": "integer logits give fractions: don't store the results as integers.",
    },
    hints=[
        "There are two steps: make every number positive with np.exp, then divide each row by its sum.",
        "keepdims=True keeps the sums as a column, (N, 1), so that each row is divided by its own sum.",
        "Adding the same number to all logits of a row changes nothing. So subtract the row's maximum: z = logits - "
        "logits.max(axis=1, keepdims=True). Then no exp is above 1.",
    ],
    forbidden=("scipy", "torch"),
    worked=[("values", {"logits": np.array([[0.0, 0.0], [0.0, 1.0]])})],
)
def softmax(logits):
    logits = np.asarray(logits, dtype=float)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax.steps
def _(logits):
    given = np.asarray(logits, dtype=float)
    z = given - given.max(axis=1, keepdims=True)
    return {"z": z, "e": np.exp(z), "sums": np.exp(z).sum(axis=1), **not_shifted(given)}


@softmax.cases
def _(rng):
    yield "values", {"logits": arrays.logits(rng, 1, 3)}
    yield "values", {"logits": arrays.logits(rng, 2, 3)}
    yield "values", {"logits": arrays.logits(rng, 4, 2)}
    yield "each row on its own", {"logits": arrays.logits(rng, 3, 3)}
    yield "each row on its own", {"logits": arrays.logits(rng, 3, 5) + np.array([[3], [-3], [1]])}
    yield "large logits", {"logits": arrays.far_logits(rng, 2, 3)}
    yield "large logits", {"logits": arrays.far_logits(rng, 3, 2) * np.array([[1], [-1], [1]])}
    yield "large logits", {"logits": arrays.logits(rng, 2, 4) * 400}
    yield "number types", {"logits": rng.permutation(np.arange(1, 9)).reshape(2, 4)}
    yield "number types", {"logits": (rng.permutation(np.arange(8)) + 200).reshape(2, 4)}
    yield "number types", {"logits": arrays.logits(rng, 3, 2).astype(np.float32)}


@softmax.mistake(
    "over_the_points",
    "Your numbers are what you get when each column adds up to 1. The probabilities of one point, a row, must add up "
    "to 1.",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=0)


@softmax.mistake(
    "sum_over_the_points",
    "Your sums go over the points, axis 0. The probabilities of one point, a row, must add up to 1: axis 1.",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=0)


@softmax.mistake(
    "over_everything", "Your numbers are what you get when the whole batch adds up to 1. Each row must add up to 1."
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max())
    return e / e.sum()


@softmax.mistake(
    "sum_over_everything",
    "Your numbers are what you get when each row is divided by the sum of the whole batch. Divide it by its own sum.",
)
def _(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True).astype(float))
    return e / e.sum()


@softmax.mistake(
    "overflow",
    "Your numbers are right until exp overflows: exp(1000) is infinity, and infinity / infinity is nan. Subtract each "
    "row's maximum first.",
)
def _(logits):
    e = np.exp(logits.astype(float))
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.mistake(
    "largest_of_the_batch",
    "You subtract the maximum of the whole batch, so a row far below it becomes 0 / 0. Subtract each row's own "
    "maximum.",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.mistake(
    "logarithms",
    "Your numbers are the logarithms of the probabilities: they are negative and don't add up to 1. Return the "
    "probabilities.",
)
def _(logits):
    z = logits - logits.max(axis=1, keepdims=True).astype(float)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@softmax.mistake(
    "no_exp",
    "Your numbers are what you get when the logits themselves are divided by their sum. Take exp of each first.",
)
def _(logits):
    return logits / logits.sum(axis=1, keepdims=True, dtype=float)


@softmax.mistake(
    "not_divided", "Your numbers don't add up to 1. exp makes them positive; then divide by each row's sum."
)
def _(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True).astype(float))


@softmax.mistake(
    "sigmoid",
    "Your numbers are what you get when the logistic function is applied to each logit. In softmax, the probabilities "
    "of all classes add up to 1.",
)
def _(logits):
    return 1 / (1 + np.exp(-logits.astype(float)))


@softmax.mistake(
    "columns_and_rows_mixed",
    "A sum of shape (N,) divides the columns, not the rows, where it fits at all. keepdims=True makes the sum (N, 1).",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@softmax.mistake(
    "rows_turned_around",
    "Your numbers are what you get when the smaller logit has the larger probability: exp(-z) instead of exp(z).",
)
def _(logits):
    z = logits.astype(float)
    e = np.exp(z.min(axis=1, keepdims=True) - z)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "logits_overwritten",
    "Your probabilities are right, but the logits were changed: -= and /= write into the caller's array.",
)
def _(logits):
    if logits.dtype.kind != "f":
        return softmax.reference(logits)
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


@softmax.variant
def standard(logits):
    z = logits.astype(float)
    z = z - np.max(z, axis=1, keepdims=True)
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.variant
def row_by_row(logits):
    out = np.zeros(logits.shape)
    for i, row in enumerate(logits):
        row = row.astype(float) - float(row.max())
        out[i] = np.exp(row) / np.exp(row).sum()
    return out


@softmax.variant
def through_logarithms(logits):
    z = logits.astype(np.float64)
    top = z.max(axis=-1)[:, None]
    return np.exp(z - top - np.log(np.exp(z - top).sum(axis=-1))[:, None])


@softmax.variant
def transposed(logits):
    z = logits.T.astype(float)
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0)).T


@softmax.variant
def logaddexp(logits):
    z = np.array(logits, dtype=float)
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


@softmax.variant
def types_as_they_come(logits):
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z.astype(float))
    return e / e.sum(axis=1, keepdims=True)
