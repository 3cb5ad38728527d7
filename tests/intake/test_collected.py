"""What OUT keeps of a class."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.collected import FILE, ClassFileError, Collected, Handin, Person, load, merged, of, save

WHEN = datetime(2026, 11, 26, 21, 4, 5, tzinfo=timezone(timedelta(hours=1)))
words = st.text(st.characters(), max_size=8)
people = st.builds(Person, words, words, words, st.dictionaries(words, words, max_size=3))
times = st.none() | st.datetimes(timezones=st.just(UTC))
handins = st.builds(Handin, words, words, words, times, st.none() | st.booleans(), words, st.tuples(words))


@given(st.lists(people), st.lists(handins))
def test_it_comes_back(tmp_path_factory: pytest.TempPathFactory, persons: list[Person], items: list[Handin]) -> None:
    out = tmp_path_factory.mktemp("out")
    save(of(persons, items), out)
    assert load(out) == of(persons, items)


def test_nothing_is_kept_of_nothing(tmp_path: Path) -> None:
    assert load(tmp_path) == Collected()


def test_what_is_known_stays_where_the_newer_says_nothing() -> None:
    before = of([Person("zoe", "Zoë Müller", "z@uni.example", {"ID": "7"})], [Handin("zoe", "a", "old.zip", WHEN)])
    now = of([Person("zoe", "", "", {"Section": "B"}), Person("bo")], [Handin("zoe", "a", "new.zip")])
    both = merged(before, now)
    assert both.people["zoe"] == Person("zoe", "Zoë Müller", "z@uni.example", {"ID": "7", "Section": "B"})
    assert set(both.people) == {"zoe", "bo"}
    newer = of([Person("zoe", "Zoë Meier", "meier@uni.example", {"ID": "8"})], [])
    assert merged(both, newer).people["zoe"] == Person(
        "zoe", "Zoë Meier", "meier@uni.example", {"ID": "8", "Section": "B"}
    )
    assert both.handins["zoe", "a"] == Handin("zoe", "a", "new.zip")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"people": [{"name": 1}]}')
    with pytest.raises(ClassFileError, match="delete it"):
        load(tmp_path)
