"""what_does_it_do: what a given filter does, in the student's own words."""

from __future__ import annotations

from autograder.course import written

what_does_it_do = written(
    "what_does_it_do",
    points=1,
    rubric=[
        (0.5, "It finds thin bright horizontal lines, which give 6: the whole line is under the 2s."),
        (0.25, "A plain area gives 0, because the weights add up to 0."),
        (0.25, "A line from top to bottom gives 0: the column under it adds up to −1 + 2 − 1."),
    ],
)
