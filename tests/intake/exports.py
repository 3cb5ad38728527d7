"""Makes what LMSs give: each writes a class as one system's export, by the rules that its source or its users tell."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conftest import COURSE

from autograder.demo.notebooks import solved, stub

BOOK = "02_filters_1d"
ODD = ["O'Brien-Søren", "_", "12_34", "שרה לוי", "علي حسن", "Müller, Zoë", "李 波", "Ann", "Anna", "N'Golo Łukasz"]
NAMES = [*ODD, *(f"Student Number{chr(97 + number)}" for number in range(20))]


@dataclass(frozen=True)
class Handed:
    """A file that a student handed in, the oldest first; `counts` for the one that has to be graded."""

    name: str
    data: bytes
    counts: bool = True


@dataclass(frozen=True)
class Student:
    """A student of the class, with what an LMS knows of them."""

    number: int
    name: str
    late: bool = False
    files: tuple[Handed, ...] = ()

    @property
    def newest(self) -> int:
        """The place of the file that has to be graded among theirs."""
        return next(at for at, file in enumerate(self.files) if file.counts)

    @property
    def login(self) -> str:
        return f"user{self.number}"

    @property
    def user_id(self) -> str:
        return str(40001 + self.number)

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"


@dataclass
class Zip:
    """A zip archive that is being written."""

    names: list[str] = field(default_factory=list)
    buffer: io.BytesIO = field(default_factory=io.BytesIO)

    def add(self, name: str, data: bytes) -> None:
        with zipfile.ZipFile(self.buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 26, 21, 4, 0)), data, zipfile.ZIP_DEFLATED)
        self.names.append(name)


def notebook(student: str, book: str = BOOK, right: bool = True, ids: bool = True) -> bytes:
    """A notebook of one student's: no other has the same bytes. Without `ids` as Colab may leave it."""
    made = dict(solved(COURSE, book) if right else stub(COURSE, book))
    made["cells"] = [*made["cells"], {"cell_type": "markdown", "metadata": {}, "source": f"by {student}"}]
    if not ids:
        made["cells"] = [{**cell, "metadata": {}} for cell in made["cells"]]
    return json.dumps(made).encode()


def day(student: Student, at: int) -> str:
    """The day on which a file came, from first to last; who is late is a week later."""
    return f"2026-11-{20 + at + 7 * student.late}"


def zipped(name: str, data: bytes) -> bytes:
    made = Zip()
    made.add(name, data)
    return made.buffer.getvalue()


def a_class(names: Sequence[str] = NAMES, write: Callable[..., bytes] = notebook) -> list[Student]:
    """30 students: late ones, one who handed in nothing, and every way to call a file or to hand in more than one."""
    students = []
    for number, name in enumerate(names):
        data = write(name, ids=number % 5 != 0)
        old, older = write(f"{name}, before"), write(f"{name}, first")
        files: tuple[Handed, ...] = (Handed(f"{BOOK}.ipynb", data),)
        if number % 10 == 3:
            files = (Handed(f"{BOOK}.ipynb", older, False), Handed(f"{BOOK}-1.ipynb", old, False))
            files += (Handed(f"{BOOK}-2.ipynb", data),)
        elif number % 10 == 4:
            files = (Handed(f"Copy of {BOOK}.ipynb", data), Handed("figure.png", b"\x89PNG\r\n\x1a\n", False))
        elif number % 10 == 5:
            files = (Handed(f"{BOOK}.zip", zipped(f"un/{BOOK.title()} (1).ipynb", data)),)
        elif number % 10 == 6:
            files = (Handed("Untitled3.ipynb", data),)
        elif number % 10 == 7:
            files = (Handed(f"{BOOK}.ipynb.txt", data),)
        elif number == 18:
            files = ()
        students.append(Student(number, name, number % 7 == 2, files))
    return students


def canvas(students: Sequence[Student], out: Path) -> Path:
    made = Zip()
    for student in students:
        name = re.sub(r"[^\w]", "", re.sub(r"_(\d+)_", r"\1", sortable(student.name)).lower())
        for at, file in enumerate(student.files):
            late = "_LATE" if student.late else ""
            shown = re.sub(r'[\0/\\:*?"<>|]+', "_", file.name)
            made.add(f"{name}{late}_{student.user_id}_{700001 + 10 * student.number + at}_{shown}", file.data)
    return written(made, out / "course-02-filters submissions.zip")


def sortable(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first and "," not in name else name


def in_file(name: str) -> str:
    """A person's name in Moodle's names of files, which have no such signs."""
    return re.sub(r"""[\0-\x1f\x7f&<>"`|':\\/]""", "", name.replace("_", " "))


def in_moodle(student: Student) -> str:
    return f"{in_file(student.name)}_{1234500 + student.number}_assignsubmission_"


def moodle(students: Sequence[Student], out: Path) -> Path:
    made = Zip()
    for student in students:
        folder = f"{in_moodle(student)}file"
        for at, file in enumerate(student.files):
            name = f"{folder}/{file.name}"
            with zipfile.ZipFile(made.buffer, "a") as archive:
                archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20 + at, 12, 0, 0)), file.data)
    return written(made, out / "CNN-02 filters-9876.zip")


def moodle_files(students: Sequence[Student], out: Path) -> Path:
    """Without folders, and with the slash of versions before 4.1 for texts."""
    made = Zip()
    for student in students:
        start = in_moodle(student)
        made.add(f"{start}onlinetext_/onlinetext.html", b"<p>my notebook is below</p>")
        for at, file in enumerate(student.files):
            with zipfile.ZipFile(made.buffer, "a") as archive:
                name = f"{start}file_{file.name}"
                archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20 + at, 12, 0, 0)), file.data)
    return written(made, out / "moodle.zip")


def gradescope(students: Sequence[Student], out: Path) -> Path:
    made, told = Zip(), []
    for student in students:
        for at, file in enumerate(student.files):
            key = f"submission_{300 + 10 * student.number + at}"
            told.append(
                f"{key}:\n  :submitters:\n  - :name: {json.dumps(student.name)}\n    :sid: '{student.user_id}'\n"
                f"    :email: {student.email}\n  :created_at: {day(student, at)} 21:04:05.350867000 Z\n  :score: 0.0\n"
                "  :results:\n    tests: []\n"
            )
            made.add(f"assignment_5_export/{key}/{file.name}", file.data)
    made.add("assignment_5_export/submission_metadata.yml", ("---\n" + "".join(told)).encode())
    return written(made, out / "submissions.zip")


def blackboard(students: Sequence[Student], out: Path) -> Path:
    made = Zip()
    for student in students:
        for at, file in enumerate(student.files):
            start = f"02 Filters_{student.login}_attempt_{day(student, at)}-21-04-05"
            told = f"Name: {student.name} ({student.login})\r\nAssignment: 02 Filters\r\nDate Submitted: Thursday\r\n"
            made.add(f"{start}.txt", told.encode("utf-8-sig"))
            made.add(f"{start}_{file.name}", file.data)
    return written(made, out / "gradebook_CNN_02_2026-11-27-10-00-00.zip")


def exchange(students: Sequence[Student], out: Path) -> Path:
    folder = out / "exchange" / "cnn" / "inbound"
    for student in students:
        for at, file in enumerate(student.files):
            place = folder / f"{student.login}+{BOOK}+{day(student, at)} 21:04:05.123456 UTC+b3f"
            place.mkdir(parents=True)
            (place / file.name).write_bytes(file.data)
    (out / "exchange" / "cnn" / "outbound" / BOOK).mkdir(parents=True)
    (out / "exchange" / "cnn" / "outbound" / BOOK / f"{BOOK}.ipynb").write_bytes(notebook("", right=False))
    return out / "exchange"


def github(students: Sequence[Student], out: Path) -> Path:
    folder = out / "filters-submissions"
    for student in students:
        place = folder / f"filters-{student.login}"
        (place / ".git").mkdir(parents=True)
        (place / "README.md").write_text("# Filters")
        put(place, student)
    return folder


def ilias(students: Sequence[Student], out: Path) -> Path:
    made = Zip()
    for student in students:
        first, _, last = student.name.replace("_", "-").rpartition(" ")
        for at, file in enumerate(student.files):
            folder = f"Abgaben/{last or 'x'}_{first or 'x'}_{student.login}_{student.user_id}"
            made.add(f"{folder}/{day(student, at).replace('-', '')}210405_{file.name}", file.data)
    return written(made, out / "Übung_2.zip")


def classroom(students: Sequence[Student], out: Path) -> Path:
    """Google Classroom's folder in Drive: a folder per assignment, with the student's name in each file's."""
    made = Zip()
    for student in students:
        for file in student.files:
            if file.counts:
                suffix = ".zip" if file.name.endswith(".zip") else ".ipynb"
                made.add(f"{BOOK}/{student.name.replace('/', '_')} - {BOOK}{suffix}", file.data)
    return written(made, out / f"{BOOK}-20261127T101010Z-001.zip")


def folders(students: Sequence[Student], out: Path) -> Path:
    for student in students:
        put(out / "class" / student.login, student)
    return out / "class"


def put(folder: Path, student: Student) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at, file in enumerate(student.files):
        (folder / file.name).write_bytes(file.data)
        os.utime(folder / file.name, (1_790_000_000 + at, 1_790_000_000 + at))


def written(made: Zip, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.buffer.getvalue())
    return path


SYSTEMS = {
    "canvas": canvas, "moodle": moodle, "moodle-files": moodle_files, "gradescope": gradescope,
    "blackboard": blackboard, "exchange": exchange, "github": github, "ilias": ilias, "classroom": classroom,
    "folders": folders,
}  # fmt: skip
