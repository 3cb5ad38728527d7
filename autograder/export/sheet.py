"""A CSV file of somebody else's, of which some fields are filled in and every other byte stays as it is."""

from __future__ import annotations

import codecs
import re

from .ready import ExportError

SEPARATORS = (",", ";", "\t")
SAMPLE = 3  # records that show which separator a file has, as Canvas looks at them
MAX_BYTES = 50 * 2**20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Sheet:
    """The records of a CSV file, separated by commas, semicolons or tabs. Raises ExportError where it is none."""

    def __init__(self, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise ExportError(f"it has more than {MAX_BYTES // 2**20} MB: not a sheet of marks")
        self._bom, self._encoding = next(
            ((bom, name) for bom, name in _BOMS if content.startswith(bom)), (b"", "utf-8")
        )
        try:
            text = content[len(self._bom) :].decode(self._encoding)
        except UnicodeDecodeError:
            raise ExportError("it is not UTF-8: export it again, or save it as CSV UTF-8") from None
        self.separator = _separator(text)
        self._records, self._ends = _split(text, self.separator)
        if not self._records:
            raise ExportError("it is empty")

    def __len__(self) -> int:
        return len(self._records)

    def row(self, number: int) -> list[str]:
        """The texts of a record, without quotation marks."""
        return [_text(field) for field in self._records[number]]

    def cell(self, row: int, column: int) -> str:
        """A field's text, without spaces around it; empty where the record is too short."""
        record = self._records[row]
        return _text(record[column]).strip() if column < len(record) else ""

    def fill(self, row: int, column: int, text: str) -> None:
        """Puts a text in the place of a field."""
        record = self._records[row]
        record += [""] * (column + 1 - len(record))
        needs_quotes = any(character in text for character in (self.separator, '"', "\r", "\n"))
        record[column] = '"' + text.replace('"', '""') + '"' if needs_quotes else text

    def content(self) -> bytes:
        """The file."""
        lines = (self.separator.join(record) + end for record, end in zip(self._records, self._ends, strict=True))
        return self._bom + "".join(lines).encode(self._encoding)


def _separator(text: str) -> str:
    """The one that gives the first records the same number of fields, and most; else the header most."""

    def rank(separator: str) -> tuple[bool, int]:
        try:
            counts = [len(record) for record in _split(text, separator, SAMPLE)[0]]
        except ExportError:
            return False, 0
        return len(set(counts)) == 1 and counts[0] > 1, counts[0] if counts else 0

    return max(SEPARATORS, key=rank)


def _split(text: str, separator: str, most: int | None = None) -> tuple[list[list[str]], list[str]]:
    """The fields of each record as they stand, and the end of its line."""
    field = re.compile(rf'"(?:[^"]|"")*"[^{separator}\r\n]*|(?!")[^{separator}\r\n]*')
    records: list[list[str]] = []
    ends: list[str] = []
    at, record = 0, []
    while at < len(text) and (most is None or len(records) < most):
        found = field.match(text, at)
        if found is None:
            raise ExportError(f"a quotation mark in record {len(records) + 1} is never closed")
        record.append(found[0])
        at = found.end()
        if text[at : at + 1] == separator:
            at += 1
            if at < len(text):
                continue
            record.append("")
        end = "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]
        records.append(record)
        ends.append(end)
        at, record = at + len(end), []
    return records, ends


def _text(field: str) -> str:
    """What a field says."""
    if not field.startswith('"'):
        return field
    quoted, _, rest = field[1:].rpartition('"')
    return quoted.replace('""', '"') + rest
