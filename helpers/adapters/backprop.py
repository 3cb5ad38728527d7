"""Notebook 07: gradients one by one, functions by their formula, training once or twice, and a tape's programs."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import layers, network, weights
from ..checking.steps import ends_within
from ..checking.values import plain
from .standing_in import StandIn, right

_PARTS = {"dx": 0, "dw": 1, "db": 2, "loss": 0, "dw1": 1, "dw2": 2}


def part_of(function: Callable[..., Any], *arguments: Any, part: str, **options: Any) -> Any:
    """One of the three results of a function: `part` is dx, dw or db, or else loss, dw1 or dw2.

    So a right dw counts even when dx is wrong. A result that is not a sequence of three is returned whole.
    """
    results = function(*arguments, **options)
    return results[_PARTS[part]] if isinstance(results, (tuple, list)) and len(results) == 3 else results


_FORMULAS: dict[str, Callable[[np.ndarray], Any]] = {
    "lambda x: np.sum(x**2)": lambda x: np.sum(x**2),
    "lambda x: np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3)": lambda x: np.sum(
        np.arange(1, x.size + 1).reshape(x.shape) * x**3
    ),
    "lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2": lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2,
}


def gradient_of(function: Callable[..., Any], f: str, x: np.ndarray, **options: Any) -> Any:
    """`function(f, x, ...)` for the f given by its source.

    f raises ValueError for an array whose shape is not that of x, as a network's loss would.
    """
    shape = x.shape

    def scalar(x: np.ndarray) -> float:
        if np.shape(x) != shape:
            raise ValueError(f"f was called with an array of shape {np.shape(x)}; x has the shape {shape}")
        return float(_FORMULAS[f](np.asarray(x, dtype=float)))

    return function(scalar, x, **options)


_MAP = np.arange(24).reshape(1, 2, 3, 4) % 7 - 2.5
_ABOVE = np.array([[[[2.0, -1.0], [3.0, 0.5]]]])
_LOGITS, _CLASSES = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]), np.array([2, 0])
_LAYERS = {
    "relu_backward": StandIn(layers.relu_backward, (_MAP + 1, _MAP)),
    "max_pool2d_backward": StandIn(layers.max_pool2d_backward, (_ABOVE[..., :1, :], _MAP[:, :1], 2, 2)),
    "conv2d_backward": StandIn(layers.conv2d_backward, (_ABOVE, _MAP, _MAP.reshape(1, 2, 4, 3)[:, :, :3], 1, 2)),
    "fc_backward": StandIn(network.fc_backward, (_LOGITS, _MAP.reshape(2, 12), _MAP.reshape(3, 8)[:, [0, *range(8)]])),
    "softmax_nll_backward": StandIn(network.softmax_nll_backward, (_LOGITS, _CLASSES)),
    "nll_loss": StandIn(network.nll_loss, (_LOGITS, _CLASSES)),
}
_STEP = {
    "loss_and_gradients": StandIn(
        network.loss_and_gradients,
        (weights.he_start((1, 2), (1, 4, 5), 3), np.arange(40).reshape(2, 1, 4, 5) % 9 / 4 - 1, _CLASSES),
    ),
    "sgd_step": StandIn(
        lambda params, grads, lr: {name: params[name] - lr * grads[name] for name in params},
        ({"w": np.array([1.0, 2.0])}, {"w": np.array([3.0, -1.0])}, 0.5),
    ),
}


def loss_and_part(
    function: Callable[..., Any], params: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, *, part: str
) -> Any:
    """The loss that `loss_and_gradients` returns, with `part` "loss"; else the gradients of one layer, "1" to "3".

    A result that is not a pair of a loss and a dict is returned whole. The layers' backward functions are right.
    """
    with right(function, _LAYERS):
        result = function(params, x, y)
    if not isinstance(result, (tuple, list)) or len(result) != 2 or not isinstance(result[1], dict):
        return result
    loss, grads = result
    return loss if part == "loss" else {name: value for name, value in grads.items() if str(name).endswith(part)}


def trained(function: Callable[..., Any], *arguments: Any, look_at: str, **held_out: Any) -> Any:
    """A list with what `train` returns for its seven arguments; with `look_at` "a second run", of two calls.

    With "other orders", of four: as given; with another seed; for one epoch; for one epoch that goes on from there.
    The test images, `new_x` and `new_y`, are for `helpers.observers.backprop.training`: `train` doesn't see them.
    The `loss_and_gradients` and `sgd_step` that it calls are right.
    """
    with right(function, _STEP):
        return _runs(function, *arguments, look_at=look_at)


def _runs(function: Callable[..., Any], *arguments: Any, look_at: str) -> list[Any]:
    again, other, once, onward = copy.deepcopy((arguments, arguments, arguments, arguments))
    runs = [plain(function(*arguments))]
    if look_at == "a second run":
        runs.append(plain(function(*again)))
    if look_at == "other orders":
        *given, epochs, batch, seed = other
        runs.append(plain(function(*given, epochs, batch, seed + 1)))
        params, *data, epochs, batch, seed = once
        runs.append(plain(function(params, *data, 1, batch, seed)))
        if isinstance(runs[-1], (tuple, list)):
            _, *data, epochs, batch, seed = onward
            runs.append(plain(function(copy.deepcopy(runs[-1][0]), *data, 1, batch, seed)))
    return runs


_LINE = re.compile(r"(\w+) = (\w+)\.(\w+)\((.*)\)")
MAX_STEPS = 200_000  # of Python; some thousand are enough for any program of ours


def taped(function: Callable[..., Any], program: Sequence[str], look_at: str, **given: np.ndarray) -> dict[str, Any]:
    """What a student's Tensor, `function`, holds after a program of lines such as "z = x.conv2d(w, b, 1, 2)".

    `given` are the arrays that the program starts from: each becomes a Tensor, but for the classes y. With `look_at`
    "values" it is the value of each result; with names, as in "x w", the gradients of these after `backward()` of the
    last result. A `backward()` that takes far too many steps is stopped: then there are none. The layers' backward
    functions are right.
    """
    with right(function, _LAYERS):
        tensors = _ran(function, program, given)
        if look_at == "values":
            return {name: tensors[name].value for name in list(tensors)[len(given) :]}
        once = ends_within(MAX_STEPS, tensors[list(tensors)[-1]].backward)
    found = {name: tensors[name].grad for name in look_at.split()} if once else {}
    return found | {"each operation goes back": "once" if once else "many times"}


def _ran(function: Callable[..., Any], program: Sequence[str], given: dict[str, np.ndarray]) -> dict[str, Any]:
    """The tensors by name after a program."""
    names = {name: value if name == "y" else function(value) for name, value in given.items()}
    for line in program:
        found = _LINE.fullmatch(line)
        assert found, line
        result, owner, operation, inputs = found.groups()
        values = [names[item] if item in names else int(item) for item in inputs.split(", ") if item]
        names[result] = getattr(names[owner], operation)(*values)
    return names
