"""An exercise tried on itself: what its known mistakes lose and are called, and whether its right variants pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.course import Exercise
from helpers.checking.calls import call
from helpers.checking.catching import to_judge
from helpers.checking.messages import explain
from helpers.checking.spec import Outcome, Spec
from helpers.checking.verdict import Verdict, judge, judge_variables

FEWEST_VARIANTS = 3
PUBLIC = "public cases"


@dataclass
class MistakeTrial:
    """What a known mistake came to.

    `failed` says for each aspect in how many draws it fails, `points` gives the most that it keeps in one. `message` is
    what `check` shows a student who makes it, `problems` what is wrong with it, and in which draws.
    """

    name: str
    failed: dict[str, int]
    points: float = 0.0
    message: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Trial:
    """What trying an exercise on some draws of its cases has shown; `draws` names these, the public ones first.

    `problems` are those of the exercise as a whole, of its reference and of its variants, each with its draws.
    """

    exercise: Exercise
    draws: list[str]
    aspects: tuple[str, ...]
    mistakes: list[MistakeTrial]
    problems: dict[str, list[str]]

    @property
    def all_problems(self) -> list[str]:
        """All that is wrong with the exercise, a line each; empty when it is fit for students."""
        found = [*self.problems.items()]
        for item in self.mistakes:
            found += [(f"{item.name} {said}", draws) for said, draws in item.problems.items()]
        return [f"{said}{self._where(draws)}" for said, draws in found]

    def _where(self, draws: list[str]) -> str:
        if not draws:
            return ""
        return " (every draw)" if len(draws) == len(self.draws) > 1 else f" ({', '.join(draws)})"


def try_out(exercise: Exercise, seeds: int, on_draw: Callable[[str], None] = lambda draw: None) -> Trial:
    """Tries an exercise on its public cases and on the hidden ones of the seeds 0 to `seeds` - 1.

    `on_draw` is told each draw's name before it is tried. CourseError when the exercise can't be run.
    """
    draws = [PUBLIC, *(f"seed {seed}" for seed in range(seeds))] if exercise.draw is not None else [PUBLIC]
    trial = Trial(exercise, draws, (), [], {said: [] for said in _incomplete(exercise)})
    for number, draw in enumerate(draws):
        on_draw(draw)
        spec = exercise.hidden(number - 1) if number else exercise.public()
        if not number:
            trial.aspects = tuple(spec.aspects)
            trial.mistakes = [MistakeTrial(name, dict.fromkeys(spec.aspects, 0)) for name in exercise.mistakes]
        for said in _right_ones(exercise, spec):
            trial.problems.setdefault(said, []).append(draw)
        for item in trial.mistakes:
            _try_mistake(item, spec, draw, exercise.mistakes[item.name][1])
    return trial


def _incomplete(exercise: Exercise) -> Iterator[str]:
    """What an exercise lacks."""
    if not exercise.hints:
        yield "there are no hints"
    if not exercise.mistakes:
        yield "there are no known mistakes"
    if exercise.kind == "function" and len(exercise.variants) < FEWEST_VARIANTS:
        yield f"it has {len(exercise.variants)} right variants: write at least {FEWEST_VARIANTS}"
    for aspect, where in exercise.aspects.items():
        if not where:
            yield f"the aspect {aspect!r} does not say where to look"
    for name, (sentence, _) in exercise.mistakes.items():
        if not sentence.rstrip().endswith((".", "?", "!")):
            yield f"the sentence of {name} does not end like a sentence"


def _right_ones(exercise: Exercise, spec: Spec) -> Iterator[str]:
    """What the reference and the variants lose, and aspects that no case tests."""
    tested = {case.aspect for case in spec.cases}
    yield from (f"no case tests the aspect {name!r}" for name in exercise.aspects if name not in tested)
    for name, right in (("the reference", exercise.reference), *exercise.variants.items()):
        verdict = _verdict(spec, right)
        if not verdict.passed:
            yield f"{name} {_failure(verdict)}"


def _failure(verdict: Verdict) -> str:
    """Why a verdict is not `correct`, in one line."""
    failing = verdict.failing
    fault = failing.outcome.fault if failing is not None else None
    if fault is not None and fault.kind == "forbidden":
        return f"calls {fault.message}, which the exercise forbids: write it without"
    said = "" if failing is None else failing.problem.text if failing.problem else _fault(failing.outcome)
    names = ", ".join(name for name, passed in verdict.aspects.items() if not passed)
    return " ".join(f"fails: {names}: {said}".split()) if names else "fails: it is not the answer"


def _fault(outcome: Outcome) -> str:
    return f"{outcome.fault.type_name}: {outcome.fault.message}" if outcome.fault else ""


def _try_mistake(item: MistakeTrial, spec: Spec, draw: str, wrong: Any) -> None:
    outcomes = _outcomes(spec, wrong)
    verdict = _judged(spec, wrong, outcomes)
    for name, passed in verdict.aspects.items():
        item.failed[name] += not passed
    item.points = max(item.points, verdict.score)
    if draw == PUBLIC:
        item.message = explain(verdict).text()
    if said := _unfit(item, spec, verdict, wrong, outcomes):
        item.problems.setdefault(said, []).append(draw)


def _unfit(item: MistakeTrial, spec: Spec, verdict: Verdict, wrong: Any, outcomes: list[Outcome]) -> str:
    """What is wrong with a mistake in one draw; empty where it loses points and is named."""
    if verdict.passed:
        return "loses no points"
    if verdict.registered is None:
        others = [other.name for other in spec.mistakes if _confused(spec, item.name, other.name, wrong, outcomes)]
        return f"is not told from {' or '.join(others)}" if others else "is not named"
    return "" if verdict.registered.name == item.name else f"is named {verdict.registered.name}"


def _confused(spec: Spec, name: str, other: str, wrong: Any, outcomes: list[Outcome]) -> bool:
    """Whether a mistake that is named when it is the only one known is not named beside `other`."""

    def named(*known: str) -> bool:
        mistakes = tuple(mistake for mistake in spec.mistakes if mistake.name in known)
        return _judged(replace(spec, mistakes=mistakes), wrong, outcomes).registered is not None

    return name != other and named(name) and not named(name, other)


def _verdict(spec: Spec, implementation: Any) -> Verdict:
    return _judged(spec, implementation, _outcomes(spec, implementation))


def _outcomes(spec: Spec, implementation: Any) -> list[Outcome]:
    """What a function gives for each case; nothing for an answer's variables."""
    if spec.kind != "function":
        return []
    with np.errstate(all="ignore"):
        return [call(implementation, spec, case) for case in spec.cases]


def _judged(spec: Spec, implementation: Any, outcomes: list[Outcome]) -> Verdict:
    if spec.kind == "function":
        return judge(spec, outcomes)
    values = implementation if spec.kind == "design" else (implementation,)
    return judge_variables(spec, to_judge(spec.suspects, values))
