"""What a verdict says: its title, aspects, rows and notes, as text and as HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers.checking.messages import STYLE, Message, describe_fault, explain, reported_aspects, signature
from helpers.checking.spec import UNCHANGED, Case, Fault, Mistake, Outcome, Spec
from helpers.checking.verdict import Verdict, judge

RAISED = Fault("raised", "ValueError", "bad", "return x / 0", 3)
X = np.array([1, 2, 3])


def spec(*cases: Case, **fields: Any) -> Spec:
    aspects = fields.pop("aspects", None) or dict.fromkeys((case.aspect for case in cases), "look here.")
    return Spec("f", "01_small", fields.pop("kind", "function"), 2.0, aspects=aspects, cases=cases, **fields)


ONE = spec(Case("values", {"x": X}, np.array([2.0, 4.0])))


def verdict(judged: Spec, *outcomes: Any) -> Verdict:
    made = [
        item if isinstance(item, Outcome) else Outcome(fault=item) if isinstance(item, Fault) else Outcome(value=item)
        for item in outcomes
    ]
    return judge(judged, made)


def rows(judged: Spec, *outcomes: Any) -> dict[str, str]:
    return dict(explain(verdict(judged, *outcomes)).rows)


# --- Message


def test_text_is_laid_out_in_columns() -> None:
    message = Message(
        "fail", "A title", (("one", True), ("two", False)), (("got", "1\n2"), ("expected", "3")), ("A note.",), "1 of 2"
    )
    assert message.text() == (
        "A title\n  ✓ one   ✗ two\n  got       1\n            2\n  expected  3\n  A note.\n  1 of 2"
    )
    assert Message("open", "A title").text() == "A title"


def test_html_says_the_same_and_escapes_it() -> None:
    message = Message("fail", "<t>", (("<a>", True),), (("<l>", "<v>"),), ("use `a < b` now",), "<p>")
    page = message.html()
    assert page.startswith(STYLE) and '<div class="check-note fail" role="status">' in page
    for part in ("&lt;t&gt;", "✓ &lt;a&gt;", "&lt;l&gt;", "&lt;v&gt;", "<code>a &lt; b</code> now", "&lt;p&gt;"):
        assert part in page
    bare = Message("open", "title").html().removeprefix(STYLE)
    assert bare == '<div class="check-note open" role="status"><p class="check-title">title</p></div>'


# --- explain


def test_what_passes_and_what_is_not_written() -> None:
    passed = explain(verdict(ONE, [2.0, 4.0]))
    assert passed == Message("pass", "f: public checks pass", (("values", True),))
    assert explain(verdict(ONE, [2.0, 4.0]), which="checks").title == "f: checks pass"
    blank = explain(verdict(ONE, Fault("not_written")))
    assert blank == Message("open", "f: not written yet", notes=('Stuck? Try hint("f")',))


def test_a_wrong_value_is_shown_with_its_difference() -> None:
    message = explain(verdict(ONE, [3.0, 4.0]))
    assert (message.tone, message.title) == ("fail", "f: 0 of 1 public checks pass")
    assert message.aspects == (("values", False),)
    assert message.rows == (
        ("smallest failing case (values)", "f(x=np.array([1, 2, 3]))"),
        ("expected", "[2., 4.]"),
        ("got", "[3.0, 4.0]"),
        ("got - expected", "[1., 0.]"),
        ("problem", "right shape, wrong values"),
    )
    assert message.notes == ("Where to look: look here.",)


@pytest.mark.parametrize("value", [[1.0, 2.0, 3.0], "text", None, {"a": 1}])
def test_no_difference_between_things_of_different_shape(value: Any) -> None:
    assert "got - expected" not in rows(ONE, value)
    assert "got - expected" not in rows(spec(Case("values", {"x": X}, 3.0)), value if value != "text" else 4.0)
    assert "got - expected" not in rows(spec(Case("values", {"x": X}, "right")), value)


@pytest.mark.parametrize(
    ("value", "told"), [([3.0, 4.0], True), ([1.0], True), ([np.nan] * 2, True), ("text", True), ({"a": 1}, True)]
)
def test_where_to_look_is_told_of_numbers(value: Any, told: bool) -> None:
    """Not of a result that is nothing, or something else than numbers."""
    assert bool(explain(verdict(ONE, value)).notes) is told


def test_an_exception_is_shown_with_the_students_line() -> None:
    message = explain(verdict(ONE, RAISED))
    assert message.rows == (
        ("smallest failing case (values)", "f(x=np.array([1, 2, 3]))"),
        ("expected", "[2., 4.]"),
        ("raised", "ValueError: bad\nyour line 3:  return x / 0"),
    )
    assert message.notes == ("Where to look: look here.",)


@pytest.mark.parametrize("kind", ["not_written", "forbidden"])
def test_what_is_expected_is_no_help_where_nothing_was_computed(kind: str) -> None:
    found = rows(ONE, Fault(kind, message="numpy.sum"))
    assert "expected" not in found and "numpy.sum" in found["stopped"]


def test_where_some_aspects_pass_advice_is_given_beside_an_exception() -> None:
    two = spec(Case("values", {"x": X}, 1.0), Case("padding", {"x": X}, 2.0), aspects={"values": "a.", "padding": "b."})
    assert explain(verdict(two, 1.0, RAISED)).notes == ("Where to look: b.",)
    assert explain(verdict(two, RAISED, RAISED)).notes == ("Where to look: a.",)
    assert explain(verdict(two, RAISED, 3.0)).notes == ("Where to look: a.",)
    assert explain(verdict(two, 3.0, RAISED)).notes == ("Where to look: a.",), "the case that is shown gave a number"
    silent = spec(Case("values", {"x": X}, 1.0), aspects={"values": ""})
    assert explain(verdict(silent, 2.0)).notes == ()


def test_a_named_mistake_takes_the_place_of_where_to_look() -> None:
    named = spec(Case("values", {"x": X}, 1.0), mistakes=(Mistake("m", "You did m.", (Outcome(value=5.0),)),))
    assert explain(verdict(named, 5.0)).notes == ("You did m.",)
    assert explain(verdict(named, 6.0)).notes == ("Where to look: look here.",)


TOUCHED = spec(
    Case("values", {"x": X, "w": X}, 1.0),
    Case("other", {"x": X}, 2.0),
    aspects={"values": "a.", "other": "b.", UNCHANGED: "copy."},
)


def test_changed_inputs_are_shown() -> None:
    message = explain(verdict(TOUCHED, Outcome(1.0, changed=("x", "w")), 2.0))
    assert message.rows == (
        (f"case ({UNCHANGED})", "f(x=np.array([1, 2, 3]), w=np.array([1, 2, 3]))"),
        ("changed", "your function changed x, w: work on a copy"),
    )
    assert message.notes == ("Where to look: copy.",)
    assert message.aspects == (("values", True), ("other", True), (UNCHANGED, False))


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ((1.0, 2.0), {"values": True, "other": True, UNCHANGED: True}),
        ((1.0, 3.0), {"values": True, "other": False, UNCHANGED: True}),
        ((3.0, 2.0), {"values": False, "other": True}),
        ((3.0, Outcome(2.0, changed=("x",))), {"values": False, "other": True, UNCHANGED: False}),
    ],
)
def test_inputs_unchanged_is_crossed_out_only_where_they_were_changed(outcomes: Any, told: dict[str, bool]) -> None:
    found = verdict(TOUCHED, *outcomes)
    assert reported_aspects(found) == told
    if not found.passed:
        assert explain(found).title == f"f: {sum(told.values())} of {len(told)} public checks pass"


# --- answers


def test_answers_are_told_right_or_not() -> None:
    answer = Spec("n", "01_small", "answer", 1.0, variables=("n",))
    mistake = Mistake("m", "You added.")
    assert explain(Verdict(answer, (), {}, "correct")) == Message("pass", "n: right")
    again = 'Stuck? Try hint("n")'
    assert explain(Verdict(answer, (), {}, "wrong")) == Message("fail", "n: not right yet", notes=(again,))
    assert explain(Verdict(answer, (), {}, "wrong", mistake)).notes == ("You added.", again)


# --- signature


def signed(**arguments: Any) -> str:
    judged = spec(Case("values", arguments, 1.0))
    return signature(judged, verdict(judged, 2.0).judged[0])


def test_a_call_is_shown_as_it_would_be_typed() -> None:
    assert signed(x=3, name="a", w=[1, 2]) == "f(x=3, name='a', w=[1, 2])"
    assert signed(x=np.array([[1, 2], [3, 4]]), n=2) == ("f(x=np.array([[1, 2],\n              [3, 4]]),\n  n=2)")


def test_what_is_observed_without_a_call_is_shown_by_its_names() -> None:
    def shown(**fields: Any) -> str:
        judged = spec(Case("values", {"x": X, "n": 2}, "fires"), observe="filters_1d.fires", **fields)
        return signature(judged, verdict(judged, (np.ones(2), 0.0)).judged[0])

    assert shown() == "x = [1, 2, 3], n = 2"
    assert shown(required=("x",)) == "f(x=np.array([1, 2, 3]), n=2)"


@pytest.mark.parametrize(
    ("dtype", "said"),
    [
        (np.int64, ""),
        (np.float64, ""),
        (np.uint8, ", dtype=np.uint8"),
        (np.float32, ", dtype=np.float32"),
        (bool, ", dtype=np.bool_"),
    ],
)
def test_a_dtype_is_said_where_it_may_be_what_matters(dtype: Any, said: str) -> None:
    assert signed(x=np.ones(1, dtype)).endswith(f"]{said}))")


def test_what_the_check_compares_is_not_passed() -> None:
    judged = spec(Case("dw", {"x": X, "part": "dw"}, 1.0))
    told = rows(judged, 2.0)
    assert told["smallest failing case (dw)"] == "f(x=np.array([1, 2, 3]))" and told["compared"] == "dw"


def test_long_values_are_told_in_short_and_the_call_is_folded() -> None:
    large = np.arange(300.0).reshape(20, 15)
    wrong = verdict(spec(Case("values", {"x": large, "p": {"w": large, "b": X}}, large)), large + (large > 3))
    message = explain(wrong)
    told = dict(message.rows)
    short = "float64 array of shape (20, 15): 0, 1, 2, ..."
    assert (
        told["smallest failing case (values)"] == f"f(x={short},\n  p={{'w': {short},\n     'b': np.array([1, 2, 3])}})"
    )
    assert told["expected"] == told["got"] == short
    assert told["first wrong"].splitlines() == [
        *(f"[0, {n}]: {n + 1}, not {n}" for n in (4, 5, 6)),
        "... 296 of 300 numbers are wrong",
    ]
    [(label, whole)] = message.folded
    assert "299." in whole and whole not in message.text()
    assert f"<summary>{label}</summary>" in message.html() and "299." in message.html()
    assert explain(verdict(ONE, [3.0, 4.0])).folded == ()


def test_a_float_for_an_integer_is_shown_as_one() -> None:
    told = rows(spec(Case("values", {"n": 3}, 9), integers=True), 9.0)
    assert (told["expected"], told["got"], told["problem"]) == ("9", "9.0", "9.0 is a float; use whole numbers")


# --- faults


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("raised", "KeyError", "3"), ["KeyError: 3"]),
        (Fault("raised", "KeyError"), ["KeyError"]),
        (Fault("raised", "KeyError", "3", "x[3]", 2), ["KeyError: 3", "your line 2:  x[3]"]),
        (Fault("raised", "KeyError", "3", "", 2), ["KeyError: 3"]),
        (Fault("not_written"), ["f is not written yet, and f uses it"]),
        (Fault("not_written", message="g"), ["g is not written yet, and f uses it"]),
        (Fault("left", line_number=4), ["your line 4 still raises NotImplementedError: delete it"]),
        (Fault("version", "SyntaxError", "bad"), ["this code needs a newer Python (SyntaxError here: bad)"]),
        (Fault("forbidden", message="scipy"), ["f uses scipy, but this exercise asks you to write that yourself"]),
        (Fault("crashed"), ["it terminated the Python process"]),
        (Fault("crashed", message="more than 100 processes"), ["more than 100 processes"]),
    ],
)
def test_faults_in_words(fault: Fault, said: list[str]) -> None:
    assert describe_fault(fault, "f") == said


def test_limits_in_words() -> None:
    assert "did not finish in time" in describe_fault(Fault("timeout"), "f")[0]
    assert "ran out of memory" in describe_fault(Fault("memory"), "f")[0]


@pytest.mark.parametrize(
    "message",
    ["Torch not compiled with CUDA enabled", "Found no NVIDIA driver on your system.", "No CUDA GPUs are available"],
)
def test_errors_that_do_not_say_what_to_do_are_explained(message: str) -> None:
    shown = explain(verdict(ONE, Fault("raised", "RuntimeError", message, "x.cuda()", 2)))
    assert dict(shown.rows)["raised"] == f"RuntimeError: {message}\nyour line 2:  x.cuda()"
    assert shown.notes[0].startswith("There is no GPU here, and no grade depends on one.")
    assert len(describe_fault(Fault("crashed", message=message), "f")) == 1


def test_where_to_look_stands_beside_advice_about_numbers_only() -> None:
    for got, notes in (([3.0, 5.0], ("Look at `z`.", "Where to look: look here.")), ({"a": 1}, ("Look at `z`.",))):
        found = explain(replace(verdict(ONE, got), code=(None, "Look at `z`.")))
        assert found.notes[: len(notes)] == notes and len(found.notes) <= 3
        assert ("Where to look: look here." in found.notes) is (len(notes) == 2)
