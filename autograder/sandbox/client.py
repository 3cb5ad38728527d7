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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.checking.spec import Fault, Outcome, Spec

from . import wire
from .confine import OUT_OF_MEMORY, CannotConfine
from .slicing import CellCode

PRELOAD = (
    "numpy",
    "numpy.random",
    "matplotlib.pyplot",
    "matplotlib.font_manager",
    "helpers.check",
    "autograder.sandbox.student",
)
MAX_REPLY = 256 * 2**20


class SandboxLost(RuntimeError):
    """The fork server is gone: a fault of ours, not of the student's."""


@dataclass(frozen=True)
class Limits:
    """What one run of one exercise may use: seconds of processor time, of waiting, and bytes of memory."""

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory: int = 2**30


@dataclass(frozen=True)
class Reply:
    """What came back: the outcomes of the cases that finished, or the answer's values; and how the process ended.

    `fault` is set when the cell itself failed or the process ended early. `no_plan` says that there is no such way to
    run it, `alone` that no other code of the student's was run with it.
    """

    outcomes: tuple[Outcome, ...] = ()
    values: tuple[Any, ...] | None = None
    fault: Fault | None = None
    no_plan: bool = False
    alone: bool = False


class Sandbox:
    """One fork server and the student processes it makes, one at a time. Use as a context manager."""

    def __init__(self, confined: bool = True, limits: Limits | None = None) -> None:
        self.confined = confined
        self.limits = limits or Limits()
        self._home = tempfile.TemporaryDirectory(prefix="autograder-")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = Path(__file__).parents[2]
        environment = {
            "HOME": self._home.name,
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": self._home.name,
            "PATH": os.defpath,
            "PYTHONPATH": str(root),
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
        self._control.send(json.dumps({"confined": confined, "preload": PRELOAD}).encode())
        try:
            ready = self._control.recv(64) == b"ready"
        except ConnectionResetError:
            ready = False
        if not ready:
            assert self._process.stderr is not None
            said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
            self.close()
            raise CannotConfine(said[-1] if said else "the fork server did not start")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the fork server and whatever it still runs."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        self._home.cleanup()

    def run(self, spec: Spec, cells: Sequence[CellCode], target: int, plan: int = 0) -> Reply:
        """Runs the exercise in cell `target` on the cases of `spec`, whose expectations stay here.

        Raises SandboxLost when the fork server is gone.
        """
        limits = self.limits
        request = wire.encode(
            {
                "spec": _public_fields(spec),
                "cells": [(cell.label, cell.source, cell.origin) for cell in cells],
                "target": target,
                "cases": [case.arguments for case in spec.cases],
                "plan": plan,
            }
        )
        hidden = [name for name in spec.forbidden if "." not in name]
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
            try:
                reader = _Reader(len(spec.cases))
                late = _exchange(ours, request, reader, time.monotonic() + limits.wall_seconds)
            finally:
                # The verdict rests on what has arrived: nothing the process does from here on counts.
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                os.close(pidfd)
        ended = self._control.recv(4096)
        if not ended:
            raise SandboxLost("the process that starts students' processes is gone")
        return reader.reply(late, json.loads(ended), limits)


class _Reader:
    """Collects the frames of one reply, trusting none of them."""

    def __init__(self, cases: int) -> None:
        self.cases = cases
        self.frames = 0
        self.no_plan, self.alone = False, False
        self.outcomes: list[Outcome] = []
        self.values: tuple[Any, ...] | None = None
        self.fault: Fault | None = None
        self.done = False

    def take(self, frame: Any) -> None:
        """Takes one decoded frame; raises when it is not one that a reply has at this place."""
        self.frames += 1
        if self.frames == 1:
            self.no_plan, self.alone = "no_plan" in frame, frame.get("alone") is True
            self.done = self.no_plan
        elif "fault" in frame and self.fault is None:
            self.fault = _fault(frame["fault"])
        elif "outcome" in frame:
            if frame.get("case") != len(self.outcomes) or len(self.outcomes) >= self.cases:
                raise wire.WireError("a case out of order")
            self.outcomes.append(_outcome(frame["outcome"]))
        elif "values" in frame and self.values is None:
            self.values = tuple(frame["values"])
        elif frame.get("done") is True:
            self.done = True
        else:
            raise wire.WireError("an unknown frame")

    def reply(self, late: bool, ended: dict[str, Any], limits: Limits) -> Reply:
        """The reply, with the fault that ended the process early, if one did."""
        fault = self.fault
        if not self.done:
            fault = _ending(late, ended, limits)
        return Reply(tuple(self.outcomes), self.values, fault, self.no_plan, self.alone)


def _exchange(channel: socket.socket, request: bytes, reader: _Reader, deadline: float) -> bool:
    """Sends the request and reads frames until the last one, the process's end or the deadline; True if it was late."""
    channel.setblocking(False)
    pending = memoryview(request)
    stream = bytearray()
    received = 0
    poll = select.poll()
    while not reader.done:
        poll.register(channel, select.POLLIN | (select.POLLOUT if pending else 0))
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        if not poll.poll(left * 1000):
            continue
        try:
            if pending:
                with contextlib.suppress(BlockingIOError):
                    pending = pending[channel.send(pending) :]
            for chunk in _available(channel):
                if not chunk:
                    return False
                stream += chunk
                received += len(chunk)
            if received > MAX_REPLY:
                return False
            while (body := wire.split(stream)) is not None:
                reader.take(wire.decode_reply(body))
        except Exception:  # whatever comes from a student's process, what it breaks is its own
            return False
    return False


def _available(channel: socket.socket) -> Iterator[bytes]:
    try:
        yield channel.recv(1 << 20)
    except BlockingIOError:
        return


def _ending(late: bool, ended: dict[str, Any], limits: Limits) -> Fault:
    """Why a process ended before it was done: too slow, or by its own doing."""
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


def _public_fields(spec: Spec) -> dict[str, Any]:
    """The fields that calling needs: no expectation, no mistake, no hint."""
    chosen = ("name", "notebook", "kind", "points", "required", "variables", "forbidden", "derive", "probe")
    return {key: getattr(spec, key) for key in chosen}
