"""Counting the steps of Python: exact numbers, and a trace that is put back."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from helpers.checking.steps import TooManySteps, ends_within, python_steps


def one_line(x: Any = 7) -> Any:
    return x


def in_a_thread() -> None:
    thread = threading.Thread(target=one_line)
    thread.start()
    thread.join()


def test_lines_and_calls_are_counted_and_c_code_is_not() -> None:
    assert python_steps(one_line) == (7, 2)
    assert python_steps(one_line, 3) == (3, 2) and python_steps(one_line, x=4) == (4, 2)
    assert python_steps(sum, [1, 2]) == (3, 0)
    assert python_steps(lambda: list(map(one_line, range(5))))[1] == 2 + 5 * 2


def test_threads_are_counted_too() -> None:
    without = python_steps(lambda: threading.Thread(target=one_line))[1]
    assert python_steps(in_a_thread)[1] > without + 4


def test_the_trace_is_put_back() -> None:
    def before(*unused: Any) -> None:
        return None

    real, real_in_threads = sys.gettrace(), threading.gettrace()
    try:
        sys.settrace(before)
        threading.settrace(before)
        python_steps(one_line)
        ends_within(1, one_line)
        now = sys.gettrace(), threading.gettrace()
    finally:
        sys.settrace(real)
        threading.settrace(real_in_threads)  # type: ignore[arg-type]
    assert now == (before, before)


def test_a_function_that_switches_the_trace_off_is_not_counted() -> None:
    with pytest.raises(RuntimeError, match="switched"):
        python_steps(lambda: sys.settrace(None))


def test_a_call_ends_within_exactly_its_steps() -> None:
    assert ends_within(2, one_line) is True and ends_within(1, one_line) is False
    assert ends_within(0, lambda: None) is False and issubclass(TooManySteps, Exception)
