"""An answer in words is whatever a student wrote in its place, in whichever cell."""

from __future__ import annotations

import pytest

from autograder.grading.submission import NotebookCell
from autograder.grading.written import answers_in_words

TITLE, QUESTION = NotebookCell("markdown", "# Title"), NotebookCell("markdown", "Why?")
BLANK = NotebookCell("markdown", "Your answer here.", "why")
NEXT, LAST = NotebookCell("code", "count = None", "count"), NotebookCell("markdown", "The end.")
RELEASE = (TITLE, QUESTION, BLANK, NEXT, LAST)
ANSWERED = NotebookCell("markdown", "Because.", "why")
PICTURE = (("a.png", "image/png", "iVBORw0KGgo="),)


def words(source: str, kind: str = "markdown") -> NotebookCell:
    return NotebookCell(kind, source)


def written(*cells: NotebookCell) -> list[str]:
    return [cell.source for cell in answers_in_words(cells, RELEASE, ["why"])["why"].written]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (RELEASE, []),
        ((TITLE, QUESTION, ANSWERED, NEXT, LAST), ["Because."]),
        ((TITLE, QUESTION, BLANK, words("Below."), NEXT, LAST), ["Below."]),
        ((TITLE, QUESTION, words("Above."), BLANK, NEXT, LAST), ["Above."]),
        ((TITLE, QUESTION, words("Above."), ANSWERED, words("Below."), NEXT), ["Above.", "Because.", "Below."]),
        ((TITLE, words("Why? Because."), BLANK, NEXT, LAST), ["Why? Because."]),
        ((TITLE, QUESTION, BLANK, words("# code", "code"), NEXT, LAST), ["# code"]),
        ((TITLE, QUESTION, BLANK, NEXT, words("Far away."), LAST), []),
        ((words("Far away."), TITLE, QUESTION, BLANK, NEXT, LAST), []),
        ((TITLE, QUESTION, BLANK, words("  \n"), NEXT, LAST), []),
        ((TITLE, QUESTION, words("Your answer\nhere."), ANSWERED, NEXT, LAST), ["Because."]),
    ],
)
def test_what_stands_in_the_place_of_an_answer(cells: tuple[NotebookCell, ...], found: list[str]) -> None:
    assert written(*cells) == found


def test_a_cell_that_lost_its_id_is_known_by_its_text_or_place() -> None:
    assert written(TITLE, QUESTION, words("Your answer here."), words("Because."), NEXT, LAST) == ["Because."]
    assert written(TITLE, QUESTION, words("Because."), NEXT, LAST) == ["Because."]
    assert written(TITLE, QUESTION, NEXT, words("Too late."), LAST) == []
    assert written(words("Because."), NEXT, LAST) == ["Because."], "all above it is gone, too"
    assert written(words("Because.")) == [], "nothing is left that says which place this is"


def test_the_first_cell_of_a_release_is_a_place_too() -> None:
    answers = answers_in_words((TITLE, words("Because."), NEXT), (TITLE, BLANK, NEXT), ["why"])
    assert [cell.source for cell in answers["why"].written] == ["Because."]


def test_where_the_cell_is_gone_code_is_no_answer() -> None:
    cells = (TITLE, QUESTION, words("x = 1", "code"), words("Because."), words("Raw.", "raw"), NEXT)
    assert written(*cells) == ["Because.", "Raw."]


def test_a_picture_alone_is_an_answer() -> None:
    drawn = NotebookCell("markdown", BLANK.source, "why", PICTURE)
    assert answers_in_words((TITLE, QUESTION, drawn, NEXT), RELEASE, ["why"])["why"].written == (drawn,)


def test_the_cell_that_was_handed_out_is_told() -> None:
    answers = answers_in_words((TITLE, words("Because.")), RELEASE, ["why"])
    assert answers["why"].cell is None
    assert answers_in_words((TITLE, ANSWERED), RELEASE, ["why"])["why"].cell == ANSWERED
    assert answers_in_words((), RELEASE, ["why"])["why"].written == ()
