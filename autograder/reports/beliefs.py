"""What a class predicted before it looked: counts by question, for the lecturer. No points depend on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.checking.predictions import Prediction, load

from .book import Entry

FOLDER = Path("helpers") / "predictions"
MAX_SHOWN = 5  # answers of a question; the rest is counted together


@dataclass(frozen=True)
class CountedAnswer:
    """One answer to a question, as people write it, and how many gave it."""

    text: str
    count: int
    right: bool


@dataclass(frozen=True)
class Belief:
    """One question: what is true, the most frequent answers, how many others there were, and how many were right."""

    question: str
    truth: str
    answers: tuple[CountedAnswer, ...]
    others: int
    right: int
    total: int


class Beliefs:
    """Counts the predictions of a class while its entries go by."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._counts: dict[tuple[str, str], Counter[tuple[str, bool]]] = {}

    def counting(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same entries, counted."""
        for entry in entries:
            for prediction in load(entry.result.assignment, self._folder).values():
                guess = entry.work.guesses.get(prediction.name)
                if prediction.readable(guess) is not None:
                    key = entry.result.assignment, prediction.name
                    said = prediction.in_words(guess), prediction.is_right(guess)
                    self._counts.setdefault(key, Counter())[said] += 1
            yield entry

    def of(self, assignment: str) -> list[Belief]:
        """The questions of an assignment that somebody answered, those that fewest got right first."""
        found = [
            _belief(prediction, counts)
            for prediction in load(assignment, self._folder).values()
            if (counts := self._counts.get((assignment, prediction.name)))
        ]
        return sorted(found, key=lambda belief: belief.right / belief.total)


def _belief(prediction: Prediction, counts: Counter[tuple[str, bool]]) -> Belief:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    answers = tuple(CountedAnswer(text, count, right) for (text, right), count in ordered[:MAX_SHOWN])
    total = counts.total()
    return Belief(
        question=prediction.question,
        truth=prediction.in_words(prediction.truth),
        answers=answers,
        others=total - sum(answer.count for answer in answers),
        right=sum(count for (_, right), count in counts.items() if right),
        total=total,
    )
