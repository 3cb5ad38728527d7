"""Answers in words: whatever a student wrote in the place of one, in whichever cell it stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from .submission import NotebookCell


@dataclass(frozen=True)
class WrittenAnswer:
    """The cells of a submission that hold an answer in words.

    `cell` is the one that was handed out for it, None where it is gone; `written` are the cells in its place that
    differ from the release: that cell itself, a cell that was added beside it, or a question that was typed into.
    """

    cell: NotebookCell | None
    written: tuple[NotebookCell, ...]


def is_written(source: str, handed_out: NotebookCell) -> bool:
    """Whether a cell holds anything but what was handed out, spaces apart."""
    return bool(source.strip()) and source.split() != handed_out.source.split()


def answers_in_words(
    cells: Sequence[NotebookCell], release: Sequence[NotebookCell], exercises: Sequence[str]
) -> dict[str, WrittenAnswer]:
    """The answer to each of the exercises in words, from a submission's cells."""
    places = _places(cells, release)
    numbers = {cell.grade_id: number for number, cell in enumerate(release)}
    return {name: _answer(cells, places, release, numbers[name]) for name in exercises}


def _places(cells: Sequence[NotebookCell], release: Sequence[NotebookCell]) -> list[int | None]:
    """For each cell of a submission the number of the release's cell that it is: by its id, else by its text."""
    by_id = {cell.grade_id: number for number, cell in enumerate(release) if cell.grade_id}
    by_text = {tuple(cell.source.split()): number for number, cell in reversed(list(enumerate(release)))}
    found: list[int | None] = []
    for cell in cells:
        number = by_id.get(cell.grade_id)
        found.append(by_text.get(tuple(cell.source.split())) if number is None else number)
    return found


def _answer(
    cells: Sequence[NotebookCell], places: Sequence[int | None], release: Sequence[NotebookCell], wanted: int
) -> WrittenAnswer:
    """What stands between the nearest cells of the release around the place of cell number `wanted`.

    Where that cell is gone, only texts and comments count: code there may be anything.
    """
    own = [index for index, place in enumerate(places) if place == wanted]
    known = [index for index, place in enumerate(places) if place is not None]
    region: list[int] = []
    for index in own:
        at = bisect_left(known, index)  # `index` itself is known
        first = known[at - 1] + 1 if at else 0
        region += range(first, known[at + 1] if at + 1 < len(known) else len(cells))
    if not own and known:
        first = max((index for index in known if (places[index] or 0) < wanted), default=-1) + 1
        end = min((index for index in known if index >= first), default=len(cells))
        region = [index for index in range(first, end) if cells[index].kind != "code" or _is_comment(cells[index])]
    written = [cells[index] for index in dict.fromkeys(region) if _differs(cells[index], release[wanted])]
    return WrittenAnswer(cells[own[0]] if own else None, tuple(written))


def _is_comment(cell: NotebookCell) -> bool:
    return all(line.lstrip().startswith("#") for line in cell.source.splitlines() if line.strip())


def _differs(cell: NotebookCell, handed_out: NotebookCell) -> bool:
    return is_written(cell.source, handed_out) or bool(cell.pictures)
