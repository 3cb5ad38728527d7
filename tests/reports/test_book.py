"""OUT holds the course: results of all runs, points and comments by hand, and the pages that are made from both."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from conftest import COURSE
from nbgrader.api import Gradebook
from processes import rows, same
from typer.testing import CliRunner

from autograder.cli.commands import app
from autograder.demo.notebooks import Notebook, filled, solved, stub, write
from autograder.grading.batch import Task
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.intake.collected import Handin, Person, of, save
from autograder.reports import gradebook, history, kept, marks, outputs
from autograder.reports.database import GradebookError
from autograder.reports.kept import KeptError
from autograder.reports.marks import Mark
from helpers.checking.messages import Message

FIRST, SECOND = "01_pixels", "02_filters_1d"
WORDS = "why_not_fc"
RECORD = RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp")
INFO = outputs.RunInfo(RECORD)


def assess(student: str, book: str, share: float = 1.0, status: str = "correct") -> SubmissionResult:
    """A result as the grading makes it, with this share of all points."""
    passing = Message("pass" if share == 1 else "fail", "said by the checks", (("values", share == 1),))
    return SubmissionResult(
        student,
        book,
        tuple(
            ExerciseResult(item.name, None, item.points, "manual", message=Message("open", "read by a person"))
            if item.kind == "written"
            else ExerciseResult(item.name, share * item.points, item.points, status, message=passing)
            for item in COURSE.notebooks[book].exercises
        ),
    )


def missing(student: str, book: str) -> SubmissionResult:
    items = COURSE.notebooks[book].exercises
    return SubmissionResult(
        student, book, tuple(ExerciseResult(item.name, 0.0, item.points, "missing") for item in items), ("none",)
    )


def run(
    folder: Path, out: Path, *results: SubmissionResult, notes: tuple[str, ...] = (), info: outputs.RunInfo = INFO
) -> history.Run:
    tasks = [
        Task(item.student, item.assignment, folder / item.student / item.assignment / f"{item.assignment}.ipynb")
        for item in results
    ]
    done, _ = outputs.write(COURSE, tasks, notes, results, out, "", info)
    return done


def answered(text: str) -> Notebook:
    return filled(COURSE, FIRST, {WORDS: text}, solved(COURSE, FIRST))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book") / "class"
    write(answered("Because <b>weights</b> are shared."), folder, "ada", FIRST)
    write(stub(COURSE, FIRST), folder, "ben", FIRST)
    write(solved(COURSE, SECOND), folder, "ada", SECOND)
    for path in folder.rglob("*.ipynb"):
        os.utime(path, (1_800_000_000, 1_800_000_000))
    return folder


@pytest.fixture(scope="module")
def first_run(handed_in: Path) -> Path:
    out = handed_in.parent / "out"
    run(handed_in, out, assess("ada", FIRST), assess("ben", FIRST, 0.5, "partial"))
    return out


@pytest.fixture
def out(first_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(first_run, tmp_path / "out")
    return tmp_path / "out"


def text(out: Path, name: str) -> str:
    return (out / name).read_text("utf-8")


def feedback(out: Path, student: str, book: str = FIRST) -> str:
    return text(out, f"feedback/{student}/{book}.html")


def by_hand(out: Path, exercise: str, points: float | None, comment: str = "", student: str = "ada") -> None:
    """As formgrader saves it."""
    with Gradebook(gradebook.default_url(out)) as book:
        names = [exercise, f"{exercise}_check"]
        notebook = book.find_submission_notebook(FIRST, FIRST, student)
        grade = next(item for item in notebook.grades if item.name in names)
        grade.manual_score, grade.needs_manual_grade = points, points is None and grade.auto_score is None
        if comment:
            book.find_comment(exercise, FIRST, FIRST, student).manual_comment = comment
        book.db.commit()


def report(out: Path, *options: object) -> None:
    done = CliRunner().invoke(app, ["report", str(out), *map(str, options)], obj=COURSE.root)
    assert done.exit_code == 0, done.output


def test_a_later_run_adds_its_lines_whatever_the_order(handed_in: Path, out: Path, tmp_path: Path) -> None:
    assert {(row["student"], row["assignment"]) for row in rows(out)} == {("ada", FIRST), ("ben", FIRST)}
    run(handed_in, out, assess("ada", SECOND))
    everybody = {("ada", FIRST), ("ben", FIRST), ("ada", SECOND)}
    assert {(row["student"], row["assignment"]) for row in rows(out)} == everybody
    assert re.findall(r'href="report/(\w+)\.html"', text(out, "report.html")) == [FIRST, SECOND]
    other = tmp_path / "other"
    run(handed_in, other, assess("ada", SECOND))
    run(handed_in, other, assess("ben", FIRST, 0.5, "partial"))
    run(handed_in, other, assess("ada", FIRST))
    same(out, other)


def test_the_result_of_a_notebook_outlives_a_run_that_found_none(handed_in: Path, out: Path) -> None:
    before = rows(out)
    run(handed_in, out, missing("ada", FIRST), missing("zoe", FIRST), missing("ben", SECOND))
    assert [row for row in rows(out) if row["student"] == "ada"] == [row for row in before if row["student"] == "ada"]
    assert {row["status"] for row in rows(out) if row["student"] == "zoe"} == {"missing"}
    assert f"ada/{FIRST}: no notebook this time" in text(out, "report.html")
    with Gradebook(gradebook.default_url(out)) as book:
        assert book.find_submission(FIRST, "ada").score > 0
    run(handed_in, out, assess("zoe", FIRST, 0.0, "wrong"))
    assert {row["status"] for row in rows(out) if row["student"] == "zoe"} == {"wrong", "manual"}


def test_points_and_comments_by_hand_are_everywhere_after_report(handed_in: Path, out: Path) -> None:
    by_hand(out, WORDS, 1.5, "Good: <i>shared</i> weights.")
    by_hand(out, "flatten", 0.25, student="ben")
    report(out)
    scores = {(row["student"], row["exercise"]): (row["score"], row["status"]) for row in rows(out)}
    assert scores["ada", WORDS] == ("1.5", "manual") and scores["ben", "flatten"] == ("0.25", "partial")
    page = feedback(out, "ada")
    assert "Good: &lt;i&gt;shared&lt;/i&gt; weights." in page and "graded by hand" in page
    assert "points given by hand" in feedback(out, "ben") and "points given by hand" not in page
    assert "1 graded by hand" in text(out, f"report/{FIRST}.html")
    found = {mark.student: mark for mark in marks.of_course(out)}
    assert found["ada"].waiting == 0 and found["ada"].raw == found["ada"].max_points - 0.5
    assert found["ada"].comments == ((WORDS, "Good: <i>shared</i> weights."),)
    with (out / "marks.csv").open() as file:
        assert [float(row["points"]) for row in csv.DictReader(file)] == [mark.raw for mark in found.values()]
    by_report = {path: path.read_bytes() for path in (out / "feedback").rglob("*.html")}
    run(handed_in, out, assess("ada", FIRST), assess("ben", FIRST, 0.5, "partial"))
    assert {path: path.read_bytes() for path in (out / "feedback").rglob("*.html")} == by_report, "a regrade keeps them"


def test_extra_credit_counts_and_what_is_no_number_does_not(out: Path) -> None:
    with Gradebook(gradebook.default_url(out)) as book:
        for grade in book.find_submission_notebook(FIRST, FIRST, "ada").grades:
            if grade.name == "flatten_check":
                grade.extra_credit = 0.5
            if grade.name == WORDS:
                grade.extra_credit = 1.0  # of an answer without points yet
        for grade in book.find_submission_notebook(FIRST, FIRST, "ben").grades:
            grade.manual_score = float("inf")
        book.db.commit()
    before = {(row["student"], row["exercise"]): row for row in rows(out)}
    report(out)
    for row in rows(out):
        was = before[row["student"], row["exercise"]]
        more = 0.5 if (row["student"], row["exercise"]) == ("ada", "flatten") else 0.0
        assert row["score"] == (was["score"] and f"{float(was['score']) + more:g}")


def test_a_changed_answer_asks_for_another_look(handed_in: Path, out: Path, tmp_path: Path) -> None:
    by_hand(out, WORDS, 1.5)
    folder = tmp_path / "again"
    write(answered("Another answer."), folder, "ada", FIRST)
    run(folder, out, assess("ada", FIRST))
    page = text(out, f"report/{FIRST}.html")
    assert re.search(rf"<strong>1</strong> to look at again[^<]*<code>{WORDS}</code>", page)
    assert "1 to look at again" in text(out, "report.html")
    by_hand(out, WORDS, 1.0)
    report(out)
    assert "look at again" not in text(out, "report.html") + text(out, f"report/{FIRST}.html")


def test_the_students_own_work_stands_beside_what_was_said(out: Path) -> None:
    page = feedback(out, "ada")
    assert "def flatten(" in page and "Because &lt;b&gt;weights&lt;/b&gt; are shared." in page
    assert f"{FIRST}.ipynb" in page and "last changed 2027-01-15 08:00:00 UTC" in page
    assert "Your code" not in feedback(out, "ben"), "an untouched cell is no work"


def test_pictures_in_an_answer_are_shown_and_nothing_else_is_loaded(handed_in: Path, out: Path, tmp_path: Path) -> None:
    notebook = answered('See ![it](attachment:a.png) <img src="https://example.org/x.png"> \u202eevil')
    cell = next(cell for cell in notebook["cells"] if WORDS in json.dumps(cell["metadata"]))
    cell["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}, "b.svg": {"image/svg+xml": "PHN2Zz4="}}
    write(notebook, tmp_path / "in", "ada", FIRST)
    run(tmp_path / "in", out, assess("ada", FIRST))
    page = feedback(out, "ada")
    assert re.findall(r'<img src="([^"]*)"', page) == ["data:image/png;base64,iVBORw0KGgo="]
    assert "&lt;img src=" in page and "\u202e" not in page and "svg+xml" not in page


def test_names_and_times_of_the_lms(out: Path) -> None:
    when = datetime.fromisoformat("2026-11-20T23:59:00+01:00")
    people = [Person("ada", "Ada <b>O'Brien-Søren"), Person("zoe", "Zoë")]
    handin = Handin("ada", FIRST, "zip/ada_1_2_hw.ipynb", when, others=("zip/ada_1_1_hw-1.ipynb",))
    save(of(people, [handin]), out)
    report(out)
    page = feedback(out, "ada")
    assert "Ada &lt;b&gt;O&#39;Brien-Søren" in page and "ada_1_2_hw.ipynb" in page and "ada_1_1_hw-1.ipynb" in page
    assert "handed in 2026-11-20 23:59+01:00" in page and "last changed" not in page
    assert "Ada &lt;b&gt;O&#39;Brien-Søren" in text(out, f"report/{FIRST}.html")
    assert "Zoë" in text(out, "report.html"), "who handed in nothing is listed"
    absent = Mark("zoe", FIRST, None, None, max_points=sum(item.points for item in COURSE.notebooks[FIRST].exercises))
    assert marks.of_course(out)[-1] == absent
    assert "zoe" not in {row["student"] for row in rows(out)}


def test_late_work_has_both_marks(out: Path) -> None:
    rules = out.parent / "rules.toml"
    rules.write_text(f'[late]\npercent-per-day = 10\n[due]\n"{FIRST}" = 2026-11-20T00:00:00Z\n')
    when = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    late = [Handin("ada", FIRST, "a.ipynb", when), Handin("ben", FIRST, "b.ipynb", late=True)]
    save(of([], late), out)
    report(out, "--rules", rules)
    ada, ben = marks.of_course(out)
    assert ada.raw and ada.mark == pytest.approx(0.8 * ada.raw) and ada.days_late == 1.5
    assert ben.raw and ben.mark == pytest.approx(0.9 * ben.raw)
    assert "1.5 days after the due date" in feedback(out, "ada") and "taken off for lateness" in feedback(out, "ada")
    assert "by how much is not known" in feedback(out, "ben")
    total = sum(float(row["score"]) for row in rows(out) if row["student"] == "ada" and row["score"])
    assert total == ada.raw, "grades.csv has the points that were earned"


def test_a_rule_without_effect_is_told(out: Path) -> None:
    (out / "course.toml").write_text(f'[due]\n"{FIRST}" = 2026-11-20T00:00:00Z\n[extensions]\nadda = 1\n')
    done = CliRunner().invoke(app, ["report", str(out)], obj=COURSE.root)
    for said in ("[extensions] has adda, who is not a student here", "the time of 2 hand-ins is not known"):
        assert said in done.output and said in text(out, "report.html")


def test_a_rule_that_means_nothing_ends_the_command_in_one_line(out: Path) -> None:
    (out / "course.toml").write_text("late = 1")
    done = CliRunner().invoke(app, ["report", str(out)], obj=COURSE.root)
    assert done.exit_code == 1 and "late is not a table" in done.output and "Traceback" not in done.output


def test_an_out_of_an_older_version_says_what_is_lacking(handed_in: Path, out: Path) -> None:
    shutil.rmtree(out / "results")
    done = CliRunner().invoke(app, ["report", str(out)], obj=COURSE.root)
    assert done.exit_code == 1 and "run `autograder grade` on it first" in done.output
    run(handed_in, out, assess("ada", FIRST))
    assert {row["student"] for row in rows(out)} == {"ada"}
    assert "1 of the gradebook&#39;s submissions" in text(out, "report.html")
    run(handed_in, out, assess("ben", FIRST, 0.5, "partial"))
    assert "not shown, as" not in text(out, "report.html")


def test_report_needs_the_gradebook_and_finds_the_one_that_the_run_wrote(handed_in: Path, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", f"sqlite:///{tmp_path}/elsewhere.db"
    tasks = [Task("ada", FIRST, handed_in / "ada" / FIRST / f"{FIRST}.ipynb")]
    outputs.write(COURSE, tasks, (), [assess("ada", FIRST)], out, elsewhere, INFO)
    report(out)
    assert not (out / "gradebook.db").exists()
    (tmp_path / "elsewhere.db").unlink()
    done = CliRunner().invoke(app, ["report", str(out)], obj=COURSE.root)
    assert done.exit_code == 1 and "there is no gradebook" in done.output and not (tmp_path / "elsewhere.db").exists()


def test_a_damaged_result_is_named_and_a_regrade_mends_it(handed_in: Path, out: Path) -> None:
    kept.path("ada", FIRST, out).write_text('{"exercises": [')
    with pytest.raises(KeptError, match=rf"ada/{FIRST}\.json can't be read: delete it, and grade {FIRST} again"):
        marks.of_course(out)
    run(handed_in, out, assess("ada", FIRST))
    assert len(marks.of_course(out)) == 2


def test_an_unconfined_result_stays_marked(handed_in: Path, out: Path) -> None:
    run(handed_in, out, assess("ben", FIRST), info=replace(INFO, confined=False))
    run(handed_in, out, assess("ada", FIRST))
    assert "UNCONFINED" in feedback(out, "ben") and "UNCONFINED" not in feedback(out, "ada")


def test_pages_that_say_the_same_are_not_written_again(handed_in: Path, out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (out / "feedback").rglob("*.html")}
    by_hand(out, WORDS, 1.0)
    report(out)
    changed = {path.parent.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert changed == {"ada"}


def test_a_regrade_says_who_moved_and_why(handed_in: Path, out: Path, tmp_path: Path) -> None:
    assert run(handed_in, out, assess("ada", FIRST)).moves == (), "the same again"
    done = run(handed_in, out, assess("ben", FIRST))
    assert {(move.student, move.after, move.why) for move in done.moves if move.exercise == "flatten"} == {
        (
            "ben",
            next(item.points for item in COURSE.notebooks[FIRST].exercises if item.name == "flatten"),
            "graded again",
        )
    }
    assert done.moves[0].aspects == ("+values",)
    write(answered("New."), tmp_path / "again", "ada", FIRST)
    other = replace(INFO, record=replace(RECORD, seed=8))
    done = run(tmp_path / "again", out, assess("ada", FIRST, 0.0, "wrong"), info=other)
    assert {move.why for move in done.moves} == {"the submission changed; other hidden cases were drawn"}
    page = text(out, "changes.html")
    assert page.count("<h2>") == 2 and "lost values" in page and "gained values" in page
    assert 'href="changes.html"' in text(out, "report.html")
    assert [run.record.seed for run in history.runs(out)] == [7, 7, 7, 8]
    assert "drawn from seed 8: keep it secret" in text(out, "report.html")
    outputs.write_again(COURSE, out, "", shared=True)
    page = text(out, "report.html")
    assert "seed 8" not in page and "seed of the hidden cases is in run.json" in page


def test_an_exercise_that_changed_is_the_reason(handed_in: Path, out: Path) -> None:
    path = kept.path("ben", FIRST, out)
    found = kept.read("ben", FIRST, out)
    assert found is not None
    kept.write(replace(found, basis=replace(found.basis, exercises={"flatten": "old"}, code="older")), out)
    assert path.is_file()
    done = run(handed_in, out, assess("ben", FIRST))
    why = {move.exercise: move.why for move in done.moves}
    assert why["flatten"] == "the exercise changed"


def test_what_if_shows_who_would_move_and_writes_nothing(out: Path) -> None:
    by_hand(out, "flatten", 0.0)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and path.suffix != ".db"}
    done = CliRunner().invoke(app, ["report", str(out), "--what-if", "drop=flatten"], obj=COURSE.root)
    assert done.exit_code == 0 and "1 up, 0 down" in done.output
    assert "ada: 93.3% -> 100.0%" in done.output, "14 of 15, without the answer in words"
    done = CliRunner().invoke(app, ["report", str(out), "--what-if", "points=flatten:0.5"], obj=COURSE.root)
    assert "ada: 93.3% -> 96.6%" in done.output
    assert {path: path.stat().st_mtime_ns for path in before} == before and not (out / "changes.html").exists()


@pytest.mark.parametrize(
    "change", ["drop", "drop=", "points=flatten", "points=flatten:-1", "points=flatten:nan", "x=y"]
)
def test_a_change_that_means_nothing_is_refused(change: str, out: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(out), "--what-if", change], obj=COURSE.root)
    assert done.exit_code == 1 and "drop=EXERCISE" in done.output


def test_a_change_of_no_exercise_here_is_said(out: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(out), "--what-if", "drop=nothing"], obj=COURSE.root)
    assert done.exit_code == 1 and "no submission has an exercise nothing" in done.output


def test_points_by_hand_are_shown_though_the_gradebook_takes_no_more(
    handed_in: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand(out, WORDS, 1.5, "Good words.")

    def refuse(*given: object) -> None:
        raise GradebookError("the disk is full")

    monkeypatch.setattr(gradebook, "write", refuse)
    for date in ("2026-11-28", "2026-11-29"):
        info = replace(INFO, record=replace(RECORD, date=f"{date}T10:00:00+01:00"))
        with pytest.raises(GradebookError, match="the disk is full; grades"):
            run(handed_in, out, assess("ada", FIRST), info=info)
    assert "Good words." in feedback(out, "ada") and outputs.NO_HAND_GRADES not in text(out, "report.html")
    assert "Last run on 2026-11-29" in text(out, "report.html"), "of three runs the last one"
