"""catch_relu_backward: one input that exposes four wrong gradients."""

from __future__ import annotations

import numpy as np

from autograder.course import catch

from .relu_backward import relu_backward


def _takes(da, z):
    if np.shape(da) != np.shape(z):
        raise ValueError(f"da and z must have the same shape, not {np.shape(da)} and {np.shape(z)}")
    if np.asarray(da).dtype.kind not in "if":
        raise ValueError("gradients must be signed whole numbers or fractions")


def _in_the_dtype_of_z(da, z):
    dz = np.zeros_like(z)
    dz[z > 0] = da[z > 0]
    return dz


def _positive_only(da, z):
    return np.where((z > 0) & (da > 0), da, 0)


def _leaky(da, z):
    return np.where(z > 0, da, 0.01 * da * (z < 0))


catch_relu_backward = catch(
    "catch_relu_backward",
    right=relu_backward.variants["where"],
    wrong=[
        (relu_backward.mistakes["slope_one_at_zero"][1], "Its slope at 0 is 1."),
        (_positive_only, "It stops negative gradients, too."),
        (_leaky, "It lets a hundredth of the gradient through where z is below 0."),
        (_in_the_dtype_of_z, "It keeps the result in the dtype of z: with whole numbers there, fractions are cut off."),
    ],
    takes=_takes,
    most=1,
    inputs=[(np.array([-0.5, 1.5, 2.5]), np.array([1, 0, -1]))],
    hints=[
        "Four things can matter for each entry: the sign of da, the sign of z, whether z is exactly 0, and what "
        "kind of number each is.",
        "Random numbers are never exactly 0, and never whole.",
        "z = np.array([1, 0, -1]) covers all of this. Now choose da: a negative fraction first, and no zeros.",
    ],
)

catch_relu_backward.mistake(
    "never_zero",
    "The one that is left differs only where z is exactly 0.",
    ([(np.array([-0.5, 1.5]), np.array([1, -1]))],),
)
catch_relu_backward.mistake(
    "positive_gradients",
    "The one that is left differs only where a gradient is negative and z is above 0.",
    ([(np.array([0.5, 1.5, 2.5]), np.array([1, 0, -1]))],),
)
catch_relu_backward.mistake(
    "kinds_of_numbers",
    "The one that is left differs only where z holds whole numbers and da holds fractions.",
    ([(np.array([-0.5, 1.5, 2.5]), np.array([1.0, 0.0, -1.0]))],),
)
