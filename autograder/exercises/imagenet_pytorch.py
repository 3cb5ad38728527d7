"""Notebook 08: the same ideas in PyTorch, at the scale of photographs."""

# References and mistakes are written the way students write them. Here blocks are functions that return a module, so
# that PyTorch is imported when the first of them is called, and not when another notebook is graded.

from __future__ import annotations

from typing import Any

import numpy as np

from .exercise import Notebook
from .later import Later

book = Notebook("08_imagenet_pytorch", requires=("torch",))

torch: Any = Later("torch")
nn: Any = Later("torch.nn")
F: Any = Later("torch.nn.functional")


# Cases. Small integers, so the order of additions never changes a result.


def _signed(rng, *shape, most=4):
    """Integers of both signs, none 0."""
    return (rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)).astype(float)


def _number(rng):
    """The number that chooses the weights of a block."""
    return int(rng.integers(1, 1000))


# ---------------------------------------------------------------------------------------------------- as_conv2d


@book.exercise(
    points=2,
    aspects={
        "values": "make nn.Conv2d(c_in, c_out, (kh, kw)), then copy w into its weight and b into its bias. PyTorch "
        "does not flip filters either, and its weights have the same order of axes as yours.",
        "filter size": "use kernel_size=(kh, kw): filters need not be square, and w.shape[2:] is this pair.",
        "padding": "pass padding on by name: in PyTorch, stride comes before padding.",
        "stride": "pass stride on by name: in PyTorch, stride comes before padding.",
        "number types": "w and b may hold integers, but a layer's parameters are floats: torch.tensor(w).float().",
    },
    hints=[
        "c_out, c_in, kh, kw = w.shape. These are the numbers that nn.Conv2d takes first.",
        "layer = nn.Conv2d(c_in, c_out, (kh, kw), stride=stride, padding=padding)",
        "with torch.no_grad(): layer.weight.copy_(torch.tensor(w)); layer.bias.copy_(torch.tensor(b)). Then return it.",
    ],
    probe="torch_probe.layer_output",
    worked=[
        (
            "values",
            {
                "w": np.array([[[[1.0, 2.0], [0.0, -1.0]]]]),
                "b": np.array([3.0]),
                "padding": 0,
                "stride": 1,
                "x": np.arange(1.0, 10).reshape(1, 1, 3, 3),
            },
        )
    ],
)
def as_conv2d(w, b, padding, stride):
    return _conv2d(w, b, padding, stride)


def _conv2d(w, b, padding, stride):
    """An nn.Conv2d with these weights."""
    layer = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w))
        layer.bias.copy_(torch.tensor(b))
    return layer


@as_conv2d.cases
def _(rng):
    def case(c_in, c_out, kernel, image, padding=0, stride=1):
        w, b = _signed(rng, c_out, c_in, *kernel), _signed(rng, c_out) * 10
        return {"w": w, "b": b, "padding": padding, "stride": stride, "x": _signed(rng, 2, c_in, *image)}

    yield "values", case(2, 3, (3, 3), (4, 5))
    yield "values", case(3, 2, (3, 3), (5, 4))
    yield "filter size", case(2, 3, (2, 3), (4, 5))
    yield "filter size", case(3, 2, (4, 1), (5, 4))
    yield "padding", case(1, 2, (3, 3), (3, 4), padding=1)
    yield "padding", case(2, 3, (2, 2), (2, 3), padding=2)
    yield "stride", case(1, 2, (3, 3), (6, 7), stride=2)
    yield "stride", case(2, 1, (3, 3), (7, 6), padding=1, stride=3)
    for dtype in (np.int64, np.uint8, np.float32):
        arguments = case(2, 3, (2, 2), (3, 4))
        yield "number types", {**arguments, **{name: np.abs(arguments[name]).astype(dtype) for name in "wb"}}
    arguments = case(3, 2, (2, 3), (4, 3))
    yield "number types", {**arguments, "w": arguments["w"] + 0.25, "b": arguments["b"] - 0.5}


@as_conv2d.mistake(
    "flipped_filters",
    "Your layer's output is what you get with flipped filters. PyTorch does not flip filters: copy w as it is.",
)
def _(w, b, padding, stride):
    return _conv2d(w[:, :, ::-1, ::-1].copy(), b, padding, stride)


@as_conv2d.mistake("bias_left_out", "Your layer's output is what you get without the bias. Copy b into layer.bias.")
def _(w, b, padding, stride):
    return _conv2d(w, 0 * b, padding, stride)


@as_conv2d.mistake(
    "bias_at_random", "Your layer still has the random bias that PyTorch starts with. Copy b into layer.bias."
)
def _(w, b, padding, stride):
    layer = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w))
    return layer


@as_conv2d.mistake(
    "weights_at_random",
    "Your layer still has the random filters that PyTorch starts with. Copy w into layer.weight.",
)
def _(w, b, padding, stride):
    return nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)


@as_conv2d.mistake(
    "stride_and_padding_swapped",
    "Your layer has stride and padding swapped. In nn.Conv2d, stride comes first: pass both by name.",
)
def _(w, b, padding, stride):
    return _conv2d(w, b, stride, max(padding, 1))


@as_conv2d.mistake("padding_ignored", "Your layer's output is what you get without padding.")
def _(w, b, padding, stride):
    return _conv2d(w, b, 0, stride)


@as_conv2d.mistake("stride_ignored", "Your layer's output is what you get with stride 1, whatever the stride is.")
def _(w, b, padding, stride):
    return _conv2d(w, b, padding, 1)


@as_conv2d.mistake(
    "rows_and_columns_swapped",
    "Your layer's filters are transposed: rows became columns. The axes of w are already in PyTorch's order.",
)
def _(w, b, padding, stride):
    return _conv2d(w.swapaxes(2, 3), b, padding, stride)


@as_conv2d.mistake(
    "whole_numbers",
    "Your function fails when w holds integers: a layer's parameters are floats. Write torch.tensor(w).float().",
)
def _(w, b, padding, stride):
    layer = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)
    layer.weight, layer.bias = nn.Parameter(torch.tensor(w)), nn.Parameter(torch.tensor(b))
    return layer


# -------------------------------------------------------------------------------------------------- top_k_error


@book.exercise(
    points=2,
    aspects={
        "values": "check for each point whether its class is among the k classes with the highest logits. The error is "
        "the share of points for which it is not.",
        "every k": "k goes from 1, where only the highest logit counts, to the number of classes, where the error is "
        "0.",
        "number types": "logits may be integers. Avoid a minus in front of unsigned ones.",
    },
    hints=[
        "Which k classes have the highest logits? topk or argsort along the classes gives their indices, (N, k).",
        "A class is among them if one of the k indices equals it: compare with y[:, None], then use any along the last "
        "axis.",
        "The mean of that is the share of points that are right. The error is 1 minus this share.",
    ],
    probe="torch_probe.with_arrays_or_tensors",
    worked=[
        (
            "values",
            {"logits": np.array([[3.0, 1.0, 2.0, 0.0], [0.0, 5.0, 4.0, 3.0]]), "y": np.array([2, 0]), "k": 2},
        )
    ],
)
def top_k_error(logits, y, k):
    order = np.argsort(np.asarray(logits))[:, ::-1][:, :k]
    return float(1 - np.mean((order == np.asarray(y)[:, None]).any(axis=1)))


def _ranked(rng, places, classes, step=1.0):
    """Logits without ties, in which the class of point i has rank places[i]; rank 0 is the highest."""
    places = rng.permutation(places)
    logits = np.stack([rng.permutation(classes) for _ in places]) * step
    if step != 1:
        logits -= classes // 2 * step
    y = np.array([np.argsort(row)[::-1][place] for row, place in zip(logits, places)])
    return {"logits": logits, "y": y}


@top_k_error.cases
def _(rng):
    # How many points have their class in the first, second, ... place; all shares differ.
    yield "values", {**_ranked(rng, [0, 0, 1, 2, 2, 3, 5, 6], 7, 0.5), "k": 3}
    yield "values", {**_ranked(rng, [0, 1, 1, 1, 2, 4, 4], 5, 0.25), "k": 2}
    yield "values", {**_ranked(rng, [0, 2, 4, 5, 5, 5, 8, 8, 8, 9], 10, 0.5), "k": 5}
    yield "every k", {**_ranked(rng, [0, 0, 1, 2, 3], 4, 0.5), "k": 1}
    yield "every k", {**_ranked(rng, [0, 1, 2, 3, 4, 4, 5], 6, 0.5), "k": 4}
    yield "every k", {**_ranked(rng, [0, 0, 1, 2, 4, 4, 3], 5, 0.5), "k": 5}
    for dtype in (np.uint8, np.int64, np.float32):
        ranked = _ranked(rng, [0, 0, 1, 1, 2, 2, 3, 5], 6)
        yield "number types", {"logits": ranked["logits"].astype(dtype), "y": ranked["y"].astype(np.int64), "k": 3}


@top_k_error.mistake(
    "sorted_the_wrong_way",
    "Your function uses the k lowest logits: sorting puts the lowest first. Take the last k, or sort descending.",
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, :k]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "accuracy_for_error", "Your number is the share of points that are right. The error is 1 minus this share."
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "k_ignored", "Your number is the top-1 error, whatever k is. Use the k highest logits, not only the highest."
)
def _(logits, y, k):
    return float(np.mean(logits.argmax(axis=1) != y))


@top_k_error.mistake(
    "kth_place_only",
    "Your function uses only the k-th highest logit. A class is right if it is anywhere among the k highest.",
)
def _(logits, y, k):
    return float(np.mean(np.argsort(logits, axis=1)[:, ::-1][:, k - 1] != y))


@top_k_error.mistake("one_place_too_many", "Your function uses the k + 1 highest logits. Use the k highest.")
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, : k + 1]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "count_for_share", "Your number counts points. The error is a share: divide by the number of points."
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return int((~(order == y[:, None]).any(axis=1)).sum())


@top_k_error.mistake("percent", "Your number is a percentage. Return a share from 0 to 1.")
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(100 * (1 - np.mean((order == y[:, None]).any(axis=1))))


@top_k_error.mistake(
    "divided_by_places",
    "Your function takes the mean over points and places. A point is right if any of its k places is right.",
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(1 - np.mean(order == y[:, None]))


@top_k_error.mistake(
    "minus_in_bytes",
    "Your numbers are wrong for uint8: there -1 is 255 and -0 is still 0, so a logit of 0 comes out as the highest. "
    "Convert the logits to floats before the minus.",
)
def _(logits, y, k):
    order = np.argsort(-logits, axis=1)[:, :k]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))


# --------------------------------------------------------------------------------------------- random_crop_flip


@book.exercise(
    points=2,
    aspects={
        "crops": "the result is (N, C, size, size). Entry i is a square of size by size pixels from image i, at the "
        "same place in all channels, flipped left to right or not.",
        "each its own": "every image has its own corner and flip: draw them inside the loop over images, or draw N of "
        "each.",
        "every place": "every corner must be possible, including the last: rows 0 to H - size and columns 0 to W - "
        "size, drawn separately.",
        "flips": "flip about half of the images left to right, which reverses the last axis.",
        "seed": "make the generator from `seed`, once. The same seed must give the same crops, and another seed other "
        "crops.",
    },
    hints=[
        "Make rng = np.random.default_rng(seed) once, at the start. Then draw a row, a column and a coin flip for each "
        "image.",
        "rng.integers(0, H - size + 1) draws from 0 to H - size: the upper end is excluded, hence the + 1.",
        "crop = image[:, row : row + size, column : column + size]; np.flip(crop, axis=-1), or .flip(-1) of a tensor.",
    ],
    probe="torch_probe.random_crops",
    derive="random_crops",
)
def random_crop_flip(images, size, seed):
    rng = np.random.default_rng(seed)
    crops = []
    for image in images:
        row, column = (rng.integers(0, side - size + 1) for side in image.shape[1:])
        crop = image[:, row : row + size, column : column + size]
        crops.append(np.flip(crop, axis=2) if rng.random() < 0.5 else crop)
    return np.stack(crops)


def _crops(images, size, draw, flip=lambda crop: crop[:, :, ::-1], last=0):
    """Crops of images: `draw` gives two large numbers and whether to flip; the `last` corners are never reached."""
    out = np.empty((*images.shape[:2], size, size), images.dtype)
    for i, image in enumerate(images):
        row, column, flipped = draw()
        row, column = (number % max(1, side - size + 1 - last) for number, side in zip((row, column), image.shape[1:]))
        crop = image[:, row : row + size, column : column + size]
        out[i] = flip(crop) if flipped else crop
    return out


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
    yield "each its own", case("variety", images(60, 2, 6, 4), 3)
    # One corner for all images is not the one in the middle.
    corners = {seed: tuple(np.random.default_rng(seed).integers(0, 2**32, 2) % (2, 3)) for seed in candidates}
    seed = next(seed for seed, corner in corners.items() if corner != (0, 1))
    yield "every place", case("places", images(200, 1, 4, 5), 3, seed)
    yield "every place", case("places", images(200, 1, 5, 3), 3)
    yield "flips", case("flips", images(200, 1, 3, 4), 3, seeds[True])
    yield "flips", case("flips", images(150, 2, 3, 3), 2, seeds[False])
    yield "seed", case("seed", images(20, 1, 5, 6), 3)
    yield "seed", case("seed", images(20, 2, 6, 4), 3)


@random_crop_flip.mistake(
    "the_same_for_all",
    "All your images get the same crop and the same flip: draw them for each image. A generator made again with the "
    "same seed for each image gives the same numbers each time.",
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
    "The last row and column of corners never occur. rng.integers excludes its upper end, so the end must be H - size "
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

    return _crops(np.roll(images, 1, axis=0), size, draw)


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


# ---------------------------------------------------------------------------------------------------- ConvBlock


@book.exercise(
    points=2,
    aspects={
        "evaluation": "use conv, then batch norm, then ReLU: relu(norm(conv(x))). Padding 1 keeps the size.",
        "training": "in training mode, nn.BatchNorm2d(c_out) takes mean and variance from the batch.",
        "stride": "the convolution has the stride: height and width are divided by it, rounded up.",
        "weights": "there is a filter bank (c_out, c_in, 3, 3) without bias, and batch norm's scale and shift, with "
        "c_out numbers each.",
    },
    hints=[
        "Three layers: nn.Conv2d(c_in, c_out, 3, ...), nn.BatchNorm2d(c_out), nn.ReLU(). In which order?",
        "nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False): batch norm subtracts every bias again.",
        "In __init__: super().__init__() first, then self.conv = ..., self.norm = ...; "
        "forward(self, x) returns F.relu(self.norm(self.conv(x))).",
    ],
    probe="torch_probe.block",
    forbidden=("helpers.blocks",),
)
def ConvBlock(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out, stride), nn.BatchNorm2d(c_out), nn.ReLU())


def _three(c_in, c_out, stride=1, bias=False):
    """A 3 by 3 convolution that keeps the size at stride 1."""
    return nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=bias)


def _block_case(rng, c_in, c_out, sides, look_at="evaluation", stride=1, batch=2, plain=False):
    return {
        "c_in": c_in,
        "c_out": c_out,
        "stride": stride,
        "x": _signed(rng, batch, c_in, *sides),
        "look_at": look_at,
        "weights": 0 if plain else _number(rng),
    }


@ConvBlock.cases
def _(rng):
    yield "evaluation", _block_case(rng, 2, 3, (4, 5))
    yield "evaluation", _block_case(rng, 3, 2, (3, 4))
    yield "training", _block_case(rng, 2, 3, (3, 5), "training")
    yield "training", _block_case(rng, 3, 2, (4, 3), "training", batch=3)
    yield "stride", _block_case(rng, 1, 2, (6, 5), stride=2)
    yield "stride", _block_case(rng, 2, 2, (5, 8), stride=3)
    for c_in, c_out in ((2, 3), (5, 4), (3, 8)):
        yield "weights", _block_case(rng, c_in, c_out, (3, 4), "weights")


@ConvBlock.mistake(
    "bias_beside_batch_norm",
    "Your convolution has a bias. Batch norm subtracts the mean, which removes it again: use bias=False.",
)
def _(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out, stride, bias=True), nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake("relu_before_batch_norm", "Your ReLU comes before batch norm. Here it comes last: conv, norm, ReLU.")
def _(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out, stride), nn.ReLU(), nn.BatchNorm2d(c_out))


@ConvBlock.mistake("relu_missing", "Your block's output has numbers below 0: the ReLU at the end is missing.")
def _(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out, stride), nn.BatchNorm2d(c_out))


@ConvBlock.mistake("batch_norm_missing", "Your block's output is what you get without batch norm.")
def _(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out, stride), nn.ReLU())


@ConvBlock.mistake(
    "padding_missing", "Your block loses a pixel on each side: nn.Conv2d has no padding unless you set padding=1."
)
def _(c_in, c_out, stride):
    conv = nn.Conv2d(c_in, c_out, 3, stride=stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "stride_ignored", "Your block has stride 1, whatever the stride is. Pass the stride on to the convolution."
)
def _(c_in, c_out, stride):
    return nn.Sequential(_three(c_in, c_out), nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "pooling_for_stride",
    "Your block shrinks the image by pooling. Give the convolution itself the stride.",
)
def _(c_in, c_out, stride):
    pool = nn.MaxPool2d(stride, ceil_mode=True)
    return nn.Sequential(_three(c_in, c_out), nn.BatchNorm2d(c_out), nn.ReLU(), pool)


@ConvBlock.mistake(
    "batch_norm_first",
    "Your block starts with batch norm and ReLU. That is the order in later residual networks. Here the convolution "
    "comes first.",
)
def _(c_in, c_out, stride):
    return nn.Sequential(nn.BatchNorm2d(c_in), nn.ReLU(), _three(c_in, c_out, stride))


@ConvBlock.mistake("one_by_one", "Your filters are 1 by 1. They should also see a pixel's neighbours: use 3 by 3.")
def _(c_in, c_out, stride):
    conv = nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "norm_of_each_image",
    "Your block normalizes each image separately (instance norm). Batch norm takes mean and variance over the whole "
    "batch.",
)
def _(c_in, c_out, stride):
    norm = nn.InstanceNorm2d(c_out, affine=True, track_running_stats=True)
    return nn.Sequential(_three(c_in, c_out, stride), norm, nn.ReLU())


@ConvBlock.mistake(
    "nothing_remembered",
    "Your batch norm takes mean and variance from the batch even in evaluation mode. Leave track_running_stats at its "
    "default.",
)
def _(c_in, c_out, stride):
    norm = nn.BatchNorm2d(c_out, track_running_stats=False)
    return nn.Sequential(_three(c_in, c_out, stride), norm, nn.ReLU())


# ------------------------------------------------------------------------------------------------ ResidualBlock


@book.exercise(
    points=3,
    aspects={
        "same shape": "return relu(branch(x) + x), where branch is conv, norm, ReLU, conv, norm. When the shapes "
        "agree, the shortcut is x itself.",
        "training": "there is a batch norm after both convolutions. In training mode it uses the batch's own mean and "
        "variance.",
        "other channels": "when c_in and c_out differ, x goes through a 1x1 convolution to c_out channels, without "
        "ReLU.",
        "stride": "the first convolution and the shortcut's 1x1 convolution have the stride. The second convolution "
        "has stride 1.",
        "weights": "there are two filter banks without biases, two batch norms, and a 1x1 convolution only when the "
        "shapes differ.",
    },
    hints=[
        "Draw it: x takes two paths. One goes through conv, norm, ReLU, conv, norm. The other is the shortcut. Their "
        "outputs are added.",
        "The ReLU of the second convolution comes after the sum: out = self.branch(x) + self.shortcut(x); F.relu(out).",
        "self.shortcut = nn.Identity() if stride == 1 and c_in == c_out, else nn.Conv2d(c_in, c_out, 1, stride=stride, "
        "bias=False), with nn.BatchNorm2d(c_out) after it if you like.",
    ],
    probe="torch_probe.block",
    derive="residual_block",
    forbidden=("helpers.blocks",),
)
def ResidualBlock(c_in, c_out, stride):
    return _sum(_branch(c_in, c_out, stride), _shortcut(c_in, c_out, stride), nn.ReLU())


def _branch(c_in, c_out, stride, second_stride=1, bias=False, between=None):
    """Two convolutions with batch norm."""
    first, second = _three(c_in, c_out, stride, bias), _three(c_out, c_out, second_stride, bias)
    return nn.Sequential(first, nn.BatchNorm2d(c_out), between or nn.ReLU(), second, nn.BatchNorm2d(c_out))


def _shortcut(c_in, c_out, stride, always=False):
    """The input itself, or a 1x1 convolution with batch norm when the shapes differ."""
    if c_in == c_out and stride == 1 and not always:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


def _sum(branch, shortcut, after):
    """The module that returns after(branch(x) + shortcut(x))."""

    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch, self.shortcut, self.after = branch, shortcut, after

        def forward(self, x):
            return self.after(self.branch(x) + self.shortcut(x))

    return Sum()


@ResidualBlock.cases
def _(rng):
    yield "same shape", _block_case(rng, 3, 3, (4, 3))
    yield "same shape", _block_case(rng, 2, 2, (3, 5))
    yield "training", _block_case(rng, 2, 2, (4, 3), "training")
    yield "training", _block_case(rng, 3, 3, (3, 4), "training", batch=3)
    # Weights for which batch norm does nothing, since the shortcut may have one or not.
    yield "other channels", _block_case(rng, 2, 3, (3, 4), plain=True)
    yield "other channels", _block_case(rng, 3, 1, (4, 3), plain=True)
    yield "stride", _block_case(rng, 2, 2, (5, 4), stride=2, plain=True)
    yield "stride", _block_case(rng, 1, 3, (4, 7), stride=2, plain=True)
    for c_in, c_out, stride in ((3, 3, 1), (2, 5, 1), (4, 4, 2)):
        yield "weights", _block_case(rng, c_in, c_out, (3, 4), "weights", stride)


@ResidualBlock.mistake(
    "no_shortcut", "Your block's output is what you get without the shortcut. Add it before the last ReLU."
)
def _(c_in, c_out, stride):
    return nn.Sequential(_branch(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_after_relu",
    "Your shortcut is added after the ReLU, so the branch never adds anything below 0. Apply the ReLU after the sum.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(_branch(c_in, c_out, stride), nn.ReLU())
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake("no_relu_at_the_end", "Your block's output has numbers below 0. Apply a ReLU after the sum.")
def _(c_in, c_out, stride):
    return _sum(_branch(c_in, c_out, stride), _shortcut(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake(
    "relu_twice",
    "Your block has a ReLU both before and after the sum. Remove the one before it.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(_branch(c_in, c_out, stride), nn.ReLU())
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "no_relu_between",
    "There is no ReLU between your two convolutions. Without it, they are no more than a single 5 by 5 convolution.",
)
def _(c_in, c_out, stride):
    branch = _branch(c_in, c_out, stride, between=nn.Identity())
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_the_second",
    "Your second convolution has the stride. Give it to the first one: then the second has less to compute.",
)
def _(c_in, c_out, stride):
    branch = _branch(c_in, c_out, 1, second_stride=stride)
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_both",
    "Both of your convolutions have the stride, so the branch is smaller than the shortcut. Give it only to the first "
    "one.",
)
def _(c_in, c_out, stride):
    branch = _branch(c_in, c_out, stride, second_stride=stride)
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_without_stride",
    "Your shortcut has no stride, so it is larger than the branch. Give the 1x1 convolution the same stride.",
)
def _(c_in, c_out, stride):
    shortcut = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1, bias=False)
    return _sum(_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "convolution_on_every_shortcut",
    "Your shortcut always has a 1x1 convolution. When the shapes agree, use x itself: then a block with small weights "
    "changes almost nothing.",
)
def _(c_in, c_out, stride):
    return _sum(_branch(c_in, c_out, stride), _shortcut(c_in, c_out, stride, always=True), nn.ReLU())


@ResidualBlock.mistake(
    "relu_on_the_shortcut",
    "Your shortcut has its own ReLU, which cuts off negative numbers. Remove it.",
)
def _(c_in, c_out, stride):
    shortcut = _shortcut(c_in, c_out, stride)
    if stride != 1 or c_in != c_out:
        shortcut.append(nn.ReLU())
    return _sum(_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "bias_beside_batch_norm",
    "Your convolutions have biases. Batch norm subtracts the mean, which removes them again: use bias=False.",
)
def _(c_in, c_out, stride):
    return _sum(_branch(c_in, c_out, stride, bias=True), _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "batch_norm_missing", "Your block's output is what you get without batch norm. Add one after each convolution."
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(_three(c_in, c_out, stride), nn.ReLU(), _three(c_out, c_out))
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "one_convolution", "Your branch has a single convolution. It needs two, with a ReLU between them."
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(_three(c_in, c_out, stride), nn.BatchNorm2d(c_out))
    return _sum(branch, _shortcut(c_in, c_out, stride), nn.ReLU())


# ------------------------------------------------------------------------------------------------- SmallResNet


@book.exercise(
    points=3,
    aspects={
        "classes": "return one logit for each class: the last layer is nn.Linear(channels, classes), and the result is "
        "(N, classes).",
        "image sizes": "average each channel over all its places, x.mean(dim=(2, 3)), before the linear layer.",
        "logits": "end with the linear layer: cross-entropy applies the softmax itself.",
        "one by one": "in evaluation mode, an image's result must not depend on the others in its batch.",
        "weights": "use fewer than 3 million weights: start with few channels, and double them where height and width "
        "are halved.",
        "layers": "every layer must be registered in the module (self.name = layer, nn.Sequential or nn.ModuleList, "
        "not a plain list) and used in forward.",
        "residual blocks": "build the network from ResidualBlocks, after a first ConvBlock(3, channels, 1).",
    },
    hints=[
        "Start with ConvBlock(3, 16, 1). Then add about three ResidualBlocks, some with stride 2 and twice the "
        "channels, then the average and the linear layer.",
        "nn.Sequential(ConvBlock(3, 16, 1), ResidualBlock(16, 16, 1), ResidualBlock(16, 32, 2), "
        "ResidualBlock(32, 64, 2), "
        "...)",
        "The end: nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes).",
    ],
    probe="torch_probe.network",
    derive="network",
)
def SmallResNet(classes):
    return _network(classes)


def _network(classes, widths=(8, 12, 16), shortcut=_shortcut, end=None):
    """A network of two residual blocks; `end` holds the layers after them."""
    stem, first, second = widths
    one = _sum(_branch(stem, first, 2), shortcut(stem, first, 2), nn.ReLU())
    two = _sum(_branch(first, second, 2), shortcut(first, second, 2), nn.ReLU())
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(second, classes)] if end is None else end
    return nn.Sequential(_three(3, stem), nn.BatchNorm2d(stem), nn.ReLU(), one, two, *end)


def _view(classes, look_at, *sides, batch=2):
    return {"classes": classes, "sides": list(sides) or [(32, 32)], "batch": batch, "look_at": look_at}


@SmallResNet.cases
def _(rng):
    def side():
        return int(rng.integers(33, 50))

    for classes in (int(rng.integers(3, 8)), int(rng.integers(11, 20))):
        yield "classes", _view(classes, "shapes")
    yield "image sizes", _view(int(rng.integers(2, 8)), "shapes", (32, 32), (side(), side()), (48, 32))
    yield "logits", _view(int(rng.integers(40, 50)), "logits", batch=3)
    yield "one by one", _view(int(rng.integers(4, 9)), "one by one", batch=3)
    yield "weights", _view(int(rng.integers(8, 12)), "weights")
    yield "layers", _view(int(rng.integers(4, 9)), "layers")
    yield "residual blocks", _view(int(rng.integers(4, 9)), "shortcuts")


@SmallResNet.mistake(
    "softmax_at_the_end",
    "Your network returns probabilities. Leave out the softmax: cross-entropy applies it itself.",
)
def _(classes):
    return nn.Sequential(_network(classes), nn.Softmax(dim=1))


@SmallResNet.mistake(
    "softmax_over_the_batch",
    "Your softmax runs over the images of a batch, not over the classes. Leave it out: cross-entropy applies its own.",
)
def _(classes):
    return nn.Sequential(_network(classes), nn.Softmax(dim=0))


@SmallResNet.mistake("relu_at_the_end", "Your logits are never below 0: remove the ReLU after the last layer.")
def _(classes):
    return nn.Sequential(_network(classes), nn.ReLU())


@SmallResNet.mistake(
    "one_size_only",
    "Your network accepts only one image size: its linear layer has a weight for each place. Average over all places "
    "first.",
)
def _(classes):
    return _network(classes, end=[nn.Flatten(), nn.Linear(16 * 8 * 8, classes)])


@SmallResNet.mistake(
    "layers_in_a_list",
    "Your network keeps layers in a plain list, where PyTorch can't see them. It doesn't train them, move them to the "
    "GPU or set them to evaluation mode. Use nn.Sequential or nn.ModuleList.",
)
def _(classes):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = list(_network(classes, end=[]))
            self.end = nn.Linear(16, classes)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.end(x.mean(dim=(2, 3)))

    return Net()


@SmallResNet.mistake(
    "too_many_weights",
    "Your network has more than 3 million weights. Use fewer channels, and one linear layer at the end.",
)
def _(classes):
    large = [nn.Linear(16, 1800), nn.ReLU(), nn.Linear(1800, 1800), nn.ReLU(), nn.Linear(1800, classes)]
    return _network(classes, end=[nn.AdaptiveAvgPool2d(1), nn.Flatten(), *large])


@SmallResNet.mistake(
    "no_shortcuts", "Your network has no shortcuts: it is a plain stack of convolutions. Build it from ResidualBlocks."
)
def _(classes):
    blocks = [*_branch(8, 12, 2), nn.ReLU(), *_branch(12, 16, 2), nn.ReLU()]
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, classes)]
    return nn.Sequential(_three(3, 8), nn.BatchNorm2d(8), nn.ReLU(), *blocks, *end)


@SmallResNet.mistake("always_ten", "Your network has ten logits, whatever the number of classes is.")
def _(classes):
    return _network(10)


@SmallResNet.mistake(
    "no_last_layer",
    "Your network ends with its features. Add a linear layer that turns them into a logit for each class.",
)
def _(classes):
    return _network(classes, end=[nn.AdaptiveAvgPool2d(1), nn.Flatten()])


@SmallResNet.mistake(
    "layer_left_out",
    "Your network has a layer that is made in __init__ but not used in forward: its weights never get a gradient.",
)
def _(classes):
    model = _network(classes)
    model.spare = nn.Linear(16, classes)
    model.forward = lambda x: nn.Sequential(*list(model)[:-1])(x)
    return model


# -------------------------------------------------------------------------------------------- count_parameters


@book.exercise(
    points=1,
    integers=True,
    aspects={
        "values": "count numbers, not tensors: add up p.numel() over model.parameters(), including biases, at any "
        "depth.",
        "trainable": "don't count frozen parameters, with requires_grad False.",
        "no parameters": "batch norm's running mean and variance are buffers: they are stored, but not learned by "
        "gradient descent.",
        "shared": "count the weights of a layer that is used twice only once, as model.parameters() does.",
    },
    hints=[
        "model.parameters() gives every parameter of the model, including those of nested layers.",
        "For a parameter p, p.numel() is its number of entries, and p.requires_grad says whether it is trained.",
        "sum(p.numel() for p in model.parameters() if p.requires_grad)",
    ],
    probe="torch_probe.counted",
    worked=[("values", {"model": [("conv", 1, 6, 5), ("linear", 10, 3)]})],
)
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@count_parameters.cases
def _(rng):
    def two():
        """Two different sizes."""
        return (int(item) for item in rng.permutation(np.arange(2, 12))[:2])

    a, b = two()
    yield "values", {"model": [("conv", a, b, 3), ("linear", b, a)]}
    yield "values", {"model": [("linear", a + 1, b), ("block", ("conv", b, a, 5, "no bias"), ("linear", 4, 7))]}
    yield "values", {"model": [("block", ("block", ("conv", 3, a, 3), ("slope", a)), ("conv", a, b, 1))]}
    c, d = two()
    yield "trainable", {"model": [("frozen", "conv", 3, c, 3), ("linear", c, d)]}
    yield "trainable", {"model": [("conv", c, d, 3), ("block", ("frozen", "norm", d), ("linear", d, 5))]}
    yield "trainable", {"model": [("frozen", "linear", d, c), ("slope", c)]}
    yield "no parameters", {"model": [("conv", 2, c, 3, "no bias"), ("norm", c)]}
    yield "no parameters", {"model": [("norm", d), ("block", ("linear", c, d), ("norm", c))]}
    yield "no parameters", {"model": [("norm", a + 2), ("norm", b)]}
    yield "shared", {"model": [("twice", "linear", a, a), ("linear", a, 3)]}
    yield "shared", {"model": [("twice", "conv", b, b, 3)]}
    yield "shared", {"model": [("linear", 3, b), ("block", ("twice", "linear", b, b))]}


@count_parameters.mistake("tensors_counted", "Your number counts weight arrays. Count the numbers in them: p.numel().")
def _(model):
    return sum(1 for p in model.parameters() if p.requires_grad)


@count_parameters.mistake(
    "frozen_counted", "Your number includes frozen parameters. Count only those with p.requires_grad."
)
def _(model):
    return sum(p.numel() for p in model.parameters())


@count_parameters.mistake(
    "buffers_counted",
    "Your number includes batch norm's running statistics, which are also in state_dict(). Use model.parameters().",
)
def _(model):
    return sum(item.numel() for item in model.state_dict().values())


@count_parameters.mistake("biases_left_out", "Your number leaves out the biases. They are trained too.")
def _(model):
    return sum(p.numel() for name, p in model.named_parameters() if p.requires_grad and not name.endswith("bias"))


@count_parameters.mistake(
    "nested_counted_again",
    "Your number counts nested layers several times: model.parameters() already covers all of them, so don't also loop "
    "over modules().",
)
def _(model):
    return sum(p.numel() for part in model.modules() for p in part.parameters() if p.requires_grad)


@count_parameters.mistake(
    "top_layers_only", "Your number leaves out deeper layers: layers inside layers have parameters too."
)
def _(model):
    return sum(p.numel() for part in model.children() for p in part.parameters(recurse=False) if p.requires_grad)


@count_parameters.mistake(
    "rows_counted", "Your number adds up len(p), the size along the first axis. Count all numbers: p.numel()."
)
def _(model):
    return sum(len(p) for p in model.parameters() if p.requires_grad)


# -------------------------------------------------------------------------------------------------- train_step


@book.exercise(
    points=2,
    aspects={
        "loss": "return F.cross_entropy(model(images), labels), computed from the plain logits. It is the mean over "
        "the batch.",
        "weights": "call loss.backward(), then optimizer.step().",
        "gradients cleared": "backward() adds to the existing gradients: call optimizer.zero_grad() before each "
        "backward().",
        "optimizer": "leave the step to the optimizer: it may use momentum or weight decay.",
        "training mode": "keep the model in training mode, and run it once on each batch: batch norm updates its "
        "statistics each time.",
    },
    hints=[
        "Write five lines: logits, loss, clear the gradients, backward, step. Which of them must be in that order?",
        "loss = F.cross_entropy(model(images), labels): it includes softmax and logarithm.",
        "optimizer.zero_grad(); loss.backward(); optimizer.step(); return loss.item()",
    ],
    probe="torch_probe.steps",
)
def train_step(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer)


def _step(model, images, labels, optimizer, cost=None, clear=True):
    """train_step with another loss, or without clearing the gradients."""
    loss = (cost or F.cross_entropy)(model(images), labels)
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _small(rng, channels, filters, classes, norm=False):
    """Arrays of a small network, large enough that steps show."""
    arrays = {
        "filters": _signed(rng, filters, channels, 3, 3) / 4,
        "weights": _signed(rng, classes, filters) / 4,
        "biases": _signed(rng, classes) / 8,
    }
    if norm:
        arrays |= {"mean": _signed(rng, filters) / 2, "variance": rng.integers(1, 5, filters) / 4}
    return arrays


@train_step.cases
def _(rng):
    def case(look_at, calls, n=5, channels=2, classes=3, norm=False, **optimizer):
        # No class twice in a row, and not all classes.
        labels = rng.permutation(np.arange(n) % classes)
        return {
            "model": _small(rng, channels, 3, classes, norm),
            "images": _signed(rng, n, channels, 4, 3) / 2,
            "labels": labels.astype(np.int64),
            "optimizer": optimizer or {"lr": 0.5},
            "calls": calls,
            "look_at": look_at,
        }

    yield "loss", case("loss", 1)
    yield "loss", case("loss", 1, n=4, classes=4)
    yield "loss", case("loss", 1, n=7, channels=1, classes=5)
    yield "weights", case("weights", 1)
    yield "weights", case("weights", 1, n=7, classes=4)
    yield "weights", case("weights", 1, n=3, channels=3)
    yield "gradients cleared", case("weights", 3)
    yield "gradients cleared", case("loss", 5, n=6, classes=4)
    yield "optimizer", case("weights", 2, lr=0.25, momentum=0.75)
    yield "optimizer", case("weights", 1, n=6, lr=0.5, weight_decay=0.25)
    yield "optimizer", case("loss", 4, lr=0.25, momentum=0.5)
    yield "training mode", case("statistics", 1, norm=True)
    yield "training mode", case("statistics", 2, n=6, channels=1, norm=True)


@train_step.mistake(
    "softmax_before_loss",
    "Your loss is what you get when a softmax comes before F.cross_entropy, which applies its own. Pass it the logits.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(F.softmax(z, dim=1), y))


@train_step.mistake(
    "gradients_add_up",
    "Your gradients add up from step to step: backward() adds to the existing ones. Call optimizer.zero_grad() first.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, clear=False)


@train_step.mistake(
    "weights_stay",
    "Your weights don't change. Call optimizer.step() after backward(), without zero_grad() between the two.",
)
def _(model, images, labels, optimizer):
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@train_step.mistake(
    "loss_after_the_step",
    "Your loss is that of the new weights: you run the model on the batch twice. Return the loss from before the step.",
)
def _(model, images, labels, optimizer):
    _step(model, images, labels, optimizer)
    return F.cross_entropy(model(images), labels).item()


@train_step.mistake(
    "sum_for_mean", "Your loss is the sum over the batch. Use the mean, so that steps don't grow with the batch size."
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(z, y, reduction="sum"))


@train_step.mistake(
    "no_logarithm",
    "Your loss is F.nll_loss of the logits, but that needs their log_softmax. F.cross_entropy does both at once.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.nll_loss(z, y))


@train_step.mistake(
    "squared_error",
    "Your loss is the squared distance to one-hot classes. For classification, use the cross-entropy.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.mse_loss(z, F.one_hot(y, z.shape[1]).to(z.dtype)))


@train_step.mistake(
    "evaluation_mode",
    "Your step runs in evaluation mode, where batch norm ignores the batch's statistics. Call eval() only in evaluate.",
)
def _(model, images, labels, optimizer):
    model.eval()
    return _step(model, images, labels, optimizer)


@train_step.mistake(
    "step_by_hand",
    "Your step subtracts lr times the gradient by hand. Use optimizer.step(), which also handles momentum and weight "
    "decay.",
)
def _(model, images, labels, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= optimizer.param_groups[0]["lr"] * p.grad
    return loss.item()


@train_step.mistake(
    "loss_divided_again",
    "Your loss is divided by the batch size a second time: F.cross_entropy already returns the mean.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(z, y) / len(y))


# ---------------------------------------------------------------------------------------------------- evaluate


@book.exercise(
    points=2,
    aspects={
        "errors": "return two shares: first the points whose class is not the highest, then those whose class is not "
        "among the five highest.",
        "batch sizes": "count wrong points and all points over all batches, then divide, since batches differ in size.",
        "evaluation mode": "call model.eval() before the first batch: batch norm then uses its running statistics.",
        "mode restored": "set was_training = model.training at the start, and call model.train(was_training) at the "
        "end.",
        "no gradients": "put `with torch.no_grad():` around the loop.",
    },
    hints=[
        "Remember the mode, switch to evaluation mode, loop over batches without gradients, restore the mode, divide.",
        "logits.topk(5, dim=1).indices == labels[:, None] is (N, 5): its first column is the top-1 answer, and any "
        "along dim 1 is the top-5 answer.",
        "Count points, and points that are right, batch by batch. The errors are 1 - right / points.",
    ],
    probe="torch_probe.evaluated",
)
def evaluate(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        results = _results(model, loader)
    model.train(was_training)
    return _errors(results)


def _results(model, loader):
    """The logits and labels of all batches."""
    return [(model(images), labels) for images, labels in loader]


def _errors(results, ks=(1, 5), largest=True):
    """The top-k errors over all points."""
    logits, labels = (torch.cat(items) for items in zip(*results))
    found = [logits.topk(k, dim=1, largest=largest).indices == labels[:, None] for k in ks]
    return tuple(1 - item.any(dim=1).double().mean().item() for item in found)


@evaluate.cases
def _(rng):
    def case(look_at, sizes, training=False, classes=7, norm=False):
        """Points for which top-1 and top-5 error, over points and over batches, all differ, also from 0 and 1."""
        while True:
            model = _small(rng, 2, 4, classes, norm)
            batches = [(_signed(rng, n, 2, 3, 4) / 2, rng.integers(0, classes, n)) for n in sizes]
            if _telling(model, batches, sizes, norm):
                return {"model": model, "loader": batches, "training": training, "look_at": look_at}

    yield "errors", case("errors", (6, 6))
    yield "errors", case("errors", (5, 5, 5), classes=8)
    yield "errors", case("errors", (9,), classes=10)
    yield "batch sizes", case("errors", (8, 3))
    yield "batch sizes", case("errors", (7, 7, 2), classes=9)
    yield "evaluation mode", case("errors", (6, 5), training=True, norm=True)
    yield "evaluation mode", case("errors", (9, 8), training=True, norm=True)
    for look_at, aspect in (("mode", "mode restored"), ("gradients", "no gradients")):
        yield aspect, case(look_at, (6, 6), training=True)
        yield aspect, case(look_at, (5, 5))
        yield aspect, case(look_at, (4, 4, 4), training=True, classes=8)


def _logits(model, images, training=False):
    """The output of the small network of `torch_probe`, in NumPy."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    z = np.einsum("nchwij,fcij->nfhw", windows, model["filters"])
    if "mean" in model:
        mean = z.mean(axis=(0, 2, 3)) if training else model["mean"]
        variance = z.var(axis=(0, 2, 3)) if training else model["variance"]
        z = (z - mean[:, None, None]) / np.sqrt(variance + 1e-5)[:, None, None]
    return np.maximum(z, 0).mean(axis=(2, 3)) @ model["weights"].T + model["biases"]


def _telling(model, batches, sizes, norm):
    """Whether mistakes show in these batches, and rounding does not."""
    wrong = {}
    for training in (False, True):
        logits = [_logits(model, images, training) for images, _ in batches]
        ranked = np.sort(np.concatenate(logits), axis=1)
        if np.diff(ranked, axis=1).min() < 1e-6:
            return False
        for k in (1, 5):
            wrong[training, k] = [
                (np.argsort(item, axis=1)[:, -k:] != labels[:, None]).all(axis=1).sum()
                for item, (_, labels) in zip(logits, batches)
            ]
    one, five = (np.array(wrong[False, k]) for k in (1, 5))
    points = sum(sizes)
    apart = 0 < five.sum() < one.sum() < points and one.sum() + five.sum() != points and 2 * one.sum() != points
    if len(set(sizes)) > 1:
        apart = apart and all(abs(np.mean(item / sizes) - item.sum() / points) > 0.01 for item in (one, five))
    if norm:
        apart = apart and all(sum(wrong[True, k]) != sum(wrong[False, k]) for k in (1, 5))
    # The last batch alone gives a different result.
    return apart and (len(sizes) == 1 or one[-1] / sizes[-1] != one.sum() / points)


@evaluate.mistake(
    "mean_over_batches",
    "Your errors are means over batches. When batches differ in size, points of a small batch then count too much. "
    "Count points instead.",
)
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        each = [_errors([result]) for result in _results(model, loader)]
    model.train(was_training)
    return tuple(float(np.mean(errors)) for errors in zip(*each))


@evaluate.mistake(
    "no_eval",
    "Your model is evaluated in training mode, where batch norm uses the batch's statistics instead of its running "
    "ones. Call model.eval().",
)
def _(model, loader):
    with torch.no_grad():
        return _errors(_results(model, loader))


@evaluate.mistake(
    "left_in_evaluation_mode",
    "Your model stays in evaluation mode, so the next epoch trains it in that mode. Restore its mode.",
)
def _(model, loader):
    model.eval()
    with torch.no_grad():
        return _errors(_results(model, loader))


@evaluate.mistake(
    "always_back_to_training",
    "Your model is always in training mode afterwards, even if it was not before. Remember model.training at the "
    "start.",
)
def _(model, loader):
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train()
    return errors


@evaluate.mistake(
    "gradients_prepared",
    "Your function lets PyTorch store everything for gradients, which costs time and memory. Use `with "
    "torch.no_grad():`.",
)
def _(model, loader):
    was_training = model.training
    model.eval()
    results = _results(model, loader)
    model.train(was_training)
    return _errors(results)


@evaluate.mistake("accuracies", "Your numbers are accuracies. Return the errors, 1 minus accuracy.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return 1 - errors[0], 1 - errors[1]


@evaluate.mistake("order_swapped", "Your errors are in the wrong order. The top-1 error comes first.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return errors[::-1]


@evaluate.mistake("percent", "Your errors are percentages. Return shares from 0 to 1.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return 100 * errors[0], 100 * errors[1]


@evaluate.mistake(
    "last_batch_only", "Your errors are those of the last batch. Add up over all batches, and start from 0 only once."
)
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader)[-1:])
    model.train(was_training)
    return errors


@evaluate.mistake("sorted_the_wrong_way", "Your function uses the lowest logits: sorting puts the lowest first.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader), largest=False)
    model.train(was_training)
    return errors


@evaluate.mistake("top_1_twice", "Both of your numbers are the top-1 error. The second is for the five highest logits.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader), ks=(1, 1))
    model.train(was_training)
    return errors
