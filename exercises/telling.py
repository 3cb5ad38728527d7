"""Cases that tell certain mistakes from right work, whatever the seed."""

from __future__ import annotations

import copy

import numpy as np

from helpers.checking.values import problem


def telling(exercise, draw, *names, sparing=()):
    """Arguments from `draw` for which each named mistake differs from the reference, and none of `sparing` does.

    With every seed the same mistakes lose the same aspects, if those that differ by chance are named.
    """
    while True:
        arguments = draw()
        right = exercise.reference(**arguments)
        copies = (copy.deepcopy(arguments) for _ in (*names, *sparing))
        with np.errstate(all="ignore"):
            wrong = [exercise.mistakes[name][1](**given) for name, given in zip((*names, *sparing), copies)]
        differs = [problem(right, value) is not None for value in wrong]
        if all(differs[: len(names)]) and not any(differs[len(names) :]):
            return arguments
