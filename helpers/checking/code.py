"""What the code of a function shows that fails: read from the function itself, which only `check` has."""

from __future__ import annotations

import ast
import dis
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from .spec import Mistake, Spec
from .trail import definition
from .verdict import Verdict

CARET = Mistake("caret_for_power", "In Python, `^` is not a power. Write `**`.")
PRINTED = Mistake("printed", "Your function prints its result. Return it: put `return` where `print` is.")
RETURN_IN_LOOP = Mistake(
    "return_in_the_loop", "Your `return` is inside a loop and ends it in the first round. Move it to the left."
)
COMPARED = Mistake(
    "compared_not_assigned", "A line with `==` only compares, and changes nothing. To set a value, write `=`."
)
_DATA = (int, float, list, tuple, np.ndarray)


def in_code(function: Any, verdict: Verdict) -> tuple[Mistake | None, str]:
    """The mistake that the code of a failing function shows, else a sentence about it; (None, "") for neither.

    Only plain Python functions are read; nothing of the student's runs.
    """
    if type(function) is not types.FunctionType:
        return None, ""
    codes = list(_codes(function.__code__))
    if swapped := _swapped(function.__code__, verdict.spec):
        return swapped, ""
    if any(item.opname == "BINARY_OP" and item.argrepr in ("^", "^=") for code in codes for item in _read(code)):
        return CARET, ""
    names = {name for code in codes for name in code.co_names}
    nothing = verdict.failing is not None and verdict.failing.got is None and verdict.failing.outcome.fault is None
    fault = verdict.failing.outcome.fault if verdict.failing else None
    if (fault is None or fault.kind == "raised") and _compares(definition(codes[0]), to_the_last=not nothing):
        return COMPARED, ""
    if nothing and "print" in names and not any(_returns(code) for code in codes[:1]):
        return PRINTED, ""
    if verdict.failing is not None and verdict.failing.outcome.fault is None and _returns_in_loop(codes[0]):
        return RETURN_IN_LOOP, ""
    loaded = [item.argval for code in codes for item in _read(code) if item.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    outside = [name for name in loaded if type(function.__globals__.get(name)) in _DATA and not name.isupper()]
    if outside:
        return None, f"Look at `{outside[0]}`: your function takes it from outside. Should it come from the arguments?"
    return None, ""


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of the functions inside it."""
    yield code
    for item in code.co_consts:
        if isinstance(item, types.CodeType):
            yield from _codes(item)


def _read(code: types.CodeType) -> Iterator[dis.Instruction]:
    return dis.get_instructions(code)


def _returns(code: types.CodeType) -> bool:
    """Whether a function returns anything else than None."""
    before = None
    for item in _read(code):
        nothing = before is not None and before.opname == "LOAD_CONST" and before.argval is None
        if item.opname == "RETURN_VALUE" and not nothing:
            return True
        before = item
    return False


def _returns_in_loop(code: types.CodeType) -> bool:
    """Whether a `for` always ends in its first round, with `return`; from the function's text, where that is known."""
    loops = [node for node in ast.walk(definition(code)) if isinstance(node, ast.For)]
    return any(
        any(isinstance(line, ast.Return) for line in loop.body)
        and not any(isinstance(node, ast.Continue) for node in ast.walk(loop))
        for loop in loops
    )


def _compares(tree: ast.AST, to_the_last: bool) -> bool:
    """Whether a line only compares what could be set, with `==`; from the function's text, where that is known.

    Where nothing is returned, the last line may be a result that lacks its `return`.
    """
    function = next((node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)), None)
    last = function.body[-1] if function and not to_the_last else None
    lines = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and node is not last]
    return any(
        isinstance(line, ast.Compare)
        and isinstance(line.ops[0], ast.Eq)
        and isinstance(line.left, (ast.Name, ast.Subscript, ast.Attribute))
        for line in lines
    )


def _swapped(code: types.CodeType, spec: Spec) -> Mistake | None:
    """The required parameters, in another order than the exercise calls them."""
    own = code.co_varnames[: len(spec.required)]
    if spec.adapter or own == spec.required or sorted(own) != sorted(spec.required):
        return None
    order = ", ".join(spec.required)
    return Mistake("parameters_swapped", f"Your parameters are in a different order. Keep the given one: {order}.")
