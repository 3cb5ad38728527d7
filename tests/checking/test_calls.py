"""One call of a student's function: what is passed, what came back, what was changed, what stopped it."""

from __future__ import annotations

import linecache
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.checking.calls import call, fault_of
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.spec import Case, Fault, Outcome, Spec


def spec(*required: str, **fields: Any) -> Spec:
    return Spec("f", "01_small", "function", 1.0, required=required, **fields)


def called(function: Any, arguments: dict[str, Any], **fields: Any) -> Outcome:
    return call(function, spec(*fields.pop("required", arguments), **fields), Case("values", arguments))


def in_a_cell(source: str, label: str = "<cell f>") -> dict[str, Any]:
    """What a cell defines that is run as the sandbox runs it."""
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    namespace: dict[str, Any] = {}
    exec(compile(source, label, "exec"), namespace)
    return namespace


def fault(source: str, **fields: Any) -> Fault:
    found = called(in_a_cell(source)["f"], {"x": 1}, **fields).fault
    assert found is not None
    return found


def test_required_arguments_go_by_position_and_the_others_by_name() -> None:
    def f(a, b, /, *, padding=0, stride=1):  # type: ignore[no-untyped-def]
        return [a, b, padding, stride]

    arguments = {"stride": 3, "b": 2, "a": 1}
    assert called(f, arguments, required=("a", "b")).value == [1, 2, 0, 3]
    assert called(f, arguments, required=("b", "a")).value == [2, 1, 0, 3]
    assert called(lambda *given: list(given), {"a": 1}, required=("a", "b")).value == [1]


def test_the_result_is_plain() -> None:
    found = called(lambda x: {"a": np.ma.masked_array([1])}, {"x": 1})
    assert repr(found.value) == "{'a': <MaskedArray>}" and found.fault is None and found.changed == ()


def test_a_function_that_is_observed_as_it_is_gets_no_arguments() -> None:
    """The case's arguments are for what is observed of its value."""
    assert called(lambda *given, **named: [given, named], {"a": 1}, required=(), observe="filters_1d.fires").value == [
        (),
        {},
    ]
    assert called(lambda *given: list(given), {"a": 1}, observe="filters_1d.fires").value == [1]
    assert called(lambda **named: named, {"a": 1}, required=()).value == {"a": 1}


# --- what was changed


@pytest.mark.parametrize(
    "change",
    [
        "x[0] = 9",
        "x[...] = -x",
        "x.shape = (1, 3)",
        "x.dtype = 'int32'",
        "x.dtype = 'float64'",
    ],
)
def test_an_array_that_is_changed_is_noticed(change: str) -> None:
    original = np.array([1, 2, 3])
    found = called(in_a_cell(f"def f(x, y):\n    {change}")["f"], {"x": original, "y": original.copy()})
    assert found.changed == ("x",)
    assert original.tolist() == [1, 2, 3], "the case itself stays"


def test_negative_zero_and_nan_are_bits() -> None:
    def negate(x):  # type: ignore[no-untyped-def]
        x *= -1

    assert called(negate, {"x": np.zeros(2)}).changed == ("x",)
    assert called(lambda x: None, {"x": np.array([np.nan])}).changed == ()


@pytest.mark.parametrize(
    ("argument", "change"),
    [
        ([1, 2], "x.append(3)"),
        ([1, 2], "x[0] = 2"),
        ([np.array([1, 2])], "x[0][0] = 5"),
        ((np.array([1, 2]), 3), "x[0][0] = 5"),
        ({"w": np.array([1, 2])}, "x['w'][0] = 5"),
        ({"v": np.array([1, 2]), "w": np.array([1, 2])}, "x['w'][0] = 5"),
        ({"w": 1}, "x['b'] = 2"),
        ({"w": 1}, "del x['w']"),
        ({"w": np.array([1, 2])}, "x['w'] = [1, 2]"),
    ],
)
def test_changes_within_containers_are_noticed(argument: Any, change: str) -> None:
    assert called(in_a_cell(f"def f(x):\n    {change}")["f"], {"x": argument}).changed == ("x",)
    assert called(in_a_cell("def f(x):\n    y = x")["f"], {"x": argument}).changed == ()


# --- what stopped it


def test_an_exception_comes_with_its_line() -> None:
    found = fault("import math\n\ndef f(x):\n    # here\n    return   math.sqrt(-x)  # oops\n")
    assert found == Fault("raised", "ValueError", "math domain error", "return   math.sqrt(-x)  # oops", 5)


def test_the_innermost_line_of_the_students_counts() -> None:
    found = fault("import numpy as np\ndef g(x):\n    return np.pad(x, pad=1)\ndef f(x):\n    return g(x)")
    assert (found.type_name, found.line, found.line_number) == ("TypeError", "return np.pad(x, pad=1)", 3)


def test_frames_of_the_library_the_course_and_of_unnamed_code_are_not_the_students() -> None:
    found = fault("def f(x):\n    return eval('1 / 0')")
    assert (found.line, found.line_number) == ("return eval('1 / 0')", 2)
    found = fault("import json\ndef f(x):\n    return json.loads('[')")
    assert found.line_number == 3
    found = fault("from helpers.checking.values import plain\ndef f(x):\n    return plain()")
    assert found.line_number == 3
    namespace: dict[str, Any] = {}
    exec(compile("def f(x):\n    1 / 0", "<string>", "exec"), namespace)
    assert called(namespace["f"], {"x": 1}).fault == Fault("raised", "ZeroDivisionError", "division by zero")
    assert fault_of(ValueError("never raised"), "f") == Fault("raised", "ValueError", "never raised")
    assert fault_of(NotImplementedError(), "f") == Fault("raised", "NotImplementedError", "")


def test_a_line_that_is_called_through_unnamed_code_or_from_a_file_counts(tmp_path: Path) -> None:
    found = fault("def g(x):\n    return 1 / 0\ndef f(x):\n    return eval('g(x)', {'g': g, 'x': x})")
    assert (found.line, found.line_number) == ("return 1 / 0", 2)
    path = tmp_path / "layers.py"
    path.write_text("def f(x):\n    return 1 / 0\n")
    found = fault(f"import runpy\nf = runpy.run_path({str(path)!r})['f']")
    assert (found.line, found.line_number) == ("return 1 / 0", 2)


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("def f(x):\n    raise NotImplementedError", "not_written", ""),
        ("def f(x):\n    'Words.'\n    pass\n    raise NotImplementedError()  # soon", "not_written", ""),
        ("def f(x):\n    raise NotImplementedError('padding')", "raised", "padding"),
        ("def f(x):\n    y = x\n    raise NotImplementedError", "left", ""),
        ("def f(x):\n    print(x)\n    raise NotImplementedError", "left", ""),
        ("def f(x):\n    raise NotImplementedError\n    return x", "left", ""),
        ("def g(x):\n    return x\ndef f(x):\n    raise NotImplementedError", "not_written", ""),
        ("def f(x):\n    for a in range(x): raise NotImplementedError", "left", ""),
        ("def f(x):\n    error = NotImplementedError\n    raise error", "raised", ""),
        ("import io\ndef f(x):\n    return io.RawIOBase().readinto(b'')", "raised", ""),
        (
            "import asyncio as a\ndef f(x):\n    if a.AbstractServer().is_serving(): raise NotImplementedError",
            "raised",
            "",
        ),
        ("def g(x):\n    raise NotImplementedError\ndef f(x):\n    return g(x)", "not_written", "g"),
        ("def f(x):\n    def g(): raise NotImplementedError\n    return g()", "not_written", "g"),
        ("class A:\n    def m(self): raise NotImplementedError\ndef f(x):\n    return A().m()", "not_written", "A"),
        ("def f(x):\n    raise MemoryError('large')", "memory", "large"),
        ("def f(x):\n    raise SystemExit(3)", "raised", "3"),
        ("def f(x):\n    raise GeneratorExit", "raised", ""),
        ("def f(x):\n    return f(x)", "raised", "maximum recursion depth exceeded"),
    ],
)
def test_kinds_of_faults(source: str, kind: str, message: str) -> None:
    found = fault(source)
    assert (found.kind, found.message) == (kind, message)


def test_a_cell_that_stops_is_not_written_itself() -> None:
    for source, kind in (
        ("'Later.'\nraise NotImplementedError", "not_written"),
        ("x = 1\nraise NotImplementedError", "left"),
    ):
        with pytest.raises(NotImplementedError) as caught:
            in_a_cell(source, "<cell pair>")
        found = Fault(kind, "NotImplementedError", "", "raise NotImplementedError", 2)
        assert fault_of(caught.value, "pair") == found


def test_a_line_whose_cell_is_not_python_stands_for_itself() -> None:
    function = in_a_cell("# a magic\ndef f(x):\n    y = x\n    raise NotImplementedError", "<cell magic>")["f"]
    text = "".join(linecache.getlines("<cell magic>")).replace("# a magic", "!ls")
    linecache.cache["<cell magic>"] = (len(text), None, text.splitlines(keepends=True), "<cell magic>")
    found = called(function, {"x": 1}).fault
    assert found is not None and found.kind == "not_written"


CLASS = """class f:
    "Words."
    size = 3
    def __init__(self, x):
        super().__init__()
        {first}
    def forward(self, x):
        {second}
"""


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("raise NotImplementedError", "raise NotImplementedError", "not_written"),
        ("pass", "raise NotImplementedError", "not_written"),
        ("self.x = x", "raise NotImplementedError", "left"),
        ("pass", "y = x; raise NotImplementedError", "raised"),
    ],
)
def test_a_class_is_not_written_when_none_of_its_methods_is(first: str, second: str, kind: str) -> None:
    namespace = in_a_cell(CLASS.format(first=first, second=second) + "g = lambda x: f(x).forward(x)")
    found = call(namespace["g"], spec("x"), Case("values", {"x": 1})).fault
    assert found is not None and found.kind == kind


def test_long_words_are_cut() -> None:
    assert fault("def f(x):\n    raise ValueError('x' * 501)").message == "x" * 500
    assert fault("def f(x):\n    raise ValueError('x' * 499)").message == "x" * 499


def test_a_reader_can_stop_it() -> None:
    with pytest.raises(KeyboardInterrupt):
        called(in_a_cell("def f(x):\n    raise KeyboardInterrupt")["f"], {"x": 1})


def test_forbidden_functions_are_noticed() -> None:
    source = "import numpy as np\ndef f(x):\n    return np.convolve([1, 2], [1, 2])"
    assert called(in_a_cell(source)["f"], {"x": 1}).fault is None
    found = fault(source, forbidden=("numpy.convolve",))
    assert (found.kind, found.type_name, found.message) == ("forbidden", "ForbiddenHelper", "numpy.convolve")
    assert found.line_number == 3


def test_a_forbidden_helper_is_one_wherever_it_comes_from() -> None:
    assert fault_of(ForbiddenHelper("scipy.signal"), "f") == Fault("forbidden", "ForbiddenHelper", "scipy.signal")


def test_an_adapters_own_imports_are_no_forbidden_calls() -> None:
    """In a new process the first call imports the adapter's modules, of which one is forbidden to the student."""
    source = (
        "from helpers.checking.calls import call\n"
        "from helpers.checking.spec import Case, Spec\n"
        "spec = Spec('f', '01_small', 'function', 1.0, required=('x',), adapter='backprop.part_of',\n"
        "            forbidden=('helpers.network',))\n"
        "print(call(lambda x: x, spec, Case('values', {'x': 1, 'part': 'dx'})).value)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", source], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_where_the_text_is_not_known_neither_is_whether_anything_is_written() -> None:
    for line, kind in (("raise NotImplementedError", "left"), ("raise NotImplementedError('mine')", "raised")):
        namespace: dict[str, Any] = {}
        exec(compile(f"def f(x):\n    {line}", "<cell without a text>", "exec"), namespace)
        found = called(namespace["f"], {"x": 1}).fault
        assert found is not None and found.kind == kind
