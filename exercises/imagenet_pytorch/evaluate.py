"""evaluate: the top-1 and top-5 error of a model, without gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

from . import _arrays as arrays

torch: Any = LazyModule("torch")


@exercise(
    points=2,
    aspects={
        "errors": "return two shares: first the points whose class is not the highest, then those whose class is not "
        "among the five highest.",
        "batch sizes": "count wrong points and all points over all batches, then divide, since batches differ in size.",
        "evaluation mode": "call model.eval() before the first batch: batch norm then uses its running statistics.",
        "mode restored": "set was_training = model.training at the start, and call model.train(was_training) at the "
        "end.",
        "no gradients": "put `with torch.no_grad():` around the loop.",
        "any loader": "a loader may be any list of batches. Only go through it, and count len(labels) as you go.",
    },
    hints=[
        "Remember the mode, switch to evaluation mode, loop over batches without gradients, restore the mode, divide.",
        "logits.topk(5, dim=1).indices == labels[:, None] is (N, 5): its first column is the top-1 answer, and any "
        "along dim 1 is the top-5 answer.",
        "Count points, and points that are right, batch by batch. The errors are 1 - right / points.",
    ],
    adapter="imagenet_pytorch.evaluated",
    watched=["mode restored", "no gradients"],
)
def evaluate(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        results = _results(model, loader)
    model.train(was_training)
    return _errors(results)


def _results(model, loader):
    """The logits and labels of all batches."""
    return [(model(images), labels) for images, labels in loader]


def _errors(results, ks=(1, 5), largest=True):
    """The top-k errors over all points."""
    logits, labels = (torch.cat(items) for items in zip(*results))
    found = [logits.topk(k, dim=1, largest=largest).indices == labels[:, None] for k in ks]
    return tuple(1 - item.any(dim=1).double().mean().item() for item in found)


@evaluate.cases
def _(rng):
    def case(look_at, sizes, training=False, classes=7, norm=False):
        """Points for which top-1 and top-5 error, over points and over batches, all differ, also from 0 and 1."""
        while True:
            model = arrays.small(rng, 2, 4, classes, norm)
            batches = [(arrays.signed(rng, n, 2, 3, 4) / 2, rng.integers(0, classes, n)) for n in sizes]
            if _telling(model, batches, sizes, norm):
                return {"model": model, "loader": batches, "training": training, "look_at": look_at}

    yield "errors", case("errors", (6, 6))
    yield "errors", case("errors", (5, 5, 5), classes=8)
    yield "errors", case("errors", (9,), classes=10)
    yield "batch sizes", case("errors", (8, 3))
    yield "batch sizes", case("errors", (7, 7, 2), classes=9)
    yield "evaluation mode", case("errors", (6, 5), training=True, norm=True)
    yield "evaluation mode", case("errors", (9, 8), training=True, norm=True)
    for look_at, aspect in (("mode", "mode restored"), ("gradients", "no gradients")):
        yield aspect, case(look_at, (6, 6), training=True)
        yield aspect, case(look_at, (5, 5))
        yield aspect, case(look_at, (4, 4, 4), training=True, classes=8)
    yield "any loader", case("a list", (6, 6))
    yield "any loader", case("a list", (5, 5, 5), classes=8)


def _logits(model, images, training=False):
    """The output of the small network of `helpers.adapters.imagenet_pytorch`, in NumPy."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    z = np.einsum("nchwij,fcij->nfhw", windows, model["filters"])
    if "mean" in model:
        mean = z.mean(axis=(0, 2, 3)) if training else model["mean"]
        variance = z.var(axis=(0, 2, 3)) if training else model["variance"]
        z = (z - mean[:, None, None]) / np.sqrt(variance + 1e-5)[:, None, None]
    return np.maximum(z, 0).mean(axis=(2, 3)) @ model["weights"].T + model["biases"]


def _telling(model, batches, sizes, norm):
    """Whether mistakes show in these batches, and rounding does not."""
    wrong = {}
    for training in (False, True):
        logits = [_logits(model, images, training) for images, _ in batches]
        ranked = np.sort(np.concatenate(logits), axis=1)
        if np.diff(ranked, axis=1).min() < 1e-6:
            return False
        for k in (1, 5):
            wrong[training, k] = [
                (np.argsort(item, axis=1)[:, -k:] != labels[:, None]).all(axis=1).sum()
                for item, (_, labels) in zip(logits, batches)
            ]
    one, five = (np.array(wrong[False, k]) for k in (1, 5))
    points = sum(sizes)
    apart = 0 < five.sum() < one.sum() < points and one.sum() + five.sum() != points and 2 * one.sum() != points
    if len(set(sizes)) > 1:
        apart = apart and all(abs(np.mean(item / sizes) - item.sum() / points) > 0.01 for item in (one, five))
    if norm:
        apart = apart and all(sum(wrong[True, k]) != sum(wrong[False, k]) for k in (1, 5))
    # The last batch alone gives a different result.
    return apart and (len(sizes) == 1 or one[-1] / sizes[-1] != one.sum() / points)


@evaluate.mistake(
    "mean_over_batches",
    "Your errors are means over batches. When batches differ in size, points of a small batch then count too much. "
    "Count points instead.",
)
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        each = [_errors([result]) for result in _results(model, loader)]
    model.train(was_training)
    return tuple(float(np.mean(errors)) for errors in zip(*each))


@evaluate.mistake(
    "no_eval",
    "Your model is evaluated in training mode, where batch norm uses the batch's statistics instead of its running "
    "ones. Call model.eval().",
)
def _(model, loader):
    with torch.no_grad():
        return _errors(_results(model, loader))


@evaluate.mistake(
    "left_in_evaluation_mode",
    "Your model stays in evaluation mode, so the next epoch trains it in that mode. Restore its mode.",
)
def _(model, loader):
    model.eval()
    with torch.no_grad():
        return _errors(_results(model, loader))


@evaluate.mistake(
    "always_back_to_training",
    "Your model is always in training mode afterwards, even if it was not before. Remember model.training at the "
    "start.",
)
def _(model, loader):
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train()
    return errors


@evaluate.mistake(
    "gradients_prepared",
    "Your function lets PyTorch store everything for gradients, which costs time and memory. Use `with "
    "torch.no_grad():`.",
)
def _(model, loader):
    was_training = model.training
    model.eval()
    results = _results(model, loader)
    model.train(was_training)
    return _errors(results)


@evaluate.mistake("accuracies", "Your numbers are accuracies. Return the errors, 1 minus accuracy.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return 1 - errors[0], 1 - errors[1]


@evaluate.mistake("order_swapped", "Your errors are in the wrong order. The top-1 error comes first.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return errors[::-1]


@evaluate.mistake("percent", "Your errors are percentages. Return shares from 0 to 1.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader))
    model.train(was_training)
    return 100 * errors[0], 100 * errors[1]


@evaluate.mistake(
    "last_batch_only", "Your errors are those of the last batch. Add up over all batches, and start from 0 only once."
)
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader)[-1:])
    model.train(was_training)
    return errors


@evaluate.mistake("sorted_the_wrong_way", "Your function uses the lowest logits: sorting puts the lowest first.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader), largest=False)
    model.train(was_training)
    return errors


@evaluate.mistake("top_1_twice", "Both of your numbers are the top-1 error. The second is for the five highest logits.")
def _(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        errors = _errors(_results(model, loader), ks=(1, 1))
    model.train(was_training)
    return errors


@evaluate.variant
def counting(model, loader):
    training = model.training
    model.eval()
    points = wrong_1 = wrong_5 = 0
    with torch.inference_mode():
        for images, labels in loader:
            ranked = model(images).argsort(dim=1, descending=True)
            points += len(labels)
            wrong_1 += (ranked[:, 0] != labels).sum().item()
            wrong_5 += len(labels) - (ranked[:, :5] == labels[:, None]).sum().item()
    model.train(training)
    return wrong_1 / points, wrong_5 / points


@evaluate.variant
def numpy(model, loader):
    was = model.training
    model.eval()
    try:
        with torch.no_grad():
            logits = np.concatenate([model(images).numpy() for images, _ in loader])
    finally:
        if was:
            model.train()
    labels = np.concatenate([np.asarray(y) for _, y in loader])
    order = np.argsort(-logits, axis=1)
    return [np.mean([y not in row[:k] for row, y in zip(order, labels)]) for k in (1, 5)]


@evaluate.mistake(
    "dataset_of_the_loader",
    "Your function needs `loader.dataset`, which not every loader has. Add up len(labels) over the batches.",
)
def _(model, loader):
    points = len(loader.dataset)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        results = _results(model, loader)
    model.train(was_training)
    return tuple(error * sum(len(labels) for _, labels in results) / points for error in _errors(results))


@evaluate.variant
def sum_of_lengths(model, loader):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    mode, right = model.training, torch.zeros(2)
    model.train(False)
    for x, y in loader:
        best = model(x).topk(5).indices
        right += torch.tensor([(best[:, 0] == y).sum(), (best == y.unsqueeze(1)).any(1).sum()])
    model.train(mode)
    torch.set_grad_enabled(before)
    top_1, top_5 = 1 - right.double() / sum(len(y) for _, y in loader)
    return top_1, top_5
