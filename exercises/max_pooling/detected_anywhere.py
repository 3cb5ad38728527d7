"""detected_anywhere: the maximum of each feature map, (N, F, H, W) to (N, F)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "return one number for each image and each filter: the maximum of its whole map.",
        "images and filters": "the result has the shape (N, F), even when there is only one image or one filter.",
        "negative values": "where a filter fires nowhere, its maximum is negative: a 0 from np.zeros or ReLU must not "
        "win.",
        "any dtype": "the result must hold the same kind of numbers as the maps: fractions, bytes, large integers.",
    },
    hints=[
        "This is max pooling with a window as large as the map. How many windows fit?",
        "NumPy takes a maximum over several axes at once: x.max(axis=(..., ...)). Which two must disappear?",
    ],
    forbidden=CONVOLUTIONS,
)
def detected_anywhere(feature_map):
    return feature_map.max(axis=(2, 3))


@detected_anywhere.cases
def _(rng):
    def maps(*shape):
        """Different numbers of both signs, in each map at least one above 0, with the maximum in a random place."""
        x = arrays.feature_map(rng, *shape) * rng.choice([-1, 1], shape)
        place = rng.integers(0, [shape[2], shape[3]])
        x[:, :, place[0], place[1]] = np.abs(x[:, :, place[0], place[1]])
        return x

    yield "values", {"feature_map": maps(2, 3, *rng.permutation([2, 3]))}
    yield "values", as_floats({"feature_map": maps(3, 2, *rng.permutation([3, 4]))})
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
    "Your output is what you get when each map is averaged. One detection anywhere is enough: take the maximum.",
)
def _(feature_map):
    return feature_map.mean(axis=(2, 3))


@detected_anywhere.mistake(
    "sum_for_max",
    "Your output is what you get when each map is summed. One detection anywhere is enough: take the maximum.",
)
def _(feature_map):
    return feature_map.astype(float).sum(axis=(2, 3))


@detected_anywhere.mistake(
    "yes_or_no",
    "Your output only says whether anything is above 0. Keep how strongly the filter fires: return the maximum itself.",
)
def _(feature_map):
    return (feature_map > 0).any(axis=(2, 3)).astype(int)


@detected_anywhere.mistake(
    "started_from_zero",
    "Your output is what you get when the search for the maximum starts from 0. In a map with only negative entries, 0 "
    "then wins.",
)
def _(feature_map):
    return np.maximum(feature_map.max(axis=(2, 3)), 0)


@detected_anywhere.mistake(
    "axes_kept",
    "Your output has the shape (N, F, 1, 1). Remove the two axes of length 1: (N, F).",
)
def _(feature_map):
    return feature_map.max(axis=(2, 3), keepdims=True)


@detected_anywhere.mistake(
    "last_axis_only",
    "Your output is the maximum of each row. Take the maximum over all rows and columns.",
)
def _(feature_map):
    return feature_map.max(axis=3)


@detected_anywhere.mistake(
    "wrong_axes",
    "Your output is what you get when the maximum is taken over images and filters. Take it over rows and columns, "
    "axes 2 and 3.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 1))


@detected_anywhere.mistake(
    "across_filters",
    "Your output is the maximum over all filters, one number for each image. Each filter has its own.",
)
def _(feature_map):
    return feature_map.max(axis=(1, 2, 3))


@detected_anywhere.mistake(
    "across_images",
    "Your output is the maximum over all images, one number for each filter. Each image has its own.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 2, 3))


@detected_anywhere.mistake(
    "across_everything",
    "Your output is a single number, the maximum of everything. There is one for each image and filter.",
)
def _(feature_map):
    return feature_map.max()


@detected_anywhere.mistake(
    "images_and_filters_swapped",
    "Your output is what you get when images and filters are swapped. Images come first: (N, F).",
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
    "Your output is the position of the maximum in its map (argmax). Return the maximum itself.",
)
def _(feature_map):
    return feature_map.reshape(*feature_map.shape[:2], -1).argmax(axis=2)


@detected_anywhere.mistake(
    "largest_in_size",
    "Your output is what you get when the maximum of the absolute values is taken. -3 is larger than -5.",
)
def _(feature_map):
    return np.abs(feature_map).max(axis=(2, 3))


@detected_anywhere.mistake(
    "squeezed",
    "Your output is what you get when axes of length 1 are dropped (squeeze). A single image or a single filter keeps "
    "its axis.",
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
