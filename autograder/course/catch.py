"""An exercise in testing: a student's inputs have to expose the wrong ones of five functions that claim to be one.

catch(
    "catch_median",
    right=median.variants["one_loop"],
    wrong=[(median.mistakes["mean"][1], "It gives the mean.")],
    most=1,
    inputs=[(np.array([1, 2, 9]),)],
)
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from helpers.checking import catching
from helpers.checking.suspects import LETTERS, Lineup, pack

from .exercise import Exercise
from .function_source import function_source

RIGHT = "It is right."


def catch(
    name: str,
    *,
    right: Callable[..., Any],
    wrong: Sequence[tuple[Callable[..., Any], str]],
    most: int,
    inputs: list[tuple[Any, ...]],
    takes: Callable[..., Any] | None = None,
    points: float = 2,
    hints: Sequence[str] = (),
) -> Exercise:
    """The exercise `name`, "catch_<function>": inputs that expose the functions in `wrong`, each given with a sentence.

    `most` inputs are allowed; `inputs` is a solution. `takes` raises ValueError, with a sentence for the student, for
    arguments that the function is not about. Functions ship as source, and use NumPy and what is in their files.
    Their order is fixed and follows from their source. ValueError when there are too many.
    """
    claim = name.removeprefix("catch_")
    if len(wrong) >= len(LETTERS):
        raise ValueError(f"{name}: at most {len(LETTERS) - 1} wrong functions have letters")
    functions = [(function_source(right, claim), RIGHT)]
    functions += [(function_source(function, claim), sentence) for function, sentence in wrong]
    ordered = sorted(functions, key=lambda item: hashlib.sha256(f"{name} {item[0]}".encode()).digest())
    names = list(inspect.signature(right).parameters)
    lineup = Lineup(
        claim,
        f"({', '.join(names)}{',' if len(names) == 1 else ''})",
        ordered.index(functions[0]),
        most,
        tuple(source for source, _ in ordered),
        tuple(sentence for _, sentence in ordered),
        function_source(takes, claim) if takes else "",
    )
    made = Exercise(
        name,
        "design",
        points,
        reference=(inputs,),
        aspects=catching.aspects(lineup),
        hints=tuple(hints),
        variables=(name,),
        suspects=pack(lineup),
        file=Path(sys._getframe(1).f_code.co_filename),
    )
    counted = {aspect: number for number, aspect in enumerate(made.aspects, 1)} | {catching.ALLOWED: 0}
    made.cases(lambda rng: ((aspect, {"exposed": number}) for aspect, number in counted.items()))
    return made
