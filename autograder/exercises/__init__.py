"""Every exercise of the course, by notebook: reference, cases, known mistakes, hints.

Knows nothing of notebooks' texts, of grading or of the command line.
"""

from __future__ import annotations

from . import (
    backprop,
    convnet,
    filters_1d,
    filters_2d,
    imagenet_pytorch,
    max_pooling,
    pixels,
    tensors_filter_banks,
)
from .exercise import Exercise, Notebook

_BOOKS = (
    pixels.book,
    filters_1d.book,
    filters_2d.book,
    tensors_filter_banks.book,
    max_pooling.book,
    convnet.book,
    backprop.book,
    imagenet_pytorch.book,
)
COURSE: dict[str, Notebook] = {book.name: book for book in _BOOKS}


def find(name: str) -> Exercise:
    """The exercise of that name; KeyError when there is none."""
    for book in COURSE.values():
        for exercise in book.exercises:
            if exercise.name == name:
                return exercise
    raise KeyError(name)


__all__ = ["COURSE", "Exercise", "Notebook", "find"]
