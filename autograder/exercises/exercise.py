"""The exercise object: one place for a reference, its cases, known mistakes, hints and points.

book = Notebook("02_filters_1d")

@book.exercise(points=2, aspects={"values": "..."}, hints=["..."])
def conv1d_valid(x, w):
    ...the reference...

@conv1d_valid.cases
def _(rng):
    yield "values", dict(x=rng.integers(-4, 5, 7), w=rng.integers(-3, 4, 3))

@conv1d_valid.mistake("flipped_filter", "Your output is what you get when the filter is flipped.")
def _(x, w):
    ...
"""

from __future__ import annotations

import copy
import importlib.util
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.checking.calls import call
from helpers.checking.spec import UNCHANGED, Case, Mistake, Outcome, Spec, answer_digest
from helpers.checking.values import plain
from helpers.checking.verdict import compared

PUBLIC_SEED = 0
Draw = Callable[[np.random.Generator], Iterable[tuple[str, dict[str, Any]]]]


@dataclass
class Exercise:
    """One exercise. Calling it calls its reference implementation.

    `aspects` names the parts of the credit, in order, each with where to look when it fails. The aspect
    "inputs unchanged" is added when a case has an array among its arguments. `weights` is for aspects that
    count more than 1.
    """

    name: str
    notebook: str
    kind: str
    points: float
    reference: Any = None
    aspects: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    integers: bool = False
    derive: str = ""
    probe: str = ""
    requires: tuple[str, ...] = ()
    worked: tuple[tuple[str, dict[str, Any]], ...] = ()
    draw: Draw | None = None
    mistakes: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.reference(*args, **kwargs)

    def cases(self, draw: Draw) -> Draw:
        """Decorator for the generator of cases: yields (aspect, arguments) pairs from a random generator.

        Public and hidden cases come from the same generator with different seeds.
        """
        self.draw = draw
        return draw

    def mistake(self, name: str, sentence: str, wrong: Any = None) -> Any:
        """Registers a known wrong implementation: a decorator for functions, a direct call for answers."""
        if name in self.mistakes:
            raise ValueError(f"{self.name}: two mistakes are called {name}")

        def register(implementation: Any) -> Any:
            self.mistakes[name] = (sentence, implementation)
            return implementation

        return register if wrong is None else register(wrong)

    def public(self) -> Spec:
        """The specification that ships with the notebook: the lecture's worked cases and those from the public seed."""
        return self._spec([*self.worked, *self._drawn(PUBLIC_SEED)])

    def hidden(self, seed: int) -> Spec:
        """The specification used for grading: cases drawn from `seed`, without the worked ones."""
        return self._spec(list(self._drawn(seed + 1)))

    def _drawn(self, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.draw is not None:
            # The name is part of the seed, so that exercises don't share random numbers.
            yield from self.draw(np.random.default_rng([seed, *self.name.encode()]))

    def _spec(self, drawn: list[tuple[str, dict[str, Any]]]) -> Spec:
        parameters = inspect.signature(self.reference).parameters.values() if callable(self.reference) else ()
        required = tuple(item.name for item in parameters if item.default is inspect.Parameter.empty)
        spec = Spec(
            name=self.name,
            notebook=self.notebook,
            kind=self.kind,
            points=self.points,
            weights=self.weights,
            hints=self.hints,
            required=required,
            variables=self.variables,
            forbidden=self.forbidden,
            integers=self.integers,
            derive=self.derive,
            probe=self.probe,
            requires=self.requires,
        )
        if self.kind == "answer":
            return self._answer_spec(spec)
        expected = [self._outcome(spec, self.reference, aspect, arguments) for aspect, arguments in drawn]
        cases = []
        for (aspect, arguments), outcome in zip(drawn, expected):
            if aspect not in self.aspects:
                raise ValueError(f"{self.name}: a case has the aspect {aspect!r}, which is not in its aspects")
            if outcome.fault or outcome.changed:
                raise ValueError(f"{self.name}: the reference fails on {arguments}: {outcome}")
            cases.append(Case(aspect, arguments, outcome.value))
        aspects = dict(self.aspects)
        if stray := self.weights.keys() - aspects:
            raise ValueError(f"{self.name}: there is a weight for {sorted(stray)}, which is not in its aspects")
        arrays = any(_has_array(value) for case in cases for value in case.arguments.values())
        if arrays and (required or not self.derive):
            aspects.setdefault(UNCHANGED, "the function must not change its arguments: work on a copy.")
        mistakes = tuple(
            Mistake(name, sentence, tuple(self._outcome(spec, wrong, *item) for item in drawn))
            for name, (sentence, wrong) in self.mistakes.items()
        )
        return _replace(spec, aspects=aspects, cases=tuple(cases), mistakes=mistakes)

    def _answer_spec(self, spec: Spec) -> Spec:
        answers = {answer_digest(self.name, self.reference): ""}
        answers |= {answer_digest(self.name, wrong): name for name, (_, wrong) in self.mistakes.items()}
        mistakes = tuple(Mistake(name, sentence) for name, (sentence, _) in self.mistakes.items())
        return _replace(spec, answers=answers, mistakes=mistakes)

    def _outcome(self, spec: Spec, implementation: Any, aspect: str, arguments: dict[str, Any]) -> Outcome:
        case = Case(aspect, copy.deepcopy(arguments))
        if self.kind == "design":
            outcome = Outcome(value=plain(tuple(implementation)))
        else:
            with np.errstate(all="ignore"):
                outcome = call(implementation, _replace(spec, forbidden=()), case)
        value, wrong = compared(spec, case, outcome)
        if wrong:
            raise ValueError(f"{self.name}: {wrong.text}")
        fault = outcome.fault and type(outcome.fault)(outcome.fault.kind, outcome.fault.type_name)
        return Outcome(value, fault, outcome.changed)


@dataclass
class Notebook:
    """All exercises of one notebook, in order; `requires` are packages that only they need, imported on use."""

    name: str
    requires: tuple[str, ...] = ()
    exercises: list[Exercise] = field(default_factory=list)

    def lacking(self) -> list[str]:
        """The required packages that are not installed here."""
        return [name for name in self.requires if importlib.util.find_spec(name) is None]

    def exercise(self, points: float, **options: Any) -> Callable[[Callable[..., Any]], Exercise]:
        """Decorator that makes a reference function an Exercise of this notebook."""

        def register(reference: Callable[..., Any]) -> Exercise:
            return self._add(reference.__name__, "function", points, reference=reference, **options)

        return register

    def answer(self, name: str, value: float | str, points: float, **options: Any) -> Exercise:
        """An exercise whose answer is a number or a choice, in a variable with the exercise's name."""
        return self._add(name, "answer", points, reference=value, variables=(name,), **options)

    def design(self, name: str, variables: dict[str, Any], points: float, derive: str, **options: Any) -> Exercise:
        """An exercise answered by a set of variables, judged by a function of `helpers.checking.derive`."""
        return self._add(
            name,
            "design",
            points,
            reference=tuple(variables.values()),
            variables=tuple(variables),
            derive=derive,
            **options,
        )

    def written(self, name: str, points: float) -> Exercise:
        """An exercise answered in words and graded by hand."""
        return self._add(name, "written", points)

    def _add(self, name: str, kind: str, points: float, **options: Any) -> Exercise:
        if any(item.name == name for item in self.exercises):
            raise ValueError(f"{self.name}: two exercises are called {name}")
        for key in ("hints", "worked", "forbidden"):
            options[key] = tuple(options.get(key, ()))
        exercise = Exercise(name, self.name, kind, points, requires=self.requires, **options)
        self.exercises.append(exercise)
        return exercise


def _replace(spec: Spec, **changes: Any) -> Spec:
    return Spec(**{**vars(spec), **changes})


def _has_array(value: Any) -> bool:
    if isinstance(value, (dict, list, tuple)):
        return any(_has_array(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)
