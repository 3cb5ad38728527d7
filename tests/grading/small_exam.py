"""An exam of four small exercises, and notebooks for it, without a course around them."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading.submission import NotebookCell, Submission
from helpers.checking.spec import Case, Fault, Mistake, Outcome, Spec, answer_digest

STUB = "def double(x):\n    raise NotImplementedError"


def double_spec(*numbers: int) -> Spec:
    """The exercise `double`, worth 2 points, with a case for each number: those above 9 are of the aspect "large"."""
    cases = tuple(Case("large" if number > 9 else "small", {"x": number}, 2 * number) for number in numbers)
    return Spec(
        "double",
        "01_small",
        "function",
        2.0,
        aspects={"small": "add it to itself.", "large": "large numbers, too."},
        required=("x",),
        forbidden=("numpy.multiply", "scipy"),
        cases=cases,
        mistakes=(Mistake("squared", "You squared it.", tuple(Outcome(value=number**2) for number in numbers)),),
    )


COUNT = Spec(
    "count",
    "01_small",
    "answer",
    1.0,
    variables=("count",),
    answers={answer_digest("count", 4): "", answer_digest("count", 5): "one_more"},
    mistakes=(Mistake("one_more", "You counted one too many."),),
)
PAIR = Spec(
    "pair",
    "01_small",
    "design",
    1.0,
    aspects={"order": "the smaller one comes first.", "size": "both are below 10."},
    variables=("low", "high"),
    cases=(Case("order", {}, (1, 2)), Case("size", {}, (1, 2))),
)
WHY = Spec("why", "01_small", "written", 3.0)
PUBLIC, HIDDEN = double_spec(1, 10), double_spec(3, 4, 50, 7)


@dataclass(frozen=True)
class SmallExam:
    """What grading asks an exam for."""

    specs: tuple[Spec, ...] = (HIDDEN, COUNT, PAIR, WHY)
    assignment: str = "01_small"
    requires: tuple[str, ...] = ()
    release: tuple[NotebookCell, ...] = (
        NotebookCell("markdown", "# Small"),
        NotebookCell("code", "import numpy as np", "setup"),
        NotebookCell("code", STUB, "double"),
        NotebookCell("code", "check(double)", "double_check"),
        NotebookCell("code", "count = None", "count"),
        NotebookCell("code", 'check("count", count)', "count_check"),
        NotebookCell("code", "low = None\nhigh = None", "pair"),
        NotebookCell("code", 'check("pair", low, high)', "pair_check"),
        NotebookCell("markdown", "Your answer here.", "why"),
        NotebookCell("code", "print('the end')"),
    )

    def stub(self, exercise: str) -> NotebookCell:
        return next(cell for cell in self.release if cell.grade_id == exercise)

    def public(self, exercise: str) -> Spec:
        return {"double": PUBLIC, "count": COUNT, "pair": PAIR}[exercise]


def only(*names: str) -> SmallExam:
    """The exam with some of its exercises."""
    exam = SmallExam()
    others = {spec.name for spec in exam.specs} - set(names)
    return SmallExam(
        tuple(spec for spec in exam.specs if spec.name in names),
        release=tuple(cell for cell in exam.release if cell.grade_id.removesuffix("_check") not in others),
    )


def handed_in(*cells: NotebookCell, notes: tuple[str, ...] = ()) -> Submission:
    return Submission("ann", "01_small", cells, notes=notes)


def outcomes(spec: Spec, *values: object) -> tuple[Outcome, ...]:
    """An outcome for each case: a fault, or a value."""
    return tuple(Outcome(fault=value) if isinstance(value, Fault) else Outcome(value=value) for value in values)


def right(spec: Spec) -> tuple[Outcome, ...]:
    return tuple(Outcome(value=case.expected) for case in spec.cases)
