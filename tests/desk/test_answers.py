"""One student's answer, as a notebook in OUT holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.desk import answers
from autograder.desk.answers import Answer

BOOK, QUESTION = "01_a", "why"
ONE, OTHER = ("image/png", "aaaa"), ("image/gif", "bbbb")
ATTACHED = {"one.png": {ONE[0]: ONE[1]}, "other.gif": {OTHER[0]: OTHER[1]}}


def read(out: Path, source: object, attachments: object = None, student: str = "ann") -> Answer:
    cell: dict[str, Any] = {"source": source, "metadata": {"nbgrader": {"grade_id": QUESTION}}}
    if attachments is not None:
        cell["attachments"] = attachments
    folder = out / "autograded" / "ann" / BOOK
    folder.mkdir(parents=True, exist_ok=True)
    before = {"source": "another", "metadata": {}}
    (folder / f"{BOOK}.ipynb").write_text(json.dumps({"cells": [before, cell]}))
    return answers.read(out, student, BOOK, QUESTION)


@pytest.mark.parametrize("source", ["It moves.\n\nA lot. ", ["It moves.\n", "\n", "A lot. "]])
def test_a_source_is_a_text_or_lines(source: object, tmp_path: Path) -> None:
    assert read(tmp_path, source) == Answer("It moves.\n\nA lot.")


def test_pictures_have_the_numbers_of_their_order(tmp_path: Path) -> None:
    said = "![x](attachment:other.gif) and ![](attachment:one.png) and ![](attachment:other.gif)"
    assert read(tmp_path, said, ATTACHED) == Answer("[picture 1] and [picture 2] and [picture 1]", (OTHER, ONE))
    inline = f"![x](data:{ONE[0]};base64,{ONE[1]}) ![y](attachment:one.png)"
    assert read(tmp_path, inline, ATTACHED) == Answer("[picture 1] [picture 1]", (ONE, OTHER))


def test_a_picture_that_is_not_there_stays_a_word(tmp_path: Path) -> None:
    said = "so ![x](attachment:gone.png) it is"
    assert read(tmp_path, said) == read(tmp_path, said, [1]) == Answer(said)
    assert read(tmp_path, "", {"one.png": {ONE[0]: ONE[1]}}) == Answer("", (ONE,))


def test_only_pictures_are_attached(tmp_path: Path) -> None:
    others = {"a.svg": {"image/svg+xml": "<svg>"}, "b.png": {"image/png": ["aaaa"]}, "c.png": {ONE[0]: ONE[1]}}
    assert read(tmp_path, "", others).pictures == (ONE,)


@pytest.mark.parametrize("student", ["", ".", "..", "../autograded/ann", "ann/../ann", "ann\0"])
def test_an_id_that_is_no_folders_name_is_not_looked_up(student: str, tmp_path: Path) -> None:
    assert "not the name of a folder" in read(tmp_path, "x", student=student).problem


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    assert "is not in OUT" in read(tmp_path, "x", student="bob").problem
    assert "has no such answer" in answers.read(tmp_path, "ann", BOOK, "other").problem
    assert "can't be read (AttributeError)" in read(tmp_path, "x", {"a.png": None}).problem


def test_equal_answers_have_one_key() -> None:
    same = [Answer("It  moves.\n"), Answer("it moves."), Answer("\uff29t moves.")]
    assert len({answer.key for answer in same}) == 1
    others = [Answer("It moves"), Answer("It moves.", (ONE,)), Answer("It moves.", (OTHER,)), Answer("", problem="x")]
    assert len({answer.key for answer in [same[0], *others, Answer("")]}) == 6
