"""The numbers of notebook 06."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from helpers import data, weights
from helpers.experiments import features, moving

from . import Facts

fact = Facts("06_convnet")
count_weights = COURSE.exercise("count_weights").reference
softmax = COURSE.exercise("softmax").reference
READER = [("conv", 12, 3, 1, 1), ("relu",), ("pool", 2, 2), ("conv", 24, 3, 1, 1), ("relu",), ("pool", 2, 2)]
READER += [("flatten",), ("fc", 10)]

fact.given("the scores of three classes are 2, 1 and 1")
fact.source(
    "(Guo and others, 2017)", "Guo, Pleiss, Sun, Weinberger 2017, On calibration of modern neural networks, ICML"
)


@fact(
    "Each of its 24 filters spans all 12 channels that come in: 12 · 3 · 3 + 1 = 109 weights for each, 2,616 in all.",
    "The first convolution has 12 · (9 + 1) = 120, the fully connected layer 10 · (96 + 1) = 970.",
)
def _() -> None:
    totals = [0, *(count_weights(READER[:count], (1, 8, 8)) for count in range(1, len(READER) + 1))]
    by_layer = np.diff(totals)
    assert by_layer.tolist() == [120, 0, 0, 2616, 0, 0, 0, 970] and 12 * 3 * 3 + 1 == 109 and 24 * 109 == 2616


@fact("from 1,198 handwritten digits", "one of 599 that the network has never seen")
def _() -> None:
    train, _, test, _ = data.digits()
    assert len(train) == 1198 and len(test) == 599


@fact("The probability of the first is about 0.58")
def _() -> None:
    for more in (0, 100):
        assert softmax(np.array([[2.0, 1.0, 1.0]]) + more)[0, 0] == pytest.approx(0.58, abs=0.005)


@fact("The first filter sees 3, the pooling adds 1, and the second filter adds a step of 2 on either side")
def _() -> None:
    field = COURSE.exercise("receptive_field").reference
    assert [field([(3, 1), (2, 2), (3, 1)][:count]) for count in (1, 2, 3)] == [3, 4, 8]


@fact("−log 0.1 = 2.30 for each point")
def _() -> None:
    assert round(-math.log(0.1), 2) == 2.30


@fact("Two points in a hundred do not sound like much", "about half of them are gone")
def _() -> None:
    missed = 1 - _regression()[0]
    ours = 1 - np.mean(_logits(0).argmax(axis=1) == data.digits()[3])
    assert missed - ours == pytest.approx(0.02, abs=0.006) and ours / missed == pytest.approx(0.5, abs=0.1)


@fact("At rest the network is 97.7 % sure and 97.0 % right")
def _() -> None:
    sure, right, _ = features.sureness(_logits(0)[1::2], data.digits()[3][1::2])
    assert (round(100 * sure, 1), round(100 * right, 1)) == (97.7, 97.0)


@fact("it is right in 74 % of the cases, and 85 % sure", "A temperature of 1.74 brings that down to 76 %")
def _() -> None:
    labels, logits = data.digits()[3], _logits(1)
    best = COURSE.exercise("best_temperature").reference(logits[::2], labels[::2], np.geomspace(0.25, 8, 51))
    before, after = (features.sureness(logits[1::2] / t, labels[1::2]) for t in (1, best))
    assert [round(100 * share) for share in (before[1], before[0], after[0])] == [74, 85, 76]
    assert round(best, 2) == 1.74 and after[2] < before[2]


@fact(
    "took 3,706 weights, fewer than one fully connected hidden layer of 64 units",
    "Where do 3,706 good numbers come from",
)
def _() -> None:
    hidden = count_weights([("flatten",), ("fc", 64)], (1, 8, 8))
    assert count_weights(READER, (1, 8, 8)) == 3706 < hidden


@fact.predicted("flat_list")
def _() -> Any:
    return COURSE.exercise("shape_trace").reference(READER, (1, 8, 8))[6][0]


@fact.predicted("most_weights")
def _() -> Any:
    totals = [count_weights(READER[:count], (1, 8, 8)) for count in (1, 4, 8)]
    return "abc"[int(np.argmax(np.diff([0, *totals])))]


@fact.predicted("fully_connected_instead")
def _() -> Any:
    return count_weights([("flatten",), ("fc", 12 * 8 * 8)], (1, 8, 8))


@fact.predicted("scores_that_grow")
def _() -> Any:
    return softmax(np.array([[102.0, 101.0, 101.0]]))[0, 0]


@fact.predicted("points_better")
def _() -> Any:
    return 100 * (np.mean(_logits(0).argmax(axis=1) == data.digits()[3]) - _regression()[0])


@fact.predicted("pixels_seen")
def _() -> Any:
    return COURSE.exercise("receptive_field").reference([(3, 1), (2, 2), (3, 1)])


@fact.predicted("moved_convnet")
def _() -> Any:
    labels = data.digits()[3]
    rest, moved = (np.mean(_logits(moves).argmax(axis=1) == labels) for moves in (0, 1))
    return "a" if moved > rest - 0.02 else "b" if moved > _regression()[1] + 0.02 else "c"


@fact.predicted("knows_nothing")
def _() -> Any:
    return COURSE.exercise("nll_loss").reference(np.zeros((1, 10)), np.array([3]))


@fact.predicted("new_or_learned")
def _() -> Any:
    train, labels, _, test_labels = data.digits()
    learned = COURSE.exercise("convnet_forward").reference(train[:, None] / 16, weights.digits())
    loss = COURSE.exercise("nll_loss").reference
    return "a" if loss(learned, labels) < loss(_logits(0), test_labels) else "b"


@cache
def _regression() -> tuple[float, float]:
    """The accuracy of logistic regression on test digits at rest, and moved right by one pixel."""
    from sklearn.linear_model import LogisticRegression

    train, labels, test, test_labels = data.digits()
    fitted = LogisticRegression(max_iter=1000).fit(train.reshape(len(train), -1) / 16, labels)
    moved = [moving.moved(test, 0, moves).reshape(len(test), -1) / 16 for moves in (0, 1)]
    return fitted.score(moved[0], test_labels), fitted.score(moved[1], test_labels)


@cache
def _logits(moves: int) -> np.ndarray:
    """The network's logits for the test digits, moved right."""
    test = moving.moved(data.digits()[2], 0, moves)
    return COURSE.exercise("convnet_forward").reference(test[:, None] / 16, weights.digits())
