"""momentum_step: a step of gradient descent that remembers its direction."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from ._arrays import different


@exercise(
    points=0,
    aspects={
        "first step": "with a velocity of 0, the new velocity is the gradient, and the step is that of sgd_step.",
        "later steps": "the new velocity is momentum * velocity + gradient. The step is -lr times the new velocity.",
    },
    hints=[
        "Two dicts come out. Make the new velocity first, then the new parameters from it.",
        "new = {name: momentum * velocity[name] + grads[name] for name in grads}, then params[name] - lr * new[name].",
    ],
    forbidden=("torch",),
)
def momentum_step(params, grads, velocity, lr, momentum):
    new = {name: momentum * velocity[name] + grads[name] for name in params}
    return {name: params[name] - lr * new[name] for name in params}, new


@momentum_step.cases
def _(rng):
    def arguments(still, lr, momentum, **shapes):
        drawn = {name: {key: different(rng, *shape) for key, shape in shapes.items()} for name in ("params", "grads")}
        velocity = {key: np.zeros(shape) if still else different(rng, *shape) for key, shape in shapes.items()}
        return {**drawn, "velocity": velocity, "lr": lr, "momentum": momentum}

    yield "first step", arguments(True, 0.5, 0.75, w=(3,))
    yield "first step", arguments(True, 0.25, 0.5, w=(2, 3), b=(2,))
    yield "later steps", arguments(False, 0.5, 0.75, w=(3,))
    yield "later steps", arguments(False, 0.25, 0.875, w=(2, 3), b=(2,))


@momentum_step.mistake("plain_step", "Your step forgets the velocity: it is that of sgd_step.")
def _(params, grads, velocity, lr, momentum):
    return {name: params[name] - lr * grads[name] for name in params}, grads


@momentum_step.mistake("old_velocity_used", "Your step uses the old velocity. Make the new one first.")
def _(params, grads, velocity, lr, momentum):
    new = {name: momentum * velocity[name] + grads[name] for name in params}
    return {name: params[name] - lr * velocity[name] for name in params}, new


@momentum_step.mistake(
    "gradient_weighted",
    "Your velocity is a mean: the gradient is multiplied by 1 - momentum. Here it is added in full.",
)
def _(params, grads, velocity, lr, momentum):
    new = {name: momentum * velocity[name] + (1 - momentum) * grads[name] for name in params}
    return {name: params[name] - lr * new[name] for name in params}, new


@momentum_step.mistake("uphill", "Your step goes uphill. Subtract lr times the velocity.")
def _(params, grads, velocity, lr, momentum):
    new = {name: momentum * velocity[name] + grads[name] for name in params}
    return {name: params[name] + lr * new[name] for name in params}, new


@momentum_step.mistake(
    "velocity_overwritten", "Your results are right, but the given velocity was changed. Return a new dict."
)
def _(params, grads, velocity, lr, momentum):
    for name in params:
        velocity[name] *= momentum
        velocity[name] += grads[name]
    return {name: params[name] - lr * velocity[name] for name in params}, velocity


@momentum_step.variant
def a_loop(params, grads, velocity, lr, momentum):
    new_params, new_velocity = {}, {}
    for name in params:
        new_velocity[name] = momentum * velocity[name] + grads[name]
        new_params[name] = params[name] - lr * new_velocity[name]
    return new_params, new_velocity


@momentum_step.variant
def copies_changed_in_place(params, grads, velocity, lr, momentum):
    params = {name: value.copy() for name, value in params.items()}
    velocity = {name: value.copy() for name, value in velocity.items()}
    for name, gradient in grads.items():
        velocity[name] *= momentum
        velocity[name] += gradient
        params[name] -= lr * velocity[name]
    return [params, velocity]


@momentum_step.variant
def by_items(params, grads, velocity, lr, momentum):
    v = {k: np.add(momentum * velocity[k], g) for k, g in grads.items()}
    return dict(zip(params, [p - lr * v[k] for k, p in params.items()])), v
