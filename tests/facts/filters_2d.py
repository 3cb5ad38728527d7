"""The numbers of notebook 03."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from conftest import COURSE

from helpers import data, pictures
from helpers.experiments import stop_sign

from . import Facts

fact = Facts("03_filters_2d")
conv2d_single = COURSE.exercise("conv2d_single").reference
conv2d_windows = COURSE.exercise("conv2d_windows").reference
DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])

fact.given(
    "a 1 in the middle and −1 all around",
    "keeps 8 bits",
    "Take 3 rows and 5 columns",
    "with a bias of 2.",
    "5 by 5, each weight 1/25",
    "5 in the middle, −1 above, below, left and right",
    "gives at least 0.1 in size",
    "solved with its −1s",
    "A filter of 5 weights slides over 20 samples, padding 2, stride 3.",
    "a sign of 15 and of 27 pixels",
    "the template of 21 pixels finds alone",
    "of 15, 18, 21, 24 and 27 pixels",
)


@fact(
    "−7.",
    "There are seven 1s in the patch, and none of them in the middle, so each counts −1.",
    "−7 −2 −4, −5 −2 −5, −7 −2 −5",
)
def _() -> None:
    found = conv2d_single(data.hi(), DOT)
    assert found.tolist() == [[-7, -2, -4], [-5, -2, -5], [-7, -2, -5]] and data.hi()[:3, :3].sum() == 7


@fact("1 for 3 by 3, 2 for 5 by 5, (k − 1) / 2 in general")
def _() -> None:
    for k in (3, 5, 9):
        assert conv2d_single(np.zeros((10, 12)), np.zeros((k, k)), padding=(k - 1) // 2).shape == (10, 12)


@fact("0 + 2 = 2 and −4 + 2 = −2.", "Eight outputs are above 0 now; the largest, 3, is the dot.")
def _() -> None:
    before, after = (conv2d_single(data.hi(), DOT, bias, 1) for bias in (0, 2))
    assert before[0, :2].tolist() == [0, -4] and np.sum(after > 0) == 8
    assert after.max() == after[1, 4] == 3


@fact(
    "ten numbers, for a picture of 25 pixels or of 12 million",
    "A photograph of 3,000 by 4,000 pixels has 12 million of them",
)
def _() -> None:
    assert DOT.size + 1 == 10 and data.hi().size == 25 and 3000 * 4000 == 12_000_000


@fact("5v − 4v = v")
def _() -> None:
    assert np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]).sum() == 1


@fact(
    "lies under the 2s: 2 + 2 + 2 = 6",
    "One row above or below the line it gives −3",
    "adds up to −1 + 2 − 1 = 0",
    "it gives 3 on the bright side and −3 on the dark side",
)
def _() -> None:
    w = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]])
    line, edge = np.zeros((7, 7)), np.zeros((7, 7))
    line[3], edge[3:] = 1, 1
    assert conv2d_single(line, w)[:, 2].tolist() == [0, -3, 6, -3, 0] and not conv2d_single(line.T, w).any()
    assert conv2d_single(edge, w)[:, 2].tolist() == [0, -3, 3, 0, 0]


@fact("25 products for each place instead of 9")
def _() -> None:
    assert (5 * 5, 3 * 3) == (25, 9)


@fact("between −1 (the negative) and 1 (the same")
def _() -> None:
    rng = np.random.default_rng(0)
    v = rng.normal(size=30)
    w = 3 * v + 5
    scores = [np.corrcoef(v, other)[0, 1] for other in (w, -w, rng.normal(size=30))]
    np.testing.assert_allclose(scores[:2], [1, -1])
    assert abs(scores[2]) < 1


@fact(
    "in a sum of 441 products it cancels",
    "A template of 441 weights",
    "a sign of 27 pixels, a few steps closer, is lost",
)
def _() -> None:
    assert _template().size == 441
    assert _share(noise=0.3) == 1 and _share(size=27) == 0


@fact("7 outputs, (20 + 2 · 2 − 5) // 3 + 1.", "It learns 6 numbers")
def _() -> None:
    assert COURSE.exercise("output_size").reference(20, 5, 2, 3) == 7 and 5 + 1 == 6


@fact("The template of 21 pixels finds neither of the two signs", "2,295 weights in place of 441")
def _() -> None:
    sides = (15, 18, 21, 24, 27)
    templates = [pictures.grey(pictures.stop_sign(side)) for side in sides]
    assert sum(t.size for t in templates) == 2295
    alone = []
    for size in (15, 17, 20, 23, 26, 27):
        street = pictures.street(seed=0, size=size)
        image = pictures.grey(street.image)
        which, *place = COURSE.exercise("best_template").reference(image, templates)
        assert stop_sign.is_hit(place, street, sides[which])
        one = COURSE.exercise("best_match").reference(image, templates[2])
        alone += [stop_sign.is_hit(one, street, 21)] if size in sides else []
    assert alone == [False, False]


@fact(
    "In 10 of them: the whole first column and the whole last one.",
    "equivariant only for moves by 2, 4, 6, ... pixels",
)
def _() -> None:
    assert sorted(set(np.nonzero(_moved_first(data.hi()))[1])) == [0, 4]
    assert np.sum(_moved_first(data.hi()) != 0) == 10
    sheet = np.pad(data.hi(), ((1, 1), (2, 2)))
    assert not _moved_first(sheet).any()
    wide = np.pad(sheet, ((0, 0), (0, 6)))
    for pixels in range(1, 7):
        then = _to_the_right(conv2d_single(wide, DOT, 0.0, 1, 2), -(-pixels // 2))
        same = np.array_equal(conv2d_single(_to_the_right(wide, pixels), DOT, 0.0, 1, 2), then)
        assert same == (pixels % 2 == 0)
    assert (conv2d_single(sheet, DOT, 0.0, 1, 2) > 0).any()
    assert not (conv2d_single(_to_the_right(sheet, 1), DOT, 0.0, 1, 2) > 0).any()


@fact("and 2 + 3 = 5 times on the other, so they are 4 apart")
def _() -> None:
    assert [round(gap, 9) for gap in _linearity_gaps()[:2]] == [0, 4]


@fact(
    "takes the mean of 25 pixels",
    "5 + 5 = 10.",
    "it is 30 in place of 225",
    "−1 −1 −1 and −1 1 −1 are not multiples of each other",
)
def _() -> None:
    assert 15 + 15 == 30 and 15 * 15 == 225
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert [np.linalg.matrix_rank(w) for w in (np.full((5, 5), 1 / 25), sobel, DOT)] == [1, 1, 2]


@fact.predicted("moved_or_filtered_first")
def _() -> Any:
    return np.sum(_moved_first(data.hi()) != 0)


@fact.predicted("still_linear")
def _() -> Any:
    plain, biased, rectified = (gap < 1e-9 for gap in _linearity_gaps())
    return {(True, False, False): "a", (True, True, False): "b", (True, True, True): "c"}[plain, biased, rectified]


@fact.predicted("products_in_two_passes")
def _() -> Any:
    column, row = np.full((5, 1), 1 / 5), np.full((1, 5), 1 / 5)
    picture = np.random.default_rng(0).normal(size=(9, 10))
    twice = conv2d_single(conv2d_single(picture, column), row)
    np.testing.assert_allclose(twice, conv2d_single(picture, np.full((5, 5), 1 / 25)))
    return column.size + row.size


@fact.predicted("top_left_patch")
def _() -> Any:
    return conv2d_single(data.hi(), DOT)[0, 0]


@fact.predicted("outputs_above_0")
def _() -> Any:
    found = conv2d_single(data.hi(), DOT)
    return [found.size, np.sum(found > 0)]


@fact.predicted("bias_of_2")
def _() -> Any:
    return np.sum(conv2d_single(data.hi(), DOT, 2, 1) > 0)


@fact.predicted("dots_in_writing")
def _() -> Any:
    return len(COURSE.exercise("detect_dots").reference(pictures.writing()))


@fact.predicted("plain_sky")
def _() -> Any:
    sky = np.full((6, 6), 0.7)
    filters = [np.full((5, 5), 1 / 25), np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])]
    return "b" if all(np.allclose(conv2d_single(sky, w), 0.7) for w in filters) else ""


@fact.predicted("template_as_filter")
def _() -> Any:
    street = pictures.street(seed=0)
    grey, t = pictures.grey(street.image), _template()
    place = _largest(conv2d_windows(grey, t))
    brightest = _largest(conv2d_windows(grey, np.ones_like(t)))
    near = np.abs(np.subtract(place, brightest)).max() <= 4
    return "a" if stop_sign.is_hit(place, street, 21) else "b" if near else "c"


@fact.predicted("in_the_shade")
def _() -> Any:
    t = _template() - _template().mean()
    streets = [pictures.street(seed=0), pictures.street(seed=0, shade=0.75)]
    hits = [
        stop_sign.is_hit(_largest(conv2d_windows(pictures.grey(street.image), t)), street, 21) for street in streets
    ]
    assert hits[0]
    return "a" if hits[1] else "b"


@fact.predicted("noise_or_size")
def _() -> Any:
    return "b" if _share(noise=0.3) > _share(size=27) else "a"


def _to_the_right(x: np.ndarray, places: int) -> np.ndarray:
    return np.pad(x, ((0, 0), (places, 0)))[:, : x.shape[1]]


def _moved_first(x: np.ndarray) -> np.ndarray:
    """What it changes whether x is moved right by one pixel before the dot detector or after it."""
    moved = conv2d_single(_to_the_right(x, 1), DOT, padding=1)
    difference: np.ndarray = moved - _to_the_right(conv2d_single(x, DOT, padding=1), 1)
    return difference


def _linearity_gaps() -> list[float]:
    """How far layer(2x + 3y) is from 2 layer(x) + 3 layer(y): a convolution, one with bias 1, one with ReLU."""
    x, y = np.random.default_rng(0).normal(size=(2, 8, 9))
    w = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    layers = [
        lambda x: conv2d_single(x, w),
        lambda x: conv2d_single(x, w, 1.0),
        lambda x: np.maximum(conv2d_single(x, w), 0),
    ]
    return [float(np.abs(layer(2 * x + 3 * y) - 2 * layer(x) - 3 * layer(y)).max()) for layer in layers]


def _template() -> np.ndarray:
    return pictures.grey(pictures.stop_sign(21))


@cache
def _share(**options: float) -> float:
    return stop_sign.share_found(COURSE.exercise("best_match").reference, pictures.stop_sign(21), range(3), **options)


def _largest(values: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(np.argmax(values), values.shape)
    return int(row), int(column)
