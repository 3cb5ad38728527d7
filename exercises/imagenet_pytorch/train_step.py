"""train_step: one step of an optimizer on one batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

from . import _arrays as arrays

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=2,
    aspects={
        "loss": "return F.cross_entropy(model(images), labels), computed from the plain logits. It is the mean over "
        "the batch.",
        "weights": "call loss.backward(), then optimizer.step().",
        "gradients cleared": "backward() adds to the existing gradients: call optimizer.zero_grad() before each "
        "backward().",
        "optimizer": "leave the step to the optimizer: it may use momentum or weight decay.",
        "training mode": "keep the model in training mode, and run it once on each batch: batch norm updates its "
        "statistics each time.",
    },
    hints=[
        "Write five lines: logits, loss, clear the gradients, backward, step. Which of them must be in that order?",
        "loss = F.cross_entropy(model(images), labels): it includes softmax and logarithm.",
        "optimizer.zero_grad(); loss.backward(); optimizer.step(); return loss.item()",
    ],
    adapter="imagenet_pytorch.steps",
)
def train_step(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer)


def _step(model, images, labels, optimizer, cost=None, clear=True):
    """train_step with another loss, or without clearing the gradients."""
    loss = (cost or F.cross_entropy)(model(images), labels)
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@train_step.cases
def _(rng):
    def case(look_at, calls, n=5, channels=2, classes=3, norm=False, **optimizer):
        # No class twice in a row, and not all classes.
        labels = rng.permutation(np.arange(n) % classes)
        return {
            "model": arrays.small(rng, channels, 3, classes, norm),
            "images": arrays.signed(rng, n, channels, 4, 3) / 2,
            "labels": labels.astype(np.int64),
            "optimizer": optimizer or {"lr": 0.5},
            "calls": calls,
            "look_at": look_at,
        }

    yield "loss", case("loss", 1)
    yield "loss", case("loss", 1, n=4, classes=4)
    yield "loss", case("loss", 1, n=7, channels=1, classes=5)
    yield "weights", case("weights", 1)
    yield "weights", case("weights", 1, n=7, classes=4)
    yield "weights", case("weights", 1, n=3, channels=3)
    yield "gradients cleared", case("weights", 3)
    yield "gradients cleared", case("loss", 5, n=6, classes=4)
    yield "optimizer", case("weights", 2, lr=0.25, momentum=0.75)
    yield "optimizer", case("weights", 1, n=6, lr=0.5, weight_decay=0.25)
    yield "optimizer", case("loss", 4, lr=0.25, momentum=0.5)
    yield "training mode", case("statistics", 1, norm=True)
    yield "training mode", case("statistics", 2, n=6, channels=1, norm=True)


@train_step.mistake(
    "softmax_before_loss",
    "Your loss is what you get when a softmax comes before F.cross_entropy, which applies its own. Pass it the logits.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(F.softmax(z, dim=1), y))


@train_step.mistake(
    "gradients_add_up",
    "Your gradients add up from step to step: backward() adds to the existing ones. Call optimizer.zero_grad() first.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, clear=False)


@train_step.mistake(
    "weights_stay",
    "Your weights don't change. Call loss.backward(), then optimizer.step(), without zero_grad() between the two.",
)
def _(model, images, labels, optimizer):
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@train_step.mistake(
    "loss_after_the_step",
    "Your loss is that of the new weights: you run the model on the batch twice. Return the loss from before the step.",
)
def _(model, images, labels, optimizer):
    _step(model, images, labels, optimizer)
    return F.cross_entropy(model(images), labels).item()


@train_step.mistake(
    "sum_for_mean", "Your loss is the sum over the batch. Use the mean, so that steps don't grow with the batch size."
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(z, y, reduction="sum"))


@train_step.mistake(
    "no_logarithm",
    "Your loss is F.nll_loss of the logits, but that needs their log_softmax. F.cross_entropy does both at once.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.nll_loss(z, y))


@train_step.mistake(
    "squared_error",
    "Your loss is the squared distance to one-hot classes. For classification, use the cross-entropy.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.mse_loss(z, F.one_hot(y, z.shape[1]).to(z.dtype)))


@train_step.mistake(
    "evaluation_mode",
    "Your step runs in evaluation mode, where batch norm ignores the batch's statistics. Call eval() only in evaluate.",
)
def _(model, images, labels, optimizer):
    model.eval()
    return _step(model, images, labels, optimizer)


@train_step.mistake(
    "step_by_hand",
    "Your step subtracts lr times the gradient by hand. Use optimizer.step(), which also handles momentum and weight "
    "decay.",
)
def _(model, images, labels, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= optimizer.param_groups[0]["lr"] * p.grad
    return loss.item()


@train_step.mistake(
    "loss_divided_again",
    "Your loss is divided by the batch size a second time: F.cross_entropy already returns the mean.",
)
def _(model, images, labels, optimizer):
    return _step(model, images, labels, optimizer, lambda z, y: F.cross_entropy(z, y) / len(y))


@train_step.variant
def clears_at_the_end(model, images, labels, optimizer):
    model.train()
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@train_step.variant
def by_hand(model, images, labels, optimizer):
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    log_p = F.log_softmax(model(images), dim=1)
    loss = -log_p[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


@train_step.variant
def twice_log_softmax(model, images, labels, optimizer):
    optimizer.zero_grad(set_to_none=False)
    loss = F.nll_loss(model(images).log_softmax(-1), labels, reduction="sum") / labels.numel()
    loss.backward()
    optimizer.step()
    return loss


@train_step.variant
def single_precision(model, images, labels, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images.float()), labels.long())
    loss.backward()
    optimizer.step()
    return loss.item()
