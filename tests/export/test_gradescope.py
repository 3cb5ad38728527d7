"""The zip of marks for Gradescope, in a folder that stands for the container's /autograder."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.export import give_marks, gradescope
from autograder.intake.collected import Handin, Person, of
from autograder.reports.marks import Mark

BOOK = "02_filters_1d"
MARKS = [
    Mark("ada", BOOK, 8, 7.2, 10, 0, 1.5, (("why", "Good\x1b[2J."),)),
    Mark("bo", BOOK, 5, 5, 10, 2),
    Mark("cem", BOOK, 0, 0, 10),
]
PEOPLE = of(
    [Person("ada", email="ada@example.org"), Person("bo", email="Bo@Example.org")],
    [Handin("ada", BOOK, "assignment_1_export/submission_41/files/x.ipynb", lms_id="41"), Handin("bo", BOOK, "")],
)


def given(tmp_path: Path, number: int, *emails: str) -> dict[str, Any] | None:
    """What Gradescope gets for a submission; None where the autograder fails."""
    with zipfile.ZipFile(io.BytesIO(gradescope.make(MARKS, PEOPLE).content)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, tmp_path / "source"))
            path.chmod(entry.external_attr >> 16 & 0o777)
    (tmp_path / "results").mkdir(exist_ok=True)
    users = [{"email": email, "id": 1, "name": "x"} for email in emails]
    (tmp_path / "submission_metadata.json").write_text(json.dumps({"id": number, "users": users}))
    environment = {**os.environ, "AUTOGRADER_PLACE": str(tmp_path)}
    done = subprocess.run([tmp_path / "source" / "run_autograder"], env=environment, capture_output=True, text=True)
    path = tmp_path / "results" / "results.json"
    assert (done.returncode == 0) == path.exists(), done.stderr
    return json.loads(path.read_text()) if path.exists() else None


def test_a_submission_gets_its_mark(tmp_path: Path) -> None:
    found = given(tmp_path, 41, "somebody@example.org")
    assert found and found["score"] == 7.2
    (test,) = found["tests"]
    assert (test["score"], test["max_score"]) == (7.2, 10)
    assert test["output"] == "7.2 of 10 points.\n8 points before 1.5 days of lateness.\nwhy: Good."


def test_a_student_is_found_by_address_where_no_number_is_known(tmp_path: Path) -> None:
    found = given(tmp_path, 99, "x@example.org", "bo@example.org ")
    assert found and found["score"] == 5 and "2 more points are not graded yet" in found["tests"][0]["output"]


def test_a_newer_submission_gets_no_mark_of_an_older_one(tmp_path: Path) -> None:
    assert given(tmp_path, 42, "ada@example.org") is None
    assert given(tmp_path, 43, "cem@example.org") is None
    assert [item.student for item in gradescope.make(MARKS, PEOPLE).left] == ["cem"]


@pytest.mark.parametrize("other", [5, None], ids=["another mark", "none yet"])
def test_a_group_without_a_common_mark_is_left_out(other: float | None) -> None:
    handins = [
        Handin(student, BOOK, f"e/submission_{number}/x.ipynb", lms_id=number)
        for student, number in (("ada", "41"), ("bo", "41"), ("cem", "42"), ("dee", "42"))
    ]
    marks = [Mark(student, BOOK, 8, 8, 10) for student in ("ada", "cem", "dee")]
    marks += [] if other is None else [Mark("bo", BOOK, other, other, 10)]
    done = gradescope.make(marks, of([Person("bo", email="bo@example.org")], handins))
    assert done.students == ("cem", "dee")
    assert {item.student for item in done.left} == {mark.student for mark in marks} - {"cem", "dee"}
    assert all("ada, bo handed in together" in item.why for item in done.left)
    with zipfile.ZipFile(io.BytesIO(done.content)) as archive:
        given = json.loads(archive.read("marks.json"))
    assert list(given["by_number"]) == ["42"] and not given["by_email"]


@pytest.mark.parametrize(
    ("submission", "score"),
    [
        ({"id": 41, "users": [{"email": "b@x.org"}]}, 1),
        ({"id": 9, "users": [{"email": "a@x.org"}, {"email": " B@X.org"}]}, 2),
        ({"users": [{}, {"email": "b@x.org"}]}, 2),
        ({"id": 9}, None),
        ({"id": 9, "users": [{"email": "b@x.org"}, {"email": "c@x.org"}]}, None),
    ],
)
def test_a_mark_is_found_by_the_number_and_else_by_the_address(
    submission: dict[str, Any], score: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("source", "results"):
        (tmp_path / name).mkdir()
    known = {"by_number": {"41": {"score": 1}}, "by_email": {"b@x.org": {"score": 2}, "c@x.org": {"score": 3}}}
    (tmp_path / "source" / "marks.json").write_text(json.dumps(known))
    (tmp_path / "submission_metadata.json").write_text(json.dumps(submission))
    monkeypatch.setenv("AUTOGRADER_PLACE", str(tmp_path))
    if score is None:
        with pytest.raises(SystemExit) as ended:
            give_marks.main()
        assert ended.value.code == 1 and not list((tmp_path / "results").iterdir())
    else:
        give_marks.main()
        assert json.loads((tmp_path / "results" / "results.json").read_text()) == {"score": score}


def test_the_same_marks_give_the_same_bytes() -> None:
    once = gradescope.make(MARKS, PEOPLE).content
    assert gradescope.make(MARKS, PEOPLE).content == once
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert modes == {"setup.sh": 0o100755, "run_autograder": 0o100755, "marks.json": 0o100644}
