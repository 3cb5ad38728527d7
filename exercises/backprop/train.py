"""train: minibatch stochastic gradient descent on the whole network."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from .loss_and_gradients import forward, live_start, loss_and_gradients, mean_loss


@exercise(
    points=2,
    aspects={
        "gradient steps": "each epoch makes N / batch steps of params - lr * gradient, with all parameters. The "
        "gradient is that of the batch's mean loss.",
        "last batch": "when batch does not divide N, the last batch is smaller. It makes a step too.",
        "learns": "the images show horizontal, vertical or diagonal bars, and the test uses new ones. Shuffle images "
        "and labels together, and update all parameters.",
        "losses": "return one number for each epoch, the mean loss of its points. The losses fall while the network "
        "learns.",
        "same seed": "take the order of the images from np.random.default_rng(seed). The same seed must give the same "
        "result, to the last digit.",
        "new orders": "draw a new order in each epoch: make rng before the loop over epochs, and call rng.permutation "
        "inside it. Another seed gives other orders.",
    },
    hints=[
        "For each epoch, shuffle and cut into batches. For each batch, call loss_and_gradients, and make a step.",
        "order = rng.permutation(len(x)); a batch is x[order[first : first + batch]] and the same entries of y.",
        "loss_and_gradients returns a mean over the batch. Add up loss * len(batch), and divide by len(x) at the end "
        "of the epoch. params = sgd_step(params, grads, lr) makes a new dict.",
    ],
    adapter="backprop.trained",
    observe="backprop.training",
    forbidden=("torch", "sklearn"),
)
def train(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            loss, grads = loss_and_gradients.reference(params, x[chosen], y[chosen])
            total += loss * len(chosen)
            params = {name: params[name] - lr * grads[name] for name in params}
        losses.append(float(total / len(x)))
    return params, losses


def _bars(rng, n, height, width):
    """Images (n, 1, H, W) with a bar and some noise, and their classes: 0 horizontal, 1 vertical, 2 diagonal."""
    x = rng.integers(0, 3, (n, 1, height, width)) / 8
    y = rng.permutation(np.arange(n) % 3)
    for image, kind in zip(x[:, 0], y):
        row, column = rng.integers(0, height - 3), rng.integers(0, width - 3)
        for step in range(4):
            place = [(row, column + step), (row + step, column), (row + step, column + step)][kind]
            image[place] = 1.0
    return x, y


def _learnable(rng):
    """Arguments for which the reference learns nearly everything from a start that knows little.

    So other orders of the images learn most of it, too, and fewer steps don't.
    """

    slower = ("each_epoch_from_the_start", "one_step_for_each_epoch")

    def right(params, x, y):
        return np.mean(forward(params, x)[0].argmax(axis=1) == y)

    while True:
        x, y = _bars(rng, 60, 5, 6)
        start, seed = live_start(rng, x, (8, 8), 3), int(rng.integers(0, 1000))
        if right(start, x[30:], y[30:]) > 0.5:
            continue
        arguments = {"params": start, "x": x[:30], "y": y[:30], "lr": 0.125, "epochs": 12, "batch": 5, "seed": seed}
        slow = [train.mistakes[name][1](**arguments)[0] for name in slower]
        after, _ = train.reference(**arguments)
        if right(after, x[30:], y[30:]) > 0.95 and all(right(params, x[30:], y[30:]) < 0.6 for params in slow):
            return {**arguments, "look_at": "new images", "new_x": x[30:], "new_y": y[30:]}


def _unequal(rng, n, apart):
    """Images, classes and parameters; each image's loss differs from their mean by at least the share `apart`."""
    while True:
        x, y = _bars(rng, n, 5, 6)
        start = live_start(rng, x, (2, 3), 3)
        logits = forward(start, x)[0]
        each = np.array([mean_loss(logits[[i]], y[[i]]) for i in range(n)])
        if (np.abs(each / each.mean() - 1) > apart).all():
            return x, y, start


@train.cases
def _(rng):
    def copies(n, shape, filters, classes):
        """The same image n times."""
        one = rng.integers(0, 9, shape) / 4 - 1
        x, y = np.stack([one] * n), np.full(n, rng.integers(0, classes))
        return {"params": live_start(rng, x / 4, filters, classes), "x": x, "y": y}

    numbers = {"seed": int(rng.integers(0, 1000)), "look_at": "params"}
    yield "gradient steps", {**copies(2, (1, 4, 8), (2, 3), 3), "lr": 0.125, "epochs": 1, "batch": 2, **numbers}
    yield "gradient steps", {**copies(6, (2, 5, 4), (3, 2), 4), "lr": 0.0625, "epochs": 2, "batch": 3, **numbers}
    yield "gradient steps", {**copies(4, (1, 8, 5), (2, 2), 2), "lr": 0.25, "epochs": 3, "batch": 4, **numbers}
    yield "gradient steps", {**copies(4, (1, 4, 5), (2, 2), 3), "lr": 0.03125, "epochs": 1, "batch": 2, **numbers}
    yield "last batch", {**copies(5, (1, 4, 5), (2, 2), 3), "lr": 0.125, "epochs": 1, "batch": 2, **numbers}
    yield "last batch", {**copies(7, (1, 5, 4), (2, 3), 2), "lr": 0.0625, "epochs": 2, "batch": 3, **numbers}
    yield "last batch", {**copies(3, (2, 4, 4), (3, 2), 3), "lr": 0.125, "epochs": 2, "batch": 8, **numbers}
    yield "learns", _learnable(rng)
    arguments = {**copies(6, (1, 4, 6), (2, 2), 3), "lr": 2.0**-10, "epochs": 3, "batch": 2}
    yield "losses", {**arguments, "seed": numbers["seed"], "look_at": "losses"}
    for n, epochs in ((18, 6), (12, 8)):
        x, y = _bars(rng, n, 4, 8)
        arguments = {
            "params": live_start(rng, x, (2, 3), 3),
            "x": x,
            "y": y,
            "lr": 0.03125,
            "epochs": epochs,
            "batch": 2,
        }
        yield "losses", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "losses"}
    # Steps so small that each epoch's mean stays that of the start, and no single image's loss is near it.
    x, y, start = _unequal(rng, 6, 0.15)
    arguments = {"params": start, "x": x, "y": y, "lr": 2.0**-10, "epochs": 2, "batch": 1}
    yield "losses", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "small steps"}
    # The same, and whichever image is alone in the last batch, its loss counts as one of five.
    x, y, start = _unequal(rng, 5, 0.3)
    arguments = {"params": start, "x": x, "y": y, "lr": 2.0**-10, "epochs": 2, "batch": 4}
    yield "losses", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "small steps"}
    for aspect, look_at in (("same seed", "a second run"), ("new orders", "other orders")):
        x, y = _bars(rng, 9, 8, 4)
        start, lr = live_start(rng, x, (2, 2), 3), 0.25 if aspect == "same seed" else 2.0**-6
        arguments = {"params": start, "x": x, "y": y, "lr": lr, "epochs": 2, "batch": 2}
        yield aspect, {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": look_at}


def _trained(params, x, y, lr, epochs, batch, seed, orders=None, batches=None, mean=None, rate=None):
    """train with one of its parts replaced; `rate` takes a parameter's name and the batch's share of the points."""
    rate = rate or (lambda name, share: 1.0)
    rng = np.random.default_rng(seed)
    params = dict(params)
    losses: list[float] = []
    for _ in range(epochs):
        order, order_y = orders(rng, len(x)) if orders else [rng.permutation(len(x))] * 2
        found = []
        for start in list(range(0, len(x), batch))[:batches]:
            here = order[start : start + batch]
            loss, grads = loss_and_gradients.reference(params, x[here], y[order_y[start : start + batch]])
            found += [loss] * (1 if mean else len(here))
            params = {name: params[name] - lr * rate(name, len(here) / len(x)) * grads[name] for name in params}
        losses += mean(found) if mean else [np.mean(found)]
    return params, losses


@train.mistake("uphill", "Your steps go uphill: the losses grow. Subtract lr times the gradient.")
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, -lr, epochs, batch, seed)


@train.mistake(
    "steps_divided_by_the_batch",
    "Your steps are too small by a factor of the batch size. The gradients are those of a mean already.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr / batch, epochs, batch, seed)


@train.mistake(
    "steps_divided_by_all_points",
    "Your steps are too small by the batch's share of all points. The gradient is a mean already: don't divide again.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, rate=lambda name, share: share)


@train.mistake("biases_not_trained", "Your biases don't change. Update all parameters, the biases too.")
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, rate=lambda name, share: float(name[0] == "w"))


@train.mistake(
    "steps_never_kept",
    "Your parameters are those that were given: keep the result of each step for the next one.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, 0.0, epochs, batch, seed)


@train.mistake(
    "each_epoch_from_the_start",
    "Your epochs all begin with the given parameters. Continue from what the epoch before has learned.",
)
def _(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        trained, found = _trained(params, x, y, lr, 1, batch, 0, orders=lambda _, n, order=order: [order] * 2)
        losses += found
    return trained, losses


@train.mistake(
    "one_step_for_each_epoch",
    "Your epochs make only one step each. An epoch goes through all batches, with a step for each.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, batches=1)


@train.mistake(
    "last_batch_left_out",
    "Your epochs leave out the images of a last, smaller batch. Continue to the end: range(0, len(x), batch).",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, batches=max(1, len(x) // batch))


@train.mistake(
    "labels_left_behind",
    "Your images are shuffled but the labels are not, so most images get the wrong label. Use the same order for both.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda rng, n: (rng.permutation(n), np.arange(n)))


@train.mistake(
    "a_loss_for_each_batch", "Your list has a loss for each batch. Return one for each epoch, the mean over its points."
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=list)


@train.mistake(
    "not_all_points",
    "Your losses are not the mean over all points of an epoch. Do you use only the last batch, or draw some points "
    "twice and leave others out?",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=lambda found: found[-1:])


@train.mistake(
    "mean_of_the_batches",
    "Your losses are means over batches, so the points of a smaller last batch count too much. Weight each batch by "
    "its number of points.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=lambda found: [np.mean(found)])


@train.mistake(
    "one_order_for_all_epochs",
    "Your epochs all have the same order. Draw a new one in each: rng.permutation inside the loop, default_rng(seed) "
    "before it.",
)
def _(params, x, y, lr, epochs, batch, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda _, n: [order] * 2)


@train.mistake("never_shuffled", "Your images always come in the given order. Shuffle them again in each epoch.")
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda _, n: [np.arange(n)] * 2)


@train.mistake(
    "the_same_orders_for_every_seed", "Your orders are the same for every seed. Use the given seed, not your own."
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, 0)


@train.mistake("losses_added_up", "Your losses are sums over the batches of an epoch. Return their mean.")
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=lambda found: [sum(found)])


@train.mistake(
    "seed_unused",
    "Your results differ from run to run: take the order from np.random.default_rng(seed), made once at the start.",
)
def _(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng()
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda _, n: [rng.permutation(n)] * 2)


@train.mistake(
    "params_overwritten",
    "Your results are right, but the given parameters were changed: -= writes into the caller's arrays.",
)
def _(params, x, y, lr, epochs, batch, seed):
    trained, losses = train.reference(params, x, y, lr, epochs, batch, seed)
    for name in params:
        params[name][...] = trained[name]
    return params, losses
