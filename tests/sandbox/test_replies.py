"""Frames become replies, one for each list of cases, and a frame that is out of order is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.protocol import Begin, CaseOutcome, CellFault, End, Frame, MorePlans, Values
from autograder.sandbox.replies import Reply, ReplyReader
from autograder.sandbox.wire import WireError
from helpers.checking.spec import Case, Fault, Outcome, Spec

FAULT = Fault("raised", "ValueError", "bad")
ARGUMENTS = {"x": np.arange(3), "n": 1}
ONE, TWO = CaseOutcome(0, 1, None, ARGUMENTS), CaseOutcome(1, 2, None, ARGUMENTS)


def read(*frames: Frame, sizes: tuple[int, ...] = (2,), ask_more: bool = False) -> ReplyReader:
    specs = [Spec("f", "", "function", 1.0, required=("x",), cases=(Case("", ARGUMENTS),) * size) for size in sizes]
    reader = ReplyReader(specs, ask_more)
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


def test_what_is_passed_over_has_only_an_end() -> None:
    assert read(End()).replies == [Reply(whole=True, more=False)]


def test_whether_there_is_more_is_said_last() -> None:
    reader = read(Begin(True, 0), Values([1]), End(), ask_more=True)
    assert not reader.done
    reader.take(MorePlans(True))
    assert reader.done and reader.replies[0].more and reader.replies[0].values == (1,)


def test_what_was_not_answered_has_the_fault_that_ended_the_process() -> None:
    reader = read(Begin(False, 4), ONE, End(), Begin(False, 4), ONE, sizes=(2, 2, 2))
    reader.close(Fault("timeout"))
    assert [reply.fault for reply in reader.replies] == [None, Fault("timeout"), Fault("timeout")]
    assert [reply.target for reply in reader.replies] == [4, 4, None]


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
