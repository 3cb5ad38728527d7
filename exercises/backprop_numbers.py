"""backprop_numbers.json, what notebook 07 says about training: `python -m exercises.backprop_numbers [PART ...]`.

They come from the functions in the solved notebook, as its cells call them. Parts are lonely, digits and clothes; the
others stay as they are in the file. Not part of `autograder build`: it takes minutes, and the last digits of training
differ between processors.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from helpers import data, fashion, network, weights
from helpers.experiments import clothes

from .digits_weights import NOTEBOOK, solutions

FILE = Path(__file__).with_suffix(".json")
STARTS, EPOCHS, LAST = 3, 8, 2
FEW, FEW_EPOCHS, FEW_BATCH = 250, 80, 25
OTHER_STARTS = range(5, 20)  # the notebook's own is 4
Numbers = dict[str, Any]


def main(parts: Sequence[str]) -> None:
    """Computes the parts, or all, and writes the file."""
    numbers = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for part in parts or PARTS:
        numbers[part] = PARTS[part]()
        print(part, json.dumps(numbers[part]))
    FILE.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


def lonely() -> Numbers:
    """Of a hundred starts, how many find the filter of lonely ones, and how many never move."""
    namespace = solutions()
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if "def lonely_ones(" in (source := "".join(cell["source"])):
            exec(compile(source, str(NOTEBOOK), "exec"), namespace)
    found = dead = 0
    for seed in range(100):
        filters, losses = namespace["learn"](seed)
        found += bool(np.mean(losses[-100:]) < 0.01)
        dead += bool((filters[0] == filters[-1]).all())
    return {"find the filter": found, "dead": dead}


def digits() -> Numbers:
    """Accuracies on new digits: as in the notebook by epoch, from other starts, and on hands never seen."""
    images, labels, new, new_labels = data.digits()
    order = np.argsort(np.concatenate([np.flatnonzero(np.arange(1797) % 3 != 2), np.arange(2, 1797, 3)]))
    collected = np.concatenate([images, new])[order], np.concatenate([labels, new_labels])[order]
    hands = collected[0][:1198], collected[1][:1198], collected[0][1198:], collected[1][1198:]
    return {
        "by epoch": _digits_learned((images, labels, new, new_labels), 4),
        "other starts": [_digits_learned((images, labels, new, new_labels), seed)[-1] for seed in OTHER_STARTS],
        "new hands": [_digits_learned(hands, seed)[-1] for seed in range(5)],
    }


def _digits_learned(parts: tuple[np.ndarray, ...], start: int) -> list[float]:
    """The accuracy on new digits, in percent, after each of 12 epochs."""
    train, (images, labels, new, new_labels) = solutions()["train"], parts
    params, found = weights.he_start(seed=start), []
    for epoch in range(12):
        params, _ = train(params, images[:, None] / 16, labels, lr=0.2, epochs=1, batch=16, seed=epoch)
        found += _percents([np.mean(network.forward(params, new[:, None] / 16).argmax(axis=1) == new_labels)])
    return found


def of_clothes() -> Numbers:
    """Accuracies in percent from each start, and losses and accuracies by epoch for few pictures."""
    train = solutions()["train"]
    learning, validation, test = fashion.load()
    runs = [clothes.learned(train, learning, validation, EPOCHS, LAST, start) for start in range(STARTS)]
    _, few = clothes.learned(train, learning.first(FEW), validation, FEW_EPOCHS, batch=FEW_BATCH)
    kinds = np.mean([clothes.by_class(params, test) for params, _ in runs], axis=0)
    return {
        "learning": _percents([found["accuracy"][-1] for _, found in runs]),
        "validation": _percents([found["validation accuracy"][-1] for _, found in runs]),
        "after one epoch": _percents([found["validation accuracy"][0] for _, found in runs]),
        "test": _percents([clothes.score(params, test)[1] for params, _ in runs]),
        "by class": dict(zip(fashion.KINDS, _percents(kinds))),
        "few": {name: [round(value, 3) for value in values] for name, values in few.items()},
    }


def _percents(shares: Sequence[float] | np.ndarray) -> list[float]:
    return [round(100 * float(share), 1) for share in shares]


PARTS: dict[str, Callable[[], Numbers]] = {"lonely": lonely, "digits": digits, "clothes": of_clothes}

if __name__ == "__main__":
    main(sys.argv[1:])
