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
        "same shape": "return relu(branch(x) + x), where branch is conv, norm, ReLU, conv, norm. When the shapes "
        "agree, the shortcut is x itself.",
        "training": "there is a batch norm after both convolutions. In training mode it uses the batch's own mean and "
        "variance.",
        "other channels": "when c_in and c_out differ, x goes through a 1x1 convolution to c_out channels, without "
        "ReLU.",
        "stride": "the first convolution and the shortcut's 1x1 convolution have the stride. The second convolution "
        "has stride 1.",
        "weights": "there are two filter banks without biases, two batch norms, and a 1x1 convolution only when the "
        "shapes differ.",
    },
    hints=[
        "Draw it: x takes two paths. One goes through conv, norm, ReLU, conv, norm. The other is the shortcut. Their "
        "outputs are added.",
        "The ReLU of the second convolution comes after the sum: out = self.branch(x) + self.shortcut(x); F.relu(out).",
        "self.shortcut = nn.Identity() if stride == 1 and c_in == c_out, else nn.Conv2d(c_in, c_out, 1, stride=stride, "
        "bias=False), with nn.BatchNorm2d(c_out) after it if you like.",
    ],
    adapter="imagenet_pytorch.block",
    watched=["weights"],
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
    # Weights for which batch norm does nothing, since the shortcut may have one or not.
    yield "other channels", arrays.block_case(rng, 2, 3, (3, 4), plain=True)
    yield "other channels", arrays.block_case(rng, 3, 1, (4, 3), plain=True)
    yield "stride", arrays.block_case(rng, 2, 2, (5, 4), stride=2, plain=True)
    yield "stride", arrays.block_case(rng, 1, 3, (4, 7), stride=2, plain=True)
    for c_in, c_out, stride in ((3, 3, 1), (2, 5, 1), (4, 4, 2)):
        yield "weights", arrays.block_case(rng, c_in, c_out, (3, 4), "weights", stride)


@ResidualBlock.mistake(
    "no_shortcut", "Your block's output is what you get without the shortcut. Add it before the last ReLU."
)
def _(c_in, c_out, stride):
    return nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_after_relu",
    "Your shortcut is added after the ReLU, so the branch never adds anything below 0. Apply the ReLU after the sum.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake("no_relu_at_the_end", "Your block's output has numbers below 0. Apply a ReLU after the sum.")
def _(c_in, c_out, stride):
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut_layer(c_in, c_out, stride), nn.Identity())


@ResidualBlock.mistake(
    "relu_twice",
    "Your block has a ReLU both before and after the sum. Remove the one before it.",
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(residual_branch(c_in, c_out, stride), nn.ReLU())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "no_relu_between",
    "There is no ReLU between your two convolutions. Without it, they are no more than a single 5 by 5 convolution.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, stride, between=nn.Identity())
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_the_second",
    "Your second convolution has the stride. Give it to the first one: then the second has less to compute.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, 1, second_stride=stride)
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "stride_in_both",
    "Both of your convolutions have the stride, so the branch is smaller than the shortcut. Give it only to the first "
    "one.",
)
def _(c_in, c_out, stride):
    branch = residual_branch(c_in, c_out, stride, second_stride=stride)
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "shortcut_without_stride",
    "Your shortcut has no stride, so it is larger than the branch. Give the 1x1 convolution the same stride.",
)
def _(c_in, c_out, stride):
    shortcut = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1, bias=False)
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "convolution_on_every_shortcut",
    "Your shortcut always has a 1x1 convolution. When the shapes agree, use x itself: then a block with small weights "
    "changes almost nothing.",
)
def _(c_in, c_out, stride):
    return sum_of_paths(
        residual_branch(c_in, c_out, stride), shortcut_layer(c_in, c_out, stride, always=True), nn.ReLU()
    )


@ResidualBlock.mistake(
    "relu_on_the_shortcut",
    "Your shortcut has its own ReLU, which cuts off negative numbers. Remove it.",
)
def _(c_in, c_out, stride):
    shortcut = shortcut_layer(c_in, c_out, stride)
    if stride != 1 or c_in != c_out:
        shortcut.append(nn.ReLU())
    return sum_of_paths(residual_branch(c_in, c_out, stride), shortcut, nn.ReLU())


@ResidualBlock.mistake(
    "bias_beside_batch_norm",
    "Your convolutions have biases. Batch norm subtracts the mean, which removes them again: use bias=False.",
)
def _(c_in, c_out, stride):
    return sum_of_paths(residual_branch(c_in, c_out, stride, bias=True), shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "batch_norm_missing", "Your block's output is what you get without batch norm. Add one after each convolution."
)
def _(c_in, c_out, stride):
    branch = nn.Sequential(conv3x3(c_in, c_out, stride), nn.ReLU(), conv3x3(c_out, c_out))
    return sum_of_paths(branch, shortcut_layer(c_in, c_out, stride), nn.ReLU())


@ResidualBlock.mistake(
    "one_convolution", "Your branch has a single convolution. It needs two, with a ReLU between them."
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
            nn.init.zeros_(second[1].weight)  # so that the block starts as its shortcut
            self.residual = nn.Sequential(first, second)
            self.project = nn.Conv2d(c_in, c_out, 1, stride, bias=False) if (c_in, 1) != (c_out, stride) else None

        def forward(self, x):
            return torch.relu(self.residual(x) + (self.project(x) if self.project else x))

    return Block()
