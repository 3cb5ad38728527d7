"""What runs inside the confined process: the student's cells, then the calls. Only raw values leave it.

Everything here may be tampered with by the student's code, since it shares a process with it. That gains nothing:
a forged reply can only claim that the function returned some value, which the judge compares all the same.
"""

from __future__ import annotations

import linecache
import socket
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.sandbox import slicing, wire
from autograder.sandbox.slicing import CellCode
from helpers.checking.calls import call, fault_of
from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.values import plain


def run(channel: socket.socket) -> None:
    """Reads one request, runs it, sends a frame for each case and a last one.

    The request: `cells` [(label, source, origin)], `target` (index of the exercise's cell), `spec` (fields of a Spec
    without cases), `cases` (arguments by name), `plan` (which way to run the notebook, 0 is the least of it).
    """
    request = wire.decode(_receive(channel))
    send = channel.sendall
    encode = wire.encode
    spec = Spec(**request["spec"])
    cells = [CellCode(*fields) for fields in request["cells"]]
    names = spec.variables or (spec.name,)
    statements = [slicing.parse(index, cell.source) for index, cell in enumerate(cells)]
    plans = slicing.plans(cells, statements, request["target"], names)
    plan = plans[min(request["plan"], len(plans) - 1)]
    alone = all(index == request["target"] or cells[index].origin == "release" for index, _ in plan)
    send(encode({"plans": len(plans), "alone": alone}))
    _disarm(spec.forbidden)
    namespace, fault = run_cells(cells, statements, plan, request["target"])
    missing = [name for name in names if name not in namespace]
    if missing:
        fault = fault or Fault("raised", "NameError", f"{missing[0]} is not defined")
        send(encode({"fault": vars(fault)}))
    elif spec.kind == "function":
        for index, arguments in enumerate(request["cases"]):
            outcome = call(namespace[spec.name], spec, Case("", arguments))
            send(encode({"case": index, "outcome": _plain(outcome)}))
    else:
        send(encode({"values": [plain(namespace[name]) for name in names]}))
    send(encode({"done": True}))


def run_cells(
    cells: Sequence[CellCode], statements: Sequence[list[slicing.Statement]], plan: slicing.Plan, target: int
) -> tuple[dict[str, Any], Fault | None]:
    """Runs the planned statements in a fresh namespace; returns it, and what stopped the target cell, if anything did.

    As in a notebook, an error ends its cell and not the run.
    """
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace.update(get_ipython=_Shell, display=_nothing)
    fault: Fault | None = None
    for index, chosen in plan:
        cell = cells[index]
        name = f"<cell {cell.label}>"
        linecache.cache[name] = (len(cell.source), None, cell.source.splitlines(keepends=True), name)
        try:
            for number in chosen:
                code = compile(slicing.as_module(statements[index][number]), name, "exec")
                exec(code, namespace)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, too
            if index == target:
                fault = fault_of(error, cell.label)
    if fault is None and not statements[target]:
        fault = _syntax_fault(cells[target])
    return namespace, fault


def _syntax_fault(cell: CellCode) -> Fault | None:
    try:
        compile(cell.source, f"<cell {cell.label}>", "exec")
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
    it. NumPy's correlation in C is replaced, and ctypes and the garbage collector's lists, which could find it, refuse.
    """
    if not forbidden:
        return
    packages = {name for name in forbidden if "." not in name}
    sys.meta_path.insert(0, _StandIns(packages))
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
    """Import finder and loader for forbidden packages."""

    def __init__(self, packages: set[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.packages else None  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""
