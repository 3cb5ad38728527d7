"""What a student sees: `check` and `hint` in a terminal and in a notebook."""

from __future__ import annotations

import functools
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import COURSE, ROOT

from autograder.demo.notebooks import exercises
from helpers import check, hint, summary
from helpers.checking.spec import load_public
from helpers.checking.verdict import judge


def conv1d(x, w, b=0.0, padding=0, stride=1):  # type: ignore[no-untyped-def]
    return COURSE.exercise("conv1d").reference(x, w, b, padding, stride)


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


def test_the_case_that_is_shown_is_one_on_which_the_named_mistake_shows(capsys: pytest.CaptureFixture[str]) -> None:
    def padded_twice_and_kept_as_integers(x, w, b=0.0, padding=0, stride=1):  # type: ignore[no-untyped-def]
        x = np.pad(x, padding)
        out = np.zeros((len(x) + 2 * padding - len(w)) // stride + 1, dtype=int)
        for i in range(len(out)):
            out[i] = np.sum(x[i * stride : i * stride + len(w)] * w) + b
        return out

    padded_twice_and_kept_as_integers.__name__ = "conv1d"
    verdict = check(padded_twice_and_kept_as_integers).verdict
    assert verdict is not None and verdict.mistake is not None and verdict.failing is not None
    assert verdict.mistake.name == "integer_results" and verdict.failing.case.aspect == "bias"
    assert "stored as integers" in capsys.readouterr().out


def test_right_values_and_an_exception_name_no_mistake() -> None:
    _, size_rounded_up = COURSE.exercise("conv2d_single").mistakes["size_rounded_up"]

    def conv2d_single(x, w, b=0.0, padding=0, stride=1):  # type: ignore[no-untyped-def]
        return size_rounded_up(x, w, b, padding, stride)

    verdict = check(conv2d_single).verdict
    assert verdict is not None and verdict.mistake is not None and verdict.mistake.name == "size_rounded_up"
    others = tuple(mistake for mistake in verdict.spec.mistakes if mistake.name != "size_rounded_up")
    again = judge(replace(verdict.spec, mistakes=others), [item.outcome for item in verdict.judged])
    assert again.mistake is None


def test_advice_begins_with_the_basic_aspect(capsys: pytest.CaptureFixture[str]) -> None:
    def max_pool2d(x, size, stride):  # type: ignore[no-untyped-def]
        return x.max()

    assert not check(max_pool2d).passed
    said = capsys.readouterr().out
    assert "expected the shape" in said and "smallest failing case (values)" in said
    assert (
        COURSE.exercise("max_pool2d").aspects["values"] in said
        and COURSE.exercise("max_pool2d").aspects["negative values"] not in said
    )


def test_an_unknown_mistake_is_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    def window_dot(x, w, i):  # type: ignore[no-untyped-def]
        return 12345.678

    result = check(window_dot)
    assert result.verdict is not None and result.verdict.mistake is None
    assert "Where to look" in capsys.readouterr().out


def test_a_mistake_is_not_named_for_whoever_is_right_where_it_is_wrong() -> None:
    def conv2d(x, w, b, padding=0, stride=1):  # type: ignore[no-untyped-def]
        z = COURSE.exercise("conv2d").reference(x, w, b, padding, stride)
        rows, columns = ((n + 2 * padding - k + 1) // stride for n, k in zip(x.shape[2:], w.shape[2:]))
        return z[:, :, :rows, :columns]  # the 1 is added before the division, not after it

    verdict = check(conv2d).verdict
    assert verdict is not None and verdict.aspects["padding"] and not verdict.aspects["together"]
    assert verdict.mistake is None


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
    said = capsys.readouterr().out
    assert "relu: not written yet" in said and "this case" not in said  # none is shown
    assert not check(conv1d_valid).passed
    assert "numpy.convolve, but this exercise asks you to write that yourself" in capsys.readouterr().out


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


class Unfriendly:
    """Anything that is asked of it raises."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


@pytest.mark.parametrize(
    "exercise",
    [Unfriendly(), Unfriendly, "x" * 5000, "*", "a\0b", lambda z: z, 3.5, ...],
    ids=["object", "class", "long", "star", "null", "lambda", "number", "ellipsis"],
)
def test_no_exercise_at_all(exercise: object) -> None:
    assert check(exercise).passed is False


relu = lambda z: np.maximum(z, 0)  # noqa: E731
unflatten = functools.partial(np.reshape)


def nameless(function):  # type: ignore[no-untyped-def]
    return lambda *arguments: function(*arguments)


@nameless
def pad1d(x, padding):  # type: ignore[no-untyped-def]
    return np.pad(x, padding)


def test_functions_are_known_by_their_variables(capsys: pytest.CaptureFixture[str]) -> None:
    for function in (relu, unflatten, pad1d):
        assert check(function).passed is True
    hint(relu)
    assert "relu: hint 1" in capsys.readouterr().out


def test_what_a_person_reads_is_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("why_not_fc").passed is False and check("why_not_fc", "since ...").passed is False
    assert capsys.readouterr().out.count("this answer is graded by hand") == 2


def test_a_misspelt_name_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    check("wieghts_fc", 3)
    assert "did you mean weights_fc?" in capsys.readouterr().out


def test_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        check("weights_fc", 110).passed
        and check("weights_fc", 110.0).passed
        and check("weights_fc", np.int64(110)).passed
        and check("weights_fc", [110]).passed
        and check("weights_fc", Fraction(110)).passed
        and check("pool_weights", -0.0).passed
        and check("shuffled_accuracy", np.str_(" C")).passed
    )
    assert not check("weights_fc", 100).passed
    assert check("weights_fc", "110").passed and not check("weights_fc", "100 + 10").passed
    assert "Answer with one number" in capsys.readouterr().out
    for odd in (float("nan"), float("inf"), [110, 110], None, object(), True):
        assert not check("weights_fc", odd).passed
    assert "110" not in (load_public("weights_fc") or "").__repr__()


def test_hints_come_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    texts = COURSE.exercise("conv1d").hints
    for number, text in enumerate(texts, 1):
        hint("conv1d")
        said = capsys.readouterr().out
        assert text in said and f"hint {number} of {len(texts)}" in said
    hint("conv1d")
    assert texts[-1] in capsys.readouterr().out
    hint("conv1d", 1)
    assert texts[0] in capsys.readouterr().out
    hint("no such thing")
    assert "there is no exercise called" in capsys.readouterr().out


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_every_exercise_has_public_cases(assignment: str) -> None:
    for exercise in exercises(COURSE, assignment):
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


WRONG = """
import sys
from helpers import check
def softmax(logits):
    e = logits * 2
    return e / e.sum(axis=1, keepdims=True)
assert not check(softmax).passed
print("loaded", *sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)))
"""


def test_a_check_needs_nothing_but_numpy() -> None:
    """Also where it explains a wrong answer. What the interpreter itself loads at its start doesn't count."""
    start = python("import sys; print(*sys.modules)").split()
    loaded = {name for name in python(WRONG).splitlines()[-1].split()[1:] if name not in start}
    assert {name for name in loaded if not name.startswith("_")} == {"numpy", "helpers"}


def solved_namespace(notebook: str) -> dict[str, Any]:
    """What `globals()` holds of the exercises when all of them are solved."""
    found: dict[str, Any] = {}
    for exercise in exercises(COURSE, notebook):
        values = exercise.reference if exercise.kind == "design" else (exercise.reference,)
        found |= dict(zip(exercise.variables or (exercise.name,), values))
    return found


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_summary_of_a_solved_notebook(notebook: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert summary(notebook, solved_namespace(notebook)).passed is True
    said = capsys.readouterr().out
    count = len(exercises(COURSE, notebook))
    assert said.startswith(f"{notebook}: {count} of {count} exercises pass their public checks\n")
    assert "all passed" not in said and "aspects" not in said
    assert f"`{notebook}.ipynb`" in said and "Restart" in said
    for exercise in COURSE.notebooks[notebook].exercises:
        assert (f"`{exercise.name}`" in said) == (exercise.kind == "written")


def test_summary_lists_what_is_missing_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    def relu(z):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def pad1d(x, padding):  # type: ignore[no-untyped-def]
        return np.pad(x.astype(int), padding)

    def conv1d_valid(x, w):  # type: ignore[no-untyped-def]
        raise SystemExit

    changes = {"relu": relu, "pad1d": pad1d, "conv1d_valid": conv1d_valid, "conv1d": np.ones(3), "weights_fc": 30}
    namespace = solved_namespace("02_filters_1d") | changes | {"weights_conv": None}
    del namespace["same_padding"], namespace["satellite_bias"]
    assert summary("02_filters_1d", namespace).passed is False
    title, *rows = capsys.readouterr().out.splitlines()
    names = [exercise.name for exercise in exercises(COURSE, "02_filters_1d")]
    assert title == f"02_filters_1d: {len(names) - 8} of {len(names)} exercises pass their public checks"
    missing = dict(row.split(maxsplit=1) for row in rows[:8])
    spoiled = {*changes, "same_padding", "satellite_filter", "weights_conv"}
    assert list(missing) == [name for name in names if name in spoiled]
    assert missing["relu"] == "not written yet"
    assert missing["weights_conv"] == "no answer yet"
    assert missing["weights_fc"] == "not right yet"
    assert missing["same_padding"] == "there is no same_padding: run its cell"
    assert missing["satellite_filter"] == "there is no satellite_bias: run its cell"
    assert missing["conv1d"].startswith("conv1d is no longer a function")
    assert missing["conv1d_valid"].startswith("0 of ")
    assert 0 < int(missing["pad1d"].split()[0]) < int(missing["pad1d"].split()[2])


def test_summary_judges_what_is_there_now(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that passed before the function was changed again says nothing any more."""
    namespace = solved_namespace("02_filters_1d")
    assert check(namespace["relu"]).passed

    def relu(z):  # type: ignore[no-untyped-def]
        return z

    capsys.readouterr()
    assert not summary("02_filters_1d", namespace | {"relu": relu}).passed
    count = len(exercises(COURSE, "02_filters_1d"))
    assert f"{count - 1} of {count} exercises" in capsys.readouterr().out


def test_summary_on_colab_says_how_to_download(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    summary("01_pixels", {})
    said = capsys.readouterr().out
    assert "File > Download > Download .ipynb" in said and "Ctrl+S" not in said and "`01_pixels.ipynb`" in said


def test_summary_of_an_unknown_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    assert not summary("1_pixels", {}).passed
    assert "there is no notebook called '1_pixels'; the notebooks are 01_pixels, " in capsys.readouterr().out
