"""Which statements of a notebook an exercise needs.

An exercise is run with as little of the notebook as it needs, so that a broken, endless or hostile cell elsewhere
costs it nothing, and so that explorations and figures cost no time. Names decide: a top-level statement is needed
when it binds a name that the exercise's own cell, or a needed statement, refers to.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MAX_CELL = 50_000


@dataclass(frozen=True)
class CellCode:
    """One code cell.

    `origin` is release (the release's own cell, pristine, ahead of the student's), solution, or extra.
    """

    label: str
    source: str
    origin: str


@dataclass(frozen=True)
class Statement:
    """A top-level statement, with the names it binds and the global names it refers to."""

    cell: int
    first: int
    last: int
    node: ast.stmt
    binds: frozenset[str]
    refers: frozenset[str]


Plan = tuple[tuple[int, tuple[int, ...]], ...]
"""Cells to run in order, each with the indices of its statements."""


def plans(
    cells: Sequence[CellCode], statements: Sequence[list[Statement]], target: int, names: Sequence[str]
) -> Iterator[Plan]:
    """Ways to run the exercise in cell `target`, from the least of the notebook on, without repetition.

    First the release's own cells and the exercise's cell, then the other exercises' cells too, then the student's extra
    cells, each cut down to the needed statements; last with everything the student wrote that does more than bind
    names. Ways that leave a name unbound which another one binds are left out.

    `statements` are the cells', by `parse`. They are asked for only when a way needs them: a cell that is hard to parse
    costs an exercise that doesn't need it nothing.
    """
    everything = {"release", "solution", "extra"}
    kept: list[Plan] = []
    for origins, acting in (
        ({"release"}, False),
        ({"release", "solution"}, False),
        (everything, False),
        (everything, True),
    ):
        chosen = [index for index, cell in enumerate(cells) if cell.origin in origins or index == target]
        own = [index for index in chosen if acting and cells[index].origin != "release"]
        start = {index: {n for n, item in enumerate(statements[index]) if acts(item.node)} for index in own}
        plan, missing = _needed(statements, chosen, target, names, start)
        if plan not in kept and not (missing and missing & _bound(statements)):
            kept.append(plan)
            yield plan


def _bound(statements: Sequence[list[Statement]]) -> set[str]:
    """The names that some cell binds."""
    return {name for index in range(len(statements)) for item in statements[index] for name in item.binds}


def acts(node: ast.stmt) -> bool:
    """Whether a statement may do more than bind names: call something for its effect, change an object, loop."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)):
        return False
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return not all(isinstance(item, (ast.Name, ast.Tuple, ast.List)) for item in targets)
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def parse(cell: int, source: str) -> list[Statement]:
    """The top-level statements of a cell; none when it is no valid Python, or longer than anybody writes."""
    if len(source) > MAX_CELL:
        return []
    try:
        tree = ast.parse(source)
        return [_statement(cell, node) for node in tree.body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def as_module(statement: Statement) -> ast.Module:
    """The statement alone, ready to compile; line numbers stay those of its cell."""
    return ast.Module(body=[statement.node], type_ignores=[])


def _statement(cell: int, node: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    binds = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    refers = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    pending = list(table.get_children())
    while pending:
        child = pending.pop()
        pending.extend(child.get_children())
        for symbol in child.get_symbols():
            if symbol.is_global():
                refers.add(symbol.get_name())
                if symbol.is_assigned() and symbol.is_declared_global():
                    binds.add(symbol.get_name())
    return Statement(cell, node.lineno, node.end_lineno or node.lineno, node, frozenset(binds), frozenset(refers))


def _needed(
    statements: Sequence[list[Statement]],
    chosen: Sequence[int],
    target: int,
    names: Sequence[str],
    start: Mapping[int, set[int]],
) -> tuple[Plan, set[str]]:
    """The plan over the chosen cells, and the names it needs that it leaves unbound; `start` is in it anyway."""
    picked = {cell: set(indices) for cell, indices in start.items() if indices}
    picked[target] = set(range(len(statements[target])))
    wanted = set(names).union(*(statements[cell][index].refers for cell in picked for index in picked[cell]))
    growing = True
    while growing:
        growing = False
        for cell in chosen:
            for index, item in enumerate(statements[cell]):
                if index not in picked.get(cell, ()) and (item.binds & wanted or _star(item.node)):
                    picked.setdefault(cell, set()).add(index)
                    wanted |= item.refers
                    growing = True
    plan = tuple((cell, tuple(sorted(picked[cell]))) for cell in sorted(picked) if picked[cell])
    bound = {name for cell, indices in plan for index in indices for name in statements[cell][index].binds}
    return plan, wanted - bound - set(dir(builtins))


def _star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
