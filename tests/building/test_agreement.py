"""Committed case files hold floats, whose last digits depend on the processor: what counts as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from autograder.building.agreement import agree
from autograder.building.cases import steady
from building.project import CASES, Project
from helpers.checking import spec as specs
from helpers.checking.values import FLOAT32_TOL, RTOL

TOTAL = f"{CASES}/total.json"


def nudged(text: str, factor: float) -> str:
    """The text with what its first case expects multiplied."""
    changed, count = re.subn(r'(?<="expected": )[\d.]+', lambda found: repr(float(found[0]) * factor), text, count=1)
    assert count == 1
    return changed


def test_a_file_within_the_tolerance_is_left_alone(project: Project) -> None:
    """With and without a stamp for it."""
    project.build()
    text = nudged(project.text(TOTAL), 1 + RTOL / 2)
    for stamped in (True, False):
        (project.root / TOTAL).write_text(text)
        written = project.build()  # notebooks name the content of `helpers`, so they follow
        assert TOTAL not in written and project.text(TOTAL) == text
        assert project.build() == []
        if not stamped:
            (project.root / "build/cases.json").unlink()


def test_a_file_beyond_the_tolerance_is_made_again(project: Project) -> None:
    project.build()
    made = project.text(TOTAL)
    (project.root / TOTAL).write_text(nudged(made, 1 + 3 * RTOL))
    assert project.build(check=True) == [TOTAL]
    assert project.build() == [TOTAL] and project.text(TOTAL) == made


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Start from 0.", "Start from zero."),
        lambda text: text.replace('"points": 3', '"points": 3.0'),
        lambda text: text.replace("int64", "int32", 1),
        lambda text: text + "\n{}",
        lambda text: text.replace('"kind"', '"sort"'),
    ],
)
def test_anything_else_is_made_again(project: Project, change: Callable[[str], str]) -> None:
    project.build()
    made = project.text(TOTAL)
    changed = change(made)
    assert changed != made
    (project.root / TOTAL).write_text(changed)
    assert project.build() == [TOTAL] and project.text(TOTAL) == made


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("[1.0]", "[1.0000001]", True),
        ("[1.0]", "[1.00001]", False),
        ("[0.0]", "[1e-9]", True),
        ("[NaN, Infinity]", "[NaN, Infinity]", True),
        ("[NaN]", "[1.0]", False),
        ("[1]", "[1.0]", False),
        ("[1]", "[true]", False),
        ("[1, 2]", "[1]", False),
        ('["1.0"]', '["1.0000001"]', False),
        ('{"a": 1.0}', '{"a": 1.0000001}', True),
        ('{"a": 1.0, "b": 2}', '{"b": 2, "a": 1.0}', False),
        ("not JSON", "not JSON", True),
        ("not JSON", "not  JSON", False),
    ],
)
def test_floats_alone_may_differ(one: str, other: str, same: bool) -> None:
    assert agree(one.encode(), other.encode()) is agree(other.encode(), one.encode()) is same


def array(dtype: str, *values: float, shape: list[int] | None = None) -> bytes:
    return json.dumps({"array": values, "dtype": dtype, "shape": shape or [len(values)]}).encode()


def test_single_precision_has_the_tolerance_that_check_gives_it() -> None:
    near, far = 1 + FLOAT32_TOL / 2, 1 + 5 * FLOAT32_TOL
    assert agree(array("float32", 1.0, 2.0), array("float32", near, 2.0))
    assert not agree(array("float32", 1.0, 2.0), array("float32", far, 2.0))
    assert not agree(array("float64", 1.0, 2.0), array("float64", near, 2.0))


def test_whole_numbers_shapes_and_dtypes_of_arrays_are_equal() -> None:
    big = 10**12
    assert not agree(array("int64", big), array("int64", big + 1))
    assert not agree(array("float64", 1.0), array("float32", 1.0))
    assert not agree(array("float64", 1.0, 2.0), array("float64", 1.0, 2.0, shape=[2, 1]))


@pytest.mark.parametrize(("noise", "same"), [(1 + 3e-16, True), (1 - 3e-16, True), (1 + 1e-5, False)])
def test_noise_in_the_last_digits_is_rounded_away(project: Project, noise: float, same: bool) -> None:
    total = project.notebook.exercises[0]
    exact = total.reference
    before = specs.to_json(steady(total.public()))
    total.reference = lambda x, w=1.0: exact(x, w) / 3 * 3 * noise
    assert (specs.to_json(steady(total.public())) == before) is same
