"""edge_filters: two filters (3, 3), one for vertical and one for horizontal edges."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=2,
    aspects={
        "vertical edges": "where left and right differ by 1, the first filter must fire: its output is at least 0.1 or "
        "at most -0.1 in some window. The second must give 0 in all windows.",
        "horizontal edges": "where above and below differ by 1, the second filter must fire: its output is at least "
        "0.1 or at most -0.1 in some window. The first must give 0 in all windows.",
        "plain areas": "where all pixels are the same, both filters must give 0: their weights add up to 0.",
    },
    hints=[
        "`-1 1` found changes in a row of numbers. What is the same filter with 3 weights, with a 0 in the middle?",
        "Across a vertical edge, the brightness changes from left to right: subtract the left column from the right "
        "column. At a horizontal edge, both columns see the same pixels, so this gives 0.",
        "Use one column of -1s, one of 0s and one of 1s. The other filter is its transpose: w.T.",
    ],
    observe="filters_2d.edge_responses",
)
def edge_filters():
    vertical = np.array([[-1.0, 0.0, 1.0]] * 3)
    return vertical, vertical.T


@edge_filters.cases
def _(rng):
    def step(height, width, row=0, column=0):
        """Darker or brighter by 1, starting at this row or column."""
        image = np.full((height, width), float(rng.integers(1, 5)))
        image[row:, column:] += rng.choice([-1, 1])
        return {"image": image}

    for size in ((4, 6), (5, 7), (7, 6)):
        yield "vertical edges", step(*size, column=int(rng.integers(3, size[1] - 2)))
    for size in ((6, 4), (7, 5), (6, 7)):
        yield "horizontal edges", step(*size, row=int(rng.integers(3, size[0] - 2)))
    for value in (1.0, float(rng.integers(2, 200)), float(rng.integers(1, 8)) / 8):
        yield "plain areas", {"image": np.full((3, int(rng.integers(4, 6))), value)}
    yield "plain areas", step(5, 6, column=3)
    yield "plain areas", step(6, 5, row=3)


@edge_filters.mistake(
    "swapped",
    "Your two filters are in the wrong order. The first one finds vertical edges, where left and right differ, so its "
    "columns must differ.",
)
def _():
    rows = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
    return rows, rows.T


@edge_filters.mistake(
    "both_vertical",
    "Both of your filters find only vertical edges. Transpose the second one, so that its rows differ.",
)
def _():
    w = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    return w, -w


@edge_filters.mistake(
    "both_horizontal",
    "Both of your filters find only horizontal edges. Transpose the first one, so that its columns differ.",
)
def _():
    w = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
    return w, -w


@edge_filters.mistake(
    "every_direction",
    "Each of your filters fires at both kinds of edge. To give 0 at horizontal edges, the weights of each row must add "
    "up to 0; for vertical edges, those of each column.",
)
def _():
    w = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    return w, w


@edge_filters.mistake(
    "plain_areas_fire",
    "Your filters also fire in plain areas: their weights don't add up to 0.",
)
def _():
    w = np.array([[1, 2, 3]] * 3)
    return w, w.T


@edge_filters.mistake(
    "too_weak",
    "Your filters find the right edges, but their outputs are smaller than 0.1. Use larger weights.",
)
def _():
    w = np.array([[-1, 0, 1]] * 3) / 100
    return w, w.T


@edge_filters.mistake(
    "never_fires",
    "Your filters give 0 at every straight edge. In the first filter, the sums of the columns must differ; in the "
    "second, the sums of the rows.",
)
def _():
    w = np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]])
    return w, w.T


@edge_filters.variant
def sobel():
    w = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return w, w.T


@edge_filters.variant
def bright_to_dark():
    return [[1, 0, -1], [1, 0, -1], [1, 0, -1]], [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]


@edge_filters.variant
def neighbours_only():
    vertical = np.zeros((3, 3))
    vertical[1, 1:] = -1, 1
    horizontal = np.zeros((3, 3))
    horizontal[:2, 1] = 1, -1
    return vertical, horizontal


@edge_filters.variant
def lines_fire_too():
    w = np.array([[-1, 2, -1]] * 3) / 7
    return w, w.T


@edge_filters.variant
def one_array():
    w = np.outer([1, 2, 1], [0.1, 0, -0.1]) / 4
    return np.stack([w, w.T]).astype(np.float32)


@edge_filters.variant
def large():
    w = np.outer([3, 10, 3], [1, 0, -1]) * 1e6 / 3
    return w, -w.T
