"""Every number in the notebooks' prose is computed, has a source, or is set by the text (see `facts`)."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable

import facts
import pytest
from prose import sentences

for _module in pkgutil.iter_modules(facts.__path__):
    importlib.import_module(f"facts.{_module.name}")
BOOKS = facts.BOOKS.values()
CHECKS = [(f"{book.notebook}: {words[0]}", check) for book in BOOKS for words, check in book.checks]
# Not a statement: the number of a notebook, or one within code, a formula or a name.
_NO_FACT = re.compile(r"`[^`]*`|\$[^$]*\$|\bnotebooks? \d+(?:(?: to|,| and) \d+)*|\b0\d\b|\b\w*[A-Za-z_]\w*\d\w*")
_NUMBER = re.compile(r"\d")


@pytest.mark.parametrize("check", [check for _, check in CHECKS], ids=[name for name, _ in CHECKS])
def test_what_is_said_is_true(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.notebook)
def test_what_is_listed_is_said(book: facts.Facts) -> None:
    text = " ".join(sentences(book.notebook))
    assert [phrase for phrase in book.phrases if phrase not in text] == []


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.notebook)
def test_every_number_is_accounted_for(book: facts.Facts) -> None:
    missing = []
    for sentence in sentences(book.notebook):
        rest = sentence
        for phrase in sorted(book.phrases, key=len, reverse=True):
            rest = rest.replace(phrase, " ")
        if _NUMBER.search(_NO_FACT.sub(" ", rest)):
            missing.append(sentence)
    assert missing == []
