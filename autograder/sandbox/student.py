"""What runs inside the confined process: the student's cells, then the calls. Only raw values leave it.

Everything here may be tampered with by the student's code, since it shares a process with it. That gains nothing:
a forged reply can only claim that the function returned some value, which the judge compares all the same.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from helpers.checking.answers import plain_answer
from helpers.checking.calls import call_on_copies
from helpers.checking.spec import Case, Fault, Spec
from helpers.checking.values import Unsupported, plain

from . import slicing, wire
from .cells import ParsedCells, run_cells
from .disarm import disarm
from .protocol import (
    Begin,
    CaseOutcome,
    CellFault,
    End,
    ExerciseRun,
    Frame,
    MorePlans,
    Request,
    Values,
    decode_cases,
    encode_frame,
)


def run(channel: socket.socket, c_functions: Mapping[str, Sequence[int]]) -> None:
    """Reads one request, runs its exercises one after another, and sends frames on the way.

    For each list of cases: Begin; a CaseOutcome for each case of a function, or the Values of variables, or the
    CellFault that kept the cell from setting them; End. Of what is not run, only End. Behind all, if asked, MorePlans.
    """
    stream = bytearray()
    request = Request.decode(_receive(channel, stream))
    notebook = ParsedCells(request.cells)
    disarm({name for run in request.runs for name in run.spec.forbidden}, c_functions)
    send = channel.sendall
    # Of all exercises before any is run: what one of them does can't change where another's work is found.
    targets = [_work_cell(notebook, run) for run in request.runs]
    plans: Iterator[slicing.Plan] = iter(())
    for run, target in zip(request.runs, targets, strict=True):
        spec = run.spec
        case_lists = (decode_cases(_receive(channel, stream)) for _ in range(run.case_lists))
        if target is None:
            plans = iter(())
            for _ in case_lists:
                for empty in (Begin(True, -1), CellFault(Fault("not_written")), End()):
                    send(encode_frame(empty))
            continue
        above, below = notebook.cells[: run.end], notebook.cells[run.end :]
        plans = slicing.plans(above, notebook, target, _names(spec), below)
        plan = next(islice(plans, request.plan, None), None)
        passed_over = request.literal_answers and spec.kind == "answer" and not slicing.is_literal(notebook[target])
        if plan is None or passed_over:
            next(case_lists)
            send(encode_frame(End()))
            continue
        self_contained = all(index == target or notebook.cells[index].origin == "release" for index, _ in plan)
        begin = encode_frame(Begin(self_contained, target))
        send(begin)  # before anything is run: what ends the process in the cells has ended it by itself
        namespace, fault = run_cells(notebook, plan, target)
        for number, cases in enumerate(case_lists):
            if number:
                send(begin)
            for frame in _frames(spec, cases, namespace, fault):
                send(_encoded(frame, notebook))
            send(encode_frame(End()))
    if request.ask_more:
        send(encode_frame(MorePlans(next(plans, None) is not None)))


def _work_cell(notebook: ParsedCells, run: ExerciseRun) -> int | None:
    spec = run.spec
    return slicing.work_cell(notebook.cells[: run.end], notebook, run.own, _names(spec)[0], spec.kind)


def _frames(spec: Spec, cases: Sequence[Case], namespace: Mapping[str, Any], fault: Fault | None) -> Iterator[Frame]:
    """What the function in `namespace` gives on each case, or the values of the variables in it."""
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
        yield Values([plain_answer(namespace[name]) for name in _names(spec)])


def _encoded(frame: Frame, notebook: ParsedCells) -> bytes:
    if isinstance(frame, (CellFault, CaseOutcome)) and frame.fault is not None:
        frame = replace(frame, fault=notebook.by_version(frame.fault))
    encoded = encode_frame(frame)
    if isinstance(frame, CaseOutcome) and wire.too_large(encoded):
        encoded = encode_frame(replace(frame, value=Unsupported("value far too large")))
        if wire.too_large(encoded):  # an argument that has grown: without it, it counts as changed
            encoded = encode_frame(CaseOutcome(frame.number, Unsupported("value far too large")))
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
