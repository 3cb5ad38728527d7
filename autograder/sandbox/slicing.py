"""Which statements of a notebook an exercise needs.

An exercise is run with as little of the notebook as it needs, so that a broken, endless or hostile cell elsewhere
costs it nothing, and so that explorations and figures cost no time. Names decide: a top-level statement is needed
when it binds a name that the exercise's own cell, or a needed statement, refers to.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from .modules import MODULE, bound_as, imported_modules, is_star, written_files, written_modules
from .names import NOTHING, Names, names_by_text, names_in, table_of

MAX_CELL = 50_000
BUILTINS = frozenset(dir(builtins))
_LINE_END = re.compile(r"\r\n|\r|\n")  # what ends a line for Python; str.splitlines knows more


@dataclass(frozen=True)
class CellCode:
    """One code cell.

    `origin` is release (the release's own cell, pristine, ahead of the student's), solution, or extra. `written` is
    False for a solution's cell that is as it was handed out; `place` says to people where the notebook has the cell.
    """

    label: str
    source: str
    origin: str
    written: bool = True
    place: str = ""


@dataclass(frozen=True)
class Statement:
    """A top-level statement. What it binds and refers to is found out when it is asked for: most are never needed.

    `by_text` are the names that it binds and refers to in texts, as `exec` does.
    """

    node: ast.stmt
    text: str
    by_text: Names = NOTHING

    @cached_property
    def binds(self) -> frozenset[str]:
        """The global names that it binds."""
        simple = not any(mark in self.text for mark in ("global", ":="))
        if simple and isinstance(self.node, (ast.FunctionDef, ast.ClassDef)):
            shown = frozenset({self.node.name})
        elif simple and isinstance(self.node, ast.Expr):
            shown = frozenset(written_modules(self.node))
        else:
            shown = self._names[0]
        return shown | self.by_text[0]

    @cached_property
    def refers(self) -> frozenset[str]:
        """The global names that it refers to, those in its functions too, and the modules that it imports."""
        return self._names[1] | self.by_text[1] | frozenset(imported_modules(self.node))

    @cached_property
    def _names(self) -> Names:
        return names_in(self.text)


class Statements(list[Statement]):
    """The top-level statements of a cell, in order, and an index of them."""

    @cached_property
    def binders(self) -> dict[str, list[int]]:
        """Which of them bind a name, by name."""
        found: dict[str, list[int]] = {}
        for index, item in enumerate(self):
            for name in item.binds:
                found.setdefault(name, []).append(index)
        return found

    @cached_property
    def stars(self) -> list[int]:
        """Which of them hold for all that follows: `from module import *`, which may bind any name, and __future__."""
        return [index for index, item in enumerate(self) if is_star(item.node)]


def work_cell(
    cells: Sequence[CellCode], statements: Sequence[Statements], own: Sequence[int], name: str, kind: str
) -> int | None:
    """Which of the cells has the work on an exercise that defines `name`; None where nothing is written.

    It is the cell that has the last word when the notebook is run from top to bottom. A function in the exercise's own
    cells (`own`) comes first all the same: of the other cells it is tried with what they add. Chosen by the text alone,
    before anything is run, so that there is one answer and no second guess.
    """
    worked = [index for index in own if cells[index].written]
    if kind == "function":
        binding = [index for index in worked if name in statements[index].binders]
        if binding:
            return binding[-1]
    for index in reversed(range(len(cells))):
        cell = cells[index]
        # A cell that is hard to parse costs only those exercises that it names.
        if cell.origin == "release" or (worked and not cell.written):
            continue
        if (name in cell.source and name in statements[index].binders) or _taken(cells, statements, index, name):
            return index if cell.written else None
    return worked[-1] if worked else None


def _taken(cells: Sequence[CellCode], statements: Sequence[Statements], index: int, name: str) -> bool:
    """Whether a cell takes the name, with all others, from a file that a cell above writes: `from layers import *`."""
    if not any(word in cells[index].source for word in ("import", "%run")):
        return False  # without parsing it
    modules = {module for n in statements[index].stars for module in imported_modules(statements[index][n].node)}
    return any(
        bound_as(module) in modules and name in parse(text).binders
        for above in range(index if modules else 0)
        if name in cells[above].source
        for item in statements[above]
        if isinstance(item.node, ast.Expr)
        for module, text in written_files(item.node)
    )


WAYS = (
    ({"release"}, False),
    ({"release", "solution"}, False),
    ({"release", "solution", "extra"}, False),
    ({"release", "solution", "extra"}, True),
)
"""Which cells may be used beside the exercise's own, and whether what the student's do beyond binding names is done."""

Plan = tuple[tuple[int, tuple[int, ...]], ...]
"""Cells to run in order, each with the indices of its statements."""


def plans(
    cells: Sequence[CellCode],
    statements: Sequence[Statements],
    target: int,
    names: Sequence[str],
    below: Sequence[CellCode] = (),
) -> Iterator[Plan]:
    """Ways to run the exercise in cell `target`, from the least of the notebook on: one at least, no two alike.

    First the release's own cells and the exercise's cell, then the other exercises' cells too, then the student's extra
    cells, each cut down to the needed statements; last with everything the student wrote that does more than bind
    names. Ways that leave a name unbound which another one binds are left out.

    A name that is still unbound may be imported by the cells `below` the exercise, too: people run cells in any order,
    and an import changes nothing but names.

    `statements` are those of all cells, by `parse`. They are asked for only when a way needs them: a cell that is hard
    to parse costs an exercise that doesn't need it nothing.
    """
    kept: list[Plan] = []
    for origins, acting in WAYS:
        chosen = [index for index, cell in enumerate(cells) if cell.origin in origins or index == target]
        own = [index for index in chosen if acting and cells[index].origin != "release"]
        start = {index: {n for n, item in enumerate(statements[index]) if acts(item.node)} for index in own}
        plan, missing = _needed(statements, chosen, target, names, start)
        imports = _imports(missing, len(cells), below, statements)
        plan = imports + plan
        missing -= {name for index, picked in imports for n in picked for name in statements[index][n].binds}
        if plan not in kept and not (missing and _bound(missing, statements, len(cells))):
            kept.append(plan)
            yield plan


def _imports(names: Set[str], first: int, below: Sequence[CellCode], statements: Sequence[Statements]) -> Plan:
    """The import statements that bind one of the names in the cells `below`, numbered from `first`."""
    found: list[tuple[int, tuple[int, ...]]] = []
    for index, cell in enumerate(below, start=first):
        if not any(name in cell.source for name in names):
            continue
        binders = {number for name in names for number in statements[index].binders.get(name, ())}
        picked = sorted(n for n in binders if isinstance(statements[index][n].node, (ast.Import, ast.ImportFrom)))
        found += [(index, tuple(picked))] if picked else []
    return tuple(found)


def _bound(names: Set[str], statements: Sequence[Statements], cells: int) -> bool:
    """Whether some cell binds one of the names."""
    return any(not names.isdisjoint(statements[index].binders) for index in range(cells))


def acts(node: ast.stmt) -> bool:
    """Whether a statement may do more than bind names: call something for its effect, change an object, loop.

    A decorator may, as it can enter its function into a list; not those that packages have, such as `@np.vectorize`.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return any(isinstance(getattr(item, "func", item), ast.Name) for item in node.decorator_list)
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
        return False
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return not all(isinstance(item, (ast.Name, ast.Tuple, ast.List)) for item in targets)
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def is_literal(statements: Statements) -> bool:
    """Whether these only give names to numbers and texts, spelled out: nothing that is run elsewhere changes them."""
    assigned = (ast.Assign, ast.Name, ast.Store)  # a name that is read has the context Load
    spelled = (ast.Constant, ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop)
    return all(isinstance(node, assigned + spelled) for item in statements for node in ast.walk(item.node))


def parse(source: str) -> Statements:
    """The top-level statements of a cell; none when it is not valid Python, or longer than anybody writes."""
    if len(source) > MAX_CELL:
        return Statements()
    try:
        tree = ast.parse(source)
        table_of(source)  # finds what the grammar allows and the language doesn't
        return Statements(map(Statement, tree.body, _texts(source, tree.body), names_by_text(source, tree.body)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Statements()


def _texts(source: str, nodes: list[ast.stmt]) -> Iterator[str]:
    """Each statement's source: its lines, which is fast, or spelled anew where these hold more or less than it."""
    if len(nodes) == 1:
        yield source
        return
    lines = _LINE_END.split(source)
    spans = [(node.lineno, node.end_lineno or node.lineno) for node in nodes]
    uses = Counter(line for span in spans for line in set(span))
    for node, (first, last) in zip(nodes, spans):
        whole = uses[first] == 1 and uses[last] == 1 and not getattr(node, "decorator_list", ())
        yield "\n".join(lines[first - 1 : last]) if whole else ast.unparse(node)


def as_module(statement: Statement) -> ast.Module:
    """The statement alone, ready to compile; line numbers stay those of its cell."""
    return ast.Module(body=[statement.node], type_ignores=[])


def _needed(
    statements: Sequence[Statements],
    chosen: Sequence[int],
    target: int,
    names: Sequence[str],
    start: Mapping[int, set[int]],
) -> tuple[Plan, set[str]]:
    """The plan over the chosen cells, and the names it needs that it leaves unbound; `start` is in it anyway."""
    picked = {cell: set(indices) for cell, indices in start.items()}
    picked[target] = set(range(len(statements[target])))
    binding = []
    for cell in chosen:
        parsed = statements[cell]
        if parsed.stars:
            picked.setdefault(cell, set()).update(parsed.stars)
        if parsed.binders:
            binding.append((cell, parsed, parsed.binders))
    wanted = set(names).union(*(statements[cell][index].refers for cell in picked for index in picked[cell]))
    pending = list(wanted)
    while pending:
        name = pending.pop()
        for cell, parsed, binders in binding:
            for index in binders.get(name, ()):
                if index not in picked.setdefault(cell, set()):
                    picked[cell].add(index)
                    more = parsed[index].refers - wanted
                    wanted |= more
                    pending.extend(more)
    plan = tuple((cell, tuple(sorted(picked[cell]))) for cell in sorted(picked) if picked[cell])
    bound = {name for cell, indices in plan for index in indices for name in statements[cell][index].binds}
    return plan, {name for name in wanted - bound - BUILTINS if not name.startswith(MODULE)}
