"""Before anything is graded: tries, as a student's code, what must not work, and refuses to go on if any of it does."""

from __future__ import annotations

from pathlib import Path

from helpers.checking.spec import Spec

from .client import Sandbox
from .confine import CannotConfine
from .slicing import CellCode

_ATTEMPTS = """
import os, socket, subprocess, sys

def tries(action):
    try:
        action()
    except OSError:
        return False
    return True

def write(path):
    with open(path, "w") as file:
        file.write("x")

attempts = {
    "read a file of the course's": lambda: open(COURSE).read(),
    "read /etc/passwd": lambda: open("/etc/passwd").read(),
    "look at processes": lambda: os.listdir("/proc"),
    "list the root folder": lambda: os.listdir("/"),
    "write into /tmp": lambda: write("/tmp/escaped"),
    "write into /dev/shm": lambda: write("/dev/shm/escaped"),
    "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "start a process": lambda: os.fork() or os._exit(0),
    "run a program": lambda: subprocess.run([sys.executable, "-c", ""]),
    "signal another process": lambda: os.kill(os.getppid(), 0),
}
escaped = [name for name, action in attempts.items() if tries(action)]
"""


def self_test(sandbox: Sandbox) -> None:
    """CannotConfine, naming what was possible, unless everything forbidden fails in `sandbox`."""
    course = Path(__file__).parents[1] / "exercises" / "exercise.py"
    cell = CellCode("self-test", f"COURSE = {str(course)!r}\n{_ATTEMPTS}", "solution")
    spec = Spec("escaped", "", "answer", 0.0, variables=("escaped",))
    reply = sandbox.run(spec, [cell], 0)
    if reply.values is None:
        raise CannotConfine(f"the confinement's self-test did not run: {reply.fault}")
    if reply.values[0]:
        raise CannotConfine(f"student code could {', '.join(reply.values[0])}")
