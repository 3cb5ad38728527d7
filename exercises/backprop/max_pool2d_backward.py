"""max_pool2d_backward: the gradient with respect to a max pooling layer's input; windows may overlap."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.telling import telling

from . import _arrays as arrays


@exercise(
    points=3,
    aspects={
        "values": "each dy goes to the place of its window's maximum. Everything else is 0.",
        "overlap": "a place may be the maximum of several windows: add up their gradients with +=.",
        "gaps": "when the stride is larger than the window, some places are in no window. Their gradient is 0.",
        "sizes that do not divide": "dx has the shape of x, even when a last row or column is in no window.",
        "channels": "each image and each channel has its maxima in different places.",
        "other windows": "the same number may also be in another window. Look for the maximum only within the window.",
        "negative values": "the maximum of -3 and -5 is -3: compare with the window's own maximum, not with 0.",
        "number types": "dx holds fractions, even when x holds integers: use np.zeros(x.shape), not np.zeros_like(x).",
    },
    hints=[
        "The output depends only on the maximum: a small change of any other entry changes nothing. So where does dy "
        "go, and what do the others get?",
        "Loop over the windows, as in the forward pass. For each, find the place of its maximum: window == "
        "window.max(), or np.unravel_index(window.argmax(), window.shape).",
        "dx[n, c, top : top + size, left : left + size] += dy[n, c, i, j] * (window == window.max())",
    ],
    forbidden=CONVOLUTIONS,
)
def max_pool2d_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    n, c, rows, columns = dy.shape
    for image in range(n):
        for channel in range(c):
            for i in range(rows):
                for j in range(columns):
                    window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
                    row, column = np.unravel_index(np.argmax(window), window.shape)
                    dx[image, channel, i * stride + row, j * stride + column] += dy[image, channel, i, j]
    return dx


def _pooling(rng, n, c, height, width, size, stride, x=None):
    """Arguments with different values everywhere, so that no window has two maxima."""
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    x = 1.0 + rng.permutation(n * c * height * width) if x is None else x
    return {
        "dy": arrays.different(rng, n, c, rows, columns),
        "x": x.reshape(n, c, height, width),
        "size": size,
        "stride": stride,
    }


def _crowded(rng, n, c, height, width, size, stride):
    """The same, with some places that are the maximum of several windows."""
    while True:
        arguments = _pooling(rng, n, c, height, width, size, stride)
        windows = np.lib.stride_tricks.sliding_window_view(arguments["x"], (size, size), axis=(2, 3))[
            :, :, ::stride, ::stride
        ]
        maxima = windows.max(axis=(4, 5))
        if all(len(np.unique(one)) < one.size for one in maxima.reshape(n, -1)):
            return arguments


@max_pool2d_backward.cases
def _(rng):
    yield "values", _pooling(rng, 1, 1, 4, 6, 2, 2)
    yield "values", _pooling(rng, 1, 1, 6, 4, 2, 2)
    yield "values", _pooling(rng, 1, 1, 3, 9, 3, 3)
    yield "overlap", _crowded(rng, 1, 1, 4, 5, 3, 1)
    yield "overlap", _crowded(rng, 1, 1, 5, 7, 3, 2)
    yield "overlap", _crowded(rng, 2, 1, 5, 4, 2, 1)
    yield "gaps", _pooling(rng, 1, 1, 5, 8, 2, 3)
    yield "gaps", _pooling(rng, 1, 2, 5, 3, 1, 2)
    yield "sizes that do not divide", _pooling(rng, 1, 1, 5, 7, 2, 2)
    once = ("assigned", "whole_window_assigned")  # here no place is the maximum of several windows
    steps = ("stride_for_size", "steps_of_size")
    drawn = telling(max_pool2d_backward, lambda: _pooling(rng, 1, 1, 7, 4, 3, 2), *steps, sparing=once)
    yield "sizes that do not divide", drawn
    yield "sizes that do not divide", _pooling(rng, 1, 1, 4, 8, 3, 3)
    yield "channels", _pooling(rng, 1, 3, 4, 2, 2, 2)
    yield "channels", _pooling(rng, 3, 2, 2, 4, 2, 2)

    def twice():
        """Two neighbouring windows with the same numbers: each has one maximum, and the map has it twice."""
        return np.concatenate([rng.permutation(9).reshape(3, 3), rng.permutation(9).reshape(3, 3)], axis=1) + 1.0

    def channels():
        maps = twice()
        return _pooling(rng, 1, 2, 6, 3, 3, 3, np.stack([maps.T, maps[:, ::-1].T]))

    yield "other windows", _pooling(rng, 1, 1, 3, 6, 3, 3, twice())
    yield "other windows", telling(max_pool2d_backward, channels, "first_channel")

    def below(factor, *sizes):
        return _pooling(rng, *sizes, factor * (-2.0 - rng.permutation(24)))

    yield "negative values", below(1, 1, 1, 4, 6, 2, 2)
    yield "negative values", telling(max_pool2d_backward, lambda: below(1000, 1, 2, 3, 4, 2, 1), "first_channel")
    grey = rng.permutation(np.arange(200, 256))[:24].astype(np.uint8)
    for x in (rng.permutation(24), grey):
        arguments = _pooling(rng, 1, 1, 4, 6, 2, 2, x)
        yield "number types", {**arguments, "dy": arguments["dy"] / 4 + 0.125}
    # The gradients may be integers, too, and add up in windows that overlap.
    whole = _crowded(rng, 1, 1, 4, 6, 3, 1)
    yield "number types", {**whole, "dy": whole["dy"].astype(int), "x": whole["x"].astype(np.uint8)}
    arguments = _pooling(rng, 1, 1, 4, 6, 2, 2)
    yield (
        "number types",
        {**arguments, "dy": arguments["dy"].astype(np.float32) / 2, "x": arguments["x"].astype(np.float32)},
    )


def _pool_windows(dy, x, size, stride, one):
    """max_pool2d_backward that calls `one(dx, window, slices, gradient)` for each window."""
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size))
        one(dx, x[place].astype(float), place, dy[image, channel, i, j])
    return dx


@max_pool2d_backward.mistake(
    "assigned",
    "Your gradients replace one another where windows overlap. Use += instead of =: a place may be the maximum of "
    "several windows.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        here = dx[place]
        here[window == window.max()] = gradient

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "found_in_the_whole_map",
    "Your gradients go to every place of the map that holds the window's maximum, in other windows too. "
    "Look for it within the window.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        here = place[:2]
        dx[here] += gradient * (x[here] == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "whole_window_assigned",
    "Your windows erase the gradients of earlier windows: dx[...] = dy * mask sets the other places to 0. Use += "
    "instead.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] = gradient * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "whole_window", "Your dy goes to all places of its window. Only the maximum's place should get it."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "average", "Your dy is shared among all places of its window. That is the gradient of average pooling."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient / window.size

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake("smallest", "Your dy goes to the minimum of its window. It should go to the maximum.")
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * (window == window.min())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "times_the_maximum",
    "Your gradient is multiplied by the maximum itself. The slope there is 1: pass on dy unchanged.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * window * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "values_for_gradients", "Your dx holds the maxima of x. It must hold the gradients dy, in the places of the maxima."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += window * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "compared_with_zero",
    "Your search for the maximum starts from 0, so a window of negative numbers has none. Start from the window's own "
    "numbers.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * (window == max(window.max(), 0))

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "stride_for_size", "Your windows have the size of the stride. They must be size by size, and move by stride."
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * stride, (i + 1) * stride), slice(j * stride, (j + 1) * stride))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max(initial=-np.inf))
    return dx


@max_pool2d_backward.mistake("steps_of_size", "Your windows move by their own size. They must move by stride.")
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * size, (i + 1) * size), slice(j * size, (j + 1) * size))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max(initial=-np.inf))
    return dx


@max_pool2d_backward.mistake(
    "place_within_the_window",
    "Your maximum's place is relative to the window's corner, but you use it as a place in the image. Add the place of "
    "the corner.",
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
        row, column = divmod(int(np.argmax(window)), size)
        dx[image, channel, row, column] += dy[image, channel, i, j]
    return dx


@max_pool2d_backward.mistake(
    "first_channel", "Your maxima come from the first channel for all channels. Each channel has its own."
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
        window = x[image, 0, rows, columns]
        dx[image, channel, rows, columns] += dy[image, channel, i, j] * (window == window.max())
    return dx


@max_pool2d_backward.mistake(
    "rows_and_columns_swapped", "Your rows and columns are swapped: the first index of a window is its row."
)
def _(dy, x, size, stride):
    turned = max_pool2d_backward.reference(dy.transpose(0, 1, 3, 2), x.transpose(0, 1, 3, 2), size, stride)
    return turned


@max_pool2d_backward.mistake(
    "square",
    "Your function uses as many columns of windows as rows. Some are then missing, or there are too many.",
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex((*dy.shape[:2], dy.shape[2], dy.shape[2])):
        place = (image, channel, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max())
    return dx


@max_pool2d_backward.mistake(
    "whole_numbers",
    "Your dx has the dtype of x: integers cut off the gradient's fractions. np.zeros(x.shape) holds floats.",
)
def _(dy, x, size, stride):
    return max_pool2d_backward.reference(dy, x, size, stride).astype(x.dtype)


@max_pool2d_backward.variant
def masks(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            window = x[:, :, rows, columns]
            mask = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] += dy[:, :, i, j][:, :, None, None] * mask
    return dx


@max_pool2d_backward.variant
def first_place(dy, x, size, stride):
    dx = np.zeros(x.shape)
    n, c, rows, columns = dy.shape
    for image in range(n):
        for channel in range(c):
            for i in range(rows):
                for j in range(columns):
                    best, place = None, None
                    for row in range(i * stride, i * stride + size):
                        for column in range(j * stride, j * stride + size):
                            value = x[image, channel, row, column]
                            if best is None or value > best:
                                best, place = value, (row, column)
                    dx[image, channel, place[0], place[1]] += dy[image, channel, i, j]
    return dx


@max_pool2d_backward.variant
def add_at(dy, x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    best = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, i * stride + best // size, j * stride + best % size), dy)
    return dx


@max_pool2d_backward.variant
def shared_between_ties(dy, x, size, stride):
    dx = np.zeros(x.shape, dtype=float)
    for n, c, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + size, left : left + size]
        mask = (window == window.max()).astype(float)
        dx[n, c, top : top + size, left : left + size] += dy[n, c, i, j] * mask / mask.sum()
    return dx
