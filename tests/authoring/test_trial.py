"""`autograder try`: what is wrong with an exercise is found and said, and a good one is said to be good."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import COURSE
from typer.testing import CliRunner

from autograder.authoring.trial import try_out
from autograder.cli import authoring
from autograder.cli.commands import app
from autograder.course import Course, CourseError, Exercise, Notebook, answer, exercise, written


def largest() -> Exercise:
    """An exercise without faults: three mistakes, three variants."""

    @exercise(points=2, aspects={"values": "look at each entry.", "negative": "start below 0."}, hints=["Use max."])
    def largest(x):
        return int(np.max(x))

    @largest.cases
    def _(rng):
        yield "values", {"x": rng.permutation(np.arange(1, 6))}
        yield "values", {"x": 10 + rng.permutation(np.arange(1, 7))}
        yield "negative", {"x": -rng.permutation(np.arange(1, 6))}

    largest.mistake("smallest", "Your result is the smallest entry.")(lambda x: int(np.min(x)))
    largest.mistake("starts_at_0", "Your function starts at 0.")(lambda x: max(0, int(np.max(x))))
    largest.mistake("place", "Your result is a place. What is there?")(lambda x: int(np.argmax(x)) + 100)
    for name, right in (("builtin", max), ("method", lambda x: x.max()), ("ordered", lambda x: np.sort(x)[-1])):
        largest.variants[name] = right
    return largest


def test_a_good_exercise() -> None:
    seen: list[str] = []
    trial = try_out(largest(), 2, on_draw=seen.append)
    assert trial.all_problems == []
    assert seen == trial.draws == ["public cases", "seed 0", "seed 1"]
    assert trial.aspects == ("values", "negative", "inputs unchanged")
    found = {item.name: (list(item.failed.values()), item.points) for item in trial.mistakes}
    assert found["smallest"] == ([3, 3, 3], 0)
    assert found["starts_at_0"] == ([0, 3, 0], 1.33)


def test_messages_are_those_that_check_shows() -> None:
    (message,) = (item.message for item in try_out(largest(), 0).mistakes if item.name == "starts_at_0")
    assert message.startswith("largest: 2 of 3 ") and "Your function starts at 0." in message
    assert "largest(x=np.array([" in message


def with_fault(fault: str) -> Exercise:
    """The good exercise with something wrong in it."""
    item = largest()
    if fault == "harmless":
        item.mistake("harmless", "It is right.")(lambda x: int(max(x)))
    elif fault == "twin":
        item.mistake("twin", "Also the smallest.")(lambda x: int(sorted(x)[0]))
    elif fault == "no variants":
        item.variants.clear()
    elif fault == "wrong variant":
        item.variants["wrong"] = lambda x: x[0]
    elif fault == "raising variant":
        item.variants["raising"] = lambda x: x["a"]
    elif fault == "sentence":
        item.mistakes["place"] = ("Your result is a place", item.mistakes["place"][1])
    elif fault == "untested aspect":
        item.aspects["empty"] = "what is the largest of nothing?"
    elif fault == "forbidden":
        item.forbidden = ("numpy.max",)
    elif fault == "no hints":
        item.hints = ()
    return item


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("harmless", "harmless loses no points (public cases)"),
        ("twin", "smallest is not told from twin (public cases)"),
        ("no variants", "it has 0 right variants: write at least 3"),
        ("wrong variant", "wrong fails: values, negative"),
        ("forbidden", "the reference calls numpy.max, which the exercise forbids"),
        ("raising variant", "raising fails: values, negative, inputs unchanged: IndexError: "),
        ("sentence", "the sentence of place does not end like a sentence"),
        ("untested aspect", "no case tests the aspect 'empty'"),
        ("no hints", "there are no hints"),
    ],
)
def test_what_is_wrong_is_said(fault: str, said: str) -> None:
    problems = try_out(with_fault(fault), 0).all_problems
    assert any(problem.startswith(said) for problem in problems), problems
    assert not any("\n" in problem for problem in problems)


def test_a_mistake_that_is_never_named() -> None:
    """Exceptions alone name nothing; a mistake on some draws only is said too."""
    item = largest()
    item.mistake("stops", "Your function stops.")(lambda x: x["a"])
    item.mistake("stops_too", "Your function stops, too.")(lambda x: x["b"])
    problems = try_out(item, 1).all_problems
    assert [problem for problem in problems if problem.startswith("stops ")] == [
        "stops is not named (every draw)",
    ]


def test_draws_are_named_where_not_all_have_it() -> None:
    item = largest()
    item.mistake("odd_start", "It looks at the first entry.")(lambda x: int(np.max(x)) + int(x[0] in (1, 3, 5)))
    problems = [problem for problem in try_out(item, 5).all_problems if problem.startswith("odd_start loses")]
    assert len(problems) == 1 and "every" not in problems[0] and 0 < problems[0].count("seed") < 6


def no_pair(rng):
    yield {"x": rng.permutation(np.arange(1, 6))}


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (None, "largest has no cases: write a generator of them under @largest.cases"),
        (no_pair, 'a case of largest is an aspect and a dict of arguments: yield "values", {...}'),
    ],
)
def test_cases_that_are_none(draw: Any, said: str) -> None:
    item = largest()
    item.draw = draw
    with pytest.raises(CourseError, match=re.escape(said)) as caught:
        try_out(item, 0)
    assert draw is None or caught.value.line == no_pair.__code__.co_firstlineno + 1


def test_one_text_where_several_stand() -> None:
    with pytest.raises(ValueError, match=re.escape("count: hints holds several: write hints=['Count.']")):
        answer("count", 4, points=1, hints="Count.")


def test_answers_are_tried_too() -> None:
    item = answer("count", 4, points=1, hints=["Count."])
    item.mistake("one_less", "Count from 1.", 3)
    assert try_out(item, 2).all_problems == []
    item.reference = "four"
    assert try_out(item, 2).all_problems == []


@pytest.mark.parametrize(("value", "other"), [(4.0, "the right answer"), (3, "one_less")])
def test_a_wrong_answer_of_the_same_value_is_an_error(value: float, other: str) -> None:
    item = answer("count", 4, points=1, hints=["Count."])
    item.mistake("one_less", "Count from 1.", 3)
    item.mistake("more", "Count again.", value)
    with pytest.raises(CourseError, match=f"count: the mistake more has the value of {other}$"):
        try_out(item, 0)


class TestCommand:
    def run(self, monkeypatch: pytest.MonkeyPatch, tried: Exercise, *words: str) -> tuple[int, str, str]:
        course = Course(Path(), {"01_rows": Notebook("01_rows", exercises=[tried, written("why", points=1)])})
        monkeypatch.setattr(authoring, "load_course", lambda context: course)
        done = CliRunner().invoke(app, ["try", *words], env={"COLUMNS": "200"})
        return done.exit_code, done.stdout, done.stderr

    def test_shows_mistakes_by_aspects(self, monkeypatch: pytest.MonkeyPatch) -> None:
        status, said, _ = self.run(monkeypatch, largest(), "largest", "--seeds", "1")
        lines = [" ".join(line.split()) for line in said.splitlines()]
        assert status == 0
        assert lines[0] == "largest · 01_rows · 2 points · 3 right variants · public cases, seed 0"
        assert {"mistake 1 2 3 points named", "smallest ✗ ✗ ✗ 0 yes", "starts_at_0 · ✗ · 1.33 yes"} <= set(lines)
        assert "Your function starts at 0." not in said

    def test_shows_messages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, said, _ = self.run(monkeypatch, largest(), "largest", "--seeds", "0", "--messages")
        assert "\nstarts_at_0\nlargest: 2 of 3 " in said and "Your function starts at 0." in said

    def test_ends_with_1_when_something_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        status, said, _ = self.run(monkeypatch, with_fault("twin"), "largest", "--seeds", "0")
        assert status == 1 and "smallest is not told from twin (public cases)" in said

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("largst", "no exercise is called largst: did you mean largest?"),
            ("why", "why is graded by hand: there is nothing to try"),
        ],
    )
    def test_says_what_cannot_be_tried(self, monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
        assert self.run(monkeypatch, largest(), name) == (1, "", f"autograder: {said}\n")

    def test_says_where_an_exercise_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        item = largest()
        item.file = Path("exercises/rows/largest.py")
        item.reference = lambda x: x[99]
        status, _, said = self.run(monkeypatch, item, "largest")
        assert status == 1 and said.startswith("autograder: exercises/rows/largest.py:")
        assert "the reference of largest stops on this case with IndexError" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", ["conv1d_valid", "satellite_filter", "weights_conv"])
def test_exercises_of_the_course_are_fit(name: str) -> None:
    assert try_out(COURSE.exercise(name), 1).all_problems == []
