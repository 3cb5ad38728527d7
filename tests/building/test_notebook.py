"""The notebooks that are made: valid for Jupyter and nbgrader, complete, and without solutions for students."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum, determine_grade
from tiny_course import ADDRESS

from autograder.building.helpers_tree import helpers_tree
from building.project import SOURCE, Project, cell


class TestNotebooks:
    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_valid_for_jupyter_and_nbgrader(self, project: Project, which: str) -> None:
        project.build()
        notebook = getattr(project, which)
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        CheckCellMetadata().preprocess(notebook, {})
        assert len({item.id for item in notebook.cells}) == len(notebook.cells)
        assert notebook.metadata.kernelspec.name == "python3"
        code = [item for item in notebook.cells if item.cell_type == "code"]
        assert all(not item.outputs and item.execution_count is None for item in code)

    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_grade_ids_points_and_kinds(self, project: Project, which: str) -> None:
        project.build()
        marks = [item.metadata.nbgrader for item in getattr(project, which).cells if "nbgrader" in item.metadata]
        assert [(m.grade_id, m.grade, m.solution, m.locked, m.task, m.get("points")) for m in marks] == [
            ("total", False, True, False, False, None),
            ("total_check", True, False, True, False, 3),
            ("count", False, True, False, False, None),
            ("count_check", True, False, True, False, 1),
            ("blip_filter", False, True, False, False, None),
            ("blip_filter_check", True, False, True, False, 2),
            ("why", True, True, False, False, 2),
        ]

    def test_release_shows_stub_and_scaffold(self, project: Project) -> None:
        project.build()
        assert cell(project.release, "total").source == (
            'def total(x, w=1.0):\n    """The sum of x, times w."""\n    # result = ...\n    # for ... in x:\n'
            "    #     result += ...\n    raise NotImplementedError"
        )
        assert cell(project.release, "count").source == "count = None  # your number"
        assert cell(project.release, "blip_filter").source == "blip_filter = None\nblip_bias = None"
        assert cell(project.release, "why").source == "Why does adding up work?\n\nYOUR ANSWER HERE"
        assert cell(project.release, "total_check").source == "check(total)"

    def test_release_gives_nothing_away(self, project: Project) -> None:
        project.build()
        text = json.dumps(project.release)
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

    def test_release_cells_are_locked_and_have_checksums(self, project: Project) -> None:
        project.build()
        for item in project.release.cells:
            if "nbgrader" in item.metadata:
                assert item.metadata.nbgrader.checksum == compute_checksum(item)
                assert item.metadata.deletable is False
                assert item.metadata.get("editable", True) is not item.metadata.nbgrader.locked

    def test_an_untouched_written_answer_gets_0_from_nbgrader(self, project: Project) -> None:
        project.build()
        assert determine_grade(cell(project.release, "why")) == (0, 2)

    def test_solution_keeps_solutions_and_marks_and_drops_scaffold(self, project: Project) -> None:
        project.build()
        source = cell(project.solution, "total").source
        assert "### BEGIN SOLUTION\n    result = 0.0  # a start\n    for item in x:\n        result += item" in source
        assert "#>" not in json.dumps(project.solution)
        check, *hidden = cell(project.solution, "total_check").source.split("\n")
        assert (check, hidden[0], hidden[-1]) == ("check(total)", "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
        assert '    report_score("total", total)' in hidden
        assert 'score("blip_filter", blip_filter, blip_bias)' in cell(project.solution, "blip_filter_check").source

    @pytest.mark.parametrize(
        ("which", "place"), [("release", "notebooks/01_tiny/01_tiny.ipynb"), ("solution", "solutions/01_tiny.ipynb")]
    )
    def test_badges_open_the_file_itself(self, project: Project, which: str, place: str) -> None:
        project.build()
        heading, blank, colab, browser, *rest = getattr(project, which).cells[0].source.split("\n")
        assert (heading, blank, rest) == ("# 01 · Tiny", "", ["", "Adding up."])
        assert colab.endswith(f"](https://colab.research.google.com/github/some/where/blob/main/{place})")
        assert browser.endswith(f"](https://some.github.io/where/lite/lab/index.html?path={place})")

    def test_the_title_has_the_counts_of_the_exercise_objects(self, project: Project) -> None:
        effort = "# Adding {points} up.\n#\n# ⏱ 5 minutes · {exercises} · {points}"
        project.write(SOURCE.replace("# Adding up.", effort))
        project.build()
        for notebook in (project.release, project.solution):
            assert notebook.cells[0].source.endswith("\n\nAdding {points} up.\n\n⏱ 5 minutes · 4 exercises · 8 points")

    def test_header_passes_notebook_metadata_on(self, project: Project) -> None:
        project.write("# ---\n# jupyter:\n#   accelerator: GPU\n# ---\n\n" + SOURCE)
        project.build()
        assert project.release.metadata.accelerator == "GPU"
        assert "jupytext" not in project.release.metadata

    def test_tags_pass_and_jupytext_traces_do_not(self, project: Project) -> None:
        project.write(SOURCE.replace("# %%\nimport", '# %% tags=["remove-input"]\nimport'))
        project.build()
        assert project.release.cells[2].metadata == {"tags": ["remove-input"]}

    @pytest.mark.parametrize("which", ["release", "solution"])
    def test_ends_with_a_summary_of_its_own_exercises(self, project: Project, which: str) -> None:
        project.build()
        heading, last = getattr(project, which).cells[-2:]
        assert heading.source.startswith("## Before you hand it in\n")
        assert last.source.endswith('\nsummary("01_tiny", globals())') and last.metadata == {}
        ast.parse(last.source)


class TestSetUpCell:
    def run(self, project: Project, folder: Path, before: str = "", path: str = "") -> subprocess.CompletedProcess[str]:
        """Runs the set-up cell in `folder`, then says where helpers come from."""
        project.build()
        source = cell(project.release, "set-up").source
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

    def test_is_folded_away_after_the_title(self, project: Project) -> None:
        project.build()
        item = project.release.cells[1]
        assert item.id == "set-up" and item.source.startswith("#@title Set-up: run this cell first\n")
        assert item.metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"}
        ast.parse(item.source)

    def with_helpers(self, project: Project) -> Path:
        """The project's helpers, built, with what makes them a package."""
        project.build()
        for name in ("__init__.py", "check.py"):
            (project.root / "helpers" / name).touch()
        project.build()
        return project.root / "helpers"

    def test_finds_helpers_above_the_notebook(self, project: Project) -> None:
        helpers = self.with_helpers(project)
        ran = self.run(project, project.root / "notebooks" / "01_tiny")
        assert ran.returncode == 0 and ran.stdout.strip().endswith(str(helpers / "__init__.py")), ran

    def test_passes_over_other_helpers_on_the_way(self, project: Project) -> None:
        """Those of another project, and of another course of this kind."""
        helpers = self.with_helpers(project)
        for folder, inside in (("notebooks/01_tiny", "helpers"), ("notebooks", "helpers/checking/cases/01_other")):
            (project.root / folder / inside).mkdir(parents=True)
            for name in ("__init__.py", "check.py"):
                (project.root / folder / "helpers" / name).write_text("raise SystemExit('not these')")
        ran = self.run(project, project.root / "notebooks" / "01_tiny")
        assert ran.returncode == 0 and ran.stdout.strip().endswith(str(helpers / "__init__.py")), ran

    def test_is_harmless_where_there_is_no_course(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        ran = self.run(project, tmp_path / "elsewhere")
        assert (ran.returncode, ran.stderr) == (0, "") and ran.stdout.endswith("None\n")
        assert not any((tmp_path / "elsewhere").iterdir())

    COLAB = "import sys\nsys.modules['google.colab'] = sys\n"

    def published(self, project: Project, tmp_path: Path) -> str:
        """Puts the project into a repository, and gives lines that lead git there instead of to the address."""
        self.with_helpers(project)
        repository = tmp_path / "published"
        shutil.copytree(project.root, repository)
        for step in ("init --quiet", "add --all", "-c user.name=a -c user.email=a@b commit --quiet -m first"):
            subprocess.run(["git", *step.split()], cwd=repository, check=True)
        made = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
            "GIT_CONFIG_VALUE_0": ADDRESS,
        }
        return f"import os\nos.environ.update({made!r})\n{self.COLAB}"

    def test_fetches_its_own_helpers_on_colab_whatever_has_come_since(self, project: Project, tmp_path: Path) -> None:
        before = self.published(project, tmp_path)
        published, work = tmp_path / "published", tmp_path / "content"
        (published / "helpers" / "check.py").write_text("raise SystemExit('a later one')")
        (published / "helpers" / "more.py").touch()
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-am", "x"],
            cwd=published,
            check=True,
        )
        work.mkdir()
        for _ in range(2):  # the second time there is nothing to fetch
            ran = self.run(project, work, before)
            assert ran.returncode == 0, ran
            shutil.rmtree(published, ignore_errors=True)
        (folder,) = work.iterdir()
        assert ran.stdout.strip().endswith(str(folder / "helpers" / "__init__.py"))
        assert (folder / "helpers" / "check.py").read_text() == "" and not (folder / "helpers" / "more.py").exists()

    def test_takes_no_other_helpers_on_colab(self, project: Project, tmp_path: Path) -> None:
        before = self.published(project, tmp_path)
        (project.root / "helpers" / "check.py").write_text("# never published\n")
        (tmp_path / "content").mkdir()
        ran = self.run(project, tmp_path / "content", before)
        assert ran.returncode != 0 and "read-tree" in ran.stderr and "helpers" not in ran.stdout

    def test_names_helpers_as_git_does(self, project: Project, tmp_path: Path) -> None:
        """Folders and files in git's order, without what Python has compiled."""
        helpers = self.with_helpers(project)
        for name in ("a.py", "a/b.py", "a-b.py", "a0.py", "__pycache__/a.pyc"):
            (helpers / name).parent.mkdir(exist_ok=True)
            (helpers / name).write_text(name)
        (project.root / ".gitignore").write_text("__pycache__/\n")
        subprocess.run("git init --quiet && git add --all", shell=True, cwd=project.root, check=True)
        tree = ["git", "write-tree", "--prefix=helpers/"]
        said = subprocess.run(tree, cwd=project.root, check=True, capture_output=True, text=True).stdout
        assert helpers_tree(project.root) == said.strip()
