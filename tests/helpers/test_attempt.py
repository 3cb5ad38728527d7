"""Cells that need the reader's functions go on when these aren't written yet or are wrong, and say what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.attempt import attempt

NOTEBOOK = """
def pad(x):
    {pad}

def convolve(x):
    return [pad(value) for value in x]

class Network:
    def forward(self, x):
        return pad(x)
"""


def notebook(pad: str) -> dict[str, Any]:
    """What a notebook's cells define; `pad` is the body of a function that others call."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(NOTEBOOK.format(pad=pad), names)
    return names


def test_a_right_function(capsys: pytest.CaptureFixture[str]) -> None:
    convolve = notebook("return 2 * x")["convolve"]
    result = attempt(convolve, [1, 2], shape=(2,))
    assert isinstance(result, np.ndarray) and result.tolist() == [2, 4]
    assert attempt(convolve, [1, 2]) == [2, 4]  # as it is
    assert capsys.readouterr().out == ""


def test_arguments_are_copies() -> None:
    x = np.zeros(3)

    def change(x: np.ndarray) -> np.ndarray:
        x += 1
        return x

    result = attempt(change, x, shape=(3,))
    assert result is not None and result.tolist() == [1, 1, 1] and x.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("pad", "said"),
    [
        ("raise NotImplementedError", "This cell needs pad: write pad first, then run this cell again.\n"),
        ("return 1 / 0", "pad raised ZeroDivisionError: division by zero. The checks say more; then run"),
    ],
)
def test_the_function_that_is_at_fault_is_named(capsys: pytest.CaptureFixture[str], pad: str, said: str) -> None:
    names = notebook(pad)
    for function in (names["convolve"], lambda x: names["Network"]().forward(x)):
        assert attempt(function, [1], shape=(1,)) is None
        assert capsys.readouterr().out.startswith(said)


def test_methods_are_named_with_their_class(capsys: pytest.CaptureFixture[str]) -> None:
    network = notebook("return x")["Network"]
    assert attempt(lambda: network().forward()) is None
    assert "raised TypeError: Network.forward() missing" in capsys.readouterr().out
    del network.forward.__globals__["pad"]
    assert attempt(lambda: network().forward(1)) is None
    assert capsys.readouterr().out.startswith("Network.forward raised NameError: name 'pad' is not defined.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "relu did not return anything."),
        ([1, 2], "relu did not return an array of shape (3,)."),
        ("abc", "relu did not return an array of shape (3,)."),
        ({"a": 1}, "relu did not return an array of shape (3,)."),
    ],
)
def test_a_wrong_result(capsys: pytest.CaptureFixture[str], given: Any, said: str) -> None:
    def relu() -> Any:
        return given

    for function, reader in ((relu, None), (lambda: given, relu)):
        assert attempt(function, shape=(3,), reader=reader) is None
        told, offered = capsys.readouterr().out.splitlines()
        assert told == f"{said} The checks say more; then run this cell again." and 'lend("relu")' in offered
