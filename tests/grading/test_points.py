"""A release that promises other points than its exercises give is noticed before anything is graded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from conftest import COURSE

from autograder.cli import grading
from autograder.course import Course
from autograder.demo.notebooks import stub, write
from autograder.grading.points import disagreements
from autograder.grading.settings import RunSettings
from autograder.intake.plans import Wishes

BOOK = "01_pixels"


@pytest.mark.parametrize("book", sorted(COURSE.notebooks))
def test_this_courses_releases_agree(book: str) -> None:
    assert disagreements(COURSE, book) == []


def test_other_points_stop_the_run_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    release = stub(COURSE, BOOK)
    marks = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell["metadata"] for cell in release["cells"]}
    marks["flatten_check"]["nbgrader"]["points"] = 3
    marks["why_not_fc"]["nbgrader"]["grade_id"] = "other"
    (tmp_path / "release.ipynb").write_text(json.dumps(release))
    monkeypatch.setattr(Course, "release", lambda *given: tmp_path / "release.ipynb")
    write(json.loads(json.dumps(release)), tmp_path / "class", "ada", BOOK)
    with pytest.raises(typer.Exit):
        grading.run(replace(COURSE), tmp_path / "class", tmp_path / "out", Wishes(BOOK), RunSettings(), "")
    said = capsys.readouterr().err
    assert "flatten: 1 in exercises/, 3 in the release; why_not_fc: 2 in exercises/, no points in the release" in said
    assert len(said.strip().splitlines()) == 1 and not (tmp_path / "out" / "grades.csv").exists()
