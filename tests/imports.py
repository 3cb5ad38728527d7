"""Which modules a Python file imports, wherever in it, found without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def module_name(path: Path, root: Path) -> str:
    """The dotted name of the file's module; a package's is that of its folder."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path, root: Path) -> frozenset[tuple[str, str]]:
    """(module, name) of all that a file under `root` imports from modules, relative ones resolved; name "" for none."""
    package = path.relative_to(root).parts[:-1]
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(item.name, "") for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, *filter(None, [node.module])])
            found |= {(module, item.name) for item in node.names}
    return frozenset(found)


def imported_files(path: Path, root: Path) -> set[Path]:
    """The files under `root` of the modules that a file imports itself, without the packages around them."""
    files = (_file(f"{module}.{name}", root) or _file(module, root) for module, name in imported(path, root))
    return {file for file in files if file}


def closure(start: Iterable[Path], root: Path) -> set[Path]:
    """The files, and all under `root` that run when these are imported: what they import, and the packages around."""
    found: set[Path] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imported_files(path, root)
            around = path.parent / "__init__.py"
            waiting += [around] if around.is_file() else []
    return found


def _file(module: str, root: Path) -> Path | None:
    place = root.joinpath(*module.strip(".").split("."))
    return next((path for path in (place / "__init__.py", place.with_name(f"{place.name}.py")) if path.is_file()), None)
