"""satellite_filter: a filter and a bias that fire at a blip, but not at dark sky or a star."""

from __future__ import annotations

import numpy as np

from autograder.course import design

# satellite_filter: stars may have any brightness, so only the shape of the light can tell.
satellite_filter = design(
    "satellite_filter",
    {"satellite_filter": np.array([-1.0, 1.0, -1.0]), "satellite_bias": 0.0},
    points=2,
    observe="filters_1d.fires",
    aspects={
        "dark sky": "the filter fires when any output is above 0. It should fire at a blip, but not for a dark sky.",
        "flat stars": "a star that appears, shines evenly and disappears must not give any output above 0. Check"
        " the windows at its two edges.",
        "rising and falling": "a star that rises and falls must not give any output above 0. Check the window "
        "whose middle is the brightest sample.",
    },
    hints=[
        "A blip is bright with darkness on both sides: an isolated 1. Which filter finds those?",
        "The neighbours' light must count against the middle. The first sample of a flat star has one neighbour that "
        "is just as bright: that one alone must outweigh the middle.",
        "Use a positive weight in the middle. On each side, use a negative weight that is at least as large in "
        "absolute value. The bias can stay 0.",
    ],
)


@satellite_filter.cases
def _(rng):
    def series(light, least=3):
        """The light, at least three dark samples from either end, so that the middle of seven weights sees it too."""
        before, behind = rng.integers(least, least + 3, 2)
        return {"x": np.concatenate([np.zeros(before), light, np.zeros(behind)])}

    def peak(brightness, left, right):
        """Rises for `left` samples, falls for `right`; a neighbour of the brightest sample has at least half of it."""
        rise = np.sort(rng.integers(1, 5, left)) / 8
        fall = np.sort(rng.integers(1, 5, right))[::-1] / 8
        rise[-1], fall[0] = rng.choice([0.5, 0.75], 2)
        return brightness * np.array([*rise, 1.0, *fall])

    yield "dark sky", {"x": np.zeros(rng.integers(7, 12))}
    for _ in range(2):
        yield "dark sky", series([1.0], least=6)  # so that even the outermost of seven weights sees it

    faint, bright = rng.choice([0.25, 0.5]), rng.choice([2.0, 2.5, 3.0])
    yield "flat stars", series([1.0], least=6)
    for brightness, width in ((faint, 3), (1.0, 3), (bright, 4), (bright, 3), (1.5, 6)):
        yield "flat stars", series(np.full(width + rng.integers(0, 2), brightness))

    faint, bright = rng.choice([0.25, 0.5]), rng.choice([2.0, 3.0])
    yield "rising and falling", series([1.0], least=6)
    yield "rising and falling", series(faint * np.array([0.5, 1, 0.5]))
    yield "rising and falling", series(bright * np.array([0.5, 1, 0.5]))
    for brightness, left, right in ((1.0, 1, 2), (bright, 2, 2), (1.5, 3, 1), (3.0, 2, 3)):
        yield "rising and falling", series(peak(brightness, left, right))


satellite_filter.mistake(
    "always_fires",
    "Your filter also fires at a dark sky. With only zeros in the window, the output is the bias: it must be 0 or "
    "less.",
    (np.array([-1.0, 1.0, -1.0]), 0.5),
)


satellite_filter.mistake(
    "never_fires",
    "Your filter never fires, not even at the blip. Its middle weight plus the bias must be above 0.",
    (np.array([-1.0, 1.0, -1.0]), -1.0),
)


satellite_filter.mistake(
    "fires_at_any_light",
    "Your filter fires at every star, not only at the blip. At a star's edge one neighbour is bright: that one alone "
    "must outweigh the middle.",
    (np.array([0.0, 1.0, 0.0]), 0.0),
)


satellite_filter.mistake(
    "brightness_alone",
    "Your filter fires at anything bright enough. Brightness can't tell a star from a satellite, but the neighbours "
    "can.",
    (np.array([1.0]), -0.5),
)


satellite_filter.mistake(
    "bright_stars_fire",
    "Your filter is right about faint stars, but fires at bright ones. A bias helps only up to one brightness. One "
    "bright neighbour alone must outweigh the middle.",
    (np.array([-1.0, 2.0, -1.0]), -1.0),
)


satellite_filter.mistake(
    "peaks_fire",
    "Your filter is right about flat stars, but fires at the top of a star that rises and falls. The two samples next "
    "to the middle must count more.",
    (np.array([-0.5, -0.5, 1.0, -0.5, -0.5]), 0.0),
)
