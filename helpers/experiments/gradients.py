"""The lecture's network with its gradients, and how exact a numerical gradient is.

The network: some features, a filter of three weights with zero padding, ReLU, and a weighted sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, y: float, w1: Array, w2: Array) -> dict[str, Any]:
    """The network's values by name for features x (n,) and the target y.

    `wave` (3, n) holds what each of the filter's weights meets, `z` and `a` are (n,), `a2` and `loss` numbers.
    """
    padded = np.pad(np.asarray(x, float), 1)
    wave = np.array([padded[j : j + len(x)] for j in range(3)])
    z = w1 @ wave
    a = np.maximum(z, 0)
    return {"wave": wave, "z": z, "a": a, "a2": float(w2 @ a), "loss": float((w2 @ a - y) ** 2), "y": y}


def backward(values: Mapping[str, Any], w2: Array) -> dict[str, Any]:
    """The loss's gradient by a2, a, z, w1 and w2, from the values of `forward`."""
    by_prediction = 2 * (values["a2"] - values["y"])
    by_a = by_prediction * np.asarray(w2, float)
    by_z = by_a * (values["z"] > 0)
    return {
        "a2": by_prediction,
        "a": by_a,
        "z": by_z + 0.0,  # no -0
        "w1": values["wave"] @ by_z,
        "w2": by_prediction * values["a"],
    }


def losses_after_a_step(gradients: Callable[..., Any], x: Array, y: float, w1: Array, w2: Array, rates: Array) -> Array:
    """The loss after one step with each learning rate; `gradients(x, y, w1, w2)` gives the loss, dw1 and dw2."""
    _, dw1, dw2 = gradients(x, y, w1, w2)
    return np.array([forward(x, y, w1 - rate * np.ravel(dw1), w2 - rate * np.ravel(dw2))["loss"] for rate in rates])


def numerical_errors(
    numerical_gradient: Callable[..., Any],
    relative_error: Callable[..., Any],
    f: Callable[..., Any],
    x: Array,
    exact: Array,
    steps: Array,
) -> list[float]:
    """The relative error of `numerical_gradient(f, x, h)` for each step h."""
    return [float(relative_error(exact, numerical_gradient(f, x.copy(), h))) for h in steps]
