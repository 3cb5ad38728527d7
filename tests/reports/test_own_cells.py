"""Which of a student's cells stands in the place of which cell of the release."""

from __future__ import annotations

from sample_results import RELEASE, submission

from autograder.grading.submission import NotebookCell
from autograder.reports.own_cells import own_cells

FUNCTION = RELEASE.released["conv1d"].source
CHECK = RELEASE.released["conv1d_check"].source


def code(source: str, name: str = "") -> NotebookCell:
    return NotebookCell("code", source, name)


def test_cells_by_their_ids_and_others_behind_them() -> None:
    cells = submission("ann").cells
    own, added = own_cells(cells, RELEASE)
    assert {name: cell.source for name, cell in own.items()} == {
        "conv1d": cells[1].source,
        "conv1d_check": cells[3].source,
        "weights_fc": cells[5].source,
        "why_not_fc": cells[6].source,
    }
    assert added == {"": [cells[0]], "conv1d": [cells[2]], "conv1d_check": [cells[4]]}


def test_of_several_cells_of_one_exercise_the_last_with_work_counts() -> None:
    first, second, stub = code("x = 1", "conv1d"), code("x = 2", "conv1d"), code(f"{FUNCTION}\n", "conv1d")
    assert own_cells([first, second, stub], RELEASE)[0]["conv1d"] is second
    own, added = own_cells([stub, stub], RELEASE)
    assert own["conv1d"] is stub and added == {"": []}
    # A check is no place for work: the first one is it.
    one, other = code(CHECK, "conv1d_check"), code("assert True", "conv1d_check")
    own, added = own_cells([one, other], RELEASE)
    assert own["conv1d_check"] is one and added["conv1d_check"] == [other]


def test_an_answer_in_several_cells_is_one_text_with_its_pictures() -> None:
    picture = ("a.png", "image/png", "AA==")
    words = NotebookCell("markdown", "One ![x](attachment:a.png)", "why_not_fc", (picture,))
    more = NotebookCell("markdown", "Two ![x](attachment:a.png)", "", (picture,))
    own, added = own_cells([words, more, code("# Three")], RELEASE)
    answer = own["why_not_fc"]
    assert (answer.kind, answer.grade_id) == ("markdown", "why_not_fc")
    assert answer.source.startswith("One ![x](attachment:0-a.png)\n\nTwo ![x](attachment:1-a.png)")
    assert [name for name, _, _ in answer.pictures] == ["0-a.png", "1-a.png"]
    assert answer.source.endswith("```\n# Three\n```") and added == {"": []}


def test_an_untouched_answer_is_the_cell_itself_and_a_lost_one_is_none() -> None:
    untouched = NotebookCell("markdown", RELEASE.released["why_not_fc"].source, "why_not_fc")
    assert own_cells([untouched], RELEASE)[0] == {"why_not_fc": untouched}
    assert own_cells([], RELEASE) == ({}, {"": []})
