"""Plain values as bytes: numbers, strings, lists, tuples, dicts, and arrays as dtype, shape and raw memory.

Never pickle: what comes from a student's process is only ever parsed as data, and checked.
A frame is a length (8 bytes), a header's length (4 bytes), the header (JSON) and the arrays' memory, one after another.
"""

from __future__ import annotations

import json
import math
import re
import struct
from typing import Any

import numpy as np

from helpers.checking.values import Unsupported

MAX_FRAME = 64 * 2**20
MAX_REPLY = 8 * 2**20  # a frame of a student's process
MAX_HEADER = 2**18  # of a reply: the judge looks at each value many times
MAX_PARTS = 2**16  # of a reply: numbers, texts, lists and rows. No exercise's result has a thousand of them.
MAX_DEPTH = 20  # of a reply: far below where the judge's own recursion ends
MAX_TEXT = 500  # NumPy pads a list of strings to the longest: a short list with one long string could be gigabytes
_LENGTH = struct.Struct("<Q")
LENGTH_BYTES = _LENGTH.size
_HEADER = struct.Struct("<I")
# What `plain` says of a type. The name of a student's own could be a sentence.
_TYPE_NAME = re.compile(
    r"(?:(?:deeply nested |array of )?[A-Za-z_<>=|][\w.<>=|\[\]]{0,60}|value far too large)", re.ASCII
)
_DTYPE = re.compile(r"[<>|=]?[biuf][0-9]{1,2}")


class WireError(ValueError):
    """Bytes that are no frame of ours."""


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


def too_large(frame: bytes) -> bool:
    """Whether the judge would refuse a whole frame."""
    try:
        decode_reply(frame[_LENGTH.size :])
    except WireError:
        return True
    return len(frame) > MAX_REPLY


def decode_reply(body: bytes) -> Any:
    """As `decode`, for bytes that a student's process sent: few parts only, texts cut and made printable."""
    if len(body) >= _HEADER.size and _HEADER.unpack_from(body)[0] > MAX_HEADER:
        raise WireError("a header is too long")
    return _printable(decode(body, MAX_PARTS))


def _printable(value: Any, depth: int = 0) -> Any:
    """Without control characters and lone surrogates, which no report can be written with."""
    if depth > MAX_DEPTH:
        raise WireError("a value is nested too deeply")
    if isinstance(value, str):
        text = (
            value
            if value.isprintable()
            else "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value[:MAX_TEXT])
        )
        return text[:MAX_TEXT]
    if isinstance(value, (list, tuple)):
        return type(value)(_printable(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return {_printable(key): _printable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Unsupported):
        return value if _TYPE_NAME.fullmatch(value.type_name) else Unsupported("object")
    return value


def decode(body: bytes, max_parts: float = math.inf) -> Any:
    """The value in a frame's body; WireError when the bytes are not well formed, or the value has too many parts."""
    try:
        (length,) = _HEADER.unpack_from(body)
        start = _HEADER.size + length
        reader = _Reader(body, start, max_parts)
        value = reader.value(json.loads(body[_HEADER.size : start]))
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError, OverflowError, struct.error) as error:
        raise WireError(f"not a frame: {type(error).__name__}") from None
    if reader.position != len(body):
        raise WireError("a frame has bytes left over")
    return value


def _pack(value: Any, buffers: list[bytes]) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        buffers.append(np.ascontiguousarray(value).tobytes())
        return {
            "a": [np.asarray(value).dtype.newbyteorder("=").str, list(np.shape(value)), isinstance(value, np.generic)]
        }
    if isinstance(value, tuple):
        return {"t": [_pack(item, buffers) for item in value]}
    if isinstance(value, list):
        return [_pack(item, buffers) for item in value]
    if isinstance(value, dict):
        return {"d": [[key, _pack(item, buffers)] for key, item in value.items()]}
    if isinstance(value, Unsupported):
        return {"u": value.type_name[:200]}
    return value


class _Reader:
    """Reads values whose arrays stand in a body from `position` on, and counts their parts before it makes them."""

    def __init__(self, body: bytes, position: int, room: float) -> None:
        self.body, self.position, self.room = body, position, room

    def value(self, node: Any) -> Any:
        """The value that a part of the header stands for."""
        self._count(1)
        if isinstance(node, list):
            return [self.value(item) for item in node]
        if not isinstance(node, dict):
            return node
        ((key, content),) = node.items()
        if key == "a":
            return self._array(*content)
        if key == "t":
            return tuple(self.value(item) for item in content)
        if key == "d":
            if not all(isinstance(name, str) for name, _ in content):
                raise WireError("a key is no string")
            return {name: self.value(item) for name, item in content}
        if key == "u":
            if not isinstance(content, str):
                raise WireError("a type's name is no string")
            return Unsupported(content)
        raise WireError("an unknown kind of value")

    def _array(self, name: Any, shape: Any, scalar: Any) -> Any:
        if not isinstance(name, str) or not _DTYPE.fullmatch(name) or not isinstance(shape, list) or len(shape) > 32:
            raise WireError("an array of a kind that is not sent")
        dtype = np.dtype(name)
        if not all(type(size) is int and 0 <= size <= MAX_FRAME for size in shape):
            raise WireError("an array of a shape that is not sent")
        # Its rows count, too, where they are empty and take no bytes: a list of them takes memory and time.
        self._count(math.prod(max(size, 1) for size in shape))
        end = self.position + math.prod(shape) * dtype.itemsize
        if end > len(self.body):
            raise WireError("an array is longer than its frame")
        array = np.frombuffer(self.body[self.position : end], dtype=dtype).reshape(shape).copy()
        self.position = end
        return array[()] if scalar and not shape else array

    def _count(self, parts: int) -> None:
        self.room -= parts
        if self.room < 0:
            raise WireError("a value with too many parts")
