"""Processes that student code would start: a confined one starts none, so a pool does its work in turn, or in threads.

The results are the same.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import multiprocessing.dummy
import multiprocessing.pool
import queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import starmap
from typing import Any

_THREADS_HAVE = """
    Process Queue JoinableQueue Manager Value Array Pipe
    Lock RLock Semaphore BoundedSemaphore Condition Event Barrier
"""


def install() -> None:
    """Puts pools and threads in the place of processes, for all processes that are forked from this one."""
    for name in _THREADS_HAVE.split():
        setattr(multiprocessing, name, getattr(multiprocessing.dummy, name))
    for module in (multiprocessing, multiprocessing.dummy, multiprocessing.pool):
        vars(module).update(Pool=_Pool, ThreadPool=_Pool)
    vars(multiprocessing).update(
        SimpleQueue=queue.SimpleQueue, get_context=lambda method=None: multiprocessing, set_start_method=_nothing
    )
    concurrent.futures.ProcessPoolExecutor = _ThreadsForProcesses  # type: ignore[misc, assignment]


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for what has no effect on results."""


class _Pool:
    """A pool of workers that does everything itself, when it is asked."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., Any] | None = None,
        initargs: Iterable[Any] = (),
        *unused: Any,
        **unused_too: Any,
    ) -> None:
        if initializer:
            initializer(*initargs)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *unused: object) -> None:
        """Nothing to end."""

    def apply(
        self, function: Callable[..., Any], args: Iterable[Any] = (), kwds: Mapping[str, Any] | None = None
    ) -> Any:
        """The function's value."""
        return function(*args, **(kwds or {}))

    def map(self, function: Callable[..., Any], items: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """The function's value for each of the items."""
        return list(map(function, items))

    def starmap(self, function: Callable[..., Any], items: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """The function's value for each of the lists of arguments."""
        return list(starmap(function, items))

    def imap(self, function: Callable[..., Any], items: Iterable[Any], chunksize: int | None = None) -> Iterator[Any]:
        """The function's value for each of the items, one by one."""
        return iter(map(function, items))

    imap_unordered = imap

    def apply_async(
        self,
        function: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: Mapping[str, Any] | None = None,
        callback: Callable[..., Any] | None = None,
        error_callback: Callable[..., Any] | None = None,
    ) -> _Finished:
        """A result that is there already."""
        return _Finished(self.apply(function, args, kwds), callback)

    def map_async(
        self,
        function: Callable[..., Any],
        items: Iterable[Any],
        chunksize: int | None = None,
        callback: Callable[..., Any] | None = None,
        error_callback: Callable[..., Any] | None = None,
    ) -> _Finished:
        """Results that are there already."""
        return _Finished(self.map(function, items), callback)

    def starmap_async(
        self,
        function: Callable[..., Any],
        items: Iterable[Any],
        chunksize: int | None = None,
        callback: Callable[..., Any] | None = None,
        error_callback: Callable[..., Any] | None = None,
    ) -> _Finished:
        """Results that are there already."""
        return _Finished(self.starmap(function, items), callback)

    close = join = terminate = _nothing


class _Finished:
    def __init__(self, value: Any, callback: Callable[..., Any] | None) -> None:
        self._value = value
        if callback:
            callback(value)

    def get(self, timeout: float | None = None) -> Any:
        """The value."""
        return self._value

    def ready(self) -> bool:
        """Always."""
        return True

    successful = ready
    wait = _nothing


class _ThreadsForProcesses(concurrent.futures.ThreadPoolExecutor):
    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: object = None,
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
        **unused: Any,
    ) -> None:
        super().__init__(max_workers, "", initializer, initargs)
