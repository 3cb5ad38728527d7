"""What is seen of what was given."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from autograder.intake import tree
from autograder.intake.tree import Folder

NOTEBOOK = b'{"cells": []}'


def put(folder: Path, **files: bytes) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6)), data)
    return buffer.getvalue()


def read(base: Path, skip: Path | None = None) -> Folder:
    work = base / "work"
    work.mkdir(exist_ok=True)
    return tree.read(base / "in", work, skip)


def shown(found: Folder) -> list[str]:
    return [file.shown for file in found.all_files()]


def test_what_systems_leave_is_left_out_and_the_rest_is_sorted(tmp_path: Path) -> None:
    names = [".hidden/a.ipynb", "$RECYCLE.BIN/a.ipynb", "Thumbs.db", "__MACOSX/a.ipynb", "desktop.ini", "z.ipynb"]
    names += ["b/z.ipynb", "b/a.ipynb", "a/x.ipynb", "node_modules/a.ipynb", "~$x.ipynb", "c.ipynb", "..b/x.ipynb"]
    put(tmp_path / "in", **dict.fromkeys(names, NOTEBOOK))
    (tmp_path / "in" / "aa.ipynb").symlink_to(tmp_path / "in" / "z.ipynb")
    (tmp_path / "in" / "d").mkdir()
    found = read(tmp_path)
    assert shown(found) == ["c.ipynb", "z.ipynb", "a/x.ipynb", "b/a.ipynb", "b/z.ipynb"]
    assert list(found.folders) == ["a", "b", "d"] and not list(found.all_problems())
    assert shown(read(tmp_path, skip=tmp_path / "in" / "b")) == ["c.ipynb", "z.ipynb", "a/x.ipynb"]
    assert not found.has_git
    put(tmp_path / "in", **{"a/.git/x.ipynb": NOTEBOOK})
    assert read(tmp_path).folders["a"].has_git and not read(tmp_path).has_git


def test_only_what_may_tell_something_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_FILE", 20)
    files = {"a.ipynb": NOTEBOOK, "b.txt": b"x", "c.png": b"x", "submission_metadata.yml": b"x", "d.TXT": b"x" * 21}
    put(tmp_path / "in", **files, **{"e.ipynb": b"x" * 20, "f.ipynb": b"x" * 21, "g.dat": NOTEBOOK})
    found = read(tmp_path)
    assert [file.name for file in found.files if file.inner] == [
        *("a.ipynb", "b.txt", "e.ipynb", "g.dat", "submission_metadata.yml")
    ]
    assert [file.name for file in found.files if not file.inner] == ["c.png", "d.TXT", "f.ipynb"]
    assert found.problems == [(("f.ipynb",), "it has more than 0 MB: ask for it without its outputs")]


def test_archives_are_folders_with_the_times_of_their_files(tmp_path: Path) -> None:
    inner = packed(**{"x.ipynb": NOTEBOOK, ".git/x": b"", ".y/z.ipynb": NOTEBOOK, "../up.ipynb": b"", "p.png": b"x"})
    put(tmp_path / "in", **{"a.ZIP": inner, "b.ipynb": NOTEBOOK, "c.zip": b"no archive"})
    os.utime(tmp_path / "in" / "b.ipynb", (1e9, 1e9))
    found = read(tmp_path)
    assert shown(found) == ["b.ipynb", "c.zip", "a.ZIP/p.png", "a.ZIP/x.ipynb"]
    assert (found.name, found.folders["a.ZIP"].name) == ("", "a") and found.folders["a.ZIP"].has_git
    assert list(found.all_problems()) == [(("a.ZIP", "..", "up.ipynb"), "its path in the archive leads out of it")]
    assert found.below(("new", "b.zip.x")).name == "b.zip.x" and found.folders["new"].name == "new"
    outer, (picture, one) = found.files[0], found.folders["a.ZIP"].files
    assert (outer.time, outer.in_place, one.in_place) == (1e9, True, False)
    assert time.localtime(one.time)[:6] == time.localtime(picture.time)[:6] == (2020, 1, 2, 3, 4, 6)
    with one.open() as opened:
        assert opened.read() == NOTEBOOK
    (tmp_path / "one.zip").write_bytes(inner)
    assert shown(tree.read(tmp_path / "one.zip", tmp_path)) == ["p.png", "x.ipynb"]


def test_there_is_an_end_to_depth_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "in", **{"a/b/x.ipynb": NOTEBOOK, "a/b/c/x.ipynb": NOTEBOOK})
    monkeypatch.setattr(tree, "MAX_DEPTH", 3)
    assert shown(read(tmp_path)) == ["a/b/x.ipynb"]
    monkeypatch.setattr(tree, "MAX_ENTRIES", 4)
    assert not list(read(tmp_path).all_problems())
    monkeypatch.setattr(tree, "MAX_ENTRIES", 2)
    assert list(read(tmp_path).all_problems()) == [(("a", "b"), "not read to the end: there are too many files")]


@pytest.mark.parametrize(("entries", "per_file", "is_read"), [(3, 10**6, True), (2, 10**6, False), (2, 50, True)])
def test_an_archive_among_others_has_room_of_its_own(
    entries: int, per_file: int, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "INNER_ENTRIES", entries)
    monkeypatch.setattr(tree, "BYTES_PER_FILE", per_file)
    put(tmp_path / "in", **{"a.zip": packed(**{f"{at}.ipynb": NOTEBOOK for at in range(3)})})
    found = read(tmp_path)
    assert len(shown(found)) == 3 * is_read
    assert list(found.all_problems()) == [(("a.zip",), "it has too many files in it")] * (not is_read)


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (-1, False)])
def test_an_archive_leaves_the_others_what_it_did_not_use(
    more: int, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MAX_TOTAL", 3 * len(NOTEBOOK) + more)
    monkeypatch.setattr(tree, "MAX_ENTRIES", 6)
    put(tmp_path / "in", **{f"{name}.zip": packed(**{"x.ipynb": NOTEBOOK}) for name in "abc"})
    found = read(tmp_path)
    assert shown(found) == [f"{name}.zip/x.ipynb" for name in ("abc" if is_read else "ab")]
    assert len(list(found.all_problems())) == (not is_read)


def test_what_may_be_a_notebook_or_an_archive() -> None:
    for name, start, may_be in (
        ("x.IPYNB.txt", b"", True),
        ("x", b"\xef\xbb\xbf \n{", True),
        ("x.gdoc", b"{", False),
        ("x.GSHEET", b"{", False),
        ("x.json", b"[", False),
        ("x", b"", False),
    ):
        assert tree.may_be_notebook(name, start) is may_be, name
    for name, start, is_zip in (
        ("x.ZIP", b"PK\x03\x04...", True),
        ("x.ipynb", b"PK\x03\x04", True),
        ("x.docx", b"PK\x03\x04", False),
        ("x.zip", b"PK\x05\x06", False),
    ):
        assert tree.is_zip(name, start) is is_zip, name


def test_an_archive_that_is_given_counts_as_the_first_of_those_in_one_another(tmp_path: Path) -> None:
    deep = {}
    for depth in range(1, tree.MAX_ZIPS + 2):
        deep[depth] = packed(**({"x.ipynb": NOTEBOOK} if depth == 1 else {f"{depth}.zip": deep[depth - 1]}))
    (tmp_path / "work").mkdir()
    for depth, is_read in ((tree.MAX_ZIPS, True), (tree.MAX_ZIPS + 1, False)):
        (tmp_path / "given.zip").write_bytes(deep[depth])
        found = tree.read(tmp_path / "given.zip", tmp_path / "work")
        assert [name[-7:] for name in shown(found)] == ["x.ipynb"] * is_read
        said = [why for _, why in found.all_problems()]
        assert said == ["not opened: too many archives in one another"] * (not is_read)
        for path in (tmp_path / "work").iterdir():
            path.unlink()
