"""What notebook 07 says about clothes and about time agrees with what was computed."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from conftest import ROOT

from exercises.backprop_numbers import FILE
from helpers import fashion, weights
from helpers.experiments.clothes import FILTERS, SHAPE

TEXT = " ".join(
    line.removeprefix("#").strip() for line in (ROOT / "solutions/07_backprop.py").read_text("utf-8").splitlines()
)
ALL: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
NUMBERS = ALL["clothes"]


def test_the_minutes_of_the_exercises_add_up() -> None:
    found = re.search(r"(\d+) of them for the exercises", TEXT)
    assert found and int(found[1]) == sum(map(int, re.findall(r"⏱ (\d+) min", TEXT)))


def test_accuracies_of_the_three_starts() -> None:
    first, last = NUMBERS["after one epoch"], NUMBERS["validation"]
    assert "have {:.0f}, {:.0f} and {:.0f} % of the validation part right".format(*first) in TEXT
    assert "in the end they have {:.0f}, {:.0f} and {:.0f} %".format(*last) in TEXT
    assert f"has {min(NUMBERS['learning']):.0f} to {max(NUMBERS['learning']):.0f} %" in TEXT
    assert np.std(last) < np.std(first) / 2
    assert f"About {np.mean(NUMBERS['test']):.0f} %, with a standard deviation of half a percent" in TEXT
    assert 0.4 < np.std(NUMBERS["test"], ddof=1) < 0.7


def test_easy_and_hard_kinds() -> None:
    shares = NUMBERS["by class"]
    assert {name for name, share in shares.items() if share > 90} == {"trousers", "sneaker", "ankle boot", "bag"}
    assert min(shares, key=shares.get) == "shirt" and f"Shirts are hard: {shares['shirt']:.0f} %" in TEXT


def test_few_pictures_are_learned_by_heart() -> None:
    few = NUMBERS["few"]
    best = int(np.argmin(few["validation loss"]))
    assert 10 < best < 50 and few["validation loss"][-1] > few["validation loss"][best] + 0.1
    assert few["accuracy"][-1] > 0.99 and few["loss"][-1] < few["loss"][best] / 3
    assert f"of the validation part it has {few['validation accuracy'][-1]:.0%} right".replace("%", " %") in TEXT
    assert few["validation accuracy"][-1] > few["validation accuracy"][best] - 0.02


def test_the_pictures() -> None:
    parts = fashion.load()
    assert [len(part.x) for part in parts] == [4000, 1000, 2000] and fashion.FILE.stat().st_size < 1_000_000
    for part in parts:
        assert part.x.shape[1:] == SHAPE and part.y.shape == part.x.shape[:1]
        assert set(part.y) == set(range(len(fashion.KINDS)))
        assert np.bincount(part.y).min() > 0.08 * len(part.y)
    assert abs(parts[0].x.mean()) < 1e-9 and abs(parts[0].x.std() - 1) < 1e-9
    assert f"{sum(array.size for array in weights.he_start(FILTERS, SHAPE).values()):,} weights" in TEXT


def test_digits_from_this_start_from_others_and_by_other_hands() -> None:
    by_epoch, others, hands = (ALL["digits"][name] for name in ("by epoch", "other starts", "new hands"))
    assert "About 86 % after a single look" in TEXT and 86 <= by_epoch[0] < 87
    assert f"**{by_epoch[-1]} %** in the end" in TEXT and "around epoch 5" in TEXT and min(by_epoch[1:]) == by_epoch[4]
    assert f"between {min(others)} and {max(others)} %, with a mean of {np.mean(others):.1f} %" in TEXT
    assert f"five starts gave {min(hands)} to {max(hands)} %, with a mean of {np.mean(hands):.1f} %" in TEXT
    assert len(others) == 15 and "15 other starts" in TEXT


def test_a_hundred_starts_of_the_lonely_filter() -> None:
    found, dead = ALL["lonely"]["find the filter"], ALL["lonely"]["dead"]
    assert f"{found} find the filter and {dead} are dead from the start" in TEXT
