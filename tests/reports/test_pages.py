"""A message on a page: what `check` shows, without its style and without what a page can't hold."""

from __future__ import annotations

from autograder.reports.pages import cleaned, message_html, version
from helpers.checking.messages import STYLE, Message

BAD = "\x1b[31m\ud800"
LOUD = Message(
    "fail",
    f"relu{BAD}",
    ((f"values{BAD}", True), ("shape", False)),
    ((f"got{BAD}", f"<b>{BAD}"),),
    (f"note{BAD}",),
    f"1{BAD}",
)


def test_each_part_of_a_message_is_cleaned() -> None:
    found = cleaned(LOUD)
    texts = [found.title, *found.notes, found.progress, *(part for row in found.rows for part in row)]
    texts += [name for name, _ in found.aspects]
    assert len(texts) == 7 and all(text.isprintable() and text.encode() for text in texts)
    assert [passed for _, passed in found.aspects] == [True, False]


def test_a_message_is_escaped_and_has_no_style_of_its_own() -> None:
    html = message_html(LOUD)
    assert "relu" in html and "&lt;b&gt;" in html and "<b>" not in html
    assert LOUD.html().startswith(STYLE) and STYLE not in html


def test_pages_have_a_version() -> None:
    assert version() == version() and len(version()) == 64 and version().isalnum()
