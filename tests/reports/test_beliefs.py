"""What a class predicted: read from the source of cells, counted, shown to the lecturer, and never graded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from conftest import COURSE
from sample_results import entry, result

from autograder.grading.submission import NotebookCell, Submission
from autograder.reports import report, work
from autograder.reports.beliefs import FOLDER, Beliefs
from autograder.reports.releases import read_release
from autograder.reports.work import Work

BOOK = "02_filters_1d"
TABLE = """
[places]
question = "How many <b>places</b>?"
truth = 8
because = "So it is."

[kind]
question = "Which?"
truth = "a"
because = "So it is."
choices = { a = "this", b = "that" }
"""


def beliefs(tmp_path: Path, *guesses: dict[str, object]) -> Beliefs:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / f"{BOOK}.toml").write_text(TABLE)
    found = Beliefs(tmp_path)
    entries = [entry(result(f"s{number}", book=BOOK), work=Work(guesses=guess)) for number, guess in enumerate(guesses)]
    assert [item.result.student for item in found.counting(entries)] == [f"s{number}" for number in range(len(entries))]
    return found


def test_answers_are_counted_the_least_known_question_first(tmp_path: Path) -> None:
    numbers = [{"places": 7}, {"places": 7}, {"places": "<i>many"}]
    places, kind = beliefs(tmp_path, {"places": 8, "kind": "a"}, *numbers, {"kind": "(A)", "other": 1}).of(BOOK)
    assert (places.right, places.total, places.truth) == (1, 3, "8")
    assert [(answer.text, answer.count, answer.right) for answer in places.answers] == [("7", 2, False), ("8", 1, True)]
    assert (kind.right, kind.total) == (2, 2) and kind.answers[0].text == "a, this"
    assert beliefs(tmp_path / "none", {}).of(BOOK) == []


def test_half_right_is_better_known_than_a_third(tmp_path: Path) -> None:
    found = beliefs(tmp_path, {"places": 8, "kind": "a"}, {"places": 7, "kind": "b"}, {"kind": "b"}).of(BOOK)
    assert [(belief.right, belief.total) for belief in found] == [(1, 3), (1, 2)]


def test_rare_answers_are_counted_together(tmp_path: Path) -> None:
    (found,) = beliefs(tmp_path, *({"places": number} for number in range(20))).of(BOOK)
    assert len(found.answers) == 5 and found.others == 15 and found.total == 20


def test_the_page_shows_them_as_text(tmp_path: Path) -> None:
    found = beliefs(tmp_path, {"places": 7, "kind": "b"}).of(BOOK)
    page = report.page(report.part_of(BOOK, [entry(result("ann", book=BOOK))], {}, found))
    assert "What the class believed" in page and "How many &lt;b&gt;places" in page and "1 × b, that" in page
    assert "What the class believed" not in report.page(report.part_of(BOOK, [], {}))


def test_a_hand_in_keeps_its_guesses_and_nothing_else(tmp_path: Path) -> None:
    release = read_release(COURSE.release("01_pixels"), COURSE.solution("01_pixels"))
    guesses = {"dot_on_i": "(1, 4)", "bytes_add": "1e999", "x": "{1: 2}", "y": "{3}"}
    cells = tuple(NotebookCell("code", f'predict("{name}", {guess})') for name, guess in guesses.items())
    path = tmp_path / "01_pixels.ipynb"
    path.touch()
    handed_in = work.of(Submission("ann", "01_pixels", cells), release, path)
    assert handed_in.guesses == {"dot_on_i": [1, 4], "x": {"1": 2}}
    assert work.from_json(work.to_json(handed_in)) == handed_in
    without = work.to_json(handed_in).replace(', "guesses": {"dot_on_i": [1, 4], "x": {"1": 2}}', "")
    assert work.from_json(without) == replace(handed_in, guesses={})  # kept by an older version
