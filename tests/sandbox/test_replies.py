"""Frames become replies, one for each list of cases, and a frame that is out of order is refused."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.protocol import (
    Begin,
    CaseOutcome,
    CellFault,
    End,
    Frame,
    MorePlans,
    SourceReport,
    Values,
    encode_frame,
)
from autograder.sandbox.replies import Reply, ReplyReader, exchange
from autograder.sandbox.wire import WireError
from helpers.checking.spec import Case, Fault, Outcome, Spec

FAULT = Fault("raised", "ValueError", "bad")
ARGUMENTS = {"x": np.arange(3), "n": 1}
ONE, TWO = CaseOutcome(0, 1, None, ARGUMENTS), CaseOutcome(1, 2, None, ARGUMENTS)


def specs(sizes: Sequence[int]) -> list[Spec]:
    """A specification with that many cases for each of the sizes."""
    return [Spec("f", "", "function", 1.0, required=("x",), cases=(Case("", ARGUMENTS),) * size) for size in sizes]


def read(*frames: Frame, sizes: tuple[int, ...] = (2,), ask_more: bool = False) -> ReplyReader:
    reader = ReplyReader(specs(sizes), ask_more)
    for frame in frames:
        reader.take(frame)
    return reader


def test_outcomes_come_in_order_with_the_cell_that_has_the_work() -> None:
    reader = read(Begin(True, 3), ONE, TWO, End())
    assert reader.replies == [Reply((Outcome(1), Outcome(2)), None, None, 3, True, True, False)] and reader.done


def test_no_cell_has_the_work_where_nothing_is_written() -> None:
    (reply,) = read(Begin(True, -1), CellFault(Fault("not_written")), End()).replies
    assert (reply.target, reply.fault, reply.whole) == (None, Fault("not_written"), True)


def test_each_list_of_cases_has_a_reply() -> None:
    first, second = read(Begin(False, 2), ONE, End(), Begin(False, 2), ONE, TWO, End(), sizes=(1, 2)).replies
    assert (len(first.outcomes), len(second.outcomes), first.target, second.target) == (1, 2, 2, 2)


def test_the_first_cell_may_have_the_work() -> None:
    (reply,) = read(Begin(True, 0), End()).replies
    assert reply.target == 0


def test_it_is_done_when_every_list_is_answered() -> None:
    reader = read(sizes=(2, 2))
    for answered in (1, 2):
        assert not reader.done
        reader.take(End())
        assert reader.answered == answered
    assert reader.done


def test_what_is_passed_over_has_only_an_end() -> None:
    assert read(End()).replies == [Reply(whole=True, more=False)]


def test_whether_there_is_more_is_said_last() -> None:
    reader = read(Begin(True, 0), Values([1]), End(), ask_more=True)
    assert not reader.done
    reader.take(MorePlans(True))
    assert reader.done and reader.replies[0].more and reader.replies[0].values == (1,)
    first, last = read(End(), End(), MorePlans(True), sizes=(1, 1), ask_more=True).replies
    assert last.more and not first.more


def test_what_was_not_answered_has_the_fault_that_ended_the_process() -> None:
    reader = read(Begin(False, 4), ONE, End(), Begin(False, 4), ONE, sizes=(2, 2, 2))
    reader.close(Fault("timeout"))
    assert [reply.fault for reply in reader.replies] == [None, Fault("timeout"), Fault("timeout")]
    assert [reply.target for reply in reader.replies] == [4, 4, None]
    assert reader.replies[2] == Reply((), None, Fault("timeout"), None, self_contained=False, whole=False, more=True)


def test_whether_the_source_can_be_believed_is_said_first() -> None:
    for credible in (True, False):
        reader = ReplyReader(specs((1, 1)), ask_more=False, look=True)
        for frame in (SourceReport(credible), Begin(True, 0), ONE, End(), End()):
            reader.take(frame)
        assert reader.done and [reply.credible for reply in reader.replies] == [credible, credible]
    for look, first in ((True, End()), (False, SourceReport(True))):
        with pytest.raises(WireError):
            ReplyReader(specs((1,)), ask_more=False, look=look).take(first)


@pytest.mark.parametrize(
    "frames",
    [
        [ONE],
        [Values([1])],
        [CellFault(FAULT)],
        [MorePlans(True)],
        [Begin(True, 0), Begin(True, 0)],
        [Begin(True, 0), TWO],
        [Begin(True, 0), ONE, ONE],
        [Begin(True, 0), ONE, TWO, CaseOutcome(2, 3, None, ARGUMENTS)],
        [Begin(True, 0), Values([1]), Values([1])],
        [Begin(True, 0), CellFault(FAULT), CellFault(FAULT)],
        [End(), End()],
        [End(), Begin(True, 0)],
    ],
)
def test_a_frame_out_of_order_is_refused(frames: list[Frame]) -> None:
    with pytest.raises(WireError):
        read(*frames)


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ({}, ("x", "n")),
        ({"x": np.arange(3)}, ("n",)),
        ({"x": np.arange(3), "n": 1, "more": 5}, ()),
        ({"x": np.arange(3), "n": 2}, ("n",)),
        ({"x": np.arange(3), "n": True}, ("n",)),
        ({"x": np.array([0, 1, 3]), "n": 1}, ("x",)),
        ({"x": np.arange(3.0), "n": 1}, ("x",)),
        ({"x": np.arange(3).reshape(1, 3), "n": 1}, ("x",)),
        ({"x": [0, 1, 2], "n": np.array([1, 1])}, ("x", "n")),
        ({"x": {"x": 1}, "n": [1]}, ("x", "n")),
    ],
)
def test_what_was_changed_is_found_by_the_arguments_that_come_back(
    after: dict[str, Any], changed: tuple[str, ...]
) -> None:
    (reply,) = read(Begin(True, 0), CaseOutcome(0, 1, None, after)).replies
    assert reply.outcomes == (Outcome(1, None, changed),)


def test_of_a_fault_nothing_is_said_to_be_changed() -> None:
    (reply,) = read(Begin(True, 0), CaseOutcome(0, None, FAULT)).replies
    assert reply.outcomes == (Outcome(fault=FAULT),)


# --- exchange


def frames(*sent: Frame) -> bytes:
    return b"".join(map(encode_frame, sent))


def talk(
    process: Callable[[socket.socket], None],
    message: bytes = b"",
    sizes: tuple[int, ...] = (2,),
) -> tuple[bool, ReplyReader]:
    """What `exchange` gives with that process at the other end: whether it was late, and the replies."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    reader = ReplyReader(specs(sizes), ask_more=False)

    def at_the_other_end() -> None:
        with theirs:
            process(theirs)

    thread = threading.Thread(target=at_the_other_end)
    thread.start()
    with ours:
        late = exchange(ours, message, reader, time.monotonic() + 10)
    thread.join(20)
    assert not thread.is_alive()
    return late, reader


def received(channel: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (chunk := channel.recv(count - len(data))):
        data += chunk
    return data


WHOLE = (Begin(True, 3), ONE, TWO, End())


def test_frames_become_replies_however_they_are_cut() -> None:
    def process(channel: socket.socket) -> None:
        for byte in frames(*WHOLE):
            channel.sendall(bytes([byte]))

    late, reader = talk(process)
    assert late is False and reader.done and reader.replies == read(*WHOLE).replies


def test_a_process_that_answers_before_it_has_read_all_is_no_deadlock() -> None:
    large = bytes(range(256)) * 2**14
    seen: list[bytes] = []

    def process(channel: socket.socket) -> None:
        channel.sendall(frames(Begin(True, 0), CaseOutcome(0, 1, None, {"x": np.zeros(2**20 // 2)}), TWO, End()))
        seen.append(received(channel, len(large)))
        channel.sendall(frames(End()))

    late, reader = talk(process, large, sizes=(2, 1))
    assert late is False and reader.done and seen == [large]
    assert len(reader.replies[0].outcomes) == 2


@pytest.mark.parametrize("sent", [(), WHOLE[:2]])
def test_who_does_not_answer_in_time_is_late(sent: tuple[Frame, ...]) -> None:
    started = time.monotonic()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(frames(*sent))
        reader = ReplyReader(specs((2,)), False)
        assert exchange(ours, b"", reader, started + 0.1) is True
        assert 0.1 <= time.monotonic() - started < 1.0
        assert exchange(ours, b"", reader, started) is True, "the time is over"
    assert len(reader.replies[0].outcomes) == len(sent[1:]) and not reader.done


@pytest.mark.parametrize(
    "data",
    [
        b"",
        frames(*WHOLE[:3]),
        frames(*WHOLE)[:-1],
        frames(*WHOLE[:3]) + b"\xff" * 8,  # a length beyond all limits
        frames(*WHOLE[:3]) + (5).to_bytes(8, "little") + b"hello",
        frames(*WHOLE[:3], TWO, End()),
    ],
)
def test_what_is_no_whole_answer_ends_it_early(data: bytes) -> None:
    late, reader = talk(lambda channel: channel.sendall(data))
    assert late is False and not reader.done
    assert reader.replies[0].outcomes == ((Outcome(1), Outcome(2)) if data else ()) and not reader.replies[0].whole


def test_nothing_counts_behind_the_last_frame() -> None:
    late, reader = talk(lambda channel: channel.sendall(frames(*WHOLE, MorePlans(True))))
    assert late is False and reader.replies == read(*WHOLE).replies


@pytest.mark.parametrize("more", [0, 1])
def test_a_process_may_send_64_mib_in_all(more: int) -> None:
    def outcome(number: int, size: int) -> bytes:
        return encode_frame(CaseOutcome(number, 1, None, {"x": np.zeros(size, np.uint8)}))

    sent = [encode_frame(Begin(True, 0)), *(outcome(number, 5 * 10**6) for number in range(12)), encode_frame(End())]
    around = len(outcome(12, 5 * 10**6)) - 5 * 10**6
    sent.insert(-1, outcome(12, 64 * 2**20 + more - len(b"".join(sent)) - around))
    late, reader = talk(lambda channel: channel.sendall(b"".join(sent)), sizes=(13,))
    assert late is False and reader.done is not bool(more)
