"""What Canvas and Moodle do with a file that they are given, written from their rules, and the files that they give."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = (
    "O'Brien-Søren",
    "_",
    "12_34",
    "עדה לב",
    "\u202eright to left",
    "=cmd()",
    "=1+2",
    "-Bo",
    "@x",
    "+49",
    "Doe, Jane",
    'The "Kid"',
    "a;b",
    "line\nbreak",
    "김민수",
)
# A roster follows from one number: to draw its parts one by one takes ten times as long as all that is tested.
SEEDS = st.integers(0, 2**32 - 1).map(random.Random)


def some_name(draw: random.Random) -> str:
    """One of NAMES, or a few characters with and without a meaning in tables and paths."""
    if draw.random() < 0.5:
        return draw.choice(NAMES)
    return "".join(draw.choice("ab Z'\",;:=+-@_./\\\t\n0149éßעא\u202e\u200f%#&<>|") for _ in range(draw.randint(1, 9)))


def some_numbers(draw: random.Random) -> list[int]:
    """Ids of one to five people, short ones often."""
    return draw.sample(range(1, draw.choice((9, 10**9))), draw.randint(1, 5))


@dataclass(frozen=True)
class CanvasUser:
    """A user of Canvas."""

    number: int
    name: str
    sis: str = ""
    login: str = ""


@dataclass
class CanvasImport:
    """What Canvas understands of a gradebook file: marks by (user, assignment), and what it doesn't know."""

    marks: dict[tuple[int, str], str]
    new_assignments: list[str]
    new_students: list[str]
    points: dict[str, str]


def canvas_import(content: bytes, users: Sequence[CanvasUser], assignments: Mapping[int, str]) -> CanvasImport:
    """The marks in a gradebook file. ValueError where Canvas refuses its header."""
    text = content.decode("utf-8-sig")
    rows = [
        [_canvas_number(field) for field in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_canvas_separator(text), strict=True)
        if row
    ]
    head = rows[0]
    if len(head) <= 3 or "Student" not in head[0] or "ID" not in head[1]:
        raise ValueError("Invalid header row")
    columns = {name: head.index(name) for name in ("SIS User ID", "SIS Login ID", "Section") if name in head}
    if re.search(r"SIS\s+Login\s+ID", head[2]):
        identity = 4
    elif "SIS User ID" in head[2] and "SIS Login ID" in head[3]:
        identity = 5 + ("Integration ID" in head[4])
    else:
        identity = 3
    if "Section" not in head[identity - 1]:
        raise ValueError("Invalid header row")
    found = CanvasImport({}, [], [], {})
    titles = {}
    for place in range(identity, len(head)):
        if re.search("(Current|Final|Override) (Score|Points|Grade|Status)", head[place]):
            continue
        parts = re.fullmatch(r"(.*) \((\d+)\)", head[place])
        title = assignments.get(int(parts[2])) if parts else None
        title = title or next((known for known in assignments.values() if known == head[place]), None)
        if title is None:
            found.new_assignments.append(title := parts[1] if parts else head[place])
        titles[place] = title
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            found.points = {title: row[place] for place, title in titles.items()}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", field, re.IGNORECASE) for field in row):
            user = _canvas_user(row, columns, users)
            if user is None:
                found.new_students.append(row[0])
            else:
                found.marks |= {(user.number, title): row[place].strip() for place, title in titles.items()}
    return found


def _canvas_number(field: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", field):
        return field
    *parts, last = re.split("[,.]", field)
    return f"{''.join(parts)}.{last}" if parts else last


def _canvas_separator(text: str) -> str:
    lines = text.splitlines()[:3]
    counts = {}
    for separator in ";,":
        try:
            sizes = {len(next(csv.reader([line], delimiter=separator, strict=True), [])) for line in lines}
        except csv.Error:
            sizes = {0}
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _canvas_user(row: Sequence[str], columns: Mapping[str, int], users: Sequence[CanvasUser]) -> CanvasUser | None:
    if row[1].isdecimal() and (user := next((user for user in users if user.number == int(row[1])), None)):
        return user
    for heading, field in (("SIS User ID", "sis"), ("SIS Login ID", "login")):
        said = row[columns[heading]] if heading in columns else ""
        if said and (user := next((user for user in users if getattr(user, field) == said), None)):
            return user
    return next((user for user in users if user.name == row[0]), None)


def canvas_gradebook(
    users: Sequence[CanvasUser],
    columns: Mapping[str, Sequence[str]],
    points: Sequence[str],
    separator: str = ",",
    bom: bool = False,
) -> bytes:
    """A gradebook as Canvas exports it: `columns` are the assignments' headings and what each user has there."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns, "Final Score"])
    writer.writerow(["", "", "", "", "", *("Manual Posting" for _ in columns), ""])
    writer.writerow(["    Points Possible", "", "", "", "", *points, "(read only)"])
    for number, user in enumerate(users):
        given = (values[number] for values in columns.values())
        writer.writerow([user.name, user.number, user.sis, user.login, "Section 1", *given, "87.5"])
    return (b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode()


@dataclass(frozen=True)
class Language:
    """What a Moodle site calls things."""

    headings: tuple[str, ...]
    participant: str
    yes: str
    no: str
    decimal_mark: str
    group: str


ENGLISH = Language(
    (
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
        "Last modified (submission)", "Last modified (grade)", "Feedback comments",
    ),
    "Participant ", "Yes", "No", ".", "Group",
)  # fmt: skip
GERMAN = Language(
    (
        "ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
        "Bewertung kann geändert werden",
        "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar",
    ),
    "Teilnehmer/in", "Ja", "Nein", ",", "Gruppe",
)  # fmt: skip
FRENCH = Language(
    (
        "Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale",
        "La note peut être modifiée",
        "Dernière modification (travail remis)", "Dernière modification (note)", "Feedback par commentaires",
    ),
    "Participant", "Oui", "Non", ",", "Groupe",
)  # fmt: skip
ARABIC = Language(
    (
        "المعرف", "الاسم الكامل", "البريد", "الحالة", "الدرجة", "الدرجة القصوى", "يمكن تغيير الدرجة",
        "آخر", "آخر تعديل", "تعليقات",
    ),
    "المشارك ", "نعم", "لا", ".", "المجموعة",
)  # fmt: skip
LANGUAGES = (ENGLISH, GERMAN, FRENCH, ARABIC)


@dataclass(frozen=True)
class MoodleUser:
    """A participant of an assignment in Moodle."""

    unique_id: int
    name: str
    email: str
    grade: float | None = None
    locked: bool = False
    group: str = ""
    submitted: str = "-"


def moodle_worksheet(
    users: Sequence[MoodleUser], language: Language, maximum: float, separator: str = ",", encoding: str = "utf-8-sig"
) -> bytes:
    """The grading worksheet that Moodle gives, in a site's language; with a column of groups where there are any."""

    def number(value: float) -> str:
        return f"{value:.2f}".replace(".", language.decimal_mark)

    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    teams = any(user.group for user in users)
    writer.writerow([*language.headings[:4], *([language.group] if teams else []), *language.headings[4:]])
    for user in users:
        grade = "" if user.grade is None else number(user.grade)
        changeable = language.no if user.locked else language.yes
        group = [user.group] if teams else []
        writer.writerow(
            [f"{language.participant}{user.unique_id}", user.name, user.email, "Submitted for grading", *group, grade,
             number(maximum), changeable, user.submitted, "-", "<p>well done</p>"]
        )  # fmt: skip
    return text.getvalue().encode(encoding)


def moodle_import(
    content: bytes, users: Sequence[MoodleUser], language: Language, maximum: float, encoding: str = "utf-8-sig"
) -> dict[int, float]:
    """The marks that Moodle takes from a worksheet, by unique id. ValueError where it refuses the file.

    Its form asks for the separator and the encoding.
    """
    text = content.decode(encoding)
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        identifier, grade = head.index(language.headings[0]), head.index(language.headings[4])
        head.index(language.headings[8])
    except ValueError:
        raise ValueError("invalid grade import") from None
    known = {str(user.unique_id): user for user in users}
    taken = {}
    for row in rows:
        user = known.get(row[identifier][len(language.participant) :])
        said = row[grade].replace(" ", "").replace(language.decimal_mark, ".")
        if user is None or user.locked or not said:
            continue
        value = float(said)
        if 0 <= value <= maximum and value != user.grade:
            taken[user.unique_id] = value
    return taken


def moodle_feedback_file(path: str, users: Sequence[MoodleUser]) -> tuple[int, str] | None:
    """Whose feedback a file of a zip is for Moodle, and what it is called; None where Moodle leaves it."""
    name = path.rpartition("/")[2]
    if name.startswith((".", "~")):
        return None
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not re.fullmatch(r"\s*[+-]?\d+(\.\d*)?\s*", info[1], re.ASCII):
            continue
        if int(float(info[1])) not in {user.unique_id for user in users}:
            continue
        if (info[2], info[3]) not in {("assignsubmission", "file"), ("assignfeedback", "file")}:
            continue
        return int(float(info[1])), "/".join([*info[4:], *parts])
    return None


def canvas_feedback_file(path: str) -> tuple[int, int] | None:
    """The ids of student and attachment that Canvas takes from a file's name; None where it leaves the file."""
    name = path.rpartition("/")[2]
    parts = name.split("_")
    numbers = [int(part) for part in parts if re.fullmatch(r"[0-9]+", part)][:2]
    if len(numbers) < 2 or parts[-1].startswith("link") or name.startswith("._"):
        return None
    return numbers[0], numbers[1]


def raw_fields(content: bytes, separator: str, encoding: str = "utf-8-sig") -> Iterator[list[str]]:
    """The fields of a CSV file."""
    yield from csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=separator, strict=True)
