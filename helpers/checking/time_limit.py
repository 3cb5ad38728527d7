"""A time limit for a student's code in the notebook, where the system has timers."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

AGAIN = 0.5  # seconds after which code that swallows the exception is stopped again


class TooLong(BaseException):
    """The code has taken more time than a check gives it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TooLong in the block once it has taken so many seconds of the processor.

    Without timers (in the browser, on Windows) and outside the main thread there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    times = 0

    def stop(number: int, frame: FrameType | None) -> Any:
        nonlocal times
        times += 1
        if times > 1 and frame is not None:  # the code swallowed it: also raise in its `except`
            frame.f_trace = raise_again
            sys.settrace(raise_again)
        raise TooLong

    previous, tracing = signal.signal(signal.SIGPROF, stop), sys.gettrace()
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
        sys.settrace(tracing)


def raise_again(frame: FrameType, event: str, argument: Any) -> Any:
    """A trace that stops the code at its next line."""
    if event == "line":
        raise TooLong
    return raise_again
