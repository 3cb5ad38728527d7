"""ConvBlock: a 3 by 3 convolution, batch norm and ReLU."""

from __future__ import annotations

from typing import Any

from autograder.course import LazyModule, exercise

from . import _arrays as arrays
from ._layers import conv3x3

torch: Any = LazyModule("torch")
nn: Any = LazyModule("torch.nn")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=2,
    aspects={
        "evaluation": "use conv, then batch norm, then ReLU: relu(norm(conv(x))). Padding 1 keeps the size.",
        "training": "in training mode, nn.BatchNorm2d(c_out) takes mean and variance from the batch.",
        "stride": "the convolution has the stride: height and width are divided by it, rounded up.",
        "weights": "there is a filter bank (c_out, c_in, 3, 3) without bias, and batch norm's scale and shift, with "
        "c_out numbers each.",
    },
    hints=[
        "Three layers: nn.Conv2d(c_in, c_out, 3, ...), nn.BatchNorm2d(c_out), nn.ReLU(). In which order?",
        "nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False): batch norm subtracts every bias again.",
        "In __init__: super().__init__() first, then self.conv = ..., self.norm = ...; "
        "forward(self, x) returns F.relu(self.norm(self.conv(x))).",
    ],
    adapter="imagenet_pytorch.block",
    watched=["weights"],
    forbidden=("helpers.blocks",),
)
def ConvBlock(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out, stride), nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.cases
def _(rng):
    yield "evaluation", arrays.block_case(rng, 2, 3, (4, 5))
    yield "evaluation", arrays.block_case(rng, 3, 2, (3, 4))
    yield "training", arrays.block_case(rng, 2, 3, (3, 5), "training")
    yield "training", arrays.block_case(rng, 3, 2, (4, 3), "training", batch=3)
    yield "stride", arrays.block_case(rng, 1, 2, (6, 5), stride=2)
    yield "stride", arrays.block_case(rng, 2, 2, (5, 8), stride=3)
    for c_in, c_out in ((2, 3), (5, 4), (3, 8)):
        yield "weights", arrays.block_case(rng, c_in, c_out, (3, 4), "weights")


@ConvBlock.mistake(
    "bias_beside_batch_norm",
    "Your convolution has a bias. Batch norm subtracts the mean, which removes it again: use bias=False.",
)
def _(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out, stride, bias=True), nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake("relu_before_batch_norm", "Your ReLU comes before batch norm. Here it comes last: conv, norm, ReLU.")
def _(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out, stride), nn.ReLU(), nn.BatchNorm2d(c_out))


@ConvBlock.mistake("relu_missing", "Your block's output has numbers below 0: the ReLU at the end is missing.")
def _(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out, stride), nn.BatchNorm2d(c_out))


@ConvBlock.mistake("batch_norm_missing", "Your block's output is what you get without batch norm.")
def _(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out, stride), nn.ReLU())


@ConvBlock.mistake(
    "padding_missing", "Your block loses a pixel on each side: nn.Conv2d has no padding unless you set padding=1."
)
def _(c_in, c_out, stride):
    conv = nn.Conv2d(c_in, c_out, 3, stride=stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "stride_ignored", "Your block has stride 1, whatever the stride is. Pass the stride on to the convolution."
)
def _(c_in, c_out, stride):
    return nn.Sequential(conv3x3(c_in, c_out), nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "pooling_for_stride",
    "Your block shrinks the image by pooling. Give the convolution itself the stride.",
)
def _(c_in, c_out, stride):
    pool = nn.MaxPool2d(stride, ceil_mode=True)
    return nn.Sequential(conv3x3(c_in, c_out), nn.BatchNorm2d(c_out), nn.ReLU(), pool)


@ConvBlock.mistake(
    "batch_norm_first",
    "Your block starts with batch norm and ReLU. That is the order in later residual networks. Here the convolution "
    "comes first.",
)
def _(c_in, c_out, stride):
    return nn.Sequential(nn.BatchNorm2d(c_in), nn.ReLU(), conv3x3(c_in, c_out, stride))


@ConvBlock.mistake("one_by_one", "Your filters are 1 by 1. They should also see a pixel's neighbours: use 3 by 3.")
def _(c_in, c_out, stride):
    conv = nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(c_out), nn.ReLU())


@ConvBlock.mistake(
    "norm_of_each_image",
    "Your block normalizes each image separately (instance norm). Batch norm takes mean and variance over the whole "
    "batch.",
)
def _(c_in, c_out, stride):
    norm = nn.InstanceNorm2d(c_out, affine=True, track_running_stats=True)
    return nn.Sequential(conv3x3(c_in, c_out, stride), norm, nn.ReLU())


@ConvBlock.mistake(
    "nothing_remembered",
    "Your batch norm takes mean and variance from the batch even in evaluation mode. Leave track_running_stats at its "
    "default.",
)
def _(c_in, c_out, stride):
    norm = nn.BatchNorm2d(c_out, track_running_stats=False)
    return nn.Sequential(conv3x3(c_in, c_out, stride), norm, nn.ReLU())


@ConvBlock.variant
def subclass(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm2d(c_out)  # in another order
            self.conv = nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)))

    return Block()


@ConvBlock.variant
def subclass_of_sequential(c_in, c_out, stride):
    class Block(nn.Sequential):
        def __init__(self):
            super().__init__(
                nn.ZeroPad2d(1),
                nn.Conv2d(c_in, c_out, 3, stride, bias=False),
                nn.BatchNorm2d(c_out, momentum=0.01),
                nn.ReLU(inplace=True),
            )

    return Block()


@ConvBlock.variant
def functional(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.kernels = nn.Parameter(torch.empty(c_out, c_in, 3, 3))
            nn.init.kaiming_normal_(self.kernels)
            self.beta, self.gamma = nn.Parameter(torch.zeros(c_out)), nn.Parameter(torch.ones(c_out))
            self.register_buffer("mu", torch.zeros(c_out))
            self.register_buffer("var", torch.ones(c_out))

        def forward(self, x):
            z = F.conv2d(x, self.kernels, stride=stride, padding=1)
            z = F.batch_norm(z, self.mu, self.var, self.gamma, self.beta, training=self.training)
            return torch.clamp(z, min=0)

    return Block()


@ConvBlock.variant
def lazy(c_in, c_out, stride):
    conv = nn.LazyConv2d(c_out, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(conv, nn.LazyBatchNorm2d(), nn.ReLU())
