"""receptive_field: the side of the input patch that one output sees."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=2,
    aspects={
        "one layer": "an output of the first layer sees a patch of its filter's size, whatever the stride.",
        "stride 1": "each further filter of size k adds k - 1 to the side.",
        "strides": "after a stride of s, neighbouring values are s pixels apart. The next filter adds (k - 1) * s.",
        "deep": "strides multiply: after strides 2 and 3, neighbours are 6 pixels apart.",
    },
    hints=[
        "Draw it: one output of the second layer sees 3 values of the first, and each of these sees 3 pixels. They "
        "overlap.",
        "Go from the first layer to the last and keep two numbers: the side so far, and the distance in pixels between "
        "neighbouring values.",
        "side, step = 1, 1; for each (kernel, stride): side += (kernel - 1) * step, then step *= stride",
    ],
    integers=True,
    worked=[
        ("one layer", {"layers": [(3, 1)]}),
        ("stride 1", {"layers": [(3, 1), (3, 1)]}),
        ("strides", {"layers": [(3, 2), (3, 1)]}),
    ],
)
def receptive_field(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.cases
def _(rng):
    def network(kernels, strides):
        return {"layers": [(int(kernel), int(stride)) for kernel, stride in zip(kernels, strides)]}

    def kernels(count):
        """Different sizes, so that their order matters when there are strides."""
        return rng.permutation([2, 3, 4, 5, 7])[:count]

    yield "one layer", network([rng.integers(4, 12)], [1])
    yield "one layer", network([rng.integers(4, 12)], [rng.integers(2, 5)])
    yield "stride 1", network(kernels(2), [1, 1])
    yield "stride 1", network(kernels(3), [1, 1, 1])
    yield "stride 1", network(kernels(4), [1, 1, 1, 1])
    yield "strides", network(kernels(2), [2, 1])
    yield "strides", network(kernels(2), [3, 1])
    yield "strides", network(kernels(2), [1, 3])
    yield "deep", network(kernels(3), [2, 3, 1])
    yield "deep", network(kernels(4), [1, 2, 2, 3])
    yield "deep", network(kernels(5), rng.permutation([1, 1, 2, 2, 3]))


@receptive_field.mistake(
    "sizes_added",
    "Your number is the sum of the filters' sizes. Their patches overlap: each further filter of size k adds only k - "
    "1.",
)
def _(layers):
    return sum(kernel for kernel, _ in layers)


@receptive_field.mistake(
    "sizes_multiplied",
    "Your number is the product of the filters' sizes. Neighbouring patches overlap, so far fewer pixels are seen.",
)
def _(layers):
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side


@receptive_field.mistake(
    "strides_ignored",
    "Your number is right for strides of 1. After a stride of s, neighbouring values are s pixels apart.",
)
def _(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@receptive_field.mistake(
    "own_stride_counted",
    "Your number applies a layer's stride to its own filter. The stride sets the distance between its outputs: it "
    "matters only for later layers.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    return side


@receptive_field.mistake(
    "last_stride_only",
    "Your number uses only the stride of the previous layer. Multiply the strides of all previous layers.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step = stride
    return side


@receptive_field.mistake(
    "strides_added",
    "Your number adds up the strides. They multiply: every second of every third value is every sixth.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step += stride - 1
    return side


@receptive_field.mistake(
    "last_layer_first",
    "Your number is that of the same layers in the opposite order. At which end does your loop have to begin?",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in reversed(layers):
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.mistake(
    "pixel_itself_missed",
    "Your number is one too small. Before the first layer, a value sees one pixel, itself: start from 1.",
)
def _(layers):
    side, step = 0, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.mistake(
    "pixels_in_the_patch",
    "Your number is the number of pixels in the patch. Return its side.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side**2


@receptive_field.variant
def forwards(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side = side + (kernel - 1) * step
        step = step * stride
    return side


@receptive_field.variant
def backwards(layers):
    side = 1
    for kernel, stride in layers[::-1]:
        side = (side - 1) * stride + kernel
    return side


@receptive_field.variant
def recursive(layers):
    if len(layers) == 0:
        return 1
    kernel = layers[-1][0]
    before = layers[:-1]
    step = int(np.prod([s for _, s in before]))
    return recursive(before) + (kernel - 1) * step


@receptive_field.variant
def products(layers):
    kernels = np.array([kernel for kernel, _ in layers])
    steps = np.cumprod([1] + [stride for _, stride in layers[:-1]])
    return 1 + np.sum((kernels - 1) * steps)


@receptive_field.variant
def followed_back(layers):
    first, last = 0, 0  # the range of values that one output depends on
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1
