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

from autograder.grading.running import verdict_of
from autograder.sandbox import protocol, wire
from autograder.sandbox.replies import ReplyReader, exchange
from autograder.sandbox.slicing import CellCode
from helpers.checking.messages import explain
from helpers.checking.spec import Case, Fault, Mistake, Outcome, Spec
from helpers.checking.values import Unsupported

text = st.text("ab é\n", max_size=9)
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


@pytest.mark.parametrize("value", [np.arange(3.0), np.array(2.5, "f4"), np.array([[1, 2]], "u2")])
def test_numbers_in_another_byte_order_arrive_as_the_same_numbers(value: Any) -> None:
    swapped = value.astype(value.dtype.newbyteorder())
    arrived = wire.decode(wire.split(bytearray(wire.encode([swapped]))) or b"")[0]
    assert same(arrived, value) and arrived.dtype == value.dtype


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


kinds = st.sampled_from(["raised", "forbidden", "crashed", 3])
faults = st.none() | values | st.tuples(kinds, st.text(), st.text(), st.text(), st.integers() | values)
frames = (
    st.tuples(st.just("Begin"), st.booleans() | values, st.integers() | values)
    | st.tuples(st.just("CellFault"), faults)
    | st.tuples(st.just("CaseOutcome"), st.integers(-1, 3), values, faults, values)
    | st.tuples(st.just("Values"), st.lists(values) | values)
    | st.tuples(st.sampled_from(["End", "MorePlans", "Other"]))
    | st.tuples(st.just("MorePlans"), st.booleans() | values)
)


whole_faults = st.builds(
    Fault,
    st.sampled_from(["raised", "not_written", "left", "forbidden", "memory", "version"]),
    text,
    text,
    text,
    st.integers(0, 10**6),
)
results = st.none() | st.booleans() | st.integers() | arrays | text  # a text that nothing has to be cut from
whole_frames = (
    st.builds(protocol.Begin, st.booleans(), st.integers())
    | st.builds(
        protocol.CaseOutcome,
        st.integers(0, 99),
        results,
        st.none() | whole_faults,
        st.dictionaries(text, results, max_size=2),
    )
    | st.builds(protocol.Values, st.lists(results, max_size=3))
    | st.builds(protocol.CellFault, whole_faults)
    | st.builds(protocol.End)
    | st.builds(protocol.MorePlans, st.booleans())
)


@given(whole_frames)
def test_a_frame_arrives_as_it_was_sent(frame: protocol.Frame) -> None:
    sent = protocol.encode_frame(frame)
    assert protocol.encode_frame(protocol.decode_frame(sent[8:])) == protocol.encode_frame(frame)
    assert type(protocol.decode_frame(sent[8:])) is type(frame)


FAULT = ("raised", "ValueError", "said", "line", 3)


@pytest.mark.parametrize(
    "forged",
    [
        (),
        3,
        [np.array([1, 2]), True],
        ("Begin",),
        ("Begin", 1),
        ("Begin", np.bool_(True)),
        ("Begin", True),
        ("Begin", True, 1.0),
        ("Begin", True, 1, 2),
        ("End", None),
        ("MorePlans", float("inf")),
        ("Values", None),
        ("Values", {}),
        ("CaseOutcome", 0.0, 1, None, {}),
        ("CaseOutcome", 0, 1, None),
        ("CaseOutcome", 0, 1, None, ("x",)),
        ("CaseOutcome", 0, 1, {}, {}),
        ("Begin", True, None),
        ("CellFault", None),
        ("CellFault", ("crashed", *FAULT[1:])),
        ("CellFault", (*FAULT[:4], "3")),
        ("CellFault", ("raised", 3, *FAULT[2:])),
        ("CellFault", (np.array([1, 2]), *FAULT[1:])),
        ("Reply", 1.0),
    ],
)
def test_a_frame_with_a_field_of_another_type_is_refused(forged: Any) -> None:
    with pytest.raises(wire.WireError):
        protocol.decode_frame(wire.encode(forged)[8:])


def test_a_request_arrives_without_what_would_tell_the_answers() -> None:
    spec = Spec(
        "f", "01", "function", 2.0, {"values": "look"}, ("hint",), required=("x",), forbidden=("numpy.sum",),
        cases=(Case("values", {"x": np.arange(3)}, 7),), mistakes=(Mistake("m", "you did", (Outcome(8),)),),
    )  # fmt: skip
    cells = (CellCode("cell 1", "x = 1", "extra"), CellCode("f", "def f(x): ...", "solution"))
    sent = protocol.Request(cells, (protocol.ExerciseRun(spec, (1,), 2),), 3, ask_more=True)
    stream = bytearray(sent.encode() + protocol.encode_cases(spec))
    request, cases = protocol.Request.decode(wire.split(stream) or b""), wire.split(stream) or b""
    assert (request.cells, request.plan, request.literal_answers, request.ask_more) == (cells, 3, False, True)
    assert not request.again
    (run,) = request.runs
    assert (tuple(run.own), run.end) == ((1,), 2)
    assert (run.spec.name, run.spec.kind, run.spec.required, run.spec.forbidden) == (
        "f", "function", ("x",), ("numpy.sum",)
    )  # fmt: skip
    assert not (run.spec.cases or run.spec.mistakes or run.spec.hints or run.spec.aspects or run.spec.answers)
    (case,) = protocol.decode_cases(cases)
    assert case.arguments["x"].tolist() == [0, 1, 2] and case.expected is None


def test_a_request_asks_for_one_list_of_cases_and_the_least_of_the_notebook() -> None:
    run = protocol.ExerciseRun(Spec("count", "01", "answer", 1.0, variables=("count",)), (0,), 1)
    sent = protocol.Request((CellCode("count", "count = 3", "solution"),), (run,)).encode()
    request = protocol.Request.decode(wire.split(bytearray(sent)) or b"")
    assert (request.plan, request.literal_answers, request.ask_more, request.again) == (0, False, False, False)
    assert protocol.decode_cases(wire.split(bytearray(protocol.encode_cases(run.spec))) or b"") == []


@given(st.lists(frames | values, max_size=6), st.binary(max_size=20))
def test_whatever_a_process_sends_is_data_for_the_judge(sent: list[Any], rest: bytes) -> None:
    """Forged frames in any order end in replies that can be judged, written down and compared, or in a refusal."""
    spec = Spec("f", "", "function", 1.0, {"values": ""}, ("x",), cases=(Case("values", {"x": 1}, 1),) * 2)
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"".join(map(wire.encode, sent)) + rest)
        reader = ReplyReader([spec], ask_more=True)
        late = exchange(ours, b"", reader, time.monotonic() + 20)
    assert not late
    reader.close(Fault("crashed", "SIGKILL"))
    (reply,) = reader.replies
    verdict = verdict_of(spec, reply)
    assert 0 <= verdict.score <= 1
    text = explain(verdict).text() + explain(verdict).html()
    text.encode()
    assert "\x1b" not in text and len(text) < 10**5
