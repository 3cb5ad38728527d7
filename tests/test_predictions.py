"""The predictions: every question has its cell and a computed truth; guesses are read in any form, and never graded."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import facts
import pytest
from conftest import COURSE

from helpers import predict, recall
from helpers.checking import predictions
from helpers.checking.predictions import Prediction, guesses, load

for _module in pkgutil.iter_modules(facts.__path__):
    importlib.import_module(f"facts.{_module.name}")
WITH_PREDICTIONS = [name for name in COURSE.notebooks if load(name)]
TRUTHS = [(book, name) for book in facts.BOOKS for name in facts.BOOKS[book].truths]
# From a prompt to the end of its paragraph. The first notebook says what the two words mean: that is none.
PROMPT = re.compile(r"(?<!Under \*\*)Predict first.*(?:\n# .+)*")
NUMBER = Prediction("number", "How many?", 8, "So it is.", within=1)
PAIR = Prediction("pair", "Where?", [1, 4], "Rows first.")
LETTER = Prediction("letter", "Which?", "b", "It is.", choices={"a": "one", "b": "another"})
GRID = Prediction("grid", "Draw it.", [[0, 1], [1, 0]], "A diagonal.")


@pytest.mark.parametrize("notebook", WITH_PREDICTIONS)
def test_each_question_has_one_cell_without_a_guess_and_each_cell_a_question(notebook: str) -> None:
    source = COURSE.source(notebook).read_text("utf-8")
    asked = re.findall(r'^(?:helpers\.)?predict\("(\w+)", \.\.\.\)$', source, re.MULTILINE)
    assert asked == list(load(notebook))
    assert 6 <= len(asked) <= 14


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_each_prompt_has_its_cell_right_after_its_paragraph(notebook: str) -> None:
    cells = re.split(r"^# %%", COURSE.source(notebook).read_text("utf-8"), flags=re.MULTILINE)
    unrecorded = [
        " ".join(paragraph.split())
        for cell, following in zip(cells, [*cells[1:], ""])
        for paragraph in PROMPT.findall(cell)
        if not cell.rstrip().endswith(paragraph) or not re.match(r'\n(?:helpers\.)?predict\("', following)
    ]
    assert not unrecorded, "a prompt that no predict cell follows:\n" + "\n".join(unrecorded)


@pytest.mark.parametrize(("book", "name"), TRUTHS)
def test_the_truth_is_computed(book: str, name: str) -> None:
    prediction = load(book)[name]
    assert prediction.is_right(facts.BOOKS[book].truths[name]())


@pytest.mark.parametrize("notebook", WITH_PREDICTIONS)
def test_every_truth_is_computed_and_known_to_be_readable(notebook: str) -> None:
    for name, prediction in load(notebook).items():
        assert prediction.is_right(prediction.truth), name
        assert prediction.question.endswith("?") and prediction.because.endswith("."), name
    assert set(facts.BOOKS[notebook].truths) == set(load(notebook))


@pytest.mark.parametrize(
    ("prediction", "guess", "right"),
    [
        (NUMBER, 7.5, True),
        (NUMBER, [8], True),
        (NUMBER, 10, False),
        (NUMBER, "eight", None),
        (NUMBER, float("nan"), None),
        (NUMBER, True, None),
        (PAIR, (1, 4), True),
        (PAIR, [4, 1], False),
        (PAIR, 1, None),
        (LETTER, "(B)", True),
        (LETTER, "a", False),
        (LETTER, "c", None),
        (LETTER, 2, None),
        (GRID, [[0, 1], [1, 0]], True),
        (GRID, ((1, 1), (1, 0)), False),
        (GRID, [[0, 1], [1]], None),
        (NUMBER, object(), None),
    ],
)
def test_guesses_are_read_in_any_form(prediction: Prediction, guess: Any, right: bool | None) -> None:
    assert (prediction.readable(guess) is None) == (right is None)
    assert prediction.is_right(guess) == bool(right)
    assert prediction.in_words(guess)


def test_a_guess_is_shown_with_the_truth_folded_and_kept_as_data(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[dict[str, str], dict[str, Any]]] = []
    module = sys.modules[predict.__module__]  # helpers.predict is the function
    monkeypatch.setattr(module, "in_notebook", lambda: True)

    def display(data: dict[str, str], raw: bool, metadata: dict[str, Any] | None = None) -> None:
        shown.append((data, metadata or {}))

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(module, "find", lambda name: {"number": NUMBER, "grid": GRID, "letter": LETTER}.get(name))
    predict("number", 7)
    predict("grid", [[1, 1], [1, 0]])
    predict("number", ...)
    predict("number", "<b>many</b>")
    predict("letter", ...)
    (seven, kept), (grid, _), (open_, nothing), (wrong, _), (choice, _) = shown
    assert "<b>How many?</b>" in seven["text/html"] and "<b>How many?</b>" in open_["text/html"]
    assert "<li><b>b</b> another</li>" in choice["text/html"] and "  b: another\n" in choice["text/plain"]
    assert "Your guess: 7" in seven["text/plain"] and "8" not in seven["text/plain"]
    assert "<details><summary>Compare</summary>You were right (near enough)." in seven["text/html"]
    assert kept == {"prediction": {"name": "number", "guess": "7", "right": True}}
    assert grid["text/html"].count("<td class=other>") == 1
    assert nothing == {} and "in place of the dots, a number" in open_["text/plain"]
    assert "wants a number" in wrong["text/plain"] and "<b>many" not in wrong["text/html"]


def test_an_unknown_question_is_said_and_nothing_raises(capsys: pytest.CaptureFixture[str]) -> None:
    predict("dot_on_the_j", 3)
    predict(3, 3)  # type: ignore[arg-type]
    assert capsys.readouterr().out.count("there is no question called") == 2


def test_what_was_guessed_wrong_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here, before = tmp_path / "02_filters_1d", tmp_path / "01_pixels"
    here.mkdir()
    before.mkdir()
    monkeypatch.chdir(here)
    recall("01_pixels")
    often = capsys.readouterr().out
    assert "uint8" in often  # many get it wrong
    cells = [{"cell_type": "code", "source": ['predict("wrong_shape", "a")\n', 'predict("bytes_add", 44)']}]
    (before / "01_pixels.ipynb").write_text(json.dumps({"cells": cells}))
    recall("01_pixels")
    mine = capsys.readouterr().out
    assert mine.splitlines()[1] == f"- {load('01_pixels')['wrong_shape'].question}"
    (before / "01_pixels.ipynb").write_text("damaged")
    recall("01_pixels")
    assert capsys.readouterr().out == often


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('predict("a", 3)', {"a": 3}),
        ("helpers.predict('a', (1, -4))  # I think", {"a": (1, -4)}),
        ('x = 1\n  predict("a",\n   [[1, 2],\n    [3, 4]])\nx = (2)', {"a": [[1, 2], [3, 4]]}),
        ('predict("a", "b) or so")', {"a": "b) or so"}),
        ('predict("a", 1)\npredict("a", 2)', {"a": 2}),
        ('predict("a", ...)', {}),
        ('predict("a", open("x"))', {}),
        ('predict("a", ' + "(" * 5000, {}),
        ('predict("a", ' + "9" * 5000 + ")", {}),
        ('# predict("a", 3)', {}),
    ],
)
def test_guesses_are_read_from_source_and_nothing_is_run(source: str, found: dict[str, Any]) -> None:
    assert guesses([source]) == found


def test_predictions_of_another_folder(tmp_path: Path) -> None:
    (tmp_path / "01.toml").write_text('[x]\nquestion = "Q?"\ntruth = 1\nbecause = "B."\n')
    assert predictions.load("01", tmp_path)["x"].truth == 1 and predictions.load("02", tmp_path) == {}


def test_the_form_of_a_guess_is_told() -> None:
    forms = [prediction.form for prediction in (NUMBER, PAIR, GRID)]
    assert forms == [
        "a number",
        "2 numbers in brackets",
        "a list of 2 lists of 2 numbers, one for each row of the grid",
    ]
    for letters, said in (("a", "a"), ("ab", "a or b"), ("abc", "a, b or c")):
        choice = replace(LETTER, choices=dict.fromkeys(letters, "this"))
        assert choice.form == f"one letter in quotes: {said}"
