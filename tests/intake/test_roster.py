"""Class lists as LMSs export them: whatever the language, the separator and the encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.naming import folder_name, person_keys, split_assignment
from autograder.intake.people import People
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
        ("O'Brien-Søren_02 filters 1d(1).ipynb", "O'Brien-Søren"),
    ],
)
def test_a_files_name_is_an_assignment_and_a_person(name: str, rest: str) -> None:
    assert split_assignment(name, BOOKS) == (rest, "02_filters_1d")
