"""What runs inside the confined process: the student's cells, then the calls. Only raw values leave it.

Everything here may be tampered with by the student's code, since it shares a process with it. That gains nothing:
a forged reply can only claim that the function returned some value, which the judge compares all the same.
"""

from __future__ import annotations

import linecache
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np

from autograder.sandbox import slicing, wire
from autograder.sandbox.magics import to_python
from autograder.sandbox.slicing import CellCode
from helpers.checking.calls import call, fault_of
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.values import Unsupported, plain


def run(channel: socket.socket) -> None:
    """Reads one request, runs it, sends a frame for each case and a last one.

    The request: `cells` [(label, source, origin)], `target` (index of the exercise's cell), `spec` (fields of a Spec
    without cases), `cases` (arguments by name), `plan` (which way to run the notebook, 0 is the least of it; without
    that many ways nothing is run).
    """
    request = wire.decode(_receive(channel))
    send = channel.sendall
    encode = wire.encode
    spec = Spec(**request["spec"])
    cells = [CellCode(*fields) for fields in request["cells"]]
    names = spec.variables or (spec.name,)
    notebook = Parsed(cells)
    plan = next(islice(slicing.plans(cells, notebook, request["target"], names), request["plan"], None), None)
    if plan is None:
        send(encode({"no_plan": True}))
        return
    alone = all(index == request["target"] or cells[index].origin == "release" for index, _ in plan)
    send(encode({"alone": alone}))
    _disarm(spec.forbidden)
    namespace, fault = run_cells(notebook, plan, request["target"])
    missing = [name for name in names if name not in namespace]
    if missing:
        fault = fault or Fault("raised", "NameError", f"{missing[0]} is not defined")
        send(encode({"fault": vars(fault)}))
    elif spec.kind == "function":
        for index, arguments in enumerate(request["cases"]):
            outcome = call(namespace[spec.name], spec, Case("", arguments))
            frame = encode({"case": index, "outcome": _plain(outcome)})
            if wire.too_long(frame):
                frame = encode(
                    {"case": index, "outcome": _plain(replace(outcome, value=Unsupported("value far too large")))}
                )
            send(frame)
    else:
        send(encode({"values": [plain(namespace[name]) for name in names]}))
    send(encode({"done": True}))


class Parsed(Sequence[list[slicing.Statement]]):
    """The statements of a notebook's cells, each read when it is first asked for; `texts` are the Python of those."""

    def __init__(self, cells: Sequence[CellCode]) -> None:
        self.cells = cells
        self.texts: dict[int, str] = {}
        self._statements: dict[int, list[slicing.Statement]] = {}

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, index: Any) -> Any:
        if index not in self._statements:
            source = self.cells[index].source
            self.texts[index] = to_python(source) if len(source) <= slicing.MAX_CELL else source
            self._statements[index] = slicing.parse(index, self.texts[index])
        return self._statements[index]


def run_cells(notebook: Parsed, plan: slicing.Plan, target: int) -> tuple[dict[str, Any], Fault | None]:
    """Runs the planned statements in a fresh namespace; returns it, and what stopped the target cell, if anything did.

    As in a notebook, an error ends its cell and not the run.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace.update(get_ipython=_Shell, display=_nothing)
    fault: Fault | None = None
    for index, chosen in plan:
        label, text = notebook.cells[index].label, notebook.texts[index]
        name = f"<cell {label}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        try:
            for number in chosen:
                code = compile(slicing.as_module(notebook[index][number]), name, "exec")
                exec(code, namespace)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, too
            if index == target:
                fault = fault_of(error, label)
    if fault is None and not notebook[target]:
        fault = _syntax_fault(notebook.cells[target].label, notebook.texts[target])
    return namespace, fault


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


def _receive(channel: socket.socket) -> bytes:
    stream = bytearray()
    while (body := wire.split(stream)) is None:
        stream += channel.recv(1 << 20)
    return body


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for IPython's display: nobody looks."""


class _Shell:
    """Stands for IPython's shell, so that magics and shell lines do nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing


def _disarm(forbidden: Sequence[str]) -> None:
    """Takes away what an exercise forbids, so that turning the call watch off gains nothing.

    The files of forbidden packages can't be read in this process; an import of one gives a stand-in whose use names
    it. NumPy's correlation in C is replaced; ctypes and the garbage collector's lists, which could find it, refuse, and
    so does loading a library a second time.
    """
    if not forbidden:
        return
    taken = {name for name in forbidden if "." not in name or name.startswith("helpers.")} | {"ctypes", "_ctypes"}
    sys.meta_path.insert(0, _StandIns(taken))
    for name in [name for name in sys.modules if name in taken or name.split(".")[0] in taken]:
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

    def audit(event: str, arguments: Any) -> None:
        if event.startswith(("ctypes.", "gc.get_")):
            raise ForbiddenHelper(event)
        if event == "import" and arguments[0].startswith("numpy.") and arguments[1]:  # [1]: an extension's file
            raise ForbiddenHelper(f"{arguments[0]} loaded again")

    sys.addaudithook(audit)


def _refuse(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ForbiddenHelper(name)

    return refuse


class _StandIn(ModuleType):
    """A forbidden module: importing it is no offence, using it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refuse(f"{self.__name__}.{name}")


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
