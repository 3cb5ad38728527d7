"""From verdicts to a result: the grade, and what a student is told of it without learning a hidden case."""

from __future__ import annotations

import builtins

from helpers.checking.messages import Message, describe_fault, explain, reported_aspects
from helpers.checking.spec import Fault, Spec
from helpers.checking.verdict import RETURNED, Verdict

from .result import ExerciseResult


def result_of(hidden: Verdict, public: Verdict | None, source: str) -> ExerciseResult:
    """The result of an exercise whose cell is `source`."""
    spec = hidden.spec
    diagnosis = hidden.mistake.name if hidden.mistake else ""
    message = _message(hidden, public, source)
    return ExerciseResult(spec.name, hidden.score, spec.points, hidden.status, diagnosis, message)


def _message(hidden: Verdict, public: Verdict | None, source: str) -> Message:
    """Which aspects earn points, and the smallest failing public case.

    Of the hidden cases only aspects, a mistake's name, an exception's type and the student's own line are shown.
    """
    spec = hidden.spec
    if hidden.passed or spec.kind == "answer" or hidden.status == "not_attempted":
        return explain(hidden, which="checks")
    reported = reported_aspects(hidden)
    title = f"{spec.name}: {sum(reported.values())} of {len(reported)} checks pass"
    aspects = tuple(reported.items())
    if public is not None and public.failing is not None:
        failing = explain(public)
        return Message("fail", title, aspects, failing.rows, failing.notes)
    return Message("fail", title, aspects, notes=tuple(_notes(hidden, public, source)))


def _notes(hidden: Verdict, public: Verdict | None, source: str) -> list[str]:
    """What is told of a hidden case that fails where no public case does."""
    assert hidden.failing is not None
    spec, aspect = hidden.spec, hidden.failing.case.aspect
    faults = [item.outcome.fault for item in hidden.judged if item.outcome.fault]
    # Wrong in one case and ended in another: the status is that of the latter.
    fault = hidden.failing.outcome.fault or next((fault for fault in faults if fault.kind == hidden.status), None)
    notes = []
    if public is not None:
        notes.append(f"The public cases pass; others do not, in the aspect {aspect!r}.")
    if fault is not None:
        notes += describe_fault(_without_secrets(fault, spec, source), spec.name)
    if hidden.mistake:
        notes.append(hidden.mistake.sentence)
    elif (where := spec.aspects.get(aspect)) and hidden.status in RETURNED:
        notes.append(f"Where to look: {where}")
    return notes


def _without_secrets(fault: Fault, spec: Spec, source: str) -> Fault:
    """A fault of a hidden case without what the student's process could have written into it."""
    known = getattr(builtins, fault.type_name, None)
    name = fault.type_name if isinstance(known, type) and issubclass(known, BaseException) else "an exception"
    lines = source.splitlines()
    line = lines[fault.line_number - 1].strip() if 0 < fault.line_number <= len(lines) else ""
    helper = next(
        (entry for entry in spec.forbidden if fault.message.split(".")[0] == entry.split(".")[0]), "another function"
    )
    # How a process ended is the judge's own finding, so its words stay.
    message = {"forbidden": helper, "crashed": fault.message}.get(fault.kind, "")
    return Fault(fault.kind, name, message, line, fault.line_number if line else 0)
