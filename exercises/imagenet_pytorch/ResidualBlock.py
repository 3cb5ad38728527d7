"""ResidualBlock: two convolutions and a shortcut."""

from __future__ import annotations

from typing import Any

from autograder.course import LazyModule, exercise

from . import _arrays as arrays
from ._layers import conv3x3, residual_branch, shortcut_layer, sum_of_paths

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=3,
    aspects={
        "same shape": "relu(branch(x) + x), the branch being conv, norm, ReLU, conv, norm: where the shapes agree, the "
        "shortcut is x itself.",
        "training": "batch norm after both convolutions, in training mode with the batch's own mean and variance.",
        "other channels": "where c_in and c_out differ, x goes through a 1x1 convolution to c_out channels, "
        "without ReLU.",
        "stride": "the first convolution has the stride, and the shortcut's 1x1 convolution, too; the second one "
        "has not.",
        "weights": "two filter banks without biases, two batch norms, and only where shapes differ the 1x1 "
        "convolution.",
    },
    hints=[
        "Draw it: x forks. One way goes through conv, norm, ReLU, conv, norm. The other is the shortcut. They "
        "meet in a sum.",
        "The ReLU of the second convolution has to wait for the sum: out = self.branch(x) + self.shortcut(x); "
        "F.relu(out).",
        "self.shortcut = nn.Identity() if stride == 1 and c_in == c_out, else nn.Conv2d(c_in, c_out, 1, stride=stride, "
        "bias=False), with nn.BatchNorm2d(c_out) after it if you like.",
    ],
    adapter="imagenet_pytorch.block",
    observe="imagenet_pytorch.residual_block",
    forbidden=("helpers.blocks",),
)
def ResidualBlock(c_in, c_out, stride):
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.cases
def _(rng):
    yield "same shape", arrays.block_case(rng, 3, 3, (4, 3))
    yield "same shape", arrays.block_case(rng, 2, 2, (3, 5))
    yield "training", arrays.block_case(rng, 2, 2, (4, 3), "training")
    yield "training", arrays.block_case(rng, 3, 3, (3, 4), "training", batch=3)
    # Filled so that batch norm does nothing: one on the shortcut is allowed, and so is none.
    yield "other channels", arrays.block_case(rng, 2, 3, (3, 4), plain=True)
    yield "other channels", arrays.block_case(rng, 3, 1, (4, 3), plain=True)
    yield "stride", arrays.block_case(rng, 2, 2, (5, 4), stride=2, plain=True)
    yield "stride", arrays.block_case(rng, 1, 3, (4, 7), stride=2, plain=True)
    for c_in, c_out, stride in ((3, 3, 1), (2, 5, 1), (4, 4, 2)):
        yield "weights", arrays.block_case(rng, c_in, c_out, (3, 4), "weights", stride)


@ResidualBlock.mistake(
    "no_shortcut", "Your block gives what you get without the shortcut: add it before the last ReLU."
)
def _(c_in, c_out, stride):
    return nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_after_relu",
    "Your shortcut is added after the ReLU, so that what the block adds is never below 0. First the sum, then "
    "the ReLU.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake("no_relu_at_the_end", "Your block gives numbers below 0: after the sum comes a ReLU.")
def _(c_in, c_out, stride):
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut_layer(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake(
    "relu_twice",
    "Your branch ends with a ReLU before the sum, and then comes the ReLU after it. Only the second one belongs there.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "no_relu_between",
    "Between your two convolutions there is no ReLU: without it they could be a single one, of 5 by 5.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, stride, between=nn.Identity())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_the_second",
    "Your second convolution has the stride. It is the first one that has it: the second then has less to do.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, 1, second_stride=stride)
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_both",
    "Both of your convolutions have the stride, so that the branch is smaller than the shortcut. Only the first "
    "has it.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, stride, second_stride=stride)
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_without_stride",
    "Your shortcut has no stride, so that it is larger than the branch: the 1x1 convolution takes the same steps.",
)
def _(c_in, c_out, stride):
    shortcut = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1, bias=False)
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "convolution_on_every_shortcut",
    "Your shortcut always has a 1x1 convolution. Where shapes agree it is x itself, so that the block can do nothing "
    "just by having small weights.",
)
def _(c_in, c_out, stride):
    return sum_of_paths(
        residual_branch(c_in, c_out, stride), shortcut_layer(c_in, c_out, stride, always=True), nn.ReLU()
    )


@ResidualBlock.mistake(
    "relu_on_the_shortcut",
    "Your shortcut has a ReLU of its own, which cuts off what is below 0. It is a 1x1 convolution, and nothing else.",
)
def _(c_in, c_out, stride):
    shortcut = shortcut_layer(c_in, c_out, stride)
    if stride != 1 or c_in != c_out:
        shortcut.append(nn.ReLU())
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "bias_beside_batch_norm",
    "Your convolutions have biases. Batch norm subtracts the mean and so takes them away again: bias=False.",
)
def _(c_in, c_out, stride):
    return sum_of_paths(residual_branch(c_in, c_out, stride, bias=True), shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "batch_norm_missing", "Your block gives what you get without batch norm: one after each convolution."
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(conv3x3(c_in, c_out, stride), nn.ReLU(), conv3x3(c_out, c_out))
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "one_convolution", "Your branch has a single convolution. There are two of them, with a ReLU between."
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(conv3x3(c_in, c_out, stride), nn.BatchNorm2d(c_out))
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.variant
def subclass(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(c_out)
            self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(c_out)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = None
            if stride != 1 or c_in != c_out:
                self.downsample = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

        def forward(self, x):
            identity = x if self.downsample is None else self.downsample(x)
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += identity
            return self.relu(out)

    return Block()


@ResidualBlock.variant
def shortcut_without_norm(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            same = c_in == c_out and stride == 1
            self.skip = nn.Sequential() if same else nn.Conv2d(c_in, c_out, 1, stride)  # with a bias
            self.norms = nn.ModuleList([nn.BatchNorm2d(c_out) for _ in range(2)])
            self.convs = nn.ModuleDict(
                {
                    "b": nn.Conv2d(c_out, c_out, 3, padding="same", bias=False),
                    "a": nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False),
                }
            )

        def forward(self, x):
            skip = self.skip(x)
            x = self.norms[0](self.convs["a"](x)).relu()
            return F.relu(torch.add(skip, self.norms[1](self.convs["b"](x))))

    return Block()


@ResidualBlock.variant
def of_conv_blocks(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            first = nn.Sequential(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU())
            second = nn.Sequential(nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False), nn.BatchNorm2d(c_out))
            nn.init.zeros_(second[1].weight)  # a block that starts as its shortcut
            self.residual = nn.Sequential(first, second)
            self.project = nn.Conv2d(c_in, c_out, 1, stride, bias=False) if (c_in, 1) != (c_out, stride) else None

        def forward(self, x):
            return torch.relu(self.residual(x) + (self.project(x) if self.project else x))

    return Block()
