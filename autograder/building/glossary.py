"""The glossary: terms with a line each, where each first appears, and links to it from a page's prose."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from autograder.course import Course, CourseError

SOURCE = PurePosixPath("solutions") / "glossary.md"
ADDRESS = "glossary.html"
_LINE = re.compile(r"- \*\*(?P<name>[^*]+)\*\*(?: \((?P<forms>[^)]*)\))?: (?P<meaning>\S.*)")
# Of prose, what is not running text: a link in it would be lost, or would get in the way.
_LEFT_ALONE = ("a", "code", "pre", "math", "script", "style", "button", "summary", "h1", "h2", "h3", "h4", "h5", "h6")
_HEADINGS = ("h1", "h2")


@dataclass(frozen=True)
class Term:
    """One line of the glossary: a term, other forms of its word, and what it means, as Markdown of one line."""

    name: str
    forms: tuple[str, ...]
    meaning: str
    line: int

    @property
    def anchor(self) -> str:
        """The term's address in the glossary's page."""
        return "-".join(re.findall(r"\w+", self.name.lower()))


def read(course: Course) -> list[Term]:
    """The terms of a course, by their names; none without a glossary. CourseError for a line that is not a term."""
    path = course.root / SOURCE
    if not path.is_file():
        return []
    terms: dict[str, Term] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.startswith("- "):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise CourseError(Path(SOURCE), number, "write `- **term** (other forms): what it means`, in one line")
        forms = tuple(form.strip() for form in (match["forms"] or "").split(",") if form.strip())
        term = Term(match["name"], forms, match["meaning"], number)
        for word in (term.name, *forms):
            if word.lower() in terms:
                raise CourseError(Path(SOURCE), number, f"{word} is in line {terms[word.lower()].line} already")
            terms[word.lower()] = term
    return sorted(dict.fromkeys(terms.values()), key=lambda term: term.name.lower())


class Finder:
    """Finds terms in text: whole words, in any of their forms, the longest first."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._of = {word.lower(): term for term in terms for word in (term.name, *term.forms)}
        words = sorted(map(re.escape, self._of), key=len, reverse=True)
        # A line may end within a term.
        any_of = "|".join(word.replace(r"\ ", r"\s+") for word in words) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w-])(?:{any_of})(?![\w-])", re.IGNORECASE)

    def found(self, text: str) -> Iterable[tuple[re.Match[str], Term]]:
        """Each place of a term."""
        for match in self._pattern.finditer(text):
            yield match, self._of[" ".join(match[0].lower().split())]


class Linker:
    """Links terms in a page's prose to the glossary: each where it first appears under a heading."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._finder = Finder(terms)
        self._seen: set[Term] = set()

    def linked(self, prose: str) -> Markup:
        """The HTML with links; call it for all of a page's cells in order."""
        writer = _Writer(self._finder, self._seen)
        writer.feed(prose)
        writer.close()
        return Markup("".join(writer.parts))


class _Writer(HTMLParser):
    """Writes HTML as it was, with links in its running text."""

    def __init__(self, finder: Finder, seen: set[Term]) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._finder, self._seen = finder, seen
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self.get_starttag_text() or "")
        if tag in _HEADINGS:
            self._seen.clear()
        if tag in _LEFT_ALONE:
            self._within.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")
        if tag in self._within:
            del self._within[self._within.index(tag) :]

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self._within else self._with_links(data))

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def _with_links(self, text: str) -> str:
        parts, end = [], 0
        for match, term in self._finder.found(text):
            if term not in self._seen:
                self._seen.add(term)
                meaning = html.escape(term.meaning.replace("`", ""))
                link = f'<a class="term" href="{ADDRESS}#{term.anchor}" title="{meaning}">{match[0]}</a>'
                parts += [text[end : match.start()], link]
                end = match.end()
        return "".join([*parts, text[end:]])
