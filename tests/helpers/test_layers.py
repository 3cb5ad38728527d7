"""helpers/layers.py against PyTorch, SciPy and plain loops, on inputs without symmetry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import maximum_filter
from scipy.signal import correlate

from helpers import layers

SIDES = st.integers(1, 9)


@st.composite
def convolutions(draw: st.DrawFn) -> dict[str, object]:
    """Arguments of a convolution whose filter fits; few and many channels take different ways."""
    kh, kw, padding, stride = draw(st.tuples(*[st.integers(1, 4)] * 2, st.integers(0, 3), st.integers(1, 3)))
    height, width = (draw(st.integers(max(k - 2 * padding, 1), 9)) for k in (kh, kw))
    n, c, f = draw(st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 6)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x, w, b = rng.normal(size=(n, c, height, width)), rng.normal(size=(f, c, kh, kw)), rng.normal(size=f)
    return {"x": x, "w": w, "b": b, "padding": padding, "stride": stride}


@st.composite
def poolings(draw: st.DrawFn) -> tuple[np.ndarray, int, int]:
    """Images without equal values, size and stride."""
    size, stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 5)))
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(size, 10), st.integers(size, 10)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.permutation(np.arange(np.prod(shape)) - 40.0).reshape(shape), size, stride


def scipy_conv2d(x: np.ndarray, w: np.ndarray, b: np.ndarray, padding: int, stride: int) -> np.ndarray:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    full = [[sum(correlate(*pair, "valid") for pair in zip(image, bank)) for bank in w] for image in x]
    return np.array(full)[:, :, ::stride, ::stride] + b[:, None, None]


@given(convolutions())
def test_conv2d_agrees_with_scipy(arguments: dict[str, object]) -> None:
    np.testing.assert_allclose(layers.conv2d(**arguments), scipy_conv2d(**arguments), atol=1e-10)


@given(convolutions())
@settings(deadline=None)
def test_conv2d_and_backward_agree_with_pytorch(arguments: dict[str, object]) -> None:
    torch = pytest.importorskip("torch")
    padding, stride = arguments["padding"], arguments["stride"]
    x, w, b = (torch.tensor(arguments[name], requires_grad=True) for name in "xwb")
    z = torch.nn.functional.conv2d(x, w, b, stride, padding)
    np.testing.assert_allclose(layers.conv2d(**arguments), z.detach().numpy(), atol=1e-10)
    dz = torch.randn_like(z)
    z.backward(dz)
    gradients = layers.conv2d_backward(dz.numpy(), arguments["x"], arguments["w"], padding, stride)
    for name, ours, theirs in zip(("dx", "dw", "db"), gradients, (x, w, b)):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-10, err_msg=name)


@given(convolutions())
def test_conv2d_backward_is_the_derivative(arguments: dict[str, object]) -> None:
    """The output is linear in each argument, so a difference is the derivative, however large it is."""
    rng = np.random.default_rng(1)
    padding, stride = arguments["padding"], arguments["stride"]
    z = layers.conv2d(**arguments)
    dz = rng.normal(size=z.shape)
    for name, gradient in zip("xwb", layers.conv2d_backward(dz, arguments["x"], arguments["w"], padding, stride)):
        step = rng.normal(size=np.shape(arguments[name]))
        change = layers.conv2d(**{**arguments, name: arguments[name] + step}) - z
        assert np.sum(change * dz) == pytest.approx(np.sum(step * gradient), abs=1e-8)


@given(poolings())
def test_max_pool2d_agrees_with_scipy(case: tuple[np.ndarray, int, int]) -> None:
    x, size, stride = case
    first = [slice(size // 2, side - (size - 1) // 2, stride) for side in x.shape[2:]]
    expected = maximum_filter(x, (1, 1, size, size))[:, :, first[0], first[1]]
    y, places = layers.max_pool2d_argmax(x, size, stride)
    np.testing.assert_array_equal(layers.max_pool2d(x, size, stride), expected)
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(x.reshape(-1)[places], expected)


@given(poolings())
@settings(deadline=None)
def test_max_pool2d_backward_agrees_with_pytorch(case: tuple[np.ndarray, int, int]) -> None:
    torch = pytest.importorskip("torch")
    x, size, stride = case
    given_x = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.max_pool2d(given_x, size, stride)
    dy = torch.randn_like(y)
    y.backward(dy)
    places = layers.max_pool2d_argmax(x, size, stride)[1]
    for known in (None, places):
        dx = layers.max_pool2d_backward(dy.numpy(), x, size, stride, known)
        np.testing.assert_allclose(dx, given_x.grad.numpy(), atol=1e-12)


def test_the_first_of_equal_values_gets_the_gradient() -> None:
    x = np.array([[[[1.0, 2, 2, 2], [2, 0, 0, 2]]]])
    dx = layers.max_pool2d_backward(np.array([[[[5.0, 7.0]]]]), x, 2, 2)
    np.testing.assert_array_equal(dx, [[[[0, 5, 7, 0], [0, 0, 0, 0]]]])


def test_relu_and_backward() -> None:
    z = np.array([[-2.0, 0.0], [3.0, -0.5]])
    np.testing.assert_array_equal(layers.relu(z), [[0, 0], [3, 0]])
    np.testing.assert_array_equal(layers.relu_backward(np.array([[4.0, 5], [6, 7]]), z), [[0, 0], [6, 0]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_dtypes(dtype: type) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(100, 255, (2, 5, 6, 7)).astype(dtype)
    w = rng.normal(size=(3, 5, 3, 2)).astype(np.float32)
    b = np.ones(3, np.float32)
    expected = scipy_conv2d(x.astype(float), w.astype(float), b.astype(float), 1, 1)
    z = layers.conv2d(x, w, b, padding=1)
    assert z.dtype == (np.float64 if dtype in (np.int64, np.float64) else np.float32)
    np.testing.assert_allclose(z, expected, rtol=1e-3, atol=1e-3)
    dx, dw, db = layers.conv2d_backward(z, x, w, padding=1)
    assert dx.dtype == dw.dtype == db.dtype == z.dtype
    y = layers.max_pool2d(x, 2, 2)
    assert y.dtype == x.dtype
    assert layers.max_pool2d_backward(np.ones(y.shape, int), x, 2, 2).dtype == np.float64


def test_arguments_stay_as_they_were_and_may_be_views() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 9, 8, 5)).transpose(0, 3, 1, 2)[::2]
    w = rng.normal(size=(3, 3, 6, 5)).transpose(2, 3, 0, 1)
    b, dz = rng.normal(size=12)[::2], rng.normal(size=(2, 6, 8, 9)).transpose(0, 1, 3, 2)
    arrays = [x, w, b, dz]
    for array in arrays:
        array.flags.writeable = False
    z = layers.conv2d(x, w, b, padding=1)
    np.testing.assert_allclose(z, scipy_conv2d(x, w, b, 1, 1), atol=1e-10)
    packed = [np.ascontiguousarray(array) for array in (dz, x, w)]
    for ours, expected in zip(layers.conv2d_backward(dz, x, w, 1), layers.conv2d_backward(*packed, 1)):
        np.testing.assert_allclose(ours, expected, atol=1e-12)


def test_many_images_are_done_in_several_goes() -> None:
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(70, 8, 20, 17)), rng.normal(size=(4, 8, 3, 5)), rng.normal(size=4)
    whole = layers.conv2d(x, w, b, padding=2)
    dz = rng.normal(size=whole.shape)
    dx, dw, _ = layers.conv2d_backward(dz, x, w, padding=2)
    alone = [layers.conv2d_backward(dz[i : i + 1], x[i : i + 1], w, padding=2) for i in range(70)]
    for i in (0, 37, 69):
        np.testing.assert_allclose(whole[i], layers.conv2d(x[i : i + 1], w, b, padding=2)[0], atol=1e-10)
        np.testing.assert_allclose(dx[i], alone[i][0][0], atol=1e-10)
    np.testing.assert_allclose(dw, sum(item[1] for item in alone), atol=1e-9)


def test_a_filter_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3 by 5 does not fit into 4 by 4"):
        layers.conv2d(np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 3, 5)), np.zeros(1))
