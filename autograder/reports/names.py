"""Students' names as they come from folders: safe in UTF-8, on a page, and as nbgrader's student id."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# CSI sequences with the parameters that terminals know: wider patterns would eat text that follows.
_ANSI = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")
_ESCAPED = re.compile(r"[\ud800-\udfff]|\\ud[89a-f][0-9a-f]{2}")
_ID_LENGTH = 100


def plain(text: str) -> str:
    """Text without terminal sequences, control characters (but tab and line feed) and lone surrogates."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", _ANSI.sub("", text)))


def encodable(name: str) -> str:
    """The name itself, if UTF-8 can hold it; else its odd bytes as `\\udcff`, and no two names alike."""
    if not _ESCAPED.search(name):
        return name
    return name.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def shown(name: str) -> str:
    """The name for a page: control characters and marks that turn the writing direction are spelled out."""

    def spelled(found: re.Match[str]) -> str:
        return ascii(found[0])[1:-1]

    return _DIRECTION.sub(spelled, re.sub(r"[\x00-\x1f\x7f-\x9f]", spelled, encodable(name)))


def nbgrader_id(name: str) -> str:
    """The student id under which nbgrader holds a folder's name; different names get different ids.

    Ordinary names stay as they are. nbgrader puts ids into glob patterns, regular expressions, addresses, unescaped
    HTML and unquoted CSV, so every byte of a character that means something there becomes `~` and two hex digits;
    what is longer than the database's 128 characters is cut and gets a digest.
    """
    last = len(name) - 1
    escaped = "".join(
        character if _harmless(character, at == 0, at == last) else _hex(character) for at, character in enumerate(name)
    )
    if len(escaped) <= _ID_LENGTH and len(escaped.encode()) <= 2 * _ID_LENGTH:
        return escaped
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"{escaped.encode()[:_ID_LENGTH].decode('utf-8', 'ignore')}~~{digest}"


def _harmless(character: str, first: bool, last: bool) -> bool:
    if (first and character in " -+=@.") or (last and character == " "):
        return False
    if character.isascii():
        return character.isalnum() or character in " -_.@+=:()!'"
    return unicodedata.category(character)[0] in "LMNPS"


def _hex(character: str) -> str:
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
