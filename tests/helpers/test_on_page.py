"""A web page's exercises: what is run before them, what is shown, and that nothing of the reader's code raises."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers import display, on_page

FIRST = {"name": "", "source": "import numpy as np\nfrom helpers import check"}
RIGHT = "def conv1d_valid(x, w):\n    return np.array([x[i : i + len(w)].astype(float) @ w for i in range({})])"
COUNT = "len(x) - len(w) + 1"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_page, "_namespace", {"__name__": "__main__"})
    monkeypatch.setattr(on_page, "_have_run", {})


def run(source: str, *before: dict[str, str], check: str = "check(conv1d_valid)", hint: bool = False) -> list[Any]:
    asked = {"before": before or (FIRST,), "name": "conv1d_valid", "source": source, "check": check, "hint": hint}
    shown: list[Any] = json.loads(on_page.run(json.dumps(asked)))
    return shown


def test_a_wrong_and_a_right_answer_are_told_apart() -> None:
    (wrong,) = run(RIGHT.format("len(x) - len(w)"))
    assert 'class="check-note fail"' in wrong["html"] and "expected" in wrong["text"]
    (right,) = run(RIGHT.format(COUNT))
    assert "conv1d_valid: public checks pass" in right["text"]
    assert not display.in_notebook()


def test_a_hint_is_shown_without_running_the_text() -> None:
    (shown,) = run("1 / 0", hint=True)
    assert "conv1d_valid: hint 1 of" in shown["text"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def conv1d_valid(x, w:\n    return", "SyntaxError"),
        ("x = 1\ny = x / 0", "your line 2:  y = x / 0\nZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_an_error_is_told_with_its_line_and_the_check_waits(source: str, said: str) -> None:
    (shown,) = run(source)
    assert said in shown["text"] and "html" not in shown


def test_what_is_printed_is_shown_and_escaped_values_reach_the_check() -> None:
    printed, checked = run("print('<b>here</b>')\ndef conv1d_valid(x, w):\n    return '<script>'")
    assert printed == {"text": "<b>here</b>"}
    assert "<script>" not in checked["html"] and "&lt;script&gt;" in checked["html"]


def test_earlier_exercises_are_there_in_their_newest_text() -> None:
    later = "def conv1d_valid(x, w):\n    return np.array([one(x[i:], w) for i in range(len(x) - len(w) + 1)])"
    wrong = {"name": "one", "source": "def one(x, w):\n    return 0.0"}
    right = {"name": "one", "source": "def one(x, w):\n    return x[: len(w)].astype(float) @ w"}
    broken = {"name": "two", "source": "1 / 0"}
    assert "fail" in run(later, FIRST, wrong)[0]["html"]
    assert "public checks pass" in run(later, FIRST, broken, right)[0]["text"]


def test_of_other_cells_only_what_is_quick_and_needed_runs() -> None:
    cell = (
        "import math\nsize = 2 * math.floor(3.5)\ndef double(x):\n    return 2 * x\nslow = double(size)\nprint('run')"
    )
    shown = run(
        "print(size, double(2), 'slow' in globals())",
        {"name": "", "source": "%magic"},
        {"name": "", "source": f"import no_such_package\n{cell}"},
        check="",
    )
    assert shown == [{"text": "6 4 False"}]


def test_what_earlier_cells_print_is_not_in_the_answer() -> None:
    loud = {"name": "one", "source": "print('from one')"}
    noisy = {"name": "", "source": "import helpers.figures as figures\nrun = figures.attempt(lambda: missing)"}
    (shown,) = run(RIGHT.format(COUNT), FIRST, loud, noisy)
    assert "public checks pass" in shown["text"]
