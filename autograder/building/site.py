"""The course as web pages that need no server and no network: a page for each notebook, contents, a search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from autograder.course import Course

from . import glossary
from .build import repository
from .helpers_tree import helpers_tree
from .notebook import Origin, to_bytes
from .on_page import write_on_page
from .picturing import pictured
from .reading import BADGE, PROSE, PageCell, PageReader, Section, sections
from .rendering import render
from .source import EFFORT, parse

STATIC = Path(__file__).parent / "templates" / "site"


@dataclass(frozen=True)
class GlossaryEntry:
    """A term in the glossary's page, and the section in which it first appears."""

    term: glossary.Term
    meaning: Markup
    page: SitePage
    section: Section

    @property
    def heading(self) -> str:
        """The section's title, without how long it takes; nothing where it is the page's."""
        return "" if self.section.level == 1 else self.section.title.partition(EFFORT)[0].strip()


@dataclass(frozen=True)
class SitePage:
    """A notebook's page: where it is, what stands in it, and the lines that the contents show of it.

    `notebook` is the file that students get, by which its exercises are written on the page; not where it `needs`
    packages that a browser's Python lacks.
    """

    name: str
    address: str
    title: str
    question: Markup
    effort: Markup
    colab: str
    browser: str
    cells: list[PageCell]
    sections: list[Section]
    notebook: bytes
    needs: tuple[str, ...]


def write_site(
    course: Course, out: Path, on_page: Callable[[str], None] = lambda name: None, offline: bool = False
) -> list[Path]:
    """Writes the pages of a course into the folder `out` and returns their paths.

    With `offline`, the Python that checks exercises on the pages lies in `out` too; without, it is loaded from its
    makers' address when somebody begins to write.

    Notebooks that have changed are run, which takes minutes; `on_page` is told each notebook's name before. Other
    files in `out` are left alone. CourseError when a notebook can't be built or run; PyodideUnavailable; OSError.
    """
    pages = []
    terms = glossary.read(course)
    for name in course.notebooks:
        on_page(name)
        pages.append(_page(course, name, terms))
    shared = {"course": course, "pages": pages, "repository": repository(course), "glossary": bool(terms)}
    files = {"index.html": render("site/index.html", page=None, **shared)}
    for number, page in enumerate(pages):
        beside = {"before": pages[number - 1] if number else None, "after": (*pages, None)[number + 1]}
        files[page.address] = render("site/page.html", page=page, **shared, **beside)
    if terms:
        entries = list(_entries(terms, pages))
        files[glossary.ADDRESS] = render("site/glossary.html", page=None, entries=entries, **shared)
    files["index.js"] = _search_index(pages)
    files |= {path.name: path.read_text("utf-8") for path in STATIC.iterdir() if path.suffix in (".css", ".js")}
    out.mkdir(parents=True, exist_ok=True)
    for place, text in files.items():
        (out / place).write_text(text, "utf-8")
    writing = write_on_page(course, out, {page.name: page.notebook for page in pages if not page.needs}, offline)
    return [*(out / place for place in files), *writing]


def _page(course: Course, name: str, terms: Sequence[glossary.Term]) -> SitePage:
    made_from = PurePosixPath("solutions") / f"{name}.py"
    source = parse(course.source(name).read_text("utf-8"), Path(made_from), course.notebooks[name])
    place = PurePosixPath("notebooks") / name / f"{name}.ipynb"
    notebook = pictured(source, place, made_from, Origin(repository(course), helpers_tree(course.root)), course.root)
    reader = PageReader()
    linker = glossary.Linker(terms)
    cells = [
        replace(cell, html=linker.linked(cell.html)) if cell.role in PROSE else cell for cell in reader.cells(notebook)
    ]
    title, question, effort = _beginning(notebook.cells[0].source)
    badge = BADGE.search(notebook.cells[0].source)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return SitePage(
        name=name,
        address=f"{name}.html",
        title=title,
        question=reader.prose(question),
        effort=reader.prose(effort),
        colab=badge[1] if badge else "",
        browser=(badge[2] or "") if badge else "",
        cells=cells,
        sections=sections(render("site/cells.html", cells=cells)),
        notebook=to_bytes(notebook),
        needs=course.notebooks[name].requires,
    )


def _entries(terms: Sequence[glossary.Term], pages: Sequence[SitePage]) -> Iterator[GlossaryEntry]:
    """The glossary's lines, of the terms that a page has."""
    finder = glossary.Finder(terms)
    first: dict[glossary.Term, tuple[SitePage, Section]] = {}
    for page in pages:
        for section in sections("".join(cell.html for cell in page.cells if cell.role in PROSE)):
            for _, term in finder.found(section.text):
                first.setdefault(term, (page, section))
    for term in terms:
        if term in first:
            yield GlossaryEntry(term, PageReader().prose(term.meaning), *first[term])


def _beginning(text: str) -> tuple[str, str, str]:
    """The title, the paragraph with the notebook's question, and the line that says how long it takes."""
    title, *rest = [part.strip() for part in re.split(r"\n\s*\n", BADGE.sub("", text))]
    heading, _, more = title.partition("\n")
    paragraphs = [part for part in (more, *rest) if part]
    effort = next((part for part in paragraphs if part.startswith(EFFORT)), "")
    question = next((part for part in paragraphs if part != effort), "")
    return heading.removeprefix("# "), question, effort


def _search_index(pages: list[SitePage]) -> str:
    """A script and no data file: pages opened from a disk may not fetch one."""
    entries = [
        [page.title, section.title, f"{page.address}#{section.anchor}", section.text]
        for page in pages
        for section in page.sections
    ]
    return f"const INDEX = {json.dumps(entries, ensure_ascii=False, indent=0)};\n"
