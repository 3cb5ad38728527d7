"""Which assignment a notebook is, from what is in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.notebooks import grade_id, stub, text
from autograder.intake import recognise
from autograder.intake.recognise import Recognized, Recognizer
from autograder.intake.tree import File

FIRST, SECOND = "01_pixels", "02_filters_1d"
RECOGNIZER = Recognizer(COURSE)


def ids(book: str) -> list[str]:
    """The grade ids that no other notebook has."""
    others = {grade_id(cell) for name in COURSE.notebooks if name != book for cell in stub(COURSE, name)["cells"]}
    return [item for item in map(grade_id, stub(COURSE, book)["cells"]) if item and item not in others]


def names(book: str) -> list[str]:
    return [item.name for item in COURSE.notebooks[book].exercises if not item.variables]


def words(book: str) -> list[str]:
    cells = stub(COURSE, book)["cells"]
    return [text(cell) for cell in cells if cell["cell_type"] == "markdown" and len(text(cell)) > 200]


def look(folder: Path, *cells: tuple[str, str, str]) -> Recognized:
    """What a notebook with these cells is: (kind, source, grade id)."""
    made = [
        {"cell_type": kind, "source": source, "metadata": {"nbgrader": {"grade_id": name}} if name else {}}
        for kind, source, name in cells
    ]
    data = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (folder / "x.ipynb").write_text(data)
    return Recognizer(COURSE).look(File(("x.ipynb",), folder, ("x.ipynb",)))


def code(source: str, name: str = "") -> tuple[str, str, str]:
    return "code", source, name


@pytest.mark.parametrize("count", [1, 2, 3])
def test_ids_tell(count: int, tmp_path: Path) -> None:
    assert look(tmp_path, *(code("", name) for name in ids(FIRST)[:count])) == Recognized(FIRST, "", True)


def raw(folder: Path, *ids: str) -> str:
    """What a file is that holds these ids and is no notebook."""
    (folder / "x.ipynb").write_text("".join(f'"grade_id": "{name}", ' for name in ids))
    return Recognizer(COURSE).look(File(("x.ipynb",), folder, ("x.ipynb",))).assignment


def test_three_ids_tell_also_in_a_file_that_is_damaged(tmp_path: Path) -> None:
    first, second = ids(FIRST), ids(SECOND)
    assert raw(tmp_path, *first[:3]) == raw(tmp_path, *first[:3], "unknown") == FIRST
    assert raw(tmp_path, *first[:2]) == raw(tmp_path, *first[:2], "unknown") == ""
    assert raw(tmp_path, *first[:3], second[0]) == raw(tmp_path, *second[:2], *first[:2]) == ""


def test_a_file_is_read_as_far_as_a_notebook_may_be_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three = "".join(f'"grade_id": "{name}", ' for name in ids(FIRST)[:3]).encode()
    size = len(three)
    monkeypatch.setattr(recognise, "CHUNK", size)
    monkeypatch.setattr(recognise, "MAX_FILE", 2 * size)

    def after(blank: int) -> str:
        (tmp_path / "x.ipynb").write_bytes(b" " * blank + three)
        return Recognizer(COURSE).look(File(("x.ipynb",), tmp_path, ("x.ipynb",))).assignment

    # An id may lie across two chunks; what begins after as much as may be read is not seen.
    assert [after(blank) for blank in (0, size - 9, size, 2 * size, 3 * size)] == [FIRST] * 4 + [""]


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("{")
    recognizer, file = Recognizer(COURSE), File(("x.ipynb",), tmp_path, ("x.ipynb",))
    before = recognizer.look(file)
    (tmp_path / "x.ipynb").unlink()
    assert recognizer.look(file) is before


def defined(names: Sequence[str]) -> tuple[str, str, str]:
    return code("\n".join(f"    def {name}(x): ..." for name in names))


def test_two_names_tell_and_one_does_not(tmp_path: Path) -> None:
    first, second = names(FIRST)[:3], names(SECOND)[:3]
    assert look(tmp_path, defined(first[:2])).assignment == FIRST
    unknown = Recognized("", "no assignment was recognized in it", True)
    assert look(tmp_path, defined(first[:1])) == look(tmp_path) == unknown
    # Twice as much as for any other.
    assert look(tmp_path, defined([*first[:2], second[0]])).assignment == FIRST
    several = Recognized("", "it may be more than one assignment", True)
    assert look(tmp_path, defined([*first, *second[:2]])) == several
    assert look(tmp_path, defined([*first[:2], *second[:2]])) == several
    said = "\n".join(f"{name} == 1\nprint({name})" for name in first)
    assert look(tmp_path, code(said), ("markdown", defined(first)[1], "")) == unknown


def test_a_variable_is_defined_where_it_gets_a_value(tmp_path: Path) -> None:
    (book, found), *_ = [
        (item.notebook, item.variables)
        for item in COURSE.exercises()
        if len(item.variables) > 1 and not set(item.variables) & {"x", "w", "b", "k", "n"}
    ]
    assert look(tmp_path, code("\n".join(f"{name}: int = 1" for name in found))).assignment == book
    assert look(tmp_path, code("\n".join(f"{name} = 1" for name in found))).assignment == book
    assert look(tmp_path, code("\n".join(f"    {name} = 1" for name in found))).assignment == ""


def test_one_text_tells_and_two_are_stronger_than_names(tmp_path: Path) -> None:
    one, other = words(FIRST)[:2]
    assert look(tmp_path, ("markdown", one, "")).assignment == FIRST
    assert (
        look(tmp_path, ("markdown", one, ""), ("markdown", other, ""), defined(names(SECOND)[:2])).assignment == FIRST
    )


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "a.ipynb").write_bytes(b"{")
    assert RECOGNIZER.look(File(("a.txt",), tmp_path)).reason == "it is not a notebook"
    assert RECOGNIZER.look(File(("a.png",), tmp_path, ("a.png",))) == Recognized(reason="it is not a notebook")
    assert RECOGNIZER.look(File(("no.ipynb",), tmp_path, ("no.ipynb",))) == Recognized(reason="it can't be read")
    broken = RECOGNIZER.look(File(("a.ipynb",), tmp_path, ("a.ipynb",)))
    assert broken.assignment == "" and broken.reason
