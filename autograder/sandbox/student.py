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

from helpers.checking.calls import call
from helpers.checking.spec import Case, Fault, Spec
from helpers.checking.values import Unsupported, plain

from . import slicing, wire
from .cells import ParsedCells, run_cells
from .disarm import disarm
from .protocol import Begin, CaseOutcome, CellFault, End, MorePlans, Request, Values, decode_cases, encode_frame


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
    plans: Iterator[slicing.Plan] = iter(())
    for run in request.runs:
        spec, target = run.spec, run.target
        plans = slicing.plans(notebook.cells[: run.end], notebook, target, _names(spec))
        plan = next(islice(plans, request.plan, None), None)
        passed_over = request.literal_answers and spec.kind == "answer" and not slicing.is_literal(notebook[target])
        case_lists = (decode_cases(_receive(channel, stream)) for _ in range(run.case_lists))
        if plan is None or passed_over:
            next(case_lists)
            send(encode_frame(End()))
            continue
        self_contained = all(index == target or notebook.cells[index].origin == "release" for index, _ in plan)
        namespace, fault = run_cells(notebook, plan, target)
        for cases in case_lists:
            send(encode_frame(Begin(self_contained)))
            for frame in _frames(spec, cases, namespace, fault):
                send(frame)
            send(encode_frame(End()))
    if request.ask_more:
        send(encode_frame(MorePlans(next(plans, None) is not None)))


def _frames(spec: Spec, cases: Sequence[Case], namespace: Mapping[str, Any], fault: Fault | None) -> Iterator[bytes]:
    """What the function in `namespace` gives on each case, or the values of the variables in it."""
    missing = [name for name in _names(spec) if name not in namespace]
    if missing:
        yield encode_frame(CellFault(fault or Fault("raised", "NameError", f"{missing[0]} is not defined")))
    elif spec.kind == "function":
        for number, case in enumerate(cases):
            outcome = call(namespace[spec.name], spec, case)
            frame = encode_frame(CaseOutcome(number, outcome))
            if wire.too_long(frame):
                frame = encode_frame(CaseOutcome(number, replace(outcome, value=Unsupported("value far too large"))))
            yield frame
    else:
        yield encode_frame(Values([plain(namespace[name]) for name in _names(spec)]))


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
