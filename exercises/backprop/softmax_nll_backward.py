"""softmax_nll_backward: the gradient of nll_loss with respect to the logits."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.exponentials import not_shifted


@exercise(
    points=2,
    aspects={
        "values": "take the probabilities, subtract 1 at each true class, and divide by the number of points.",
        "each row on its own": "the probabilities of one point add up to 1, so its gradient adds up to 0.",
        "large logits": "subtract each row's maximum before exp, so that nothing overflows.",
        "number types": "logits may be integers, and y may have any integer type.",
    },
    hints=[
        "The loss of one point is log(sum of exp(z)) - z_y. Its derivative with respect to z_k is softmax(z)_k, minus "
        "1 if k = y.",
        "Start with the probabilities p, (N, K). Then p[np.arange(N), y] -= 1.",
        "The loss is the mean over the points, so each point's gradient is divided by N.",
    ],
    forbidden=("scipy", "torch", "helpers.network"),
    worked=[("values", {"logits": np.array([[0.0, 0.0]]), "y": np.array([1])})],
)
def softmax_nll_backward(logits, y):
    z = np.asarray(logits, dtype=float)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def _logits(rng, n, k):
    """Multiples of 1/4 from -3 to 3, all different within a row."""
    return np.array([rng.permutation(np.arange(-12, 13))[:k] for _ in range(n)]) / 4


def _far(rng, n, k):
    """Logits of absolute value 10,000 and more, close together within a row but not between rows."""
    return _logits(rng, n, k) + rng.choice([-1, 1], (n, 1)) * (10_000.0 + 1500 * rng.permutation(n)[:, None])


def _classes(rng, n, k):
    """Classes that are not just 0 to n - 1."""
    while True:
        y = rng.integers(0, k, n)
        if not np.array_equal(y, np.arange(n)) and len(set(y.tolist())) > 1:
            return y


@softmax_nll_backward.steps
def _(logits, y):
    given = np.asarray(logits, dtype=float)
    z = given - given.max(axis=1, keepdims=True)
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    return {"z": z, "e": e, "p": p, "p_minus_1": p - np.eye(p.shape[1])[y], **not_shifted(given)}


@softmax_nll_backward.cases
def _(rng):
    def points(n, k):
        return {"logits": _logits(rng, n, k), "y": _classes(rng, n, k)}

    yield "values", points(2, 3)
    yield "values", points(4, 2)
    yield "values", points(3, 5)
    yield "each row on its own", points(3, 3)
    yield "each row on its own", {**points(4, 4), "logits": _logits(rng, 4, 4) + np.array([[2], [-2], [1], [0]])}
    yield "large logits", {"logits": _far(rng, 3, 4), "y": _classes(rng, 3, 4)}
    yield "large logits", {"logits": _far(rng, 2, 3) * np.array([[1], [-1]]), "y": _classes(rng, 2, 3)}
    yield "large logits", {"logits": _logits(rng, 3, 3) * 2000, "y": _classes(rng, 3, 3)}
    whole = rng.permutation(np.arange(-3, 6)).reshape(3, 3)
    yield "number types", {"logits": whole, "y": _classes(rng, 3, 3).astype(np.uint8)}
    yield "number types", {"logits": whole + 240, "y": _classes(rng, 3, 3)}
    yield "number types", {"logits": _logits(rng, 3, 2).astype(np.float32), "y": _classes(rng, 3, 2).astype(np.int32)}


def _probabilities(logits, axis=1):
    z = logits.astype(float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _one_hot(y, k):
    return np.eye(k)[y]


@softmax_nll_backward.mistake(
    "not_divided",
    "Your gradient is that of the sum of the losses. The loss is their mean: divide by the number of points.",
)
def _(logits, y):
    return _probabilities(logits) - _one_hot(y, logits.shape[1])


@softmax_nll_backward.mistake(
    "wrong_sign",
    "Your gradient has the wrong sign: subtract the 1 at the true class from the probabilities, not the other way "
    "round.",
)
def _(logits, y):
    return (_one_hot(y, logits.shape[1]) - _probabilities(logits)) / len(y)


@softmax_nll_backward.mistake(
    "nothing_taken_away", "Your gradient is only the probabilities. Subtract 1 at each true class."
)
def _(logits, y):
    return _probabilities(logits) / len(y)


@softmax_nll_backward.mistake(
    "true_class_only",
    "Your gradient is 0 except at the true classes. But a larger logit of any other class also increases the loss.",
)
def _(logits, y):
    one_hot = _one_hot(y, logits.shape[1])
    return one_hot * (_probabilities(logits) - 1) / len(y)


@softmax_nll_backward.mistake(
    "divided_by_classes", "Your gradient is divided by the number of classes. Divide by the number of points."
)
def _(logits, y):
    return (_probabilities(logits) - _one_hot(y, logits.shape[1])) / logits.shape[1]


@softmax_nll_backward.mistake("divided_twice", "Your gradient is divided by N * K. Divide by the number of points, N.")
def _(logits, y):
    return (_probabilities(logits) - _one_hot(y, logits.shape[1])) / logits.size


@softmax_nll_backward.mistake(
    "taken_away_after_dividing",
    "Your gradient subtracts 1 after dividing by N. Subtract first, then divide.",
)
def _(logits, y):
    return _probabilities(logits) / len(y) - _one_hot(y, logits.shape[1])


@softmax_nll_backward.mistake(
    "all_rows_and_columns",
    "Your gradient is what you get from p[:, y] -= 1, which subtracts 1 in whole columns. p[np.arange(N), y] is one "
    "entry of each row.",
)
def _(logits, y):
    p = _probabilities(logits)
    p[:, y] -= 1
    return p / len(y)


@softmax_nll_backward.mistake(
    "softmax_left_out", "Your gradient uses the logits instead of the probabilities. Apply softmax first."
)
def _(logits, y):
    return (logits - _one_hot(y, logits.shape[1])) / len(y)


@softmax_nll_backward.mistake(
    "over_the_points",
    "Your softmax normalizes over the points. The probabilities of one point, a row, must add up to 1.",
)
def _(logits, y):
    return (_probabilities(logits, 0) - _one_hot(y, logits.shape[1])) / len(y)


@softmax_nll_backward.mistake(
    "overflow", "Your gradient is right until exp overflows. Subtract each row's maximum first."
)
def _(logits, y):
    e = np.exp(logits.astype(float))
    return (e / e.sum(axis=1, keepdims=True) - _one_hot(y, logits.shape[1])) / len(y)


@softmax_nll_backward.variant
def indexed(logits, y):
    n = len(y)
    z = logits - logits.max(axis=1, keepdims=True).astype(float)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p[np.arange(n), y] -= 1
    return p / n


@softmax_nll_backward.variant
def one_hot(logits, y):
    z = logits.astype(float)
    e = np.exp(z - np.max(z, axis=1)[:, None])
    target = np.zeros(logits.shape)
    target[range(len(y)), y] = 1.0
    return (e / e.sum(1)[:, None] - target) / logits.shape[0]


@softmax_nll_backward.variant
def loop(logits, y):
    out = np.zeros(logits.shape)
    for i, (row, label) in enumerate(zip(logits.astype(float), y)):
        p = np.exp(row - row.max())
        p = p / p.sum()
        for k in range(len(row)):
            out[i, k] = (p[k] - (1 if k == label else 0)) / len(y)
    return out
