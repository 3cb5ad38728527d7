"""what_does_it_do: what a given filter does, in the student's own words."""

from __future__ import annotations

from autograder.course import written

what_does_it_do = written("what_does_it_do", points=1)
