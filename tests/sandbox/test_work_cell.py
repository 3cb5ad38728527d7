"""Which cell has the work on an exercise: the one with the last word when the notebook is run from top to bottom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.sandbox.slicing import CellCode, parse, work_cell

STUB = CellCode("relu", "def relu(x):\n    raise NotImplementedError", "solution", written=False)
OWN = CellCode("relu", "def relu(x):\n    return x", "solution")
ANSWER = CellCode("relu", "relu = 3", "solution")
UNANSWERED = replace(ANSWER, source="relu = None", written=False)


def extra(source: str, origin: str = "extra") -> CellCode:
    return CellCode("cell", source, origin)


def found(*cells: CellCode, kind: str = "function") -> int | None:
    own = [index for index, cell in enumerate(cells) if cell.label == "relu"]
    return work_cell(cells, [parse(cell.source) for cell in cells], own, "relu", kind)


@pytest.mark.parametrize(
    "source",
    [
        "def relu(x): return x",
        "relu = lambda x: x",
        "a, relu = 1, 2",
        "relu: object = len",
        "if True:\n    def relu(x): return x",
        "for relu in (abs, len): pass",
        "try:\n    from mine import relu\nexcept ImportError:\n    pass",
        "from functools import partial as relu",
        "class relu: pass",
        "with open('f') as relu: pass",
        "(relu := len)",
        "def make():\n    global relu\n    relu = len\nmake()",
    ],
)
@pytest.mark.parametrize("kind", ["function", "answer", "design"])
def test_the_cell_that_defines_it_has_the_work(source: str, kind: str) -> None:
    assert found(STUB, extra(source), extra("b = 2"), kind=kind) == 1
    assert found(extra(source), extra("relu(3)"), kind=kind) == 0


MINE = extra("get_ipython().run_cell_magic('writefile', 'mine.py', 'def relu(x):\\n    return x\\n')")


@pytest.mark.parametrize("kind", ["function", "answer", "design"])
def test_what_is_taken_from_a_file_of_the_notebook_is_the_work(kind: str) -> None:
    star = extra("import os\nfrom mine import *")
    assert found(STUB, MINE, star, extra("b = 2"), kind=kind) == 2
    assert found(STUB, star, MINE, kind=kind) is None, "the file is written too late"
    assert found(STUB, MINE, extra("from other import *"), kind=kind) is None
    assert found(STUB, MINE, extra("from mine import helper"), kind=kind) is None
    assert found(STUB, extra(MINE.source.replace("def relu", "def elu")), star, kind=kind) is None


@pytest.mark.parametrize("kind", ["function", "answer", "design"])
def test_an_untouched_cell_that_comes_last_says_that_nothing_is_written(kind: str) -> None:
    stub = STUB if kind == "function" else UNANSWERED
    assert found(extra("relu = len"), stub, kind=kind) is None
    assert found(stub, extra("print(relu)"), extra("doubled = relu"), kind=kind) is None
    assert found(kind=kind) is None


def test_a_function_in_the_exercises_own_cell_comes_first() -> None:
    assert found(extra("relu = 1"), OWN, extra("relu = None"), OWN, extra("relu = 4")) == 3
    assert found(OWN, STUB) == 0
    assert found(replace(OWN, source="def helper(x): pass"), extra("relu = len")) == 1
    assert found(replace(OWN, source="def helper(x): pass")) == 0, "what is written there stops with a reason"
    assert found(replace(OWN, source="a = 1"), replace(OWN, source="b = 2")) == 1, "of several the last"


def test_an_answer_is_what_the_notebook_ends_up_with() -> None:
    assert found(ANSWER, extra("relu = 4"), extra("other = relu"), kind="answer") == 1
    assert found(extra("relu = 4"), ANSWER, kind="answer") == 1
    assert found(ANSWER, UNANSWERED, kind="answer") == 0, "a copy as it was handed out takes nothing away"


def test_the_releases_own_cells_have_no_work() -> None:
    assert found(extra("relu = len", "release"), STUB) is None
    assert found(STUB, extra("relu = len", "release")) is None


def test_cells_that_do_not_name_it_are_not_parsed() -> None:
    class Unreadable(list):
        def __getattr__(self, name: str) -> object:
            raise AssertionError("parsed")

    cells = (STUB, extra("relu = len"), extra("(" * 1000))
    statements = [parse(STUB.source), parse("relu = len"), Unreadable()]
    assert work_cell(cells, statements, [0], "relu", "answer") == 1  # type: ignore[arg-type]
