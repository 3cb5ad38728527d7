"""What beginners' wrong answers are told: the mistake where it is sure, else where to look, and never nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checking.novices.answers import ANSWERS
from checking.test_calls import in_a_cell
from helpers import check
from helpers.checking import code, general, patterns, raised, spec
from helpers.checking.first_wrong import Link, sentence
from helpers.checking.verdict import Verdict


def judged(exercise: str, code: str) -> Verdict:
    """The verdict on a cell's function, and what was said."""
    verdict = check(in_a_cell("import numpy as np\n" + code)[exercise]).verdict
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(("exercise", "name", "code"), ANSWERS, ids=[f"{item[0]}-{item[1]}" for item in ANSWERS])
def test_a_wrong_answer_is_told_what_to_mend(
    exercise: str, name: str | None, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = judged(exercise, code)
    said = capsys.readouterr().out
    assert not verdict.passed and verdict.failing is not None
    assert (verdict.mistake.name if verdict.mistake else None) == name, said
    assert name or "Where to look: " in said
    first = next(aspect for aspect, passed in verdict.aspects.items() if not passed)
    assert verdict.registered or verdict.failing.case.aspect == first or first == spec.UNCHANGED
    assert "not written yet" not in said


def sentences() -> list[str]:
    """All that a student may be told of a wrong answer."""
    found: list[Any] = [item.sentence for item in raised.REASONS] + [item[0].sentence for item in patterns.PATTERNS]
    found += [item.sentence for item in (code.CARET, code.PRINTED, general.RAISE_LEFT, general.NOTHING_RETURNED)]
    found += [sentence([Link("padded", (3, 3), right), Link("out", (5, 9), False)]) for right in (True, False)]
    for notebook in spec.notebooks():
        for exercise in spec.exercises(notebook):
            loaded = spec.load_public(exercise)
            assert loaded is not None
            found += [mistake.sentence for mistake in loaded.mistakes] + list(loaded.aspects.values())
    return [sentence for sentence in found if isinstance(sentence, str) and sentence]


def test_messages_are_short_and_easy() -> None:
    """Nine of ten have at most 25 words, and the automated readability index is that of school's ninth year or less."""
    texts = sentences()
    assert sum(len(text.split()) <= 25 for text in texts) >= 0.9 * len(texts)
    hard = [text for text in texts if readability(text) > 9]
    assert len(hard) <= 0.02 * len(texts), hard
    assert readability(" ".join(texts)) <= 9


def test_hints_are_easy() -> None:
    loaded = [spec.load_public(name) for notebook in spec.notebooks() for name in spec.exercises(notebook)]
    hints = [hint for one in loaded if one is not None for hint in one.hints]
    hard = [hint for hint in hints if readability(hint) > 9]
    assert len(hard) <= 0.03 * len(hints), hard


def readability(text: str) -> float:
    """The automated readability index: 4.71 letters per word + 0.5 words per sentence - 21.43."""
    words = re.findall(r"[A-Za-z0-9_']+", text)
    ends = max(1, len(re.findall(r"[.?!:;](?:\s|$)", text)))
    return 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / ends - 21.43
