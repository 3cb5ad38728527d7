"""catch_ResidualBlock: inputs that expose four wrong blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, catch
from exercises.arguments import need_axes, need_whole

torch: Any = LazyModule("torch")
F: Any = LazyModule("torch.nn.functional")


def _takes(x, c_out, stride):
    need_axes("x", x, 4, "four axes, (N, C, H, W)")
    need_whole("c_out", c_out, 1)
    need_whole("stride", stride, 1)
    if x.shape[0] * ((x.shape[2] - 1) // stride + 1) * ((x.shape[3] - 1) // stride + 1) < 2:
        raise ValueError("batch norm needs more than one number in each channel: take a larger x")


def _weights(c_out, c_in, k):
    """A filter bank without a pattern, the same for all blocks."""
    count = c_out * c_in * k * k
    return torch.sin(1 + 1.7 * torch.arange(count, dtype=torch.float64) ** 1.3).reshape(c_out, c_in, k, k)


def _norm(z):
    return F.batch_norm(z, None, None, training=True)


def _branch(x, c_out, stride):
    z = torch.relu(_norm(F.conv2d(x, _weights(c_out, x.shape[1], 3), stride=stride, padding=1)))
    return _norm(F.conv2d(z, _weights(c_out, c_out, 3), padding=1))


def _shortcut(x, c_out, stride):
    if x.shape[1] == c_out and stride == 1:
        return x
    return _norm(F.conv2d(x, _weights(c_out, x.shape[1], 1), stride=stride))


def _right(x, c_out, stride):
    x = torch.tensor(x, dtype=torch.float64)
    return torch.relu(_branch(x, c_out, stride) + _shortcut(x, c_out, stride)).numpy()


def _always_convolves(x, c_out, stride):
    x = torch.tensor(x, dtype=torch.float64)
    shortcut = _norm(F.conv2d(x, _weights(c_out, x.shape[1], 1), stride=stride))
    return torch.relu(_branch(x, c_out, stride) + shortcut).numpy()


def _skips_places(x, c_out, stride):
    x = torch.tensor(x, dtype=torch.float64)
    shortcut = x[:, :, ::stride, ::stride] if x.shape[1] == c_out else _shortcut(x, c_out, stride)
    return torch.relu(_branch(x, c_out, stride) + shortcut).numpy()


def _relu_on_the_convolved(x, c_out, stride):
    x = torch.tensor(x, dtype=torch.float64)
    shortcut = _shortcut(x, c_out, stride)
    if x.shape[1] != c_out:
        shortcut = torch.relu(shortcut)
    return torch.relu(_branch(x, c_out, stride) + shortcut).numpy()


def _image_by_image(x, c_out, stride):
    x = torch.tensor(x, dtype=torch.float64)
    out = [torch.relu(_branch(one, c_out, stride) + _shortcut(one, c_out, stride)) for one in x.split(1)]
    return torch.cat(out).numpy()


catch_ResidualBlock = catch(
    "catch_ResidualBlock",
    right=_right,
    wrong=[
        (_always_convolves, "Its shortcut has a 1 by 1 convolution even where the shapes agree."),
        (_skips_places, "With a stride and equal channels, its shortcut leaves out places of x and has no weights."),
        (_relu_on_the_convolved, "Where the channels differ, its shortcut has a ReLU of its own."),
        (_image_by_image, "It normalizes each image separately, whatever else is in the batch."),
    ],
    takes=_takes,
    most=3,
    inputs=[
        (np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 1),
        (np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 2),
        (np.arange(96).reshape(2, 3, 4, 4) % 7, 4, 1),
    ],
    hints=[
        "The shortcut has several cases: what decides between them? Each case needs an input of its own.",
        "The cases: the same shape; other channels; a stride, with the same number of channels. And what does "
        "batch norm do that no single image shows?",
        "With a batch of two images, three inputs do it: (x, C, 1), (x, C, 2) and (x, C + 1, 1), where x has C "
        "channels.",
    ],
)

catch_ResidualBlock.mistake(
    "one_image",
    "The one that is left differs only where there is more than one image.",
    (
        [
            (np.arange(48).reshape(1, 3, 4, 4) % 7, 3, 1),
            (np.arange(48).reshape(1, 3, 4, 4) % 7, 3, 2),
            (np.arange(48).reshape(1, 3, 4, 4) % 7, 4, 1),
        ],
    ),
)
catch_ResidualBlock.mistake(
    "no_same_shape",
    "The one that is left differs only where x and the result have the same shape.",
    ([(np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 2), (np.arange(96).reshape(2, 3, 4, 4) % 7, 4, 1)],),
)
catch_ResidualBlock.mistake(
    "no_stride",
    "The one that is left differs only where there is a stride and the number of channels stays the same.",
    ([(np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 1), (np.arange(96).reshape(2, 3, 4, 4) % 7, 4, 2)],),
)
catch_ResidualBlock.mistake(
    "same_channels",
    "The one that is left differs only where the number of channels changes.",
    ([(np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 1), (np.arange(96).reshape(2, 3, 4, 4) % 7, 3, 2)],),
)
