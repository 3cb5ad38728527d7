"""Only what an exercise needs is run: plans from the least of a notebook to all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from autograder.sandbox.slicing import CellCode, Plan, acts, as_module, is_literal, parse, plans

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
    assert plan_sources(cells, 1, "f") == [["import numpy as np", "def f(x):\n    return np.sum(x)"]], "in one way"


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


# --- what is done, and in which order


def test_what_acts_is_done_last_and_what_only_binds_names_is_left_out() -> None:
    cells = [
        CellCode("e", "unused = 1\nhelper = make()\nhelper.ready = True\nprint('figure')", "extra"),
        CellCode("g", "def g(x):\n    return x\nplot(g)", "solution"),
        CellCode("f", "def f(x):\n    return helper(x)", "solution"),
    ]
    assert plan_sources(cells, 2, "f") == [
        ["helper = make()", cells[2].source],
        [
            "helper = make()",
            "helper.ready = True",
            "print('figure')",
            "def g(x):\n    return x",
            "plot(g)",
            cells[2].source,
        ],
    ]


def test_of_a_cell_that_is_no_python_nothing_is_run() -> None:
    assert list(plans([CellCode("f", "def f(:", "solution")], [parse("def f(:")], 0, ["f"])) == [()]


def test_an_import_below_is_taken_though_another_name_stays_unbound() -> None:
    cells = [CellCode("f", "def f(x):\n    return sp.sin(missing(x))", "solution")]
    below = [CellCode("e", "import scipy as sp", "extra")]
    assert plan_sources(cells, 0, "f", below) == [["import scipy as sp", cells[0].source]]


def test_the_way_without_a_written_module_comes_first() -> None:
    """It may be there already; and what else the student does comes last."""
    write = "get_ipython().run_cell_magic('writefile', '-a layers/deep.py', 'def g(x): ...')"
    extra = CellCode("e", f"print('figure')\n{write}", "extra")
    for line in ("import layers", "import layers.deep", "from layers import deep"):
        cell = CellCode("f", f"{line}\ndef f(x):\n    return x", "solution")
        alone = [line, "def f(x):\n    return x"]
        assert plan_sources([extra, cell], 1, "f") == [alone, [write, *alone], ["print('figure')", write, *alone]]
    other = CellCode("f", "import deep\ndef f(x):\n    return x", "solution")
    assert [write, "import deep", "def f(x):\n    return x"] not in plan_sources([extra, other], 1, "f")


# --- statements


@pytest.mark.parametrize(
    ("call", "module"),
    [
        ("get_ipython().run_cell_magic('writefile', 'layers.py', 'x')", {"module layers"}),
        ("get_ipython().run_cell_magic('file', '-a \"my/layers.py\"', 'x')", {"module my"}),
        ("get_ipython().run_cell_magic('writefile', ' ', 'x')", set()),
        ("get_ipython().run_cell_magic('writefile', name, body)", set()),
        ("get_ipython().run_cell_magic('time', 'layers.py', 'x')", set()),
        ("get_ipython().run_line_magic('file', 'layers.py', 'x')", set()),
        ("run_cell_magic('writefile', 'layers.py', 'x')", set()),
    ],
)
def test_which_calls_write_a_module(call: str, module: set[str]) -> None:
    assert parse(call)[0].binds == module


@pytest.mark.parametrize(
    ("source", "binds", "refers"),
    [
        ("x = y", {"x"}, {"y"}),
        ("x = 3", {"x"}, set()),
        ("def f():\n    global c\n    return c", {"f"}, {"c"}),
        ("def f():\n    global c\n    c = d", {"f", "c"}, {"c", "d"}),
        ("def f(a=(b := 1)):\n    global c\n    c = a", {"f", "b", "c"}, {"c"}),
        ("@p\n@q(1)\ndef f(x): return g(x)", {"f"}, {"p", "q", "g"}),
        ("@p\nclass A(B): k = m", {"A"}, {"p", "B", "m"}),
        ("from . import x", {"x"}, set()),
        ("from a.b import x", {"x"}, {"module a"}),
        ("import a.b as x, c", {"x", "c"}, {"module a", "module c"}),
    ],
)
def test_what_a_statement_binds_and_refers_to(source: str, binds: set[str], refers: set[str]) -> None:
    (found,) = parse(source)
    assert (found.binds, found.refers) == (binds, refers)


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("def f(): pass", False),
        ("async def f(): pass", False),
        ("class A: pass", False),
        ("import a", False),
        ("from a import b", False),
        ("pass", False),
        ("x = f(3)", False),
        ("x: int = 3", False),
        ("a, [b, c] = d = f()", False),
        ("'Words.'", False),
        ("@enter\ndef f(): pass", True),
        ("@enter('a')\nclass A: pass", True),
        ("@torch.no_grad()\ndef f(): pass", False),
        ("x.y = 3", True),
        ("x[0] = 3", True),
        ("x = y[0] = 3", True),
        ("x.y: int = 3", True),
        ("x += 1", True),
        ("print(3)", True),
        ("x", True),
        ("del x", True),
        ("for i in x: pass", True),
        ("if x: y = 3", True),
        ("with x: pass", True),
        ("assert x", True),
    ],
)
def test_whether_a_statement_does_more_than_bind_names(source: str, does: bool) -> None:
    assert acts(parse(source)[0].node) is does


def test_a_statement_alone_keeps_its_line() -> None:
    statement = parse("x = 1\n\ny = 1 / 0")[1]
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile(as_module(statement), "<cell>", "exec"), {})
    assert caught.traceback[-1].lineno == 2, "counted from 0"


def test_statements_that_share_lines_are_told_apart() -> None:
    first, second = parse("x = 1; y = (\n x\n)")
    assert (first.binds, second.binds, second.refers) == ({"x"}, {"y"}, {"x"})
    first, second = parse("x = (\n a\n); z = b")
    assert (first.binds, first.refers, second.refers) == ({"x"}, {"a"}, {"b"})


def test_the_longest_cell_that_is_read() -> None:
    assert len(parse("x = 1 #" + "a" * 49_993)) == 1
    assert parse("x = 1 #" + "a" * 49_994) == []
