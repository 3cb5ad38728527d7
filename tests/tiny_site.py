"""A course of one notebook with all that a page has to show, for tests of the site."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course, Notebook, answer, exercise, written

NAME = "01_tiny"
ADDRESS = "https://github.com/some/course"
SOURCE = r'''
# %% [markdown]
# # 01 · Tiny & small
#
# **The question:** what is $\frac{1}{2} + 1$?
#
# ⏱ about 5 minutes

# %%
import base64

import ipywidgets
import numpy as np
from IPython.display import HTML, Image, display
from helpers import check

# %% [markdown]
# ## Adding up
#
# | a | b |
# |---|---|
# | Zürich | $x_1$ |
#
# $$s = \sum_i x_i$$
#
# ### Answer
#
# <details><summary>Open</summary>
#
# Hidden *words*.
# </details>
#
# ### Answer

# %% exercise="total" points=3
def total(x, w=1.0):
    """The sum of x, times w."""
    ### BEGIN SOLUTION
    secret_way = sum(x)
    return secret_way * w
    ### END SOLUTION

# %% check="total"
check(total)

# %%
import sys
print("total gives", total([1, 2], 3.0))
print("a warning".upper(), file=sys.stderr)

# %% exercise="constants" points=1
def constants():
    """Two numbers."""
    ### BEGIN SOLUTION
    return 4711, 4712
    ### END SOLUTION

# %% check="constants"
check(constants)

# %%
try:
    print("constants are", constants())
except NotImplementedError:
    print("write constants first")

# %% exercise="count" points=1
count = None  # your number
### BEGIN SOLUTION
count = 4713
### END SOLUTION

# %% check="count"
check("count", count)

# %%
print("count is", count)

# %% [markdown]
# ## A picture

# %%
display(HTML("""<style>.live { font-weight: bold }</style><p class="live">off</p><img alt="a dot"
src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<script>document.querySelector(".live").textContent = "on"</script>"""))

# %%
# One white point.
Image(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="))

# %%
ipywidgets.VBox([ipywidgets.IntSlider(2), ipywidgets.HTML("<p>k is 2</p>")])

# %%
np.arange(3) < 1

# %% [markdown] written="why" points=2
# Why does it work?
#
# ### BEGIN SOLUTION
# Because of secret reasons.
# ### END SOLUTION
'''


def project(root: Path) -> Path:
    """Makes the course's folder."""
    (root / "solutions").mkdir(parents=True)
    (root / "solutions" / f"{NAME}.py").write_text(SOURCE.lstrip(), "utf-8")
    (root / "notebooks" / NAME).mkdir(parents=True)
    (root / "helpers").mkdir()
    (root / "pyproject.toml").write_text("[tool.autograder]\n")
    return root


def course(root: Path, address: str = ADDRESS) -> Course:
    """The course in the folder that `project` has made."""

    @exercise(points=3, aspects={}, hints=[])
    def total(x, w=1.0):
        return sum(x) * w

    @exercise(points=1, aspects={}, hints=[])
    def constants():
        return 4711, 4712

    count, why = answer("count", 4713, points=1), written("why", points=2)
    notebook = Notebook(NAME, exercises=[total, constants, count, why])
    return Course(root, {NAME: notebook}, title="A tiny course", repository=address)
