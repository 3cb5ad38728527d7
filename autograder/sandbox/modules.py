"""Modules that a notebook's statements import, and those that its cells write."""

from __future__ import annotations

import ast
from collections.abc import Iterator

MODULE = "module "  # with a space, so that no variable has such a name


def is_star(node: ast.stmt) -> bool:
    """Whether a statement holds for all that follows: takes all names of a module, or changes the language."""
    if not isinstance(node, ast.ImportFrom):
        return False
    return node.module == "__future__" or any(alias.name == "*" for alias in node.names)


def written_modules(node: ast.Expr) -> Iterator[str]:
    """What `%%writefile layers.py` binds: no name, but a module that can be imported from then on."""
    return (bound_as(name) for name, _ in written_files(node))


def written_files(node: ast.Expr) -> Iterator[tuple[str, str]]:
    """The name of the module that `%%writefile layers.py` writes, and its text."""
    call = node.value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic":
        match [item.value for item in call.args if isinstance(item, ast.Constant)]:
            case ["writefile" | "file", str(line), str(text)] if line.split():
                yield line.split()[-1].strip("'\"").removesuffix(".py"), text


def imported_modules(node: ast.stmt) -> Iterator[str]:
    """The modules that an import at the top level needs, by the names that `written_modules` gives them."""
    if isinstance(node, ast.Import):
        yield from (bound_as(alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield bound_as(node.module)


def bound_as(name: str) -> str:
    """What stands for a module among the names that statements bind and refer to."""
    return MODULE + name.replace("/", ".").partition(".")[0]
