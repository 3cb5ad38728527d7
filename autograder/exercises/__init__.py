"""Every exercise of the course, by notebook: reference, cases, known mistakes, hints.

Knows nothing of notebooks' texts, of grading or of the command line.
"""

from __future__ import annotations

from . import filters_1d, pixels
from .exercise import Exercise, Notebook

COURSE: dict[str, Notebook] = {book.name: book for book in (pixels.book, filters_1d.book)}


def find(name: str) -> Exercise:
    """The exercise of that name; KeyError when there is none."""
    for book in COURSE.values():
        for exercise in book.exercises:
            if exercise.name == name:
                return exercise
    raise KeyError(name)


__all__ = ["COURSE", "Exercise", "Notebook", "find"]
