"""Which process runs what: exercises that are right together in one, the others each by ways of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import WAYS, CellCode
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.verdict import Verdict, judge, judge_variables

FIRST_TRY_FACTOR = 3  # the time for one exercise, divided: for a try that does more in one process than judge one
ENDED = ("timeout", "memory", "crashed")


@dataclass(frozen=True)
class Judgement:
    """The verdicts by the hidden cases, and by the public ones where a student sees one of these.

    `target` is the cell that has the work; None where nothing is written, or the process ended before it was found.
    """

    hidden: Verdict
    public: Verdict | None
    target: int | None


def settled_together(runs: Sequence[ExerciseRun], cells: Sequence[CellCode], sandbox: Sandbox) -> dict[str, Judgement]:
    """The exercises that get full marks when they are run one after another in one process.

    A process each costs many times the work of most exercises. Nothing could add to full marks, so they are settled;
    whatever else comes out here may be another exercise's doing, and is not looked at. What one of them forbids is
    forbidden to all, since they could pass it on; who may use it is run separately after all. An answer is settled
    when it is a literal. Others are not run together: what is run twice has two guesses.
    """
    if len(runs) < 2:
        return {}
    replies = sandbox.run_together(cells, runs, sandbox.limits.shortened(FIRST_TRY_FACTOR))
    settled: dict[str, Judgement] = {}
    for run, reply in zip(runs, replies, strict=True):
        verdict = verdict_of(run.spec, reply)
        answered = run.spec.kind == "answer" and reply.values is not None
        if reply.whole and (verdict.passed or answered):
            settled[run.spec.name] = Judgement(verdict, None, reply.target)
    return settled


def run_separately(run: ExerciseRun, cells: Sequence[CellCode], public: Spec, sandbox: Sandbox) -> Judgement:
    """Runs an exercise in processes of its own, by each way to run the notebook, and takes the best.

    From the least of it to the whole, up to full marks: so a sabotaging cell elsewhere costs an exercise nothing, and
    code that honestly rests on other cells has them.
    """
    spec = run.spec
    best: Verdict | None = None
    for plan in range(len(WAYS)):
        reply, public_reply = _run(run, cells, plan, public, sandbox)
        verdict = verdict_of(spec, reply)
        if best is None or verdict.score > best.score:
            best, best_public, best_plan, target = verdict, public_reply, plan, reply.target
        # More of the notebook can't mend what ends the process when nothing else of it was run.
        # An answer that came out is the answer: another way to run the notebook would be another guess.
        answered = spec.kind == "answer" and reply.values is not None
        ended_by_itself = reply.self_contained and verdict.status in ENDED
        if best.passed or answered or ended_by_itself or not reply.more:
            break
    assert best is not None
    if best.passed or spec.kind == "answer" or (best.status in ENDED and not best.score):
        return Judgement(best, None, target)
    public_verdict = verdict_of(public, best_public or sandbox.run(replace(run, spec=public), cells, best_plan))
    return Judgement(best, public_verdict, target)


def _run(
    run: ExerciseRun, cells: Sequence[CellCode], plan: int, public: Spec, sandbox: Sandbox
) -> tuple[Reply, Reply | None]:
    """What one way to run the notebook gives on the hidden cases, and on the public ones if these came through, too.

    What a student reads comes from the public cases, before the process has a hidden one. Variables serve for both.
    """
    if run.spec.kind != "function":
        reply = sandbox.run(run, cells, plan, ask_more=True)
        return reply, reply
    limits = sandbox.limits.shortened(FIRST_TRY_FACTOR)
    early, late = sandbox.run_then(replace(run, spec=public), run.spec, cells, plan, limits)
    if not late.whole:
        late = sandbox.run(run, cells, plan, ask_more=True)
    return late, early if early.whole else None


def verdict_of(spec: Spec, reply: Reply) -> Verdict:
    """Judges a reply; cases that were not reached have the fault that ended the process."""
    fault = reply.fault or Fault("crashed")
    if spec.kind == "function":
        rest = [Outcome(fault=fault)] * (len(spec.cases) - len(reply.outcomes))
        return judge(spec, [*reply.outcomes, *rest])
    if reply.values is None or len(reply.values) != len(spec.variables):
        # The cell failed before its variables were set: one case, without arguments, that stands for the whole.
        whole = replace(spec, kind="design", aspects={"value": ""}, cases=(Case("value", {}),), mistakes=())
        return judge(whole, [Outcome(fault=fault)])
    return judge_variables(spec, reply.values)
