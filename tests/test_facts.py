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
# No statements: a question; code, formulas and names; where to look; settings; ones and zeros by themselves.
_QUESTION = re.compile(r"[?][)\"*_]*$")
# A work in a list for further reading, with its year.
_WORK = re.compile(r"^- .*\*[^*]+\*, .*\b(?:19|20)\d\d\b")
_NO_FACT = re.compile(
    r"`[^`]*`|\$[^$]*\$|_\{[^}]*\}|\b0\d\b|\b\w*[A-Za-z_]\w*\d\w*"
    r"|^(?:\| )?\d\.(?: |$)|\bshape \([\d, ]*\)|\b[Aa]n? \d\b|\b\d+ by \d+(?: by \d+)*\b"
    r"|\b(?:notebooks?|sections?|parts?|steps?|layers?|rows?|columns?|positions?|sizes?|strides?|padding"
    r"|(?:windows|steps|size|stride|padding|bias) of|(?:moves?|moved|right) by|at most)"
    r" \d+(?:(?:, | and | or | to | by )\d+)*"
    r"|(?<![\d.,−-])[01]s?(?![\d.,]*\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")


@pytest.mark.parametrize("check", [check for _, check in CHECKS], ids=[name for name, _ in CHECKS])
def test_what_is_said_is_true(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.notebook)
def test_what_is_listed_is_said(book: facts.Facts) -> None:
    text = " ".join(sentences(book.notebook))
    gone = [phrase for phrase in book.phrases if phrase not in text]
    assert not gone, f"{book.file} has what solutions/{book.notebook}.py no longer says:\n" + "\n".join(gone)


@pytest.mark.parametrize("book", [book for book in BOOKS if book.whole], ids=lambda book: book.notebook)
def test_every_number_is_accounted_for(book: facts.Facts) -> None:
    missing = []
    for sentence in sentences(book.notebook):
        if _QUESTION.search(sentence) or _WORK.search(sentence):
            continue
        rest = sentence
        for phrase in sorted(book.phrases, key=len, reverse=True):
            rest = rest.replace(phrase, " ")
        if _NUMBER.search(_NO_FACT.sub(" ", rest)):
            missing.append(sentence)
    assert not missing, (
        f"{book.file} lacks the numbers of these sentences in solutions/{book.notebook}.py. Compute them with "
        "@fact(words), say whose they are with fact.source(words, where), or list what the text itself sets in "
        "fact.given(words):\n" + "\n".join(missing)
    )
