# ruff: noqa: E501 - a file a line reads best
"""Classes 29 to 32: files that are no notebooks, names that nobody expects, text that wants to be more than text."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COURSE

from adversarial.arena import BOOK, SEED, VICTIM, assert_honest, graded, row
from autograder.cli import grading
from autograder.demo.notebooks import code_cell, exercises, filled, grade_id, solved, write
from autograder.grading.batch import RunSettings
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import MAX_BYTES, MAX_FILE, parse, read
from autograder.intake.plans import Wishes
from autograder.sandbox.client import Limits, Sandbox

WHOLE = json.dumps(solved(COURSE, BOOK))
TESTED = [exercise.name for exercise in exercises(COURSE, BOOK)]
UNREADABLE = {
    "empty": b"",
    "spaces": b" \n" * 1000,
    "null-bytes": b"\0" * 1000,
    "truncated": WHOLE[:40].encode(),
    "text": b"see my other file",
    "pickle": b"\x80\x04cos\nsystem\n(S'id'\ntR.",
    "deep-lists": b"[" * 100_000,
    "deep-cells": b'{"cells": ' * 100_000 + b"1" + b"}" * 100_000,
    "millions-of-parts": b'{"cells": [' + b"{}," * 2_000_000 + b"{}]}",
    "millions-of-strings": b'{"cells": [' + b'"a",' * 2_000_000 + b'""]}',
    "a-list": b"[]",
    "cells-is-null": b'{"cells": null}',
    "cells-is-a-dict": b'{"cells": {"cells": []}}',
}
READABLE: dict[str, Callable[[str], bytes]] = {
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-without-a-mark": lambda text: text.encode("utf-16-le"),
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "unknown-nbformat": lambda text: json.dumps({**json.loads(text), "nbformat": "99", "nbformat_minor": None}).encode(),
    "no-metadata": lambda text: json.dumps({**json.loads(text), "metadata": None}).encode(),
    "cells-of-other-types": lambda text: json.dumps(
        {**json.loads(text), "cells": [None, 3, "x", [], {}, {"source": 7}, *json.loads(text)["cells"]]}
    ).encode(),
    "same-cell-ids": lambda text: json.dumps(
        {**json.loads(text), "cells": [{**cell, "id": "same"} for cell in json.loads(text)["cells"]]}
    ).encode(),
    "nbformat-3": lambda text: json.dumps({"nbformat": 3, "worksheets": [{"cells": json.loads(text)["cells"]}]}).encode(),
    "long-number": lambda text: text.replace("{", '{"x": ' + "9" * 10**6 + ", ", 1).encode(),
    "infinity": lambda text: json.dumps({**json.loads(text), "x": float("inf")}).encode(),
    "surrogates": lambda text: text.replace('"import', '"#\\udfff\\ud800\\nimport', 1).encode(),
    "huge-output": lambda text: json.dumps(
        {**json.loads(text), "x": {"outputs": ["a" * 15 * 2**20]}}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_29_unreadable_files_are_not_attempted_and_say_why(name: str, sandbox: Sandbox) -> None:
    result = graded(UNREADABLE[name], sandbox)
    assert {(item.status, item.score) for item in result.exercises} == {("not_attempted", 0)}
    assert len(result.notes) == 1 and len(result.notes[0]) < 300


@pytest.mark.parametrize("name", READABLE)
def test_29_odd_notebooks_are_graded(name: str, sandbox: Sandbox) -> None:
    assert_honest(graded(READABLE[name](WHOLE), sandbox))


def test_29_what_is_whole_in_a_damaged_file_is_graded(sandbox: Sandbox) -> None:
    """Cut off in the cell of the last exercise; and with one quotation mark gone, in the first one's."""
    names = [grade_id(cell) for cell in solved(COURSE, BOOK)["cells"] if grade_id(cell) in TESTED]
    for name, data in {
        names[-1]: WHOLE[: WHOLE.rindex(f'"grade_id": "{names[-1]}"')],
        names[0]: WHOLE.replace(f'"grade_id": "{names[0]}"', f'"grade_id": "{names[0]}', 1),
    }.items():
        result = graded(data.encode(), sandbox)
        assert_honest(result, *{item.exercise for item in result.exercises} - set(TESTED), name)
        assert row(result, name).status in ("missing", "error", "not_attempted")
        assert "whole cells were found" in result.notes[0]


def test_29_reading_damaged_files_takes_bounded_time() -> None:
    for data in (
        b'{"cell_type": ' * 60_000,
        b'{"cell_type": "' * 190_000,
        b'{"cell_type": [' + b'"a", ' * 100_000,
        b'{"cell_type": ["' + b'{\\"cell_type\\":' * 200_000,
    ):
        started = time.process_time()
        assert parse(data, "student", BOOK).problem
        assert time.process_time() - started < 10


def test_29_a_file_of_200_mb_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / f"{BOOK}.ipynb"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    submission = read(path, "student", BOOK)
    assert "200 MB" in submission.problem and str(MAX_FILE // 2**20) in submission.problem


GREEDY = {
    "wide-text": lambda size: '{"cells": [{"cell_type": "code", "source": ["😀' + "a" * size + '"]}]}',
    "numbers": lambda size: '{"cells": [' + "1.5," * (size // 4) + "1]}",
    "keys": lambda size: '{"cells": [], "x": {' + ",".join(f'"{n:x}":0' for n in range(490_000)) + "}}",
}


@pytest.mark.parametrize("kind", GREEDY)
def test_29_reading_a_notebook_takes_bounded_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{BOOK}.ipynb"
    path.write_text(GREEDY[kind](MAX_BYTES - 100), "utf-8")
    program = (
        "import sys, pathlib; from autograder.grading.submission import read\n"
        "used = lambda: int(pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "before = used(); read(pathlib.Path(sys.argv[1]), '', ''); print((used() - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300


def test_30_a_notebook_of_another_assignment(sandbox: Sandbox) -> None:
    result = graded(json.dumps(solved(COURSE, "01_pixels")).encode(), sandbox)
    assert {item.status for item in result.exercises} <= {"missing", "not_attempted"}
    assert {item.score for item in result.exercises} == {0}


def test_31_folders_that_are_links_are_not_followed(tmp_path: Path, sandbox: Sandbox) -> None:
    write(solved(COURSE, BOOK), tmp_path, "ada", BOOK)
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / BOOK).symlink_to(tmp_path / "ada" / BOOK)
    submission = read(tmp_path / "eve" / BOOK / f"{BOOK}.ipynb", "eve", BOOK)
    assert submission.refused and "symbolic link" in submission.problem
    result = grade(submission, load_exam(COURSE, BOOK, SEED), sandbox)
    assert {(item.status, item.score) for item in result.exercises} == {("not_graded", None)}


NAMES = [
    "=cmd()|'C calc'!A0",
    "+1", "-1", "@sum(1)", "--out", "\tTab", "with space", "quo'te\"s", "new\nline",
    "\u202egnp.exe", "é", "学生", "<script>alert(1)<∕script>", "<img src=x onerror=alert(1)>", "\x1b[31mred", "x" * 255,
    "%00", "{{ 7 * 7 }}", "a;b", "~root", "$HOME", "`id`", "..x", "con",
]  # fmt: skip
ODD_BYTES = os.fsdecode(b"odd-\xff\xfe")
MARKUP = "<script>alert(1)</script><svg onload=alert(1)>\x1b[2J\x1b[31m\u202e\ud800\0"


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """One class with every odd name and file, graded by one run: its exit status and OUT."""
    base = tmp_path_factory.mktemp("odd")
    folder, out = base / "in", base / "out"
    for name in (*NAMES, ODD_BYTES, "ada"):
        write(solved(COURSE, BOOK), folder, name, BOOK)
    attack = f"def relu(z):\n    raise type({MARKUP[:40]!r}, (Exception,), {{}})({MARKUP!r})"
    notebook = filled(COURSE, BOOK, {VICTIM: attack}, solved(COURSE, BOOK))
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": MARKUP})
    notebook["cells"].append(
        {**code_cell("1"), "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": MARKUP}}]}
    )
    write(notebook, folder, "markup", BOOK)

    def odd(student: str) -> Path:
        path = write(solved(COURSE, BOOK), folder, student, BOOK)
        path.unlink()
        return path

    odd("link").symlink_to(folder / "ada" / BOOK / f"{BOOK}.ipynb")
    os.link(folder / "é" / BOOK / f"{BOOK}.ipynb", odd("hard-link"))
    os.mkfifo(odd("pipe"))
    odd("folder").mkdir()
    odd("nothing")
    odd("misnamed").with_name(f"{BOOK} (1).ipynb").write_text(WHOLE)
    two = odd("two")
    two.with_name("a.ipynb").write_text(WHOLE)
    two.write_text(WHOLE)
    (folder / "linked").mkdir()
    (folder / "linked" / BOOK).symlink_to(folder / "ada" / BOOK)
    (folder / "file-for-folder").mkdir()
    (folder / "file-for-folder" / BOOK).write_text(WHOLE)
    (folder / "ada-again").symlink_to(folder / "ada")
    (folder / "a-file").write_text("x")
    os.mkfifo(folder / "a-pipe")
    (folder / "many").mkdir()
    for number in range(100):
        (folder / "many" / f"<b>{number}").touch()
    settings = RunSettings(jobs=2, seed=SEED, limits=Limits(2, 6, 2**28))
    return grading.run(COURSE, folder, out, Wishes(BOOK), settings, ""), out


def table(out: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["student"], []).append(line)
    return found


def test_31_odd_names_keep_their_marks_and_are_harmless_in_a_spreadsheet(odd_class: tuple[int, Path]) -> None:
    status, out = odd_class
    assert status == 3
    students = table(out)
    whole = [student for student, rows in students.items() if {row["status"] for row in rows} <= {"correct", "manual"}]
    assert len(whole) == len(NAMES) + len([ODD_BYTES, "ada", "two", "hard-link", "misnamed", "file"])
    assert not any(student.startswith(("=", "+", "-", "@", "\t", "\n")) for student in students)
    assert "'=cmd()|'C calc'!A0" in students


@pytest.mark.parametrize("student", ["link", "pipe", "folder", "linked"])
def test_31_links_pipes_and_folders_are_not_graded(student: str, odd_class: tuple[int, Path]) -> None:
    assert {(row["status"], row["score"]) for row in table(odd_class[1])[student]} == {("not_graded", "")}


@pytest.mark.parametrize("level", [1, 2], ids=["assignment", "student"])
@pytest.mark.parametrize("checked", [False, True], ids=["before", "between-look-and-opening"])
def test_31_a_folder_swapped_for_a_link_while_the_class_is_graded_is_not_read(
    level: int, checked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the folders were listed, a student puts a link to another one's work in the place of the own."""
    write(solved(COURSE, BOOK), tmp_path, "ada", BOOK)
    path = write(solved(COURSE, BOOK), tmp_path, "eve", BOOK)
    mine, hers = path.parents[level - 1], (tmp_path / "ada" / BOOK / "x").parents[level - 1]
    mine.rename(tmp_path / "away")
    mine.symlink_to(hers)
    if checked:
        monkeypatch.setattr(Path, "is_symlink", lambda path: False)
    found = read(path, "eve", BOOK)
    assert found.refused and not found.cells


@pytest.mark.parametrize(("student", "status"), [("nothing", "missing"), ("many", "not_graded")])
def test_30_nobody_gets_0_for_a_notebook_that_is_not_there(
    student: str, status: str, odd_class: tuple[int, Path]
) -> None:
    assert {(row["status"], row["score"]) for row in table(odd_class[1])[student]} == {(status, "")}


@pytest.mark.parametrize(("student", "file"), [("misnamed", f"{BOOK}/{BOOK} (1).ipynb"), ("file-for-folder", BOOK)])
def test_30_a_notebook_with_another_name_is_graded(student: str, file: str, odd_class: tuple[int, Path]) -> None:
    assert {row["status"] for row in table(odd_class[1])[student]} <= {"correct", "manual"}
    report = (odd_class[1] / "report" / f"{BOOK}.html").read_text("utf-8")
    assert f"{student}/{file} was graded as {BOOK}" in report


def test_31_what_is_no_folder_of_a_student_is_said(odd_class: tuple[int, Path]) -> None:
    report = (odd_class[1] / "report.html").read_text("utf-8")
    assert all(name not in table(odd_class[1]) for name in ("ada-again", "a-file", "a-pipe"))
    assert all(name in report for name in ("ada-again", "a-file", "a-pipe", "80 more names"))


def test_32_markup_is_text_in_every_page(odd_class: tuple[int, Path]) -> None:
    _, out = odd_class
    pages = [out / "report.html", *(out / "report").glob("*.html"), *(out / "feedback").rglob("*.html")]
    assert len(pages) > len(NAMES)
    for page in pages:
        text = page.read_text("utf-8")
        for live in ("<script>alert", "<svg onload", "<img src=x", "<b>1", "\x1b", "\0", "\u202e", "{{ 7"):
            assert live not in text.replace("{{ 7 * 7 }}", ""), (page, live)


def test_32_terminal_sequences_do_not_reach_the_terminal(sandbox: Sandbox) -> None:
    source = f"def relu(z):\n    raise ValueError({MARKUP!r})"
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.message is not None
    item.message.text().encode("utf-8")
    assert "\x1b" not in item.message.text() and "\0" not in item.message.text()


@pytest.mark.parametrize(
    "text",
    [
        r"$\href1$ $\href{javascript:alert(1)}{x}$",
        r"$\mmlToken{mi}[href='javascript:alert(1)']{x}$",
        r"$\style{position:fixed;top:0;width:100vw;height:100vh}{x}$",
        "&#36;&#92;href{javascript:alert(1)}{x}&#36;",
        "&dollar;&bsol;hr&#101;f{javascript:alert(1)}{x}&dollar;",
    ],
)
def test_32_formulas_make_no_links_in_formgrader(text: str) -> None:
    from nbconvert.filters.markdown import markdown2html

    from autograder.grading.unrun import missing
    from autograder.reports import autograded, releases

    notebook = solved(COURSE, BOOK)
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text})
    handed_in = parse(json.dumps(notebook).encode(), "eve", BOOK)
    released = releases.read_release(COURSE.release(BOOK), COURSE.solution(BOOK))
    node = autograded.notebook(handed_in, missing("eve", load_exam(COURSE, BOOK, SEED), ""), released)
    html = markdown2html(node.cells[-1].source)
    assert not any(command in html for command in ("\\href", "\\mmlToken", "\\style"))
