"""Everything that is made from solutions/ and from the exercise objects: notebooks and public cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.course import SETTINGS, Course, CourseError, Notebook
from autograder.files import write_atomically

from .cases import FOLDER, case_files
from .notebook import solution_notebook, to_bytes
from .release import release_notebook
from .source import BuildError, parse


def build(course: Course, check: bool = False) -> list[Path]:
    """Brings all generated files of a course up to date and returns those that changed, in order.

    Files whose bytes are right already are left alone, and generated files whose source is gone are removed. With
    `check` nothing is written. BuildError when a source or an exercise is wrong; then nothing is written either.
    """
    expected = expected_files(course)
    changed = [path for path, content in expected.items() if not path.is_file() or path.read_bytes() != content]
    stale = [path for path in _generated(course.root) if path not in expected]
    if not check:
        for path in changed:
            write_atomically(path, expected[path])
        for path in stale:
            _remove(path)
    return sorted([*changed, *stale])


def expected_files(course: Course) -> dict[Path, bytes]:
    """Path and content of every file that `build` makes, from the course's sources alone."""
    root, address = course.root, repository(course)
    sources = {path.stem: path for path in sorted((root / "solutions").glob("*.py"))}
    for name, path in sources.items():
        if name not in course.notebooks:
            known = ", ".join(course.notebooks) or "none"
            raise BuildError(path.relative_to(root), 0, f"no notebook of the course has this name; it has {known}")
    files: dict[PurePosixPath, bytes] = {}
    for name, book in course.notebooks.items():
        made_from = PurePosixPath("solutions") / f"{name}.py"
        if name not in sources:
            raise BuildError(Path(made_from), 0, f"{name} has exercises, but this source of it is missing: write it")
        source = parse(sources[name].read_text("utf-8"), Path(made_from), book)
        student = PurePosixPath("notebooks") / name / f"{name}.ipynb"
        solution = made_from.with_suffix(".ipynb")
        files[student] = to_bytes(release_notebook(source, student, made_from, address))
        files[solution] = to_bytes(solution_notebook(source, solution, made_from, address))
        if lacking := book.lacking():
            files |= _kept_cases(root, book, lacking)
            continue
        try:
            files |= case_files(book)
        except CourseError as error:
            raise BuildError(error.path, error.line, error.message) from error
    return {root / path: content for path, content in files.items()}


def _kept_cases(root: Path, book: Notebook, lacking: list[str]) -> dict[PurePosixPath, bytes]:
    """The case files of a notebook as they are, where what makes them is not installed."""
    files = {path.relative_to(root): path.read_bytes() for path in (root / FOLDER / book.name).glob("*.json")}
    if not files:
        said = f"its public cases can't be made without {lacking[0]}: pip install {lacking[0]}"
        raise BuildError(Path(FOLDER / book.name), 0, said)
    return {PurePosixPath(path.as_posix()): content for path, content in files.items()}


def repository(course: Course) -> str:
    """The address that Colab badges and set-up cells point to. BuildError where there is none that Colab can open."""
    address = course.repository
    if not address.startswith("https://github.com/"):
        said = (
            f"not {address}"
            if address
            else 'and no `repository = "https://github.com/..."` stands under [tool.autograder]'
        )
        raise BuildError(Path(SETTINGS), 0, f"Colab opens a repository at https://github.com/ only, {said}")
    return address


def _generated(root: Path) -> Iterator[Path]:
    """Files under `root` that an earlier build made."""
    yield from root.joinpath(FOLDER).glob("*/*.json")
    for pattern in ("notebooks/*/*.ipynb", "solutions/*.ipynb"):
        yield from (path for path in root.glob(pattern) if _made_here(path))


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
