"""A class of 30 as each LMS gives it: everybody's newest notebook is collected, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.intake import blackboard, canvas, collect, collected, roster
from autograder.intake.plans import Plan, Wishes
from intake.exports import BOOK, SYSTEMS, Handed, Student, a_class, notebook, sortable

CLASS = a_class()


def planned(source: Path, base: Path, wishes: Wishes | None = None) -> Plan:
    work = base / "work"
    work.mkdir()
    plan = collect.plan(COURSE, source, base / "out", work, wishes or Wishes(BOOK))
    (base / "out").mkdir(exist_ok=True)
    plan.write(base / "out")
    return plan


def graded_bytes(plan: Plan) -> list[bytes]:
    return [task.path.read_bytes() for task in plan.tasks if not task.absent and not task.unread]


def of_all(students: Sequence[Student]) -> list[bytes]:
    return sorted(expected(student) for student in students if student.files)


def expected(student: Student) -> bytes:
    return notebook(student.name, ids=student.number % 5 != 0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_everybodys_newest_notebook_is_collected(system: str, tmp_path: Path) -> None:
    plan = planned(SYSTEMS[system](CLASS, tmp_path), tmp_path)
    assert plan.unmatched == []
    assert sorted(graded_bytes(plan)) == of_all(CLASS)
    # One handed in nothing, and has all the same a text in Moodle, a repository at GitHub.
    without = [task for task in plan.tasks if task.unread or task.absent]
    assert len(without) == (system in ("moodle-files", "github")) and not any(task.zero for task in without)
    assert len({task.student for task in plan.tasks}) == 29 + len(without)


CANVAS_LIST = (
    "Student,ID,SIS User ID,SIS Login ID,Section,02 (77),Final Score\n    Points Possible,,,,,10,(read only)\n"
)


def canvas_list(students: Sequence[Student]) -> str:
    rows = [
        f'"{sortable(one.name)}",{one.user_id},S{one.number},{one.login},"A, B",,\n' for one in students
    ]  # fmt: skip
    return CANVAS_LIST + "".join(rows) + '"Student, Test",99999,,abc,A,,\n'


def test_canvass_people_have_their_names_and_who_lacks_is_listed(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(canvas_list(CLASS), "utf-8-sig")
    wishes = Wishes("", roster.read(tmp_path / "list.csv"), missing_is_zero=True)
    plan = planned(SYSTEMS["canvas"](CLASS, tmp_path), tmp_path, wishes)
    assert plan.unmatched == [] and len(plan.tasks) == 30
    (lacking,) = [task for task in plan.tasks if task.absent]
    assert lacking.zero and lacking.student.endswith("_40019")
    kept = collected.load(tmp_path / "out")
    person = next(one for one in kept.people.values() if one.ids["ID"] == "40006")
    assert (person.name, person.ids["SIS Login ID"], person.ids["Section"]) == ("Zoë Müller", "user5", "A, B")
    assert {kept.people[student].ids["ID"]: handin.late for (student, _), handin in kept.handins.items()} == {
        one.user_id: one.late for one in CLASS if one.files
    }
    resubmitted = next(handin for handin in kept.handins.values() if "-2.ipynb" in handin.source)
    assert len(resubmitted.others) == 2


def test_a_straggler_is_no_reason_to_call_the_others_missing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(canvas_list(CLASS))
    wishes = Wishes(BOOK, roster.read(tmp_path / "list.csv"), missing_is_zero=True)
    planned(SYSTEMS["canvas"]([one for one in CLASS if one.number != 7], tmp_path / "a"), tmp_path, wishes)
    (tmp_path / "work").rename(tmp_path / "before")
    late = planned(SYSTEMS["canvas"]([CLASS[7]], tmp_path / "b"), tmp_path, wishes)
    assert [task.student for task in late.tasks if not task.absent] == ["ann_40008"]
    assert [task.student.rpartition("_")[2] for task in late.tasks if task.absent] == ["40019"]
    assert len(collected.load(tmp_path / "out").handins) == 29


def test_a_group_of_moodles_is_its_members(tmp_path: Path) -> None:
    source = tmp_path / "in" / "Team 1_55_assignsubmission_file"
    source.mkdir(parents=True)
    (source / "x.ipynb").write_bytes(notebook("team"))
    (tmp_path / "list.csv").write_text(
        "First name;Last name;Email address;Groups\nAnn;Lee;a@example.org;Team 1\nBo;Li;b@example.org;Team 1\n"
    )
    plan = planned(tmp_path / "in", tmp_path, Wishes("", roster.read(tmp_path / "list.csv")))
    assert [task.student for task in plan.tasks] == ["Ann Lee", "Bo Li"] and not plan.unmatched
    assert {handin.lms_id for handin in plan.known.handins.values()} == {"55"}


def test_two_of_one_name_are_not_told_apart_by_guessing(tmp_path: Path) -> None:
    source = tmp_path / "in" / "Bo Li_55_assignsubmission_file"
    source.mkdir(parents=True)
    (source / f"{BOOK}.ipynb").write_bytes(notebook("bo"))
    rows = "Full name,Email address\nBo Li,b1@example.org\nBo Li,b2@example.org\n"
    (tmp_path / "list.csv").write_text(rows)
    plan = planned(tmp_path / "in", tmp_path, Wishes(BOOK, roster.read(tmp_path / "list.csv"), missing_is_zero=True))
    assert "nothing tells these people apart" in plan.unmatched[0]
    assert {(task.absent, task.zero) for task in plan.tasks} == {("handed in nothing", False)}
    # The worksheet's identifier does.
    (tmp_path / "sheet.csv").write_text("Identifier,Full name,Grade\nParticipant 54,Bo Li,\nParticipant 55,Bo Li,\n")
    (tmp_path / "work").rename(tmp_path / "before")
    (tmp_path / "out" / "class.json").unlink()
    plan = planned(tmp_path / "in", tmp_path, Wishes(BOOK, roster.read(tmp_path / "sheet.csv")))
    assert not plan.unmatched and [task.student for task in plan.tasks if not task.absent] == ["Bo Li (Participant 55)"]


def test_nobody_becomes_another_by_the_name_of_a_file(tmp_path: Path) -> None:
    """Eve calls her files as systems would call Ann's."""
    names = {
        "Ann_1001_assignsubmission_file_/01.ipynb": "ann",
        "Eve_1002_assignsubmission_file_/ann_40008_700072_x.ipynb": "eve",
        "Eve_1002_assignsubmission_file_/Ann_1001_assignsubmission_file_/02.ipynb": "eve",
        "Eve_1002_assignsubmission_file_/ann+02_filters_1d+2027-01-01 00:00:00 UTC+x/02.ipynb": "eve",
    }
    for name, who in names.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(notebook(who))
    plan = planned(tmp_path / "in", tmp_path)
    assert {task.student: task.path.read_bytes() == notebook(task.student.lower()) for task in plan.tasks} == {
        "Ann": True,
        "Eve": True,
    }
    flat = canvas.claims(["ann_40008_700071_a.ipynb", "eve_40009_700072_ann_40008_700099_a.ipynb"])
    assert [claim.owners[0].key for claim in flat.values()] == ["ann_40008", "eve_40009"]
    attempts = ["hw_eve_attempt_2026-01-01-00-00-00_hw_ann_attempt_2027-01-01-00-00-00_a.ipynb"]
    (claim,) = blackboard.claims(dict.fromkeys(attempts)).values()
    assert claim.owners[0].login == "eve"


def test_plain_folders_stay_where_they_are(tmp_path: Path) -> None:
    for student, name in (("zoe", BOOK), ("ben", BOOK), ("swapped", "01_pixels")):
        place = tmp_path / "in" / student / name
        place.mkdir(parents=True)
        (place / f"{name}.ipynb").write_bytes(notebook(student))
    (tmp_path / "in" / "ben" / BOOK / "Copy of it.ipynb").write_bytes(notebook("ben, too"))
    (tmp_path / "in" / "kim" / "01_Pixels").mkdir(parents=True)
    (tmp_path / "in" / "kim" / "01_Pixels" / "report.pdf").write_bytes(b"%PDF-1.4")
    plan = planned(tmp_path / "in", tmp_path, Wishes())
    told = {(task.student, task.assignment): task for task in plan.tasks}
    for student in ("zoe", "ben"):
        assert told[student, BOOK].path == tmp_path / "in" / student / BOOK / f"{BOOK}.ipynb"
    assert told["swapped", BOOK].path.read_bytes() == notebook("swapped")
    assert told["swapped", "01_pixels"].unread == f"01_pixels.ipynb is a notebook of {BOOK}"
    assert "report.pdf (it is not a notebook)" in told["kim", "01_pixels"].unread
    assert len(plan.tasks) == 5 and len(plan.copies) == 1


def test_what_only_its_folder_calls_an_assignment_is_taken_as_that(tmp_path: Path) -> None:
    place = tmp_path / "in" / "zoe" / "01_pixels"
    place.mkdir(parents=True)
    (place / "broken.ipynb").write_bytes(b'{"cells": [')
    plan = planned(tmp_path / "in", tmp_path, Wishes())
    assert [(task.assignment, task.unread, task.absent) for task in plan.tasks] == [("01_pixels", "", "")]


def test_a_notebook_of_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{BOOK}.ipynb").write_bytes(notebook("somebody"))
    plan = planned(tmp_path / "in", tmp_path)
    assert plan.unmatched == [f"{BOOK}.ipynb: whose it is can't be told"] and plan.tasks == []


def test_a_notebook_of_another_assignment_is_nobodys_0(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(canvas_list(CLASS[7:9]))
    wrong = Student(8, "Anna", files=(Handed("01_pixels.ipynb", notebook("anna", "01_pixels")),))
    source = SYSTEMS["canvas"]([CLASS[7], wrong], tmp_path)
    plan = planned(source, tmp_path, Wishes(BOOK, roster.read(tmp_path / "list.csv"), missing_is_zero=True))
    ann, anna = plan.tasks
    assert not ann.unread and anna.unread.endswith("01_pixels.ipynb is a notebook of 01_pixels")
    assert not anna.zero and not anna.absent


def test_the_members_of_a_group_share_a_notebook_if_so_wished(tmp_path: Path) -> None:
    rows = "Name,Username,Team\nAnn,user7,red\nAnna,user8,red\nBo,user9,blue\nKim,user10,blue\n"
    (tmp_path / "list.csv").write_text(rows)
    wishes = Wishes(BOOK, roster.read(tmp_path / "list.csv"), groups=True)
    plan = planned(SYSTEMS["folders"]([CLASS[7]], tmp_path), tmp_path, wishes)
    told = {task.student: task.absent for task in plan.tasks}
    assert told == {"user7": "", "user8": "", "user9": "handed in nothing", "user10": "handed in nothing"}
    shared = [task.path.read_bytes() for task in plan.tasks if not task.absent]
    assert shared[0] == shared[1] == notebook("Ann")


def test_files_of_other_kinds_do_no_harm_beside_a_notebook(tmp_path: Path) -> None:
    for name, data in (("02_filters_1d.ipynb", notebook("zoe")), ("pixels.png", b"\x89PNG"), ("notes.txt", b"{")):
        (tmp_path / "in" / "zoe" / "work").mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / "zoe" / "work" / name).write_bytes(data)
    (tmp_path / "in" / "ben").mkdir()
    (tmp_path / "in" / "ben" / "essay.docx").write_bytes(b"PK\x03\x04")
    ben, zoe = planned(tmp_path / "in", tmp_path, Wishes()).tasks
    assert "essay.docx" in ben.unread and (zoe.assignment, zoe.unread) == (BOOK, "")


def test_one_name_in_two_exports_is_one_student(tmp_path: Path) -> None:
    for number, book in ((55, BOOK), (91, "01_pixels")):
        place = tmp_path / "in" / f"export {number}" / f"Bo Li_{number}_assignsubmission_file"
        place.mkdir(parents=True)
        (place / "x.ipynb").write_bytes(notebook("bo", book))
    plan = planned(tmp_path / "in", tmp_path, Wishes())
    assert [(task.student, task.assignment) for task in plan.tasks] == [("Bo Li", "01_pixels"), ("Bo Li", BOOK)]


def test_a_section_is_nobodys_name(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Name,Username,Section\nZoe,zm,a\nBo,bl,b\n")
    for student in ("a", "zm"):
        place = tmp_path / "in" / student
        place.mkdir(parents=True)
        (place / "x.ipynb").write_bytes(notebook(student))
    plan = planned(tmp_path / "in", tmp_path, Wishes(BOOK, roster.read(tmp_path / "list.csv")))
    assert {task.student: task.absent for task in plan.tasks} == {"a": "", "zm": "", "bl": "handed in nothing"}
    assert "a: not on the roster" in plan.notes
    # The folders' names are kept when another list comes.
    (tmp_path / "work").rename(tmp_path / "before")
    (tmp_path / "list.csv").write_text("Name,Email,Username,Section\nZoe,z@example.org,zoe1,a\nAnn,a@example.org,a,b\n")
    again = planned(tmp_path / "in", tmp_path, Wishes(BOOK, roster.read(tmp_path / "list.csv")))
    assert {"a", "zm"} <= {task.student for task in again.tasks if not task.absent}
