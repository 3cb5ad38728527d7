"""The predictions of notebook 08. Its other numbers have their sources in its text."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from conftest import COURSE, ROOT

from helpers import layers

from . import Facts

fact = Facts("08_imagenet_pytorch", whole=False)
ALEXNET = [
    ("conv", 96, 11, 0, 4), ("relu",), ("pool", 3, 2), ("conv", 256, 5, 2, 1), ("relu",), ("pool", 3, 2),
    ("conv", 384, 3, 1, 1), ("relu",), ("conv", 384, 3, 1, 1), ("relu",), ("conv", 256, 3, 1, 1), ("relu",),
    ("pool", 3, 2), ("flatten",), ("fc", 4096), ("relu",), ("fc", 4096), ("relu",), ("fc", 1000),
]  # fmt: skip
IMAGE = (3, 227, 227)


@fact.predicted("random_guesses")
def _() -> Any:
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(20_000, 1000)), rng.integers(0, 1000, 20_000)
    return 100 * COURSE.exercise("top_k_error").reference(logits, y, 5)


@fact.predicted("first_layer_of_alexnet")
def _() -> Any:
    return list(COURSE.exercise("shape_trace").reference(ALEXNET, IMAGE)[0])


@fact.predicted("weights_and_work")
def _() -> Any:
    shapes = COURSE.exercise("shape_trace").reference(ALEXNET, IMAGE)
    count = COURSE.exercise("count_weights").reference
    weights, work = {"conv": 0, "fc": 0}, {"conv": 0, "fc": 0}
    for place, layer in enumerate(ALEXNET):
        if layer[0] in weights:
            each = count(ALEXNET[: place + 1], IMAGE) - count(ALEXNET[:place], IMAGE)
            weights[layer[0]] += each
            # A filter's weights are used in every place of its map, those of a fully connected layer once.
            work[layer[0]] += (each - shapes[place][0]) * math.prod(shapes[place][1:])
    assert round(100 * weights["fc"] / sum(weights.values())) == 94
    assert round(100 * work["conv"] / sum(work.values())) == 95
    most = max(weights, key=weights.__getitem__), max(work, key=work.__getitem__)
    return {("conv", "conv"): "a", ("fc", "conv"): "b", ("conv", "fc"): "c", ("fc", "fc"): "d"}[most]


@fact.predicted("slope_with_a_shortcut")
def _() -> Any:
    import torch

    x = torch.tensor(0.7, requires_grad=True)
    (0 * torch.sin(x) + x).backward()
    assert x.grad is not None
    return x.grad.item()


@fact.predicted("deeper_and_worse")
def _() -> Any:
    runs = json.loads((ROOT / "helpers/experiments/depth.json").read_text("utf-8"))
    plain = [run for run in runs if not run["shortcuts"]]
    errors = [np.mean([run["train_error"] for run in plain if run["layers"] == depth]) for depth in (8, 20, 56)]
    return "abc"[int(np.argmax(errors))]


@fact.predicted("without_zero_grad")
def _() -> Any:
    import torch

    w = torch.tensor(2.0, requires_grad=True)
    found = []
    for _ in range(3):
        (3 * w).backward()
        assert w.grad is not None
        found.append(w.grad.item())
    return {(3.0, 3.0, 3.0): "a", (3.0, 6.0, 9.0): "b"}[tuple(found)]


@fact.predicted("loss_at_the_start")
def _() -> Any:
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    model = COURSE.exercise("SmallResNet").reference(10)
    images = torch.randn(32, 3, 32, 32)
    return functional.cross_entropy(model(images), torch.arange(32) % 10).item()


@fact.predicted("stride_of_patches")
def _() -> Any:
    rng = np.random.default_rng(0)
    images, w, b = rng.normal(size=(2, 3, 8, 12)), rng.normal(size=(5, 3, 4, 4)), rng.normal(size=5)
    right = COURSE.exercise("patch_embedding").reference(images, w, b, 4)
    for letter, stride in zip("abc", (1, 2, 4)):
        maps = layers.conv2d(images, w, b, 0, stride)
        found = maps.reshape(2, 5, -1).transpose(0, 2, 1)
        if found.shape == right.shape and np.allclose(found, right):
            return letter
    return ""
