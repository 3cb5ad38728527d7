"""The zip of marks for Gradescope, in a folder that stands for the container's /autograder."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from autograder.export import gradescope
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
