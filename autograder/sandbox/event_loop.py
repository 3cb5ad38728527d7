"""Coroutines behind the walls, where no process can make the sockets by which Python's event loops are woken."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from functools import cache
from typing import Any


def install() -> None:
    """Has asyncio make such loops, in all processes that are forked from this one."""
    asyncio.set_event_loop_policy(_Policy())


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs what awaits something at the top level of a cell. As in a notebook, one loop serves all cells."""
    _loop().run_until_complete(coroutine)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


class _Loop(asyncio.SelectorEventLoop):
    """Threads wake it by a counter of the kernel's. Replaces asyncio's own hooks, which have no published types."""

    _internal_fds: int

    def _make_self_pipe(self) -> None:
        self._counter = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._internal_fds += 1
        self._add_reader(self._counter, os.eventfd_read, self._counter)  # type: ignore[attr-defined]

    def _close_self_pipe(self) -> None:
        self._remove_reader(self._counter)  # type: ignore[attr-defined]
        os.close(self._counter)
        self._internal_fds -= 1

    def _write_to_self(self) -> None:
        os.eventfd_write(self._counter, 1)


class _Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = _Loop
