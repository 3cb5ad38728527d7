"""Code that an older Python can't read: was it written for a newer one? Runs where the student's code runs.

No library of this Python reads the newer grammar, so what is new in it (nested quotes in f-strings, PEP 701; type
parameters and `type` statements, PEP 695) is replaced by what means the same to a parser, and the rest is parsed.
"""

from __future__ import annotations

import ast
import re
import sys

NEWEST = (3, 13)  # what Colab has
_QUOTE = r"\"\"\"|\'\'\'|\"|\'"
_STRING = re.compile(rf"(?i)(?<!\w)(?:[rbu]|br|rb)?({_QUOTE})|(?<!\w)(f|fr|rf)({_QUOTE})|#[^\n]*")
_BRACKETS = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_TYPE_STATEMENT = re.compile(rf"^(\s*)type\s+(\w+)\s*(?:{_BRACKETS})?\s*=(?!=)", re.MULTILINE)
_TYPE_PARAMETERS = re.compile(rf"^(\s*(?:async\s+)?(?:def|class)\s+\w+)\s*{_BRACKETS}(?=\s*[(:])", re.MULTILINE)


def is_newer_python(source: str) -> bool:
    """Whether this Python refuses the source and a newer one, up to NEWEST, reads it."""
    if sys.version_info[:2] >= NEWEST:
        return False
    try:
        simpler, expressions = _without_f_strings(source)
        simpler = _TYPE_PARAMETERS.sub(r"\1", _TYPE_STATEMENT.sub(r"\1\2 =", simpler))
        ast.parse(simpler)
        for expression in expressions:
            ast.parse(f"({expression}\n)", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return simpler != source


def _without_f_strings(source: str) -> tuple[str, list[str]]:
    """The source with "" for each f-string, and the expressions in these. ValueError where one never ends."""
    parts: list[str] = []
    expressions: list[str] = []
    place = 0
    while found := _STRING.search(source, place):
        parts.append(source[place : found.start()])
        if found[2]:
            place = _end_of_f_string(source, found.end(), found[3], expressions)
            parts.append('""')
        else:
            place = _end_of_string(source, found.end(), found[1]) if found[1] else found.end()
            parts.append(source[found.start() : place])
    return "".join(parts) + source[place:], expressions


def _end_of_string(source: str, place: int, quote: str) -> int:
    found = re.compile(rf"(?:\\.|(?!{quote}).)*{quote}", re.DOTALL).match(source, place)
    if not found or (len(quote) == 1 and "\n" in found[0].replace("\\\n", "")):
        raise ValueError("a string never ends")
    return found.end()


def _end_of_f_string(source: str, place: int, quote: str, expressions: list[str]) -> int:
    while place < len(source):
        if source.startswith(quote, place):
            return place + len(quote)
        if source[place] == "\n" and len(quote) == 1:
            break
        if source.startswith(("{{", "}}", "\\"), place):
            place += 2
        elif source[place] == "{":
            place = _end_of_field(source, place + 1, expressions)
        else:
            place += 1
    raise ValueError("an f-string never ends")


def _end_of_field(source: str, start: int, expressions: list[str]) -> int:
    """Where the replacement field ends whose expression begins at `start`."""
    depth, place, end = 0, start, -1
    while place < len(source):
        found = _STRING.match(source, place) if end < 0 else None
        if found and found[2]:
            place = _end_of_f_string(source, found.end(), found[3], expressions)
        elif found and found[1]:
            place = _end_of_string(source, found.end(), found[1])
        elif source[place] in "([{":
            if end >= 0:  # a field in the format
                place = _end_of_field(source, place + 1, expressions)
                continue
            depth, place = depth + 1, place + 1
        elif source[place] == "}" and not depth:
            text = source[start : place if end < 0 else end]
            # What a nested f-string is made of has been taken out of it already.
            expressions.append(_without_f_strings(re.sub(r"=\s*$", "", text))[0])
            if not text.strip():
                raise ValueError("an empty replacement field")
            return place + 1
        elif source[place] in ")]}" and end < 0:
            depth, place = depth - 1, place + 1
        elif end < 0 and not depth and re.match(r"![rsa]\s*[:}]|:", source[place:]):
            end, place = place, place + 1
        else:
            place += 1
    raise ValueError("a replacement field never ends")
