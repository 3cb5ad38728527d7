# ruff: noqa: E501 - a cell in a line reads best
"""What stands for the things that a notebook has and a grader lacks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import importlib
import multiprocessing
import multiprocessing.dummy
import multiprocessing.pool
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.sandbox import stand_ins
from autograder.sandbox.stand_ins import Broken, NotHere, Shell, ValueNotHere, display, refuse

PATCHED = (multiprocessing, multiprocessing.dummy, multiprocessing.pool, concurrent.futures)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stand-ins in their places, for one test."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    for name in filter(is_stand_in, [*sys.modules]):
        monkeypatch.delitem(sys.modules, name)
    before = [dict(vars(module)) for module in PATCHED]
    policy = asyncio.get_event_loop_policy()
    stand_ins.install()
    yield
    asyncio.set_event_loop_policy(policy)
    for module, names in zip(PATCHED, before, strict=True):
        for name in vars(module).keys() - names.keys():
            delattr(module, name)
        vars(module).update(names)
    for name in filter(is_stand_in, [*sys.modules]):
        del sys.modules[name]


def is_stand_in(module: str) -> bool:
    return module.partition(".")[0] in ("google", "tqdm")


def prints(code: str) -> str:
    """What a cell prints."""
    lines: list[str] = []

    def note(*values: Any) -> None:
        lines.append(" ".join(map(str, values)))

    exec(code, {"print": note, "stand_ins": stand_ins})
    return "\n".join(lines)


@pytest.mark.parametrize(
    "code",
    [
        "from tqdm import tqdm\nprint(list(tqdm([1, 2, 3])))",
        "from tqdm.auto import tqdm\nprint([x for x in tqdm((1, 2, 3), desc='a', leave=False)])",
        "from tqdm.notebook import tqdm, trange\nprint([i + 1 for i in trange(3)])",
        "import tqdm\nprint([i + 1 for i in tqdm.tqdm(range(3))])",
        "import tqdm.notebook as t\nprint([i for i in t.tqdm_notebook([1, 2, 3])])",
        "import tqdm\nprint([i + 1 for i in tqdm.auto.trange(3)])",
        "from tqdm import tnrange\nprint([i for i in tnrange(1, 4)])",
        "from tqdm import tqdm\nwith tqdm(total=3) as bar:\n    bar.update(3); bar.set_postfix(loss=1)\nprint([1, 2, bar.n])",
        "from tqdm import tqdm\nbar = tqdm([1, 2, 3])\nfor x in bar: bar.set_description(f'{x}')\nprint([1, len(bar) - 1, bar.n])",
        "from tqdm.contrib import tenumerate, tzip\nprint([i + 1 for i, _ in tenumerate('abc')])",
        "from multiprocessing import Pool\nwith Pool(4) as pool: print(pool.map(lambda x: x + 1, range(3)))",
        "import multiprocessing as mp\nprint(mp.get_context('spawn').Pool().starmap(max, [(0, 1), (2, 1), (3, 0)]))",
        "from multiprocessing.pool import ThreadPool\npool = ThreadPool(2)\nprint(list(pool.imap(abs, [1, -2, 3]))); pool.close(); pool.join()",
        "from multiprocessing.dummy import Pool\nprint(Pool().map_async(abs, [1, -2, -3]).get())",
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as e: print(list(e.map(abs, [1, -2, 3])))",
        "import multiprocessing as mp\nq = mp.Queue(); p = mp.Process(target=q.put, args=([1, 2, 3],)); p.start(); p.join(); print(q.get())",
    ],
)
def test_they_hand_through_what_they_are_given(code: str) -> None:
    assert prints(code) == "[1, 2, 3]"


# --- processes


@pytest.mark.parametrize("place", ["multiprocessing", "multiprocessing.dummy", "multiprocessing.pool"])
@pytest.mark.parametrize("name", ["Pool", "ThreadPool"])
def test_a_pool_does_everything_itself_in_turn(place: str, name: str) -> None:
    with getattr(sys.modules[place], name)(2) as pool:
        assert pool.apply(divmod, (7, 3)) == (2, 1) and pool.apply(dict, kwds={"a": 1}) == {"a": 1}
        assert pool.map(abs, [-1, 2], 1) == [1, 2] and pool.starmap(divmod, [(7, 3), (4, 2)]) == [(2, 1), (2, 0)]
        assert list(pool.imap_unordered(abs, [-1, 2], chunksize=2)) == [1, 2]
        later = pool.apply_async(divmod, (7, 3), {}), pool.starmap_async(divmod, [(7, 3)], chunksize=1)
        assert pool.apply_async(dict, kwds={"a": 1}).get(timeout=1) == {"a": 1}
        assert later[1].get() == [(2, 1)] and later[1].ready() and later[1].successful()
        later[1].wait(1)
    pool.close()
    pool.terminate()
    pool.join()


def test_imap_asks_for_one_at_a_time() -> None:
    asked = iter(multiprocessing.Pool().imap(abs, iter([-1, 0, "text"])))
    assert [next(asked), next(asked)] == [1, 0]
    with pytest.raises(TypeError):
        next(asked)


def test_workers_of_a_pool_are_made_ready() -> None:
    seen: list[object] = []
    multiprocessing.Pool(2, seen.append, ("a",))
    multiprocessing.Pool(initializer=seen.append, initargs=("b",), maxtasksperchild=1)
    multiprocessing.Pool(2, None)
    with concurrent.futures.ProcessPoolExecutor(1, initializer=seen.append, initargs=("c",)) as pool:
        assert pool.submit(abs, -1).result() == 1
    assert seen == ["a", "b", "c"]


def test_who_waits_for_a_pool_is_called_back() -> None:
    seen: list[object] = []
    pool = multiprocessing.Pool()
    pool.apply_async(abs, (-1,), callback=seen.append, error_callback=seen.append)
    pool.map_async(abs, [-2], callback=seen.append)
    pool.starmap_async(divmod, [(7, 3)], callback=seen.append)
    assert seen == [1, [2], [(2, 1)]]


def test_processes_are_threads() -> None:
    """A process that changes what it is given is seen to, as nothing is copied."""
    context = multiprocessing.get_context("fork")
    multiprocessing.set_start_method("spawn")
    seen: list[int] = []
    for place in (context, multiprocessing):
        process = place.Process(target=seen.append, args=(len(seen),))
        process.start()
        process.join()
    assert seen == [0, 1]
    one, other = multiprocessing.Pipe()
    one.send("text")
    assert other.recv() == "text"
    queue = multiprocessing.SimpleQueue()
    queue.put(3)
    assert queue.get() == 3 and multiprocessing.Value("i", 4).value == 4
    assert list(multiprocessing.Manager().list([1])) == [1]
    for name in ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"):
        assert getattr(multiprocessing, name) is getattr(threading, name), name


@pytest.mark.parametrize("given", [{}, {"max_workers": 2}, {"mp_context": None, "max_tasks_per_child": 3}])
def test_threads_stand_for_an_executors_processes(given: dict[str, Any]) -> None:
    with concurrent.futures.ProcessPoolExecutor(**given) as pool:
        assert isinstance(pool, concurrent.futures.ThreadPoolExecutor)
        assert list(pool.map(lambda x: x + 1, range(3))) == [1, 2, 3]
    two = concurrent.futures.ProcessPoolExecutor(2)
    assert two._max_workers == 2  # type: ignore[attr-defined]


# --- progress bars


def bar(*given: Any, **options: Any) -> Any:
    return importlib.import_module("tqdm").tqdm(*given, **options)


def test_a_bar_counts_what_it_hands_through() -> None:
    shown = bar("abc", desc="letters")
    assert (shown.n, shown.total, len(shown)) == (0, 3, 3) and "b" in shown and "d" not in shown
    seen = [(item, shown.n) for item in shown]
    assert seen == [("a", 0), ("b", 1), ("c", 2)] and shown.n == 3


def test_a_bar_of_a_length_alone() -> None:
    with bar(total=5) as shown:
        shown.update()
        shown.update(2.5)
        shown.update(None)
    assert (shown.n, shown.total, list(shown)) == (3.5, 5, [0, 1, 2, 3, 4])
    assert (bar(total=0).total, list(bar(total=0))) == (0, [])
    nothing_known = bar()
    assert nothing_known.total is None and list(nothing_known) == []
    assert bar(None, total=2).total == 2


def test_the_length_of_what_has_none_is_none() -> None:
    assert bar(iter("ab")).total is None
    assert bar(iter("ab"), total=2).total == bar("abcd", total=2).total == 2
    assert list(bar([])) == [] and bar([]).total == 0


def test_whatever_else_a_bar_is_asked_has_no_effect() -> None:
    shown = bar([1])
    shown.set_description("a")
    shown.set_postfix(loss=3)
    shown.write("text")
    type(shown).write("text")
    assert shown.close() is None and shown.format_dict["elapsed"] >= 0
    with pytest.raises(AttributeError):
        shown.__array__  # noqa: B018


def test_all_of_tqdms_modules_have_it() -> None:
    tqdm, contrib = importlib.import_module("tqdm"), importlib.import_module("tqdm.contrib")
    importlib.import_module("tqdm.contrib.concurrent")

    assert tqdm.auto.tqdm is tqdm.std.tqdm is tqdm.notebook.tqdm_notebook is tqdm.tqdm
    assert tqdm.unknown("x") is None
    assert list(tqdm.trange(1, 7, 2, leave=False)) == [1, 3, 5]
    assert list(contrib.tenumerate("ab")) == [(0, "a"), (1, "b")] and list(contrib.tenumerate("a", 2, desc="d")) == [
        (2, "a")
    ]
    assert list(contrib.tzip("ab", "cde", leave=False)) == [("a", "c"), ("b", "d")]
    assert list(contrib.tmap(divmod, [7, 5], [3, 2], total=2)) == [(2, 1), (2, 1)]
    with pytest.raises(AttributeError):
        tqdm.__unknown__  # noqa: B018


# --- Colab and the shell


@pytest.mark.parametrize(
    "code",
    [
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "import google.colab\nfrom google.colab import userdata, output\noutput.clear(); userdata.get('KEY')",
        "from google.colab.patches import cv2_imshow\ncv2_imshow(3)",
    ],
)
def test_colabs_own_modules_do_nothing(code: str) -> None:
    assert prints(code + "\nprint('on')") == "on"


def test_colabs_modules_have_every_name_but_pythons_own() -> None:
    colab = importlib.import_module("google.colab")

    assert colab.output.clear(wait=True) is None and colab.drive() is None
    with pytest.raises(NotHere, match="upload"):
        colab.upload()
    with pytest.raises(NotHere, match="nobody is there to answer"):
        colab.files.upload_file("a.txt")
    with pytest.raises(AttributeError):
        colab.__unknown__  # noqa: B018


@pytest.mark.parametrize("name", ["google.colaboratory", "google.cloud_of_nowhere", "tqdmx"])
def test_no_other_modules_are_made_up(name: str) -> None:
    with pytest.raises(ImportError):
        importlib.import_module(name)


def test_a_google_package_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "google").mkdir()
    (tmp_path / "google" / "nearby.py").write_text("x = 3")
    (tmp_path / "google" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    nearby, colab = (importlib.import_module(f"google.{name}") for name in ("nearby", "colab"))
    assert nearby.x == 3 and colab.drive.mount("/content") is None


def test_the_shell_does_nothing() -> None:
    shell = Shell()
    assert shell.system("ls") is shell.magic("time x") is None
    assert shell.run_line_magic("matplotlib", "inline") is not None, "what a magic gives may be used"
    for value in (shell.getoutput("ls"), shell.run_line_magic("timeit", "-o 1")):
        with pytest.raises(ValueNotHere, match=r"^(!ls|%timeit -o 1): is not run while your work is graded$"):
            len(value)
    with pytest.raises(NotHere, match=r"^input\(\): nobody"):
        refuse("input()")("n?", width=3)


@pytest.mark.parametrize("line", ["LEVEL=3", "LEVEL = 3", "LEVEL 3"])
def test_a_variable_of_the_environment_is_set(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVEL", "")
    Shell().run_line_magic("env", line)
    assert os.environ["LEVEL"] == "3"
    Shell().run_line_magic("env", "LEVEL")
    assert os.environ["LEVEL"] == "3"


def test_the_shell_has_the_notebooks_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    main = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    Shell().push({"a": 1})
    Shell().run_cell("%time b = a + 1")
    Shell().ex("c = b + 1")
    assert Shell().user_ns is vars(main) and (main.a, main.b, main.c) == (1, 2, 3)


def test_display_gives_a_handle_where_one_is_asked_for() -> None:
    assert display("a", "b") is None
    handle = display("a", display_id=True)
    assert handle is not None and handle.update("b") is None


def test_an_event_loop_needs_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socketpair", None)

    async def later() -> int:
        await asyncio.sleep(0)
        return await asyncio.to_thread(lambda: 3)

    assert asyncio.run(later()) == 3


def test_files_that_the_notebook_writes_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shell = Shell()
    shell.run_cell_magic("writefile", "new/deep/c.py", "x = 1")
    assert Path("new/deep/c.py").read_text() == "x = 1"
    shell.run_cell_magic("writefile", "new/a.py", "x = 'é'\n")
    shell.run_cell_magic("file", "'b.py'", "x = 3")
    shell.run_cell_magic("writefile", "-a new/a.py", "y = 2\n")
    assert Path("new/a.py").read_text("utf-8") == "x = 'é'\ny = 2\n" and Path("b.py").read_text() == "x = 3"
    shell.run_cell_magic("writefile", "new/a.py", "z = 1\n")
    assert Path("new/a.py").read_text() == "z = 1\n"
    for magic, line in (("writefile", " "), ("time", "c.py"), ("bash", "d.py")):
        shell.run_cell_magic(magic, line, "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.py", "new"]


# --- what could not be had


@pytest.mark.parametrize(
    "use",
    [
        "x + 1",
        "1 - x",
        "x.keys()",
        "x[0]",
        "x()",
        "for y in x: pass",
        "bool(x)",
        "len(x)",
        "float(x)",
        "x @ x",
        "x == 1",
    ],
)
def test_what_could_not_be_had_says_why_when_it_is_used(use: str) -> None:
    code = (
        f"x = stand_ins.Broken(KeyError('why'))\ntry:\n    exec({use!r})\nexcept KeyError as error:\n    print(error)"
    )
    assert prints(code) == "'why'"


def test_what_could_not_be_had_can_be_passed_on_and_shown() -> None:
    lost = Broken(KeyError("why"))
    assert {lost: 1}[lost] == 1
    for name in ("__wrapped__", "_repr_html_", "_ipython_display_"):
        assert not hasattr(lost, name)
    with pytest.raises(KeyError, match="why"):
        lost.anything  # noqa: B018
    with pytest.raises(KeyError, match="why"):
        np.asarray(lost)


def test_why_it_could_not_be_had_is_told_without_where() -> None:
    try:
        raise KeyError("why")
    except KeyError as error:
        lost = Broken(error)
    for _ in range(3):
        with pytest.raises(KeyError) as caught:
            lost.x  # noqa: B018
        depth = len(caught.traceback)
    assert depth == 3, "each time the same few frames, none of the cell's that failed"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError(2, "No such file or directory", "w.npy"), ValueNotHere),
        (ConnectionError("refused"), ValueNotHere),
        (PermissionError(13, "Permission denied"), PermissionError),
        (ImportError("none"), ImportError),
    ],
)
def test_a_value_from_outside_is_told_from_other_errors(error: Exception, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        Broken(error)()
    assert type(caught.value) is kind and str(caught.value) == str(error)
