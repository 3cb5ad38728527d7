"""What is wrong in a source or an exercise is said in one line: where, what, and what to do."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.building import build
from autograder.course import CourseError
from building.project import SOURCE, Project, line_of


class TestErrors:
    """Each says in one line what is wrong, where, and what to do."""

    def says(self, project: Project, text: str, line: int, *parts: str) -> None:
        said = project.error(text)
        assert said.startswith(f"solutions/01_tiny.py:{line}: " if line else "solutions/01_tiny.py: "), said
        for part in parts:
            assert part in said, said

    def test_unclosed_solution(self, project: Project) -> None:
        text = SOURCE.replace("    ### END SOLUTION\n", "", 1)
        self.says(project, text, line_of(text, "    ### BEGIN"), "never closed", "add ### END SOLUTION")

    def test_unclosed_solution_in_a_written_cell(self, project: Project) -> None:
        text = SOURCE.replace("# ### END SOLUTION\n", "", 1)
        self.says(project, text, line_of(text, "# ### BEGIN"), "never closed")

    def test_stray_end(self, project: Project) -> None:
        text = SOURCE.replace("    ### BEGIN SOLUTION\n", "", 1)
        self.says(project, text, line_of(text, "    ### END"), "without ### BEGIN SOLUTION above it")

    def test_nested_begin(self, project: Project) -> None:
        text = SOURCE.replace("    result = 0.0", "    ### BEGIN SOLUTION\n    result = 0.0")
        self.says(project, text, line_of(text, "    ### BEGIN SOLUTION\n    result = 0.0"), "inside a solution")

    @pytest.mark.parametrize(
        "mark", ["## BEGIN SOLUTION", "### begin solution", "### BEGIN SOLUTION here", "#BEGIN SOLUTION"]
    )
    def test_misspelt_mark(self, project: Project, mark: str) -> None:
        text = SOURCE.replace("    ### BEGIN SOLUTION", f"    {mark}", 1)
        self.says(project, text, line_of(text, f"    {mark}"), "exactly ### BEGIN SOLUTION or ### END SOLUTION")

    def test_solution_outside_an_exercise(self, project: Project) -> None:
        text = SOURCE.replace("# Adding up.", "# ### BEGIN SOLUTION\n# ### END SOLUTION")
        self.says(project, text, 3, "a solution in a cell that is not an exercise")

    def test_exercise_without_solution(self, project: Project) -> None:
        text = SOURCE.replace("### BEGIN SOLUTION\ncount = 4\n### END SOLUTION\n", "")
        self.says(project, text, line_of(text, '# %% exercise="count"'), "count has no solution")

    def test_unknown_exercise_suggests_the_closest(self, project: Project) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="totl"')
        self.says(project, text, line_of(text, '# %% exercise="totl"'), 'no exercise "totl"', "did you mean total?")

    def test_unknown_exercise_unlike_any(self, project: Project) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="xyz"')
        self.says(project, text, line_of(text, '# %% exercise="xyz"'), "it has total, count, blip_filter, why")

    @pytest.mark.parametrize(("mark", "said"), [("points=4", "has points=4 here"), ("", "has no points here")])
    def test_points_differ(self, project: Project, mark: str, said: str) -> None:
        text = SOURCE.replace("points=3", mark)
        self.says(project, text, line_of(text, '# %% exercise="total"'), said, "write points=3")

    def test_points_on_a_check_cell(self, project: Project) -> None:
        text = SOURCE.replace('check="total"', 'check="total" points=3')
        self.says(project, text, line_of(text, '# %% check="total"'), "delete them here")

    def test_scaffold_that_matches_no_line(self, project: Project) -> None:
        text = SOURCE.replace("#> result += ...", "#> outcome += ...")
        self.says(project, text, line_of(text, "        #> outcome"), "`outcome += ...` matches no line")

    def test_scaffold_outside_a_solution(self, project: Project) -> None:
        text = SOURCE.replace("count = None  #", "#> count\ncount = None  #")
        self.says(project, text, line_of(text, "#> count"), "outside a solution")

    def test_exercise_without_cell(self, project: Project) -> None:
        text = SOURCE[: SOURCE.index("# %% [markdown] written")]
        self.says(project, text, 0, "why has no cell", '`# %% [markdown] written="why" points=2`')

    def test_exercise_without_check(self, project: Project) -> None:
        text = SOURCE.replace('# %% check="count"\ncheck("count", count)\n', "")
        self.says(project, text, line_of(text, '# %% exercise="count"'), "no check cell", 'check("count", count)')

    def test_exercise_twice(self, project: Project) -> None:
        body = "def total(x, w=1.0):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n"
        again = f'# %% exercise="total" points=3\n{body}'
        text = SOURCE.replace('# %% check="total"', again + '# %% check="total"')
        self.says(project, text, line_of(text, again), "second cell", "line 9")

    def test_check_twice(self, project: Project) -> None:
        text = SOURCE + '# %% check="total"\ncheck(total)\n'
        self.says(project, text, text.count("\n") - 1, "second cell", "check=")

    def test_check_before_its_exercise(self, project: Project) -> None:
        text = SOURCE.replace('# %% exercise="total"', '# %% check="total"\ncheck(total)\n\n# %% exercise="total"')
        self.says(project, text, line_of(text, '# %% check="total"'), "comes before the cell it checks")

    def test_order_differs_from_the_exercise_objects(self, project: Project) -> None:
        project.notebook.exercises.reverse()
        self.says(project, SOURCE, 9, "total comes here", "why next")

    def test_name_not_defined(self, project: Project) -> None:
        text = SOURCE.replace("def total(", "def totally(")
        self.says(project, text, 9, "defines no total", "`def total(...):`")

    @pytest.mark.parametrize(
        ("written", "shown"),
        [("x, v=1.0", "x, v=..."), ("x, w", "x, w"), ("x", "x"), ("w=2, x=()", "w=..., x=..."), ("x, *, u=1", "u=...")],
    )
    def test_parameters_of_other_names(self, project: Project, written: str, shown: str) -> None:
        text = SOURCE.replace("def total(x, w=1.0)", f"def total({written})")
        self.says(project, text, line_of(text, "def total("), f"{shown}) here, but (x, w=...) in its exercise object")

    def test_a_function_that_takes_anything(self, project: Project) -> None:
        project.write(SOURCE.replace("def total(x, w=1.0)", "def total(*all_of_it)"))
        assert project.build()

    def test_answer_defined_inside_the_solution_only(self, project: Project) -> None:
        text = SOURCE.replace("blip_bias = None\n", "")
        self.says(
            project, text, line_of(text, '# %% exercise="blip_filter"'), "no blip_bias outside", "`blip_bias = None`"
        )

    def test_check_cell_that_checks_something_else(self, project: Project) -> None:
        right = 'check("blip_filter", blip_filter, blip_bias)'
        text = SOURCE.replace(right, 'check("blip_filter", blip_filter)')
        self.says(project, text, line_of(text, '# %% check="blip_filter"'), f"must call {right}")

    def test_syntax_error(self, project: Project) -> None:
        text = SOURCE.replace("result * w", "result *")
        self.says(project, text, line_of(text, "result *\n"), "not Python")

    def test_unknown_key(self, project: Project) -> None:
        text = SOURCE.replace('exercise="total"', 'excercise="total"')
        self.says(project, text, 9, "unknown key excercise", "exercise, check, written, points")

    def test_unreadable_mark(self, project: Project) -> None:
        text = SOURCE.replace('exercise="total"', "exercise=total")
        self.says(project, text, 9, "cannot read exercise=total", 'exercise="median" points=3')

    def test_two_roles(self, project: Project) -> None:
        text = SOURCE.replace('exercise="total"', 'exercise="total" check="total"')
        self.says(project, text, 9, "exercise and check")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("# %% [markdown] written", "# %% [markdown] exercise", "is of the kind written"),
            ("# %% [markdown] written", "# %% written", "must be a markdown cell"),
            ('# %% exercise="count"', '# %% [markdown] written="count"', "is of the kind answer"),
            ('# %% exercise="count"', '# %% [markdown] exercise="count"', "must be a code cell"),
        ],
    )
    def test_role_of_the_wrong_kind(self, project: Project, old: str, new: str, said: str) -> None:
        text = SOURCE.replace(old, new)
        self.says(project, text, line_of(text, new), said)

    def test_hidden_tests_by_hand(self, project: Project) -> None:
        text = SOURCE.replace("check(total)", "check(total)\n### BEGIN HIDDEN TESTS")
        self.says(project, text, line_of(text, "### BEGIN HIDDEN"), "written by the build alone")

    def test_no_title(self, project: Project) -> None:
        text = SOURCE.replace("# # 01", "# 01")
        self.says(project, text, 1, "must be the title")

    @pytest.mark.parametrize("name", ["exercise", "minutes", ""])
    def test_unknown_placeholder(self, project: Project, name: str) -> None:
        text = SOURCE.replace("# Adding up.", f"# Adding up.\n#\n# ⏱ 5 minutes · {{{name}}}")
        self.says(project, text, 5, f"unknown placeholder {{{name}}}", "{exercises} and {points}")

    def test_text_before_the_first_cell(self, project: Project) -> None:
        self.says(project, "import os\n" + SOURCE, 1, "before the first cell")

    def test_cell_mark_inside_a_string(self, project: Project) -> None:
        text = SOURCE.replace("import numpy as np\n", 'text = """\n# %% fake\n"""\n')
        self.says(project, text, line_of(text, "# %% fake"), "inside a string")

    def test_empty_source(self, project: Project) -> None:
        self.says(project, "", 0)

    def test_lines_are_right_in_quoted_markdown_and_after_a_header(self, project: Project) -> None:
        header = "# ---\n# jupyter:\n#   accelerator: GPU\n# ---\n\n"
        text = header + SOURCE.replace("# # 01 · Tiny\n# Adding up.\n", '"""\n# 01 · Tiny\n\n### END SOLUTION\n"""\n')
        self.says(project, text, line_of(text, "### END SOLUTION"), "without ### BEGIN")

    def test_notebook_without_source(self, project: Project) -> None:
        (project.root / "solutions" / "01_tiny.py").unlink()
        with pytest.raises(CourseError, match=r"^solutions/01_tiny.py: .*missing: write it"):
            project.build()

    def test_source_without_notebook(self, project: Project) -> None:
        (project.root / "solutions" / "02_more.py").write_text(SOURCE)
        with pytest.raises(CourseError, match=r"^solutions/02_more.py: .*it has 01_tiny"):
            project.build()

    @pytest.mark.parametrize("address", ["", "git@elsewhere"])
    def test_no_repository(self, project: Project, address: str) -> None:
        with pytest.raises(CourseError, match=r"^pyproject.toml: .*repository"):
            build(dataclasses.replace(project.course, repository=address))
