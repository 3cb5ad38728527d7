"""Gradients, training and the weights that ship, judged by numbers that don't come from the exercises themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import variants

from exercises.backprop.conv2d_backward import conv2d_backward
from exercises.backprop.dz_dw import dz_dw
from exercises.backprop.fc_backward import fc_backward
from exercises.backprop.lecture_gradients import lecture_gradients
from exercises.backprop.loss_and_gradients import loss_and_gradients
from exercises.backprop.max_pool2d_backward import max_pool2d_backward
from exercises.backprop.relative_error import relative_error
from exercises.backprop.relu_backward import relu_backward
from exercises.backprop.softmax_nll_backward import softmax_nll_backward
from exercises.backprop.Tensor import Tensor
from exercises.backprop.train import train
from exercises.convnet.accuracy import accuracy
from exercises.convnet.convnet_forward import convnet_forward
from exercises.convnet.nll_loss import nll_loss
from exercises.convnet.softmax import softmax
from helpers import data, layers, network, weights

Array = np.ndarray


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def assert_is_gradient(gradient: Array, loss: Callable[[Array], float], x: Array) -> None:
    """By central differences, with the exercise's own measure."""
    numerical = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        numerical[place] = (loss(up) - loss(down)) / 2e-6
    assert gradient.shape == x.shape
    np.testing.assert_allclose(gradient, numerical, rtol=1e-5, atol=1e-6)
    assert relative_error(gradient + 1e-6, numerical + 1e-6) < 1e-3


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 3)])
def test_conv2d_backward_is_the_gradient(rng: np.random.Generator, padding: int, stride: int) -> None:
    x, w, b = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(2, 3, 2, 3)), rng.normal(size=2)
    dz = rng.normal(size=layers.conv2d(x, w, b, padding, stride).shape)
    dx, dw, db = conv2d_backward(dz, x, w, padding, stride)
    assert_is_gradient(dx, lambda x: float(np.sum(dz * layers.conv2d(x, w, b, padding, stride))), x)
    assert_is_gradient(dw, lambda w: float(np.sum(dz * layers.conv2d(x, w, b, padding, stride))), w)
    assert_is_gradient(db, lambda b: float(np.sum(dz * layers.conv2d(x, w, b, padding, stride))), b)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (3, 2), (2, 3)])
def test_max_pool2d_backward_is_the_gradient(rng: np.random.Generator, size: int, stride: int) -> None:
    x = rng.permutation(2 * 2 * 5 * 6).reshape(2, 2, 5, 6) * 1.0
    dy = rng.normal(size=layers.max_pool2d(x, size, stride).shape)
    dx = max_pool2d_backward(dy, x, size, stride)
    assert_is_gradient(dx, lambda x: float(np.sum(dy * layers.max_pool2d(x, size, stride))), x)


def test_the_other_gradients(rng: np.random.Generator) -> None:
    x, w, b, dz = (rng.normal(size=shape) for shape in ((4, 3), (2, 3), (2,), (4, 2)))
    dx, dw, db = fc_backward(dz, x, w)
    assert_is_gradient(dx, lambda x: float(np.sum(dz * (x @ w.T + b))), x)
    assert_is_gradient(dw, lambda w: float(np.sum(dz * (x @ w.T + b))), w)
    assert_is_gradient(db, lambda b: float(np.sum(dz * (x @ w.T + b))), b)
    logits, y = rng.normal(size=(4, 3)), np.array([2, 0, 2, 1])
    assert_is_gradient(softmax_nll_backward(logits, y), lambda z: float(nll_loss(z, y)), logits)
    assert_is_gradient(relu_backward(dz, x[:, :2]), lambda z: float(np.sum(dz * np.maximum(z, 0))), x[:, :2])


def test_the_lecture_s_case(rng: np.random.Generator) -> None:
    x, w1, w2 = rng.normal(size=5), rng.normal(size=3), rng.normal(size=5)

    def loss(w1: Array, w2: Array) -> float:
        return float(lecture_gradients(x, 0.5, w1, w2)[0])

    _, dw1, dw2 = lecture_gradients(x, 0.5, w1, w2)
    assert_is_gradient(dw1, lambda w1: loss(w1, w2), w1)
    assert_is_gradient(dw2, lambda w2: loss(w1, w2), w2)
    np.testing.assert_array_equal(dz_dw(np.arange(1, 6), 3, 1)[:, 1], [1, 2, 3])
    assert dz_dw(np.arange(1, 6), 3, 1)[2, 1] == 3  # z_2 by the third weight is x_3


def test_losses_and_gradients_agree_with_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    for scale in (1, 1e4):
        logits, y = rng.normal(size=(5, 4)) * scale, rng.integers(0, 4, 5)
        given = torch.tensor(logits, requires_grad=True)
        loss = functional.cross_entropy(given, torch.tensor(y))
        loss.backward()
        assert nll_loss(logits, y) == pytest.approx(loss.item())
        np.testing.assert_allclose(softmax_nll_backward(logits, y), given.grad.numpy(), atol=1e-12)
        expected = functional.softmax(torch.tensor(logits), 1).numpy()
        np.testing.assert_allclose(softmax(logits), expected, atol=1e-12)


def test_the_network_agrees_with_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    params = weights.he_start((3, 5), (2, 9, 7), 4)
    x = rng.normal(size=(3, 2, 9, 7))
    p, a = {name: torch.tensor(value) for name, value in params.items()}, torch.tensor(x)
    for layer in "12":
        a = functional.max_pool2d(functional.relu(functional.conv2d(a, p["w" + layer], p["b" + layer], padding=1)), 2)
    expected = functional.linear(a.flatten(1), p["w3"], p["b3"]).numpy()
    np.testing.assert_allclose(convnet_forward(x, params), expected, atol=1e-12)


TRAIN = {"reference": train, **{style: function for name, style, function in variants() if name == "train"}}


@pytest.mark.parametrize("style", TRAIN)
def test_train_reads_the_digits(style: str) -> None:
    images, labels, test, test_labels = data.digits()
    start: dict[str, Any] = weights.he_start()
    params, losses = TRAIN[style](start, images[:, None] / 16, labels, 0.2, 12, 16, 3)
    assert len(losses) == 12 and losses[-1] < 0.1 < losses[0]
    assert accuracy(convnet_forward(test[:, None] / 16, params), test_labels) >= 0.95


def test_shipped_weights() -> None:
    assert weights.DIGITS.stat().st_size < 200_000
    params, start = weights.digits(), weights.he_start()
    assert {name: array.shape for name, array in params.items()} == {name: array.shape for name, array in start.items()}
    *_, test, test_labels = data.digits()
    assert accuracy(convnet_forward(test[:, None] / 16, params), test_labels) >= 0.97


def test_the_course_s_network_agrees_with_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    params, x, y = weights.he_start((3, 5), (2, 9, 7), 4), rng.normal(size=(3, 2, 9, 7)), np.array([2, 0, 3])
    p, a = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}, torch.tensor(x)
    for layer in "12":
        a = functional.max_pool2d(functional.relu(functional.conv2d(a, p["w" + layer], p["b" + layer], padding=1)), 2)
    expected = functional.cross_entropy(functional.linear(a.flatten(1), p["w3"], p["b3"]), torch.tensor(y))
    expected.backward()
    for found in (network.loss_and_gradients, loss_and_gradients):
        loss, grads = found(params, x, y)
        assert loss == pytest.approx(expected.item()) and grads.keys() == params.keys()
        for name, gradient in grads.items():
            np.testing.assert_allclose(gradient, p[name].grad.numpy(), atol=1e-12)
    taped = {name: Tensor(value) for name, value in params.items()}
    one = Tensor(x).conv2d(taped["w1"], taped["b1"], 1).relu().max_pool2d(2, 2)
    two = one.conv2d(taped["w2"], taped["b2"], 1).relu().max_pool2d(2, 2).flatten()
    two.fully_connected(taped["w3"], taped["b3"]).softmax_nll(y).backward()
    for name, tensor in taped.items():
        np.testing.assert_allclose(tensor.grad, p[name].grad.numpy(), atol=1e-12)
