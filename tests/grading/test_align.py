"""What of a notebook is run, and where each exercise's cells are in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.grading.align import Aligned, align, defining
from autograder.grading.submission import NotebookCell
from autograder.grading.written import is_written
from grading.small_exam import STUB, SmallExam, handed_in

EXAM = SmallExam()
EXAM_IDS = {cell.grade_id for cell in EXAM.release} - {"", "setup"}
DOUBLE = NotebookCell("code", "def double(x):\n    return 2 * x", "double")
DOUBLE_CHECK = NotebookCell("code", "check(double)", "double_check")


def aligned(*cells: NotebookCell, exam: SmallExam = EXAM) -> Aligned:
    return align(handed_in(*cells), exam)  # type: ignore[arg-type]


def extra(source: str, grade_id: str = "") -> NotebookCell:
    return NotebookCell("code", source, grade_id)


def sources(found: Aligned, origin: str) -> list[str]:
    return [cell.source for cell in found.cells if cell.origin == origin]


def test_the_releases_own_code_comes_first_and_unchanged() -> None:
    found = aligned(extra("import numpy as evil", "setup"), DOUBLE)
    assert [(cell.label, cell.source, cell.origin) for cell in found.cells] == [
        ("release 1", "import numpy as np", "release"),
        ("release 9", "print('the end')", "release"),
        ("cell 1", "import numpy as evil", "extra"),
        ("double", DOUBLE.source, "solution"),
    ]
    assert found.own == {"double": (3,), "count": (), "pair": ()}
    assert found.notes == ()


def test_what_the_release_has_is_not_run_a_second_time() -> None:
    unchanged = [cell for cell in EXAM.release if cell.kind == "code"]
    found = aligned(*unchanged, extra("  \n"), NotebookCell("markdown", "some words"), NotebookCell("raw", "x = 1"))
    assert sources(found, "extra") == []
    assert len(sources(found, "solution")) == 3
    assert sources(aligned(extra("# Small")), "extra") == ["# Small"], "the release has it, but not as code"


def test_extra_cells_are_named_by_their_places() -> None:
    found = aligned(NotebookCell("markdown", "# Title"), extra("a = 1"), DOUBLE, extra("b = 2"))
    assert [(cell.label, cell.source) for cell in found.cells[2:]] == [
        ("cell 2", "a = 1"),
        ("double", DOUBLE.source),
        ("cell 4", "b = 2"),
    ]


def test_cells_of_an_exercise_are_noted_where_there_are_several() -> None:
    twice = aligned(DOUBLE, DOUBLE_CHECK, extra("def double(x): pass", "double"))
    assert twice.own["double"] == (2, 3)
    assert twice.notes == ("2 cells have the id double",)
    assert aligned(extra("a = 1", "mine"), extra("b = 1", "mine")).notes == ()
    assert aligned(DOUBLE).notes == ()


def test_copies_as_handed_out_are_not_the_work() -> None:
    untouched = extra(STUB, "double")
    found = aligned(DOUBLE, untouched)
    assert [found.cells[index].written for index in found.own["double"]] == [True, False]
    assert found.may_be_written("double") and not aligned(untouched).may_be_written("double")


@pytest.mark.parametrize(("count", "first"), [(1, 0), (9, 0), (10, 0), (11, 1), (13, 3)])
def test_of_many_copies_the_last_ten_count(count: int, first: int) -> None:
    found = aligned(*(extra(f"def double(x): return {number}", "double") for number in range(count)))
    assert sources(found, "solution") == [f"def double(x): return {number}" for number in range(first, count)]
    assert [found.cells[index].source for index in found.own["double"]] == sources(found, "solution")


def test_an_overlong_cell_is_cut_one_character_behind_what_is_read() -> None:
    (source,) = sources(aligned(extra("x" * 60_000, "double")), "solution")
    assert len(source) == 50_001


def test_an_exercise_may_use_the_cells_up_to_its_grade_cell() -> None:
    """As nbgrader would have run them: what stands below the grade cell came too late."""
    found = aligned(extra("a = 1"), DOUBLE, extra("b = 2"), DOUBLE_CHECK, extra("c = 3"), extra("d = 4"))
    usable = found.cells[: found.end("double")]
    assert [cell.source for cell in usable if cell.origin != "release"] == ["a = 1", DOUBLE.source, "b = 2"]


def test_the_last_of_several_grade_cells_is_the_end() -> None:
    found = aligned(DOUBLE, DOUBLE_CHECK, extra("b = 2"), DOUBLE_CHECK, extra("c = 3"))
    assert found.end("double") == 4


def test_a_grade_cell_at_the_very_top_leaves_nothing_to_use() -> None:
    exam = replace(EXAM, release=tuple(cell for cell in EXAM.release if cell.grade_id in EXAM_IDS))
    assert aligned(DOUBLE_CHECK, extra("double = len"), exam=exam).end("double") == 0


def test_without_a_grade_cell_an_exercise_may_use_all_cells() -> None:
    found = aligned(DOUBLE, extra("b = 2"), extra("c = 3"))
    assert found.end("double") == len(found.cells) == 5


def test_a_cell_below_its_grade_cell_may_use_itself_and_no_more() -> None:
    found = aligned(DOUBLE_CHECK, extra("a = 1"), DOUBLE, extra("b = 2"))
    assert found.own["double"] == (3,) and found.end("double") == 4


def test_a_grade_cell_that_the_release_has_not_is_code_of_the_students() -> None:
    assert sources(aligned(extra("t = 1", "treble_check"), extra("def treble(x): pass", "treble")), "extra") == [
        "t = 1",
        "def treble(x): pass",
    ]


def test_texts_are_the_written_answer_whatever_their_cells_are() -> None:
    found = aligned(NotebookCell("code", "Because.", "why"), NotebookCell("markdown", "Or not.", "why"))
    assert found.answers["why"].cell == NotebookCell("code", "Because.", "why")
    assert [cell.source for cell in found.answers["why"].written] == ["Because.", "Or not."]
    assert sources(found, "extra") == []
    assert "2 cells have the id why" in found.notes


@pytest.mark.parametrize(("beside", "kept"), [(999_499, 1), (999_500, 0)])
def test_code_beside_the_exercises_has_a_limit(beside: int, kept: int) -> None:
    """A million characters, of which each cell counts for 500 more than it has."""
    found = aligned(extra("#" * beside), DOUBLE)
    assert len(sources(found, "extra")) == kept
    assert found.notes == (() if kept else ("1 cells were left out: there is too much code beside the exercises",))
    assert found.own["double"], "exercises are not beside"


def test_every_cell_takes_of_that_limit() -> None:
    found = aligned(extra("#" * 499_500), extra("#" * 499_490), extra("a"), extra("b"), DOUBLE)
    assert [len(source) for source in sources(found, "extra")] == [499_500, 499_490]
    assert found.notes == ("2 cells were left out: there is too much code beside the exercises",)


@pytest.mark.parametrize(
    "source",
    [
        "def double(x):\n    return x",
        "if True:\n    def double(x): pass",
        "a = 1\nclass  double: pass",
        "double = lambda x: 2 * x",
        "double=len",
        "double: int = 3",
        "a, double = 1, 2",
        "(a, double) = 1, 2",
        "if (double := 3): pass",
        "(a, (double, b)) = 1, (2, 3)",
        "((double, a), b) = (1, 2), 3",
        "a = double = 3",
        "a = 1; double = 3",
        "for a, double in pairs: pass",
        "with opened() as double: pass",
        "from layers import twice as double",
        ">>> double = 3",
    ],
)
def test_code_for_an_exercise_may_stand_in_another_cell(source: str) -> None:
    assert defining("double").search(source)
    assert aligned(extra(STUB, "double"), extra(source)).may_be_written("double")
    assert aligned(extra(source)).may_be_written("double"), "its own cell is gone"
    assert aligned(extra(f"{source}\ncount = 4", "count")).may_be_written("double"), "in another exercise's cell"


@pytest.mark.parametrize(
    "source",
    [
        "double(3)",
        "show(double, x=3)",
        "x = double(3)",
        "double == 3",
        "a = double == 3",
        "f(a=double, b=3)",
        "[a for a in double]",
        "# double = 3",
        "doubled = 3",
        "my.double = 1",
    ],
)
def test_code_that_uses_an_exercise_does_not_seem_to_be_for_it(source: str) -> None:
    assert not defining("double").search(source)
    assert aligned(extra(STUB, "double"), DOUBLE_CHECK, extra(source)).out_of_reach("double") == ("", "")


@pytest.mark.parametrize(
    "source",
    ["(a,\n double) = 1, 2", "a, \\\ndouble = 1, 2", "for n in range(3): double = n", "if (n == 3): double = 4"],
)
def test_whether_a_cell_that_names_an_exercise_has_work_is_found_out_behind_the_wall(source: str) -> None:
    assert aligned(extra(STUB, "double"), extra(source)).may_be_written("double")
    assert not aligned(extra(STUB, "double"), extra("doubled = my_double = 3")).may_be_written("double")


def test_code_from_which_nothing_was_taken_is_named() -> None:
    found = aligned(extra(STUB, "double"), extra("def double(x):\n    return 2 *"), DOUBLE_CHECK)
    assert found.out_of_reach("double") == ("cell 2", "from which it could not be taken")
    assert aligned(extra("double = len")).out_of_reach("double")[0] == "cell 1", "its own cell is gone"


def test_code_in_a_cell_of_text_is_named() -> None:
    for kind in ("markdown", "raw"):
        found = aligned(extra(STUB, "double"), NotebookCell(kind, "def double(x):\n    return 2 * x"), DOUBLE_CHECK)
        assert not found.may_be_written("double")
        assert found.out_of_reach("double") == ("cell 2", "which is not a cell of code")
        assert aligned(extra(STUB, "double"), NotebookCell(kind, "To double is easy.")).out_of_reach("double") == (
            "",
            "",
        )
    question = NotebookCell("markdown", "Here double = 3 is asked for.")
    exam = replace(EXAM, release=(*EXAM.release, question))
    assert aligned(extra(STUB, "double"), question, exam=exam).out_of_reach("double") == ("", "")


def test_code_that_may_bind_anything_is_named() -> None:
    why = "if its exec, globals() or the like is meant for it"
    for source in (
        "exec(code)",
        "globals()[name] = f",
        "setattr(module, name, f)",
        "import __main__",
        "f.__code__ = g",
    ):
        assert aligned(extra(STUB, "double"), extra(source)).out_of_reach("double") == ("cell 2", why)
    for source in ("model.eval()", "print(1)", "if __name__ == '__main__':\n    print(1)"):
        assert aligned(extra(STUB, "double"), extra(source)).out_of_reach("double") == ("", "")


@pytest.mark.parametrize(
    "source",
    [
        "!pip install x",
        "%pip -q install x",
        "!git clone https://example.org/x",
        "!wget -q https://example.org/x.py",
        "files.upload()",
        "drive.mount('/content/drive')",
        "sys.path.append('x')",
    ],
)
def test_what_a_notebook_fetches_is_seen(source: str) -> None:
    assert aligned(extra(f"import x\n{source}"), DOUBLE).fetches
    exam = replace(EXAM, release=(*EXAM.release, NotebookCell("code", source)))
    assert not aligned(DOUBLE, exam=exam).fetches, "the release does"


def test_variables_are_found_by_the_first_of_them() -> None:
    assert aligned(extra("high = 3"), extra("low = 1")).may_be_written("pair")
    assert not aligned(extra("high = 3")).may_be_written("pair")


def test_code_below_the_check_is_out_of_reach() -> None:
    found = aligned(extra(STUB, "double"), DOUBLE_CHECK, extra("double = len"))
    assert not found.may_be_written("double")
    assert found.out_of_reach("double") == ("cell 3", "which is below the exercise's check")


def test_code_above_an_untouched_cell_is_replaced_by_it() -> None:
    found = aligned(extra("double = len"), extra("a = 1"), extra(STUB, "double"), DOUBLE_CHECK)
    assert found.out_of_reach("double") == ("cell 1", "but the exercise's own cell below was left as it was")
    assert aligned(extra(STUB, "double"), DOUBLE_CHECK).out_of_reach("double") == ("", "")


def test_the_exercises_own_work_is_not_out_of_reach() -> None:
    for cells in ((DOUBLE, extra(STUB, "double")), (extra("double = len"), DOUBLE)):
        assert aligned(*cells).out_of_reach("double") == ("", "")


def test_code_above_the_last_untouched_copy_is_out_of_reach() -> None:
    found = aligned(extra(STUB, "double"), extra("double = len"), extra(STUB, "double"))
    assert found.out_of_reach("double")[0] == "cell 2"


@pytest.mark.parametrize(("length", "found"), [(50_000, True), (50_001, False)])
def test_only_cells_that_are_read_may_have_work(length: int, found: bool) -> None:
    assert aligned(extra("double = len".ljust(length, "#"))).may_be_written("double") is found


def test_what_the_release_has_is_nobodys_work() -> None:
    exam = replace(EXAM, release=(*EXAM.release, NotebookCell("code", "double = 1")))
    assert not aligned(extra(STUB, "double"), exam=exam).may_be_written("double")
    both = NotebookCell("code", "count = None\ndouble = None", "count")
    exam = replace(EXAM, release=tuple(both if cell.grade_id == "count" else cell for cell in EXAM.release))
    assert not aligned(extra(STUB, "double"), both, exam=exam).may_be_written("double")


def test_a_check_may_have_code_of_its_own() -> None:
    check = extra("four = 2 + 2\ncheck(double)", "double_check")
    exam = replace(EXAM, release=tuple(check if cell.grade_id == check.grade_id else cell for cell in EXAM.release))
    for source in (check.source, f"{check.source}\n# seen", "  four = 2 + 2"):
        assert aligned(DOUBLE, replace(check, source=source), exam=exam).notes == ()
    assert aligned(DOUBLE, check).notes == ("code was added to the check of double (cell 2)",)


def test_a_check_that_became_a_text_has_no_code() -> None:
    found = aligned(DOUBLE, NotebookCell("markdown", "double = len", "double_check"), extra("late = 1"))
    assert found.notes == () and sources(found, "extra") == ["late = 1"] and found.end("double") == 3


def test_code_that_was_added_to_a_check_counts_and_is_noted() -> None:
    found = aligned(extra(STUB, "double"), extra("double = len\ncheck(double)", "double_check"), extra("b = 2"))
    assert sources(found, "extra") == ["double = len\ncheck(double)", "b = 2"]
    assert found.may_be_written("double") and found.end("double") == 4
    assert found.notes == ("code was added to the check of double (cell 2)",)


@pytest.mark.parametrize(
    "source",
    ["check(double)  # mine", "# try again\ncheck(double)", "check(double)\nhint(double)", "check(double);", ""],
)
def test_harmless_changes_of_a_check_are_not_noted(source: str) -> None:
    found = aligned(DOUBLE, extra(source, "double_check"), extra("late = 1"))
    assert found.notes == () and sources(found, "extra") == ["late = 1"] and found.end("double") == 3


@pytest.mark.parametrize("source", ["check(double); double = (lambda x: 0)", "print(double := twice(double))"])
def test_code_behind_a_check_in_its_line_is_noted(source: str) -> None:
    found = aligned(extra(STUB, "double"), extra(source, "double_check"))
    assert sources(found, "extra") == [source]
    assert found.notes == ("code was added to the check of double (cell 2)",)


def test_cells_that_lost_their_ids_are_known_by_their_text() -> None:
    release = [cell for cell in EXAM.release if cell.kind == "code"]
    found = aligned(*(extra(f"{cell.source}\n") for cell in release), extra("late = 1"))
    assert [len(cells) for cells in found.own.values()] == [1, 1, 1]
    assert [cell.source for cell in found.cells[: found.end("double")]][-1] == f"{STUB}\n"
    # A check that is repeated elsewhere is no end: the real one is there.
    assert aligned(DOUBLE, DOUBLE_CHECK, extra("b = 2"), extra("check(double)")).end("double") == 3


@pytest.mark.parametrize(
    ("source", "untouched"),
    [
        ("a = None\nb = None", True),
        ("\n\na = None   \nb = None\t\n\n", True),
        ("", True),
        ("  \n ", True),
        ("a = None\n\nb  =  None", True),
        ("a = None\n b = None", True),
        ("a = None\nb=None", False),
        ("a = None", False),
        ("b = None\na = None", False),
        ("a = 1\nb = None", False),
        ("a = None\nb = None\nc = None", False),
    ],
)
def test_a_cell_as_it_was_handed_out_is_known_spaces_apart(source: str, untouched: bool) -> None:
    stub = EXAM.stub("pair")
    assert is_written(source, NotebookCell("code", "a = None\nb = None", "pair")) is not untouched
    assert not is_written(stub.source, stub)
