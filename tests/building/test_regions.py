"""Scaffold lines become comments that are Python when they are taken as code."""

from __future__ import annotations

import re

import pytest

from autograder.building.regions import hoisted


def shown(solution: str) -> str:
    """The comments that stand above a solution."""
    lines = [f"    {line}" for line in solution.split("\n")]
    source = "\n".join(["def f(x):", "    ### BEGIN SOLUTION", *lines, "    ### END SOLUTION"])
    above = hoisted(source).partition("    ### BEGIN SOLUTION")[0].split("\n")[1:-1]
    return "\n".join(re.sub("^    # ", "", line) for line in above)


@pytest.mark.parametrize(
    ("solution", "comments"),
    [
        ("#> out = ...\nout = x", "out = ..."),
        ("for i in range(len(x)):\n    #> out = ...\n    out = x", "for i in range(...):\n    out = ..."),
        ("#> for i in range(...):\nfor i in range(3):\n    out = x", "for i in range(...):\n    ..."),
        ("#> for i in ...:\nfor i in x:\n    #> a = ...\n    a = i", "for i in ...:\n    a = ..."),
        (
            "for i in range(2):  # rows\n    for j in x:\n        #> a = ...\n        a = 1\n"
            "        #> b = ...\n        b = 2",
            "for i in range(...):\n    for j in ...:\n        a = ...\n        b = ...",
        ),
        ("if x > 3:\n    a = 1\n#> return ...\nreturn x", "return ..."),
        ("while x > 3:\n    #> x = ...\n    x = x - 1\nfor n in x:\n    pass", "while ...:\n    x = ..."),
        ("def g(y):\n    #> return ...\n    return y", "def g(y):\n    return ..."),
        ("for i in x:\n    a = i\nfor j in x:\n    #> b = ...\n    b = j", "for j in ...:\n    b = ..."),
    ],
)
def test_what_a_scaffold_line_stands_in_is_shown(solution: str, comments: str) -> None:
    assert shown(solution) == comments
