"""to_channels_first: (H, W, C) to (C, H, W)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.number_types import as_floats

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "channel c of the result is image[:, :, c], the numbers of one channel.",
        "not square": "within a channel, rows stay rows and columns stay columns: (H, W, C) becomes (C, H, W).",
        "number of channels": "take the number of channels from the image: it may be 1, 2, 3 or 4.",
        "number types": "nothing is calculated: every number stays as it is, and so does the dtype.",
    },
    hints=[
        "The axes get a new order, and the numbers stay the same. Which axis must come first?",
        "reshape only cuts the same list of numbers at other places. To move axes, use transpose or moveaxis.",
        "image.transpose(2, 0, 1): the new axes are the old axes 2, 0 and 1.",
    ],
    worked=[("values", {"image": np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])})],
)
def to_channels_first(image):
    return np.moveaxis(image, 2, 0)


@to_channels_first.cases
def _(rng):
    yield "values", {"image": arrays.numbered(rng, 2, 2, 3)}
    yield "values", as_floats({"image": arrays.numbered(rng, 3, 3, 3)})
    yield "not square", {"image": arrays.numbered(rng, 2, 3, 3)}
    yield "not square", {"image": arrays.numbered(rng, 4, 2, 3)}
    yield "number of channels", {"image": arrays.numbered(rng, 2, 3, 1)}
    yield "number of channels", {"image": arrays.numbered(rng, 3, 2, 2)}
    yield "number of channels", {"image": arrays.numbered(rng, 2, 3, 4)}
    yield "number types", {"image": (arrays.numbered(rng, 2, 3, 3) + 0.5) / 4}
    yield "number types", {"image": (arrays.numbered(rng, 3, 2, 3) + 230).astype(np.uint8)}
    yield "number types", {"image": arrays.numbered(rng, 3, 2, 2) + 300}


@to_channels_first.mistake(
    "reshaped",
    "reshape cuts the same list of numbers into other rows, and so mixes the channels. Move the axis instead, "
    "with transpose or moveaxis.",
)
def _(image):
    height, width, channels = image.shape
    return image.reshape(channels, height, width)


@to_channels_first.mistake(
    "all_axes_turned_around",
    "Your output is what you get from image.T: (C, W, H), with every channel transposed. Move only the channel axis to "
    "the front.",
)
def _(image):
    return image.T


@to_channels_first.mistake(
    "channels_in_the_middle",
    "Your output has the shape (H, C, W): the channels come second. They must come first.",
)
def _(image):
    return np.swapaxes(image, 1, 2)


@to_channels_first.mistake(
    "wrong_way_round",
    "Your output is what you get from transpose(1, 2, 0), which turns (C, H, W) into (H, W, C). Here you need the "
    "opposite.",
)
def _(image):
    return image.transpose(1, 2, 0)


@to_channels_first.mistake(
    "colours_reversed",
    "Your output has the channels in reverse order: blue, green, red. Keep their order.",
)
def _(image):
    return np.stack([image[:, :, c] for c in reversed(range(image.shape[2]))])


@to_channels_first.mistake(
    "always_three",
    "Your output is what you get when every image is assumed to have three channels. image.shape[2] says how many it "
    "has.",
)
def _(image):
    return np.array([image[:, :, 0], image[:, :, 1], image[:, :, 2]])


@to_channels_first.mistake("first_channel_only", "Your output is the first channel only. It must contain all channels.")
def _(image):
    return image[:, :, 0]


@to_channels_first.mistake(
    "one_channel_dropped",
    "Your output has lost the channel axis of an image with a single channel: (H, W, 1) becomes (1, H, W). squeeze "
    "removes such axes.",
)
def _(image):
    return np.squeeze(image.transpose(2, 0, 1))


@to_channels_first.mistake(
    "scaled",
    "Your output is divided by 255. Move only the axes; don't change the values.",
)
def _(image):
    return image.transpose(2, 0, 1) / 255


@to_channels_first.mistake(
    "made_bytes",
    "Your output is what you get in uint8: fractions are cut off, and values above 255 wrap around. Keep the image's "
    "dtype.",
)
def _(image):
    return image.transpose(2, 0, 1).astype(np.uint8)


@to_channels_first.variant
def transpose(image):
    return image.transpose(2, 0, 1)


@to_channels_first.variant
def moveaxis(image):
    return np.moveaxis(image, -1, 0).copy()


@to_channels_first.variant
def stack(image):
    return np.stack([image[:, :, c] for c in range(image.shape[2])])


@to_channels_first.variant
def loops(image):
    height, width, channels = image.shape
    out = np.zeros((channels, height, width))
    for c in range(channels):
        for row in range(height):
            for column in range(width):
                out[c, row, column] = image[row, column, c]
    return out


@to_channels_first.variant
def einsum(image):
    return np.einsum("hwc->chw", image)


@to_channels_first.variant
def list_of_channels(image):
    return [image[..., c] for c in range(image.shape[-1])]
