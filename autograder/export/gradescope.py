"""A zip for Gradescope that gives each submission the mark that it has here, with hand grades and lateness.

Gradescope takes scores from an autograder only. This one is uploaded in the place of the assignment's autograder; then
all submissions are run again.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from autograder.intake.collected import Collected, Handin, Person
from autograder.reports.csv_table import number
from autograder.reports.marks import Mark
from autograder.reports.names import strip_controls

from . import give_marks
from .ready import Exported, Left

_SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, as root and with a network, when the autograder is built.
set -euo pipefail
command -v python3 > /dev/null || { apt-get update && apt-get install -y --no-install-recommends python3; }
"""


def make(marks: Sequence[Mark], collected: Collected) -> Exported:
    """The zip for the marks of one assignment. A submission is found by Gradescope's number for it.

    Where none is known, its student is found by e-mail address. A mark is never given to a newer submission than the
    one that it is for. A group's submission has one mark there, so it is left out unless all members have the same.
    """
    by_number: dict[str, dict[str, object]] = {}
    by_email: dict[str, dict[str, object]] = {}
    done, left = [], []
    results = {mark.student: _results(mark) for mark in marks}
    groups = _groups(collected, {mark.assignment for mark in marks})
    for mark in marks:
        person = collected.people.get(mark.student, Person(mark.student))
        submission = _number(collected.handins.get((mark.student, mark.assignment)))
        if any(results.get(member) != results[mark.student] for member in groups.get(submission, ())):
            members = ", ".join(groups[submission])
            why = f"{members} handed in together and have no common mark: give theirs in Gradescope by hand"
            left.append(Left(mark.student, why))
            continue
        if submission:
            by_number[submission] = results[mark.student]
        elif person.email:
            by_email[person.email.strip().lower()] = results[mark.student]
        else:
            left.append(Left(mark.student, "neither their Gradescope submission nor an e-mail address is known"))
            continue
        done.append(mark.student)
    given = json.dumps({"by_number": by_number, "by_email": by_email}, indent=1)
    script = "#!/usr/bin/env python3\n" + Path(give_marks.__file__).read_text("utf-8")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text, mode in (
            ("setup.sh", _SETUP, 0o755),
            ("run_autograder", script, 0o755),
            ("marks.json", given, 0o644),
        ):
            entry = zipfile.ZipInfo(name)  # always of the same date
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, text)
    return Exported(content.getvalue(), tuple(done), tuple(left))


def _number(handin: Handin | None) -> str:
    """Gradescope's number for a hand-in; empty where it came from elsewhere."""
    known = handin is not None and handin.lms_id and f"submission_{handin.lms_id}" in handin.source.split("/")
    return handin.lms_id if handin and known else ""


def _groups(collected: Collected, assignments: Collection[str]) -> Mapping[str, list[str]]:
    """The students of each submission, by its number, whether they have a mark or not."""
    found: dict[str, list[str]] = {}
    for (student, assignment), handin in sorted(collected.handins.items()):
        if assignment in assignments and (submission := _number(handin)):
            found.setdefault(submission, []).append(student)
    return found


def _results(mark: Mark) -> dict[str, object]:
    """What becomes of results.json."""
    assert mark.mark is not None and mark.raw is not None
    lines = [f"{number(mark.mark)} of {number(mark.max_points)} points."]
    if mark.mark != mark.raw:
        lines.append(f"{number(mark.raw)} points before {number(mark.days_late)} days of lateness.")
    if mark.waiting:
        lines.append(f"{number(mark.waiting)} more points are not graded yet.")
    lines += [f"{exercise}: {comment}" for exercise, comment in mark.comments]
    output = strip_controls("\n".join(lines))
    test = {"name": mark.assignment, "score": mark.mark, "max_score": mark.max_points, "output": output}
    return {"score": mark.mark, "stdout_visibility": "hidden", "tests": [{**test, "output_format": "text"}]}
