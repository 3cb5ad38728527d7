"""relu_backward: the gradient with respect to a ReLU's input."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "the gradient passes where z is above 0, and is 0 elsewhere.",
        "any shape": "work entry by entry: the result has the shape of z.",
        "at zero": "where z is exactly 0, use the slope 0.",
        "number types": "keep the gradient's fractions, even when z holds integers.",
    },
    hints=[
        "Where z is above 0, relu(z) = z, so its derivative is 1. And elsewhere?",
        "z > 0 is an array of True and False, which count as 1 and 0 when you multiply.",
    ],
    forbidden=("torch", "helpers.layers"),
    worked=[("values", {"da": np.array([5.0, 6.0, 7.0]), "z": np.array([-1.0, 2.0, 3.0])})],
)
def relu_backward(da, z):
    return da * (z > 0)


@relu_backward.cases
def _(rng):
    def pair(*shape):
        """All four combinations of signs, and never da = z."""
        count = int(np.prod(shape))
        signs = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)] * count)[:count]
        sizes = 2 + rng.permutation(2 * count).reshape(count, 2)
        da, z = (rng.permutation(sizes * signs)).T * 1.0
        return {"da": da.reshape(shape), "z": z.reshape(shape)}

    yield "values", pair(5)
    yield "values", pair(8)
    yield "any shape", pair(2, 3)
    yield "any shape", pair(2, 1, 4)
    for n in (5, 7):
        arguments = pair(n)
        arguments["z"][rng.integers(0, n, 2)] = 0
        yield "at zero", arguments
    arguments = pair(6)
    yield "number types", {"da": arguments["da"] / 4 + 0.125, "z": arguments["z"].astype(int)}
    yield "number types", {name: (value / 16).astype(np.float32) for name, value in arguments.items()}


@relu_backward.mistake(
    "sign_of_the_gradient",
    "Your result depends on the sign of da. It must depend on whether z, ReLU's input, is above 0.",
)
def _(da, z):
    return da * (da > 0)


@relu_backward.mistake(
    "times_z", "Your result is multiplied by z itself. ReLU's slope is 1 wherever z is above 0, however large z is."
)
def _(da, z):
    return da * np.maximum(z, 0)


@relu_backward.mistake("slope_only", "Your result is ReLU's slope. Multiply it by da, the incoming gradient.")
def _(da, z):
    return (z > 0).astype(float)


@relu_backward.mistake(
    "slope_one_at_zero",
    "Your result is wrong only where z is exactly 0. There the slope is 0, so write z > 0.",
)
def _(da, z):
    return da * (z >= 0)


@relu_backward.mistake(
    "everything_passes", "Your result is da unchanged. Where z is below 0, relu(z) is constant, so no gradient passes."
)
def _(da, z):
    return da.copy()


@relu_backward.mistake("the_other_half", "Your gradient passes where z is below 0. It must pass where z is above 0.")
def _(da, z):
    return da * (z < 0)


@relu_backward.mistake(
    "gradient_overwritten",
    "Your values are right, but da was changed: da[z <= 0] = 0 writes into the caller's array.",
)
def _(da, z):
    da[z <= 0] = 0
    return da


@relu_backward.variant
def mask(da, z):
    return da * (z > 0)


@relu_backward.variant
def where(da, z):
    return np.where(z > 0, da, 0)


@relu_backward.variant
def copy(da, z):
    dz = da.copy()
    dz[z <= 0] = 0
    return dz


@relu_backward.variant
def loop(da, z):
    dz = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        if z[place] > 0:
            dz[place] = da[place]
    return dz
