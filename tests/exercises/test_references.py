"""The references against independent oracles, PyTorch and SciPy, on random unsymmetric inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.signal
import scipy.special
from conftest import COURSE, optional
from hypothesis import given, settings
from hypothesis import strategies as st

torch = optional("torch")
F = torch.nn.functional

settings.register_profile("references", deadline=None, max_examples=40)
settings.load_profile("references")

sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)
DTYPES = (np.uint8, np.int64, np.float32, np.float64)


def draw(seed: int, *shape: int) -> np.ndarray:
    """Numbers of a random dtype; floats have few binary places, so that every order of summing gives the same."""
    rng = np.random.default_rng(seed)
    dtype = DTYPES[rng.integers(len(DTYPES))]
    if np.issubdtype(dtype, np.integer):
        return rng.integers(0, 255, shape).astype(dtype)
    return (rng.integers(-64, 65, shape) / 16).astype(dtype)


def tensor(array: Any) -> torch.Tensor:
    return torch.tensor(np.asarray(array, dtype=float))


def needs(*names: str) -> pytest.MarkDecorator:
    """These exercises must be there: an oracle that is never asked would prove nothing."""
    known = {exercise.name for book in COURSE.notebooks.values() for exercise in book.exercises}
    assert set(names) <= known, set(names) - known
    return pytest.mark.parametrize("exercise", [COURSE.exercise(name) for name in names], ids=names)


@needs("conv1d")
@given(seed=seeds, k=sizes, extra=st.integers(0, 9), padding=st.integers(0, 3), stride=st.integers(1, 4))
def test_conv1d(exercise, seed: int, k: int, extra: int, padding: int, stride: int) -> None:  # type: ignore[no-untyped-def]
    x, w = draw(seed, k + extra), draw(seed + 1, k)
    full = scipy.signal.correlate(np.pad(x.astype(float), padding), w.astype(float), "valid", method="direct")
    np.testing.assert_allclose(exercise(x, w, 1.5, padding, stride), full[::stride] + 1.5, rtol=1e-6)
    want = F.conv1d(tensor(x)[None, None], tensor(w)[None, None], tensor([1.5]), padding=padding, stride=stride)
    np.testing.assert_allclose(exercise(x, w, 1.5, padding, stride), want[0, 0], rtol=1e-6)


@needs("conv2d_single", "conv2d_windows")
@given(
    seed=seeds,
    kh=sizes,
    kw=sizes,
    h=st.integers(0, 6),
    w=st.integers(0, 6),
    padding=st.integers(0, 3),
    stride=st.integers(1, 4),
)
def test_conv2d_of_one_image(exercise, seed, kh, kw, h, w, padding, stride) -> None:  # type: ignore[no-untyped-def]
    image, kernel = draw(seed, kh + h, kw + w), draw(seed + 1, kh, kw)
    want = scipy.signal.correlate2d(np.pad(image.astype(float), padding), kernel.astype(float), "valid")[
        ::stride, ::stride
    ]
    np.testing.assert_allclose(exercise(image, kernel, -0.5, padding, stride), want - 0.5, rtol=1e-6, atol=1e-8)


@needs("conv3d")
@given(
    seed=seeds,
    k=st.tuples(sizes, sizes, sizes),
    n=st.tuples(sizes, sizes, sizes),
    padding=st.integers(0, 2),
    stride=st.integers(1, 3),
)
def test_conv3d(exercise, seed, k, n, padding, stride) -> None:  # type: ignore[no-untyped-def]
    x, w = draw(seed, *(a + b for a, b in zip(k, n))), draw(seed + 1, *k)
    want = F.conv3d(tensor(x)[None, None], tensor(w)[None, None], tensor([2.0]), padding=padding, stride=stride)[0, 0]
    np.testing.assert_allclose(exercise(x, w, 2.0, padding, stride), want, rtol=1e-6, atol=1e-8)


layers = given(
    seed=seeds,
    shape=st.tuples(sizes, sizes, st.integers(0, 5), st.integers(0, 5)),
    filters=st.tuples(sizes, sizes, sizes),
    padding=st.integers(0, 2),
    stride=st.integers(1, 3),
)


def batch(seed: int, shape: tuple[int, ...], filters: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, c, h, w = shape
    f, kh, kw = filters
    return draw(seed, n, c, h + kh, w + kw), draw(seed + 1, f, c, kh, kw), draw(seed + 2, f)


@needs("conv2d")
@layers
def test_conv2d(exercise, seed, shape, filters, padding, stride) -> None:  # type: ignore[no-untyped-def]
    x, w, b = batch(seed, shape, filters)
    want = F.conv2d(tensor(x), tensor(w), tensor(b), padding=padding, stride=stride)
    np.testing.assert_allclose(exercise(x, w, b, padding, stride), want, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        COURSE.exercise("filter_bank")(x[0], w, b, padding, stride), want[0], rtol=1e-6, atol=1e-8
    )
    one = COURSE.exercise("conv2d_depth")(x[0], w[0], float(b[0]), padding, stride)
    np.testing.assert_allclose(one, want[0, 0], rtol=1e-6, atol=1e-8)


@needs("im2col")
@layers
def test_im2col(exercise, seed, shape, filters, padding, stride) -> None:  # type: ignore[no-untyped-def]
    x, _, _ = batch(seed, shape, filters)
    _, kh, kw = filters
    want = (
        F.unfold(tensor(x), (kh, kw), padding=padding, stride=stride).transpose(1, 2).reshape(-1, x.shape[1] * kh * kw)
    )
    np.testing.assert_array_equal(exercise(x, kh, kw, padding, stride), want)


@needs("max_pool2d", "avg_pool2d")
@given(seed=seeds, shape=st.tuples(sizes, sizes, sizes, sizes), size=sizes, stride=st.integers(1, 5))
def test_pooling(exercise, seed, shape, size, stride) -> None:  # type: ignore[no-untyped-def]
    n, c, h, w = shape
    x = draw(seed, n, c, h + size, w + size)
    oracle = {"max_pool2d": F.max_pool2d, "avg_pool2d": F.avg_pool2d}[exercise.name]
    np.testing.assert_allclose(exercise(x, size, stride), oracle(tensor(x), size, stride), rtol=1e-6)
    assert COURSE.exercise("pooled_shape")(x.shape, size, stride) == exercise(x, size, stride).shape


@needs("softmax")
@given(seed=seeds, n=sizes, k=st.integers(2, 5), scale=st.sampled_from([1.0, 1e2, 1e4]))
def test_softmax_and_its_loss(exercise, seed, n, k, scale) -> None:  # type: ignore[no-untyped-def]
    logits = draw(seed, n, k).astype(float) * scale
    y = np.random.default_rng(seed).integers(0, k, n)
    np.testing.assert_allclose(exercise(logits), scipy.special.softmax(logits, axis=1), rtol=1e-6, atol=1e-8)
    given_logits = tensor(logits).requires_grad_()
    loss = F.cross_entropy(given_logits, torch.tensor(y))
    loss.backward()
    np.testing.assert_allclose(COURSE.exercise("nll_loss")(logits, y), loss.item(), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        COURSE.exercise("softmax_nll_backward")(logits, y), given_logits.grad, rtol=1e-6, atol=1e-8
    )


@needs("conv2d_backward")
@layers
def test_conv2d_backward(exercise, seed, shape, filters, padding, stride) -> None:  # type: ignore[no-untyped-def]
    x, w, b = (tensor(item).requires_grad_() for item in batch(seed, shape, filters))
    z = F.conv2d(x, w, b, padding=padding, stride=stride)
    dz = draw(seed + 3, *z.shape).astype(float)
    z.backward(tensor(dz))
    found = exercise(dz, x.detach().numpy(), w.detach().numpy(), padding, stride)
    for got, want in zip(found, (x.grad, w.grad, b.grad)):
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


@needs("max_pool2d_backward")
@given(seed=seeds, shape=st.tuples(sizes, sizes, sizes, sizes), size=sizes, stride=st.integers(1, 5))
def test_max_pool2d_backward(exercise, seed, shape, size, stride) -> None:  # type: ignore[no-untyped-def]
    n, c, h, w = shape
    whole = (n, c, h + size, w + size)
    values = np.random.default_rng(seed).permutation(int(np.prod(whole))).reshape(whole)  # no ties
    x = tensor(values).requires_grad_()
    y = F.max_pool2d(x, size, stride)
    dy = draw(seed, *y.shape).astype(float)
    y.backward(tensor(dy))
    np.testing.assert_allclose(exercise(dy, values, size, stride), x.grad, rtol=1e-6, atol=1e-8)


@needs("fc_backward")
@given(seed=seeds, n=sizes, k=sizes, m=sizes)
def test_fc_backward(exercise, seed, n, k, m) -> None:  # type: ignore[no-untyped-def]
    x, w, b = (tensor(draw(seed + i, *shape)).requires_grad_() for i, shape in enumerate(((n, k), (m, k), (m,))))
    dz = draw(seed + 3, n, m).astype(float)
    F.linear(x, w, b).backward(tensor(dz))
    for got, want in zip(exercise(dz, x.detach().numpy(), w.detach().numpy()), (x.grad, w.grad, b.grad)):
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)
