"""shifts: how many numbers move when a given row is sorted by insertion."""

from __future__ import annotations

from autograder.course import answer

shifts = answer("shifts", 4, points=1, hints=["Count, for each number, the larger ones in front of it."])

shifts.mistake("compared", "You counted comparisons. Count only the numbers that move.", 6)
shifts.mistake("neighbours", "You counted neighbours in the wrong order. Numbers further apart count as well.", 2)
