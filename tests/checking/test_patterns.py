"""Wrong numbers that speak for themselves, and right or unrelated ones that don't."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.checking.patterns import pattern
from helpers.checking.spec import Case, Fault, Outcome, Spec
from helpers.checking.verdict import judge

RIGHT = np.array([[1.5, 2.5, 3.0, 7.0], [4.0, 5.5, 6.5, 8.0], [9.0, 1.0, 2.0, 300.0]])
CUBE = np.arange(1.5, 25).reshape(2, 3, 4)


def first_rows(n: int) -> np.ndarray:
    made = RIGHT.copy()
    made[n:] = 0
    return made


@pytest.mark.parametrize(
    ("expected", "got", "name"),
    [
        (4, 4.0, "float_result"),
        (np.array([1, 2]), np.array([1.0, 2.0]), "float_result"),
        (4, [4], "number_in_an_array"),
        (4, (4, 4), "several_numbers"),
        (2.5, [2.5, 1.0, 7.0], "several_numbers"),
        (260, "260", "text_result"),
        (RIGHT, RIGHT.T, "transposed_result"),
        (RIGHT, RIGHT.reshape(2, 6), "other_shape"),
        (RIGHT, RIGHT.ravel().tolist(), "other_shape"),
        (RIGHT, -RIGHT, "opposite_sign"),
        (RIGHT / 3, (RIGHT / 3).astype(np.float16), "half_precision"),
        (RIGHT, first_rows(1), "only_the_first"),
        (RIGHT[None], np.where(np.arange(4) == 0, RIGHT, 0.0)[None], "only_the_first"),
        (RIGHT, first_rows(2), "all_but_the_last"),
        (RIGHT, RIGHT[:2], "last_one_missing"),
        (RIGHT, RIGHT[:, :3], "last_one_missing"),
        (RIGHT, RIGHT[:2, :3], "last_one_missing"),
        (RIGHT, RIGHT[:1], "first_one_only"),
        (RIGHT, np.pad(RIGHT[:2, :3], ((0, 1), (0, 1))), "all_but_the_last"),
        (RIGHT[:2], np.pad(RIGHT[:1, :3], ((0, 1), (0, 1))), "all_but_the_last"),
        (CUBE, CUBE.transpose(0, 2, 1), "axes_in_another_order"),
        (CUBE, CUBE.transpose(1, 2, 0), "axes_in_another_order"),
        (RIGHT, RIGHT.astype(int), "cut_to_integers"),
        (RIGHT, np.round(RIGHT), "rounded"),
        (RIGHT, RIGHT.astype(np.int64).astype(np.uint8), "small_integers"),
        (np.array([40000.5, 2.0]), np.array([40000, 2]).astype(np.int16), "small_integers"),
        (np.array([1.5, 2.5]), np.array([1.0, 2.0]), "cut_to_integers"),
        (np.array([1.7, 2.7]), np.array([2.0, 3.0]), "rounded"),
        (np.array([-1.5, 2.5]), np.array([-1.0, 2.0]), "cut_to_integers"),
        (np.array([-1.5, 2.5]), np.array([-2.0, 2.0]), "cut_to_integers"),
        # Too little to tell, or nothing known.
        (RIGHT, np.array([RIGHT[0], RIGHT[1] + 1, 0 * RIGHT[2]]), None),
        (np.array([300.0]), np.array([300]).astype(np.uint8), None),
        (np.array([2.5]), np.array([2.0]), None),
        (np.array([2.7]), np.array([3.0]), None),
        (np.array([1.5, 2.5]), -np.array([1.5, 2.5]), None),
        (np.array([[1.5, 2.5]]), np.array([1.5, 2.5]), None),
        (RIGHT, RIGHT + 1, None),
        (RIGHT, RIGHT[:1, :2], None),
        (CUBE.reshape(3, 2, 4), CUBE.reshape(3, 2, 4)[:1, :1], None),
        (CUBE.reshape(4, 3, 2), CUBE.reshape(4, 3, 2)[:1, :, :1], None),
        (RIGHT, RIGHT[0], None),
        (RIGHT, RIGHT[1:], None),
        (RIGHT, np.pad(RIGHT[:1, :1], ((0, 2), (0, 3))), None),
        (RIGHT, np.pad(RIGHT[:2, 1:], ((0, 1), (1, 0))), None),
        (RIGHT, np.zeros_like(RIGHT), None),
        (RIGHT, None, None),
        (2.0, -2.0, None),
        (np.ones(4), np.ones(4, bool), None),
        (-np.arange(1, 5), np.arange(1, 5), None),
        (np.array([0.25, 0.5, 0.75]), np.zeros(3), None),
        (np.array([0.25, 0.5, 0.75]), np.zeros(3, int), None),
        (np.zeros((2, 3)), np.zeros((3, 2)), None),
        (np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 9.0]), None),
    ],
)
def test_a_pattern_is_found_where_it_is(expected: Any, got: Any, name: str | None) -> None:
    found = pattern([(expected, got)])
    assert (found.name if found else None) == name


def test_all_failing_cases_of_the_aspect_have_to_show_it() -> None:
    assert pattern([(RIGHT, -RIGHT), (RIGHT, RIGHT + 1)]) is None
    assert pattern([]) is None
    for pairs, name in (
        ([(RIGHT, RIGHT[:1]), (RIGHT[:2], RIGHT[:1])], "first_one_only"),
        ([(RIGHT[:2], RIGHT[:1]), (RIGHT[:2], RIGHT[:1])], "last_one_missing"),
        ([(RIGHT, first_rows(1)), (np.array([0.0, 5.0, 3.0]), np.zeros(3))], "only_the_first"),
    ):
        found = pattern(pairs)
        assert found is not None and found.name == name


def test_a_pattern_is_a_verdicts_mistake_but_no_registered_one() -> None:
    """What is registered alone names a mistake in hidden cases."""
    cases = (Case("values", {"x": 1}, RIGHT), Case("values", {"x": 2}, RIGHT + 1))
    spec = Spec("f", "01_small", "function", 1.0, aspects={"values": "look here."}, cases=cases)
    found = judge(spec, [Outcome(RIGHT.T), Outcome(RIGHT.T + 1)])
    assert found.mistake and found.mistake.name == "transposed_result" and found.registered is None
    raised = judge(spec, [Outcome(RIGHT.T), Outcome(fault=Fault("raised", "ValueError", "mine"))])
    assert raised.mistake is None, "another mistake is in it"
