"""The numbers in cases are of the types that real code has: images may be bytes, weights and gradients never are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from autograder.course import Exercise

FUNCTIONS = [exercise for exercise in COURSE.exercises() if exercise.kind == "function"]
# Pictures and classes.
MAY_BE_SMALL = {"x", "train", "new_x", "image", "images", "feature_map", "y", "labels", "predicted"}
REAL = {np.dtype(np.int64), np.dtype(np.float32), np.dtype(np.float64)}
CLASSES_ALONE = {"confusion_matrix"}
CLASSES = {"labels", "y", "new_y", "predicted"}
TYPES = ("number types", "integer input", "small integer types", "any dtype", "integer images")
FRACTIONS = ("fractions", "fractional weights", "whole numbers")
MAX_ENTRIES = 4_000_000


@cache
def drawn(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Cases of an exercise, each with its aspect and its arguments."""
    exercise = COURSE.exercise(name)
    assert exercise.draw
    return [*exercise.worked, *(case for seed in (1, 2, 22) for case in exercise.draw(np.random.default_rng(seed)))]


def arrays(value: Any, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays in an argument, each with the name it has there."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays(item, key)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays(item, name)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_weights_and_gradients_are_never_bytes(exercise: Exercise) -> None:
    for aspect, arguments in drawn(exercise.name):
        for name, array in arrays(arguments, ""):
            assert array.dtype in REAL or name in MAY_BE_SMALL or array.dtype == bool, (
                f"a case of {aspect!r} has {name} as {array.dtype}: take int64, float32 or float64, or list {name} in "
                "MAY_BE_SMALL if it is a picture, a signal or a class"
            )


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_basic_cases_are_not_of_integers_alone(exercise: Exercise) -> None:
    first = next(iter(exercise.aspects))
    kinds = {
        array.dtype.kind
        for aspect, arguments in drawn(exercise.name)
        if aspect == first
        for _, array in arrays(arguments, "")
    }
    assert not kinds or "f" in kinds or exercise.name in CLASSES_ALONE, (
        f"all arrays in the cases of the first aspect, {first!r}, hold integers: draw one more case, or change one, "
        "by yield ..., as_floats({...}) from exercises.number_types"
    )


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_number_types_come_last(exercise: Exercise) -> None:
    """Where others fail, too, a message shows the first aspect that does."""
    of_types = [name in TYPES + FRACTIONS for name in exercise.aspects]
    assert not of_types[0] and of_types == sorted(of_types), (
        f"in `aspects`, put those about types of numbers behind all others: {list(exercise.aspects)}"
    )


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_what_is_changed_in_place_is_seen(exercise: Exercise) -> None:
    """Where all arrays of an argument are integers, a copy as floats hides that the function would write into it."""
    found: dict[str, set[np.dtype[Any]]] = {}
    for _, arguments in drawn(exercise.name):
        for argument, value in arguments.items():
            found.setdefault(argument, set()).update(array.dtype for _, array in arrays(value, argument))
    whole = {name for name, types in found.items() if types and np.dtype(np.float64) not in types}
    assert whole <= CLASSES, f"no case has {', '.join(sorted(whole - CLASSES))} as floats: use as_floats in one"


@pytest.mark.parametrize("name", ["count_fc_weights", "count_conv2d_weights", "count_weights"])
def test_what_is_counted_fits_into_memory(name: str) -> None:
    for _, arguments in drawn(name):
        assert 0 < COURSE.exercise(name)(**arguments) <= MAX_ENTRIES, arguments
