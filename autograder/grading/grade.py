"""Grading one submission: run what is needed behind the wall, compare here."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace

from autograder.sandbox.client import Reply, Sandbox
from autograder.sandbox.slicing import CellCode
from helpers.checking.messages import Message, describe_fault, explain
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.verdict import Verdict, judge, judge_variables

from .align import Aligned, align, is_stub
from .exam import Exam
from .result import ExerciseResult, SubmissionResult
from .submission import Submission

MOST_PLANS = 4
ENDED = ("timeout", "memory", "crashed")


def grade(submission: Submission, exam: Exam, sandbox: Sandbox) -> SubmissionResult:
    """All exercises of one submission. What goes wrong in one of them costs only that one."""
    name, assignment = submission.student, submission.assignment
    if submission.refused:
        return _all(submission, exam, "not_graded", None)
    if submission.problem:
        return _all(submission, exam, "not_attempted", 0.0)
    aligned = align(submission, exam)
    results = tuple(_grade_exercise(spec, aligned, exam, sandbox) for spec in exam.specs)
    return SubmissionResult(name, assignment, results, (*submission.notes, *aligned.notes))


def missing(student: str, exam: Exam, note: str) -> SubmissionResult:
    """The result of a student whose notebook of this assignment is not there."""
    rows = tuple(ExerciseResult(spec.name, 0.0, spec.points, "missing") for spec in exam.specs)
    return SubmissionResult(student, exam.assignment, rows, (note,))


def not_graded(student: str, exam: Exam, note: str) -> SubmissionResult:
    """The result of a submission that we failed to grade: no score, and the reason."""
    return _all(Submission(student, exam.assignment, problem=note), exam, "not_graded", None)


def _all(submission: Submission, exam: Exam, status: str, score: float | None) -> SubmissionResult:
    message = Message("open", submission.problem)
    rows = tuple(ExerciseResult(spec.name, score, spec.points, status, message=message) for spec in exam.specs)
    return SubmissionResult(submission.student, submission.assignment, rows, (submission.problem,))


def _grade_exercise(spec: Spec, aligned: Aligned, exam: Exam, sandbox: Sandbox) -> ExerciseResult:
    stub = exam.stub(spec.name)
    if spec.kind == "written":
        return _written(spec, aligned, stub.source)
    candidates = aligned.solutions[spec.name]
    if not candidates:
        said = Message("open", f"{spec.name}: there is no cell for it in what you handed in")
        return ExerciseResult(spec.name, 0.0, spec.points, "missing", message=said)
    worked = [index for index in candidates if not is_stub(aligned.cells[index].source, stub)]
    if not worked:
        return _result(_not_attempted(spec), explain(_not_attempted(spec)))
    # A doubled cell: the last one is what a notebook run from top to bottom ends up with.
    target = worked[-1]
    cells = aligned.cells_for(spec.name, target)
    verdict, plan = _best(spec, cells, target, sandbox)
    if verdict.passed or spec.kind == "answer":
        return _result(verdict, explain(verdict, which="checks"))
    shown = None
    if verdict.score or verdict.status not in ENDED:
        # What the student reads comes from the public cases, in a process that never held a hidden one.
        public = exam.public(spec.name)
        shown = verdict_of(public, sandbox.run(public, cells, target, plan))
    return _result(verdict, _feedback(verdict, shown, cells[target].source))


def _best(spec: Spec, cells: Sequence[CellCode], target: int, sandbox: Sandbox) -> tuple[Verdict, int]:
    """The best verdict over the ways to run the notebook, from the least of it to the whole; stops at full marks.

    So a sabotaging cell elsewhere costs an exercise nothing, and code that honestly rests on other cells has them.
    Returns which way it was, too.
    """
    best: Verdict | None = None
    chosen = 0
    for plan in range(MOST_PLANS):
        reply = sandbox.run(spec, cells, target, plan)
        if best is not None and reply.no_plan:
            break
        verdict = verdict_of(spec, reply)
        if best is None or verdict.score > best.score:
            best, chosen = verdict, plan
        # More of the notebook can't mend what ends the process when nothing else of it was run.
        # An answer that came out is the answer: another way to run the notebook would be another guess.
        answered = spec.kind == "answer" and reply.values is not None
        if best.passed or answered or (reply.alone and verdict.status in ENDED):
            break
    assert best is not None
    return best, chosen


def verdict_of(spec: Spec, reply: Reply) -> Verdict:
    """Judges a reply; cases that were not reached have the fault that ended the process."""
    if spec.kind == "function":
        rest = [Outcome(fault=reply.fault or Fault("crashed"))] * (len(spec.cases) - len(reply.outcomes))
        return judge(spec, [*reply.outcomes, *rest])
    if reply.values is None or len(reply.values) != len(spec.variables):
        # The cell failed before its variables were set: one case, without arguments, that stands for the whole.
        whole = replace(spec, kind="design", aspects={"value": ""}, cases=(Case("value", {}),), mistakes=())
        return judge(whole, [Outcome(fault=reply.fault or Fault("crashed"))])
    return judge_variables(spec, reply.values)


def _not_attempted(spec: Spec) -> Verdict:
    return Verdict(spec, (), dict.fromkeys(spec.aspects, False), None, None, "not_attempted")


def _written(spec: Spec, aligned: Aligned, stub: str) -> ExerciseResult:
    text = aligned.written.get(spec.name)
    if text is None:
        said = Message("open", f"{spec.name}: there is no cell for it in what you handed in")
        return ExerciseResult(spec.name, 0.0, spec.points, "missing", message=said)
    if text.split() == stub.split() or not text.strip():
        return ExerciseResult(
            spec.name, 0.0, spec.points, "not_attempted", message=Message("open", f"{spec.name}: not written yet")
        )
    said = Message("open", f"{spec.name}: will be read and graded by a person")
    return ExerciseResult(spec.name, None, spec.points, "manual", message=said)


def _feedback(hidden: Verdict, public: Verdict | None, source: str) -> Message:
    """What a student is told: which aspects earn points, and the smallest failing public case.

    Of the hidden cases only aspects, a mistake's name, an exception's type and the student's own line are shown.
    """
    spec = hidden.spec
    if hidden.status == "not_attempted":
        return explain(hidden)
    good, everything = sum(hidden.aspects.values()), len(hidden.aspects)
    title = f"{spec.name}: {good} of {everything} aspects pass the checks"
    aspects = tuple(hidden.aspects.items())
    if public is not None and public.failing is not None:
        shown = explain(public)
        return Message("fail", title, aspects, shown.rows, shown.notes)
    assert hidden.failing is not None
    notes = []
    if public is not None:
        notes.append(f"The public cases pass; others do not, in the aspect {hidden.failing.case.aspect!r}.")
    fault = hidden.failing.outcome.fault
    if fault is not None:
        notes += describe_fault(_without_secrets(fault, spec, source), spec.name)
    if hidden.mistake:
        notes.append(hidden.mistake.sentence)
    elif where := spec.aspects.get(hidden.failing.case.aspect):
        notes.append(f"Where to look: {where}")
    return Message("fail", title, aspects, notes=tuple(notes))


def _without_secrets(fault: Fault, spec: Spec, source: str) -> Fault:
    """A fault of a hidden case without what the student's process could have written into it."""
    known = getattr(builtins, fault.type_name, None)
    name = fault.type_name if isinstance(known, type) and issubclass(known, BaseException) else "an exception"
    lines = source.splitlines()
    line = lines[fault.line_number - 1].strip() if 0 < fault.line_number <= len(lines) else ""
    helper = next(
        (entry for entry in spec.forbidden if fault.message.split(".")[0] == entry.split(".")[0]), "another function"
    )
    return Fault(fault.kind, name, helper if fault.kind == "forbidden" else "", line, fault.line_number if line else 0)


def _result(verdict: Verdict, message: Message) -> ExerciseResult:
    spec = verdict.spec
    diagnosis = verdict.mistake.name if verdict.mistake else ""
    return ExerciseResult(spec.name, verdict.score, spec.points, verdict.status, diagnosis, message)
