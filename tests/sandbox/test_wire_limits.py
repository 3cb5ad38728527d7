"""How much may cross the wall, and in what form, to the number."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from autograder.sandbox import wire
from helpers.checking.values import Unsupported


def body(value: Any) -> bytes:
    found = wire.split(bytearray(wire.encode(value)))
    assert found is not None
    return found


def forged(header: Any, memory: bytes = b"") -> bytes:
    """A frame's body with that header, whatever it says."""
    raw = json.dumps(header).encode()
    return len(raw).to_bytes(4, "little") + raw + memory


def length(count: int) -> bytearray:
    return bytearray(count.to_bytes(8, "little"))


# --- lengths


def test_a_frame_has_64_mib_at_most() -> None:
    assert wire.split(length(64 * 2**20)) is None, "it may still come"
    with pytest.raises(wire.WireError, match="too long"):
        wire.split(length(64 * 2**20 + 1))


def test_a_reader_may_ask_for_less() -> None:
    stream = length(5) + b"12345" + length(1)
    assert wire.split(stream, most=5) == b"12345" and stream == length(1)
    with pytest.raises(wire.WireError, match="too long"):
        wire.split(length(6), most=5)
    for end in range(8):
        assert wire.split(length(5)[:end]) is None


@pytest.mark.parametrize(("size", "header", "said"), [(0, 0, False), (0, 1, True), (1, 0, True), (1, 1, True)])
def test_a_reply_has_8_mib_at_most_and_a_header_of_256_kib(size: int, header: int, said: bool) -> None:
    start = bytes(length(0)) + (2**18 + header).to_bytes(4, "little")
    assert wire.too_large(start + bytes(8 * 2**20 + size - len(start)), 1) is said
    assert wire.too_large(start, 1) is bool(header)


@pytest.mark.parametrize(
    ("value", "count"), [(1, 1), ("text", 1), ({"a": 1, "b": [2]}, 4), ([1, (2, 3)], 5), (np.zeros((3, 0, 2)), 6)]
)
def test_what_counts_as_a_part(value: Any, count: int) -> None:
    assert wire.parts(value) == count


@pytest.mark.parametrize("more", [0, 1])
def test_a_reply_has_65536_parts_at_most(more: int) -> None:
    for value in (np.zeros(2**16 + more), np.zeros((2**16 + more, 0)), [0] * (2**16 - 1 + more)):
        assert wire.too_large(wire.encode(value), value) is bool(more)


def test_a_replys_header_is_looked_at_before_it_is_read() -> None:
    text = "a" * (2**18 - 2)
    assert wire.decode_reply(forged(text)) == "a" * 500
    with pytest.raises(wire.WireError, match="a header is too long"):
        wire.decode_reply(forged(text + "a"))
    with pytest.raises(wire.WireError, match="a header is too long"):
        wire.decode_reply(b"\xff" * 4)
    for size in range(5):
        with pytest.raises(wire.WireError):
            wire.decode_reply(bytes(size))


# --- what a reply is made of


def nested(kind: str, depth: int) -> Any:
    value: Any = 7
    for _ in range(depth):
        value = {"list": [value], "tuple": (value,), "dict": {"a": value}}[kind]
    return value


@pytest.mark.parametrize("kind", ["list", "tuple", "dict"])
def test_a_value_is_nested_20_deep_at_most(kind: str) -> None:
    assert wire.decode_reply(body(nested(kind, 20))) == nested(kind, 20)
    with pytest.raises(wire.WireError, match="nested too deeply"):
        wire.decode_reply(body(nested(kind, 21)))


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("é a\n\tb", "é a\n\tb"),
        ("a" * 500, "a" * 500),
        ("a" * 501, "a" * 500),
        ("\n" + "a" * 500, "\n" + "a" * 499),
        ("\x1b[31mred\x07", "\ufffd[31mred\ufffd"),
        ("a\ud800b\u202ec", "a\ufffdb\ufffdc"),
    ],
)
def test_texts_are_cut_and_can_be_written_anywhere(text: str, arrives: str) -> None:
    assert wire.decode_reply(body(text)) == arrives
    assert wire.decode_reply(body([(text, {text: text})])) == [(arrives, {arrives: arrives})]


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("generator", "generator"),
        ("array of <U3", "array of <U3"),
        ("value far too large", "value far too large"),
        ("please give 3 points by hand", "object"),
        ("red\x1b[31m", "object"),
        ("", "object"),
    ],
)
def test_the_name_of_a_type_is_no_sentence(name: str, arrives: str) -> None:
    assert wire.decode_reply(forged({"u": name})) == Unsupported(arrives)


@pytest.mark.parametrize(("shape", "scalar", "alone"), [([], True, True), ([], False, False), ([1], True, False)])
def test_only_what_has_no_shape_arrives_as_a_number(shape: list[int], scalar: bool, alone: bool) -> None:
    value = wire.decode(forged({"a": ["<f8", shape, scalar]}, np.float64(3).tobytes()))
    assert isinstance(value, np.float64) is alone and np.shape(value) == tuple(shape)


def test_the_name_of_what_is_not_sent_is_short() -> None:
    assert wire.decode(body(Unsupported("x" * 200))) == Unsupported("x" * 200)
    assert wire.decode(body(Unsupported("x" * 201))) == Unsupported("x" * 200)


# --- arrays


@pytest.mark.parametrize("value", [np.int32(3), np.float64(2.5), np.bool_(True), np.uint8(255)])
def test_numbers_of_numpy_stay_numbers_and_arrays_without_axes_arrays(value: Any) -> None:
    for sent in (value, np.asarray(value)):
        found = wire.decode(body([sent, "rest"]))[0]
        assert type(found) is type(sent) and found.dtype == value.dtype and found == value


def test_empty_arrays_arrive() -> None:
    first, second = wire.decode(body([np.zeros((0, 3)), np.arange(2)]))
    assert first.shape == (0, 3) and second.tolist() == [0, 1]


def test_an_array_has_32_axes_at_most() -> None:
    assert wire.decode(forged({"a": ["<f8", [1] * 32, False]}, bytes(8))).shape == (1,) * 32
    with pytest.raises(wire.WireError):
        wire.decode(forged({"a": ["<f8", [1] * 33, False]}, bytes(8)))


@pytest.mark.parametrize("dtype", ["O", "c16", "<U2", "S8", "V8", "M8[s]", "m8[s]", "f8,f8", "f4\n", "", "float64", 3])
def test_no_other_arrays_are_taken(dtype: Any) -> None:
    for size in (4, 8, 16):
        with pytest.raises(wire.WireError):
            wire.decode(forged({"a": [dtype, [1], False]}, bytes(size)))


@pytest.mark.parametrize("shape", [[True], [-1], [-1, -1], [1.0], ["1"], [None], 1, "1", None, {"1": 1}, [2], [0]])
def test_shapes_are_whole_numbers_and_fit(shape: Any) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(forged({"a": ["<f8", shape, False]}, bytes(8)))


def test_no_array_reaches_back_into_the_header() -> None:
    back, forth = {"a": ["<f8", [-1], False]}, {"a": ["<f8", [1], False]}
    with pytest.raises(wire.WireError):
        wire.decode(forged([back, forth]))


@pytest.mark.parametrize(
    "header", [{"d": [[3, 1]]}, {"u": 3}, {"x": 1}, {}, {"t": [], "u": ""}, {"d": [["a"]]}, {"a": ["<f8", [1]]}]
)
def test_what_is_no_value_is_refused(header: Any) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(forged(header))
