"""What the terminal shows at the end of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from sample_results import result, usual

from autograder.cli import summary
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.reports.history import Move, Run

OUT = Path("out")


def lost(student: str, why: str) -> SubmissionResult:
    return result(student, ExerciseResult("conv1d", None, 3, "not_graded"), notes=(why,))


def cells(results: list[SubmissionResult]) -> list[list[str]]:
    """The table's rows, the headings first."""
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(summary.class_table(results))
    title, headings, _, *rows = [line for line in captured.get().splitlines() if line.strip()]
    assert title.strip() == "How the class did"
    return [line.split() for line in (headings, *rows)]


def test_the_table_has_a_row_for_each_exercise() -> None:
    class_of = [usual("ann"), usual("ben", score=3.0, status="correct"), usual("cem", score=0.0, status="timeout")]
    headings, *rows = cells([*class_of, result("ann", ExerciseResult("dot", 1.0, 1, "correct"), book="03_other")])
    assert headings == ["exercise", "mean", "right", "partly", "wrong", "stopped", "blank", "waiting"]
    # 2.25, 3 and 0 of 3 points; words that wait for a person have no mean.
    assert rows == [
        ["conv1d", "58%", "1", "1", "1"],
        ["weights_fc", "100%", "3"],
        ["why_not_fc", "-", "3"],
        ["dot", "100%", "1"],
    ]


def test_what_is_not_graded_does_not_count_in_the_mean() -> None:
    _, row = cells([lost("ann", "a link"), result("ben", ExerciseResult("conv1d", 1.5, 3, "partial"))])
    assert row == ["conv1d", "50%", "1", "1"]


def test_the_most_frequent_reasons_come_first() -> None:
    reasons = ["a link", "a folder", "a folder", "a pipe", "a device"]
    results = [usual("zoe"), *(lost(f"student {number}", why) for number, why in enumerate(reasons))]
    assert list(summary.not_graded_lines(results)) == [
        "not graded: 2 of 6 submissions: a folder",
        "not graded: 1 of 6 submissions: a link",
        "not graded: 1 of 6 submissions: a pipe",
    ]
    assert list(summary.not_graded_lines([usual("zoe")])) == []


def test_the_places_of_the_results() -> None:
    assert list(summary.place_lines(OUT, "")) == [
        "grades    out/grades.csv",
        "gradebook out/gradebook.db",
        "feedback  out/feedback",
        "report    out/report.html",
    ]
    assert (
        list(summary.place_lines(OUT, "postgresql://ta:s3cret@host/db"))[1] == "gradebook postgresql://ta:***@host/db"
    )


def test_names_cannot_write_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    move = Move("\x1b[2J", "02_filters_1d", "conv1d", None, 2.5, "graded again", ("+values",))
    run = Run(RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp"), moves=(move,))
    summary.summarize([lost("ann", "the folder \x1b[2J\u202e[red] is a symbolic link")], OUT / "\x07", "", run)
    said = capsys.readouterr().out
    assert "How the class did" in said and "changed: 1 score in 1 submission: out/\\x07/changes.html" in said
    assert "changed: \\x1b[2J/02_filters_1d conv1d: not graded -> 2.5 (gained values), as graded again" in said
    assert r"not graded: 1 of 1 submissions: the folder \x1b[2J\u202e[red] is a symbolic link" in said
    assert r"report    out/\x07/report.html" in said


def test_what_the_seed_is_to_a_person() -> None:
    secret = 2**64 - 1
    assert summary.seed_line(secret, OUT) == (
        f"hidden cases were drawn from seed {secret}; it is kept in out/run.json, keep it secret"
    )
    assert "seed 0, which is public" in summary.seed_line(0, OUT)
