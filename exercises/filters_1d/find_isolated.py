"""find_isolated: the positions of every 1 between 0s."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.number_types import as_floats

from ._lecture import LONELY


@exercise(
    points=2,
    aspects={
        "values": "an isolated 1 has a 0 before it and a 0 after it. Positions count from 0, in the unpadded signal.",
        "ends": "a 1 at either end needs only one 0 next to it. Padding takes care of that.",
        "runs": "a 1 next to another 1 is not isolated, even at the start or end of a run.",
        "number types": "the signal may also be uint8 or float. In uint8, 0 - 1 is 255.",
    },
    hints=[
        "The filter -1 1 -1 gives 1 exactly at an isolated 1. What does it give everywhere else?",
        "With padding 1 the output is as long as the signal, so positions in the output are positions in the signal.",
        "np.flatnonzero(conv1d(x, np.array([-1, 1, -1]), padding=1) > 0) gives those positions.",
    ],
    integers=True,
    worked=[("values", {"x": LONELY})],
)
def find_isolated(x):
    x = np.pad(np.asarray(x, dtype=int), 1)
    return [int(i) for i in np.flatnonzero(x[1:-1] - x[:-2] - x[2:] > 0)]


@find_isolated.cases
def _(rng):
    def ones(runs, before, behind):
        """Runs of ones, 1 to 3 zeros apart, with zeros at both ends."""
        x = [0] * before
        for position, length in enumerate(runs):
            x += [0] * int(rng.integers(1, 4)) * (position > 0) + [1] * int(length)
        return np.array(x + [0] * behind)

    def inside(runs):
        return ones(rng.permutation(runs), int(rng.integers(1, 4)), int(rng.integers(1, 4)))

    yield "values", {"x": ones(rng.permutation([1, 2]), 1, int(rng.integers(1, 3)))}
    yield "values", as_floats({"x": inside([1, 1, 3, 1])})
    yield "ends", {"x": ones([1, 2], 0, int(rng.integers(1, 4)))}
    yield "ends", {"x": ones([3, 1], int(rng.integers(1, 4)), 0)}
    yield "ends", {"x": ones([1, *rng.permutation([1, 2]), 1], 0, 0)}
    yield "runs", {"x": ones([2, 1, 3], 0, 0)}
    yield "runs", {"x": inside([2, 1, 4, 1])}
    yield "number types", {"x": inside([1, 2, 1]).astype(np.uint8)}
    yield "number types", {"x": inside([1, 3]).astype(float)}


@find_isolated.mistake(
    "ends_missed",
    "Your output is what you get when the first and last sample are never examined. A 1 there can be isolated too: pad "
    "the signal.",
)
def _(x):
    return [i for i in range(1, len(x) - 1) if x[i] == 1 and x[i - 1] == 0 and x[i + 1] == 0]


@find_isolated.mistake(
    "wraps_around",
    "The signal's two ends are neighbours in your function: in Python, x[-1] is the last sample. The first "
    "sample has none before it.",
)
def _(x):
    return np.flatnonzero((x == 1) & (np.roll(x, 1) == 0) & (np.roll(x, -1) == 0))


@find_isolated.mistake("counted_from_one", "Your positions are all one too large. Positions count from 0.")
def _(x):
    p = np.pad(x, 1)
    return [i for i in range(1, len(p) - 1) if p[i] == 1 and p[i - 1] == 0 and p[i + 1] == 0]


@find_isolated.mistake(
    "start_of_the_window",
    "Your positions are where the windows start. The isolated 1 is in the middle of its window, one further. The"
    " ends also need padding.",
)
def _(x):
    found = []
    for i in range(len(x) - 2):
        if x[i] == 0 and x[i + 1] == 1 and x[i + 2] == 0:
            found.append(i)
    return found


@find_isolated.mistake(
    "a_list_for_each_position",
    "Your positions are right, but each is in a list of its own, as np.argwhere gives them. Use np.flatnonzero.",
)
def _(x):
    p = np.pad(x.astype(float), 1)
    return np.argwhere(p[1:-1] - p[:-2] - p[2:] > 0)


@find_isolated.mistake("every_one", "Your output lists the positions of all 1s. Both neighbours must be 0.")
def _(x):
    return np.flatnonzero(x == 1)


@find_isolated.mistake(
    "left_neighbour_only",
    "Your output is what you get when only the sample before is examined, so that every run's first 1 counts. Examine "
    "both sides.",
)
def _(x):
    return [i for i in range(len(x)) if x[i] == 1 and (i == 0 or x[i - 1] == 0)]


@find_isolated.mistake(
    "zero_counts",
    "Your output is what you get when an output of 0 counts too. Use > 0 instead of >= 0.",
)
def _(x):
    p = np.pad(x.astype(float), 1)
    return np.flatnonzero(p[1:-1] - p[:-2] - p[2:] >= 0)


@find_isolated.mistake(
    "below_zero_in_bytes",
    "Your uint8 numbers are subtracted as uint8: 0 - 1 gives 255. Convert the signal to int or float first.",
)
def _(x):
    p = np.pad(x, 1)
    return np.flatnonzero(p[1:-1] - p[:-2] - p[2:] > 0)


@find_isolated.mistake(
    "a_flag_for_each_sample",
    "Your output says for each sample whether it is isolated. Return the positions: np.flatnonzero finds them.",
)
def _(x):
    p = np.pad(x.astype(int), 1)
    return (p[1:-1] - p[:-2] - p[2:] > 0).astype(int)


@find_isolated.mistake(
    "float_positions",
    "The positions are right, but they are floats, which cannot be used as indices. np.append to an empty array makes "
    "floats. Collect the positions in a list.",
)
def _(x):
    p = np.pad(x, 1)
    found = np.array([])
    for i in range(len(x)):
        if p[i] == 0 and p[i + 1] == 1 and p[i + 2] == 0:
            found = np.append(found, i)
    return found


@find_isolated.variant
def conditions(x):
    found = []
    for i in range(len(x)):
        left = x[i - 1] if i > 0 else 0
        right = x[i + 1] if i + 1 < len(x) else 0
        if x[i] == 1 and left == 0 and right == 0:
            found.append(i)
    return found


@find_isolated.variant
def filter_style(x):
    p = np.pad(x.astype(float), 1)
    z = np.array([p[i : i + 3] @ np.array([-1.0, 1.0, -1.0]) for i in range(len(x))])
    return np.where(np.maximum(z, 0) > 0)[0]


@find_isolated.variant
def masks(x):
    p = np.concatenate([[0], x, [0]])
    return np.flatnonzero((p[1:-1] == 1) & (p[:-2] == 0) & (p[2:] == 0)).tolist()


@find_isolated.variant
def text(x):
    text = "0" + "".join(str(int(value)) for value in x) + "0"
    return [i for i in range(len(x)) if text[i : i + 3] == "010"]


@find_isolated.variant
def argwhere(x):
    p = np.zeros(len(x) + 2, dtype=int)
    p[1:-1] = x
    return np.argwhere(p[1:-1] * (1 - p[:-2]) * (1 - p[2:])).ravel()
