"""Whether the function in an exercise's cell has the parameters of the reference, by which cases are passed."""

from __future__ import annotations

import ast
import inspect

from autograder.course import Exercise

_MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def other_parameters(exercise: Exercise, function: ast.FunctionDef) -> str:
    """What to mend about the parameters in an exercise's cell, in one line; empty where nothing is wrong.

    An exercise with an adapter is not looked at: the adapter calls what students write.
    """
    if exercise.adapter or not inspect.isfunction(exercise.reference):
        return ""
    wanted = inspect.signature(exercise.reference).parameters
    if function.args.vararg or function.args.kwarg or any(item.kind in _MANY for item in wanted.values()):
        return ""
    there = ", ".join(name + "=..." * (item.default is not item.empty) for name, item in wanted.items())
    here = ", ".join(_written(function.args))
    if here == there:
        return ""
    return f"{exercise.name} takes ({here}) here, but ({there}) in its exercise object: use the same in both"


def _written(given: ast.arguments) -> list[str]:
    """The parameters as they stand in a definition, without the values of those that may be left out."""
    places = [*given.posonlyargs, *given.args]
    values = [*[None] * (len(places) - len(given.defaults)), *given.defaults]
    both = [*zip(places, values), *zip(given.kwonlyargs, given.kw_defaults)]
    return [item.arg + "=..." * (value is not None) for item, value in both]
