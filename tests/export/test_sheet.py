"""CSV files of which some fields are filled in: what they say, and that nothing else changes."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings

from autograder.export.ready import ExportError
from autograder.export.sheet import Sheet

from .lms import SEEDS, some_name


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_a_sheet_says_what_a_csv_reader_says(draw: random.Random) -> None:
    width = draw.randint(3, 5)
    head = [f"column {number}" for number in range(width)]
    rows = [head, head, head, *([some_name(draw) for _ in range(width)] for _ in range(draw.randint(0, 3)))]
    separator, end = draw.choice(",;\t"), draw.choice(("\n", "\r\n"))
    text = io.StringIO(newline="")
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    content = text.getvalue().encode(draw.choice(("utf-8", "utf-8-sig", "utf-16")))
    sheet = Sheet(content)
    assert sheet.separator == separator and [sheet.row(number) for number in range(len(sheet))] == rows
    assert sheet.content() == content
    row, column, value = draw.randrange(len(rows)), draw.randrange(width), some_name(draw)
    sheet.fill(row, column, value)
    rows[row] = [*rows[row][:column], value, *rows[row][column + 1 :]]
    again = Sheet(sheet.content())
    assert [again.row(number) for number in range(len(again))] == rows


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_any_text_stays_byte_for_byte_or_is_refused(draw: random.Random) -> None:
    content = "".join(draw.choice('ab,;\t"\r\n') for _ in range(draw.randint(1, 30))).encode()
    try:
        assert Sheet(content).content() == content
    except ExportError as error:
        assert "is never closed" in str(error)


def test_a_short_record_gets_the_field_that_it_lacks() -> None:
    sheet = Sheet(b"a,b,c\n1\n")
    assert [sheet.cell(1, column) for column in range(3)] == ["1", "", ""]
    sheet.fill(1, 2, "7,5")
    assert sheet.content() == b'a,b,c\n1,,"7,5"\n'


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", "é".encode("latin-1"), b"\xff\xfea", b'"b\n'], ids=repr)
def test_what_is_no_sheet(content: bytes) -> None:
    with pytest.raises(ExportError):
        Sheet(content)
