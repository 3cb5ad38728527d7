"""What comes in a later zip, or in an older one that is collected after it: what counts is named, nothing is lost."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.intake import collect, collected, earlier
from autograder.intake.choosing import Chosen
from autograder.intake.collected import Handin
from autograder.intake.plans import Plan, Wishes
from autograder.intake.tree import File
from autograder.intake.uploads import Upload
from intake.exports import BOOK, notebook

NEXT = "03_filters_2d"
WHEN = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)


def canvas(base: Path, *names: str, day: int = 20, book: str = BOOK) -> Path:
    """A zip with a notebook under each name; one that ends in `!` is of another assignment than `book`."""
    path = base / f"{len(list(base.iterdir()))}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            told = zipfile.ZipInfo(f"{name.removesuffix('!')}_a.ipynb", (2026, 11, day, 12, 0, 0))
            archive.writestr(told, notebook(name, BOOK if name.endswith("!") else book))
    return path


def moodle(base: Path, *names: str, day: int = 20, book: str = BOOK) -> Path:
    path = base / f"{len(list(base.iterdir()))}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            who, _, version = name.partition(" ")
            told = zipfile.ZipInfo(f"{who}_assignsubmission_file/a{version}.ipynb", (2026, 11, day, 12, 0, 0))
            archive.writestr(told, notebook(name, book))
    return path


def collected_from(source: Path, wishes: Wishes | None = None) -> Plan:
    out, work = source.parent / "out", source.parent / f"work {len(list(source.parent.iterdir()))}"
    work.mkdir()
    plan = collect.plan(COURSE, source, out, work, wishes or Wishes())
    out.mkdir(exist_ok=True)
    plan.write(out)
    return plan


def graded(plan: Plan) -> dict[tuple[str, str], bytes]:
    return {(task.student, task.assignment): task.path.read_bytes() for task in plan.tasks if not task.unread}


def notes(plan: Plan) -> list[str]:
    return [note for task in plan.tasks for note in task.notes]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Where zips are made; OUT is beside them."""
    return tmp_path


@pytest.mark.parametrize("made", [canvas, moodle])
def test_an_older_zip_takes_no_newer_notebooks_place(made: object, base: Path) -> None:
    older, newer = ("ann_4_70", "ann_4_71") if made is canvas else ("Ann_7 1", "Ann_7 2")
    student = "ann_4" if made is canvas else "Ann"
    first = made(base, older, day=20)  # type: ignore[operator]
    second = made(base, newer, day=22)  # type: ignore[operator]
    assert graded(collected_from(second)) == {(student, BOOK): notebook(newer)}
    had = collected.load(base / "out").handins[student, BOOK]
    plan = collected_from(first)
    assert graded(plan) == {(student, BOOK): notebook(newer)} and not plan.unmatched and plan.older == [student]
    (said,) = notes(plan)
    assert said.startswith(f"{had.source} stays: ") and said.endswith("is older")
    kept = collected.load(base / "out").handins[student, BOOK]
    assert replace(kept, others=()) == had and len(kept.others) == 1
    assert kept.others[0] == said.removeprefix(f"{had.source} stays: ").removesuffix(" is older")
    # The newer one again, and then what is newer than both.
    assert notes(collected_from(second)) == []
    third = made(base, "ann_4_72" if made is canvas else "Ann_7 3", day=24)  # type: ignore[operator]
    (said,) = notes(collected_from(third))
    assert said.endswith(f"took the place of {had.source}")


def test_the_next_assignment_leaves_the_others_as_they_are(base: Path) -> None:
    collected_from(canvas(base, "ann_4_70", "bo_5_71"))
    plan = collected_from(canvas(base, "ann_4_80", "bo_5_81", book=NEXT))
    assert graded(plan).keys() == {("ann_4", NEXT), ("bo_5", NEXT)} and notes(plan) == []
    assert len(collected.load(base / "out").handins) == 4
    assert {path.name for path in (base / "out" / "submitted" / "ann_4").iterdir()} == {BOOK, NEXT}


def test_a_notebook_of_another_assignment_takes_no_place_and_is_named(base: Path) -> None:
    collected_from(canvas(base, "ann_4_70", "bo_5_71"))
    source = canvas(base, "ann_4_80!", "bo_5_81", "cem_6_82", book=NEXT)
    plan = collected_from(source)
    told = {(task.student, task.assignment): task.unread for task in plan.tasks}
    assert told == {
        ("ann_4", BOOK): "",
        (
            "ann_4",
            NEXT,
        ): f"no notebook of {NEXT} was found in what was handed in: ann_4_80_a.ipynb is a notebook of {BOOK}",
        ("bo_5", NEXT): "",
        ("cem_6", NEXT): "",
    }
    assert graded(plan)["ann_4", BOOK] == notebook("ann_4_70")
    said = f"ann_4_70_a.ipynb stays: ann_4_80_a.ipynb came with {NEXT}"
    assert notes(plan) == [said] and plan.unmatched == [f"{said}; if it is to count, grade it by itself"]
    assert collected.load(base / "out").handins["ann_4", BOOK].others == ("ann_4_80_a.ipynb",)
    alone = collected_from(canvas(base, "ann_4_80!", book=NEXT))
    assert graded(alone)["ann_4", BOOK] == notebook("ann_4_80!") and not alone.unmatched
    assert graded(collected_from(source))["ann_4", BOOK] == notebook("ann_4_80!")


def test_a_first_notebook_of_another_assignment_is_graded_and_named(base: Path) -> None:
    plan = collected_from(canvas(base, "ann_4_80!", "bo_5_81", "cem_6_82", book=NEXT))
    assert graded(plan)["ann_4", BOOK] == notebook("ann_4_80!")
    assert notes(plan) == [f"ann_4_80_a.ipynb came with {NEXT} and was graded as {BOOK}"]
    assert [task.assignment for task in plan.tasks if task.unread] == [NEXT]


def test_what_was_not_asked_for_is_not_written(base: Path) -> None:
    collected_from(canvas(base, "ann_4_70"))
    plan = collected_from(canvas(base, "ann_4_80!", "bo_5_81", book=NEXT), Wishes(NEXT))
    assert {task.student: bool(task.unread) for task in plan.tasks} == {"ann_4": True, "bo_5": False}
    assert (base / "out" / "submitted" / "ann_4" / BOOK / f"{BOOK}.ipynb").read_bytes() == notebook("ann_4_70")
    assert collected.load(base / "out").handins["ann_4", BOOK].source == "ann_4_70_a.ipynb"


def test_a_folder_counts_as_it_is_given(base: Path) -> None:
    """A person who puts a notebook into its place wants it to count, whatever the time is."""
    collected_from(canvas(base, "ann_4_70"))
    place = base / "in" / "ann_4" / BOOK / f"{BOOK}.ipynb"
    place.parent.mkdir(parents=True)
    place.write_bytes(notebook("an older one"))
    plan = collected_from(base / "in")
    assert graded(plan) == {("ann_4", BOOK): notebook("an older one")}
    assert notes(plan) == [f"ann_4/{BOOK}/{BOOK}.ipynb took the place of ann_4_70_a.ipynb"]
    assert notes(collected_from(base / "in")) == []
    # OUT has no copy of it: the zip's is another one, and newer as far as anybody knows.
    assert graded(collected_from(base / "0.zip")) == {("ann_4", BOOK): notebook("ann_4_70")}


def test_what_stays_is_not_graded_anew_where_out_has_no_copy_of_it(base: Path) -> None:
    collected_from(canvas(base, "ann_4_71"))
    (base / "out" / "submitted" / "ann_4" / BOOK / f"{BOOK}.ipynb").write_text("changed")
    plan = collected_from(canvas(base, "ann_4_70"))
    assert plan.tasks == [] and plan.notes == ["ann_4: ann_4_71_a.ipynb stays: ann_4_70_a.ipynb is older"]
    assert collected.load(base / "out").handins["ann_4", BOOK].source == "ann_4_71_a.ipynb"


def upload(**fields: object) -> Upload:
    told: Mapping[str, object] = {"time": 5.0, **fields}
    file = File(("a",), Path(), ("a",), told["time"], bool(told.get("in_place")))  # type: ignore[arg-type]
    rest = {name: value for name, value in told.items() if name not in ("time", "in_place")}
    return Upload(file, (), "a", **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "had", "older"),
    [
        ({"when": WHEN}, {"when": WHEN + timedelta(1)}, True),
        ({"when": WHEN}, {"when": WHEN}, False),
        ({"when": WHEN, "rank": (9,)}, {"when": WHEN + timedelta(1), "rank": (1,)}, True),
        ({"when": WHEN}, {"time": 9.0}, True),
        ({"rank": (1,)}, {"rank": (2,)}, True),
        ({"rank": (1, 70)}, {"rank": (0, 71)}, True),
        ({"rank": (0, 71)}, {"rank": (1, 70)}, False),
        ({"rank": (0, 70)}, {"rank": (0, 70)}, False),
        ({"rank": (70,)}, {"rank": (0, 71)}, False),  # of two systems
        ({"rank": (70,)}, {"time": 9.0}, False),
        ({}, {"rank": (0, 71), "time": 9.0}, False),
        ({}, {"time": 6.0}, True),
        ({}, {"time": 5.0}, False),
        ({"in_place": True}, {"time": 6.0}, False),  # a folder's times are those of a copy
    ],
)
def test_what_is_older(now: dict[str, object], had: dict[str, object], older: bool) -> None:
    before = Handin("ann", BOOK, "b", **had)  # type: ignore[arg-type]
    assert earlier.is_older(upload(**now), before) is older


def entry(base: Path, text: str = "now", book: str = BOOK, name: str = "a", **fields: object) -> Chosen:
    (base / text).write_text(text)
    made = upload(**fields)
    file = File((name,), base, (text,), made.file.time, made.file.in_place)
    return Chosen("ann", book, replace(made, file=file), ("c",))


def said(now: Chosen, had: Handin | None, usual: list[str]) -> tuple[bool, str, int]:
    """Whether a notebook is taken, what is said of it, and how many lines a person has to look at."""
    key = (now.student, now.assignment)
    found = earlier.against({key: now}, {key: had} if had else {}, usual)
    assert (key in found.taken) != (key in found.stays)
    return key in found.taken, found.notes.get(key, ""), len(found.unmatched)


def test_what_is_said_of_what_comes(tmp_path: Path) -> None:
    same = Handin("ann", BOOK, "b", digest=earlier.digest(entry(tmp_path).upload.file), time=9.0)
    other = replace(same, digest="0" * 64)
    now, newer = entry(tmp_path), entry(tmp_path, time=10.0)
    assert said(now, None, []) == said(now, same, []) == said(now, replace(same, digest=""), []) == (True, "", 0)
    assert said(now, other, []) == (False, "b stays: a is older", 0)
    assert said(newer, other, []) == (True, "a took the place of b", 0)
    assert said(newer, replace(other, source="a"), []) == (True, "", 0)
    assert said(newer, same, []) == (True, "", 0)


def test_what_comes_with_another_assignment(tmp_path: Path) -> None:
    had = Handin("ann", BOOK, "b", digest="0" * 64)
    for told in ({"rank": (0, 70)}, {"lms_id": "7"}):
        now = entry(tmp_path, **told)
        assert said(now, had, [NEXT]) == (False, f"b stays: a came with {NEXT}", 1)
        assert said(now, None, [NEXT]) == (True, f"a came with {NEXT} and was graded as {BOOK}", 0)
        assert said(now, replace(had, digest=""), [NEXT]) == (True, "", 0)
        assert said(now, had, []) == said(now, had, [NEXT, BOOK]) == (True, "a took the place of b", 0)
        assert said(entry(tmp_path, place=BOOK, **told), had, [NEXT]) == (True, "a took the place of b", 0)
    assert said(entry(tmp_path), had, [NEXT]) == (True, "a took the place of b", 0)  # nobody's system says where it was


def test_what_was_not_taken_is_kept_by_name(tmp_path: Path) -> None:
    had = Handin("ann", BOOK, "b", others=("c", "d"), digest="0" * 64, time=9.0)
    found = earlier.against({("ann", BOOK): entry(tmp_path)}, {("ann", BOOK): had}, [])
    assert found.stays["ann", BOOK] == replace(had, others=("c", "d", "a"))
    found = earlier.against({("ann", BOOK): entry(tmp_path, name="b")}, {("ann", BOOK): had}, [])
    assert found.stays["ann", BOOK] == had


def test_what_is_kept_of_what_counts(tmp_path: Path) -> None:
    now = entry(tmp_path, rank=(0, 70), lms_id="7", late=True, when=WHEN)
    made = earlier.handin(now)
    assert made == Handin("ann", BOOK, "a", WHEN, True, "7", ("c",), made.digest, (0, 70), 5.0)
    assert earlier.handin(entry(tmp_path, in_place=True)).time == 0
    assert earlier.is_in_out(made, tmp_path / "now") and not earlier.is_in_out(made, tmp_path / "none")
    assert earlier.digest(File(("a",), tmp_path, ("none",))) == ""
