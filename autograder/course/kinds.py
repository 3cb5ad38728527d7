"""The kinds of exercises, as an author writes them: functions, answers, designs and words. See also `catch`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .exercise import Exercise


def exercise(points: float, **options: Any) -> Callable[[Callable[..., Any]], Exercise]:
    """Decorator that makes a reference function an Exercise of its name; `options` are fields of Exercise."""

    def register(reference: Callable[..., Any]) -> Exercise:
        return _exercise(reference.__name__, "function", points, reference=reference, **options)

    return register


def answer(name: str, value: float | str, points: float, **options: Any) -> Exercise:
    """An exercise whose answer is a number or a choice, in a variable with the exercise's name."""
    return _exercise(name, "answer", points, reference=value, variables=(name,), **options)


def design(name: str, variables: dict[str, Any], points: float, observe: str, **options: Any) -> Exercise:
    """An exercise answered by a set of variables, judged by a function of `helpers.observers`."""
    return _exercise(
        name,
        "design",
        points,
        reference=tuple(variables.values()),
        variables=tuple(variables),
        observe=observe,
        **options,
    )


def written(name: str, points: float, rubric: Iterable[tuple[float, str]] = ()) -> Exercise:
    """An exercise answered in words and graded by hand; the points of its `rubric` add up to its own."""
    rubric = tuple(rubric)
    if rubric and sum(part for part, _ in rubric) != points:
        raise ValueError(f"{name}: the points of its rubric don't add up to {points:g}")
    return _exercise(name, "written", points, rubric=rubric)


def _exercise(name: str, kind: str, points: float, **options: Any) -> Exercise:
    for key in ("hints", "worked", "forbidden", "watched"):
        given = options.get(key, ())
        if isinstance(given, str):
            raise ValueError(f"{name}: {key} holds several: write {key}=[{given!r}]")
        options[key] = tuple(given)
    file = Path(sys._getframe(2).f_code.co_filename)  # where `exercise`, `answer`, `design` or `written` is called
    return Exercise(name, kind, points, file=file, **options)
