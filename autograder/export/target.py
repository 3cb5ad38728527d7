"""Where marks go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class System(StrEnum):
    """What takes marks; CSV is a plain table."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    CSV = "csv"


@dataclass(frozen=True)
class Target:
    """A system, its own file where it gives one (Canvas may, Moodle must), and how marks get into it.

    `column` is the title or id of the LMS's column; with `scale` marks are converted to the LMS's maximum.
    """

    system: System
    sheet: bytes | None = None
    column: str = ""
    scale: bool = False
