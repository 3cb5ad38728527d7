"""What somebody does to code that isn't theirs, so that it looks different: other names, comments, orders, loops."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable


def renamed(source: str, rng: random.Random) -> str:
    """Other names for all variables but the parameters, which the exercise gives."""
    tree = ast.parse(source)
    given = {item.arg for node in tree.body if isinstance(node, ast.FunctionDef) for item in node.args.args}
    nodes = list(ast.walk(tree))
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    others = {name: f"{rng.choice('pqrst')}{number}" for number, name in enumerate(sorted(own - given))}
    for node in nodes:
        if isinstance(node, ast.Name):
            node.id = others.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = others.get(node.arg, node.arg)
    return ast.unparse(tree)


def commented(source: str, rng: random.Random) -> str:
    """Comments, a docstring, empty lines and a line that prints."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.insert(0, ast.parse('"""My own words."""').body[0])
            node.body.insert(1, ast.parse("print('here')").body[0])
    lines = ast.unparse(tree).splitlines()
    return "\n".join(f"{line}  # step {rng.randrange(9)}\n" if rng.random() < 0.5 else line for line in lines)


def reordered(source: str, rng: random.Random) -> str:
    """Neighbouring lines that don't depend on each other, and the sides of products, in the other order."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            node.left, node.right = node.right, node.left
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            for at in range(len(body) - 1 if isinstance(body, list) else 0):
                if _independent(body[at], body[at + 1]):
                    body[at], body[at + 1] = body[at + 1], body[at]
    return ast.unparse(tree)


def other_loops(source: str, rng: random.Random) -> str:
    """Each loop that appends becomes a comprehension; where there is none, each comprehension a loop that appends."""
    tree = ast.parse(source)
    before = ast.dump(tree)
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            _to_comprehensions(body)
    if ast.dump(tree) == before:
        for node in list(ast.walk(tree)):
            if isinstance(body := getattr(node, "body", None), list):
                body[:] = [part for statement in body for part in _to_loops(statement)]
    return ast.unparse(ast.fix_missing_locations(tree))


def everything(source: str, rng: random.Random) -> str:
    """All of these, one after the other."""
    return commented(renamed(reordered(other_loops(source, rng), rng), rng), rng)


WAYS: tuple[Callable[[str, random.Random], str], ...] = (renamed, commented, reordered, other_loops, everything)


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two assignments to names use nothing of each other."""
    if not (isinstance(one, ast.Assign) and isinstance(other, ast.Assign)):
        return False
    sets, uses = [], []
    for each in (one, other):
        uses.append({node.id for node in ast.walk(each) if isinstance(node, ast.Name)})
        sets.append({node.id for item in each.targets for node in ast.walk(item) if isinstance(node, ast.Name)})
    return not (sets[0] & uses[1] or sets[1] & uses[0])


def _to_comprehensions(body: list[ast.stmt]) -> None:
    for at in range(len(body) - 1):
        match body[at : at + 2]:
            case [
                ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])),
                ast.For(
                    target=target,
                    iter=over,
                    orelse=[],
                    body=[
                        ast.Expr(
                            value=ast.Call(func=ast.Attribute(value=ast.Name(id=same), attr="append"), args=[item])
                        )
                    ],
                ),
            ] if name == same:
                made = ast.ListComp(item, [ast.comprehension(target, over, [], 0)])
                body[at : at + 2] = [ast.Assign([ast.Name(name, ast.Store())], made)]


def _to_loops(statement: ast.stmt) -> list[ast.stmt]:
    made = next((node for node in ast.walk(statement) if isinstance(node, ast.ListComp)), None)
    compound = (ast.Lambda, ast.FunctionDef, ast.For, ast.While, ast.If)
    nested = any(isinstance(node, compound) for node in ast.walk(statement))
    if made is None or nested or len(made.generators) > 1 or made.generators[0].ifs:
        return [statement]
    loop = made.generators[0]
    collect = ast.parse("collected.append(0)").body[0]
    collect.value.args = [made.elt]  # type: ignore[attr-defined]
    for node in ast.walk(statement):
        for field, value in ast.iter_fields(node):
            if value is made:
                setattr(node, field, ast.Name("collected", ast.Load()))
            elif isinstance(value, list) and made in value:
                value[value.index(made)] = ast.Name("collected", ast.Load())
    return [ast.parse("collected = []").body[0], ast.For(loop.target, loop.iter, [collect], []), statement]
