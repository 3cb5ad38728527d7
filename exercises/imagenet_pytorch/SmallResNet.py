"""SmallResNet: a network of residual blocks, for any image size from 32."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from autograder.course import LazyModule, exercise

from ._layers import conv3x3, residual_branch, shortcut_layer, sum_of_paths
from .ConvBlock import functional as ConvBlock_functional
from .ConvBlock import lazy as ConvBlock_lazy
from .ConvBlock import subclass as ConvBlock_subclass
from .ResidualBlock import of_conv_blocks as ResidualBlock_of_conv_blocks
from .ResidualBlock import shortcut_without_norm as ResidualBlock_shortcut_without_norm
from .ResidualBlock import subclass as ResidualBlock_subclass

nn: Any = LazyModule("torch.nn")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=3,
    aspects={
        "classes": "return one logit for each class: the last layer is nn.Linear(channels, classes), and the result is "
        "(N, classes).",
        "image sizes": "average each channel over all its places, x.mean(dim=(2, 3)), before the linear layer.",
        "logits": "end with the linear layer: cross-entropy applies the softmax itself.",
        "layers": "every layer must be registered in the module (self.name = layer, nn.Sequential or nn.ModuleList, "
        "not a plain list) and used in forward.",
        "one by one": "in evaluation mode, an image's result must not depend on the others in its batch.",
        "weights": "use fewer than 3 million weights: start with few channels, and double them where height and width "
        "are halved.",
        "residual blocks": "build the network from ResidualBlocks, after a first ConvBlock(3, channels, 1).",
    },
    hints=[
        "Start with ConvBlock(3, 16, 1). Then add about three ResidualBlocks, some with stride 2 and twice the "
        "channels, then the average and the linear layer.",
        "nn.Sequential(ConvBlock(3, 16, 1), ResidualBlock(16, 16, 1), ResidualBlock(16, 32, 2), "
        "ResidualBlock(32, 64, 2), "
        "...)",
        "The end: nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes).",
    ],
    adapter="imagenet_pytorch.network",
    watched=["classes", "image sizes", "logits", "one by one", "weights", "layers", "residual blocks"],
    observe="imagenet_pytorch.network",
)
def SmallResNet(classes):
    return _network(classes)


def _network(classes, widths=(8, 12, 16), shortcut=shortcut_layer, end=None):
    """A network of two residual blocks; `end` holds the layers after them."""
    stem, first, second = widths
    one = sum_of_paths(residual_branch(stem, first, 2), shortcut(stem, first, 2), nn.ReLU())
    two = sum_of_paths(residual_branch(first, second, 2), shortcut(first, second, 2), nn.ReLU())
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(second, classes)] if end is None else end
    return nn.Sequential(conv3x3(3, stem), nn.BatchNorm2d(stem), nn.ReLU(), one, two, *end)


def _view(classes, look_at, *sides, batch=2):
    return {"classes": classes, "sides": list(sides) or [(32, 32)], "batch": batch, "look_at": look_at}


@SmallResNet.cases
def _(rng):
    def side():
        return int(rng.integers(33, 50))

    for classes in (int(rng.integers(3, 8)), int(rng.integers(11, 20))):
        yield "classes", _view(classes, "shapes")
    yield "image sizes", _view(int(rng.integers(2, 8)), "shapes", (32, 32), (side(), side()), (48, 32))
    yield "logits", _view(int(rng.integers(40, 50)), "logits", batch=3)
    yield "one by one", _view(int(rng.integers(4, 9)), "one by one", batch=3)
    yield "weights", _view(int(rng.integers(8, 12)), "weights")
    yield "layers", _view(int(rng.integers(4, 9)), "layers")
    yield "residual blocks", _view(int(rng.integers(4, 9)), "shortcuts")


@SmallResNet.mistake(
    "softmax_at_the_end",
    "Your network returns probabilities. Leave out the softmax: cross-entropy applies it itself.",
)
def _(classes):
    return nn.Sequential(_network(classes), nn.Softmax(dim=1))


@SmallResNet.mistake(
    "softmax_over_the_batch",
    "Your softmax runs over the images of a batch, not over the classes. Leave it out: cross-entropy applies its own.",
)
def _(classes):
    return nn.Sequential(_network(classes), nn.Softmax(dim=0))


@SmallResNet.mistake("relu_at_the_end", "Your logits are never below 0: remove the ReLU after the last layer.")
def _(classes):
    return nn.Sequential(_network(classes), nn.ReLU())


@SmallResNet.mistake(
    "one_size_only",
    "Your network accepts only one image size: its linear layer has a weight for each place. Average over all places "
    "first.",
)
def _(classes):
    return _network(classes, end=[nn.Flatten(), nn.Linear(16 * 8 * 8, classes)])


@SmallResNet.mistake(
    "layers_in_a_list",
    "Your network keeps layers in a plain list, where PyTorch can't see them and doesn't train them. Use "
    "nn.Sequential or nn.ModuleList.",
)
def _(classes):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = list(_network(classes, end=[]))
            self.end = nn.Linear(16, classes)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.end(x.mean(dim=(2, 3)))

    return Net()


@SmallResNet.mistake(
    "too_many_weights",
    "Your network has more than 3 million weights. Use fewer channels, and one linear layer at the end.",
)
def _(classes):
    large = [nn.Linear(16, 1800), nn.ReLU(), nn.Linear(1800, 1800), nn.ReLU(), nn.Linear(1800, classes)]
    return _network(classes, end=[nn.AdaptiveAvgPool2d(1), nn.Flatten(), *large])


@SmallResNet.mistake(
    "no_shortcuts", "Your network has no shortcuts: it is a plain stack of convolutions. Build it from ResidualBlocks."
)
def _(classes):
    blocks = [*residual_branch(8, 12, 2), nn.ReLU(), *residual_branch(12, 16, 2), nn.ReLU()]
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, classes)]
    return nn.Sequential(conv3x3(3, 8), nn.BatchNorm2d(8), nn.ReLU(), *blocks, *end)


@SmallResNet.mistake("always_ten", "Your network has ten logits, whatever the number of classes is.")
def _(classes):
    return _network(10)


@SmallResNet.mistake(
    "no_last_layer",
    "Your network ends with its features. Add a linear layer that turns them into a logit for each class.",
)
def _(classes):
    return _network(classes, end=[nn.AdaptiveAvgPool2d(1), nn.Flatten()])


@SmallResNet.mistake(
    "layer_left_out",
    "Your network has a layer that is made in __init__ but not used in forward: its weights never get a gradient.",
)
def _(classes):
    model = _network(classes)
    model.spare = nn.Linear(16, classes)
    model.forward = lambda x: nn.Sequential(*list(model)[:-1])(x)
    return model


@SmallResNet.variant
def sequential(classes):
    return nn.Sequential(
        ConvBlock_lazy(3, 16, 1),
        ResidualBlock_subclass(16, 16, 1),
        ResidualBlock_subclass(16, 32, 2),
        ResidualBlock_shortcut_without_norm(32, 64, 2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(64, classes),
    )


@SmallResNet.variant
def subclass(classes):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ConvBlock_subclass(3, 16, 2)
            widths = [16, 24, 32, 48]
            self.blocks = nn.ModuleList(ResidualBlock_of_conv_blocks(a, b, 2) for a, b in pairwise(widths))
            self.head = nn.Linear(48, classes)
            nn.init.zeros_(self.head.weight)
            nn.init.zeros_(self.head.bias)
            self.dropout = nn.Dropout(0.2)

        def forward(self, x):
            x = self.stem(x)
            for block in self.blocks:
                x = block(x)
            return self.head(self.dropout(x.mean(dim=(2, 3))))

    return Net()


@SmallResNet.variant
def large_log_softmax(classes):
    """Close to 3 million weights, max pooling in the stem, log_softmax at the end, which cross-entropy leaves alone."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(ConvBlock_functional(3, 40, 1), nn.MaxPool2d(2))
            self.one = ResidualBlock_subclass(40, 80, 2)
            self.two = nn.Sequential(ResidualBlock_subclass(80, 160, 2), ResidualBlock_subclass(160, 160, 1))
            self.three = ResidualBlock_subclass(160, 288, 2)
            self.linear = nn.Linear(288, classes)

        def forward(self, x):
            x = self.three(self.two(self.one(self.stem(x))))
            return F.log_softmax(self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1)), dim=1)

    return Net()
