"""The process that student processes are forked from: interpreter and imports are paid for once.

Started by `client` as a program. It never reads a request itself, so that nothing of one submission is in the memory
of the next: each child reads its own request from its own socket, after it has been confined.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import sys
from typing import Any

from autograder.sandbox.confine import OUT_OF_MEMORY

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


def main() -> None:
    """Serves fork orders on the socket that is file descriptor 0 until its other end closes."""
    control = socket.socket(fileno=os.dup(0))
    settings = json.loads(control.recv(65536))
    _preload(settings["preload"])
    rules: dict[tuple[str, ...], Any] = {}
    call_filter = None
    if settings["confined"]:
        from autograder.sandbox.confine import call_filter as make_filter

        call_filter = make_filter()
    # What the imports wrote there is in memory now; a killed run leaves no folder behind.
    shutil.rmtree(os.environ["HOME"], ignore_errors=True)
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
        order = json.loads(message)
        hidden = tuple(order["hidden"])
        if settings["confined"] and hidden not in rules:
            from autograder.sandbox.confine import file_rules

            rules[hidden] = file_rules(hidden)
        pid = os.fork()
        if pid == 0:
            control.close()
            _be_student(server, descriptors[0], order, rules.get(hidden), call_filter)
        os.close(descriptors[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"forked"], [pidfd])
        _wait(control, pid, pidfd)


def _preload(modules: list[str]) -> None:
    import importlib

    for name in modules:
        importlib.import_module(name)


def _wait(control: socket.socket, pid: int, pidfd: int) -> None:
    """Waits for the child and tells the judge how it ended; without a judge the child is killed."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(control, 0)
    while pidfd not in (events := dict(poll.poll())):
        if events.get(control.fileno(), 0) & select.POLLHUP:
            os.kill(pid, signal.SIGKILL)
            os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    os.close(pidfd)
    control.send(json.dumps({"status": status, "cpu": usage.ru_utime + usage.ru_stime}).encode())


def _be_student(server: int, descriptor: int, order: dict[str, Any], rules: Any, call_filter: Any) -> None:
    """In the child: confine, then hand over to the student's side. Never returns."""
    code = 1
    try:
        from autograder.sandbox import confine, student

        channel = socket.socket(fileno=descriptor)
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_DUMPABLE, 0)
        if os.getppid() != server:  # it was killed before it could be asked to take this process with it
            return
        confine.set_limits(order["memory"], order["cpu"])
        if rules is not None:
            rules.restrict()
            call_filter.load()
        student.run(channel)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


if __name__ == "__main__":
    # Only the interpreter's own and installed places, and the folder of the two packages: no working directory.
    sys.path[:] = [entry for entry in sys.path if entry]
    main()
