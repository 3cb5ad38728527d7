"""What lateness costs, for any rule, any time and any points."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.collected import Handin
from autograder.reports.lateness import FILE, LateRule, RuleError, days_late, is_measured, keep, penalised, read

DUE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
BOOK = "01_first"
days = st.floats(0, 1000)
rules = st.builds(LateRule, days, st.floats(0, 300), st.floats(0, 300), st.just({BOOK: DUE}))


def handin(after: timedelta = timedelta(), **fields: object) -> Handin:
    return Handin("ada", BOOK, "a.ipynb", **{"when": DUE + after, **fields})  # type: ignore[arg-type]


@given(st.floats(0, 1e6), days, rules)
def test_never_above_what_was_earned_and_never_below_nothing(points: float, late: float, rule: LateRule) -> None:
    assert 0 <= penalised(points, late, rule) <= points
    assert penalised(points, 0, rule) == points


@given(st.floats(-1e3, 1e6), days, days, rules)
def test_who_is_later_never_has_more(points: float, one: float, other: float, rule: LateRule) -> None:
    sooner, later = sorted((one, other))
    assert penalised(points, later, rule) <= penalised(points, sooner, rule)


@given(st.floats(0, 1e6), days, days, rules)
def test_who_earned_more_keeps_at_least_as_much(points: float, more: float, late: float, rule: LateRule) -> None:
    assert penalised(points + more, late, rule) >= penalised(points, late, rule)


@given(st.timedeltas(timedelta(-500), timedelta(500)), days, rules)
def test_an_extension_never_costs(late: timedelta, extension: float, rule: LateRule) -> None:
    extended = LateRule(due=rule.due, extensions={"ada": {BOOK: extension}})
    assert 0 <= days_late(extended, handin(late)) <= days_late(rule, handin(late))
    assert days_late(rule, handin(late)) == max(late / timedelta(days=1), 0)


@pytest.mark.parametrize(
    ("late", "mark"), [(0, 10), (1.5, 10), (1.51, 8), (2.5, 8), (2.51, 6), (3.5, 6), (3.51, 5), (400, 5)]
)
def test_each_day_that_has_begun_after_the_grace_costs_up_to_the_cap(late: float, mark: float) -> None:
    assert penalised(10, late, LateRule(1.5, 20, 50)) == pytest.approx(mark)


def test_a_time_in_another_zone_is_the_same_time() -> None:
    there = handin(when=datetime.fromisoformat("2026-11-21T05:44:00+05:45"))
    assert days_late(LateRule(due={BOOK: DUE}), there) == 0


@pytest.mark.parametrize(
    ("found", "rule", "late"),
    [
        (None, LateRule(due={BOOK: DUE}), 0),
        (handin(when=None, late=True), LateRule(due={BOOK: DUE}), 1),
        (handin(when=None, late=False), LateRule(due={BOOK: DUE}), 0),
        (handin(when=None), LateRule(due={BOOK: DUE}), 0),
        (handin(timedelta(days=9), late=True), LateRule(), 1),
        (handin(timedelta(days=9)), LateRule(), 0),
        (handin(timedelta(days=-9), late=True), LateRule(due={BOOK: DUE}), 0),
        (handin(when=None, late=True), LateRule(extensions={"ada": {"": 3.0}}), 0),
        (handin(when=None, late=True), LateRule(extensions={"ben": {"": 3.0}}), 1),
        (handin(when=(DUE + timedelta(days=2)).replace(tzinfo=None)), LateRule(due={BOOK: DUE}), 2),
    ],
)
def test_without_a_time_the_lms_mark_counts(found: Handin | None, rule: LateRule, late: float) -> None:
    assert days_late(rule, found) == late


def test_a_rule_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "course.toml"
    assert read(path) == LateRule()
    path.write_text(
        "[late]\ngrace-days = 0.5\npercent-per-day = 10\ncap-percent = 40\n"
        '[due]\n01_first = 2026-11-20T23:59:00Z\n[extensions]\nada = 7\n"Doe, Jane" = { 01_first = 2 }\n'
    )
    rule = read(path)
    assert rule == LateRule(0.5, 10, 40, {BOOK: DUE}, {"ada": {"": 7}, "Doe, Jane": {BOOK: 2}})
    assert [rule.extension(*pair) for pair in (("ada", BOOK), ("Doe, Jane", BOOK), ("Doe, Jane", "02"))] == [7, 2, 0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("late = 1", "late is not a table"),
        ("[late]\npercent = 5", "late.percent is not a known setting: there are grace-days"),
        ("[late]\ngrace-days = -1", "late.grace-days is not a number from 0 on"),
        ("[late]\npercent-per-day = nan", "not a number"),
        ("[late]\npercent-per-day = true", "not a number"),
        ("[late]\npercent-per-day = inf", "not a number"),
        ("[more]", "more is not a known setting"),
        ("[due]\na = 2026-11-20", "due.a is not a date with a time and a zone"),
        ("[due]\na = 2026-11-20T00:00:00", "due.a is not a date with a time and a zone"),
        ('[extensions]\nada = "7"', "extensions.ada is not a number"),
        ("[late\n", "not TOML"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_its_place(content: str, said: str, tmp_path: Path) -> None:
    path, out = tmp_path / "rules.toml", tmp_path / "out"
    path.write_text(content)
    with pytest.raises(RuleError, match=rf"rules\.toml: .*{re.escape(said)}"):
        keep(path, out)
    assert not out.exists()


def test_a_file_is_kept_and_a_missing_one_refused(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[late]\npercent-per-day = 0")
    keep(tmp_path / "rules.toml", tmp_path / "out")
    assert read(tmp_path / "out" / FILE) == LateRule(percent_per_day=0)
    with pytest.raises(RuleError, match="no such file"):
        keep(tmp_path / "nothing.toml", tmp_path / "out")


def test_without_a_cap_all_can_be_lost() -> None:
    assert penalised(10, 10, LateRule(percent_per_day=10)) == 0 and penalised(10, 9, LateRule(percent_per_day=11)) > 0


def test_what_is_measured() -> None:
    rule = LateRule(due={BOOK: DUE})
    assert is_measured(rule, handin())
    assert not any(is_measured(*pair) for pair in ((rule, None), (rule, handin(when=None)), (LateRule(), handin())))
