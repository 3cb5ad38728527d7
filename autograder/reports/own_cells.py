"""A student's cells, laid over the cells of the release: which is whose, and what was added."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader import utils

from autograder.grading.submission import NotebookCell
from autograder.grading.written import WrittenAnswer, answers_in_words

from .releases import ReleaseCells


def own_cells(
    cells: Sequence[NotebookCell], release: ReleaseCells
) -> tuple[dict[str, NotebookCell], dict[str, list[NotebookCell]]]:
    """The student's graded cells by grade id, and the others by the grade id that they follow."""
    in_words = [name for name, cell in release.released.items() if is_in_words(cell)]
    answers = answers_in_words(cells, release.cells, in_words)
    own = {name: merged for name, answer in answers.items() if (merged := _merged(answer)) is not None}
    shown = {id(cell) for answer in answers.values() for cell in (answer.cell, *answer.written)}
    by_id: dict[str, list[NotebookCell]] = {}
    for cell in cells:
        by_id.setdefault(cell.grade_id, []).append(cell)
    for name, release_cell in release.released.items():
        same = by_id.get(name, [])
        worked = [cell for cell in same if cell.source.split() != release_cell.source.split()]
        if same and name not in answers:
            # Of duplicate cells, the one that is graded: the last with work in it.
            own[name] = worked[-1] if worked and not utils.is_grade(release_cell) else same[0]
    added: dict[str, list[NotebookCell]] = {"": []}
    last = ""
    for cell in cells:
        if own.get(cell.grade_id) is cell or id(cell) in shown:
            last = cell.grade_id if cell.grade_id in own else last
        else:
            added.setdefault(last, []).append(cell)
    return own, added


def is_in_words(cell: NotebookNode) -> bool:
    """Whether a cell of the release takes an answer in words."""
    return bool(utils.is_grade(cell) and utils.is_solution(cell))


def _merged(answer: WrittenAnswer) -> NotebookCell | None:
    """All that a student wrote in the place of an answer, as one text with its pictures; None where nothing is left."""
    if not answer.written:
        return answer.cell
    texts, pictures = [], []
    for number, cell in enumerate(answer.written):
        text = f"```\n{cell.source}\n```" if cell.kind == "code" else cell.source
        for name, media_type, data in cell.pictures:
            # Each cell has names of its own: two pictures may be called image.png.
            pictures.append((f"{number}-{name}", media_type, data))
            text = text.replace(f"(attachment:{name})", f"(attachment:{number}-{name})")
        texts.append(text)
    return NotebookCell("markdown", "\n\n".join(texts), answer.written[0].grade_id, tuple(pictures))
