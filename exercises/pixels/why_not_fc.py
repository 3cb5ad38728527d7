"""why_not_fc: locality and translation, in the student's own words."""

from __future__ import annotations

from autograder.course import written

why_not_fc = written(
    "why_not_fc",
    points=2,
    rubric=[
        (0.5, "Locality: the network does not know which pixels are neighbours (shuffled pixels make no difference)."),
        (0.5, "Translation: what it learns in one place holds only there."),
        (0.5, "What that costs: it must see stop signs in every place, so it needs more data or more weights."),
        (0.5, "One of their own measurements, used as evidence: shuffled, moved by a pixel, or the number of weights."),
    ],
)
