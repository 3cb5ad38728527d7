"""Stamps: which case files are known to be what their exercises give, so that these need not be run again."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

import autograder.course
from autograder.course import Exercise
from autograder.files import write_atomically

from .imports import Imports
from .lent import FOLDER as LENT

FILE = PurePosixPath("build/cases.json")
_ENGINE = Path(autograder.course.__file__).parents[2]
_MAKERS = (*sorted(_ENGINE.glob("autograder/course/*.py")), Path(__file__).with_name("cases.py"))


class Stamps:
    """The stamps of a course, kept in build/cases.json: for each case file a digest of it and of what it was made from.

    Where a stamp does not fit, the file is made again: after a change of its exercise or of anything that this
    imports, after a change of the file itself, and in a fresh clone. With `afresh` no stamp fits.
    """

    def __init__(self, root: Path, afresh: bool = False) -> None:
        self._root = root
        self._afresh = afresh
        self._imports = Imports((root, _ENGINE))
        self._stamps: dict[str, str] = {}
        try:
            kept = json.loads((root / FILE).read_bytes())
            self._stamps |= {place: stamp for place, stamp in kept.items() if (root / place).is_file()}
        except (OSError, ValueError, AttributeError):
            pass  # none yet, or none that can be read: all is made again

    def fits(self, place: PurePosixPath, exercise: Exercise, content: bytes) -> bool:
        """Whether `content`, that of the case file at `place`, is known to be what the exercise gives."""
        return not self._afresh and self._stamps.get(str(place)) == self._stamp(exercise, content)

    def put(self, place: PurePosixPath, exercise: Exercise, content: bytes) -> None:
        """Notes that the exercise gives `content`."""
        self._stamps[str(place)] = self._stamp(exercise, content)

    def save(self) -> None:
        """Writes the stamps. Raises OSError."""
        write_atomically(self._root / FILE, json.dumps(self._stamps, indent=1, sort_keys=True) + "\n")

    def _stamp(self, exercise: Exercise, content: bytes) -> str:
        digest = hashlib.sha256(platform.python_version().encode())
        for package in ("numpy", *exercise.requires):
            digest.update(f"\0{package} {_installed(package)}".encode())
        digest.update(repr([(name, sentence) for name, (sentence, _) in exercise.mistakes.items()]).encode())
        for path in self._made_from(exercise):
            digest.update(f"\0{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        digest.update(hashlib.sha256(content).digest())
        return digest.hexdigest()

    def _made_from(self, exercise: Exercise) -> list[Path]:
        """The files that decide what an exercise's cases are: Python files, and the data files beside these."""
        # Mistakes may stand in files of their own, which import the exercise and not the other way round.
        codes = (getattr(wrong, "__code__", None) for _, wrong in exercise.mistakes.values())
        start = [self._root / exercise.file, *(Path(code.co_filename) for code in codes if code), *_MAKERS]
        for kind, name in (("observers", exercise.observe), ("adapters", exercise.adapter)):
            start += self._imports.files(f"helpers.{kind}.{name}") if name else []
        found = self._imports.closure(start)
        folders = {path.parent for path in found} - {self._root / LENT}  # which is made from the same sources
        beside = (path for folder in folders for path in folder.iterdir())
        return sorted(found | {path for path in beside if path.is_file() and path.suffix not in (".py", ".pyc")})


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
