"""Names of people, files and assignments, read as people write them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import takewhile

MAX_NAME_BYTES = 150  # of a folder's name
MAX_TURNS = 10  # of a name's words, so that a long one doesn't cost much
# What browsers, drives and people put around a file's name, in the languages that they have it in.
_COPY_OF = r"(?:copy of|kopie von|copie de|copia de|c[oó]pia de|kopia)"
_COPY = re.compile(
    rf"^{_COPY_OF}(?:\s+|$)|(?:^|\s*[-_ ]\s*)(?:copy|kopie|copie|copia|副本)$|\s*\(\d{{1,3}}\)$", re.IGNORECASE
)
_COPY_BEFORE = re.compile(rf"(?<![^\W_]){_COPY_OF}\s*$", re.IGNORECASE)  # between a person and an assignment
_COPY_NUMBER = re.compile(r"(?:\((\d{1,3})\)|-(\d{1,2}))$")
_SUFFIXES = re.compile(r"(?:\.(?:ipynb|json|txt|zip|py|html?|pdf|md|docx?))+$", re.IGNORECASE)
_DRIVE = re.compile(r"-\d{8}T\d{6}Z-\d+(?:-\d+)?$")  # behind the name of each part of a download
_EDGE = " \t-_.,;+–—"
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"}
_LETTERS = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def stem(name: str) -> str:
    """A file's name without what tells its kind."""
    return _SUFFIXES.sub("", name)


def without_stamp(name: str) -> str:
    """A name without the time and number that Google Drive puts behind it."""
    return _DRIVE.sub("", stem(name))


def copy_number(name: str) -> int:
    """The number that a system has put behind a file's name, as in `a-1.ipynb` or `a (2).ipynb`; 0 without one."""
    found = _COPY_NUMBER.search(stem(name))
    return int(found[1] or found[2]) if found else 0


def without_copy_marks(text: str) -> str:
    """A name without "Copy of", "(1)" and the like."""
    while (shorter := _COPY.sub("", text.strip(), count=1).strip()) != text:
        text = shorter
    return text


def split_assignment(name: str, assignments: Iterable[str]) -> tuple[str, str]:
    """What a name holds beside an assignment's name, and that assignment; "" for it where the name has none."""
    base = unicodedata.normalize("NFC", without_stamp(name))
    for assignment in sorted(assignments, key=len, reverse=True):
        if found := _pattern(assignment).search(base):
            before, after = _COPY_BEFORE.sub("", base[: found.start()]), base[found.end() :]
            if re.fullmatch(r"_+ - | - _+", before + re.sub(r"\s*\(\d{1,3}\)$", "", after)):  # who has no other name
                return "_", assignment
            if re.fullmatch(r"(?:[-_ ]\d{1,2})?(?:\s*\(\d{1,3}\))*", after):  # a system's number
                after = ""
            rest = " ".join(part for part in map(_bare, (before, without_copy_marks(after))) if part)
            return _bare(without_copy_marks(rest)), assignment
    return without_copy_marks(base), ""


@cache
def _pattern(assignment: str) -> re.Pattern[str]:
    """Finds an assignment's name, its parts written together or apart, with or without its number."""
    words = re.findall(r"[^\W_]+", assignment)
    whole = r"[\W_]*".join(map(re.escape, words))
    short = r"[\W_]*".join(map(re.escape, words[1:])) if words[0].isdigit() and len(words) > 1 else whole
    return re.compile(rf"(?<![^\W_])(?:{whole}|{short})(?![^\W_])", re.IGNORECASE)


def _bare(text: str) -> str:
    text = text.strip(_EDGE)
    return text[1:-1].strip(_EDGE) if text[:1] + text[-1:] in ("()", "[]", "{}") else text


def person_keys(name: str) -> frozenset[str]:
    """Texts that two spellings of one name have in common: accents, order and case don't count."""
    keys: set[str] = set()
    for words in _spellings(name):
        keys.add(" ".join(sorted(words)))
        keys |= {"".join(words[turn:] + words[:turn]) for turn in range(min(len(words), MAX_TURNS))}
    return frozenset(keys - {""})


def person_words(name: str) -> list[frozenset[str]]:
    """The words of a name, once for each way to write its accents."""
    return [frozenset(words) for words in _spellings(name)]


def _spellings(name: str) -> list[list[str]]:
    lower = unicodedata.normalize("NFC", name).casefold()
    found = []
    for letters in ({}, _GERMAN):
        text = "".join(letters.get(letter, letter) for letter in lower)
        text = "".join(_LETTERS.get(letter, letter) for letter in text)
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
        words = re.findall(r"[^\W_]+", text.replace("'", "").replace("’", ""))
        found.append(words)
    return found if found[0] != found[1] else found[:1]


def common_start(names: Iterable[str]) -> str:
    """The letters with which all the names begin."""
    ordered = sorted(names)
    pairs = zip(ordered[0], ordered[-1]) if ordered else ()
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def folder_name(text: str) -> str:
    """A text as the name of a folder: the text itself where it can be one, and never a way to another folder."""
    name = re.sub(r"[/\x00-\x1f\x7f]", "_", text).strip()
    if name.strip(".") == "":
        name = f"_{name}"
    data = name.encode("utf-8", "surrogateescape")
    if len(data) <= MAX_NAME_BYTES:
        return name
    digest = hashlib.sha256(data).hexdigest()[:8]
    return data[: MAX_NAME_BYTES - 9].decode("utf-8", "ignore") + f"~{digest}"
