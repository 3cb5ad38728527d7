"""why_not_fc: locality and translation, in the student's own words."""

from __future__ import annotations

from autograder.course import written

why_not_fc = written("why_not_fc", points=2)
