"""What a page shows of a hand-in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sample_results import BOOK, RELEASE

from autograder.grading.submission import NotebookCell, Submission
from autograder.reports import work
from autograder.reports.work import Piece, Work

WORDS = RELEASE.released["why_not_fc"].source
STUB = RELEASE.released["conv1d"].source


def of(folder: Path, *cells: NotebookCell) -> Work:
    path = folder / "own.ipynb"
    path.touch()
    os.utime(path, (1e9, 1e9))
    return work.of(Submission("ann", BOOK, cells), RELEASE, path)


def code(source: str, name: str = "") -> NotebookCell:
    return NotebookCell("code", source, name)


def answer(source: str, *sizes: int) -> NotebookCell:
    pictures = tuple((f"{number}.png", "image/png", "A" * size) for number, size in enumerate(sizes))
    return NotebookCell("markdown", source, "why_not_fc", pictures)


def test_only_what_was_written_is_work(tmp_path: Path) -> None:
    found = of(tmp_path, code(STUB, "conv1d"), code("weights_fc = 110", "weights_fc"), answer(WORDS))
    assert found.pieces == {"weights_fc": Piece("code", "weights_fc = 110")}
    assert (found.file, found.changed) == ("own.ipynb", "2001-09-09T01:46:40+00:00")
    assert of(tmp_path, answer("Words.")).pieces == {"why_not_fc": Piece("markdown", "Words.")}


def test_a_function_in_a_cell_of_ones_own_is_work(tmp_path: Path) -> None:
    one, other = "def conv1d(x):\n    return x", "def conv1d(x):\n    return 2 * x"
    text = NotebookCell("markdown", one)
    before, after = RELEASE.cells[:2], RELEASE.cells[2:]
    found = of(tmp_path, *before, text, code(one), code("print(conv1d)"), code(other), *after)
    assert found.pieces == {"conv1d": Piece("code", f"{one}\n\n{other}")}
    assert of(tmp_path, code("mine", "conv1d"), code(one)).pieces == {"conv1d": Piece("code", "mine")}


def test_what_is_too_much_is_cut_and_said(tmp_path: Path) -> None:
    room = work.MAX_PICTURES
    assert of(tmp_path, answer("a", room)).pieces["why_not_fc"].cut == ""
    piece = of(tmp_path, answer("a", room - 4, 8, 4, 1)).pieces["why_not_fc"]
    assert [name for name, _, _ in piece.pictures] == ["0-0.png", "0-2.png"] and piece.cut == "2 large pictures"
    assert of(tmp_path, answer("a", room + 1)).pieces["why_not_fc"].cut == "1 large picture"
    whole = of(tmp_path, code("x" * work.MAX_TEXT, "conv1d")).pieces["conv1d"]
    longer = of(tmp_path, code("x" * work.MAX_TEXT + "yz", "conv1d")).pieces["conv1d"]
    assert whole == Piece("code", "x" * work.MAX_TEXT)
    assert longer == Piece("code", "x" * work.MAX_TEXT, (), "2 more characters")
    both = of(tmp_path, answer("x" * (work.MAX_TEXT + 1), room + 1)).pieces["why_not_fc"]
    assert both.cut == "1 more characters and 1 large picture"


def test_a_hand_in_without_a_file_is_none(tmp_path: Path) -> None:
    assert work.of(Submission("ann", BOOK, (answer("Words."),)), RELEASE, tmp_path / "none") == Work()


def test_the_digest_is_that_of_what_was_handed_in(tmp_path: Path) -> None:
    one, same, other = (of(tmp_path, code(source)).content for source in ("a", "a", "b"))
    assert one == same != other and len(one) == 32


def test_predictions_are_those_of_the_code(tmp_path: Path) -> None:
    found = of(tmp_path, code('predict("entries", 3)'), answer('I would say predict("entries", 4) or predict("x", 5)'))
    assert found.guesses == {"entries": 3}


def test_guesses_that_json_can_hold_are_kept() -> None:
    assert work.plain_only({"a": 1, "b": float("nan"), "c": {1, 2}, "d": (1, "x")}) == {"a": 1, "d": [1, "x"]}
    assert len(work.plain_only({str(number): number for number in range(101)})) == 100


def test_a_hand_in_comes_back_from_its_line(tmp_path: Path) -> None:
    found = of(tmp_path, answer("Words.", 4), code("weights_fc = 110", "weights_fc"))
    text = work.to_json(found)
    assert work.from_json(text) == found and "\n" not in text
    for damaged in ("{", "[]", "{}", '{"pieces": {"a": {}}}', '{"pieces": {}, "more": 1}'):
        with pytest.raises(ValueError):
            work.from_json(damaged)
