"""Everything that is made from solutions/ and from the exercise objects: notebooks and public cases."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from autograder.course import SETTINGS, Course, CourseError, Notebook
from autograder.files import write_atomically

from .cases import FOLDER, case_files
from .helpers_tree import helpers_tree
from .lent import FOLDER as LENT
from .lent import lent_file
from .notebook import Origin, solution_notebook, to_bytes
from .release import release_notebook
from .source import Source, parse
from .stamps import Stamps


def build(course: Course, names: Collection[str] = (), check: bool = False, afresh: bool = False) -> list[Path]:
    """Brings the generated files of a course up to date and returns those that changed, in order.

    `names` are the notebooks to build; all of them by default. Files that are right already are left alone, and
    generated files whose source is gone are removed. With `check` nothing is written. With `afresh` every exercise is
    run, also where its public cases are known to be up to date. CourseError when a source or an exercise is wrong; then
    nothing is written either.
    """
    stamps = Stamps(course.root, afresh)
    expected = _expected(course, names, stamps)
    changed = [path for path, content in expected.items() if not path.is_file() or path.read_bytes() != content]
    stale = [path for path in _generated(course.root, names) if path not in expected]
    if not check:
        for path in changed:
            write_atomically(path, expected[path])
        for path in stale:
            _remove(path)
        stamps.save()
    return sorted([*changed, *stale])


def expected_files(course: Course) -> dict[Path, bytes]:
    """Path and content of every file that `build` makes, each exercise run."""
    return _expected(course, (), Stamps(course.root, afresh=True))


def _expected(course: Course, names: Collection[str], stamps: Stamps) -> dict[Path, bytes]:
    root, address = course.root, repository(course)
    for path in sorted((root / "solutions").glob("*.py")):
        if path.stem not in course.notebooks:
            known = ", ".join(course.notebooks) or "none"
            raise CourseError(path.relative_to(root), 0, f"no notebook of the course has this name; it has {known}")
    sources = {name: _source(course, course.notebooks[name]) for name in names or course.notebooks}
    cases: dict[Path, bytes] = {}
    for name in sources:
        book = course.notebooks[name]
        lacking = book.lacking()
        made = _kept_cases(root, book, lacking) if lacking else case_files(course, book, stamps)
        cases |= {root / path: content for path, content in made.items()}
        if (root / LENT / "__init__.py").is_file():
            cases |= {root / path: content for path, content in lent_file(sources[name], book).items()}
    gone = {path for path in _generated(root, names) if path not in cases}
    origin = Origin(address, helpers_tree(root, cases, gone))
    notebooks: dict[PurePosixPath, bytes] = {}
    for name, source in sources.items():
        notebooks |= _notebook_files(course, course.notebooks[name], source, origin)
    return {root / path: content for path, content in notebooks.items()} | cases


def _source(course: Course, book: Notebook) -> Source:
    path = course.source(book.name)
    made_from = Path(path.relative_to(course.root).as_posix())
    if not path.is_file():
        raise CourseError(made_from, 0, f"{book.name} has exercises, but this source is missing: write it")
    return parse(path.read_text("utf-8"), made_from, book)


def _notebook_files(course: Course, book: Notebook, source: Source, origin: Origin) -> dict[PurePosixPath, bytes]:
    """The release and the solved notebook."""
    release, solution, made_from = (
        PurePosixPath(place.relative_to(course.root).as_posix())
        for place in (course.release(book.name), course.solution(book.name), course.source(book.name))
    )
    return {
        release: to_bytes(release_notebook(source, release, made_from, origin)),
        solution: to_bytes(solution_notebook(source, solution, made_from, origin)),
    }


def _kept_cases(root: Path, book: Notebook, lacking: list[str]) -> dict[PurePosixPath, bytes]:
    """The case files of a notebook as they are, where what makes them is not installed."""
    files = {path.relative_to(root): path.read_bytes() for path in (root / FOLDER / book.name).glob("*.json")}
    if not files:
        said = f"its public cases can't be made without {lacking[0]}: pip install {lacking[0]}"
        raise CourseError(Path(FOLDER / book.name), 0, said)
    return {PurePosixPath(path.as_posix()): content for path, content in files.items()}


def repository(course: Course) -> str:
    """The address that Colab badges and set-up cells point to. CourseError where there is none that Colab can open."""
    address = course.repository
    if not address.startswith("https://github.com/"):
        said = (
            f"not {address}"
            if address
            else 'and no `repository = "https://github.com/..."` stands under [tool.autograder]'
        )
        raise CourseError(Path(SETTINGS), 0, f"Colab opens a repository at https://github.com/ only, {said}")
    return address


def _generated(root: Path, names: Collection[str]) -> Iterator[Path]:
    """Files under `root` that an earlier build made: of these notebooks, or of all when there are no names."""
    cases = root.joinpath(FOLDER).glob("*/*.json")
    lent = root.joinpath(LENT).glob("*.txt")
    releases = (path for path in root.glob("notebooks/*/*.ipynb") if _made_here(path))
    solutions = (path for path in root.glob("solutions/*.ipynb") if _made_here(path))
    for notebook, path in (
        *((path.parent.name, path) for path in (*cases, *releases)),
        *((path.stem, path) for path in (*solutions, *lent)),
    ):
        if not names or notebook in names:
            yield path


def _made_here(path: Path) -> bool:
    """Someone's own notebook may lie beside ours, and is not ours to delete."""
    try:
        return "made_from" in json.loads(path.read_bytes())["metadata"]
    except (ValueError, KeyError, TypeError):
        return False


def _remove(path: Path) -> None:
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()
