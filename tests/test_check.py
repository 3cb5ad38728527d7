"""What a student sees: `check` and `hint` in a terminal and in a notebook."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from autograder.demo.notebooks import exercises
from autograder.exercises import COURSE, find
from helpers import check, hint
from helpers.checking.spec import load_public


def conv1d(x, w, b=0.0, padding=0, stride=1):  # type: ignore[no-untyped-def]
    return find("conv1d").reference(x, w, b, padding, stride)


def test_right_code_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(conv1d).passed is True
    said = capsys.readouterr().out
    assert "conv1d: public checks pass" in said
    assert "all passed" not in said
    assert "02_filters_1d: " in said and "exercises pass their public checks so far" in said


def test_a_known_mistake_is_named_with_the_smallest_case(capsys: pytest.CaptureFixture[str]) -> None:
    def window_dot(x, w, i):  # type: ignore[no-untyped-def]
        return np.dot(x[i : i + len(w)], w[::-1])

    result = check(window_dot)
    said = capsys.readouterr().out
    assert result.passed is False
    assert result.verdict is not None and result.verdict.mistake is not None
    assert "flipped" in result.verdict.mistake.name
    assert result.verdict.mistake.sentence in said
    for part in ("smallest failing case", "expected", "got"):
        assert part in said
    failing = [item.case.size for item in result.verdict.judged if not item.passed]
    assert result.verdict.failing is not None and result.verdict.failing.case.size == min(failing)


def test_an_unknown_mistake_is_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    def window_dot(x, w, i):  # type: ignore[no-untyped-def]
        return 12345.678

    result = check(window_dot)
    assert result.verdict is not None and result.verdict.mistake is None
    assert "Where to look" in capsys.readouterr().out


def test_an_exception_is_shown_by_the_students_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    def pad1d(x, padding):  # type: ignore[no-untyped-def]
        return np.pad(x, pading=padding)

    assert not check(pad1d).passed
    said = capsys.readouterr().out
    assert "TypeError" in said and "return np.pad(x, pading=padding)" in said
    assert "Traceback" not in said


def test_stubs_and_forbidden_helpers(capsys: pytest.CaptureFixture[str]) -> None:
    def relu(z):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def conv1d_valid(x, w):  # type: ignore[no-untyped-def]
        return np.convolve(x, w[::-1], "valid")

    assert not check(relu).passed
    assert "relu: not written yet" in capsys.readouterr().out
    assert not check(conv1d_valid).passed
    assert "numpy.convolve, which this exercise asks you to write yourself" in capsys.readouterr().out


@pytest.mark.parametrize(
    "raised", [SystemExit, RecursionError, MemoryError, GeneratorExit, type("Odd", (BaseException,), {})]
)
def test_nothing_that_student_code_raises_gets_out(raised: type[BaseException]) -> None:
    def relu(z):  # type: ignore[no-untyped-def]
        raise raised("x")

    assert check(relu).passed is False


ODD_RESULTS = [
    None,
    "text",
    {},
    [],
    [[1], [2, 3]],
    np.ma.masked_array([1.0]),
    np.array(["a"]),
    np.array([1j]),
    10**400,
    object(),
    print,
]


@pytest.mark.parametrize("value", ODD_RESULTS, ids=lambda value: type(value).__name__)
def test_odd_results_are_wrong_and_said_to_be(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    def pad1d(x, padding):  # type: ignore[no-untyped-def]
        return value

    assert check(pad1d).passed is False
    assert "expected" in capsys.readouterr().out


@pytest.mark.parametrize(
    "call", [lambda: check(3), lambda: check("nonsense"), lambda: check("conv1d"), lambda: check("weights_fc")]
)
def test_wrong_calls_are_explained(call, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert call().passed is False
    assert len(capsys.readouterr().out.strip().splitlines()) == 1


def test_a_misspelt_name_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    check("wieghts_fc", 3)
    assert "did you mean weights_fc?" in capsys.readouterr().out


def test_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        check("weights_fc", 110).passed
        and check("weights_fc", 110.0).passed
        and check("weights_fc", np.int64(110)).passed
    )
    assert not check("weights_fc", 100).passed
    assert find("weights_fc").mistakes and not check("weights_fc", "110").passed
    for odd in (float("nan"), float("inf"), [110], None, object(), True):
        assert not check("weights_fc", odd).passed
    assert "110" not in (load_public("weights_fc") or "").__repr__()


def test_hints_come_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    texts = find("conv1d").hints
    for number, text in enumerate(texts, 1):
        hint("conv1d")
        said = capsys.readouterr().out
        assert text in said and f"hint {number} of {len(texts)}" in said
    hint("conv1d")
    assert texts[-1] in capsys.readouterr().out
    hint("conv1d", 1)
    assert texts[0] in capsys.readouterr().out
    hint("no such thing")
    assert "no exercise is called" in capsys.readouterr().out


@pytest.mark.parametrize("assignment", COURSE)
def test_every_exercise_has_public_cases(assignment: str) -> None:
    for exercise in exercises(assignment):
        spec = load_public(exercise.name)
        assert spec is not None
        assert spec.cases or spec.answers


def test_html_is_escaped_and_says_everything_in_words() -> None:
    from helpers.checking.messages import explain
    from helpers.checking.spec import Outcome
    from helpers.checking.verdict import judge

    spec = load_public("window_dot")
    assert spec is not None
    message = explain(judge(spec, [Outcome(value="<script>alert(1)</script>")] * len(spec.cases)))
    page = message.html()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "✗" in page and "0 of" in page


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_importing_helpers_loads_no_matplotlib_and_nothing_of_the_grader() -> None:
    loaded = python("import sys, helpers; print(*sys.modules)").split()
    assert "matplotlib" not in loaded
    assert not any(
        name.split(".")[0] in ("autograder", "nbgrader", "scipy", "sklearn", "torch", "IPython") for name in loaded
    )
