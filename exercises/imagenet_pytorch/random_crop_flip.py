"""random_crop_flip: a batch in which each image gets its own crop and flip."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

torch: Any = LazyModule("torch")


@exercise(
    points=2,
    aspects={
        "crops": "the result is (N, C, size, size). Entry i is a square of image i, the same in all channels, "
        "flipped left to right or not.",
        "each its own": "every image has its own corner and flip: draw them inside the loop over images, or draw N of "
        "each.",
        "every place": "every corner must be possible, including the last: rows 0 to H - size and columns 0 to W - "
        "size, drawn separately.",
        "flips": "flip about half of the images left to right, which reverses the last axis.",
        "seed": "make the generator from `seed`, once. The same seed must give the same crops, and another seed "
        "different ones.",
        "tensors": "training calls it with a tensor. The result is then a tensor of the same dtype: use torch.stack, "
        "not np.stack.",
    },
    hints=[
        "Make rng = np.random.default_rng(seed) once, at the start. Then draw a row, a column and a coin flip for each "
        "image.",
        "rng.integers(0, H - size + 1) draws from 0 to H - size: the upper bound is excluded, hence the + 1.",
        "crop = image[:, row : row + size, column : column + size]; np.flip(crop, axis=-1), or .flip(-1) of a tensor.",
    ],
    adapter="imagenet_pytorch.random_crops",
    observe="imagenet_pytorch.random_crops",
)
def random_crop_flip(images, size, seed):
    rng = np.random.default_rng(seed)
    crops = []
    for image in torch.as_tensor(images):
        row, column = (rng.integers(0, side - size + 1) for side in image.shape[1:])
        crop = image[:, row : row + size, column : column + size]
        crops.append(crop.flip(2) if rng.random() < 0.5 else crop)
    return torch.stack(crops)


def _crops(images, size, draw, flip=lambda crop: crop[:, :, ::-1], last=0):
    """Crops of images: `draw` gives two large numbers and whether to flip; the `last` corners are never reached."""
    kind = type(images)
    images = np.asarray(images)
    out = np.empty((*images.shape[:2], size, size), images.dtype)
    for i, image in enumerate(images):
        row, column, flipped = draw()
        row, column = (number % max(1, side - size + 1 - last) for number, side in zip((row, column), image.shape[1:]))
        crop = image[:, row : row + size, column : column + size]
        out[i] = flip(crop) if flipped else crop
    return out if kind is np.ndarray else torch.from_numpy(out)


@random_crop_flip.cases
def _(rng):
    def images(*shape, dtype=np.uint8):
        """No two pixels of an image are equal."""
        pixels = int(np.prod(shape[1:]))
        return np.stack([rng.permutation(pixels) for _ in range(shape[0])]).reshape(shape).astype(dtype)

    def case(look_at, images, size, seed=None):
        seed = int(rng.integers(0, 1000)) if seed is None else seed
        return {"images": images, "size": size, "seed": seed, "look_at": look_at}

    # For these two seeds, one coin flip for all images gives both results.
    candidates = rng.integers(0, 1000, 20).tolist()
    seeds = {np.random.default_rng(seed).random() < 0.5: seed for seed in candidates}

    yield "crops", case("crops", images(12, 3, 5, 6), 4)
    yield "crops", case("crops", images(15, 2, 6, 4, dtype=np.float32) / np.float32(8), 3)
    yield "crops", case("crops", images(10, 1, 3, 4, dtype=float) / 4 - 1, 3)
    yield "crops", case("crops", images(40, 2, 3, 3), 3)
    yield "each its own", case("variety", images(50, 1, 5, 6), 3)
    yield "each its own", case("variety", images(60, 1, 6, 4), 3)
    # One corner for all images is not the one in the middle.
    corners = {seed: tuple(np.random.default_rng(seed).integers(0, 2**32, 2) % (2, 3)) for seed in candidates}
    seed = next(seed for seed, corner in corners.items() if corner != (0, 1))
    yield "every place", case("places", images(200, 1, 4, 5), 3, seed)
    yield "every place", case("places", images(200, 1, 5, 3), 3)
    yield "flips", case("flips", images(200, 1, 3, 4), 3, seeds[True])
    yield "flips", case("flips", images(150, 1, 3, 3), 2, seeds[False])
    yield "seed", case("seed", images(20, 1, 5, 6), 3)
    yield "seed", case("seed", images(20, 2, 6, 4), 3)
    yield "tensors", case("tensors", images(12, 3, 5, 6), 4)
    yield "tensors", case("tensors", images(10, 2, 4, 5, dtype=np.float32) / np.float32(8), 3)


@random_crop_flip.mistake(
    "the_same_for_all",
    "All your images get the same crop and flip. Draw them for each image, with one generator made before the loop.",
)
def _(images, size, seed):
    def draw():
        rng = np.random.default_rng(seed)
        return rng.integers(0, 2**32), rng.integers(0, 2**32), rng.random() < 0.5

    return _crops(images, size, draw)


@random_crop_flip.mistake(
    "one_crop_for_all",
    "All your images are cropped at the same place. Draw a corner for each image, as you do for the flip.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    row, column = rng.integers(0, 2**32, 2)
    return _crops(images, size, lambda: (row, column, rng.random() < 0.5))


@random_crop_flip.mistake(
    "one_flip_for_all",
    "Either all your images are flipped or none is. Flip a coin for each image, as you draw a corner for each.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    flipped = rng.random() < 0.5
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), flipped))


@random_crop_flip.mistake("never_flipped", "None of your images is flipped. Half of them should be, left to right.")
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), False))


@random_crop_flip.mistake("always_flipped", "All your images are flipped. Flip a coin for each, rng.random() < 0.5.")
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), True))


@random_crop_flip.mistake(
    "upside_down",
    "Your images are flipped upside down. Flip left to right, as in a mirror: reverse the columns, which are the last "
    "axis.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)

    def draw():
        return (*rng.integers(0, 2**32, 2), rng.random() < 0.5)

    return _crops(images, size, draw, flip=lambda crop: crop[:, ::-1])


@random_crop_flip.mistake(
    "channels_turned_around",
    "Your flip reverses the channels, so red becomes blue. In an image (C, H, W), the columns are the last axis.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)

    def draw():
        return (*rng.integers(0, 2**32, 2), rng.random() < 0.5)

    return _crops(images, size, draw, flip=lambda crop: crop[::-1])


@random_crop_flip.mistake(
    "last_corner_missing",
    "The last row and column of corners never occur. rng.integers excludes its upper bound, so it must be H - size "
    "+ 1.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), rng.random() < 0.5), last=1)


@random_crop_flip.mistake(
    "one_number_for_row_and_column",
    "Your corners are on a diagonal: row and column come from the same number. Draw a number for each.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    numbers = [int(rng.integers(0, 2**32)) * 12 for _ in images] if images.shape[2] == images.shape[3] else []
    numbers = numbers or [int(rng.integers(0, min(images.shape[2:]) - size + 1)) for _ in images]
    pairs = iter([(number, number, rng.random() < 0.5) for number in numbers])
    return _crops(images, size, lambda: next(pairs))


@random_crop_flip.mistake(
    "center_crops",
    "Your crops are all from the middle of their image. Draw the corner at random: each place must be possible.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    row, column = ((side - size) // 2 for side in images.shape[2:])
    return _crops(images, size, lambda: (row, column, rng.random() < 0.5))


@random_crop_flip.mistake(
    "seed_unused", "The same seed gives different crops each time. Draw everything from np.random.default_rng(seed)."
)
def _(images, size, seed):
    rng = np.random.default_rng()
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), rng.random() < 0.5))


@random_crop_flip.mistake(
    "always_the_same_seed", "Your crops are the same for every seed. Use the given seed, not your own."
)
def _(images, size, seed):
    rng = np.random.default_rng(0)
    return _crops(images, size, lambda: (*rng.integers(0, 2**32, 2), rng.random() < 0.5))


@random_crop_flip.mistake(
    "images_mixed_up",
    "Your crops come from other images, so that labels no longer fit. Crop i must come from image i.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)

    def draw():
        return (*rng.integers(0, 2**32, 2), rng.random() < 0.5)

    return _crops(images[np.arange(len(images)) - 1], size, draw)


@random_crop_flip.mistake(
    "each_channel_elsewhere",
    "Your channels are cropped at different places, so that red, green and blue no longer fit. Use one corner for each "
    "image.",
)
def _(images, size, seed):
    rng = np.random.default_rng(seed)
    n, c, height, width = images.shape

    def draw():
        return (*rng.integers(0, 2**32, 2), rng.random() < 0.5)

    return _crops(images.reshape(n * c, 1, height, width), size, draw).reshape(n, c, size, size)


@random_crop_flip.mistake(
    "only_arrays", "Your crops of a tensor are no longer a tensor. Training calls this with tensors: use torch.stack."
)
def _(images, size, seed):
    return np.asarray(random_crop_flip.reference(images, size, seed))


@random_crop_flip.mistake(
    "floats_for_bytes", "Your crops have another dtype than images. Give the new tensor dtype=images.dtype."
)
def _(images, size, seed):
    return random_crop_flip.reference(images, size, seed).double()


@random_crop_flip.variant
def tensors(images, size, seed):
    generator = torch.Generator().manual_seed(seed)
    height, width = images.shape[-2:]
    crops = []
    for image in images.clone():
        top = torch.randint(0, height - size + 1, (1,), generator=generator).item()
        left = torch.randint(0, width - size + 1, (1,), generator=generator).item()
        crop = image[:, top : top + size, left : left + size]
        if torch.rand(1, generator=generator).item() < 0.5:
            crop = crop.flip(-1)
        crops.append(crop)
    return torch.stack(crops)


@random_crop_flip.variant
def python_random(images, size, seed):
    coin = random.Random(seed)
    out = []
    for image in images:
        row, column = coin.randint(0, image.shape[1] - size), coin.randint(0, image.shape[2] - size)
        crop = image[:, row : row + size, column : column + size]
        out.append(crop[:, :, list(range(size))[::-1]] if coin.random() > 0.5 else crop)
    return torch.stack(out) if torch.is_tensor(images) else np.array(out)


@random_crop_flip.variant
def fancy_indexing(images, size, seed):
    n, channels, height, width = images.shape
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, height - size, n, endpoint=True)[:, None] + np.arange(size)
    columns = rng.integers(0, width - size, n, endpoint=True)[:, None] + np.arange(size)
    flipped = rng.integers(0, 2, n).astype(bool)
    columns[flipped] = columns[flipped, ::-1]
    each, channel = np.arange(n)[:, None, None, None], np.arange(channels)[:, None, None]
    return images[each, channel, rows[:, None, :, None], columns[:, None, None, :]]


@random_crop_flip.variant
def flip_first(images, size, seed):
    np.random.seed(seed)
    out = torch.zeros((len(images), images.shape[1], size, size), dtype=images.dtype)
    for i in range(len(images)):
        image = images[i].flip(2) if np.random.rand() < 0.5 else images[i]
        r = np.random.randint(image.shape[1] - size + 1)
        c = np.random.randint(image.shape[2] - size + 1)
        out[i] = image[:, r : r + size, c : c + size]
    return out
