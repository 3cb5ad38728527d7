"""A notebook's cells as HTML that needs no network: formulas in MathML, code coloured, outputs as they were shown."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

BADGE = re.compile(
    r"\[!\[Open in Colab\]\([^)]*\)\]\(([^)]*)\)\n*(?:\[!\[Open in your browser\]\([^)]*\)\]\(([^)]*)\)\n*)?"
)
PROSE = ("markdown", "written")  # roles of cells whose text is prose
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_BLOCKS = ("p", "li", "tr", "td", "th", "div", "pre", "br", "details", "summary", "blockquote", "section")


@dataclass(frozen=True)
class PageCell:
    """A cell to show. `role` is markdown, set-up, code, exercise, check or written; `html` its text, coloured."""

    role: str
    html: Markup
    outputs: tuple[Markup, ...] = ()
    exercise: str = ""
    points: float | None = None


@dataclass(frozen=True)
class Section:
    """What stands under a heading: its level (1 to 6), address in the page, title and text."""

    level: int
    anchor: str
    title: str
    text: str


class PageReader:
    """Turns the cells of one page into HTML; headings get addresses of their own."""

    def __init__(self) -> None:
        self._markdown = MarkdownWithMath(renderer=_Renderer())

    def prose(self, text: str) -> Markup:
        """Markdown to HTML."""
        return Markup(self._markdown.render(text))

    def cells(self, notebook: NotebookNode) -> list[PageCell]:
        """All cells but empty ones, without badges."""
        points = {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        return [self._cell(cell, points) for cell in notebook.cells if cell.source.strip()]

    def _cell(self, cell: NotebookNode, points: dict[str, float]) -> PageCell:
        marks = cell.metadata.get("nbgrader", {})
        name = marks.get("grade_id", "")
        if cell.cell_type == "markdown":
            role = "written" if marks else "markdown"
            return PageCell(role, self.prose(BADGE.sub("", cell.source)), (), name, points.get(name))
        coloured = Markup(highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)))
        if marks.get("solution"):
            return PageCell("exercise", coloured, _outputs(cell), name, points.get(f"{name}_check"))
        if marks.get("grade"):
            return PageCell("check", coloured, _outputs(cell), name.removesuffix("_check"))
        return PageCell("set-up" if cell.id == "set-up" else "code", coloured, _outputs(cell))


class _Renderer(IPythonRenderer):
    """Formulas become MathML, which browsers show without a script; headings get short addresses."""

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self._used: set[str] = set()

    def inline_math(self, body: str) -> str:
        return convert(body)

    def block_math(self, body: str) -> str:
        return convert(body, display="block")

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        words = re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", "", text)).lower())
        anchor = start = "-".join(words) or "section"
        number = 1
        while anchor in self._used:
            number += 1
            anchor = f"{start}-{number}"
        self._used.add(anchor)
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'


def _outputs(cell: NotebookNode) -> tuple[Markup, ...]:
    """What a cell shows; not what goes to stderr, where warnings name files of this machine."""
    return tuple(Markup(_output(output)) for output in cell.outputs if output.get("name") != "stderr")


def _output(output: NotebookNode) -> str:
    """HTML is shown as it is, scripts and styles included: it is the course's own."""
    if output.output_type == "stream":
        return f"<pre>{html.escape(_uncoloured(output.text))}</pre>"
    data = output.data
    if "text/html" in data:
        return str(data["text/html"])
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    text = html.escape(_uncoloured(data.get("text/plain", "")))
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            return f'<img src="data:{kind};base64,{data[kind].strip()}" alt="{text}">'
    return f"<pre>{text}</pre>"


def _uncoloured(text: str) -> str:
    """Without a terminal's colours."""
    return _ANSI.sub("", text)


def sections(page: str) -> list[Section]:
    """The sections of a page's HTML, outputs left out."""
    finder = _Sections()
    finder.feed(page)
    finder.close()
    return [Section(one.level, one.anchor, _line(one.title), _line(one.text)) for one in finder.found]


def _line(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


@dataclass
class _Found:
    level: int
    anchor: str
    title: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Sections(HTMLParser):
    """Reads headings with an id, and the text under each; not what has the class "unread", scripts or formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Found] = []
        self._unread: list[str] = []
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if self._unread:
            if tag == self._unread[0]:
                self._unread.append(tag)
        elif tag in ("script", "style", "math") or "unread" in (fields.get("class") or "").split():
            self._unread.append(tag)
        elif re.fullmatch("h[1-6]", tag) and fields.get("id"):
            self.found.append(_Found(int(tag[1]), fields["id"] or ""))
            self._heading = True
        elif tag in _BLOCKS:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            if tag == self._unread[0]:
                self._unread.pop()
        elif re.fullmatch("h[1-6]", tag):
            self._heading = False

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._add(data)

    def _add(self, data: str) -> None:
        if self.found:
            (self.found[-1].title if self._heading else self.found[-1].text).append(data)
