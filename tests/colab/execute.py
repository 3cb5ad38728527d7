"""Runs notebooks top to bottom, each in a fresh kernel of the Python that runs this: execute.py FOLDER NOTEBOOK...

FOLDER becomes the kernels' working directory. Ends with an error at the first error that a cell raises or shows.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

SECONDS_PER_CELL = 120
WIDGETS = "application/vnd.jupyter.widget-state+json"


def execute(path: Path, folder: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS_PER_CELL, resources={"metadata": {"path": str(folder)}}).execute()
    for output in outputs(notebook):
        if output["output_type"] == "error":
            sys.exit(f"{path.name} shows an error: {output['ename']}: {output['evalue']}")


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """What the cells show and what shows inside their widgets: `interact` puts errors there and raises nothing."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])
    for widget in notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {}).values():
        yield from widget["state"].get("outputs", [])


if __name__ == "__main__":
    for name in sys.argv[2:]:
        execute(Path(name), Path(sys.argv[1]))
