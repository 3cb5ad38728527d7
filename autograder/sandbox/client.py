"""The judge's side of the wall: asks for a confined process, sends it a request, reads raw values back."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Course
from helpers.checking.spec import Fault, Outcome, Spec

from . import scratch, wire
from .confine import OUT_OF_MEMORY, CannotConfine
from .slicing import CellCode

MAX_REPLIES = 64 * 2**20  # bytes of all frames of one process
HURRY = 10  # the part of an exercise's time that is left when a submission's is used up
KILLED = Fault("crashed", "SIGKILL")


class SandboxLost(RuntimeError):
    """The fork server is gone: a fault of ours, not of the student's."""


@dataclass(frozen=True)
class Limits:
    """What one run of one exercise may use: seconds of processor time, of waiting, and bytes of memory.

    `submission_seconds` are for all runs of one submission together; see `Sandbox.begin`.
    """

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory: int = 2**30
    submission_seconds: float = 240.0

    def shortened(self, part: int) -> Limits:
        """The limits with one part of the time, but never less than a second."""
        return replace(
            self, cpu_seconds=max(1, self.cpu_seconds // part), wall_seconds=max(1.0, self.wall_seconds / part)
        )


@dataclass(frozen=True)
class Task:
    """One exercise to run: in cell `target`, with what it needs of the cells before `end`, on the cases of `spec`."""

    spec: Spec
    target: int
    end: int


@dataclass(frozen=True)
class Reply:
    """What came back of one task: the outcomes of the cases that finished, or the variables' values.

    `fault` is set when the cell itself failed or the process ended early, `whole` when the process came to its end.
    `alone` says that no other code of the student's was run with it, `more` that there may be a next plan.
    """

    outcomes: tuple[Outcome, ...] = ()
    values: tuple[Any, ...] | None = None
    fault: Fault | None = None
    alone: bool = False
    whole: bool = False
    more: bool = True


class Sandbox:
    """One fork server and the student processes it makes, one at a time. Use as a context manager.

    `requires` are packages that are imported beforehand, so that each process needs no time and memory for them.
    """

    def __init__(
        self, course: Course, confined: bool = True, limits: Limits | None = None, requires: Sequence[str] = ()
    ) -> None:
        self.course = course
        self.confined = confined
        self.limits = limits or Limits()
        self.requires = tuple(requires)
        self._other: Sandbox | None = None
        self._used = 0.0
        self._home = tempfile.mkdtemp(prefix="autograder-")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {
            "HOME": self._home,
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": self._home,
            "TMPDIR": self._home,
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join([str(course.root), str(Path(__file__).parents[2])]),
            "PYTHONHASHSEED": "0",
            "LANG": "C.UTF-8",
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.sandbox.forkserver"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        self._control = ours
        preload = [
            *course.preload,
            *(module for name in requires for module in (name, *course.preload_for.get(name, ()))),
        ]
        settings = {
            "confined": confined,
            "course": str(course.root),
            "preload": preload,
            "read_ahead": [str(course.release(name)) for name in course.notebooks],
            "c_functions": dict(course.c_functions),
        }
        try:
            self._control.send(json.dumps(settings).encode())
            ready = self._control.recv(64) == b"ready"
        except ConnectionError:
            ready = False
        if not ready:
            assert self._process.stderr is not None
            said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
            killed = self._process.wait() < 0
            self.close()
            if killed:
                raise SandboxLost("the process that starts students' processes was killed")
            raise CannotConfine(said[-1] if said else "the fork server did not start")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def kill(self) -> None:
        """Ends the fork server from another thread than the one that uses it, which gets SandboxLost."""
        self._process.kill()
        if self._other is not None:
            self._other.kill()

    def close(self) -> None:
        """Ends the fork server and whatever it still runs."""
        if self._other is not None:
            self._other.close()
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        scratch.remove(self._home)

    def requiring(self, packages: Sequence[str]) -> Sandbox:
        """This sandbox, or one like it that has just these packages imported; it is kept, and ends with this one.

        Two, since what some exercises require is forbidden in others: there, it must not be in memory at all.
        """
        if self.requires == tuple(packages):
            return self
        if self._other is None or self._other.requires != tuple(packages):
            if self._other is not None:
                self._other.close()
            self._other = Sandbox(self.course, self.confined, self.limits, packages)
        return self._other

    def begin(self) -> None:
        """Starts the time of a submission.

        When it is used up, each further run gets a part of the usual time: enough for what doesn't loop or sleep, so
        that an honest exercise behind many endless ones keeps its points.
        """
        self._used = 0.0

    @property
    def used_up(self) -> bool:
        """Whether the submission has used all its time."""
        return self._used >= self.limits.submission_seconds

    def _limits(self) -> Limits:
        limits = self.limits
        return limits.shortened(HURRY) if self.used_up else limits

    def run(self, spec: Spec, cells: Sequence[CellCode], target: int, plan: int = 0, ask_more: bool = False) -> Reply:
        """Runs the exercise in cell `target` on the cases of `spec`, whose expectations stay here.

        With `ask_more` the reply's `more` is found out. Raises SandboxLost when the fork server is gone.
        """
        # Killed by the student's own code, or by somebody else or for want of memory: only the first happens again.
        for _ in range(2):
            reader = _Reader([len(spec.cases)], ask_more)
            self._run(reader, cells, [Task(spec, target, len(cells))], plan, self._limits())
            if reader.replies[0].fault != KILLED:
                break
        return reader.replies[0]

    def run_in_company(self, cells: Sequence[CellCode], tasks: Sequence[Task], limits: Limits) -> list[Reply]:
        """Runs several exercises by their least plans in one process, one after another, within the limits together.

        It takes one process's time, but any of them can spoil the next: a reply says what an exercise can do, not what
        it can't. Of answers only plain ones (`slicing.is_plain`) are read, before anything is run; a reply without
        values stands for the others. Replies are in the order of `tasks`. Raises SandboxLost when the fork server is
        gone.
        """
        answers_first = sorted(tasks, key=lambda task: task.spec.kind != "answer")
        reader = _Reader([len(task.spec.cases) for task in answers_first], ask_more=False)
        self._run(reader, cells, answers_first, 0, limits, plain_answers=True)
        replies = {task.spec.name: reply for task, reply in zip(answers_first, reader.replies, strict=True)}
        return [replies[task.spec.name] for task in tasks]

    def run_then(
        self, first: Spec, then: Spec, cells: Sequence[CellCode], target: int, plan: int, limits: Limits
    ) -> tuple[Reply, Reply]:
        """Runs an exercise's function on the cases of `first`, and once these are answered on those of `then`.

        It takes one process's time; what is answered first can't rest on the cases that come later. The later reply's
        `more` is found out. Where it is not `whole`, the first cases may have used its time up, or have ended the
        process. Raises SandboxLost when the fork server is gone.
        """
        reader = _Reader([len(first.cases), len(then.cases)], ask_more=True)
        self._run(reader, cells, [Task(first, target, len(cells))], plan, limits, then=then)
        return reader.replies[0], reader.replies[1]

    def _run(
        self,
        reader: _Reader,
        cells: Sequence[CellCode],
        tasks: Sequence[Task],
        plan: int,
        limits: Limits,
        then: Spec | None = None,
        plain_answers: bool = False,
    ) -> None:
        """Has a process run the tasks, of answers maybe only plain ones; then the only task on the cases of `then`."""
        request = {
            "cells": [(cell.label, cell.source, cell.origin) for cell in cells],
            "tasks": [
                {
                    "spec": _public_fields(task.spec),
                    "target": task.target,
                    "end": task.end,
                    "lists": 1 if then is None else 2,
                }
                for task in tasks
            ],
            "plan": plan,
            "plain_answers": plain_answers,
            "ask_more": reader.ask_more,
        }
        messages = [b"".join([wire.encode(request), *(_cases(task.spec) for task in tasks)])]
        if then is not None:
            messages.append(_cases(then))
        forbidden = {name for task in tasks for name in task.spec.forbidden}
        hidden = sorted(name for name in forbidden if "." not in name or name.startswith("helpers."))
        ours, theirs = socket.socketpair()
        with ours:
            try:
                order = {"hidden": hidden, "memory": limits.memory, "cpu": limits.cpu_seconds}
                socket.send_fds(self._control, [json.dumps(order).encode()], [theirs.fileno()])
                theirs.close()
                _, descriptors, _, _ = socket.recv_fds(self._control, 64, 1)
                pidfd = descriptors[0]
            except (OSError, IndexError) as error:
                raise SandboxLost("the process that starts students' processes is gone") from error
            started = time.monotonic()
            try:
                late = _exchange(ours, messages, reader, started + limits.wall_seconds)
            finally:
                self._used += time.monotonic() - started
                # The verdict rests on what has arrived: nothing the process does from here on counts.
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                os.close(pidfd)
        ended = self._control.recv(4096)
        if not ended:
            raise SandboxLost("the process that starts students' processes is gone")
        reader.close(_ending(late, json.loads(ended), limits))


class _Reader:
    """Collects the frames of one process, trusting none of them, into a reply for each list of cases.

    `answered` says how many of these are whole; `cases` how many cases each has.
    """

    def __init__(self, cases: Sequence[int], ask_more: bool) -> None:
        self.replies = [Reply() for _ in cases]
        self.answered = 0
        self.done = False
        self.ask_more = ask_more
        self._cases = cases
        self._begun = False

    def take(self, frame: Any) -> None:
        """Takes one decoded frame; raises when it is not one that a process sends at this place."""
        if self.answered == len(self._cases):
            self._change(-1, more=frame["more"] is True)
            self.done = True
            return
        reply = self.replies[self.answered]
        if "end" in frame:
            self._change(self.answered, whole=True, more=False)
            self.answered, self._begun = self.answered + 1, False
            self.done = self.answered == len(self._cases) and not self.ask_more
        elif not self._begun:
            self._change(self.answered, alone=frame["alone"] is True)
            self._begun = True
        elif "fault" in frame and reply.fault is None:
            self._change(self.answered, fault=_fault(frame["fault"]))
        elif "outcome" in frame:
            if frame.get("case") != len(reply.outcomes) or len(reply.outcomes) >= self._cases[self.answered]:
                raise wire.WireError("a case out of order")
            self._change(self.answered, outcomes=(*reply.outcomes, _outcome(frame["outcome"])))
        elif "values" in frame and reply.values is None:
            self._change(self.answered, values=tuple(frame["values"]))
        else:
            raise wire.WireError("an unknown frame")

    def close(self, fault: Fault) -> None:
        """Notes the fault that ended the process where it had not answered."""
        for index in range(self.answered, len(self._cases)):
            self._change(index, fault=fault)

    def _change(self, index: int, **fields: Any) -> None:
        self.replies[index] = replace(self.replies[index], **fields)


def _exchange(channel: socket.socket, messages: Sequence[bytes], reader: _Reader, deadline: float) -> bool:
    """Sends each message once the one before it is answered, and reads frames until the last one.

    Also stops at the process's end and at the deadline; True if it was late.
    """
    channel.setblocking(False)
    pending, sent = memoryview(b""), 0
    stream = bytearray()
    received = 0
    poll = select.poll()
    while not reader.done:
        if not pending and sent < len(messages) and sent <= reader.answered:
            pending, sent = memoryview(messages[sent]), sent + 1
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
                    if not chunk or received > MAX_REPLIES:
                        return False
                    stream += chunk
            while not reader.done and (body := wire.split(stream, wire.MAX_REPLY)) is not None:
                reader.take(wire.decode_reply(body))
        except Exception:  # whatever comes from a student's process, what it breaks is its own
            return False
    return False


def _ending(late: bool, ended: dict[str, Any], limits: Limits) -> Fault:
    """Why a process ended before it was done: too slow, or by its own doing."""
    if ended["greed"]:
        return Fault("crashed", message=ended["greed"])
    status = int(ended["status"])
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if late or number == signal.SIGXCPU or ended["cpu"] >= limits.cpu_seconds:
        return Fault("timeout")
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY:
        return Fault("memory")
    name = signal.Signals(number).name if number else f"exit status {os.waitstatus_to_exitcode(status)}"
    return Fault("crashed", name)


def _fault(fields: Any) -> Fault:
    kind = str(fields["kind"])
    if kind not in ("raised", "not_written", "forbidden", "memory"):
        raise wire.WireError("an unknown kind of fault")
    type_name, message, line = (str(fields[key]) for key in ("type_name", "message", "line"))
    return Fault(kind, type_name, message, line, int(fields["line_number"]))


def _outcome(fields: Any) -> Outcome:
    fault = None if fields["fault"] is None else _fault(fields["fault"])
    return Outcome(fields["value"], fault, tuple(str(name) for name in fields["changed"]))


@cache
def _cases(spec: Spec) -> bytes:
    """A frame with what the function is called with, case by case; with nothing for variables, which are not called."""
    return wire.encode([case.arguments for case in spec.cases] if spec.kind == "function" else [])


def _public_fields(spec: Spec) -> dict[str, Any]:
    """The fields that calling needs: no expectation, no mistake, no hint."""
    chosen = (
        "name",
        "notebook",
        "kind",
        "points",
        "required",
        "variables",
        "forbidden",
        "observe",
        "adapter",
        "requires",
    )
    return {key: getattr(spec, key) for key in chosen}
