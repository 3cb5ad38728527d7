"""The numbers of notebook 08."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from helpers import data, devices, layers, photographs, published, road_signs, training
from helpers.experiments import depth, features, looking_inside
from helpers.figures.imagenet_pytorch import contest

from . import Facts

fact = Facts("08_imagenet_pytorch")
ALEXNET = [
    ("conv", 96, 11, 0, 4), ("relu",), ("pool", 3, 2), ("conv", 256, 5, 2, 1), ("relu",), ("pool", 3, 2),
    ("conv", 384, 3, 1, 1), ("relu",), ("conv", 384, 3, 1, 1), ("relu",), ("conv", 256, 3, 1, 1), ("relu",),
    ("pool", 3, 2), ("flatten",), ("fc", 4096), ("relu",), ("fc", 4096), ("relu",), ("fc", 1000),
]  # fmt: skip
IMAGE = (3, 227, 227)
CONTEST = "Russakovsky et al. 2015, ImageNet Large Scale Visual Recognition Challenge"
ALEX = "Krizhevsky, Sutskever, Hinton 2012, ImageNet classification with deep convolutional neural networks"
RESNET = "He, Zhang, Ren, Sun 2016, Deep residual learning for image recognition, CVPR"
LEADERS = "github.com/fastai/imagenette, leaderboard: 85.77 % right at 128 pixels after 5 epochs, 91.57 % after 20"

fact.given(
    "an output has side (n + 2 · padding − k) // stride + 1, a convolution has F · (C · k · k + 1) weights",
    "the same convolution for 1, 4, 16, ... pictures at once",
    "Which 16 bits depends on the GPU",
    "mirrors along axis 2",
    "the bias of one channel grows by 5",
    "fewer than 3 million weights",
    "100 % would be the rate of one large product of matrices",
    "If a small network gets only 3 % of that",
    "among 400 pictures",
    "a share of 0.1",
    "With a share of 0 only",
    "with ten pictures held out, one of them is 10 %",
)
for _words, _where in (
    ("From 2010 to 2017 there was a yearly contest", "image-net.org, which has a page for each year"),
    ("It had 1.2 million photographs to learn from, in 1,000 classes (120 of them breeds of dogs).", CONTEST),
    ("it says that 120 breeds of dogs are hard", CONTEST),
    ("The winners of 2010 and 2011 described pictures by features", CONTEST),
    ("In 2012 came AlexNet, a convnet of eight layers", ALEX),
    ("while the next best, no convnet, had 26.2 %", CONTEST),
    ("In 2014 GoogLeNet, with", CONTEST),
    ("was just ahead of VGG, with 7.3 %", CONTEST),
    ("The winner of 2015 had 152 layers", RESNET),
    ("That is how 152 layers became possible", RESNET),
    ("a network of 56 plain layers was *worse* than one of 20", RESNET),
    ("In 2015 He and others", "the preprint of that paper, arXiv 1512.03385"),
    ("the *neocognitron* of 1980", "Fukushima 1980, Neocognitron, Biological Cybernetics 36"),
    ("in 1989 LeCun and others", "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition"),
    ("What had changed by 2012", ALEX),
    ("Russakovsky et al., *ImageNet Large Scale Visual Recognition Challenge*, 2015", CONTEST),
    ("AlexNet, the winner of 2012", CONTEST),
    ("(In 2012 one GPU had too little memory", ALEX),
    ('people say "60 million weights"', ALEX),
    ("(94 MB, downloaded once)", "the size of imagenette2-160.tgz in MiB, as in helpers/photographs.py"),
    ("A T4 states 8,100 billion a second in float32", "NVIDIA's data sheet of the T4, 8.1 TFLOPS"),
    ("14.2 % errors after 5 epochs, 8.4 % after 20", LEADERS),
    ("Imagenette at 128 pixels", LEADERS),
    ("1.2 million photographs for days", CONTEST),
    ("(Szegedy and others, 2016)", "Szegedy et al. 2016, Rethinking the Inception architecture, CVPR, section 7"),
    ("Vision transformers (2020)", "Dosovitskiy et al. 2020, An image is worth 16x16 words, arXiv 2010.11929"),
    ("ConvNeXt (2022)", "Liu et al. 2022, A ConvNet for the 2020s, arXiv 2201.03545"),
):
    fact.source(_words, _where)


# The contest
@fact("the top-5 error: the share of photographs", "Guessing has an error of 99.5 %.")
def _() -> None:
    assert 100 * (1 - 5 / 1000) == 99.5


@fact("16.4 % (15.3 % with extra training data)", "6.67 %", "The line of 5.1 % is *one* well trained person")
def _() -> None:
    # As the chart draws them; its sources are named there.
    winners = {year: (error, extra) for year, _, _, error, extra in contest._WINNERS}
    assert winners[2012] == (16.4, 15.3) and winners[2014] == (6.67, None) and contest._HUMAN == 5.1


@fact("(227 − 11) // 4 + 1 = 55, so 96 × 55 × 55")
def _() -> None:
    assert COURSE.exercise("shape_trace").reference(ALEXNET, IMAGE)[0] == (96, 55, 55)


@fact("in the fully connected layers (94 %), the work is in the convolutions (95 %)")
def _() -> None:
    weights, work = _of_alexnet()
    assert round(100 * weights["fc"] / sum(weights.values())) == 94
    assert round(100 * work["conv"] / sum(work.values())) == 95


def _of_alexnet() -> tuple[dict[str, int], dict[str, int]]:
    """Weights and multiplications, in convolutions and in fully connected layers."""
    shapes = COURSE.exercise("shape_trace").reference(ALEXNET, IMAGE)
    count = COURSE.exercise("count_weights").reference
    weights, work = {"conv": 0, "fc": 0}, {"conv": 0, "fc": 0}
    for place, layer in enumerate(ALEXNET):
        if layer[0] in weights:
            each = count(ALEXNET[: place + 1], IMAGE) - count(ALEXNET[:place], IMAGE)
            weights[layer[0]] += each
            # A filter's weights are used in every place of its map, those of a fully connected layer once.
            work[layer[0]] += (each - shapes[place][0]) * math.prod(shapes[place][1:])
    return weights, work


def weights_of_2012() -> int:
    """AlexNet's weights as it was: filters of the second, fourth and fifth convolution saw one half of the maps."""
    count = COURSE.exercise("count_weights").reference
    whole: int = count(ALEXNET, IMAGE)
    return whole - sum(
        filters * channels // 2 * k * k for filters, channels, k in [(256, 96, 5), (384, 384, 3), (256, 384, 3)]
    )


@fact("60,965,224 to be exact")
def _() -> None:
    assert weights_of_2012() == 60_965_224


# A GPU, and pictures
@fact(
    "You gain even more with 16-bit numbers",
    "float32, which has 32 bits",
    "6 · 10⁻⁸ is its smallest number above 0",
    "the 16-bit units are missing",
    "16 bits where the device is made for it",
)
def _() -> None:
    import torch

    assert round(float(np.finfo(np.float16).smallest_subnormal), 8) == 6e-8
    assert [torch.finfo(kind).bits for kind in (torch.float32, torch.bfloat16, torch.float16)] == [32, 16, 16]
    assert torch.finfo(torch.bfloat16).max > 1e38 and torch.finfo(torch.bfloat16).eps > torch.finfo(torch.float16).eps
    assert devices.precision(torch.device("cpu")) == torch.float32


@fact("13,394 photographs of ten of ImageNet's thousand classes", "8,285 pictures in 20 epochs are 166,000 pictures")
def _() -> None:
    assert sum(photographs.COUNTS.values()) == 13_394
    learned_from = photographs.COUNTS["train"] - round(0.125 * photographs.COUNTS["train"])
    assert learned_from == 8285 and round(20 * learned_from, -3) == 166_000


@fact("5,000 small pictures drawn by code")
def _() -> None:
    drawn = road_signs.load.__defaults__
    assert drawn is not None and drawn[0] + drawn[1] == 5000


@fact("logistic regression on the pixels had about 4 % errors", "Guessing has 90 %.")
def _() -> None:
    images, labels, new, new_labels = data.digits()
    found = features.fitted(images / 16, labels).score(new.reshape(len(new), -1) / 16, new_labels)
    assert 1 - found == pytest.approx(0.04, abs=0.006) and len(road_signs.CLASSES) == 10


@fact("Each pixel moves by the same number of its 255 levels")
def _() -> None:
    assert np.iinfo(road_signs.draw(0, np.random.default_rng(0)).dtype).max == 255


# Blocks
@fact(
    "We trained networks of 8, 20 and 56 layers",
    "the same 2,000 small pictures and the same 20 epochs",
    "more layers are worse: 5 %, 35 % and 88 % errors",
    "The network of 56 hardly learns at all.",
    "With shortcuts they are 1.6 %, 0.5 % and 16 %: the one of 20 is better than the one of 8.",
    "The one of 56 learns too",
)
def _() -> None:
    assert (depth.DEPTHS, depth.PICTURES, depth.EPOCHS) == ((8, 20, 56), 2000, 20)
    plain, shortcuts = (_train_errors(kind) for kind in (False, True))
    assert [round(error) for error in plain] == [5, 35, 88]
    assert [round(shortcuts[0], 1), round(shortcuts[1], 1), round(shortcuts[2])] == [1.6, 0.5, 16]


def _train_errors(shortcuts: bool) -> list[float]:
    """Means over the seeds, in percent, by depth."""
    runs = [run for run in depth.results() if run.shortcuts == shortcuts]
    return [100 * float(np.mean([run.train_error for run in runs if run.layers == layers])) for layers in depth.DEPTHS]


@fact(
    "with `width` 16: a `ConvBlock` from 3 to 16 channels with stride 2, "
    "then residual blocks to 32, to 64 and to 128 channels, each with stride 2",
    "After the one to 64 comes one more",
    "Your network needs 0.16 billion multiplications and additions for a picture of 140 by 140 pixels",
    "so 80,000 billion in all",
    "training takes 330 seconds: five and a half minutes",
    "with `size` 64",
)
def _() -> None:
    import torch

    products, shapes = 0, []

    def count(module: Any, given: Any, output: Any) -> None:
        nonlocal products
        shapes.append(tuple(output.shape[1:]))
        each = module.weight[0].numel()
        products += each * output.numel()

    model = _network()
    hooks = [
        part.register_forward_hook(count)
        for part in model.modules()
        if hasattr(part, "weight") and part.weight.ndim > 1
    ]
    with torch.no_grad():
        model(torch.zeros(1, 3, 140, 140))
        one = 2 * products
        shapes.clear()
        model(torch.zeros(1, 3, road_signs.SIDE, road_signs.SIDE))
    for hook in hooks:
        hook.remove()
    channels = list(dict.fromkeys(shape[0] for shape in shapes[:-1]))
    assert channels == [16, 32, 64, 128] and shapes[-2][1:] == (4, 4) and road_signs.SIDE == 64
    assert round(one / 1e9, 2) == 0.16
    whole = 166_000 * one * 3
    assert round(whole / 1e12) == 80 and round(whole / 8.1e12 / 0.03, -1) == 330


@cache
def _network() -> Any:
    import torch

    from helpers import blocks

    class Proposal(torch.nn.Module):
        """The notebook's proposal, width 16."""

        def __init__(self) -> None:
            super().__init__()
            sizes = [(16, 32, 2), (32, 64, 2), (64, 64, 1), (64, 128, 2)]
            self.features = torch.nn.Sequential(
                blocks.ConvBlock(3, 16, 2), *(blocks.ResidualBlock(*size) for size in sizes)
            )
            self.classify = torch.nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            return self.classify(self.features(x).mean(dim=(2, 3)))

    return Proposal().eval()


# Learning
@fact("Near log 10 = 2.30")
def _() -> None:
    assert round(math.log(10), 2) == 2.30


@fact(
    "ask for 91 % rather than 100 % of belief",
    "With it, the lowest point is at a logit of 4.5",
    "has a probability of 91 %",
)
def _() -> None:
    share = training.Settings(epochs=1, size=56).label_smoothing
    loss = COURSE.exercise("label_smoothing_loss").reference
    growing = np.arange(0, 14, 0.01)
    lowest = growing[np.argmin([loss(np.array([[logit, *[0.0] * 9]]), np.array([0]), share) for logit in growing])]
    p = np.exp(lowest) / (np.exp(lowest) + 9)
    assert round(1 - share + share / 10, 2) == 0.91 == round(p, 2) and round(lowest, 1) == 4.5


@fact("ResNet-18: a *stem*", "ResNet-18's own weights (45 MB")
def _() -> None:
    import torch

    from helpers import blocks

    model = blocks.ResNet(blocks.ResidualBlock)
    convolutions = [
        part for part in model.modules() if isinstance(part, torch.nn.Conv2d) and part.kernel_size != (1, 1)
    ]
    assert len(convolutions) + 1 == 18
    stored = sum(item.numel() * item.element_size() for item in model.state_dict().values())
    assert round(stored / 2**20) == 45 and published.ROAD_EYES.exists()


@fact.predicted("random_guesses")
def _() -> Any:
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(20_000, 1000)), rng.integers(0, 1000, 20_000)
    return 100 * COURSE.exercise("top_k_error").reference(logits, y, 5)


@fact.predicted("first_layer_of_alexnet")
def _() -> Any:
    return list(COURSE.exercise("shape_trace").reference(ALEXNET, IMAGE)[0])


@fact.predicted("weights_and_work")
def _() -> Any:
    weights, work = _of_alexnet()
    most = max(weights, key=weights.__getitem__), max(work, key=work.__getitem__)
    return {("conv", "conv"): "a", ("fc", "conv"): "b", ("conv", "fc"): "c", ("fc", "fc"): "d"}[most]


@fact.predicted("lines_on_pictures")
def _() -> Any:
    from sklearn.linear_model import LogisticRegression

    drawn = road_signs.load(train=400, test=200)
    small, new = (
        images.reshape(-1, 3, 32, 2, 32, 2).mean(axis=(3, 5)).reshape(len(images), -1) / 255 - 0.5
        for images in (drawn.train_images, drawn.test_images)
    )
    regression = LogisticRegression(C=0.001, max_iter=200).fit(small, drawn.train_labels)
    error = 1 - regression.score(new, drawn.test_labels)
    return "a" if error < 0.1 else "b" if error < 0.5 else "c"


@fact.predicted("bias_before_batch_norm")
def _() -> Any:
    import torch

    torch.manual_seed(0)
    z, norm = torch.randn(8, 1, 5, 5), torch.nn.BatchNorm2d(1)
    change = (norm(z + 5) - norm(z)).mean().item()
    return "a" if change == pytest.approx(5, abs=1e-4) else "b" if abs(change) < 1e-4 else "c"


@fact.predicted("larger_pictures")
def _() -> Any:
    import torch

    with torch.no_grad():
        one, other = (_network()(torch.zeros(1, 3, side, side)) for side in (64, 128))
    return "b" if one.shape == other.shape == (1, 10) else "c"


@fact.predicted("levels_to_fool")
def _() -> Any:
    exercise = COURSE.exercise
    eyes = published.network(
        exercise("ResidualBlock").reference, exercise("load_pretrained").reference, published.road_eyes()
    )
    images = road_signs.load(train=0, test=20).test_images
    levels = float(np.median([looking_inside.fooling_picture(eyes, image, most=10)[1] for image in images]))
    return "c" if levels < 10 else ""


@fact.predicted("slope_with_a_shortcut")
def _() -> Any:
    import torch

    x = torch.tensor(0.7, requires_grad=True)
    (0 * torch.sin(x) + x).backward()
    assert x.grad is not None
    return x.grad.item()


@fact.predicted("deeper_and_worse")
def _() -> Any:
    return "abc"[int(np.argmax(_train_errors(False)))]


@fact.predicted("logit_that_grows")
def _() -> Any:
    loss = COURSE.exercise("label_smoothing_loss").reference
    changes = np.diff([loss(np.array([[logit, *[0.0] * 9]]), np.array([0]), 0.1) for logit in range(15)])
    return "a" if (changes < 0).all() else "b" if changes[0] < 0 < changes[-1] else "c"


@fact.predicted("without_zero_grad")
def _() -> Any:
    import torch

    w = torch.tensor(2.0, requires_grad=True)
    found = []
    for _ in range(3):
        (3 * w).backward()
        assert w.grad is not None
        found.append(w.grad.item())
    return {(3.0, 3.0, 3.0): "a", (3.0, 6.0, 9.0): "b"}[tuple(found)]


@fact.predicted("loss_at_the_start")
def _() -> Any:
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    model = COURSE.exercise("SmallResNet").reference(10)
    images = torch.randn(32, 3, 32, 32)
    return functional.cross_entropy(model(images), torch.arange(32) % 10).item()


@fact.predicted("stride_of_patches")
def _() -> Any:
    rng = np.random.default_rng(0)
    images, w, b = rng.normal(size=(2, 3, 8, 12)), rng.normal(size=(5, 3, 4, 4)), rng.normal(size=5)
    right = COURSE.exercise("patch_embedding").reference(images, w, b, 4)
    for letter, stride in zip("abc", (1, 2, 4)):
        maps = layers.conv2d(images, w, b, 0, stride)
        found = maps.reshape(2, 5, -1).transpose(0, 2, 1)
        if found.shape == right.shape and np.allclose(found, right):
            return letter
    return ""
