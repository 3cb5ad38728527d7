"""why_stable: what it is good for that equal numbers keep their order, in the student's own words."""

from __future__ import annotations

from autograder.course import written

why_stable = written(
    "why_stable",
    points=2,
    rubric=[
        (1, "Equal rows keep the order of an earlier sort."),
        (1, "An example, such as names sorted by place after they were sorted by age."),
    ],
)
