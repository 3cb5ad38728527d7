"""conv1d: bias, padding and stride, (n,) to (n',)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling

from . import _arrays as arrays
from ._lecture import FINDER, LONELY


@exercise(
    points=3,
    aspects={
        "values": "without padding, bias or stride, it is conv1d_valid.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on both sides. Everything else uses the padded signal.",
        "stride": "output i comes from the window that starts at i * stride. Leave out a last window that doesn't fit "
        "completely.",
        "together": "padding first, then the windows at 0, stride, 2 * stride, ..., then the bias.",
        "integer input": "x may hold bytes (uint8), 0 to 255: store the results as floats, since they may be larger.",
        "fractional weights": "the array for the results must hold fractions: np.zeros(n_out).",
    },
    hints=[
        "You have all the parts: pad1d pads the signal, output_size says how many results there are.",
        "Result i comes from the window of the padded signal that starts at i * stride.",
        "With padded as floats: out[i] = np.sum(padded[i * stride : i * stride + len(w)] * w) + b, for i in "
        "range((len(padded) - len(w)) // stride + 1).",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": LONELY, "w": FINDER}),
        ("padding", {"x": LONELY, "w": FINDER, "padding": 1}),
        ("together", {"x": LONELY, "w": FINDER, "b": 1.0, "padding": 1}),
    ],
)
def conv1d(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w))[::stride]
    return windows @ np.asarray(w, dtype=float) + b


@conv1d.steps
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w))[::stride]
    return {"padded": padded, "windows": windows, "sums": windows @ w}


@conv1d.cases
def _(rng):
    def strided(n, k, stride):
        return {"x": arrays.signal(rng, n), "w": arrays.kernel(rng, k), "stride": stride}

    def together(k, padding, stride):
        drawn = strided(rng.integers(2, 4) * stride + k + 1, k, stride)
        return {**drawn, "b": float(rng.choice([-2.5, 1.5, 3.5])), "padding": padding}

    yield "values", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 3)}
    yield "values", as_floats({"x": arrays.signal(rng, rng.integers(6, 9)), "w": arrays.kernel(rng, 4)})
    yield (
        "bias",
        {"x": arrays.signal(rng, rng.integers(4, 6)), "w": arrays.kernel(rng, 2), "b": float(rng.integers(2, 6))},
    )
    yield (
        "bias",
        {
            "x": arrays.signal(rng, rng.integers(5, 7)),
            "w": arrays.kernel(rng, 3),
            "b": -float(rng.integers(1, 8)) - 0.5,
        },
    )
    yield "padding", {"x": arrays.signal(rng, rng.integers(4, 6)), "w": arrays.kernel(rng, 3), "padding": 1}
    yield "padding", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 2), "padding": 2}
    yield "padding", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 5), "padding": 3}
    # The window moves by a whole number of steps, with 0, 1 or stride - 1 samples left over.
    yield "stride", telling(conv1d, lambda: strided(3 + 2 * rng.integers(2, 4), 3, 2), "signal_overwritten")
    yield "stride", strided(4 + 3 * rng.integers(1, 3), 3, 3)
    yield "stride", strided(6 + 3 * rng.integers(1, 3), 4, 3)
    yield "integer input", {"x": arrays.byte_values(rng, rng.integers(4, 6)), "w": arrays.large_weights(rng, 3)}
    yield "integer input", {"x": arrays.byte_values(rng, rng.integers(5, 7)), "w": arrays.negative_sum(rng, 3)}
    yield "fractional weights", {"x": arrays.odd_signal(rng, rng.integers(5, 7)), "w": arrays.halves(rng, 3)}
    yield (
        "fractional weights",
        {"x": arrays.odd_signal(rng, 7).astype(np.float32), "w": arrays.halves(rng, 5).astype(np.float32)},
    )
    yield "together", telling(conv1d, lambda: together(3, 1, 2), "signal_overwritten")
    yield "together", together(4, 2, 3)
    yield "together", together(2, 3, 2)


common.bias_subtracted(conv1d)
common.padding_from_the_filter(conv1d, 1)
common.stride_always_two(conv1d)


@conv1d.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    w = w[::-1].astype(float)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) for i in range(n)])


@conv1d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x.astype(float), padding), w.astype(float)
    n = (len(x) - len(w)) // stride + 1
    out = np.zeros(n)
    for i in range(n):
        for j in range(len(w)):
            out[i] += x[i * stride + j] * w[j] + b
    return out


@conv1d.mistake(
    "bias_on_the_signal",
    "Your output is what you get when b is added to the signal: the weights then multiply it. Add it to the dot "
    "product.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding) + b
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.sum(x[i * stride : i * stride + len(w)] * w) for i in range(n)])


@conv1d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = x.astype(float)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "padding_always_one",
    "Your output is what you get when one zero is always added on each side. Use the parameter "
    "`padding`, which may be 0.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return conv1d.reference(x, w, b, 1, stride)


@conv1d.mistake(
    "padding_on_one_side",
    "Your zeros are only before the signal. Put them after it as well, and count both: + 2 * padding.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.concatenate([np.zeros(padding), x])
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "edge_repeated",
    "Your output is what you get when the first and last samples are repeated as padding. Padding means zeros here.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding, mode="edge")
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + len(x)].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding:-padding] = x
    n = (len(padded) - len(w)) // stride + 1
    return np.array([np.dot(padded[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([np.dot(x[i : i + len(w)], w) + b for i in range(len(x) - len(w) + 1)])


@conv1d.mistake(
    "stride_in_the_size_only",
    "The length is right, but the windows are the first ones, side by side. Window i starts at i * stride, not at i.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros((len(x) - len(w)) // stride + 1)
    for i in range(len(out)):
        out[i] = np.dot(x[i : i + len(w)], w) + b
    return out


@conv1d.mistake(
    "stride_on_the_output",
    "Your results are spread out by the stride. The window moves by `stride`, but the results are next to each other.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(0, len(out), stride):
        out[i] = np.dot(x[i : i + len(w)], w) + b
    return out


@conv1d.mistake(
    "part_of_a_window_counted",
    "Your output has one entry too many when the stride doesn't divide evenly: leave out a last window that doesn't "
    "fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = int(np.ceil((len(x) - len(w)) / stride)) + 1
    out = np.zeros(n)
    for i in range(n):
        window = x[i * stride : i * stride + len(w)]
        out[i] = np.sum(window * w[: len(window)]) + b
    return out


@conv1d.mistake(
    "size_rounded_up",
    "Your output's size is rounded up, which counts a last window that doesn't fit completely. Divide with //, "
    "which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = int(np.ceil((len(x) - len(w)) / stride)) + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "last_window_missing",
    "Your output is what you get when the last window is left out although it fits: range excludes its end.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([np.dot(x[i : i + len(w)], w) + b for i in range(0, len(x) - len(w), stride)])


@conv1d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    assert (len(x) - len(w)) % stride == 0
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(n) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros((len(x) - len(w)) // stride + 1, dtype=int)
    for i in range(len(out)):
        out[i] = np.dot(x[i * stride : i * stride + len(w)], w) + b
    return out


@conv1d.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([max(0.0, np.dot(x[i * stride : i * stride + len(w)], w) + b) for i in range(n)])


@conv1d.mistake(
    "signal_overwritten",
    "Your output comes from multiplying windows in place. A slice is a view, so `window *= w` changes the signal that "
    "later windows read.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    if padding > 0:
        x = np.pad(x, padding)
    out = []
    for i in range(0, len(x) - len(w) + 1, stride):
        window = x[i : i + len(w)]
        window *= w
        out.append(window.sum() + b)
    return np.array(out)


@conv1d.variant
def loops(x, w, b=0.0, padding=0, stride=1):
    n, k = len(x), len(w)
    padded = np.zeros(n + 2 * padding)
    padded[padding : padding + n] = x
    n_out = (n + 2 * padding - k) // stride + 1
    out = np.zeros(n_out)
    for i in range(n_out):
        for j in range(k):
            out[i] += padded[i * stride + j] * w[j]
        out[i] += b
    return out


@conv1d.variant
def np_pad_and_dot(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([x[i : i + len(w)] @ w.astype(float) + b for i in range(0, len(x) - len(w) + 1, stride)])


@conv1d.variant
def sliding_window_view(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, (padding, padding)).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
    return np.tensordot(windows[::stride], w, axes=(1, 0)) + b


@conv1d.variant
def as_strided(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(np.asarray(x, dtype=np.float64), padding)
    count = (x.size - w.size) // stride + 1
    step = x.strides[0]
    windows = np.lib.stride_tricks.as_strided(x, shape=(count, w.size), strides=(stride * step, step))
    return np.einsum("ij,j->i", windows, w.astype(np.float64)) + b


@conv1d.variant
def index_grid(x, w, b=0.0, padding=0, stride=1):
    x = np.concatenate([np.zeros(padding), x, np.zeros(padding)])
    starts = np.arange(0, len(x) - len(w) + 1, stride)
    return (x[starts[:, None] + np.arange(len(w))] * w).sum(axis=1) + b


@conv1d.variant
def matrix(x, w, b=0.0, padding=0, stride=1):
    n, k = len(x), len(w)
    rows = (n + 2 * padding - k) // stride + 1
    m = np.zeros((rows, n + 2 * padding))
    for i in range(rows):
        m[i, i * stride : i * stride + k] = w
    return m[:, padding : padding + n] @ x + b


@conv1d.variant
def bounds_tested(x, w, b=0.0, padding=0, stride=1):
    out = []
    for start in range(-padding, len(x) + padding - len(w) + 1, stride):
        total = b
        for j, weight in enumerate(w.tolist()):
            if 0 <= start + j < len(x):
                total += weight * x[start + j].item()
        out.append(total)
    return out


@conv1d.variant
def loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    n_out = (len(x) - len(w)) // stride + 1
    out = np.full(n_out, float(b))
    for j in range(len(w)):
        out += float(w[j]) * x[j : j + stride * (n_out - 1) + 1 : stride]
    return out


@conv1d.variant
def types_as_they_come(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.sum(x[i * stride : i * stride + len(w)] * w) + b for i in range(n)])
