"""Who gets a 0 for handing in nothing, and what is said of the files that were passed over."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.intake import collect, collected
from autograder.intake.collected import Handin, Person, of
from autograder.intake.plans import Plan, Wishes
from autograder.intake.roster import Roster
from intake.exports import BOOK, notebook

OTHER = "01_pixels"
NAMES = ("ann", "bo", "cem")
ROSTER = Roster(tuple(Person(name, name.title(), f"{name}@example.org", {"Username": name}) for name in NAMES))
ZERO = Wishes(BOOK, ROSTER, missing_is_zero=True)
NOTHING = {"ann": "", "bo": collect.NOTHING, "cem": collect.NOTHING}


def put(base: Path, *paths: str, book: str = BOOK) -> None:
    """A notebook of `book` at each path, the later ones newer."""
    for number, path in enumerate(paths):
        place = base / "in" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(notebook(path, book) if path.endswith(".ipynb") else b"x")
        os.utime(place, (1e9 + number, 1e9 + number))


def planned(base: Path, wishes: Wishes) -> Plan:
    (base / "work").mkdir(exist_ok=True)
    return collect.plan(COURSE, base / "in", base / "out", base / "work", wishes)


def zeros(plan: Plan) -> set[str]:
    return {task.student for task in plan.tasks if task.zero}


def test_who_of_the_roster_handed_in_nothing_gets_a_0_if_so_wished(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb")
    for wishes, gets in ((ZERO, {"bo", "cem"}), (replace(ZERO, missing_is_zero=False), set())):
        plan = planned(tmp_path, wishes)
        assert {task.student: task.absent for task in plan.tasks} == NOTHING
        assert zeros(plan) == gets and plan.unmatched == []


def test_nobody_gets_a_0_while_anything_is_nobodys(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb", "zoe/x.ipynb")
    plan = planned(tmp_path, ZERO)
    assert zeros(plan) == set() and "zoe: not on the roster" in plan.notes
    said = "nobody gets a 0 for handing in nothing before everything is matched; not on the roster: zoe"
    assert plan.unmatched == [said]
    assert planned(tmp_path, replace(ZERO, missing_is_zero=False)).unmatched == []
    everybody = replace(ZERO, roster=Roster(ROSTER.people[:1]))
    assert planned(tmp_path, everybody).unmatched == []


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more")])
def test_strangers_are_named_up_to_five(count: int, more: str, tmp_path: Path) -> None:
    put(tmp_path, *(f"s{number}/x.ipynb" for number in range(count)))
    (said,) = planned(tmp_path, ZERO).unmatched
    assert said.endswith(f"not on the roster: s0, s1, s2, s3, s4{more}")


def test_without_a_roster_nobody_gets_a_0(tmp_path: Path) -> None:
    put(tmp_path, f"ann/{BOOK}/{BOOK}.ipynb")
    (tmp_path / "in" / "bo").mkdir()
    plan = planned(tmp_path, replace(ZERO, roster=None))
    assert {task.student for task in plan.tasks} == {"ann", "bo"} and zeros(plan) == set()
    assert [task.student for task in planned(tmp_path, Wishes()).tasks] == ["ann"]


def test_who_handed_in_before_or_something_else_gets_no_0(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    collected.save(of([], [Handin("bo", BOOK, "before.ipynb")]), tmp_path / "out")
    put(tmp_path, "ann/x.ipynb", "cem/report.pdf")
    plan = planned(tmp_path, ZERO)
    assert {task.student for task in plan.tasks} == {"ann", "cem"} and zeros(plan) == set()
    said = f"no notebook of {BOOK} was found in what was handed in: cem/report.pdf (it is not a notebook)"
    assert plan.tasks[1].unread == said


def test_a_notebook_of_another_assignment_in_ones_own_folder_is_no_hand_in(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb")
    put(tmp_path, "bo/x.ipynb", book=OTHER)
    plan = planned(tmp_path, ZERO)
    assert zeros(plan) == {"bo", "cem"} and not any(task.unread for task in plan.tasks)


def test_what_half_of_the_class_has_was_to_be_handed_in(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb", "bo/x.ipynb")
    put(tmp_path, "ann/y.ipynb", book=OTHER)
    every = replace(ZERO, assignment="", roster=Roster(ROSTER.people[:2]))
    told = {(task.student, task.assignment): task.absent for task in planned(tmp_path, every).tasks}
    assert told == {("ann", OTHER): "", ("ann", BOOK): "", ("bo", OTHER): collect.NOTHING, ("bo", BOOK): ""}
    most = replace(every, roster=ROSTER)
    put(tmp_path, "cem/x.ipynb")
    assert len(planned(tmp_path, most).tasks) == 4


def notes(base: Path) -> list[str]:
    return [note for task in planned(base, Wishes(BOOK)).tasks if task.student == "ann" for note in task.notes]


def test_what_was_graded_of_several_is_said(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb", "bo/x.ipynb")
    assert notes(tmp_path) == [f"ann/x.ipynb was graded as {BOOK}"]
    put(tmp_path, "ann/a.ipynb", "ann/b.ipynb", "ann/x.ipynb")
    assert notes(tmp_path) == ["ann/x.ipynb was graded; not ann/b.ipynb, ann/a.ipynb"]
    put(tmp_path, f"ann/{BOOK}/{BOOK}.ipynb")
    plan = planned(tmp_path, Wishes(BOOK))
    assert plan.tasks[0].path == tmp_path / "in" / "ann" / BOOK / f"{BOOK}.ipynb"
    assert {task.student for task in plan.copies} == {"bo"}
    assert notes(tmp_path) == [f"{BOOK}.ipynb in its folder was graded; not ann/x.ipynb, ann/b.ipynb, ann/a.ipynb"]


def test_what_could_not_be_opened_beside_a_notebook_is_told(tmp_path: Path) -> None:
    """It may be the newer one."""
    put(tmp_path, "ann/draft.ipynb", "ann/newer.zip", "ann/talk.pdf")
    (tmp_path / "in" / "ann" / "newer.zip").write_bytes(b"PK\x03\x04 and no more")
    plan = planned(tmp_path, Wishes(BOOK))
    assert [task.unread for task in plan.tasks] == [""]
    assert plan.unmatched == ["ann/newer.zip: it is damaged, or not a zip archive"]


def test_a_folder_that_is_called_like_a_notebook_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path, f"ann/{BOOK}/{BOOK}.ipynb/x.ipynb", f"bo/{BOOK}/{BOOK}.ipynb/y.txt", f"cem/{BOOK}/{BOOK}.ipynb")
    plan = planned(tmp_path, Wishes())
    ann, bo, cem = plan.tasks
    assert [(task.student, file.name) for task, file in plan.copies.items()] == [("ann", "x.ipynb")]
    assert ann.path.is_relative_to(tmp_path / "out")
    assert bo.path.is_dir() and cem.path.is_relative_to(tmp_path / "in")


def test_what_is_kept_of_the_class(tmp_path: Path) -> None:
    put(tmp_path, "ann/x.ipynb", f"bo/{BOOK}/{BOOK}.ipynb", "zoe/x.ipynb")
    known = planned(tmp_path, ZERO).known
    assert set(known.people) == {"ann", "bo", "cem", "zoe"}
    assert {key: handin.source for key, handin in known.handins.items()} == {
        ("ann", BOOK): "ann/x.ipynb",
        ("bo", BOOK): f"bo/{BOOK}/{BOOK}.ipynb",
        ("zoe", BOOK): "zoe/x.ipynb",
    }


def test_nbgraders_time_beside_a_notebook_is_when_it_came(tmp_path: Path) -> None:
    put(tmp_path, f"ann/{BOOK}/{BOOK}.ipynb", f"bo/{BOOK}/{BOOK}.ipynb", f"cem/{BOOK}/{BOOK}.ipynb")
    (tmp_path / f"in/ann/{BOOK}/timestamp.txt").write_text("2026-11-20 22:59:58.123456 UTC")
    (tmp_path / f"in/bo/{BOOK}/timestamp.txt").write_bytes(b"yesterday \xff")
    (tmp_path / f"in/cem/{BOOK}/timestamp.txt").symlink_to(tmp_path / f"in/ann/{BOOK}/timestamp.txt")
    found = {student: item.when for (student, _), item in planned(tmp_path, Wishes()).known.handins.items()}
    assert found == {"ann": datetime(2026, 11, 20, 22, 59, 58, 123456, UTC), "bo": None, "cem": None}


def test_a_folder_that_a_system_has_named_is_no_student(tmp_path: Path) -> None:
    put(tmp_path, f"Ann Lee_7_assignsubmission_file/{BOOK}/{BOOK}.ipynb", f"bo/{BOOK}/{BOOK}.ipynb")
    plan = planned(tmp_path, Wishes(BOOK))
    assert [(task.student, task.unread, task.absent) for task in plan.tasks] == [("Ann Lee", "", ""), ("bo", "", "")]


def test_in_place_of_another_assignments_notebook_the_right_one_beside_it_is_graded(tmp_path: Path) -> None:
    place = f"ann/{BOOK}/{BOOK}.ipynb"
    put(tmp_path, place, book=OTHER)
    (task,) = [task for task in planned(tmp_path, Wishes(BOOK)).tasks if task.assignment == BOOK]
    assert task.unread == f"{BOOK}.ipynb is a notebook of {OTHER}"
    put(tmp_path, "ann/x.ipynb")
    plan = planned(tmp_path, Wishes(BOOK))
    (task,) = [task for task in plan.tasks if task.assignment == BOOK]
    assert not task.unread and plan.copies[task].shown == "ann/x.ipynb"


def test_only_of_what_is_somebodys_nothing_more_is_said(tmp_path: Path) -> None:
    put(tmp_path, f"ann/{BOOK}/{BOOK}.ipynb", "bo.ipynb", "solution.ipynb", "bo/homework/x.ipynb")
    plan = planned(tmp_path, ZERO)
    assert plan.notes == ["solution.ipynb: not a student's folder, skipped"]
    assert plan.unmatched[0] == "solution.ipynb: whose it is can't be told"


def test_who_handed_in_another_assignment_for_this_one_is_told_beside_who_handed_in_nothing(tmp_path: Path) -> None:
    put(tmp_path, f"{BOOK}/ann.ipynb", f"{BOOK}/bo.ipynb", book=OTHER)
    put(tmp_path, f"{BOOK}/cem.ipynb")
    people = tuple(Person(name, ids={"Username": name}) for name in (*NAMES, "dee", "eve"))
    tasks = planned(tmp_path, Wishes(BOOK, Roster(people))).tasks
    said = {task.student: task.unread or task.absent for task in tasks}
    assert said.pop("ann").endswith(f"{BOOK}/ann.ipynb is a notebook of {OTHER}") and "bo.ipynb" in said.pop("bo")
    assert said == {"cem": "", "dee": collect.NOTHING, "eve": collect.NOTHING}
