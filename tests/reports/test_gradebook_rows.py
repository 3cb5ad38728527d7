"""Rows of the gradebook: what a run adds, what it updates, and what it leaves as a person has it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sample_results import BOOK, RELEASES, book, result, usual

from autograder.intake.collected import Person
from autograder.reports import gradebook
from autograder.reports.database import GradebookError
from autograder.reports.releases import ReleaseCells

CHECK, NUMBER, WORDS = "conv1d_check", "weights_fc_check", "why_not_fc"


class Held:
    """A gradebook in a file, looked at and changed past the code under test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, gradebook.default_url(folder)

    def write(self, *results: Any, releases: Any = RELEASES, **options: Any) -> None:
        gradebook.write(results, self.url, releases, **options)

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.folder / "gradebook.db")
        with connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def grades(self, student: str) -> dict[str, tuple[Any, ...]]:
        rows = self.ask(
            "SELECT base_cell.name, auto_score, manual_score, extra_credit, needs_manual_grade FROM grade "
            "JOIN base_cell ON base_cell.id = grade.cell_id "
            "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
            "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
            "WHERE student_id = ?",
            student,
        )
        assert len({name for name, *_ in rows}) == len(rows)
        return {name: tuple(fields) for name, *fields in rows}

    def comments(self, student: str) -> dict[str, str | None]:
        return dict(
            self.ask(
                "SELECT base_cell.name, auto_comment FROM comment JOIN base_cell ON base_cell.id = comment.cell_id "
                "JOIN submitted_notebook ON submitted_notebook.id = comment.notebook_id "
                "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
                "WHERE student_id = ?",
                student,
            )
        )  # type: ignore[arg-type]

    def by_hand(self, cell: str, **fields: Any) -> None:
        for field, value in fields.items():
            self.ask(
                f"UPDATE grade SET {field} = ? WHERE cell_id IN (SELECT id FROM base_cell WHERE name = ?)", value, cell
            )

    def cells(self) -> list[tuple[Any, ...]]:
        return self.ask("SELECT name, type FROM base_cell ORDER BY name, type")

    def sources(self) -> dict[str, int]:
        """The cells whose source is held, and whether they are locked."""
        return dict(self.ask("SELECT name, locked FROM source_cell"))  # type: ignore[arg-type]

    def everything(self) -> dict[str, list[str]]:
        tables = [name for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, self.ask(f"SELECT * FROM {name}"))) for name in tables}


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(tmp_path)


def test_a_new_gradebook(held: Held) -> None:
    gradebook.prepare(held.url)
    assert held.ask("SELECT count(*) FROM grade") == [(0,)] and held.ask("SELECT count(*) FROM alembic_version") == [
        (1,)
    ]
    assert held.ask("SELECT id FROM course") == []
    before = held.everything()
    gradebook.prepare(held.url)
    assert held.everything() == before


def test_scores_and_what_waits_for_a_person(held: Held) -> None:
    held.write(usual("ann"), usual("ben", score=None, status="not_graded"))
    assert held.grades("ann") == {
        CHECK: (2.25, None, None, 0),
        NUMBER: (1.0, None, None, 0),
        WORDS: (None, None, None, 1),
    }
    assert held.grades("ben")[CHECK] == (None, None, None, 1)
    assert held.ask("SELECT id FROM course") == [("default_course",)]
    assert held.ask("SELECT name, course_id FROM assignment") == [(BOOK, "default_course")]
    assert held.ask("SELECT name FROM notebook") == [(BOOK,)]
    assert held.ask("SELECT max_score FROM grade_cells ORDER BY max_score") == [(1.0,), (2.0,), (3.0,)]
    (kernel,) = held.ask("SELECT kernelspec FROM notebook")
    assert "python3" in kernel[0]


def test_the_cells_of_the_release(held: Held) -> None:
    held.write(usual("ann"))
    assert held.cells() == [
        ("conv1d", "SolutionCell"),
        (CHECK, "GradeCell"),
        ("weights_fc", "SolutionCell"),
        (NUMBER, "GradeCell"),
        (WORDS, "GradeCell"),
        (WORDS, "SolutionCell"),
    ]
    assert held.sources() == {"conv1d": 0, CHECK: 1, "weights_fc": 0, NUMBER: 1, WORDS: 0}


def test_writing_again_changes_nothing(held: Held) -> None:
    held.write(usual("ann"), usual("ben"))
    before = held.everything()
    held.write(usual("ben"))
    held.write(usual("ann"), usual("ben"))
    assert held.everything() == before


def test_a_new_database_has_the_ids_of_the_old(held: Held, tmp_path: Path) -> None:
    held.write(usual("ann"), usual("ben"))
    again = Held(tmp_path / "again")
    again.folder.mkdir()
    again.write(usual("ben"))
    again.write(usual("ann"), usual("ben"))
    old, new = held.everything(), again.everything()
    for table in ("grade", "comment", "submitted_notebook", "notebook", "base_cell", "source_cell"):
        assert old[table] == new[table], table
    assert held.ask("SELECT id FROM assignment") == again.ask("SELECT id FROM assignment")


def test_scores_are_updated(held: Held) -> None:
    held.write(usual("ann"), usual("ben"))
    held.write(usual("ann", score=1.0))
    assert held.grades("ann")[CHECK] == (1.0, None, None, 0)
    assert held.grades("ben")[CHECK] == (2.25, None, None, 0)
    held.write(usual("ann", score=None, status="not_graded"))
    assert held.grades("ann")[CHECK] == (None, None, None, 1)
    held.write(usual("ann"))
    assert held.grades("ann")[CHECK] == (2.25, None, None, 0)


@pytest.mark.parametrize(
    ("score", "rewritten", "flagged", "again"),
    [
        (2.25, False, 0, 0),
        (2.25, False, 1, 1),
        (2.25, True, 0, 1),
        (1.0, False, 0, 1),
        (None, False, 0, 1),
        (1.0, True, 1, 1),
    ],
)
def test_a_grade_by_hand_stays_and_is_looked_at_again_where_its_ground_changed(
    score: float | None, rewritten: bool, flagged: int, again: int, held: Held
) -> None:
    held.write(usual("ann"))
    held.by_hand(CHECK, manual_score=3.0, needs_manual_grade=flagged)
    changed = {("ann", BOOK, "conv1d"), ("ben", BOOK, "why_not_fc")} if rewritten else {("ann", BOOK, "why_not_fc")}
    held.write(usual("ann", score=score), rewritten=changed)
    assert held.grades("ann")[CHECK] == (score, 3.0, None, again)


def test_credit_and_comments_by_hand_stay(held: Held) -> None:
    held.write(usual("ann"))
    held.by_hand(WORDS, manual_score=1.5, extra_credit=0.5, needs_manual_grade=0)
    held.ask("UPDATE comment SET manual_comment = 'Nearly.'")
    held.write(usual("ann"))
    assert held.grades("ann")[WORDS] == (None, 1.5, 0.5, 0)
    assert set(held.ask("SELECT manual_comment FROM comment")) == {("Nearly.",)}


def test_what_was_not_attempted_is_no_response(held: Held) -> None:
    held.write(usual("ann", status="not_attempted", score=0.0))
    assert held.comments("ann") == {"conv1d": "No response.", "weights_fc": None, WORDS: None}
    held.write(usual("ann"))
    assert held.comments("ann")["conv1d"] is None


def test_a_grade_cell_without_a_result_waits_and_then_stays(held: Held) -> None:
    (conv1d, number, _) = usual("ann").exercises
    held.write(result("ann", conv1d, number))
    assert held.grades("ann")[WORDS] == (None, None, None, 1)
    held.by_hand(WORDS, auto_score=0.5, needs_manual_grade=0)
    held.write(result("ann", conv1d, number))
    assert held.grades("ann")[WORDS] == (0.5, None, None, 0)


def test_a_grade_cell_without_a_result_keeps_no_later_score_from_being_written(held: Held) -> None:
    lacking = result("ann", *usual("ann").exercises[:2])
    held.write(lacking, usual("ben"))
    held.write(lacking, usual("ben", score=3.0, status="correct"))
    assert held.grades("ben")[CHECK] == (3.0, None, None, 0)


def smaller() -> ReleaseCells:
    """The release without its first four code cells: only the words are left."""
    found = ReleaseCells(book(False), book(True))
    for whole in (found.notebook, found.source):
        del whole.cells[1:5]
    return found


@pytest.mark.parametrize("field", ["manual_score", "extra_credit"])
def test_cells_that_left_the_release_go_unless_a_person_graded_them(field: str, held: Held) -> None:
    held.write(usual("ann"), usual("ben"))
    held.by_hand(NUMBER, **{field: 0.5})
    held.ask(
        "UPDATE comment SET manual_comment = 'Good.' WHERE cell_id IN (SELECT id FROM base_cell WHERE name = 'conv1d')"
    )
    words = usual("ann").exercises[2]
    held.write(result("ann", words), releases={BOOK: smaller()})
    assert set(held.grades("ann")) == set(held.grades("ben")) == {NUMBER, WORDS}
    assert set(held.comments("ann")) == {"conv1d", WORDS}
    assert held.cells() == [
        ("conv1d", "SolutionCell"),
        (NUMBER, "GradeCell"),
        (WORDS, "GradeCell"),
        (WORDS, "SolutionCell"),
    ]
    assert held.sources() == {WORDS: 0}


def test_a_release_that_changed_is_brought_up_to_date(held: Held) -> None:
    held.write(usual("ann"))
    other = ReleaseCells(book(False), book(True))
    for whole in (other.notebook, other.source):
        whole.cells[2].metadata.nbgrader["points"] = 5
    other.source.cells[2].source = "assert conv1d(2) == [4]"
    held.write(usual("ann"), releases={BOOK: other})
    assert held.ask(
        "SELECT max_score FROM grade_cells JOIN base_cell ON base_cell.id = grade_cells.id WHERE name = ?", CHECK
    ) == [(5.0,)]
    assert held.ask("SELECT source FROM source_cell WHERE source LIKE '%conv1d(2)%'")


def test_two_assignments_of_a_student(held: Held) -> None:
    both = {BOOK: RELEASES[BOOK], "03_other": RELEASES[BOOK]}
    held.write(usual("ann"), result("ann", *usual("ann").exercises, book="03_other"), releases=both)
    assert held.ask("SELECT count(*) FROM student") == [(1,)]
    assert held.ask("SELECT count(*) FROM submitted_assignment") == [(2,)]
    assert held.ask("SELECT count(*) FROM grade") == [(6,)]
    # A run on one assignment leaves the other alone.
    held.write(usual("ann", score=0.0), releases=both)
    assert sorted(held.ask("SELECT auto_score FROM grade WHERE auto_score IN (0, 2.25)")) == [(0.0,), (2.25,)]


def test_everything_or_nothing(held: Held) -> None:
    held.write(usual("ann"))
    before = held.everything()
    unknown = result(
        "ben", usual("ben").exercises[0], usual("ben").exercises[0].__class__("no_such", 1.0, 1, "correct")
    )
    with pytest.raises(GradebookError, match=f"the release of {BOOK} has no grade cell for no_such"):
        held.write(usual("aaa"), unknown)
    with pytest.raises(GradebookError, match="needs the release of 09_other"):
        held.write(usual("aaa"), result("aaa", book="09_other"))
    assert held.everything() == before


def test_students_that_were_there_before(held: Held) -> None:
    held.write(usual("ann"))
    held.ask("UPDATE student SET email = 'ann@uni.example'")
    held.ask("DELETE FROM grade")
    held.ask("DELETE FROM comment")
    held.ask("DELETE FROM submitted_notebook")
    held.write(usual("ann"), usual("ben"))
    assert held.ask("SELECT email FROM student WHERE id = 'ann'") == [("ann@uni.example",)]
    assert held.grades("ann")[CHECK] == held.grades("ben")[CHECK] == (2.25, None, None, 0)


def test_students_have_the_names_and_addresses_that_are_known(held: Held) -> None:
    held.write(usual("ann"), usual("bo"), usual("cem"), usual("dee"))
    people = [
        Person("ann", "Ann van Lee", "ann@example.org"),
        Person("bo", "", "bo@example.org"),
        Person("cem", "Cem"),
        Person("dee"),
        Person("eve", "Eve"),  # handed in nothing
    ]
    held.write(people=people)
    assert held.ask("SELECT id, first_name, last_name, email FROM student ORDER BY id") == [
        ("ann", "Ann van", "Lee", "ann@example.org"),
        ("bo", "", "", "bo@example.org"),
        ("cem", "", "Cem", ""),
        ("dee", None, None, None),
    ]
