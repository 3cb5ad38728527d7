"""From outcomes to aspects, status, score, the case to show, and the name of a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from helpers.checking.answers import is_wrong_form, plain_answer
from helpers.checking.spec import UNCHANGED, Case, Fault, Mistake, Outcome, Spec, answer_digest
from helpers.checking.values import Unsupported
from helpers.checking.verdict import Verdict, judge, judge_variables

RAISED = Fault("raised", "ValueError")


def spec(*cases: Case, mistakes: dict[str, Sequence[Any]] | None = None, **fields: Any) -> Spec:
    """An exercise worth 3 points; each mistake has its outcomes on the cases, in their order."""
    known = tuple(
        Mistake(name, f"This is {name}.", tuple(map(outcome, values))) for name, values in (mistakes or {}).items()
    )
    aspects = fields.pop("aspects", None) or dict.fromkeys((case.aspect for case in cases), "look here.")
    return Spec("f", "01_small", "function", 3.0, aspects=aspects, cases=cases, mistakes=known, **fields)


def outcome(value: Any) -> Outcome:
    if isinstance(value, Outcome):
        return value
    return Outcome(fault=value) if isinstance(value, Fault) else Outcome(value=value)


def verdict(judged: Spec, *values: Any) -> Verdict:
    return judge(judged, [outcome(value) for value in values])


def name(judged: Spec, *values: Any) -> str | None:
    """The mistake that is named."""
    found = verdict(judged, *values).mistake
    return found.name if found else None


def case(aspect: str, expected: Any, size: int = 1) -> Case:
    return Case(aspect, {"x": np.arange(size)}, expected)


# --- aspects, score, status


THREE = spec(case("first", 1), case("second", 2), case("second", 3), case("third", 4))


@pytest.mark.parametrize(
    ("values", "aspects", "score", "status"),
    [
        ((1, 2, 3, 4), (True, True, True), 3.0, "correct"),
        ((1, 2, 0, 4), (True, False, True), 2.0, "partial"),
        ((1, 0, 3, 0), (True, False, False), 1.0, "partial"),
        ((0, 0, 0, 0), (False, False, False), 0.0, "wrong"),
        ((RAISED, RAISED, RAISED, RAISED), (False, False, False), 0.0, "error"),
        ((0, 0, 0, RAISED), (False, False, False), 0.0, "error"),
        ((1, 2, 3, RAISED), (True, True, False), 2.0, "partial"),
    ],
)
def test_each_aspect_counts_where_all_of_its_cases_pass(
    values: Any, aspects: tuple[bool, ...], score: float, status: str
) -> None:
    found = verdict(THREE, *values)
    assert found.aspects == dict(zip(("first", "second", "third"), aspects))
    assert (found.score, found.status, found.passed) == (score, status, status == "correct")


def test_every_case_has_one_outcome() -> None:
    with pytest.raises(ValueError, match="zip"):
        verdict(THREE, 1, 2, 3)


def test_weights_and_hundredths() -> None:
    assert verdict(replace(THREE, points=1.0), 1, 2, 0, 0).score == 0.33
    assert verdict(replace(THREE, points=1.0), 1, 2, 3, 0).score == 0.67
    weighted = replace(THREE, weights={"second": 4})
    assert verdict(weighted, 0, 2, 3, 0).score == 2.0
    assert verdict(weighted, 1, 0, 3, 4).score == 1.0


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        (("timeout",), "timeout"),
        (("timeout", "memory"), "memory"),
        (("timeout", "memory", "crashed"), "crashed"),
        (("crashed", "forbidden"), "forbidden"),
    ],
)
def test_the_gravest_end_gives_the_status(faults: tuple[str, ...], status: str) -> None:
    values = [1, *(Fault(kind) for kind in faults), *[4] * (3 - len(faults))]
    found = verdict(THREE, *values)
    assert found.status == status
    assert found.score == (0.0 if status == "forbidden" else found.score)
    assert status == "forbidden" or found.score > 0


def test_a_forbidden_function_earns_nothing_even_beside_right_aspects() -> None:
    found = verdict(THREE, 1, 2, 3, Fault("forbidden", message="numpy.convolve"))
    assert found.aspects["first"] and (found.status, found.score) == ("forbidden", 0.0)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([Fault("not_written")] * 4, "not_attempted"),
        ([Fault("not_written", message="helper")] * 4, "error"),
        ([*[Fault("not_written")] * 3, Fault("not_written", message="helper")], "error"),
        ([*[Fault("not_written")] * 3, RAISED], "error"),
        ([Fault("left")] * 4, "error"),
        ([Fault("version")] * 4, "error"),
        ([*[Fault("not_written")] * 3, 0], "error"),
        ([*[Fault("not_written")] * 3, 4], "partial"),
    ],
)
def test_not_attempted_is_where_every_call_says_so_itself(values: list[Any], status: str) -> None:
    assert verdict(THREE, *values).status == status


UNTOUCHED = spec(
    case("first", 1, size=2), case("second", 2), aspects={"first": "a.", "second": "b.", UNCHANGED: "work on a copy."}
)


@pytest.mark.parametrize(
    ("values", "unchanged"),
    [
        ((1, 2), True),
        ((1, 0), True),
        ((0, 2), False),
        ((1, Outcome(2, changed=("x",))), False),
        ((Outcome(1, changed=("x",)), 2), False),
    ],
)
def test_inputs_left_alone_count_beside_right_basic_cases(values: Any, unchanged: bool) -> None:
    assert verdict(UNTOUCHED, *values).aspects[UNCHANGED] is unchanged


# --- the case to show


def shown(found: Verdict) -> Any:
    return found.failing and found.failing.case.expected


def test_the_smallest_case_of_the_first_failing_aspect_is_shown() -> None:
    many = spec(case("a", 1, 5), case("b", 2, 2), case("a", 3, 4), case("b", 4, 1), case("c", 5, 1))
    assert shown(verdict(many, 0, 0, 0, 0, 0)) == 3
    assert shown(verdict(many, 0, 0, 3, 0, 0)) == 1
    assert shown(verdict(many, 1, 0, 3, 0, 0)) == 4
    assert shown(verdict(many, 1, 0, 3, 4, 0)) == 2
    assert shown(verdict(many, 1, 2, 3, 4, 0)) == 5
    assert shown(verdict(many, 1, 2, 3, 4, 5)) is None


def test_of_exceptions_the_smallest_case_of_the_first_aspect_is_shown() -> None:
    many = spec(case("a", 1, 5), case("a", 7, 4), case("b", 2, 2), case("c", 3, 3))
    assert shown(verdict(many, RAISED, RAISED, RAISED, RAISED)) == 7
    assert shown(verdict(many, 1, 7, RAISED, 3)) == 2


def test_inputs_may_be_changed_where_no_aspect_says_otherwise() -> None:
    found = verdict(THREE, Outcome(1, changed=("x",)), 2, 3, 4)
    assert found.passed and found.failing is None


def test_where_only_inputs_were_changed_that_case_is_shown() -> None:
    found = verdict(UNTOUCHED, 1, Outcome(2, changed=("x",)))
    assert found.status == "partial" and shown(found) == 2
    assert shown(verdict(UNTOUCHED, 1, 2)) is None
    # Wrong values come first.
    assert shown(verdict(UNTOUCHED, Outcome(1, changed=("x",)), 0)) == 2


def test_a_named_mistake_is_shown_on_a_case_where_it_shows() -> None:
    many = spec(
        case("a", [1, 2, 3], 1),
        case("b", [1, 2, 3, 4], 9),
        case("b", [5, 6, 7, 8], 8),
        mistakes={"reversed": ([1, 2, 3], [4, 3, 2, 1], [8, 7, 6, 5])},
    )
    found = verdict(many, [1, 2, 3], [4, 3, 2, 1], [8, 7, 6, 5])
    assert found.mistake and found.mistake.name == "reversed"
    assert shown(found) == [5, 6, 7, 8]
    other = verdict(many, [0, 0, 0], [4, 3, 2, 1], [8, 7, 6, 5])
    assert other.mistake is None and shown(other) == [1, 2, 3], "the first aspect is wrong in another way"


# --- the name of a mistake


TWO = spec(
    case("values", [1.0, 2.0, 3.0]),
    case("padding", [0.0, 1.0, 2.0, 0.0]),
    mistakes={
        "flipped": ([3.0, 2.0, 1.0], [0.0, 2.0, 1.0, 0.0]),
        "no_padding": ([1.0, 2.0, 3.0], [1.0, 2.0]),
        "raises": ([1.0, 2.0, 3.0], RAISED),
    },
)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (([3.0, 2.0, 1.0], [0.0, 2.0, 1.0, 0.0]), "flipped"),
        (([1.0, 2.0, 3.0], [1.0, 2.0]), "no_padding"),
        (([1.0, 2.0, 3.0], RAISED), "raises"),
        (([1.0, 2.0, 3.0], Fault("raised", "KeyError")), None),
        (([1.0, 2.0, 3.0], Fault("timeout")), None),
        (([1.0, 2.0, 3.0], [0.0, 9.0, 9.0, 9.0]), None),
        (([1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 0.0]), None),
        # Combined with another mistake, one aspect with three wrong numbers is enough ...
        (([3.0, 2.0, 1.0], [7.0, 7.0]), "flipped"),
        (([3.0, 2.0, 1.0], RAISED), "flipped"),
        # ... but not for who is right where the mistake is wrong.
        (([3.0, 2.0, 1.0], [0.0, 1.0, 2.0, 0.0]), None),
    ],
)
def test_a_mistake_is_named_by_its_values(values: Any, named: str | None) -> None:
    assert name(TWO, *values) == named


@pytest.mark.parametrize(("count", "named"), [(1, None), (2, None), (3, "flipped"), (4, "flipped")])
def test_few_agreeing_numbers_of_one_aspect_name_no_mistake(count: int, named: str | None) -> None:
    """Two numbers can agree by chance; the other aspect is wrong in a way that no known mistake is."""
    numbers = [float(number) for number in range(1, count + 1)]
    judged = spec(
        case("values", numbers),
        case("padding", [5.0] * 4),
        mistakes={"flipped": ([-number for number in numbers], [1.0] * 4)},
    )
    assert name(judged, [-number for number in numbers], [9.0] * 4) == named
    assert name(judged, [-number for number in numbers], [1.0] * 4) == "flipped", "on all cases few are enough"


def test_the_numbers_of_all_wrong_cases_of_an_aspect_count_together() -> None:
    """Right ones don't: they agree with every mistake that doesn't show on them."""
    judged = spec(
        case("values", 1.0),
        case("values", 2.0),
        case("values", 3.0),
        case("values", [1.0, 1.0, 1.0]),
        case("padding", 5.0),
        mistakes={"negative": (-1.0, -2.0, -3.0, [1.0, 1.0, 1.0], 9.0)},
    )
    assert name(judged, -1.0, -2.0, -3.0, [1.0, 1.0, 1.0], 7.0) == "negative"
    easier = replace(judged, cases=(*judged.cases[:2], case("values", -3.0), *judged.cases[3:]))
    assert name(easier, -1.0, -2.0, -3.0, [1.0, 1.0, 1.0], 7.0) is None


@pytest.mark.parametrize(
    ("got", "named"),
    [(np.zeros((0, 2)), "emptied"), (np.zeros((2, 0)), None), (np.full((2, 2), np.nan), None)],
)
def test_an_empty_result_counts_as_the_numbers_expected(got: Any, named: str | None) -> None:
    """So it names its mistake also in code with a second one, that of another aspect."""
    right = np.arange(4.0).reshape(2, 2)
    judged = spec(case("dx", right), case("dw", right), mistakes={"emptied": [np.zeros((0, 2)), right]})
    assert name(judged, got, right + 1) == named


def test_each_failing_aspect_may_tell_the_mistake() -> None:
    judged = spec(case("one", 1.0), case("three", [1.0, 2.0, 3.0]), mistakes={"negative": (-1.0, [-1.0, -2.0, -3.0])})
    assert name(judged, 7.0, [-1.0, -2.0, -3.0]) == "negative"
    assert name(judged, -1.0, [7.0, 7.0, 7.0]) is None


def test_a_mistake_that_raises_is_not_made_by_who_gives_a_number() -> None:
    judged = spec(case("values", 1.0), case("other", 1.0), mistakes={"raises": (RAISED, 2.0)})
    assert name(judged, 7.0, 2.0) is None
    assert name(judged, RAISED, 2.0) == "raises"


def test_text_counts_as_one_number() -> None:
    judged = spec(
        *(case("values", "right") for _ in range(3)),
        case("padding", "right"),
        mistakes={"left": ("left", "left", "left", "middle")},
    )
    assert name(judged, "left", "left", "left", "nowhere") == "left"
    assert name(replace(judged, cases=(case("values", "left"), *judged.cases[1:])), *["left"] * 3, "nowhere") is None


def test_exceptions_alone_name_no_mistake_in_one_aspect() -> None:
    judged = spec(
        *(case("values", 1.0) for _ in range(4)), case("padding", 2.0), mistakes={"raises": (*[RAISED] * 4, 7.0)}
    )
    assert name(judged, *[RAISED] * 4, 9.0) is None
    assert name(judged, *[RAISED] * 4, 7.0) == "raises"


def test_where_two_known_mistakes_fit_none_is_named() -> None:
    values = ([3.0, 2.0, 1.0], [9.0, 9.0, 9.0, 9.0])
    twins = spec(
        case("values", [1.0, 2.0, 3.0]),
        case("padding", [0.0, 1.0, 2.0, 0.0]),
        mistakes={"one": values, "other": values, "third": ([0.0] * 3, [1.0] * 4)},
    )
    assert name(twins, *values) is None
    assert name(replace(twins, mistakes=twins.mistakes[1:]), *values) == "other"
    assert name(twins, [0.0] * 3, [1.0] * 4) == "third"
    # One aspect that both share tells them apart no better; the other one does.
    apart = spec(*twins.cases, mistakes={"one": (values[0], [8.0] * 4), "other": (values[0], [7.0] * 4)})
    assert name(apart, values[0], [1.0, 1.0, 1.0, 5.0]) is None
    assert name(apart, [5.0, 5.0, 5.0], [7.0] * 4) == "other"


def test_what_was_changed_in_place_is_part_of_a_mistake() -> None:
    judged = spec(case("values", [1.0, 2.0, 3.0]), mistakes={"in_place": (Outcome([0.0, 0.0, 0.0], changed=("x",)),)})
    assert name(judged, Outcome([0.0, 0.0, 0.0], changed=("x",))) == "in_place"
    assert name(judged, [0.0, 0.0, 0.0]) is None
    assert name(judged, Outcome([0.0, 0.0, 0.0], changed=("y",))) is None


def test_where_integers_are_asked_for_the_kind_of_number_is_part_of_a_mistake() -> None:
    judged = spec(case("values", 4), integers=True, mistakes={"divided": (4.0,), "one_less": (np.int32(3),)})
    assert verdict(judged, np.int64(4)).passed and not verdict(judged, 4.0).passed
    assert name(judged, 4.0) == "divided"
    assert name(judged, np.float32(4)) == "divided"
    assert name(judged, 3) == "one_less" and name(judged, np.uint8(3)) == "one_less"
    assert name(judged, 3.0) is None
    assert name(replace(judged, integers=False), 3.0) == "one_less"


def test_a_mistake_that_is_wrong_where_the_student_is_right_has_not_been_made() -> None:
    judged = spec(
        case("values", [1.0, 2.0, 3.0]),
        case("padding", [4.0, 5.0, 6.0]),
        case("stride", 1.0),
        mistakes={
            "raises": ([0.0] * 3, [9.0] * 3, RAISED),
            "wrong": ([0.0] * 3, [9.0] * 3, 2.0),
            "fits": ([0.0] * 3, [8.0] * 3, 1.0),
        },
    )
    assert name(judged, [0.0] * 3, [7.0] * 3, 1.0) == "fits"
    assert name(judged, [0.0] * 3, [7.0] * 3, 5.0) is None, "all three fit in the first aspect"


def test_right_work_has_no_mistake() -> None:
    same_as_right = spec(case("values", [1.0, 2.0, 3.0]), mistakes={"harmless": ([1.0, 2.0, 3.0],)})
    assert name(same_as_right, [1.0, 2.0, 3.0]) is None
    assert name(same_as_right, [1.0, 2.0, 4.0]) is None
    assert judge(spec(), []).mistake is None


def test_a_number_is_no_mistake_that_raises() -> None:
    one = spec(Case("values", {"x": 1}, 1.0), mistakes={"raises": [RAISED]})
    for value in (5.0, float("nan"), None):
        assert judge(one, [Outcome(value=value)]).registered is None
    assert judge(one, [Outcome(fault=RAISED)]).registered is None, "an exception everywhere says nothing"


# --- answers and designs


ANSWER = Spec(
    "count",
    "01_small",
    "answer",
    2.0,
    variables=("count",),
    answers={answer_digest("count", 4): "", answer_digest("count", 5): "one_more"},
    mistakes=(Mistake("one_more", "You counted one too many."), Mistake("other", "Another one.")),
)


@pytest.mark.parametrize(
    ("value", "status", "named"),
    [
        (4, "correct", None),
        (4.0, "correct", None),
        (np.int64(4), "correct", None),
        (np.array(4.0), "correct", None),
        ([4], "correct", None),
        (np.array([[4.0]]), "correct", None),
        ((5,), "wrong", "one_more"),
        (5, "wrong", "one_more"),
        (6, "wrong", None),
        ("4", "correct", None),
        (" 4 weights", "correct", None),
        ("4 weights.", "correct", None),
        ("5 weights", "wrong", "one_more"),
        ("-3.5", "wrong", None),
        ("4 or 5", "wrong", "no_number"),
        ("4 * 1", "wrong", "no_number"),
        ("4e", "wrong", "no_number"),
        ("", "wrong", "no_number"),
        ("four", "wrong", None),
        ([4, 4], "wrong", "no_number"),
        (True, "wrong", "no_number"),
        (float("nan"), "wrong", None),
        ({"a": 4}, "wrong", "no_number"),
        (None, "not_attempted", None),
    ],
)
def test_answers(value: Any, status: str, named: str | None) -> None:
    found = judge_variables(ANSWER, [value])
    assert (found.status, found.mistake and found.mistake.name) == (status, named)
    assert found.score == (2.0 if status == "correct" else 0.0)
    assert found.failing is None
    assert is_wrong_form(found.mistake) is (named == "no_number")


LETTER = Spec("q", "01_small", "answer", 1.0, variables=("q",), answers={answer_digest("q", "c"): ""})


@pytest.mark.parametrize(
    "text", ["c", "C", " c ", "c)", "(c)", "c.", "[c]", "'c'", "Answer: c", "answer is (c)", "option C", "c) it stays"]
)
def test_a_letter_in_every_form_is_right(text: str) -> None:
    assert judge_variables(LETTER, [text]).passed and judge_variables(LETTER, [[text]]).passed


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("d", None),
        ("b)", None),
        ("it stays", "no_letter"),
        ("cc", "no_letter"),
        ("ab", "no_letter"),
        ("", "no_letter"),
        (3, "no_letter"),
    ],
)
def test_what_is_no_letter_is_told(value: Any, named: str | None) -> None:
    found = judge_variables(LETTER, [value])
    assert (found.status, found.mistake and found.mistake.name) == ("wrong", named)
    assert is_wrong_form(found.mistake) is bool(named)


@pytest.mark.parametrize("value", [Fraction(110), Decimal("110"), 110 + 0j, np.int8(110), 110.0])
def test_every_number_of_python_is_one(value: Any) -> None:
    assert plain_answer(value) == 110 and type(plain_answer(value)) is not complex


@pytest.mark.parametrize("value", [True, 3, 2.5, "text", None, [1, 2]])
def test_other_answers_stay_what_they_are(value: Any) -> None:
    assert plain_answer(value) == value and type(plain_answer(value)) is type(value)
    assert plain_answer(1 + 2j) == Unsupported("complex")


def test_an_unknown_answer_has_not_made_the_only_known_mistake() -> None:
    only = replace(ANSWER, mistakes=ANSWER.mistakes[:1])
    assert judge_variables(only, [6]).mistake is None
    assert judge_variables(only, [5]).mistake is only.mistakes[0]


def test_true_is_not_one() -> None:
    assert judge_variables(replace(ANSWER, answers={answer_digest("count", 1): ""}), [True]).status == "wrong"


def test_a_text_that_is_right_is_no_number_in_quotes() -> None:
    digests = {answer_digest("count", "7"): ""}
    assert judge_variables(replace(ANSWER, answers=digests), ["7"]).status == "correct"


DESIGN = Spec(
    "pair",
    "01_small",
    "design",
    1.0,
    aspects={"order": "a.", "size": "b."},
    variables=("low", "high"),
    cases=(Case("order", {}, (1, 2)), Case("size", {}, (1, 2))),
)


def test_designs_are_judged_on_every_case() -> None:
    assert judge_variables(DESIGN, [1, 2]).status == "correct"
    found = judge_variables(DESIGN, [2, 1])
    assert (found.status, found.aspects) == ("wrong", {"order": False, "size": False})
    assert judge_variables(DESIGN, [1, None]).status == "wrong"
    nothing = judge_variables(DESIGN, [None, None])
    assert (nothing.status, nothing.aspects, nothing.score) == ("not_attempted", {"order": False, "size": False}, 0)


# --- what follows from an answer, where many are right

# A filter and a bias that are to fire on a series: judged by whether they do.
BLIP = Spec(
    "blip",
    "01_small",
    "design",
    1.0,
    aspects={"blip": "a.", "flat": "b."},
    variables=("filter", "bias"),
    cases=(
        Case("blip", {"x": np.array([0, 0, 1, 0, 0])}, "fires"),
        Case("flat", {"x": np.array([1, 1, 1, 1, 1])}, "stays quiet"),
    ),
    observe="filters_1d.fires",
)


def test_an_answer_is_judged_by_what_follows_from_it() -> None:
    assert judge_variables(BLIP, [np.array([-1, 2, -1]), 0.0]).passed
    assert judge_variables(BLIP, [[-10, 30, -10], -11]).passed
    found = judge_variables(BLIP, [np.array([1]), 0.0])
    assert found.aspects == {"blip": True, "flat": False}
    assert [item.got for item in found.judged] == ["fires", "fires"]


def test_an_answer_of_the_wrong_kind_is_told_why() -> None:
    found = judge_variables(BLIP, [np.array([-1, 2, -1]), None])
    assert found.status == "wrong"
    (item, _) = found.judged
    assert item.problem is not None and (item.problem.kind, item.problem.text) == (
        "type",
        "the bias must be a single number",
    )
    assert item.got[1] is None, "the answer itself is shown"


def test_of_a_fault_nothing_follows() -> None:
    found = judge(BLIP, [Outcome(fault=RAISED)] * 2)
    assert found.status == "error" and [item.problem for item in found.judged] == [None, None]


def test_a_sentence_about_the_code_comes_after_what_the_values_show() -> None:
    right = np.array([1.5, 2.5, 3.0])
    found = replace(verdict(spec(case("values", right)), -right), code=(None, "Look at `z`."))
    assert found.mistake is not None and found.mistake.name == "opposite_sign" and found.advice[1] == ""
    unknown = replace(verdict(spec(case("values", right)), right + 1), code=(None, "Look at `z`."))
    assert unknown.advice == (None, "Look at `z`.")


@pytest.mark.parametrize(("letters", "said"), [("abc", "a, b or c"), ("ab", "a or b"), ("a", 'such as "a"')])
def test_the_letters_to_choose_from_are_told(letters: str, said: str) -> None:
    known = {answer_digest("q", letter): "wrong" for letter in letters[1:]} | {answer_digest("q", "a"): ""}
    found = judge_variables(replace(LETTER, answers=known), ["it stays"]).mistake
    assert found is not None and found.sentence == f"Answer with one letter in quotation marks: {said}."
