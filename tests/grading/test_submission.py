"""Reading a notebook's bytes, however broken, and opening its file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import submission
from autograder.grading.submission import NotebookCell, Submission, from_json, parse, read, to_json


def cell(source: Any = "x = 1", kind: Any = "code", grade_id: Any = "relu", **fields: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id}}
    return {"cell_type": kind, "metadata": metadata, "source": source, **fields}


def whole(*cells: Any) -> bytes:
    return json.dumps({"cells": list(cells), "nbformat": 4}).encode()


def parsed(data: bytes) -> Submission:
    found = parse(data, "ann", "01_small")
    assert (found.student, found.assignment, found.refused) == ("ann", "01_small", False)
    return found


def cells(*given: Any) -> tuple[NotebookCell, ...]:
    found = parsed(whole(*given))
    assert found.problem == "" and found.notes == ()
    return found.cells


# --- cells


@pytest.mark.parametrize(
    ("raw", "read_as"),
    [
        (cell(), NotebookCell("code", "x = 1", "relu")),
        (cell(["a = 1\n", 3, None, "b = 2"]), NotebookCell("code", "a = 1\nb = 2", "relu")),
        (cell({"a": 1}), NotebookCell("code", "", "relu")),
        (cell(None), NotebookCell("code", "", "relu")),
        (cell(kind="markdown"), NotebookCell("markdown", "x = 1", "relu")),
        (cell(kind="raw"), NotebookCell("raw", "x = 1", "relu")),
        (cell(kind="heading"), NotebookCell("raw", "x = 1", "relu")),
        (cell(kind=["code"]), NotebookCell("raw", "x = 1", "relu")),
        (cell(grade_id=3), NotebookCell("code", "x = 1", "")),
        (cell(metadata=[]), NotebookCell("code", "x = 1", "")),
        (cell(metadata={}), NotebookCell("code", "x = 1", "")),
        (cell(metadata={"nbgrader": ["relu"]}), NotebookCell("code", "x = 1", "")),
        (cell(metadata={"nbgrader": {}}), NotebookCell("code", "x = 1", "")),
        (cell("a\0b"), NotebookCell("code", "ab", "relu")),
        ({"cell_type": "code"}, NotebookCell("code", "", "")),
        ({"cell_type": "code", "input": "old"}, NotebookCell("code", "old", "")),
        ({"cell_type": "code", "input": "old", "source": "new"}, NotebookCell("code", "new", "")),
        ({}, NotebookCell("raw", "", "")),
    ],
)
def test_cells_however_they_are_written(raw: dict[str, Any], read_as: NotebookCell) -> None:
    assert cells(raw) == (read_as,)


def test_lone_surrogates_are_replaced() -> None:
    assert cells(cell("a\ud800b")) == (NotebookCell("code", "a?b", "relu"),)


def test_what_is_no_cell_is_passed_over() -> None:
    assert cells(3, cell("a"), None, "b", [cell("c")], cell("d")) == (
        NotebookCell("code", "a", "relu"),
        NotebookCell("code", "d", "relu"),
    )
    assert cells() == ()


def test_worksheets_of_old_notebooks() -> None:
    sheets = [{"cells": [cell("a")]}, 3, {"cells": "many"}, {"cells": 5}, {"cells": None}, {}, {"cells": [cell("b")]}]
    found = parsed(json.dumps({"worksheets": sheets, "nbformat": 3}).encode())
    assert [item.source for item in found.cells] == ["a", "b"]
    both = parsed(json.dumps({"worksheets": sheets, "cells": [cell("c")]}).encode())
    assert [item.source for item in both.cells] == ["c"]


# --- encodings


WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", *WIDE])
def test_encodings(encoding: str) -> None:
    found = parsed(json.dumps({"cells": [cell("é = 1")]}, ensure_ascii=False).encode(encoding))
    assert [item.source for item in found.cells] == ["é = 1"]
    assert found.notes == ((f"the file is {encoding[:6].upper()}, not UTF-8",) if encoding in WIDE else ())
    big = b"\xfe\xff" + whole(cell("x")).decode().encode("utf-16-be")
    assert [item.source for item in parsed(big).cells] == ["x"]


@pytest.mark.parametrize("zeros", [1, 2, 3, 4, 2000])
def test_zeros_before_the_text_cost_nothing(zeros: int) -> None:
    assert [item.source for item in parsed(b"\0" * zeros + whole(cell("x"))).cells] == ["x"]


def test_bytes_that_are_no_text_cost_only_themselves() -> None:
    found = parsed(whole(cell("x = 'MARK'")).replace(b"MARK", b"\xff"))
    assert found.cells[0].source == "x = '\ufffd'"
    assert parsed(whole(cell("x")).decode().encode("utf-16") + b"x").cells[0].source == "x"


# --- what can't be read


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"\0\0 \n\t\r\0", "an empty file"),
        (b"3", "JSON, but not a notebook: it has no list of cells"),
        (b"[]", "JSON, but not a notebook"),
        (b"{}", "JSON, but not a notebook"),
        (b'{"cells": "many"}', "JSON, but not a notebook"),
        (b'{"worksheets": 3}', "JSON, but not a notebook"),
        (b"<p>", "not valid JSON"),
        (b'{"cells": [{"cell_type": "code", "source": "x', "was it cut off?"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_can_not_be_read(data: bytes, said: str) -> None:
    found = parsed(data)
    assert said in found.problem and found.cells == () and found.notes == ()


def test_a_notebook_has_a_limit_of_parts() -> None:
    """Half a million lists, dicts and strings."""
    opened = b'{"cells": [' + b"[], " * 499_996  # the outer two, and the string's one
    assert "JSON, but not a notebook" not in parsed(opened + b"[]]}").problem
    assert parsed(opened + b"[]]}").problem == ""
    assert "not valid JSON" in parsed(opened + b'[]]}"').problem, "a lone mark is no string"
    assert "far more parts" in parsed(opened + b"[], []]}").problem
    assert "far more parts" in parsed(opened + b"{}, []]}").problem
    assert "far more parts" in parsed(opened + b'"a", "b"]}').problem
    assert parsed(opened + b'"\\"\\"\\"\\"\\""]}').problem == ""
    assert parsed(b'{"cells": [' + b'"", ' * 499_996 + b'""]}').problem == ""
    assert "far more parts" in parsed(b'{"cells": [' + b'"", ' * 499_997 + b'""]}').problem


def test_whole_cells_of_a_damaged_file_are_found() -> None:
    data = whole(cell("a"), cell("b"), cell("c"))
    cut = parsed(data[: data.index(b'"c"')])
    assert [item.source for item in cut.cells] == ["a", "b"] and cut.problem == ""
    (note,) = cut.notes
    assert "not valid JSON" in note and note.endswith("; 2 whole cells were found in it")
    spoilt = parsed(data.replace(b'"b", ', b'"b" ').replace(b'"b"}', b'"b" 3}'))
    assert [item.source for item in spoilt.cells] == ["a", "c"]


def test_a_cell_that_swallowed_the_next_gives_it_back() -> None:
    lost_its_end = b'{"cells": [{"cell_type": "code", "outputs": [' + json.dumps(cell("b")).encode()
    assert [item.source for item in parsed(lost_its_end).cells] == ["b"]


def test_what_has_no_source_is_no_cell() -> None:
    found = parsed(b'[{"metadata": {}}, {"cell_type": "code", "source": "a"}, ')
    assert [item.source for item in found.cells] == ["a"]


def test_looking_for_cells_has_an_end() -> None:
    """Each try that fails may read the rest of the file: a few times its length is enough."""
    late = json.dumps(cell("late")).encode()
    long = b"1, " * 10**6
    assert parsed(b'{"source": [' * 60 + long + late).cells == ()
    assert [item.source for item in parsed(b'{"source": "x" ' * 60 + late).cells] == ["late"], "these end soon"
    assert [item.source for item in parsed(b'{"source": [' + long + b"x" + late).cells] == ["late"]
    many = b", ".join(json.dumps(cell(f"x{number}")).encode() for number in range(200))
    assert len(parsed(b"[" + many).cells) == 200, "cells that are whole cost no more than their length"


@pytest.mark.parametrize("more", [b"]}", b""], ids=["whole", "damaged"])
def test_a_notebook_has_a_limit_of_cells(more: bytes) -> None:
    most = b", ".join([b'{"source": "x"}'] * 50_000)
    assert len(parsed(b'{"cells": [' + most + more).cells) == 50_000
    found = parse(b'{"cells": [' + most + b', {"source": "x"}' + more, "ann", "01_small")
    assert found.refused and "more than 50000 cells" in found.problem and not found.cells


# --- files


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "ann" / "01_small" / "01_small.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(whole(cell("a")))
    return path


def test_a_notebook_is_read(place: Path) -> None:
    found = read(place, "ann", "01_small")
    assert found.cells == (NotebookCell("code", "a", "relu"),) and not found.refused and found.problem == ""


def refused(place: Path) -> str:
    found = read(place, "ann", "01_small")
    assert found.refused and found.cells == () and (found.student, found.assignment) == ("ann", "01_small")
    return found.problem


def test_only_plain_files_are_opened(place: Path) -> None:
    other = place.with_name("other")
    place.rename(other)
    assert refused(place) == "not opened: 01_small.ipynb is no such file or directory"
    place.symlink_to(other)
    assert refused(place) == "not opened: 01_small.ipynb is a symbolic link"
    place.unlink()
    place.hardlink_to(other)
    assert read(place, "ann", "01_small").cells, "a hard link is a plain file"
    place.unlink()
    place.mkdir()
    assert refused(place) == "not opened: 01_small.ipynb is a folder"
    place.rmdir()
    os.mkfifo(place)
    assert refused(place) == "not opened: 01_small.ipynb is not a regular file"


def test_links_among_the_folders_are_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "ben").symlink_to(tmp_path / "ann")
    assert refused(tmp_path / "ben" / "01_small" / place.name) == "not opened: the folder ben is a symbolic link"
    (tmp_path / "cem").mkdir()
    (tmp_path / "cem" / "01_small").symlink_to(place.parent)
    assert refused(tmp_path / "cem" / "01_small" / place.name) == "not opened: the folder 01_small is a symbolic link"


def test_large_files_are_not_read(place: Path) -> None:
    with place.open("r+b") as file:
        file.truncate(20 * 2**20 + 1)
    found = read(place, "ann", "01_small")
    assert "the notebook has 20 MB of text and code, more than 20: clear its outputs" in found.problem
    assert found.refused, "a person decides"
    start = whole(cell("a"))
    place.write_bytes(start + b" " * (20 * 2**20 - len(start)))
    assert read(place, "ann", "01_small").problem == ""
    with place.open("r+b") as file:
        file.truncate(21 * 2**20 - 2**18)
    assert "the notebook has 21 MB of text and code" in read(place, "ann", "01_small").problem
    with place.open("r+b") as file:
        file.truncate(129 * 2**20 - 2**18)
    found = read(place, "ann", "01_small")
    assert found.problem == "the notebook has 129 MB, more than 128: clear its outputs" and found.refused


@pytest.mark.parametrize("more", [0, 1])
def test_of_large_files_one_is_read_at_a_time(more: int, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which would take the memory of all of them together."""
    turns: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append(place.name)
        yield

    monkeypatch.setattr(submission, "_one_large_file", turn())
    monkeypatch.setattr(submission, "MAX_BYTES", 1000)
    read_of(whole(cell("a")).ljust(1000 + more), place)
    assert len(turns) == more


def test_outputs_and_widgets_take_no_room(place: Path) -> None:
    notebook = json.loads(whole(cell("a")))
    notebook["cells"][0]["outputs"] = [{"data": {"image/png": "A" * 15 * 2**20}}]
    notebook["metadata"] = {"widgets": {"state": {"x": "A" * 15 * 2**20}}}
    place.write_text(json.dumps(notebook))
    found = read(place, "ann", "01_small")
    assert found.problem == "" and found == read_of(whole(cell("a")), place)


def read_of(data: bytes, place: Path) -> Submission:
    place.write_bytes(data)
    return read(place, "ann", "01_small")


PNG = "iVBORw0KGgo="


def test_pictures_in_texts_are_kept() -> None:
    attached = {
        "a.png": {"image/png": PNG},
        "b.svg": {"image/svg+xml": PNG},
        "c.gif": {"image/gif": "no*base64"},
        "d": 3,
        "e.png": {"image/png": 3},
        "f.png": {"image/png": [PNG[:4], 3, f"{PNG[4:]}\n"]},
    }
    (found,) = parsed(
        whole({"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": attached})
    ).cells
    assert found.pictures == (("a.png", "image/png", PNG), ("f.png", "image/png", PNG))
    (found,) = parsed(whole({"cell_type": "code", "source": "x", "attachments": attached})).cells
    assert found.pictures == ()


def test_of_a_conflict_one_side_is_taken() -> None:
    text = (
        whole(cell("a = 1")).decode().replace('"a = 1"', '\n<<<<<<< HEAD\n"a = 1"\n=======\n"a = 2"\n>>>>>>> theirs\n')
    )
    found = parsed(text.encode())
    assert [item.source for item in found.cells] == ["a = 1"]
    assert found.notes == ("the file has git's conflict markers: one side was taken where the two differ",)
    broken = parsed(text.replace('"a = 1"', '"a = ').encode())
    assert [item.source for item in broken.cells] == ["a = 2"], "the side that is whole"
    neither = parsed(text.removesuffix("}").encode())
    assert [item.source for item in neither.cells] == ["a = 1"] and len(neither.notes) == 2, "else the first one"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\n <!DOCTYPE html><html>", "the file is a web page, not a notebook: ask for the .ipynb file itself"),
        (b"%PDF-1.7", "the file is a PDF"),
        (b"PK\x03\x04zip", "the file is a zip archive"),
        (b"\x89PNG\r\n", "the file is a picture"),
        (b"import numpy as np\nx = 1", "the file is a Python script"),
        (b"https://example.org/drive/1abc", "the file is a link"),
        (b"\r\n<!-- saved from url=(0020)https://example.org/ -->", "the file is a web page"),
        (b"From: <Saved by Blink>", "the file is a web page"),
        (b"[InternetShortcut]\r\nURL=https://example.org", "the file is a link"),
        (b"[Desktop Entry]\nType=Link", "the file is a link"),
        (b"bplist00", "the file is a link"),
        (b"L\0\0\0\x01\x14\x02\0\0", "the file is a link"),
        (b'{"doc_id": "1abc", "resource_key": ""}', "the file is a link to a notebook elsewhere"),
        (b'{"url": "https://example.org/drive/1abc"}', "the file is a link to a notebook elsewhere"),
    ],
)
def test_what_is_no_notebook_at_all_is_nobodys_0(data: bytes, said: str) -> None:
    found = parse(data, "ann", "01_small")
    assert found.refused and found.cells == () and found.problem.startswith(said)


def test_a_notebook_may_have_an_address_of_its_own() -> None:
    found = parsed(json.dumps({"url": "https://example.org", "cells": [cell("a")]}).encode())
    assert [item.source for item in found.cells] == ["a"] and found.problem == ""


def test_outputs_of_a_large_file_may_be_nested_as_deep_as_they_like(place: Path) -> None:
    deep = "[" * 150_000 + "]" * 150_000
    place.write_text(f'{{"cells": [{{"cell_type": "code", "source": "a", "outputs": {deep}}}]}}')
    found = read(place, "ann", "01_small")
    assert [item.source for item in found.cells] == ["a"] and found.notes == ()


@pytest.mark.parametrize("more", [0, 1])
def test_of_a_file_up_to_256_kib_outputs_are_read_with_the_rest(more: int, place: Path) -> None:
    """Where they are nested too deeply for that, the cell around them is not found either."""
    deep = "[" * 20_000 + "]" * 20_000
    start = f'{{"cells": [{json.dumps(cell("a"))}, {{"cell_type": "code", "source": "b", "outputs": {deep}}}]}}'
    found = read_of(start.encode().ljust(2**18 + more), place)
    assert [item.source for item in found.cells] == ["a", "b"][: 1 + more] and bool(found.notes) is not bool(more)


def test_a_fault_of_the_graders_is_nobodys_0(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> None:
        raise KeyError("a name of the grader's")

    monkeypatch.setattr(submission, "parse", fails)
    assert refused(place) == "not read: 01_small.ipynb: the grader failed with KeyError"


def test_an_error_without_a_number_is_one_of_the_disk(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object, **named: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(submission.os, "open", fails)
    assert refused(place) == "not opened: 01_small.ipynb is input/output error"


# --- to and from JSON


def test_json_and_back() -> None:
    both = (NotebookCell("code", "é", "relu"), NotebookCell("raw", ""))
    given = Submission("ann", "01_small", both, "p", True, ("a", "b"))
    assert from_json(to_json(given), "ann", "01_small") == given
    assert "ann" not in to_json(given) and "01_small" not in to_json(given)
    assert from_json(to_json(given), "ben", "02_later").student == "ben"
