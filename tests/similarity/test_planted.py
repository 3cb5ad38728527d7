"""Planted copies are found, and what was written independently stays below the line."""

from __future__ import annotations

import ast
import inspect
import random
import textwrap
from collections.abc import Callable
from functools import cache

import pytest
from conftest import COURSE

from autograder.similarity.compare import SameWork, compare
from autograder.similarity.fingerprints import fingerprints
from autograder.similarity.handed_in import HandedIn, known_code

from . import copying

BOOKS = [
    name
    for name, book in COURSE.notebooks.items()
    if not book.lacking() and any(item.kind == "function" for item in book.exercises)
]


def source(function: object) -> str:
    """A function's source without the decorator that registers it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    tree.body[0].decorator_list = []  # type: ignore[attr-defined]
    return ast.unparse(tree)


@cache
def independent(book: str) -> dict[str, dict[str, str]]:
    """Students who have each written one of the right variants of each exercise, no two of them the same."""
    students: dict[str, dict[str, str]] = {}
    for exercise in COURSE.notebooks[book].exercises:
        if exercise.kind == "function":
            for number, function in enumerate(exercise.variants.values()):
                students.setdefault(f"student {number}", {})[exercise.name] = source(function)
    return students


def with_copies(book: str) -> dict[str, dict[str, str]]:
    """The same with somebody who has copied the work of each, in one of the ways."""
    rng = random.Random(book)
    students = dict(independent(book))
    for number, (student, code) in enumerate(independent(book).items()):
        way = copying.WAYS[(number + len(book)) % len(copying.WAYS)]
        students[f"copy of {student}"] = {exercise: way(text, rng) for exercise, text in code.items()}
    return students


@cache
def found(book: str) -> SameWork:
    handed_in = [HandedIn(student, student, 9, code) for student, code in with_copies(book).items()]
    return compare(book, handed_in, known_code(COURSE, book))


@pytest.mark.parametrize("book", BOOKS)
def test_independent_solutions_are_not_paired(book: str) -> None:
    pairs = {frozenset((pair.first.student, pair.second.student)) for pair in found(book).pairs}
    planted = {frozenset((student, f"copy of {student}")) for student in independent(book)}
    assert pairs <= planted


def test_copies_are_found() -> None:
    planted, seen = set(), set()
    for book in BOOKS:
        planted |= {(book, student) for student, code in independent(book).items() if len(code) > 1}
        seen |= {(book, pair.first.student.removeprefix("copy of ")) for pair in found(book).pairs}
    assert len(planted) > 40
    assert len(planted & seen) >= 0.9 * len(planted), sorted(planted - seen)


def test_copies_of_single_functions_are_found() -> None:
    """In a class of 60, of which the others have the solution; functions of a line or two can't be told."""
    planted, seen = set(), set()
    for book in BOOKS[1:5:2]:
        known = known_code(COURSE, book)
        students = {name: dict(code) for name, code in independent(book).items()}
        for name, code in independent(book).items():
            for number, (exercise, text) in enumerate(code.items()):
                way = copying.WAYS[number % len(copying.WAYS)]
                students[f"{exercise} of {name}"] = {exercise: way(text, random.Random(exercise))}
                planted.add(frozenset((name, f"{exercise} of {name}")))
        for number in range(60 - len(students)):
            students[f"other {number}"] = {exercise: sources[1] for exercise, sources in known.items()}
        work = compare(book, [HandedIn(name, name, 9, code) for name, code in students.items()], known)
        seen |= {frozenset((pair.first.student, pair.second.student)) for pair in work.pairs}
    assert len(planted) > 80 and seen <= planted
    assert len(seen) >= 0.65 * len(planted)


@pytest.mark.parametrize("way", [copying.other_loops, copying.everything])
def test_a_copy_has_the_fingerprints_of_what_was_copied(way: Callable[[str, random.Random], str]) -> None:
    changed = 0
    for book in BOOKS:
        for code in independent(book).values():
            for exercise, text in code.items():
                copy = way(text, random.Random(exercise))
                changed += copy != text
                one, other = fingerprints(text), fingerprints(copy)
                assert len(one & other) >= 0.9 * len(one | other), f"{exercise}\n{text}\n{copy}"
    assert changed > 40
