"""Answers that are a number or a letter, in whatever form people type them: 110.0, [110], "(c)", "Answer: c"."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .spec import Mistake, Spec, answer_digest
from .values import as_array, plain

LETTERS = "abcdefgh"
TEXT_FOR_NUMBER = Mistake("text_for_number", "Your answer is a string. Remove the quotation marks to make it a number.")
NO_NUMBER = Mistake("no_number", "Answer with one number: no quotation marks, no words, no list.")
NO_LETTER = Mistake("no_letter", 'Answer with one letter in quotation marks, such as "a".')

# A letter alone, in brackets or quotes, behind "Answer:" or "option", or in front of what it stands for.
_LETTER = re.compile(
    r"""(?:(?:the\s+)?(?:answer|option|choice)(?:\s+is)?\s*[:=]?)?[\s"'`(\[{]*([a-z])(?:[\s"'`)\]}.,:;]*|[)\].:]\s.*)""",
    re.IGNORECASE | re.DOTALL,
)
_STARTS_WITH_NUMBER = re.compile(r"\s*[-+]?\.?\d")


def plain_answer(value: Any) -> Any:
    """`plain`, and the other numbers of the standard library as floats."""
    if type(value) in (Fraction, Decimal):
        return float(value)
    return value.real if type(value) is complex and value.imag == 0 else plain(value)


def judge_answer(spec: Spec, value: Any) -> tuple[bool, Mistake | None]:
    """Whether a plain value is the right answer, and the known mistake or the wrong form behind it if it isn't."""
    value = _only_entry(value)
    wants_letter = any(answer_digest(spec.name, letter) in spec.answers for letter in LETTERS)
    given = _letter(value) if wants_letter else _number(value)
    if given is None and isinstance(value, str):
        given = value.strip()  # an answer may be a word
    found = None if given is None else spec.answers.get(answer_digest(spec.name, given))
    if found is None:
        return False, _wrong_form(given, value, wants_letter)
    return found == "", next((mistake for mistake in spec.mistakes if mistake.name == found), None)


def _only_entry(value: Any) -> Any:
    """The entry of a list, tuple or array that has just one."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    array = None if isinstance(value, (str, bool)) else as_array(value)
    return array.reshape(-1)[0] if array is not None and array.size == 1 else value


def _letter(value: Any) -> str | None:
    found = _LETTER.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def _number(value: Any) -> float | None:
    array = None if isinstance(value, (str, bool)) else as_array(value)
    return array.item() if array is not None and not array.ndim else None


def _wrong_form(given: Any, value: Any, wants_letter: bool) -> Mistake | None:
    if wants_letter:
        return NO_LETTER if given is None or given not in LETTERS else None
    if isinstance(value, str) and _STARTS_WITH_NUMBER.match(value):
        return TEXT_FOR_NUMBER if _is_number(value) else NO_NUMBER
    return NO_NUMBER if given is None else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
