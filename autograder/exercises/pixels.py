"""Exercises of notebook 01: an image as a list of numbers, and the fully connected network that classifies it."""

from __future__ import annotations

import numpy as np

from .exercise import Notebook

book = Notebook("01_pixels")

HI = np.array(
    [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]],
    dtype=np.uint8,
)


def _sides(rng, count, low=2, high=5):
    """`count` different sizes, so that nothing is square by accident."""
    return tuple(int(side) for side in rng.choice(np.arange(low, high + 1), count, replace=False))


def _distinct(rng, *shape, dtype=np.int64):
    """An array of different small numbers, none 0, so that every mix-up of places shows."""
    return (1 + rng.permutation(int(np.prod(shape)))).reshape(shape).astype(dtype)


def _signed(rng, *shape, most=5):
    """Integers of both signs, none 0."""
    return rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)


# ---------------------------------------------------------------------------------------------------- normalize


@book.exercise(
    points=1,
    aspects={
        "values": "divide each pixel by p, and do nothing else to it.",
        "any p": "white is the given p. It need not be 255, and it need not occur in the image.",
        "integer images": "the pixels may be integers, but the result has fractions: use neither // nor an integer "
        "array.",
        "any shape": "the division is the same for one, two or three axes.",
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
    yield "values", {"image": rng.integers(1, 250, _sides(rng, 2, 2, 4)).astype(float)}
    yield "values", {"image": rng.integers(1, 250, _sides(rng, 2, 2, 4)).astype(float), "p": 255}
    yield "any p", {"image": rng.integers(1, 9, _sides(rng, 2, 2, 4)).astype(float), "p": int(rng.integers(10, 100))}
    yield "any p", {"image": rng.integers(300, 60000, _sides(rng, 2, 2, 4)).astype(np.uint16), "p": 65535}
    yield "integer images", {"image": rng.integers(1, 250, _sides(rng, 2, 2, 4)).astype(np.uint8)}
    yield "integer images", {"image": rng.integers(1, 14, _sides(rng, 2, 2, 4)), "p": 16}
    yield "any shape", {"image": rng.integers(1, 250, int(rng.integers(3, 6))).astype(np.float32)}
    yield "any shape", {"image": rng.integers(1, 250, (2, *_sides(rng, 2, 2, 3))).astype(float)}


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


# ------------------------------------------------------------------------------------------------------ flatten


@book.exercise(
    points=1,
    aspects={
        "values": "take the first row from left to right, then the second row, and so on.",
        "colour images": "for (H, W, C), the C numbers of a pixel stay together. Then comes the next pixel of the row.",
        "a copy": "the image changes after your function has returned (image_later). Your list must not change with "
        "it.",
    },
    hints=[
        "You could write two loops and collect the pixels in a list, "
        "or ask NumPy for another shape of the same numbers.",
        "reshape(-1) gives one axis, row by row, for any number of axes. But its result may share the image's memory.",
        "Arrays have a method with this very name, and it always copies.",
    ],
    probe="read_later",
    worked=[("values", {"image": HI})],
)
def flatten(image):
    return image.flatten()


@flatten.cases
def _(rng):
    yield "values", {"image": _distinct(rng, *_sides(rng, 2, 2, 4))}
    yield "values", {"image": _distinct(rng, *_sides(rng, 2, 2, 4), dtype=np.float32) / 2}
    high, low = _sides(rng, 2, 2, 4)
    yield "values", {"image": _distinct(rng, max(high, low), min(high, low), dtype=np.uint8)}
    yield "values", {"image": _distinct(rng, min(high, low), max(high, low))}
    yield "colour images", {"image": _distinct(rng, *_sides(rng, 2, 2, 4), 3, dtype=np.uint8)}
    yield "colour images", {"image": _distinct(rng, *_sides(rng, 2, 2, 3), 4, dtype=float)}
    shape = _sides(rng, 2, 2, 3)
    yield "a copy", {"image": _distinct(rng, *shape), "image_later": -_distinct(rng, *shape)}
    shape = (*_sides(rng, 2, 2, 3), 3)
    yield "a copy", {"image": _distinct(rng, *shape, dtype=float), "image_later": -_distinct(rng, *shape, dtype=float)}


@flatten.mistake(
    "column_by_column", "Your output is what you get when the image is read column by column. Read it row by row."
)
def _(image):
    return image.flatten(order="F")


@flatten.mistake(
    "a_view",
    "Your output is what you get when flatten returns a view: it changed when the image was changed later. reshape and "
    "ravel share the image's memory; .flatten() and .copy() make a copy.",
)
def _(image):
    return image.reshape(-1)


@flatten.mistake(
    "one_row", "Your output is what you get when the result keeps two axes, (1, n). It should have one: (n,)."
)
def _(image):
    return image.reshape(1, -1).copy()


@flatten.mistake(
    "channel_by_channel", "Your output is what you get when all red values come first, then all green, then all blue."
)
def _(image):
    if image.ndim == 2:
        return image.flatten()
    return np.concatenate([image[:, :, channel].flatten() for channel in range(image.shape[2])])


@flatten.mistake(
    "grey_only",
    "Your function assumes that an image has two axes. It fails on a colour image, which has three: (H, W, C).",
)
def _(image):
    height, width = image.shape
    return np.array([image[row, column] for row in range(height) for column in range(width)])


@flatten.mistake(
    "one_list_per_pixel",
    "Your output is what you get when each pixel of a colour image stays a separate list: the shape is (H * W, C).",
)
def _(image):
    out = []
    for row in image:
        for pixel in row:
            out.append(pixel)
    return np.array(out)


@flatten.mistake(
    "square_only",
    "Your output is what you get when the number of rows is also used as the length of a row. An image need not be "
    "square.",
)
def _(image):
    n = len(image)
    out = []
    for row in range(n):
        for column in range(n):
            out.append(image[row, column])
    return np.array(out).flatten()


# -------------------------------------------------------------------------------------------------- pixel_index


@book.exercise(
    points=1,
    aspects={
        "values": "count the pixels that come before this one: the full rows above it, and those to its left.",
        "edges of the image": "rows and columns count from 0, "
        "so the first pixel of row 2 has exactly two full rows before it.",
    },
    hints=[
        "How many pixels come before the first pixel of row 1? Of row 2? Of row `row`?",
        "Each row above holds `width` pixels. In the pixel's own row, `col` more are to its left.",
    ],
    integers=True,
    worked=[("values", {"row": 1, "col": 4, "width": 5}), ("values", {"row": 3, "col": 4, "width": 5})],
)
def pixel_index(row, col, width):
    return row * width + col


@pixel_index.cases
def _(rng):
    for most in (6, 12, 90):
        width = int(rng.integers(most // 2 + 2, most + 3))
        row = int(rng.integers(1, most))
        col = int(rng.choice([other for other in range(1, width) if other != row]))
        yield "values", {"row": row, "col": col, "width": width}
    width = int(rng.integers(30, 90))
    yield "edges of the image", {"row": 0, "col": int(rng.integers(2, width)), "width": width}
    yield "edges of the image", {"row": int(rng.integers(2, 90)), "col": 0, "width": width}
    yield "edges of the image", {"row": int(rng.integers(100, 200)), "col": width - 1, "width": width}


@pixel_index.mistake(
    "row_and_column_swapped",
    "Your output is what you get when row and column are swapped in the formula: col * width + row.",
)
def _(row, col, width):
    return col * width + row


@pixel_index.mistake(
    "counted_from_one", "Your output is what you get when the first pixel is number 1. Positions count from 0."
)
def _(row, col, width):
    return row * width + col + 1


@pixel_index.mistake(
    "row_and_column_from_one",
    "Your output is what you get when row and column are counted from 1. They count from 0.",
)
def _(row, col, width):
    return (row - 1) * width + (col - 1)


@pixel_index.mistake(
    "row_too_short",
    "Your output is what you get when a row is assumed to hold width - 1 pixels. A row holds width pixels.",
)
def _(row, col, width):
    return row * (width - 1) + col


# ---------------------------------------------------------------------------------------------------- unflatten


@book.exercise(
    points=1,
    aspects={
        "values": "the first W numbers are the first row; shape is (H, W), rows first.",
        "colour images": "shape may have three entries, (H, W, C): use all of it.",
        "fractions": "numbers are moved, not changed: keep the part after the decimal point.",
    },
    hints=[
        "flatten put the rows one after the other. Now cut the list into rows again.",
        "reshape does this. It takes the whole tuple, so there is no need to unpack `shape`.",
    ],
    worked=[("values", {"x": HI.flatten(), "shape": (5, 5)})],
)
def unflatten(x, shape):
    return x.reshape(shape).copy()


@unflatten.cases
def _(rng):
    for dtype in (np.int64, np.uint8, np.float32):
        high, low = _sides(rng, 2, 2, 4)
        yield "values", {"x": _distinct(rng, high * low, dtype=dtype), "shape": (high, low)}
    high, low = _sides(rng, 2, 2, 4)
    yield "colour images", {"x": _distinct(rng, high * low * 3, dtype=np.uint8), "shape": (high, low, 3)}
    yield "colour images", {"x": _distinct(rng, high * low * 4, dtype=float), "shape": (low, high, 4)}
    low, high = _sides(rng, 2, 2, 4)
    yield "fractions", {"x": _distinct(rng, high * low, dtype=float) / 8, "shape": (high, low)}


@unflatten.mistake(
    "whole_numbers",
    "Your output has lost the part after the decimal point: an array of integers cuts it off. x.reshape keeps the "
    "numbers as they are.",
)
def _(x, shape):
    return x.reshape(shape).astype(int)


@unflatten.mistake(
    "column_by_column",
    "Your output is what you get when the numbers fill the image column by column. flatten went row by row.",
)
def _(x, shape):
    return x.reshape(shape, order="F")


@unflatten.mistake(
    "height_and_width_swapped",
    "Your output is what you get when height and width are swapped. shape is (H, W): rows first.",
)
def _(x, shape):
    return x.reshape(shape[1], shape[0], *shape[2:])


@unflatten.mistake(
    "square_assumed",
    "Your output is what you get when the image is assumed to be square, with the square root of the number of pixels "
    "as its side.",
)
def _(x, shape):
    side = int(np.sqrt(len(x)))
    return x[: side * side].reshape(side, side)


@unflatten.mistake(
    "grey_only",
    "Your function uses only shape[0] and shape[1]. It fails on a colour image, whose shape has a third entry.",
)
def _(x, shape):
    return x.reshape(shape[0], shape[1])


@unflatten.mistake(
    "channel_by_channel",
    "Your output is what you get when x is read as all red values, then all green, then all blue.",
)
def _(x, shape):
    if len(shape) == 2:
        return x.reshape(shape)
    height, width, channels = shape
    return x.reshape(channels, height, width).transpose(1, 2, 0)


@unflatten.mistake(
    "in_place",
    "Your values are right, but you gave the caller's own array a new shape (x.shape = ...). Return a reshaped array "
    "instead.",
)
def _(x, shape):
    x.resize(shape, refcheck=False)
    return x


# ------------------------------------------------------------------------------------------------ flatten_batch


@book.exercise(
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
    count, high, low = _sides(rng, 3, 2, 4)
    yield "values", {"images": _distinct(rng, count, high, low)}
    yield "values", {"images": _distinct(rng, low, count, high, dtype=np.float32)}
    count, high, low = _sides(rng, 3, 2, 4)
    yield "colour batches", {"images": _distinct(rng, count, high, low, 3, dtype=np.uint8)}
    yield "colour batches", {"images": _distinct(rng, 2, 3, *_sides(rng, 2, 2, 4), dtype=float)}
    yield "a batch of one", {"images": _distinct(rng, 1, *_sides(rng, 2, 2, 4))}
    yield "a batch of one", {"images": _distinct(rng, 1, *_sides(rng, 2, 2, 4), 3)}


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


# ---------------------------------------------------------------------------------------------- fully_connected


@book.exercise(
    points=2,
    aspects={
        "values": "output j of point i is the dot product of x[i] with w[j], plus b[j].",
        "one point, one output": "a single point or a single output keeps its axis: (1, m) and (N, 1).",
        "fractions": "weights are real numbers: an array that you fill must hold floats.",
        "small integer types": "uint8 ends at 255 and starts again at 0: convert x and w to floats before you "
        "multiply.",
    },
    hints=[
        "Start with one point and one output: a dot product of two vectors of length n, plus one number.",
        "All points at once: x is (N, n), w is (m, n), and the result is (N, m). Which one must be transposed so that "
        "the axes of length n meet?",
        "x.astype(float) @ w.astype(float).T gives (N, m). Adding b, of shape (m,), adds b[j] to column j.",
    ],
    worked=[
        (
            "values",
            {"x": np.array([[1, 2], [3, 4]]), "w": np.array([[1, 0], [0, 1], [1, 1]]), "b": np.array([10, 20, 30])},
        ),
        (
            "small integer types",
            {
                "x": np.array([[200, 100], [50, 30]], dtype=np.uint8),
                "w": np.array([[1, 2], [3, 0], [1, 1]], dtype=np.uint8),
                "b": np.array([1, 2, 3]),
            },
        ),
    ],
)
def fully_connected(x, w, b):
    return x.astype(float) @ w.astype(float).T + b.astype(float)


@fully_connected.cases
def _(rng):
    points, inputs, outputs = _sides(rng, 3, 2, 4)
    yield (
        "values",
        {
            "x": _signed(rng, points, inputs).astype(float),
            "w": _signed(rng, outputs, inputs),
            "b": _signed(rng, outputs),
        },
    )
    points, inputs, outputs = _sides(rng, 3, 2, 4)
    yield (
        "values",
        {"x": _signed(rng, points, inputs), "w": _distinct(rng, outputs, inputs), "b": _signed(rng, outputs)},
    )
    points, inputs = _sides(rng, 2, 2, 4)
    yield "values", {"x": _signed(rng, points, inputs), "w": _distinct(rng, inputs, inputs), "b": _signed(rng, inputs)}
    inputs, many = _sides(rng, 2, 2, 4)
    yield (
        "one point, one output",
        {"x": _signed(rng, 1, inputs), "w": _signed(rng, many, inputs), "b": _signed(rng, many)},
    )
    yield "one point, one output", {"x": _signed(rng, many, inputs), "w": _signed(rng, 1, inputs), "b": _signed(rng, 1)}
    points, inputs, outputs = _sides(rng, 3, 2, 4)
    yield (
        "fractions",
        {
            "x": _signed(rng, points, inputs),
            "w": (_signed(rng, outputs, inputs) + 0.25).astype(np.float32),
            "b": _signed(rng, outputs) + 0.3,
        },
    )
    points, inputs, outputs = _sides(rng, 3, 2, 4)
    yield (
        "small integer types",
        {
            "x": rng.integers(10, 25, (points, inputs)).astype(np.uint8) * 10,
            "w": rng.integers(3, 10, (outputs, inputs)).astype(np.uint8),
            "b": _signed(rng, outputs),
        },
    )


@fully_connected.mistake("no_bias", "Your output is what you get when the bias is not added.")
def _(x, w, b):
    return x.astype(float) @ w.astype(float).T


@fully_connected.mistake(
    "bias_for_each_weight",
    "Your output is what you get when the bias is added once for each input. It is added once for each output.",
)
def _(x, w, b):
    x, w = x.astype(float), w.astype(float)
    out = np.zeros((len(x), len(w)))
    for i in range(len(x)):
        for j in range(len(w)):
            for k in range(x.shape[1]):
                out[i, j] += x[i, k] * w[j, k] + b[j]
    return out


@fully_connected.mistake(
    "points_in_columns",
    "Your output is what you get when each point becomes a column, (m, N). Here each point is a row: (N, m).",
)
def _(x, w, b):
    return w.astype(float) @ x.astype(float).T + b.reshape(-1, 1)


@fully_connected.mistake(
    "w_not_transposed",
    "Your output is what you get from x @ w. w is (m, n), with one row for each output: transpose it.",
)
def _(x, w, b):
    return x.astype(float) @ w.astype(float) + b


@fully_connected.mistake(
    "reshaped_not_transposed",
    "Your output is what you get when w is reshaped to (n, m). That mixes up its rows. The transpose is w.T.",
)
def _(x, w, b):
    return x.astype(float) @ w.astype(float).reshape(w.shape[1], w.shape[0]) + b


@fully_connected.mistake(
    "first_point_only", "Your output is what you get when only the first point of the batch is used."
)
def _(x, w, b):
    return w.astype(float) @ x[0].astype(float) + b


@fully_connected.mistake(
    "axis_lost",
    "Your output is what you get when a batch of one point, or a layer with one output, loses an axis (by squeeze).",
)
def _(x, w, b):
    return np.squeeze(x.astype(float) @ w.astype(float).T + b)


@fully_connected.mistake(
    "overflow",
    "Your output is what you get when uint8 numbers are multiplied as uint8: above 255 they start again at 0. Use "
    "astype(float) first.",
)
def _(x, w, b):
    return x @ w.T + b


@fully_connected.mistake(
    "integer_result",
    "Your output is what you get when the result goes into an array of integers, which cuts off the fractions.",
)
def _(x, w, b):
    out = np.zeros((len(x), len(w)), dtype=int)
    for i in range(len(x)):
        for j in range(len(w)):
            out[i, j] = np.dot(x[i].astype(float), w[j].astype(float)) + b[j]
    return out


# -------------------------------------------------------------------------------------------- count_fc_weights


@book.exercise(
    points=1,
    aspects={
        "values": "each output has a weight for each input, and one bias.",
        "large layers": "the rule is the same for inputs the size of a photograph. Use only integers.",
    },
    hints=[
        "How many weights does one output need for n_in inputs? Don't forget its bias.",
        "w has the shape (n_out, n_in) and b the shape (n_out,). Count the entries of both.",
    ],
    integers=True,
    worked=[("values", {"n_in": 25, "n_out": 10}), ("large layers", {"n_in": 150528, "n_out": 4096})],
)
def count_fc_weights(n_in, n_out):
    return n_out * (n_in + 1)


@count_fc_weights.cases
def _(rng):
    for most in (8, 30, 200):
        n_in, n_out = _sides(rng, 2, 3, most)
        yield "values", {"n_in": n_in, "n_out": n_out}
    yield "large layers", {"n_in": int(rng.integers(10_000, 1_000_000)), "n_out": int(rng.integers(100, 5_000))}
    yield "large layers", {"n_in": int(rng.integers(100, 5_000)), "n_out": int(rng.integers(10_000, 1_000_000))}


@count_fc_weights.mistake(
    "no_biases", "Your output is what you get when the biases are not counted. Each output has one."
)
def _(n_in, n_out):
    return n_in * n_out


@count_fc_weights.mistake(
    "one_bias_in_all", "Your output is what you get with a single bias for the whole layer. Each output has its own."
)
def _(n_in, n_out):
    return n_in * n_out + 1


@count_fc_weights.mistake(
    "bias_for_each_input",
    "Your output is what you get with a bias for each input. Each output has one; inputs have none.",
)
def _(n_in, n_out):
    return (n_out + 1) * n_in


@count_fc_weights.mistake(
    "bias_on_both_sides",
    "Your output is what you get when inputs and outputs both have a bias: (n_in + 1) * (n_out + 1).",
)
def _(n_in, n_out):
    return (n_in + 1) * (n_out + 1)


# -------------------------------------------------------------------------------------------- two_layer_forward


@book.exercise(
    points=2,
    aspects={
        "values": "hidden is relu of the first layer's output (w1, b1); the result is the second layer's output (w2, "
        "b2) for hidden.",
        "outputs below 0": "the output layer is linear: apply no ReLU, no sigmoid and no scaling after it.",
        "one point, one output": "a single point or a single output keeps its axis: (1, m) and (N, 1).",
        "small integer types": "uint8 ends at 255 and starts again at 0: convert x and the weights to floats first.",
    },
    hints=[
        "You have written both layers already: fully_connected. Only the step between them is new.",
        "ReLU sets negative numbers to 0: np.maximum(z, 0).",
        "hidden = np.maximum(fully_connected(x, w1, b1), 0), and then one more fully connected layer on hidden.",
    ],
    worked=[
        (
            "values",
            {
                "x": np.array([[1, 2]]),
                "w1": np.array([[1, 1], [-1, -1]]),
                "b1": np.array([1, 1]),
                "w2": np.array([[2, 3], [1, 0]]),
                "b2": np.array([10, 20]),
            },
        )
    ],
)
def two_layer_forward(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return hidden @ w2.astype(float).T + b2


def _network(rng, points, inputs, hidden, outputs, negative=False):
    """A small network and its points, with some hidden units off and some on. Outputs below 0 only with `negative`."""
    while True:
        layers = {
            "x": _signed(rng, points, inputs, most=3),
            "w1": _signed(rng, hidden, inputs, most=3),
            "b1": _signed(rng, hidden, most=3),
            "w2": _signed(rng, outputs, hidden, most=3),
            "b2": _signed(rng, outputs, most=4),
        }
        before = layers["x"] @ layers["w1"].T + layers["b1"]
        out = two_layer_forward(**layers)
        mixed = (out < 0).any() and (out > 0).any()
        if (before < 0).any() and (before > 0).any(axis=1).all() and (mixed or not negative):
            return layers if negative else _lifted(rng, layers)


def _lifted(rng, layers):
    """The same network with output biases so large that every output is above 0."""
    lowest = two_layer_forward(**{**layers, "b2": 0}).min(axis=0).astype(np.int64)
    return {**layers, "b2": np.maximum(1, 1 - lowest) + rng.integers(0, 4, len(lowest))}


@two_layer_forward.cases
def _(rng):
    for dtype in (float, np.int64):
        points, inputs, outputs = (int(size) for size in rng.permutation([1, 2, 3]))
        layers = _network(rng, points, inputs + 1, int(rng.integers(3, 5)), outputs + 1)
        yield "values", {key: value.astype(dtype) for key, value in layers.items()}
    for points, single in ((2, True), (3, False)):
        layers = _network(rng, points, int(rng.integers(2, 4)), int(rng.integers(2, 5)), 2, negative=True)
        yield "outputs below 0", {key: value.astype(np.float32 if single else float) for key, value in layers.items()}
    several = int(rng.integers(2, 4))
    yield "one point, one output", _network(rng, 1, 2, int(rng.integers(2, 5)), several)
    yield "one point, one output", _network(rng, several, 2, int(rng.integers(2, 5)), 1)
    inputs, hidden = _sides(rng, 2, 2, 4)
    x = rng.integers(15, 26, (2, inputs)).astype(np.uint8) * 10
    w1 = rng.integers(1, 6, (hidden, inputs)).astype(np.uint8)
    before = x.astype(int) @ w1.astype(int).T
    b1 = -before.min(axis=0) - _signed(rng, hidden, most=9)
    b1[0] = -before[:, 0].max() - 7  # always off, so that a missing ReLU shows
    b1[1] = -before[:, 1].min() + 5  # always on
    layers = {"x": x, "w1": w1, "b1": b1, "w2": _signed(rng, 2, hidden), "b2": _signed(rng, 2)}
    yield "small integer types", _lifted(rng, layers)


@two_layer_forward.mistake(
    "no_relu",
    "Your output is what you get without the ReLU. Two linear layers in a row are one linear layer: nothing is gained.",
)
def _(x, w1, b1, w2, b2):
    hidden = x.astype(float) @ w1.astype(float).T + b1
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "relu_on_the_output",
    "Your output is what you get when ReLU is applied to the output layer too. That layer is linear.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return np.maximum(hidden @ w2.astype(float).T + b2, 0)


@two_layer_forward.mistake(
    "relu_on_the_output_only",
    "Your output is what you get when ReLU is applied to the output instead of the hidden layer.",
)
def _(x, w1, b1, w2, b2):
    hidden = x.astype(float) @ w1.astype(float).T + b1
    return np.maximum(hidden @ w2.astype(float).T + b2, 0)


@two_layer_forward.mistake(
    "sigmoid", "Your output is what you get with the logistic function in the hidden layer. ReLU is max(z, 0)."
)
def _(x, w1, b1, w2, b2):
    hidden = 1 / (1 + np.exp(-(x.astype(float) @ w1.astype(float).T + b1)))
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "absolute_value", "Your output is what you get when negative numbers become positive. ReLU sets them to 0."
)
def _(x, w1, b1, w2, b2):
    hidden = np.abs(x.astype(float) @ w1.astype(float).T + b1)
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "relu_before_bias",
    "Your output is what you get when ReLU comes before the hidden layer's bias is added. The bias comes first.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0) + b1
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "no_hidden_bias", "Your output is what you get when the hidden layer's bias b1 is not added."
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0)
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "no_output_bias", "Your output is what you get when the output layer's bias b2 is not added."
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return hidden @ w2.astype(float).T


@two_layer_forward.mistake("no_biases", "Your output is what you get when neither layer adds its bias.")
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0)
    return hidden @ w2.astype(float).T


@two_layer_forward.mistake(
    "softmax",
    "Your output is what you get when a softmax follows the output layer. Return the plain outputs here.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    out = hidden @ w2.astype(float).T + b2
    e = np.exp(out - out.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@two_layer_forward.mistake(
    "overflow",
    "Your output is what you get when uint8 numbers are multiplied as uint8: above 255 they start again at 0. Use "
    "astype(float) first.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x @ w1.T + b1, 0)
    return hidden @ w2.T + b2


# -------------------------------------------------------------------------------------------- shuffled_accuracy

shuffled_accuracy = book.answer(
    "shuffled_accuracy",
    "c",
    points=1,
    hints=[
        "A fully connected layer adds up w1 * x1 + w2 * x2 + ... What happens to a sum when the order of its terms "
        "changes?",
        "The same shuffle is used for all images, in training and testing, so a weight can move with its pixel.",
    ],
)
shuffled_accuracy.mistake(
    "falls_to_guessing",
    "To you, a shuffled digit is noise. But the classifier never saw it as a picture: when pixel 7 moves, its weight "
    "can move too.",
    "a",
)
shuffled_accuracy.mistake(
    "falls_a_little",
    "You expect the classifier to miss the neighbours. But a fully connected layer never knew which pixels are "
    "neighbours.",
    "b",
)
shuffled_accuracy.mistake(
    "rises",
    "A fixed shuffle adds no information: it can be undone. What could the classifier know now that it didn't know "
    "before?",
    "d",
)


# ---------------------------------------------------------------------------------------------------- translate


@book.exercise(
    points=2,
    aspects={
        "values": "the pixel at (row, col) moves to (row + dy, col + dx). Places that no pixel moves to are 0.",
        "shifts of 0": "avoid slices such as [:-dy]: with dy = 0 they are empty.",
        "negative shifts": "a negative dy moves up, a negative dx moves left. Zeros then come in at the bottom or "
        "right.",
        "large shifts": "a large shift may leave one row, one pixel or nothing of the image. The shape stays the same.",
    },
    hints=[
        "Start with an array of zeros of the image's shape, then fill in the pixels that are still inside.",
        "Ask for each pixel of the result where it came from: out[row, col] = image[row - dy, col - dx], if that is "
        "inside the image. NumPy accepts negative indices without an error: test for them yourself.",
        "Without loops: pad the image with enough zeros on all sides. Then cut out a window of the old size, dy above "
        "and dx to the left of the image.",
    ],
    worked=[("values", {"image": HI, "dy": 1, "dx": 2})],
)
def translate(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.cases
def _(rng):
    yield "values", {"image": _distinct(rng, *_sides(rng, 2, 3, 4)), "dy": 1, "dx": 2}
    yield "values", {"image": _distinct(rng, *_sides(rng, 2, 3, 5), dtype=np.uint8), "dy": 2, "dx": 1}
    yield "shifts of 0", {"image": _distinct(rng, *_sides(rng, 2, 3, 4)), "dy": 0, "dx": int(rng.integers(1, 3))}
    yield "shifts of 0", {"image": _distinct(rng, *_sides(rng, 2, 3, 4)) / 2, "dy": -int(rng.integers(1, 3)), "dx": 0}
    yield "negative shifts", {"image": _distinct(rng, *_sides(rng, 2, 3, 4)), "dy": -1, "dx": -2}
    yield "negative shifts", {"image": _distinct(rng, *_sides(rng, 2, 3, 5), dtype=np.float32), "dy": -2, "dx": 1}
    yield "negative shifts", {"image": _distinct(rng, *_sides(rng, 2, 3, 5)), "dy": 1, "dx": -2}
    # Nothing is left of the second and third image, so zeros alone would be right. The first and last prevent that.
    height, width = _sides(rng, 2, 3, 5)
    yield "large shifts", {"image": _distinct(rng, height, width), "dy": height - 1, "dx": 2 - width}
    yield (
        "large shifts",
        {"image": _distinct(rng, height, width, dtype=np.uint8), "dy": height + int(rng.integers(1, 4)), "dx": 1},
    )
    yield "large shifts", {"image": _distinct(rng, height, width), "dy": -1, "dx": -width - int(rng.integers(0, 3))}
    yield "large shifts", {"image": _distinct(rng, width, height), "dy": 1 - width, "dx": 1}


@translate.mistake(
    "wraps_around", "Your output is what you get when pixels that leave on one side come back on the other (np.roll)."
)
def _(image, dy, dx):
    return np.roll(image, (dy, dx), axis=(0, 1))


@translate.mistake(
    "dy_and_dx_swapped", "Your output is what you get when dy and dx are swapped. dy moves down, dx moves right."
)
def _(image, dy, dx):
    dy, dx = dx, dy
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "wrong_way", "Your output is what you get when the image moves the other way: up by dy and left by dx."
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                out[row, column] = image[row + dy, column + dx]
    return out


@translate.mistake(
    "up_is_positive",
    "Your output is what you get when positive dy moves up, as in a mathematical plot. Here rows are counted "
    "downwards.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column - dx < width:
                out[row, column] = image[row + dy, column - dx]
    return out


@translate.mistake(
    "edge_repeated", "Your output is what you get when the pixels at the edge are repeated. Fill with zeros instead."
)
def _(image, dy, dx):
    height, width = image.shape
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    return image[rows][:, columns]


@translate.mistake(
    "old_pixels_left",
    "Your output is what you get when the moved image is drawn over the old one: old pixels remain. Start from zeros "
    "instead.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = image.copy()
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "negative_index",
    "Your output is what you get when image[row - dy, col - dx] is read with a negative index: "
    "NumPy then counts from the end.",
)
def _(image, dy, dx):
    out = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            if row - dy < image.shape[0] and column - dx < image.shape[1]:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "written_outside",
    "You write to out[row + dy, col + dx] even when that is outside the image. Too large an index raises an error, and "
    "a negative one counts from the end. Skip these pixels.",
)
def _(image, dy, dx):
    out = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            out[row + dy, column + dx] = image[row, column]
    return out


@translate.mistake(
    "positive_only",
    "Your slices work only for shifts from 0 up to the size of the image. For other shifts their sizes differ.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    out[dy:, dx:] = image[: height - dy, : width - dx]
    return out


@translate.mistake("empty_slice", "You slice with [:-dy] or [:-dx], which is empty when the shift is 0.")
def _(image, dy, dx):
    out = np.zeros_like(image)
    out[dy:, dx:] = image[:-dy, :-dx]
    return out


@translate.mistake(
    "zeros_on_one_side",
    "Your output is what you get when zeros always come in at the top and left, even when the image moves up or left.",
)
def _(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    out[:dy] = 0
    out[:, :dx] = 0
    return out


@translate.mistake(
    "grows",
    "Your output is what you get when zeros are added on one side but nothing is cut off on the other. The shape must "
    "stay the same.",
)
def _(image, dy, dx):
    return np.pad(image, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))))


@translate.mistake(
    "overwritten_while_read",
    "You move the pixels within the image itself. That changes the caller's image and reads pixels that are already "
    "overwritten.",
)
def _(image, dy, dx):
    height, width = image.shape
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                image[row, column] = image[row - dy, column - dx]
            else:
                image[row, column] = 0
    return image


@translate.mistake(
    "square_only", "Your output is what you get when the number of rows is used as the number of columns too."
)
def _(image, dy, dx):
    n = image.shape[0]
    out = np.zeros((n, n))
    for row in range(n):
        for column in range(n):
            if 0 <= row - dy < n and 0 <= column - dx < n:
                out[row, column] = image[row - dy, column - dx]
    return out


# --------------------------------------------------------------------------------------------------- why_not_fc

book.written("why_not_fc", points=2)
