"""numerical_gradient: central differences of a scalar function."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "for each entry: evaluate f with h added and with h subtracted, restore the entry, and divide the "
        "difference by 2 * h.",
        "any shape": "the result has the shape of x, and f must get arrays of that shape too.",
        "step size": "use the given h, on both sides of x.",
        "whole numbers": "x may hold integers, and an integer array cuts off a step of h. Work on a copy with floats.",
    },
    hints=[
        "Take one entry at a time and keep all others fixed. How does f change when this entry moves up by h, and down "
        "by h?",
        "Loop over the places with: for place in np.ndindex(x.shape): ...",
        "Work on p = x.astype(float), which is a copy: p[place] = x[place] + h; up = f(p); p[place] = x[place] - h; "
        "down = f(p); and restore p[place] = x[place] before you go on.",
    ],
    adapter="backprop.gradient_of",
    forbidden=("scipy", "torch"),
    worked=[("values", {"f": "lambda x: np.sum(x**2)", "x": np.array([3.0, -1.0]), "h": 0.5})],
)
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        there = x[place]
        x[place] = there + h
        up = f(x)
        x[place] = there - h
        down = f(x)
        x[place] = there
        gradient[place] = (up - down) / (2 * h)
    return gradient


@numerical_gradient.cases
def _(rng):
    cubes = "lambda x: np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3)"
    mixed = "lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2"
    yield "values", {"f": cubes, "x": arrays.different(rng, rng.integers(3, 5)), "h": 0.5}
    yield "values", {"f": mixed, "x": arrays.different(rng, rng.integers(4, 6)), "h": 0.25}
    yield "values", {"f": cubes, "x": arrays.different(rng, 3) + 0.5}
    yield "any shape", {"f": cubes, "x": arrays.different(rng, 2, 3), "h": 0.5}
    yield "any shape", {"f": mixed, "x": arrays.different(rng, 1, 2, 4), "h": 0.125}
    yield "any shape", {"f": cubes, "x": np.array(float(rng.integers(2, 9))), "h": 0.5}
    yield "step size", {"f": cubes, "x": arrays.different(rng, 3), "h": 2.0}
    yield "step size", {"f": cubes, "x": arrays.different(rng, 2, 2), "h": 1 / 64}
    yield "step size", {"f": mixed, "x": arrays.different(rng, 3)}
    yield "whole numbers", {"f": cubes, "x": arrays.different(rng, 4).astype(int), "h": 0.5}
    yield "whole numbers", {"f": mixed, "x": rng.permutation(np.arange(1, 10))[:4].reshape(2, 2), "h": 0.125}
    yield "whole numbers", {"f": cubes, "x": np.array([2, 0, int(rng.integers(3, 9))]), "h": 0.25}


def _differences(f, x, difference):
    """numerical_gradient with the given rule for a single entry."""
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1
        gradient[place] = difference(x, step)
    return gradient


@numerical_gradient.mistake(
    "one_sided",
    "Your numbers are what you get from (f(x + h) - f(x)) / h, with one step up. A step up and a step down are much "
    "more accurate.",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x)) / h)


@numerical_gradient.mistake(
    "divided_by_h",
    "Your numbers are twice as large as they should be. The distance from x - h to x + h is 2 * h: divide by that.",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x - h * step)) / h)


@numerical_gradient.mistake(
    "not_divided", "Your numbers are differences. Divide them by the distance between the two points, 2 * h."
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: f(x + h * step) - f(x - h * step))


@numerical_gradient.mistake(
    "halved_instead",
    "Your numbers are what you get from / 2 * h: Python divides by 2 and then multiplies by h. Write / (2 * h).",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x - h * step)) / 2 * h)


@numerical_gradient.mistake("wrong_sign", "Your numbers have the wrong sign. Subtract f at x - h from f at x + h.")
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x - h * step) - f(x + h * step)) / (2 * h))


@numerical_gradient.mistake(
    "all_at_once", "Your function moves all entries together, which gives one number. Move one entry at a time."
)
def _(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.mistake(
    "own_step", "Your numbers are what you get with a step of 1e-5, whatever h is. Use the given h."
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + 1e-5 * step) - f(x - 1e-5 * step)) / 2e-5)


@numerical_gradient.mistake(
    "not_put_back", "Your numbers are wrong from the second entry on: restore each entry before you move the next one."
)
def _(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        gradient[place] = (up - f(x)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "steps_cut_off",
    "Your numbers are wrong for integers: an integer array can't hold x + h and cuts it off. Work on x.astype(float).",
)
def _(f, x, h=1e-5):
    p = x.copy()
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        p[place] = x[place] + h
        up = f(p.astype(float))
        p[place] = max(x[place] - h, 0) if x.dtype == np.uint8 else x[place] - h
        gradient[place] = (up - f(p.astype(float))) / (2 * h)
        p[place] = x[place]
    return gradient


@numerical_gradient.mistake("flattened", "Your gradient is one long row. It must have the shape of x.")
def _(f, x, h=1e-5):
    return numerical_gradient.reference(f, x, h).reshape(-1)


@numerical_gradient.mistake(
    "left_changed", "Your numbers are right, but x is different afterwards: it was moved by h and not restored."
)
def _(f, x, h=1e-5):
    gradient = numerical_gradient.reference(f, x, h)
    if x.dtype.kind == "f":
        x -= h
    return gradient


@numerical_gradient.variant
def copies(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[place] += h
        down[place] -= h
        gradient[place] = (f(up) - f(down)) / (2 * h)
    return gradient


@numerical_gradient.variant
def flat(f, x, h=1e-5):
    out = []
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = h
        step = step.reshape(x.shape)
        out.append((f(x + step) - f(x - step)) / (h + h))
    return np.array(out).reshape(x.shape)


@numerical_gradient.variant
def changed_and_put_back(f, x, h=1e-5):
    work = x if x.dtype.kind == "f" else x.astype(float)
    gradient = np.zeros_like(work)
    iterator = np.nditer(work, flags=["multi_index"])
    for _ in iterator:
        place = iterator.multi_index
        old = work[place].copy()
        work[place] = old + h
        plus = f(work)
        work[place] = old - h
        minus = f(work)
        work[place] = old
        gradient[place] = (plus - minus) / 2 / h
    return gradient
