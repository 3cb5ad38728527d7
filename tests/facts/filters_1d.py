"""The numbers of notebook 02."""

from __future__ import annotations

from typing import Any

import numpy as np
from conftest import COURSE

from helpers import series

from . import Facts

fact = Facts("02_filters_1d")
conv1d = COURSE.exercise("conv1d").reference
output_size = COURSE.exercise("output_size").reference
conv_matrix = COURSE.exercise("conv_matrix").reference
X = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0])
W = np.array([-1, 1, -1])

fact.given(
    "0 to 255",
    "A filter may have any size, 2, 3, 4, ...,",
    "for 3 weights",
    "3 weights on 10 samples",
    "slid over 10 inputs with padding 1, so that it gives 10 outputs",
    "from the same 10 inputs to 10 outputs",
    "of any size up to 7",
    "A bias of −1.5 helps",
    "a weight of −1 and a weight of 1",
    "With dilation 1 there are no gaps; here it is 7.",
    "from pictures of 8 by 8 pixels to 10 classes",
    "three weights with dilation 2, and count their places on 8 samples",
)
fact.source("WaveNet (2016)", "van den Oord et al. 2016, WaveNet: a generative model for raw audio, section 2.1")


@fact("gives −1 + 1 − 1 = −1")
def _() -> None:
    assert W @ np.array([1, 1, 1]) == -1


@fact("400 and 300 don't fit into a byte, so NumPy keeps what is left after subtracting 256.")
def _() -> None:
    wrapped = np.array([200, 100], dtype=np.uint8) * np.array([2, 3], dtype=np.uint8)
    assert wrapped.tolist() == [400 - 256, 300 - 256]


@fact("8 places, n − k + 1.", "−1 0 −1 0 −2 1 −1 0.", "There were 10 samples, and only 8 got an answer.")
def _() -> None:
    assert conv1d(X, W).tolist() == [-1, 0, -1, 0, -2, 1, -1, 0] and len(X) == 10


@fact("Three: −3 2 −2.")
def _() -> None:
    changed = X.copy()
    changed[6] = 2
    before, after = conv1d(X, W), conv1d(changed, W)
    assert after[before != after].tolist() == [-3, 2, -2]


@fact("1 where the signal goes up, −1 where it goes down, 0 where it stays the same")
def _() -> None:
    assert conv1d(np.array([2, 3, 3, 2]), np.array([-1, 1])).tolist() == [1, 0, -1]


@fact("0 −1 0 −1 0 −2 1 −1 0 0")
def _() -> None:
    assert conv1d(X, W, padding=1).tolist() == [0, -1, 0, -1, 0, -2, 1, -1, 0, 0]


@fact("Six: 1 0 1 0 1 0 2 0 1 1.")
def _() -> None:
    assert np.maximum(conv1d(X, W, 1, padding=1), 0).tolist() == [1, 0, 1, 0, 1, 0, 2, 0, 1, 1]


@fact("with bias −2: the sum is 3 only there", "with bias −1: the window `1 0 1` gives 2, every other one at most 1")
def _() -> None:
    windows = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    sums = windows @ np.array([1, 1, 1])
    assert windows[sums == 3].tolist() == [[1, 1, 1]] and sorted(windows @ np.array([1, -1, 1]))[-2:] == [1, 2]


@fact("With stride 2 only every second place is looked at, and 7 isn't one of them.")
def _() -> None:
    moved = np.concatenate([[0], X[:-1]])
    assert conv1d(moved, W, padding=1)[7] == 1 and not (conv1d(moved, W, padding=1, stride=2) > 0).any()


@fact("M has 10 times 10 entries", "28 are not 0 (3 in each row, but 2 in the first and last), and they are 3 weights")
def _() -> None:
    matrix = conv_matrix(W, 10, padding=1)
    assert matrix.shape == (10, 10) and (matrix != 0).sum(axis=1).tolist() == [2, *[3] * 8, 2]


@fact("(Two of the three happen to be −1.)")
def _() -> None:
    assert np.sum(W == -1) == 2


@fact("The filter: still 4.", "1,000 × 1,001 = 1,001,000", "Four against 110", "the 110 numbers")
def _() -> None:
    count = COURSE.exercise("count_fc_weights").reference
    assert W.size + 1 == 4 and count(1000, 1000) == 1_001_000 and count(10, 10) == 110


@fact("The bias of −2 keeps out everything")
def _() -> None:
    spikes = np.maximum(conv1d(series.heartbeat(), np.array([-1, -1, 4, -1, -1]), -2), 0)
    assert 0 < np.mean(spikes > 0) < 0.1


@fact(
    "From −0.5 down to −2.75 it counts the nine beats and nothing else", "At −0.25 and above", "−3 down it misses beats"
)
def _() -> None:
    def counted(b: float) -> int:
        above = conv1d(series.heartbeat(), np.array([-1, -1, 4, -1, -1]), b) > 0
        return int(np.count_nonzero(np.diff(above.astype(int), prepend=0) == 1))

    assert {counted(b) for b in np.arange(-2.75, -0.25, 0.25)} == {9}
    assert counted(-0.25) > 9 and counted(-3) < 9


@fact("as 1 and C and T, the small ones, as −1", "agrees in all 6 places gives 6", "costs 2 (a −1 in place of a +1)")
def _() -> None:
    code = {"A": 1, "G": 1, "C": -1, "T": -1}
    motif = np.array([code[letter] for letter in "TATAAT"])
    differing = np.array([code[letter] for letter in "TATCAT"])
    assert motif @ motif == 6 and motif @ differing == 4


@fact("so the next best windows give 4", "A bias of −5 lets only 6 through (−4 does, too)")
def _() -> None:
    code = {"A": 1, "G": 1, "C": -1, "T": -1}
    genome = np.array([code[letter] for letter in series.genome()])
    values = conv1d(genome, np.array([code[letter] for letter in "TATAAT"]))
    assert sorted(set(values[values >= 4])) == [4, 6]
    assert np.array_equal(values - 5 > 0, values - 4 > 0)


@fact("-1 2 -1", "and gives 2h − h = h", "2 − 1.5 > 0")
def _() -> None:
    assert np.array([-1, 2, -1]) @ np.array([0, 3.0, 3.0]) == 3 and np.array([-1, 2, -1]) @ np.array([0, 1, 0]) == 2


@fact("10 × (64 + 1) = 650")
def _() -> None:
    assert COURSE.exercise("count_fc_weights").reference(8 * 8, 10) == 650


@fact("the sign changes 37 times", "it changes 5 times", "The first 35 differences are above 0 and the next 28 below")
def _() -> None:
    dilated = COURSE.exercise("conv1d_dilated").reference
    days, weeks = (np.sign(dilated(series.case_counts(), np.array([-1, 1]), dilation)) for dilation in (1, 7))
    assert [np.sum(np.diff(signs) != 0) for signs in (days, weeks)] == [37, 5]
    assert (weeks[:35] == 1).all() and (weeks[35:63] == -1).all() and weeks[63] == 1


@fact("with dilation 1, 2 and 4 see 15 samples; without gaps they see 7")
def _() -> None:
    dilated = COURSE.exercise("conv1d_dilated").reference
    for dilations, seen in (((1, 2, 4), 15), ((1, 1, 1), 7)):
        x = np.arange(float(seen))
        for dilation in dilations:
            x = dilated(x, np.ones(3), dilation)
        assert len(x) == 1


@fact.predicted("two_windows")
def _() -> Any:
    return [W @ X[5:8], W @ X[2:5]]


@fact.predicted("bytes_multiply")
def _() -> Any:
    return np.array([200, 100], dtype=np.uint8) * np.array([2, 3], dtype=np.uint8)


@fact.predicted("places")
def _() -> Any:
    return [len(conv1d(X, W)), np.sum(conv1d(X, W) > 0)]


@fact.predicted("outputs_that_change")
def _() -> Any:
    changed = X.copy()
    changed[6] = 2
    return np.sum(conv1d(changed, W) != conv1d(X, W))


@fact.predicted("order_of_a_blip")
def _() -> Any:
    values = conv1d(np.array([0, 0, 1, 0, 0]), np.array([1, 2, 3]))
    return values[values > 0]


@fact.predicted("lonely_at_the_ends")
def _() -> Any:
    return np.sum(conv1d(np.array([1, 0, 0, 1, 1, 0, 0, 0, 0, 1]), W) > 0)


@fact.predicted("padded_outputs")
def _() -> Any:
    return output_size(10, 3, padding=1)


@fact.predicted("windows_with_stride")
def _() -> Any:
    windows = output_size(10, 3, stride=3)
    return [windows, 10 - ((windows - 1) * 3 + 3)]


@fact.predicted("bias_of_1")
def _() -> Any:
    return np.sum(conv1d(X, W, 1, padding=1) > 0)


@fact.predicted("entries_not_0")
def _() -> Any:
    return np.sum(conv_matrix(W, 10, padding=1) != 0)


@fact.predicted("days_of_a_window")
def _() -> Any:
    weekend = np.tile([1.0, 1, 1, 1, 1, 0.4, 0.4], 6)
    flat = [np.ptp(conv1d(weekend, np.full(days, 1 / days))) < 1e-9 for days in range(2, 14)]
    return 2 + flat.index(True)
