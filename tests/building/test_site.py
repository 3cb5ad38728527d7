"""The course as web pages: pictures without solutions, links that hold, nothing from the network."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import tiny_site
from conftest import COURSE, ROOT
from typer.testing import CliRunner

from autograder.building import glossary, picturing, site
from autograder.building.picturing import release_notebook
from autograder.building.reading import PageReader, sections
from autograder.building.regions import find
from autograder.building.site import write_site
from autograder.cli.commands import app
from autograder.course import CourseError


class Elements(HTMLParser):
    """A page's elements in order, and its text outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.text += data


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, its pages in `site`; to be left as it is."""
    root = tiny_site.project(tmp_path_factory.mktemp("project"))
    write_site(tiny_site.course(root), root / "site")
    return root


@pytest.fixture
def page(project: Path) -> str:
    return (project / "site" / "01_tiny.html").read_text("utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the real course, without the pictures: running it takes minutes."""
    out = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "pictured", lambda *arguments: _closed(release_notebook(*arguments[:4])))
        write_site(COURSE, out)
    return out


def _closed(notebook: Any) -> Any:
    for cell in notebook.cells:
        cell.setdefault("outputs", [])
    return notebook


# --- pictures without solutions


def test_functions_are_run_solved_and_answers_stay_open(page: str) -> None:
    said = Elements(page).text
    assert "total gives 9.0" in said
    assert "write constants first" in said and "count is None" in said
    assert "A WARNING" not in said


def test_no_solution_and_no_check_is_shown(page: str, project: Path) -> None:
    (kept,) = (project / "build" / "site").iterdir()
    for text in (page, kept.read_text("utf-8"), (project / "site" / "index.js").read_text("utf-8")):
        for secret in (
            "secret_way",
            "4711",
            "4713",
            "secret reasons",
            "BEGIN SOLUTION",
            "check-note",
            "not written yet",
        ):
            assert secret not in text
    assert Elements(page).text.count("raise NotImplementedError") == 2
    assert "check(total)" in Elements(page).text


def test_outputs_are_shown_as_they_were(page: str) -> None:
    """With scripts and styles, text alternatives, escaped text, and of a widget what it showed at first."""
    assert '<script>document.querySelector(".live").textContent = "on"</script>' in page
    assert "<style>.live { font-weight: bold }</style>" in page
    assert {"alt": "a dot", "src": "data:image/gif;base64,R0lGODlhAQABAAAAACw="} in [
        fields for tag, fields in Elements(page).found if tag == "img"
    ]
    assert "<p>k is 2</p>" in page and "VBox(" not in page
    assert "array([ True, False, False])" in page


def test_what_cells_are_is_said(page: str) -> None:
    said = " ".join(Elements(page).text.split())
    assert "you write total · 3 points" in said and "you write count · 1 point def" not in said
    assert "your words · 2 points" in said and "YOUR ANSWER HERE" in said
    assert "Set-up: the first cell to run" in said


def test_formulas_need_no_script(page: str) -> None:
    formulas = [fields for tag, fields in Elements(page).found if tag == "math"]
    assert [formula["display"] for formula in formulas] == ["inline", "inline", "block"]
    assert re.search("<mfrac>.*<mn>1</mn>.*<mn>2</mn>.*</mfrac>", page) and "$" not in Elements(page).text


def test_contents_colab_and_headings(page: str, project: Path) -> None:
    index = (project / "site" / "index.html").read_text("utf-8")
    for text in (index, page):
        links = [fields["href"] for tag, fields in Elements(text).found if tag == "a"]
        assert "01_tiny.html" in links
        assert "https://colab.research.google.com/github/some/course/blob/main/notebooks/01_tiny/01_tiny.ipynb" in links
        assert "01 · Tiny & small" in Elements(text).text and "about 5 minutes" in Elements(text).text
    found = {fields["id"] for tag, fields in Elements(page).found if tag in ("h1", "h2", "h3")}
    assert found == {"01-tiny-small", "adding-up", "answer", "answer-2", "a-picture", "before-you-hand-it-in"}


def test_the_search_index_holds_the_text_by_section(project: Path) -> None:
    text = (project / "site" / "index.js").read_text("utf-8")
    rows = json.loads(text.removeprefix("const INDEX = ").removesuffix(";\n"))
    by_title = {title: (address, words) for _, title, address, words in rows}
    assert {page for page, *_ in rows} == {"01 · Tiny & small"}
    assert by_title["Adding up"][0] == "01_tiny.html#adding-up" and "Zürich" in by_title["Adding up"][1]
    assert "total(x, w=1.0)" in by_title["Answer"][1], "code is searched too"
    assert "total gives 9.0" not in text, "outputs are not"


# --- kept until something changes


class Ran(Exception):
    """A notebook was run."""


@pytest.fixture
def not_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(*arguments: object, **options: object) -> None:
        raise Ran

    monkeypatch.setattr(picturing, "NotebookClient", ran)


def copied(project: Path, root: Path) -> Path:
    tiny_site.project(root)
    (root / "build" / "site").mkdir(parents=True)
    for kept in (project / "build" / "site").iterdir():
        (root / "build" / "site" / kept.name).write_bytes(kept.read_bytes())
    return root


@pytest.mark.usefixtures("not_again")
def test_the_same_course_is_not_run_again_and_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    root = copied(project, tmp_path / "again")
    written = write_site(tiny_site.course(root), root / "site")
    files = {path for path in (project / "site").rglob("*") if path.is_file()}
    assert {path.relative_to(root) for path in written} == {path.relative_to(project) for path in files}
    for path in written:
        assert path.read_bytes() == (project / path.relative_to(root)).read_bytes()


@pytest.mark.usefixtures("not_again")
@pytest.mark.parametrize("changed", ["solutions/01_tiny.py", "helpers/new.py"])
def test_a_change_is_seen(changed: str, project: Path, tmp_path: Path) -> None:
    root = copied(project, tmp_path / "again")
    path = root / changed
    before = path.read_text("utf-8") if path.exists() else "x = 1\n"
    path.write_text(before.replace("secret_way", "other_way"), "utf-8")
    with pytest.raises(Ran):
        write_site(tiny_site.course(root), root / "site")


@pytest.mark.usefixtures("not_again")
def test_another_address_is_seen(project: Path, tmp_path: Path) -> None:
    root = copied(project, tmp_path / "again")
    with pytest.raises(Ran):
        write_site(tiny_site.course(root, "https://github.com/other/course"), root / "site")


def test_a_cell_that_fails_is_said(tmp_path: Path) -> None:
    root = tiny_site.project(tmp_path)
    path = root / "solutions" / "01_tiny.py"
    path.write_text(path.read_text("utf-8").replace('print("count is", count)', "1 / 0"), "utf-8")
    with pytest.raises(CourseError, match=r"^solutions/01_tiny\.py: a cell stopped with ZeroDivisionError: division"):
        write_site(tiny_site.course(root), root / "site")
    assert not (root / "build").exists() and not (root / "site").exists()


def test_an_output_that_would_show_a_solution_is_refused(tmp_path: Path) -> None:
    root = tiny_site.project(tmp_path)
    path = root / "solutions" / "01_tiny.py"
    printed = "import inspect; print(inspect.getsource(total))"
    path.write_text(path.read_text("utf-8").replace('print("count is", count)', printed), "utf-8")
    with pytest.raises(CourseError, match=r"^solutions/01_tiny\.py:\d+: an output would show the solution of total"):
        write_site(tiny_site.course(root), root / "site")


def test_the_command_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "pictured", lambda *arguments: _closed(release_notebook(*arguments[:4])))
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(app, ["site", "--out", str(tmp_path / "file")], obj=ROOT)
    assert done.exit_code == 1 and done.stderr == f"autograder: {tmp_path / 'file'}: File exists\n"


# --- the real course


def test_links_hold_and_nothing_comes_from_elsewhere(whole: Path, project: Path) -> None:
    for folder in (whole, project / "site"):
        pages = {path.name: Elements(path.read_text("utf-8")) for path in folder.glob("*.html")}
        anchors = {name: {fields.get("id") for _, fields in page.found} for name, page in pages.items()}
        for name, page in pages.items():
            ids = [fields["id"] for _, fields in page.found if "id" in fields]
            assert len(ids) == len(set(ids)), name
            for tag, fields in page.found:
                assert not re.match("https?:", fields.get("src") or ""), (name, tag, fields)
                link = fields.get("href") or ""
                if tag != "a" or not link.startswith("https://"):
                    place, _, anchor = link.partition("#")
                    assert link.startswith("data:") or not place or (folder / place).is_file(), (name, link)
                    assert not anchor or anchor in anchors[place or name], (name, link)


def test_every_notebook_has_its_page_and_no_solution_is_in_it(whole: Path) -> None:
    assert {path.stem for path in whole.glob("*.html")} == {"index", "glossary", *COURSE.notebooks}
    looked_for = 0
    for name, book in COURSE.notebooks.items():
        page = Elements((whole / f"{name}.html").read_text("utf-8"))
        assert {f"write-{item.name}" for item in book.exercises} <= {fields.get("id") for _, fields in page.found}
        assert "$" not in re.sub(r"\$ |\$\d", "", page.text), "a formula that is not one"
        shown = re.sub(r"\s+", "", page.text)
        for cell in json.loads((ROOT / "solutions" / f"{name}.ipynb").read_bytes())["cells"]:
            lines = "".join(cell["source"]).split("\n")
            for region in find("\n".join(lines)):
                solution = re.sub(r"\s+", "", "".join(lines[region.begin + 1 : region.end]))
                looked_for += 1
                assert solution not in shown or len(solution) < 30, (name, solution)
    assert looked_for > 50


def test_each_term_has_a_line_and_the_place_of_its_first_use(whole: Path) -> None:
    page = Elements((whole / "glossary.html").read_text("utf-8"))
    ids = [attributes["id"] for tag, attributes in page.found if tag == "div" and "id" in attributes]
    ids.remove("results")  # of the search
    assert ids == [term.anchor for term in glossary.read(COURSE)] and len(ids) > 40
    assert "First in 07 · " in page.text and "First in 01 · " in page.text
    linked = re.findall(
        r'<a class="term" href="glossary.html#([^"]+)"', (whole / "02_filters_1d.html").read_text("utf-8")
    )
    assert {"filter", "stride", "padding", "bias"} <= set(linked) <= set(ids)


def test_a_term_is_linked_once_under_a_heading_and_only_in_running_text() -> None:
    terms = [
        glossary.Term("filter", ("filters",), 'slid over "x" & `y`', 3),
        glossary.Term("filter bank", (), "more", 4),
    ]
    linker = glossary.Linker(terms)
    prose = (
        "<h2>A filter</h2>\n<p>Filters, a filter\nbank &amp; a filter: <code>filter</code> prefilter"
        "<br/> <a href='x'>filters</a></p>"
    )
    linked = linker.linked(prose)
    assert re.sub(r"</?a\b[^>]*>", "", linked) == re.sub(r"</?a\b[^>]*>", "", prose)
    assert re.findall(r'<a class="term"[^>]*>([^<]*)</a>', linked) == ["Filters", "filter\nbank"]
    assert 'title="slid over &quot;x&quot; &amp; y"' in linked
    assert 'class="term"' not in linker.linked("<p>filter</p>") and 'class="term"' in linker.linked(
        "<h2>b</h2><p>filter</p>"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- **sum**: adding\n- **total** is a sum\n", "glossary.md:2: write"),
        ("- **sum** (words): adding\n\n- **words**: adding\n", "glossary.md:3: words is in line 1 already"),
    ],
)
def test_a_wrong_glossary_is_told_with_its_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "pictured", lambda *arguments: release_notebook(*arguments[:4]))
    root = tiny_site.project(tmp_path / "project")
    (root / "solutions" / "glossary.md").write_text(text, "utf-8")
    with pytest.raises(CourseError, match=said):
        write_site(tiny_site.course(root), tmp_path / "site")


def test_headings_get_addresses_of_their_own() -> None:
    reader = PageReader()
    page = "".join(reader.prose(text) for text in ("# A `b` & c\n\nOne\n\n## Same", "## Same\n\nTwo", "## …\n\nThree"))
    assert [(item.level, item.anchor, item.title, item.text) for item in sections(page)] == [
        (1, "a-b-c", "A b & c", "One"),
        (2, "same", "Same", ""),
        (2, "same-2", "Same", "Two"),
        (2, "section", "…", "Three"),
    ]


def test_what_is_not_read_is_not_in_a_section() -> None:
    page = '<h2 id="x">X</h2><p>a<br>b</p><div class="outputs unread"><div>no</div>no</div><script>no</script><p>c</p>'
    assert [item.text for item in sections(page)] == ["a b c"]


def test_what_the_browsers_python_lacks_is_not_written_on_the_page(whole: Path) -> None:
    for name, book in COURSE.notebooks.items():
        page = Elements((whole / f"{name}.html").read_text("utf-8"))
        here = ("script", {"src": "write.js"}) in page.found
        assert here == (not book.requires) == (whole / "writing" / f"{name}.ipynb").is_file()
        assert ("these functions need torch" in page.text) == (not here)
