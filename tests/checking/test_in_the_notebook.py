"""What a check asks of the session that it runs in: how long, what was printed, and whether a cell is stale."""

from __future__ import annotations

import signal
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from helpers.checking.printed import MAX_PRINTED, Printed
from helpers.checking.stale import is_stale
from helpers.checking.time_limit import TooLong, raise_again, time_limit


def work(seconds: float) -> None:
    """Takes so much time of the processor."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_code_that_takes_too_long_is_stopped_and_other_code_is_not() -> None:
    before, tracing = signal.getsignal(signal.SIGPROF), sys.gettrace()
    with pytest.raises(TooLong), time_limit(0.02):
        work(5)
    with time_limit(1):
        work(0.05)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) is before and sys.gettrace() is tracing


def test_code_that_swallows_the_exception_once_is_stopped_in_its_handler() -> None:
    caught = []
    with pytest.raises(TooLong), time_limit(0.02):
        for number in range(4):
            try:
                while True:
                    pass
            except BaseException:
                caught.append(number)
    assert caught == [0]


def test_there_is_no_limit_where_there_are_no_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def elsewhere() -> None:
        with time_limit(0.01):
            work(0.05)
        done.append(True)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    monkeypatch.delattr(signal, "setitimer")
    elsewhere()
    assert done == [True, True]


def test_what_is_printed_is_kept_up_to_its_limit() -> None:
    stream = Printed()
    assert stream.write("a" * (MAX_PRINTED - 1)) == MAX_PRINTED - 1
    assert stream.write("b\n") == 2 and stream.write("c") == 1
    assert stream.text() == "a" * (MAX_PRINTED - 1) + "b ..."
    whole = Printed()
    whole.write("x" * (MAX_PRINTED - 2))
    whole.write("y\n")
    assert whole.text() == "x" * (MAX_PRINTED - 2) + "y"


def session(monkeypatch: pytest.MonkeyPatch, *cells: object) -> None:
    """An IPython session in which these cells were run."""
    shell = SimpleNamespace(user_ns={"In": ["", *cells]}, transform_cell=lambda text: text.replace("%time ", ""))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "stale"),
    [
        (["def f(x):\n    return x"], False),
        (["def f(x):\n    return x", "def f(x)\n    return x"], True),
        (["def f(x)\n    return x", "def f(x):\n    return x"], False),
        (["  class f(:"], True),
        (["def f2(x)\n"], False),
        (["f(", "x = (", 3], False),
        (["%time x = 1\ndef f(x):\n    return x"], False),
        ([], False),
    ],
)
def test_a_function_older_than_its_newest_cell(
    cells: list[object], stale: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(monkeypatch, *cells)
    assert is_stale("f") is stale


def test_outside_ipython_nothing_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))  # type: ignore[arg-type]
    assert is_stale("f") is False
    monkeypatch.delitem(sys.modules, "IPython")
    assert is_stale("f") is False


def test_the_trace_that_stops_goes_on_until_the_next_line() -> None:
    frame = sys._getframe()
    assert raise_again(frame, "call", None) is raise_again
    with pytest.raises(TooLong):
        raise_again(frame, "line", None)
