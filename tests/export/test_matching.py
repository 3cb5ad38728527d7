"""Which row is surely whose."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograder.export.matching import Keys, alike, names, normal, pair


def keys(ids: Sequence[str], *people: str) -> Keys:
    return Keys(tuple(ids), (names(*people),))


def test_names_are_compared_as_people_write_them() -> None:
    assert normal(" Ann\u00a0 LEE ") == "ann lee"
    assert names("Lee, Ann", "", " ") == {"lee, ann", "ann lee"} and names("Ann") == {"ann"}


def test_the_surest_key_comes_first() -> None:
    rows = [keys(["7"], "Ann"), keys(["8"], "Bo")]
    assert pair(rows, {"a": keys(["8"], "Ann"), "b": keys(["7"], "Bo")}) == {0: "b", 1: "a"}
    assert pair(rows, {"a": keys([""], "Ann"), "b": keys(["8"], "Ann")}) == {0: "a", 1: "b"}
    assert pair([], {"a": keys(["8"], "Ann")}) == {} == pair(rows, {})


def test_who_has_another_id_is_not_paired_by_name_where_ids_pair_anybody() -> None:
    rows = [keys(["7"], "Ann"), keys(["8"], "Bo")]
    assert pair(rows, {"a": keys(["7"], "Ann"), "b": keys(["9"], "Bo")}) == {0: "a"}
    assert pair(rows, {"a": keys(["7"], "Ann"), "b": keys([""], "Bo")}) == {0: "a", 1: "b"}
    assert pair(rows, {"a": keys(["5"], "Ann"), "b": keys(["9"], "Bo")}) == {0: "a", 1: "b"}


@pytest.mark.parametrize(
    ("rows", "students"),
    [(["Ann", "Ann"], ["Ann"]), (["Ann"], ["Ann", "Ann"]), (["Ann"], ["Bo"]), ([""], [""])],
)
def test_a_key_of_two_pairs_nobody(rows: list[str], students: list[str]) -> None:
    given = {f"s{number}": keys([""], name) for number, name in enumerate(students)}
    assert pair([keys([""], name) for name in rows], given) == {}


def test_who_shares_keys_with_two_is_left_out() -> None:
    rows = [keys([""], "Ann", "Bo")]
    assert pair(rows, {"a": keys([""], "Ann"), "b": keys([""], "Bo")}) == {}
    assert pair(rows, {"a": keys([""], "Ann", "Bo")}) == {0: "a"}
    assert pair([keys([""], "Ann"), keys([""], "Bo")], {"a": keys([""], "Ann", "Bo")}) == {}
    assert pair(rows, {"a": keys([""], "Ann")}, lambda row, student: student != "a") == {}


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("Ann Lee", "lee_x", True),
        ("Ann", "Bo", False),
        ("", "Bo", True),
        ("Ann", "-", True),
        ("_", "_", True),
        ("O'Brien", "OBrien", True),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str, may_be: bool) -> None:
    assert alike(one, other) is may_be
