"""However a class is renamed, folded and zipped: nobody who handed in a right notebook gets a 0."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

from conftest import COURSE
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.demo.notebooks import grade_id, solved
from autograder.intake import collect
from autograder.intake.collect import Wishes
from autograder.intake.collected import Person
from autograder.intake.roster import Roster
from autograder.intake.tree import SYSTEMS

BOOK = "02_filters_1d"
NAMES = ("O'Brien-Søren", "_", "12_34", "שרה לוי", "zoe", "Zoë Müller")
FILES = (
    "02_filters_1d.ipynb",
    "02_Filters_1D.ipynb",
    "Copy of 02_filters_1d.ipynb",
    "02_filters_1d (1).ipynb",
    "02_filters_1d-1.ipynb",
    "02_filters_1d.ipynb.txt",
    "Untitled.ipynb",
    "01_pixels.ipynb",
    "homework.json",
    "x_1_2_y.ipynb",
)
FOLDERS = ("02_filters_1d", "02_Filters", "un", "my work", "homework 2", "03_filters_2d", "nested/deeper")
WRAPPERS = ("un", "export", "submissions", "CNN-02 filters-123", "2026")

words = st.text(st.characters(exclude_characters="/\0\\", exclude_categories=["Cs"]), min_size=1, max_size=8)
files = st.sampled_from(FILES) | words.map(lambda word: f"{word}.ipynb")
folders = st.lists(
    st.sampled_from(FOLDERS) | words.filter(lambda word: word.strip(". ") and word not in SYSTEMS), max_size=2
)
handed = st.tuples(files, folders, st.integers(0, 2), st.booleans())
classes = st.tuples(
    st.lists(handed, min_size=len(NAMES), max_size=len(NAMES)),
    st.lists(st.sampled_from(WRAPPERS), max_size=2),
    st.booleans(),
    st.booleans(),
    st.integers(0, 2),
)


def small(student: str, ids: bool) -> bytes:
    """A notebook with what tells the assignment, and whose it is."""
    cells = [one for one in solved(COURSE, BOOK)["cells"] if grade_id(one)][:12]
    cells = cells if ids else [{**one, "metadata": {}} for one in cells]
    return json.dumps({"cells": [*cells, {"cell_type": "raw", "source": student}]}).encode()


RIGHT = {(name, ids): small(name, ids) for name in NAMES for ids in (True, False)}


def zipped(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def folded(handin: tuple[str, list[str], int, bool], student: str) -> tuple[str, bytes]:
    file, inner, zips, ids = handin
    file = file if not file.startswith(".") else f"x{file}"
    data = RIGHT[student, ids]
    for number in range(zips):
        file, data = f"work{number}.zip", zipped({file: data})
    inner = [folder if not folder.startswith((".", "~$", "._")) else f"x{folder}" for folder in inner]
    return "/".join([*inner, file]), data


@settings(max_examples=300 if "ALL_TESTS" in os.environ else 50, deadline=None)
@given(classes)
def test_every_right_notebook_is_collected(
    made: tuple[list[tuple[str, list[str], int, bool]], list[str], bool, bool, int],
) -> None:
    handins, wrappers, whole, per_assignment, which = made
    names: dict[str, bytes] = {}
    for student, handin in zip(NAMES, handins):
        path, data = folded(handin, student)
        first = (BOOK, student) if per_assignment else (student,)
        names["/".join((*wrappers, *first, path))] = data
        names["/".join((*wrappers, "__MACOSX", *first, "._x.ipynb"))] = b"\0\5\x16\7"
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        source = base / "in"
        if whole:
            source.write_bytes(zipped(names))
        else:
            for name, data in names.items():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                (source / name).write_bytes(data)
        (base / "work").mkdir()
        roster = Roster(tuple(Person(name, name) for name in (*NAMES, "nobody")))
        wishes = (Wishes(), Wishes(BOOK), Wishes(BOOK, roster, missing_is_zero=True))[which]
        plan = collect.plan(COURSE, source, base / "out", base / "work", wishes)
        zero = {task.student for task in plan.tasks if task.zero}
        assert not zero & {*NAMES}
        found = {
            task.student: (plan.copies[task].open() if task in plan.copies else task.path.open("rb")).read()
            for task in plan.tasks
            if task.assignment == BOOK and not task.unread and not task.absent
        }
        wanted = {student: RIGHT[student, handin[3]] for student, handin in zip(NAMES, handins)}
        assert found == wanted, (names.keys(), plan.unmatched)
