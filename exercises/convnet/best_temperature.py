"""best_temperature: the temperature that makes softmax's probabilities fit best; Guo et al. 2017, section 4.2.

Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks, ICML 2017.
"""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=0,
    aspects={
        "values": "divide the logits by each temperature, and take the one with the smallest loss.",
        "large logits": "subtract each row's largest logit before taking powers: nothing may overflow.",
        "integer input": "logits may be integers: dividing them gives floats, so don't round.",
    },
    hints=[
        "Write the loss of notebook 06 for logits / t, and calculate it for each t of temperatures.",
        "np.argmin gives the position of the smallest loss. The answer is the temperature at that position.",
    ],
)
def best_temperature(logits, y, temperatures):
    return float(temperatures[int(np.argmin([_loss(logits, y, t) for t in temperatures]))])


def _loss(logits, y, t):
    z = np.asarray(logits, dtype=float) / t
    z = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])


@best_temperature.cases
def _(rng):
    # Logits that are too close together tell all mistakes apart; those that are too far apart, as a network's, don't.
    yield "values", _arguments(rng, 12, 0.4, [0.2, 0.41, 2.6, 9.5, 1.1], telling=True)
    yield "values", _arguments(rng, 25, 0.3, [0.15, 0.31, 3.4, 14.5, 1.2], telling=True)
    yield "values", _arguments(rng, 30, 6.0, [1.5, 0.25, 4.5, 12.5, 40.5])
    yield "large logits", _arguments(rng, 15, 4000.0, [900.5, 3600.5, 0.25, 30_000.5, 90_000.5])
    yield "large logits", _arguments(rng, 20, 9000.0, [50.5, 7000.5, 90_000.5, 1100.5, 0.5])
    yield "integer input", _arguments(rng, 16, 9.0, [2.5, 7.5, 31.5, 0.25, 99.5], whole=True)


def _arguments(rng, points, scale, temperatures, whole=False, telling=False):
    """Logits `scale` times as far apart as their classes say. One temperature is clearly best, and no mistake gives it.

    Where they are to be `telling`, no two mistakes give the same.
    """
    for _ in range(10_000):
        logits = rng.normal(size=(points, 3)) * 2
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        y = np.array([rng.choice(3, p=row) for row in chances])
        given = np.rint(logits * scale).astype(int) if whole else (logits * scale).round(2)
        case = {"logits": given, "y": y, "temperatures": rng.permutation(temperatures)}
        right = best_temperature.reference(**case)
        wrong = [mistake(**case) for mistake in (_by_largest_loss, _by_multiplying, _by_accuracy, _without_classes)]
        losses = sorted(_loss(given, y, t) for t in temperatures)
        if right not in wrong and losses[1] > losses[0] + 0.01 and (len(set(wrong)) == len(wrong) or not telling):
            return case
    raise ValueError("no such case was drawn")


def _by_largest_loss(logits, y, temperatures):
    return float(temperatures[int(np.argmax([_loss(logits, y, t) for t in temperatures]))])


def _by_multiplying(logits, y, temperatures):
    return float(temperatures[int(np.argmin([_loss(logits, y, 1 / t) for t in temperatures]))])


def _by_accuracy(logits, y, temperatures):
    return float(temperatures[0])  # no temperature changes which class is first


def _without_classes(logits, y, temperatures):
    def sureness(t):
        z = np.asarray(logits, dtype=float) / t
        z = z - z.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(z).sum(axis=1)))

    return float(temperatures[int(np.argmin([sureness(t) for t in temperatures]))])


@best_temperature.mistake("largest_loss", "Your output is the temperature with the largest loss. Take the smallest.")
def _(logits, y, temperatures):
    return _by_largest_loss(logits, y, temperatures)


@best_temperature.mistake(
    "multiplied", "Your output is what you get when the logits are multiplied by the temperature. Divide them by it."
)
def _(logits, y, temperatures):
    return _by_multiplying(logits, y, temperatures)


@best_temperature.mistake(
    "by_accuracy",
    "Your output is always the first temperature. The accuracy is the same for all of them: compare the losses.",
)
def _(logits, y, temperatures):
    return _by_accuracy(logits, y, temperatures)


@best_temperature.mistake(
    "largest_for_true_class",
    "Your output is what you get when the largest logit is used in place of that of the true class y.",
)
def _(logits, y, temperatures):
    return _without_classes(logits, y, temperatures)


@best_temperature.mistake("position", "Your output is the position of the best temperature, not the temperature.")
def _(logits, y, temperatures):
    return int(np.argmin([_loss(logits, y, t) for t in temperatures]))


@best_temperature.variant
def keeps_the_best(logits, y, temperatures):
    best, smallest = None, np.inf
    for t in temperatures:
        z = logits.astype(float) / t
        z -= z.max(axis=1, keepdims=True)
        loss = 0.0
        for row, true in zip(z, y):
            loss += np.log(np.sum(np.exp(row))) - row[true]
        if loss < smallest:
            best, smallest = t, loss
    return best


@best_temperature.variant
def all_at_once(logits, y, temperatures):
    z = logits[None] / np.asarray(temperatures)[:, None, None]
    z = z - z.max(axis=2, keepdims=True)
    p = np.log(np.exp(z).sum(axis=2)) - z[:, np.arange(len(y)), y]
    return temperatures[p.mean(axis=1).argmin()]


@best_temperature.variant
def by_min_and_key(logits, y, temperatures):
    def loss(t):
        z = logits / t
        return np.mean(np.logaddexp.reduce(z, axis=1) - np.take_along_axis(z, y[:, None], axis=1)[:, 0])

    return min(temperatures, key=loss)
