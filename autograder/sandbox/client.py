"""The judge's side of the wall: has a confined process forked, sends it a request, takes its replies."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder.course import Course
from helpers.checking.spec import Fault, Spec

from . import ways
from .confine import OUT_OF_MEMORY, CannotConfine
from .protocol import Ended, ExerciseRun, ForkOrder, Request, ServerSettings, encode_cases
from .replies import Reply, ReplyReader, exchange
from .slicing import CellCode

USED_UP_FACTOR = 10  # an exercise's time is divided by it when the submission's is used up
# This grader's fork server, also where the course's folder holds another; but the course's `helpers`.
_START = """import sys, autograder.sandbox
sys.path.insert(0, sys.argv[1])
from autograder.sandbox.forkserver import main
main()"""
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

    def shortened(self, factor: int) -> Limits:
        """The limits with the time divided by `factor`, but never less than a second."""
        return replace(
            self, cpu_seconds=max(1, self.cpu_seconds // factor), wall_seconds=max(1.0, self.wall_seconds / factor)
        )


class Sandbox:
    """One fork server and the student processes it makes, one at a time. Use as a context manager.

    The fork server starts at once, and loads by itself; the first run waits for it.
    `requires` are packages that are imported beforehand, so that each process needs no time and memory for them. `way`
    is how student code is confined, by default what `ways.choose` finds. Raises CannotConfine where there is none.
    """

    def __init__(
        self,
        course: Course,
        confined: bool = True,
        limits: Limits | None = None,
        requires: Sequence[str] = (),
        way: str = "",
    ) -> None:
        self.course = course
        self.way = (way or ways.choose()) if confined else ""
        self.limits = limits or Limits()
        self.requires = tuple(requires)
        self._other: Sandbox | None = None
        self._used = 0.0
        self._home = tempfile.mkdtemp(prefix="autograder-")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {
            **course.environment,
            "HOME": self._home,
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": self._home,
            "TMPDIR": self._home,
            "PATH": os.defpath,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONHASHSEED": "0",
            "LANG": "C.UTF-8",
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(course.root)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        self._control = ours
        preload_for = (module for name in requires for module in (name, *course.preload_for.get(name, ())))
        settings = ServerSettings(
            way=self.way,
            course=str(course.root),
            preload=[*course.preload, *preload_for, *course.adapters(requires)],
            read_ahead=[str(course.release(name)) for name in course.notebooks],
            absent=list(course.absent),
            c_functions={name: list(places) for name, places in course.c_functions.items()},
            settable=list(course.settable),
        )
        with contextlib.suppress(ConnectionError):  # `wait_until_ready` says why
            self._control.send(json.dumps(asdict(settings)).encode())
        self._ready = False

    def wait_until_ready(self) -> None:
        """Waits until the fork server, which was started with the sandbox, has loaded what it needs.

        Raises CannotConfine, with the reason, where it can't start, SandboxLost where it was killed.
        """
        if self._ready:
            return
        with contextlib.suppress(ConnectionError):
            self._ready = self._control.recv(64) == b"ready"
        if self._ready:
            return
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        if self._process.wait() < 0:
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
        ways.clean_up(self.way, self._home)

    def requiring(self, packages: Sequence[str]) -> Sandbox:
        """This sandbox, or one like it that has just these packages imported; it is kept, and ends with this one.

        Two, since what some exercises require is forbidden in others: there, it must not be in memory at all.
        """
        if self.requires == tuple(packages):
            return self
        if self._other is None or self._other.requires != tuple(packages):
            if self._other is not None:
                self._other.close()
            self._other = Sandbox(self.course, bool(self.way), self.limits, packages, self.way)
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

    def _allowed(self, usual: Limits) -> Limits:
        """What a run gets that has `usual` as a rule: the submission's time that is left, but some of its own always.

        Every run's time is handed out here.
        """
        least = usual.shortened(USED_UP_FACTOR)
        if self.used_up:
            return least
        left = self.limits.submission_seconds - self._used
        return replace(usual, wall_seconds=min(usual.wall_seconds, max(left, least.wall_seconds)))

    def run(self, run: ExerciseRun, cells: Sequence[CellCode], plan: int = 0, ask_more: bool = False) -> Reply:
        """Runs an exercise on the cases of its specification, whose expectations stay here.

        With `ask_more` the reply's `more` is found out. Raises SandboxLost when the fork server is gone.
        """
        request = Request(tuple(cells), (run,), plan, ask_more=ask_more, look=bool(run.spec.watched))
        # Killed by the student's own code, or by somebody else or for want of memory: only the first happens again.
        for _ in range(2):
            (reply,), _ = self._run(request, self.limits)
            if reply.fault != KILLED:
                break
        return reply

    def run_together(
        self,
        cells: Sequence[CellCode],
        runs: Sequence[ExerciseRun],
        limits: Limits,
        then: Callable[[list[Reply]], Sequence[Spec]] | None = None,
    ) -> tuple[list[Reply], list[Reply]]:
        """Runs several exercises by their least plans in one process, one after another, within the limits together.

        It takes one process's time, but any of them can spoil the next: a reply says what an exercise can do, not what
        it can't. Of answers only literal ones (`slicing.is_literal`) are read, before anything is run; a reply without
        values stands for the others. Replies are in the order of `runs`.

        `then` is asked once all are answered, and gives what the functions among `runs` are to be run on next, in
        order, or nothing: the second list has the replies to that. What is answered first can't rest on it. Raises
        SandboxLost when the fork server is gone.
        """
        order = sorted(range(len(runs)), key=lambda index: runs[index].spec.kind != "answer")
        ordered = tuple(runs[index] for index in order)
        look = any(run.spec.watched for run in runs)
        request = Request(tuple(cells), ordered, literal_answers=True, again=then is not None, look=look)

        def in_their_order(replies: list[Reply]) -> list[Reply]:
            return [reply for _, reply in sorted(zip(order, replies, strict=True), key=lambda pair: pair[0])]

        def asked(replies: list[Reply]) -> Sequence[Spec]:
            return then(in_their_order(replies)) if then else ()

        first, second = self._run(request, limits, asked)
        return in_their_order(first), second

    def _run(
        self, request: Request, limits: Limits, then: Callable[[list[Reply]], Sequence[Spec]] | None = None
    ) -> tuple[list[Reply], list[Reply]]:
        """Has a process do what is requested, and then run the functions on what `then` gives, if anything.

        Of `limits` the process gets what the submission's time allows.
        """
        limits = self._allowed(limits)
        specs = [run.spec for run in request.runs]
        readers = [ReplyReader(specs, request.ask_more, request.look)]
        forbidden = {name for spec in specs for name in spec.forbidden}
        hidden = sorted(name for name in forbidden if "." not in name or name.startswith("helpers."))
        self.wait_until_ready()
        ours, theirs = socket.socketpair()
        with ours:
            try:
                order = ForkOrder(hidden, limits.memory, limits.cpu_seconds)
                socket.send_fds(self._control, [json.dumps(asdict(order)).encode()], [theirs.fileno()])
                theirs.close()
                _, descriptors, _, _ = socket.recv_fds(self._control, 64, 1)
                pidfd = descriptors[0]
            except (OSError, IndexError) as error:
                raise SandboxLost("the process that starts students' processes is gone") from error
            started = time.monotonic()
            deadline = started + limits.wall_seconds
            try:
                late = exchange(ours, request.encode() + b"".join(map(encode_cases, specs)), readers[0], deadline)
                if then is not None and readers[0].done and (more := then(readers[0].replies)):
                    readers.append(ReplyReader(more, False))
                    late = exchange(ours, b"".join(map(encode_cases, more)), readers[1], deadline)
            finally:
                self._used += time.monotonic() - started
                # The verdict rests on what has arrived: nothing the process does from here on counts.
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                os.close(pidfd)
        ended = self._control.recv(4096)
        if not ended:
            raise SandboxLost("the process that starts students' processes is gone")
        readers[-1].close(_ending(late, Ended(**json.loads(ended)), limits))
        second = [
            replace(reply, credible=readers[0].replies[0].credible)
            for reader in readers[1:]
            for reply in reader.replies
        ]
        return readers[0].replies, second


def _ending(late: bool, ended: Ended, limits: Limits) -> Fault:
    """Why a process ended before it was done: too slow, or by its own doing."""
    if ended.over_limit:
        return Fault("crashed", message=ended.over_limit)
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    if late or number == signal.SIGXCPU or ended.cpu_seconds >= limits.cpu_seconds:
        return Fault("timeout")
    if os.WIFEXITED(ended.status) and os.WEXITSTATUS(ended.status) == OUT_OF_MEMORY:
        return Fault("memory")
    name = signal.Signals(number).name if number else f"exit status {os.waitstatus_to_exitcode(ended.status)}"
    return Fault("crashed", name)
