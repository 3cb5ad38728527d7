"""What a function makes on its way to the result: names, lines and values, of its first call alone."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from checking.test_calls import in_a_cell
from helpers.checking import trail
from helpers.checking.trail import Trail


def made(source: str, *arguments: Any, name: str = "f") -> list[tuple[str, tuple[int, int]]]:
    """Names and lines of what the function `f` of a cell makes."""
    namespace = in_a_cell("import numpy as np\n" + source, "<cell trail>")
    trail = Trail(namespace[name])
    before = sys.gettrace()
    sys.settrace(None)
    try:
        with trail.followed():
            namespace[name](*arguments)
            namespace[name](*arguments)  # only the first call counts
        assert sys.gettrace() is None
    finally:
        sys.settrace(before)
    return [(item.name, item.lines) for item in trail.made]


def test_arrays_and_lists_are_noted_with_their_lines() -> None:
    source = "def f(x):\n    n = 3\n    y = x + n\n    z = [y]\n    return y\n"
    assert made(source, np.ones(2)) == [("y", (4, 4)), ("z", (5, 5)), ("", (6, 6))]


def test_a_called_function_is_noted_by_its_name() -> None:
    source = "def g(x):\n    y = x * 2\n    return y\ndef f(x):\n    return g(x) + 1\n"
    assert made(source, np.ones(2)) == [("g(...)", (6, 6)), ("", (6, 6))]
    deeper = "def h(x):\n    return x * 2\ndef g(x):\n    return h(x)\ndef f(x):\n    return g(x) + (lambda: x)()\n"
    assert made(deeper, np.ones(2)) == [("g(...)", (7, 7)), ("", (7, 7))]
    assert made("def f(x):\n    return np.pad(x, 1)\n", np.ones(2)) == [("", (3, 3))]


def test_the_lines_that_write_into_an_array() -> None:
    source = "def f(x):\n    y = np.zeros(3)\n    y[0] = 1\n    y[1:][0] += 2\n    k = 1\n    return y\n"
    assert made(source, 1) == [("y", (4, 5)), ("", (7, 7))]
    source = "def f(x):\n    y = np.zeros(3)\n    y += 1\n    y = y * 2\n    y[0] = 1\n    return y\n"
    assert made(source, 1) == [("y", (4, 4)), ("y", (6, 6)), ("", (7, 7))]
    source = "def f(x):\n    y = np.zeros(3)\n    z = np.ones(3)\n    z[0] = 1\n    return y\n"
    assert made(source, 1) == [("y", (3, 3)), ("z", (5, 5)), ("", (6, 6))]
    source = (
        "def f(x):\n    y = np.zeros(3)\n    for i in range(2):\n        y = y + i\n        y[i] = 1\n    return y\n"
    )
    assert made(source, 1) == [("y", (3, 3)), ("y", (6, 6)), ("y", (6, 6)), ("", (7, 7))]


def test_the_text_of_another_function_of_that_name_is_not_read() -> None:
    source = (
        "def f(x):\n    return x\ndef decorated(g):\n    return g\n"
        "@decorated\ndef f(x):\n    y = x + 1\n    y[0] = 2\n    return y\n"
    )
    assert made(source, np.ones(2)) == [("y", (9, 9)), ("", (10, 10))]


def test_what_gives_nothing_or_stops_has_no_trail() -> None:
    assert made("def f(x):\n    y = np.ones(2)\n", 1) == []
    assert made("class F:\n    def __call__(self, x):\n        return x\nf = F()\n", 1) == []


def test_where_a_debugger_is_on_nothing_is_followed() -> None:
    function = in_a_cell("def f(x):\n    return [x]\n", "<cell trail>")["f"]
    trail, before = Trail(function), sys.gettrace()

    def debugger(*unused: Any) -> None:
        return None

    sys.settrace(debugger)
    try:
        with trail.followed():
            function(1)
        still = sys.gettrace()
    finally:
        sys.settrace(before)
    assert trail.made == [] and still is debugger


@pytest.mark.parametrize(("turns", "is_followed"), [(40, True), (400, False)])
@pytest.mark.parametrize("line", ["for i in range({}): pass", "sum(map(g, range({})))"])
def test_what_takes_long_is_not_followed(
    line: str, turns: int, is_followed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "MAX_EVENTS", 200)
    source = f"def g(x):\n    return x\ndef f(x):\n    {line.format(turns)}\n    return x + 1\n"
    assert bool(made(source, np.ones(2))) is is_followed
