"""The shapes of the arrays in the line that failed, read from its frame."""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

import numpy as np

MAX_OPERANDS = 4
MAX_LENGTH = 40  # characters of an expression
CUT_OFF = "cut off at the end of"
MAX_ENTRIES = 100_000  # of an array that an expression is worked out from

_PLAIN = (bool, int, float, np.ndarray)
_SAFE = (
    *(ast.Name, ast.Load, ast.Constant, ast.Subscript, ast.Slice, ast.Tuple, ast.BinOp, ast.UnaryOp, ast.USub),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.MatMult),
)


def shapes_in(frame: FrameType, number: int, instruction: int) -> str:
    """The shapes of the arrays that the failing expression is made of, "`w @ x.T` is (3, 2), `b` is (3,)".

    `number` is the line, `instruction` the offset in the frame's code. Only expressions without calls are worked out,
    and only from exact arrays and numbers: nothing of the student's runs. Where the text of the line isn't known, it is
    the names in it. A slice that goes on beyond its array is said to be CUT_OFF. Empty where there is no array.
    """
    values = _values(frame)
    operands = _operands(frame, instruction)
    if operands is None:
        operands = [ast.parse(name, mode="eval").body for name in _names(frame, number) if name.isidentifier()]
    found: dict[str, str] = {}
    for node in operands:
        text = ast.unparse(node)
        if len(text) <= MAX_LENGTH and text not in found and (shape := _shape(node, values)) is not None:
            found[text] = f"`{text}` is {shape}{_cut_off(node, values)}"
    return ", ".join(list(found.values())[:MAX_OPERANDS])


def _values(frame: FrameType) -> dict[str, Any]:
    names = {**frame.f_globals, **frame.f_locals}
    return {name: value for name, value in names.items() if type(value) in _PLAIN or _is_tensor(value)}


def _is_tensor(value: Any) -> bool:
    return type(value).__name__ == "Tensor" and type(value).__module__ == "torch"


def _operands(frame: FrameType, instruction: int) -> list[ast.expr] | None:
    """The parts of the expression at an instruction; None where its text isn't known."""
    positions = [at for at in list(frame.f_code.co_positions())[instruction // 2] if at is not None]
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if len(positions) < 4 or positions[1] > len(lines):
        return None
    first, last, start, stop = positions
    encoded = [line.encode() for line in lines[first - 1 : last]]
    encoded[-1] = encoded[-1][:stop]
    encoded[0] = encoded[0][start:]
    try:
        statement = ast.parse("(" + b"".join(encoded).decode().strip() + ")", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        try:
            statements = ast.parse(b"".join(encoded).decode().strip()).body
        except (SyntaxError, ValueError, RecursionError):
            return None
        return [part for item in statements for part in _parts_of_statement(item)]
    assigned = _assigned(lines[first - 1]) if isinstance(statement, ast.Subscript) else []
    return [*_parts(statement), *assigned]


def _assigned(line: str) -> list[ast.expr]:
    """What a line assigns, since the instruction that stores it only knows where to."""
    try:
        statements = ast.parse(line.strip()).body
    except (SyntaxError, ValueError, RecursionError):
        return []
    return [item.value for item in statements if isinstance(item, ast.Assign)]


def _parts_of_statement(item: ast.stmt) -> list[ast.expr]:
    if isinstance(item, ast.AugAssign):
        target = ast.parse(ast.unparse(item.target), mode="eval").body
        return [target, item.value]
    if isinstance(item, ast.Assign):
        targets = [ast.parse(ast.unparse(target), mode="eval").body for target in item.targets]
        return [*targets, item.value]
    return []


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression is directly made of, without what is only a number of brackets."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
        for item in node.args:
            yield from item.elts if isinstance(item, (ast.List, ast.Tuple)) else [item]
    elif isinstance(node, ast.Subscript):
        yield from (node.value, node)
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    else:
        yield node


def _names(frame: FrameType, number: int) -> list[str]:
    """The names that the instructions of a line load, in order."""
    import dis  # only where a line's text isn't known

    here = [item for item in dis.get_instructions(frame.f_code) if item.positions and item.positions.lineno == number]
    loaded = [item.argval for item in here if item.opname.startswith("LOAD_")]
    flat = [name for given in loaded for name in (given if isinstance(given, tuple) else (given,))]
    return list(dict.fromkeys(name for name in flat if isinstance(name, str)))


def _shape(node: ast.expr, values: Mapping[str, Any]) -> str | None:
    """The shape of an expression's value; None where it is no array or not safe to work out."""
    if isinstance(node, ast.Name) and _is_tensor(values.get(node.id)):
        return str(tuple(values[node.id].shape))
    value = _worked_out(node, values)
    return str(value.shape) if type(value) is np.ndarray else None


def _cut_off(node: ast.expr, values: Mapping[str, Any]) -> str:
    """Says that a slice of an array goes on beyond its end; empty where none does."""
    whole = _worked_out(node.value, values) if isinstance(node, ast.Subscript) else None
    if type(whole) is not np.ndarray or not isinstance(node, ast.Subscript):
        return ""
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if any(isinstance(item, ast.Constant) and type(item.value) is not int for item in indices):
        return ""  # a new axis or an ellipsis: which axis an index belongs to isn't plain
    for item, length in zip(indices, whole.shape):
        stop = _worked_out(item.upper, values) if isinstance(item, ast.Slice) and item.upper is not None else None
        if type(stop) is int and stop > length:
            return f", {CUT_OFF} `{ast.unparse(node.value)}`"
    return ""


def _worked_out(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """The value of an expression of exact arrays and numbers; None where it is not safe to work out."""
    small = {name: value for name, value in values.items() if not _is_tensor(value) and np.size(value) <= MAX_ENTRIES}
    if not all(_is_safe(part, small) for part in ast.walk(node)):
        return None
    try:
        with np.errstate(all="ignore"):
            return eval(compile(ast.Expression(node), "<operand>", "eval"), {"__builtins__": {"len": len}}, small)
    except Exception:
        return None


def _is_safe(node: ast.AST, values: Mapping[str, Any]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in values or node.id == "len"
    if isinstance(node, ast.Attribute):
        return node.attr in ("T", "shape")
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "len" and not node.keywords
    return isinstance(node, _SAFE)


def innermost_instruction(trace: types.TracebackType | None, frame: FrameType) -> int:
    """The offset of the instruction of `frame` that a traceback goes through; 0 where it doesn't."""
    offset = 0
    while trace is not None:
        offset = trace.tb_lasti if trace.tb_frame is frame else offset
        trace = trace.tb_next
    return offset
