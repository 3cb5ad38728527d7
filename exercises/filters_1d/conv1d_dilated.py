"""conv1d_dilated: a filter with gaps, (n,) to (n - (k - 1) * dilation,).

Yu, Koltun 2016, Multi-scale context aggregation by dilated convolutions (ICLR).
"""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays


@exercise(
    points=0,
    aspects={
        "values": "with dilation 1 there are no gaps, and it is conv1d_valid.",
        "gaps": "weight j meets sample i + j * dilation, and the last place is the last one where the filter still "
        "fits completely.",
        "integer input": "x may hold bytes (uint8), 0 to 255: store the results as floats, since they may be larger.",
    },
    hints=[
        "Take conv1d_valid, and change which samples a window holds. The number of windows changes with it.",
        "The filter reaches from its first to its last weight: (k - 1) * dilation + 1 samples. It fits in n minus this "
        "number, plus 1, places.",
        "The samples of window i are x[i : i + reach : dilation], where reach is (k - 1) * dilation + 1.",
    ],
    forbidden=CONVOLUTIONS,
)
def conv1d_dilated(x, w, dilation):
    return _windows(x, len(w), dilation) @ np.asarray(w, dtype=float)


def _windows(x, k, dilation, step=1):
    reach = (k - 1) * dilation + 1
    return np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), reach)[::step, ::dilation]


@conv1d_dilated.cases
def _(rng):
    yield "values", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 3), "dilation": 1}
    yield "values", as_floats({"x": arrays.signal(rng, 7), "w": arrays.kernel(rng, 2), "dilation": 1})
    yield "gaps", {"x": arrays.signal(rng, rng.integers(9, 12)), "w": arrays.kernel(rng, 3), "dilation": 2}
    yield "gaps", {"x": arrays.signal(rng, rng.integers(9, 12)), "w": arrays.kernel(rng, 2), "dilation": 3}
    yield "gaps", {"x": arrays.signal(rng, rng.integers(14, 17)), "w": arrays.kernel(rng, 4), "dilation": 3}
    yield "gaps", as_floats({"x": arrays.signal(rng, 13), "w": arrays.kernel(rng, 3), "dilation": 4})
    yield "integer input", {"x": arrays.byte_values(rng, 8), "w": arrays.large_weights(rng, 3), "dilation": 2}
    yield "integer input", {"x": arrays.byte_values(rng, 9), "w": arrays.negative_sum(rng, 2), "dilation": 3}


@conv1d_dilated.mistake("dilation_ignored", "Your output is what you get without gaps between the weights.")
def _(x, w, dilation):
    return _windows(x, len(w), 1) @ w


@conv1d_dilated.mistake(
    "gap_one_too_wide",
    "Your output is what you get when `dilation` samples lie between two weights. With dilation 1 there are none: the "
    "weights are `dilation` places apart.",
)
def _(x, w, dilation):
    return _windows(x, len(w), dilation + 1) @ w


@conv1d_dilated.mistake(
    "steps_for_gaps",
    "Your window moves by `dilation`, as with a stride. It must move by 1, with the gaps within it.",
)
def _(x, w, dilation):
    return _windows(x, len(w), 1, dilation) @ w


@conv1d_dilated.mistake(
    "gaps_and_steps",
    "Your output has the gaps, but its windows also move by `dilation`. The window moves by 1.",
)
def _(x, w, dilation):
    return _windows(x, len(w), dilation, dilation) @ w


@conv1d_dilated.mistake(
    "last_places_missing",
    "The last places of your output are missing: after the last weight there is no gap. The filter reaches over (k "
    "- 1) * "
    "dilation + 1 samples.",
)
def _(x, w, dilation):
    return (_windows(x, len(w), dilation) @ w)[: len(x) - len(w) * dilation + 1]


@conv1d_dilated.mistake(
    "weights_repeated",
    "Your output is what you get when each weight is used `dilation` times. The samples in the gaps are not used.",
)
def _(x, w, dilation):
    wide = np.repeat(w, dilation)
    return _windows(x, len(wide), 1) @ wide


@conv1d_dilated.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, dilation):
    return _windows(x, len(w), dilation) @ w[::-1]


@conv1d_dilated.variant
def loops(x, w, dilation):
    out = []
    for i in range(len(x) - (len(w) - 1) * dilation):
        total = 0.0
        for j in range(len(w)):
            total += float(x[i + j * dilation]) * w[j]
        out.append(total)
    return np.array(out)


@conv1d_dilated.variant
def slices_with_steps(x, w, dilation):
    reach = (len(w) - 1) * dilation + 1
    return [np.dot(x[i : i + reach : dilation].astype(float), w) for i in range(len(x) - reach + 1)]


@conv1d_dilated.variant
def zeros_in_the_gaps(x, w, dilation):
    wide = np.zeros((len(w) - 1) * dilation + 1)
    wide[::dilation] = w
    return np.array([np.sum(x[i : i + len(wide)] * wide) for i in range(len(x) - len(wide) + 1)])


@conv1d_dilated.variant
def sum_of_moved_copies(x, w, dilation):
    count = len(x) - (len(w) - 1) * dilation
    return sum(float(weight) * x[j * dilation : j * dilation + count] for j, weight in enumerate(w))
