# ruff: noqa: E501 - a program a line reads best
"""Inputs that are to expose wrong functions, graded: honest ones as `check` judges them, and marks for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import COURSE

from adversarial.arena import assert_honest, graded, row
from autograder.demo.notebooks import filled, grade_id, solved, text
from autograder.sandbox.client import Sandbox
from helpers.check import judged
from helpers.checking.messages import explain

BOOK, VICTIM = "02_filters_1d", "catch_pad1d"

# Each shares the signal with an input that exposes all but the one that fails at padding 0.
ONE = "np.array([0.5, 2.0])"
HOSTILE = {
    "report": "{'refused': '', 'inputs': [['', 'ABCD', []]], 'surplus': 0}",
    "report-as-an-object": "__import__('helpers.checking.catching', fromlist=['Report']).Report('', (('', 'ABCDE', ()),), 0)",
    "report-in-a-list": "[('', 'ABCDE', [])]",
    "all-are-different": f"[(type('Never', (np.ndarray,), {{'__eq__': lambda s, o: False, '__array_ufunc__': None}})(3), {2}), None]",
    "nan": "[(np.array([np.nan, 1.0]), 2), (np.array([np.inf]), 0)]",
    "nan-later": "[(np.array([1e308, 1e308]) * 10, 2)]",
    "rounding": "[(np.array([1e16, 1.0]), 1)]",
    "no-signal": "[(np.array([]), 2), (np.array([[1.0]]), 2)]",
    "objects": "[(np.array([object()]), 2), (lambda: 1, 2)]",
    "text": "[('\\x1b[31mfull marks', 2), ('<b>', '2')]",
    "padding-of-a-billion": f"[({ONE}, 10**9), ({ONE}, 10**30)]",
    "large": "[(np.ones(200_000), 2)]",
    "many": "[(np.zeros(1), 1)] * 60_000",
    "endless": "[(x, 2) for x in iter(int, 1)]",
    "deep": "[([[[[[[[[[[[[1]]]]]]]]]]]], 1)]",
    "none": "[(None, None)]",
    "class-that-raises": "type('List', (list,), {'__iter__': lambda s: 1 / 0, '__len__': lambda s: 3})([1])",
    "patched-judge": "[(np.zeros(2), 1)]; import helpers.checking.suspects as s, helpers.checking.catching as c; s.run = lambda *a: [('', 'ABCDE', [])]; c.observed = lambda *a: 'yes'",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_values_that_expose_nobody_earn_next_to_nothing(name: str, sandbox: Sandbox) -> None:
    source = f"import numpy as np\ncatch_pad1d = {HOSTILE[name]}"
    result = graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox, BOOK)
    item = row(result, VICTIM)
    assert item.status not in ("correct", "not_graded"), item
    assert item.score is not None and item.score <= item.max_score / 2, item
    assert "\x1b" not in item.message.text() and "full marks" not in item.message.text()
    assert_honest(result, VICTIM)


HONEST = {
    "arrays": "[(np.array([0.5, 2.0]), 2), (np.array([3, 4]), 0)]",
    "lists": "[([0.5, 2], 2), ([3, 4], 0)]",
    "a-tuple-of-tuples": "((np.array([0.5, 2.0]), np.int64(2)), (np.float32([3, 4]), 0))",
    "by-a-loop": "[(np.linspace(0.5, 2, 4), n) for n in (2, 0)]",
    "too-many": "[(np.array([0.5, 2.0]), n) for n in (2, 0, 1)]",
    "half": "[(np.array([5, 6]), 2)]",
    "one-not-for-it": "[(np.array([0.5, 2.0]), 2), (np.eye(2), 0)]",
    "a-single-tuple": "(np.array([0.5, 2.0]), 2)",
    "bare-arrays": "[np.array([0.5, 2.0]), 2]",
    "nothing": "[]",
}


@pytest.mark.parametrize("name", HONEST)
def test_the_grade_is_that_of_the_check(name: str, sandbox: Sandbox) -> None:
    source = f"import numpy as np\ncatch_pad1d = {HONEST[name]}"
    value = eval(HONEST[name], {"np": np})
    here = judged(COURSE.public(VICTIM), None, (value,))
    result = graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox, BOOK)
    item = row(result, VICTIM)
    assert (item.status, item.score) == (here.status, here.score)
    assert item.diagnosis == (here.registered.name if here.registered else "")
    if not here.passed and item.status != "not_attempted":
        assert item.message.rows == explain(here).rows
    assert_honest(result, VICTIM)


def test_in_a_process_with_others_and_alone(sandbox: Sandbox) -> None:
    """A notebook in which another exercise is wrong is run exercise by exercise."""
    notebook = filled(COURSE, BOOK, {"relu": "def relu(z):\n    return z"}, solved(COURSE, BOOK))
    assert_honest(graded(notebook, sandbox, BOOK), "relu")


@pytest.mark.parametrize(
    "book",
    [name for name, book in COURSE.notebooks.items() if not book.lacking()],
)
def test_every_solution_is_right(book: str, sandbox: Sandbox) -> None:
    (name,) = (item.name for item in COURSE.notebooks[book].exercises if item.suspects)
    notebook = filled(COURSE, book, {name: text(next(c for c in solved(COURSE, book)["cells"] if grade_id(c) == name))})
    item = row(graded(notebook, sandbox, book), name)
    assert (item.status, item.score) == ("correct", 2)
