"""Which files a Python file depends on: what it imports from some folders, directly or through others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_MODULE = re.compile(r"\w+(\.\w+)+")


class Imports:
    """Reads imports without running anything, each file once. `places` are the folders that modules are found in."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = places
        self._direct: dict[Path, list[Path]] = {}

    def closure(self, start: Iterable[Path]) -> set[Path]:
        """The files `start`, the packages around them, and all that these import from `places`, directly or not."""
        found: set[Path] = set()
        waiting = list(start)
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                if path not in self._direct:
                    names = [".".join(self._package(path)), *self._names(path)]
                    self._direct[path] = [file for name in names if name for file in self.files(name)]
                waiting += self._direct[path]
        return found

    def files(self, name: str) -> list[Path]:
        """The files that run when a dotted name is imported; none when it is in none of the places.

        The last part may be an attribute of a module. The packages around a module run first.
        """
        for place in self._places:
            files = []
            folder = place
            for part in name.split("."):
                folder = folder / part
                candidates = (folder / "__init__.py", folder.with_name(f"{part}.py"))
                files += [file for file in candidates if file.is_file()][:1]
            if files:
                return files
        return []

    def _names(self, path: Path) -> Iterator[str]:
        package = self._package(path)
        for name, level in _imported(path):
            if not level:
                yield name
            elif package:
                yield ".".join((*package[: len(package) - level + 1], name))

    def _package(self, path: Path) -> tuple[str, ...]:
        """The names of the packages that a file is in, outermost first."""
        return next((path.relative_to(place).parts[:-1] for place in self._places if path.is_relative_to(place)), ())


def _imported(path: Path) -> Iterator[tuple[str, int]]:
    """Each name that a file imports, wherever in it, and the level of a relative import.

    Text that looks like a module's name counts as well: it may be imported by that name later.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return  # whoever runs it will say so
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((item.name, 0) for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = f"{node.module}." if node.module else ""
            yield from ((f"{module}{item.name}", node.level) for item in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            yield node.value, 0
