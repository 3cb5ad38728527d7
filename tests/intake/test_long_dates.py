"""Times as Moodle writes them out in each language."""

from __future__ import annotations

from datetime import datetime

import pytest

from autograder.intake import long_dates


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Saturday, 28 November 2026, 1:05 AM", (2026, 11, 28, 1, 5)),
        ("Saturday, 28 November 2026, 1:05 PM", (2026, 11, 28, 13, 5)),
        ("Saturday, 28 November 2026, 12:00 AM", (2026, 11, 28, 0, 0)),
        ("Saturday, 28 November 2026, 12:30 p.m.", (2026, 11, 28, 12, 30)),
        ("Samstag, 28. November 2026, 13:05", (2026, 11, 28, 13, 5)),
        ("Montag, 1. März 2027, 00:00", (2027, 3, 1, 0, 0)),
        ("samedi 28 août 2027, 01:05", (2027, 8, 28, 1, 5)),
        ("jeudi 1 juillet 2027, 23:59", (2027, 7, 1, 23, 59)),
        ("sábado, 28 de noviembre de 2026, 01:05", (2026, 11, 28, 1, 5)),
        ("sabato, 31 gennaio 2026, 18.05", (2026, 1, 31, 18, 5)),
        ("zaterdag, 28 mei 2026, 01:05", (2026, 5, 28, 1, 5)),
        ("суббота, 28 ноября 2026, 01:05", (2026, 11, 28, 1, 5)),
        ("-", None),
        ("", None),
        ("Saturday, 31 June 2026, 1:05 AM", None),
        ("Saturday, 28 Novembruary 2026, 1:05 AM", None),
        ("28 November, 1:05", None),
        ("Saturday, 28 November 2026, 25:05", None),
    ],
)
def test_a_time_that_is_written_out(text: str, when: tuple[int, ...] | None) -> None:
    assert long_dates.read(text) == (datetime(*when).astimezone() if when else None)  # type: ignore[arg-type,misc]
