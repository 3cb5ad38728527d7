"""Which process runs what: exercises that are right together in one, the others each by ways of its own.

What a student is shown of a call comes from before any process of the submission has had a hidden case. Else code could
leave a hidden input somewhere, in a file's access time for example, and have a later public call tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import WAYS, CellCode
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.verdict import Verdict, judge, judge_variables

from .exposing import with_reports

TOGETHER_FACTOR = 3  # the time for one exercise, divided: for a try of all in one process
ENDED = ("timeout", "memory", "crashed")


@dataclass(frozen=True)
class Judgement:
    """The verdicts by the hidden cases, and by the public ones where a student sees one of these.

    `target` is the cell that has the work; None where nothing is written, or the process ended before it was found.
    With `doubtful`, aspects that pass rest on what the code could have made up, see `credible`.
    """

    hidden: Verdict
    public: Verdict | None
    target: int | None
    doubtful: bool = False


def judge_all(
    runs: Sequence[ExerciseRun],
    cells: Sequence[CellCode],
    public: Callable[[str], Spec],
    sandbox: Sandbox,
    enough: Callable[[], bool],
) -> dict[str, Judgement]:
    """Judges the exercises of a submission; `public` gives an exercise's public specification.

    All public cases are run before the first hidden one. A process each costs many times the work of most exercises, so
    they are tried together. Nothing could add to full marks, so what has them is settled; whatever else comes out there
    may be another exercise's doing. What one of them forbids is forbidden to all, since they could pass it on; who may
    use it is run separately after all. An answer is settled when it is a literal. Others are not run together: what is
    run twice has two guesses.

    Once `enough()`, what is left has no judgement.
    """
    functions = [run for run in runs if run.spec.kind == "function"]
    judged, shown, all_run = _first_try(runs, cells, public, sandbox)
    undisturbed = [run for run in functions if run.spec.name in shown]
    for run in runs:
        name = run.spec.name
        if name in judged or name in shown or enough():
            continue
        if run.spec.kind == "function":
            shown[name] = _public_replies(replace(run, spec=public(name)), cells, sandbox)
        else:
            judged[name] = _judged_variables(run, cells, public(name), sandbox)
    if not all_run:
        judged |= _settled(undisturbed, cells, sandbox)
    for run in functions:
        name = run.spec.name
        if name in shown and name not in judged and not enough():
            judged[name] = _judged_function(run, cells, public(name), shown[name], sandbox)
    return judged


def _first_try(
    runs: Sequence[ExerciseRun], cells: Sequence[CellCode], public: Callable[[str], Spec], sandbox: Sandbox
) -> tuple[dict[str, Judgement], dict[str, dict[int, Reply]], bool]:
    """All exercises in one process, which is given the hidden cases unless some public ones have to be run again first.

    Gives judgements, the public replies of functions that nothing has disturbed, by plan, and whether the hidden cases
    were run.
    """
    if not runs:
        return {}, {}, True
    functions = [run for run in runs if run.spec.kind == "function"]

    def hidden_cases(replies: list[Reply]) -> list[Spec]:
        return [run.spec for run in functions] if all(map(_may_go_on, runs, replies)) else []

    first = [replace(run, spec=public(run.spec.name)) if run.spec.kind == "function" else run for run in runs]
    limits = sandbox.limits.shortened(TOGETHER_FACTOR)
    replies, hidden = sandbox.run_together(cells, first, limits, hidden_cases)
    judged = _right_ones(functions, hidden)
    shown: dict[str, dict[int, Reply]] = {}
    for run, given in zip(runs, replies, strict=True):
        reply = with_reports(run.spec, given, sandbox)
        if _is_clear(run, reply):
            if run.spec.kind == "function":
                shown[run.spec.name] = {0: reply}
            else:
                judged[run.spec.name] = _verdict_alone(run, reply)
    return judged, shown, bool(hidden)


def _may_go_on(run: ExerciseRun, reply: Reply) -> bool:
    """Whether the process of this reply may be given hidden cases. Inputs that expose functions are tried later."""
    return (reply.whole and reply.values is not None) if run.spec.suspects else _is_clear(run, reply)


def _is_clear(run: ExerciseRun, reply: Reply) -> bool:
    """Whether a reply from a process with others is what the exercise would give by itself.

    Of a function's reply to public cases: it returned values, or nothing is written. Wrong ones may be due to another
    exercise all the same; then the hidden cases, which are run separately, come out right, and nothing is shown.
    """
    if run.spec.kind == "function":
        unhurt = reply.fault is None and all(outcome.fault is None for outcome in reply.outcomes)
        return reply.whole and (unhurt or reply.target is None)
    return reply.whole and reply.values is not None and (run.spec.kind == "answer" or _passes(run, reply))


def _passes(run: ExerciseRun, reply: Reply) -> bool:
    verdict = verdict_of(run.spec, reply)
    return reply.whole and verdict.passed and not _is_doubtful(verdict, reply)


def _is_doubtful(verdict: Verdict, reply: Reply) -> bool:
    return not reply.credible and any(verdict.aspects[name] for name in verdict.spec.watched)


def _right_ones(runs: Sequence[ExerciseRun], replies: Sequence[Reply]) -> dict[str, Judgement]:
    """Judgements of those that get full marks; there are no replies where they were not run."""
    return {run.spec.name: _verdict_alone(run, reply) for run, reply in zip(runs, replies) if _passes(run, reply)}


def _verdict_alone(run: ExerciseRun, reply: Reply) -> Judgement:
    return Judgement(verdict_of(run.spec, reply), None, reply.target)


def _settled(functions: Sequence[ExerciseRun], cells: Sequence[CellCode], sandbox: Sandbox) -> dict[str, Judgement]:
    """The functions that get full marks when they are run one after another in one process."""
    if len(functions) < 2:
        return {}
    replies, _ = sandbox.run_together(cells, functions, sandbox.limits.shortened(TOGETHER_FACTOR))
    return _right_ones(functions, replies)


def _public_replies(run: ExerciseRun, cells: Sequence[CellCode], sandbox: Sandbox) -> dict[int, Reply]:
    """What a function gives on its public cases, by each way to run the notebook until these pass."""
    replies: dict[int, Reply] = {}
    for plan, reply, verdict in _ways(run, cells, sandbox):
        replies[plan] = reply
        if verdict.passed:
            break
    return replies


def _judged_variables(run: ExerciseRun, cells: Sequence[CellCode], public: Spec, sandbox: Sandbox) -> Judgement:
    """Judges variables, which no case is needed for: the same values serve for what is shown."""
    best, reply, _ = _best(run, cells, sandbox)
    shown = None if run.spec.kind == "answer" else _shown(best, public, reply)
    return Judgement(best, shown, reply.target)


def _judged_function(
    run: ExerciseRun, cells: Sequence[CellCode], public: Spec, shown: Mapping[int, Reply], sandbox: Sandbox
) -> Judgement:
    """Judges a function by its hidden cases; `shown` has its replies to the public ones, by plan."""
    best, reply, plan = _best(run, cells, sandbox)
    seen = _shown(best, public, shown.get(plan) or shown[max(shown)])
    return Judgement(best, seen, reply.target, _is_doubtful(best, reply))


def _shown(hidden: Verdict, public: Spec, reply: Reply) -> Verdict | None:
    if hidden.passed or (hidden.status in ENDED and not hidden.score):
        return None
    return verdict_of(public, reply)


def _best(run: ExerciseRun, cells: Sequence[CellCode], sandbox: Sandbox) -> tuple[Verdict, Reply, int]:
    """The best verdict that a way to run the notebook gives, its reply and its plan.

    From the least of it to the whole, up to full marks: so a sabotaging cell elsewhere costs an exercise nothing, and
    code that honestly rests on other cells has them.
    """
    best: tuple[Verdict, Reply, int] | None = None
    for plan, reply, verdict in _ways(run, cells, sandbox):
        if best is None or verdict.score > best[0].score:
            best = verdict, reply, plan
        # An answer that came out is the answer: another way to run the notebook would be another guess.
        if verdict.passed or (run.spec.kind == "answer" and reply.values is not None):
            break
    assert best is not None
    return best


def _ways(run: ExerciseRun, cells: Sequence[CellCode], sandbox: Sandbox) -> Iterator[tuple[int, Reply, Verdict]]:
    """What each way to run the notebook gives: its plan, the reply, and the verdict. Each has a process of its own."""
    for plan in range(len(WAYS)):
        reply = with_reports(run.spec, sandbox.run(run, cells, plan, ask_more=True), sandbox)
        verdict = verdict_of(run.spec, reply)
        yield plan, reply, verdict
        # More of the notebook can't mend what ends the process when nothing else of it was run.
        ended_by_itself = reply.self_contained and verdict.status in ENDED
        if ended_by_itself or not reply.more:
            return


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
