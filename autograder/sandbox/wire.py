"""Plain values as bytes: numbers, strings, lists, tuples, dicts, and arrays as dtype, shape and raw memory.

Never pickle: what comes from a student's process is only ever parsed as data, and checked.
A frame is a length (8 bytes), a header's length (4 bytes), the header (JSON) and the arrays' memory, one after another.
"""

from __future__ import annotations

import json
import math
import re
import struct
from functools import cache
from typing import Any

import numpy as np

from helpers.checking.values import Unsupported

MAX_FRAME = 64 * 2**20
MAX_REPLY = 8 * 2**20  # a frame of a student's process
MAX_HEADER = 2**18  # of a reply: the judge looks at each value many times
MAX_PARTS = 2**16  # of a result, see `parts`: no exercise's has a thousand
MAX_DEPTH = 20  # of a reply: far below where the judge's own recursion ends
MAX_TEXT = 500  # NumPy pads a list of strings to the longest: a short list with one long string could be gigabytes
_LENGTH = struct.Struct("<Q")
LENGTH_BYTES = _LENGTH.size
_HEADER = struct.Struct("<I")
# What `plain` says of a type. The name of a student's own could be a sentence.
_TYPE_NAME = re.compile(
    r"(?:(?:deeply nested |array of )?[A-Za-z_<>=|][\w.<>=|\[\]]{0,60}|value far too large)", re.ASCII
)
_PRINTABLE = frozenset({int, float, bool, type(None), np.ndarray})
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
_DTYPE = re.compile(r"[<>|=]?[biuf][0-9]{1,2}")


class WireError(ValueError):
    """Bytes that are not a frame of ours."""


def encode(value: Any) -> bytes:
    """A whole frame, its length first."""
    buffers: list[bytes] = []
    header = json.dumps(_pack(value, buffers)).encode()
    body = b"".join([_HEADER.pack(len(header)), header, *buffers])
    return _LENGTH.pack(len(body)) + body


def split(stream: bytearray, most: int = MAX_FRAME) -> bytes | None:
    """Takes the first whole frame's body off `stream`; None while it is not complete. WireError if it is too long."""
    if len(stream) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(stream)
    if length > most:
        raise WireError("a frame is too long")
    end = _LENGTH.size + length
    if len(stream) < end:
        return None
    body = bytes(stream[_LENGTH.size : end])
    del stream[:end]
    return body


def too_large(frame: bytes, value: Any) -> bool:
    """Whether the judge would refuse a whole frame, or the result in it."""
    too_long = len(frame) > MAX_REPLY or _HEADER.unpack_from(frame, _LENGTH.size)[0] > MAX_HEADER
    return too_long or parts(value) > MAX_PARTS


def parts(value: Any) -> int:
    """How many numbers, texts, lists and rows a value has.

    Rows count where they are empty and take no bytes, too: a list of them takes memory and time.
    """
    if isinstance(value, np.ndarray):
        return math.prod(max(size, 1) for size in value.shape)
    if isinstance(value, dict):
        return 1 + sum(map(parts, value.values()))
    return 1 + sum(map(parts, value)) if isinstance(value, (list, tuple)) else 1


def decode_reply(body: bytes) -> Any:
    """As `decode`, for bytes that a student's process sent: short headers only, texts cut and made printable."""
    if len(body) >= _HEADER.size and _HEADER.unpack_from(body)[0] > MAX_HEADER:
        raise WireError("a header is too long")
    return _printable(decode(body))


def _printable(value: Any, depth: int = 0) -> Any:
    """Without control characters and lone surrogates, which no report can be written with."""
    if depth > MAX_DEPTH:
        raise WireError("a value is nested too deeply")
    kind = type(value)  # one of those that `decode` makes
    if kind is str:
        text = (
            value
            if value.isprintable()
            else "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value[:MAX_TEXT])
        )
        return text[:MAX_TEXT]
    if kind is list or kind is tuple:
        as_it_is = _PRINTABLE if depth < MAX_DEPTH else ()  # what is in the deepest list is too deep, whatever it is
        items = [item if type(item) in as_it_is else _printable(item, depth + 1) for item in value]
        return items if kind is list else tuple(items)
    if kind is dict:
        return {_printable(key): _printable(item, depth + 1) for key, item in value.items()}
    if kind is Unsupported:
        return value if _TYPE_NAME.fullmatch(value.type_name) else Unsupported("object")
    return value


def decode(body: bytes) -> Any:
    """The value in a frame's body; WireError when the bytes are not well formed."""
    try:
        (length,) = _HEADER.unpack_from(body)
        start = _HEADER.size + length
        reader = _Reader(body, start)
        value = reader.value(json.loads(body[_HEADER.size : start]))
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError, OverflowError, struct.error) as error:
        raise WireError(f"not a frame: {type(error).__name__}") from None
    if reader.position != len(body):
        raise WireError("a frame has bytes left over")
    return value


def _pack(value: Any, buffers: list[bytes]) -> Any:
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        dtype = value.dtype
        if not dtype.isnative:
            dtype = dtype.newbyteorder("=")
            value = value.astype(dtype)
        buffers.append(value.tobytes())
        return {"a": [dtype.str, list(value.shape), isinstance(value, np.generic)]}
    if isinstance(value, (list, tuple)):
        items = [item if type(item) in _AS_IT_IS else _pack(item, buffers) for item in value]
        return {"t": items} if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {"d": [[key, _pack(item, buffers)] for key, item in value.items()]}
    if isinstance(value, Unsupported):
        return {"u": value.type_name[:200]}
    return value


class _Reader:
    """Reads values whose arrays stand in a body, one after another, from `position` on."""

    def __init__(self, body: bytes, position: int) -> None:
        self.body, self.position = body, position

    def value(self, node: Any) -> Any:
        """The value that a part of the header stands for."""
        kind = type(node)
        if kind is list:
            return self._values(node)
        if kind is not dict:
            return node
        ((key, content),) = node.items()
        if key == "a":
            return self._array(*content)
        if key == "t":
            return tuple(self._values(content))
        if key == "d":
            found = {}
            for name, item in content:
                if type(name) is not str:
                    raise WireError("a key is not a string")
                found[name] = self.value(item)
            return found
        if key == "u":
            if not isinstance(content, str):
                raise WireError("a type's name is not a string")
            return Unsupported(content)
        raise WireError("an unknown kind of value")

    def _values(self, nodes: Any) -> list[Any]:
        return [item if type(item) in _AS_IT_IS else self.value(item) for item in nodes]

    def _array(self, name: Any, shape: Any, scalar: Any) -> Any:
        if type(name) is not str or type(shape) is not list or len(shape) > 32:
            raise WireError("an array of a kind that is not sent")
        dtype = _dtype(name)
        count = 1
        for size in shape:
            if type(size) is not int or not 0 <= size <= MAX_FRAME:
                raise WireError("an array of a shape that is not sent")
            count *= size
        end = self.position + count * dtype.itemsize
        if end > len(self.body):
            raise WireError("an array is longer than its frame")
        array: np.ndarray = np.ndarray(shape, dtype, self.body, self.position).copy()
        self.position = end
        return array[()] if scalar and not shape else array


@cache
def _dtype(name: str) -> np.dtype[Any]:
    """The kind of number of that name. Of the names that are let through there are a few thousand."""
    if not _DTYPE.fullmatch(name):
        raise WireError("an array of a kind that is not sent")
    return np.dtype(name)
