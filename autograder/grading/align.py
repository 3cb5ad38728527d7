"""Finding a submission's work in the structure of the release.

A cell is known by its grade id or, where that is lost, by the text that was handed out. Locked cells are never run, so
that it changes nothing what a student did to them (edited, deleted, doubled, moved); but code that was added to a check
cell counts like code in a cell of the student's own. Which cell has an exercise's work is found out where the student's
code may be parsed: behind the wall, see `slicing.work_cell`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from autograder.sandbox.names import BY_TEXT
from autograder.sandbox.slicing import MAX_CELL, CellCode

from .exam import Exam
from .submission import NotebookCell, Submission
from .written import WrittenAnswer, answers_in_words, is_written

MAX_EXTRA = 1_000_000  # characters of code beside the exercises
MIN_PER_CELL = 500  # characters that a cell counts for at least
MAX_HARMLESS = 500  # characters of a line: matching takes the square of its length
MAX_COPIES = 10  # of one exercise's cell
MAX_ASIDE = 500  # cells of text that are looked through for code

# What a check cell may have besides its check without being code that somebody should know of.
_HARMLESS = re.compile(r"\s*(?:(?:check|hint|print|display|help)\((?:(?!:=)[^;])*\)\s*;?\s*)?(?:#.*)?")

_FETCHES = re.compile(
    r"\b(?:pip3?|conda|mamba|uv)\b[^\n]*\binstall\b|\bgit\s+clone\b|\b(?:wget|curl|gdown)\s|\burlretrieve\b|\bfiles\.upload\b"
    r"|\bdrive\.mount\b|\bsys\.path\.(?:append|insert)\b"
)


@dataclass(frozen=True)
class Aligned:
    """A submission laid over its release: `cells` are what may be run.

    `own` has for each exercise the cells that claim to be its, `ends` how many cells there are up to its check, `names`
    what it defines. `answers` are those in words. `aside` are cells of text, which can't be run.
    """

    cells: tuple[CellCode, ...]
    aside: tuple[CellCode, ...]
    names: dict[str, tuple[str, ...]]
    own: dict[str, tuple[int, ...]]
    ends: dict[str, int]
    answers: dict[str, WrittenAnswer]
    notes: tuple[str, ...]

    def end(self, exercise: str) -> int:
        """How many of the cells the exercise may use: those up to its check, as nbgrader would have run them."""
        return max(self.ends.get(exercise, len(self.cells)), *(index + 1 for index in self.own[exercise]), 0)

    def may_be_written(self, exercise: str) -> bool:
        """Whether a cell may hold work on the exercise: its own, if anything is written there, or one that names it."""
        word = re.compile(rf"\b{re.escape(self.names[exercise][0])}\b")
        return any(self.cells[index].written for index in self.own[exercise]) or any(
            word.search(self.cells[index].source) for index in self._others(exercise, range(self.end(exercise)))
        )

    @cached_property
    def fetches(self) -> bool:
        """Whether the student's code brings packages or modules from elsewhere, or looks for them there."""
        return any(cell.origin != "release" and _FETCHES.search(cell.source[:MAX_CELL]) for cell in self.cells)

    def below_the_check(self, exercise: str) -> tuple[str, str]:
        """Labels of the cells below the exercise's check that seem to have work on it, and why that can't count."""
        below = self._mentioning(exercise, range(self.end(exercise), len(self.cells)))
        return (self._labels(below), "which is below the exercise's check") if below else ("", "")

    def out_of_reach(self, exercise: str) -> tuple[str, str]:
        """Labels of the cells that seem to have work on an exercise in which none was found, and why it can't count."""
        labels, why = self.below_the_check(exercise)
        if labels:
            return labels, why
        above = [index for index in self.own[exercise] if not self.cells[index].written]
        before = self._mentioning(exercise, range(above[-1])) if above else []
        if before:
            return self._labels(before), "but the exercise's own cell below was left as it was"
        written = len(above) < len(self.own[exercise])
        if written:
            return "", ""
        reachable = range(self.end(exercise))
        if beside := self._mentioning(exercise, reachable):
            return self._labels(beside), "from which it could not be taken"
        if texts := [cell.place for cell in self.aside if defining(self.names[exercise][0]).search(cell.source)]:
            return ", ".join(texts), "which is not a cell of code"
        hidden = [index for index in self._others(exercise, reachable) if BY_TEXT.search(self.cells[index].source)]
        return (self._labels(hidden), "if its exec, globals() or the like is meant for it") if hidden else ("", "")

    def _labels(self, cells: list[int]) -> str:
        return ", ".join(self.cells[index].place for index in cells)

    def _mentioning(self, exercise: str, cells: range) -> list[int]:
        """The student's cells, among those with these numbers, that seem to define what the exercise asks for."""
        pattern = defining(self.names[exercise][0])
        return [index for index in self._others(exercise, cells) if pattern.search(self.cells[index].source)]

    def _others(self, exercise: str, cells: range) -> Iterator[int]:
        """The cells, among those with these numbers, in which the student wrote, but for the exercise's own."""
        for index in cells:
            cell = self.cells[index]
            written = cell.origin != "release" and cell.written and len(cell.source) <= MAX_CELL
            if written and index not in self.own[exercise]:
                yield index


def align(submission: Submission, exam: Exam) -> Aligned:
    """Lays a submission over the release."""
    layout = _Layout(submission, exam)
    for number, cell in enumerate(submission.cells, start=1):
        layout.place(cell, number)
    own = {name: tuple(found) for name, found in layout.own.items()}
    answers = answers_in_words(submission.cells, exam.release, layout.in_words)
    cells, aside = tuple(layout.cells), tuple(layout.aside)
    return Aligned(cells, aside, layout.names, own, layout.ends, answers, tuple(layout.all_notes()))


@cache
def defining(name: str) -> re.Pattern[str]:
    """Finds in a cell's text what may define a name: a function, a class, an assignment, a loop, an import."""
    word = rf"\b{re.escape(name)}\b"
    part = r"(?:[^#\n(=;]|(?<![\w)\]])\(){0,200}"  # of a line of targets; a bracket behind a name is a call's
    assigned = rf"(?:^|;)(?:{part}(?<!\.))?{word}{part}=(?!=)|=\s*{word}\s*=(?!=)|{word}\s*:="
    bound = rf"^[ \t>]*for\b[^#\n:]{{0,200}}{word}[^#\n:]{{0,200}}\bin\b|\bas\s+{word}"
    imported = rf"\bimport\b[^#\n]{{0,200}}{word}"
    return re.compile(rf"\b(?:def|class)\s+{word}|{assigned}|{bound}|{imported}", re.MULTILINE)


class _Layout:
    """The cells that are placed so far, the release's own first."""

    def __init__(self, submission: Submission, exam: Exam) -> None:
        self.names = {spec.name: spec.variables or (spec.name,) for spec in exam.specs if spec.kind != "written"}
        self.in_words = [spec.name for spec in exam.specs if spec.kind == "written"]
        self.release = exam.release
        self.ids = {cell.grade_id for cell in exam.release} - {""}
        self.handed_out = {comparable(cell.source): cell for cell in exam.release if cell.kind == "code"}
        self.cells = [
            CellCode(f"release {number}", cell.source, "release")
            for number, cell in enumerate(exam.release)
            if cell.kind == "code" and cell.grade_id not in self.names and not cell.grade_id.endswith("_check")
        ]
        self.texts = {comparable(cell.source) for cell in exam.release if cell.kind != "code"}
        self.aside: list[CellCode] = []
        self.own: dict[str, list[int]] = {name: [] for name in self.names}
        self.ends: dict[str, int] = {}
        self.claims = Counter(cell.grade_id for cell in submission.cells if cell.grade_id in self.ids)
        self.claims_left = Counter(self.claims)
        self.changed_checks: list[str] = []
        self.room, self.left_out = MAX_EXTRA, 0

    def place(self, cell: NotebookCell, number: int) -> None:
        """Takes the next cell of the submission."""
        handed_out = self.handed_out.get(comparable(cell.source)) if cell.kind == "code" else None
        lost_id = "" if handed_out is None or handed_out.grade_id in self.claims else handed_out.grade_id
        name = cell.grade_id if cell.grade_id in self.ids else lost_id
        if name in self.in_words:
            return
        if name in self.names:
            self._place_own(name, cell, number)
        elif name.endswith("_check"):
            self._place_check(name, cell, number)
        elif cell.kind == "code" and cell.source.strip() and handed_out is None:
            self._place_extra(cell, number)
        elif cell.kind != "code" and len(cell.source) <= MAX_CELL and comparable(cell.source) not in self.texts:
            self.aside += [CellCode("", cell.source, "extra", place=f"cell {number}")][: MAX_ASIDE - len(self.aside)]

    def _place_own(self, name: str, cell: NotebookCell, number: int) -> None:
        """Of too many copies, the last are taken."""
        if cell.grade_id == name:
            self.claims_left[name] -= 1
        if self.claims_left[name] < MAX_COPIES:
            self.own[name].append(len(self.cells))
            stub = next(item for item in self.release if item.grade_id == name)
            # One character more than is read is enough to tell that it is too long.
            source = cell.source[: MAX_CELL + 1]
            self.cells.append(CellCode(name, source, "solution", is_written(cell.source, stub), f"cell {number}"))

    def _place_check(self, name: str, cell: NotebookCell, number: int) -> None:
        """The exercise ends here. What a student has added to the cell belongs to it."""
        checked = next(item for item in self.release if item.grade_id == name)
        given = {line.strip() for line in checked.source.splitlines()}
        added = [line for line in cell.source.splitlines() if line.strip() not in given]
        if cell.kind == "code" and not all(len(line) <= MAX_HARMLESS and _HARMLESS.fullmatch(line) for line in added):
            self.changed_checks.append(f"{name.removesuffix('_check')} (cell {number})")
            self._place_extra(cell, number)
        self.ends[name.removesuffix("_check")] = len(self.cells)

    def _place_extra(self, cell: NotebookCell, number: int) -> None:
        self.room -= len(cell.source) + MIN_PER_CELL
        if self.room > 0:
            self.cells.append(CellCode(f"cell {number}", cell.source, "extra", place=f"cell {number}"))
        else:
            self.left_out += 1

    def all_notes(self) -> list[str]:
        """What is odd about the submission."""
        notes = [f"{count} cells have the id {name}" for name, count in self.claims.items() if count > 1]
        if self.left_out:
            notes.append(f"{self.left_out} cells were left out: there is too much code beside the exercises")
        if self.changed_checks:
            notes.append(f"code was added to the check of {', '.join(self.changed_checks)}")
        return notes


def comparable(source: str) -> str:
    """A cell's text for comparing: spaces and empty lines don't count."""
    return " ".join(source.split())
