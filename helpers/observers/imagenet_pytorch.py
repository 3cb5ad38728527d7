"""Notebook 08: what crops, blocks and networks show of themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checking.values import as_array


def random_crops(value: Any, images: np.ndarray, size: int, seed: int, look_at: str) -> dict[str, Any]:
    """What one case examines in `value`, a list of results of `random_crop_flip` for `images` (N, C, H, W).

    `look_at` is "crops": the result's shape, and whether each crop comes from its own image, flipped or not;
    "variety": whether crops and flips differ from image to image; "places": which corners occur; "flips": how many
    are flipped; "seed": whether the same seed repeats the first result and another seed does not; "tensors": what the
    crops of a tensor are, and what they hold.
    """
    if look_at == "tensors":
        kind, crops = value
        return {"result": kind, **random_crops([crops], images, size, seed, "crops")}
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


MAX_WEIGHTS = 3_000_000


def network(value: Any, classes: int, sides: list[tuple[int, int]], batch: int, look_at: str) -> dict[str, Any]:
    """What one case examines in a network, from what `helpers.adapters.imagenet_pytorch.network` returned.

    `look_at` is "shapes" of the results; "logits": what kind of numbers they are; "one by one": whether an image's
    result depends on the others in its batch; "weights": whether there are fewer than 3 million; "layers": whether the
    model has registered all its layers and uses all its weights; "shortcuts": whether it has residual blocks.
    """
    if look_at == "weights":
        # Weights in the output's graph count too, whether or not the model has registered them.
        count = max(sum(int(numbers) for numbers, _ in value[kind]) for kind in ("weights", "registered"))
        return {"weights": f"fewer than {MAX_WEIGHTS:,}" if 0 < count < MAX_WEIGHTS else "too many"}
    if look_at == "layers":
        unused = sum(not used for _, used in value["registered"])
        return {"unregistered layers": value["not registered"], "unused weights": unused}
    if look_at == "shortcuts":
        return {"shortcuts": "some" if has_residual_block(value["operations"], value["weights"]) else "none"}
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


Operations = list[tuple[str, list[int], list[int]]]


def has_residual_block(operations: Operations, weights: list[tuple[int, bool]]) -> bool:
    """Whether somewhere two paths from the same place are added, one with layers, the other a shortcut.

    The path with layers has two convolutions at least, with weights that matter, and normalization. The shortcut has no
    convolution, or one where shapes differ. `operations` and `weights` are what the adapter's `_as_data` gives.
    """
    above: list[set[int]] = []  # for each operation itself and all that lead to it
    for number, (_, inputs, _) in enumerate(operations):
        if any(not 0 <= item < number for item in inputs):
            raise ValueError("the operations are out of order")
        above.append({number}.union(*(above[item] for item in inputs)))
    for name, inputs, _ in operations:
        if name.startswith("AddBackward") and len(inputs) == 2:
            one, other = (above[item] for item in inputs)
            if not one & other:
                continue
            shared = above[max(one & other)]
            paths = [[operations[item] for item in sorted(path - shared)] for path in (one, other)]
            convolutions = [sum(_is_convolution(item, weights) for item in path) for path in paths]
            longer = paths[convolutions.index(max(convolutions))]
            if max(convolutions) >= 2 and min(convolutions) <= 1 and any(_normalizes(item) for item in longer):
                return True
    return False


def _is_convolution(operation: tuple[str, list[int], list[int]], weights: list[tuple[int, bool]]) -> bool:
    name, _, taken = operation
    return "Convolution" in name and any(weights[item][1] for item in taken)


def _normalizes(operation: tuple[str, list[int], list[int]]) -> bool:
    """Whether it is a layer that normalizes, or part of one written by hand."""
    return any(word in operation[0] for word in ("Norm", "Rsqrt", "Sqrt", "Var", "Std", "Pow"))
