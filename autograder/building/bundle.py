"""The zip that a class hands out: the students' notebooks, `helpers`, and nothing else of the course."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course import SETTINGS, Course, CourseError
from autograder.files import write_atomically

from .build import build, repository
from .rendering import render


def write_bundle(course: Course, path: Path) -> list[PurePosixPath]:
    """Writes the zip of a course whole or not at all, and returns what is in it.

    The same course gives the same bytes on every machine. CourseError when a made file is out of date; OSError.
    """
    stale = build(course, check=True)
    if stale:
        raise CourseError(stale[0].relative_to(course.root), 0, "out of date: run `autograder build` first")
    files = bundle_files(course)
    write_atomically(path, _zip(files, PurePosixPath(project_name(course))))
    return list(files)


def project_name(course: Course) -> str:
    """The project's name: the folder in the zip is called so."""
    return str(_project(course)["name"])


def bundle_files(course: Course) -> dict[PurePosixPath, bytes]:
    """Path in the bundle and content of each of its files, sorted; the notebooks lie to `helpers` as they do here."""
    root = course.root
    places = [course.release(name).relative_to(root) for name in course.notebooks]
    places += [Path(name) for name in _licences(course)]
    places += [path.relative_to(root) for path in helper_files(course)]
    files = {PurePosixPath(place): (root / place).read_bytes() for place in places}
    needed = _project(course).get("dependencies", [])
    files[PurePosixPath("requirements.txt")] = "".join(f"{line}\n" for line in needed).encode()
    files[PurePosixPath("README.md")] = _readme(course).encode()
    return dict(sorted(files.items()))


def helper_files(course: Course) -> Iterator[Path]:
    """The files of the package `helpers`, as an installation would take them: no cache, no stray notes."""
    setuptools = _settings(course).get("tool", {}).get("setuptools", {})
    for pattern in ("**/*.py", *setuptools.get("package-data", {}).get("helpers", [])):
        yield from (course.root / "helpers").glob(pattern)


def _licences(course: Course) -> list[str]:
    """The files that hold the licences' text."""
    return list(_project(course).get("license-files", []))


def _readme(course: Course) -> str:
    titles = {name: _title(course.release(name)) for name in course.notebooks}
    exercise = next(course.exercises()).name
    return render(
        "handout.md",
        course=course,
        titles=titles,
        repository=repository(course),
        exercise=exercise,
        licences=_licences(course),
    )


def _title(path: Path) -> str:
    first = json.loads(path.read_bytes())["cells"][0]["source"]
    return "".join(first).partition("\n")[0].removeprefix("# ")


def _settings(course: Course) -> dict[str, Any]:
    return tomllib.loads((course.root / SETTINGS).read_text("utf-8"))


def _project(course: Course) -> dict[str, Any]:
    """What pyproject.toml says under [project]; CourseError where it gives the project no name."""
    project: dict[str, Any] = _settings(course).get("project", {})
    if "name" not in project:
        raise CourseError(Path(SETTINGS), 0, "a bundle is called by the project's name: add `name` under [project]")
    return project


def _zip(files: Mapping[PurePosixPath, bytes], folder: PurePosixPath) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for place, data in files.items():
            # One date and one mode for all; stored, since compressors differ in their bytes.
            entry = zipfile.ZipInfo(str(folder / place), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return content.getvalue()
