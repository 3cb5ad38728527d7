"""What wrong homework is told: a name that is given is true, and most get one."""

from __future__ import annotations

import contextlib
import io

import pytest

from checking.homework.functions import HOMEWORK, Homework
from helpers import check

MIN_NAMED = 0.6


def name_of(item: Homework) -> str | None:
    """The name that `check` gives, None where it gives none."""
    with contextlib.redirect_stdout(io.StringIO()):
        checked = check(item.function)
    assert checked.verdict is not None and not checked.passed
    return checked.verdict.mistake.name if checked.verdict.mistake else None


@pytest.mark.parametrize("item", HOMEWORK, ids=[f"{item.exercise}-{item.what}" for item in HOMEWORK])
def test_a_name_is_true(item: Homework) -> None:
    name = name_of(item)
    assert name is None or name in item.names


def test_most_are_named() -> None:
    assert len(HOMEWORK) >= 40
    assert sum(name_of(item) is not None for item in HOMEWORK) >= MIN_NAMED * len(HOMEWORK)
