"""A notebook's bytes without its outputs and the state of its widgets: both may be huge, and neither is graded.

Works on the bytes, so that what is left out is never decoded or parsed, and a damaged file is pruned as far as it goes.
"""

from __future__ import annotations

import re

# Depths at which they stand: an output in a cell of `cells`, or of a worksheet's `cells` (nbformat 3); widgets in the
# notebook's metadata.
_PLACES = {b'"outputs"': (3, 5), b'"widgets"': (2,)}
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_VALUE = re.compile(rb"\s*:\s*(?=[\[{])")
# What lies between two brackets that count: text, strings, and lists and objects that are nested four deep at most.
_INSIDE = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
for _ in range(4):
    _INSIDE = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"|\[(?:%b)*+\]|\{(?:%b)*+\}' % (_INSIDE, _INSIDE)
_SKIP = re.compile(rb"(?:%b)*+" % _INSIDE, re.DOTALL)

MAX_STEPS = 2_000_000  # brackets and strings outside of what is left out: far more than a notebook may have


def pruned(data: bytes) -> bytes:
    """The JSON text of a notebook with `[]` for each cell's outputs and `{}` for the widgets' state.

    What has far too many parts is left as it is from there on.
    """
    kept: list[bytes] = []
    depth = start = place = steps = 0
    while steps < MAX_STEPS and (token := _TOKEN.search(data, place)):
        place = token.end()
        steps += 1
        text = token[0]
        if text in (b"[", b"{"):
            depth += 1
        elif text in (b"]", b"}"):
            depth -= 1
        elif depth in _PLACES.get(text, ()) and (value := _VALUE.match(data, place)):
            kept += [data[start : value.end()], b"[]" if data[value.end()] == ord("[") else b"{}"]
            place, taken = _end_of_value(data, value.end(), MAX_STEPS - steps)
            start, steps = place, steps + taken
    kept.append(data[start:])
    return b"".join(kept)


def _end_of_value(data: bytes, start: int, most: int) -> tuple[int, int]:
    """Where the list or object that begins at `start` ends, and in how many steps that was found.

    It is the end of the data if the value was cut off, and somewhere in it after so many steps.
    """
    depth, place, steps = 0, start, 0
    while place < len(data) and steps < most:
        steps += 1
        depth += 1 if data[place] in b"[{" else -1
        place += 1
        if not depth:
            return place, steps
        skipped = _SKIP.match(data, place)
        place = skipped.end() if skipped else place
        if place < len(data) and data[place] == ord('"'):  # a string that never ends
            return len(data), steps
    return place, steps
