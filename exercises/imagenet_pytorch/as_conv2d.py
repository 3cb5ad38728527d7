"""as_conv2d: an nn.Conv2d with the weights of a NumPy filter bank."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

from . import _arrays as arrays

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")


@exercise(
    points=2,
    aspects={
        "values": "make nn.Conv2d(c_in, c_out, (kh, kw)), then copy w into its weight and b into its bias. The "
        "axes have the same order.",
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
    adapter="imagenet_pytorch.layer_output",
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
        w, b = arrays.signed(rng, c_out, c_in, *kernel), arrays.signed(rng, c_out) * 10
        return {"w": w, "b": b, "padding": padding, "stride": stride, "x": arrays.signed(rng, 2, c_in, *image)}

    yield "values", case(2, 3, (3, 3), (4, 5))
    yield "values", case(3, 2, (3, 3), (5, 4))
    yield "filter size", case(2, 3, (2, 3), (4, 5))
    yield "filter size", case(3, 2, (4, 1), (5, 4))
    yield "padding", case(1, 2, (3, 3), (3, 4), padding=1)
    yield "padding", case(2, 3, (2, 2), (2, 3), padding=2)
    yield "stride", case(1, 2, (3, 3), (6, 7), stride=2)
    yield "stride", case(2, 1, (3, 3), (7, 6), padding=1, stride=3)
    for dtype in (np.int64, np.float32):
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


@as_conv2d.variant
def data(w, b, padding, stride):
    f, c, kh, kw = w.shape
    conv = nn.Conv2d(c, f, kernel_size=(kh, kw), padding=padding, stride=stride)
    conv.weight.data = torch.from_numpy(w).float()
    conv.bias.data = torch.from_numpy(b).float()
    return conv


@as_conv2d.variant
def parameters(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride, padding)
    conv.weight = nn.Parameter(torch.tensor(w, dtype=torch.float32))
    conv.bias = nn.Parameter(torch.tensor(b, dtype=torch.float32))
    return conv


@as_conv2d.variant
def double(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding).double()
    conv.load_state_dict({"weight": torch.as_tensor(w), "bias": torch.as_tensor(b)})
    return conv


@as_conv2d.variant
def fill(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)
    with torch.no_grad():
        conv.weight[...] = torch.as_tensor(w.astype(np.float32))
        for place, value in enumerate(b):
            conv.bias[place] = float(value)
    return conv.eval()
