"""flatten_batch: images (N, ...) as the rows of a matrix (N, n)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "the first axis counts the images and stays. All others become one: row i is image i, flattened.",
        "colour batches": "an image may have three axes: don't unpack images.shape into exactly three numbers.",
        "a batch of one": "one image is still a batch: the result has the shape (1, n).",
    },
    hints=[
        "How many rows must the result have, whatever the images look like? images.shape[0].",
        "In reshape, one length may be -1. It means: whatever is left.",
        "images.reshape(images.shape[0], ...): what must replace the dots?",
    ],
)
def flatten_batch(images):
    return images.reshape(images.shape[0], -1).copy()


@flatten_batch.cases
def _(rng):
    count, high, low = arrays.sides(rng, 3, 2, 4)
    yield "values", {"images": arrays.distinct(rng, count, high, low)}
    yield "values", {"images": arrays.distinct(rng, low, count, high, dtype=np.float32)}
    count, high, low = arrays.sides(rng, 3, 2, 4)
    yield "colour batches", {"images": arrays.distinct(rng, count, high, low, 3, dtype=np.uint8)}
    yield "colour batches", {"images": arrays.distinct(rng, 2, 3, *arrays.sides(rng, 2, 2, 4), dtype=float)}
    yield "a batch of one", {"images": arrays.distinct(rng, 1, *arrays.sides(rng, 2, 2, 4))}
    yield "a batch of one", {"images": arrays.distinct(rng, 1, *arrays.sides(rng, 2, 2, 4), 3)}


@flatten_batch.mistake(
    "all_in_one_list",
    "Your output is what you get when all images end up in one list. Each image keeps its own row.",
)
def _(images):
    return images.reshape(-1)


@flatten_batch.mistake(
    "images_in_columns", "Your output is what you get when each image becomes a column. Here each is a row: (N, n)."
)
def _(images):
    return images.reshape(images.shape[0], -1).T


@flatten_batch.mistake(
    "count_last",
    "Your output is what you get from reshape(-1, N): the right number of entries, but the images are mixed up.",
)
def _(images):
    return images.reshape(-1, images.shape[0])


@flatten_batch.mistake(
    "column_by_column", "Your output is what you get when each image is read column by column. Read it row by row."
)
def _(images):
    return images.reshape(images.shape[0], -1, order="F")


@flatten_batch.mistake("first_image_only", "Your output is what you get when only the first image is flattened.")
def _(images):
    return images[:1].reshape(1, -1)


@flatten_batch.mistake(
    "grey_only",
    "Your function assumes that a batch has three axes (N, H, W). It fails on colour images, which have a fourth.",
)
def _(images):
    count, height, width = images.shape
    return images.reshape(count, height * width)


@flatten_batch.mistake(
    "batch_axis_lost", "Your output is what you get when a batch of one loses its first axis: (n,) instead of (1, n)."
)
def _(images):
    return np.squeeze(images.reshape(len(images), -1))


@flatten_batch.variant
def reshape(images):
    return images.reshape(len(images), -1)


@flatten_batch.variant
def rows(images):
    return np.array([image.flatten() for image in images])


@flatten_batch.variant
def buffer(images):
    n = int(np.prod(images.shape[1:]))
    out = np.zeros((images.shape[0], n), dtype=images.dtype)
    for i in range(images.shape[0]):
        out[i] = images[i].ravel()
    return out


@flatten_batch.variant
def one_axis_at_a_time(images):
    while images.ndim > 2:
        images = np.concatenate([images[:, i] for i in range(images.shape[1])], axis=1)
    return images


@flatten_batch.variant
def lists(images):
    return [image.ravel().tolist() for image in images]
