"""Which of the arrays that a function makes are right, and which is the first wrong one.

The right ones come with the case: the reference's arrays, by name. They are found among the function's own by shape and
value, whatever their names. An array that is none of them is only called wrong where it can be nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .spec import Case
from .trail import Made
from .values import as_array, close, plain, problem

MIN_ENTRIES = 3  # an array of fewer numbers may be equal to another by chance
RESULT = "the result"


@dataclass(frozen=True)
class Link:
    """One array on the way to the result: its name in the function, its lines, and whether it is right."""

    name: str
    lines: tuple[int, int]
    right: bool

    @property
    def text(self) -> str:
        """Its name and where it is made, "out (lines 7 to 9)"."""
        return f"{self.name} ({_lines(self.lines)})"


def steps_apart(case: Case) -> int:
    """How many of a case's steps differ from its arguments in shape: the more, the more it can tell."""
    given = {np.shape(value) for value in case.arguments.values() if isinstance(value, np.ndarray)}
    return sum(np.shape(step) not in given for step in case.steps.values())


def sentence(links: Sequence[Link]) -> str:
    """Where the mistake is, in words: between the last right array and the first wrong one."""
    place = next(index for index, link in enumerate(links) if not link.right)
    wrong = links[place]
    name = RESULT if wrong.name == RESULT else f"`{wrong.name}`"
    if not any(link.right for link in links):
        return f"Look at {name} in your {_lines(wrong.lines)}: it is already wrong."
    first, last = wrong.lines
    after = max((link.lines[1] + 1 for link in links[:place] if link.lines[1] < first), default=first)
    return f"Look at your {_lines((after, last))}. Arrays with ✓ are right, and {name} is the first wrong one."


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    return f"line {first}" if first == last else f"lines {first} to {last}"


def first_wrong(case: Case, got: Any, made: Sequence[Made]) -> tuple[Link, ...]:
    """The arrays that are right, in order, and the first wrong one; empty where nothing is sure.

    `got` is the wrong value, the result or one part of it, and `made` what the function made, its result last.
    """
    steps = _telling(case)
    end = _place_of(case, got, made)
    if end is None or not steps:
        return ()
    arrays = [as_array(plain(item.value)) for item in made]
    equal = [_step_of(array, steps) for array in arrays]
    if made[end].name and equal[end] not in (None, RESULT):
        end = len(made) - 1  # a right step, but not the result
    right = [index for index in _one_of_each(made, equal) if made[index].value is not made[end].value]
    reached = max(right, default=-1)
    pending = {name: step for name, step in steps.items() if name not in equal}
    used = {np.shape(value) for value in case.arguments.values()}
    used |= {step.shape for name, step in steps.items() if name in equal}
    wrong = end
    for index in range(reached + 1, end):
        array = arrays[index]
        if type(made[index].value) is not np.ndarray or array is None or _is_given(array, case):
            continue
        if _is_last(index, made[:end]) and _has_to_be_a_step(made[index].name, array, pending, used):
            wrong = _variable(index, made)
            break
    if not right and wrong == end:
        return ()
    shown = sorted({*right, wrong})
    return tuple(Link(_name(made, index), made[index].lines, index != wrong) for index in shown)


def _telling(case: Case) -> dict[str, np.ndarray]:
    """The steps and the expected value, without those that say nothing: few or equal numbers, or an argument's."""
    found: dict[str, np.ndarray] = {}
    for name, value in {**case.steps, RESULT: case.expected}.items():
        step = as_array(value)
        if step is None or step.size < MIN_ENTRIES or (step == step.flat[0]).all():
            continue
        if not _is_given(step, case) and not any(_equal(step, other) for other in found.values()):
            found[name] = step
    return found


def _place_of(case: Case, got: Any, made: Sequence[Made]) -> int | None:
    """Where the wrong value was made; None where it isn't among what the function made."""
    if not made:
        return None
    result, expected = made[-1].value, case.expected
    parts = list(result) if type(result) in (tuple, list) and any(type(x) is np.ndarray for x in result) else []
    if isinstance(expected, tuple) and len(expected) == len(parts):
        parts = [part for part, right in zip(parts, expected) if problem(right, plain(part))][:1]
    elif problem(got, plain(result)) is None:
        parts = [result]
    else:
        parts = [part for part in parts if problem(got, plain(part)) is None][:1]
    if not parts:
        return None
    own = [index for index, item in enumerate(made) if item.value is parts[0] and item.name]
    return own[-1] if own else len(made) - 1


def _is_given(array: np.ndarray, case: Case) -> bool:
    """Whether an array is one of the case's arguments, perhaps in another dtype."""
    return any(_equal(array, as_array(value)) for value in case.arguments.values())


def _equal(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and one.shape == other.shape and bool(close(one, other).all())


def _step_of(array: np.ndarray | None, steps: Mapping[str, np.ndarray]) -> str | None:
    """The step that an array is, perhaps with its two axes the other way round."""
    if array is None or array.dtype.kind == "b":
        return None
    turned = array.T if array.ndim == 2 else array
    return next((name for name, step in steps.items() if _equal(step, array) or _equal(step, turned)), None)


def _one_of_each(made: Sequence[Made], equal: Sequence[str | None]) -> list[int]:
    """For each step the first place where it was made; a variable rather than the call whose value it holds."""
    found: dict[str, int] = {}
    for index, name in enumerate(equal):
        if name is not None:
            found.setdefault(name, _variable(index, made) if made[index].name.endswith(")") else index)
    return sorted({index for index in found.values() if made[index].name})


def _variable(index: int, made: Sequence[Made]) -> int:
    """The place where a variable gets the value of a call, instead of the call's; `index` where none does."""
    after = (place for place in range(index + 1, len(made)) if made[place].value is made[index].value)
    return next((place for place in after if made[place].name), index)


def _is_last(index: int, made: Sequence[Made]) -> bool:
    """Whether a line, which may be in a loop, doesn't make that variable again."""
    item = made[index]
    return not any(other.name == item.name and other.lines == item.lines for other in made[index + 1 :])


def _has_to_be_a_step(
    name: str, array: np.ndarray, pending: Mapping[str, np.ndarray], used: set[tuple[int, ...]]
) -> bool:
    """Whether an array that is no right step is a step gone wrong: by its name, or since only steps have its shape."""
    if array.dtype.kind == "b":
        return False
    alike = [step for step, value in pending.items() if value.shape == array.shape]
    return name in alike or (bool(alike) and array.ndim > 1 and array.shape not in used)


def _name(made: Sequence[Made], index: int) -> str:
    return made[index].name or RESULT
