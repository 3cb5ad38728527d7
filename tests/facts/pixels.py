"""The numbers of notebook 01."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import COURSE
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from helpers import data
from helpers.experiments import moving

from . import Facts

fact = Facts("01_pixels")
count_fc_weights = COURSE.exercise("count_fc_weights").reference
nearest_labels = COURSE.exercise("nearest_labels").reference
ILSVRC = "Russakovsky et al. 2015, ImageNet Large Scale Visual Recognition Challenge, IJCV 115"

fact.source("(2010 to 2017) had photographs of about 1,000 kinds of things", ILSVRC)
fact.source("The winner of 2011", ILSVRC)
fact.source("for 25.8 % of the photographs", ILSVRC)
fact.source("that won in 2012 missed 16.4 % (without extra training data)", ILSVRC)
fact.given("Photographs nearly always have *p* = 255", "a modest hidden layer of 100 units")


@fact("25 numbers.", "here 5 places, apart: x15 and x20")
def _() -> None:
    assert data.hi().size == 25 and data.hi().shape[1] == 20 - 15 == 5


@fact("In a photograph that is 640 pixels wide it is 640 places", "427 × 640 × 3 = 819,840 inputs")
def _() -> None:
    assert data.photo().shape == (427, 640, 3) and data.photo().size == 819_840


@fact("100 × (819,840 + 1) = 81,984,100 weights", "(82 million for one layer of 100 units on a small photograph)")
def _() -> None:
    assert count_fc_weights(819_840, 100) == 81_984_100


@fact("a grey photograph of 75 by 80 pixels makes a list of 6,000 numbers")
def _() -> None:
    assert 75 * 80 == 6000


@fact("whole numbers from 0 to 255", "44: after 255 comes 0 again, and 300 − 256 = 44")
def _() -> None:
    assert (np.iinfo(np.uint8).min, np.iinfo(np.uint8).max) == (0, 255)
    assert int((np.array([200], np.uint8) + np.array([100], np.uint8))[0]) == 44


@fact("a complete left stroke gives 5 − 4 = 1, one with a gap gives 0")
def _() -> None:
    w, b, *_ = data.hi_detector(margin=1)
    sheet = np.pad(data.hi(), 1)
    (stroke,) = [unit for unit in range(3) if w[unit].reshape(7, 7)[:, 1].sum() == 5]
    whole, broken = sheet.astype(float), sheet.astype(float)
    broken[3, 1] = 0
    assert [max(0.0, float(w[stroke] @ image.reshape(-1) + b[stroke])) for image in (whole, broken)] == [1, 0]


@fact("falls to about 10 %, as good as guessing", "no better than guessing (10 %)")
def _() -> None:
    assert len(np.unique(data.digits()[1])) == 10
    train, labels, test, test_labels = _flat()
    order = np.random.default_rng(0).permutation(14 * 14)
    hidden = MLPClassifier(30, max_iter=600, random_state=0).fit(train, labels)
    assert hidden.score(test[:, order], test_labels) < 0.14


@fact(
    "was right for 96 % of the digits",
    "it fell from 96 % to guessing",
    "(95.7 %)",
    "the accuracy fell from 96 % to 43 %",
)
def _() -> None:
    train, labels, test, test_labels = _flat()
    order = np.random.default_rng(0).permutation(14 * 14)
    regression = LogisticRegression(max_iter=1000)
    shuffled = regression.fit(train[:, order], labels).score(test[:, order], test_labels)
    regression.fit(train, labels)
    moved = _when_moved(2)
    assert moved[0] == pytest.approx(0.957, abs=0.003) and shuffled == pytest.approx(moved[0], abs=0.002)
    assert moved[1] == pytest.approx(0.43, abs=0.01) and moved[2] < 0.12


@fact("it is better: 97.8 %", "it is right in 66 % of the cases, and by two pixels in 15 %")
def _() -> None:
    train, labels, _, _ = _flat()
    images, truth = data.digits(margin=3)[2:]
    found = moving.accuracy_when_moved(
        lambda images: nearest_labels(train, labels, images.reshape(len(images), -1) / 16), images, truth, 2
    ).mean(axis=1)
    assert [round(100 * share, 1) for share in found[:1]] == [97.8]
    assert [round(100 * share) for share in found[1:]] == [66, 15]


@fact.predicted("dot_on_i")
def _() -> Any:
    ((row, column),) = COURSE.exercise("detect_dots").reference(data.hi())
    return [row, column]


@fact.predicted("pixels_apart")
def _() -> Any:
    index = COURSE.exercise("pixel_index").reference
    return index(3, 2, 5) - index(2, 2, 5)


@fact.predicted("wrong_shape")
def _() -> Any:
    # Pixels that were below one another are 5 columns apart from row to row.
    places = np.arange(75 * 80).reshape(75, 80)
    columns = np.argwhere(np.isin(places.reshape(80, 75), places[:4, 40]))[:, 1]
    return "c" if set(np.diff(columns) % 75) == {5} else ""


@fact.predicted("bytes_add")
def _() -> Any:
    return (np.array([200], np.uint8) + np.array([100], np.uint8))[0]


@fact.predicted("weights_of_a_layer")
def _() -> Any:
    return "c" if 10_000_000 <= count_fc_weights(427 * 640 * 3, 100) < 100_000_000 else ""


@fact.predicted("numbers_that_change")
def _() -> Any:
    sheet = np.pad(data.hi(), 1)
    return np.sum(sheet != moving.moved(sheet[None], 0, 1)[0])


@fact.predicted("accuracy_when_moved")
def _() -> Any:
    return (100 * _when_moved(3)[1:]).round()


@cache
def _flat() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Digits flattened, from 0 to 1, and their labels: for training, then for the test."""
    train, labels, test, test_labels = data.digits(margin=3)
    return train.reshape(len(train), -1) / 16, labels, test.reshape(len(test), -1) / 16, test_labels


@cache
def _when_moved(most: int) -> np.ndarray:
    """The accuracy of logistic regression on test digits moved by 0 to `most` pixels, mean of four directions."""
    train, labels, _, _ = _flat()
    regression = LogisticRegression(max_iter=1000).fit(train, labels)
    images, truth = data.digits(margin=3)[2:]
    return moving.accuracy_when_moved(
        lambda images: regression.predict(images.reshape(len(images), -1) / 16), images, truth, most
    ).mean(axis=1)
