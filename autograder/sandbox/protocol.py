"""What the judge and a student's process say to each other: a request with cases one way, frames the other way.

Both sides share these classes. `wire` turns their fields into bytes; the judge checks the type of every field that
comes back, since student code may have written it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, get_args

from helpers.checking.spec import Case, Fault, Spec

from . import wire
from .slicing import CellCode

# What calling a function needs of its Spec: no expectation, no mistake, no hint.
_NEEDED_TO_CALL = (
    "name",
    "notebook",
    "kind",
    "points",
    "required",
    "variables",
    "forbidden",
    "observe",
    "adapter",
    "requires",
)
# So many lists of cases are kept: more than a course has, and those that students make pass by.
_KEPT = 512
_FAULTS = (
    "raised",
    "not_written",
    "left",
    "forbidden",
    "memory",
    "version",
)  # the kinds that a process can have to report itself


@dataclass(frozen=True)
class ExerciseRun:
    """One exercise to run: it may use what it needs of the cells before `end`; those that claim to be its are `own`.

    Behind the wall `spec` has nothing but what calling needs.
    """

    spec: Spec
    own: tuple[int, ...]
    end: int


@dataclass(frozen=True)
class Request:
    """What a process has to do: run the exercises in `runs`, one after another, with these cells of the notebook.

    `plan` says by which of the ways to run the notebook: 0 is the least of it. With `literal_answers`, answers that
    are not spelled out in their cell are passed over. With `ask_more`, the last frame says whether there is a next
    plan. Behind the request comes a list of cases for each run, see `encode_cases`; with `again` another one for each
    function, once all are answered, unless the process is ended. With `look`, the first frame says whether the source
    is credible.
    """

    cells: tuple[CellCode, ...]
    runs: tuple[ExerciseRun, ...]
    plan: int = 0
    literal_answers: bool = False
    ask_more: bool = False
    again: bool = False
    look: bool = False

    def encode(self) -> bytes:
        """The request as a frame."""
        runs = [
            {
                "spec": {name: getattr(run.spec, name) for name in _NEEDED_TO_CALL},
                "own": run.own,
                "end": run.end,
            }
            for run in self.runs
        ]
        cells = [tuple(vars(cell).values()) for cell in self.cells]
        return wire.encode({**vars(self), "cells": cells, "runs": runs})

    @classmethod
    def decode(cls, body: bytes) -> Request:
        """The request in a frame that the judge has sent."""
        given = wire.decode(body)
        given["cells"] = tuple(CellCode(*cell) for cell in given["cells"])
        given["runs"] = tuple(ExerciseRun(**{**run, "spec": Spec(**run["spec"])}) for run in given["runs"])
        return cls(**given)


@lru_cache(_KEPT)
def encode_cases(spec: Spec) -> bytes:
    """A frame with the arguments of each case; with nothing for variables, which are not called."""
    return wire.encode([case.arguments for case in spec.cases] if spec.kind == "function" else [])


@lru_cache(_KEPT)
def sent_cases(spec: Spec) -> list[Case]:
    """The cases as they are behind the wall: what comes back is compared with these."""
    return decode_cases(encode_cases(spec)[wire.LENGTH_BYTES :])


def decode_cases(body: bytes) -> list[Case]:
    """The cases in a frame, without aspects and expectations."""
    return [Case("", arguments) for arguments in wire.decode(body)]


@dataclass(frozen=True)
class SourceReport:
    """Whether all that will be run of the student's is credible, see `credible`: sent before any of it is run."""

    credible: bool


@dataclass(frozen=True)
class Begin:
    """A list of cases begins: `target` is the cell that has the work, -1 where nothing is written.

    `self_contained`: no other code of the student's is run with that cell.
    """

    self_contained: bool
    target: int


@dataclass(frozen=True)
class CaseOutcome:
    """What the exercise's function gave on a case, numbered from 0, and its arguments as they are after the call."""

    number: int
    value: Any = None
    fault: Fault | None = None
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Values:
    """The plain values of an exercise's variables, in place of outcomes."""

    values: list[Any]


@dataclass(frozen=True)
class CellFault:
    """What kept the exercise's cell from setting its names, in place of outcomes or values."""

    fault: Fault


@dataclass(frozen=True)
class End:
    """A list of cases ends. It is the only frame of an exercise that is passed over."""


@dataclass(frozen=True)
class MorePlans:
    """The last frame, if it was asked for: whether there is a next plan."""

    more: bool


Frame = SourceReport | Begin | CaseOutcome | Values | CellFault | End | MorePlans


def encode_frame(frame: Frame) -> bytes:
    """A frame as bytes: its class's name and its fields, in order."""
    return wire.encode((type(frame).__name__, *_fields(frame)))


def decode_frame(body: bytes) -> Frame:
    """The frame that a student's process sent. WireError for everything that is not exactly one of these."""
    match wire.decode_reply(body):
        case (str(name), *given):
            pass
        case _:
            raise wire.WireError("a frame without a name")
    match name, given:
        case "SourceReport", [bool(credible)]:
            return SourceReport(credible)
        case "Begin", [bool(self_contained), int(target)]:
            return Begin(self_contained, target)
        case "CaseOutcome", [int(number), value, fault, dict(arguments)]:
            return CaseOutcome(number, _few_parts(value), None if fault is None else _fault(fault), arguments)
        case "Values", [list(values)]:
            return Values(_few_parts(values))
        case "CellFault", [fault]:
            return CellFault(_fault(fault))
        case "End", []:
            return End()
        case "MorePlans", [bool(more)]:
            return MorePlans(more)
    raise wire.WireError("an unknown frame")


def _fields(item: Frame | Fault) -> list[Any]:
    """The fields' values, with those of a fault in its place."""
    values = [getattr(item, name) for name in _FIELDS[type(item)]]
    return [tuple(_fields(value)) if isinstance(value, Fault) else value for value in values]


_FIELDS: dict[type, list[str]] = {kind: [item.name for item in fields(kind)] for kind in (*get_args(Frame), Fault)}


def _few_parts(value: Any) -> Any:
    """The value, which may be listed. Arguments are only compared, so that a course's may be large."""
    if wire.parts(value) > wire.MAX_PARTS:
        raise wire.WireError("a value with too many parts")
    return value


def _fault(given: Any) -> Fault:
    match given:
        case [str(kind), str(type_name), str(message), str(line), int(line_number)] if kind in _FAULTS:
            return Fault(kind, type_name, message, line, line_number)
        case [*first, str(shapes)] if len(first) == 5:
            return replace(_fault(first), shapes=shapes)
    raise wire.WireError("an unknown fault")


@dataclass(frozen=True)
class ServerSettings:
    """What the fork server is started with: how to confine (see `ways`), the course's folder, what to do beforehand.

    `preload` are modules to import, `read_ahead` notebooks to parse; `absent`, `c_functions` and `settable` are the
    course's, see `Course`.
    """

    way: str
    course: str
    preload: list[str]
    read_ahead: list[str]
    absent: list[str]
    c_functions: dict[str, list[int]]
    settable: list[str]


@dataclass(frozen=True)
class ForkOrder:
    """A process to fork: packages and modules to hide from it, its memory in bytes, its processor time in seconds."""

    hidden: list[str]
    memory: int
    cpu_seconds: int


@dataclass(frozen=True)
class Ended:
    """How a process ended: its wait status, seconds of processor time, and the limit that it was killed for, if any."""

    status: int
    cpu_seconds: float
    over_limit: str
