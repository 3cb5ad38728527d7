"""Git's name for what is in the folder `helpers`: by it a notebook fetches just what it was made with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

FOLDER = "helpers"


def helpers_tree(root: Path, made: Mapping[Path, bytes] | None = None, gone: Collection[Path] = ()) -> str:
    """The id of git's tree object for `helpers` in the folder `root`, 40 hex digits.

    It changes with every byte in the folder, and git gives nothing else by it. `made` are files that are about to be
    written, `gone` those that are about to be removed. Left out is what git leaves out: what Python compiles, and names
    with a leading dot.
    """
    there = {path: path for path in (root / FOLDER).rglob("*") if path.is_file() and path not in gone}
    contents = {path: path.read_bytes() for path in there if _is_source(path.relative_to(root))} | dict(made or {})
    tree: dict[str, Any] = {}
    for path, content in contents.items():
        if path.is_relative_to(root / FOLDER):
            *folders, name = PurePosixPath(path.relative_to(root / FOLDER).as_posix()).parts
            place = tree
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = content
    return _tree(tree).hex()


def _is_source(path: Path) -> bool:
    return path.suffix != ".pyc" and not any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def _tree(entries: Mapping[str, Any]) -> bytes:
    """The id of a folder: of the modes, names and ids of what is in it, a folder sorted as if its name ended in "/"."""
    lines = []
    for name, entry in sorted(entries.items(), key=lambda item: item[0] + "/" * isinstance(item[1], dict)):
        if isinstance(entry, dict):
            lines.append(f"40000 {name}\0".encode() + _tree(entry))
        else:
            lines.append(f"100644 {name}\0".encode() + _id("blob", entry))
    return _id("tree", b"".join(lines))


def _id(kind: str, content: bytes) -> bytes:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).digest()
