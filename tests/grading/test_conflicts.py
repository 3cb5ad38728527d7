"""A merge leaves both sides in a file: each can be had as if there had been no conflict."""

from __future__ import annotations

import pytest

from autograder.conflicts import sides

CONFLICT = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\nd\n"


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        (CONFLICT, "a\nb\nd\n", "a\nc\nd\n"),
        (CONFLICT * 2, "a\nb\nd\n" * 2, "a\nc\nd\n" * 2),
        (CONFLICT.replace("b\n", ""), "a\nd\n", "a\nc\nd\n"),
        (CONFLICT.replace("=======", "||||||| base\nold\n======="), "a\nb\nd\n", "a\nc\nd\n"),
        (CONFLICT.replace("\n", "\r\n"), "a\r\nb\r\nd\r\n", "a\r\nc\r\nd\r\n"),
        ("  <<<<<<< HEAD\n  b\n  =======\n  c\n  >>>>>>> theirs\n", "  b\n", "  c\n"),
        ("<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs", "b\n", "c\n"),
    ],
)
def test_each_side_is_whole(text: str, ours: str, theirs: str) -> None:
    assert sides(text) == (ours, theirs)


def test_the_comma_behind_a_marker_stays() -> None:
    assert sides("[\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs,\n3\n]") == ("[\n1\n,\n3\n]", "[\n2\n,\n3\n]")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n=======\nb\n",
        "<<<<<<< HEAD\na\n=======\nb\n",
        "a\n=======\nb\n>>>>>>> theirs\n",
        "<<<<<<< HEAD\na\n>>>>>>> theirs\n",
        "print('<<<<<<< and >>>>>>>')\n",
        ">>>>>>> theirs\n=======\n<<<<<<< HEAD\n",
        CONFLICT + "<<<<<<< HEAD\na\n",
    ],
)
def test_what_is_no_whole_conflict_is_none(text: str) -> None:
    assert sides(text) is None


def test_marks_that_are_part_of_the_text_stay() -> None:
    """A line of equals signs underlines a title in Markdown."""
    assert sides("Title\n=======\n" + CONFLICT) == ("Title\n=======\na\nb\nd\n", "Title\n=======\na\nc\nd\n")
    assert sides(CONFLICT.replace("c\n", "c\n=======\n")) == ("a\nb\nd\n", "a\nc\n=======\nd\n")
    assert sides(CONFLICT.replace("c\n", "<<<<<<< c\n")) == ("a\nb\nd\n", "a\n<<<<<<< c\nd\n")
    assert sides(CONFLICT.replace("b\n", "<<<<<<< b\n")) == ("a\n<<<<<<< b\nd\n", "a\nc\nd\n")
