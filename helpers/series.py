"""The 1D signals of notebook 02. All are made up from a fixed seed, in the likeness of real ones."""

from __future__ import annotations

import numpy as np


def heartbeat() -> np.ndarray:
    """Eight seconds of a heart's voltage, 50 samples a second: (400,) floats, in millivolts.

    Each beat has a sharp spike and a slower, lower wave after it; breathing lifts and lowers the whole curve, so
    that the spike's own height doesn't tell it apart.
    """
    rng = np.random.default_rng(3)
    t = np.arange(400) / 50
    beats = 0.42 + np.concatenate([[0], np.cumsum(rng.normal(0.84, 0.05, 8))])
    # Each wave of a beat: when, after the spike; how long; how high.
    waves = ((-0.18, 0.025, 0.12), (-0.03, 0.012, -0.15), (0.0, 0.013, 0.95), (0.035, 0.014, -0.25), (0.27, 0.05, 0.35))
    x = 0.45 * np.sin(2 * np.pi * t / 4.6 + 0.4) + rng.normal(0, 0.015, t.size)
    for beat in beats:
        for delay, width, height in waves:
            x += height * np.exp(-0.5 * ((t - beat - delay) / width) ** 2)
    rounded: np.ndarray = np.round(x, 3)
    return rounded


def case_counts() -> np.ndarray:
    """New cases a day for twelve weeks, from a Monday on: (84,) int64. Few are reported at weekends."""
    rng = np.random.default_rng(5)
    day = np.arange(84)
    wave = 60 + 420 * np.exp(-0.5 * ((day - 38) / 13) ** 2) + 120 * np.exp(-0.5 * ((day - 80) / 9) ** 2)
    week = np.array([1.02, 1.28, 1.2, 1.14, 1.1, 0.72, 0.54])
    cases: np.ndarray = rng.poisson(wave * week[day % 7])
    return cases


def genome() -> str:
    """60 letters of a genome. A motif that starts many genes of bacteria, TATAAT, is in it once."""
    rng = np.random.default_rng(12)
    letters = rng.choice(list("ACGT"), 60)
    letters[21:27] = list("TATAAT")
    letters[43:49] = list("CGCGAC")  # the same pattern of large (A, G) and small (C, T) letters
    return "".join(letters)


def night(noise: float = 0.0) -> np.ndarray:
    """Light in one patch of the sky, a sample every 10 s: (60,) floats, the satellite's brightness being 1.

    A faint star, a satellite in sample 22, and a bright star. `noise` is the standard deviation of the detector's
    own noise.
    """
    x = np.zeros(60)
    x[8:14] = 0.5
    x[22] = 1.0
    x[34:45] = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 2.25, 2.0, 1.5, 1.0, 0.5, 0.25])
    if noise:
        x += np.random.default_rng(7).normal(0, noise, x.size)
    return x
