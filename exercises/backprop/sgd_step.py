"""sgd_step: one step of gradient descent on a dict of arrays."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "subtract lr times its gradient from each array.",
        "any parameters": "use the names in params, whatever they are and however many there are.",
        "names": "the two dicts need not be in the same order: the gradient of params[name] is grads[name].",
        "number types": "integers minus fractions give fractions.",
    },
    hints=[
        "The gradient points in the direction in which the loss grows, so go the other way.",
        "A dict comprehension makes a new dict: {name: ... for name in params}.",
    ],
)
def sgd_step(params, grads, lr):
    return {name: params[name] - lr * grads[name] for name in params}


@sgd_step.cases
def _(rng):
    def step(lr, **shapes):
        params = {name: arrays.different(rng, *shape) for name, shape in shapes.items()}
        return {
            "params": params,
            "grads": {name: arrays.different(rng, *shape) for name, shape in shapes.items()},
            "lr": lr,
        }

    yield "values", step(0.5, w=(3,))
    yield "values", step(0.25, w=(2, 3), b=(2,))
    yield "any parameters", step(0.125, w1=(2, 1, 2, 2), b1=(2,), w2=(3, 4), b2=(3,))
    yield "any parameters", step(2.0, slope=(1,), offset=())
    arguments = step(0.25, w1=(3,), w2=(3,), b=(3,))
    backwards = dict(reversed(arguments["grads"].items()))
    yield "names", {**arguments, "grads": backwards}
    yield "names", {**step(0.5, w=(2, 2), b=(2, 2)), "grads": {name: arrays.different(rng, 2, 2) for name in "bw"}}
    arguments = step(0.5, w=(2, 2), b=(3,))
    whole = {name: value.astype(int) for name, value in arguments["params"].items()}
    yield (
        "number types",
        {**arguments, "params": whole, "grads": {name: value / 2 for name, value in arguments["grads"].items()}},
    )
    arguments = step(0.25, w=(4,), b=(1,))
    yield (
        "number types",
        {name: {key: item.astype(np.float32) for key, item in arguments[name].items()} for name in ("params", "grads")}
        | {"lr": 0.25},
    )


@sgd_step.mistake(
    "uphill",
    "Your step goes uphill: the gradient points in the direction in which the loss grows. Subtract lr times the "
    "gradient.",
)
def _(params, grads, lr):
    return {name: params[name] + lr * grads[name] for name in params}


@sgd_step.mistake(
    "order_for_names",
    "Your arrays are paired by their order in the dicts. Use the gradient with the same name: grads[name].",
)
def _(params, grads, lr):
    return {name: value - lr * change for (name, value), change in zip(params.items(), grads.values())}


@sgd_step.mistake("step_only", "Your result is the step, lr times the gradient. Subtract it from the parameters.")
def _(params, grads, lr):
    return {name: lr * grads[name] for name in params}


@sgd_step.mistake("lr_ignored", "Your step is the whole gradient. Multiply it by lr.")
def _(params, grads, lr):
    return {name: params[name] - grads[name] for name in params}


@sgd_step.mistake(
    "lr_divided", "Your step is the gradient divided by lr. Multiply it by lr: a smaller lr means smaller steps."
)
def _(params, grads, lr):
    return {name: params[name] - grads[name] / lr for name in params}


@sgd_step.mistake(
    "dict_changed",
    "Your values are right, but you write them into the given dict. Return a new one: {name: ... for name in params}.",
)
def _(params, grads, lr):
    for name in params:
        params[name] = params[name] - lr * grads[name]
    return params


@sgd_step.mistake("first_only", "Your step changes only the first array: is your return inside the loop?")
def _(params, grads, lr):
    new = dict(params)
    for name in params:
        new[name] = params[name] - lr * grads[name]
        return new


@sgd_step.mistake(
    "one_sign_of_all",
    "Your step has the same size everywhere: it uses the sign of the gradient. Use the gradient itself.",
)
def _(params, grads, lr):
    return {name: params[name] - lr * np.sign(grads[name]) for name in params}


@sgd_step.variant
def comprehension(params, grads, lr):
    return {key: value - lr * grads[key] for key, value in params.items()}


@sgd_step.variant
def loop(params, grads, lr):
    new = {}
    for name in params:
        new[name] = params[name] - lr * grads[name]
    return new


@sgd_step.variant
def ordered_dict(params, grads, lr):
    from collections import OrderedDict

    return OrderedDict((name, params[name] - lr * grads[name]) for name in sorted(params))


@sgd_step.variant
def copies(params, grads, lr):
    new = {name: np.array(value, dtype=float) for name, value in params.items()}
    for name in new:
        new[name] -= lr * grads[name]
    return new
