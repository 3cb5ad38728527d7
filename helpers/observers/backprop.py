"""Notebook 07: what training did to a network."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import network
from ..checking.values import as_array


def training(
    value: Any,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    lr: float,
    epochs: int,
    batch: int,
    seed: int,
    look_at: str,
    new_x: np.ndarray | None = None,
    new_y: np.ndarray | None = None,
) -> dict[str, Any]:
    """What one case examines in `value`, a list of results of `train`, pairs (params, losses).

    `look_at` is "params": the trained parameters; "new images": whether the trained network is right about at least
    70 % of them; "losses": how many there are, whether they fall, and whether they have the size of mean losses; "small
    steps": the same with less tolerance, but they need not fall; "a second run": whether it gives the same result;
    or "other orders": whether another seed gives other parameters, and two epochs others than one epoch twice, since
    each call begins with the same order.
    Minibatches may come in any order: what depends on the order is not compared.
    """
    runs = [_trained(run, params) for run in value]
    after, losses = runs[0]
    if look_at == "params":
        return after
    if look_at == "new images":
        assert new_x is not None and new_y is not None
        share = np.mean(_network(after, new_x).argmax(axis=1) == new_y)
        return {"right about new images": "at least 70 %" if share >= 0.7 else "less than 70 %"}
    if look_at in ("losses", "small steps"):
        # Each epoch's mean loss lies between the losses before and after training, apart from effects of the order.
        before, behind = (_mean_loss(_network(given, x), y) for given in (params, after))
        alike = (x == x[:1]).all() and (y == y[0]).all()
        slack = 0.01 if alike else 0.05 if look_at == "small steps" else 0.5
        size = "too large" if losses.max(initial=0.0) > (1 + slack) * before else "that of a mean loss"
        size = "too small" if losses.min(initial=np.inf) < (1 - slack) * behind else size
        if look_at == "small steps":
            return {"how many": int(losses.size), "size": size}
        falling = "yes" if losses.size > 1 and losses[-1] < losses[0] else "no"
        return {"how many": int(losses.size), "falling": falling, "size": size}
    if look_at == "other orders":
        another, twice = (_sameness(_equal(after, run[0])) for run in (runs[1], runs[3]))
        return {"another seed gives": another, "an epoch, and another from the start": twice}
    again, losses_again = runs[1]
    return {"a second run gives": _sameness(_equal(after, again) and np.array_equal(losses, losses_again))}


def _equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


def _sameness(equal: bool) -> str:
    return "the same" if equal else "something else"


def _trained(run: Any, params: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """One result of `train`, checked for the right shapes."""
    if not isinstance(run, (tuple, list)) or len(run) != 2 or not isinstance(run[0], dict):
        raise ValueError("expected a pair (params, losses): a dict of arrays and a list of numbers")
    after = {name: as_array(array) for name, array in run[0].items()}
    if set(after) != set(params):
        raise ValueError(f"expected the parameters {sorted(params)}, got {sorted(after)}")
    for name, array in params.items():
        found = after[name]
        if found is None or found.shape != array.shape:
            raise ValueError(f"the parameter {name} must keep its shape {array.shape}")
    losses = as_array(run[1])
    if losses is None or losses.ndim != 1:
        raise ValueError("the losses must be a list of numbers, one for each epoch")
    return {name: array for name, array in after.items() if array is not None}, losses.astype(float)


def _network(params: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """The logits of the network of notebooks 06 and 07."""
    with np.errstate(all="ignore"):  # a badly trained network may overflow
        return network.forward(params, np.asarray(x, dtype=float))


def _mean_loss(logits: np.ndarray, y: np.ndarray) -> float:
    """The mean negative log likelihood; NaN when the logits have overflowed."""
    with np.errstate(invalid="ignore"):
        return network.nll_loss(logits, y)
