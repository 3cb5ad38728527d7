"""Only what an exercise needs is run: plans from the least of a notebook to all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from autograder.sandbox.slicing import CellCode, Plan, is_literal, parse, plans

RELEASE = CellCode("release", "import numpy as np\nprint('figure')", "release")


def plan_sources(cells: list[CellCode], target: int, name: str, below: Sequence[CellCode] = ()) -> list[list[str]]:
    every = [*cells, *below]
    statements = [parse(cell.source) for cell in every]
    found: Iterator[Plan] = plans(cells, statements, target, [name], below)
    lines = [cell.source.splitlines() for cell in every]
    return [
        [
            "\n".join(lines[cell][statements[cell][index].node.lineno - 1 : statements[cell][index].node.end_lineno])
            for cell, indices in plan
            for index in indices
        ]
        for plan in found
    ]


def test_an_exercise_that_needs_nothing_runs_alone() -> None:
    cells = [RELEASE, CellCode("f", "def f(x):\n    return np.sum(x)", "solution")]
    assert plan_sources(cells, 1, "f")[0] == ["import numpy as np", "def f(x):\n    return np.sum(x)"]


def test_a_needed_function_of_another_exercise_comes_along_without_its_neighbours() -> None:
    other = CellCode("g", "import os\nos._exit(0)\ndef g(x):\n    return x\nwhile True: pass", "solution")
    cells = [RELEASE, other, CellCode("f", "def f(x):\n    return g(x)", "solution")]
    assert plan_sources(cells, 2, "f")[0] == ["def g(x):\n    return x", "def f(x):\n    return g(x)"]


def test_names_inside_functions_are_resolved_by_scope() -> None:
    cells = [
        CellCode("e", "x = 1\nlocal = 2", "extra"),
        CellCode("f", "def f(x):\n    local = x\n    return local", "solution"),
    ]
    assert plan_sources(cells, 1, "f")[0] == ["def f(x):\n    local = x\n    return local"]


def test_a_hostile_rebinding_elsewhere_is_not_in_the_first_plan() -> None:
    hostile = CellCode("g", "np = None\nprint = None", "solution")
    cells = [RELEASE, hostile, CellCode("f", "def f(x):\n    print(x)\n    return np.sum(x)", "solution")]
    first = plan_sources(cells, 2, "f")[0]
    assert "np = None" not in first and "print = None" not in first


def test_helpers_that_a_student_adds_are_found() -> None:
    cells = [
        CellCode("e", "def helper(x):\n    return x", "extra"),
        CellCode("f", "def f(x):\n    return helper(x)", "solution"),
    ]
    assert plan_sources(cells, 1, "f")[0][0] == "def helper(x):\n    return x"


def test_the_last_plan_is_the_whole_notebook() -> None:
    cells = [
        RELEASE,
        CellCode("e", "globals()['helper'] = abs", "extra"),
        CellCode("f", "def f(x):\n    return helper(x)", "solution"),
    ]
    assert plan_sources(cells, 2, "f")[-1][0] == "globals()['helper'] = abs"


@pytest.mark.parametrize("source", ["import scipy as sp", "from scipy import special as sp", "import os, scipy as sp"])
def test_imports_below_the_exercise_bind_what_is_unbound(source: str) -> None:
    """People run cells in any order, and an import changes nothing but names."""
    cells = [CellCode("f", "def f(x):\n    return sp.sin(x)", "solution")]
    below = [CellCode("e", "x = 1", "extra"), CellCode("e", f"print(1)\n{source}\nsp.sin = None", "extra")]
    assert plan_sources(cells, 0, "f", below)[0] == [source, cells[0].source]


def test_nothing_else_below_the_exercise_is_run() -> None:
    cells = [CellCode("e", "import math as m", "extra"), CellCode("f", "def f(x):\n    return m.g(h(x))", "solution")]
    below = [CellCode("e", "import cmath as m\ndef h(x): return x\nh = abs", "extra")]
    assert plan_sources(cells, 1, "f", below)[-1] == ["import math as m", cells[1].source]


@pytest.mark.parametrize("line", ["from __future__ import annotations", "from numpy import *"])
def test_what_holds_for_all_that_follows_comes_along(line: str) -> None:
    cells = [CellCode("e", f"{line}\nx = 1", "extra"), CellCode("f", "def f(x):\n    return x", "solution")]
    assert [line, cells[1].source] in plan_sources(cells, 1, "f")


@pytest.mark.parametrize("line", ["from layers import g", "import layers", "from layers.more import g"])
def test_a_module_that_the_notebook_writes_comes_along_where_it_is_imported(line: str) -> None:
    write = "get_ipython().run_cell_magic('writefile', '-a layers.py', 'def g(x): ...')"
    cells = [CellCode("e", write, "extra"), CellCode("f", f"{line}\ndef f(x):\n    return x", "solution")]
    assert plan_sources(cells, 1, "f")[-1] == [write, line, "def f(x):\n    return x"]
    assert plan_sources([cells[0], replace(cells[1], source="def f(x): return 1")], 1, "f")[0] == ["def f(x): return 1"]


def test_code_that_is_no_python_is_no_statement() -> None:
    assert parse("def f(:") == []
    assert parse("(" * 100_000) == []
    assert parse("x = " + "-" * 100_000 + "1") == []
    assert parse("x = 1 #" + "a" * 300_000) == []


def test_names_are_found_however_the_lines_are_laid_out() -> None:
    """The lines of a statement give the names that the statement alone gives."""
    sources = [
        "x = 1; y = x",
        "'''a\nb'''; z = 1\nw = z",
        "@(\n decorate)\ndef f(a=b):\n    global c\n    c = d\n    return e",
        "@p\n@q(1)\nclass B(A): k = m",
        "def f(a=(b := 1)): pass",
        "class A:\n    global q\n    q = r",
        "(y := 3)\n(\n v.y\n)",
        "x = 1 \\\n + y\n\x0cz = x",
        "a = '\x0b\u2028'\nb = a\r\nc = b\rd = c",
        "if t:\n    q = r\nelse: s = t\nfor i in j: k = i; l = m",
        "from a import *; import b.c as d",
        "async def g(): return h",
    ]
    for source in sources:
        found = parse(source)
        assert found, source
        for item in found:
            (alone,) = parse(ast.unparse(item.node))
            assert (item.binds, item.refers) == (alone.binds, alone.refers), source


def test_a_cell_that_the_language_forbids_has_no_statements() -> None:
    assert parse("x = 1\nnonlocal y") == []
    assert parse("def f(a, a): pass") == []


def test_what_only_spells_numbers_and_texts_out_is_literal() -> None:
    for source in ("x = 4", "x = 10 * (10 + 1)  # weights", "y = -1\nx = 'same'", "x = y = 2.5e3"):
        assert is_literal(parse(source)), source
    for source in (
        "x = y",
        "x = abs(4)",
        "x = [4]",
        "x: int = 4",
        "x += 1",
        "import x",
        "x.y = 4",
        "x = (y := 4)",
        "print(4)",
    ):
        assert not is_literal(parse(source)), source
