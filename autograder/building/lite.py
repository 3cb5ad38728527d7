"""The notebooks in JupyterLite: static files for any web server, Python running in the reader's browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import nbformat

from autograder.course import Course

from . import pyodide
from .bundle import bundle_files
from .notebook import to_bytes
from .reading import BADGE

EXTENSION = "@jupyterlite/pyodide-kernel-extension"
PYTHON = "static/pyodide"


class LiteFailed(Exception):
    """Why the pages could not be made, in a line."""


def write_lite(course: Course, out: Path, offline: bool = False) -> None:
    """Writes JupyterLite into the folder `out`, with the students' notebooks, `helpers` and the solved notebooks.

    Without `offline` its pages load Python from its makers' address; with it, Python lies in the folder and nothing is
    asked of another address. What is in `out` is replaced. LiteFailed, PyodideUnavailable, CourseError, OSError.
    """
    if find_spec("jupyterlite_pyodide_kernel") is None:
        raise LiteFailed("JupyterLite is not installed: pip install -e '.[lite]'")
    python = pyodide.fetch(pyodide.all_packages()) if offline else None
    with tempfile.TemporaryDirectory(prefix="lite-") as folder:
        work = Path(folder)
        _write_contents(course, work / "contents")
        (work / "jupyter-lite.json").write_text(json.dumps(_settings(course, offline)), "utf-8")
        (work / "jupyter_lite_config.json").write_text(json.dumps(_build_settings(pyodide.fetch_comm())), "utf-8")
        _build(work)
        if python is not None:
            for name in (*pyodide.needed(pyodide.all_packages()), pyodide.LOCK.name):
                path = work / "out" / PYTHON / name
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(python / name, path)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(work / "out", out)


def _write_contents(course: Course, folder: Path) -> None:
    files = bundle_files(course)
    for name, book in course.notebooks.items():
        for path in course.release(name), course.solution(name):
            place = PurePosixPath(path.relative_to(course.root))
            files[place] = path.read_bytes() if book.requires else _without_badges(path)
    for place, content in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _without_badges(path: Path) -> bytes:
    """A notebook that needs no link to where it runs, since it runs here."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = BADGE.sub("", notebook.cells[0].source)
    return to_bytes(notebook)


def _settings(course: Course, offline: bool) -> dict[str, object]:
    """What the pages read: where the kernel's Python is, and what it loads at its start, since only `helpers` asks."""
    known = {name.lower() for name in pyodide.all_packages()}
    kernel = {
        "pyodideUrl": f"./{PYTHON}/pyodide.js" if offline else f"{pyodide.ADDRESS}pyodide.js",
        "disablePyPIFallback": offline,
        "loadPyodideOptions": {"packages": sorted({name.partition(".")[0] for name in course.preload} & known)},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"litePluginSettings": {f"{EXTENSION}:kernel": kernel}},
    }


def _build_settings(wheel: Path) -> dict[str, object]:
    """What the build reads: the kernel's extension, and none of the others that are installed here."""
    return {
        "LiteBuildConfig": {
            "contents": ["contents"],
            "output_dir": "out",
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(Path(sys.prefix) / "share" / "jupyter" / "labextensions" / EXTENSION)],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "apps": ["lab"],
        },
        "PipliteAddon": {"piplite_urls": [str(wheel)]},
    }


def _build(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "lite", "build"], cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise LiteFailed(f"JupyterLite's build failed: {said}")
