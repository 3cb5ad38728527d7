"""The notebooks that nbgrader's programs get: what is in a cell, and what no longer works in it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sample_results import BOOK, RELEASE, RELEASES, submission, usual

from autograder.grading.submission import NotebookCell, Submission
from autograder.reports import autograded, gradebook
from autograder.reports.autograded import ABSENT, CONFIG_MARK, WRONG_VALUES
from autograder.reports.releases import ReleaseCells

PICTURE = "![a](attachment:a.png)"


def cells(*own: NotebookCell, **changes: Any) -> dict[str, Any]:
    """The cells of a notebook with these of the student's, by grade id, the others by number."""
    made = autograded.notebook(Submission("ann", BOOK, own), usual("ann", **changes), RELEASE).cells
    return {cell.metadata.get("nbgrader", {}).get("grade_id", str(at)): cell for at, cell in enumerate(made)}


def written(text: str) -> str:
    found = cells(NotebookCell("markdown", text, "why_not_fc"))["why_not_fc"].source
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b <3 a<b>c</b> <!-- d -->", "a < b <3 a< b>c< /b> < !-- d -->"),
        ("[a](b) [a]: b [a] (b)", "[a] (b) [a] : b [a] (b)"),
        (r"\href{a} \hrefs \style{a}", r"\ href{a} \hrefs \ style{a}"),
        ("&lt;b &#60; & a &b", "& lt;b & #60; & a &b"),
        (f"<b>{PICTURE}<b>{PICTURE}<b>", f"< b>{PICTURE}< b>{PICTURE}< b>"),
        ("![a](data:image/png;base64,AA==) ![a](data:image/svg+xml;base64,AA==)",
         "![a](data:image/png;base64,AA==) ![a] (data:image/svg+xml;base64,AA==)"),
        ("a\x1b[31mb", "ab"),
    ],
)  # fmt: skip
def test_what_acts_in_a_text_is_shown_as_text(text: str, shown: str) -> None:
    assert written(text).replace("[31m", "") == shown


def test_code_is_left_alone_but_for_controls() -> None:
    found = cells(NotebookCell("code", "a<b\x00", "conv1d"), NotebookCell("code", "c<d\x00"))
    assert found["conv1d"].source == "a<b" and found["1"].source == "c<d"
    assert (found["1"].outputs, found["1"].execution_count, found["conv1d"].execution_count) == ([], None, None)


def test_a_cell_that_is_not_there_is_said() -> None:
    found = cells()
    assert found["conv1d"].source == "# This cell is missing from the submission."
    assert found["why_not_fc"].source == ABSENT
    assert found["conv1d_check"].source == RELEASE.released["conv1d_check"].source


def test_pictures_messages_and_digests_are_where_they_belong() -> None:
    answer = NotebookCell("markdown", PICTURE, "why_not_fc", (("a.png", "image/png", "AA=="),))
    found = cells(answer, wrong_values="0123")
    assert found["why_not_fc"].attachments == {"0-a.png": {"image/png": "AA=="}}
    assert "attachments" not in cells()["why_not_fc"]
    (output,) = found["conv1d_check"].outputs
    assert output.data["text/plain"].startswith("conv1d: 3 of 4") and found["conv1d"].outputs == []
    assert cells(message=None)["conv1d_check"].outputs == []
    assert found["conv1d_check"].metadata[WRONG_VALUES] == "0123"
    assert [name for name, cell in found.items() if WRONG_VALUES in cell.metadata] == ["conv1d_check"]
    assert WRONG_VALUES not in RELEASE.released["conv1d_check"].metadata


def test_texts_of_the_author_keep_their_links_and_others_do_not() -> None:
    own = RELEASE.notebook.cells[0].source
    others = NotebookCell("markdown", f"{own} "), NotebookCell("raw", "<b>")
    found = cells(NotebookCell("markdown", own), *others, *RELEASE.cells[1:])
    assert found["0"].source == own and "< details>" in found["1"].source
    assert (found["2"].cell_type, found["2"].source) == ("markdown", "< b>")


def test_a_problem_comes_first_and_cells_have_ids_where_the_format_has() -> None:
    made = autograded.notebook(Submission("ann", BOOK, problem="It is <b>empty."), usual("ann"), RELEASE)
    assert made.cells[0].source == "It is < b>empty."
    assert [cell["id"] for cell in made.cells] == [f"cell-{at}" for at in range(len(made.cells))]
    old = ReleaseCells(nbformat.from_dict({**RELEASE.notebook, "nbformat_minor": 4}), RELEASE.source)
    made = autograded.notebook(Submission("ann", BOOK, (NotebookCell("raw", "x"),)), usual("ann"), old)
    assert "id" not in made.cells[0]


def test_which_written_answers_are_new(tmp_path: Path) -> None:
    def answers(text: str, data: str = "AA==") -> list[Submission]:
        answer = NotebookCell("markdown", text, "why_not_fc", (("a.png", "image/png", data),))
        return [Submission("ann", BOOK, (*submission("ann").cells[:-1], answer)), submission("new")]

    def changed(text: str, data: str = "AA==") -> bool:
        found = autograded.rewritten(answers(text, data), RELEASES, tmp_path)
        assert found in (set(), {("ann", BOOK, "why_not_fc")})
        return bool(found)

    assert not changed("One é.")  # nothing is there yet
    autograded.write([*answers("One é."), submission("no result")], [usual("ann"), usual("new")], RELEASES, tmp_path)
    assert {path.name for path in (tmp_path / "autograded").iterdir()} == {"ann", "new"}
    assert [changed("One é."), changed("Two."), changed("One é.", "AB==")] == [False, True, True]
    code = dataclasses.replace(submission("new"), cells=(NotebookCell("code", "x = 1", "conv1d"),))
    assert autograded.rewritten([code], RELEASES, tmp_path) == {("new", BOOK, "why_not_fc")}
    text = autograded.path("ann", BOOK, tmp_path).read_text("utf-8")
    assert "é" in text and text.endswith("}\n")
    autograded.path("ann", BOOK, tmp_path).write_text("damaged")
    assert not changed("Two.")


def test_the_gradebooks_address_is_given_named_or_usual(tmp_path: Path) -> None:
    usual_url, other = gradebook.default_url(tmp_path), "postgresql+psycopg://u:p@host/db"
    config = tmp_path / "nbgrader_config.py"
    assert autograded.gradebook_url(tmp_path) == usual_url
    autograded.course_folder(tmp_path, RELEASES, usual_url)
    assert config.read_text().startswith(CONFIG_MARK) and "db_url" not in config.read_text()
    assert autograded.gradebook_url(tmp_path) == usual_url
    autograded.course_folder(tmp_path, {}, other)
    assert autograded.gradebook_url(tmp_path) == other and config.stat().st_mode & 0o077 == 0
    assert autograded.gradebook_url(tmp_path, f"sqlite:///{tmp_path}/x.db") == f"sqlite:///{tmp_path}/x.db"
    config.write_text("c = get_config()\n")
    autograded.course_folder(tmp_path, {}, other)
    assert config.read_text() == "c = get_config()\n"
    source = (tmp_path / "source" / BOOK / f"{BOOK}.ipynb").read_text("utf-8")
    assert source.endswith("}\n") and nbformat.reads(source, as_version=4).cells[2].source.endswith("== [2]")
