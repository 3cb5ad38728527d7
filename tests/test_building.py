"""solutions/ -> notebooks/ and public cases, on tiny courses; and that the committed files follow from the sources."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import COURSE
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum, determine_grade
from tiny_course import SOURCE, tiny_notebook
from traitlets.config import Config

from autograder import nbgrader_hook
from autograder.building import BuildError, build, expected_files
from autograder.building.cases import case_files, steady
from helpers.checking import spec as specs

ROOT = Path(__file__).parents[1]
ADDRESS = "https://github.com/some/where"


class Course:
    """A project folder with one notebook."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.book = tiny_notebook()
        (root / "solutions").mkdir()
        (root / "pyproject.toml").write_text(f'[tool.autograder]\nrepository = "{ADDRESS}"\n')
        self.write(SOURCE)

    def write(self, text: str) -> None:
        (self.root / "solutions" / "01_tiny.py").write_text(text, "utf-8")

    def build(self, check: bool = False) -> list[str]:
        changed = build(self.root, check=check, course={"01_tiny": self.book})
        return [path.relative_to(self.root).as_posix() for path in changed]

    def error(self, text: str) -> str:
        self.write(text)
        with pytest.raises(BuildError) as caught:
            self.build()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def read(self, path: str) -> nbformat.NotebookNode:
        return nbformat.read(self.root / path, as_version=4)

    @property
    def release(self) -> nbformat.NotebookNode:
        return self.read("notebooks/01_tiny/01_tiny.ipynb")

    @property
    def solution(self) -> nbformat.NotebookNode:
        return self.read("solutions/01_tiny.ipynb")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def cell(notebook: nbformat.NotebookNode, cell_id: str) -> nbformat.NotebookNode:
    return next(item for item in notebook.cells if item.id == cell_id)


FILES = [
    "helpers/checking/cases/01_tiny/blip_filter.json",
    "helpers/checking/cases/01_tiny/count.json",
    "helpers/checking/cases/01_tiny/order.json",
    "helpers/checking/cases/01_tiny/total.json",
    "helpers/checking/cases/01_tiny/why.json",
    "notebooks/01_tiny/01_tiny.ipynb",
    "solutions/01_tiny.ipynb",
]


class TestBuild:
    def test_makes_notebooks_and_cases(self, course: Course) -> None:
        assert course.build() == FILES
        assert all((course.root / path).read_bytes().endswith(b"\n") for path in FILES)

    def test_second_build_touches_nothing(self, course: Course) -> None:
        course.build()
        before = {path: (course.root / path).stat().st_mtime_ns for path in FILES}
        assert course.build() == []
        assert {path: (course.root / path).stat().st_mtime_ns for path in FILES} == before

    def test_same_bytes_in_another_process_and_folder(self, course: Course, tmp_path: Path) -> None:
        first = expected_files(course.root, {"01_tiny": course.book})
        (tmp_path / "other").mkdir()
        other = Course(tmp_path / "other")
        second = expected_files(other.root, {"01_tiny": other.book})
        assert list(first.values()) == list(second.values())

    def test_check_writes_nothing(self, course: Course) -> None:
        assert course.build(check=True) == FILES
        assert not (course.root / "notebooks").exists()

    def test_leaves_no_drafts_behind(self, course: Course) -> None:
        course.build()
        made = {path.relative_to(course.root).as_posix() for path in course.root.rglob("*") if path.is_file()}
        assert made == {*FILES, "pyproject.toml", "solutions/01_tiny.py"}

    def test_repairs_an_edited_notebook_only(self, course: Course) -> None:
        course.build()
        (course.root / FILES[5]).write_text("edited by hand")
        assert course.build() == [FILES[5]]

    def test_removes_what_has_no_source_any_more(self, course: Course) -> None:
        course.build()
        (course.root / "solutions" / "01_tiny.py").unlink()
        own = course.root / "solutions" / "scratch.ipynb"
        own.write_text('{"cells": [], "metadata": {}}')
        assert [path.relative_to(course.root).as_posix() for path in build(course.root, course={})] == FILES
        assert own.exists() and not (course.root / "notebooks/01_tiny").exists()

    def test_removes_the_case_file_of_a_removed_exercise(self, course: Course) -> None:
        course.build()
        course.book.exercises.pop()
        course.write(SOURCE[: SOURCE.index("# %% [markdown] written")])
        assert "helpers/checking/cases/01_tiny/why.json" in course.build()
        assert not (course.root / "helpers/checking/cases/01_tiny/why.json").exists()

    def test_writes_nothing_when_a_source_is_wrong(self, course: Course) -> None:
        course.error(SOURCE.replace("### END SOLUTION", "", 1))
        assert not (course.root / "notebooks").exists()

    def test_case_files_are_the_public_specifications(self, course: Course) -> None:
        course.build()
        folder = course.root / "helpers/checking/cases/01_tiny"
        assert json.loads((folder / "order.json").read_text()) == ["total", "count", "blip_filter", "why"]
        assert (folder / "total.json").read_text() == specs.to_json(course.book.exercises[0].public())


def test_case_files_do_not_depend_on_the_last_digits(course: Course) -> None:
    total = course.book.exercises[0]
    exact = total.reference
    before = case_files(course.book)
    for noise in (1 + 3e-16, 1 - 3e-16):
        total.reference = lambda x, w=1.0, noise=noise: exact(x, w) / 3 * 3 * noise
        assert case_files(course.book) == before


@pytest.mark.parametrize(
    ("computed", "written"),
    [
        (2 / 3, 0.666666667),
        (3e-17, 0.0),
        (np.array([[1e10 / 3, 1.5]]), np.array([[3333333330.0, 1.5]])),
        (np.array([2 / 3], np.float32), np.array([2 / 3], np.float32)),
        ([(1, True)], [(1, True)]),
        ({"w": [0.1 + 0.2]}, {"w": [0.3]}),
        (-np.inf, -np.inf),
    ],
)
def test_rounding_of_what_was_computed(computed: object, written: object) -> None:
    spec = specs.Spec("f", "n", "function", 1, cases=(specs.Case("a", {}, computed),))
    assert repr(steady(spec).cases[0].expected) == repr(written)


class TestErrors:
    """Each says in one line what is wrong, where, and what to do."""

    def says(self, course: Course, text: str, line: int, *parts: str) -> None:
        said = course.error(text)
        assert said.startswith(f"solutions/01_tiny.py:{line}: " if line else "solutions/01_tiny.py: "), said
        for part in parts:
            assert part in said, said

    def test_unclosed_solution(self, course: Course) -> None:
        text = SOURCE.replace("    ### END SOLUTION\n", "", 1)
        self.says(course, text, line_of(text, "    ### BEGIN"), "never closed", "add ### END SOLUTION")

    def test_unclosed_solution_in_a_written_cell(self, course: Course) -> None:
        text = SOURCE.replace("# ### END SOLUTION\n", "", 1)
        self.says(course, text, line_of(text, "# ### BEGIN"), "never closed")

    def test_stray_end(self, course: Course) -> None:
        text = SOURCE.replace("    ### BEGIN SOLUTION\n", "", 1)
        self.says(course, text, line_of(text, "    ### END"), "without ### BEGIN SOLUTION above it")

    def test_nested_begin(self, course: Course) -> None:
        text = SOURCE.replace("    result = 0.0", "    ### BEGIN SOLUTION\n    result = 0.0")
        self.says(course, text, line_of(text, "    ### BEGIN SOLUTION\n    result = 0.0"), "inside a solution")

    @pytest.mark.parametrize(
        "mark", ["## BEGIN SOLUTION", "### begin solution", "### BEGIN SOLUTION here", "#BEGIN SOLUTION"]
    )
    def test_misspelt_mark(self, course: Course, mark: str) -> None:
        text = SOURCE.replace("    ### BEGIN SOLUTION", f"    {mark}", 1)
        self.says(course, text, line_of(text, f"    {mark}"), "exactly ### BEGIN SOLUTION or ### END SOLUTION")

    def test_solution_outside_an_exercise(self, course: Course) -> None:
        text = SOURCE.replace("# Adding up.", "# ### BEGIN SOLUTION\n# ### END SOLUTION")
        self.says(course, text, 3, "a solution in a cell that is no exercise")

    def test_exercise_without_solution(self, course: Course) -> None:
        text = SOURCE.replace("### BEGIN SOLUTION\ncount = 4\n### END SOLUTION\n", "")
        self.says(course, text, line_of(text, '# %% exercise="count"'), "count has no solution")

    def test_unknown_exercise_suggests_the_closest(self, course: Course) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="totl"')
        self.says(course, text, line_of(text, '# %% exercise="totl"'), 'no exercise "totl"', "did you mean total?")

    def test_unknown_exercise_unlike_any(self, course: Course) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="xyz"')
        self.says(course, text, line_of(text, '# %% exercise="xyz"'), "it has total, count, blip_filter, why")

    @pytest.mark.parametrize(("mark", "said"), [("points=4", "has points=4 here"), ("", "has no points here")])
    def test_points_differ(self, course: Course, mark: str, said: str) -> None:
        text = SOURCE.replace("points=3", mark)
        self.says(course, text, line_of(text, '# %% exercise="total"'), said, "write points=3")

    def test_points_on_a_check_cell(self, course: Course) -> None:
        text = SOURCE.replace('check="total"', 'check="total" points=3')
        self.says(course, text, line_of(text, '# %% check="total"'), "delete them here")

    def test_scaffold_that_matches_no_line(self, course: Course) -> None:
        text = SOURCE.replace("#> result += ...", "#> outcome += ...")
        self.says(course, text, line_of(text, "        #> outcome"), "`outcome += ...` matches no line")

    def test_scaffold_outside_a_solution(self, course: Course) -> None:
        text = SOURCE.replace("count = None  #", "#> count\ncount = None  #")
        self.says(course, text, line_of(text, "#> count"), "outside a solution")

    def test_exercise_without_cell(self, course: Course) -> None:
        text = SOURCE[: SOURCE.index("# %% [markdown] written")]
        self.says(course, text, 0, "why has no cell", '`# %% [markdown] written="why" points=2`')

    def test_exercise_without_check(self, course: Course) -> None:
        text = SOURCE.replace('# %% check="count"\ncheck("count", count)\n', "")
        self.says(course, text, line_of(text, '# %% exercise="count"'), "no check cell", 'check("count", count)')

    def test_exercise_twice(self, course: Course) -> None:
        again = (
            '# %% exercise="total" points=3\ndef total(x):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n'
        )
        text = SOURCE.replace('# %% check="total"', again + '# %% check="total"')
        self.says(course, text, line_of(text, again), "second cell", "line 9")

    def test_check_twice(self, course: Course) -> None:
        text = SOURCE + '# %% check="total"\ncheck(total)\n'
        self.says(course, text, text.count("\n") - 1, "second cell", "check=")

    def test_check_before_its_exercise(self, course: Course) -> None:
        text = SOURCE.replace('# %% exercise="total"', '# %% check="total"\ncheck(total)\n\n# %% exercise="total"')
        self.says(course, text, line_of(text, '# %% check="total"'), "comes before the cell it checks")

    def test_order_differs_from_the_exercise_objects(self, course: Course) -> None:
        course.book.exercises.reverse()
        self.says(course, SOURCE, 9, "total comes here", "why next")

    def test_name_not_defined(self, course: Course) -> None:
        text = SOURCE.replace("def total(", "def totally(")
        self.says(course, text, 9, "defines no total", "`def total(...):`")

    def test_answer_defined_inside_the_solution_only(self, course: Course) -> None:
        text = SOURCE.replace("blip_bias = None\n", "")
        self.says(
            course, text, line_of(text, '# %% exercise="blip_filter"'), "no blip_bias outside", "`blip_bias = None`"
        )

    def test_check_cell_that_checks_something_else(self, course: Course) -> None:
        right = 'check("blip_filter", blip_filter, blip_bias)'
        text = SOURCE.replace(right, 'check("blip_filter", blip_filter)')
        self.says(course, text, line_of(text, '# %% check="blip_filter"'), f"must call {right}")

    def test_syntax_error(self, course: Course) -> None:
        text = SOURCE.replace("result * w", "result *")
        self.says(course, text, line_of(text, "result *\n"), "not Python")

    def test_unknown_key(self, course: Course) -> None:
        text = SOURCE.replace('exercise="total"', 'excercise="total"')
        self.says(course, text, 9, "unknown key excercise", "exercise, check, written, points")

    def test_unreadable_mark(self, course: Course) -> None:
        text = SOURCE.replace('exercise="total"', "exercise=total")
        self.says(course, text, 9, "cannot read exercise=total", 'exercise="median" points=3')

    def test_two_roles(self, course: Course) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="total" check="total"')
        self.says(course, text, 9, "exercise and check")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("# %% [markdown] written", "# %% [markdown] exercise", "is of the kind written"),
            ("# %% [markdown] written", "# %% written", "must be a markdown cell"),
            ('# %% exercise="count"', '# %% [markdown] written="count"', "is of the kind answer"),
            ('# %% exercise="count"', '# %% [markdown] exercise="count"', "must be a code cell"),
        ],
    )
    def test_role_of_the_wrong_kind(self, course: Course, old: str, new: str, said: str) -> None:
        text = SOURCE.replace(old, new)
        self.says(course, text, line_of(text, new), said)

    def test_hidden_tests_by_hand(self, course: Course) -> None:
        text = SOURCE.replace("check(total)", "check(total)\n### BEGIN HIDDEN TESTS")
        self.says(course, text, line_of(text, "### BEGIN HIDDEN"), "written by the build alone")

    def test_no_title(self, course: Course) -> None:
        text = SOURCE.replace("# # 01", "# 01")
        self.says(course, text, 1, "must be the title")

    def test_text_before_the_first_cell(self, course: Course) -> None:
        self.says(course, "import os\n" + SOURCE, 1, "before the first cell")

    def test_cell_mark_inside_a_string(self, course: Course) -> None:
        text = SOURCE.replace("import numpy as np\n", 'text = """\n# %% fake\n"""\n')
        self.says(course, text, line_of(text, "# %% fake"), "inside a string")

    def test_empty_source(self, course: Course) -> None:
        self.says(course, "", 0)

    def test_lines_are_right_in_quoted_markdown_and_after_a_header(self, course: Course) -> None:
        header = "# ---\n# jupyter:\n#   accelerator: GPU\n# ---\n\n"
        text = header + SOURCE.replace("# # 01 · Tiny\n# Adding up.\n", '"""\n# 01 · Tiny\n\n### END SOLUTION\n"""\n')
        self.says(course, text, line_of(text, "### END SOLUTION"), "without ### BEGIN")

    def test_notebook_without_source(self, course: Course) -> None:
        (course.root / "solutions" / "01_tiny.py").unlink()
        with pytest.raises(BuildError, match=r"^solutions/01_tiny.py: .*missing: write it"):
            course.build()

    def test_source_without_notebook(self, course: Course) -> None:
        (course.root / "solutions" / "02_more.py").write_text(SOURCE)
        with pytest.raises(BuildError, match=r"^solutions/02_more.py: .*it has 01_tiny"):
            course.build()

    def test_exercise_whose_reference_fails_on_its_own_cases(self, course: Course) -> None:
        course.book.exercises[0].reference = lambda x, w=1.0: x[99]
        with pytest.raises(BuildError, match=r"^autograder/exercises: 01_tiny: total: the reference fails on"):
            course.build()

    @pytest.mark.parametrize("text", ["", "[tool.autograder]\nrepository = 'git@elsewhere'", "not toml"])
    def test_no_repository(self, course: Course, text: str) -> None:
        (course.root / "pyproject.toml").write_text(text)
        with pytest.raises(BuildError, match=r"^pyproject.toml: .*repository"):
            course.build()


class TestNotebooks:
    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_valid_for_jupyter_and_nbgrader(self, course: Course, which: str) -> None:
        course.build()
        notebook = getattr(course, which)
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        CheckCellMetadata().preprocess(notebook, {})
        assert len({item.id for item in notebook.cells}) == len(notebook.cells)
        assert notebook.metadata.kernelspec.name == "python3"
        code = [item for item in notebook.cells if item.cell_type == "code"]
        assert all(not item.outputs and item.execution_count is None for item in code)

    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_grade_ids_points_and_kinds(self, course: Course, which: str) -> None:
        course.build()
        marks = [item.metadata.nbgrader for item in getattr(course, which).cells if "nbgrader" in item.metadata]
        assert [(m.grade_id, m.grade, m.solution, m.locked, m.task, m.get("points")) for m in marks] == [
            ("total", False, True, False, False, None),
            ("total_check", True, False, True, False, 3),
            ("count", False, True, False, False, None),
            ("count_check", True, False, True, False, 1),
            ("blip_filter", False, True, False, False, None),
            ("blip_filter_check", True, False, True, False, 2),
            ("why", True, True, False, False, 2),
        ]

    def test_release_shows_stub_and_scaffold(self, course: Course) -> None:
        course.build()
        assert cell(course.release, "total").source == (
            'def total(x, w=1.0):\n    """The sum of x, times w."""\n    # result = ...\n    # for ... in x:\n'
            "    #     result += ...\n    raise NotImplementedError"
        )
        assert cell(course.release, "count").source == "count = None  # your number"
        assert cell(course.release, "blip_filter").source == "blip_filter = None\nblip_bias = None"
        assert cell(course.release, "why").source == "Why does adding up work?\n\nYOUR ANSWER HERE"
        assert cell(course.release, "total_check").source == "check(total)"

    def test_release_gives_nothing_away(self, course: Course) -> None:
        course.build()
        text = json.dumps(course.release)
        secrets = (
            "SOLUTION",
            "HIDDEN TESTS",
            "nbgrader_hook",
            "a start",
            "return result",
            "count = 4",
            "commutes",
            "#>",
        )
        assert [secret for secret in secrets if secret in text] == []

    def test_release_cells_are_locked_and_have_checksums(self, course: Course) -> None:
        course.build()
        for item in course.release.cells:
            if "nbgrader" in item.metadata:
                assert item.metadata.nbgrader.checksum == compute_checksum(item)
                assert item.metadata.deletable is False
                assert item.metadata.get("editable", True) is not item.metadata.nbgrader.locked

    def test_an_untouched_written_answer_gets_0_from_nbgrader(self, course: Course) -> None:
        course.build()
        assert determine_grade(cell(course.release, "why")) == (0, 2)

    def test_solution_keeps_solutions_and_marks_and_drops_scaffold(self, course: Course) -> None:
        course.build()
        source = cell(course.solution, "total").source
        assert "### BEGIN SOLUTION\n    result = 0.0  # a start\n    for item in x:\n        result += item" in source
        assert "#>" not in json.dumps(course.solution)
        check, *hidden = cell(course.solution, "total_check").source.split("\n")
        assert (check, hidden[0], hidden[-1]) == ("check(total)", "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
        assert '    report_score("total", total)' in hidden
        assert 'score("blip_filter", blip_filter, blip_bias)' in cell(course.solution, "blip_filter_check").source

    @pytest.mark.parametrize(
        ("which", "place"), [("release", "notebooks/01_tiny/01_tiny.ipynb"), ("solution", "solutions/01_tiny.ipynb")]
    )
    def test_colab_badge_opens_the_file_itself(self, course: Course, which: str, place: str) -> None:
        course.build()
        heading, blank, badge, *rest = getattr(course, which).cells[0].source.split("\n")
        assert (heading, blank, rest) == ("# 01 · Tiny", "", ["", "Adding up."])
        assert badge.endswith(f"](https://colab.research.google.com/github/some/where/blob/main/{place})")

    def test_header_passes_notebook_metadata_on(self, course: Course) -> None:
        course.write("# ---\n# jupyter:\n#   accelerator: GPU\n# ---\n\n" + SOURCE)
        course.build()
        assert course.release.metadata.accelerator == "GPU"
        assert "jupytext" not in course.release.metadata

    def test_tags_pass_and_jupytext_traces_do_not(self, course: Course) -> None:
        course.write(SOURCE.replace("# %%\nimport", '# %% tags=["remove-input"]\nimport'))
        course.build()
        assert course.release.cells[2].metadata == {"tags": ["remove-input"]}

    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_ends_with_a_summary_of_its_own_exercises(self, course: Course, which: str) -> None:
        course.build()
        heading, last = getattr(course, which).cells[-2:]
        assert heading.source.startswith("## Before you hand it in\n")
        assert last.source.endswith('\nsummary("01_tiny", globals())') and last.metadata == {}
        ast.parse(last.source)


class TestSetUpCell:
    def run(self, course: Course, folder: Path, before: str = "", path: str = "") -> subprocess.CompletedProcess[str]:
        """Runs the set-up cell in `folder`, then says where helpers come from."""
        course.build()
        source = cell(course.release, "set-up").source
        after = (
            "\nimport importlib.util\nfound = importlib.util.find_spec('helpers')\n"
            "print(sorted(sys.path).__len__(), found and found.origin)"
        )
        # -S and -I: no installed packages, so that nothing but the cell can make helpers importable.
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", before + source + after],
            cwd=folder,
            env={"PATH": f"{path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_is_folded_away_after_the_title(self, course: Course) -> None:
        course.build()
        item = course.release.cells[1]
        assert item.id == "set-up" and item.source.startswith("#@title Set-up: run this cell first\n")
        assert item.metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"}
        ast.parse(item.source)

    def test_finds_helpers_above_the_notebook(self, course: Course) -> None:
        course.build()
        for name in ("__init__.py", "check.py"):
            (course.root / "helpers" / name).touch()
        ran = self.run(course, course.root / "notebooks" / "01_tiny")
        assert ran.returncode == 0 and ran.stdout.strip().endswith(str(course.root / "helpers" / "__init__.py")), ran

    def test_is_harmless_where_there_is_no_course(self, course: Course, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        ran = self.run(course, tmp_path / "elsewhere")
        assert (ran.returncode, ran.stderr) == (0, "") and ran.stdout.endswith("None\n")
        assert not any((tmp_path / "elsewhere").iterdir())

    def test_clones_the_course_on_colab(self, course: Course, tmp_path: Path) -> None:
        tools, work = tmp_path / "tools", tmp_path / "content"
        tools.mkdir()
        work.mkdir()
        git = tools / "git"
        script = 'echo "$@" >> calls\nmkdir -p "$5/helpers"\ncd "$5/helpers"\ntouch __init__.py check.py\n'
        git.write_text(f"#!/bin/sh\n{script}")
        git.chmod(0o755)
        colab = "import sys\nsys.modules['google.colab'] = sys\n"
        for _ in range(2):  # running the cell again clones nothing
            ran = self.run(course, work, colab, str(tools))
            assert ran.returncode == 0, ran
            assert ran.stdout.strip().endswith(str(work / "course" / "helpers" / "__init__.py"))
        assert (work / "calls").read_text() == f"clone --quiet --depth=1 {ADDRESS} {work / 'course'}\n"


class TestScoreInKernel:
    """`autograder.nbgrader_hook.score`: what nbgrader's own autograde shows as the points."""

    @pytest.fixture(autouse=True)
    def tiny(self, monkeypatch: pytest.MonkeyPatch) -> None:
        book = {exercise.name: exercise for exercise in tiny_notebook().exercises}
        monkeypatch.setattr(nbgrader_hook, "find", book.__getitem__)

    def test_right_partly_right_and_unwritten(self) -> None:
        def unwritten(x, w=1.0):
            raise NotImplementedError

        assert nbgrader_hook.score("total", lambda x, w=1.0: float(np.sum(x)) * w) == 3.0
        assert nbgrader_hook.score("total", lambda x, w=1.0: float(np.sum(x))) == 2.0  # two aspects of three
        assert nbgrader_hook.score("total", unwritten) == 0.0

    def test_answers_and_designs(self) -> None:
        assert nbgrader_hook.score("count", 4) == 1.0
        assert nbgrader_hook.score("count", None) == 0.0
        assert nbgrader_hook.score("blip_filter", [-1, 1, -1], 0) == 2.0
        assert nbgrader_hook.score("blip_filter", None, None) == 0.0

    def test_is_a_plain_float_that_nbgrader_can_read(self) -> None:
        assert type(nbgrader_hook.score("count", np.int64(4))) is float

    @pytest.mark.parametrize("thrown", [ValueError, SystemExit, RecursionError, GeneratorExit])
    def test_never_raises_what_the_student_raises(self, thrown: type[BaseException]) -> None:
        def broken(x, w=1.0):
            raise thrown

        assert nbgrader_hook.score("total", broken) == 0.0

    @pytest.mark.parametrize("odd", [None, "text", object(), type, float("nan"), [[1], [1, 2]], {"a": 1}])
    def test_never_raises_on_odd_values(self, odd: object) -> None:
        assert nbgrader_hook.score("total", odd) == 0.0
        assert nbgrader_hook.score("count", odd) == 0.0
        assert nbgrader_hook.score("blip_filter", odd, odd) == 0.0

    def test_seed_comes_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[list[int]] = []

        def record(x, w=1.0):
            seen.append(list(x))
            return 0.0

        for seed in ("0", "0", "1"):
            monkeypatch.setenv("AUTOGRADER_SEED", seed)
            nbgrader_hook.score("total", record)
        assert seen[:2] == seen[2:4] != seen[4:]


Points = dict[str, dict[str, tuple[float | None, bool]]]


@pytest.fixture(scope="module")
def nbgrader_points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Points]:
    """Student -> grade cell -> (auto score, waits for a person), by nbgrader's generate_assignment and autograde."""
    root = tmp_path_factory.mktemp("nbgrader")
    (root / "project").mkdir()
    course = Course(root / "project")
    course.build()
    # In the kernel, the tiny course must stand in for the real one.
    stand_in = f"""import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from autograder import nbgrader_hook
from helpers.checking import spec
from tiny_course import tiny_notebook
nbgrader_hook.find = {{exercise.name: exercise for exercise in tiny_notebook().exercises}}.__getitem__
spec.CASES = Path({str(course.root)!r}, "helpers/checking/cases")
"""
    loud = """import sys
def total(x, w=1.0):
    print("a warning", file=sys.stderr)
    return float(np.sum(x))"""
    notebooks = {
        "source/./01_tiny": course.solution,
        "submitted/solution/01_tiny": course.solution,
        "submitted/stub/01_tiny": course.release,
        "submitted/loud/01_tiny": course.release,
    }
    cell(notebooks["submitted/loud/01_tiny"], "total").source = loud
    for folder, notebook in notebooks.items():
        notebook.cells[1].source += "\n" + stand_in
        (root / folder).mkdir(parents=True)
        nbformat.write(notebook, root / folder / "01_tiny.ipynb")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic` by name, which isn't found when this environment is not activated.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        api = NbGraderAPI(config=config)
        made = api.generate_assignment("01_tiny")
        assert made["success"], made["error"]
        students = ("solution", "stub", "loud")
        for student in students:
            graded = api.autograde("01_tiny", student)
            assert graded["success"], graded["error"]
        with Gradebook(config.CourseDirectory.db_url) as gradebook:
            found = {name: gradebook.find_submission_notebook("01_tiny", "01_tiny", name) for name in students}
            yield {
                name: {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in submission.grades}
                for name, submission in found.items()
            }


class TestNbgraderFlow:
    """nbgrader's own commands on our notebooks give the same points as our score."""

    def test_solution_gets_everything(self, nbgrader_points: Points) -> None:
        assert nbgrader_points["solution"] == {
            "total_check": (3.0, False),
            "count_check": (1.0, False),
            "blip_filter_check": (2.0, False),
            "why": (None, True),
        }

    def test_release_as_it_is_gets_nothing(self, nbgrader_points: Points) -> None:
        assert [score for score, _ in nbgrader_points["stub"].values()] == [0.0] * 4

    def test_partial_credit_whatever_is_on_stderr(self, nbgrader_points: Points) -> None:
        assert nbgrader_points["loud"]["total_check"] == (2.0, False)


def test_committed_files_are_what_the_sources_give() -> None:
    """If this fails: run `autograder build` and commit what it changed."""
    assert [path.relative_to(ROOT).as_posix() for path in build(COURSE, check=True)] == []
