"""Text from students, safe to show, and their folders' names as UTF-8 and as nbgrader's student ids."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# CSI sequences with the parameters that terminals know. A wider pattern would also remove the text after them.
_ANSI = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")
_OVERRIDE = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"[\ud800-\udfff]|\\ud[89a-f][0-9a-f]{2}")
_ID_LENGTH = 100


def strip_controls(text: str) -> str:
    """The text without terminal sequences and control characters but tab and line feed; U+FFFD for lone surrogates."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", _ANSI.sub("", text)))


def spell_out_overrides(text: str) -> str:
    """The text with the marks that turn the writing direction around spelled out: code must read as it runs."""
    return _OVERRIDE.sub(lambda found: ascii(found[0])[1:-1], text)


def encodable(name: str) -> str:
    """The name itself if UTF-8 can hold it, else with invalid bytes as `\\udcff`; different names stay different."""
    if not _ESCAPED.search(name):
        return name
    return name.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def escape_controls(name: str) -> str:
    """The name with control characters and marks for the writing direction spelled out, as `\\x1b`."""

    def spelled(found: re.Match[str]) -> str:
        return ascii(found[0])[1:-1]

    return _DIRECTION.sub(spelled, re.sub(r"[\x00-\x1f\x7f-\x9f]", spelled, encodable(name)))


def nbgrader_id(name: str) -> str:
    """The student id under which nbgrader holds a folder's name; different names get different ids.

    Ordinary names stay as they are. nbgrader puts ids into glob patterns, regular expressions, addresses, unescaped
    HTML and unquoted CSV. So every byte of a character with a meaning there becomes `~` and two hex digits. An id that
    is longer than the database's 128 characters is cut and gets a digest.
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
