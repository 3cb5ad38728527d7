"""best_template: which of several templates, and where, is most like a part of the image."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling


@exercise(
    points=0,
    aspects={
        "values": "return three integers: the position of the template in the list, then row and column of its window.",
        "light": "compare scores, as in best_match: subtract both means, and divide by both lengths.",
        "plain windows": "a constant window gets the score 0, as in best_match.",
        "integer input": "the image may hold bytes (uint8), and these have no negative numbers: convert it to floats.",
    },
    hints=[
        "Search with each template as best_match does, but keep the score as well as the place.",
        "Each score is divided by both lengths, so you can compare all sizes.",
        "One `best` for all templates: set it to -np.inf before the loop over templates, not within it.",
    ],
    forbidden=CONVOLUTIONS,
    integers=True,
)
def best_template(image, templates):
    return _search(image, templates, _alike)


def _search(image, templates, score, chosen=max):
    """The best (which, row, column) by a score of all windows and a template, both without their means."""
    found = []
    for which, template in enumerate(templates):
        windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype=float), template.shape)
        v = windows - windows.mean(axis=(2, 3), keepdims=True)
        scores = score(v, np.asarray(template, dtype=float) - np.mean(template))
        row, column = np.unravel_index(np.argmax(scores), scores.shape)
        found.append((float(scores[row, column]), -which, int(row), int(column)))
    _, which, row, column = chosen(found)
    return -which, row, column


def _alike(v, t):
    lengths = np.sqrt((v**2).sum(axis=(2, 3)) * (t**2).sum())
    plain = np.abs(v).max(axis=(2, 3)) < 1e-9
    return np.where(plain, 0.0, (v * t).sum(axis=(2, 3)) / np.where(plain, 1.0, lengths))


def _scene(rng, size, sizes, which, light, ground=None):
    """An image with a piece like template `which`; its score is far better than that of any other window or template.

    `light` turns the template into the piece. `ground` is the brightness of a constant background, else it is noise.
    """
    while True:
        templates = [rng.integers(0, 9, shape) for shape in sizes]
        image = rng.integers(15, 35, size) if ground is None else np.full(size, ground)
        kh, kw = sizes[which]
        row, column = (int(rng.integers(0, side - k + 1)) for side, k in zip(size, (kh, kw)))
        image[row : row + kh, column : column + kw] = light(templates[which])
        windows = [np.lib.stride_tricks.sliding_window_view(image.astype(float), t.shape) for t in templates]
        pairs = zip(windows, templates)
        scores = [_alike(w - w.mean(axis=(2, 3), keepdims=True), t - t.mean()).ravel() for w, t in pairs]
        best, next_best = np.sort(np.concatenate(scores))[[-1, -2]]
        case = {"image": image, "templates": templates}
        if best - next_best > 0.05 and best_template.reference(**case) == (which, row, column) and row != column:
            return case


@best_template.cases
def _(rng):
    def light(factor, base):
        return lambda template: base + factor * template

    def scene(*arguments, failing=(), **options):
        return telling(best_template, lambda: _scene(rng, *arguments, **options), *failing)

    places = ("column_before_row", "last_template_only", "first_template_only")
    yield "values", scene((7, 9), ((3, 3), (4, 3), (3, 5)), 1, light(3, 10), failing=places)
    yield "values", as_floats(scene((8, 7), ((3, 4), (4, 4)), 0, light(4, 10), failing=("last_template_only",)))
    yield "values", scene((9, 8), ((3, 4), (4, 3), (4, 4)), 2, light(3, 12), failing=("first_template_only",))
    told = ("lengths_kept", "template_length_kept")
    yield "light", scene((8, 9), ((3, 3), (5, 5)), 0, light(1, 20), failing=told)
    yield "light", scene((9, 8), ((5, 4), (3, 4), (4, 4)), 1, light(1, 40), failing=told)
    yield "plain windows", scene((7, 8), ((3, 3), (4, 4)), 0, light(1, 20), ground=20)
    yield "plain windows", scene((8, 7), ((4, 3), (3, 4)), 1, light(2, 30), ground=25)
    case = scene((7, 9), ((3, 4), (4, 4)), 1, light(2, 100), failing=("first_template_only",))
    yield "integer input", {**case, "image": case["image"].astype(np.uint8)}
    case = scene((9, 7), ((4, 3), (3, 3)), 0, light(5, 100), failing=("last_template_only",))
    yield "integer input", {**case, "image": case["image"].astype(np.uint8)}


@best_template.mistake(
    "first_template_only", "Your output is what the first template finds. Try all of them, and keep the best score."
)
def _(image, templates):
    return _search(image, templates[:1], _alike)


@best_template.mistake(
    "last_template_only",
    "Your output is what the last template finds. Keep one best score for all templates: set it before the loop.",
)
def _(image, templates):
    _, row, column = _search(image, templates[-1:], _alike)
    return len(templates) - 1, row, column


@best_template.mistake(
    "worst_of_the_templates",
    "Your output is the template with the smallest score in its best place. Take the one with the largest.",
)
def _(image, templates):
    return _search(image, templates, _alike, min)


@best_template.mistake(
    "lengths_kept",
    "Your output is what you get without dividing by the lengths: windows with strong contrast and large templates "
    "win.",
)
def _(image, templates):
    return _search(image, templates, lambda v, t: (v * t).sum(axis=(2, 3)))


@best_template.mistake(
    "template_length_kept",
    "Your output is what you get when you divide only by the window's length. Divide by the template's length too: "
    "otherwise large templates win.",
)
def _(image, templates):
    return _search(image, templates, lambda v, t: _alike(v, t) * np.sqrt((t**2).sum()))


@best_template.mistake(
    "plain_windows_divided",
    "Your function divides by the length of a constant window, which is 0. Give such a window the score 0.",
)
def _(image, templates):
    def score(v, t):
        return (v * t).sum(axis=(2, 3)) / np.sqrt((v**2).sum(axis=(2, 3)) * (t**2).sum())

    return _search(image, templates, score)


@best_template.mistake("column_before_row", "Your output has the column before the row.")
def _(image, templates):
    which, row, column = best_template.reference(image, templates)
    return which, column, row


@best_template.mistake("template_missing", "Your output is only the place. Return (which template, row, column).")
def _(image, templates):
    return best_template.reference(image, templates)[1:]


@best_template.mistake("template_last", "Your output has the template after the place. Which template comes first.")
def _(image, templates):
    which, row, column = best_template.reference(image, templates)
    return row, column, which


@best_template.variant
def loops(image, templates):
    image = image.astype(float)
    best, found = -np.inf, (0, 0, 0)
    for which, template in enumerate(templates):
        kh, kw = template.shape
        t = template - template.mean()
        for i in range(image.shape[0] - kh + 1):
            for j in range(image.shape[1] - kw + 1):
                v = image[i : i + kh, j : j + kw]
                v = v - v.mean()
                lengths = np.linalg.norm(v) * np.linalg.norm(t)
                score = np.sum(v * t) / lengths if lengths > 0 else 0.0
                if score > best:
                    best, found = score, (which, i, j)
    return found


@best_template.variant
def best_of_each_first(image, templates):
    def best_place(template):
        t = (template - template.mean()).ravel()
        t = t / np.sqrt(t @ t)
        scores = {}
        for i in range(image.shape[0] - template.shape[0] + 1):
            for j in range(image.shape[1] - template.shape[1] + 1):
                v = image[i : i + template.shape[0], j : j + template.shape[1]].astype(np.float64).ravel()
                v = v - v.mean()
                length = np.sqrt(v @ v)
                scores[i, j] = v @ t / length if length > 1e-12 else 0.0
        place = max(scores, key=scores.get)
        return scores[place], place

    results = [best_place(template) for template in templates]
    which = int(np.argmax([score for score, _ in results]))
    return [which, *results[which][1]]


@best_template.variant
def all_windows_at_once(image, templates):
    maps = []
    for template in templates:
        windows = np.lib.stride_tricks.sliding_window_view(image, template.shape).astype(float)
        v = windows - windows.mean(axis=(2, 3), keepdims=True)
        t = template - template.mean()
        lengths = np.sqrt(np.einsum("ijkl,ijkl->ij", v, v) * np.sum(t * t))
        products = np.einsum("ijkl,kl->ij", v, t)
        maps.append(np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 1e-9))
    which = max(range(len(maps)), key=lambda k: maps[k].max())
    return (which, *np.unravel_index(maps[which].argmax(), maps[which].shape))
