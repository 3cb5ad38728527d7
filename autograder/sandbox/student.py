"""What runs inside the confined process: the student's cells, then the calls. Only raw values leave it.

Everything here may be tampered with by the student's code, since it shares a process with it. That gains nothing:
a forged reply can only claim that the function returned some value, which the judge compares all the same.
"""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from helpers.checking.answers import plain_answer
from helpers.checking.calls import call_on_copies, fault_of
from helpers.checking.spec import Case, Fault, Spec
from helpers.checking.values import Unsupported, plain

from . import colab, slicing, wire
from .cells import ParsedCells, run_cells
from .credible import is_credible
from .disarm import disarm, hide
from .protocol import (
    Begin,
    CaseOutcome,
    CellFault,
    End,
    ExerciseRun,
    Frame,
    MorePlans,
    Request,
    SourceReport,
    Values,
    decode_cases,
    encode_frame,
)
from .stand_ins import Broken

TOO_LARGE = Unsupported("value far too large")


@dataclass
class _Started:
    """An exercise whose cells have been run; `begin` is empty where it is passed over."""

    spec: Spec
    begin: bytes = b""
    namespace: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


def run(channel: socket.socket, c_functions: Mapping[str, Sequence[int]], settable: Sequence[str] = ()) -> None:
    """Reads one request, runs its exercises one after another, and sends frames on the way.

    For each list of cases: Begin; a CaseOutcome for each case of a function, or the Values of variables, or the
    CellFault that kept the cell from setting them; End. Of what is not run, only End. If asked, SourceReport comes
    before and MorePlans behind.
    """
    stream = bytearray()
    request = Request.decode(_receive(channel, stream))
    notebook = ParsedCells(request.cells)
    disarm({name for run in request.runs for name in run.spec.forbidden}, c_functions)
    send = channel.sendall
    # Of all exercises before any is run: what one of them does can't change where another's work is found.
    targets = [_work_cell(notebook, run) for run in request.runs]
    plans: Iterator[slicing.Plan] = iter(())
    if request.look:
        credible = is_credible(_students_statements(notebook, request, targets), settable)
        if credible:
            hide(colab.absent())
        send(encode_frame(SourceReport(credible)))
    all_started: list[_Started] = []

    def answer(started: _Started, cases: Sequence[Case]) -> None:
        for frame in _frames(started, cases) if started.begin else ():
            send(_encoded(frame, notebook))
        send(encode_frame(End()))

    for run, target in zip(request.runs, targets, strict=True):
        spec = run.spec
        started = _Started(spec)
        all_started.append(started)
        cases = decode_cases(_receive(channel, stream))
        if target is None:
            plans = iter(())
            started.begin, started.fault = encode_frame(Begin(True, -1)), Fault("not_written")
            send(started.begin)
        else:
            plans = _plans(notebook, run, target)
            plan = next(islice(plans, request.plan, None), None)
            passed_over = request.literal_answers and spec.kind == "answer" and not slicing.is_literal(notebook[target])
            if plan is not None and not passed_over:
                self_contained = all(index == target or notebook.cells[index].origin == "release" for index, _ in plan)
                started.begin = encode_frame(Begin(self_contained, target))
                send(started.begin)  # before anything is run: what ends the process in the cells has ended it by itself
                started.namespace, started.fault = run_cells(notebook, plan, target)
        answer(started, cases)
    if request.ask_more:
        send(encode_frame(MorePlans(next(plans, None) is not None)))
    if request.again:
        for started in (item for item in all_started if item.spec.kind == "function"):
            cases = decode_cases(_receive(channel, stream))
            send(started.begin)
            answer(started, cases)


def _plans(notebook: ParsedCells, run: ExerciseRun, target: int) -> Iterator[slicing.Plan]:
    return slicing.plans(notebook.cells[: run.end], notebook, target, _names(run.spec), notebook.cells[run.end :])


def _students_statements(notebook: ParsedCells, request: Request, targets: Sequence[int | None]) -> Iterator[ast.stmt]:
    """All of the student's statements that will be run."""
    for run, target in zip(request.runs, targets, strict=True):
        if target is not None:
            for index, chosen in next(islice(_plans(notebook, run, target), request.plan, None), ()):
                if notebook.cells[index].origin != "release":
                    yield from (notebook[index][number].node for number in chosen)


def _work_cell(notebook: ParsedCells, run: ExerciseRun) -> int | None:
    spec = run.spec
    return slicing.work_cell(notebook.cells[: run.end], notebook, run.own, _names(spec)[0], spec.kind)


def _frames(started: _Started, cases: Sequence[Case]) -> Iterator[Frame]:
    """What the function gives on each case, or the values of the variables."""
    spec, namespace, fault = started.spec, started.namespace, started.fault
    missing = [name for name in _names(spec) if name not in namespace]
    if missing:
        yield CellFault(fault or Fault("raised", "NameError", f"{missing[0]} is not defined"))
    elif spec.kind == "function":
        for number, case in enumerate(cases):
            outcome, after = call_on_copies(namespace[spec.name], spec, case)
            # As they are: what was changed is the judge's to say.
            arguments = {} if outcome.fault else {name: plain(value) for name, value in after.items()}
            yield CaseOutcome(number, outcome.value, outcome.fault, arguments)
    else:
        answers = [namespace[name] for name in _names(spec)]
        lost = next((item.error for item in answers if type(item) is Broken), None)
        yield CellFault(fault_of(lost, "")) if lost else Values([plain_answer(item) for item in answers])


def _encoded(frame: Frame, notebook: ParsedCells) -> bytes:
    if isinstance(frame, (CellFault, CaseOutcome)) and frame.fault is not None:
        frame = replace(frame, fault=notebook.by_version(frame.fault))
    encoded = encode_frame(frame)
    if isinstance(frame, CaseOutcome) and wire.too_large(encoded, frame.value):
        frame = replace(frame, value=TOO_LARGE)
        encoded = encode_frame(frame)
        if wire.too_large(encoded, frame.value):  # an argument that has grown: without it, it counts as changed
            encoded = encode_frame(replace(frame, arguments={}))
    if isinstance(frame, Values) and wire.too_large(encoded, frame.values):
        encoded = encode_frame(Values([TOO_LARGE] * len(frame.values)))
    return encoded


def _names(spec: Spec) -> tuple[str, ...]:
    """What the exercise's cell has to define."""
    return spec.variables or (spec.name,)


def _receive(channel: socket.socket, stream: bytearray) -> bytes:
    """The next whole frame; what has come behind it stays in `stream`."""
    while (body := wire.split(stream)) is None:
        chunk = channel.recv(1 << 20)
        if not chunk:
            raise EOFError("the judge is gone")
        stream += chunk
    return body
