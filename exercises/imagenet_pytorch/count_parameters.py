"""count_parameters: the number of trainable weights of a model."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")


@exercise(
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
    adapter="imagenet_pytorch.counted",
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


@count_parameters.variant
def loop(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += int(np.prod(parameter.shape))
    return total


@count_parameters.variant
def tensors(model):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return sum(torch.tensor(p.nelement()) for p in trainable)


@count_parameters.variant
def vector(model):
    return len(nn.utils.parameters_to_vector([p for _, p in model.named_parameters() if p.requires_grad]))
