"""Predictions: questions that a reader answers before a picture opens, and what the answers are. Never graded.

A notebook's predictions stand in `helpers/predictions/<notebook>.toml`, a table for each:

    [outputs_of_10]
    question = "How many windows of 3 does a signal of 10 have?"
    truth = 8
    because = "The last window starts at position 7."

`truth` is a number, a list of numbers, a row for each line of a grid, or a letter, with `choices` that say what the
letters stand for. `within` is how far a number may be from it. `hard` marks what many get wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from .values import as_array, plain

FOLDER = Path(__file__).parents[1] / "predictions"
MAX_TEXT = 1000  # characters of a guess in a cell's source
MAX_BRACKETS = 20  # closing ones, each of which may be the end of a guess
_CALL = re.compile(r"""^[ \t]*(?:\w+[ \t]*=[ \t]*)?(?:helpers\.)?predict\([ \t\n]*["'](\w+)["'][ \t]*,""", re.MULTILINE)


@dataclass(frozen=True)
class Prediction:
    """One question, what is true, and one or two sentences on why."""

    name: str
    question: str
    truth: Any
    because: str
    within: float = 0.0
    hard: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """What a guess looks like, in words."""
        if isinstance(self.truth, str):
            return f"one letter in quotes: {_listed(list(self.choices))}"
        if not isinstance(self.truth, list):
            return "a number"
        if isinstance(self.truth[0], list):
            rows, columns = len(self.truth), len(self.truth[0])
            return f"a list of {rows} lists of {columns} numbers, one for each row of the grid"
        return f"{len(self.truth)} numbers in brackets"

    def readable(self, guess: Any) -> Any:
        """The guess as a letter, a number or an array; None where it is in another form than the truth."""
        if isinstance(self.truth, str):
            letter = guess.strip(" ()[].:'\"").lower() if isinstance(guess, str) else ""
            return letter if letter in self.choices else None
        array = as_array(plain(guess))
        if array is None or array.dtype.kind not in "iuf" or not np.all(np.isfinite(array)):
            return None
        wanted = np.shape(self.truth)
        if array.size == 1 and not wanted:
            return float(array.item())
        return array if array.shape == wanted else None

    def is_right(self, guess: Any) -> bool:
        """Whether a guess is the truth, numbers within `within`."""
        read = self.readable(guess)
        if read is None or isinstance(self.truth, str):
            return bool(read == self.truth)
        return bool(np.all(np.abs(read - np.asarray(self.truth, dtype=float)) <= self.within + 1e-9))

    def in_words(self, answer: Any) -> str:
        """A guess or the truth as people write it."""
        read = self.readable(answer)
        if read is None:
            return " ".join(str(answer).split())[:80]
        if isinstance(read, str):
            return f"{read}, {self.choices[read]}"
        if isinstance(read, float):
            return f"{read:g}"
        if read.ndim == 1:
            return ", ".join(f"{value:g}" for value in read)
        return " / ".join(" ".join(f"{value:g}" for value in row) for row in read)


@cache
def load(notebook: str, folder: Path = FOLDER) -> Mapping[str, Prediction]:
    """A notebook's predictions by name, in their order; none where it has no file."""
    path = folder / f"{notebook}.toml"
    if not path.is_file():
        return {}
    import tomllib

    tables = tomllib.loads(path.read_text("utf-8"))
    return {name: Prediction(name, **table) for name, table in tables.items()}


def find(name: str, folder: Path = FOLDER) -> Prediction | None:
    """The prediction of that name, of whichever notebook."""
    for path in sorted(folder.glob("*.toml")):
        if name in (found := load(path.stem, folder)):
            return found[name]
    return None


def guesses(sources: Iterable[str]) -> dict[str, Any]:
    """What is predicted in cells' sources, by name: literals only, and nothing is run. The last of a name counts."""
    found = {}
    for source in sources:
        for call in _CALL.finditer(source):
            value = _literal(source[call.end() : call.end() + MAX_TEXT])
            if value is not ...:
                found[call[1]] = value
    return found


def _literal(text: str) -> Any:
    """The literal in front of a closing bracket; `...` where there is none."""
    for bracket in islice(re.finditer(r"\)", text), MAX_BRACKETS):
        try:
            return ast.literal_eval(text[: bracket.start()].strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return ...


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
