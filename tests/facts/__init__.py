"""The numbers that the notebooks' prose states: each is computed here, has a source, or is only set by the text.

A module for each notebook lists them by the words that hold them:

    fact = Facts("01_pixels")

    @fact("gives 25 numbers")
    def _():
        assert data.hi().size == 25

    fact.source("missed 16.4 %", "Russakovsky et al. 2015, ImageNet Large Scale Visual Recognition Challenge, table 5")
    fact.given("5 by 5 pixels")  # chosen by the text: nothing to compute

    @fact.predicted("dot_on_i")  # the truth of a prediction
    def _():
        return np.argwhere(...)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BOOKS: dict[str, Facts] = {}


class Facts:
    """The facts of one notebook."""

    def __init__(self, notebook: str, whole: bool = True) -> None:
        """`whole`: each number of the notebook's prose has to be here; else only what is registered is tested."""
        self.notebook = notebook
        self.whole = whole
        self.checks: list[tuple[tuple[str, ...], Callable[[], None]]] = []
        self.others: list[str] = []
        self.truths: dict[str, Callable[[], Any]] = {}
        BOOKS[notebook] = self

    def __call__(self, *words: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Registers a function that computes what these words say, and asserts it."""

        def register(check: Callable[[], None]) -> Callable[[], None]:
            self.checks.append((words, check))
            return check

        return register

    def predicted(self, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
        """Registers a function that computes the truth of a prediction in this notebook."""

        def register(truth: Callable[[], Any]) -> Callable[[], Any]:
            self.truths[name] = truth
            return truth

        return register

    def source(self, words: str, where: str) -> None:
        """A number of somebody else's; `where` says whose, so that a reader finds it."""
        assert len(where.split()) > 3, where
        self.others.append(words)

    def given(self, *words: str) -> None:
        """Numbers that the text itself sets: a task, an example's input."""
        self.others += words

    @property
    def file(self) -> str:
        """The module that lists these facts."""
        return f"tests/facts/{self.notebook.partition('_')[2]}.py"

    @property
    def phrases(self) -> list[str]:
        """All words that are accounted for."""
        return [*(phrase for words, _ in self.checks for phrase in words), *self.others]
