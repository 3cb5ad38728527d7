"""However a class is renamed, folded and zipped: nobody who handed in a right notebook gets a 0."""

from __future__ import annotations

import io
import json
import os
import random
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from conftest import COURSE
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.demo.notebooks import filled, grade_id, solved
from autograder.intake import collect
from autograder.intake.collected import Person
from autograder.intake.plans import Plan, Wishes
from autograder.intake.roster import Roster

BOOK = "02_filters_1d"
NAMES = ("O'Brien-Søren", "_", "12_34", "שרה לוי", "zoe", "Zoë Müller")
FILES = (
    "02_filters_1d.ipynb",
    "02_Filters_1D.ipynb",
    "02_FILTERS_1D.IPYNB",
    "Copy of 02_filters_1d.ipynb",
    "Kopie von 02_filters_1d (2).ipynb",
    "02_filters_1d (1).ipynb",
    "02_filters_1d-1.ipynb",
    " 02_filters_1d .ipynb",
    "02 filters 1d final.ipynb",
    "02_filters_1d.ipynb.txt",
    "Untitled.ipynb",
    "01_pixels.ipynb",
    "homework.json",
    "x_1_2_y.ipynb",
)
FOLDERS = (
    "02_filters_1d",
    "02_Filters",
    "02_FILTERS_1D",
    "02_filters_1d.ipynb",
    "un",
    "my work",
    " my work ",
    "homework 2",
    "03_filters_2d",
    "nested/deeper",
    "Übung",
)
WRAPPERS = ("un", "export", "submissions", "CNN-02 filters-123", "2026", "Abgaben für Übung 2", "UN")
LETTERS = "abZ019 -_.,()+'&%#@~!äßøé漢ש\u0301\u200f\U0001f600"
CHECKPOINT = ".ipynb_checkpoints/02_filters_1d-checkpoint.ipynb"
LEFT = ("desktop.ini", "Thumbs.db", ".DS_Store", CHECKPOINT, "__MACOSX/._x.ipynb")
NEW, OLD = (2026, 11, 26, 12, 0, 0), (2026, 11, 20, 12, 0, 0)

# All follows from one number: to draw each part takes many times as long.
classes = st.integers(0, 2**64 - 1).map(random.Random)


def small(student: str, ids: bool, right: bool = True) -> bytes:
    """A notebook with what tells the assignment, and whose it is; one that isn't `right` is as it was handed out."""
    made = solved(COURSE, BOOK) if right else filled(COURSE, BOOK, {})
    cells = [one for one in made["cells"] if grade_id(one)][:12]
    cells = cells if ids else [{**one, "metadata": {}} for one in cells]
    return json.dumps({"cells": [*cells, {"cell_type": "raw", "source": student}]}).encode()


RIGHT = {(name, ids): small(name, ids) for name in NAMES for ids in (True, False)}
OTHER = json.dumps(solved(COURSE, "01_pixels")).encode()
DRAFTS = {name: small(f"{name}'s draft", True, right=False) for name in NAMES}


@dataclass
class Files:
    """Files by their paths, each with its bytes and its time."""

    there: dict[str, tuple[bytes, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, path: str, data: bytes, time: tuple[int, ...] = NEW) -> None:
        self.there[path] = data, time

    def put(self, prefix: str, other: Files) -> None:
        self.there |= {f"{prefix}{path}": told for path, told in other.there.items()}

    def zipped(self, separator: str = "/") -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, (data, time) in self.there.items():
                archive.writestr(zipfile.ZipInfo(path.replace("/", separator), time), data)  # type: ignore[arg-type]
        return buffer.getvalue()

    def write(self, base: Path) -> None:
        for path, (data, time) in self.there.items():
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_bytes(data)
            os.utime(base / path, (time[2], time[2]))


def word(draw: random.Random) -> str:
    """A name of a file or folder that means nothing."""
    made = "".join(draw.choices(LETTERS, k=draw.randint(1, 8)))
    return made if made.strip(". ") and made[0] not in ".~" else f"x{made}"


def handed_in(draw: random.Random, student: str) -> tuple[Files, bytes]:
    """What one student hands in, and the notebook that has to count."""
    data = right = RIGHT[student, draw.random() < 0.5]
    file = draw.choice(FILES) if draw.random() < 0.8 else f"{word(draw)}.ipynb"
    made = Files()
    for number in range(draw.choice((0, 0, 1, 2))):
        archive = Files()
        archive.add(file, data)
        file, data = f"work{number}.zip", archive.zipped()
    folders = [draw.choice(FOLDERS) if draw.random() < 0.7 else word(draw) for _ in range(draw.randint(0, 2))]
    made.add("/".join([*folders, file]), data)
    if draw.random() < 0.4:  # drafts, not where nbgrader wants the notebook to be
        for name in draw.sample(("draft.ipynb", "02_filters_1d-Copy1.ipynb", "old/02_filters_1d.ipynb"), 2):
            made.there.setdefault("/".join([*folders[:1], name]), (DRAFTS[student], OLD))
    if draw.random() < 0.2:
        made.add("01_pixels/01_pixels.ipynb", OTHER)
    for name in LEFT:
        if draw.random() < 0.2:
            content = DRAFTS[student] if name == CHECKPOINT else b"\0\5\x16\7"
            made.add("/".join([*folders[: draw.randint(0, 2)], name]), content)
    return made, right


def folded(draw: random.Random) -> tuple[Files, dict[str, bytes]]:
    """What a whole class hands in, and the notebook of each student that has to count."""
    wrappers = "".join(f"{draw.choice(WRAPPERS)}/" for _ in range(draw.randint(0, 2)))
    wrappers += f"{BOOK}/" if draw.random() < 0.5 else ""
    around = draw.choice(("", "", "", "un/"))  # a folder in each student's
    form = draw.choice(("NFC", "NFC", "NFD"))
    layout = draw.choice(("folders", "folders", "folders", "zips", "files"))
    made, wanted = Files(), {}
    for student in NAMES:
        name = unicodedata.normalize(form, student)
        own, wanted[student] = handed_in(draw, student)
        inner = Files()
        inner.put(around, own)
        if layout == "files":
            made.add(f"{wrappers}{name} - {draw.choice(FILES[:5])}", wanted[student])
        elif layout == "zips":
            made.add(f"{wrappers}{name}.zip", inner.zipped())
        else:
            made.put(f"{wrappers}{name}/", inner)
    for left in LEFT[:3]:
        if draw.random() < 0.3:
            made.add(f"{wrappers}{left}", b"\0\5\x16\7")
    return made, wanted


def collected(files: Files, whole: bool, wishes: Wishes, base: Path) -> tuple[Plan, dict[str, bytes]]:
    """What is collected of the files, in one zip or in folders: the plan, and the notebook of each student."""
    source = base / "in"
    if whole:
        source.write_bytes(files.zipped("\\" if len(files.there) % 4 == 0 else "/"))  # as some programs for Windows do
    else:
        files.write(source)
    (base / "work").mkdir()
    plan = collect.plan(COURSE, source, base / "out", base / "work", wishes)
    found = {
        unicodedata.normalize("NFC", task.student): (
            plan.copies[task].open() if task in plan.copies else task.path.open("rb")
        ).read()
        for task in plan.tasks
        if task.assignment == BOOK and not task.unread and not task.absent
    }
    return plan, found


@settings(max_examples=300 if "ALL_TESTS" in os.environ else 100, deadline=None)
@given(classes)
def test_every_right_notebook_is_collected(draw: random.Random) -> None:
    files, wanted = folded(draw)
    roster = Roster(tuple(Person(name, name) for name in (*NAMES, "nobody")))
    wishes = draw.choice((Wishes(), Wishes(BOOK), Wishes(BOOK, roster, missing_is_zero=True)))
    with tempfile.TemporaryDirectory() as folder:
        plan, found = collected(files, draw.random() < 0.5, wishes, Path(folder))
    assert not {task.student for task in plan.tasks if task.zero} & {*NAMES}
    assert found == wanted, (files.there.keys(), plan.unmatched)
