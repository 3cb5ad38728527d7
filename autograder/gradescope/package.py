"""Makes the zip that is uploaded to Gradescope as an assignment's autograder."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.building.bundle import helper_files
from autograder.building.imports import Imports
from autograder.course import SETTINGS, Course, CourseError
from autograder.course.course import CASES

from . import in_container, order
from .order import Order

ENGINE = Path(__file__).parents[1]
OWN = ("ipython", "landlockpy", "numpy", "pyseccomp")  # what the engine itself needs to grade
NOT_NEEDED = ("jupyterlab",)  # nobody opens a notebook there
EXTRAS = ("colab",)  # what a solution may use besides the course's own dependencies
REQUIREMENTS = PurePosixPath("requirements.txt")
_MARK = "# %%"


def make(course: Course, wanted: Order) -> bytes:
    """The zip: the two scripts, the packages to install, and of the course and the engine what grades one assignment.

    The same course and order give the same bytes. Raises CourseError where a file was never built, and OSError.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for place, data in sorted(files(course, wanted).items()):
            entry = zipfile.ZipInfo(str(place))  # always of the same date
            entry.create_system = 3
            runs = place.name in ("setup.sh", "run_autograder")
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return content.getvalue()


def files(course: Course, wanted: Order) -> dict[PurePosixPath, bytes]:
    """What is in the zip, by path. Raises CourseError or OSError."""
    scripts = Path(__file__).parent / "files"
    found = {PurePosixPath(path.name): path.read_bytes().replace(b"\r\n", b"\n") for path in scripts.iterdir()}
    found[REQUIREMENTS] = "".join(f"{line}\n" for line in _requirements(course, wanted)).encode()
    constraints = course.root / "constraints.txt"
    found[PurePosixPath("constraints.txt")] = constraints.read_bytes() if constraints.is_file() else b""
    inside = PurePosixPath("course")
    for path in _engine():
        found[inside / path.relative_to(ENGINE.parent).as_posix()] = path.read_bytes()
    for path in (*_course_files(course, wanted.assignment), course.root / SETTINGS):
        found[inside / path.relative_to(course.root).as_posix()] = path.read_bytes()
    source = course.source(wanted.assignment)
    found[inside / source.relative_to(course.root).as_posix()] = _marks_only(source).encode()
    found[inside / order.FILE] = order.to_json(wanted).encode()
    return found


def _engine() -> set[Path]:
    """The engine's files that grading needs."""
    # The fork server's modules are started by name.
    start = [Path(in_container.__file__), *(ENGINE / "sandbox").glob("*.py")]
    needed = {path for path in Imports([ENGINE.parent]).closure(start) if path.is_relative_to(ENGINE)}
    return needed | {*(ENGINE / "sandbox").glob("*.txt")}


def _course_files(course: Course, assignment: str) -> Iterator[Path]:
    """The course's files for one assignment: its exercises, its release and public cases, and `helpers`."""
    release = course.release(assignment)
    if not release.is_file():
        raise CourseError(release.relative_to(course.root), 0, "missing: run `autograder build`")
    yield release
    packages = {(course.root / exercise.file).parent for exercise in course.notebooks[assignment].exercises}
    start = [course.root / "exercises" / "__init__.py"]
    start += [path for folder in packages for path in folder.rglob("*.py")]
    for path in Imports([course.root]).closure(start):
        if path.is_relative_to(course.root / "exercises"):
            yield path
    cases = course.root / CASES
    for path in helper_files(course):
        if not path.is_relative_to(cases) or path.is_relative_to(cases / assignment):
            yield path


def _marks_only(source: Path) -> str:
    """A notebook's source without what is in its cells: the course takes the order of the exercises from it."""
    return "".join(line for line in source.read_text("utf-8").splitlines(keepends=True) if line.startswith(_MARK))


def _requirements(course: Course, wanted: Order) -> list[str]:
    """The packages to install, as requirements."""
    project = tomllib.loads((course.root / SETTINGS).read_text("utf-8")).get("project", {})
    extras = project.get("optional-dependencies", {})
    required = course.notebooks[wanted.assignment].requires
    lines = [line for line in project.get("dependencies", []) if not line.startswith(NOT_NEEDED)]
    lines += [line for name in (*EXTRAS, *required) for line in extras.get(name, [])]
    lines += [name for name in required if name not in extras]
    return [*lines, *OWN]
