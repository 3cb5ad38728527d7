# ruff: noqa: E501 - a program a line reads best
"""The folder that a student's process may write into: what honest code does there, and where it is full."""

from __future__ import annotations

import os
from pathlib import Path

from conftest import COURSE

from adversarial.arena import (
    BOOK,
    VICTIM,
    Program,
    assert_earns_nothing,
    assert_honest,
    body,
    graded,
    programs,
    row,
)
from autograder.demo.notebooks import filled, solved
from autograder.sandbox import scratch
from autograder.sandbox.client import Limits, Sandbox

WAYS_IN_TURN = True
RIGHT = "\nreturn args[0] * (args[0] > 0)"


@programs(
    body(25, "array", "np.save('a.npy', args[0])\nassert (np.load('a.npy') == args[0]).all()" + RIGHT),
    body(25, "figure", "import matplotlib.pyplot as plt\nos.makedirs('figures/a', exist_ok=True)\nplt.figure(); plt.savefig('figures/a/b.png')\nplt.close(); os.stat('figures/a/b.png')" + RIGHT),
    body(25, "temporary", "import tempfile\nwith tempfile.TemporaryDirectory() as d, tempfile.TemporaryFile() as f: f.write(b'x'); open(d + '/x', 'w').close()" + RIGHT),
    body(25, "database", "import sqlite3\nc = sqlite3.connect('x.db'); c.execute('create table if not exists t (x)'); c.commit()" + RIGHT),
    body(25, "home", "open(os.path.expanduser('~/notes'), 'a').write('x'); os.replace(os.path.expanduser('~/notes'), 'other')" + RIGHT),
    body(25, "copies", "import shutil\nopen('a', 'w').write('x' * 10**5); shutil.copyfile('a', 'b'); os.remove('a')" + RIGHT),
)  # fmt: skip
def test_honest_code_has_a_folder_to_write_into(program: Program, sandbox: Sandbox) -> None:
    source = program.source.replace("FUNCTION", VICTIM)
    assert_honest(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox))
    assert os.listdir(sandbox._home) == []


@programs(
    body(25, "many-files", "for n in range(10**6): open(str(n), 'w').close()", "crashed"),
    body(25, "many-bytes", "for n in range(10**6): open(str(n), 'wb').write(b'x' * 8 * 2**20)", "crashed"),
    body(25, "removed-files", "kept = []\nfor n in range(60): kept.append(open('x', 'wb')); kept[-1].write(b'x' * 8 * 2**20); kept[-1].flush(); os.remove('x'); time.sleep(0.02)", "crashed"),
    body(25, "mapped-files", "import mmap\nkept = []\nfor n in range(200):\n    f = open('x', 'w+b'); f.write(b'x' * 4 * 2**20); f.flush(); kept.append(mmap.mmap(f.fileno(), 0)); f.close(); os.remove('x'); time.sleep(0.02)", "crashed"),
    body(25, "nameless-file", "return os.open('.', os.O_TMPFILE | os.O_RDWR)", "error"),
    body(25, "one-file", "open('x', 'wb').write(b'x' * 9 * 2**20)", "error"),
    body(25, "deep", "while True:\n    os.mkdir('d'); os.chdir('d')", "crashed", "error"),
    body(25, "locked", "os.mkdir('d', 0); os.mkdir('e', 0o100); open('f', 'w').close(); return 0", "wrong", "error"),
    body(25, "odd-names", "os.mkdir(b'\\xff\\n'); open(b'\\xff\\n/\\x01' + b'x' * 200, 'w').close(); return 0", "wrong", "error"),
    body(21, "threads", "threading.stack_size(32768)\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()", "crashed"),
)  # fmt: skip
def test_what_fills_the_folder_ends(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)
    assert os.listdir(sandbox._home) == []


def test_a_full_folder_is_said_to_the_student(sandbox: Sandbox) -> None:
    source = "def relu(z):\n    for n in range(10**6): open(str(n), 'w').close()"
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.message is not None and f"{scratch.MAX_FILES} files" in item.message.text()


def test_the_folder_goes_with_the_sandbox() -> None:
    with Sandbox(COURSE, limits=Limits(1, 3, 2**28)) as one:
        folder = Path(one._home)
        assert folder.is_dir()
    assert not folder.exists()


def test_emptying_takes_any_depth(tmp_path: Path) -> None:
    where = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(3000):
            os.mkdir("d", 0o700)
            os.chdir("d")
        Path("file").touch()
    finally:
        os.chdir(where)
    (tmp_path / "link").symlink_to("/")
    scratch.remove(str(tmp_path))
    assert not tmp_path.exists()
    scratch.remove(str(tmp_path))
