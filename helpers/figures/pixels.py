"""Figures of notebook 01: an image as numbers, as a list, and as what a fully connected network sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attempt import attempt
from ..experiments import moving
from . import drawing, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[..., Any]
_ZOOM = (slice(34, 42), slice(191, 201))  # sky and the ornament on the roof


def photo_as_numbers(photo: np.ndarray) -> None:
    """A photograph (H, W, 3), a few of its pixels, and their grey values."""
    grey = photo.mean(axis=2).round()
    patch = grey[_ZOOM]
    fig, axes = style.figure(1, 3, width=9.6, height=2.9, width_ratios=[1.5, 1.1, 1.1])
    whole, zoomed, table = axes[0]
    drawing.picture(whole, photo, "a photograph")
    rows, columns = _ZOOM
    drawing.outline(whole, rows.start - 8, columns.start - 8, 24, 26)
    drawing.pixels(zoomed, patch, "80 of its pixels, in grey", numbers=False, limit=255)
    drawing.table(table, patch, "what the computer gets", style.SMALL)
    style.show(
        fig,
        f"Three views. A photograph of a pagoda of {photo.shape[0]} by {photo.shape[1]} pixels; 8 by 10 pixels of it, "
        "enlarged, in grey: bright sky on the left, a dark ornament on the right; and the same 80 pixels as numbers "
        f"from {patch.min():.0f} to {patch.max():.0f}.",
    )


def hi_as_numbers(image: np.ndarray) -> None:
    """The running picture and its numbers."""
    fig, axes = style.figure(1, 2, width=6.4, height=2.8)
    drawing.pixels(axes[0, 0], image, "what you see", numbers=False)
    drawing.table(axes[0, 1], image, "what the computer gets", style.TITLE)
    drawing.name_cells(axes[0, 1], range(image.shape[0]), range(image.shape[1]))
    style.show(fig, f'The word "Hi" as white cells on black, and as a table of 0s and 1s: {words.rows(image)}.')


def before_and_after(photo: np.ndarray, normalize: Function) -> None:
    """A patch of the photograph before and after the reader's `normalize`."""
    patch = photo[_ZOOM].mean(axis=2).round().astype(np.uint8)[2:6, 3:]
    after = attempt(normalize, patch, shape=patch.shape)
    if after is None:
        return
    fig, axes = style.figure(1, 2, width=8.4, height=2.1)
    drawing.pixels(axes[0, 0], patch, "before: 0 to 255", limit=255)
    drawing.pixels(axes[0, 1], np.round(after, 2), "after: 0 to 1", limit=1)
    style.show(
        fig,
        f"The same {patch.shape[0]} by {patch.shape[1]} pixels twice, looking the same: before with values up to "
        f"{patch.max()}, after normalize with values up to {after.max():.2f}.",
    )


def flatten_order(image: np.ndarray, flatten: Function) -> None:
    """Which pixel becomes which entry of the list, by the reader's `flatten`."""
    height, width = image.shape
    n = image.size
    order = attempt(flatten, np.arange(n).reshape(height, width), shape=(n,))
    values = attempt(flatten, image, shape=(n,)) if order is not None else None
    if order is None or values is None:
        return
    rows, columns = np.divmod(order.astype(int), width)
    fig, axes = style.figure(2, 1, width=9.6, height=4.0, height_ratios=[2.9, 1])
    grid, strip = axes[:, 0]
    numbered = np.full(image.shape, "", dtype=object)
    for position, (row, column) in enumerate(zip(rows, columns)):
        numbered[row, column] = f"x{position + 1}"
        drawing.write(strip, position, 0.85, f"x{position + 1}", style.SMALL)
    title = "the pixels, numbered in the order of the list"
    drawing.pixels(grid, image, title, labels=numbered, size=style.SMALL)
    drawing.pixels(strip, values[None, :], "the list x", numbers=True, size=style.SMALL)
    strip.set_ylim(1.2, -0.5)
    above, below = (int(np.flatnonzero(order == place)[0]) for place in (2 * width + 4, 3 * width + 4))
    for row in (2, 3):
        drawing.outline(grid, row, 4)
    for position in (above, below):
        drawing.outline(strip, 0, position)
    style.show(
        fig,
        f'"Hi" with its pixels numbered x1 to x{n}, and the list of {n} values below it. Two pixels are outlined that '
        f"stand one above the other in the picture; in the list they are x{above + 1} and x{below + 1}, "
        f"{abs(below - above)} places apart.",
    )


def there_and_back(photo: np.ndarray, flatten: Function, unflatten: Function) -> None:
    """A picture flattened and unflattened, with its own shape and with other shapes of the same number of pixels."""
    grey = photo[40:340:4, 60:380:4].mean(axis=2)
    height, width = grey.shape
    flat = attempt(flatten, grey, shape=(grey.size,))
    shapes = [(height, width), (width, height), (60, 100)]
    if flat is None:
        return
    made = [attempt(unflatten, flat, shape, shape=shape) for shape in shapes]
    pictures = [picture for picture in made if picture is not None]
    if len(pictures) < len(shapes):
        return
    fig, axes = style.figure(1, 3, width=9.2, height=2.7, width_ratios=[shape[1] / shape[0] for shape in shapes])
    for ax, picture, shape in zip(axes[0], pictures, shapes):
        drawing.picture(ax, picture, f"shape {shape}")
    style.show(
        fig,
        f"The same list of {grey.size} numbers made into an image of three shapes. With its own shape, {shapes[0]}, "
        f"the pagoda is back; with {shapes[1]} and {shapes[2]} the rows are cut in the wrong places, and the picture "
        "is torn into slanted stripes.",
    )


def batch_matrix(images: np.ndarray, flatten_batch: Function) -> None:
    """Images, and the matrix with one row for each that the reader's `flatten_batch` makes of them."""
    count, height, width = images.shape
    matrix = attempt(flatten_batch, images, shape=(count, height * width))
    if matrix is None:
        return
    fig, axes = style.figure(1, 1, width=9.6, height=0.8 + 0.42 * count)
    ax = axes[0, 0]
    ax.imshow(matrix, cmap="gray_r", aspect="auto", extent=(0, height * width, count, 0))
    for row, image in enumerate(images):
        drawing.digit(ax.inset_axes((-0.055, 1 - (row + 0.95) / count, 0.05, 0.9 / count)), image)
    ax.set_yticks(range(count + 1), [])
    ax.grid(axis="y", color=style.GREY, linewidth=0.5)
    ax.set_xticks(range(0, height * width + 1, width))
    ax.set_xlabel("pixel: a column of the matrix for each")
    drawing.heading(ax, f"{count} images become a matrix of shape {matrix.shape}")
    style.show(
        fig,
        f"{count} small pictures of digits on the left, and beside each its row of the matrix of shape {matrix.shape}: "
        "the picture's rows one after the other, as a pattern of dark and bright stripes.",
    )


def network(image: np.ndarray, hidden: int = 6, outputs: int = 2) -> None:
    """A fully connected network of two layers with the image's pixels as inputs."""
    inputs = image.size
    fig, axes = style.figure(1, 1, width=8.6, height=4.6)
    ax = axes[0, 0]
    ax.set_axis_off()
    places = [_column(0.0, inputs), _column(1.0, hidden), _column(1.8, outputs)]
    for left, right in (places[:2], places[1:]):
        for x0, y0 in left:
            for x1, y1 in right:
                ax.plot([x0, x1], [y0, y1], color=style.GREY, linewidth=0.4, alpha=0.6, zorder=1)
    for position, color in ((0, style.BLUE), (19, style.ORANGE)):
        x0, y0 = places[0][position]
        for x1, y1 in places[1]:
            ax.plot([x0, x1], [y0, y1], color=color, linewidth=1.6, zorder=2)
        drawing.write(ax, x0 - 0.05, y0, f"$x_{{{position + 1}}}$", style.TITLE, ha="right", color=color)
    (x, y), values = np.array(places[0]).T, image.reshape(-1)
    ax.scatter(x, y, s=52, c=values, cmap="gray", vmin=0, vmax=1, edgecolors=style.GREY, marker="s", zorder=3)
    for column, color in ((places[1], style.SKY), (places[2], style.GREEN)):
        x, y = np.array(column).T
        ax.scatter(x, y, s=260, color=color, edgecolors=style.INK, zorder=3)
    for x, text in ((0.0, f"{inputs} pixels"), (1.0, f"{hidden} hidden units\n(ReLU)"), (1.8, f"{outputs} outputs")):
        drawing.write(ax, x, 1.2, text, style.LABEL)
    ax.set_xlim(-0.35, 2.1)
    ax.set_ylim(-1.08, 1.36)
    lines = inputs * hidden + hidden * outputs
    style.show(
        fig,
        f"A network in three columns: {inputs} pixels of Hi, {hidden} hidden units, {outputs} outputs, each joined "
        f"to all of the next column by {lines} lines in all. The lines of pixel 1 and of pixel 20 are coloured; "
        "nothing in the drawing says where in the image they are.",
    )


def weights_needed(count_fc_weights: Function, hidden: int) -> None:
    """Weights of a first layer of `hidden` units for images of several sizes, by the reader's `count_fc_weights`."""
    images = {'"Hi", 5 × 5': 25, "a digit, 14 × 14": 196, "224 × 224, colour": 224 * 224 * 3}
    images["the photograph, 427 × 640, colour"] = 427 * 640 * 3
    numbers = []
    for inputs in images.values():
        count = attempt(count_fc_weights, inputs, hidden, shape=())
        if count is None:
            return
        numbers.append(max(int(count), 1))
    fig, axes = style.figure(1, 1, width=8.6, height=2.4)
    ax = axes[0, 0]
    drawing.bars(ax, list(images), numbers, style.BLUE)
    ax.set_xscale("log")
    ax.set_xlim(100, 3e10)
    ax.set_xlabel("weights (each tick ten times the one before)")
    drawing.heading(ax, f"one fully connected layer of {hidden} units")
    listed = "; ".join(f"{name}: {number:,}" for name, number in zip(images, numbers))
    style.show(fig, f"Bars on a logarithmic scale: weights of a fully connected layer of {hidden} units. {listed}.")


def hand_made(
    image: np.ndarray, layers: tuple[np.ndarray, ...], two_layer_forward: Function, translate: Function | None = None
) -> None:
    """What the hidden units of the hand-made network look for, and what it says of "Hi", as it is or moved."""
    title = "Hi"
    if translate is not None:
        moved = attempt(translate, image, 0, 1, shape=image.shape)
        if moved is None:
            return
        image, title = moved, "one pixel right"
    w1, b1, *_ = layers
    x = image.reshape(1, -1)
    out = attempt(two_layer_forward, x, *layers, shape=(1, 1))
    if out is None:
        return
    hidden = np.maximum(w1 @ x[0] + b1, 0)
    fig, axes = style.figure(1, 4, width=9.6, height=2.8)
    drawing.pixels(axes[0, 0], image, title, numbers=False)
    names = ("left stroke", "crossbar", "dot on the i")
    for ax, weights, bias, value, name in zip(axes[0, 1:], w1, b1, hidden, names):
        w = weights.reshape(image.shape)
        labels = np.array([[words.signed(weight) if weight else "" for weight in row] for row in w])
        drawing.pixels(ax, w, name, signed=True, limit=1.6, labels=labels, size=style.SMALL)
        drawing.note(ax, f"bias {words.number(bias)}; unit: {words.number(value)}")
    says = "Hi" if out[0, 0] > 0 else "not Hi"
    drawing.note(axes[0, 0], f"output {words.number(out[0, 0])}: {says}")
    style.show(
        fig,
        f"The image ({title}: {words.rows(image)}) and the weights of three hidden units drawn as images. Left stroke: "
        f"{hidden[0]:g}, crossbar: {hidden[1]:g}, dot on the i: {hidden[2]:g}. Their biases: {words.line(b1)}. "
        f"Output {words.number(out[0, 0])}: {says}.",
    )


def digits_shuffled(images: np.ndarray, order: np.ndarray) -> None:
    """Digits, and the same digits with their pixels in the order `order`."""
    count, height, width = images.shape
    fig, axes = style.figure(2, count, width=9.6, height=2.9)
    for column, image in enumerate(images):
        drawing.digit(axes[0, column], image, "" if column else "as written")
        drawing.digit(axes[1, column], image.reshape(-1)[order].reshape(height, width), "" if column else "shuffled")
    style.show(
        fig,
        f"Two rows of {count} pictures. Above, handwritten digits. Below, the same digits with their pixels shuffled, "
        "all in the same way: scattered grey dots that nobody can read.",
    )


def shuffle_result(plain: Any, shuffled: Any, order: np.ndarray, scores: tuple[float, float], digit: int = 0) -> None:
    """Weights that two logistic regressions learned for one digit, and the shuffled ones put back in place."""
    side = int(np.sqrt(order.size))
    first, second = plain.coef_[digit], shuffled.coef_[digit]
    back = np.empty_like(second)
    back[order] = second
    top = float(np.abs(first).max())
    fig, axes = style.figure(1, 3, width=9.0, height=3.5)
    titles = (f"as written: {scores[0]:.1%}", f"shuffled: {scores[1]:.1%}", "its weights, put back")
    for ax, weights, title in zip(axes[0], (first, second, back), titles):
        drawing.pixels(ax, weights.reshape(side, side), title, numbers=False, signed=True, limit=top)
    drawing.caption(
        fig, f"weights of the output for digit {digit}: ink in blue pixels speaks for it, in orange ones against it"
    )
    style.show(
        fig,
        f"Test accuracy {scores[0]:.1%} on the digits as written and {scores[1]:.1%} on the shuffled ones. The weights "
        f"learned for digit {digit} form a ring in the first picture and look like noise in the second; moved back to "
        "where their pixels came from they form the same ring again, differing from the first by at most "
        f"{np.abs(back - first).max():.0e}.",
    )


def neighbours(images: np.ndarray, order: np.ndarray, pixel: tuple[int, int]) -> None:
    """How much each pixel goes with one of them over all images: correlation, before and after a shuffle."""
    _, height, width = images.shape
    x = images.reshape(len(images), -1).astype(float)
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-12)
    start = pixel[0] * width + pixel[1]
    alike = x.T @ x[:, start] / len(x)
    moved = int(np.flatnonzero(order == start)[0])
    fig, axes = style.figure(1, 2, width=7.4, height=3.4)
    places = (("as written", alike, start), ("shuffled", alike[order], moved))
    for ax, (title, values, place) in zip(axes[0], places):
        drawing.pixels(ax, values.reshape(height, width), title, numbers=False, signed=True, limit=1)
        drawing.outline(ax, place // width, place % width)
    drawing.caption(
        fig, "correlation with the outlined pixel: blue, they tend to have ink together; orange, one or the other"
    )
    around = [alike[start + step] for step in (-width, width, -1, 1)]
    style.show(
        fig,
        f"Two maps of how strongly each pixel correlates with the one in row {pixel[0]}, column {pixel[1]}. As "
        f"written, its four neighbours stand out with {min(around):.2f} to {max(around):.2f}; after the shuffle the "
        "same values are scattered all over the map.",
    )


def moved_hi(image: np.ndarray, translate: Function) -> None:
    """An image before and after a move to the right by one, and which entries of the list have changed."""
    moved = attempt(translate, image, 0, 1, shape=image.shape)
    if moved is None:
        return
    changed = moved != image
    fig, axes = style.figure(2, 2, width=9.6, height=4.4, height_ratios=[4, 1])
    for column, (picture, title) in enumerate(((image, "Hi"), (moved, "Hi, one pixel further right"))):
        grid, strip = axes[:, column]
        drawing.pixels(grid, picture, title, numbers=False)
        strip.imshow(picture.reshape(1, -1), cmap="gray", aspect="auto", vmin=0, vmax=1)
        strip.set_yticks([])
        strip.set_xticks([])
        drawing.heading(strip, "as a list", style.TEXT, bold=False)
    for row, column in zip(*np.nonzero(changed)):
        axes[0, 1].plot(column, row, "x", color=style.PINK, markersize=9, markeredgewidth=2.5)
    drawing.note(axes[0, 1], f"{changed.sum()} of {image.size} numbers have changed (x)")
    style.show(
        fig,
        f'"Hi" on a sheet of {image.shape[0]} by {image.shape[1]} pixels, and the same one pixel further right, '
        f"each with its list as a strip. {changed.sum()} of the {image.size} numbers have changed.",
    )


def accuracy_when_moved(
    predict: Callable[[np.ndarray], np.ndarray],
    images: np.ndarray,
    labels: np.ndarray,
    translate: Function,
    most: int = 3,
) -> None:
    """Accuracy of a classifier on images that the reader's `translate` moves by 0 to `most` pixels, four ways."""

    def move(images: np.ndarray, dy: int, dx: int) -> np.ndarray:
        return np.array([translate(image.copy(), dy, dx) for image in images])

    if attempt(translate, images[0], 0, 1, shape=images[0].shape) is None:
        return
    if attempt(predict, images[:1], shape=(1,)) is None:
        return
    accuracy = moving.accuracy_when_moved(predict, images, labels, most, move)
    fig, axes = style.figure(1, most + 2, width=10.4, height=2.9, width_ratios=[1] * (most + 1) + [3])
    for steps in range(most + 1):
        example = move(images[:1], 0, steps)
        drawing.digit(axes[0, steps], example[0], f"by {steps}")
        drawing.note(axes[0, steps], f"it says {int(predict(example)[0])}")
    _accuracy_curve(axes[0, -1], accuracy)
    listed = ", ".join(f"{value:.0%} by {steps}" for steps, value in enumerate(accuracy.mean(axis=1)))
    style.show(
        fig,
        f"A {labels[0]} moved to the right by 0 to {most} pixels with the classifier's answers, and its accuracy on "
        f"all {len(images)} test digits against the size of the move, mean of four directions: {listed}. "
        "Guessing gives 10%.",
    )


def _accuracy_curve(ax: Axes, accuracy: np.ndarray) -> None:
    steps = range(len(accuracy))
    mean = accuracy.mean(axis=1)
    drawing.level(ax, 0.1, "guessing", -0.15, size=style.SMALL)
    ax.plot(np.repeat(steps, accuracy.shape[1]), accuracy.ravel(), "o", color=style.SKY, markersize=4)
    ax.plot(steps, mean, "-o", color=style.BLUE, linewidth=2)
    for step, value in zip(steps, mean):
        drawing.write(ax, step, value, f"{value:.0%}", style.LABEL, ha="left", va="baseline", offset=(7, 8))
    ax.set_xticks(steps)
    ax.set_xlim(-0.2, steps[-1] + 0.35)
    ax.set_ylim(0, 1.1)
    drawing.percent(ax)
    ax.set_xlabel("moved by ... pixels (small dots: each direction)")
    drawing.heading(ax, "accuracy on moved digits")


def _column(x: float, count: int) -> list[tuple[float, float]]:
    """Places of `count` units below one another."""
    half = min(1.0, 0.18 * count)
    return [(x, float(y)) for y in np.linspace(half, -half, count)]
