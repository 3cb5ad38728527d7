"""Values that take long and are often not needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")
# One at a time: what is worked out may draw from random numbers that all threads share.
_turn = threading.RLock()


class WhenAsked(Sequence[Item]):
    """A tuple that is worked out when somebody first looks into it."""

    def __init__(self, work_out: Callable[[], tuple[Item, ...]]) -> None:
        self._work_out: Callable[[], tuple[Item, ...]] | None = work_out
        self._items: tuple[Item, ...] = ()

    def _known(self) -> tuple[Item, ...]:
        with _turn:
            if self._work_out is not None:
                self._items, self._work_out = self._work_out(), None
            return self._items

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...

    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self._known()[index]

    def __len__(self) -> int:
        return len(self._known())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._known(),)
