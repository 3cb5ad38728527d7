"""top_k_error: the share of points whose class is not among the k highest logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise

torch: Any = LazyModule("torch")


@exercise(
    points=2,
    aspects={
        "values": "check for each point whether its class is among the k classes with the highest logits. The error is "
        "the share of points for which it is not.",
        "every k": "k goes from 1, where only the highest logit counts, to the number of classes, where the error is "
        "0.",
        "number types": "logits may be integers. Avoid a minus in front of unsigned ones.",
    },
    hints=[
        "Which k classes have the highest logits? topk or argsort along the classes gives their indices, (N, k).",
        "A class is among them if one of the k indices equals it: compare with y[:, None], then use any along the last "
        "axis.",
        "The mean of that is the share of points that are right. The error is 1 minus this share.",
    ],
    adapter="imagenet_pytorch.with_arrays_or_tensors",
    worked=[
        (
            "values",
            {"logits": np.array([[3.0, 1.0, 2.0, 0.0], [0.0, 5.0, 4.0, 3.0]]), "y": np.array([2, 0]), "k": 2},
        )
    ],
)
def top_k_error(logits, y, k):
    order = np.argsort(np.asarray(logits))[:, ::-1][:, :k]
    return float(1 - np.mean((order == np.asarray(y)[:, None]).any(axis=1)))


def _ranked(rng, places, classes, step=1.0):
    """Logits without ties, in which the class of point i has rank places[i]; rank 0 is the highest."""
    places = rng.permutation(places)
    logits = np.stack([rng.permutation(classes) for _ in places]) * step
    if step != 1:
        logits -= classes // 2 * step
    y = np.array([np.argsort(row)[::-1][place] for row, place in zip(logits, places)])
    return {"logits": logits, "y": y}


@top_k_error.cases
def _(rng):
    # How many points have their class in the first, second, ... place; all shares differ.
    yield "values", {**_ranked(rng, [0, 0, 1, 2, 2, 3, 5, 6], 7, 0.5), "k": 3}
    yield "values", {**_ranked(rng, [0, 1, 1, 1, 2, 4, 4], 5, 0.25), "k": 2}
    yield "values", {**_ranked(rng, [0, 2, 4, 5, 5, 5, 8, 8, 8, 9], 10, 0.5), "k": 5}
    yield "every k", {**_ranked(rng, [0, 0, 1, 2, 3], 4, 0.5), "k": 1}
    yield "every k", {**_ranked(rng, [0, 1, 2, 3, 4, 4, 5], 6, 0.5), "k": 4}
    yield "every k", {**_ranked(rng, [0, 0, 1, 2, 4, 4, 3], 5, 0.5), "k": 5}
    for dtype in (np.int64, np.float32):
        ranked = _ranked(rng, [0, 0, 1, 1, 2, 2, 3, 5], 6)
        yield "number types", {"logits": ranked["logits"].astype(dtype), "y": ranked["y"].astype(np.int64), "k": 3}


@top_k_error.mistake(
    "sorted_the_wrong_way",
    "Your function uses the k lowest logits: sorting puts the lowest first. Take the last k, or sort descending.",
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, :k]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "accuracy_for_error", "Your number is the share of points that are right. The error is 1 minus this share."
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "k_ignored", "Your number is the top-1 error, whatever k is. Use the k highest logits, not only the highest."
)
def _(logits, y, k):
    return float(np.mean(logits.argmax(axis=1) != y))


@top_k_error.mistake(
    "kth_place_only",
    "Your function uses only the k-th highest logit. A class is right if it is anywhere among the k highest.",
)
def _(logits, y, k):
    return float(np.mean(np.argsort(logits, axis=1)[:, ::-1][:, k - 1] != y))


@top_k_error.mistake(
    "best_of_any_point",
    "You look for a class among the best of all points. Compare each point with its own k classes, its own row.",
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(1 - np.mean(np.isin(y, order)))


@top_k_error.mistake("one_place_too_many", "Your function uses the k + 1 highest logits. Use the k highest.")
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, : k + 1]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))


@top_k_error.mistake(
    "count_for_share", "Your number counts points. The error is a share: divide by the number of points."
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return int((~(order == y[:, None]).any(axis=1)).sum())


@top_k_error.mistake("percent", "Your number is a percentage. Return a share from 0 to 1.")
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(100 * (1 - np.mean((order == y[:, None]).any(axis=1))))


@top_k_error.mistake(
    "divided_by_places",
    "Your function takes the mean over points and places. A point is right if any of its k places is right.",
)
def _(logits, y, k):
    order = np.argsort(logits, axis=1)[:, ::-1][:, :k]
    return float(1 - np.mean(order == y[:, None]))


@top_k_error.variant
def tensors(logits, y, k):
    best = logits.topk(k, dim=1).indices
    return 1 - (best == y.view(-1, 1)).any(dim=1).float().mean().item()


@top_k_error.variant
def tensor_result(logits, y, k):
    ranked = torch.argsort(torch.as_tensor(logits), dim=1, descending=True)[:, :k]
    hit = (ranked == torch.as_tensor(y)[:, None]).any(dim=1)
    return 1 - hit.double().mean()


@top_k_error.variant
def count_larger(logits, y, k):
    own = logits[np.arange(len(y)), y]
    return np.mean((logits > own[:, None]).sum(axis=1) >= k)


@top_k_error.variant
def loop(logits, y, k):
    wrong = 0
    for row, label in zip(logits, y):
        best = sorted(range(len(row)), key=lambda index: row[index], reverse=True)[:k]
        if label not in best:
            wrong += 1
    return wrong / len(y)


@top_k_error.variant
def argpartition(logits, y, k):
    best = np.argpartition(logits, -k, axis=1)[:, -k:]
    return 1.0 - np.isin(np.arange(len(y)), np.nonzero(best == y[:, None])[0]).mean()


@top_k_error.variant
def types_as_they_come(logits, y, k):
    order = np.argsort(-logits, axis=1)[:, :k]
    return float(1 - np.mean((order == y[:, None]).any(axis=1)))
