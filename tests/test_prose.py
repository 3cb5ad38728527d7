"""The notebooks' prose is easy to read: short sentences."""

from __future__ import annotations

import re

import pytest
from conftest import COURSE
from prose import sentences

MOST_WORDS = 30
# Longer ones that are easy to read all the same, by their beginnings, with the reason.
LONGER: dict[str, str] = {}


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_sentences_are_short(notebook: str) -> None:
    long = [sentence for sentence in sentences(notebook) if len(re.findall(r"[\w`$][^\s]*", sentence)) > MOST_WORDS]
    assert [sentence for sentence in long if not sentence.startswith(tuple(LONGER))] == []


def test_no_exception_is_left_over() -> None:
    everything = [sentence for notebook in COURSE.notebooks for sentence in sentences(notebook)]
    assert [start for start in LONGER if not any(sentence.startswith(start) for sentence in everything)] == []
