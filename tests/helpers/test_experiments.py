"""What the notebooks measure, train and fit: right numbers, and nothing of the reader's changed by measuring."""

from __future__ import annotations

import copy
import itertools
import time
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from helpers import blocks, devices, fashion, pictures, weights
from helpers.experiments import (
    clothes,
    depth,
    device_speed,
    features,
    gradients,
    looking_inside,
    moving,
    speed_ladder,
    stop_sign,
    timing,
)
from helpers.picture_set import PictureSet


class Clock:
    """A time that only passes when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def runs(self, *seconds: float) -> Any:
        """A function whose calls take so long, the last one again and again."""
        durations = itertools.chain(seconds, itertools.repeat(seconds[-1]))

        def run(*_: Any) -> None:
            self.now += next(durations)
            self.calls = getattr(self, "calls", 0) + 1

        return run


def test_the_best_time_is_the_shortest(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    assert timing.best_time(clock.runs(3, 1, 2), seconds=6) == 1
    assert clock.calls == 3


def test_a_slow_function_runs_once_unless_more_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    assert timing.best_time(clock.runs(5), seconds=1) == 5 and clock.calls == 1
    assert timing.best_time(clock.runs(9, 5, 4), seconds=1, least=3) == 4 and clock.calls == 1 + 3


def test_what_takes_too_long_drops_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    shapes = []

    def convolve(x: np.ndarray, w: np.ndarray) -> None:
        shapes.append((x.shape, w.shape))
        clock.now += len(x) / 10

    assert timing.convolution_times(convolve, (8, 16, 32, 64), limit=3) == pytest.approx([0.8, 1.6, 3.2])
    assert ((32, 32), (3, 3)) in shapes and ((64, 64), (3, 3)) not in shapes


def test_rates_count_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.25, 0.5, 1.0])
    monkeypatch.setattr(device_speed, "best_time", lambda run, seconds, least: run() or next(times))
    rates = device_speed.convolution_rates(torch.device("cpu"), [1, 4, 16, 64], seconds=1.0)
    each = 2 * 16 * 16 * 9 * 16 * 16
    assert rates == [each / 0.25, 4 * each / 0.5, 16 * each / 1.0]  # 64 pictures would take much longer than a second


def test_numpy_and_pytorch_convolve_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_speed, "best_time", lambda run, seconds, least: run() or 0.25)
    counts = [1, 3]
    by_numpy = device_speed.convolution_rates(None, counts, seconds=1.0)
    assert by_numpy == device_speed.convolution_rates(torch.device("cpu"), counts, seconds=1.0)


def test_a_matrix_product_is_two_operations_for_each_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_speed, "best_time", lambda run, seconds, least: run() or 0.5)
    assert device_speed.matrix_rate(torch.device("cpu"), torch.float32) == 4 * 512**3
    assert device_speed.stated_rate(torch.device("cpu")) is None


@pytest.mark.parametrize("training", [True, False])
def test_timing_a_compiled_network_leaves_it_as_it_is(monkeypatch: pytest.MonkeyPatch, training: bool) -> None:
    monkeypatch.setattr(torch, "compile", lambda model: model)  # a compiler isn't everywhere
    seen = []

    def once(run: Any, seconds: float, least: int) -> float:
        run()
        seen.append(run)
        torch.rand(3)  # as dropout does
        return 0.5

    monkeypatch.setattr(device_speed, "best_time", once)
    model = nn.Sequential(blocks.ConvBlock(3, 4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    model(torch.rand(2, 3, 8, 8)).sum().backward()
    model.train(training)
    before = copy.deepcopy(model.state_dict())
    slopes = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    times = device_speed.compile_times(model, size=8, batch=2)
    torch.testing.assert_close(torch.rand(4), expected, rtol=0, atol=0)
    assert (times.eager, times.compiled, len(seen)) == (0.5, 0.5, 2)
    assert model.training is training
    torch.testing.assert_close(dict(model.state_dict()), dict(before), rtol=0, atol=0)
    after = [parameter.grad for parameter in model.parameters()]
    assert len(after) == len(slopes) and all((a == b).all() for a, b in zip(after, slopes))


def test_images_move_and_zeros_come_in() -> None:
    images = np.arange(1, 7).reshape(1, 2, 3)
    assert moving.moved(images, 0, 1).tolist() == [[[0, 1, 2], [0, 4, 5]]]
    assert moving.moved(images, -1, 0).tolist() == [[[4, 5, 6], [0, 0, 0]]]
    assert moving.moved(images, 0, -4).tolist() == [[[0] * 3] * 2]


def test_accuracy_by_size_and_direction_of_the_move() -> None:
    images = np.zeros((2, 5, 5), int)
    images[:, 2, 2] = 1, 2

    def predict(images: np.ndarray) -> np.ndarray:
        return np.asarray(images[:, :3, 2].max(axis=1))  # sees the middle column, down to the middle row

    accuracy = moving.accuracy_when_moved(predict, images, np.array([1, 2]), most=2)
    assert accuracy.tolist() == [[1, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 1]]  # right, left, down, up


def test_a_window_holds_what_moves_within_it() -> None:
    def pool(x: np.ndarray, size: int, stride: int) -> np.ndarray:
        assert size == stride
        return x.max(axis=0)[: x.shape[1] // size * size].reshape(1, -1, size).max(axis=2)

    share = moving.share_unchanged(pool, (1, 2, 3), most=3)
    np.testing.assert_allclose(share, [[1, 0, 0, 0], [1, 1 / 2, 0, 0], [1, 2 / 3, 1 / 3, 0]])


def bars(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (count, 8, 8) of a bright upper or lower half, with noise, and which half it is."""
    rng = np.random.default_rng(count)
    labels = np.arange(count) % 2
    images = rng.random((count, 8, 8))
    images[labels == 0, 2:4] += 3
    images[labels == 1, 4:6] += 3
    return images, labels


def test_features_of_the_whole_map_do_not_move() -> None:
    digits = (*bars(40), *bars(20))
    change, accuracy = features.change_and_accuracy(
        lambda images: images[:, None], lambda maps: maps.max(axis=(2, 3)), digits, most=2
    )
    assert change.tolist() == [0, 0, 0] and len(set(accuracy)) == 1
    change, accuracy = features.change_and_accuracy(lambda images: images[:, None], lambda maps: maps, digits, most=2)
    assert accuracy[0] == 1 and accuracy[2] < 1
    assert change[0] == 0 and (np.diff(change) > 0).all()


def test_features_of_random_and_learned_filters() -> None:
    images, labels = bars(40)
    seen = []

    def train(params: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, **settings: Any) -> Any:
        seen.append((x.shape, settings))
        return {name: 0 * value for name, value in params.items()}, []  # has learned that nothing matters

    found = features.accuracies(train, (images[:, None], labels, images[:, None], labels), starts=2)
    assert {name: len(values) for name, values in found.items()} == {
        "pixels": 1,
        "random filters": 2,
        "learned filters": 2,
    }
    assert found["pixels"] == [1] and min(found["random filters"]) > 0.5 and found["learned filters"] == [0.5, 0.5]
    assert seen == [((40, 1, 8, 8), {"lr": 0.2, "epochs": 12, "batch": 16, "seed": 0})] * 2


def test_the_patch_that_a_filter_answers_to() -> None:
    params = weights.he_start((1, 1), classes=2)
    params["w1"] = np.array([[[[0, 0, 0], [0, 1, 1], [0, 0, 0]]]], float)
    images = np.zeros((3, 8, 8))
    images[1, 4, 3:5] = 5  # both weights meet ink here
    images[2, 7, 7] = 7  # one of them, in a corner
    (patches,) = features.best_patches(params, images, layer=1, filters=[0], many=2)
    assert patches.tolist() == [[[0, 0, 0], [0, 5, 5], [0, 0, 0]], [[0, 0, 0], [0, 0, 7], [0, 0, 0]]]
    assert features.best_patches(params, images, layer=2, filters=[0], many=3).shape == (1, 3, 8, 8)


def test_probabilities_sum_to_one_however_large_the_logits() -> None:
    p = features.probabilities(np.array([[1000.0, 1000.0], [0.0, np.log(3)]]))
    np.testing.assert_allclose(p, [[0.5, 0.5], [0.25, 0.75]])


def test_a_window_is_a_hit_when_its_middle_is_near_that_of_the_sign() -> None:
    street = pictures.Street(np.zeros((4, 4, 3)), sign=(10, 20), size=21)
    assert stop_sign.is_hit((12, 18), street, side=21)
    assert not stop_sign.is_hit((13, 20), street, side=21)
    assert stop_sign.is_hit((8, 18), street, side=25)  # the same middle


def test_share_of_streets_in_which_the_sign_is_found() -> None:
    template = pictures.stop_sign(21)
    known = {pictures.street(seed).image.sum(): pictures.street(seed).sign for seed in (0, 1)}
    places = iter([known[pictures.street(0).image.sum()], (0, 0)])
    assert stop_sign.share_found(lambda image, small: next(places), template, seeds=(0, 1)) == 0.5


X, Y, W1, W2 = np.array([1.0, 2, 0, 1, 3]), 1.0, np.array([1.0, -1, 0.7]), np.array([1.0, 2, 1, -1, 1])


@pytest.mark.parametrize("name", ["w1", "w2"])
def test_gradients_of_the_lectures_network(name: str) -> None:
    slopes = gradients.backward(gradients.forward(X, Y, W1, W2), W2)[name]
    for place, slope in enumerate(slopes):
        moved = []
        for step in (1e-6, -1e-6):
            given = {"w1": W1.copy(), "w2": W2.copy()}
            given[name][place] += step
            moved.append(gradients.forward(X, Y, **given)["loss"])
        assert slope == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-4)


def test_losses_after_one_step() -> None:
    def along(x: np.ndarray, y: float, w1: np.ndarray, w2: np.ndarray) -> Any:
        slopes = gradients.backward(gradients.forward(x, y, w1, w2), w2)
        return 0.0, slopes["w1"], slopes["w2"]

    losses = gradients.losses_after_a_step(along, X, Y, W1, W2, np.array([0, 1e-4]))
    assert losses[0] == gradients.forward(X, Y, W1, W2)["loss"] > losses[1]


def test_errors_of_a_numerical_gradient_for_each_step() -> None:
    def forward_difference(f: Any, x: np.ndarray, h: float) -> np.ndarray:
        x += h  # the reader's function may change its argument
        return np.asarray((f(x) - f(x - h)) / h)

    def difference(a: Any, b: Any) -> float:
        return float(abs(a - b).max())

    x = np.array([3.0])
    found = gradients.numerical_errors(forward_difference, difference, np.square, x, 2 * x, np.array([1.0, 0.5]))
    assert found == pytest.approx([1.0, 0.5]) and x == 3


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(blocks.ConvBlock(3, 4, 2), blocks.ConvBlock(4, 5, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(5, 3))  # fmt: skip


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 3, 12, 16), dtype=np.uint8)


@pytest.mark.parametrize("training", [True, False])
def test_looking_leaves_a_network_in_its_mode(network: nn.Module, noise: np.ndarray, training: bool) -> None:
    network.train(training)
    before = copy.deepcopy(dict(network.state_dict()))
    looking_inside.logits(network, noise)
    looking_inside.class_map(network, noise[0], 1)
    looking_inside.maps(network, noise[0])
    looking_inside.layers_with_weights(network, 12)
    with pytest.raises(RuntimeError):
        looking_inside.logits(network, noise[:, :1])  # grey pictures
    assert all(module.training is training and not module._forward_hooks for module in network.modules())
    torch.testing.assert_close(dict(network.state_dict()), before, rtol=0, atol=0)


def test_what_a_network_gives_on_the_way(network: nn.Module, noise: np.ndarray) -> None:
    shapes = {values.shape for values in looking_inside.maps(network, noise[0])}
    assert shapes == {(4, 6, 8), (5, 3, 4)}  # the mean over all places is no map
    heat = looking_inside.class_map(network, noise[0], 2)
    assert heat.shape == (3, 4) and heat.min() >= 0 and heat.max() <= 1
    logits = looking_inside.logits(network, noise)
    np.testing.assert_allclose(logits[1], looking_inside.logits(network, noise[1:2])[0], rtol=1e-4, atol=1e-5)


def test_layers_with_weights_in_the_order_in_which_they_run(network: nn.Module) -> None:
    assert looking_inside.layers_with_weights(network, 12) == [
        ("conv 3×3, stride 2", (4, 6, 6), 108),
        ("conv 3×3, stride 2", (5, 3, 3), 180),
        ("fully connected", (3,), 18),
    ]


def test_first_filters_are_those_of_colours(network: nn.Module) -> None:
    filters = looking_inside.first_filters(network)
    assert filters is not None and filters.shape == (4, 3, 3, 3)
    assert looking_inside.first_filters(nn.Conv2d(1, 4, 3)) is None
    assert looking_inside.first_filters(nn.Linear(3, 4)) is None


def test_losses_on_one_batch(network: nn.Module, noise: np.ndarray) -> None:
    labels = np.arange(3)
    pictures_of = PictureSet("noise", ("a", "b", "c"), noise, labels, noise, labels)

    def step(model: nn.Module, images: torch.Tensor, answers: torch.Tensor, optimizer: Any) -> float:
        assert images.shape == (2, 3, 12, 16) and answers.tolist() == [0, 1] and model.training
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), answers)
        loss.backward()
        optimizer.step()
        return loss.item()

    losses = looking_inside.losses_on_one_batch(network, step, pictures_of, steps=8, many=2)
    assert losses.shape == (8,) and losses[-1] < losses[0]


def test_learning_clothes_epoch_by_epoch() -> None:
    rng = np.random.default_rng(3)
    few, others = (fashion.Part(rng.normal(size=(n, 1, 14, 14)), np.arange(n) % 10) for n in (6, 8))
    asked = []

    def train(params: dict[str, Any], x: np.ndarray, y: np.ndarray, **settings: Any) -> tuple[Any, list[float]]:
        asked.append((x is few.x and y is few.y, settings["lr"], settings["epochs"], settings["batch"]))
        asked_seeds.append(settings["seed"])
        return params | {"b3": params["b3"] + 1}, [0.0]

    asked_seeds: list[int] = []
    params, found = clothes.learned(train, few, others, epochs=3, last=1, start=2, batch=5)
    assert asked == [(True, 0.05, 1, 5), (True, 0.05, 1, 5), (True, 0.01, 1, 5)]
    assert len(set(asked_seeds)) == 3 and (params["b3"] == 3).all()
    assert [len(values) for values in found.values()] == [3] * 4
    assert (found["loss"][-1], found["accuracy"][-1]) == clothes.score(params, few)
    assert (found["validation loss"][-1], found["validation accuracy"][-1]) == clothes.score(params, others)


def test_shares_of_each_kind_of_clothes() -> None:
    always = {name: 0 * value for name, value in weights.he_start((2, 2), (1, 14, 14)).items()}
    always["b3"][7] = 1.0
    part = fashion.Part(np.zeros((20, 1, 14, 14)), np.arange(20) % 10)
    assert clothes.by_class(always, part) == [0.0] * 7 + [1.0] + [0.0] * 2
    assert clothes.score(always, part)[1] == 0.1


@pytest.mark.parametrize("layers", [8, 20, 56])
def test_networks_of_any_depth_differ_in_their_shortcuts_alone(layers: int) -> None:
    models = [depth.network(layers, shortcuts, width=4) for shortcuts in (True, False)]
    shapes = [[tuple(item.shape) for item in model.parameters()] for model in models]
    assert shapes[0] == shapes[1]
    weighty = [module for module in models[0].modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    assert len(weighty) == layers
    models[1].load_state_dict(models[0].state_dict())
    x = torch.randn(3, 3, 16, 16)
    with_shortcuts, without = (model(x) for model in models)
    assert with_shortcuts.shape == (3, 10) and not torch.allclose(with_shortcuts, without)


def test_other_depths_are_refused() -> None:
    with pytest.raises(ValueError, match="8, 14, 20"):
        depth.network(18, True)


def test_the_measured_depths_are_complete_and_say_what_the_notebook_says() -> None:
    measured = depth.results()
    runs = {(row.layers, row.shortcuts, row.seed) for row in measured}
    assert runs == set(itertools.product(depth.DEPTHS, (False, True), depth.SEEDS)) and len(measured) == len(runs)
    errors = {key[:2]: [row.train_error for row in measured if (row.layers, row.shortcuts) == key[:2]] for key in runs}
    assert min(errors[56, False]) > max(errors[20, False]) > min(errors[20, False]) > max(errors[8, False])
    assert max(errors[56, True]) < min(errors[56, False]) and max(errors[20, True]) < min(errors[20, False])


def test_training_one_depth() -> None:
    first, again = (depth.train(8, True, seed=1, pictures=40, epochs=1) for _ in range(2))
    assert first == again and first.seed == 1 and 0 <= first.train_error <= 1 and 0 <= first.other_error <= 1


def test_rungs_of_a_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    def names(capability: tuple[int, int]) -> list[str]:
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: capability)
        return [used.name for used in speed_ladder.measures(torch.device("cuda"))]

    assert names((9, 0)) == ["float32", "+ TF32", "+ channels_last", "+ bfloat16", "+ torch.compile"]
    assert names((7, 5)) == ["float32", "+ channels_last", "+ float16", "+ torch.compile"]
    assert names((6, 1)) == ["float32", "+ channels_last", "+ torch.compile"]
    cpu = torch.device("cpu")
    assert [used.name for used in speed_ladder.measures(cpu)] == ["float32", "+ channels_last"]
    assert [used.name for used in speed_ladder.measures(cpu, True)][-1] == "+ torch.compile"


def test_each_rung_has_the_measures_below_it() -> None:
    for lower, upper in itertools.pairwise(speed_ladder.measures(torch.device("cpu"), True)):
        assert (upper.channels_last, upper.compiled) >= (lower.channels_last, lower.compiled)


def test_climbing_takes_every_branch(network: nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the same code on the CPU, with its slow bfloat16, and a compiler that compiles nothing."""
    whole, compiled = torch.compile, []
    monkeypatch.setattr(torch, "compile", lambda model: compiled.append(model) or whole(model, backend="eager"))
    monkeypatch.setattr(devices, "precision", lambda where: torch.bfloat16)
    monkeypatch.setattr(speed_ladder, "_best", lambda once, where, seconds: once() or 0.5)
    monkeypatch.setattr(speed_ladder, "matrix_rate", lambda where, dtype, seconds: 1e6)
    before = copy.deepcopy(network.state_dict()), torch.get_rng_state()
    rungs = speed_ladder.climb(network, 16, batch=4, compile_anyway=True)
    assert [rung.name for rung in rungs] == ["float32", "+ channels_last", "+ bfloat16", "+ torch.compile"]
    forward = 2 * (8 * 8 * 4 * 27 + 4 * 4 * 5 * 36 + 5 * 3)
    assert speed_ladder.operations(network, 16) == forward and len(compiled) == 1
    assert {(rung.training, rung.evaluation, rung.share) for rung in rungs} == {(8.0, 8.0, 8 * 3 * forward / 1e6)}
    torch.testing.assert_close(network.state_dict(), before[0], rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), before[1])
