"""A progress bar that updates itself in place in a notebook, and is a few plain lines elsewhere."""

from __future__ import annotations

import html
import time

from .display import bundle, in_notebook, show_html

_PAUSE = 0.25  # seconds between two updates: a page that gets hundreds a second becomes slow


class Progress:
    """A bar from 0 to `total` with a line of text beside it."""

    def __init__(self, total: int, title: str) -> None:
        self.total = total
        self.title = title
        self._handle = show_html(*self._bar(0, ""), updatable=True) if in_notebook() else None
        self._last = time.monotonic()

    def due(self) -> bool:
        """Whether the last update is long enough ago; ask before making an expensive text."""
        return self._handle is not None and time.monotonic() - self._last > _PAUSE

    def show(self, done: int, text: str = "") -> None:
        """Moves the bar to `done`; in a notebook only."""
        if self._handle is not None:
            self._handle.update(bundle(*self._bar(done, text)), raw=True)
            self._last = time.monotonic()

    def note(self, text: str) -> None:
        """A line that stays: something happened on the way."""
        print(text, flush=True)

    def finish(self, text: str) -> None:
        """The last word, in the bar's place."""
        if self._handle is None:
            print(text, flush=True)
        else:
            self.show(self.total, text)

    def _bar(self, done: int, text: str) -> tuple[str, str]:
        """The bar as HTML, and as text."""
        said = f"{self.title}: {text}" if text else self.title
        bar = f'<progress max="{self.total}" value="{done}" style="vertical-align:middle"></progress>'
        return f"<div>{bar} {html.escape(said)}</div>", said
