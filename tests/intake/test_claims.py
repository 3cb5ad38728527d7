"""What the names in an export say, system by system, without any file that is read but those that a system writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.intake import blackboard, canvas, folders, gradescope, moodle
from autograder.intake.folders import nbgrader_time
from autograder.intake.tree import File, Folder
from autograder.intake.uploads import Claim, Owner

BOOK = "02_filters_1d"


def folder(name: str, *inner: str, git: bool = False) -> Folder:
    return Folder((name,), folders={one: Folder((name, one)) for one in inner}, has_git=git)


def text_file(base: Path, name: str, text: str) -> File:
    (base / name).write_text(text, "utf-8")
    return File((name,), base, (name,))


def canvas_claim(name: str, *others: str, keys: tuple[str, ...] = ()) -> Claim:
    return canvas.claims([name, *others], keys)[name]


def test_canvas_says_who_whether_late_and_which_file() -> None:
    plain, late = canvas_claim("annlee_4_70_a-3.ipynb"), canvas_claim("annlee_LATE_4_71_a.ipynb")
    assert plain == Claim((Owner("annlee_4", "annlee", ids={"ID": "4"}),), "a-3.ipynb", late=False, rank=(3, 70))
    assert plain.owners[0].ids == {"ID": "4"} and plain.owners[0].name == "annlee"
    assert late.late is True and late.rank == (0, 71) and late.owners[0].name == "annlee"
    hidden = canvas_claim("LATE_anon_x7_71_a.ipynb")
    assert (hidden.owners[0].name, hidden.owners[0].ids, hidden.late) == ("", {"Anonymous ID": "x7"}, True)
    words = canvas_claim("annlee_LATE_4_text.html")
    assert (words.name, words.late, words.owners[0].key) == ("text.html", True, "annlee_4")
    assert canvas.claims(["annlee_04_70_a.ipynb", "annlee_4_70_", "a.ipynb"]) == {}


def test_a_canvas_name_of_several_readings() -> None:
    odd = "al_12_34_40001_700001_a.ipynb"
    assert canvas_claim(odd).owners[0].key == "al_12"
    usual = "bo_40002_700002_a.ipynb"
    assert canvas_claim(odd, usual).owners[0].key == "al_12_34_40001"
    assert canvas_claim(odd, usual, keys=("al_12_34_40001",)).owners[0].key == "al_12_34_40001"
    assert canvas_claim(odd, keys=("al_12_34_40001",)).owners[0].key == "al_12_34_40001"
    near = "al_4001_70001_40001_700001_a.ipynb"  # its first ids are but a digit shorter: the file's name has others
    assert canvas_claim(near, usual).owners[0].key == "al_4001"
    numbers = "12_40001_700001_40003_700003_a.ipynb"  # no letter for a name
    assert canvas_claim(numbers, usual).owners[0].key == "12_40001"
    assert canvas.key("O'Brien, Al_12_", "7") == "obrienal12_7"


def test_moodle_tells_people_of_one_name_apart_by_the_id() -> None:
    names = [f"{who}_assignsubmission_file" for who in ("Bo Li_5", "Bo Li_6", "Ann_7", "Participant_8")]
    found = moodle.claims([*names, "Ann_7_assignsubmission_onlinetext_a.html", "Ann_x_assignsubmission_file"])
    told = [(claim.owners[0].key, claim.owners[0].name, claim.lms_id, claim.name) for claim in found.values()]
    assert told == [
        ("Bo Li 5", "Bo Li", "5", ""),
        ("Bo Li 6", "Bo Li", "6", ""),
        ("Ann", "Ann", "7", ""),
        ("Participant 8", "", "8", ""),
        ("Ann", "Ann", "7", "a.html"),
    ]


def groups(base: Path, persons: tuple[str, ...] = (), **entries: str) -> list[str]:
    """Whose Moodle's folders are, each with one notebook, by the name in it."""
    tree = Folder()
    for at, (content, names) in enumerate(entries.items()):
        (base / str(at)).write_text(content)
        for name in names.split(", "):
            entry = f"{name}_{at}_assignsubmission_file" if name != "-" else "Default group_assignsubmission_file"
            tree.below((entry,)).files.append(File((entry, "x.ipynb"), base, (str(at),)))
    names = [*tree.folders]
    found = moodle.claims(names, moodle.without_group(tree, lambda text: text in persons))
    return [found[name].owners[0].key for name in names]


def test_moodles_groups_are_taken_off_the_names_of_their_members(tmp_path: Path) -> None:
    teams = {"one": "Team 1-Ann Lee, Team 1-Bo Vu", "two": "Team 2-Cem Oz, Team 2-Al-Din", "alone": "Team 3-Dee-Lou X"}
    assert groups(tmp_path, **teams) == ["Ann Lee", "Bo Vu", "Cem Oz", "Al-Din", "Dee-Lou X"]
    assert groups(tmp_path, one="WS-1-Ann Lee, WS-1-Bo Vu", two="WS-2-Cem") == ["Ann Lee", "Bo Vu", "Cem"]
    assert groups(tmp_path, one="WS-1-Ann Lee, WS-1-Bo", two="Other-Cem") == ["Ann Lee", "Bo", "Cem"]
    assert groups(tmp_path, one="1-Al-A, 1-Al-B", two="2-Cem, 2-Dee") == ["Al-A", "Al-B", "Cem", "Dee"]
    assert groups(tmp_path, one="1-Participant, 1-Bo") == ["Participant 0", "Bo"]
    # One that is known is known, whatever the group is called.
    assert groups(tmp_path, ("Ann Lee",), one="The A-B-Ann Lee") == ["Ann Lee"]


def test_a_double_name_is_no_group(tmp_path: Path) -> None:
    assert groups(tmp_path, one="Jean-Luc", two="Jean-Marc") == ["Jean-Luc", "Jean-Marc"]
    assert groups(tmp_path, ("Luc", "Jean-Luc"), one="Jean-Luc") == ["Jean-Luc"]
    assert groups(tmp_path, ("Bo",), one="Jean-Bo", two="Ann") == ["Jean-Bo", "Ann"]
    assert groups(tmp_path, one="Team 1, -") == ["Team 1", "Default group"]
    (rest,) = moodle.claims(["Default group_assignsubmission_file"]).values()
    assert rest == Claim((Owner("Default group", "Default group"),)) and rest.owners[0].ids == {}
    # What can't be read, or is no notebook, is like nothing else.
    tree = Folder()
    for name, inner in (("1-Ann_1", ("none",)), ("1-Bo_2", ("none",)), ("2-Cem_3", ()), ("2-Dee_4", ())):
        entry = f"{name}_assignsubmission_file"
        tree.below((entry,)).files.append(File((entry, "x.ipynb"), tmp_path, inner))
    assert moodle.without_group(tree, lambda text: False)("1-Ann") == "1-Ann"
    # Files of their own, without folders.
    flat = Folder(files=[File((f"1-{who}_{who}_assignsubmission_file_x.ipynb",), tmp_path, ("0",)) for who in "12"])
    assert moodle.without_group(flat, lambda text: False)("1-1") == "1"
    flat.files[1] = File(flat.files[1].parts, tmp_path, ("1",))
    assert moodle.without_group(flat, lambda text: False)("1-1") == "1-1"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Participant 12", True),
        ("Teilnehmer/in12", True),
        ("Teilnehmer 7 ", True),
        ("Участник 3", True),
        ("المشارك 4", True),
        ("Participant", False),
        ("user12", False),
        ("12", False),
        ("", False),
    ],
)
def test_an_identifier_as_moodle_writes_it(text: str, is_one: bool) -> None:
    assert moodle.is_identifier(text) is is_one


def gradescope_claims(base: Path, text: str, name: str = "submission_metadata.yml") -> dict[str, Claim]:
    tree = Folder(
        ("in",),
        files=[text_file(base, name, text)],
        folders={one: Folder(("in", one)) for one in ("submission_1", "submission_x", "other")},
    )
    return gradescope.claims(tree)


def test_gradescope_says_who_and_when(tmp_path: Path) -> None:
    told = (
        "submission_1:\n  :created_at: 2026-11-20 21:04:05.5 Z\n  :submitters:\n"
        "  - :name: Ann Lee\n    :email: a@example.org\n    :sid: 7\n  - :name: ' '\n  - text\n  - :name: Bo\n"
        "other:\n  submitters: none\n"
    )
    found = gradescope_claims(tmp_path, told)
    one, other = found["submission_1"], found["other"]
    assert [owner.key for owner in one.owners] == ["a@example.org", "Bo"]
    assert one.owners[0].name == "Ann Lee" and one.owners[0].ids == {"SID": "7"} and one.owners[1].ids == {}
    assert one.when == datetime(2026, 11, 20, 21, 4, 5, 500_000, UTC) and one.lms_id == "1"
    assert one.rank == (one.when.timestamp(),)
    assert (other.owners, other.when, other.rank) == ((Owner("other"),), None, (0.0,))
    assert "submission_x" not in found


def test_what_ruby_has_marked_as_its_own_is_read_plainly(tmp_path: Path) -> None:
    told = (
        "submission_1: !ruby/hash:Entry\n  :submitters: !ruby/array:List\n  - !ruby/object:User\n"
        "    :name: !ruby/string Ann\n    :sid: !ruby/sym seven\n"
    )
    (owner,) = gradescope_claims(tmp_path, told)["submission_1"].owners
    assert (owner.name, owner.ids) == ("Ann", {"SID": "seven"})
    long = f"# {'x' * 9000}\n{told}"
    assert gradescope_claims(tmp_path, long)["submission_1"].owners == (owner,)
    assert gradescope_claims(tmp_path, told, "notes.yml")["submission_1"].owners == (Owner("submission_1"),)


@pytest.mark.parametrize("told", ["", "- 1", "a: [", "submission_1: text", "{? {} : 1}"])
def test_gradescope_without_a_word_has_its_folders_names(told: str, tmp_path: Path) -> None:
    assert gradescope_claims(tmp_path, told) == {"submission_1": Claim((Owner("submission_1"),), lms_id="1")}


@pytest.mark.parametrize(
    ("when", "hour"), [("2026-11-20 21:04:05 UTC", 21), ("'2026-11-20 21:04:05+01:00'", 20), ("noon", None)]
)
def test_gradescopes_times_have_a_zone(when: str, hour: int | None, tmp_path: Path) -> None:
    found = gradescope_claims(tmp_path, f"submission_1:\n  created_at: {when}\n")["submission_1"].when
    assert (found and found.astimezone(UTC).hour) == hour


def blackboard_claims(base: Path, *names: str, **texts: str) -> dict[str, Claim]:
    files: dict[str, File | None] = dict.fromkeys(names)
    for who, text in texts.items():
        name = f"hw_{who}_attempt_2026-11-20-21-04-05.txt"
        files[name] = text_file(base, name, text)
    return blackboard.claims(files)


def test_blackboard_says_who_by_its_text_or_by_the_files_name(tmp_path: Path) -> None:
    one = "hw_ann_attempt_2026-11-20-21-04-05_a.ipynb"
    later = "hw_ann_attempt_2026-11-21-21-04-05_a.ipynb"
    found = blackboard_claims(tmp_path, one, later, "hw_b_x_attempt_2026-11-20-21-04-05_b.ipynb", ann="Name: Ann (al)")
    assert [found[name].owners[0] for name in (one, later)] == [Owner("al", "Ann", login="al")] * 2
    assert found[one].name == "a.ipynb"
    assert found["hw_b_x_attempt_2026-11-20-21-04-05_b.ipynb"].owners[0].login == "b_x"
    assert found[one].when and found[later].when and found[later].when - found[one].when == timedelta(1)
    assert found[one].rank == (found[one].when.timestamp(),)
    alone = blackboard_claims(tmp_path, "hw_b_x_attempt_2026-99-20-21-04-05_b.ipynb")
    (claim,) = alone.values()
    assert (claim.owners[0].login, claim.when, claim.rank) == ("x", None, (0.0,))


@pytest.mark.parametrize("text", ["Ann\nName: Eve (eve)", "", "Name Ann (eve)"])
def test_what_a_student_writes_into_blackboards_text_names_nobody(text: str, tmp_path: Path) -> None:
    (claim,) = blackboard_claims(tmp_path, ann=text).values()
    assert claim.owners[0].login == "ann"


def test_the_exchange_says_who_what_and_when() -> None:
    names = [
        f"ann+{BOOK}+2026-11-20 21:04:05.5 UTC+x",
        "bo+other+2026-11-20 21_04_05 Europe/Berlin",
        "cem+other+2026-99-20 21:04:05",
        "dee+other+2026-11-20 21:04:05",
        "no+time",
    ]
    ann, bo, cem, dee = folders.exchange_claims(names, [BOOK]).values()
    assert (ann.owners[0].login, ann.hint, ann.when) == ("ann", BOOK, datetime(2026, 11, 20, 21, 4, 5, 500_000, UTC))
    assert bo.hint == "" and bo.when and bo.when.astimezone(UTC).hour == 20 and bo.rank == (bo.when.timestamp(),)
    assert (cem.when, cem.rank, dee.when) == (None, (0.0,), datetime(2026, 11, 20, 21, 4, 5, tzinfo=UTC))


def clones(parent: str, *names: str, git: bool = True) -> dict[str, tuple[str, str]]:
    found = folders.github_claims(parent, [folder(name, git=git) for name in names], [BOOK])
    return {name: (claim.owners[0].login, claim.hint) for name, claim in found.items()}


def test_clones_name_their_students_behind_what_is_common() -> None:
    assert clones(f"{BOOK}-submissions", f"{BOOK}-ann", git=False) == {f"{BOOK}-ann": ("ann", BOOK)}
    assert clones("class", f"{BOOK}-ann", f"{BOOK}-anna") == {
        f"{BOOK}-ann": ("ann", BOOK),
        f"{BOOK}-anna": ("anna", BOOK),
    }
    assert clones("class", f"{BOOK}-ann") == {f"{BOOK}-ann": ("ann", BOOK)}
    assert clones(f"{BOOK}-submissions", "hw-ann", "hw-bo") == {"hw-ann": ("ann", BOOK), "hw-bo": ("bo", BOOK)}
    assert clones("class", f"{BOOK}-ann", git=False) == {} == clones("class", BOOK)
    assert folders.holds_clones(folder("x-submissions")) and not folders.holds_clones(folder("x", "y"))


def test_ilias_says_who_where_all_folders_are_called_so() -> None:
    (claim,) = folders.ilias_claims([folder("Lee_Ann M_al_7")]).values()
    assert (claim.owners[0].login, claim.owners[0].name, claim.owners[0].ids) == ("al", "Ann M Lee", {"ILIAS id": "7"})
    assert folders.ilias_claims([folder("Lee_Ann_al_7"), folder("other")]) == {} == folders.ilias_claims([])
    when, name = folders.ilias_time("20261120210405_a.ipynb")
    assert when and (when.day, when.hour, when.second, name) == (20, 21, 5, "a.ipynb")
    assert folders.ilias_time("20269920210405_a.ipynb") == (None, "20269920210405_a.ipynb")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-20 22:59:58 UTC\n", datetime(2026, 11, 20, 22, 59, 58, tzinfo=UTC)),
        ("2026-11-20 23:59:58.5 Europe/Berlin", datetime(2026, 11, 20, 22, 59, 58, 500_000, UTC)),
        ("2026-11-20 22:59:58", datetime(2026, 11, 20, 22, 59, 58, tzinfo=UTC)),
        ("2026-13-20 22:59:58 UTC", None),
        ("2026-11-20", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_times_that_nbgrader_writes(text: str, when: datetime | None, tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_text(text)
    assert nbgrader_time(tmp_path) == when
