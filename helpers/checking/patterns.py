"""Wrong numbers that speak for themselves: right but transposed, cut to whole numbers, only the first row filled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from .spec import Mistake
from .values import as_array, close

MIN_ENTRIES = 3  # so many numbers, in all failing cases of an aspect together, have to fit a pattern

Pattern = Callable[[np.ndarray, np.ndarray], bool]


def pattern(pairs: Sequence[tuple[Any, Any]]) -> Mistake | None:
    """The mistake that all the failing results of one aspect show; `pairs` are expected and got values.

    None where they show none, or where there are too few numbers to tell.
    """
    arrays = [(as_array(expected), as_array(got)) for expected, got in pairs]
    if any(expected is None or got is None for expected, got in arrays):
        return _of_text(pairs)
    known = [(expected, got) for expected, got in arrays if expected is not None and got is not None]
    with np.errstate(all="ignore"):
        for mistake, fits, least in PATTERNS:
            enough = sum(expected.size for expected, _ in known) >= least
            enough = enough and (least < MIN_ENTRIES or any(np.any(got) for _, got in known))
            if known and enough and all(fits(expected, got) for expected, got in known):
                return mistake
    return None


def _of_text(pairs: Sequence[tuple[Any, Any]]) -> Mistake | None:
    """A number that is returned as text."""
    text = all(isinstance(got, str) and got.strip() == str(expected) for expected, got in pairs)
    return TEXT_RESULT if pairs and text else None


def _equal(expected: np.ndarray, got: np.ndarray) -> bool:
    return expected.shape == got.shape and bool(close(expected, got).all())


def _varied(values: np.ndarray) -> bool:
    return len(np.unique(values)) > 2


def _float_for_integers(expected: np.ndarray, got: np.ndarray) -> bool:
    return expected.dtype.kind in "iu" and got.dtype.kind == "f" and _equal(expected, got)


def _in_an_array(expected: np.ndarray, got: np.ndarray) -> bool:
    return expected.size == got.size == 1 and expected.ndim == 0 < got.ndim and _equal(expected, got.reshape(()))


def _no_single_number(expected: np.ndarray, got: np.ndarray) -> bool:
    return expected.ndim == 0 < got.ndim


def _transposed(expected: np.ndarray, got: np.ndarray) -> bool:
    return expected.ndim > 1 and _varied(expected) and not _equal(expected, got) and _equal(expected, got.T)


def _axes_swapped(expected: np.ndarray, got: np.ndarray) -> bool:
    if expected.ndim != got.ndim or not 2 < expected.ndim < 6 or not _varied(expected) or _equal(expected, got):
        return False
    orders = permutations(range(expected.ndim))
    return any(_equal(expected, got.transpose(order)) for order in orders)


def _other_shape(expected: np.ndarray, got: np.ndarray) -> bool:
    if expected.shape == got.shape or expected.size != got.size or not _varied(expected):
        return False
    return _equal(expected.reshape(-1), got.reshape(-1))


def _opposite_sign(expected: np.ndarray, got: np.ndarray) -> bool:
    return got.dtype.kind == "f" and bool(np.any(expected)) and _equal(expected, -got)


def _half_precision(expected: np.ndarray, got: np.ndarray) -> bool:
    if got.dtype != np.float16 or expected.shape != got.shape:
        return False
    return bool(np.allclose(got, expected.astype(np.float16), rtol=1e-2, atol=1e-2, equal_nan=True))


def _cut_off(expected: np.ndarray, got: np.ndarray) -> bool:
    cut = np.trunc(expected)
    return _loses_digits(expected) and (_equal(cut, got) or _equal(np.floor(expected), got))


def _rounded(expected: np.ndarray, got: np.ndarray) -> bool:
    return _loses_digits(expected) and _equal(np.round(expected), got)


def _loses_digits(expected: np.ndarray) -> bool:
    """Whether there are fractions to lose, and something is left without them: a share that is 0 says nothing."""
    return not np.array_equal(expected, np.trunc(expected)) and bool(np.any(np.abs(expected) >= 1))


def _wrapped(expected: np.ndarray, got: np.ndarray) -> bool:
    if got.dtype.kind not in "iu" or got.dtype.itemsize > 2 or expected.shape != got.shape:
        return False
    return np.array_equal(got, np.trunc(expected).astype(np.int64).astype(got.dtype))


def _only_first(expected: np.ndarray, got: np.ndarray) -> bool:
    """Whether along one axis the first entries are right and the others still 0."""
    empty = _empty_along(expected, got, slice(1, None))
    return len(empty) == 1 and _right_within(expected, got, empty, slice(0, 1))


def _all_but_last(expected: np.ndarray, got: np.ndarray) -> bool:
    """Whether along one or more axes all but the last entries are right, and the last still 0."""
    empty = _empty_along(expected, got, slice(-1, None))
    return any(expected.shape[axis] > 2 for axis in empty) and _right_within(expected, got, empty, slice(0, -1))


def _empty_along(expected: np.ndarray, got: np.ndarray, part: slice) -> list[int]:
    """The axes along which `got` is 0 in that part, where it shouldn't be."""
    if expected.shape != got.shape:
        return []
    parts = [((slice(None),) * axis + (part,), axis) for axis, length in enumerate(expected.shape) if length > 1]
    return [axis for place, axis in parts if np.any(expected[place]) and not np.any(got[place])]


def _right_within(expected: np.ndarray, got: np.ndarray, axes: Sequence[int], part: slice) -> bool:
    """Whether `got` is right in that part of the given axes."""
    place = tuple(part if axis in axes else slice(None) for axis in range(expected.ndim))
    return bool(close(expected[place], got[place]).all())


def _cut_short(expected: np.ndarray, got: np.ndarray) -> bool:
    """Whether only the last entries are missing along the axes in which the shapes differ."""
    return _parts_there(expected, got, lambda length: length - 1)


def _first_there(expected: np.ndarray, got: np.ndarray) -> bool:
    """Whether only the first entries are there along the one axis in which the shapes differ."""
    differing = sum(a != b for a, b in zip(expected.shape, got.shape))
    return differing == 1 and _parts_there(expected, got, lambda length: 1)


def _parts_there(expected: np.ndarray, got: np.ndarray, size: Callable[[int], int]) -> bool:
    """Whether `got` holds only the first `size` entries along each axis in which the shapes differ."""
    if expected.ndim != got.ndim or not got.size or not _varied(got) or expected.shape == got.shape:
        return False
    if any(have not in (full, size(full)) for full, have in zip(expected.shape, got.shape)):
        return False
    return bool(close(expected[tuple(slice(0, have) for have in got.shape)], got).all())


TEXT_RESULT = Mistake("text_result", "Your result is text. Return the number itself, without str() or quotation marks.")

PATTERNS: tuple[tuple[Mistake, Pattern, int], ...] = (
    (
        Mistake(
            "float_result", "The numbers are right, but they are floats. Use whole numbers: `//` for `/`, 1 for 1.0."
        ),
        _float_for_integers,
        1,
    ),
    (
        Mistake("number_in_an_array", "The number is right, but it is inside an array or a list. Return it alone."),
        _in_an_array,
        1,
    ),
    (
        Mistake(
            "several_numbers", "A single number is asked for, but your function returns an array or several numbers."
        ),
        _no_single_number,
        1,
    ),
    (
        Mistake("transposed_result", "Your result is right, but transposed: its axes are in the opposite order."),
        _transposed,
        MIN_ENTRIES,
    ),
    (
        Mistake(
            "axes_in_another_order", "Your numbers are right, but the axes of the result are in a different order."
        ),
        _axes_swapped,
        MIN_ENTRIES,
    ),
    (
        Mistake("other_shape", "The numbers are right, and in the right order, but the result has a different shape."),
        _other_shape,
        MIN_ENTRIES,
    ),
    (Mistake("opposite_sign", "The numbers are right, but with the opposite sign."), _opposite_sign, MIN_ENTRIES),
    (
        Mistake("half_precision", "float16 keeps only three digits. Leave it out: NumPy computes in float64."),
        _half_precision,
        1,
    ),
    (
        Mistake("all_but_the_last", "All is right but the last part, which is still 0. The loop ends too early."),
        _all_but_last,
        MIN_ENTRIES,
    ),
    (
        Mistake("only_the_first", "Only the first part is computed; the rest is still 0. Is `return` inside the loop?"),
        _only_first,
        MIN_ENTRIES,
    ),
    (
        Mistake("last_one_missing", "The last entry along an axis is missing. Does a size or a loop lack a + 1?"),
        _cut_short,
        MIN_ENTRIES,
    ),
    (
        Mistake("first_one_only", "Only the first part is there; the rest is missing. Is `return` inside the loop?"),
        _first_there,
        MIN_ENTRIES,
    ),
    (
        Mistake("cut_to_integers", "Your numbers lose what is after the decimal point. Use floats: no int(), no `//`."),
        _cut_off,
        2,
    ),
    (Mistake("rounded", "Your numbers are rounded. Leave them as they are."), _rounded, 2),
    (
        Mistake("small_integers", "Your integers are too small for these numbers. Make floats: np.zeros(...)."),
        _wrapped,
        2,
    ),
)
