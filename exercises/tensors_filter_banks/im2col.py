"""im2col: all windows of a batch as rows of one matrix."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._layers import windows_of, zero_padded


@exercise(
    points=3,
    aspects={
        "values": "each row is one window, flattened row by row. The windows go from left to right, then down.",
        "channels": "within a row, all of channel 0 comes first, then channel 1, and so on.",
        "batch": "all windows of image 0 come first, then those of image 1, and so on.",
        "not square": "height and width of images and windows may differ: (kh, kw).",
        "padding": "first put `padding` zeros around rows and columns, but none around images or channels.",
        "stride": "windows start at i * stride, j * stride; leave out one that doesn't fit completely.",
        "together": "padding first. Then order the windows by image, row, column, and the entries of each by channel, "
        "row, column.",
        "number types": "nothing is calculated: every number stays as it is, including fractions.",
    },
    hints=[
        "First write the loops: for each image, each row and each column there is one window, which gives one row.",
        "A window of all channels is padded[n, :, i : i + kh, j : j + kw], of shape (C, kh, kw). flatten() gives its "
        "row, in the right order.",
        "rows.append(padded[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw].flatten()), "
        "in loops over n, then i, then j; np.array(rows) at the end",
    ],
    forbidden=("scipy", "torch", "helpers.layers"),
    worked=[("values", {"x": np.arange(1, 10).reshape(1, 1, 3, 3), "kh": 2, "kw": 2})],
)
def im2col(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.steps
def _(x, kh, kw, padding=0, stride=1):
    return {"padded": zero_padded(x, padding), "windows": windows_of(x, (kh, kw), padding, stride)}


@im2col.cases
def _(rng):
    yield "values", {"x": arrays.numbered(rng, 1, 1, 3, 3), "kh": 2, "kw": 2}
    yield "values", as_floats({"x": arrays.numbered(rng, 1, 1, 4, 4), "kh": 3, "kw": 3})
    yield "channels", {"x": arrays.numbered(rng, 1, 2, 3, 3), "kh": 2, "kw": 2}
    yield "channels", {"x": arrays.numbered(rng, 1, 3, 3, 3), "kh": 2, "kw": 2}
    yield "batch", {"x": arrays.numbered(rng, 2, 1, 3, 3), "kh": 2, "kw": 2}
    yield "batch", {"x": arrays.numbered(rng, 3, 1, 3, 3), "kh": 2, "kw": 2}
    yield "not square", {"x": arrays.numbered(rng, 1, 1, 3, 5), "kh": 2, "kw": 2}
    yield "not square", {"x": arrays.numbered(rng, 1, 1, 5, 3), "kh": 2, "kw": 2}
    yield "not square", {"x": arrays.numbered(rng, 1, 1, 3, 3), "kh": 1, "kw": 3}
    yield "not square", {"x": arrays.numbered(rng, 1, 1, 4, 4), "kh": 3, "kw": 2}
    yield "padding", {"x": arrays.numbered(rng, 1, 1, 2, 2), "kh": 3, "kw": 3, "padding": 1}
    yield "padding", {"x": arrays.numbered(rng, 1, 1, 2, 2), "kh": 2, "kw": 2, "padding": 2}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": arrays.numbered(rng, 1, 1, 5, 5), "kh": 3, "kw": 3, "stride": 2}
    yield "stride", {"x": arrays.numbered(rng, 1, 1, 5, 5), "kh": 2, "kw": 2, "stride": 2}
    yield "stride", {"x": arrays.numbered(rng, 1, 1, 7, 7), "kh": 2, "kw": 2, "stride": 3}
    yield "number types", {"x": arrays.halves(rng, 1, 1, 4, 4), "kh": 2, "kw": 2}
    yield "number types", {"x": arrays.numbered(rng, 1, 1, 4, 4) * 300, "kh": 2, "kw": 2}
    yield "number types", {"x": (arrays.numbered(rng, 1, 1, 4, 4) + 240).astype(np.uint8), "kh": 2, "kw": 2}
    yield "together", {"x": arrays.numbered(rng, 2, 3, 5, 2), "kh": 2, "kw": 3, "padding": 1, "stride": 2}
    yield "together", {"x": arrays.numbered(rng, 3, 2, 3, 7), "kh": 1, "kw": 3, "padding": 1, "stride": 3}


common.padding_from_the_filter(im2col, 2)
common.stride_always_two(im2col)


@im2col.mistake(
    "columns_are_windows",
    "Your matrix is transposed: its columns are the windows. Here each window is a row.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw).T


@im2col.mistake(
    "windows_down_first",
    "Your windows go down the first column, then the next. They should go along the first row, then the next.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 3, 2, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "images_last",
    "Your rows take the first window of every image, then the second. All windows of image 0 come first.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(2, 3, 0, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "channels_last",
    "In your rows, the channels of a pixel are next to each other. All of channel 0's window comes first, then channel "
    "1's.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 4, 5, 1)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "window_down_first",
    "In your rows, each window is read column by column. Read it row by row, as flatten does.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 5, 4)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "not_rearranged",
    "Your rows mix numbers of different windows. Before reshape, transpose to (n, row, column, c, kernel row, "
    "kernel column).",
)
def _(x, kh, kw, padding=0, stride=1):
    return windows_of(x, (kh, kw), padding, stride).reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "a_row_for_each_channel",
    "Your matrix has a row for each channel of a window. A window's channels follow one another in one row.",
)
def _(x, kh, kw, padding=0, stride=1):
    return windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5).reshape(-1, kh * kw)


@im2col.mistake("first_image_only", "Your matrix holds only the windows of the first image. Add those of all images.")
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x[:1], (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "first_channel_only",
    "Your rows hold only the first channel's window. The windows of all channels belong in the same row.",
)
def _(x, kh, kw, padding=0, stride=1):
    return windows_of(x[:, :1], (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5).reshape(-1, kh * kw)


@im2col.mistake(
    "not_flattened",
    "Your result still has all six axes. Flatten: one row for each window, one column for each of its entries.",
)
def _(x, kh, kw, padding=0, stride=1):
    return windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)


@im2col.mistake(
    "square_window_assumed",
    "Your windows are kh by kh. They are kh high and kw wide.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kh), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kh)


@im2col.mistake(
    "padding_always_one",
    "You always pad by 1. Use the parameter `padding`, which may be 0.",
)
def _(x, kh, kw, padding=0, stride=1):
    return im2col.reference(x, kh, kw, 1, stride)


@im2col.mistake("padding_ignored", "Your matrix is what you get without padding.")
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "padding_on_every_axis",
    "Your matrix is what you get when images and channels are padded too: np.pad(x, padding) pads all four axes. Give "
    "a padding for each axis.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(np.pad(x, padding), (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, (x.shape[1] + 2 * padding) * kh * kw)


@im2col.mistake(
    "stride_ignored",
    "Your matrix is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "part_of_a_window_counted",
    "Your matrix has too many rows when the stride doesn't divide evenly: leave out a last window that doesn't fit "
    "completely.",
)
def _(x, kh, kw, padding=0, stride=1):
    more = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape[2:], (kh, kw))]
    x = np.pad(x, [(0, 0), (0, 0), *((padding, padding + extra) for extra in more)])
    windows = windows_of(x, (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "integer_results",
    "Your matrix is what you get when the numbers are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = windows_of(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw).astype(int)


@im2col.mistake(
    "square_image_assumed",
    "Your matrix has as many windows along a row as along a column. Height and width may differ, so count both.",
)
def _(x, kh, kw, padding=0, stride=1):
    x = zero_padded(x, padding)
    places = range((x.shape[2] - kh) // stride + 1)
    corners = [(i * stride, j * stride) for i in places for j in places]
    return np.array([image[:, i : i + kh, j : j + kw].reshape(-1) for image in x for i, j in corners])


@im2col.variant
def three_loops(x, kh, kw, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = []
    for n in range(padded.shape[0]):
        for i in range(0, padded.shape[2] - kh + 1, stride):
            for j in range(0, padded.shape[3] - kw + 1, stride):
                rows.append(padded[n, :, i : i + kh, j : j + kw].flatten())
    return np.array(rows)


@im2col.variant
def entry_by_entry(x, kh, kw, padding=0, stride=1):
    images, channels, height, width = x.shape
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((images * h_out * w_out, channels * kh * kw))
    for n in range(images):
        for i in range(h_out):
            for j in range(w_out):
                for c in range(channels):
                    for k in range(kh):
                        for m in range(kw):
                            row, column = i * stride + k - padding, j * stride + m - padding
                            if 0 <= row < height and 0 <= column < width:
                                line = (n * h_out + i) * w_out + j
                                out[line, (c * kh + k) * kw + m] = x[n, c, row, column]
    return out


@im2col.variant
def sliding_window_view(x, kh, kw, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    windows = np.moveaxis(windows, 1, 3)
    return windows.reshape(-1, windows[0, 0, 0].size)


@im2col.variant
def index_arrays(x, kh, kw, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    top = np.arange(0, padded.shape[2] - kh + 1, stride)
    left = np.arange(0, padded.shape[3] - kw + 1, stride)
    rows = top[:, None, None, None] + np.arange(kh)[:, None]
    columns = left[None, :, None, None] + np.arange(kw)
    patches = padded[:, :, rows, columns]  # (N, C, H', W', kh, kw)
    return patches.transpose(0, 2, 3, 1, 4, 5).reshape(len(x) * len(top) * len(left), -1)


@im2col.variant
def column_by_column(x, kh, kw, padding=0, stride=1):
    images, channels, height, width = x.shape
    padded = np.zeros((images, channels, height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    columns = []
    for c in range(channels):
        for k in range(kh):
            for m in range(kw):
                last_row, last_column = padded.shape[2] - kh + k + 1, padded.shape[3] - kw + m + 1
                columns.append(padded[:, c, k:last_row:stride, m:last_column:stride].ravel())
    return np.stack(columns, axis=1)


@im2col.variant
def list_of_lists(x, kh, kw, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return [
        [image[c, i + k, j + m].item() for c in range(len(image)) for k in range(kh) for m in range(kw)]
        for image in x
        for i in range(0, image.shape[1] - kh + 1, stride)
        for j in range(0, image.shape[2] - kw + 1, stride)
    ]
