"""Zip archives from outside, read within limits: nothing in one decides where a file is written, or how much.

The files that may matter are written under numbers; their names in the archive are only words.
"""

from __future__ import annotations

import contextlib
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.grading.submission import MAX_FILE

MAX_RATIO = 300  # of what comes out to the archive's own size; text takes a tenth, an empty picture a hundredth
FREE_BYTES = 100 * 2**20  # that any archive may give, whatever the ratio
BYTES_PER_ENTRY = 1000  # of an archive's directory
START = 512  # bytes of a file that tell what it is
CHUNK = 2**20
_UTF_8_NAME = 0x800


class ArchiveError(Exception):
    """An archive that is not opened, or not to its end; the message says why, in words that continue its name."""


class _Damaged(Exception):
    """An entry that can't be read."""


@dataclass
class Room:
    """What may still come out of an archive and of those in it; `written` files lie in `folder`."""

    folder: Path
    entries: int
    total: int
    written: int = 0

    def new_path(self) -> Path:
        """Where the next file goes."""
        self.written += 1
        return self.folder / str(self.written)


@dataclass(frozen=True)
class ArchiveEntry:
    """A file in an archive: its path there, and the file with its bytes; None where it can't be a notebook.

    `problem` says why an entry was left out. `time` is the archive's, in seconds; 0 where the entry was left out.
    """

    parts: tuple[str, ...]
    path: Path | None = None
    time: float = 0.0
    problem: str = ""


def unpacked(file: BinaryIO, size: int, room: Room, wanted: Callable[[str, bytes], bool]) -> Iterator[ArchiveEntry]:
    """The files of an archive of `size` bytes. Those that are `wanted`, by name and first bytes, are written.

    Raises ArchiveError where it can't be opened, holds too much, or is damaged, and OSError where the disk is full.
    """
    try:
        _check_directory(file, room.entries)
        archive = zipfile.ZipFile(file)
    except ArchiveError:
        raise
    except Exception:  # zipfile has no end of errors for what is damaged
        raise ArchiveError("is damaged, or not a zip archive") from None
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        room.entries -= len(infos)
        if room.entries < 0:
            raise ArchiveError("has too many files in it")
        room_here = Room(room.folder, room.entries, min(room.total, max(FREE_BYTES, MAX_RATIO * size)))
        for info in infos:
            before = room_here.total
            yield _entry(archive, info, room, room_here, wanted)
            room.total -= before - room_here.total


def _check_directory(file: BinaryIO, entries: int) -> None:
    """ArchiveError for a directory that would fill the memory before an entry of it is seen.

    Its length is the one that zipfile will read: another reader could be led to another record.
    """
    record = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if record is None:
        raise ArchiveError("is damaged, or not a zip archive")
    if record[zipfile._ECD_SIZE] > entries * BYTES_PER_ENTRY:  # type: ignore[attr-defined]
        raise ArchiveError("has too many files in it")


def _entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: Room, here: Room, wanted: Callable[[str, bytes], bool]
) -> ArchiveEntry:
    """An entry, written if it is wanted. Raises ArchiveError when there is no room for it."""
    parts, when = _parts(info), _seconds(info)
    if not parts or ".." in parts or info.filename.startswith(("/", "\\")) or parts[0][1:2] == ":":
        return ArchiveEntry(parts or ("?",), problem="its path in the archive leads out of it")
    if stat.S_ISLNK(info.external_attr >> 16):
        return ArchiveEntry(parts, problem="it is a symbolic link")
    if info.flag_bits & 1:
        return ArchiveEntry(parts, problem="it is encrypted: ask for the file itself")
    path = room.new_path()
    try:
        with _opened(archive, info) as packed:
            chunk = _read(packed, START)
            here.total -= len(chunk)
            if not wanted(parts[-1], chunk):
                return ArchiveEntry(parts, time=when)
            if info.file_size > MAX_FILE:
                return ArchiveEntry(
                    parts, problem=f"it has more than {MAX_FILE // 2**20} MB: ask for it without its outputs"
                )
            with path.open("xb") as out:
                while chunk:
                    out.write(chunk)
                    # What the directory says of a size may be a lie, but zipfile reads no further than that.
                    chunk = _read(packed, CHUNK)
                    here.total -= len(chunk)
                    if here.total < 0:
                        raise ArchiveError("holds far more than its own size, or than there is room for")
    except _Damaged:
        path.unlink(missing_ok=True)
        return ArchiveEntry(parts, problem="it is damaged in the archive")
    return ArchiveEntry(parts, path, when)


@contextlib.contextmanager
def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    try:
        packed = archive.open(info)
    except Exception:  # as for the archive itself
        raise _Damaged from None
    with packed:
        yield packed  # type: ignore[misc]


def _read(packed: BinaryIO, size: int) -> bytes:
    try:
        return packed.read(size)
    except Exception:  # each way of packing has errors of its own, OSError among them
        raise _Damaged from None


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """An entry's path. Names are UTF-8 in most archives, also where these don't say so."""
    name = info.filename
    if not info.flag_bits & _UTF_8_NAME:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def _seconds(info: zipfile.ZipInfo) -> float:
    return time.mktime((*info.date_time, 0, 0, -1))
