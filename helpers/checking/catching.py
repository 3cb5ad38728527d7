"""Inputs that are to expose wrong functions: read from a student's value, tried, and what came of it in words.

Reading and judging are the judge's: they look at plain values and call nothing. `to_judge` alone runs functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import suspects
from .answers import plain_answer
from .suspects import Lineup, unpack
from .time_limit import TooLong, time_limit
from .values import Unsupported, as_array, describe

MAX_NUMBERS = 10_000  # of all inputs together
MAX_VALUE = 1_000_000  # in an array: rounding is no difference
LARGEST_ALONE = 100  # a number by itself, such as a padding: results grow with it
MAX_TEXT = 20
ALLOWED = "inputs allowed"
YES, NO, NONE = "yes", "no", "none"
TOO_LONG = "the functions did not finish in time on these inputs: use smaller ones"

Tried = Sequence[tuple[str, str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class Report:
    """What came of inputs: why none was tried, or for each why it doesn't count, whom it exposes, who gives what."""

    refused: str = ""
    inputs: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    surplus: int = 0

    @property
    def exposed(self) -> str:
        """The letters of all that are exposed."""
        return "".join(sorted({letter for _, letters, _ in self.inputs for letter in letters}))

    @property
    def allowed(self) -> bool:
        """Whether there is something to try, not more than allowed, and the right one runs on all of it."""
        return bool(self.inputs) and not self.surplus and not any(stopped for stopped, _, _ in self.inputs)


def to_judge(packed: str, values: Iterable[Any], seconds: float = 60.0) -> list[Any]:
    """The plain values of variables; where functions are to be exposed, the report on each, run in this process.

    For a notebook and for our own inputs. They may take so many seconds of the processor.
    """

    def run(packed: str, inputs: list[tuple[Any, ...]]) -> Tried | str:
        try:
            with time_limit(seconds):
                return suspects.run(packed, inputs)
        except TooLong:
            return TOO_LONG

    found = [plain_answer(value) for value in values]
    return [tried(packed, value, run) for value in found] if packed else found


def aspects(lineup: Lineup) -> dict[str, str]:
    """The parts of the credit, each with where to look: one for each wrong function, and one for the inputs."""
    count = len(lineup.wrong)
    more = "compare what the letters give. Where two of them agree on all your inputs, change an input."
    inputs = f"at most {lineup.most}, each a tuple {lineup.parameters} that a right {lineup.claim} can work on."
    return {f"{number} of {count} exposed": more for number in range(1, count + 1)} | {ALLOWED: inputs}


def observed(report: Any, number: int) -> str:
    """What is compared for one aspect: whether so many are exposed, or for 0 whether the inputs are allowed."""
    if not isinstance(report, Report):
        return NONE
    if number == 0:
        # Inputs that expose nobody are not work yet.
        return YES if report.allowed and report.exposed else NO
    return YES if len(report.exposed) >= number else report.exposed or NONE


def tried(packed: str, value: Any, run: Callable[[str, list[tuple[Any, ...]]], Tried | str]) -> Report | None:
    """The report on a plain value; `run` is given the inputs that can be tried and says what they do, or why not.

    None where nothing is written.
    """
    if value is None:
        return None
    lineup = unpack(packed)
    try:
        items = _items(value, lineup)
    except ValueError as error:
        return Report(str(error))
    if not items:
        return None
    surplus = max(0, len(items) - lineup.most)
    items = items[: lineup.most]
    read = [_arguments(item, lineup) for item in items]
    if sum(_numbers(item) for item in read if not isinstance(item, str)) > MAX_NUMBERS:
        return Report(f"the inputs hold more than {MAX_NUMBERS:,} numbers together: small ones are enough")
    found = run(packed, [item for item in read if not isinstance(item, str)])
    if isinstance(found, str):
        return Report(found)
    rest = iter(found)
    rows = tuple((item, "", ()) if isinstance(item, str) else _row(next(rest, None), lineup) for item in read)
    return Report(inputs=rows, surplus=surplus)


def rows(report: Report, lineup: Lineup) -> list[tuple[str, str]]:
    """The report in labelled lines: what each input exposes, with the results side by side, and who still stands."""
    if report.refused:
        return [("not tried", report.refused)]
    lines = []
    for number, (stopped, letters, groups) in enumerate(report.inputs, 1):
        if stopped:
            lines.append((f"input {number}", f"does not count: {stopped}"))
            continue
        given = "\n".join(f"{', '.join(who)}: {text}" for who, text in groups)
        lines.append((f"input {number}", f"{given}\n{_exposes(letters)}"))
    if report.surplus:
        lines.append(("too many", f"only the first {lineup.most} inputs were tried: leave out {report.surplus}"))
    standing = [letter for letter in lineup.letters if letter not in report.exposed]
    if len(standing) > 1:
        lines.append(("not exposed", f"{', '.join(standing)}: one of them is right"))
    else:
        right = lineup.letters[lineup.right]
        lines += [
            (letter, "stands: it is right" if letter == right else said)
            for letter, said in zip(lineup.letters, lineup.explanations)
        ]
    return lines


def _exposes(letters: str) -> str:
    return f"exposes {', '.join(letters)}" if letters else "exposes nobody"


def _items(value: Any, lineup: Lineup) -> Sequence[Any]:
    """The inputs in a value; ValueError for what is no list of them."""
    if isinstance(value, tuple) and value and not all(isinstance(item, tuple) for item in value):
        raise ValueError(f"this is one input: put it into a list, [{lineup.parameters}]")
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected a list of tuples, [{lineup.parameters}, ...], got {_what(value)}")
    return value


def _arguments(item: Any, lineup: Lineup) -> tuple[Any, ...] | str:
    """The arguments of one input, lists of numbers as arrays; a sentence where they can't be tried."""
    if isinstance(item, dict):
        return f"it is a dict: write the values alone, in order, as a tuple {lineup.parameters}"
    if not isinstance(item, tuple):
        return f"it is {_what(item)}: write all arguments as a tuple, {lineup.parameters}"
    arguments = [_as_given(value) for value in item]
    for number, value in enumerate(arguments, 1):
        said = _unfit(value)
        if not said and _is_large_alone(value):
            said = f"is larger than {LARGEST_ALONE}: a small one is enough"
        if said:
            return f"argument {number} {said}"
    return tuple(arguments)


def _what(value: Any) -> str:
    return f"a value of the type {value.type_name}" if isinstance(value, Unsupported) else describe(value)


def _as_given(value: Any) -> Any:
    array = as_array(value) if isinstance(value, list) else None
    return value if array is None else array


def _is_large_alone(value: Any) -> bool:
    return not (isinstance(value, (str, list, tuple)) or np.ndim(value)) and abs(float(value)) > LARGEST_ALONE


def _unfit(value: Any) -> str:
    """Why a plain value is no argument; empty if it is one."""
    if value is None or isinstance(value, (dict, Unsupported)):
        kind = "None" if value is None else value.type_name if isinstance(value, Unsupported) else "dict"
        return f"is of the type {kind}: use arrays and numbers"
    if isinstance(value, str):
        return "" if value.isidentifier() and value.isascii() and len(value) <= MAX_TEXT else "is a text"
    if isinstance(value, (list, tuple)):
        return next((said for item in value if (said := _unfit(item))), "")
    array = as_array(value)
    if array is None:
        return "is too large for a number"
    if array.size == 0:
        return "is an empty array"
    if not np.isfinite(array).all():
        return "holds NaN or infinity: use finite numbers"
    # Before abs, which has no room for the smallest integer.
    if (array > MAX_VALUE).any() or (array < -MAX_VALUE).any():
        return f"holds a number beyond {MAX_VALUE:,}: smaller ones are enough"
    return ""


def _numbers(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(_numbers, value))
    return int(np.size(value))


def _row(found: Any, lineup: Lineup) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """One line of what `run` says; nothing that has another form than its own counts."""
    match found:
        case [str(stopped), str(letters), [*groups]] if not set(letters) - set(lineup.wrong):
            pairs = [(who, text) for item in groups for who, text in [_pair(item, lineup)] if who]
            return stopped, "" if stopped else letters, tuple(pairs)
    return "it could not be tried", "", ()


def _pair(item: Any, lineup: Lineup) -> tuple[str, str]:
    match item:
        case [str(who), str(text)] if not set(who) - set(lineup.letters):
            return who, text
    return "", ""
