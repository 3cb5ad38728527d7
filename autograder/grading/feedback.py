"""From verdicts to a result: the grade, and what a student is told of it without learning a hidden case."""

from __future__ import annotations

from autograder.sandbox.scratch import TOO_FULL, TOO_MANY_THREADS
from helpers.checking.messages import Message, explain, reported_aspects
from helpers.checking.spec import UNCHANGED, Fault, Spec
from helpers.checking.verdict import Verdict

from . import wrong_values
from .result import ExerciseResult
from .students_words import helper, in_their_words

# The function returned values in some cases: then an aspect says where to look.
RETURNED = ("partial", "wrong")


def result_of(hidden: Verdict, public: Verdict | None) -> ExerciseResult:
    """The result of an exercise, by its hidden cases and, for what is shown, its public ones."""
    spec = hidden.spec
    diagnosis = hidden.registered.name if hidden.registered else ""
    message = _message(hidden, public)
    wrong = wrong_values.digest(hidden)
    return ExerciseResult(spec.name, hidden.score, spec.points, hidden.status, diagnosis, message, wrong)


def _message(hidden: Verdict, public: Verdict | None) -> Message:
    """Which aspects earn points, and the smallest failing public case.

    Of the hidden cases only aspects, a mistake's name and the kind of failure are shown.
    """
    spec = hidden.spec
    if hidden.passed or spec.kind == "answer" or hidden.status == "not_attempted":
        return explain(hidden, which="checks")
    reported = reported_aspects(hidden)
    title = f"{spec.name}: {sum(reported.values())} of {len(reported)} checks pass"
    aspects = tuple(reported.items())
    if public is not None and public.failing is not None:
        failing = explain(in_their_words(public))
        return Message("fail", title, aspects, failing.rows, failing.notes, folded=failing.folded)
    return Message("fail", title, aspects, notes=tuple(_notes(hidden, public)))


def _notes(hidden: Verdict, public: Verdict | None) -> list[str]:
    """What is told of a hidden case that fails where no public case does."""
    spec = hidden.spec
    # The first aspect that fails, which is reported anyway, and not the smallest case's: sizes are drawn.
    failing = [item for item in hidden.judged if not item.passed]
    wrong = {item.case.aspect for item in failing}
    aspect = next((name for name in hidden.aspects if name in wrong), UNCHANGED)
    shown = next((item for item in failing if item.case.aspect == aspect), None)
    faults = [item.outcome.fault for item in failing if item.outcome.fault]
    # Wrong in one case and ended in another: the status is that of the latter.
    ended = next((fault for fault in faults if fault.kind == hidden.status), None)
    fault = ended or (shown.outcome.fault if shown else None)
    notes = []
    if public is not None:
        notes.append(f"The public cases pass; others do not, in the aspect {aspect!r}.")
    if fault is not None:
        notes.append(_kind(fault, spec))
    if hidden.registered:
        notes.append(hidden.registered.sentence)
    elif (where := spec.aspects.get(aspect)) and hidden.status in RETURNED:
        notes.append(f"Where to look: {where}")
    return notes


def _kind(fault: Fault, spec: Spec) -> str:
    """What is told of a fault of a hidden case: one of a few sentences.

    Its type, words and line, and how a process ended, are the code's choice. With a choice among many, code can tell
    its author what it has found out about the hidden cases: an input, or the seed.
    """
    if fault.kind == "crashed" and fault.message in (TOO_FULL, TOO_MANY_THREADS):  # the grader's own words
        return f"{fault.message[0].upper()}{fault.message[1:]}."
    said = {
        "raised": "It raises an exception.",
        "not_written": "It uses something that is not written yet.",
        "left": "A line that it reaches still raises NotImplementedError: delete it.",
        "version": "It needs a newer Python.",
        "forbidden": f"It uses {helper(fault, spec)}, but this exercise asks you to write that yourself.",
        "timeout": "It did not finish in time: is there a loop that never ends?",
        "memory": "It ran out of memory: is an array much larger than it needs to be?",
        "crashed": "It terminated the Python process.",
    }
    return said[fault.kind]
