"""predict: the class with the maximal logit, (N, K) to (N,)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "for each row, return the position of its maximum.",
        "negative logits": "the maximum of negative logits is the one closest to 0.",
        "as many points as classes": "the classes are in the columns: take argmax along axis 1.",
    },
    hints=[
        "Softmax keeps the order of the logits, so the most probable class has the largest logit.",
        "np.max gives the maximum. Which function gives its position? And along which axis?",
    ],
    integers=True,
)
def predict(logits):
    return np.argmax(logits, axis=1)


@predict.cases
def _(rng):
    def table(n, k, sign=None):
        """No two numbers have the same absolute value, and neighbouring rows have their maxima in different columns."""
        for _ in range(1000):
            z = rng.permutation(np.arange(1, n * k + 1)).reshape(n, k) / 4
            z = z * (sign or rng.choice([-1, 1], (n, k)))
            best = z.argmax(axis=1)
            others = (z.argmin(axis=1), np.abs(z).argmax(axis=1))
            if (
                len(set(best.tolist())) > 1
                and best.max() > 0
                and all((best != other).any() for other in others if not sign)
            ):
                break
        return {"logits": z}

    yield "values", table(3, 4)
    yield "values", table(5, 3)
    yield "values", table(4, 7)
    yield "negative logits", table(3, 5, -1)
    yield "negative logits", table(6, 4, -1)
    yield "as many points as classes", table(4, 4)
    yield "as many points as classes", table(5, 5)


@predict.mistake(
    "over_the_points",
    "Your numbers say for each class which point has its largest logit. Return the class of each point.",
)
def _(logits):
    return np.argmax(logits, axis=0)


@predict.mistake("logits_themselves", "Your numbers are the largest logits. Return the position of each in its row.")
def _(logits):
    return np.max(logits, axis=1)


@predict.mistake(
    "smallest", "Your numbers are the positions of the smallest logits. The largest logit is the most probable class."
)
def _(logits):
    return np.argmin(logits, axis=1)


@predict.mistake("largest_in_size", "Your numbers are the positions of the largest absolute values. -5 is less than 1.")
def _(logits):
    return np.argmax(np.abs(logits), axis=1)


@predict.mistake("one_number", "Your number is one position in the whole batch. Each row has its own: use axis=1.")
def _(logits):
    return np.argmax(logits)


@predict.mistake("counted_from_one", "Your classes count from 1. Classes count from 0, as positions do.")
def _(logits):
    return np.argmax(logits, axis=1) + 1


@predict.variant
def argmax(logits):
    return logits.argmax(axis=1)


@predict.variant
def loop(logits):
    out = []
    for row in logits.tolist():
        best = 0
        for k in range(1, len(row)):
            if row[k] > row[best]:
                best = k
        out.append(best)
    return out


@predict.variant
def sorted_style(logits):
    return np.argsort(logits, axis=1)[:, -1]


@predict.variant
def of_probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.argmax(e / e.sum(axis=1, keepdims=True), axis=1)
