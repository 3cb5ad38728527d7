"""One submission's grade from prepared replies: what is run, which reply counts, and what the student is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import NotebookCell, Submission
from autograder.grading.unrun import missing, not_graded
from autograder.sandbox.client import Limits
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.scratch import TOO_FULL
from autograder.sandbox.slicing import CellCode
from grading.small_exam import HIDDEN, PUBLIC, STUB, SmallExam, handed_in, only, outcomes, right
from helpers.checking.spec import Fault, Spec

DOUBLE = NotebookCell("code", "def double(x):\n    # twice\n    return 2 * x", "double")
CHECK = NotebookCell("code", "check(double)", "double_check")
COUNT = NotebookCell("code", "count = 4", "count")
PAIR = NotebookCell("code", "low, high = 1, 2", "pair")
WHY = NotebookCell("markdown", "Because it is so.", "why")
WRONG = [9, 16, 2500, 49]  # of "squared" on the hidden cases
LIMITS = Limits(cpu_seconds=12, wall_seconds=30.0)


def reply(*values: object, **fields: Any) -> Reply:
    """Of a process that came to its end: outcomes of the hidden cases."""
    return replace(Reply(outcomes(HIDDEN, *values), whole=True, more=False), **fields)


def answer(*values: object, **fields: Any) -> Reply:
    return replace(Reply(values=values, whole=True, more=False), **fields)


RIGHT = reply(*(case.expected for case in HIDDEN.cases))
PUBLIC_RIGHT = Reply(right(PUBLIC), whole=True)
RAISED = Fault("raised", "ValueError", "3 is bad", "forged line", 3)
NOTHING = Reply(fault=Fault("not_written"), whole=True, more=False)


def place(run: ExerciseRun, cells: Sequence[CellCode]) -> int | None:
    """The cell that has the work: the last of the exercise's own that is written."""
    return next((index for index in reversed(run.own) if cells[index].written), None)


def work(run: ExerciseRun, cells: Sequence[CellCode]) -> str:
    """The text of that cell."""
    found = place(run, cells)
    return "" if found is None else cells[found].source


def at_work(reply: Reply, run: ExerciseRun, cells: Sequence[CellCode]) -> Reply:
    """The reply, with its work there where a prepared reply doesn't say."""
    return replace(reply, target=place(run, cells)) if reply.target is None else reply


@dataclass
class Sandbox:
    """Gives prepared replies and notes what it was asked.

    `alone` has the replies to an exercise's hidden cases by each way to run the notebook, `public` those to its public
    ones, `together` those of the exercises that are run in one process.
    """

    alone: dict[str, list[Reply]] = field(default_factory=dict)
    public: dict[str, list[Reply]] = field(default_factory=dict)
    together: dict[str, Reply] = field(default_factory=dict)
    short_of_time: tuple[str, ...] = ()
    used_up: bool = False
    limits: Limits = LIMITS
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def requiring(self, packages: Sequence[str]) -> Sandbox:
        self.asked.append(("requiring", *packages))
        return self

    def begin(self) -> None:
        self.asked.append(("begin",))

    def run(self, run: ExerciseRun, cells: Sequence[CellCode], plan: int = 0, ask_more: bool = False) -> Reply:
        which = "public" if run.spec is PUBLIC else "hidden"
        self.asked.append(("run", run.spec.name, which, plan, work(run, cells), run.end))
        if which == "hidden":
            found = self.alone[run.spec.name][plan]
        else:
            ways = self.public.get(run.spec.name, [PUBLIC_RIGHT])
            found = replace(ways[plan], more=plan + 1 < len(ways))
        return at_work(found if ask_more else replace(found, more=False), run, cells)

    def run_together(
        self,
        cells: Sequence[CellCode],
        runs: Sequence[ExerciseRun],
        limits: Limits,
        then: Callable[[list[Reply]], Sequence[Spec]] | None = None,
    ) -> tuple[list[Reply], list[Reply]]:
        names = [run.spec.name for run in runs]
        self.asked.append(("together", *names))
        assert limits == Limits(cpu_seconds=4, wall_seconds=10.0)
        if then is None:
            return [self.together.get(name, Reply()) for name in names], []
        assert all(run.spec is PUBLIC for run in runs if run.spec.kind == "function")
        replies = [self._first(run, cells) for run in runs]
        if any(name in self.short_of_time for name in names):
            return [replace(reply, whole=False) for reply in replies], []
        hidden = then(replies)
        self.asked += [("then", *(spec.name for spec in hidden))] if hidden else []
        return replies, [self.together.get(spec.name, Reply()) for spec in hidden]

    def _first(self, run: ExerciseRun, cells: Sequence[CellCode]) -> Reply:
        if run.spec.kind == "function":
            return at_work(self.public.get(run.spec.name, [PUBLIC_RIGHT])[0], run, cells)
        return self.together.get(run.spec.name, Reply())

    def runs(self) -> list[tuple[object, ...]]:
        return [item for item in self.asked if item[0] not in ("requiring", "begin")]


def graded(sandbox: Sandbox, exam: SmallExam, *cells: NotebookCell) -> SubmissionResult:
    return grade(handed_in(*cells), exam, sandbox)  # type: ignore[arg-type]


def double(
    *replies: Reply, cell: NotebookCell = DOUBLE, above: Sequence[NotebookCell] = (), **fields: Any
) -> ExerciseResult:
    """The result of `double` alone, from the replies by each way to run the notebook."""
    (item,) = graded(Sandbox(alone={"double": list(replies)}, **fields), only("double"), *above, cell).exercises
    return item


def text(item: ExerciseResult) -> str:
    assert item.message is not None
    return item.message.text()


# --- what can't be graded, and what need not be run


def test_what_was_not_opened_has_no_score() -> None:
    refused = Submission("ann", "01_small", problem="not opened: a link", refused=True)
    result = grade(refused, SmallExam(), Sandbox())  # type: ignore[arg-type]
    assert [(item.exercise, item.score, item.status) for item in result.exercises] == [
        (name, None, "not_graded") for name in ("double", "count", "pair", "why")
    ]
    assert result.notes == ("not opened: a link",) and text(result.exercises[0]) == "not opened: a link"


def test_what_can_not_be_read_is_not_attempted() -> None:
    broken = Submission("ann", "01_small", problem="an empty file")
    result = grade(broken, SmallExam(), Sandbox())  # type: ignore[arg-type]
    assert {(item.score, item.status) for item in result.exercises} == {(0.0, "not_attempted")}
    assert [item.max_score for item in result.exercises] == [2, 1, 1, 3]
    assert (result.student, result.assignment) == ("ann", "01_small")


def test_a_missing_notebook_and_one_that_we_failed_to_grade() -> None:
    lost = missing("ben", SmallExam(), "there is no folder")  # type: ignore[arg-type]
    assert {(item.score, item.status, item.message) for item in lost.exercises} == {(None, "missing", None)}
    zero = missing("ben", SmallExam(), "handed in nothing", zero=True)  # type: ignore[arg-type]
    assert {(item.score, item.status) for item in zero.exercises} == {(0.0, "missing")}
    assert (lost.student, lost.assignment, lost.notes) == ("ben", "01_small", ("there is no folder",))
    ours = not_graded("ben", SmallExam(), "the sandbox was lost")  # type: ignore[arg-type]
    assert {(item.score, item.status) for item in ours.exercises} == {(None, "not_graded")}
    assert ours.notes == ("the sandbox was lost",)


def test_cells_that_are_not_there_or_as_handed_out_are_not_run() -> None:
    sandbox = Sandbox()
    result = graded(sandbox, SmallExam(), replace(DOUBLE, source=STUB + "  \n"), WHY)
    assert [(item.exercise, item.status, item.score) for item in result.exercises] == [
        ("double", "not_attempted", 0.0),
        ("count", "missing", 0.0),
        ("pair", "missing", 0.0),
        ("why", "manual", None),
    ]
    assert "double: not written yet" in text(result.exercises[0])
    assert text(result.exercises[1]) == "count: there is no cell for it in what you handed in"
    assert "Stuck?" in text(result.exercises[0]) and result.notes == ()
    assert sandbox.asked == [("requiring",), ("begin",)]


@pytest.mark.parametrize(
    ("cells", "status", "score", "said"),
    [
        ([], "missing", 0.0, "why: there is no cell for it in what you handed in"),
        ([replace(WHY, source="Your  answer\nhere.")], "not_attempted", 0.0, "why: not written yet"),
        ([replace(WHY, source=" \n")], "not_attempted", 0.0, "why: not written yet"),
        ([WHY], "manual", None, "why: will be graded by hand"),
    ],
)
def test_written_answers(cells: list[NotebookCell], status: str, score: float | None, said: str) -> None:
    (item,) = graded(Sandbox(), only("why"), *cells).exercises
    assert (item.status, item.score, item.max_score, text(item)) == (status, score, 3, said)


def test_packages_are_there_before_anything_is_run() -> None:
    sandbox = Sandbox(alone={"double": [RIGHT]})
    graded(sandbox, replace(only("double"), requires=("torch", "scipy")), DOUBLE)
    assert sandbox.asked[:2] == [("requiring", "torch", "scipy"), ("begin",)]


def test_the_last_copy_that_was_worked_on_is_run_up_to_the_grade_cell() -> None:
    sandbox = Sandbox(alone={"double": [RIGHT]})
    cells = [
        replace(DOUBLE, source="def double(x): return 1"),
        DOUBLE,
        replace(DOUBLE, source=STUB),
        NotebookCell("code", "", "double_check"),
        NotebookCell("code", "late = 1"),
    ]
    assert graded(sandbox, only("double"), *cells).exercises[0].status == "correct"
    # The release's two cells are ahead of the three copies; `late` is left out.
    assert sandbox.runs()[-1] == ("run", "double", "hidden", 0, DOUBLE.source, 5)


def test_notes_of_reading_aligning_and_time_follow_each_other() -> None:
    def notes(used_up: bool) -> tuple[str, ...]:
        submission = handed_in(DOUBLE, DOUBLE, notes=("the file is UTF-16",))
        sandbox = Sandbox(alone={"double": [RIGHT]}, used_up=used_up)
        return grade(submission, only("double"), sandbox).notes  # type: ignore[arg-type]

    assert notes(False) == ("the file is UTF-16", "2 cells have the id double")
    assert notes(True)[:2] == notes(False) and "used up the time" in notes(True)[2] and len(notes(True)) == 3


# --- where the work stands


def test_work_from_another_cell_is_graded_and_noted() -> None:
    elsewhere = NotebookCell("code", "def double(x):\n    # elsewhere\n    return x + x")
    cells = (replace(DOUBLE, source=STUB), elsewhere)
    # The release's two cells are ahead.
    result = graded(Sandbox(alone={"double": [reply(*WRONG, target=3)]}), only("double"), *cells)
    assert result.exercises[0].status == "wrong"
    assert result.notes == ("graded from another cell than the exercise's own: double (cell 2)",)


def test_a_stub_in_another_cell_is_noted_too() -> None:
    cells = (replace(DOUBLE, source=STUB), NotebookCell("code", "def double(y): raise NotImplementedError"))
    unwritten = reply(*[Fault("not_written")] * 4, target=3)
    result = graded(Sandbox(alone={"double": [unwritten]}, public={"double": [NOTHING]}), only("double"), *cells)
    assert result.exercises[0].status == "not_attempted"
    assert result.notes == ("graded from another cell than the exercise's own: double (cell 2)",)


def test_work_in_the_exercises_own_cell_is_not_noted() -> None:
    assert graded(Sandbox(alone={"double": [RIGHT]}), only("double"), DOUBLE).notes == ()
    late = NotebookCell("code", "double = len")
    assert graded(Sandbox(alone={"double": [RIGHT]}), only("double"), DOUBLE, CHECK, late).notes == ()


@pytest.mark.parametrize("target", [3, 10**6])
def test_a_target_that_is_no_cell_of_the_exercise_is_none(target: int) -> None:
    """A student's process may claim anything."""
    sandbox = Sandbox(alone={"double": [reply(RAISED, 8, 100, 14, target=target)]})
    result = graded(sandbox, only("double"), DOUBLE, CHECK, NotebookCell("code", "a = 1\nb = 2\nc = 3"))
    assert result.exercises[0].status == "partial" and result.notes == ()
    assert "your line" not in text(result.exercises[0])


def test_code_that_came_too_late_is_noted_and_told() -> None:
    late = NotebookCell("code", "double = len")
    result = graded(Sandbox(), only("double"), replace(DOUBLE, source=STUB), CHECK, late)
    (item,) = result.exercises
    assert (item.status, item.score) == ("not_attempted", 0)
    assert result.notes == ("code that was not graded: double in cell 3, which is below the exercise's check",)
    assert text(item).endswith(
        "There is code for it in cell 3, which is below the exercise's check. Put it into the exercise's own cell."
    )


def test_code_without_the_exercises_own_cell_is_told_too() -> None:
    result = graded(Sandbox(), only("double"), CHECK, NotebookCell("code", "double = len"))
    (item,) = result.exercises
    assert item.status == "missing" and "There is code for it in cell 2" in text(item)
    assert result.notes == ("code that was not graded: double in cell 2, which is below the exercise's check",)


def test_an_untouched_cell_that_comes_last_leaves_nothing_written() -> None:
    item = double(NOTHING, cell=replace(DOUBLE, source=STUB), above=(NotebookCell("code", "double = len"),))
    assert (item.status, item.score) == ("not_attempted", 0)
    assert "There is code for it in cell 1, but the exercise's own cell below was left as it was." in text(item)


def test_the_others_are_graded_behind_what_is_not_written() -> None:
    sandbox = Sandbox(alone={"double": [NOTHING], "pair": [answer(1, 2)]})
    cells = (NotebookCell("code", "double = len"), replace(DOUBLE, source=STUB), CHECK, PAIR)
    result = graded(sandbox, only("double", "pair"), *cells)
    assert [item.status for item in result.exercises] == ["not_attempted", "correct"]


# --- what the grader lacks


NEEDS_JAX = Fault("raised", "ModuleNotFoundError", "No module named 'jax'")


def test_what_needs_what_the_grader_lacks_is_not_graded() -> None:
    item = double(
        reply(*[NEEDS_JAX] * 4), public={"double": [Reply(outcomes(PUBLIC, NEEDS_JAX, NEEDS_JAX), whole=True)]}
    )
    assert (item.status, item.score, item.max_score) == ("not_graded", None, 2)
    assert text(item) == "double: needs jax, which this grader lacks: pip install jax"
    assert double(reply(NEEDS_JAX, 8, 100, 14)).status == "not_graded"


def test_what_rests_on_it_is_not_graded_either() -> None:
    lost = Reply(fault=Fault("raised", "NameError", "name 'double' is not defined"), whole=True, more=False)
    sandbox = Sandbox(alone={"double": [reply(*[NEEDS_JAX] * 4)], "pair": [lost]})
    result = graded(sandbox, only("double", "pair"), DOUBLE, PAIR)
    assert [(item.status, item.score) for item in result.exercises] == [("not_graded", None)] * 2
    assert text(result.exercises[1]) == "pair: uses double, which could not be judged here"
    sandbox = Sandbox(alone={"double": [reply(*WRONG)], "pair": [lost]})
    result = graded(sandbox, only("double", "pair"), DOUBLE, PAIR)
    assert [item.status for item in result.exercises] == ["wrong", "error"], "what is wrong could be judged"


# --- together


ALL_RIGHT = {"double": RIGHT, "count": answer(4), "pair": answer(1, 2)}


def test_what_is_right_in_one_process_is_settled() -> None:
    sandbox = Sandbox(together=ALL_RIGHT)
    result = graded(sandbox, SmallExam(), PAIR, WHY, COUNT, DOUBLE)
    assert [(item.exercise, item.score, item.status) for item in result.exercises] == [
        ("double", 2, "correct"),
        ("count", 1, "correct"),
        ("pair", 1, "correct"),
        ("why", None, "manual"),
    ]
    assert sandbox.runs() == [("together", "double", "count", "pair"), ("then", "double")]
    assert text(result.exercises[0]).startswith("double: checks pass")


def test_one_exercise_is_settled_like_many() -> None:
    sandbox = Sandbox(together={"double": RIGHT})
    graded(sandbox, SmallExam(), DOUBLE, WHY)
    assert sandbox.runs() == [("together", "double"), ("then", "double")]


def test_two_exercises_are_run_together() -> None:
    sandbox = Sandbox(together=ALL_RIGHT)
    result = graded(sandbox, only("double", "pair"), DOUBLE, PAIR)
    assert sandbox.runs() == [("together", "double", "pair"), ("then", "double")]
    assert [item.status for item in result.exercises] == ["correct", "correct"]


def test_each_exercise_that_is_run_together_has_a_reply() -> None:
    sandbox = Sandbox(alone={"double": [RIGHT], "pair": [answer(1, 2)]})
    sandbox.run_together = lambda *given: ([RIGHT], [])  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="zip"):
        graded(sandbox, only("double", "pair"), DOUBLE, PAIR)


@pytest.mark.parametrize(
    ("together", "again"),
    [
        ({"double": reply(*WRONG)}, ["double"]),
        ({"double": replace(RIGHT, whole=False)}, ["double"]),
        ({"double": Reply(whole=True)}, ["double"]),
        ({"count": answer(5)}, []),
        # Behind these, which are shown, come the hidden cases of the only function.
        ({"count": answer(5, whole=False)}, ["count", "double"]),
        ({"count": Reply(whole=True)}, ["count", "double"]),
        ({"pair": answer(2, 1)}, ["pair", "double"]),
        ({"pair": Reply(whole=True)}, ["pair", "double"]),
    ],
)
def test_what_is_not_right_together_is_run_alone(together: dict[str, Reply], again: list[str]) -> None:
    """But for an answer that came out: to run it again would be a second guess."""
    alone = {"double": [RIGHT], "count": [answer(4)], "pair": [answer(1, 2)]}
    sandbox = Sandbox(alone, together=ALL_RIGHT | together)
    result = graded(sandbox, only("double", "count", "pair"), DOUBLE, COUNT, PAIR)
    assert [item[1] for item in sandbox.runs() if item[0] == "run"] == again
    statuses = {item.exercise: item.status for item in result.exercises}
    assert statuses == {"double": "correct", "count": "correct" if again else "wrong", "pair": "correct"} or again
    if again:
        assert set(statuses.values()) == {"correct"}


# --- alone


@pytest.mark.parametrize(
    ("replies", "runs", "score"),
    [
        ([RIGHT], 1, 2),
        ([replace(RIGHT, more=True), RIGHT], 1, 2),
        ([reply(*WRONG)], 1, 0),
        ([reply(*WRONG, more=True), RIGHT], 2, 2),
        ([reply(*WRONG, more=True), reply(6, 8, 0, 14, more=True), RIGHT], 3, 2),
        ([reply(6, 8, 0, 14, more=True), reply(*WRONG)], 2, 1),
        ([reply(6, 8, 0, 14, more=True), reply(RAISED, RAISED, 100, RAISED)], 2, 1),
        ([Reply(fault=Fault("crashed"), more=True), RIGHT], 2, 2),
        ([Reply(fault=Fault("crashed"), more=True, self_contained=True), RIGHT], 1, 0),
        ([Reply(fault=Fault("timeout"), more=True, self_contained=True), RIGHT], 1, 0),
        ([Reply(fault=Fault("memory"), more=True, self_contained=True), RIGHT], 1, 0),
        ([reply(RAISED, RAISED, RAISED, RAISED, more=True, self_contained=True), RIGHT], 2, 2),
    ],
)
def test_the_best_way_to_run_the_notebook_counts(replies: list[Reply], runs: int, score: float) -> None:
    replies = [replace(item, whole=True) for item in replies]
    sandbox = Sandbox(alone={"double": replies}, public={"double": [PUBLIC_RIGHT] * 9})
    (item,) = graded(sandbox, only("double"), DOUBLE).exercises
    asked = [entry for entry in sandbox.runs() if entry[0] == "run"]
    assert [entry[2:4] for entry in asked] == [("hidden", plan) for plan in range(runs)]
    assert item.score == score


def test_of_equal_ways_the_least_counts() -> None:
    item = double(reply(*WRONG, more=True), reply(0, 0, 0, 0), public={"double": [PUBLIC_RIGHT] * 2})
    assert (item.score, item.diagnosis) == (0, "squared")


def test_a_design_that_came_out_wrong_is_tried_with_more_of_the_notebook() -> None:
    sandbox = Sandbox(alone={"pair": [answer(2, 1, more=True), answer(1, 2)]})
    assert graded(sandbox, only("pair"), PAIR).exercises[0].status == "correct"


def test_there_is_an_end_to_the_ways() -> None:
    sandbox = Sandbox(alone={"double": [reply(*WRONG, more=True)] * 20}, public={"double": [PUBLIC_RIGHT] * 20})
    graded(sandbox, only("double"), DOUBLE)
    from autograder.sandbox.slicing import WAYS

    assert len(sandbox.runs()) == len(WAYS) + 2


def test_who_had_too_little_time_together_has_all_of_it() -> None:
    sandbox = Sandbox(alone={"double": [RIGHT]}, short_of_time=("double",))
    (item,) = graded(sandbox, only("double"), DOUBLE).exercises
    assert item.status == "correct"
    assert [entry[:3] for entry in sandbox.runs() if entry[0] == "run"] == [
        ("run", "double", "public"),
        ("run", "double", "hidden"),
    ]


@pytest.mark.parametrize(("seconds", "status"), [(60.0, "correct"), (60.5, "not_graded")])
def test_the_grader_has_a_minute_for_each_submission(
    seconds: float, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its own time: what the thread has taken for earlier ones doesn't count."""
    clock = iter([1000.0])
    monkeypatch.setattr(time, "thread_time", lambda: next(clock, 1000.0 + seconds))
    item = double(RIGHT, public={"double": [Reply(outcomes(PUBLIC, RAISED, RAISED), whole=True)]})
    assert item.status == status
    assert status == "correct" or "the grader itself needed more than 60 seconds" in text(item)


def test_all_public_cases_are_run_before_any_hidden_one() -> None:
    """Also those of an exercise that another one has disturbed, and of one that failed."""
    raised = Reply(outcomes(PUBLIC, RAISED, RAISED), whole=True)
    sandbox = Sandbox(
        {"double": [reply(RAISED, 8, 100, 14)], "pair": [answer(2, 1)]},
        {"double": [raised, raised]},
        {"pair": answer(2, 1)},
    )
    result = graded(sandbox, only("double", "pair"), PAIR, DOUBLE)
    assert [entry[:4] for entry in sandbox.runs()] == [
        ("together", "double", "pair"),
        ("run", "double", "public", 0),
        ("run", "double", "public", 1),
        ("run", "pair", "hidden", 0),  # its values, which take no case
        ("run", "double", "hidden", 0),
    ]
    assert [item.status for item in result.exercises] == ["partial", "wrong"]


def test_the_public_cases_that_are_shown_are_of_the_best_way_where_it_was_tried() -> None:
    public = [Reply(outcomes(PUBLIC, RAISED, RAISED), whole=True), Reply(outcomes(PUBLIC, 1, 100), whole=True)]
    alone = [reply(RAISED, RAISED, RAISED, RAISED, more=True), reply(6, 8, 0, 14)]
    (item,) = graded(Sandbox({"double": alone}, {"double": public}), only("double"), DOUBLE).exercises
    assert item.score == 1
    assert "double(x=1)" in text(item) and "ValueError" not in text(item)


def test_an_answer_is_run_once_even_when_it_is_wrong() -> None:
    sandbox = Sandbox(alone={"count": [answer(5, more=True), answer(4)]})
    (item,) = graded(sandbox, only("count"), COUNT).exercises
    assert (item.status, item.score, item.diagnosis) == ("wrong", 0, "one_more")
    assert "count: not right yet" in text(item) and "You counted one too many." in text(item)


def test_an_answer_that_did_not_come_out_is_tried_with_more_of_the_notebook() -> None:
    failed = Reply(fault=Fault("raised", "NameError", "n"), whole=True, more=True)
    sandbox = Sandbox(alone={"count": [failed, answer(4)]})
    assert graded(sandbox, only("count"), COUNT).exercises[0].status == "correct"
    sandbox = Sandbox(alone={"count": [replace(failed, more=False)]})
    assert graded(sandbox, only("count"), COUNT).exercises[0].status == "error"


@pytest.mark.parametrize(
    ("given", "status", "score"),
    [
        (answer(1, 2), "correct", 1),
        (answer(1), "crashed", 0),
        (Reply(fault=Fault("raised", "NameError"), whole=True, more=False), "error", 0),
        (Reply(whole=True, more=False), "crashed", 0),
        (answer(None, None), "not_attempted", 0),
    ],
)
def test_variables(given: Reply, status: str, score: float) -> None:
    sandbox = Sandbox(alone={"pair": [given]})
    (item,) = graded(sandbox, only("pair"), PAIR).exercises
    assert (item.status, item.score) == (status, score)
    assert sandbox.runs()[1:] == [("run", "pair", "hidden", 0, PAIR.source, 3)], "they serve for both"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (Reply(outcomes(HIDDEN, 6, 8), fault=Fault("timeout"), whole=True, more=False), "timeout"),
        (Reply(outcomes(HIDDEN, 6, 8), fault=Fault("memory"), whole=True, more=False), "memory"),
        (Reply(outcomes(HIDDEN, 6, 8), whole=True, more=False), "crashed"),
        (Reply(fault=RAISED, whole=True, more=False), "error"),
        (Reply(fault=Fault("not_written"), whole=True, more=False), "not_attempted"),
    ],
)
def test_cases_that_were_not_reached_have_the_fault_that_ended_the_process(given: Reply, status: str) -> None:
    assert double(given).status == status


# --- what the student is told


def test_right_work_is_told_so() -> None:
    item = double(RIGHT)
    assert (item.score, item.max_score, item.status, item.diagnosis) == (2, 2, "correct", "")
    assert item.message is not None and item.message.tone == "pass"
    assert item.message.title == "double: checks pass"


def test_the_smallest_failing_public_case_is_shown() -> None:
    item = double(reply(*WRONG), public={"double": [Reply(outcomes(PUBLIC, 1, 100), whole=True)]})
    assert (item.status, item.score, item.diagnosis) == ("wrong", 0, "squared")
    assert item.message is not None and item.message.tone == "fail"
    assert item.message.title == "double: 0 of 2 checks pass"
    assert item.message.aspects == (("small", False), ("large", False))
    assert dict(item.message.rows)["smallest failing case (small)"] == "double(x=1)"
    assert item.message.notes == ("You squared it.",)


def test_a_hidden_case_is_not_shown() -> None:
    item = double(reply(6, 8, 2500, 14))
    assert (item.status, item.score) == ("partial", 1)
    assert item.message is not None and item.message.rows == ()
    assert item.message.title == "double: 1 of 2 checks pass"
    assert item.message.aspects == (("small", True), ("large", False))
    assert item.message.notes == (
        "The public cases pass; others do not, in the aspect 'large'.",
        "Where to look: large numbers, too.",
    )


def test_a_mistake_that_only_hidden_cases_show_is_named() -> None:
    item = double(reply(*WRONG))
    assert item.message is not None and item.message.notes[1:] == ("You squared it.",)
    assert item.diagnosis == "squared"


def hidden_fault(fault: Fault, cell: NotebookCell = DOUBLE) -> list[str]:
    """What is told of a fault that only the first hidden case meets."""
    item = double(reply(fault, 8, 100, 14), cell=cell)
    assert item.message is not None and not item.message.rows
    return list(item.message.notes[1:])


def test_a_hidden_fault_is_told_by_its_kind() -> None:
    """Not by its type, words and line: these are the code's choice among many."""
    told = hidden_fault(RAISED)
    assert told == ["It raises an exception.", "Where to look: add it to itself."]
    for number in range(200):
        other = replace(RAISED, type_name=f"Leak{number}", message=f"{number}", line=f"# {number}", line_number=number)
        assert hidden_fault(other) == told


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("not_written", "It uses something that is not written yet."),
        ("left", "A line that it reaches still raises NotImplementedError: delete it."),
        ("version", "It needs a newer Python."),
        ("memory", "It ran out of memory: is an array much larger than it needs to be?"),
        ("timeout", "It did not finish in time: is there a loop that never ends?"),
        ("crashed", "It terminated the Python process."),
    ],
)
def test_a_hidden_faults_words_are_not_told(kind: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.environment.sys.version_info", (3, 13, 0))
    for fault in (Fault(kind), Fault(kind, "Leak3", "leak3", "leak3", 3)):
        assert hidden_fault(fault)[0] == told


def test_only_the_graders_own_words_are_told() -> None:
    assert hidden_fault(Fault("crashed", message=TOO_FULL))[0] == f"{TOO_FULL[0].upper()}{TOO_FULL[1:]}."
    assert hidden_fault(Fault("raised", "OSError", TOO_FULL))[0] == "It raises an exception."


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("numpy.multiply", "numpy.multiply"),
        ("numpy.leak3", "numpy.multiply"),
        ("scipy.leak3", "scipy"),
        ("leak3", "another function"),
        ("leak3.numpy", "another function"),
        ("sys.settrace", "sys.settrace"),
    ],
)
def test_a_forbidden_function_is_told_as_the_exercise_forbids_it(message: str, told: str) -> None:
    fault = Fault("forbidden", "ForbiddenHelper", message, "x", 3)
    only_hidden = double(reply(fault, 8, 100, 14))
    item = double(reply(*[fault] * 4), public={"double": [Reply(outcomes(PUBLIC, fault, fault), whole=True)]})
    assert f"It uses {told}, but this exercise asks you to write that yourself" in text(only_hidden)
    assert f"double uses {told}, but this exercise asks you to write that yourself" in text(item)
    for one in (only_hidden, item):
        assert (one.status, one.score) == ("forbidden", 0)
        assert "leak3" not in text(one) and "Where to look" not in text(one)


@pytest.mark.parametrize("kind", ["timeout", "memory", "crashed"])
def test_what_ended_without_a_point_has_no_public_case_in_its_feedback(kind: str) -> None:
    ended = Reply(fault=Fault(kind), whole=True, more=False)
    sandbox = Sandbox(alone={"double": [ended]}, short_of_time=("double",))
    (item,) = graded(sandbox, only("double"), DOUBLE).exercises
    assert (item.status, item.score) == (kind, 0)
    assert item.message is not None and len(item.message.notes) == 1
    assert "public cases" not in text(item)


def test_what_ended_with_a_point_is_told_of_the_public_cases() -> None:
    item = double(reply(6, 8, Fault("timeout"), 14))
    assert (item.status, item.score) == ("timeout", 1)
    assert "The public cases pass; others do not, in the aspect 'large'." in text(item)
    assert "did not finish in time" in text(item) and "Where to look" not in text(item)


def test_what_ended_the_process_is_told_where_the_case_to_show_was_only_wrong() -> None:
    item = double(reply(0, RAISED, Fault("timeout"), 14))
    assert (item.status, item.score) == ("timeout", 0)
    assert text(item).splitlines()[2:] == ["  It did not finish in time: is there a loop that never ends?"]
    only_wrong = double(reply(0, RAISED, 100, 14))
    assert only_wrong.status == "partial" and "ValueError" not in text(only_wrong)


def test_a_function_that_another_one_lacks_is_named_on_the_public_cases() -> None:
    lacking = Fault("not_written", "NotImplementedError", "helper", "return helper(x)", 2)
    public = Reply(outcomes(PUBLIC, lacking, lacking), whole=True)
    item = double(reply(*[lacking] * 4), public={"double": [public]})
    assert item.status == "error" and "helper is not written yet, and double uses it" in text(item)


def test_a_function_that_is_not_written_is_not_attempted() -> None:
    lacking = Fault("not_written", "NotImplementedError")
    item = double(reply(*[lacking] * 4), public={"double": [Reply(outcomes(PUBLIC, lacking, lacking), whole=True)]})
    assert (item.status, item.score) == ("not_attempted", 0) and text(item).startswith("double: not written yet")
