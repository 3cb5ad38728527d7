"""Errors in a course's own files."""

from __future__ import annotations

from pathlib import Path


class CourseError(Exception):
    """Something in a course is wrong: the file, the line (from 1; 0 for the whole file), what is wrong, what to do."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{where}: {self.message}"
