"""Before anything is graded: tries, as a student's code, what must not work, and refuses to go on if any of it does."""

from __future__ import annotations

import platform
import tempfile
from itertools import islice
from pathlib import Path

import numpy

from helpers.checking.spec import Spec

from .client import Sandbox
from .confine import CannotConfine
from .protocol import ExerciseRun
from .slicing import CellCode

_ATTEMPTS = """
import ctypes, errno, importlib, os, resource, socket, subprocess, sys

def tries(action):
    try:
        action()
    except (OSError, ValueError, MemoryError, ImportError):
        return False
    return True

def any_of(action, paths):
    if not any(tries(lambda: action(path)) for path in paths):
        raise OSError

def write(path, size=1):
    with open(path, "wb") as file:
        file.write(bytes(size))
    os.remove(path)

def in_c(name, *arguments):
    # Without anybody to do it to: only the refusal of the call itself counts.
    if getattr(libc, name)(*arguments) < 0 and ctypes.get_errno() == errno.EPERM:
        raise OSError

libc = ctypes.CDLL(None, use_errno=True)
NEW = FOREIGN + ".new"
attempts = {
    "read the grader": lambda: open(GRADER).read(),
    "read an exercise": lambda: any_of(lambda path: open(path).read(), EXERCISES),
    "list the exercises": lambda: any_of(lambda path: os.listdir(os.path.dirname(path)), EXERCISES),
    "read a solution": lambda: any_of(lambda path: open(path).read(), SOLUTIONS),
    "import the exercises": lambda: importlib.import_module("exercises"),
    "read a file of another folder": lambda: open(FOREIGN).read(),
    "read /etc/passwd": lambda: open("/etc/passwd").read(),
    "read the machine's settings": lambda: open("/proc/self/environ").read(),
    "look at processes": lambda: os.listdir("/proc"),
    "list the root folder": lambda: os.listdir("/"),
    "list another folder": lambda: os.listdir(os.path.dirname(FOREIGN)),
    "write into another folder": lambda: write(NEW),
    "write into /dev/shm": lambda: write("/dev/shm/" + os.path.basename(NEW)),
    "change another file": lambda: open(FOREIGN, "a"),
    "empty another file": lambda: os.truncate(FOREIGN, 0),
    # A file that is empty anyway: older versions of Landlock don't govern this.
    "empty a file that it may read": lambda: any_of(lambda path: os.truncate(path, 0), EMPTY),
    "empty a file by opening it": lambda: any_of(lambda path: os.open(path, os.O_RDONLY | os.O_TRUNC), EMPTY),
    "write to a file that it may read": lambda: any_of(lambda path: open(path, "a"), EMPTY),
    "make a file without a name": lambda: os.open(".", os.O_TMPFILE | os.O_RDWR),
    "remove another file": lambda: os.remove(FOREIGN),
    "take another file": lambda: os.rename(FOREIGN, "taken"),
    "change another file's rights": lambda: os.chmod(FOREIGN, 0),
    "change another file's times": lambda: os.utime(FOREIGN, (0, 0)),
    "make a hard link": lambda: os.link(FOREIGN, "taken"),
    "make a symbolic link": lambda: os.symlink(FOREIGN, "taken"),
    "make a pipe": lambda: os.mkfifo("pipe"),
    "write a large file": lambda: write("large", 10**7),
    "open many files": lambda: [open(os.devnull) for _ in range(100)],
    "have more memory": lambda: bytearray(2 * MEMORY),
    "raise its own limits": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30)),
    "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open an IPv6 socket": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "open a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "start a process": lambda: os.fork() or os._exit(0),
    "run a program": lambda: subprocess.run([sys.executable, "-c", ""]),
    "signal another process": lambda: os.kill(os.getppid(), 0),
    "see another process": lambda: os.getpgid(os.getppid()),
    "trace another process": lambda: in_c("ptrace", 16, -1, 0, 0),
    "read another process's memory": lambda: in_c("process_vm_readv", -1, 0, 0, 0, 0, 0),
    "have a file system of its own": lambda: in_c("unshare", 0x10000000),
    "change its root folder": lambda: in_c("chroot", None),
    "become another user": lambda: in_c("setresuid", -1, -1, -1),
    "have a thread with a network of its own": lambda: in_c("syscall", CLONE, 0x40010000, 0, 0, 0, 0),
    "have memory that is not counted": lambda: in_c("memfd_create", b"", 0),
}
possible = [name for name, action in attempts.items() if tries(action)]
own = tries(lambda: write("own"))
"""


def _empty_files() -> list[Path]:
    """Some empty files among those that student code may read."""
    found = (path for path in Path(numpy.__file__).parent.rglob("*.py") if not path.stat().st_size)
    return list(islice(found, 3))


def self_test(sandbox: Sandbox) -> None:
    """CannotConfine, naming what was possible, unless everything forbidden fails in `sandbox`."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        foreign = Path(folder) / "foreign"
        foreign.write_text("private")
        course, packages = sandbox.course, Path(__file__).parents[2]
        names = {
            "GRADER": str(Path(__file__)),
            # Those of this course, and what a wheel has put beside the grader.
            "EXERCISES": [str(root / "exercises" / "__init__.py") for root in (course.root, packages)],
            "SOLUTIONS": [str(course.source(name)) for name in course.notebooks],
            "EMPTY": [str(path) for path in _empty_files()],
            "FOREIGN": str(foreign),
            "CLONE": 56 if platform.machine() == "x86_64" else 220,  # the system call's number
            "MEMORY": sandbox.limits.memory,
        }
        source = "".join(f"{name} = {value!r}\n" for name, value in names.items()) + _ATTEMPTS
        spec = Spec("possible", "", "design", 0.0, variables=("possible", "own"))
        reply = sandbox.run(ExerciseRun(spec, (0,), 1), [CellCode("self-test", source, "solution")])
    if reply.values is None:
        raise CannotConfine(f"the confinement's self-test did not run: {reply.fault}")
    possible, own = reply.values
    if possible:
        raise CannotConfine(f"student code could {', '.join(possible)}")
    if not own:
        raise CannotConfine("student code can't write into its own scratch folder")
