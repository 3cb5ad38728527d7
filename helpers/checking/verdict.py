"""From outcomes to a verdict: which aspects pass, which failing case to show, the mistake's name and the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .answers import judge_answer
from .named import named
from .spec import UNCHANGED, Case, Mistake, Outcome, Spec
from .values import Problem, as_array, problem

# So many wrong numbers have to agree before one aspect alone names a mistake.
MIN_NUMBERS = 3

# When the function returned values, an aspect says where to look; otherwise the exception or the limit does.
RETURNED = ("partial", "wrong")


@dataclass(frozen=True)
class Judged:
    """One case and its outcome; `got` is the value that was compared, `problem` is None when it is right."""

    case: Case
    outcome: Outcome
    got: Any
    problem: Problem | None

    @property
    def passed(self) -> bool:
        return self.problem is None and self.outcome.fault is None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one exercise.

    `aspects` maps each aspect to whether all of its cases pass; `guess` is the known mistake behind a wrong answer.
    """

    spec: Spec
    judged: tuple[Judged, ...]
    aspects: dict[str, bool]
    status: str
    guess: Mistake | None = None

    @property
    def mistake(self) -> Mistake | None:
        """The known mistake, when the outcomes match exactly one."""
        return self.guess or self._named[0]

    @cached_property
    def failing(self) -> Judged | None:
        """The failing case to show: the smallest one on which the named mistake shows.

        When no mistake is named but an aspect's advice is given, it is the smallest of the first aspect that fails:
        aspects go from basic to subtle.
        """
        wrong = [item for item in self.judged if not item.passed]
        mistake, where = self._named
        if mistake is None and self.status in RETURNED:
            failing = {item.case.aspect for item in wrong}
            where = {next((name for name in self.aspects if name in failing), UNCHANGED)}
        shown = [item for item in wrong if item.case.aspect in where] or wrong
        if not shown and UNCHANGED in self.aspects:
            return next((item for item in self.judged if item.outcome.changed), None)
        return min(shown, key=lambda item: item.case.size, default=None)

    @cached_property
    def _named(self) -> tuple[Mistake | None, set[str]]:
        """The known mistake, and the aspects that identify it."""
        return _name_mistake(self.spec, self.judged) if self.judged and not self.passed else (None, set())

    @property
    def passed(self) -> bool:
        """True when every aspect passes."""
        return self.status == "correct"

    @property
    def score(self) -> float:
        """Points earned, in hundredths: the share of aspects that pass, each with its weight."""
        if not self.aspects or self.status == "forbidden":
            return self.spec.points if self.passed else 0.0
        weights = {name: self.spec.weights.get(name, 1) for name in self.aspects}
        earned = sum(weights[name] for name, passed in self.aspects.items() if passed)
        return round(self.spec.points * earned / sum(weights.values()), 2)


def judge(spec: Spec, outcomes: Sequence[Outcome]) -> Verdict:
    """Judges the outcomes of `spec.cases`, given in the same order."""
    judged = tuple(_judge_case(spec, case, outcome) for case, outcome in zip(spec.cases, outcomes, strict=True))
    aspects = dict.fromkeys(spec.aspects, True)
    for item in judged:
        aspects[item.case.aspect] = aspects[item.case.aspect] and item.passed
    if UNCHANGED in aspects:
        # Leaving inputs unchanged earns nothing unless the basic cases are right as well.
        aspects[UNCHANGED] = aspects[next(iter(spec.aspects))] and not any(item.outcome.changed for item in judged)
    return Verdict(spec, judged, aspects, _status(aspects, judged))


def judge_variables(spec: Spec, values: Sequence[Any]) -> Verdict:
    """Judges the plain values of an exercise's variables: an answer by its digest, a design on every case."""
    if all(value is None for value in values):
        return Verdict(spec, (), dict.fromkeys(spec.aspects, False), "not_attempted")
    if spec.kind == "design":
        return judge(spec, [Outcome(value=tuple(values))] * len(spec.cases))
    right, guess = judge_answer(spec, values[0])
    return Verdict(spec, (), {}, "correct" if right else "wrong", guess)


def compared(spec: Spec, case: Case, outcome: Outcome) -> tuple[Any, Problem | None]:
    """The value to compare for a case, and what is wrong with the outcome's value itself, if anything."""
    if not spec.observe or outcome.fault:
        return outcome.value, None
    try:
        return named("observers", spec.observe)(outcome.value, *case.arguments.values()), None
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        return outcome.value, Problem("type", str(error))


def _judge_case(spec: Spec, case: Case, outcome: Outcome) -> Judged:
    got, wrong = compared(spec, case, outcome)
    if outcome.fault is None and wrong is None:
        wrong = problem(case.expected, got, spec.integers)
    return Judged(case, outcome, got, wrong)


def _name_mistake(spec: Spec, judged: tuple[Judged, ...]) -> tuple[Mistake | None, set[str]]:
    """The one mistake whose outcomes equal the student's, and the aspects on which they do: all, or one that fails.

    One aspect is enough, since people combine mistakes: a flipped filter is still one in code that also overflows on
    uint8. On one aspect only wrong values count. Exceptions can agree by chance, and right values agree wherever a
    mistake doesn't show. A student who is right in an aspect that a mistake gets wrong has not made that mistake.
    """
    failing = [name for name in spec.aspects if any(item.case.aspect == name and not item.passed for item in judged)]
    right = [index for index, item in enumerate(judged) if item.case.aspect not in failing]
    for aspects in (set(spec.aspects), *({name} for name in failing)):
        chosen = [index for index, item in enumerate(judged) if item.case.aspect in aspects]
        numbers = sum(_numbers(judged[index].got) for index in chosen if judged[index].problem is not None)
        if numbers < MIN_NUMBERS and len(aspects) < len(spec.aspects):
            continue
        fitting = [
            mistake
            for mistake in spec.mistakes
            if all(_same(mistake.outcomes[index], judged[index], spec.integers) for index in chosen)
            and all(_right(spec, judged[index].case, mistake.outcomes[index]) for index in right)
        ]
        if len(fitting) == 1:
            return fitting[0], aspects
    return None, set()


def _right(spec: Spec, case: Case, known: Outcome) -> bool:
    """Whether a known mistake's outcome on a case is right."""
    return known.fault is None and problem(case.expected, known.value, spec.integers) is None


def _numbers(value: Any) -> int:
    array = as_array(value)
    return 1 if array is None else array.size


def _same(known: Outcome, item: Judged, types_matter: bool) -> bool:
    """Whether a known mistake's outcome on a case equals the student's."""
    if known.fault or item.outcome.fault:
        return bool(known.fault and item.outcome.fault and known.fault.type_name == item.outcome.fault.type_name)
    if known.changed != item.outcome.changed or problem(known.value, item.got) is not None:
        return False
    return not types_matter or _kind(known.value) == _kind(item.got)


def _kind(value: Any) -> str:
    """The kind of number, since returning a size as a float is a mistake of its own."""
    array = as_array(value)
    return "" if array is None else ("i" if array.dtype.kind in "iu" else array.dtype.kind)


def _status(aspects: dict[str, bool], judged: tuple[Judged, ...]) -> str:
    if all(aspects.values()):
        return "correct"
    faults = [item.outcome.fault for item in judged if item.outcome.fault]
    if (
        judged
        and len(faults) == len(judged)
        and all(fault.kind == "not_written" and not fault.message for fault in faults)
    ):
        return "not_attempted"
    for kind in ("forbidden", "crashed", "memory", "timeout"):
        if any(fault.kind == kind for fault in faults):
            return kind
    if any(aspects.values()):
        return "partial"
    return "error" if faults else "wrong"
