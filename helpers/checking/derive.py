"""Properties of a student's answer, for exercises that have many right answers.

A function here takes the answer and a case's arguments and returns what is compared with the expected value: for
example, whether a filter fires on a series. It runs on the judge's side, on raw values, and holds nothing secret.
ValueError says what is wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .values import as_array


def fires(value: Any, x: np.ndarray) -> str:
    """Whether any valid window of the series `x` gives an output above 0 for `value` = (filter, bias)."""
    weights, bias = value
    w, b = as_array(weights), as_array(bias)
    if w is None or w.ndim != 1 or not 1 <= w.size <= x.size:
        raise ValueError(f"the filter must be a 1D array of 1 to {x.size} numbers")
    if b is None or b.ndim != 0:
        raise ValueError("the bias must be a single number")
    if not (np.isfinite(w).all() and np.isfinite(b)):
        raise ValueError("the filter and the bias must be finite numbers")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.size)
    return "fires" if (windows @ w.astype(float) + float(b) > 0).any() else "stays quiet"


def edge_responses(value: Any, image: np.ndarray) -> tuple[str, str]:
    """How each filter of `value`, a pair of 3 by 3 filters, responds to an image (H, W), without padding.

    "silent" when all outputs are 0, "fires" when the absolute value of one is at least 0.1, else "weak".
    """
    pair = value if isinstance(value, (tuple, list, np.ndarray)) else ()
    filters = [w for item in pair if (w := as_array(item)) is not None and w.shape == (3, 3)]
    if len(filters) != 2 or len(pair) != 2:
        raise ValueError("expected a pair (vertical, horizontal) of arrays of shape (3, 3)")
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (3, 3))
    return _response(windows, filters[0]), _response(windows, filters[1])


def _response(windows: np.ndarray, w: np.ndarray) -> str:
    if not np.isfinite(w).all():
        raise ValueError("the weights must be finite numbers")
    size = float(np.abs(np.einsum("ijkl,kl->ij", windows, w.astype(float))).max())
    rounding = 1e-9 * max(1.0, float(np.abs(w).max() * np.abs(windows).max()))
    return "silent" if size <= rounding else "fires" if size >= 0.1 - rounding else "weak"


def training(
    value: Any,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    lr: float,
    epochs: int,
    batch: int,
    seed: int,
    look_at: str,
    new_x: np.ndarray | None = None,
    new_y: np.ndarray | None = None,
) -> dict[str, Any]:
    """What one case examines in `value`, a list with one or two results of `train`, pairs (params, losses).

    `look_at` is "params": the trained parameters; "new images": whether the trained network is right about at least
    70 % of them; "losses": how many there are, whether they fall, and whether they have the size of mean losses; "small
    steps": the same with less tolerance, but they need not fall; or "a second run": whether it gives the same result.
    Minibatches may come in any order: what depends on the order is not compared.
    """
    runs = [_trained(run, params) for run in value]
    after, losses = runs[0]
    if look_at == "params":
        return after
    if look_at == "new images":
        assert new_x is not None and new_y is not None
        share = np.mean(_network(after, new_x).argmax(axis=1) == new_y)
        return {"right about new images": "at least 70 %" if share >= 0.7 else "less than 70 %"}
    if look_at in ("losses", "small steps"):
        # Each epoch's mean loss lies between the losses before and after training, apart from effects of the order.
        before, behind = (_mean_loss(_network(given, x), y) for given in (params, after))
        alike = (x == x[:1]).all() and (y == y[0]).all()
        slack = 0.01 if alike else 0.05 if look_at == "small steps" else 0.5
        size = "too large" if losses.max(initial=0.0) > (1 + slack) * before else "that of a mean loss"
        size = "too small" if losses.min(initial=np.inf) < (1 - slack) * behind else size
        if look_at == "small steps":
            return {"how many": int(losses.size), "size": size}
        falling = "yes" if losses.size > 1 and losses[-1] < losses[0] else "no"
        return {"how many": int(losses.size), "falling": falling, "size": size}
    again, losses_again = runs[1]
    same = all(np.array_equal(after[name], again[name]) for name in after) and np.array_equal(losses, losses_again)
    return {"a second run gives": "the same" if same else "something else"}


def _trained(run: Any, params: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """One result of `train`, checked for the right shapes."""
    if not isinstance(run, (tuple, list)) or len(run) != 2 or not isinstance(run[0], dict):
        raise ValueError("expected a pair (params, losses): a dict of arrays and a list of numbers")
    after = {name: as_array(array) for name, array in run[0].items()}
    if set(after) != set(params):
        raise ValueError(f"expected the parameters {sorted(params)}, got {sorted(after)}")
    for name, array in params.items():
        found = after[name]
        if found is None or found.shape != array.shape:
            raise ValueError(f"the parameter {name} must keep its shape {array.shape}")
    losses = as_array(run[1])
    if losses is None or losses.ndim != 1:
        raise ValueError("the losses must be a list of numbers, one for each epoch")
    return {name: array for name, array in after.items() if array is not None}, losses.astype(float)


def _network(params: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """The logits of the network of notebooks 06 and 07."""
    from .. import layers

    a = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):  # a badly trained network may overflow
        for layer in "12":
            a = layers.relu(layers.conv2d(a, params["w" + layer], params["b" + layer], padding=1))
            a = layers.max_pool2d(a, 2, 2)
        logits: np.ndarray = a.reshape(len(a), -1) @ params["w3"].T + params["b3"]
    return logits


def _mean_loss(logits: np.ndarray, y: np.ndarray) -> float:
    """The mean negative log likelihood; NaN when the logits have overflowed."""
    with np.errstate(invalid="ignore"):
        z = logits - logits.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]))


def random_crops(value: Any, images: np.ndarray, size: int, seed: int, look_at: str) -> dict[str, Any]:
    """What one case examines in `value`, a list of results of `random_crop_flip` for `images` (N, C, H, W).

    `look_at` is "crops": the result's shape, and whether each crop comes from its own image, flipped or not;
    "variety": whether crops and flips differ from image to image; "places": which corners occur; "flips": how many
    are flipped; "seed": whether the same seed repeats the first result and another seed does not.
    """
    results = [as_array(item) for item in value]
    first = results[0]
    shape = (*images.shape[:2], size, size)
    if first is None or first.ndim != 4:
        raise ValueError(f"expected an array of shape {shape}")
    if look_at == "seed":
        same = [other is not None and np.array_equal(first, other) for other in results[1:]]
        return {name: _sameness(equal) for name, equal in zip(("same seed", "another seed"), same, strict=True)}
    if first.shape != shape:
        return {"shape": list(first.shape)}
    found = [_cut_from(image, crop) for image, crop in zip(images, first)]
    if look_at == "crops":
        kinds = {_origin(place, n, images, crop) for n, (place, crop) in enumerate(zip(found, first))}
        return {"shape": list(shape), "images": sorted(kinds)}
    places = [place for place in found if place]
    if not places:
        return {"images": "not crops of the given images"}
    corners = {place[:2] for place in places}
    share = sum(place[2] for place in places) / len(places)
    flips = (
        "none" if share == 0 else "all" if share == 1 else "about half" if 0.3 < share < 0.7 else "too few or too many"
    )
    if look_at == "variety":
        return {"corners": _variety(corners), "flips": _variety({place[2] for place in places})}
    if look_at == "flips":
        return {"flips": flips}
    rows, columns = (set(item) for item in zip(*corners))
    return {
        "first rows": sorted(rows),
        "first columns": sorted(columns),
        "pairs": "all" if len(corners) == len(rows) * len(columns) else "some never occur",
    }


def _sameness(equal: bool) -> str:
    return "the same" if equal else "something else"


def _variety(values: set[Any]) -> str:
    return "the same for all" if len(values) == 1 else "differ from image to image"


def _origin(place: Any, number: int, images: np.ndarray, crop: np.ndarray) -> str:
    """In words, where a crop of image `number` comes from; `place` is the result of `_cut_from`."""
    if place:
        return "flipped upside down" if place[3] else "crops of their own image"
    if _cut_from(images[number][::-1], crop):
        return "crops with the channels in another order"
    if all(_cut_from(channel[None], part[None]) for channel, part in zip(images[number], crop)):
        return "crops with each channel from another place"
    return "crops of another image" if any(_cut_from(image, crop) for image in images) else "something else"


def _cut_from(image: np.ndarray, crop: np.ndarray) -> tuple[int, int, bool, bool] | None:
    """Row and column of a crop's corner, and whether it is flipped and upside down; None if it is not from `image`."""
    height, width = crop.shape[1:]
    firsts = image[0, : image.shape[1] - height + 1, : image.shape[2] - width + 1]
    for upside_down in (False, True):
        for flipped in (False, True):
            turned = crop[:, :: -1 if upside_down else 1, :: -1 if flipped else 1]
            for row, column in np.argwhere(firsts == turned[0, 0, 0]).tolist():
                if np.array_equal(image[:, row : row + height, column : column + width], turned):
                    return row, column, flipped, upside_down
    return None


def residual_block(value: Any, c_in: int, c_out: int, stride: int, x: np.ndarray, look_at: str, weights: int) -> Any:
    """A residual block's result as it is, except with `look_at` "weights".

    There the 1x1 convolution of a shortcut may have a bias or a batch norm; all these versions count as the same.
    A shortcut between equal shapes has no weights.
    """
    if look_at != "weights":
        return value
    numbers = [int(item) for item in value["numbers"]]
    branch = [9 * c_in * c_out, 9 * c_out * c_out, *[c_out] * 4]
    conv = c_in * c_out
    shortcuts = [[]] if c_in == c_out and stride == 1 else [[conv, c_out, c_out], [conv, c_out], [conv]]
    right = [sorted([*branch, *shortcut]) for shortcut in shortcuts]
    return {**value, "numbers": right[0] if sorted(numbers) in right else numbers}


MOST_WEIGHTS = 3_000_000


def network(value: Any, classes: int, sides: list[tuple[int, int]], batch: int, look_at: str) -> dict[str, Any]:
    """What one case examines in a network, from what `torch_probe.network` returned.

    `look_at` is "shapes" of the results; "logits": what kind of numbers they are; "one by one": whether an image's
    result depends on the others in its batch; "weights": whether there are fewer than 3 million; "layers": whether the
    model has registered all its layers and uses all its weights; "shortcuts": whether it adds two paths.
    """
    if look_at == "weights":
        return {"weights": f"fewer than {MOST_WEIGHTS:,}" if 0 < int(value["trainable"]) < MOST_WEIGHTS else "too many"}
    if look_at == "layers":
        return {"unregistered layers": value["not registered"], "unused weights": value["no gradient"]}
    if look_at == "shortcuts":
        return {"shortcuts": "some" if int(value["sums"]) else "none"}
    results = [as_array(item) for item in value["logits"]]
    if any(item is None for item in results):
        raise ValueError(f"the model must return a tensor of shape {(batch, classes)}")
    arrays = [item.astype(float) for item in results if item is not None]
    if look_at == "shapes":
        return {"shapes": [list(item.shape) for item in arrays]}
    if look_at == "logits":
        return {"results": _kind_of_logits(arrays[0])}
    alone = np.concatenate([np.asarray(item, dtype=float) for item in value["alone"]])
    same = alone.shape == arrays[0].shape and np.allclose(alone, arrays[0], rtol=1e-3, atol=1e-3)
    return {"an image alone gives": _sameness(same)}


def _kind_of_logits(results: np.ndarray) -> str:
    """What a network's results (N, K) are: logits are numbers of both signs that depend on the image."""
    if not np.isfinite(results).all():
        return "NaN or infinity"
    if np.allclose(results, results[:1], rtol=1e-5, atol=1e-7):
        return "the same for all images"
    if results.min() >= 0:
        return "probabilities" if np.allclose(results.sum(axis=1), 1, atol=1e-3) else "never below 0"
    return "logits"
