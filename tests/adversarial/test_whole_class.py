"""One folder with programs of every class next to honest students, through the command line."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import COURSE

from adversarial import (
    test_broken_files,
    test_confinement,
    test_exhaustion,
    test_forging,
    test_records,
    test_scratch_folder,
    test_secrets,
)
from adversarial.arena import BOOK, SEED, Program, body, secrets
from autograder.demo.notebooks import code_cell, exercises, filled, solved, write

ROOT = Path(__file__).parents[2]
OF_EACH_CLASS = 2
CANARY = "canary-in-a-cage"
HONEST = ("honest-ada", "honest-ben", "honest-élise", "zz-honest")


@dataclass
class Arena:
    """Where the class lies, and what may be found of it afterwards. `expected` are the victims and their statuses."""

    base: Path
    port: int
    expected: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    nothing: set[str] = field(default_factory=set)
    done: subprocess.CompletedProcess[str] | None = None
    before: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.base / "out"

    def rows(self) -> dict[str, list[dict[str, str]]]:
        found = defaultdict(list)
        with (self.out / "grades.csv").open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                found[line["student"]].append(line)
        return found


def all_programs() -> dict[int, list[Program]]:
    """The programs of the other tests, by class."""
    found: dict[int, list[Program]] = defaultdict(list)
    for module in (test_forging, test_secrets, test_records, test_exhaustion, test_confinement, test_scratch_folder):
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize" and mark.args[0] == "program":
                    for program in mark.args[1]:
                        if program.statuses and program.assignment == BOOK:  # those without statuses are extra cells
                            found[int(program.name[:2])].append(program)
    return found


def thieves(arena: Arena) -> list[Program]:
    """Programs that look for what this test has laid out for them."""
    steal = "raise ValueError(open({!r}).read())"
    places = {
        "home": arena.base / "home" / "token",
        "temporary": arena.base / "tmp" / "token",
        "neighbour": arena.base / "in" / HONEST[0] / BOOK / f"{BOOK}.ipynb",
        "results": arena.out / "grades.csv",
    }
    return [
        *(body(12, f"canary-{name}", steal.format(str(path)), "error") for name, path in places.items()),
        body(12, "canary-environment", "raise ValueError(str(os.environ))", "error"),
        body(14, "listener", f"socket.create_connection(('127.0.0.1', {arena.port}), 2)", "error"),
        body(16, "neighbour", f"open({str(places['neighbour'])!r}, 'w').close()", "error"),
        body(16, "results", f"open({str(places['results'])!r}, 'w').close()", "error"),
        body(28, "stays", "import subprocess\nsubprocess.Popen(['sleep', '600'])", "error"),
    ]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    base = tmp_path_factory.mktemp("class")
    for name in ("home", "tmp", "in"):
        (base / name).mkdir()
    for name in ("home", "tmp"):
        (base / name / "token").write_text(CANARY)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Arena(base, listener.getsockname()[1])
        _hand_in(made)
        made.before = digests(base)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(base / "home"),
            "TMPDIR": str(base / "tmp"),
            "AUTOGRADER_TOKEN": CANARY,
            "MPLCONFIGDIR": str(base / "matplotlib"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        limits = ("--cpu-seconds", "1", "--wall-seconds", "2", "--memory-mb", "256", "--seed", str(SEED))
        command = [sys.executable, "-m", "autograder", "grade", str(base / "in"), "--out", str(made.out), *limits]
        made.done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
        yield made


def _hand_in(arena: Arena) -> None:
    folder = arena.base / "in"
    for student in HONEST:
        notebook = solved(COURSE, BOOK)
        notebook["cells"].append(
            code_cell(f"import numpy as np\nnp.save('mine.npy', np.ones(3))  # the work of {student}")
        )
        write(notebook, folder, student, BOOK)
        arena.whole.add(student)
    attacks = [program for number, found in all_programs().items() for program in found[:OF_EACH_CLASS]]
    for program in (*attacks, *thieves(arena)):
        student = f"eve-{program.name}"
        source = program.source.replace("FUNCTION", program.victim)
        write(filled(COURSE, BOOK, {program.victim: source}, solved(COURSE, BOOK)), folder, student, BOOK)
        arena.expected[student] = (program.victim, program.statuses)
    for source in ("import os\nos._exit(0)", "!rm -rf ~", "%%bash\nrm -rf ~", "from google.colab import drive"):
        student = f"extra-{len(arena.whole)}"
        notebook = solved(COURSE, BOOK)
        notebook["cells"].insert(2, code_cell(source))
        write(notebook, folder, student, BOOK)
        arena.whole.add(student)
    for change in (test_records.forged_flags, test_records.forged_header, test_records.reordered, test_records.decoys):
        write(change(solved(COURSE, BOOK)), folder, f"odd-{change.__name__}", BOOK)
        arena.whole.add(f"odd-{change.__name__}")
    for name in ("utf-16", "nbformat-3", "surrogates"):
        path = write(solved(COURSE, BOOK), folder, f"odd-{name}", BOOK)
        path.write_bytes(test_broken_files.READABLE[name](test_broken_files.WHOLE))
        arena.whole.add(f"odd-{name}")
    for name in ("empty", "text", "deep-lists", "millions-of-parts"):
        write(solved(COURSE, BOOK), folder, f"bad-{name}", BOOK).write_bytes(test_broken_files.UNREADABLE[name])
        arena.nothing.add(f"bad-{name}")
    write(solved(COURSE, BOOK), folder, "not-there", BOOK).unlink()
    path = write(solved(COURSE, BOOK), folder, "odd-misnamed", BOOK)
    path.rename(path.with_name("other.ipynb"))
    arena.whole.add("odd-misnamed")
    for student, source in (("not-link", arena.base / "home" / "token"), ("not-device", Path("/dev/zero"))):
        path = write(solved(COURSE, BOOK), folder, student, BOOK)
        path.unlink()
        path.symlink_to(source)
    for student in ("=1+1", "<img src=x onerror=alert(1)>"):
        write(solved(COURSE, BOOK), folder, student, BOOK)
    arena.whole |= {"'=1+1", "<img src=x onerror=alert(1)>"}


def test_every_class_of_attack_on_grading_is_there() -> None:
    # 17 to 19, 29 to 32 are files and folders, made above; 33 and 34 are faults of ours, in tests of their own.
    assert set(all_programs()) >= set(range(1, 17)) | set(range(21, 29))
    assert all(len(found) >= OF_EACH_CLASS for found in all_programs().values())


def test_the_run_goes_to_its_end(arena: Arena) -> None:
    assert arena.done is not None and arena.done.returncode == 3, arena.done  # 3: the two links are not graded
    assert "Traceback" not in arena.done.stderr


def test_nobody_honest_loses_a_point(arena: Arena) -> None:
    rows = arena.rows()
    for student in arena.whole:
        assert {row["status"] for row in rows[student]} <= {"correct", "manual"}, student
        assert all(row["score"] == row["max_score"] for row in rows[student] if row["status"] == "correct")
    for student, (victim, _) in arena.expected.items():
        others = [row for row in rows[student] if row["exercise"] != victim]
        assert {row["status"] for row in others} <= {"correct", "manual"}, student


def test_nobody_hostile_gains_one(arena: Arena) -> None:
    rows = arena.rows()
    for student, (victim, statuses) in arena.expected.items():
        (item,) = [row for row in rows[student] if row["exercise"] == victim]
        assert item["status"] in statuses and float(item["score"]) == 0, item
    for student in arena.nothing:
        assert {float(row["score"]) for row in rows[student]} == {0.0}
    for student in ("not-link", "not-device"):
        assert {(row["status"], row["score"]) for row in rows[student]} == {("not_graded", "")}
    assert {(row["status"], row["score"]) for row in rows["not-there"]} == {("missing", "")}
    points = {exercise.name: exercise.points for exercise in COURSE.notebooks[BOOK].exercises}
    for found in rows.values():
        assert {row["exercise"]: float(row["max_score"]) for row in found} == points


def test_no_process_is_left(arena: Arena) -> None:
    mark = os.fsencode(arena.base)
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            except OSError:
                continue
            assert mark not in seen, seen


def test_no_file_is_left_or_changed(arena: Arena) -> None:
    after = digests(arena.base)
    changed = {path for path in {*arena.before, *after} if arena.before.get(path) != after.get(path)}
    assert all(path.startswith((str(arena.out), str(arena.base / "matplotlib"))) for path in changed), changed
    assert [path.name for path in (arena.base / "tmp").iterdir()] == ["token"]
    assert [path.name for path in (arena.base / "home").iterdir()] == ["token"]
    assert not os.path.lexists(test_records.ESCAPED)


def test_no_secret_is_in_any_output(arena: Arena) -> None:
    assert arena.done is not None
    hidden = {
        text for exercise in exercises(COURSE, BOOK) if exercise.kind == "function" for text in secrets(exercise.name)
    }
    hidden = {
        text for text in hidden if text not in json.dumps(solved(COURSE, BOOK))
    }  # short ones are met there by chance
    assert len(hidden) > 20
    files = [path for path in arena.out.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".csv", ".html", ".db"}
    for path in files:
        said = path.read_bytes().decode("utf-8", "replace")
        assert CANARY not in said and "root:x:" not in said, path
        assert not [text for text in hidden if text in said], path
    assert CANARY not in arena.done.stdout + arena.done.stderr
    pages = {path.parent.name: path.read_text("utf-8") for path in (arena.out / "feedback").rglob("*.html")}
    assert len(pages) >= len(arena.expected) + len(arena.whole)
    for student, page in pages.items():
        others = [name for name in HONEST if name != student and f"work of {name}" in page]
        assert not others, (student, others)
