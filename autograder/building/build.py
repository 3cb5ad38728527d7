"""Everything that is made from solutions/ and from the exercise objects: notebooks and public cases."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ..course import CourseError, Notebook
from ..default_course import COURSE
from .cases import FOLDER, case_files
from .notebook import solution_notebook, to_bytes
from .release import release_notebook
from .source import BuildError, parse


def build(root: Path, check: bool = False, course: Mapping[str, Notebook] = COURSE) -> list[Path]:
    """Brings all generated files under `root` up to date and returns those that changed, in order.

    Files whose bytes are right already are left alone, and generated files whose source is gone are removed. With
    `check` nothing is written. BuildError when a source or an exercise is wrong; then nothing is written either.
    """
    expected = expected_files(root, course)
    changed = [path for path, content in expected.items() if not path.is_file() or path.read_bytes() != content]
    stale = [path for path in _generated(root) if path not in expected]
    if not check:
        for path in changed:
            _write(path, expected[path])
        for path in stale:
            _remove(path)
    return sorted([*changed, *stale])


def expected_files(root: Path, course: Mapping[str, Notebook] = COURSE) -> dict[Path, bytes]:
    """Path and content of every file that `build` makes under `root`, from its sources alone."""
    address = repository(root)
    sources = {path.stem: path for path in sorted((root / "solutions").glob("*.py"))}
    for name, path in sources.items():
        if name not in course:
            known = ", ".join(course) or "none"
            raise BuildError(path.relative_to(root), 0, f"no notebook of the course has this name; it has {known}")
    files: dict[PurePosixPath, bytes] = {}
    for name, book in course.items():
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


def repository(root: Path) -> str:
    """The address that Colab badges and set-up cells point to."""
    where = Path("pyproject.toml")
    try:
        settings = tomllib.loads((root / where).read_text("utf-8"))
        address = str(settings["tool"]["autograder"]["repository"]).rstrip("/")
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        missing = 'no `repository = "https://github.com/..."` under [tool.autograder]'
        raise BuildError(where, 0, f"{missing} ({type(error).__name__}: {error})") from None
    if not address.startswith("https://github.com/"):
        raise BuildError(where, 0, f"Colab opens a repository at https://github.com/ only, not {address}")
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


def _write(path: Path, content: bytes) -> None:
    """All or nothing, however it is interrupted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()
