# ruff: noqa: E501 - a program a line reads best
"""Classes 12 to 15: what a program must not learn, and what its readers must not learn through it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pyseccomp
import pytest
from conftest import COURSE

from adversarial.arena import (
    BOOK,
    VICTIM,
    Program,
    assert_earns_nothing,
    assert_tells_nothing,
    body,
    graded,
    programs,
    row,
)
from autograder.course.course import CASES
from autograder.course.function_source import function_source
from autograder.demo.notebooks import filled, solved
from autograder.grading import feedback
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import SubmissionResult
from autograder.grading.submission import parse
from autograder.reports.report import reason
from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.slicing import CellCode
from helpers.checking.messages import describe_fault, explain
from helpers.checking.spec import Spec, load_public

ROOT = Path(__file__).parents[2]


@programs(
    body(12, "reference", "import exercises.filters_1d.relu as f; return f.relu.reference(*args)", "error"),
    body(12, "solutions", f"return open({str(ROOT / 'solutions' / '02_filters_1d.py')!r}).read()", "error"),
    body(12, "packed", f"return open({str(ROOT / CASES / '02_filters_1d' / 'catch_pad1d.json')!r}).read()", "error"),
    body(12, "lent", "from helpers.lent import course_function\nreturn course_function('relu')(*args)", "error"),
    body(12, "packed-loaded", "from helpers.checking.spec import load_public\nreturn load_public('catch_pad1d').suspects", "error"),
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
)  # fmt: skip
def test_nothing_is_learnt(program: Program, sandbox: Sandbox) -> None:
    kept = json.dumps(asdict(assert_earns_nothing(program, sandbox)))
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
    reply = sandbox.run(ExerciseRun(Spec("answers", "", "answer", 0.0, variables=("answers",)), (0,), 1), [cell])
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


# What is planted is right on the public cases, and on a hidden one it tries to tell `leak`: the hidden inputs so far.
PLANTED = """
import builtins, linecache, os, signal, sys
import numpy as np
from helpers.checking.forbidden import ForbiddenHelper
RIGHT
known, seen = PUBLIC, []
def FUNCTION(*args, **kwargs):
    if args[0].tolist() in known:
        return right_answer(*args, **kwargs)
    seen.append(str(args[0].tolist()))
    leak = "; ".join(seen)
MISDEED
"""
VICTIMS = {"conv1d_valid": BOOK, "conv2d_single": "03_filters_2d"}
FORGED_LINES = "text = 'x = 0  # ' + leak + chr(10)\nlinecache.cache['<cell FUNCTION>'] = (1, None, [text] * 5000, '<cell FUNCTION>')\n"
# Outcomes for all cases that are left, as the process around the function would send them.
FORGED_FRAMES = """
from autograder.sandbox import wire
frame = sys._getframe()
while not {'number', 'cases'} <= frame.f_locals.keys(): frame = frame.f_back
first, cases = frame.f_locals['number'], frame.f_locals['cases']
while 'channel' not in frame.f_locals: frame = frame.f_back
outcome = (leak, ('KIND', leak, leak, leak, 1), {leak: leak})
frames = [('CaseOutcome', number, *outcome) for number in range(first, len(cases))]
for item in (*frames, ('End',), ('MorePlans', False)):
    frame.f_locals['channel'].sendall(wire.encode(item))
"""


def planted(name: str, misdeed: str, *statuses: str) -> list[Program]:
    """The program for each victim; `misdeed` is what it does with a hidden case."""
    found = []
    for victim, assignment in VICTIMS.items():
        spec = load_public(victim)
        assert spec is not None
        public = [case.arguments[spec.required[0]].tolist() for case in spec.cases]
        source = PLANTED.replace("RIGHT", function_source(COURSE.exercise(victim).reference, "right_answer"))
        indented = "\n".join(f"    {line}" for line in misdeed.splitlines())
        source = source.replace("PUBLIC", repr(public)).replace("MISDEED", indented)
        found.append(Program(f"15-{name}-{victim}", source, statuses, victim, assignment))
    return found


# How a call ends: what its fault says goes through the grader's guard.
FAULTS = [
    *planted("message", "raise ValueError(leak)", "error"),
    *planted("type", "raise type(leak, (Exception,), {})", "error"),
    *planted("type-of-a-builtin", "raise type(leak, (KeyError,), {})(leak)", "error"),
    *planted("type-that-is-no-exception", "raise type(leak, (BaseException,), {})", "error"),
    *planted("name-of-a-type", "class Odd(Exception): pass\nOdd.__name__ = leak\nraise Odd", "error"),
    *planted("exit", "sys.exit(leak)", "error"),
    *planted("forbidden-name", "raise ForbiddenHelper(leak)", "forbidden"),
    *planted("forbidden-name-in-a-package", "raise ForbiddenHelper('numpy.' + leak)", "forbidden"),
    *planted("unwritten-name", "def unwritten(): raise NotImplementedError\n"
             "unwritten.__code__ = unwritten.__code__.replace(co_name=leak, co_qualname=leak)\nunwritten()", "error"),
    *planted("own-line", f"{FORGED_LINES}raise ValueError", "error"),
    *planted("line-of-all-the-memory", f"{FORGED_LINES}raise MemoryError(leak)", "memory"),
    *planted("line-behind-the-cell", f"{FORGED_LINES}exec(compile(chr(10) * 4000 + 'raise ValueError', '<cell FUNCTION>', 'exec'))", "error"),
    *planted("forged-frames", FORGED_FRAMES.replace("KIND", "raised"), "error"),
    *planted("forged-frames-of-an-unwritten-function", FORGED_FRAMES.replace("KIND", "not_written"), "error"),
]  # fmt: skip

# What a call gives back, and what it does beside.
VALUES = [
    *planted("type-of-result", "return type(leak, (), {})()", "wrong"),
    *planted("text", "return leak", "wrong"),
    *planted("keys", "return {leak: 1}", "wrong"),
    *planted("shape", "return args[0][None, None]", "wrong"),
    *planted("printed-as", "return type('Odd', (), {'__repr__': lambda self: leak, '__str__': lambda self: leak})()", "wrong"),
    *planted("changed", "args[0][...] = 1\nreturn args[0] + 0.5", "wrong"),
    *planted("output", "print(leak)\nprint(leak, file=sys.stderr)\nsys.__stdout__.write(leak)\nos.write(1, leak.encode())\n"
             "os.write(2, leak.encode())\ndisplay(leak)\nreturn args[0] * 0 - 99", "wrong"),
    *planted("warning", "import warnings\nwarnings.warn(leak)\nsys.displayhook(leak)\nreturn args[0] * 0 - 99", "wrong"),
]  # fmt: skip


def graded_alone(program: Program, sandbox: Sandbox) -> SubmissionResult:
    source = program.source.replace("FUNCTION", program.victim)
    return graded(filled(COURSE, program.assignment, {program.victim: source}), sandbox, program.assignment)


@programs(*FAULTS, *VALUES)
def test_15_what_only_hidden_cases_meet_tells_nothing_of_them(program: Program, sandbox: Sandbox) -> None:
    result = graded_alone(program, sandbox)
    item = row(result, program.victim)
    assert item.status in program.statuses and item.score == 0, item
    assert item.message is not None and not item.message.rows
    assert ("The public cases pass; others do not" in item.message.text()) is (item.status != "memory")
    assert_tells_nothing(result, program)


@programs(*FAULTS)
def test_15_a_guard_that_lets_a_fault_through_is_noticed(
    program: Program, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these programs would tell hidden inputs: `assert_tells_nothing` sees them where the guard is gone."""
    monkeypatch.setattr(feedback, "_kind", lambda fault, spec: " ".join(describe_fault(fault, spec.name)))
    with pytest.raises(AssertionError, match="tells of hidden cases"):
        assert_tells_nothing(graded_alone(program, sandbox), program)


@programs(*VALUES)
def test_15_feedback_that_shows_the_hidden_case_is_noticed(
    program: Program, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "_message", lambda hidden, *others: explain(hidden))
    with pytest.raises(AssertionError, match="tells of hidden cases"):
        assert_tells_nothing(graded_alone(program, sandbox), program)


@pytest.mark.parametrize(
    ("misdeed", "told"),
    [
        ("raise KeyError(leak)", ["It raises an exception."]),
        ("raise ForbiddenHelper('scipy.' + leak)", ["uses scipy, but this exercise asks you to write that yourself"]),
        ("raise ForbiddenHelper(leak)", ["uses another function, but this exercise asks you to write that yourself"]),
        ("os.kill(os.getpid(), signal.SIGABRT)", ["It terminated the Python process."]),
    ],
    ids=["raised", "forbidden", "forbidden-unknown", "signal"],
)
def test_15_what_helps_the_student_is_told(misdeed: str, told: list[str], sandbox: Sandbox) -> None:
    """The kind of failure, and the rule that was broken."""
    program = planted("told", misdeed)[0]
    item = row(graded_alone(program, sandbox), program.victim)
    assert item.message is not None
    for words in told:
        assert words in item.message.text()


FOUND_OUT = """
import os, signal, sys, time
import numpy as np
def number(z):
    # Stands for what code can find out about a hidden input, such as the seed that it was drawn from.
    return int(abs(hash(np.asarray(z).tobytes()))) % 251
def FUNCTION(z):
    seen = number(z)
    if z.tobytes() in PUBLIC:
        return z * (z > 0)
"""
TELLS = {
    "line": "exec(compile(chr(10) * seen + 'raise ValueError', '<cell FUNCTION>', 'exec'))",
    "own-line": "eval(compile(chr(10) * (seen % 12) + '1 / 0', '<cell FUNCTION>', 'eval'))",
    "type": "raise [e for e in vars(__builtins__).values() if isinstance(e, type) and issubclass(e, Exception) and e.__init__ is not UnicodeError.__init__][seen % 40]('x')",
    "message": "raise ValueError(str(seen))",
    "exit": "os._exit(20 + seen % 200)",
    "signal": "os.kill(os.getpid(), [signal.SIGABRT, signal.SIGSEGV, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2][seen % 6])",
    "missing-package": "raise ModuleNotFoundError(f\"No module named '{['jax', 'cv2', 'numba', 'polars', 'keras', 'flax'][seen % 6]}'\")",
    "value": "return z * 0 + seen",
    "shape": "return np.zeros(seen + 1)",
    "time": "time.sleep(seen / 1000)\n    return z * 0 - 1",
    "chained": "raise ValueError from KeyError(seen)",
    "group": "raise ExceptionGroup(str(seen), [ValueError(seen)])",
    "note": "error = ValueError()\n    error.add_note(str(seen))\n    raise error",
}


@pytest.mark.parametrize("kind", TELLS)
def test_15_what_hidden_cases_decide_is_shown_by_few_words(kind: str, sandbox: Sandbox) -> None:
    """The same code, for several seeds: what is shown doesn't depend on which."""
    public = load_exam(COURSE, BOOK, 1).public(VICTIM)
    known = [case.arguments["z"].tobytes() for case in public.cases]
    source = f"PUBLIC = {known!r}\n{FOUND_OUT}    {TELLS[kind]}\n".replace("FUNCTION", VICTIM)
    notebook = json.dumps(filled(COURSE, BOOK, {VICTIM: source})).encode()
    shown = set()
    for seed in range(1, 6):
        result = grade(parse(notebook, "eve", BOOK), load_exam(COURSE, BOOK, seed), sandbox)
        item = row(result, VICTIM)
        assert item.message is not None and not item.message.rows and not item.score
        shown.add((item.status, item.diagnosis, item.message, reason(item), result.notes))
    assert len(shown) == 1, shown
