"""The prose of a notebook's source, as sentences: the text of its Markdown cells, without code, headings and links."""

from __future__ import annotations

import re
from functools import cache

from conftest import COURSE

_CODE = re.compile(r"```.*?```|<!--.*?-->", re.DOTALL)
_BELOW = re.compile(r"<sub>(.*?)</sub>")
_MARKS = re.compile(r"</?\w[^>]*>|!?\[(?P<text>[^\]]*)\]\([^)]*\)|&nbsp;")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*|>]|\d+\.) )")
_SENTENCE = re.compile(r"(?<=[.?!])[)\"*_]*\s+(?=[\"“(*_]*[A-Z0-9−`$])")


@cache
def sentences(notebook: str) -> tuple[str, ...]:
    """The sentences of a notebook, in order; a row of a table and an item of a list are at least one each.

    Emphasis is taken off, x<sub>2</sub> becomes x_{2};
    code and formulas within a sentence stay. Headings and lines on effort are left out.
    """
    source = COURSE.source(notebook).read_text("utf-8")
    found: list[str] = []
    for cell in re.split(r"^# %%", source, flags=re.MULTILINE):
        first, _, body = cell.partition("\n")
        if not first.startswith(" [markdown]"):
            continue
        text = "\n".join(line[2:] for line in body.split("\n") if not line.startswith("# ### "))
        text = _BELOW.sub(r"_{\1}", _CODE.sub("\n\n", text))
        text = _MARKS.sub(lambda match: match["text"] or "\n\n", text)
        for paragraph in _PARAGRAPH.split(text):
            line = " ".join(paragraph.split()).replace("**", "")
            if not line.startswith(("#", "⏱", "|--", "|:-")):
                found += [sentence for sentence in _SENTENCE.split(line) if re.search(r"\w", sentence)]
    return tuple(found)
