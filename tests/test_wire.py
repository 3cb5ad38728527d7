"""What crosses the wall: plain values only, whatever the bytes."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.grading.grade import verdict_of
from autograder.sandbox import client, wire
from helpers.checking.messages import explain
from helpers.checking.spec import Case, Fault, Spec
from helpers.checking.values import Unsupported

numbers = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
arrays = hnp.arrays(
    st.sampled_from([np.uint8, np.int64, np.float32, np.float64, np.bool_]), hnp.array_shapes(min_dims=0, max_dims=4)
)
values = st.recursive(
    numbers | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=10,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, (np.ndarray, np.generic)):
        equal = np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return type(one) is type(other) and one.dtype == other.dtype and np.shape(one) == np.shape(other) and equal
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


@given(values)
def test_what_is_sent_arrives(value: Any) -> None:
    stream = bytearray(wire.encode(value))
    body = wire.split(stream)
    assert body is not None and not stream
    assert same(value, wire.decode(body))


def test_unsupported_values_arrive_as_their_type_only() -> None:
    body = wire.split(bytearray(wire.encode([Unsupported("Chameleon")])))
    assert body is not None and wire.decode(body) == [Unsupported("Chameleon")]


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_cleanly(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.decode(data)


@given(values, st.data())
def test_damaged_frames_are_refused_or_read_as_plain_values(value: Any, data: st.DataObject) -> None:
    body = bytearray(wire.encode(value)[8:])
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(wire.WireError):
        wire.decode(bytes(body))


@pytest.mark.parametrize(
    "header",
    [
        b'{"a": ["O", [1], false]}',
        b'{"a": ["f8", [-1], false]}',
        b'{"a": ["f8", [1000000000], false]}',
        b'{"x": 1}',
        b"[" * 100_000,
    ],
)
def test_hostile_headers_are_refused(header: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(len(header).to_bytes(4, "little") + header)


def test_incomplete_and_oversized_frames() -> None:
    whole = wire.encode({"done": True})
    assert wire.split(bytearray(whole[:-1])) is None
    with pytest.raises(wire.WireError):
        wire.split(bytearray((2**40).to_bytes(8, "little")))


frames = st.fixed_dictionaries(
    {},
    optional={
        "alone": values,
        "fault": values
        | st.fixed_dictionaries(
            {"kind": st.sampled_from(["raised", "crashed", 3])},
            optional=dict.fromkeys(("type_name", "message", "line", "line_number"), values),
        ),
        "case": st.integers(-1, 3),
        "outcome": values | st.fixed_dictionaries({"value": values, "fault": values, "changed": values}),
        "values": values,
        "end": values,
        "more": values,
    },
)


@given(st.lists(frames | values, max_size=6), st.binary(max_size=20))
def test_whatever_a_process_sends_is_data_for_the_judge(sent: list[Any], rest: bytes) -> None:
    """Forged frames in any order end in replies that can be judged, written down and compared, or in a refusal."""
    spec = Spec("f", "", "function", 1.0, {"values": ""}, ("x",), cases=(Case("values", {"x": 1}, 1),) * 2)
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"".join(map(wire.encode, sent)) + rest)
        reader = client._Reader([len(spec.cases)], ask_more=True)
        late = client._exchange(ours, b"", reader, time.monotonic() + 20)
    assert not late
    reader.close(Fault("crashed", "SIGKILL"))
    (reply,) = reader.replies
    verdict = verdict_of(spec, reply)
    assert 0 <= verdict.score <= 1
    text = explain(verdict).text() + explain(verdict).html()
    text.encode()
    assert "\x1b" not in text and len(text) < 10**5
