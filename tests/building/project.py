"""The folder of a course with one notebook, to build in and to look into."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import tiny_course

from autograder.building import build
from autograder.course import Course, CourseError, Notebook

SOURCE = tiny_course.SOURCE
CASES = "helpers/checking/cases/01_tiny"
FILES = [
    *(f"{CASES}/{name}.json" for name in ("blip_filter", "count", "order", "total", "why")),
    "notebooks/01_tiny/01_tiny.ipynb",
    "solutions/01_tiny.ipynb",
]


class Project:
    """The tiny course in a folder of its own. Paths are given and returned as text, from that folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.course: Course = tiny_course.course(root)
        (root / "solutions").mkdir(parents=True)
        self.write(SOURCE)

    @property
    def notebook(self) -> Notebook:
        return self.course.notebooks["01_tiny"]

    def write(self, text: str) -> None:
        self.course.source("01_tiny").write_text(text, "utf-8")

    def build(self, check: bool = False) -> list[str]:
        return [path.relative_to(self.root).as_posix() for path in build(self.course, check=check)]

    def error(self, text: str) -> str:
        """What building says of a source that is wrong: one line."""
        self.write(text)
        with pytest.raises(CourseError) as caught:
            self.build()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def text(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    @property
    def release(self) -> nbformat.NotebookNode:
        return nbformat.read(self.course.release("01_tiny"), as_version=4)

    @property
    def solution(self) -> nbformat.NotebookNode:
        return nbformat.read(self.course.solution("01_tiny"), as_version=4)


def line_of(text: str, part: str) -> int:
    """The line, from 1, in which a text has a part for the first time."""
    return text[: text.index(part)].count("\n") + 1


def cell(notebook: nbformat.NotebookNode, cell_id: str) -> nbformat.NotebookNode:
    """The cell of a notebook with that id."""
    return next(item for item in notebook.cells if item.id == cell_id)
