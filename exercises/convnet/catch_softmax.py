"""catch_softmax: inputs that expose four wrong softmaxes."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes

from .softmax import softmax


def _takes(logits):
    need_axes("logits", logits, 2, "two axes, (N, K)")


def _axis_lost(logits):
    z = logits.astype(float)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.squeeze(e / e.sum(axis=1, keepdims=True))


catch_softmax = catch(
    "catch_softmax",
    right=softmax.variants["standard"],
    wrong=[
        (softmax.mistakes["overflow"][1], "Its exp overflows: it doesn't subtract the maximum."),
        (softmax.mistakes["largest_of_the_batch"][1], "It subtracts the maximum of the whole batch, not of each row."),
        (softmax.mistakes["columns_and_rows_mixed"][1], "It divides the columns by the sums of the rows."),
        (_axis_lost, "It drops axes of length 1: for one point, it returns no batch."),
    ],
    takes=_takes,
    most=2,
    inputs=[(np.array([[0, 1], [1000, 1002]]),), (np.array([[1, 2, 3]]),)],
    hints=[
        "Small numbers in a batch of a few points: there nearly everything works. Which logits, and which "
        "batches, are extreme?",
        "exp(1000) is infinity. exp(-1000) is 0, and a row of zeros can't be divided by its sum.",
        "One batch with a row of small logits and a row of logits near 1000 exposes three. The last one is wrong "
        "only for a batch of one point. Mind the comma of a tuple with one argument: (logits,).",
    ],
)

catch_softmax.mistake(
    "several_points",
    "The one that is left is right for every batch of several points with several classes.",
    ([(np.array([[0, 1], [1000, 1002]]),)],),
)
catch_softmax.mistake(
    "rows_alike",
    "The one that is left is right as long as the rows are of about the same size. What if they are far apart?",
    ([(np.array([[1001, 1000], [1000, 1002]]),), (np.array([[1, 2, 3]]),)],),
)
