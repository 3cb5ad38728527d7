"""grades.csv, the gradebook, nbgrader's own programs on OUT, feedback pages and the page for the assistant."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Grade, Gradebook
from nbgrader.utils import compute_checksum

from autograder.grading.result import STATUSES, ExerciseResult, SubmissionResult
from autograder.grading.submission import Cell, Submission
from autograder.reports import autograded, feedback, gradebook, grades_csv, names, report
from autograder.reports.release import Release
from autograder.reports.statuses import STATUS
from helpers.checking.messages import Message

BOOK = "02_filters_1d"
HOSTILE_NAMES = (
    "=cmd|' C calc'!A0",
    "+1",
    "-rf",
    "@sum",
    "\ttab",
    "\nline",
    "\rreturn",
    "two words",
    "quote \" and ' mark",
    "line\nbreak",
    "\u202eright to left\u200f",
    "odd byte \udcff",
    "odd byte \\udcff",
    "\\ odd byte \udcff",
    "<script>alert(1)<",
    "\x1b[31mred\x07",
    "n" * 255,
    "é" * 127,
    "percent %41",
    "tilde ~41",
    "..hidden",
    "a*?[b]{c}",
    " spaces ",
    "Doe, Jane",
    "# hash",
)


def result(student: str, *exercises: ExerciseResult, book: str = BOOK, notes: tuple[str, ...] = ()) -> SubmissionResult:
    return SubmissionResult(student, book, exercises, notes)


def usual(student: str, **changes: float | str | Message | None) -> SubmissionResult:
    """A partly right conv1d (`changes` are its fields), a right number, and words to be read."""
    conv1d = ExerciseResult(
        "conv1d", 2.25, 3, "partial", "flipped_filter", Message("fail", "conv1d: 3 of 4 aspects pass")
    )
    return result(
        student,
        dataclasses.replace(conv1d, **changes),  # type: ignore[arg-type]
        ExerciseResult("weights_fc", 1.0, 1, "correct", message=Message("pass", "weights_fc: right")),
        ExerciseResult("why_not_fc", None, 2, "manual"),
    )


# --- grades.csv


def rows(results: list[SubmissionResult], folder: Path) -> list[list[str]]:
    path = folder / "grades.csv"
    grades_csv.write(results, path)
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def test_csv_bytes(tmp_path: Path) -> None:
    grades_csv.write([usual("zoe"), usual("Ann", score=2.0), usual("Ann", score=2 / 3)], tmp_path / "grades.csv")
    lines = (tmp_path / "grades.csv").read_bytes().decode("utf-8").split("\n")
    assert lines[:4] == [
        "student,assignment,exercise,score,max_score,status,diagnosis",
        "Ann,02_filters_1d,conv1d,2,3,partial,flipped_filter",
        "Ann,02_filters_1d,weights_fc,1,1,correct,",
        "Ann,02_filters_1d,why_not_fc,,2,manual,",
    ]
    assert lines[4].split(",")[3] == "0.666667"
    assert lines[-1] == "" and len(lines) == 11
    assert os.listdir(tmp_path) == ["grades.csv"]


def test_csv_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    results = [usual(name) for name in HOSTILE_NAMES] + [result("two words", book="01_pixels")]
    grades_csv.write(results, tmp_path / "one.csv")
    grades_csv.write(reversed(results), tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_csv_is_sorted_by_code_point_before_it_is_made_harmless(tmp_path: Path) -> None:
    written = rows([usual(name) for name in ("é", "z", "Z", "=", "(")], tmp_path)
    assert list(dict.fromkeys(row[0] for row in written[1:])) == ["(", "'=", "Z", "z", "é"]


def test_csv_holds_every_name(tmp_path: Path) -> None:
    written = rows([usual(name) for name in HOSTILE_NAMES], tmp_path)
    found = list(dict.fromkeys(row[0] for row in written[1:]))
    assert len(found) == len(HOSTILE_NAMES)
    assert all(len(row) == 7 for row in written)
    assert not any(name.startswith(("=", "+", "-", "@", "\t", "\n", "\r")) for name in found)
    as_they_are = [name for name in HOSTILE_NAMES if name[0] not in "=+-@\t\n\r" and "udcff" not in ascii(name)]
    assert set(as_they_are) <= set(found)
    assert "'=cmd|' C calc'!A0" in found


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grades.csv"
    grades_csv.write([usual("ann")], path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        grades_csv.write([usual("ben")], path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["grades.csv"]


# --- the gradebook


def meta(name: str, grade: bool, solution: bool, points: float = 0) -> dict[str, object]:
    fields = {
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "grade_id": name,
        "schema_version": 3,
        "task": False,
    }
    return {"nbgrader": fields | ({"points": points} if grade else {})}


def book(solved: bool) -> nbformat.NotebookNode:
    """A notebook as the building makes it; the check cells are plain asserts, so that nbgrader can run them."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# 02 <details>an author's HTML</details>"),
        new.new_code_cell(
            "def conv1d(x):\n    " + ("return [2 * x]" if solved else "raise NotImplementedError"),
            metadata=meta("conv1d", False, True),
        ),
        new.new_code_cell(
            "assert callable(conv1d)" + ("\nassert conv1d(1) == [2]" if solved else ""),
            metadata=meta("conv1d_check", True, False, 3),
        ),
        new.new_code_cell("weights_fc = " + ("110" if solved else "None"), metadata=meta("weights_fc", False, True)),
        new.new_code_cell("assert weights_fc == 110", metadata=meta("weights_fc_check", True, False, 1)),
        new.new_markdown_cell(
            "Locality." if solved else "YOUR ANSWER HERE", metadata=meta("why_not_fc", True, True, 2)
        ),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new.new_notebook(cells=cells, metadata=kernel)


RELEASE = Release(book(False), book(True))
RELEASES = {BOOK: RELEASE}


def submission(student: str, answer: str = "Because it <b onclick=x>looks</b> at $a<b$.") -> Submission:
    return Submission(
        student,
        BOOK,
        (
            Cell("markdown", "# 02 <details>an author's HTML</details>"),
            Cell("code", "def conv1d(x):\n    return x[::-1]", "conv1d"),
            Cell("code", "print('mine')"),
            Cell("code", "assert True  # edited", "conv1d_check"),
            Cell("raw", "<script>alert(1)</script> [k](javascript:alert(2)) $\\href{javascript:x}{y}$"),
            Cell("code", "weights_fc = 110", "weights_fc"),
            Cell("markdown", answer, "why_not_fc"),
        ),
    )


@pytest.fixture
def url(tmp_path: Path) -> str:
    return gradebook.default_url(tmp_path)


@pytest.fixture
def nbgrader(tmp_path: Path) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        environment = {**os.environ, "HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
        # nbgrader starts other programs by their names.
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stderr

    return run


def grades(url: str, student: str) -> dict[str, Grade]:
    with Gradebook(url) as held:
        found = held.find_submission_notebook(BOOK, BOOK, names.nbgrader_id(student)).grades
        fields = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "max_score")
        return {grade.name: tuple(getattr(grade, field) for field in fields) for grade in found}


def test_gradebook_is_nbgraders(url: str) -> None:
    gradebook.write([usual("ann"), usual("ben", score=None, status="not_graded")], url, RELEASES)
    assert grades(url, "ann") == {
        "conv1d_check": (2.25, None, None, False, 3),
        "weights_fc_check": (1, None, None, False, 1),
        "why_not_fc": (None, None, None, True, 2),
    }
    assert grades(url, "ben")["conv1d_check"] == (None, None, None, True, 3)
    with Gradebook(url) as held:
        notebook = held.find_notebook(BOOK, BOOK)
        assert notebook.max_score == 6 and notebook.max_written_score == 2
        assert {cell.name for cell in notebook.solution_cells} == {"conv1d", "weights_fc", "why_not_fc"}
        sources = {cell.name: cell for cell in notebook.source_cells}
        assert "conv1d(1) == [2]" in sources["conv1d_check"].source and sources["conv1d_check"].locked
        assert "NotImplementedError" in sources["conv1d"].source and not sources["conv1d"].locked
        assert held.find_submission(BOOK, "ann").score == 3.25


def test_second_write_keeps_what_a_person_entered(url: str) -> None:
    gradebook.write([usual("ann"), usual("ben")], url, RELEASES)
    with Gradebook(url) as held:
        read = held.find_grade("why_not_fc", BOOK, BOOK, "ann")
        read.manual_score, read.extra_credit, read.needs_manual_grade = 1.5, 0.5, False
        better = held.find_grade("conv1d_check", BOOK, BOOK, "ann")
        better.manual_score, better.needs_manual_grade = 3.0, False
        held.find_comment("conv1d", BOOK, BOOK, "ann").manual_comment = "Nearly."
        held.find_submission_notebook(BOOK, BOOK, "ann").flagged = True
        held.add_assignment("other")
        held.add_student("guest", first_name="G")
        held.db.commit()
    gradebook.write([usual("ann"), usual("cem")], url, RELEASES)
    assert grades(url, "ann")["why_not_fc"] == (None, 1.5, 0.5, False, 2)
    assert grades(url, "ann")["conv1d_check"] == (2.25, 3, None, False, 3)
    assert grades(url, "ben")["conv1d_check"] == (2.25, None, None, False, 3)
    gradebook.write([usual("ann", score=1.0)], url, RELEASES, rewritten={("ann", BOOK, "why_not_fc")})
    assert grades(url, "ann")["why_not_fc"] == (None, 1.5, 0.5, True, 2)
    assert grades(url, "ann")["conv1d_check"] == (1, 3, None, True, 3)
    with Gradebook(url) as held:
        assert held.find_comment("conv1d", BOOK, BOOK, "ann").manual_comment == "Nearly."
        assert held.find_submission_notebook(BOOK, BOOK, "ann").flagged
        assert held.find_assignment("other") and held.find_student("guest").first_name == "G"
        assert len(held.assignment_submissions(BOOK)) == 3


def test_untouched_answers_are_no_response(url: str) -> None:
    gradebook.write([usual("ann", status="not_attempted", score=0.0)], url, RELEASES)
    with Gradebook(url) as held:
        assert held.find_comment("conv1d", BOOK, BOOK, "ann").auto_comment == "No response."
        assert held.find_comment("weights_fc", BOOK, BOOK, "ann").auto_comment is None


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own making
def test_database_made_by_nbgrader_is_continued(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # For a new database nbgrader starts `alembic` by its name.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    with Gradebook(url) as held:
        held.add_assignment(BOOK, duedate=None)
        held.add_notebook(BOOK, BOOK)
        held.add_grade_cell("conv1d_check", BOOK, BOOK, max_score=5, cell_type="code")
        held.add_student("ann", email="ann@uni.example")
        held.add_submission(BOOK, "ann")
    gradebook.write([usual("ann")], url, RELEASES)
    assert grades(url, "ann")["conv1d_check"] == (2.25, None, None, False, 3)
    with Gradebook(url) as held:
        assert held.find_student("ann").email == "ann@uni.example"


def test_cells_that_left_the_release_go_unless_a_person_graded_them(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    with Gradebook(url) as held:
        held.find_grade("weights_fc_check", BOOK, BOOK, "ann").manual_score = 0.5
        held.db.commit()
    smaller = Release(book(False), book(True))
    for whole in (smaller.student, smaller.source):
        del whole.cells[1:5]
    left = result("ann", ExerciseResult("why_not_fc", None, 2, "manual"))
    gradebook.write([left], url, {BOOK: smaller})
    assert set(grades(url, "ann")) == {"why_not_fc", "weights_fc_check"}


def test_gradebook_holds_every_name(url: str) -> None:
    gradebook.write([usual(name) for name in HOSTILE_NAMES], url, RELEASES)
    ids = {names.nbgrader_id(name) for name in HOSTILE_NAMES}
    assert len(ids) == len(HOSTILE_NAMES) and all(len(name) <= 128 for name in ids)
    with Gradebook(url) as held:
        assert {student.id for student in held.students} == ids
    for name in ("ann", "Zoë Müller", "o'brien@uni.example", "s1234567", "anna-maria_2", "李雷"):
        assert names.nbgrader_id(name) == name


def test_gradebook_is_written_as_a_whole(url: str, tmp_path: Path) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    before = list(sqlite3.connect(tmp_path / "gradebook.db").iterdump())
    unknown = result("ben", ExerciseResult("no_such", 1.0, 1, "correct"))
    with pytest.raises(gradebook.GradebookError, match="no_such"):
        gradebook.write([usual("aaa"), unknown], url, RELEASES)
    with pytest.raises(gradebook.GradebookError, match="09_other"):
        gradebook.write([usual("aaa"), result("aaa", book="09_other")], url, RELEASES)
    assert list(sqlite3.connect(tmp_path / "gradebook.db").iterdump()) == before


def test_gradebook_errors_are_one_line(url: str, tmp_path: Path) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    (tmp_path / "text.db").write_text("no database")
    for address, said in (
        (f"sqlite:///file:{tmp_path}/gradebook.db?mode=ro&uri=true", "readonly"),
        (f"sqlite:///{tmp_path}/none/gradebook.db", "unable to open"),
        (f"sqlite:///{tmp_path}/text.db", "not a database"),
        ("gradebook.db", "no database URL"),
        ("nosuch://user:secret@host/db", "nosuch"),
    ):
        with pytest.raises(gradebook.GradebookError, match=said) as caught:
            gradebook.write([usual("ben")], address, RELEASES)
        assert "\n" not in str(caught.value) and "secret" not in str(caught.value)


def test_locked_gradebook(url: str, tmp_path: Path) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(gradebook.GradebookError, match=r"locked.*try again"):
        gradebook.write([usual("ben")], f"{url}?timeout=0.2", RELEASES)
    other.close()
    gradebook.write([usual("ben")], url, RELEASES)


# --- nbgrader's programs


@pytest.fixture
def course(tmp_path: Path, url: str) -> Path:
    students = ("ann", "<b>\n*", "ghost")
    results = [usual(name) for name in students]
    gradebook.write(results, url, RELEASES)
    handed_in = [*map(submission, students[:2]), Submission("ghost", BOOK, problem="The file is empty.")]
    autograded.write(handed_in, results, RELEASES, tmp_path)
    autograded.course_folder(tmp_path, RELEASES, url)
    feedback.write(results, tmp_path)
    return tmp_path


def test_nbgrader_export(course: Path, nbgrader: Callable[..., str]) -> None:
    nbgrader("export", "--to", "export.csv")
    found = list(csv.DictReader((course / "export.csv").open()))
    assert {row["student_id"] for row in found} == {"ann", names.nbgrader_id("<b>\n*"), "ghost"}
    assert {(row["score"], row["max_score"]) for row in found} == {("3.25", "6.0")}


def test_nbgrader_generate_feedback(course: Path, nbgrader: Callable[..., str]) -> None:
    nbgrader("generate_feedback", BOOK)
    for name in ("ann", names.nbgrader_id("<b>\n*"), "ghost"):
        page = (course / "feedback" / name / BOOK / f"{BOOK}.html").read_text("utf-8")
        assert "Score: 3.25 / 6.0" in page and "conv1d: 3 of 4 aspects pass" in page
        assert "<script>alert(1)" not in page and "<b onclick" not in page and 'href="javascript' not in page
    assert (course / "feedback" / "ann" / f"{BOOK}.html").is_file()


def test_plain_nbgrader_autograde_with_our_database(course: Path, nbgrader: Callable[..., str]) -> None:
    folder = course / "submitted" / "ann" / BOOK
    folder.mkdir(parents=True)
    solved = book(False)
    solved.cells[1].source = "def conv1d(x):\n    return [2 * x]"
    solved.cells[2].source = "pass  # the check, edited away"
    nbformat.write(solved, folder / f"{BOOK}.ipynb")
    nbgrader("autograde", BOOK, "--force", "--student", "ann")
    found = grades(gradebook.default_url(course), "ann")
    assert [found[name][0] for name in ("conv1d_check", "weights_fc_check", "why_not_fc")] == [3, 0, 0]


def test_autograded_notebook(course: Path) -> None:
    path = course / "autograded" / "ann" / BOOK / f"{BOOK}.ipynb"
    whole = nbformat.read(path, as_version=4)
    nbformat.validate(whole)
    assert [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in whole.cells] == [
        *("", "conv1d", "", "conv1d_check", "", "weights_fc", "weights_fc_check", "why_not_fc")
    ]
    assert "<details>" in whole.cells[0].source
    assert whole.cells[1].source.endswith("return x[::-1]")
    assert whole.cells[2].source == "print('mine')"
    assert whole.cells[3].source == "assert callable(conv1d)"
    assert "3 of 4 aspects" in whole.cells[3].outputs[0].data["text/html"]
    assert whole.cells[4].cell_type == "markdown" and "<script" not in whole.cells[4].source
    assert whole.cells[7].source == "Because it < b onclick=x>looks< /b> at $a< b$."
    ghost = nbformat.read(course / "autograded" / "ghost" / BOOK / f"{BOOK}.ipynb", as_version=4)
    assert ghost.cells[0].source == "The file is empty."
    assert "missing from the submission" in ghost.cells[1].source


def test_rewritten_answers_are_found(course: Path) -> None:
    again = [submission("ann"), submission("<b>\n*", "Another answer."), submission("new")]
    assert autograded.rewritten(again, RELEASES, course) == {("<b>\n*", BOOK, "why_not_fc")}


def test_course_folder_leaves_an_assistants_configuration_alone(course: Path) -> None:
    config = course / "nbgrader_config.py"
    autograded.course_folder(course, RELEASES, "sqlite:////elsewhere.db")
    assert "elsewhere" in config.read_text()
    config.write_text("c = get_config()\n")
    autograded.course_folder(course, RELEASES, "sqlite:////elsewhere.db")
    assert config.read_text() == "c = get_config()\n"


# --- the pages


class Elements(HTMLParser):
    """The elements of a page, each with its attributes, and the text outside of style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self.found or self.found[-1][0] not in ("style", "script"):
            self.text += f" {data}"


EVIL = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>\x1b[31m\x1b["\x07\udcff'


def evil() -> SubmissionResult:
    bad = Message("fail", EVIL, ((EVIL, False),), ((EVIL, EVIL), ("stopped by", EVIL)), (EVIL,), EVIL)
    exercises = [ExerciseResult(f"e_{status}", 0.0, 1, status, "mix_up", bad) for status in STATUSES]
    return result(EVIL.replace("/", ""), *exercises, notes=(EVIL,))


def pages() -> Iterator[str]:
    yield feedback.page(evil())
    yield report.page([evil(), usual("ann")], {("e_wrong", "mix_up"): EVIL}, [EVIL])


def test_pages_are_neutral_and_self_contained(tmp_path: Path) -> None:
    for page in pages():
        elements = Elements(page)
        for tag, attributes in elements.found:
            assert tag not in ("img", "iframe", "link", "object", "base")
            assert not any(name.startswith("on") for name in attributes)
            assert not attributes.get("src") and "://" not in (attributes.get("href") or "")
        assert page.count("<script") <= 1 and "alert(1)" in elements.text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", page)


def test_every_status_is_in_words() -> None:
    assert set(STATUS) == set(STATUSES)
    for page in pages():
        text = Elements(page).text
        for status in STATUSES:
            said = STATUS[status]
            assert said.student in text or said.assistant in text


def test_feedback_page(tmp_path: Path) -> None:
    feedback.write([usual("ann")], tmp_path)
    page = (tmp_path / "feedback" / "ann" / f"{BOOK}.html").read_text("utf-8")
    text = " ".join(Elements(page).text.split())
    assert "3.25 of 6 points so far" in text and "2 points are still to be given by a person" in text
    assert "conv1d: 3 of 4 aspects pass" in text
    assert "waiting to be read by a person" in text
    assert "flipped_filter" not in text


def test_feedback_for_every_name(tmp_path: Path) -> None:
    feedback.write([usual(name) for name in HOSTILE_NAMES], tmp_path)
    assert sorted(os.listdir(tmp_path / "feedback")) == sorted(HOSTILE_NAMES)
    for name in HOSTILE_NAMES:
        (tmp_path / "feedback" / name / f"{BOOK}.html").read_bytes().decode("utf-8")
    for name in ("", ".", "..", "a/b"):
        with pytest.raises(ValueError, match="folder"):
            feedback.write([usual(name)], tmp_path)


def test_report_page(tmp_path: Path) -> None:
    lost = Message("open", "conv1d: not graded", notes=("the worker was lost twice",))
    class_of = [
        usual("ann"),
        usual("ben"),
        usual("cem", score=None, status="not_graded", diagnosis="", message=lost),
        result(
            "dee",
            *(ExerciseResult(name, 0.0, 1, "missing") for name in ("conv1d", "weights_fc")),
            notes=("two notebooks",),
        ),
    ]
    sentence = "Your output is what you get when the filter is flipped."
    report.write(
        class_of, tmp_path / "report.html", {("conv1d", "flipped_filter"): sentence}, ["notes.txt is no folder"]
    )
    page = (tmp_path / "report.html").read_text("utf-8")
    elements = Elements(page)
    text = " ".join(elements.text.split())
    assert "4 submissions" in text and "3 answers to grade by hand" in text and "1 exercise not graded" in text
    assert f"2 conv1d : {sentence} (flipped_filter)" in text
    assert "the worker was lost twice" in text and "two notebooks" in text and "notes.txt is no folder" in text
    labels = [attributes["aria-label"] for _, attributes in elements.found if attributes.get("role") == "img"]
    assert "2 partial, 1 nothing handed in, 1 waits for a person" in labels
    assert {"feedback/ann/02_filters_1d.html"} <= {
        attributes.get("href") for tag, attributes in elements.found if tag == "a"
    }


def test_report_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    class_of = [usual(name) for name in HOSTILE_NAMES] + [result("ann", book="01_pixels")]
    assert report.page(class_of, {}, []) == report.page(class_of[::-1], {}, [])
    assert html.escape("<script>alert(1)<") in report.page(class_of, {}, [])


def test_report_of_nothing() -> None:
    assert "0 submissions" in " ".join(Elements(report.page([], {}, [])).text.split())
