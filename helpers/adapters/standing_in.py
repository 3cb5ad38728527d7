"""Right functions in the place of the reader's wrong ones, for exercises that build on others.

`train` calls the reader's `loss_and_gradients`. If that one is wrong, or isn't written, it has its own check and costs
its own points, and `train` is judged with ours.
"""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checking.values import plain, problem

_ABSENT = object()


@dataclass(frozen=True)
class StandIn:
    """A right function, and arguments that tell it from wrong ones."""

    function: Callable[..., Any]
    trial: tuple[Any, ...]


@contextmanager
def right(function: Any, needed: Mapping[str, StandIn]) -> Iterator[None]:
    """While active, the functions that `function` finds under the names in `needed` are right.

    The reader's own stay where they are right, since they may take more arguments than ours. `function` may be a class.
    """
    namespace = _namespace(function)
    before = {name: namespace.get(name, _ABSENT) for name in needed}
    wrong = [name for name, stand_in in needed.items() if not _is_right(before[name], stand_in)]
    namespace.update({name: needed[name].function for name in wrong})
    try:
        yield
    finally:
        for name in wrong:
            if before[name] is _ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = before[name]


def _namespace(function: Any) -> dict[str, Any]:
    """The global names that a function, or a class's methods, are looked up in."""
    candidates = [function, *(vars(function).values() if isinstance(function, type) else ())]
    found = next((item for item in map(_unwrapped, candidates) if inspect.isfunction(item)), None)
    return {} if found is None else found.__globals__


def _unwrapped(item: Any) -> Any:
    return inspect.unwrap(item) if callable(item) else item


def _is_right(function: Any, stand_in: StandIn) -> bool:
    """Whether a function gives what ours gives, and leaves its arguments as they are."""
    if not callable(function):
        return False
    given = copy.deepcopy(stand_in.trial)
    watching = sys.getprofile()  # switched off by a forbidden call
    try:
        with np.errstate(all="ignore"):
            result = plain(function(*given))
    except Exception:  # whatever the reader's code raises, it isn't right
        return False
    finally:
        sys.setprofile(watching)
    expected = plain(stand_in.function(*stand_in.trial))
    return problem(expected, result) is None and problem(plain(stand_in.trial), plain(given)) is None
