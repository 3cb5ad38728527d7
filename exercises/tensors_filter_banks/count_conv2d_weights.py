"""count_conv2d_weights: the number of weights of a filter bank, including biases."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "one filter has c_in * kh * kw weights and one bias; there are c_out filters.",
        "not square": "kh and kw may differ.",
        "one channel": "a grey image has one channel, and a bank may have one filter. The rule is the same.",
        "deep layers": "in later layers, c_in is the number of incoming maps.",
    },
    hints=[
        "Count one filter first. How many numbers are in its box, and how many biases does it have?",
        "The box is c_in deep, kh high and kw wide. Each filter also has one bias.",
        "c_out * (c_in * kh * kw + 1)",
    ],
    integers=True,
    worked=[
        ("one channel", {"c_in": 1, "c_out": 1, "kh": 3, "kw": 3}),
        ("values", {"c_in": 3, "c_out": 8, "kh": 3, "kw": 3}),
    ],
)
def count_conv2d_weights(c_in, c_out, kh, kw):
    return c_out * (c_in * kh * kw + 1)


@count_conv2d_weights.cases
def _(rng):
    def case(c_in, c_out, kh, kw):
        return {"c_in": int(c_in), "c_out": int(c_out), "kh": int(kh), "kw": int(kw)}

    k = rng.integers(2, 6)
    yield "values", case(3, rng.integers(4, 60), k, k)
    yield "values", case(rng.integers(4, 9), 2 + rng.integers(8, 60), k + 1, k + 1)
    yield "not square", case(rng.integers(2, 5), rng.integers(5, 40), k, k + 2)
    yield "not square", case(rng.integers(2, 5), rng.integers(5, 40), k + 3, k)
    yield "one channel", case(1, rng.integers(3, 60), k, k)
    yield "one channel", case(rng.integers(3, 60), 1, k, k)
    yield "deep layers", case(rng.integers(64, 129), rng.integers(130, 260), k, k)


@count_conv2d_weights.mistake("biases_missing", "Your number is what you get without biases. Every filter has one.")
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw


@count_conv2d_weights.mistake(
    "one_bias_for_all",
    "Your number counts one bias for the whole bank. Every filter has its own.",
)
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw + 1


@count_conv2d_weights.mistake(
    "a_bias_for_each_channel",
    "Your number counts a bias for each channel of each filter. A filter adds up its channels, then adds one bias.",
)
def _(c_in, c_out, kh, kw):
    return c_out * c_in * (kh * kw + 1)


@count_conv2d_weights.mistake(
    "filters_are_flat",
    "Your number is right for filters that are one channel deep. Each filter has kh * kw weights for each of the c_in "
    "channels.",
)
def _(c_in, c_out, kh, kw):
    return c_out * (kh * kw + 1)


@count_conv2d_weights.mistake(
    "biases_for_inputs",
    "Your number counts a bias for each input channel. There is one for each filter, that is, for each output map.",
)
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw + c_in


@count_conv2d_weights.mistake(
    "square_filter_assumed",
    "Your number is right for square filters. Height and width may differ.",
)
def _(c_in, c_out, kh, kw):
    return c_out * (c_in * kh**2 + 1)


@count_conv2d_weights.mistake(
    "one_filter",
    "Your number is that of a single filter. The bank has c_out of them.",
)
def _(c_in, c_out, kh, kw):
    return c_in * kh * kw + 1


@count_conv2d_weights.mistake(
    "a_float",
    "The value is right, but it is a float. A number of weights is an integer.",
)
def _(c_in, c_out, kh, kw):
    return float(c_out * (c_in * kh * kw + 1))


@count_conv2d_weights.variant
def formula(c_in, c_out, kh, kw):
    return c_out * (c_in * kh * kw + 1)


@count_conv2d_weights.variant
def weights_then_biases(c_in, c_out, kh, kw):
    weights = kh * kw * c_in * c_out
    biases = c_out
    return weights + biases


@count_conv2d_weights.variant
def arrays_style(c_in, c_out, kh, kw):
    return np.zeros((c_out, c_in, kh, kw)).size + np.zeros(c_out).size


@count_conv2d_weights.variant
def product(c_in, c_out, kh, kw):
    return np.prod([c_out, c_in, kh, kw]) + c_out
