"""Small mechanical changes of a function's source: operators, comparisons, constants, indices, axes, calls."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NAMES = {
    "max": "min", "min": "max", "sum": "mean", "mean": "sum", "argmax": "argmin", "zeros": "ones", "ones": "zeros",
    "maximum": "minimum", "minimum": "maximum", "amax": "amin", "all": "any", "any": "all", "floor": "ceil",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed version of a function: what was changed where, and the whole source."""

    function: str
    change: str
    source: str


def mutants(function: Callable[..., Any]) -> Iterator[Mutant]:
    """Every mutant of a function, one change each. Docstrings, defaults and decorators are left alone."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    if isinstance(definition.body[0], ast.Expr) and isinstance(definition.body[0].value, ast.Constant):
        del definition.body[0]
    seen: Counter[str] = Counter()
    nodes = [node for statement in definition.body for node in ast.walk(statement)]
    for number, node in enumerate(nodes):
        for text, change in _changes(node):
            whole = copy.deepcopy(tree)
            body = whole.body[0]
            assert isinstance(body, ast.FunctionDef)
            twin = [other for statement in body.body for other in ast.walk(statement)][number]
            before = _context(body, twin)
            change(twin)
            # The same change at several places of a line is told apart by a number.
            said = f"{text} in: {before}"
            seen[said] += 1
            yield Mutant(definition.name, f"{said} ({seen[said]})", ast.unparse(ast.fix_missing_locations(whole)))


Change = Callable[[Any], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    yield from operators(node)
    yield from _arrangements(node)


def operators(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Other operators, comparisons, constants and functions in place of a node's: each in words, and what makes it."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for operator in BINARY.get(type(node.op), ()):
            yield f"{type(node.op).__name__} -> {operator.__name__}", setter("op", operator())
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in COMPARISONS.get(type(node.ops[0]), ()):
            yield f"{type(node.ops[0]).__name__} -> {comparison.__name__}", setter("ops", [comparison()])
    if isinstance(node, ast.UnaryOp):
        yield f"without {type(node.op).__name__}", lambda twin: become(twin, twin.operand)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in (node.value + 1, node.value - 1):
            yield f"{node.value} -> {value}", setter("value", value)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", setter("value", not node.value)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield f"{node.attr} -> {NAMES[node.attr]}", setter("attr", NAMES[node.attr])
    if isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield f"{node.id} -> {NAMES[node.id]}", setter("id", NAMES[node.id])


def _arrangements(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Operands, entries and arguments left out or in another order."""
    if isinstance(node, ast.BinOp):
        yield "left operand only", lambda twin: become(twin, twin.left)
        yield "right operand only", lambda twin: become(twin, twin.right)
    if isinstance(node, ast.Tuple):
        for first in range(len(node.elts) - 1):
            if ast.dump(node.elts[first]) != ast.dump(node.elts[first + 1]):
                yield f"entries {first} and {first + 1} swapped", lambda twin, first=first: _swap(twin.elts, first)
    if isinstance(node, ast.Call) and len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args):
        for first in range(len(node.args) - 1):
            yield f"arguments {first} and {first + 1} swapped", lambda twin, first=first: _swap(twin.args, first)
    if isinstance(node, ast.Call):
        for index, keyword in enumerate(node.keywords):
            yield f"without {keyword.arg}=", lambda twin, index=index: twin.keywords.pop(index)
    if isinstance(node, ast.AugAssign):
        yield (
            "= for augmented assignment",
            lambda twin: become(twin, ast.Assign(targets=[twin.target], value=twin.value, lineno=twin.lineno)),
        )


def setter(field: str, value: object) -> Change:
    """A change that gives one field of a node another value."""
    return lambda twin: setattr(twin, field, value)


def become(twin: ast.AST, other: ast.AST) -> None:
    """Turns a node into another one in place."""
    other = copy.deepcopy(other)
    twin.__class__ = other.__class__  # type: ignore[assignment]
    vars(twin).clear()
    vars(twin).update(vars(other))


def _swap(items: list[Any], first: int) -> None:
    items[first], items[first + 1] = items[first + 1], items[first]


def _context(function: ast.FunctionDef, node: ast.AST) -> str:
    """The innermost statement that holds a node, as one line."""
    holding = [
        item for item in ast.walk(function) if isinstance(item, ast.stmt) and any(n is node for n in ast.walk(item))
    ]
    return " ".join(ast.unparse(holding[-1]).split())[:120]
