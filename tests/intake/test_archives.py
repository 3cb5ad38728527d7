"""Zip archives from students: whatever is in one, it costs its student alone, and nothing is written elsewhere."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.intake import archives, collect, tree
from autograder.intake.archives import ArchiveError
from autograder.intake.plans import Plan, Wishes
from intake.exports import BOOK, notebook, zipped

RIGHT = notebook("zoe")


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


def encrypted(name: str) -> bytes:
    data = bytearray(packed((name, RIGHT)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def changed(data: bytes) -> bytes:
    """The same archive with its first entry's bytes changed."""
    middle = len(data) // 2
    return data[:middle] + bytes(200) + data[middle + 200 :]


def plan(folder: Path, base: Path) -> Plan:
    (base / "work").mkdir()
    return collect.plan(COURSE, folder, base / "out", base / "work", Wishes(BOOK))


BAD = {
    "damaged": lambda: b"PK\x03\x04" + RIGHT[:5000],
    "cut": lambda: zipped(f"{BOOK}.ipynb", RIGHT)[:-30],
    "changed": lambda: changed(zipped(f"{BOOK}.ipynb", RIGHT)),
    "encrypted": lambda: encrypted(f"{BOOK}.ipynb"),
    "link": lambda: packed(link(f"{BOOK}.ipynb", "/etc/passwd")),
    "up": lambda: packed((f"../../ada/{BOOK}/{BOOK}.ipynb", RIGHT)),
    "absolute": lambda: packed((f"/tmp/{BOOK}.ipynb", RIGHT)),
    "drive": lambda: packed((f"C:\\work\\{BOOK}.ipynb", RIGHT)),
    "directory": lambda: b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, 2**31, 0, 0),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_archive_costs_its_student_alone(kind: str, tmp_path: Path) -> None:
    for student, data in (("ada", zipped(f"{BOOK}.ipynb", RIGHT)), ("eve", BAD[kind]())):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "work.zip").write_bytes(data)
    ada, eve = plan(tmp_path / "in", tmp_path).tasks
    assert (ada.student, ada.unread, ada.absent) == ("ada", "", "")
    assert eve.unread.startswith(f"no notebook of {BOOK} was found") and "work.zip" in eve.unread
    assert not eve.zero and {path.name for path in tmp_path.iterdir()} <= {"in", "work"}


def test_an_archive_gives_no_more_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_BYTES", 2**22)
    data = packed(*((f"{number}/{BOOK}.ipynb", b"{" + bytes(2**21)) for number in range(8)))
    room = archives.Room(tmp_path, 100, 2**40)
    with pytest.raises(ArchiveError, match="far more than its own size"):
        list(archives.unpacked(io.BytesIO(data), len(data), room, lambda name, start: True))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2**22 + 2**21


def test_too_many_files_are_not_opened(tmp_path: Path) -> None:
    data = packed(*((str(number), b"") for number in range(30)))
    with pytest.raises(ArchiveError, match="too many files"):
        list(archives.unpacked(io.BytesIO(data), len(data), archives.Room(tmp_path, 29, 2**30), lambda *given: True))


def test_one_archive_takes_no_room_from_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "INNER_ENTRIES", 50)
    for student, data in (("eve", packed(*((f"{n}.txt", b"") for n in range(60)))), ("zoe", zipped("a.ipynb", RIGHT))):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "work.zip").write_bytes(data)
    eve, zoe = plan(tmp_path / "in", tmp_path).tasks
    assert "it has too many files in it" in eve.unread and not zoe.unread


def test_archives_in_archives_are_opened_to_a_depth(tmp_path: Path) -> None:
    (tmp_path / "in" / "zoe").mkdir(parents=True)
    (tmp_path / "in" / "eve").mkdir(parents=True)
    deep = RIGHT
    for name in (f"{BOOK}.ipynb", "a.zip", "b.zip", "c.zip", "d.zip"):
        deep = zipped(name, deep)
    (tmp_path / "in" / "zoe" / "e.zip").write_bytes(deep)
    (tmp_path / "in" / "eve" / "f.zip").write_bytes(zipped("e.zip", deep))
    eve, zoe = plan(tmp_path / "in", tmp_path).tasks
    assert "too many archives in one another" in eve.unread and not zoe.unread


def test_names_are_words(tmp_path: Path) -> None:
    """Names that differ by case only, the same name twice, and one that UTF-8 was written in without saying so."""
    odd = zipfile.ZipInfo("Zoë.ipynb".encode().decode("cp437"))
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(
            ("A.ipynb", RIGHT), ("a.ipynb", b"{}"), ("a.ipynb", b"{ }"), (odd, b"{}"), ("sub\\b.ipynb", b"{}")
        )
    headers = re.compile(rb"(PK(?:\x03\x04..|\x01\x02....)\x00)\x08\x08", re.DOTALL)
    data = headers.sub(lambda found: found[1] + b"\x00\x08", data)
    room = archives.Room(tmp_path, 100, 2**30)
    entries = list(archives.unpacked(io.BytesIO(data), len(data), room, tree.may_be_notebook))
    assert [entry.parts for entry in entries][:3] == [("A.ipynb",), ("a.ipynb",), ("a.ipynb",)]
    assert entries[4].parts == ("sub", "b.ipynb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", zlib.compress(RIGHT)])
def test_a_source_that_is_no_archive_is_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match="is damaged, or not a zip archive"):
        plan(tmp_path / "x.zip", tmp_path)


def test_no_link_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "eve"
    folder.mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_bytes(RIGHT)
    file = tree.File(("eve", "x.ipynb"), tmp_path / "in", ("eve", "x.ipynb"))
    (folder / "x.ipynb").symlink_to(tmp_path / "secret.ipynb")
    assert list(tree.read(tmp_path / "in", tmp_path).all_files()) == []
    with pytest.raises(OSError):
        file.open()
    (folder / "x.ipynb").unlink()
    folder.rmdir()
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "x.ipynb").write_bytes(RIGHT)
    folder.symlink_to(tmp_path / "away")
    with pytest.raises(OSError):
        file.open()
    os.mkfifo(tmp_path / "in" / "pipe.ipynb")
    with pytest.raises(OSError):
        tree.File(("pipe.ipynb",), tmp_path / "in", ("pipe.ipynb",)).open()


def opened(data: bytes, folder: Path, entries: int = 100) -> list[archives.ArchiveEntry]:
    room = archives.Room(folder, entries, 2**30)
    return list(archives.unpacked(io.BytesIO(data), len(data), room, lambda name, start: name.endswith(".ipynb")))


def test_an_entry_has_its_time_and_its_bytes(tmp_path: Path) -> None:
    dated = zipfile.ZipInfo("./a/b.ipynb", (2026, 7, 26, 21, 4, 6))
    never = zipfile.ZipInfo("never.ipynb", (2107, 15, 31, 0, 0, 0))
    one, other, note = opened(packed((dated, RIGHT), (never, b"{}"), ("note.txt", b"x")), tmp_path)
    assert one.parts == ("a", "b.ipynb") and one.path is not None and one.path.read_bytes() == RIGHT
    assert time.localtime(one.time)[:6] == (2026, 7, 26, 21, 4, 6)
    assert other.path is not None and (note.path, note.problem) == (None, "")
    assert [path.name for path in tmp_path.iterdir() if path.read_bytes() not in (RIGHT, b"{}")] == []


LEADS_OUT = "its path in the archive leads out of it"


@pytest.mark.parametrize("name", ["/a.ipynb", "\\a.ipynb", "a/../b.ipynb", "..\\a.ipynb", "c:a.ipynb", "./"])
def test_a_path_that_leads_out_is_not_written(name: str, tmp_path: Path) -> None:
    entries = opened(packed((name, RIGHT)), tmp_path)
    assert [(entry.problem, entry.time) for entry in entries] == [(LEADS_OUT, 0)] * (name != "./")
    assert all(entry.parts[-1] in ("a.ipynb", "b.ipynb", "c:a.ipynb") for entry in entries), "it is told which"
    assert not list(tmp_path.iterdir())


def test_a_long_word_before_the_end_is_no_other_archive(tmp_path: Path) -> None:
    buffer = io.BytesIO(packed(("a.ipynb", RIGHT)))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"x" * (2**16 - 1)
    assert len(opened(buffer.getvalue(), tmp_path)) == 1


def large_directory(length: int, comment: int = 0) -> bytes:
    """The end of an archive of the newer kind, which says that its directory has so many bytes."""
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, length, 0)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    return record + locator + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, 0, 0, comment) + bytes(comment)


def test_a_directory_has_no_more_bytes_than_its_entries_need(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="too many files"):
        opened(large_directory(2**40), tmp_path)
    with pytest.raises(ArchiveError, match="too many files"):
        opened(large_directory(2**40, comment=2**16 - 1), tmp_path)
    with pytest.raises(ArchiveError, match="damaged"):
        opened(large_directory(100 * archives.BYTES_PER_ENTRY), tmp_path)
    data = packed(*(("n" * 60_000 + f"{number}", b"") for number in range(5)))
    with pytest.raises(ArchiveError, match="too many files"):
        opened(data, tmp_path, 100)
    assert len(opened(data, tmp_path, 1000)) == 5


def test_the_directory_that_is_measured_is_the_one_that_is_read(tmp_path: Path) -> None:
    """An end record inside the end record, and one of the newer kind that its locator does not lead to."""
    data = packed(*((f"{'n' * 40}{number}", b"") for number in range(300)))
    length = struct.unpack("<L", data[-10:-6])[0]
    inside = data[:-18] + b"PK\x05\x06" + data[-14:-6] + bytes(4) + data[-2:]
    start = data[:-22]
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 300, 300, length, len(start) - length)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    astray = start + record + locator + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 300, 300, 100, 0, 0)
    for made in (data, inside, astray):
        with pytest.raises(ArchiveError):
            opened(made, tmp_path, 5)


def test_what_a_comment_says_is_no_directory(tmp_path: Path) -> None:
    """An empty archive that has the end of a large one for its comment."""
    comment = large_directory(2**40)[:76].replace(struct.pack("<LQL", 0, 0, 1), struct.pack("<LQL", 0, 22, 1))
    assert opened(b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(comment)) + comment, tmp_path) == []


def test_a_notebook_of_more_than_may_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILE", 2**20)
    exact, more = opened(packed(("a.ipynb", bytes(2**20)), ("b.ipynb", bytes(2**20 + 1))), tmp_path)
    assert exact.path is not None and exact.path.stat().st_size == 2**20
    assert more.problem == "it has more than 1 MB: ask for it without its outputs"


def test_all_archives_share_the_room(tmp_path: Path) -> None:
    room = archives.Room(tmp_path, 10, 3000)
    data = packed(("a.ipynb", b"x" * 1000), ("b.ipynb", b"x" * 1000))

    def read() -> int:
        return len(list(archives.unpacked(io.BytesIO(data), len(data), room, lambda *given: True)))

    assert read() == 2 and (room.entries, room.total, room.written) == (8, 1000, 2)
    with pytest.raises(ArchiveError, match="than there is room for"):
        read()


def test_what_is_no_entry_to_read_costs_itself(tmp_path: Path) -> None:
    """A file that says it is encrypted, and one that is packed in a way of no name, beside one that is whole."""
    data = bytearray(packed(("locked.ipynb", RIGHT), ("odd.ipynb", RIGHT), ("whole.ipynb", RIGHT)))
    first, second, _ = (found.start() for found in re.finditer(rb"PK\x01\x02", data))
    data[first + 8] |= 1
    data[second + 10] = 99
    entries = opened(bytes(data), tmp_path)
    problems = ["it is encrypted: ask for the file itself", "it is damaged in the archive", ""]
    assert [entry.problem for entry in entries] == problems
    assert [path.name for path in tmp_path.iterdir()] == ["2"] and entries[2].path == tmp_path / "2"


@pytest.mark.parametrize(
    ("name", "raw", "read"),
    [
        ("Z.ipynb", b"\x82.ipynb", "é.ipynb"),
        ("ZZ.ipynb", "é.ipynb".encode(), "é.ipynb"),
        ("é.ipynb", "é.ipynb".encode(), "é.ipynb"),
        ("┬á.ipynb", "┬á.ipynb".encode(), "┬á.ipynb"),
    ],
)
def test_a_name_is_utf_8_if_it_can_be(name: str, raw: bytes, read: str, tmp_path: Path) -> None:
    """One of an old system, one in UTF-8 that doesn't say so, and two that do; the last could be taken for another."""
    data = packed((name, b"{}")).replace(name.encode(), raw)
    assert [entry.parts for entry in opened(data, tmp_path)] == [(read,)]


def test_what_comes_out_is_measured_by_the_archives_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_BYTES", 0)
    data = packed(("a.ipynb", bytes(2**20)))
    enough = -(-(2**20) // len(data))
    for ratio, folder in ((enough, tmp_path / "a"), (enough - 1, tmp_path / "b")):
        folder.mkdir()
        monkeypatch.setattr(archives, "MAX_RATIO", ratio)
        if ratio == enough:
            assert len(opened(data, folder)) == 1
        else:
            with pytest.raises(ArchiveError, match="far more than its own size"):
                opened(data, folder)


def test_the_room_may_be_used_to_its_last_byte(tmp_path: Path) -> None:
    data = packed(("a.ipynb", b"x" * 3000))
    room = archives.Room(tmp_path, 1, 3000, written=1)
    assert len(list(archives.unpacked(io.BytesIO(data), len(data), room, lambda *given: True))) == 1
    assert (room.entries, room.total, room.written) == (0, 0, 2)
    room = archives.Room(tmp_path, 1, 2999, written=2)
    with pytest.raises(ArchiveError, match="far more"):
        list(archives.unpacked(io.BytesIO(data), len(data), room, lambda *given: True))


def test_what_is_not_wanted_takes_the_room_of_its_beginning(tmp_path: Path) -> None:
    data = packed(("a.txt", b"x" * 3000), ("folder/", b""), ("b.txt", b"x"))
    room = archives.Room(tmp_path, 2, 3000)
    found = list(archives.unpacked(io.BytesIO(data), len(data), room, lambda name, start: len(start) > archives.START))
    assert [entry.path for entry in found] == [None, None]
    assert (room.entries, room.total) == (0, 3000 - archives.START - 1)
