"""Folders that hold notebooks where nobody looks for them: told with whose layout it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.grading.layouts import describe


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("b.ipynb", "a.ipynb", "notes.txt"), "it holds 2 notebooks, such as a.ipynb"),
        (("ann/deep/in/it/A.IPYNB",), "it holds 1 notebook, such as ann/deep/in/it/A.IPYNB"),
        (
            ("Ann Lee_12_assignsubmission_file/a.ipynb", "Ben Low_13_assignsubmission_onlinetext/b.ipynb"),
            "it holds 2 notebooks, in Moodle's layout, such as Ann Lee_12_assignsubmission_file/a.ipynb",
        ),
        (
            ("out/submission_123/a.ipynb", "submission_4/b.ipynb"),
            "it holds 2 notebooks, in Gradescope's layout, such as out/submission_123/a.ipynb",
        ),
        (
            ("ann+01_small+2026-01-02 03:04:05.6 UTC/01_small.ipynb",),
            "it holds 1 notebook, in nbgrader's exchange layout, "
            "such as ann+01_small+2026-01-02 03:04:05.6 UTC/01_small.ipynb",
        ),
        (
            ("ann+01_small+2026-01-02 03:04:05 CET+a1b2/01_small.ipynb",),
            "it holds 1 notebook, in nbgrader's exchange layout, "
            "such as ann+01_small+2026-01-02 03:04:05 CET+a1b2/01_small.ipynb",
        ),
        (
            ("leeann_LATE_12_345_01.ipynb",),
            "it holds 1 notebook, in Canvas's layout, such as leeann_LATE_12_345_01.ipynb",
        ),
        (("in/leeann_12_345_01.ipynb",), "it holds 1 notebook, in Canvas's layout, such as in/leeann_12_345_01.ipynb"),
        (
            ("a_assignsubmission_file/a.ipynb", "submission_1/b.ipynb"),
            "it holds 2 notebooks, in Moodle's and Gradescope's layout, such as a_assignsubmission_file/a.ipynb",
        ),
    ],
)
def test_what_a_folder_holds_and_in_whose_layout(names: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert describe(fill(tmp_path, *names)) == said


@pytest.mark.parametrize("names", [(), ("a.txt", "ipynb"), (".ipynb_checkpoints/a.ipynb", "ann/.git/b.ipynb")])
def test_where_there_is_no_notebook_nothing_is_said(names: tuple[str, ...], tmp_path: Path) -> None:
    assert describe(fill(tmp_path, *names)) == ""


def test_no_more_files_are_looked_at_than_there_is_time_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{number:04}.ipynb" for number in range(5001)]
    monkeypatch.setattr(os, "walk", lambda folder: [(str(folder), [], names)])
    assert describe(tmp_path) == "it holds 5000 notebooks, such as 0000.ipynb"
