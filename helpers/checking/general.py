"""Mistakes that any exercise may have: what a failing case says by itself, whatever the function should do."""

from __future__ import annotations

import re
from typing import Any

from . import raised
from .spec import Fault, Mistake, Spec, load_public
from .values import Problem, Unsupported

RAISE_LEFT = Mistake("raise_left", "Delete the line `raise NotImplementedError`: it stops your function.")
NOTHING_RETURNED = Mistake("nothing_returned", raised.NOTHING_RETURNED)


def advise(spec: Spec, fault: Fault | None, problem: Problem | None, got: Any) -> tuple[Mistake | None, str]:
    """The mistake that one failing case shows, else a sentence about it; (None, "") for neither.

    Only for public cases: what an exception says is the code's choice, and may tell what was in a case.
    """
    if fault is not None:
        return _of_fault(spec, fault)
    if problem is None or problem.kind != "type":
        return None, ""
    if got is None:
        return NOTHING_RETURNED, ""
    if isinstance(got, Unsupported) and got.type_name == spec.name:
        return Mistake("class_for_function", "This is a class. Write a function that returns the result."), ""
    if isinstance(got, Unsupported) and got.type_name == "array of object":
        return None, "An array of objects holds None, or rows of different lengths. Print what you put into it."
    if spec.kind == "design":
        return None, f"Look at {' and '.join(spec.variables)}: what is missing, or does not have the form asked for?"
    return None, "Look at the `return` line. It returns a different kind of value than the exercise asks for."


def _of_fault(spec: Spec, fault: Fault) -> tuple[Mistake | None, str]:
    if fault.kind == "left":
        return RAISE_LEFT, ""
    if fault.kind == "forbidden":
        sentence = "Take this call out and write what it does yourself, with NumPy's building blocks."
        return Mistake("forbidden_call", sentence), ""
    if fault.kind == "timeout":
        return None, "Look at your loops: does each one end? A `while` needs a condition that becomes false."
    if fault.kind != "raised":
        return None, ""
    if (name := re.search(r"name '(\w{1,60})' is not defined", fault.message)) and name[1] != spec.name:
        other = load_public(name[1])
        if other is not None and other.kind == "function":
            return Mistake(
                "other_cell_not_run", f"Your function uses `{name[1]}`. Run the cell that defines it first."
            ), ""
    return raised.advice(fault)
