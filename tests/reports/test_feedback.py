"""A student's page: its parts, and when it is written anew."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_results import BOOK, entry, usual

from autograder.intake.collected import Handin
from autograder.reports import feedback
from autograder.reports.feedback import UNCONFINED
from autograder.reports.work import Piece, Work

P = ("p.png", "image/png", "AAAA")
Q = ("q.png", "image/gif", "BBBB")
P_SHOWN, Q_SHOWN = ("p.png", "data:image/png;base64,AAAA"), ("q.png", "data:image/gif;base64,BBBB")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("abc", [("abc", ""), P_SHOWN, Q_SHOWN]),
        ("a ![x](attachment:q.png) b", [("a ", ""), Q_SHOWN, (" b", ""), P_SHOWN]),
        ("![](attachment:p.png)\n\n![](attachment:q.png) ", [P_SHOWN, Q_SHOWN]),
        ("![](attachment:p.png)![](attachment:p.png)", [P_SHOWN, ("![](attachment:p.png)", ""), Q_SHOWN]),
        ("![](attachment:gone.png)", [("![](attachment:gone.png)", ""), P_SHOWN, Q_SHOWN]),
    ],
)
def test_pictures_stand_where_the_text_has_them(source: str, shown: list[tuple[str, str]]) -> None:
    assert feedback.parts(Piece("markdown", source, (P, Q))) == shown


def test_a_picture_without_a_name_is_shown() -> None:
    shown = feedback.parts(Piece("markdown", "Words.", ((" ", "image/png", "QQ=="),)))
    assert shown == [("Words.", ""), (" ", "data:image/png;base64,QQ==")]


def test_long_code_is_folded() -> None:
    line = "x = 1\n"
    assert feedback.is_long(Piece("code", line * 15)) is True
    assert feedback.is_long(Piece("code", line * 16))
    assert feedback.is_long(Piece("code", line * 14)) is False
    assert not feedback.is_long(Piece("markdown", line * 20))


def test_a_page_is_written_again_when_something_in_it_is_new(tmp_path: Path) -> None:
    first = entry(usual("ann"))
    place = feedback.path("ann", BOOK, tmp_path)
    assert place == tmp_path / "feedback" / "ann" / f"{BOOK}.html"
    feedback.write([first], tmp_path)
    text = place.read_text("utf-8")
    assert text.startswith("<!-- made of ") and "<html" in text
    place.write_text(f"{text}<!-- the same -->", "utf-8")
    feedback.write([first], tmp_path)
    assert place.read_text("utf-8").endswith("<!-- the same -->")
    feedback.write([dataclasses.replace(first, confined=False)], tmp_path)
    assert not place.read_text("utf-8").endswith("<!-- the same -->") and UNCONFINED in place.read_text("utf-8")


@pytest.mark.parametrize("student", ["", ".", "..", "a/b", "a\0"])
def test_a_page_lies_in_a_students_folder(student: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the name of a folder"):
        feedback.path(student, BOOK, tmp_path)


def test_the_file_and_its_time_are_those_of_the_system_where_it_has_some() -> None:
    work = Work(file="own.ipynb", changed="2026-11-02T08:00:00+00:00")
    page = feedback.page(entry(usual("ann"), work=work))
    assert "own.ipynb" in page and "2026-11-02 08:00:00" in page and UNCONFINED not in page
    when = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    handin = Handin("ann", BOOK, "class.zip/x/handed.ipynb", when, others=("class.zip/x/older.ipynb",))
    page = feedback.page(entry(usual("ann"), work=work, handin=handin))
    assert "handed.ipynb" in page and "older.ipynb" in page and "class.zip" not in page and "own.ipynb" not in page
    assert "2026-11-03 09:30+00:00" in page
    page = feedback.page(entry(usual("ann"), work=work, handin=Handin("ann", BOOK, "")))
    assert "own.ipynb" in page and "2026-11-02 08:00:00" in page
