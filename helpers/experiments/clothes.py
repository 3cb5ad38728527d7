"""Learning to tell clothes: accuracy by epoch and start, and what happens with few pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import network, weights
from ..fashion import KINDS, Part

Array = np.ndarray
Train = Callable[..., Any]
FILTERS, SHAPE, LR = (8, 16), (1, 14, 14), 0.05


def score(params: Mapping[str, Array], part: Part) -> tuple[float, float]:
    """The mean loss and the accuracy on a part."""
    logits = network.forward(params, part.x)
    return network.nll_loss(logits, part.y), float(np.mean(logits.argmax(axis=1) == part.y))


def learned(
    train: Train, pictures: Part, validation: Part, epochs: int, last: int = 0, start: int = 0, batch: int = 16
) -> tuple[dict[str, Array], dict[str, list[float]]]:
    """The parameters after some epochs, and by epoch the loss and the accuracy on both parts.

    `train(params, x, y, lr, epochs, batch, seed)` gives the parameters first. The `last` epochs have a fifth of the
    learning rate. `start` is the seed of the random start and of the first order.
    """
    params = weights.he_start(FILTERS, SHAPE, seed=start)
    found: dict[str, list[float]] = {"loss": [], "accuracy": [], "validation loss": [], "validation accuracy": []}
    for epoch in range(epochs):
        lr = LR if epoch < epochs - last else LR / 5
        params, _ = train(params, pictures.x, pictures.y, lr=lr, epochs=1, batch=batch, seed=1000 * start + epoch)
        scores = (*score(params, pictures), *score(params, validation))
        for values, value in zip(found.values(), scores):
            values.append(value)
    return params, found


def by_class(params: Mapping[str, Array], part: Part) -> list[float]:
    """The share of each class's pictures that the network is right about."""
    right = network.forward(params, part.x).argmax(axis=1) == part.y
    return [float(right[part.y == kind].mean()) for kind in range(len(KINDS))]
