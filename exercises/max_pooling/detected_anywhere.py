"""detected_anywhere: the maximum of each feature map, (N, F, H, W) to (N, F)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "one number for each image and each filter: the largest of its whole map.",
        "images and filters": "the result has the shape (N, F), also when there is only one image or one filter.",
        "negative values": "where a filter fires nowhere, its largest output is negative: the 0 of an empty buffer or "
        "of a ReLU must not win.",
        "any dtype": "the result has to hold what the maps hold: fractions, bytes, large whole numbers.",
    },
    hints=[
        "This is max pooling with a window as large as the map. How many windows fit?",
        "NumPy takes a maximum over several axes at once: x.max(axis=(..., ...)). Which two have to go?",
    ],
    forbidden=CONVOLUTIONS,
)
def detected_anywhere(feature_map):
    return feature_map.max(axis=(2, 3))


@detected_anywhere.cases
def _(rng):
    def maps(*shape):
        """Different numbers of either sign, in each map at least one above 0, the largest in a random place."""
        x = arrays.feature_map(rng, *shape) * rng.choice([-1, 1], shape)
        place = rng.integers(0, [shape[2], shape[3]])
        x[:, :, place[0], place[1]] = np.abs(x[:, :, place[0], place[1]])
        return x

    yield "values", {"feature_map": maps(2, 3, *rng.permutation([2, 3]))}
    yield "values", {"feature_map": maps(3, 2, *rng.permutation([3, 4]))}
    yield "values", {"feature_map": maps(2, 4, *rng.permutation([3, 5]))}
    yield "images and filters", {"feature_map": maps(1, 3, *rng.permutation([2, 4]))}
    yield "images and filters", {"feature_map": maps(3, 1, *rng.permutation([2, 4]))}
    yield "images and filters", {"feature_map": maps(2, 3, *rng.permutation([1, 5]))}
    yield "negative values", {"feature_map": arrays.below_zero(rng, 2, 3, *rng.permutation([2, 3]))}
    yield "negative values", {"feature_map": -arrays.large(rng, 3, 2, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": arrays.quarters(rng, 2, 3, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": arrays.quarters(rng, 3, 2, *rng.permutation([2, 3])).astype(np.float32)}
    yield "any dtype", {"feature_map": arrays.byte_values(rng, 3, 2, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": arrays.large(rng, 2, 3, *rng.permutation([2, 3]))}


@detected_anywhere.mistake(
    "mean_for_max",
    "Your output is what you get when each map is averaged. One detection somewhere is enough: take the largest.",
)
def _(feature_map):
    return feature_map.mean(axis=(2, 3))


@detected_anywhere.mistake(
    "sum_for_max",
    "Your output is what you get when each map is added up. One detection somewhere is enough: take the largest.",
)
def _(feature_map):
    return feature_map.astype(float).sum(axis=(2, 3))


@detected_anywhere.mistake(
    "yes_or_no",
    "Your output says whether anything is above 0. How strongly the filter fires is worth keeping: "
    "take the largest value itself.",
)
def _(feature_map):
    return (feature_map > 0).any(axis=(2, 3)).astype(int)


@detected_anywhere.mistake(
    "started_from_zero",
    "Your output is what you get when the search starts from 0: where a whole map is negative, 0 wins.",
)
def _(feature_map):
    return np.maximum(feature_map.max(axis=(2, 3)), 0)


@detected_anywhere.mistake(
    "axes_kept",
    "Your output has the shape (N, F, 1, 1). The two axes of length 1 have to go: (N, F).",
)
def _(feature_map):
    return feature_map.max(axis=(2, 3), keepdims=True)


@detected_anywhere.mistake(
    "last_axis_only",
    "Your output is the largest of each row. Take the largest of all rows and columns.",
)
def _(feature_map):
    return feature_map.max(axis=3)


@detected_anywhere.mistake(
    "wrong_axes",
    "Your output is what you get when images and filters are searched, and rows and columns stay. "
    "It is the other way round: axes 2 and 3 have to go.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 1))


@detected_anywhere.mistake(
    "across_filters",
    "Your output is the largest over all filters: one number for each image. Each filter answers for itself.",
)
def _(feature_map):
    return feature_map.max(axis=(1, 2, 3))


@detected_anywhere.mistake(
    "across_images",
    "Your output is the largest over all images: one number for each filter. Each image has its own.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 2, 3))


@detected_anywhere.mistake(
    "across_everything",
    "Your output is the largest of everything, a single number. There is one for each image and filter.",
)
def _(feature_map):
    return feature_map.max()


@detected_anywhere.mistake(
    "images_and_filters_swapped",
    "Your output is what you get when images and filters change places. Images come first: (N, F).",
)
def _(feature_map):
    return feature_map.max(axis=(2, 3)).T


@detected_anywhere.mistake(
    "first_image_for_all",
    "Your output is what you get when every image gets the first one's result.",
)
def _(feature_map):
    out = feature_map.max(axis=(2, 3))
    out[:] = out[0]
    return out


@detected_anywhere.mistake(
    "position_for_value",
    "Your output is where in its map the largest entry stands (argmax). Asked for is the entry itself.",
)
def _(feature_map):
    return feature_map.reshape(*feature_map.shape[:2], -1).argmax(axis=2)


@detected_anywhere.mistake(
    "largest_in_size",
    "Your output is what you get when the sign is dropped first. -3 is larger than -5.",
)
def _(feature_map):
    return np.abs(feature_map).max(axis=(2, 3))


@detected_anywhere.mistake(
    "squeezed",
    "Your output is what you get when axes of length 1 are dropped (squeeze). One image or one filter keeps its axis.",
)
def _(feature_map):
    return np.squeeze(feature_map.max(axis=(2, 3)))


@detected_anywhere.variant
def two_axes(feature_map):
    return feature_map.max(axis=(2, 3))


@detected_anywhere.variant
def one_axis_after_the_other(feature_map):
    return np.max(np.max(feature_map, axis=-1), axis=-1)


@detected_anywhere.variant
def flattened_maps(feature_map):
    n, f = feature_map.shape[:2]
    return feature_map.reshape(n, f, -1).max(axis=2)


@detected_anywhere.variant
def loops(feature_map):
    n, f, h, w = feature_map.shape
    out = np.zeros((n, f))
    for i in range(n):
        for j in range(f):
            best = feature_map[i, j, 0, 0]
            for row in range(h):
                for column in range(w):
                    if feature_map[i, j, row, column] > best:
                        best = feature_map[i, j, row, column]
            out[i, j] = best
    return out


@detected_anywhere.variant
def list_of_lists(feature_map):
    return [[channel.max() for channel in image] for image in feature_map]


@detected_anywhere.variant
def reduce(feature_map):
    return np.maximum.reduce(feature_map, axis=(2, 3))
