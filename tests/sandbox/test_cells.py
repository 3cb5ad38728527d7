"""Running a notebook's cells: what an error ends, what stands in the place of a value that could not be had."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import slicing
from autograder.sandbox.cells import ParsedCells, read_ahead, run_cells
from autograder.sandbox.slicing import CellCode
from autograder.sandbox.stand_ins import Broken, NotHere, Shell
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.spec import Fault

OLD = sys.version_info < (3, 12)
NEWER = 'def g(d):\n    return f"{d["a"]}"'


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells take the place of the main module: afterwards it is back."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def notebook(*sources: str) -> ParsedCells:
    return ParsedCells([CellCode(f"cell {number}", source, "extra") for number, source in enumerate(sources)])


def run(*sources: str) -> tuple[dict[str, Any], Fault | None]:
    """Runs all of the cells, the last of which is the target."""
    cells = notebook(*sources)
    plan = tuple((index, tuple(range(len(statements)))) for index, statements in enumerate(cells))
    return run_cells(cells, plan, len(sources) - 1)


def test_an_error_ends_its_cell_and_not_the_run() -> None:
    namespace, fault = run("a = 1\nb = 1 / 0\nc = 3", "d = a")
    assert fault is None and namespace["d"] == 1 and "c" not in namespace
    namespace, fault = run("a = 1\nb = 1 / 0\nc = 3")
    assert fault == Fault("raised", "ZeroDivisionError", "division by zero", "b = 1 / 0", 2) and "c" not in namespace


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "MemoryError"])
def test_whatever_is_raised_ends_a_cell(error: str) -> None:
    namespace, fault = run(f"raise {error}\nb = 1", "c = 2")
    assert fault is None and namespace["c"] == 2 and "b" not in namespace


@pytest.mark.parametrize(
    ("expression", "raised"),
    [
        ("open('/nowhere/data.csv').read()", NotHere),
        ("input('n?')", NotHere),
        ("__import__('nowhere_to_be_found')", ImportError),
        ("refused()", ForbiddenHelper),
    ],
)
def test_an_error_of_the_place_ends_its_statement_alone(expression: str, raised: type[Exception]) -> None:
    forbidden = "from helpers.checking.forbidden import ForbiddenHelper\ndef refused(): raise ForbiddenHelper('scipy')"
    namespace, fault = run(forbidden, f"x, y = {expression}, 1\nz = 3")
    assert namespace["z"] == 3 and fault is not None
    for name in ("x", "y"):
        assert isinstance(namespace[name], Broken)
        with pytest.raises(raised):
            namespace[name] + 1


def test_a_missing_gpu_ends_its_statement_alone() -> None:
    namespace, fault = run("name = 1\nraise AssertionError('Torch not compiled with CUDA enabled')\nz = 3")
    assert namespace["z"] == 3 and fault is not None and fault.type_name == "AssertionError"


def test_what_is_awaited_at_the_top_level_is_run() -> None:
    namespace, fault = run(
        "import asyncio\nx = await asyncio.sleep(0, 3)", "async def f():\n    return x + 1\ny = await f()"
    )
    assert fault is None and namespace["y"] == 4
    _, fault = run("async def f():\n    return 1 / 0\ny = await f()\nz = 1")
    assert fault is not None and (fault.type_name, fault.line_number) == ("ZeroDivisionError", 2)


def test_the_history_is_empty() -> None:
    namespace, fault = run("print(In[-1], len(Out), _, __)\nx = 1")
    assert fault is None and namespace["x"] == 1


@pytest.mark.parametrize(
    "statement", ["import nowhere_to_be_found as x", "from nowhere_to_be_found import x", "from math import x"]
)
def test_a_failed_import_ends_its_statement_alone(statement: str) -> None:
    namespace, _ = run(f"{statement}\nz = 3\ndef f(): return x.y")
    assert namespace["z"] == 3
    with pytest.raises(ImportError):
        namespace["f"]()


def test_an_import_that_ends_with_another_error_does_so_too(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_module.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    namespace, _ = run("import broken_module\nz = 3")
    assert namespace["z"] == 3
    with pytest.raises(ZeroDivisionError):
        _ = namespace["broken_module"].name


def test_annotations_are_evaluated_as_in_a_notebook() -> None:
    _, fault = run("def f(x: Unknown): return x")
    assert fault is not None and (fault.type_name, fault.message) == ("NameError", "name 'Unknown' is not defined")
    assert run("def f(x: int): return x")[0]["f"].__annotations__ == {"x": int}


def test_a_future_import_holds_for_all_later_cells() -> None:
    namespace, fault = run("from __future__ import annotations", "def f(x: Unknown): return x")
    assert fault is None and namespace["f"].__annotations__ == {"x": "Unknown"}
    assert run("def f(x: Unknown): return x\nfrom __future__ import annotations")[1] is not None


@pytest.mark.parametrize("source", ["from math import tau as get_ipython", "def get_ipython(): return None"])
def test_magics_do_nothing_whatever_is_bound_in_their_place(source: str) -> None:
    namespace, fault = run(source, "%matplotlib inline\n!ls\nx = 1")
    assert fault is None and namespace["x"] == 1 and namespace["get_ipython"] is Shell


def test_classes_of_the_notebook_are_of_its_main_module() -> None:
    namespace, _ = run("import sys\nclass A: pass\nsame = sys.modules[A.__module__].A is A")
    assert namespace["same"] is True


# --- what is no Python


def test_a_cell_that_is_no_python_is_told_with_its_line() -> None:
    namespace, fault = run("x = 1\ndef f(:\n    pass")
    assert fault == Fault("raised", "SyntaxError", "invalid syntax", "def f(:", 2) and "x" not in namespace
    assert run("def f(:", "y = 1")[1] is None, "another cell's costs nothing"


@pytest.mark.parametrize("source", ["'" + "x" * 50_001 + "'", "(" * 5000 + ")" * 5000])
def test_a_cell_that_is_too_much_is_told_so(source: str) -> None:
    _, fault = run(source)
    assert fault is not None and fault.kind == "raised"


@pytest.mark.skipif(not OLD, reason="this Python reads it")
def test_a_cell_for_a_newer_python_is_told_so() -> None:
    _, fault = run(NEWER)
    assert fault is not None and (fault.kind, fault.type_name, fault.line_number) == ("version", "SyntaxError", 2)


@pytest.mark.skipif(not OLD, reason="this Python reads it")
def test_a_name_from_a_cell_for_a_newer_python_is_missing_by_version() -> None:
    cells = notebook("x = g", NEWER)
    lost = Fault("raised", "NameError", "name 'g' is not defined", "return g(x)", 3)
    assert cells.by_version(lost) == Fault("version", "NameError", "name 'g' is not defined", "return g(x)", 3)
    for other in (Fault("raised", "NameError", "name 'h' is not defined"), Fault("raised", "TypeError", lost.message)):
        assert cells.by_version(other) == other
    assert notebook("x = g", "def g(:").by_version(lost) == lost


# --- limits


def test_of_two_things_that_stop_it_the_first_is_told() -> None:
    _, fault = run("n = input('n?')\nm = 1 / 0")
    assert fault is not None and (fault.type_name, fault.line_number) == ("NotHere", 1)


def test_a_line_left_beside_the_work_is_told_as_such() -> None:
    _, fault = run("def f(x):\n    y = x\n    raise NotImplementedError\nf(1)")
    assert fault == Fault("left", "NotImplementedError", "", "raise NotImplementedError", 3)


def test_the_longest_cell_that_is_run() -> None:
    longest = "%time x = 1 #" + "a" * (50_000 - 13)
    namespace, fault = run(longest)
    assert fault is None and namespace["x"] == 1
    _, fault = run(longest + "a")
    assert fault == Fault("raised", "ValueError", "this cell has more than 50000 characters")
    _, fault = run("(#" + "a" * 49_998)
    assert fault is not None and fault.type_name == "SyntaxError"


def test_what_python_can_not_even_look_at_is_told() -> None:
    _, fault = run("x = " + "-" * 40_000 + "1")
    assert fault is not None and fault.type_name in ("RecursionError", "MemoryError")
    assert fault == Fault("raised", fault.type_name, "this cell can't be read as Python")


def test_a_rule_of_the_language_that_is_broken_is_told() -> None:
    _, fault = run("x = 1\nnonlocal y")
    assert fault is not None and fault.line in ("", "nonlocal y")
    assert (fault.message, fault.line_number) == ("nonlocal declaration not allowed at module level", 2)


def test_a_cell_that_this_python_reads_is_not_for_a_newer_one() -> None:
    lost = Fault("raised", "NameError", "name 'g' is not defined", "return g(x)", 3)
    assert notebook("x = g", 'if None:\n    g = f"{1}"').by_version(lost) == lost


def test_a_releases_code_is_read_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "release.ipynb"
    code, words = ["ahead = 1\n", "def g(x): return ahead"], "Read ahead"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "markdown", "source": words}, {"cell_type": "code", "source": code}]})
    )
    read_ahead(path)
    parsed: list[str] = []
    monkeypatch.setattr(slicing, "parse", lambda source: parsed.append(source) or slicing.Statements())
    (known,) = notebook("".join(code))
    assert len(known) == 2 and parsed == []
    assert list(notebook(words)) == [[]] and parsed == [words]
    path.write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        read_ahead(path)
    with pytest.raises(OSError):
        read_ahead(tmp_path / "nowhere.ipynb")
