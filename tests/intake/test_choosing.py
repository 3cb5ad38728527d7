"""Which of several notebooks counts, who shares it, and what a person is called, told without any export."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.intake.choosing import Candidate, choose, may_hide, own, shared, sharing
from autograder.intake.collected import Handin, Person
from autograder.intake.roster import Roster
from autograder.intake.students import Students
from autograder.intake.tree import File
from autograder.intake.uploads import Owner, Upload

BOOK = "01_first"


def candidate(
    student: str, name: str = f"{BOOK}.ipynb", time: float = 0, rank: tuple[float, ...] = (), sure: bool = True
) -> Candidate:
    file = File((student, name), Path("/in"), time=time)
    return Candidate(student, BOOK, Upload(file, (Owner(student),), name, rank=rank), sure)


def counts(*names: Candidate) -> str:
    """Which counts, whatever the order."""
    (found,) = {choose(order)["ann", BOOK].upload.name for order in (names, names[::-1])}
    return found


def test_what_counts_rather() -> None:
    sure, unsure = candidate("ann", "a.ipynb"), candidate("ann", "b.ipynb", 9, (9,), sure=False)
    assert counts(sure, unsure) == "a.ipynb"
    assert counts(candidate("ann", "a.ipynb", 1, (2,)), candidate("ann", "b.ipynb", 9, (1,))) == "a.ipynb"
    assert counts(candidate("ann", "a.ipynb", 2), candidate("ann", "b (1).ipynb", 1)) == "a.ipynb"
    assert counts(candidate("ann", "a (2).ipynb"), candidate("ann", "a (10).ipynb"), candidate("ann")) == "a (10).ipynb"
    assert (
        counts(candidate("ann", "a-2.ipynb"), candidate("ann", "a-11.ipynb"), candidate("ann", "a.ipynb"))
        == "a-11.ipynb"
    )
    assert counts(candidate("ann"), candidate("ann", "zz.ipynb")) == f"{BOOK}.ipynb"
    assert choose([sure, unsure])["ann", BOOK].others == ("ann/b.ipynb",)


def given(handed_in: Collection[str], settled: Collection[str] = ()) -> set[str]:
    """Who of ann, bo and cem gets the notebook of another."""
    chosen = choose(map(candidate, handed_in))
    found = shared(chosen, {"red": ("ann", "bo", "cem")}, [BOOK], {(student, BOOK) for student in settled})
    assert {one.upload.file.parts[0] for one in found.values()} <= set(handed_in)
    assert all(key == (one.student, one.assignment) for key, one in found.items())
    return {student for student, _ in found}


def test_a_group_shares_the_only_notebook_and_no_other() -> None:
    assert given(["ann"]) == {"bo", "cem"}
    assert given(["ann", "bo"]) == given([]) == given(["zoe"]) == set()
    # What one of them has from an earlier run isn't taken away.
    assert given(["ann"], ["bo"]) == given(["ann"], ["cem"]) == set()
    assert given(["ann"], ["zoe"]) == {"bo", "cem"}


def test_for_whom_another_of_the_group_handed_in() -> None:
    groups = {"red": ("ann", "bo"), "blue": ("bo", "cem"), "green": ("dee",)}
    assert sharing(groups, {("ann", BOOK), ("dee", BOOK)}) == {("bo", BOOK)}
    assert sharing(groups, {("ann", BOOK), ("bo", "02")}) == {("bo", BOOK), ("ann", "02"), ("cem", "02")}


def test_what_another_has_as_well_is_nobodys_own() -> None:
    sources = {("ann", BOOK): "a", ("bo", BOOK): "a", ("cem", BOOK): "c", ("ann", "02"): "c"}
    handins = {key: Handin(*key, source) for key, source in sources.items()}
    assert own(handins) == {("cem", BOOK), ("ann", "02")}


ANN, BO = Person("Ann Lee", "Ann Lee", "ann@example.org"), Person("Bo Li", "Bo Li", "bo@example.org")


def test_a_folder_gives_its_student_the_name_everywhere() -> None:
    roster = Roster((ANN, BO), {"red": ("Bo Li", "Ann Lee")})
    students = Students({}, roster, ["lee ann", "bo"])
    assert students.listed == ("lee ann", "bo")
    assert students.groups == {"red": ("bo", "lee ann")}
    assert students.person("lee ann") == Person("lee ann", "Ann Lee", "ann@example.org")
    assert students.of([Owner("bo", "bo", login="bo")]) == (("bo",), "") and not students.strangers


def test_a_folder_that_is_somebodys_already_is_theirs() -> None:
    known = {"lee ann": Person("lee ann", "Lee Ann"), "x": Person("x", "Bo Li", "bo@example.org")}
    students = Students(known, Roster((BO,), {}), ["lee ann", "x"])
    assert students.listed == ("x",)
    assert students.person("lee ann").name == "Lee Ann" and students.person("x").name == "Bo Li"


def test_whom_nobody_knows_is_a_stranger_to_a_roster_alone() -> None:
    owner = Owner("zoe", "Zoe", "zoe@example.org")
    alone, listed = Students({}, None, []), Students({}, Roster((ANN,), {}), [])
    (name,), why = listed.of([owner, owner])
    assert listed.strangers == {name} and why == "" and alone.of([owner]) == ((name,), "") and not alone.strangers
    assert listed.person(name) == Person(name, "Zoe", "zoe@example.org") and listed.person("q") == Person("q")
    assert listed.of([]) == ((), "whose it is can't be told")


def test_the_exports_ids_are_added_to_who_is_known() -> None:
    students = Students({}, Roster((ANN,), {}), [])
    owner = Owner("k", "Ann Lee", ids={"ID": "7"})
    assert students.of([owner]) == (("Ann Lee",), "") and students.person("Ann Lee").ids == {"ID": "7"}


def test_many_of_one_name_are_named_up_to_five() -> None:
    many = {f"s{n}": Person(f"s{n}", "Bo Li", f"{n}@example.org") for n in range(7)}
    found, why = Students(many, None, []).of([Owner("k", "Bo Li")])
    assert found == () and why == "it may be of s0, s1, s2, s3, s4: nothing tells these people apart"


def test_a_time_is_that_of_the_hand_in_with_the_number() -> None:
    when = datetime(2026, 11, 20, tzinfo=UTC)
    ann, bo = Person("ann", ids={"Identifier": "Participant 7"}), Person("bo", ids={"Identifier": "Participant 8"})
    students = Students({}, Roster((ann, bo), times={"7": when, "": when}), [])
    assert students.time(("ann",), "7") == students.time(("x", "ann"), "7") == when
    for who, number in ((("bo",), "7"), (("ann",), "8"), ((), "7"), (("x",), "7"), (("ann",), "")):
        assert students.time(who, number) is None  # of another's, or of another assignment
    assert Students({"ann": ann}, None, []).time(("ann",), "7") is None


def test_whom_the_export_does_not_tell_for_sure_gets_no_ids_from_it() -> None:
    same = {"Username": "same"}
    students = Students({name: Person(name, ids=same) for name in ("bo", "li")}, None, ["bo"])
    assert students.of([Owner("bo", login="same", ids={"ID": "9"})]) == (("bo",), "")
    assert students.person("bo").ids == same


@pytest.mark.parametrize(
    ("name", "assignments", "may"),
    [("a.zip", {BOOK}, True), ("a.IPYNB", {BOOK}, True), ("a.pdf", {BOOK}, False), ("a.pdf", set(), True)],
)
def test_what_may_hide_a_notebook(name: str, assignments: set[str], may: bool) -> None:
    assert may_hide(candidate("ann", name).upload, assignments) is may
