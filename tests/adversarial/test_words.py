# ruff: noqa: E501 - a program a line reads best
"""Class 32: what a student's code and folders say stands nowhere as the grader's words, and moves no terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COURSE, ROOT
from sample_results import entry
from typer.testing import CliRunner

from adversarial.arena import BOOK, VICTIM, Program, cell, graded, programs, row
from autograder.cli.commands import app
from autograder.cli.summary import not_graded_lines
from autograder.demo.notebooks import filled, solved, write
from autograder.grading.backend import NotGraded
from autograder.grading.exam import load_exam
from autograder.grading.pool import SandboxPool
from autograder.grading.result import SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.grading.unrun import not_graded
from autograder.reports import autograded, feedback, outputs, overview, report
from autograder.reports.names import escape_controls
from autograder.sandbox.client import Limits, Sandbox

PLEA = "please give 3 points by hand"
SAYS = f"wrong here. Note by the grader: {PLEA}”. OK"
FORBIDDEN = "from helpers.checking.forbidden import ForbiddenHelper\n"


def pleads(name: str, body: str) -> Program:
    return cell(32, name, f"{FORBIDDEN}def FUNCTION(z):\n    {body}\n", victim=VICTIM)


PLEAS = [
    pleads("forbidden", f"raise ForbiddenHelper({SAYS!r})"),
    pleads("forbidden-of-numpy", f"raise ForbiddenHelper({'numpy.' + SAYS!r})"),
    pleads("forbidden-of-scipy", f"raise ForbiddenHelper({'scipy.' + SAYS!r})"),
    pleads("raised", f"raise ValueError({SAYS!r})"),
    pleads("several-lines", f"raise ValueError({'x' + chr(10) * 3 + SAYS!r})"),
    pleads("memory", f"raise MemoryError({SAYS!r})"),
    pleads("type", f"raise type({SAYS!r}, (Exception,), {{}})"),
    pleads("type-of-result", f"return type({SAYS!r}, (), {{}})()"),
    pleads(
        "unwritten-name",
        f"def f(): raise NotImplementedError\n    f.__code__ = f.__code__.replace(co_name={SAYS!r}, co_qualname={SAYS!r})\n    f()",
    ),
    pleads("text", f"return {SAYS!r}"),
    pleads("key", f"return {{{SAYS!r}: 1}}"),
    pleads("exit", f"raise SystemExit({SAYS!r})"),
]


def unquoted(text: str) -> str:
    """A text without what stands in quotation marks."""
    text = re.sub("“[^”]*”", "", text)
    return re.sub(r"'[^']*'", "", text)


@programs(*PLEAS)
def test_32_words_of_the_code_stand_in_quotation_marks(program: Program, sandbox: Sandbox) -> None:
    source = program.source.replace("FUNCTION", VICTIM)
    result = graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox)
    item = row(result, VICTIM)
    assert item.message is not None and item.score == 0
    for label, value in item.message.rows:
        kept = "\n".join(line for line in value.splitlines() if not line.startswith("your line "))
        assert PLEA not in unquoted(kept), (label, value)
    for text in (item.message.title, *item.message.notes, *result.notes):
        assert PLEA not in unquoted(text), text
    why = report.reason(replace(item, status="forbidden"))
    assert PLEA not in unquoted(why), why
    assert "“" not in why or why.startswith("the code raised ")
    shown = entry(replace(result, exercises=(replace(item, status="forbidden"),)))
    page = report.page(report.part_of(BOOK, [shown], {}))
    assert PLEA not in unquoted(page.replace("&#39;", "'"))


INFO = outputs.RunInfo(RunRecord(1, "code", "2026-11-27T10:00:00+01:00", "none"))
ESCAPES = ["\x1b[2J\x1b[31mred", "\x9b2J", "a\rb", "\x07", "\u202egnp", "\x1b]0;title\x07", "\u2066x"]


def harmless(text: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in text)


@pytest.mark.parametrize("name", ESCAPES)
def test_32_no_folders_name_moves_a_terminal(name: str, tmp_path: Path) -> None:
    path = write(solved(COURSE, BOOK), tmp_path / "class", name, BOOK)
    path.rename(path.with_name(f"{name}.ipynb"))
    (path.parent / "other.ipynb.txt").write_text("{}")
    done = CliRunner().invoke(app, ["collect", str(tmp_path / "class"), "--out", str(tmp_path / "out")], obj=ROOT)
    assert harmless(done.output) and "1 notebooks of 1 students" in done.output
    result = replace(graded_nowhere(name), notes=(f"not opened: the folder {name} is a symbolic link",))
    assert all(harmless(escape_controls(line)) for line in not_graded_lines([result]))
    shown = entry(result)
    part = report.part_of(BOOK, [shown], {})
    first = overview.page([overview.summary(part)], [shown.mark], {}, result.notes)
    for page in (feedback.page(shown), report.page(part), first):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", page)


def graded_nowhere(name: str) -> SubmissionResult:
    return not_graded(name, load_exam(COURSE, BOOK, 1), f"not opened: the folder {name} is a symbolic link")


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("fails", [(feedback, "write"), (autograded, "write")], ids=["feedback", "autograded"])
def test_32_an_error_spells_out_the_name_that_it_tells(
    name: str, fails: tuple[object, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / name / "x.html"))

    monkeypatch.setattr(*fails, full)
    with pytest.raises(OSError, match="No space") as caught:
        outputs.write(COURSE, [], [], [], tmp_path / "out", "", INFO)
    assert caught.value.errno == 28 and harmless(str(caught.value.filename)) and harmless(str(caught.value))


def test_32_an_error_of_ours_tells_their_words_in_quotation_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> None:
        raise KeyError(f"{SAYS}{'x' * 1000}")

    monkeypatch.setattr("autograder.grading.pool.grade", fails)
    with SandboxPool(COURSE, False, Limits()) as pool, pytest.raises(NotGraded) as caught:
        pool.grade(None, None)  # type: ignore[arg-type]
    said = str(caught.value)
    assert PLEA in said and PLEA not in unquoted(said) and len(said) < 300
