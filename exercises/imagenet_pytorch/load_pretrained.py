"""load_pretrained: published weights, put into blocks of one's own by shape and order."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

from . import _arrays as arrays

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")

COUNT = "num_batches_tracked"


@exercise(
    points=2,
    aspects={
        "values": "go through the published entries in order, and copy each into the next free tensor of "
        "model.state_dict() with the same shape. Names don't matter.",
        "statistics": "copy batch norm's running mean and variance too: they are in state_dict(), not in parameters().",
        "batch counts": "entries called ...num_batches_tracked are only counts. Leave them out on both sides: files "
        "and models may have them or not.",
        "wrong shape": 'an entry whose shape fits nowhere: raise ValueError(f"{name} fits nowhere").',
        "too many": "an entry that is left when all places are taken fits nowhere either: raise a ValueError with its "
        "name.",
    },
    hints=[
        "model.state_dict() gives the model's own tensors, in order. What is copied into them is in the model.",
        "Make a list of them without the counts. For each published entry, look for the first tensor left in the list "
        "that has the same shape, take it out of the list and copy: own.copy_(values).",
        "If no tensor in the list has the shape, raise ValueError(name). All of it under torch.no_grad(); at the end "
        "return model.",
    ],
    adapter="imagenet_pytorch.loaded",
    watched=["wrong shape", "too many"],
)
def load_pretrained(model, weights):
    return _load(model, weights)


def _counts_left_out(tensors):
    return {name: values for name, values in tensors.items() if not name.endswith(COUNT)}


def _load(model, weights, misfit=lambda name: ValueError(f"{name} fits nowhere")):
    """load_pretrained with another error, or with none where `misfit` gives None."""
    free = list(_counts_left_out(model.state_dict()).values())
    with torch.no_grad():
        for name, values in _counts_left_out(weights).items():
            place = next((n for n, own in enumerate(free) if own.shape == values.shape), None)
            if place is not None:
                free.pop(place).copy_(values)
            elif error := misfit(name):
                raise error
    return model


@load_pretrained.cases
def _(rng):
    def case(model, names, look_at="values", counts="both", extra=(), at=None):
        """Weights for a model that is described by its layers, under the given names of layers."""
        entries = []
        for layer, name in zip(model, names, strict=True):
            kind, numbers = layer[0], layer[1:]
            if kind == "conv":
                entries.append((f"{name}.weight", arrays.signed(rng, numbers[1], numbers[0], numbers[2], numbers[2])))
            elif kind == "norm":
                entries += [(f"{name}.{part}", arrays.signed(rng, *numbers)) for part in ("weight", "bias")]
                entries.append((f"{name}.running_mean", arrays.signed(rng, *numbers)))
                entries.append((f"{name}.running_var", abs(arrays.signed(rng, *numbers)) + 1))
                if counts != "model":
                    entries.append((f"{name}.{COUNT}", np.array(int(rng.integers(5, 1000)))))
            else:
                entries.append((f"{name}.weight", arrays.signed(rng, numbers[1], numbers[0])))
                entries.append((f"{name}.bias", arrays.signed(rng, numbers[1])))
        for name, *shape in extra:
            entries.insert(len(entries) if at is None else at, (name, arrays.signed(rng, *shape)))
        return {
            "model": model,
            "names": [name for name, _ in entries],
            "arrays": [values for _, values in entries],
            "look_at": look_at,
        }

    def conv(c_in, c_out, size=2):
        return ("conv", c_in, c_out, size, "no bias")

    def block(c, d):
        """A small network, and the names that its layers have in published files."""
        model = [conv(3, c, 3), ("norm", c), conv(c, d), ("norm", d), conv(d, d), ("norm", d), ("linear", d, 5)]
        names = ["conv1", "bn1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.conv2", "layer1.0.bn2", "fc"]
        return model, names

    c, d = 2 + int(rng.integers(0, 2)), 4
    yield "values", case([conv(3, c), conv(c, d), ("linear", d, 5)], ["stem", "body", "fc"])
    yield "values", case([conv(2, 2), conv(2, 2), conv(2, 2)], ["conv10", "conv9", "conv8"])
    yield "values", case([("linear", d, 3), ("linear", 3, 2)], ["hidden", "classifier"])
    yield "statistics", case([conv(1, c), ("norm", c)], ["conv1", "bn1"])
    yield "statistics", case([conv(2, d), ("norm", d), conv(d, d), ("norm", d)], ["conv1", "bn1", "conv2", "bn2"])
    yield "batch counts", case(*block(c, d), counts="model")
    yield "batch counts", case([conv(1, d), ("norm", d)], ["a", "b"], counts="model")
    extra = [f"extra{number}.weight" for number in rng.permutation(np.arange(10, 99))[:5]]
    yield "wrong shape", case(*block(c, d), "error", extra=[(extra[0], 3, 7, 1, 1)], at=1)
    yield "wrong shape", case([conv(3, c), ("norm", c)], ["conv1", "bn1"], "error", extra=[(extra[1], 9)], at=1)
    yield "wrong shape", case([conv(3, c)], ["conv1"], "error", extra=[(extra[2], 7, c)])
    yield "too many", case([conv(3, c), ("norm", c)], ["conv1", "bn1"], "error", extra=[(extra[3], c, 3, 2, 2)])
    yield "too many", case([("linear", d, 5)], ["fc"], "error", extra=[(extra[4], 5)])


@load_pretrained.mistake(
    "by_name",
    "Your model keeps its own weights: the names differ, and strict=False skips what isn't found. Go by shape and "
    "order.",
)
def _(model, weights):
    model.load_state_dict(weights, strict=False)
    return model


@load_pretrained.mistake(
    "statistics_left_out",
    "Your batch norm keeps its own running mean and variance. They are in model.state_dict(), not in parameters().",
)
def _(model, weights):
    free = list(model.parameters())
    with torch.no_grad():
        for name, values in _counts_left_out(weights).items():
            if "running" not in name:
                place = next((n for n, own in enumerate(free) if own.shape == values.shape), None)
                if place is None:
                    raise ValueError(name)
                free.pop(place).copy_(values)
    return model


@load_pretrained.mistake(
    "misfits_skipped", "Your function skips entries that fit nowhere. Raise a ValueError that names the entry."
)
def _(model, weights):
    return _load(model, weights, lambda name: None)


@load_pretrained.mistake(
    "entry_not_named", "Your ValueError doesn't say which entry fits nowhere. Put the entry's name into its text."
)
def _(model, weights):
    return _load(model, weights, lambda name: ValueError("an entry fits nowhere"))


@load_pretrained.mistake(
    "another_error", "Your function raises another kind of error for an entry that fits nowhere. Raise a ValueError."
)
def _(model, weights):
    return _load(model, weights, KeyError)


@load_pretrained.mistake(
    "cut_off_by_zip",
    "Your function ignores entries that are left over: zip ends with the shorter list. Raise a ValueError that names "
    "the first of them.",
)
def _(model, weights):
    pairs = zip(_counts_left_out(model.state_dict()).values(), _counts_left_out(weights).items())
    with torch.no_grad():
        for own, (name, values) in pairs:
            if own.shape != values.shape:
                raise ValueError(name)
            own.copy_(values)
    return model


@load_pretrained.mistake(
    "same_place_again",
    "Your function fills the first tensor of a shape again and again. Each one can be filled only once.",
)
def _(model, weights):
    own = list(_counts_left_out(model.state_dict()).values())
    with torch.no_grad():
        for name, values in _counts_left_out(weights).items():
            fitting = [item for item in own if item.shape == values.shape]
            if not fitting:
                raise ValueError(name)
            fitting[0].copy_(values)
    return model


@load_pretrained.mistake(
    "sorted_by_name", "Your function sorts the entries by name, so layers change places. Keep the order of the file."
)
def _(model, weights):
    return _load(model, dict(sorted(weights.items())))


@load_pretrained.variant
def pair_by_pair(model, weights):
    own = [(name, item) for name, item in model.state_dict().items() if "num_batches" not in name]
    given = [(name, item) for name, item in weights.items() if "num_batches" not in name]
    for place, (name, values) in enumerate(given):
        if place >= len(own) or own[place][1].shape != values.shape:
            raise ValueError(f"{name} {tuple(values.shape)} fits nowhere")
    model.load_state_dict({own[place][0]: values for place, (_, values) in enumerate(given)}, strict=False)
    return model


@load_pretrained.variant
def queues(model, weights):
    waiting = {}
    for values in model.state_dict().values():
        if values.ndim:
            waiting.setdefault(tuple(values.shape), []).append(values)
    for name in weights:
        values = weights[name]
        if values.ndim == 0:
            continue
        fitting = waiting.get(tuple(values.shape), [])
        if not fitting:
            raise ValueError("no place for " + name)
        fitting.pop(0)[...] = values
    return model


@load_pretrained.variant
def one_after_the_other(model, weights):
    slots = iter([t for t in model.state_dict().values() if t.is_floating_point()])
    for name, values in weights.items():
        if not values.is_floating_point():
            continue
        for slot in slots:
            if slot.size() == values.size():
                slot.data.copy_(values)
                break
        else:
            raise ValueError(name)
    return model


@load_pretrained.variant
def checked_first(model, weights):
    own = {name: item for name, item in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    given = {name: item for name, item in weights.items() if not name.endswith("num_batches_tracked")}
    names = list(own)
    for name, values in given.items():
        fitting = [each for each in names if own[each].shape == values.shape]
        if not fitting:
            raise ValueError(f"entry {name} has no place")
        own[fitting[0]] = values.clone()
        names.remove(fitting[0])
    model.load_state_dict(own, strict=False)
    return model
