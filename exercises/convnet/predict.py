"""predict: the class with the maximal logit, (N, K) to (N,)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "for each row, the position of its largest logit.",
        "negative logits": "the largest of negative logits is the one nearest to 0.",
        "as many points as classes": "the classes are in the columns: look along axis 1.",
    },
    hints=[
        "Softmax keeps the order, so the most probable class is the one with the largest logit.",
        "np.max gives the largest number; which function gives where it stands? And along which axis?",
    ],
    integers=True,
)
def predict(logits):
    return np.argmax(logits, axis=1)


@predict.cases
def _(rng):
    def table(n, k, sign=None):
        """No two numbers are of the same size, and no two largest ones in the same place next to each other."""
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
    "Your numbers say for each class which point has its largest logit. Asked is the class of each point.",
)
def _(logits):
    return np.argmax(logits, axis=0)


@predict.mistake(
    "logits_themselves", "Your numbers are the largest logits. Asked is where in its row each of them stands."
)
def _(logits):
    return np.max(logits, axis=1)


@predict.mistake("smallest", "Your numbers say where the smallest logit stands. The largest one is the most probable.")
def _(logits):
    return np.argmin(logits, axis=1)


@predict.mistake("largest_in_size", "Your numbers say which logit is largest without its sign. -5 is less than 1.")
def _(logits):
    return np.argmax(np.abs(logits), axis=1)


@predict.mistake("one_number", "Your number is one position in the whole batch. Each row has its own: axis=1.")
def _(logits):
    return np.argmax(logits)


@predict.mistake("counted_from_one", "Your classes count from 1. They count from 0, as positions do.")
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
