"""Grading one submission: run what is needed behind the wall, compare here."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import WAYS, CellCode
from helpers.checking.messages import Message, describe_fault, explain, told_aspects
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.verdict import GIVEN_BACK, Verdict, judge, judge_variables

from .align import Aligned, align, is_stub
from .exam import Exam
from .result import ExerciseResult, SubmissionResult
from .submission import Submission

USED_UP = "it used up the time of a submission: what came after had a part of the usual time"
ENDED = ("timeout", "memory", "crashed")
SHARE = 3  # the part of one exercise's time for a first try that does more in one process than judge one exercise


def grade(submission: Submission, exam: Exam, sandbox: Sandbox) -> SubmissionResult:
    """All exercises of one submission. What goes wrong in one of them costs only that one."""
    name, assignment = submission.student, submission.assignment
    if submission.refused:
        return _all(submission, exam, "not_graded", None)
    if submission.problem:
        return _all(submission, exam, "not_attempted", 0.0)
    aligned = align(submission, exam)
    sandbox = sandbox.requiring(exam.requires)
    sandbox.begin()
    tasks: list[ExerciseRun] = []
    results: dict[str, ExerciseResult] = {}
    for spec in exam.specs:
        found = to_run(spec, aligned, exam)
        if isinstance(found, ExerciseRun):
            tasks.append(found)
        else:
            results[spec.name] = found
    results |= _settled_in_company(tasks, aligned.cells, sandbox)
    for task in tasks:
        if task.spec.name not in results:
            results[task.spec.name] = _grade_alone(task, aligned.cells[: task.end], exam, sandbox)
    ordered = tuple(results[spec.name] for spec in exam.specs)
    late = (USED_UP,) if sandbox.used_up else ()
    return SubmissionResult(name, assignment, ordered, (*submission.notes, *aligned.notes, *late))


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


def to_run(spec: Spec, aligned: Aligned, exam: Exam) -> ExerciseRun | ExerciseResult:
    """What has to be run for an exercise; its result where that is known without."""
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
    return ExerciseRun(spec, worked[-1], aligned.end(spec.name, worked[-1]))


def _settled_in_company(
    tasks: Sequence[ExerciseRun], cells: Sequence[CellCode], sandbox: Sandbox
) -> dict[str, ExerciseResult]:
    """The exercises that get full marks when they are run one after another in one process.

    A process each costs many times the work of most exercises. Nothing could add to full marks, so they are settled;
    whatever else comes out here may be another exercise's doing, and is not looked at. What one of them forbids is
    forbidden to all, since they could pass it on; who may use it is run alone after all. An answer is settled when it
    is a plain number or text. Others are not run in company: what is run twice has two guesses.
    """
    if len(tasks) < 2:
        return {}
    replies = sandbox.run_in_company(cells, tasks, sandbox.limits.shortened(SHARE))
    settled = {}
    for task, reply in zip(tasks, replies, strict=True):
        verdict = verdict_of(task.spec, reply)
        answered = task.spec.kind == "answer" and reply.values is not None
        if reply.whole and (verdict.passed or answered):
            settled[task.spec.name] = _result(verdict, explain(verdict, which="checks"))
    return settled


def _grade_alone(task: ExerciseRun, cells: Sequence[CellCode], exam: Exam, sandbox: Sandbox) -> ExerciseResult:
    """Runs an exercise in processes of its own, by each way to run the notebook, and takes the best.

    From the least of it to the whole, up to full marks: so a sabotaging cell elsewhere costs an exercise nothing, and
    code that honestly rests on other cells has them.
    """
    spec = task.spec
    best: Verdict | None = None
    for plan in range(len(WAYS)):
        reply, public = _run(task, cells, plan, exam, sandbox)
        verdict = verdict_of(spec, reply)
        if best is None or verdict.score > best.score:
            best, shown, way = verdict, public, plan
        # More of the notebook can't mend what ends the process when nothing else of it was run.
        # An answer that came out is the answer: another way to run the notebook would be another guess.
        answered = spec.kind == "answer" and reply.values is not None
        if best.passed or answered or not reply.more or (reply.self_contained and verdict.status in ENDED):
            break
    assert best is not None
    if best.passed or spec.kind == "answer":
        return _result(best, explain(best, which="checks"))
    if best.status in ENDED and not best.score:
        return _result(best, _feedback(best, None, cells[task.target].source))
    cases = exam.public(spec.name)
    seen = verdict_of(cases, shown or sandbox.run(cases, cells, task.target, way))
    return _result(best, _feedback(best, seen, cells[task.target].source))


def _run(
    task: ExerciseRun, cells: Sequence[CellCode], plan: int, exam: Exam, sandbox: Sandbox
) -> tuple[Reply, Reply | None]:
    """What one way to run the notebook gives on the hidden cases, and on the public ones if these came through, too.

    What a student reads comes from the public cases, before the process has a hidden one. Variables serve for both.
    """
    spec, target = task.spec, task.target
    if spec.kind != "function":
        reply = sandbox.run(spec, cells, target, plan, ask_more=True)
        return reply, reply
    limits = sandbox.limits.shortened(SHARE)
    public, hidden = sandbox.run_then(exam.public(spec.name), spec, cells, target, plan, limits)
    if not hidden.whole:
        hidden = sandbox.run(spec, cells, target, plan, ask_more=True)
    return hidden, public if public.whole else None


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
    return Verdict(spec, (), dict.fromkeys(spec.aspects, False), "not_attempted")


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
    told = told_aspects(hidden)
    title = f"{spec.name}: {sum(told.values())} of {len(told)} aspects pass the checks"
    aspects = tuple(told.items())
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
    elif (where := spec.aspects.get(hidden.failing.case.aspect)) and hidden.status in GIVEN_BACK:
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
    # How a process ended is the judge's own finding, so its words stay.
    message = {"forbidden": helper, "crashed": fault.message}.get(fault.kind, "")
    return Fault(fault.kind, name, message, line, fault.line_number if line else 0)


def _result(verdict: Verdict, message: Message) -> ExerciseResult:
    spec = verdict.spec
    diagnosis = verdict.mistake.name if verdict.mistake else ""
    return ExerciseResult(spec.name, verdict.score, spec.points, verdict.status, diagnosis, message)
