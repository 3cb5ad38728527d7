"""Reading what a student's process sends, on the judge's side: frames become replies, whatever the bytes are."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpers.checking.calls import changed_arguments
from helpers.checking.spec import Case, Fault, Outcome, Spec

from . import wire
from .protocol import (
    Begin,
    CaseOutcome,
    CellFault,
    End,
    Frame,
    MorePlans,
    SourceReport,
    Values,
    decode_frame,
    sent_cases,
)

MAX_RECEIVED = 64 * 2**20  # bytes of all frames of one process


@dataclass(frozen=True)
class Reply:
    """What came back for one list of cases: the outcomes of those that finished, or the variables' values.

    `fault` is set when the cell itself failed or the process ended early, `whole` when the process came to its end.
    `target` is the cell that has the work, None where none has. `self_contained` says that no other code of the
    student's was run with it, `more` that there may be a next plan, `credible` that all source in the process was.
    """

    outcomes: tuple[Outcome, ...] = ()
    values: tuple[Any, ...] | None = None
    fault: Fault | None = None
    target: int | None = None
    self_contained: bool = False
    whole: bool = False
    more: bool = True
    credible: bool = False


class ReplyReader:
    """Collects the frames of one process into a reply for each list of cases, those of `specs`.

    `answered` says how many of the lists are answered whole. What a call has changed is found out here.
    """

    def __init__(self, specs: Sequence[Spec], ask_more: bool, look: bool = False) -> None:
        self.replies = [Reply() for _ in specs]
        self._look = look
        self.answered = 0
        self.done = False
        self._specs = specs
        self._ask_more = ask_more
        self._begun = False

    def take(self, frame: Frame) -> None:
        """Takes one frame; WireError when it is not one that a process sends at this place."""
        if self._look:
            if not isinstance(frame, SourceReport):
                raise wire.WireError("not the first frame")
            self.replies = [replace(reply, credible=frame.credible) for reply in self.replies]
            self._look = False
            return
        if self.answered == len(self._specs):
            if not isinstance(frame, MorePlans):
                raise wire.WireError("a frame behind the last reply")
            self._change(-1, more=frame.more)
            self.done = True
            return
        reply = self.replies[self.answered]
        match frame:
            case End():
                self._change(self.answered, whole=True, more=False)
                self.answered, self._begun = self.answered + 1, False
                self.done = self.answered == len(self._specs) and not self._ask_more
            case Begin(self_contained, target) if not self._begun:
                self._change(self.answered, self_contained=self_contained, target=target if target >= 0 else None)
                self._begun = True
            case CellFault(fault) if self._begun and reply.fault is None:
                self._change(self.answered, fault=fault)
            case CaseOutcome(number) if self._begun and number == len(reply.outcomes) < len(self._cases):
                self._change(self.answered, outcomes=(*reply.outcomes, self._outcome(frame)))
            case Values(values) if self._begun and reply.values is None:
                self._change(self.answered, values=tuple(values))
            case _:
                raise wire.WireError("a frame out of order")

    def close(self, fault: Fault) -> None:
        """Notes the fault that ended the process where it had not answered."""
        for index in range(self.answered, len(self._specs)):
            self._change(index, fault=fault)

    @property
    def _cases(self) -> Sequence[Case]:
        return sent_cases(self._specs[self.answered])

    def _outcome(self, frame: CaseOutcome) -> Outcome:
        if frame.fault is not None:
            return Outcome(fault=frame.fault)
        case = self._cases[frame.number]
        return Outcome(frame.value, None, changed_arguments(self._specs[self.answered], case, frame.arguments))

    def _change(self, index: int, **fields: Any) -> None:
        self.replies[index] = Reply(**{**vars(self.replies[index]), **fields})


def exchange(channel: socket.socket, message: bytes, reader: ReplyReader, deadline: float) -> bool:
    """Sends the message, and reads frames until the last one.

    Also stops at the process's end and at the deadline (of `time.monotonic`); True if it was late.
    """
    channel.setblocking(False)
    pending = memoryview(message)
    stream = bytearray()
    received = 0
    poll = select.poll()
    while not reader.done:
        poll.register(channel, select.POLLIN | (select.POLLOUT if pending else 0))
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        ready = poll.poll(left * 1000)
        try:
            for _, events in ready:
                if events & select.POLLOUT:
                    pending = pending[channel.send(pending) :]
                if events & ~select.POLLOUT:
                    chunk = channel.recv(1 << 20)
                    received += len(chunk)
                    if not chunk or received > MAX_RECEIVED:
                        return False
                    stream += chunk
            while not reader.done and (body := wire.split(stream, wire.MAX_REPLY)) is not None:
                reader.take(decode_frame(body))
        except Exception:  # whatever comes from a student's process, what it breaks is its own
            return False
    return False
