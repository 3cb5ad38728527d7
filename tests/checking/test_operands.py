"""The shapes in the line that failed, beyond the common ones."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from checking.test_calls import called, in_a_cell

X = np.arange(12.0).reshape(3, 4)


def shapes(body: str, known: bool = True, **names: Any) -> str:
    """The shapes that are told of the exception that a function of `x` raises."""
    source = "import numpy as np\ndef f(x):" + "".join(f"\n    {line}" for line in body.strip().split("\n")) + "\n"
    found = in_a_cell(source, "<cell operands>")
    found.update(names)
    if not known:
        del linecache.cache["<cell operands>"]
    fault = called(found["f"], {"x": X}).fault
    assert fault is not None
    return fault.shapes


def tensor(name: str = "Tensor", module: str = "torch") -> Any:
    return type(name, (), {"__module__": module, "shape": (7, 8)})()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("y = np.ones((2, 2))\nreturn x + y", "`x` is (3, 4), `y` is (2, 2)"),
        ("y = np.ones((2, 2))\nreturn x > y", "`x` is (3, 4), `y` is (2, 2)"),
        ("y = np.ones((2, 2))\nx += y", "`x` is (3, 4), `y` is (2, 2)"),
        ("y = np.ones((2, 2))\nx[:] = y", "`x` is (3, 4), `x[:]` is (3, 4), `y` is (2, 2)"),
        ("y = np.ones((2, 2))\nx[0] += y", "`x[0]` is (4,), `y` is (2, 2)"),
        ("return x[5]", "`x` is (3, 4)"),
        ("return x.reshape(5)", "`x` is (3, 4)"),
        ("return x + x.T", "`x` is (3, 4), `x.T` is (4, 3)"),
        ("return np.dot(x, x)", "`x` is (3, 4)"),
        ("return -x + x.T", "`-x` is (3, 4), `x.T` is (4, 3)"),
        ("a, b, c, d = (np.ones(n) for n in (1, 2, 3, 4))\nreturn np.stack([a, b, c, d, x])",
         "`a` is (1,), `b` is (2,), `c` is (3,), `d` is (4,)"),
        ("return x + abs(x).T", "`x` is (3, 4)"),  # nothing is called
        ("return x + x[:, : len(x)]", "`x` is (3, 4), `x[:, :len(x)]` is (3, 3)"),
        ("return x + x[: x.size // 12, :3]", "`x` is (3, 4)"),  # only T and shape are looked up
        ("return x + x[1:9]", "`x` is (3, 4), `x[1:9]` is (2, 4), cut off at the end of `x`"),
        ("return x + x[1:3]", "`x` is (3, 4), `x[1:3]` is (2, 4)"),
        ("return x + x[:2, 1:9]", "`x` is (3, 4), `x[:2, 1:9]` is (2, 3), cut off at the end of `x`"),
        ("return x + x[None, 1:9]", "`x` is (3, 4), `x[None, 1:9]` is (1, 2, 4)"),
        ("return x + x[1:]", "`x` is (3, 4), `x[1:]` is (2, 4)"),
        ("return x + x[..., 1:9]", "`x` is (3, 4), `x[..., 1:9]` is (3, 3)"),
        ("y = [x]\nreturn x + y[0][1:9]", "`x` is (3, 4)"),
        ("return 1 / 0", ""),
        ("y = x.T\nassert x is None", "`x` is (3, 4)"),
    ],
)  # fmt: skip
def test_the_parts_of_the_failing_expression(body: str, said: str) -> None:
    assert shapes(body) == said


def test_an_expression_is_told_up_to_its_length() -> None:
    for name, there in (("n" * 37, True), ("n" * 38, False)):  # 40 and 41 characters
        assert (f"`{name}[0]`" in shapes(f"{name} = x\nreturn x.T[:, :2] + {name}[0]")) is there


def test_a_large_array_is_not_worked_out() -> None:
    large = np.zeros((1, 100_000))
    assert shapes("return large + x[:, :2]", large=large) == "`large` is (1, 100000), `x[:, :2]` is (3, 2)"
    assert shapes("return large + x", large=np.zeros((1, 100_001))) == "`x` is (3, 4)"


def test_only_exact_arrays_are_worked_out() -> None:
    class Own(np.ndarray):
        """An array of an own class."""

    assert shapes("return own + x[:, :2]", own=np.zeros(5).view(Own)) == "`x[:, :2]` is (3, 2)"


def test_a_tensor_has_a_shape() -> None:
    assert shapes("return t @ x", t=tensor()) == "`t` is (7, 8), `x` is (3, 4)"
    assert shapes("return t[0] @ x", t=tensor()) == "`t` is (7, 8)"
    for other in (tensor("Other"), tensor(module="other")):
        assert shapes("return t @ x", t=other) == "`x` is (3, 4)"


def test_without_the_text_the_names_of_the_line_are_told() -> None:
    body = "y = np.ones((2, 2))\nz = x\nreturn y + x + y"
    assert shapes(body, known=False) == "`y` is (2, 2), `x` is (3, 4)"


def test_an_expression_of_several_lines() -> None:
    assert shapes("y = np.ones((2, 2))\nreturn (x[:, 1:]\n        + y)") == "`x[:, 1:]` is (3, 3), `y` is (2, 2)"
