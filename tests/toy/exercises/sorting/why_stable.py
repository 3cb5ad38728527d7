"""why_stable: what it is good for that equal numbers keep their order, in the student's own words."""

from __future__ import annotations

from autograder.course import written

why_stable = written("why_stable", points=2)
