"""What a failing function's own code shows, in `check` only."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from checking.test_calls import in_a_cell
from helpers import check, failing

CODE = "import numpy as np\nz = np.zeros(4)\nSOBEL = np.ones(3)\n"


@pytest.mark.parametrize(
    ("exercise", "source", "name", "said"),
    [
        ("relu_backward", "def relu_backward(z, da):\n    return da * (z > 0)", "parameters_swapped", "da, z"),
        (
            "squared_error",
            "def squared_error(prediction, y):\n    return int(prediction[0]) ^ 2",
            "caret_for_power",
            "**",
        ),
        ("relu", "def relu(z):\n    z = z * 1\n    z[z < 0] == 0\n    return z + 1", "compared_not_assigned", "`=`"),
        ("same_padding", "def same_padding(k):\n    k % 2 == 1", "nothing_returned", "nothing (None)"),
        ("same_padding", "def same_padding(k):\n    k == 1", "nothing_returned", "nothing (None)"),
        ("relu", "def relu(z):\n    np.sum(z) == 0\n    return z + 1", None, "Where to look"),
        ("relu", "def relu(z):\n    z = z == 0\n    return z + 1", None, "Where to look"),
        ("squared_error", "def squared_error(prediction, y):\n    print(np.mean(y))", "printed", "prints its result"),
        ("squared_error", "def squared_error(prediction, y):\n    np.mean(y)", "nothing_returned", "nothing (None)"),
        (
            "relu",
            "def relu(x):\n    for v in x:\n        y = max(v, 0)\n        return y",
            "return_in_the_loop",
            "inside a loop",
        ),
        ("relu", "def relu(x):\n    for v in x:\n        if v > 0:\n            return x + 1", None, "Where to look"),
        ("relu", "def relu(x):\n    return z", None, "Look at `z`: your function takes it from outside"),
        ("relu", "def relu(x):\n    return SOBEL", None, "Where to look"),
        ("relu", "def relu(x):\n    print(x)\n    return x + 1", None, "Where to look"),
    ],
)
def test_what_the_code_shows(
    exercise: str, source: str, name: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check(in_a_cell(CODE + source)[exercise]).verdict
    assert found is not None and (found.mistake.name if found.mistake else None) == name
    assert said in capsys.readouterr().out
    assert found.registered is None


def test_what_the_code_shows_for_certain_comes_before_what_the_values_equal() -> None:
    swapped = "def confusion_matrix(y, predicted, classes):\n    m = np.zeros((classes, classes), int)\n"
    swapped += "    np.add.at(m, (y, predicted), 1)\n    return m"
    found = check(in_a_cell(CODE + swapped)["confusion_matrix"]).verdict
    assert found is not None and found.registered is not None and found.mistake is not None
    assert (found.registered.name, found.mistake.name) == ("transposed", "parameters_swapped")


def test_right_code_is_not_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    source = "def relu(x):\n    print(z[:1] ^ 1 if False else '')\n    return np.maximum(x, 0)"
    assert check(in_a_cell(CODE + source)["relu"]).passed


def test_a_loop_that_never_ends_is_stopped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["helpers.check"], "MAX_SECONDS", 0.2)
    for body in ("while True: pass", "while True:\n        try: x + 1\n        except BaseException: pass"):
        result = check(in_a_cell(f"{CODE}def relu(x):\n    {body}")["relu"])
        said = capsys.readouterr().out
        assert not result.passed and "is there a loop that never ends?" in said and "while" in said
        assert said.count("did not finish") == 1


def test_only_what_the_case_shown_prints_appears(capsys: pytest.CaptureFixture[str]) -> None:
    check(in_a_cell(CODE + "def relu(x):\n    print('shape', x.shape)\n    return x")["relu"])
    said = capsys.readouterr().out
    assert said.count("shape (") == 1 and "  printed" in said
    check(in_a_cell(CODE + "def relu(x):\n    print('shape' * 1000)\n    return x")["relu"])
    assert len(capsys.readouterr().out) < 3000
    check(in_a_cell(CODE + "def relu(x):\n    print('shape', x.shape)\n    return np.maximum(x, 0)")["relu"])
    assert "shape" not in capsys.readouterr().out.replace("any shape", "")


def test_the_case_that_failed_can_be_held(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = in_a_cell(CODE + "def relu(x):\n    return x + 1")["relu"]
    check(wrong)
    case = failing(wrong)
    assert case is not None and (wrong(*case.arguments.values()) == case.got).all()
    assert (case.got != case.expected).any()
    next(iter(case.arguments.values()))[...] = 9
    again = failing("relu")
    assert again is not None and (wrong(*again.arguments.values()) == again.got).all(), "the arguments are copies"
    check(in_a_cell(CODE + "def relu(x):\n    return np.maximum(x, 0)")["relu"])
    assert failing("relu") is None and "run its check first" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["def relu(x):\n    return x", "def relu(x):\n    return max(x"], True),
        (["def relu(x:\n    return x", "def relu(x):\n    return x"], False),
        (["def relu(x):\n    return x", "def other(x:", "check(relu)"], False),
        (["%time\ndef relu(x):\n    return x"], False),
    ],
)
def test_a_function_from_before_a_cell_that_cannot_be_read_is_noticed(
    cells: list[str], told: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(user_ns={"In": cells}, transform_cell=lambda cell: cell.replace("%time", "pass"))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    check(in_a_cell(CODE + "def relu(x):\n    return x")["relu"])
    assert ("This is the previous version" in capsys.readouterr().out) is told


@pytest.mark.parametrize(
    ("exercise", "source", "said"),
    [
        (
            "softmax",
            "def softmax(logits):\n    logits.ndim == 2\n    e = np.exp(logits)\n    return e / e.sum(axis=0)",
            "over_the_points",
        ),
        ("relu", "def relu(z):\n    z.ndim == 1\n    raise NotImplementedError\n    return z", "raise_left"),
    ],
)
def test_a_line_that_only_compares_hides_nothing(
    exercise: str, source: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check(in_a_cell(CODE + source)[exercise]).verdict
    assert found is not None
    assert said in (found.mistake.name if found.mistake else capsys.readouterr().out)


def test_of_names_from_outside_the_first_is_told_and_no_constant(capsys: pytest.CaptureFixture[str]) -> None:
    check(in_a_cell(CODE + "q = 2\ndef relu(x):\n    return z * q")["relu"])
    assert "Look at `z`: your function takes it from outside" in capsys.readouterr().out
    check(in_a_cell(CODE + "def relu(x):\n    return SOBEL")["relu"])
    assert "from outside" not in capsys.readouterr().out
