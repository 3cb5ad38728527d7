# ruff: noqa: E501 - a program a line reads best
"""Classes 12 to 15: what a program must not learn, and what its readers must not learn through it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pyseccomp
from conftest import COURSE

from adversarial.arena import BOOK, SEED, VICTIM, Program, assert_earns_nothing, body, graded, programs, row, secrets
from autograder.demo.notebooks import filled, solved
from autograder.grading.exam import load_exam
from autograder.sandbox.client import Sandbox
from autograder.sandbox.slicing import CellCode
from helpers.checking.spec import Spec

ROOT = Path(__file__).parents[2]


@programs(
    body(12, "reference", "import exercises.filters_1d.relu as f; return f.relu.reference(*args)", "error"),
    body(12, "solutions", f"return open({str(ROOT / 'solutions' / '02_filters_1d.py')!r}).read()", "error"),
    body(12, "home", f"import pathlib; return [p.read_text() for p in pathlib.Path({str(Path.home())!r}).iterdir()]", "error"),
    body(12, "proc", "return open('/proc/self/environ').read() + open(f'/proc/{os.getppid()}/maps').read()", "error"),
    body(12, "parent-descriptors", "return os.listdir(f'/proc/{os.getppid()}/fd')", "error"),
    body(12, "environment", "return ' '.join(f'{k}={v}' for k, v in os.environ.items())", "wrong"),
    body(13, "frames", "f, seen = sys._getframe(), []\nwhile f:\n    seen += [v for v in f.f_locals.values() if getattr(v, 'expected', None) is not None]\n"
         "    f = f.f_back\nreturn seen[0].expected", "error"),
    body(13, "collected", "found = [o for o in gc.get_objects() if type(o).__name__ in ('Exam', 'Exercise', 'Submission') or getattr(o, 'expected', None) is not None]\n"
         "return found[0]", "error", "crashed"),
    body(13, "line-cache", "import linecache\nreturn [t for n, t in linecache.cache.items() if 'exercises' in n][0]", "error"),
    body(13, "parent-memory", "import ctypes\nif ctypes.CDLL(None).process_vm_readv(os.getppid(), 0, 0, 0, 0, 0) < 0: raise OSError", "error"),
    body(13, "trace-the-parent", "import ctypes\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) < 0: raise OSError", "error"),
    body(14, "internet", "socket.create_connection(('127.0.0.1', 80))", "error"),
    body(14, "name-server", "socket.getaddrinfo('example.org', 80)", "error"),
    body(14, "abstract", "socket.socket(socket.AF_UNIX).connect('\\0bus')", "error"),
    body(14, "pair", "socket.socketpair()", "error"),
    body(14, "netlink", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)", "error"),
    body(15, "message", "raise ValueError(repr(args))", "error"),
    body(15, "type", "raise type('Leak' + 'x'.join(map(str, args[0].ravel())), (Exception,), {})", "error"),
    body(15, "output", "print(args); sys.stderr.write(str(args)); return args[0] - 1", "wrong"),
    body(15, "forbidden-name", "from helpers.checking.forbidden import ForbiddenHelper\nraise ForbiddenHelper(repr(args[0].tolist()))", "forbidden"),
    body(15, "unwritten-name", "e = NotImplementedError()\nexec(f'def a{str(abs(int(args[0].sum())))}():\\n    raise NotImplementedError', globals())\n"
         "raise ValueError(str(args[0].tolist()))", "error"),
    body(15, "type-of-result", "return type('T' + str(args[0].tolist()), (), {})()", "wrong"),
    body(15, "own-line", "exec(compile('raise ValueError', f'<cell {args[0].tolist()}>', 'exec'))", "error"),
)  # fmt: skip
def test_nothing_is_learnt(program: Program, sandbox: Sandbox) -> None:
    result = assert_earns_nothing(program, sandbox)
    kept = json.dumps(asdict(result))
    assert not any(secret in kept for secret in secrets(VICTIM))
    assert "root:" not in kept and "AUTOGRADER" not in kept


DENIED = {
    "io_uring_setup": "8, buffer",
    "memfd_create": "buffer, 0",
    "userfaultfd": "0",
    "keyctl": "0, -3, 0",
    "ptrace": "0, 0, 0, 0",
    "process_vm_readv": "1, buffer, 1, buffer, 1, 0",
    "shmget": "0, 4096, 0o1600",
    "bpf": "0, buffer, 64",
    "perf_event_open": "buffer, 0, -1, -1, 0",
    "unshare": "0x10000000",
    "setsid": "",
    "prctl": "1, 0",
    "landlock_add_rule": "3, 1, buffer, 0",
    "pidfd_open": "1, 0",
    "socket": "1, 1, 0",
    "execve": "buffer, 0, 0",
    "pipe2": "buffer, 0",
    "personality": "0",
    "mount": "buffer, buffer, buffer, 0, 0",
    "inotify_init1": "0",
}


def test_13_system_calls_that_reach_out_of_the_process_are_refused(sandbox: Sandbox) -> None:
    lines = "".join(
        f"answers[{name!r}] = libc.syscall({pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)}, {arguments})\n"
        for name, arguments in DENIED.items()
    )
    source = (
        f"import ctypes\nlibc = ctypes.CDLL(None)\nbuffer = ctypes.create_string_buffer(4096)\nanswers = {{}}\n{lines}"
    )
    cell = CellCode("c", source, "solution")
    reply = sandbox.run(Spec("answers", "", "answer", 0.0, variables=("answers",)), [cell], 0)
    assert reply.values == (dict.fromkeys(DENIED, -1),)


def test_12_the_work_of_the_one_before_is_not_in_memory(sandbox: Sandbox) -> None:
    """The mark of one student's source and hidden input is not found in the process of the next."""
    mark = "unmistakable" * 2
    graded(filled(COURSE, BOOK, {VICTIM: f"def relu(z):\n    return '{mark}'"}, solved(COURSE, BOOK)), sandbox)
    search = (
        "import gc\ndef relu(z):\n    needle = 'unmis' + 'takable'\n"
        "    seen = [o for o in gc.get_objects() if isinstance(o, (dict, list)) and needle in str(o)[:10**6]]\n"
        "    return len(seen) > 3\n"
    )
    item = row(graded(filled(COURSE, BOOK, {VICTIM: search}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.message is not None and mark not in item.message.text()


def test_15_feedback_on_hidden_cases_shows_no_value(sandbox: Sandbox) -> None:
    """Right on every public case, and on the hidden ones anything but."""
    exam = load_exam(COURSE, BOOK, SEED)
    public = [case.arguments["z"].tolist() for case in exam.public(VICTIM).cases]
    for misdeed in (
        "return z",
        "raise ValueError(z.tolist())",
        "raise KeyError(*z.ravel())",
        "z[...] = 1",
        "return {str(z.tolist()): 1}",
    ):
        source = f"def relu(z):\n    if z.tolist() in {public!r}:\n        return z * (z > 0)\n    {misdeed}"
        item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
        assert item.message is not None and item.status != "correct"
        assert not item.message.rows
        assert not any(secret in item.message.text() for secret in secrets(VICTIM))
