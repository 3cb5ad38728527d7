"""helpers/weights/digits.npz, from the functions in the solved notebook 07: `python -m exercises.digits_weights`.

Not part of `autograder build`: the last digits of training differ between processors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from helpers import data, layers, network, weights

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "solutions" / "07_backprop.ipynb"


def main() -> None:
    """Trains as the notebook does, writes the file and says how well the network reads."""
    images, labels, test, test_labels = data.digits()
    params, losses = solutions()["train"](
        weights.he_start(), images[:, None] / 16, labels, lr=0.2, epochs=12, batch=16, seed=0
    )
    weights.DIGITS.parent.mkdir(exist_ok=True)
    np.savez_compressed(weights.DIGITS, **{name: value.astype(np.float32) for name, value in params.items()})
    share = np.mean(network.forward(weights.digits(), test[:, None] / 16).argmax(axis=1) == test_labels)
    size = weights.DIGITS.stat().st_size
    print(f"{weights.DIGITS.relative_to(ROOT)}: {size} bytes, last mean loss {losses[-1]:.3f}, ", end="")
    print(f"{share:.1%} of {len(test)} test digits right")


def solutions() -> dict[str, Any]:
    """The functions that the exercise cells of notebook 07 define, solved."""
    namespace: dict[str, Any] = {"np": np, "layers": layers, "nll_loss": network.nll_loss}
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), namespace)
    return namespace


if __name__ == "__main__":
    main()
