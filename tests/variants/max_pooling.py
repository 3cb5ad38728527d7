"""Right solutions of notebook 05 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy, since its source is handed in as a student's work.
"""

import math

import numpy as np


def max_pool2d_single__two_loops(x, size, stride):
    h, w = x.shape
    out = np.zeros(((h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


def max_pool2d_single__four_loops_from_minus_infinity(x, size, stride):
    rows = int((x.shape[0] - size) / stride) + 1
    columns = int((x.shape[1] - size) / stride) + 1
    out = np.full((rows, columns), -np.inf)
    for i in range(rows):
        for j in range(columns):
            for di in range(size):
                for dj in range(size):
                    if x[i * stride + di, j * stride + dj] > out[i, j]:
                        out[i, j] = x[i * stride + di, j * stride + dj]
    return out


def max_pool2d_single__nested_lists(x, size, stride):
    def largest(top, left):
        return max(max(row[left : left + size]) for row in table[top : top + size])

    table = x.tolist()
    h, w = len(table), len(table[0])
    return [[largest(i, j) for j in range(0, w - size + 1, stride)] for i in range(0, h - size + 1, stride)]


def max_pool2d_single__sliding_window_view(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))
    return windows[::stride, ::stride].max(axis=(-1, -2))


def max_pool2d_single__as_strided(x, size, stride):
    x = np.ascontiguousarray(x)
    rows, columns = ((n - size) // stride + 1 for n in x.shape)
    down, right = x.strides
    shape, steps = (rows, columns, size, size), (down * stride, right * stride, down, right)
    return np.lib.stride_tricks.as_strided(x, shape, steps).reshape(rows, columns, -1).max(axis=2)


def max_pool2d_single__shifted_copies(x, size, stride):
    """No loop over windows, but one over the places within a window."""
    rows, columns = ((n - size) // stride + 1 for n in x.shape)
    out = None
    for di in range(size):
        for dj in range(size):
            part = x[di : di + (rows - 1) * stride + 1 : stride, dj : dj + (columns - 1) * stride + 1 : stride]
            out = part.copy() if out is None else np.maximum(out, part)
    return out


def max_pool2d_single__rows_then_columns(x, size, stride):
    down = np.array([x[i : i + size].max(axis=0) for i in range(0, x.shape[0] - size + 1, stride)])
    return np.stack([down[:, j : j + size].max(axis=1) for j in range(0, x.shape[1] - size + 1, stride)], axis=1)


def max_pool2d_single__sorted_float32(x, size, stride):
    rows, columns = (math.floor((n - size) / stride + 1) for n in x.shape)
    out = np.empty((rows, columns), dtype=np.float32)
    for place in np.ndindex(rows, columns):
        top, left = place[0] * stride, place[1] * stride
        out[place] = np.sort(x[top : top + size, left : left + size], axis=None)[-1]
    return out


def max_pool2d__single_maps(x, size, stride):
    def single(image):
        h, w = image.shape
        return [
            [image[i : i + size, j : j + size].max() for j in range(0, w - size + 1, stride)]
            for i in range(0, h - size + 1, stride)
        ]

    return np.array([[single(channel) for channel in image] for image in x])


def max_pool2d__four_loops(x, size, stride):
    n, c, h, w = x.shape
    h_out, w_out = 1 + (h - size) // stride, 1 + (w - size) // stride
    out = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for image in range(n):
        for channel in range(c):
            for i in range(h_out):
                for j in range(w_out):
                    window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
                    out[image, channel, i, j] = np.max(window)
    return out


def max_pool2d__batch_at_once(x, size, stride):
    n, c, h, w = x.shape
    out = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = np.amax(window, axis=(2, 3))
    return out


def max_pool2d__sliding_window_view(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return np.max(windows[:, :, ::stride, ::stride], axis=(4, 5))


def max_pool2d__maps_in_a_row(x, size, stride):
    n, c, h, w = x.shape
    flat = x.reshape(n * c, h, w)
    rows, columns = range(0, h - size + 1, stride), range(0, w - size + 1, stride)
    out = np.stack(
        [flat[:, i : i + size, j : j + size].reshape(n * c, -1).max(axis=1) for i in rows for j in columns], axis=1
    )
    return out.reshape(n, c, len(rows), len(columns))


def max_pool2d__channels_last_inside(x, size, stride):
    images = x.transpose(0, 2, 3, 1)
    n, h, w, c = images.shape
    out = np.zeros((n, (h - size) // stride + 1, (w - size) // stride + 1, c))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            patch = images[:, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, i, j] = patch.max(axis=1).max(axis=1)
    return out.transpose(0, 3, 1, 2)


def max_pool2d__columns_of_windows(x, size, stride):
    """Like im2col: each window becomes a row, then the maximum of each row."""
    n, c, h, w = x.shape
    rows, columns = (h - size) // stride + 1, (w - size) // stride + 1
    top = stride * np.repeat(np.arange(rows), columns)[:, None] + np.repeat(np.arange(size), size)
    left = stride * np.tile(np.arange(columns), rows)[:, None] + np.tile(np.arange(size), size)
    return x[:, :, top, left].max(axis=3).reshape(n, c, rows, columns)


def avg_pool2d__mean_of_windows(x, size, stride):
    n, c, h, w = x.shape
    out = np.zeros((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out


def avg_pool2d__sums_in_python(x, size, stride):
    n, c, h, w = x.shape
    table = x.tolist()

    def mean(image, channel, top, left):
        rows = table[image][channel][top : top + size]
        return sum(sum(row[left : left + size]) for row in rows) / (size * size)

    return [
        [
            [
                [mean(i, k, top, left) for left in range(0, w - size + 1, stride)]
                for top in range(0, h - size + 1, stride)
            ]
            for k in range(c)
        ]
        for i in range(n)
    ]


def avg_pool2d__shifted_sums(x, size, stride):
    x = x.astype(np.float64)
    h, w = x.shape[2:]
    total = 0.0
    for i in range(size):
        for j in range(size):
            total = total + x[:, :, i : h - size + i + 1 : stride, j : w - size + j + 1 : stride]
    return total / size**2


def avg_pool2d__filter_of_equal_weights(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (size, size), axis=(2, 3))
    return np.einsum("nchwij,ij->nchw", windows[:, :, ::stride, ::stride], np.full((size, size), 1 / size**2))


def avg_pool2d__summed_area_table(x, size, stride):
    table = np.pad(x.astype(float).cumsum(axis=2).cumsum(axis=3), ((0, 0), (0, 0), (1, 0), (1, 0)))
    sums = table[..., size:, size:] - table[..., :-size, size:] - table[..., size:, :-size] + table[..., :-size, :-size]
    return sums[..., ::stride, ::stride] / (size * size)


def avg_pool2d__float32_inside(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.mean(axis=(4, 5), dtype=np.float32)


def pooled_shape__tuple(shape, size, stride):
    n, c, h, w = shape
    return n, c, (h - size) // stride + 1, (w - size) // stride + 1


def pooled_shape__floor_of_quotient(shape, size, stride):
    return (shape[0], shape[1], *(math.floor((side - size) / stride) + 1 for side in shape[2:]))


def pooled_shape__counted(shape, size, stride):
    sides = [len(range(0, side - size + 1, stride)) for side in shape[-2:]]
    return [*shape[:2], *sides]


def pooled_shape__int_of_quotient(shape, size, stride):
    out = list(shape)
    for axis in (2, 3):
        out[axis] = int((out[axis] - size + stride) / stride)
    return tuple(out)


def pooled_shape__of_an_array(shape, size, stride):
    x = np.broadcast_to(0, shape)
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride, 0, 0].shape


def pooled_shape__numpy_integers(shape, size, stride):
    sides = np.array(shape)
    sides[2:] = (sides[2:] - size) // stride + 1
    return tuple(sides)


def detected_anywhere__two_axes(feature_map):
    return feature_map.max(axis=(2, 3))


def detected_anywhere__one_axis_after_the_other(feature_map):
    return np.max(np.max(feature_map, axis=-1), axis=-1)


def detected_anywhere__flattened_maps(feature_map):
    n, f = feature_map.shape[:2]
    return feature_map.reshape(n, f, -1).max(axis=2)


def detected_anywhere__loops(feature_map):
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


def detected_anywhere__list_of_lists(feature_map):
    return [[channel.max() for channel in image] for image in feature_map]


def detected_anywhere__reduce(feature_map):
    return np.maximum.reduce(feature_map, axis=(2, 3))
