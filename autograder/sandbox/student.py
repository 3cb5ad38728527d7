"""What runs inside the confined process: the student's cells, then the calls. Only raw values leave it.

Everything here may be tampered with by the student's code, since it shares a process with it. That gains nothing:
a forged reply can only claim that the function returned some value, which the judge compares all the same.
"""

from __future__ import annotations

import ast
import json
import linecache
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from autograder.sandbox import slicing, wire
from autograder.sandbox.magics import to_python
from autograder.sandbox.slicing import CellCode
from helpers.checking.calls import call, fault_of
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.steps import python_steps
from helpers.checking.values import Unsupported, plain


def run(channel: socket.socket, c_functions: Mapping[str, Sequence[int]]) -> None:
    """Reads one request, runs its tasks one after another, and sends frames on the way.

    The request: `cells` [(label, source, origin)]; `tasks`, for each exercise the fields of a Spec without cases
    (`spec`), the index of its cell (`target`), how many of the cells it may use (`end`), and how many lists of cases
    there are (`lists`); `plan`, which way to run the notebook: 0 is the least of it; `plain_answers`, whether other
    answers are passed over; and `ask_more`. Behind the request, a frame for each list of cases: arguments by name.

    The frames for each list of cases: `alone`, whether no other code of the student's is run with it; `case` and
    `outcome` for each case of a function, or the `values` of variables, or the `fault` that kept the cell from setting
    them; `end`. Of what is not run, only the last. Behind all, if asked, `more`: whether there is a next plan.
    """
    stream = bytearray()
    request = wire.decode(_receive(channel, stream))
    notebook = Parsed([CellCode(*fields) for fields in request["cells"]])
    _disarm({name for task in request["tasks"] for name in task["spec"]["forbidden"]}, c_functions)
    send = channel.sendall
    plans: Iterator[slicing.Plan] = iter(())
    for task in request["tasks"]:
        spec, target = Spec(**task["spec"]), task["target"]
        plans = slicing.plans(notebook.cells[: task["end"]], notebook, target, _names(spec))
        plan = next(islice(plans, request["plan"], None), None)
        passed_over = request["plain_answers"] and spec.kind == "answer" and not slicing.is_plain(notebook[target])
        lists = (wire.decode(_receive(channel, stream)) for _ in range(task["lists"]))
        if plan is None or passed_over:
            next(lists)
            send(wire.encode({"end": True}))
            continue
        alone = all(index == target or notebook.cells[index].origin == "release" for index, _ in plan)
        namespace, fault = run_cells(notebook, plan, target)
        for cases in lists:
            send(wire.encode({"alone": alone}))
            for frame in _frames(spec, cases, namespace, fault):
                send(frame)
            send(wire.encode({"end": True}))
    if request["ask_more"]:
        send(wire.encode({"more": next(plans, None) is not None}))


def _frames(
    spec: Spec, cases: Sequence[dict[str, Any]], namespace: Mapping[str, Any], fault: Fault | None
) -> Iterator[bytes]:
    """What the function in `namespace` gives on each case, or the values of the variables in it."""
    missing = [name for name in _names(spec) if name not in namespace]
    if missing:
        fault = fault or Fault("raised", "NameError", f"{missing[0]} is not defined")
        yield wire.encode({"fault": vars(fault)})
    elif spec.kind == "function":
        for index, arguments in enumerate(cases):
            outcome = call(namespace[spec.name], spec, Case("", arguments))
            frame = wire.encode({"case": index, "outcome": _plain(outcome)})
            if wire.too_long(frame):
                cut = replace(outcome, value=Unsupported("value far too large"))
                frame = wire.encode({"case": index, "outcome": _plain(cut)})
            yield frame
    else:
        yield wire.encode({"values": [plain(namespace[name]) for name in _names(spec)]})


def _names(spec: Spec) -> tuple[str, ...]:
    """What the exercise's cell has to define."""
    return spec.variables or (spec.name,)


class Parsed(Sequence[slicing.Statements]):
    """The statements of a notebook's cells, each read when it is first asked for."""

    def __init__(self, cells: Sequence[CellCode]) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, index: Any) -> Any:
        return _read(self.cells[index].source)[1]

    def text(self, index: int) -> str:
        """The Python of a cell, without magics."""
        return _read(self.cells[index].source)[0]


@cache
def _read(source: str) -> tuple[str, slicing.Statements]:
    text = to_python(source) if len(source) <= slicing.MAX_CELL else source
    return text, slicing.parse(text)


def read_ahead(notebook: Path) -> None:
    """Reads a release's cells once for all processes that are forked from this one. Raises OSError or ValueError."""
    for cell in json.loads(notebook.read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            _, statements = _read("".join(cell["source"]))
            _ = statements.binders, statements.stars, [item.refers for item in statements]


@cache
def modules_of_packages(count: int) -> dict[str, list[str]]:
    """The names of the `count` modules that are imported, by package: found once for all processes forked from here."""
    found: dict[str, list[str]] = {}
    for name in sys.modules:
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


def run_cells(notebook: Parsed, plan: slicing.Plan, target: int) -> tuple[dict[str, Any], Fault | None]:
    """Runs the planned statements in a fresh namespace; returns it, and what stopped the target cell, if anything did.

    As in a notebook, an error ends its cell and not the run. A failed import ends nothing: see `_not_here`.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace.update(get_ipython=_Shell, display=_nothing)
    fault: Fault | None = None
    for index, chosen in plan:
        label, text = notebook.cells[index].label, notebook.text(index)
        name = f"<cell {label}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            for number in chosen:
                statement = notebook[index][number]
                code = compile(slicing.as_module(statement), name, "exec")
                if isinstance(statement.node, (ast.Import, ast.ImportFrom)):
                    _import(code, statement.binds, namespace)
                else:
                    exec(code, namespace)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, too
            if index == target:
                fault = fault_of(error, label)
    if fault is None and not notebook[target]:
        fault = _syntax_fault(notebook.cells[target].label, notebook.text(target))
    return namespace, fault


def _import(code: CodeType, names: Set[str], namespace: dict[str, Any]) -> None:
    """Runs an import statement; where it fails, its names stand for what is not here."""
    try:
        exec(code, namespace)
    except Exception as error:  # a package may raise anything while it is imported
        namespace.update(dict.fromkeys(names, _not_here(error)))
    if "get_ipython" in names:
        namespace["get_ipython"] = _Shell


def _not_here(error: Exception) -> Any:
    """Stands for what can't be imported here: that costs nothing until it is used. Colab's own modules do nothing."""
    colab = isinstance(error, ModuleNotFoundError) and str(error.name).split(".")[0] == "google"
    return _Shell() if colab else _NotHere(error)


class _NotHere:
    """Raises what its import raised when it is used."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error.with_traceback(None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise self._error.with_traceback(None)


def _syntax_fault(label: str, text: str) -> Fault | None:
    if len(text) > slicing.MAX_CELL:
        return Fault("raised", "ValueError", f"this cell has more than {slicing.MAX_CELL} characters")
    try:
        compile(text, f"<cell {label}>", "exec")
    except SyntaxError as error:
        return Fault("raised", type(error).__name__, error.msg or "", (error.text or "").strip(), error.lineno or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        return Fault("raised", type(error).__name__, "this cell can't be read as Python")
    return None


def _plain(outcome: Outcome) -> dict[str, Any]:
    fault = None if outcome.fault is None else vars(outcome.fault)
    return {"value": outcome.value, "fault": fault, "changed": list(outcome.changed)}


def _receive(channel: socket.socket, stream: bytearray) -> bytes:
    """The next whole frame; what has come behind it stays in `stream`."""
    while (body := wire.split(stream)) is None:
        chunk = channel.recv(1 << 20)
        if not chunk:
            raise EOFError("the judge is gone")
        stream += chunk
    return body


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for IPython's display: nobody looks."""


class _Shell:
    """Stands for IPython's shell and Colab's modules, so that magics, shell lines and mounted drives do nothing."""

    __call__ = _nothing

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing


def _disarm(forbidden: Set[str], c_functions: Mapping[str, Sequence[int]]) -> None:
    """Takes away what an exercise forbids, so that turning the call watch off gains nothing.

    The files of forbidden packages can't be read in this process; an import of one gives a stand-in whose use names
    it. NumPy's correlation in C is replaced; ctypes and the garbage collector's lists, which could find it, refuse, and
    so do loading a library a second time and switching a trace off. Who gets at raw memory in spite of that meets an
    empty place in NumPy's table of functions; there is no end to what could be found by hand there.
    """
    if not forbidden:
        return
    if places := [place for name in c_functions.keys() & forbidden for place in c_functions[name]]:
        _empty_places(places)
    taken = {name for name in forbidden if "." not in name or name.startswith("helpers.")} | {"ctypes", "_ctypes"}
    sys.meta_path.insert(0, _StandIns(taken))
    packages = modules_of_packages(len(sys.modules))
    for name in [name for entry in taken for name in packages.get(entry, [entry]) if name in sys.modules]:
        del sys.modules[name]
        package, _, last = name.rpartition(".")
        vars(sys.modules.get(package, _StandIn(package))).pop(last, None)
    vars(sys.modules["numpy._core._internal"])["ctypes"] = None  # as on a Python without it
    if "numpy.correlate" in forbidden:
        core = sys.modules["numpy._core.multiarray"]
        for module in (core, sys.modules["numpy._core._multiarray_umath"], sys.modules["numpy._core.numeric"]):
            for name in ("correlate", "correlate2"):
                original = getattr(module, name, None)
                if original is not None and original is not np.correlate:
                    setattr(module, name, _refuse(f"numpy.{name.rstrip('2')}"))

    # Whose trace counts loops, and what hands it on to threads.
    tracers = (python_steps.__code__, threading.Thread._bootstrap_inner.__code__)  # type: ignore[attr-defined]

    def audit(event: str, arguments: Any) -> None:
        if event.startswith(("ctypes.", "gc.get_")):
            raise ForbiddenHelper(event)
        if event == "sys.settrace" and sys._getframe(1).f_code not in tracers:
            raise ForbiddenHelper(event)
        # [1]: an extension's file, whatever name it is loaded by.
        if event == "import" and arguments[1] and arguments[0].endswith("_multiarray_umath"):
            raise ForbiddenHelper(f"{arguments[0]} loaded again")

    sys.addaudithook(audit)


def _empty_places(places: Sequence[int]) -> None:
    """Empties places in the table by which compiled modules call NumPy. Its own code doesn't look there."""
    import ctypes

    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    address = pointer(sys.modules["numpy._core._multiarray_umath"]._ARRAY_API, None)
    table = (ctypes.c_void_p * (max(places) + 1)).from_address(address)
    for place in places:
        table[place] = None


def _refuse(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ForbiddenHelper(name)

    return refuse


class _Forbidden(type):
    """What a forbidden module holds: it can be named, in a type hint or as a base, but not called."""

    path = ""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _forbidden(f"{cls.path}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise ForbiddenHelper(cls.path)


def _forbidden(path: str) -> _Forbidden:
    return _Forbidden(path.rpartition(".")[2], (), {"path": path})


class _StandIn(ModuleType):
    """A forbidden module: importing it is no offence, using it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _forbidden(f"{self.__name__}.{name}")


class _StandIns:
    """Import finder and loader for forbidden packages and modules."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        found = name in self.names or name.split(".")[0] in self.names
        return ModuleSpec(name, self, is_package=True) if found else None  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""
