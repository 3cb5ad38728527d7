"""What stays of code when it is renamed, reordered, commented, or its loops become comprehensions.

Code is cut into the expressions that it evaluates: each value, condition, index and what a loop runs over. What they
are assigned to, and in which order they come, is left out. Each expression is written as tokens, without the names of
variables, and each run of a few tokens is one fingerprint.
"""

from __future__ import annotations

import ast
import json
import re
import signal
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

LENGTH = 5  # tokens of a fingerprint
MAX_CODE = 100_000  # characters: no exercise has as many
SECONDS = 5  # for one piece of code: a hostile one may take for ever to parse
MEMORY = 2**30
# -P: no module of the folder that we are in takes the place of Python's own.
COMMAND = [sys.executable, "-P", "-m", __name__]
NEXT_CELL = "\n\f\n"  # between the cells of one piece of code
_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
_COLLECTS = ("append", "add", "extend")  # what a comprehension does without a name
_COMMUTES = (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd, ast.BitXor)
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def of_each(sources: Sequence[str]) -> list[frozenset[str]]:
    """The fingerprints of each piece of code; none where it isn't Python, or where it can't be parsed in time.

    Parses in another process, which a piece of code may bring down.
    """
    found: list[frozenset[str]] = []
    while len(found) < len(sources):
        rest = "".join(f"{json.dumps(source)}\n" for source in sources[len(found) :])
        done = subprocess.run(COMMAND, input=rest, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = done.stdout.split("\n")[:-1]
        found += [frozenset(json.loads(line)) for line in lines]
        if len(found) < len(sources):
            found.append(frozenset())
    return found


def fingerprints(source: str) -> frozenset[str]:
    """The fingerprints of a piece of code; none where it isn't Python, or of those of its cells that aren't."""
    tree = _parsed(source)
    trees = [tree] if tree else filter(None, map(_parsed, source.split(NEXT_CELL)))
    try:
        found = Counter(text for tree in trees for tokens in _Code(tree).expressions for text in _runs(tokens))
    except RecursionError:
        return frozenset()
    return frozenset(f"{text} {number}" for text, count in found.items() for number in range(count))


def _parsed(source: str) -> ast.Module | None:
    if len(source) > MAX_CODE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape sequence
            return ast.parse(_MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _runs(tokens: list[str]) -> Iterator[str]:
    for start in range(max(1, len(tokens) - LENGTH + 1)):
        yield " ".join(tokens[start : start + LENGTH])


class _Code:
    """The expressions of a piece of code, each as tokens."""

    def __init__(self, tree: ast.AST) -> None:
        self._own = set(_bound(tree))
        self.expressions: list[list[str]] = []
        self._statement(tree)

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal() | ast.Raise():
                return
            case ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="print"))):
                return  # a docstring, or a look at a value
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=[value])) if name in _COLLECTS:
                self._add(value)
            case ast.Assign(targets=targets, value=value):
                self._targets(targets)
                self._add(value)
            case ast.AugAssign(target=target, value=value):
                self._targets([target])
                self._add(value)
            case ast.AnnAssign(target=target, value=value):
                self._targets([target])
                self._add(value)
            case ast.Return(value=value) | ast.Expr(value=value):
                self._add(value)
            case ast.For(iter=over, body=body, orelse=others):
                self._add(over, "loop")
                self._block(body, others)
            case ast.While(test=test, body=body, orelse=others) | ast.If(test=test, body=body, orelse=others):
                self._add(test, "if")
                self._block(body, others)
            case ast.FunctionDef(args=arguments, body=body):
                for default in (*arguments.defaults, *arguments.kw_defaults):
                    self._add(default)
                self._block(body)
            case ast.expr():
                self._add(node)
            case _:
                self._block(list(ast.iter_child_nodes(node)))

    def _block(self, *bodies: Iterable[ast.AST]) -> None:
        for body in bodies:
            for node in body:
                self._statement(node)

    def _targets(self, targets: Iterable[ast.expr]) -> None:
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Subscript):
                    self._add(node.slice, "at")

    def _add(self, node: ast.expr | None, *head: str) -> None:
        # A bare name says nothing.
        if node is not None and not isinstance(node, ast.Name):
            tokens = [*head, *self._tokens(node)]
            if len(tokens) > 1:
                self.expressions.append(tokens)

    def _tokens(self, node: ast.AST) -> list[str]:
        match node:
            case ast.Name(id=name):
                return [self._name(name)]
            case ast.Constant(value=value):
                return [_constant(value)]
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                return [f"-{_constant(value)}"]
            case ast.BinOp(left=left, op=op, right=right):
                sides = [self._tokens(left), self._tokens(right)]
                if isinstance(op, _COMMUTES):
                    sides.sort()
                return [type(op).__name__, *sides[0], *sides[1]]
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                sides = [self._tokens(left), self._tokens(right)]
                kind = type(op)
                if kind in _TURNED:
                    kind = _TURNED[kind]
                    sides.reverse()
                elif isinstance(op, (ast.Eq, ast.NotEq)):
                    sides.sort()
                return [kind.__name__, *sides[0], *sides[1]]
            case ast.Call(func=function, args=arguments, keywords=keywords):
                tokens = ["call", *self._tokens(function)]
                for argument in arguments:
                    tokens += self._tokens(argument)
                for _, keyword in sorted((item.arg or "**", self._tokens(item.value)) for item in keywords):
                    tokens += keyword
                return tokens
            case ast.Attribute(value=value, attr=name):
                return [f".{name}", *self._tokens(value)]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                self._add(test, "if")
                self._add(body)
                self._add(other)
                return ["either"]
            case ast.Lambda(body=body):
                self._add(body)
                return ["lambda"]
            case _:
                tokens = [type(node).__name__]
                for child in ast.iter_child_nodes(node):
                    if not isinstance(child, (ast.expr_context, ast.operator)):
                        tokens += self._tokens(child)
                return tokens

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> list[str]:
        """A loop that has no lines of its own; where it stands is a name's place."""
        for part in node.generators:
            self._add(part.iter, "loop")
            for test in part.ifs:
                self._add(test, "if")
        for value in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self._add(value)
        return ["_"]

    def _name(self, name: str) -> str:
        return "_" if name in self._own else name


def _bound(tree: ast.AST) -> Iterator[str]:
    """The names that the code gives to values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name


def _constant(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.9g}"
    return "text" if isinstance(value, (str, bytes)) else str(value)


def _serve() -> None:
    """Reads pieces of code, one a line, and writes their fingerprints. Ends where one takes too long."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for line in sys.stdin:
        signal.alarm(SECONDS)
        print(json.dumps(sorted(fingerprints(json.loads(line)))), flush=True)


if __name__ == "__main__":
    _serve()
