# ruff: noqa: E501 - a program a line reads best
"""Classes 21 to 28: programs that take all there is. Each costs its exercise, within its limits."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from conftest import COURSE

from adversarial.arena import BOOK, Program, assert_costs_nothing, assert_earns_nothing, body, cell, graded, programs
from autograder.demo.notebooks import code_cell, solved
from autograder.sandbox import wire
from autograder.sandbox.client import Sandbox
from helpers.checking.values import as_array, show

ENDED = ("timeout", "memory", "crashed", "error", "wrong")
BLOCKED = "for n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"


@programs(
    body(21, "forks", "while True:\n    os.fork()", "error"),
    body(21, "processes", "import multiprocessing\nmultiprocessing.Pool(4).map(abs, range(9))", "wrong"),
    body(21, "processes-by-hand", "while True: os.fork()", "error"),
    body(21, "programs", "import subprocess\nwhile True: subprocess.Popen(['sleep', '99'])", "error"),
    body(21, "threads", "threading.stack_size(32768)\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()", *ENDED),
    body(22, "one-allocation", "return np.ones(10**11)", "memory"),
    body(22, "slowly", "kept = []\nwhile True: kept.append(np.empty(10**6))", "memory"),
    body(22, "touched", "kept = []\nwhile True: kept.append(bytearray(10**6))", "memory", "timeout"),
    body(22, "swallowed", "kept = []\nwhile True:\n    try: kept.append(bytearray(10**7))\n    except MemoryError: pass", "timeout", "memory"),
    body(22, "anonymous-map", "import mmap\nkept = [mmap.mmap(-1, 10**8) for _ in range(99)]", "memory", "error"),
    body(23, "loop", "while True: pass", "timeout"),
    body(23, "stubborn", BLOCKED + "while True:\n    try:\n        while True: pass\n    except BaseException: pass", "timeout"),
    body(23, "sleep", "time.sleep(10**6)", "timeout"),
    body(23, "stopped", "os.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
    body(23, "in-c", "return sum(iter(int, 1))", "timeout"),
    body(23, "expression", "import re\nreturn re.match('(a+)+$', 'a' * 40 + 'b')", "timeout"),
    body(23, "power", "return 9 ** 9 ** 9", "timeout", "memory"),
    body(24, "endless", "while True: print('x' * 10**5)", "timeout"),
    body(24, "one-line", "sys.stdout.write('x' * 10**8); os.write(1, b'\\0\\xff' * 10**7)", *ENDED),
    body(24, "figures", "import matplotlib.pyplot as plt\nwhile True: plt.figure()", "timeout", "memory"),
    body(24, "result", "return np.zeros((10**7,))", "wrong", "crashed", "memory"),
    body(24, "long-list-with-a-text", "return ['x' * 500] + [0] * 690_000", *ENDED),
    body(24, "list-of-arrays", "return [np.zeros(())] * 60_000", *ENDED),
    body(24, "long-list", "return [0] * 3 * 10**6", *ENDED),
    body(25, "disk", "import tempfile\nwith tempfile.TemporaryFile() as f:\n    while True: f.write(b'x' * 10**7)", "error"),
    body(25, "shared-memory", "from multiprocessing import shared_memory\nshared_memory.SharedMemory(create=True, size=10**9)", "error"),
    body(25, "descriptors", "kept = []\nwhile True: kept.append(open('/dev/null'))", "error"),
    body(25, "inodes", "for n in range(10**6): os.mkdir(f'/tmp/{n}')", "error"),
    body(26, "input", "return input()", "error"),
    body(26, "deadlock", "lock = threading.Lock(); lock.acquire(); lock.acquire()", "timeout"),
    body(26, "stdin", "return sys.stdin.read()", "wrong", "error"),
    body(26, "signal-that-never-comes", "signal.pause()", "timeout"),
    body(27, "recursion", "return kwargs.get('f', relu)(*args)" .replace("relu", "FUNCTION"), "error"),
    body(27, "to-the-end-of-the-stack", "sys.setrecursionlimit(10**9)\nf = lambda n: [*map(f, [n + 1])]\nreturn f(0)", "crashed", "memory", "error"),
    body(27, "repr", "x = []\nfor _ in range(10**5): x = [x]\nreturn x", "wrong", "error", "crashed"),
    body(28, "daemon", "if os.fork() == 0:\n    os.setsid()\n    time.sleep(99)", "error"),
    body(28, "double-thread", "threading.stack_size(32768)\nfor _ in range(5): threading.Thread(target=time.sleep, args=(99,), daemon=False).start()\nreturn 0", "wrong"),
    body(28, "spawned", "os.posix_spawn('/bin/sleep', ['sleep', '99'], {})", "error"),
)  # fmt: skip
def test_greed_costs_only_its_exercise_and_ends(program: Program, sandbox: Sandbox) -> None:
    started = time.monotonic()
    assert_earns_nothing(program, sandbox)
    # One run within the limits (1 s of processor time, 3 s in all), the public one after it, and 12 honest exercises.
    assert time.monotonic() - started < 30


@programs(
    cell(22, "memory", "kept = []\nwhile True: kept.append(bytearray(10**7))"),
    cell(23, "loop", "while True: pass"),
    cell(23, "blank-lines", "\n" * 40_000 + "x"),
    cell(23, "question-marks", "?" + "\n" * 40_000 + "x"),
    cell(23, "many-magics", "!ls\n" * 600),
    cell(23, "magics-in-brackets", "x = " + "(" * 90 + "\n" + "!a\n" * 300),
    cell(23, "statements", "a\n" * 60_000),
    cell(23, "long-sum", "a = " + "+".join(["1"] * 20_000)),
    cell(23, "attributes", "a = a" + ".b" * 20_000),
    cell(23, "open-brackets", "a = " + "{" * 180 + "\n"),
    cell(27, "recursion", "f = lambda: f()\nf()"),
)
def test_greed_elsewhere_costs_honest_work_nothing(program: Program, sandbox: Sandbox) -> None:
    started = time.monotonic()
    assert_costs_nothing(program.source, sandbox)
    assert time.monotonic() - started < 15


def test_23_many_cells_are_graded_in_bounded_time(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    notebook["cells"] += [code_cell(f"a{n} = {n}") for n in range(20_000)]
    notebook["cells"][:0] = [code_cell("def relu(z): return 0", f"id-{n % 1000}") for n in range(2_000)]
    notebook["cells"] += [code_cell("x = '" + "x" * 10**6 + "'") for n in range(5)]
    started = time.monotonic()
    result = graded(notebook, sandbox)
    assert all(item.status in ("correct", "manual") for item in result.exercises)
    assert any("left out" in note for note in result.notes)
    assert time.monotonic() - started < 30


def test_23_copies_of_one_cell_are_bounded(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    notebook["cells"][:0] = [code_cell("def relu(z):\n    while True: pass", "relu") for _ in range(20_000)]
    assert all(item.status in ("correct", "manual") for item in graded(notebook, sandbox).exercises)


def test_24_a_text_in_a_long_list_takes_no_room_of_the_judge() -> None:
    tracemalloc.start()
    try:
        assert as_array([["x" * 500], *[[0]] * 80_000]) is None
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


def test_24_a_list_is_shown_in_the_time_of_its_first_entries() -> None:
    started = time.monotonic()
    assert len(show([np.zeros(())] * 10**6)) < 500
    assert time.monotonic() - started < 2


def test_27_the_judge_reads_no_deep_values() -> None:
    value: list[object] = []
    for _ in range(100):
        value = [value]
    with pytest.raises(wire.WireError):
        wire.decode_reply(wire.encode(value)[8:])
