"""Class lists as LMSs export them: whatever the language, the separator and the encoding."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from export.lms import LANGUAGES, Language, MoodleUser, moodle_worksheet
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.collected import Person
from autograder.intake.naming import MAX_NAME_BYTES, folder_name, person_keys, person_words, split_assignment
from autograder.intake.people import People, known_as, person_of, with_ids
from autograder.intake.roster import Roster, RosterError, read
from autograder.intake.uploads import Owner

BOOKS = ("01_pixels", "02_filters_1d", "03_filters_2d")


def of(tmp_path: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "text",
    [
        "First name,Last name,ID number,Email address,Groups\nZoë,Müller,17,z@example.org,Team A\n",
        "Vorname;Nachname;Matrikelnummer;E-Mail-Adresse;Gruppen\nZoë;Müller;17;z@example.org;Team A\n",
        "Prénom\tNom de famille\tNuméro d'identification\tAdresse de courriel\tGroupes\n"
        "Zoë\tMüller\t17\tz@example.org\tTeam A\n",
        "Nombre;Apellido(s);Número de ID;Dirección de correo;Grupos\r\nZoë;Müller;17;z@example.org;Team A\r\n",
        'Name,SID,Email,Group\n"Müller, Zoë",17,z@example.org,Team A\n',
        "sep=;\nNom;Prénom;SID;E-mail;Groupe\nMüller;Zoë;17;z@example.org;Team A\n",
    ],
)
def test_columns_are_found_by_their_headings(text: str, encoding: str, tmp_path: Path) -> None:
    roster = of(tmp_path, text, encoding)
    (person,) = roster.people
    assert (person.name, person.email) == ("Zoë Müller", "z@example.org")
    assert "17" in person.ids.values() and roster.groups == {"Team A": (person.student,)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("language", LANGUAGES[:3], ids=["english", "german", "french"])
def test_moodles_worksheet_is_a_class_list(language: Language, encoding: str, tmp_path: Path) -> None:
    """In some languages its first heading is another system's for something else."""
    users = [MoodleUser(101, "Zoë Müller", "z@example.org"), MoodleUser(102, "Bo Li", "b@example.org")]
    (tmp_path / "list.csv").write_bytes(moodle_worksheet(users, language, 10, ";", encoding))
    zoe, bo = read(tmp_path / "list.csv").people
    assert (zoe.student, zoe.name, zoe.email) == ("Zoë Müller", "Zoë Müller", "z@example.org")
    assert People([zoe, bo]).find(Owner("x", ids={"Identifier": "102"})) == ("Bo Li",)


def test_a_worksheet_without_names_has_people(tmp_path: Path) -> None:
    roster = of(tmp_path, "ID,Status,Bewertung\nTeilnehmer/in7,-,\nTeilnehmer/in8,-,\n")
    assert [person.student for person in roster.people] == ["Teilnehmer_in7", "Teilnehmer_in8"]
    assert People(roster.people).find(Owner("x", ids={"Identifier": "8"})) == ("Teilnehmer_in8",)
    assert roster.times == {}
    told = 'Identifier,Last modified (submission)\nParticipant 7,"Friday, 20 November 2026, 9:00 PM"\nParticipant 8,-\n'
    assert of(tmp_path, told).times == {"7": datetime(2026, 11, 20, 21, 0).astimezone()}
    with pytest.raises(RosterError, match="no column has names"):
        of(tmp_path, "Identifier,Status\nParticipant 7,-\n8,-\n")
    logins = of(tmp_path, "Identifiant,Nom\np2103456,Ann\n")
    assert [person.student for person in logins.people] == ["p2103456"]


def test_columns_without_headings_are_found_by_what_is_in_them(tmp_path: Path) -> None:
    roster = of(tmp_path, "Zoë Müller,4,zoe@example.org\nBo Li,5,bo@example.org\n")
    assert [(one.name, one.email) for one in roster.people] == [
        ("Zoë Müller", "zoe@example.org"),
        ("Bo Li", "bo@example.org"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("PK\x03\x04", "save it as CSV"),
        ("grade,points\n1,2\n", "no column has names"),
        ('"' + "x" * 200_000, "not CSV"),
    ],
)
def test_what_is_no_class_list_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RosterError, match=said):
        of(tmp_path, text)


def test_people_are_found_by_id_login_address_and_name_in_this_order(tmp_path: Path) -> None:
    text = "Name,Username,Email,SID\nZoë Müller,zm,z@example.org,7\nBo Li,bl,b@example.org,8\nBo Lim,bm,,9\n"
    people = People(of(tmp_path, text).people)
    assert people.find(Owner("x", "Bo Li", ids={"SID": "7"})) == ("zm",)
    assert people.find(Owner("x", "Bo Li", login="ZM")) == ("zm",)
    assert people.find(Owner("x", email="B@Example.org")) == ("bl",)
    for name in ("müller zoe", "Mueller, Zoë", "zoemuller", "MÜLLERZOË", "Müller"):
        assert people.find(Owner("x", name)) == ("zm",), name
    assert people.find(Owner("x", "Bo")) == people.find(Owner("x", "Ada Byron")) == ()


@settings(max_examples=40)
@given(st.text(), st.text())
def test_no_text_is_a_way_to_another_folder(one: str, other: str) -> None:
    for text in (one, other, f"{one}/../{other}", ".", "..", "", "\0", "a" * 300, "ü" * 300):
        name = folder_name(text)
        assert name and "/" not in name and "\0" not in name and name.strip(".")
        assert len(name.encode("utf-8", "surrogatepass")) <= 255
    person_keys(one), split_assignment(one, BOOKS)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("02_filters_1d.ipynb", ""),
        ("Copy of 02_Filters_1D (3).ipynb", ""),
        ("02-filters-1d-2.ipynb.txt", ""),
        ("filters1d_Mueller.ipynb", "Mueller"),
        ("Anna Müller - 02_filters_1d.ipynb", "Anna Müller"),
        ("Copy of 02_filters_1d - 12_34.ipynb", "12_34"),
        ("_ - 02_filters_1d.ipynb", "_"),
        ("Ann Lee - Copy of 02_filters_1d.ipynb", "Ann Lee"),
        ("_ - Kopie von 02_filters_1d (2).ipynb", "_"),
        ("Photocopy of 02_filters_1d.ipynb", "Photocopy of"),
        ("O'Brien-Søren_02 filters 1d(1).ipynb", "O'Brien-Søren"),
    ],
)
def test_a_files_name_is_an_assignment_and_a_person(name: str, rest: str) -> None:
    assert split_assignment(name, BOOKS) == (rest, "02_filters_1d")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who,What\nAnn,ann@example.org\nBo,bo@example.org\n", ["Ann", "Bo"]),
        ("Ann,ann@example.org\nBo,\nCem,cem@example.org\n", ["Ann", "Bo", "Cem"]),
        ("7,Ann,ann@example.org\n8,Bo,bo@example.org\n", ["Ann", "Bo"]),
        (",Ann,x,ann@example.org\n,Bo,y,bo@example.org\n", ["Ann", "Bo"]),
        ("First name,Last name\nAnn,\n,Li\nAnn,Lee\n", ["Ann", "Li", "Ann Lee"]),
        ("Name,First name\nLee,Ann\nAnn Li,Ann\n", ["Ann Lee", "Ann Li"]),
        ("Name,Last name\nAnn,Lee\nAnn Li,Li\n", ["Ann Lee", "Ann Li"]),
        ("Name,First name,Last name\nLee A.,Ann,Lee\n", ["Ann Lee"]),
        ('Name,Email\n"Lee, Ann",\n"Lee, Ann, Dr.",\n",Ann",\n"Lee,",\n', ["Ann Lee", "Lee, Ann, Dr.", "Ann", "Lee,"]),
    ],
)
def test_a_persons_name_is_what_one_says(text: str, names: list[str], tmp_path: Path) -> None:
    assert [person.name for person in of(tmp_path, text).people] == names


def test_rows_of_nobody_are_left_out(tmp_path: Path) -> None:
    roster = of(tmp_path, "Name,Username,Email,SID\n,,,9\n,bl,,8\n,,c@example.org,7\nAnn,,,6\n,,,\n")
    assert [person.student for person in roster.people] == ["bl", "c@example.org", "Ann"]


def test_a_column_of_addresses_needs_no_heading_of_its_own(tmp_path: Path) -> None:
    roster = of(tmp_path, "Name,Contact,Note\nAnn,ann@example.org,x@example.org\nBo,b@example.org,\nCem,none,no\n")
    assert [person.email for person in roster.people] == ["ann@example.org", "b@example.org", "none"]
    half = of(tmp_path, "Name,Contact\nAnn,ann@example.org\nBo,none\n")
    assert [person.email for person in half.people] == ["", ""]


def test_a_list_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Name\nAnn\n"
    monkeypatch.setattr("autograder.intake.roster.MAX_BYTES", len(text))
    assert len(of(tmp_path, text).people) == 1
    with pytest.raises(RosterError, match="more than"):
        of(tmp_path, f"{text}x")


def test_each_person_of_a_list_has_a_folder(tmp_path: Path) -> None:
    moodle = "Full name,Email address\nBo Li,b1@example.org\nBo Li,b2@example.org\nAnn,a@example.org\nBo Li,\n"
    assert [person.student for person in of(tmp_path, moodle).people] == [
        "Bo Li (b1@example.org)",
        "Bo Li (b2@example.org)",
        "Ann",
        "Bo Li",
    ]
    twice = 'Name,Username,Group\nAnn,al,"red, blue"\nAnn L,al,green\nBo,bo,red;\n'
    roster = of(tmp_path, twice)
    assert [person.student for person in roster.people] == ["al", "bo"]
    assert roster.groups == {"red": ("al", "bo"), "blue": ("al",), "green": ("al",)}
    assert [person.student for person in of(tmp_path, "Name\nBo\nBo\n").people] == ["Bo", "Bo (2)"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("02_filters_1d (Ann).ipynb", "Ann"),
        ("02_filters_1d [ Ann -].ipynb", "Ann"),
        ("(Ann] 02_filters_1d.ipynb", "(Ann]"),
        ("Ann 02_filters_1d-12.ipynb", "Ann"),
        ("Ann 02_filters_1d-123.ipynb", "Ann 123"),
    ],
)
def test_what_stands_around_a_person_is_taken_off(name: str, rest: str) -> None:
    assert split_assignment(name, BOOKS) == (rest, "02_filters_1d")


def test_a_number_alone_is_a_whole_name() -> None:
    assert split_assignment("Ann 07.ipynb", ["07"]) == ("Ann", "07")
    assert split_assignment("Ann - x.ipynb", ["07"]) == ("Ann - x", "")
    assert split_assignment("Ann x.ipynb", ["07_x", "x_07"]) == ("Ann", "07_x")
    assert split_assignment("pixels2.ipynb", BOOKS) == ("pixels2", "")


def test_one_spelling_of_a_name_has_the_words_once() -> None:
    assert person_words("Ann Lee") == [{"ann", "lee"}]
    assert person_words("Zoë Müller") == [{"zoe", "muller"}, {"zoe", "mueller"}]
    assert person_words("Łukasz N'Golo") == [{"lukasz", "ngolo"}]


def test_a_part_of_a_name_is_enough_where_nothing_else_is_told(tmp_path: Path) -> None:
    people = People(of(tmp_path, "Name,Username\nZoë Ann Müller,zm\nBo Li,bl\n").people)
    assert people.find(Owner("x", "Zoë Müller")) == people.find(Owner("x", "Ann")) == ("zm",)
    assert people.find(Owner("x", "Zoë Müller", email="other@example.org")) == ()
    assert people.find(Owner("x", "Zoë Müller", ids={"ID": "9"})) == () == people.find(Owner("x", "Zoë Li"))


def test_what_an_export_tells_of_a_person() -> None:
    assert person_of(Owner("k", "Ann", "a@b.c", ids={"SID": "7", "Identifier": "3"}), "ann") == Person(
        "ann", "Ann", "a@b.c", {"SID": "7"}
    )
    assert person_of(Owner("k", "ann", login="ann"), "ann").name == ""
    assert person_of(Owner("k", "annlee", ids={"ID": "7"}), "ann").name == ""


def test_a_name_that_is_taken_by_another_gets_what_tells_them_apart() -> None:
    ann = Owner("Ann")
    assert known_as(ann, {}) == known_as(ann, {"Ann": ann}) == "Ann"
    taken = {"Ann": Owner("Ann ")}
    assert known_as(ann, taken) == "Ann (2)"
    assert known_as(Owner("Ann", email="a@b.c"), taken) == "Ann (a@b.c)"
    assert known_as(Owner("Ann", email="a@b.c", ids={"ID": "7"}), taken) == "Ann (7)"


def test_a_groups_number_that_is_another_students_by_chance() -> None:
    """In Moodle a group's hand-in has a number as a student's has."""
    people = People([Person("ann", "Ann Lee", ids={"Identifier": "Participant 7"})])
    for name, found in (("Lee", ("ann",)), ("annlee", ("ann",)), ("", ("ann",)), ("Red team", ())):
        assert people.surely(Owner("x", name, ids={"Identifier": "7"})) == found, name
    nameless = People([Person("p7", ids={"Identifier": "Participant 7"})])
    assert nameless.surely(Owner("x", "Ann Lee", ids={"Identifier": "7"})) == ("p7",)


def test_a_groups_name_is_its_members() -> None:
    people = People([Person("ann"), Person("bo")], {"Red team": ("ann", "bo"), "Blue": ("bo",), "blue": ("ann",)})
    assert people.is_person("team red") and people.group(Owner("x", "TEAM RED")) == ("ann", "bo")
    assert people.group(Owner("Red Team")) == ("ann", "bo"), "its key may be all that there is"
    assert not people.is_person("green") and not people.is_person("blue") and not people.is_person("")


def test_a_section_tells_nobody_apart() -> None:
    people = People([Person("ann", ids={"Section": "B", "SID": "7"}), Person("bo", ids={"Section": "B"})])
    assert people.find(Owner("x", ids={"SID": "7"})) == ("ann",) and people.find(Owner("x", ids={"Section": "B"})) == ()


def test_another_address_is_another_person_and_a_rosters_address_stays() -> None:
    ann = Person("ann", "Ann Lee", "ann@uni.example", {})
    people = People([ann])
    assert people.find(Owner("x", "Ann Lee")) == ("ann",)
    assert people.find(Owner("x", "Ann Lee", email="other@uni.example")) == ()
    assert people.is_person("Lee Ann")
    assert not people.is_person("Bob Ray")
    assert with_ids(ann, Owner("x", "Ann Lee", email="other@uni.example")).email == "ann@uni.example"


def test_a_long_name_fills_a_folders_name_and_no_more() -> None:
    assert len(folder_name("a" * 200)) == MAX_NAME_BYTES
