"""Which assignment a notebook is: told by its grade ids, its texts and what it defines, not by its file's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from autograder.course import Course
from autograder.grading.align import comparable
from autograder.grading.pruning import pruned
from autograder.grading.submission import MAX_FILE, SMALL_FILE, NotebookCell, parse

from .archives import START
from .tree import File, may_be_notebook

MIN_IDS = 3  # grade ids of one assignment, and none of another
CHUNK = 2**20
MIN_TEXT = 30  # characters of a text that tells anything
ID_POINTS, TEXT_POINTS, NAME_POINTS = 3, 2, 1
MIN_POINTS = 2
_GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"\\]{1,200})"')
_DEFINED = re.compile(r"^\s*(?:def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]{1,100})?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Recognized:
    """What a file is: an assignment or, where that is unclear, the reason. `problem` says why it is not a notebook."""

    assignment: str = ""
    reason: str = ""
    is_notebook: bool = False


@dataclass(frozen=True)
class Marks:
    """What tells an assignment: each grade id, text and name that only one has, with its name."""

    ids: Mapping[str, str]
    texts: Mapping[str, str]
    names: Mapping[str, str]


class Recognizer:
    """Recognizes the assignments of a course; each file is read once."""

    def __init__(self, course: Course) -> None:
        self._marks = _marks(course)
        self._known: dict[File, Recognized] = {}

    def look(self, file: File) -> Recognized:
        """What a file is. Never raises."""
        if file not in self._known:
            self._known[file] = self._look(file)
        return self._known[file]

    def _look(self, file: File) -> Recognized:
        if not file.inner:
            return Recognized(reason="it is not a notebook")
        try:
            data, found = self._read(file)
        except OSError:
            return Recognized(reason="it can't be read")
        if found:
            return Recognized(found, is_notebook=True)
        if not may_be_notebook(file.name, data[:START]):
            return Recognized(reason="it is not a notebook")
        submission = parse(pruned(data) if len(data) > SMALL_FILE else data, "", "")
        if submission.problem:
            return Recognized(reason=submission.problem, is_notebook=not submission.refused)
        points = self._points(submission.cells)
        (best, most), (_, second) = (*points.most_common(2), ("", 0), ("", 0))[:2]
        if most >= MIN_POINTS and most >= 2 * second:
            return Recognized(best, is_notebook=True)
        said = "it may be more than one assignment" if most >= MIN_POINTS else "no assignment was recognized in it"
        return Recognized(reason=said, is_notebook=True)

    def _read(self, file: File) -> tuple[bytes, str]:
        """A file's bytes, or so many as tell its assignment, and that."""
        parts: list[bytes] = []
        ids: set[str] = set()
        size, rest = 0, b""
        with file.open() as opened:
            while size <= MAX_FILE and (chunk := opened.read(CHUNK)):
                size += len(chunk)
                parts.append(chunk)
                for match in _GRADE_ID.finditer(rest + chunk):
                    ids.add(match[1].decode("utf-8", "replace"))
                rest = chunk[-300:]
                found = {self._marks.ids[name] for name in ids if name in self._marks.ids}
                if len(found) == 1 and len(ids & self._marks.ids.keys()) >= MIN_IDS:
                    return b"", found.pop()
        return b"".join(parts), ""

    def _points(self, cells: tuple[NotebookCell, ...]) -> Counter[str]:
        points: Counter[str] = Counter()
        for name in {cell.grade_id for cell in cells} & self._marks.ids.keys():
            points[self._marks.ids[name]] += ID_POINTS
        for text in {comparable(cell.source) for cell in cells} & self._marks.texts.keys():
            points[self._marks.texts[text]] += TEXT_POINTS
        defined = {name for cell in cells if cell.kind == "code" for name in _defined(cell.source)}
        for name in defined & self._marks.names.keys():
            points[self._marks.names[name]] += NAME_POINTS
        return points


def _defined(source: str) -> Iterator[str]:
    for match in _DEFINED.finditer(source):
        yield match[1] or match[2]


@cache
def _marks(course: Course) -> Marks:
    """What only one assignment of a course has. What can't be read has no marks of its own."""
    ids: list[tuple[str, str]] = []
    texts: list[tuple[str, str]] = []
    names: list[tuple[str, str]] = []
    for assignment, book in course.notebooks.items():
        path = course.release(assignment)
        cells = parse(path.read_bytes(), "", assignment).cells if path.is_file() else ()
        ids += {(cell.grade_id, assignment) for cell in cells if cell.grade_id}
        found = {comparable(cell.source) for cell in cells}
        texts += {(text, assignment) for text in found if len(text) >= MIN_TEXT}
        for exercise in book.exercises:
            names += [(name, assignment) for name in exercise.variables or (exercise.name,)]
    return Marks(_unique(ids), _unique(texts), _unique(names))


def _unique(marks: list[tuple[str, str]]) -> dict[str, str]:
    counts = Counter(mark for mark, _ in set(marks))
    return {mark: assignment for mark, assignment in marks if counts[mark] == 1}
