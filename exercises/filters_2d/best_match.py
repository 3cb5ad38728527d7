"""best_match: the window most like a template, in any light."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling


@exercise(
    points=2,
    aspects={
        "values": "return (row, column) of the top left corner of the window that is most like the template.",
        "light": "subtract the window's own mean, and divide by the window's own length. Then neither brightness nor "
        "contrast matters.",
        "plain windows": "a constant window has length 0 after subtraction: give it the score 0 instead of dividing.",
        "edges": "the first and the last window in each direction count as well.",
        "negatives": "a negative of the template is the worst match: use no absolute values or squares of the score.",
        "integer input": "the image may hold bytes (uint8), and these have no negative numbers: convert it to floats.",
    },
    hints=[
        "Write the score of one window first. Then try every window and remember the best place so far.",
        "t = template - template.mean(), once. For each window: v = window - window.mean(). Their similarity is the "
        "dot product of v and t, divided by both lengths.",
        "length = np.sqrt(np.sum(v**2)); the score is np.sum(v * t) / (length * length_of_t), or 0 if length is 0. "
        "Start with best = -np.inf and keep (i, j) whenever a score is larger.",
    ],
    forbidden=CONVOLUTIONS,
    integers=True,
)
def best_match(image, template):
    image, template = np.asarray(image, dtype=float), np.asarray(template, dtype=float)
    windows = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    v, t = windows - windows.mean(axis=(2, 3), keepdims=True), template - template.mean()
    lengths = np.sqrt((v**2).sum(axis=(2, 3)) * (t**2).sum())
    plain = windows.max(axis=(2, 3)) == windows.min(axis=(2, 3))
    score = np.where(plain, 0.0, (v * t).sum(axis=(2, 3)) / np.where(plain, 1.0, lengths))
    row, column = np.unravel_index(np.argmax(score), score.shape)
    return int(row), int(column)


def _best(image, template, score, rows=None, columns=None):
    """The top left corner of the window with the best score."""
    kh, kw = template.shape
    rows = rows or image.shape[0] - kh + 1
    columns = columns or image.shape[1] - kw + 1
    scores = [[score(image[i : i + kh, j : j + kw], template) for j in range(columns)] for i in range(rows)]
    row, column = np.unravel_index(np.argmax(scores), (rows, columns))
    return int(row), int(column)


def _alike(window, template):
    v, t = window - window.mean(), template - template.mean()
    lengths = np.sqrt(np.sum(v**2) * np.sum(t**2))
    return np.sum(v * t) / lengths if lengths else 0.0


def _scene(rng, size, template_size, seen, others=(), place=None, half=None, ground=None):
    """An image that contains `seen` and `others`; the best window is far better than any other.

    `seen` and `others` are functions that turn the template into a patch. `place` is where `seen` is, `half` (0 or 1)
    the half of the rows; `ground` is the brightness of a constant background, which otherwise is noise.
    """
    kh, kw = template_size
    middle = (size[0] - kh + 1) // 2
    while True:
        template = rng.integers(0, 9, template_size)
        image = rng.integers(15, 35, size) if ground is None else np.full(size, ground)
        used = np.zeros(size, dtype=int)
        for index, patch in enumerate((seen, *others)):
            row, column = (int(rng.integers(0, side - k + 1)) for side, k in zip(size, template_size))
            if index == 0 and half is not None:
                row = row % middle + half * middle
            if index == 0 and place is not None:
                row, column = place
            image[row : row + kh, column : column + kw] = patch(template)
            used[row : row + kh, column : column + kw] += 1
        if used.max() > 1:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template_size)
        scores = sorted(_alike(window, template) for line in windows for window in line)
        if scores[-1] - scores[-2] > 0.1:
            return {"image": image, "template": template}


@best_match.cases
def _(rng):
    def light(factor, base):
        return lambda template: base + factor * template

    def hazy(template):
        return 20 + 2 * template + rng.integers(-1, 2, template.shape)

    def bright(template):
        return rng.integers(190, 200, template.shape)

    def harsh(template):
        """Somewhat like the template, with much larger differences."""
        return 90 + 8 * template + rng.integers(-30, 31, template.shape)

    def noise(template):
        return rng.integers(15, 35, template.shape)

    def scene(*arguments, failing=(), sparing=(), **options):
        return telling(best_match, lambda: _scene(rng, *arguments, **options), *failing, sparing=sparing)

    ends, spared = ("last_windows_missing",), ("last_windows_missing", "image_mean", "root_missing")
    yield "values", scene((5, 6), (2, 3), light(1, 20), half=0, sparing=spared)
    told = ("dot_product_only", "means_kept", "template_flipped", "column_before_row", "middle_of_the_window")
    yield "values", as_floats(scene((7, 6), (3, 2), light(1, 20), half=1, failing=told, sparing=spared))
    hazy_and_turned = {"seen": hazy, "others": [lambda t: 15 + 2 * t[::-1, ::-1]]}
    yield "values", scene((6, 9), (3, 4), **hazy_and_turned, failing=["template_flipped"], sparing=spared)
    # Two of each: a wide image and a tall one, with the template in the upper and in the lower half.
    for half, sizes in enumerate((((7, 9), (2, 3)), ((9, 8), (3, 2)))):
        told = ("dot_product_only", "means_kept", "squared_differences", "window_mean_kept", "image_mean")
        yield "light", scene(*sizes, light(1, 40), others=[bright], half=half, failing=told, sparing=ends)
        yield "light", scene(*sizes, light(1, 20), others=[harsh], half=half, failing=["lengths_kept"], sparing=ends)
        told = ("root_missing", "column_before_row")
        yield "light", scene(*sizes, light(9, 10), others=[noise], half=half, failing=told, sparing=ends)
    for half, sizes in enumerate((((6, 8), (2, 3)), ((8, 7), (3, 2)))):
        plain = half * int(rng.integers(20, 30))  # 0 too: there 0 / 0 is NaN, however the score is computed
        told = ("nan_wins", "template_flipped") if half else ("nan_wins", "image_mean", "column_before_row")
        spared = ("lengths_kept", "root_missing", *ends)
        yield "plain windows", scene(*sizes, light(3, 4), ground=plain, half=half, failing=told, sparing=spared)
    # Only the negative, windows that overlap it, and one constant window: there the best score is 0.
    dark = {"seen": lambda t: np.full(t.shape, 25), "others": [lambda t: 40 - 2 * t]}
    yield "plain windows", scene((4, 8), (4, 4), **dark, failing=["plain_windows_skipped"], sparing=ends)
    spared = ("means_kept", "window_mean_kept", "squared_differences", "root_missing")
    told = ("lengths_kept", "image_mean", "template_flipped")
    yield "edges", scene((6, 8), (2, 3), light(2, 8), place=(0, 0), sparing=spared)
    yield "edges", scene((6, 8), (2, 3), light(2, 8), place=(0, 5), failing=told, sparing=spared)
    for place in ((4, 0), (4, 5), (int(rng.integers(1, 4)), 5), (4, int(rng.integers(1, 5)))):
        yield "edges", scene((6, 8), (2, 3), light(2, 8), place=place, sparing=spared)
    negative = {"seen": hazy, "others": [lambda t: 40 - 2 * t]}
    spared = ("lengths_kept", "means_kept", "image_mean", "root_missing")
    told = ("dot_product_only", "template_flipped", "column_before_row")
    yield "negatives", scene((6, 9), (2, 4), **negative, half=0, failing=["absolute_score", *told], sparing=spared)
    told = ("window_mean_kept", "last_windows_missing", "squared_differences")
    yield "negatives", scene((8, 7), (3, 2), **negative, half=1, failing=["absolute_score", *told], sparing=spared)
    spared = ("lengths_kept", "means_kept", *ends)
    for half, sizes in enumerate((((6, 7), (2, 3)), ((7, 6), (3, 2)))):
        told = ("window_mean_kept", "image_mean", "column_before_row", "template_flipped") if half else ()
        drawn = scene(*sizes, light(20, 60), half=half, failing=told, sparing=spared)
        yield "integer input", {**drawn, "image": drawn["image"].astype(np.uint8)}


@best_match.mistake(
    "dot_product_only",
    "Your place is the maximum of the plain dot product: a bright patch wins, whatever is in it. Subtract the means "
    "and divide by the lengths.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: np.sum(v * t))


@best_match.mistake(
    "lengths_kept",
    "Your place is what you get without dividing by the window's length: a patch with strong contrast wins.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: np.sum((v - v.mean()) * (t - t.mean())))


@best_match.mistake(
    "means_kept",
    "Your place is what you get when you divide by the lengths but don't subtract the means. Subtract them first.",
)
def _(image, template):
    def score(v, t):
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "window_mean_kept",
    "Your place is what you get when only the template's mean is subtracted. Subtract the window's own mean too.",
)
def _(image, template):
    def score(v, t):
        t = t - t.mean()
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "image_mean",
    "Your place is what you get when the mean of the whole image is subtracted. Light differs from place to place: "
    "subtract each window's own mean.",
)
def _(image, template):
    def score(v, t):
        t = t - t.mean()
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)) or 1)

    return _best(image - image.mean(), template.astype(float), score)


@best_match.mistake(
    "root_missing",
    "Your place is what you get when the score is divided by the sums of the squares. A length is the square root of "
    "that.",
)
def _(image, template):
    def score(v, t):
        v, t = v - v.mean(), t - t.mean()
        return np.sum(v * t) / (np.sum(v**2) * np.sum(t**2) or 1)

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "squared_differences",
    "Your place is where the squared differences from the template are smallest. In other light, that misses the sign: "
    "compare patterns, not brightness.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: -np.sum((v - t) ** 2))


@best_match.mistake(
    "absolute_score",
    "Your place is what you get when the score's sign is lost (by abs or a square): the template's negative wins.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: abs(_alike(v, t)))


@best_match.mistake(
    "nan_wins",
    "Your place is that of a constant window: 0 divided by 0 is NaN, and np.argmax treats NaN as the maximum. Give "
    "such a window the score 0.",
)
def _(image, template):
    def score(v, t):
        v, t = v - v.mean(), t - t.mean()
        return np.sum(v * t) / np.sqrt(np.sum(v**2) * np.sum(t**2))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "plain_windows_skipped",
    "Your function never chooses a constant window. Its score is 0, which is better than that of a negative.",
)
def _(image, template):
    def score(v, t):
        return _alike(v, t) if v.max() > v.min() else -2.0

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "last_windows_missing",
    "Your function never examines the last windows on the right and at the bottom. There are H - KH + 1 rows and W - "
    "KW + 1 columns of windows.",
)
def _(image, template):
    rows, columns = (side - k for side, k in zip(image.shape, template.shape))
    return _best(image.astype(float), template.astype(float), _alike, rows or 1, columns)


@best_match.mistake(
    "middle_of_the_window",
    "Your place is the middle of the window. Return its top left corner.",
)
def _(image, template):
    row, column = _best(image.astype(float), template.astype(float), _alike)
    return row + template.shape[0] // 2, column + template.shape[1] // 2


@best_match.mistake("column_before_row", "Your pair is (column, row). In an array, the row comes first.")
def _(image, template):
    row, column = _best(image.astype(float), template.astype(float), _alike)
    return column, row


@best_match.mistake(
    "template_flipped",
    "Your place is what you get when the template is flipped. Compare it as it is.",
)
def _(image, template):
    return _best(image.astype(float), template[::-1, ::-1].astype(float), _alike)


@best_match.variant
def two_loops(image, template):
    image, template = image.astype(float), template.astype(float)
    kh, kw = template.shape
    t = template - template.mean()
    best, place = -np.inf, None
    for i in range(image.shape[0] - kh + 1):
        for j in range(image.shape[1] - kw + 1):
            v = image[i : i + kh, j : j + kw]
            v = v - v.mean()
            length = np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2))
            score = np.sum(v * t) / length if length > 0 else 0.0
            if score > best:
                best, place = score, (i, j)
    return place


@best_match.variant
def small_number_in_the_denominator(image, template):
    t = (template - template.mean()).ravel()
    t /= np.linalg.norm(t)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    v = windows.reshape(*windows.shape[:2], -1)
    v = v - v.mean(axis=-1, keepdims=True)
    score = v @ t / (np.linalg.norm(v, axis=-1) + 1e-8)
    return np.unravel_index(score.argmax(), score.shape)


@best_match.variant
def corrcoef(image, template):
    kh, kw = template.shape
    scores = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    with np.errstate(all="ignore"):
        for i, j in np.ndindex(scores.shape):
            scores[i, j] = np.corrcoef(image[i : i + kh, j : j + kw].ravel(), template.ravel())[0, 1]
    return np.array(np.unravel_index(np.argmax(np.nan_to_num(scores)), scores.shape))


@best_match.variant
def standard_deviations(image, template):
    image, template = np.array(image, dtype=float), np.array(template, dtype=float)
    (height, width), (kh, kw) = image.shape, template.shape
    best = (-2.0, 0, 0)
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            v = image[i : i + kh, j : j + kw]
            if v.std() == 0:
                score = 0.0
            else:
                score = np.mean((v - v.mean()) * (template - template.mean())) / (v.std() * template.std())
            if score > best[0]:
                best = (score, i, j)
    return [best[1], best[2]]


@best_match.variant
def float32(image, template):
    t = template.astype(np.float32)
    t = t - t.mean()
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(np.float32), t.shape)
    v = windows - windows.mean(axis=(2, 3), keepdims=True)
    length = np.sqrt(np.einsum("ijkl,ijkl->ij", v, v))
    score = np.divide(np.tensordot(v, t), length, out=np.zeros_like(length), where=length > 1e-3)
    index = int(np.argmax(score))
    return divmod(index, score.shape[1])


@best_match.variant
def types_as_they_come(image, template):
    def score(v, t):
        return (np.mean(v * t) - v.mean() * t.mean()) / (v.std() * t.std()) if v.std() else 0.0

    return _best(image, template, score)
