"""normalize: pixel values from 0 to p become floats from 0 to 1."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays
from ._lecture import HI


@exercise(
    points=1,
    aspects={
        "values": "divide each pixel by p, and do nothing else to it.",
        "any p": "white is the given p. It need not be 255, and it need not occur in the image.",
        "any shape": "the division is the same for one, two or three axes.",
        "integer images": "the pixels may be integers, but the result has fractions: use neither // nor an integer "
        "array.",
    },
    hints=[
        "0 must become 0, p must become 1, and p / 2 must become 0.5. Which single operation does that?",
        "NumPy divides a whole array at once: image / 2 halves each pixel. / gives fractions, // does not.",
        "Use p, not image.max(): a dark photograph must stay dark.",
    ],
    worked=[("any p", {"image": HI, "p": 1})],
)
def normalize(image, p=255):
    return image.astype(float) / p


@normalize.cases
def _(rng):
    yield "values", {"image": rng.integers(1, 250, arrays.sides(rng, 2, 2, 4)).astype(float)}
    yield "values", {"image": rng.integers(1, 250, arrays.sides(rng, 2, 2, 4)).astype(float), "p": 255}
    yield (
        "any p",
        {"image": rng.integers(1, 9, arrays.sides(rng, 2, 2, 4)).astype(float), "p": int(rng.integers(10, 100))},
    )
    yield "any p", {"image": rng.integers(300, 60000, arrays.sides(rng, 2, 2, 4)).astype(np.uint16), "p": 65535}
    yield "integer images", {"image": rng.integers(1, 250, arrays.sides(rng, 2, 2, 4)).astype(np.uint8)}
    yield "integer images", {"image": rng.integers(1, 14, arrays.sides(rng, 2, 2, 4)), "p": 16}
    yield "any shape", {"image": rng.integers(1, 250, int(rng.integers(3, 6))).astype(np.float32)}
    yield "any shape", {"image": rng.integers(1, 250, (2, *arrays.sides(rng, 2, 2, 3))).astype(float)}


@normalize.mistake("always_255", "Your output is what you get when every image is divided by 255, whatever p is.")
def _(image, p=255):
    return image / 255


@normalize.mistake(
    "cut_off",
    "Your output is what you get when the part after the decimal point is cut off, by // or by an array of integers.",
)
def _(image, p=255):
    return image // p


@normalize.mistake(
    "brightest_pixel",
    "Your output is what you get when you divide by the brightest pixel of the image instead of by p: dark images "
    "become bright.",
)
def _(image, p=255):
    return image / image.max()


@normalize.mistake(
    "stretched",
    "Your output is what you get when the darkest pixel becomes 0 and the brightest 1. Only p sets the scale.",
)
def _(image, p=255):
    return (image - image.min()) / (image.max() - image.min())


@normalize.mistake(
    "one_too_many", "Your output is what you get when you divide by p + 1. There are p + 1 grey levels, but white is p."
)
def _(image, p=255):
    return image / (p + 1)


@normalize.mistake(
    "in_place",
    "You divide in place (/=). That changes the caller's image, and raises an error when it holds integers.",
)
def _(image, p=255):
    image /= p
    return image


@normalize.variant
def one_line(image, p=255):
    return image / p


@normalize.variant
def multiplied(image, p=255):
    return np.asarray(image, dtype=np.float64) * (1.0 / p)


@normalize.variant
def loop(image, p=255):
    out = np.zeros(image.shape)
    for place in np.ndindex(*image.shape):
        out[place] = float(image[place]) / p
    return out


@normalize.variant
def float32(image, p=255):
    return image.astype(np.float32) / np.float32(p)


@normalize.variant
def in_place_on_a_copy(image, p=255):
    out = image.astype(float)
    out /= p
    return out


@normalize.variant
def buffer(image, p=255):
    return np.true_divide(image, p, out=np.empty(image.shape), casting="unsafe")
