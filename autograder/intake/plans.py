"""What is asked for when a class is collected, and what is to be graded then."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from autograder.files import atomically
from autograder.grading.batch import Task

from . import collected
from .collected import Collected
from .roster import Roster
from .tree import File


@dataclass(frozen=True)
class Wishes:
    """What a person asks for: one assignment or all, the class list, 0 for what is missing, one notebook per group."""

    assignment: str = ""
    roster: Roster | None = None
    missing_is_zero: bool = False
    groups: bool = False


@dataclass
class Plan:
    """What is to be graded, by student, and what a person has to look at.

    `unmatched` are lines about what could not be matched, `notes` about what was passed over. `copies` are the files to
    be written to OUT, by task; `known` is what OUT is to keep of the class. `older` are students whose earlier hand-in
    stays, as it is the newer one.
    """

    tasks: list[Task] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    known: Collected = field(default_factory=Collected)
    copies: dict[Task, File] = field(default_factory=dict)
    older: list[str] = field(default_factory=list)

    def write(self, out: Path) -> None:
        """Writes OUT/submitted and OUT/class.json. Raises ClassFileError and OSError."""
        for task, file in self.copies.items():
            with file.open() as source, atomically(task.path, private=True) as target:
                shutil.copyfileobj(source, target)
        collected.save(collected.merged(collected.load(out), self.known), out)
