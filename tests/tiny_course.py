"""A course of one notebook with an exercise of each kind, for tests of the building."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograder.course import Course, Notebook, answer, design, exercise, written

ADDRESS = "https://github.com/some/where"

SOURCE = '''\
# %% [markdown]
# # 01 · Tiny
# Adding up.

# %%
import numpy as np
from helpers import check

# %% exercise="total" points=3
def total(x, w=1.0):
    """The sum of x, times w."""
    ### BEGIN SOLUTION
    #> result = ...
    #> for ... in x:
    result = 0.0  # a start
    for item in x:
        #> result += ...
        result += item
    return result * w
    ### END SOLUTION

# %% check="total"
check(total)

# %% exercise="count" points=1
count = None  # your number
### BEGIN SOLUTION
count = 4
### END SOLUTION

# %% check="count"
check("count", count)

# %% exercise="blip_filter" points=2
blip_filter = None
blip_bias = None
### BEGIN SOLUTION
blip_filter = np.array([-1, 1, -1])
blip_bias = 0.0
### END SOLUTION

# %% check="blip_filter"
check("blip_filter", blip_filter, blip_bias)

# %% [markdown] written="why" points=2
# Why does adding up work?
#
# ### BEGIN SOLUTION
# Because it commutes.
# ### END SOLUTION

# %%

# %%
'''


def course(root: Path) -> Course:
    """The course in the folder `root`, without its files."""
    return Course(root, {"01_tiny": tiny_notebook()}, repository=ADDRESS)


def tiny_notebook() -> Notebook:
    @exercise(points=3, aspects={"values": "add every entry", "factor": "use w"}, hints=["Start from 0."])
    def total(x, w=1.0):
        return float(np.sum(x) * w)

    @total.cases
    def _(rng):
        yield "values", {"x": rng.integers(1, 9, 4)}
        yield "factor", {"x": rng.integers(1, 9, 4), "w": 0.5}

    @total.mistake("mean", "You divided by the number of entries.")
    def _(x, w=1.0):
        return float(np.mean(x) * w)

    blip_filter = design(
        "blip_filter",
        {"blip_filter": np.array([-1, 1, -1]), "blip_bias": 0.0},
        points=2,
        observe="filters_1d.fires",
        aspects={"blip": "it must fire on a blip"},
    )

    @blip_filter.cases
    def _(rng):
        yield "blip", {"x": np.array([0, 0, 1, 0, 0])}

    count, why = answer("count", 4, points=1), written("why", points=2)
    return Notebook("01_tiny", exercises=[total, count, blip_filter, why])
