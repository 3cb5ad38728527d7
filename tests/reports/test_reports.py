"""grades.csv, nbgrader's own programs on OUT, feedback pages and the page for the assistant."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from sample_results import BOOK, HOSTILE_NAMES, RELEASES, book, entry, grades, nbgrader, result, submission, usual

from autograder.grading.result import STATUSES, ExerciseResult, SubmissionResult
from autograder.grading.submission import Submission
from autograder.intake.collected import Handin, Person
from autograder.reports import autograded, feedback, gradebook, grades_csv, names, overview, report
from autograder.reports.book import Mark
from autograder.reports.by_hand import HandGrade
from autograder.reports.statuses import STATUS
from autograder.reports.work import Piece, Work
from helpers.checking.messages import Message

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


# --- nbgrader's programs


@pytest.fixture
def course(tmp_path: Path) -> Path:
    url = gradebook.default_url(tmp_path)
    students = ("ann", "<b>\n*", "ghost")
    results = [usual(name) for name in students]
    gradebook.write(results, url, RELEASES)
    handed_in = [*map(submission, students[:2]), Submission("ghost", BOOK, problem="The file is empty.")]
    autograded.write(handed_in, results, RELEASES, tmp_path)
    autograded.course_folder(tmp_path, RELEASES, url)
    feedback.write(map(entry, results), tmp_path)
    return tmp_path


def test_nbgrader_generate_feedback(course: Path) -> None:
    nbgrader(course, "generate_feedback", BOOK)
    for name in ("ann", names.nbgrader_id("<b>\n*"), "ghost"):
        page = (course / "feedback" / name / BOOK / f"{BOOK}.html").read_text("utf-8")
        assert "Score: 3.25 / 6.0" in page and "conv1d: 3 of 4 checks pass" in page
        assert "<script>alert(1)" not in page and "<b onclick" not in page and 'href="javascript' not in page
    assert (course / "feedback" / "ann" / f"{BOOK}.html").is_file()


def test_plain_nbgrader_autograde_with_our_database(course: Path) -> None:
    folder = course / "submitted" / "ann" / BOOK
    folder.mkdir(parents=True)
    solved = book(False)
    solved.cells[1].source = "def conv1d(x):\n    return [2 * x]"
    solved.cells[2].source = "pass  # the check, edited away"
    nbformat.write(solved, folder / f"{BOOK}.ipynb")
    nbgrader(course, "autograde", BOOK, "--force", "--student", "ann")
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
    assert "3 of 4 checks" in whole.cells[3].outputs[0].data["text/html"]
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


def score(status: str) -> float | None:
    return None if status in ("manual", "not_graded") else 0.0


def evil() -> SubmissionResult:
    bad = Message("fail", EVIL, ((EVIL, False),), ((EVIL, EVIL), ("raised", EVIL)), (EVIL,), EVIL)
    exercises = [ExerciseResult(f"e_{status}", score(status), 1, status, "mix_up", bad) for status in STATUSES]
    return result(EVIL.replace("/", ""), *exercises, notes=(EVIL,))


def pages() -> Iterator[str]:
    piece = Piece("code", EVIL, cut="more")
    words = Piece("markdown", f"{EVIL}\n![{EVIL}](attachment:{EVIL})", (("p", "image/png", "AAAA"),))
    work = Work({"e_wrong": piece, "e_manual": words}, EVIL, "", "")
    handin = Handin(EVIL, BOOK, f"zip/{EVIL}", datetime(2026, 11, 20, tzinfo=UTC), others=(EVIL,))
    given = {"e_wrong": HandGrade(0.5, comment=EVIL)}
    shown = entry(evil(), given=given, work=work, person=Person("x", EVIL, EVIL), handin=handin, confined=False)
    yield feedback.page(shown)
    part = report.part_of(BOOK, [shown, entry(usual("ann"))], {("e_wrong", "mix_up"): EVIL})
    yield report.page(part)
    marks = [shown.mark, Mark(EVIL, BOOK, 2.0, 1.0, 3.0)]
    yield overview.page([overview.summary(part)], marks, {EVIL: Person(EVIL, EVIL)}, [EVIL])


def test_pages_are_neutral_and_self_contained(tmp_path: Path) -> None:
    for page in pages():
        elements = Elements(page)
        for tag, attributes in elements.found:
            assert tag not in ("iframe", "link", "object", "base")
            assert not any(name.startswith("on") for name in attributes)
            assert (attributes.get("src") or "data:image/png;base64,AAAA") == "data:image/png;base64,AAAA"
            assert "://" not in (attributes.get("href") or "")
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
    feedback.write([entry(usual("ann"))], tmp_path)
    page = (tmp_path / "feedback" / "ann" / f"{BOOK}.html").read_text("utf-8")
    text = " ".join(Elements(page).text.split())
    assert "3.25 of 6 points so far" in text and "2 points are not graded yet" in text
    assert "conv1d: 3 of 4 checks pass" in text
    assert "waiting to be graded by hand" in text
    assert "flipped_filter" not in text


def test_feedback_for_every_name(tmp_path: Path) -> None:
    feedback.write([entry(usual(name)) for name in HOSTILE_NAMES], tmp_path)
    assert sorted(os.listdir(tmp_path / "feedback")) == sorted(HOSTILE_NAMES)
    for name in HOSTILE_NAMES:
        (tmp_path / "feedback" / name / f"{BOOK}.html").read_bytes().decode("utf-8")
    for name in ("", ".", "..", "a/b"):
        with pytest.raises(ValueError, match="folder"):
            feedback.write([entry(usual(name))], tmp_path)


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
    part = report.part_of(BOOK, map(entry, class_of), {("conv1d", "flipped_filter"): sentence})
    report.write(part, tmp_path)
    elements = Elements((tmp_path / "report" / f"{BOOK}.html").read_text("utf-8"))
    text = " ".join(elements.text.split())
    assert "4 submissions" in text and f"2 conv1d : {sentence} (flipped_filter)" in text
    assert "the worker was lost twice" in text and "two notebooks" in text
    labels = [attributes["aria-label"] for _, attributes in elements.found if attributes.get("role") == "img"]
    assert "2 partial, 1 no answer, 1 waiting to be graded" in labels
    links = {attributes.get("href") for tag, attributes in elements.found if tag == "a"}
    assert {"../feedback/ann/02_filters_1d.html", "../report.html"} <= links


def test_first_page(tmp_path: Path) -> None:
    class_of = [entry(usual("ann")), entry(usual("ben", score=None, status="not_graded", diagnosis=""))]
    parts = [
        report.part_of(BOOK, class_of, {}),
        report.part_of("03_other", [entry(result("ann", book="03_other"))], {}),
    ]
    marks = [item.mark for item in class_of] + [Mark("Zoë", BOOK, None, None, 6.0)]
    people = {"ann": Person("ann", "Ann O'Brien-Søren")}
    overview.write(
        [overview.summary(part) for part in parts], marks, people, tmp_path / "report.html", ["notes.txt is no folder"]
    )
    elements = Elements((tmp_path / "report.html").read_text("utf-8"))
    text = " ".join(elements.text.split())
    assert "3 submissions 3 students 2 answers to grade by hand 1 exercise not graded" in text
    assert "notes.txt is no folder" in text and "2 to grade by hand, 1 not graded" in text
    assert "Ann O'Brien-Søren ann 3.25 – 3.25 4" in text and "Zoë – – 0 0" in text
    links = {attributes.get("href") for tag, attributes in elements.found if tag == "a"}
    assert {f"report/{BOOK}.html", f"report/{BOOK}.html#attention", f"feedback/ann/{BOOK}.html"} <= links
    assert f"feedback/Zo%C3%AB/{BOOK}.html" not in links


def test_pages_are_the_same_whatever_the_order() -> None:
    class_of = [entry(usual(name)) for name in HOSTILE_NAMES]
    one, other = (report.page(report.part_of(BOOK, found, {})) for found in (class_of, class_of[::-1]))
    assert one == other and html.escape("<script>alert(1)<") in one


def test_report_of_nothing() -> None:
    assert "0 submissions" in " ".join(Elements(overview.page([], [], {})).text.split())
