"""How good features are: what a logistic regression reads from them. Scikit-learn loads when asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import layers, weights

Array = np.ndarray
Params = Mapping[str, Array]
Digits = tuple[Array, Array, Array, Array]  # images to learn from, their labels, new images, their labels


def fitted(features: Array, labels: Array) -> Any:
    """Scikit-learn's logistic regression, fitted to features (N, ...) and labels (N,)."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    with threadpool_limits(1):  # on matrices as small as these, several threads only wait for each other
        return LogisticRegression(max_iter=1000).fit(_flat(features), labels)


def change_and_accuracy(
    maps_of: Callable[[Array], Array], pool: Callable[[Array], Any], digits: Digits, most: int
) -> Array:
    """Two rows for digits moved by 0 to `most` pixels: how far their features move, and the accuracy on them.

    Features are what `pool` leaves of the maps that `maps_of` makes of images (N, H, W); a regression learns from them
    at rest. Their movement is a share of the distance to another digit's. Digits move in four directions by turns.
    """

    def features(images: Array) -> Array:
        return _flat(pool(maps_of(images)))

    train, train_labels, test, labels = digits
    classifier = fitted(features(train), train_labels)
    at_rest = features(test)
    to_another = np.linalg.norm(at_rest - np.roll(at_rest, 1, axis=0), axis=1).mean()
    change, accuracy = [], []
    for steps in range(most + 1):
        ways = [(0, steps), (steps, 0), (0, -steps), (-steps, 0)]
        moved = np.array([np.roll(image, ways[n % 4], axis=(0, 1)) for n, image in enumerate(test)])
        now = features(moved)
        change.append(np.linalg.norm(now - at_rest, axis=1).mean() / to_another)
        accuracy.append(classifier.score(now, labels))
    return np.array([change, accuracy])


def sureness(logits: Array, labels: Array) -> tuple[float, float, float]:
    """The mean probability of the class that is chosen, the share that is right, and the mean loss: logits (N, K)."""
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    true = p[np.arange(len(labels)), labels]
    right = np.mean(np.argmax(p, axis=1) == labels)
    return float(p.max(axis=1).mean()), float(right), float(-np.log(true).mean())


def accuracies(train: Callable[..., Any], digits: Digits, starts: int) -> dict[str, list[float]]:
    """The accuracy on new digits from pixels, and from features by random and by learned filters, for each start.

    `train(params, images, labels, lr, epochs, batch, seed)` gives the learned parameters first. Images are
    (N, 1, H, W).
    """
    images, labels, new_images, new_labels = digits

    def score(features: Callable[[Array], Array]) -> float:
        return float(fitted(features(images), labels).score(_flat(features(new_images)), new_labels))

    random = [weights.he_start(seed=seed) for seed in range(starts)]
    learned = [train(params, images, labels, lr=0.2, epochs=12, batch=16, seed=0)[0] for params in random]
    return {
        "pixels": [score(_flat)],
        "random filters": [score(functools.partial(_last_maps, params)) for params in random],
        "learned filters": [score(functools.partial(_last_maps, params)) for params in learned],
    }


def maps_by_layer(params: Params, x: Array) -> list[Array]:
    """The maps (N, c, h, w) of notebook 06's network for x (N, 1, H, W): each convolution after ReLU, and pooled."""
    maps = []
    for w, b in (("w1", "b1"), ("w2", "b2")):
        maps.append(layers.relu(layers.conv2d(x, params[w], params[b], padding=1)))
        maps.append(x := layers.max_pool2d(maps[-1], 2, 2))
    return maps


def best_patches(params: Params, images: Array, layer: int, filters: Sequence[int], many: int) -> Array:
    """The patches of images (N, H, W) that make filters of layer 1 or 2 answer most, at most one from an image.

    Returns (filters, many, size, size), where `size` is what an output of the layer sees, 3 or 8 pixels. Beyond the
    edge of an image there are zeros.
    """
    _, small, *_ = maps_by_layer(params, images[:, None] / 16)
    if layer == 1:
        z = layers.conv2d(images[:, None] / 16, params["w1"], params["b1"], padding=1)
        size, step, before = 3, 1, 1
    else:
        z = layers.conv2d(small, params["w2"], params["b2"], padding=1)
        size, step, before = 8, 2, 3
    padded = np.pad(images, ((0, 0), (before, before + 3), (before, before + 3)))
    patches = np.zeros((len(filters), many, size, size))
    for row, f in enumerate(filters):
        answers = z[:, f].reshape(len(images), -1)
        for column, image in enumerate(np.argsort(answers.max(axis=1))[::-1][:many]):
            top, left = (step * int(place) for place in np.unravel_index(answers[image].argmax(), z.shape[2:]))
            patches[row, column] = padded[image, top : top + size, left : left + size]
    return patches


def probabilities(logits: Array) -> Array:
    """The softmax of each row of logits (N, K)."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def _last_maps(params: Params, x: Array) -> Array:
    return maps_by_layer(params, x)[-1]


def _flat(features: Any) -> Array:
    return np.asarray(features).reshape(len(features), -1)
