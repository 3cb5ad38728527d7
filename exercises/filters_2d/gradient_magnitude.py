"""gradient_magnitude: the length of the gradient at each pixel, with Sobel filters."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "each Sobel filter gives one output: square both, add them, and take the square root.",
        "not square": "the result has the shape of the image, whatever it is.",
        "edges of the image": "pad with one zero on each side, so that every pixel gets a result.",
        "integer input": "uint8 has no negative numbers and none above 255: convert the image to floats first.",
        "fractions": "don't round, and don't cut off at 1 or 255.",
    },
    hints=[
        "The filter for vertical edges is `-1 0 1`, `-2 0 2`, `-1 0 1`. The other one is its transpose.",
        "You already have a function that slides a filter, with padding. Call it twice, once for each filter.",
        "np.sqrt(across**2 + down**2), like the length of a vector.",
    ],
    forbidden=CONVOLUTIONS,
)
def gradient_magnitude(image):
    p = np.pad(np.asarray(image, dtype=float), 1)
    down_smooth = p[:-2] + 2 * p[1:-1] + p[2:]
    across_smooth = p[:, :-2] + 2 * p[:, 1:-1] + p[:, 2:]
    across = down_smooth[:, 2:] - down_smooth[:, :-2]
    down = across_smooth[2:] - across_smooth[:-2]
    return np.sqrt(across**2 + down**2)


@gradient_magnitude.steps
def _(image):
    padded = np.pad(np.asarray(image, dtype=float), 1)
    across, down = _slide(padded, SOBEL), _slide(padded, SOBEL.T)
    return {"padded": padded, "across": across, "down": down, "squares": across**2 + down**2}


@gradient_magnitude.cases
def _(rng):
    yield "values", {"image": arrays.image(rng, 3, 4)}
    yield "values", {"image": arrays.image(rng, 4, 5).astype(float)}
    yield "not square", {"image": arrays.image(rng, int(rng.integers(5, 7)), 3)}
    yield "not square", {"image": arrays.image(rng, 2, int(rng.integers(4, 7)))}
    yield "not square", {"image": arrays.image(rng, 1, int(rng.integers(3, 6)))}
    # Constant inside, so that only the padding makes a difference.
    for height, width in ((3, 4), (5, 4)):
        yield "edges of the image", {"image": np.full((height, width), float(rng.integers(1, 9)))}
    yield "integer input", {"image": rng.integers(0, 256, (3, 4)).astype(np.uint8)}
    yield "integer input", {"image": rng.integers(0, 256, (4, 3)).astype(np.uint8)}
    yield "fractions", {"image": arrays.odd_image(rng, 3, 4) / 8}
    yield "fractions", {"image": (arrays.odd_image(rng, 4, 3) / 16).astype(np.float32)}


SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def _slide(padded, w):
    """The sum of w times each complete patch of an image, in the image's dtype."""
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    z = np.zeros((height, width), dtype=padded.dtype)
    for i in range(3):
        for j in range(3):
            z = z + padded[i : i + height, j : j + width] * w[i, j]
    return z


@gradient_magnitude.mistake(
    "absolute_values_added",
    "Your output is the sum of the two absolute values. The length of a vector is the square root of the sum of "
    "the squares.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.abs(_slide(p, SOBEL)) + np.abs(_slide(p, SOBEL.T))


@gradient_magnitude.mistake("root_missing", "Your output is the sum of the squares. Take its square root.")
def _(image):
    p = np.pad(image.astype(float), 1)
    return _slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2


@gradient_magnitude.mistake(
    "root_of_the_mean",
    "Your output is the square root of the mean of the squares, too small by a factor of 1.41. Add the two squares "
    "instead.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt((_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2) / 2)


@gradient_magnitude.mistake(
    "one_direction_only",
    "Your output finds only vertical edges. Use the transposed filter too.",
)
def _(image):
    return np.abs(_slide(np.pad(image.astype(float), 1), SOBEL))


@gradient_magnitude.mistake(
    "same_filter_twice",
    "Your output is what you get when the same filter is used twice. The second one is the transpose: w.T.",
)
def _(image):
    across = _slide(np.pad(image.astype(float), 1), SOBEL)
    return np.sqrt(across**2 + across**2)


@gradient_magnitude.mistake(
    "added_before_squaring",
    "Your output is what you get when the two outputs are added first: where their signs differ, they cancel. Square "
    "each of them, then add.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.abs(_slide(p, SOBEL) + _slide(p, SOBEL.T))


@gradient_magnitude.mistake(
    "not_padded",
    "Your output has no result for the pixels at the edge. Pad with one zero on each side.",
)
def _(image):
    p = image.astype(float)
    if min(p.shape) < 3:
        return np.zeros((0, 0))
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)


@gradient_magnitude.mistake(
    "edge_repeated",
    "Your output is what you get when the pixels at the image's edge are repeated as padding. Padding means zeros "
    "here.",
)
def _(image):
    p = np.pad(image.astype(float), 1, mode="edge")
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)


@gradient_magnitude.mistake(
    "middle_not_doubled",
    "Your output is what you get from the weights 1 1 1. In Sobel's filters the middle one counts twice: 1 2 1.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    w = np.array([[-1, 0, 1]] * 3)
    return np.sqrt(_slide(p, w) ** 2 + _slide(p, w.T) ** 2)


@gradient_magnitude.mistake(
    "divided_by_eight",
    "Your output is an eighth of the right result. Here the weights are 1 2 1, without a scale factor.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2) / 8


@gradient_magnitude.mistake(
    "stretched",
    "Your output is scaled so that its maximum is 255. Leave the values as they are.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    z = np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)
    return z / z.max() * 255


@gradient_magnitude.mistake(
    "whole_numbers",
    "Your output is what you get when the results are stored as integers: fractions are cut off.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2).astype(int)


@gradient_magnitude.mistake(
    "kept_in_bytes",
    "Your sums and differences are uint8: results below 0 or above 255 wrap around. Convert the image to floats first.",
)
def _(image):
    p = np.pad(image, 1)
    across = p[:-2, 2:] - p[:-2, :-2] + 2 * p[1:-1, 2:] - 2 * p[1:-1, :-2] + p[2:, 2:] - p[2:, :-2]
    down = p[2:, :-2] - p[:-2, :-2] + 2 * p[2:, 1:-1] - 2 * p[:-2, 1:-1] + p[2:, 2:] - p[:-2, 2:]
    return np.sqrt(across.astype(float) ** 2 + down.astype(float) ** 2)


@gradient_magnitude.variant
def loops(image):
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    p = np.pad(image.astype(float), 1)
    out = np.zeros(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            patch = p[i : i + 3, j : j + 3]
            out[i, j] = np.sqrt(np.sum(patch * sobel) ** 2 + np.sum(patch * sobel.T) ** 2)
    return out


@gradient_magnitude.variant
def hypot(image):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image.astype(float), 1), (3, 3))
    sobel = np.outer([1.0, 2.0, 1.0], [1.0, 0.0, -1.0])
    return np.hypot(np.tensordot(windows, sobel), np.tensordot(windows, sobel.T))


@gradient_magnitude.variant
def slices(image):
    p = np.zeros((image.shape[0] + 2, image.shape[1] + 2))
    p[1:-1, 1:-1] = image
    across = p[:-2, 2:] - p[:-2, :-2] + 2 * (p[1:-1, 2:] - p[1:-1, :-2]) + p[2:, 2:] - p[2:, :-2]
    down = p[2:, :-2] - p[:-2, :-2] + 2 * (p[2:, 1:-1] - p[:-2, 1:-1]) + p[2:, 2:] - p[:-2, 2:]
    return (across**2 + down**2) ** 0.5


@gradient_magnitude.variant
def complex_numbers(image):
    p = np.pad(image.astype(float), 1)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    both = sobel + 1j * sobel.T
    height, width = image.shape
    z = sum(both[k, m] * p[k : k + height, m : m + width] for k in range(3) for m in range(3))
    return np.abs(z)


@gradient_magnitude.variant
def float32(image):
    p = np.pad(image, 1).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(p, (3, 3))
    w = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=np.float32)
    z = np.einsum("ijkl,fkl->fij", windows, np.stack([w, w.T]))
    return np.linalg.norm(z, axis=0)
