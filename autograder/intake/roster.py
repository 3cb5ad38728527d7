"""The class list that an LMS exports: any CSV, its columns found by their headings or by what is in them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import canvas, long_dates, moodle
from .collected import Person
from .naming import folder_name

MAX_BYTES = 32 * 2**20
# Headings in lower case without marks, in the languages of many LMSs' exports.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("student", "students", "name", "full name", "fullname", "student name", "participant", "display name",
             "vollständiger name", "teilnehmer", "nom complet", "étudiant", "nombre completo", "estudiante", "alumno",
             "nome completo", "nome", "studente", "volledige naam", "naam", "fullständigt namn", "lastname, firstname",
             "last name, first name", "nachname, vorname", "nom", "fulde navn", "fullt navn", "koko nimi", "celé jméno",
             "imię i nazwisko", "полное имя"),
    "first": ("first name", "first_name", "firstname", "given name", "forename", "vorname", "prénom", "nombre",
              "nome proprio", "voornaam", "förnamn", "fornavn", "imię"),
    "last": ("last name", "last_name", "lastname", "surname", "family name", "nachname", "familienname",
             "nom de famille", "apellidos", "apellido", "apellido(s)", "cognome", "sobrenome", "achternaam",
             "efternamn", "etternavn", "nazwisko"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse", "adresse de courriel",
              "adresse e-mail", "courriel", "dirección de correo", "correo electrónico", "correo",
              "indirizzo email", "endereço de email", "e-mailadres", "e-postadress", "adres e-mail"),
    "login": ("sis login id", "username", "user name", "login", "login id", "login_id", "user", "userid",
              "benutzername", "anmeldename", "kennung", "nom d'utilisateur", "identifiant", "nombre de usuario",
              "usuario", "nome utente", "gebruikersnaam", "användarnamn", "github_username", "github username", "netid",
              "student_id", "uid"),
    "id": ("id", "sis user id", "identifier", "integration id", "id number", "idnumber", "student id", "student number",
           "sid", "matrikelnummer", "matriculation number", "id-nummer", "numéro d'identification", "número de id",
           "bezeichner", "identificador", "identificatore", "canvas_user_id", "user_id", "anonymous id"),
    "group": ("group", "groups", "team", "group name", "group_name", "gruppe", "gruppen", "groupe", "groupes", "grupo",
              "grupos", "gruppo", "groep"),
    "section": ("section", "sections", "root account"),
    "when": ("last modified (submission)", "zuletzt geändert (abgabe)", "dernière modification (travail remis)",
             "última modificación (entrega)", "última modificación (envío)", "ultima modifica (consegna)",
             "última atualização (envio)", "última modificação (envio)", "laatst gewijzigd (inzending)"),
}  # fmt: skip
_KINDS = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings}
_NBGRADER = {"id", "first_name", "last_name"}  # headings of the list that nbgrader takes
_PERSONS = {"name", "first", "last", "email", "login"}
_NOT_PEOPLE = re.compile(r"\s*(?:points possible|manual posting|student, test|test student)\s*", re.IGNORECASE)
_GUARD = re.compile(r"^'(?=[=+\-@])")  # keeps spreadsheets from taking a text for a formula
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


class RosterError(Exception):
    """A class list that can't be used; the message says why."""


@dataclass(frozen=True)
class Roster:
    """The people of a class list, and the members of each group by the group's name: `student` of each person.

    `times` are those at which they handed in, by Moodle's number, where its worksheet tells.
    """

    people: tuple[Person, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)


def identifies(heading: str) -> bool:
    """Whether what stands under a heading is one person's alone, and not that of a section or group."""
    return _KINDS.get(heading.casefold(), "") not in ("group", "section")


def read(path: Path) -> Roster:
    """The class list in a CSV file, from Canvas, Moodle or another system. Raises RosterError and OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RosterError(f"it has more than {MAX_BYTES // 2**20} MB")
    if data.startswith(b"PK"):
        raise RosterError("it is a workbook or a zip: save it as CSV")
    rows = _rows(_decoded(data))
    if not rows:
        raise RosterError("it is empty")
    headings = [" ".join(cell.split()) for cell in rows[0]]
    if of_moodle := len(rows) > 1 and all(moodle.is_identifier(_cell(row, 0)) for row in rows[1:]):
        headings[0] = moodle.IDENTIFIER  # in any language; in some its heading is Canvas's for a user
    kinds = [_KINDS.get(heading.casefold().strip(" :*"), "") for heading in headings]
    if set(headings) >= _NBGRADER:
        kinds[headings.index("id")] = "login"
    body = rows[1:]
    if not _PERSONS & set(kinds) and not of_moodle:  # there people may have no names
        kinds, body = _by_content(rows)
        headings = [f"column {number}" for number in range(1, len(kinds) + 1)] if body is rows else headings
    elif "email" not in kinds:
        kinds = [kind or ("email" if _is_all_email(body, at) else "") for at, kind in enumerate(kinds)]
    if not _PERSONS & set(kinds) and not of_moodle:
        raise RosterError("no column has names, logins or e-mail addresses: is the first line the headings?")
    entries = [_entry(headings, kinds, row) for row in body if any(cell.strip() for cell in row)]
    return _roster([entry for entry in entries if entry is not None])


@dataclass(frozen=True)
class _Entry:
    name: str
    email: str
    login: str
    ids: Mapping[str, str]
    groups: tuple[str, ...]
    when: datetime | None = None


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> list[list[str]]:
    """The rows, by the separator that cuts the first line into the most cells."""
    text = text.replace("\0", "")
    first = text.lstrip("\r\n").partition("\n")[0]
    if first.lower().startswith("sep="):
        text = text.lstrip("\r\n").partition("\n")[2]
        first = text.partition("\n")[0]
    try:
        separator = max(",;\t", key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise RosterError(f"it is not CSV: {error}") from None
    return [row for row in rows if any(cell.strip() for cell in row)]


def _is_all_email(rows: Sequence[Sequence[str]], at: int) -> bool:
    cells = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and sum(bool(_EMAIL.fullmatch(cell)) for cell in cells) * 2 > len(cells)


def _by_content(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Kinds of columns told by what is in them: addresses by their @, and the first words beside them a name."""
    width = max(map(len, rows))
    kinds = ["email" if _is_all_email(rows, at) else "" for at in range(width)]
    if "email" in kinds:
        for at in range(width):
            cells = [row[at].strip() for row in rows if at < len(row)]
            if not kinds[at] and all(re.fullmatch(r"\D+", cell) for cell in cells if cell) and any(cells):
                kinds[at] = "name"
                break
    has_heading = "email" in kinds and not _EMAIL.fullmatch(_cell(rows[0], kinds.index("email")))
    return kinds, rows[1:] if has_heading else rows


def _cell(row: Sequence[str], at: int) -> str:
    return " ".join(row[at].split()) if at < len(row) else ""


def _entry(headings: Sequence[str], kinds: Sequence[str], row: Sequence[str]) -> _Entry | None:
    """One person; None for a row that is nobody's."""
    cells: dict[str, str] = {}
    ids: dict[str, str] = {}
    groups: list[str] = []
    for at, kind in enumerate(kinds):
        cell = _GUARD.sub("", _cell(row, at))
        if not cell or not kind:
            continue
        if kind in ("id", "login", "section"):
            ids[headings[at]] = cell
        if kind == "group":
            ids[headings[at]] = cell
            groups += [part.strip() for part in re.split(r"[,;]", cell) if part.strip()]
        cells.setdefault(kind, cell)
    name = _full_name(cells.get("name", ""), cells.get("first", ""), cells.get("last", ""))
    person = name or cells.get("email") or cells.get("login") or ids.get(moodle.IDENTIFIER)
    if _NOT_PEOPLE.fullmatch(name) or not person:
        return None
    when = long_dates.read(cells.get("when", ""))
    return _Entry(name, cells.get("email", ""), cells.get("login", ""), ids, tuple(groups), when)


def _full_name(name: str, first: str, last: str) -> str:
    """One name of the columns: in some languages the heading for a first or last name is that for a whole one, too."""
    if not name or (first and last):
        return " ".join(part for part in (first, last) if part) or name
    parts = [first, name] if first else [name, last]
    return name if (first or last) in name else " ".join(parts)


def _roster(entries: Sequence[_Entry]) -> Roster:
    """People, each with a name for their folder: as the LMS's zip has it, else the login, the address or the name."""
    of_canvas = any(entry.ids.get(canvas.USER_ID) for entry in entries)
    of_moodle = not of_canvas and all(entry.name for entry in entries) and not any(entry.login for entry in entries)
    names = Counter(entry.name for entry in entries)
    people: list[Person] = []
    groups: dict[str, list[str]] = {}
    taken: set[str] = set()
    for entry in entries:
        if of_canvas and entry.ids.get(canvas.USER_ID):
            key = canvas.key(entry.name, entry.ids[canvas.USER_ID])
        elif of_moodle:
            other = entry.email or entry.ids.get(moodle.IDENTIFIER, "")
            key = f"{entry.name} ({other})" if names[entry.name] > 1 and other else entry.name
        else:
            key = entry.login or entry.email or entry.name or entry.ids[moodle.IDENTIFIER]
        student = folder_name(key)
        again = student in taken and bool(entry.login or entry.email)  # in two sections or groups, for example
        if not again:
            student = folder_name(f"{key} ({len(taken) + 1})") if student in taken else student
            taken.add(student)
            people.append(Person(student, _in_order(entry.name), entry.email, entry.ids))
        for group in entry.groups:
            groups.setdefault(group, []).append(student)
    numbers = ((moodle.number(entry.ids.get(moodle.IDENTIFIER, "")), entry.when) for entry in entries)
    times = {number: when for number, when in numbers if number and when}
    return Roster(tuple(people), {group: tuple(dict.fromkeys(members)) for group, members in groups.items()}, times)


def _in_order(name: str) -> str:
    """A name as one says it: "Zoë Müller" for "Müller, Zoë"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip() if comma and first.strip() and "," not in first else name
