"""The process that student processes are forked from: interpreter and imports are paid for once.

Started by `client` as a program of its own. It never reads a request itself, so that nothing of one submission is in
the memory of the next: each child reads its own request from its own socket, after it has been confined.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path

from autograder.sandbox import cells, colab, confine, disarm, linux, scratch, stand_ins, student, ways
from autograder.sandbox.call_filter import CallFilter
from autograder.sandbox.protocol import Ended, ForkOrder, ServerSettings
from autograder.sandbox.rehearsal import rehearse


def main() -> None:
    """Serves fork orders on the socket that is file descriptor 0 until its other end closes."""
    # Only the interpreter's own and installed places, and the folders of the two packages: no working directory.
    sys.path[:] = [entry for entry in sys.path if entry]
    folder = os.environ["HOME"]
    control = socket.socket(fileno=os.dup(0))
    settings = ServerSettings(**json.loads(control.recv(65536)))
    try:
        _serve(control, settings, folder)
    except ConnectionError:  # the judge is gone
        pass
    finally:
        ways.clean_up(settings.way, folder)


def _serve(control: socket.socket, settings: ServerSettings, folder: str) -> None:
    # Before anything is imported, which might start threads.
    way = ways.start(settings.way, Path(settings.course), folder)
    _preload(settings.preload, settings.read_ahead)
    stand_ins.install(settings.absent)
    colab.absent()  # looked up once for all processes forked from this one, which can't read the list
    call_filter = ways.filter_for(settings.way)
    all_walls: dict[tuple[str, ...], ways.Walls] = {}
    for name in ("PATH", "PYTHONPATH", "PYTHONHASHSEED"):
        os.environ.pop(name, None)
    server = os.getpid()
    # Standard error is kept until here, so that a failed start can say why.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not message:
            return
        order = ForkOrder(**json.loads(message))
        hidden = (*settings.absent, *order.hidden)
        walls = all_walls.get(hidden)
        if walls is None:
            walls = all_walls[hidden] = way.walls(hidden)
            scratch.empty(walls.scratch)  # what the imports wrote there is in memory now
        disarm.modules_of_packages(len(sys.modules))
        # When the process before wrote there last, and when it ended, was its choice: the next must not see it.
        os.utime(walls.scratch, (0, 0))
        pid = os.fork()
        if pid == 0:
            control.close()
            _be_student(server, descriptors[0], order, walls, call_filter, settings)
        os.close(descriptors[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"forked"], [pidfd])
        _wait(control, pid, pidfd, walls.scratch)


def _preload(modules: list[str], notebooks: list[str]) -> None:
    import importlib

    for name in modules:
        importlib.import_module(name)
    for notebook in notebooks:
        with contextlib.suppress(OSError, ValueError):  # not built yet, or damaged: then nothing is read ahead
            cells.read_ahead(Path(notebook))
    rehearse()
    # Objects that are never looked at by the collector stay in memory that all processes share.
    gc.collect()
    gc.freeze()


def _wait(control: socket.socket, pid: int, pidfd: int, folder: str) -> None:
    """Waits for the child and tells the judge how it ended; without a judge the child is killed.

    Kills a child that takes too much of what has no limit of its own, and empties its folder.
    """
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(control, 0)
    over_limit = ""
    while pidfd not in (events := dict(poll.poll(None if over_limit else scratch.LOOK_EVERY))):
        if events.get(control.fileno(), 0) & select.POLLHUP:
            os.kill(pid, signal.SIGKILL)
            os.wait4(pid, 0)
            raise ConnectionError
        over_limit = over_limit or scratch.over_limit(pid, folder)
        if over_limit:
            os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    os.close(pidfd)
    scratch.empty(folder)
    ended = Ended(status, usage.ru_utime + usage.ru_stime, over_limit)
    control.send(json.dumps(asdict(ended)).encode())


def _be_student(
    server: int,
    descriptor: int,
    order: ForkOrder,
    walls: ways.Walls,
    call_filter: CallFilter | None,
    settings: ServerSettings,
) -> None:
    """In the child: confine, then hand over to the student's side. Never returns."""
    code = 1
    try:
        channel = socket.socket(fileno=descriptor)
        confine.set_limits(order.memory, order.cpu_seconds)
        walls.enter()
        os.chdir(os.environ["HOME"])
        sys.path.append(os.environ["HOME"])  # the last: nothing that a notebook writes there hides what is installed
        # Not before: a process that changes its user is asked again.
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server:  # it was killed before it could be asked to take this process with it
            return
        if call_filter is not None:
            call_filter.load()
        student.run(channel, settings.c_functions, settings.settable)
        code = 0
    except MemoryError:
        code = confine.OUT_OF_MEMORY
    finally:
        os._exit(code)
