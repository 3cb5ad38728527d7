"""The numbers of notebook 04."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from conftest import COURSE

from helpers import pictures

from . import Facts

fact = Facts("04_tensors_filter_banks")
conv3d, conv2d, conv2d_depth = (COURSE.exercise(name).reference for name in ("conv3d", "conv2d", "conv2d_depth"))
receptive_field = COURSE.exercise("receptive_field").reference
count = COURSE.exercise("count_conv2d_weights").reference
RGB = np.array(
    [
        [[3, 3, 3, 0, 0], [3, 3, 3, 0, 0], [3, 3, 3, 0, 0], [0, 0, 0, 0, 0]],
        [[0, 0, 0, 2, 2], [0, 0, 0, 2, 2], [0, 0, 0, 2, 2], [1, 1, 1, 1, 1]],
        [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]],
    ]
)
DEEP = np.array([[[1, -1], [1, -1]], [[-1, 1], [-1, 1]], [[0, 0], [0, 0]]])

fact.given(
    "batches of 32 colour photographs",
    "Your 2D convolution",
    "In slice 2 there is",
    "1 in the middle, −1 all around it",
    "has −1 in the slices",
    "1 for the large A and G, −1 for the small C and T",
    "has a bank of 16 filters",
    "each of the 16 filters",
    "of 100 units",
    "64 channels that become 128",
)
fact.source("MobileNet (2017)", "Howard et al. 2017, MobileNets: efficient convolutional neural networks, section 3.1")
fact.source("64 or 512 pictures high", "Simonyan, Zisserman 2014, Very deep convolutional networks (VGG), table 1")
fact.source("where 64 or 512 come from", "Simonyan, Zisserman 2014, Very deep convolutional networks (VGG), table 1")
fact.source("filters are 64 or 512 deep", "Simonyan, Zisserman 2014, Very deep convolutional networks (VGG), table 1")
fact.source("(VGG, 2014)", "Simonyan, Zisserman 2014, Very deep convolutional networks (VGG), section 2.3")
fact.source("the network that won in 2012", "Krizhevsky, Sutskever, Hinton 2012, ImageNet classification with CNNs")
fact.source("400 ms, then 7 ms, then 0.3 ms", "measured by this cell on the machine that the notebook was written on")


@fact("inside the vessel 1 − 2 = −1")
def _() -> None:
    box = -np.ones((3, 3, 3))
    box[1, 1, 1] = 1
    assert conv3d(_scan(), box)[1, 1, 1] == -1


@fact("3 × 2 × 2 weights")
def _() -> None:
    assert DEEP.shape == (3, 2, 2)


@fact("10, of which red gives 6 and green 4.")
def _() -> None:
    window = RGB[:, 0:2, 2:4] * DEEP
    assert window.sum(axis=(1, 2)).tolist() == [6, 4, 0]


@fact("both sides are the same grey, 0.417")
def _() -> None:
    assert {round((0.75 + 0.25 + 0.25) / 3, 3), round((0.25 + 0.75 + 0.25) / 3, 3)} == {0.417}


@fact("TATAAT gets 6, and CGCGAC, with only one letter in common, gets 1", "With a bias of −5", "in more than 5 places")
def _() -> None:
    assert [sum(a == b for a, b in zip("TATAAT", other)) for other in ("TATAAT", "CGCGAC")] == [6, 1]


@fact("With a bias of −3 one of the two isn't enough.")
def _() -> None:
    # A side of 3 by 3 gives at most 3, and a corner adds two of them.
    assert 3 - 3 <= 0 < 3 + 2 - 3


@fact("(4, 4, 10, 10): images, filters, rows, columns.")
def _() -> None:
    assert conv2d(np.zeros((4, 1, 10, 10)), np.zeros((4, 1, 3, 3)), np.zeros(4), padding=1).shape == (4, 4, 10, 10)


@fact(
    "64 × (3 × 9 + 1) = 1,792.",
    "where 512 maps come in and 512 go out, it is 2.4 million",
    "which took 82 million weights",
)
def _() -> None:
    assert count(3, 64, 3, 3) == 1792 and round(count(512, 512, 3, 3) / 1e6, 1) == 2.4
    assert round(COURSE.exercise("count_fc_weights").reference(427 * 640 * 3, 100) / 1e6) == 82


@fact("the same 2.7 million multiplications")
def _() -> None:
    shape = conv2d(np.zeros((8, 3, 28, 28)), np.zeros((16, 3, 3, 3)), np.zeros(16), padding=1).shape
    assert round(math.prod(shape) * 3 * 3 * 3 / 1e6, 1) == 2.7


@fact("A filter of 3 by 3 sees 9 pixels.", "5 by 5, then 7 by 7: each layer adds 2, not 3 times as much")
def _() -> None:
    assert [receptive_field([(3, 1)] * layers) for layers in (1, 2, 3)] == [3, 5, 7]


@fact("neighbouring outputs stand 2 pixels apart, so a 3 by 3 filter reaches 2 × 2 = 4 pixels further")
def _() -> None:
    assert receptive_field([(1, 2), (3, 1)]) - receptive_field([(1, 2)]) == 4


@fact("Two times 9 C² = 18 C² (and biases), against 25 C².")
def _() -> None:
    assert 2 * (count(8, 8, 3, 3) - 8) == 18 * 8**2 and count(8, 8, 5, 5) - 8 == 25 * 8**2


@fact("10 + 2 − 3 + 1 rows and 20 + 2 − 5 + 1 columns")
def _() -> None:
    out = COURSE.exercise("conv2d_single").reference(np.full((10, 20), 0.7), np.zeros((3, 5)), padding=1)
    assert out.shape == (10, 18)


@fact("Four filters can stand in 24 orders", "all 24 are the same network")
def _() -> None:
    rng = np.random.default_rng(0)
    x, first, second = (rng.normal(size=shape) for shape in ((1, 1, 6, 7), (4, 1, 3, 3), (4, 4, 1, 1)))
    orders = [list(order) for order in itertools.permutations(range(4))]
    outputs = [
        conv2d(np.maximum(conv2d(x, first[order], np.zeros(4)), 0), second[:, order], np.full(4, -3.0))
        for order in orders
    ]
    assert len(orders) == 24
    for output in outputs:
        np.testing.assert_allclose(output, outputs[0])


@fact("Both see 5 by 5 pixels, with 73,856 weights against 102,464")
def _() -> None:
    assert receptive_field([(3, 1), (3, 1)]) == receptive_field([(5, 1)]) == 5
    assert [2 * count(64, 64, 3, 3), count(64, 64, 5, 5)] == [73_856, 102_464]
    rng = np.random.default_rng(0)
    x, one, other = (rng.normal(size=shape) for shape in ((1, 1, 8, 9), (1, 1, 3, 3), (1, 1, 3, 3)))
    lit = np.zeros((1, 1, 9, 9))
    lit[0, 0, 4, 4] = 1
    large = conv2d(conv2d(lit, one, np.zeros(1)), other, np.zeros(1))[:, :, ::-1, ::-1]
    maps = conv2d(x, one, np.zeros(1))
    np.testing.assert_allclose(conv2d(maps, other, np.zeros(1)), conv2d(x, large, np.zeros(1)))
    assert not np.allclose(conv2d(np.maximum(maps, 0), other, np.zeros(1)), conv2d(x, large, np.zeros(1)))


@fact("73,856 weights at once, or 640 + 8,320 = 8,960 in two steps: about an eighth.")
def _() -> None:
    steps = [64 * count(1, 1, 3, 3), count(64, 128, 1, 1)]
    assert count(64, 128, 3, 3) == 73_856 and steps == [640, 8320] and sum(steps) == 8960
    assert round(73_856 / 8960) == 8


@fact.predicted("black_leaves")
def _() -> Any:
    flower = pictures.photo("flower")
    leaves = flower[:40, -60:].reshape(-1, 3).mean(axis=0)
    return "abc"[int(leaves.argmin())]


@fact.predicted("reshaped_channels")
def _() -> Any:
    flower = pictures.photo("flower")
    height, width = flower.shape[:2]
    torn = flower.reshape(3, height, width)
    # The first "channel" begins with the colours of the first pixels, one after the other.
    return "b" if np.array_equal(torn[0, 0, : width // 3 * 3], flower[0, : width // 3].reshape(-1)) else ""


@fact.predicted("places_of_a_box")
def _() -> Any:
    return [conv3d(np.zeros((4, 5, 6)), np.zeros((2, 3, 3)), padding=padding).size for padding in (0, 1)]


@fact.predicted("dots_in_a_scan")
def _() -> Any:
    box = -np.ones((3, 3, 3))
    box[1, 1, 1] = 1
    fires = conv3d(_scan(), box, padding=1) > 0
    vessel, nodule = fires[1:-1, 2, 2].any(), fires[2, 4, 6]
    return {(True, False): "a", (False, True): "b", (True, True): "c", (False, False): "d"}[bool(vessel), bool(nodule)]


@fact.predicted("red_meets_green")
def _() -> Any:
    found = conv2d_depth(RGB, DEEP)
    return [found[0, 2], found[0, 0]]


@fact.predicted("greys")
def _() -> Any:
    red = np.array([1, -0.5, -0.5]).reshape(3, 1, 1)
    return [conv2d_depth(np.full((3, 1, 1), value), red)[0, 0] for value in (0.0, 0.5, 1.0)]


@fact.predicted("blue_first")
def _() -> Any:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 8, 9)), rng.normal(size=(3, 3, 2))
    return np.abs(conv2d_depth(x[::-1], w[::-1]) - conv2d_depth(x, w)).max()


@fact.predicted("letters_that_agree")
def _() -> Any:
    return [sum(a == b for a, b in zip("TATAAT", other)) for other in ("TATAAT", "CGCGAC")]


@fact.predicted("shape_of_a_batch")
def _() -> Any:
    return list(conv2d(np.zeros((4, 1, 10, 10)), np.zeros((4, 1, 3, 3)), np.zeros(4), padding=1).shape)


@fact.predicted("weights_of_a_bank")
def _() -> Any:
    return "a" if round(count(3, 64, 3, 3) / 1000) == 2 else ""


@fact.predicted("copies_of_a_pixel")
def _() -> Any:
    x = np.zeros((1, 1, 200, 200))
    return round(COURSE.exercise("im2col").reference(x, 3, 3).size / x.size)


@fact.predicted("two_layers_three_layers")
def _() -> Any:
    return [receptive_field([(3, 1)] * layers) for layers in (2, 3)]


def _scan() -> np.ndarray:
    scan = np.zeros((5, 7, 9))
    scan[:, 2, 2] = 1
    scan[2, 4, 6] = 1
    return scan
