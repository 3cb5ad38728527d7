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


@fact("0 + 2 = 2 and −4 + 2 = −2.", "Eight outputs are above 0 now, with the dot in front at 3.")
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


def _template() -> np.ndarray:
    return pictures.grey(pictures.stop_sign(21))


@cache
def _share(**options: float) -> float:
    return stop_sign.share_found(COURSE.exercise("best_match").reference, pictures.stop_sign(21), range(3), **options)


def _largest(values: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(np.argmax(values), values.shape)
    return int(row), int(column)
