"""label_smoothing_loss: the loss for labels that ask for a little of every class; Szegedy et al. 2016, section 7.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception architecture for computer vision, CVPR 2016.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

torch: Any = LazyModule("torch")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=0,
    aspects={
        "values": "each class has the target share / K, and the true one 1 - share more. The loss of a point is the "
        "sum of -target * log(probability) over all its classes.",
        "no smoothing": "with a share of 0 only the true class has a target, 1: the loss is that of notebook 06.",
        "large logits": "a probability may be too small for a float, so that its logarithm is infinite: log p is "
        "z - log(sum of exp(z)), after subtracting each row's maximum.",
        "number types": "logits may be integers or float32, and shares are fractions: don't round.",
    },
    hints=[
        "Start with log_p, the logarithms of all probabilities, (N, K), as in notebook 06's loss.",
        "Make an array of targets of the same shape: share / K everywhere, and 1 - share more at y.",
        "target = np.full(z.shape, share / K); target[np.arange(N), y] += 1 - share. Then multiply by -log_p, add up "
        "each row, and take the mean of the rows.",
    ],
    adapter="imagenet_pytorch.with_arrays_or_tensors",
    worked=[("values", {"logits": np.array([[0.0, np.log(3)]]), "y": np.array([1]), "share": 0.5})],
)
def label_smoothing_loss(logits, y, share):
    log_p = _log_softmax(logits)
    return float(-np.mean(np.sum(_asked(log_p.shape, y, share) * log_p, axis=1)))


def _log_softmax(logits):
    z = np.asarray(logits, dtype=float)
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def _asked(shape, y, share, true=None, other=None):
    """How much belief the labels ask for, (N, K); `true` and `other` in place of the right amounts."""
    asked = np.full(shape, share / shape[1] if other is None else other)
    asked[np.arange(len(y)), np.asarray(y)] = 1 - share + share / shape[1] if true is None else true
    return asked


@label_smoothing_loss.steps
def _(logits, y, share):
    log_p = _log_softmax(logits)
    asked = _asked(log_p.shape, y, share)
    return {"p": np.exp(log_p), "log_p": log_p, "asked": asked, "of_points": -np.sum(asked * log_p, axis=1)}


@label_smoothing_loss.cases
def _(rng):
    def points(n, k, share):
        """Logits without ties, and classes that aren't all the same."""
        logits = np.array([rng.permutation(np.arange(-12, 13))[:k] for _ in range(n)]) / 4
        return {"logits": logits, "y": rng.permutation(np.arange(n) % k), "share": share}

    yield "values", points(1, 3, 0.5)
    yield "values", points(2, 3, 0.25)
    yield "values", points(5, 4, 0.1)
    yield "no smoothing", points(3, 4, 0)
    yield "no smoothing", points(4, 3, 0.0)
    far = points(3, 4, 0.25)
    yield "large logits", {**far, "logits": far["logits"] + 10_000.0 * np.array([[1], [-1], [2]])}
    wide = points(3, 5, 0.1)
    yield "large logits", {**wide, "logits": wide["logits"] * 2000}
    whole = points(4, 3, 0.25)
    yield "number types", {**whole, "logits": (whole["logits"] * 4).astype(np.int64)}
    single = points(3, 4, 0.5)
    yield "number types", {**single, "logits": single["logits"].astype(np.float32)}


def _mean(asked, log_p):
    return float(-np.mean(np.sum(asked * log_p, axis=1)))


@label_smoothing_loss.mistake(
    "not_smoothed", "Your number is the loss without smoothing: nothing of `share` goes to the other classes."
)
def _(logits, y, share):
    return label_smoothing_loss(logits, y, 0.0)


@label_smoothing_loss.mistake(
    "none_for_the_true_class",
    "Your function spreads the share over the other classes only. It is spread over all K, the true class included.",
)
def _(logits, y, share):
    log_p = _log_softmax(logits)
    return _mean(_asked(log_p.shape, y, share, 1 - share, share / (log_p.shape[1] - 1)), log_p)


@label_smoothing_loss.mistake(
    "nothing_more_for_the_true_class",
    "Your target for the true class is 1 - share. It also gets its part of what is spread: share / K more.",
)
def _(logits, y, share):
    log_p = _log_softmax(logits)
    return _mean(_asked(log_p.shape, y, share, 1 - share), log_p)


@label_smoothing_loss.mistake(
    "share_for_each_class", "Your target for each class is the whole share. Divide it by the number of classes."
)
def _(logits, y, share):
    log_p = _log_softmax(logits)
    return _mean(_asked(log_p.shape, y, share, 1.0, share), log_p)


@label_smoothing_loss.mistake(
    "more_than_all",
    "Your target for the true class is 1 + share / K, so the targets of a point add up to more than 1. What is "
    "spread is taken from the true class: 1 - share + share / K.",
)
def _(logits, y, share):
    log_p = _log_softmax(logits)
    return _mean(_asked(log_p.shape, y, share, 1 + share / log_p.shape[1]), log_p)


@label_smoothing_loss.mistake(
    "share_swapped",
    "Your function spreads 1 - share, and leaves the share to the true class. It is the other way round.",
)
def _(logits, y, share):
    return label_smoothing_loss(logits, y, 1 - share)


@label_smoothing_loss.mistake(
    "smooth_probabilities",
    "Your function smooths the probabilities and takes their logarithm. Smooth the targets, not the probabilities.",
)
def _(logits, y, share):
    p = np.exp(_log_softmax(logits))
    smoothed = (1 - share) * p + share / p.shape[1]
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(smoothed[np.arange(len(y)), y])))


@label_smoothing_loss.mistake("sum_for_mean", "Your number is the sum over the points. The loss is their mean.")
def _(logits, y, share):
    return len(y) * label_smoothing_loss(logits, y, share)


@label_smoothing_loss.mistake(
    "divided_by_classes_too",
    "Your number is the mean over points and classes. Add up the classes, and take the mean over the points.",
)
def _(logits, y, share):
    return label_smoothing_loss(logits, y, share) / np.shape(logits)[1]


@label_smoothing_loss.mistake(
    "sign_missing", "Your number has the wrong sign: the logarithm of a probability is negative, but a loss is not."
)
def _(logits, y, share):
    return -label_smoothing_loss(logits, y, share)


@label_smoothing_loss.mistake(
    "overflow",
    "Your number is right until exp overflows or a probability rounds to 0. Subtract each row's maximum, and don't "
    "divide before the logarithm.",
)
def _(logits, y, share):
    with np.errstate(all="ignore"):
        e = np.exp(np.asarray(logits, dtype=float))
        log_p = np.log(e / e.sum(axis=1, keepdims=True))
        return _mean(_asked(log_p.shape, y, share), log_p)


@label_smoothing_loss.mistake(
    "log_of_zero",
    "Your softmax doesn't overflow, but a small probability rounds to 0, and its logarithm is infinite. Use log p = z "
    "- log(sum exp(z)).",
)
def _(logits, y, share):
    with np.errstate(all="ignore"):
        z = np.asarray(logits, dtype=float)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        log_p = np.log(e / e.sum(axis=1, keepdims=True))
        return _mean(_asked(log_p.shape, y, share), log_p)


@label_smoothing_loss.variant
def two_parts(logits, y, share):
    """The usual loss and that of an even spread, mixed."""
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(1 - share) * log_p[np.arange(len(y)), y].mean() - share * log_p.mean()


@label_smoothing_loss.variant
def one_hot(logits, y, share):
    n, k = logits.shape
    labels = np.eye(k)[y] * (1 - share) + share / k
    return (labels * (np.logaddexp.reduce(logits.astype(float), axis=1)[:, None] - logits)).sum() / n


@label_smoothing_loss.variant
def loops(logits, y, share):
    total = 0.0
    for row, label in zip(logits.astype(float), y):
        top = row.max()
        log_sum = top + np.log(np.sum(np.exp(row - top)))
        for k, z in enumerate(row):
            asked = share / len(row) + (1 - share if k == label else 0)
            total += asked * (log_sum - z)
    return total / len(y)


@label_smoothing_loss.variant
def with_pytorch(logits, y, share):
    return F.cross_entropy(logits.double(), y, label_smoothing=share)


@label_smoothing_loss.variant
def tensors(logits, y, share):
    log_p = torch.log_softmax(torch.as_tensor(logits).double(), dim=1)
    asked = torch.full_like(log_p, share / log_p.shape[1])
    asked[torch.arange(len(log_p)), torch.as_tensor(y)] += 1 - share
    return -(asked * log_p).sum(dim=1).mean().item()


@label_smoothing_loss.variant
def single_precision(logits, y, share):
    z = logits.astype(np.float32)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    asked = np.full(z.shape, share / z.shape[1], dtype=np.float32)
    asked[np.arange(len(y)), y] += np.float32(1 - share)
    return np.float32(-np.mean(np.sum(asked * log_p, axis=1)))
