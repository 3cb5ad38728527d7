"""Answers that are a number or a letter, in whatever form people type them: 110.0, [110], "(c)", "Answer: c"."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .spec import Mistake, Spec, answer_digest
from .values import as_array, plain

LETTERS = "abcdefgh"
NO_LETTER = "no_letter"
NO_NUMBER = Mistake("no_number", "Answer with one number: no quotation marks, no words, no list.")

# A letter alone, in brackets or quotes, behind "Answer:" or "option", or in front of what it stands for.
_LETTER = re.compile(
    r"""(?:(?:the\s+)?(?:answer|option|choice)(?:\s+is)?\s*[:=]?)?[\s"'`(\[{]*([a-z])(?:[\s"'`)\]}.,:;]*|[)\].:]\s.*)""",
    re.IGNORECASE | re.DOTALL,
)
# One number, alone or in front of words that hold no other: "110", "110 weights".
_TEXT_WITH_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))(?:\s+[a-z ]+)?[.!]?\s*", re.IGNORECASE)


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
    if isinstance(value, str) and (given is None or answer_digest(spec.name, value) in spec.answers):
        given = value.strip()  # an answer may be a word
    found = None if given is None else spec.answers.get(answer_digest(spec.name, given))
    if found is None:
        return False, _wrong_form(spec, given, value, wants_letter)
    return found == "", next((mistake for mistake in spec.mistakes if mistake.name == found), None)


def _only_entry(value: Any) -> Any:
    """The entry of a list, tuple or array that has just one."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    array = None if isinstance(value, (str, bool)) else as_array(value)
    return array.item() if array is not None and array.size == 1 else value


def _letter(value: Any) -> str | None:
    found = _LETTER.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        found = _TEXT_WITH_NUMBER.fullmatch(value)
        return float(found[1]) if found else None
    array = None if isinstance(value, bool) else as_array(value)
    return array.item() if array is not None and not array.ndim else None


def _wrong_form(spec: Spec, given: Any, value: Any, wants_letter: bool) -> Mistake | None:
    if wants_letter:
        if given in tuple(LETTERS):
            return None
        letters = [letter for letter in LETTERS if answer_digest(spec.name, letter) in spec.answers]
        choice = ", ".join(letters[:-1]) + f" or {letters[-1]}" if len(letters) > 1 else 'such as "a"'
        return Mistake(NO_LETTER, f"Answer with one letter in quotation marks: {choice}.")
    is_text = isinstance(value, str) and re.search(r"\d|^\s*$", value) and _number(value) is None
    return NO_NUMBER if given is None or is_text else None


def is_wrong_form(mistake: Mistake | None) -> bool:
    """Whether a mistake says that an answer can't be read, and not that it is wrong."""
    return mistake is not None and mistake.name in (NO_LETTER, NO_NUMBER.name)
