"""Nobody who handed in gets a 0, and nobody's work becomes another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake import collected, roster
from autograder.intake.collected import Handin, Person, of
from autograder.intake.people import People
from autograder.intake.plans import Plan, Wishes
from autograder.intake.roster import Roster
from autograder.intake.students import Students
from autograder.intake.uploads import Owner
from intake.exports import BOOK
from intake.test_collect import ROSTER, planned, put, zeros

IN_PLACE = f"{BOOK}/{BOOK}.ipynb"
GROUPED = Roster(ROSTER.people, {"red": ("ann", "bo", "cem")})


def graded(plan: Plan) -> set[str]:
    return {task.student for task in plan.tasks if not task.absent}


def listed(base: Path, text: str) -> Roster:
    (base / "list.csv").write_text(text)
    return roster.read(base / "list.csv")


def test_a_folder_that_the_roster_does_not_list_is_a_strangers_even_in_its_place(tmp_path: Path) -> None:
    put(tmp_path, f"alee/{IN_PLACE}")
    wishes = Wishes(BOOK, listed(tmp_path, "First name,Last name,Email\nAnn,Lee,ann.lee@x.org\n"), missing_is_zero=True)
    plan = planned(tmp_path, wishes)
    assert graded(plan) == {"alee"} and zeros(plan) == set() and "alee: not on the roster" in plan.notes
    assert len(plan.unmatched) == 1 and plan.unmatched[0].endswith("not on the roster: alee")
    plan.write(tmp_path / "out")
    assert zeros(planned(tmp_path, wishes)) == set(), "OUT knows the folder now, the roster still does not"


def test_a_folder_that_a_system_named_is_whose_it_says_even_in_its_place(tmp_path: Path) -> None:
    put(tmp_path, f"Ann Lee_1_assignsubmission_file_/{IN_PLACE}", f"bo/{IN_PLACE}")
    names = "First name,Last name,Email\nAnn,Lee,ann.lee@x.org\nBo,Li,bo@x.org\n"
    plan = planned(tmp_path, Wishes(BOOK, listed(tmp_path, names), missing_is_zero=True))
    assert graded(plan) == {"Ann Lee", "bo"} and zeros(plan) == set() and not plan.unmatched
    assert {task.student for task in plan.copies} == {"Ann Lee"}


def test_a_group_shares_a_notebook_in_its_place(tmp_path: Path) -> None:
    put(tmp_path, f"ann/{IN_PLACE}")
    plan = planned(tmp_path, Wishes(BOOK, GROUPED, missing_is_zero=True, groups=True))
    assert graded(plan) == {"ann", "bo", "cem"} and not plan.unmatched
    assert {(task.student, file.shown) for task, file in plan.copies.items()} == {
        ("bo", f"ann/{IN_PLACE}"),
        ("cem", f"ann/{IN_PLACE}"),
    }


@pytest.mark.parametrize(("groups", "handed"), [(True, ("ann", "bo")), (False, ("ann", "bo")), (False, ("ann",))])
@pytest.mark.parametrize("place", [IN_PLACE, "x.ipynb"])
def test_who_has_a_member_of_their_group_that_handed_in_gets_no_0(
    groups: bool, handed: tuple[str, ...], place: str, tmp_path: Path
) -> None:
    put(tmp_path, *(f"{name}/{place}" for name in handed))
    plan = planned(tmp_path, Wishes(BOOK, GROUPED, missing_is_zero=True, groups=groups))
    assert zeros(plan) == set() and graded(plan) == set(handed)
    (said,) = plan.unmatched
    assert f"no 0 in {BOOK}" in said and "cem" in said
    alone = Roster(GROUPED.people, {"red": ("ann", "bo"), "blue": ("cem",)})
    assert zeros(planned(tmp_path, Wishes(BOOK, alone, missing_is_zero=True, groups=groups))) == {"cem"}


def test_a_group_takes_away_nobodys_own_earlier_notebook(tmp_path: Path) -> None:
    wishes = Wishes(BOOK, GROUPED, missing_is_zero=True, groups=True)
    put(tmp_path, "ann/x.ipynb")
    planned(tmp_path, wishes).write(tmp_path / "out")
    assert graded(planned(tmp_path, wishes)) == {"ann", "bo", "cem"}, "what they share goes on being shared"
    collected.save(of(GROUPED.people, [Handin("bo", BOOK, "bo/own.ipynb")]), tmp_path / "out")
    plan = planned(tmp_path, wishes)
    assert graded(plan) == {"ann"} and zeros(plan) == set() and len(plan.unmatched) == 1


LEE = Person("leeann_40001", "Ann Lee", "wz1@x.org", {"ID": "40001", "Identifier": "Participant 5", "Section": "A"})


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        (Owner("leeann_99002", "leeann", ids={"ID": "99002"}), ()),
        (Owner("wz2@x.org", "Ann Lee", "wz2@x.org"), ()),
        (Owner("WZ1@x.org", "Ann B. Lee", "WZ1@x.org"), ("leeann_40001",)),
        (Owner("k", "Ann Lee", ids={"SID": "7"}), ("leeann_40001",)),
        (Owner("k", "Ann Lee", ids={"Identifier": "91"}), ("leeann_40001",)),  # of another assignment
        (Owner("k", "Ann Lee", ids={"Section": "B"}), ("leeann_40001",)),
    ],
)
def test_a_name_is_nobodys_whose_id_or_address_is_another(owner: Owner, found: tuple[str, ...]) -> None:
    assert People([LEE]).find(owner) == found


def test_a_groups_number_is_no_students() -> None:
    """Moodle counts both, each for itself."""
    people = People([Person("ann", "Ann O'Brien", ids={"Identifier": "Participant 55"})])
    for name in ("Ann Lee", "OBrien", "", 'O"Brien Ann'):
        assert people.find(Owner("x", name, ids={"Identifier": "55"})) == ("ann",)
    assert people.find(Owner("x", "Team 1", ids={"Identifier": "55"})) == ()
    assert people.find(Owner("x", "Team 1", ids={"ID": "55"})) == ()


def test_two_whom_only_their_name_makes_one_are_not_matched() -> None:
    first, second = (Owner(f"Bo Li {n}", "Bo Li", ids={"Identifier": n}) for n in ("91", "92"))
    students = Students({"Bo Li": Person("Bo Li", "Bo Li")}, None, [])
    students.meet([(first,), (second,)])
    assert students.of([first])[0] == students.of([second])[0] == ()
    assert "Bo Li" in students.of([first])[1]
    # Who is surely somebody stays so, and people's own names for files and folders may differ.
    known = {"bl": Person("bl", "Bo Li", ids={"ID": "91"})}
    sure, other = Owner("boli_91", "boli", ids={"ID": "91"}), Owner("b@x.org", "Bo Li", "b@x.org")
    students = Students(known, None, [])
    students.meet([(sure,), (other,)])
    assert students.of([sure]) == (("bl",), "") and students.of([other])[0] == ()
    students.meet([(Owner("Bo Li", "Bo Li"),), (Owner("Li, Bo", "Li, Bo"),)])
    assert students.of([Owner("Li, Bo", "Li, Bo")]) == (("bl",), "")


def test_a_person_who_is_listed_twice_is_in_both_groups(tmp_path: Path) -> None:
    text = "Name,Username,Group\nAnn,ann,red\nAnn,ann,blue\nAnn,ann,red\nBo,bo,blue\n"
    found = listed(tmp_path, text)
    assert found.groups == {"red": ("ann",), "blue": ("ann", "bo")} and len(found.people) == 2


def test_an_apostrophe_is_taken_off_only_where_a_spreadsheet_needs_it(tmp_path: Path) -> None:
    found = listed(tmp_path, "First name,Last name,Username\nJan,'t Hooft,jan\n'=Bo,'-Li,'@bo\n")
    assert [(one.name, one.student) for one in found.people] == [("Jan 't Hooft", "jan"), ("=Bo -Li", "@bo")]
