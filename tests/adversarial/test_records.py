# ruff: noqa: E501 - a program a line reads best
"""Classes 16 to 20: programs and notebooks that go for the records, and honest notebooks that got into disorder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COURSE

from adversarial.arena import (
    BOOK,
    VICTIM,
    Program,
    assert_costs_nothing,
    assert_earns_nothing,
    assert_honest,
    body,
    cell,
    graded,
    programs,
    row,
)
from autograder.demo.notebooks import Notebook, code_cell, filled, grade_id, solved, stub, text
from autograder.sandbox.client import Sandbox

ROOT = Path(__file__).parents[2]
ESCAPED = Path("/tmp/autograder-adversarial-escaped")


@programs(
    body(16, "course", f"open({str(ROOT / 'helpers' / 'check.py')!r}, 'a').write('#')", "error"),
    body(16, "grader", f"os.truncate({str(ROOT / 'autograder' / 'cli' / 'app.py')!r}, 0)", "error"),
    body(16, "temporary", f"open({str(ESCAPED)!r}, 'w').close()", "error"),
    body(16, "home", f"open({str(Path.home() / '.profile')!r}, 'a').close()", "error"),
    body(16, "own-home", "open(os.path.expanduser('~/.profile'), 'w').close()", "wrong"),  # the scratch folder, emptied after it
    body(16, "link", f"os.symlink('/etc/passwd', {str(ESCAPED)!r})", "error"),
    body(16, "rename", f"os.rename({str(ROOT / 'README.md')!r}, {str(ESCAPED)!r})", "error"),
    body(16, "mode", f"os.chmod({str(ROOT / 'README.md')!r}, 0)", "error"),
    body(16, "times", f"os.utime({str(ROOT / 'README.md')!r}, (0, 0))", "error"),
    body(16, "database", "import sqlite3\nsqlite3.connect('/tmp/gradebook.db').execute('create table t (x)')", "error"),
)  # fmt: skip
def test_16_nothing_is_written(program: Program, sandbox: Sandbox) -> None:
    watched = [ROOT / "helpers" / "check.py", ROOT / "autograder" / "cli" / "app.py"]
    before = [path.read_bytes() for path in watched]
    mode = os.stat(ROOT / "README.md").st_mode
    assert_earns_nothing(program, sandbox)
    assert before == [path.read_bytes() for path in watched]
    assert os.stat(ROOT / "README.md").st_mode == mode
    assert not os.path.lexists(ESCAPED)


def forged_flags(notebook: Notebook) -> Notebook:
    for item in notebook["cells"]:
        if grade_id(item):
            item["metadata"]["nbgrader"].update(
                points=10**6, grade=True, solution=False, locked=False, checksum="0" * 32
            )
    return notebook


def forged_header(notebook: Notebook) -> Notebook:
    notebook["metadata"] = {
        "kernelspec": {"name": "../../evil", "argv": ["rm"]},
        "student": "ada",
        "timestamp": "1970-01-01",
        "nbgrader": {"score": 99},
    }
    return {**notebook, "student": "ada", "score": 10**9}


def metadata_of_other_types(notebook: Notebook) -> Notebook:
    """Where no exercise depends on it: the cells that the release locks."""
    for number, item in enumerate(notebook["cells"]):
        if not grade_id(item) or grade_id(item).endswith("_check"):
            item["metadata"] = [None, 3, "x", [], {"nbgrader": 7}, {"nbgrader": {"grade_id": [1]}}][number % 6]
    return notebook


def reordered(notebook: Notebook) -> Notebook:
    notebook["cells"].reverse()
    return notebook


def without_checks(notebook: Notebook) -> Notebook:
    notebook["cells"] = [item for item in notebook["cells"] if not grade_id(item).endswith("_check")]
    return notebook


def checks_rewritten(notebook: Notebook) -> Notebook:
    for item in notebook["cells"]:
        if grade_id(item).endswith("_check"):
            item["source"] = "raise SystemExit"
    return notebook


def all_doubled(notebook: Notebook) -> Notebook:
    notebook["cells"] = [item for item in notebook["cells"] for _ in range(2)]
    return notebook


def retyped(notebook: Notebook) -> Notebook:
    for number, item in enumerate(notebook["cells"]):
        if grade_id(item):
            item["cell_type"] = ("markdown", "raw", "code", "heading")[number % 4]
    return notebook


def split(notebook: Notebook) -> Notebook:
    """Each function's imports and first lines in a cell of their own ahead of it."""
    place = next(n for n, item in enumerate(notebook["cells"]) if grade_id(item) == VICTIM)
    notebook["cells"][place]["source"] = "def relu(z):\n    return positive(z)"
    notebook["cells"].insert(place, code_cell("def positive(z):\n    return (abs(z) + z) / 2"))
    return notebook


def decoys(notebook: Notebook) -> Notebook:
    empty = [item for item in stub(COURSE, BOOK)["cells"] if grade_id(item) and not grade_id(item).endswith("_check")]
    notebook["cells"] = [*empty, *notebook["cells"], *empty]
    return notebook


def without_ids(notebook: Notebook) -> Notebook:
    for item in notebook["cells"]:
        item["metadata"] = {}
    return notebook


@pytest.mark.parametrize(
    "change",
    [forged_flags, forged_header, metadata_of_other_types, reordered, without_checks, checks_rewritten, all_doubled, retyped, split, decoys],
    ids=lambda change: f"18-{change.__name__}",
)  # fmt: skip
def test_disorder_costs_and_earns_nothing(change: Callable[[Notebook], Notebook], sandbox: Sandbox) -> None:
    result = graded(change(solved(COURSE, BOOK)), sandbox)
    assert_honest(result)
    assert result.student == "student" and result.assignment == BOOK
    written = next(
        item for item in graded(solved(COURSE, BOOK), sandbox).exercises if item.status in ("manual", "correct")
    )
    assert row(result, written.exercise).max_score == written.max_score


def test_17_without_any_ids_functions_are_found_by_what_they_define(sandbox: Sandbox) -> None:
    result = graded(without_ids(solved(COURSE, BOOK)), sandbox)
    assert {item.status for item in result.exercises} <= {"correct", "manual", "missing"}
    assert row(result, VICTIM).status == "correct"


def test_18_emptied_and_gone(sandbox: Sandbox) -> None:
    result = graded(filled(COURSE, BOOK, {VICTIM: " \n"}, solved(COURSE, BOOK)), sandbox)
    assert (row(result, VICTIM).status, row(result, VICTIM).score) == ("not_attempted", 0)
    notebook = solved(COURSE, BOOK)
    notebook["cells"] = [item for item in notebook["cells"] if grade_id(item) != VICTIM]
    result = graded(notebook, sandbox)
    assert (row(result, VICTIM).status, row(result, VICTIM).score) == ("missing", 0)
    assert_honest(result, VICTIM)


@programs(
    cell(19, "path", "import sys\nsys.path[:] = ['/tmp']\nsys.modules.pop('numpy', None)"),
    cell(19, "module", "import sys, types\nsys.modules['numpy'] = sys.modules['helpers'] = types.ModuleType('numpy')"),
    cell(20, "shell", "!rm -rf / --no-preserve-root\n%cd /\n%run evil.py\n%pip install evil\nx = !ls\nabs?"),
    cell(20, "cell-magic", "%%bash\nrm -rf /"),
    cell(
        20,
        "colab",
        "from google.colab import drive\ndrive.mount('/content/drive')\nfrom google.colab import files\nfiles.upload()",
    ),
)
def test_tricks_of_the_environment_cost_nothing(program: Program, sandbox: Sandbox) -> None:
    assert_costs_nothing(program.source, sandbox)


@pytest.mark.parametrize(
    "before",
    ["%%time\n", "\n\n%%capture\n", "%load_ext autoreload\n!pip install numpy\n", "from google.colab import drive\n"],
)
def test_20_magics_in_the_exercises_own_cell_cost_nothing(before: str, sandbox: Sandbox) -> None:
    right = next(text(item) for item in solved(COURSE, BOOK)["cells"] if grade_id(item) == VICTIM)
    # An import that fails ends its cell, in Colab's place as in ours: it stands in a try here, as in many notebooks.
    source = (
        f"try:\n    {before}except ImportError:\n    pass\n{right}" if before.startswith("from") else before + right
    )
    assert_honest(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox))


@pytest.mark.parametrize(
    "before",
    [
        "from google.colab import drive, files\ndrive.mount('/content/drive')\nfiles.upload()",
        "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "from google.colab.patches import cv2_imshow",
        "import no_such_package as nsp\nfrom no_such_package.auto import progress\ndef unused(table: nsp.Table): ...",
        "from sklearn.datasets import load_digits",
        "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    pass\nEither = np.ndarray | torch.Tensor",
        "from numpy.fft import rfft\nassert abs(np.fft.fft([1.0, 2.0])).sum() > 0",
    ],
    ids=[
        "colab",
        "shell-imported",
        "colab-patches",
        "not-installed",
        "needs-a-forbidden-one",
        "torch-unused",
        "loaded-late",
    ],
)
def test_20_imports_that_are_not_used_cost_nothing(before: str, sandbox: Sandbox) -> None:
    right = next(
        "".join(cell["source"])
        for cell in solved(COURSE, BOOK)["cells"]
        if "def conv1d_valid(" in "".join(cell["source"])
    )
    result = graded(filled(COURSE, BOOK, {"conv1d_valid": f"{before}\n{right}"}, solved(COURSE, BOOK)), sandbox)
    assert_honest(result)


def test_20_an_import_that_failed_is_told_where_it_is_used(sandbox: Sandbox) -> None:
    source = "import no_such_package as nsp\ndef relu(z):\n    return nsp.relu(z)"
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert (item.status, item.score) == ("error", 0) and item.message is not None
    assert "No module named 'no_such_package'" in item.message.text() and "your line 3" in item.message.text()


def test_20_the_own_line_in_feedback_is_the_students(sandbox: Sandbox) -> None:
    source = "\n\n%time 1\ndef relu(z):\n    return 1 / 0  # mine"
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.message is not None and "your line 5:  return 1 / 0  # mine" in item.message.text()


def test_19_modules_beside_the_notebook_are_not_used(tmp_path: Path, sandbox: Sandbox) -> None:
    from autograder.demo.notebooks import write
    from autograder.grading.exam import load_exam
    from autograder.grading.grade import grade
    from autograder.grading.submission import read

    path = write(solved(COURSE, BOOK), tmp_path, "eve", BOOK)
    for name in ("numpy.py", "helpers.py", "sitecustomize.py", "evil.pth"):
        path.with_name(name).write_text(f"open({str(ESCAPED)!r}, 'w')\nraise SystemExit")
    assert_honest(grade(read(path, "eve", BOOK), load_exam(COURSE, BOOK, 7), sandbox))
    assert not ESCAPED.exists()
