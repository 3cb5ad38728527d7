"""Five anonymous functions that claim to be one and the same: one is right, and inputs have to expose the others.

Their source ships in the public case file, packed so that nobody reads it by chance. `run` is for a student's notebook
and for a fresh confined process: the functions run on values that a student made, so never beside the judge.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from . import packed as packing
from .exact import message_of, type_name
from .values import Unsupported, as_array, plain, problem, show

LETTERS = "ABCDE"
MAX_SHOWN = 400  # characters of one result
MAX_ENTRIES = 40  # of an array that is shown as it is
FIRST = 4  # so many numbers are shown of a larger one


@dataclass(frozen=True)
class Lineup:
    """The functions that claim to be `claim`, lettered in order.

    `sources` define each a function of that name; `right` is the place of the right one, `explanations` say what each
    does. `takes` is the source of a function of that name that raises ValueError for arguments the claim isn't about;
    it may be empty. `parameters` is how the arguments are written; `most` says how many inputs are allowed.
    """

    claim: str
    parameters: str
    right: int
    most: int
    sources: tuple[str, ...]
    explanations: tuple[str, ...]
    takes: str = ""

    @property
    def letters(self) -> str:
        """A letter for each function."""
        return LETTERS[: len(self.sources)]

    @property
    def wrong(self) -> str:
        """The letters of the wrong ones."""
        return self.letters.replace(self.letters[self.right], "")


def pack(lineup: Lineup) -> str:
    """The functions packed into one text."""
    return packing.pack(asdict(lineup))


@lru_cache(maxsize=64)
def unpack(packed: str) -> Lineup:
    """The inverse of `pack`."""
    fields = packing.unpack(packed)
    return Lineup(**fields | {name: tuple(fields[name]) for name in ("sources", "explanations")})


def run(packed: str, inputs: Sequence[tuple[Any, ...]]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the functions do on each input: why the right one stops, whom it exposes, which letters give what.

    A wrong function is exposed where its result differs from the right one's, or where it alone raises. Only plain
    values are returned. An endless function is the caller's to stop.
    """
    lineup = unpack(packed)
    functions = [_defined(source, lineup.claim) for source in lineup.sources]
    takes = _defined(lineup.takes, lineup.claim) if lineup.takes else None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_tried(lineup, functions, takes, arguments) for arguments in inputs]


@dataclass(frozen=True)
class _Result:
    """What one function gives: a plain value, or the exception that it raises."""

    value: Any = None
    raised: str = ""

    def same(self, other: _Result) -> bool:
        """Whether two results are alike; what kind of exception it is doesn't matter."""
        if self.raised or other.raised:
            return bool(self.raised and other.raised)
        return problem(self.value, other.value) is None

    def text(self) -> str:
        """The result in few characters: of a large array the shape, the first numbers and the sum."""
        if self.raised:
            return f"raises {self.raised.partition(':')[0]}"
        array = as_array(self.value)
        if array is None or (array.ndim < 3 and array.size <= MAX_ENTRIES):
            return show(self.value, MAX_SHOWN)
        first = ", ".join(f"{number:.4g}" for number in array.ravel()[:FIRST].tolist())
        return f"shape {array.shape}, first numbers {first}, sum {array.sum():.6g}"


def _defined(source: str, name: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, "<suspect>", "exec", dont_inherit=True), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def _called(function: Callable[..., Any], arguments: tuple[Any, ...]) -> _Result:
    try:
        return _Result(plain(function(*copy.deepcopy(arguments))))
    except Exception as error:  # on inputs like these, anything
        return _Result(raised=f"{type_name(error)}: {message_of(error)}"[:200])


def _tried(
    lineup: Lineup,
    functions: Sequence[Callable[..., Any]],
    takes: Callable[..., Any] | None,
    arguments: tuple[Any, ...],
) -> tuple[str, str, list[tuple[str, str]]]:
    if takes is not None:
        try:
            takes(*copy.deepcopy(arguments))
        except Exception as error:  # ValueError where the arguments are of the wrong kind; others where their number is
            return message_of(error)[:200], "", []
    right = _called(functions[lineup.right], arguments)
    if right.raised:
        return f"a right {lineup.claim} raises {right.raised}", "", []
    if not _finite(right.value):
        return f"a right {lineup.claim} gives no finite numbers for it", "", []
    results = {letter: _called(function, arguments) for letter, function in zip(lineup.letters, functions)}
    exposed = "".join(letter for letter in lineup.wrong if not right.same(results[letter]))
    return "", exposed, _grouped(results)


def _grouped(results: dict[str, _Result]) -> list[tuple[str, str]]:
    """The letters that give the same, and what."""
    groups: list[tuple[str, _Result]] = []
    for letter, result in results.items():
        for place, (letters, first) in enumerate(groups):
            if first.same(result):
                groups[place] = (letters + letter, first)
                break
        else:
            groups.append((letter, result))
    return [(letters, first.text()) for letters, first in groups]


def _finite(value: Any) -> bool:
    """Whether a result is made of finite numbers and of texts. NaN is nothing to compare with."""
    if isinstance(value, (list, tuple)) and as_array(value) is None:
        return all(map(_finite, value))
    if isinstance(value, str):
        return True
    array = None if isinstance(value, (dict, Unsupported)) or value is None else as_array(value)
    return array is not None and bool(np.isfinite(array).all())
