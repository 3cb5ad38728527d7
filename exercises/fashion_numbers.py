"""fashion_numbers.json, the numbers that notebook 07 tells about clothes: `python -m exercises.fashion_numbers`.

They come from the functions in the solved notebook, as its cells call them. Not part of `autograder build`: it takes
minutes, and the last digits of training differ between processors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from helpers import fashion
from helpers.experiments import clothes

from .digits_weights import solutions

FILE = Path(__file__).with_suffix(".json")
STARTS, EPOCHS, LAST = 3, 8, 2
FEW, FEW_EPOCHS, FEW_BATCH = 250, 80, 25


def main() -> None:
    """Trains from all starts, and on few pictures, and writes the file."""
    train = solutions()["train"]
    learning, validation, test = fashion.load()
    runs = [clothes.learned(train, learning, validation, EPOCHS, LAST, start) for start in range(STARTS)]
    _, few = clothes.learned(train, learning.first(FEW), validation, FEW_EPOCHS, batch=FEW_BATCH)
    kinds = np.mean([clothes.by_class(params, test) for params, _ in runs], axis=0)
    numbers: dict[str, Any] = {
        "learning": _percents([found["accuracy"][-1] for _, found in runs]),
        "validation": _percents([found["validation accuracy"][-1] for _, found in runs]),
        "after one epoch": _percents([found["validation accuracy"][0] for _, found in runs]),
        "test": _percents([clothes.score(params, test)[1] for params, _ in runs]),
        "by class": {name: round(100 * float(share), 1) for name, share in zip(fashion.KINDS, kinds)},
        "few": {name: [round(value, 3) for value in values] for name, values in few.items()},
    }
    FILE.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
    print(json.dumps(numbers))


def _percents(shares: list[float]) -> list[float]:
    return [round(100 * share, 1) for share in shares]


if __name__ == "__main__":
    main()
