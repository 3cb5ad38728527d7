"""What counts as the same value, and what is said where it is not."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

from helpers.checking.values import Unsupported, as_array, close, describe, plain, problem, show

Point = namedtuple("Point", "x y")


class Tampered(np.ndarray):
    def __eq__(self, other: object) -> Any:
        return True

    def tolist(self) -> Any:
        return [99]


def kind(expected: Any, got: Any, integers: bool = False) -> str | None:
    found = problem(expected, got, integers)
    return found and found.kind


def text(expected: Any, got: Any, integers: bool = False) -> str:
    found = problem(expected, got, integers)
    assert found is not None
    return found.text


# --- plain


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "text", [1, "a", (2.0, None)], {"a": [1], "b": {"c": 2}}])
def test_built_in_values_stay(value: Any) -> None:
    found = plain(value)
    assert found == value and type(found) is type(value)


def test_only_an_arrays_memory_counts() -> None:
    found = plain(np.arange(3).view(Tampered))
    assert type(found) is np.ndarray and found.tolist() == [0, 1, 2]


def test_numbers_of_numpy_stay_numbers_of_numpy() -> None:
    for value in (np.int32(3), np.float32(2.5), np.bool_(True), np.uint8(255)):
        found = plain(value)
        assert type(found) is type(value) and found == value
    assert type(plain(np.str_("a"))) is str


def test_containers_become_built_in_ones() -> None:
    assert type(plain(Point(1, 2))) is tuple and plain(Point(1, 2)) == (1, 2)
    assert type(plain(OrderedDict(a=1))) is dict
    assert type(plain([Point(1, np.str_("a"))])[0]) is tuple


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        ({1: 2}, "dict"),
        ({"a": 1, 2: 3}, "dict"),
        ({1, 2}, "set"),
        (1j, "complex"),
        (np.complex64(1j), "complex64"),
        (np.array([1j]), "array of complex128"),
        (np.array(["a"]), "array of <U1"),
        (np.array([None]), "array of object"),
        (np.ma.masked_array([1.0]), "MaskedArray"),
        (np.float64, "type"),
    ],
)
def test_what_is_no_plain_value(value: Any, name: str) -> None:
    assert plain(value) == Unsupported(name)
    assert repr(plain(value)) == f"<{name}>"


def test_a_torch_tensor_is_taken_for_its_array() -> None:
    class Tensor:
        def detach(self) -> Tensor:
            return self

        def cpu(self) -> Tensor:
            return self

        def numpy(self) -> np.ndarray:
            return np.arange(3)

    assert plain(Tensor()) == Unsupported("Tensor")
    Tensor.__module__ = "torch"
    assert plain(Tensor()).tolist() == [0, 1, 2]
    other = type("Parameter", (Tensor,), {"__module__": "torch"})
    assert plain(other()) == Unsupported("Parameter")


def nested(depth: int, inner: Any = 7) -> Any:
    return [nested(depth - 1, inner)] if depth else inner


def test_nesting_has_an_end() -> None:
    assert plain(nested(8)) == nested(8)
    assert plain(nested(8, np.int64(7))) == nested(8)
    assert plain(nested(9, np.int64(7))) == nested(9, Unsupported("deeply nested int64"))
    assert plain(nested(20)) == nested(9, Unsupported("deeply nested list"))
    deep: Any = 7
    for _ in range(10):
        deep = {"a": deep}
    assert plain(deep)["a"]["a"]["a"]["a"]["a"]["a"]["a"]["a"]["a"] == Unsupported("deeply nested dict")


# --- problem


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (3, 3),
        (3, 3.0),
        (3, np.array(3)),
        (3.0, 3.0 + 1e-7),
        (1e6, 1e6 + 0.5),
        (0.0, 1e-9),
        (1.0, np.float32(1.00005)),
        (np.array([1, 2]), [1, 2]),
        (np.array([1.0, np.nan]), (1.0, np.nan)),
        (np.array([np.inf]), np.array([np.inf])),
        (np.array([True, False]), np.array([1, 0])),
        ([1, 2], np.array([1, 2])),
        ((1, [2, 3]), [1, (2, 3)]),
        ("a", "a"),
        (("a", 1), ["a", 1.0]),
        ({"a": 1, "b": [2]}, {"b": (2.0,), "a": 1}),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_right_values(expected: Any, got: Any) -> None:
    assert problem(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "found"),
    [
        (3, None, "type"),
        (3, Unsupported("set"), "type"),
        (3, "3", "values"),
        (np.array([1, 2]), "text", "values"),
        ("text", np.array([1, 2]), "values"),
        ("a", 3, "values"),
        ("a", "b", "values"),
        ("a", "A", "values"),
        (3, {"a": 3}, "type"),
        (3, [3], "shape"),
        (3, "a", "values"),
        (3, 4, "values"),
        (3.0, 3.0 + 1e-5, "values"),
        (1.0, np.float64(1.00005), "values"),
        (1.0, np.float32(1.0005), "values"),
        (0.0, 1e-7, "values"),
        (3, float("nan"), "nan"),
        (3, float("inf"), "nan"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "values"),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0]), "values"),
        (np.array([1, 2]), np.array([[1, 2]]), "shape"),
        (np.array([1, 2]), [1, [2]], "type"),
        (np.array([1, 2]), [1, "2"], "type"),
        (np.array([1, 2]), [[1], [2, 3]], "type"),
        (3, 10**400, "type"),
        ((1, 2), (1, 2, 3), "shape"),
        ((1, 2), 3, "type"),
        ((1, 2), np.array(3), "type"),
        ((1, 2), "12", "values"),
        ((1, 2), {"a": 1}, "type"),
        ((1, [2, 3]), (1, [2, 4]), "values"),
        ({"a": 1}, {"a": 2}, "values"),
        ({"a": 1}, {"b": 1}, "shape"),
        ({"a": 1}, {"a": 1, "b": 1}, "shape"),
        ({"a": 1}, [1], "type"),
        ({"a": [1, 2]}, {"a": [1]}, "shape"),
    ],
)
def test_wrong_values(expected: Any, got: Any, found: str) -> None:
    assert kind(expected, got) == found


@pytest.mark.parametrize(
    ("got", "found"),
    [(3, None), (np.uint8(3), None), (np.int64(3), None), (3.0, "dtype"), (np.float32(3), "dtype"), (True, "dtype")],
)
def test_integers_where_they_are_asked_for(got: Any, found: str | None) -> None:
    assert kind(3, got, integers=True) == found
    assert kind((3,), [got], integers=True) == found
    assert kind({"a": 3}, {"a": got}, integers=True) == found
    assert kind(3, got if got is not True else 3) is None


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        (np.zeros((3, 4)), None, "returned nothing (None); expected an array of shape (3, 4). Is a `return` missing?"),
        (3, Unsupported("set"), "your result is a set; expected an integer"),
        ([1], Unsupported("object"), "your result is an object; expected a list of 1"),
        ("a", 3, "expected 'a', got 3"),
        (np.zeros(2), np.zeros(3), "expected the shape (2,), got (3,)"),
        (np.zeros(2), np.ones(2), "right shape, wrong values"),
        (3.0, 4.0, "wrong value"),
        (np.zeros(2), np.full(2, np.nan), "your result contains NaN or infinity"),
        ((1, 2), (1, 3), "entry 1: wrong value"),
        ((1, 2), (1, 2, 3), "expected 2 entries, got 3"),
        ((1, 2), 3, "expected a tuple of 2, got an integer"),
        ({"b": 1, "a": 2}, {"c": 1}, "expected the keys ['a', 'b'], got ['c']"),
        ({"a": 1}, 2.5, "expected a dict with the keys ['a'], got a number"),
        ({"a": (1, 2)}, {"a": (1, 3)}, "['a']: entry 1: wrong value"),
        (np.zeros(2), {"a": 1}, "expected an array of shape (2,), got a dict"),
    ],
)
def test_what_is_said(expected: Any, got: Any, said: str) -> None:
    assert said in text(expected, got)


def test_integers_are_asked_for_in_words() -> None:
    assert text(3, np.float32(3), integers=True) == "3.0 is a float; use whole numbers"
    assert text(3, np.float32(2), integers=True) == "expected integers, got float32"


def test_closeness_goes_by_the_dtype_that_came() -> None:
    expected = np.array([1.0, 100.0, 0.0])
    assert close(expected, np.array([1 + 9e-7, 100 + 9e-5, 9e-9])).tolist() == [True, True, True]
    assert close(expected, np.array([1 + 2e-6, 100 + 2e-4, 2e-8])).tolist() == [False, False, False]
    float32 = np.array([1 + 9e-5, 100 + 9e-3, 9e-5], np.float32)
    assert close(expected, float32).tolist() == [True, True, True]
    assert close(expected, np.array([1 + 4e-4, 100 + 4e-2, 4e-4], np.float32)).tolist() == [False, False, False]
    assert close(np.array([300]), np.array([44], np.uint8)).tolist() == [False]


# --- as_array


@pytest.mark.parametrize(
    ("value", "shape"),
    [(3, ()), (True, ()), ([1, 2], (2,)), (((1, 2), (3, 4)), (2, 2)), (np.zeros((2, 0)), (2, 0)), ([], (0,))],
)
def test_numbers_in_containers_are_arrays(value: Any, shape: tuple[int, ...]) -> None:
    found = as_array(value)
    assert found is not None and found.shape == shape


@pytest.mark.parametrize(
    "value", ["3", {"a": 1}, ["1"], [[1, 2], [3, "4"]], ([1], ("2",)), [[1], [2, 3]], [10**400], None, [None], 1j]
)
def test_what_is_no_array_of_numbers(value: Any) -> None:
    assert as_array(value) is None


def test_text_is_found_before_numpy_pads_every_entry_to_its_length() -> None:
    assert as_array([["x" * 10**6] + [0] * 10, *[[0] * 11] * 10**5]) is None


# --- words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((3, 4)), "an array of shape (3, 4)"),
        (np.array(3.0), "a number"),
        (True, "True or False"),
        (np.bool_(True), "True or False"),
        (3, "an integer"),
        (np.uint8(3), "an integer"),
        (3.0, "a number"),
        (np.float32(3), "a number"),
        ((1, 2), "a tuple of 2"),
        ([1], "a list of 1"),
        ("a", "a str"),
        ({}, "a dict"),
        (Unsupported("x"), "an Unsupported"),
    ],
)
def test_descriptions(value: Any, words: str) -> None:
    assert describe(value) == words


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, "3"),
        ("a", "'a'"),
        (True, "True"),
        (2.0, "2"),
        (1 / 3, "0.333333"),
        (np.float64(1e-7), "1e-07"),
        (np.int64(3), "3"),
        (np.bool_(False), "False"),
        (np.array([1, 2]), "[1, 2]"),
        (np.array([1.0, 0.25]), "[1.  , 0.25]"),
        (np.array([1 / 3]), "[0.3333]"),
        (np.array([1e-7, 0.0]), "[1.e-07, 0.e+00]"),
        (np.array([1e-7, 1.0]), "[0., 1.]"),
        (np.array([1e-4, 0.0]), "[0.0001, 0.    ]"),
        (np.zeros(2), "[0., 0.]"),
        (np.zeros((0,)), "[]"),
        (np.zeros((2, 1, 1)), "[[[0.]],\n [[0.]]]"),
        ((np.int64(1), 2), "(1, 2)"),
        ([np.array([1, 2]), "a"], "[[1, 2], 'a']"),
        ((1, 2), "(1, 2)"),
        ({"a": np.array([1])}, "{'a': [1]}"),
    ],
)
def test_values_are_written_as_a_student_would_type_them(value: Any, written: str) -> None:
    assert show(value) == written


def test_long_values_are_cut() -> None:
    assert show((1,)) == show((np.int64(1),)) == "(1,)", "a tuple of one, as it is typed"
    assert show([0.1 + 0.2]) == "[0.30000000000000004]" and show([np.float64(0.1 + 0.2)]) == "[0.3]"
    assert show("x" * 500) == "'" + "x" * 399 + " ..."
    assert show("x" * 398) == "'" + "x" * 398 + "'"
    assert show("x" * 399) == "'" + "x" * 399 + " ..."
    assert show([np.int64(1)] * 1000, limit=10) == "[1, 1, 1, " + " ..."
    assert show(np.arange(60)).count(",") == 59 and "..." not in show(np.arange(60))
    assert show(np.arange(61)) == "[ 0,  1,  2, ..., 58, 59, 60]"
    assert max(map(len, show(np.arange(50)).splitlines())) <= 90
    assert "e-05" in show(np.array([9.9e-5])) and "e" not in show(np.array([9.9e-5, 1.0]))
