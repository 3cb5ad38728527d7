"""What was given, as one tree of names: folders and the zip archives in them look the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from autograder.grading.submission import MAX_FILE

from .archives import START, ArchiveError, Room, unpacked

MAX_DEPTH = 25  # of folders
MAX_ZIPS = 5  # in one another: a class's, a student's, and what they have packed twice
MAX_ENTRIES, MAX_TOTAL = 300_000, 64 * 2**30  # of everything that was given
# Of an archive among others, which may be one student's or a class's: so much in any case, and more if it is large.
INNER_ENTRIES, INNER_TOTAL = 20_000, 2**30
BYTES_PER_FILE, INNER_RATIO = 1000, 30
SYSTEMS = ("__MACOSX", "$RECYCLE.BIN", "System Volume Information", "node_modules", "__pycache__")
SYSTEM_FILES = ("desktop.ini", "Thumbs.db")
METADATA = ("submission_metadata.yml", "submission_metadata.yaml")


@dataclass(frozen=True)
class File:
    """A file: its path in what was given, and where its bytes lie, below `root`; `inner` is empty for no notebook.

    `time` is the file's, in seconds. `in_place` tells a file of a folder from one that came out of an archive.
    """

    parts: tuple[str, ...]
    root: Path
    inner: tuple[str, ...] = ()
    time: float = 0.0
    in_place: bool = False

    @property
    def name(self) -> str:
        """Its own name."""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """Its path in what was given."""
        return "/".join(self.parts)

    def open(self) -> BufferedReader:
        """The bytes. No link is followed, not even one that has just taken a folder's place. Raises OSError."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in self.inner[:-1]:
                below = os.open(part, flags | os.O_DIRECTORY, dir_fd=folder)
                os.close(folder)
                folder = below
            descriptor = os.open(self.inner[-1], flags, dir_fd=folder)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(22, "not a regular file", self.shown)
        return open(descriptor, "rb")


@dataclass
class Folder:
    """A folder or an archive: what is in it, sorted. `problems` say of what in it was not opened, and why."""

    parts: tuple[str, ...] = ()
    folders: dict[str, Folder] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    problems: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    has_git: bool = False

    @property
    def name(self) -> str:
        """Its own name, that of an archive without its suffix."""
        name = self.parts[-1] if self.parts else ""
        return name[:-4] if name.lower().endswith(".zip") else name

    def all_files(self) -> Iterator[File]:
        """Its files and those of the folders in it."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.all_files()

    def all_problems(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Its problems and those of the folders in it."""
        yield from self.problems
        for folder in self.folders.values():
            yield from folder.all_problems()

    def below(self, names: tuple[str, ...]) -> Folder:
        """The folder at this path below it; made where it is missing."""
        place = self
        for number, name in enumerate(names):
            place = place.folders.setdefault(name, Folder(self.parts + names[: number + 1]))
        return place


def read(source: Path, work: Path, skip: Path | None = None) -> Folder:
    """The tree of a folder or of a zip archive. What comes out of archives is written to the folder `work`.

    What systems and editors leave is left out, and the folder `skip`. Raises ArchiveError when `source` is a file that
    can't be unpacked, and OSError.
    """
    tree = Folder()
    room = Room(work, MAX_ENTRIES, MAX_TOTAL)
    if source.is_dir():
        _walk(tree, source, (), room, os.path.realpath(skip) if skip else "")
    else:
        with source.open("rb") as file:
            _unpack(tree, file, source.stat().st_size, room, 1)
    _sort(tree)
    return tree


def may_be_notebook(name: str, start: bytes) -> bool:
    """Whether a file of this name, which begins like this, may hold a notebook, whatever it is called."""
    if ".ipynb" in name.lower():
        return True
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and not name.lower().endswith((".gdoc", ".gsheet"))


def is_zip(name: str, start: bytes) -> bool:
    """Whether a file is an archive to look into."""
    return start.startswith(b"PK\x03\x04") and name.lower().endswith((".zip", ".ipynb"))


def _wanted(name: str, start: bytes) -> bool:
    return may_be_notebook(name, start) or is_zip(name, start) or _is_told(name)


def _is_told(name: str) -> bool:
    """Whether the file may be one in which an LMS tells something of the hand-ins."""
    return name in METADATA or name.lower().endswith(".txt")


def _is_of_a_system(name: str) -> bool:
    return name != ".." and (name.startswith((".", "~$")) or name in SYSTEMS or name in SYSTEM_FILES)


def _walk(tree: Folder, root: Path, inner: tuple[str, ...], room: Room, skip: str) -> None:
    try:
        entries = sorted(os.scandir(root.joinpath(*inner)), key=lambda entry: entry.name)
    except OSError as error:
        if not inner:
            raise
        tree.problems.append((tree.parts, f"not read: {os.strerror(error.errno or 0).lower()}"))
        return
    for entry in entries:
        room.entries -= 1
        if room.entries < 0:
            tree.problems.append((tree.parts, "not read to the end: there are too many files"))
            return
        parts, below = (*tree.parts, entry.name), (*inner, entry.name)
        if entry.name == ".git":
            tree.has_git = True
        if _is_of_a_system(entry.name) or entry.is_symlink():
            continue
        if entry.is_dir():
            if len(below) < MAX_DEPTH and (not skip or os.path.realpath(entry.path) != skip):
                _walk(tree.below((entry.name,)), root, below, room, skip)
        elif entry.is_file():
            _add(tree, File(parts, root, below, in_place=True), room, 0)


def _add(tree: Folder, file: File, room: Room, depth: int) -> None:
    """Puts a file into the tree; an archive becomes a folder there. `depth` counts the archives around it."""
    try:
        with file.open() as opened:
            status = os.fstat(opened.fileno())
            start = opened.read(START)
            time = file.time or status.st_mtime
            if is_zip(file.name, start):
                _unpack_inner(tree.below((file.name,)), opened, status.st_size, room, depth + 1)
                return
    except OSError as error:
        tree.problems.append((file.parts, f"not read: {os.strerror(error.errno or 0).lower()}"))
        return
    wanted = _wanted(file.name, start) and status.st_size <= MAX_FILE
    if may_be_notebook(file.name, start) and status.st_size > MAX_FILE:
        tree.problems.append((file.parts, f"it has more than {MAX_FILE // 2**20} MB: ask for it without its outputs"))
    tree.files.append(File(file.parts, file.root, file.inner if wanted else (), time, file.in_place))


def _unpack_inner(tree: Folder, file: BinaryIO, size: int, room: Room, depth: int) -> None:
    """An archive among others: what is wrong with it is its own problem, and it may not take all the room."""
    if depth > MAX_ZIPS:
        tree.problems.append((tree.parts, "not opened: too many archives in one another"))
        return
    entries = min(room.entries, max(INNER_ENTRIES, size // BYTES_PER_FILE))
    total = min(room.total, max(INNER_TOTAL, INNER_RATIO * size))
    own = Room(room.folder, entries, total, room.written)
    try:
        _unpack(tree, file, size, own, depth)
    except ArchiveError as error:
        tree.problems.append((tree.parts, f"it {error}"))
    finally:
        room.written = own.written
        room.entries -= entries - own.entries
        room.total -= total - own.total


def _unpack(tree: Folder, file: BinaryIO, size: int, room: Room, depth: int) -> None:
    """Puts what is in an archive into the tree, also where it can't be read to its end. Raises ArchiveError."""
    found: list[tuple[Folder, File]] = []
    try:
        for entry in unpacked(file, size, room, _wanted):
            tree.has_git |= entry.parts[0] == ".git"
            if any(map(_is_of_a_system, entry.parts)):
                continue
            parts = (*tree.parts, *entry.parts)
            if entry.problem:
                tree.problems.append((parts, entry.problem))
                continue
            inner = (entry.path.name,) if entry.path else ()
            folder = tree.below(entry.parts[:-1][:MAX_DEPTH])
            found.append((folder, File(parts, room.folder, inner, entry.time)))
    finally:
        for folder, one in found:
            if one.inner:
                _add(folder, one, room, depth)
            else:
                folder.files.append(one)


def _sort(tree: Folder) -> None:
    tree.files.sort(key=lambda file: file.parts)
    tree.folders = dict(sorted(tree.folders.items()))
    for folder in tree.folders.values():
        _sort(folder)
