"""The exercise object: one place for a reference, its cases, known mistakes, right variants and hints.

@exercise(points=2, aspects={"values": "..."}, hints=["..."])
def median(x):
    ...the reference...

@median.cases
def _(rng):
    yield "values", {"x": rng.integers(-4, 5, 7)}

@median.mistake("mean", "Your output is the mean: a single large number moves it.")
def _(x):
    ...

@median.variant
def one_loop(x):
    ...

@median.steps
def _(x):
    return {"ordered": np.sort(x)}
"""

from __future__ import annotations

import copy
import inspect
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from helpers.checking.calls import call
from helpers.checking.catching import YES, to_judge
from helpers.checking.raised import reason
from helpers.checking.spec import UNCHANGED, Case, Fault, Mistake, Outcome, Spec, answer_digest
from helpers.checking.verdict import compared

from .errors import CourseError
from .when_asked import WhenAsked

PUBLIC_SEED = 0
Draw = Callable[[np.random.Generator], Iterable[tuple[str, dict[str, Any]]]]


@dataclass(frozen=True)
class _Drawn:
    """A case without its expected value; `line` of the exercise's file yields it, 0 for a worked case."""

    aspect: str
    arguments: dict[str, Any]
    line: int = 0


@dataclass(repr=False)
class Exercise:
    """One exercise. Calling it calls its reference implementation.

    `aspects` names the parts of the credit, in order, each with where to look when it fails. The aspect
    "inputs unchanged" is added when a case has an array among its arguments. `weights` is for aspects that
    count more than 1. `rubric` says what earns points in words: (points, what for). `observe` names a function of
    `helpers.observers`, `adapter` one of `helpers.adapters`, as "<module>.<function>". `watched` are the aspects that
    rest on what the adapter observes. `suspects` are packed functions, of which the inputs in its variable have to
    expose the wrong ones. `notebook` and `requires` are those of the notebook that holds the exercise, `file` is the
    exercise's file, from the course's folder. `draw` makes its cases, `way` their steps.
    """

    name: str
    kind: str
    points: float
    reference: Any = None
    aspects: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    rubric: tuple[tuple[float, str], ...] = ()
    variables: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    integers: bool = False
    observe: str = ""
    adapter: str = ""
    watched: tuple[str, ...] = ()
    suspects: str = ""
    worked: tuple[tuple[str, dict[str, Any]], ...] = ()
    notebook: str = ""
    requires: tuple[str, ...] = ()
    file: Path = Path()
    draw: Draw | None = None
    way: Callable[..., dict[str, Any]] | None = None
    mistakes: dict[str, tuple[str, Any]] = field(default_factory=dict)
    variants: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<exercise {self.name}>"  # in a failing test, all of it would be pages

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

    def variant(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator for a right solution in another style, named by the function: the checks must accept it.

        Its source is graded like a student's work, so it uses only NumPy and what is in its file.
        """
        if function.__name__ in self.variants:
            raise ValueError(f"{self.name}: two variants are called {function.__name__}")
        self.variants[function.__name__] = function
        return function

    def steps(self, way: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        """Decorator for a function that gives the arrays on the way to a case's result, by name, in order.

        It is called with the case's arguments. The check of the notebook finds them among the student's own arrays, and
        says which is the first wrong one.
        """
        self.way = way
        return way

    def public(self) -> Spec:
        """The specification that ships with the notebook: the lecture's worked cases and those from the public seed."""
        spec = self._spec([*(_Drawn(*item) for item in self.worked), *self._drawn(PUBLIC_SEED)])
        cases = tuple(replace(case, steps=self._steps(case)) for case in spec.cases)
        return replace(spec, cases=cases, mistakes=tuple(spec.mistakes))

    def hidden(self, seed: int) -> Spec:
        """The specification used for grading: cases drawn from `seed`, without the worked ones.

        What the known mistakes give for them is worked out when somebody answers wrong: it takes most of the time.
        """
        return self._spec(self._drawn(seed + 1))

    def _drawn(self, seed: int) -> list[_Drawn]:
        if self.draw is None:
            return []
        # The name is part of the seed, so that exercises don't share random numbers.
        rng = np.random.default_rng([seed, *self.name.encode()])
        drawn = []
        try:
            generator = iter(self.draw(rng))
            frame = getattr(generator, "gi_frame", None)
            for item in generator:
                line = frame.f_lineno if frame is not None else 0
                if not (isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Mapping)):
                    pair = f'yield "{next(iter(self.aspects), "values")}", {{...}}'
                    raise self._wrong(f"a case of {self.name} is an aspect and a dict of arguments: {pair}", line)
                drawn.append(_Drawn(item[0], dict(item[1]), line))
        except CourseError:
            raise
        except Exception as error:  # an author's generator may raise anything
            lines = [item.lineno for item in traceback.extract_tb(error.__traceback__) if self._holds(item.filename)]
            raise self._wrong(f"the cases of {self.name} stop with {_said(error)}", (lines or [0])[-1] or 0) from error
        return drawn

    def _holds(self, filename: str) -> bool:
        """Whether the exercise is in the file of that name."""
        return Path(filename).parts[-len(self.file.parts) :] == self.file.parts

    def _wrong(self, message: str, line: int = 0) -> CourseError:
        return CourseError(self.file, line, message)

    def _spec(self, drawn: list[_Drawn]) -> Spec:
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
            observe=self.observe,
            adapter=self.adapter,
            watched=self.watched,
            suspects=self.suspects,
            requires=self.requires,
        )
        if self.kind == "answer":
            return self._answer_spec(spec)
        if self.draw is None and self.kind != "written":
            raise self._wrong(f"{self.name} has no cases: write a generator of them under @{self.name}.cases")
        cases = tuple(self._case(spec, item) for item in drawn)
        aspects = dict(self.aspects)
        if stray := sorted(self.weights.keys() - aspects):
            raise self._wrong(f"{self.name} has a weight for {stray[0]!r}, which is not one of its aspects")
        arrays = any(_has_array(value) for case in cases for value in case.arguments.values())
        if arrays and (required or not self.observe):
            aspects.setdefault(UNCHANGED, "the function must not change its arguments: work on a copy.")
        mistakes = WhenAsked(
            lambda: tuple(
                Mistake(name, sentence, tuple(_known(self._outcome(spec, wrong, case)) for case in cases))
                for name, (sentence, wrong) in self.mistakes.items()
            )
        )
        return replace(spec, aspects=aspects, cases=cases, mistakes=mistakes)

    def _case(self, spec: Spec, drawn: _Drawn) -> Case:
        """The case with the reference's result. Raises CourseError if its aspect is unknown or the reference fails."""
        if drawn.aspect not in self.aspects:
            known = ", ".join(map(repr, self.aspects)) or "none"
            raise self._wrong(f"{self.name} has no aspect {drawn.aspect!r}: its aspects are {known}", drawn.line)
        case = Case(drawn.aspect, drawn.arguments)
        outcome = self._outcome(spec, self.reference, case)
        if fault := outcome.fault:
            said = f"{fault.type_name}: {' '.join(fault.message.split())}"
            raise self._wrong(f"the reference of {self.name} stops on this case with {said}", drawn.line)
        if outcome.changed:
            raise self._wrong(f"the reference of {self.name} changes its argument {outcome.changed[0]}", drawn.line)
        if self.suspects and outcome.value != YES:
            raise self._wrong(f"the inputs of {self.name} don't do it themselves: {drawn.aspect!r} fails")
        return replace(case, expected=outcome.value)

    def _steps(self, case: Case) -> dict[str, Any]:
        return self.way(**copy.deepcopy(case.arguments)) if self.way else {}

    def _answer_spec(self, spec: Spec) -> Spec:
        answers = {answer_digest(self.name, self.reference): ""}
        for name, (_, wrong) in self.mistakes.items():
            other = answers.setdefault(answer_digest(self.name, wrong), name)
            if other != name:
                raise self._wrong(f"{self.name}: the mistake {name} has the value of {other or 'the right answer'}")
        mistakes = tuple(Mistake(name, sentence) for name, (sentence, _) in self.mistakes.items())
        return replace(spec, answers=answers, mistakes=mistakes)

    def _outcome(self, spec: Spec, implementation: Any, case: Case) -> Outcome:
        """What an implementation of ours gives for a case, as it is compared."""
        case = Case(case.aspect, copy.deepcopy(case.arguments))
        if self.kind == "design":
            outcome = Outcome(value=tuple(to_judge(self.suspects, implementation)))
        else:
            with np.errstate(all="ignore"):
                outcome = call(implementation, replace(spec, forbidden=()), case)
        value, wrong = compared(spec, case, outcome)
        if wrong:
            raise self._wrong(f"{self.name}: {wrong.text}")
        return replace(outcome, value=value)


def _known(outcome: Outcome) -> Outcome:
    """What a mistake is known by: of an exception the type, and the name of its kind."""
    fault = outcome.fault and Fault(outcome.fault.kind, outcome.fault.type_name, reason(outcome.fault))
    return replace(outcome, fault=fault)


def _said(error: BaseException) -> str:
    """An exception's type and message, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _has_array(value: Any) -> bool:
    if isinstance(value, (dict, list, tuple)):
        return any(_has_array(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)
