"""What a web page takes so that its exercises can be written and checked on it: scripts, notebook, helpers, Python."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course

from . import pyodide
from .bundle import helper_files

FOLDER = "writing"
SCRIPTS = Path(__file__).parent / "templates" / "site" / FOLDER
PACKAGES = ("numpy",)  # all that a check needs
NOT_NEEDED = (".jpg", ".jpeg", ".png")  # no check needs a picture
MAX_FILE = 100_000  # bytes; a larger file is data for figures and training, which no check needs either


def write_on_page(course: Course, out: Path, notebooks: Mapping[str, bytes], offline: bool) -> list[Path]:
    """Writes the folder `writing` of a site and returns its files; `notebooks` are the students' files by name.

    With `offline`, Python lies there too, and pages load nothing from another address. PyodideUnavailable; OSError.
    """
    address = "./pyodide/" if offline else pyodide.ADDRESS
    files = {script.name: script.read_bytes() for script in SCRIPTS.iterdir()}
    files["where.js"] = f'export const PYODIDE = "{address}";\n'.encode()
    for name, content in notebooks.items():
        files |= {f"{name}.ipynb": content, f"{name}.zip": _helpers(course, name)}
    if offline:
        python = pyodide.fetch(PACKAGES)
        for file in (*pyodide.needed(PACKAGES), pyodide.LOCK.name):
            files[f"pyodide/{file}"] = (python / file).read_bytes()
    for place, content in files.items():
        path = out / FOLDER / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [out / FOLDER / place for place in files]


def _helpers(course: Course, notebook: str) -> bytes:
    """The package `helpers` with the cases of one notebook, zipped."""
    cases = course.root / "helpers" / "checking" / "cases"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(helper_files(course)):
            elsewhere = path.is_relative_to(cases) and not path.is_relative_to(cases / notebook)
            data = not path.is_relative_to(cases) and path.stat().st_size > MAX_FILE
            if not elsewhere and not data and path.suffix not in NOT_NEEDED:
                entry = zipfile.ZipInfo(path.relative_to(course.root).as_posix(), (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()
