"""The pictures that are drawn by code: reproducible, apart, and hard for whatever only looks at pixels or colours."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import road_signs


@pytest.fixture(scope="module")
def signs() -> road_signs.PictureSet:
    return road_signs.load(train=800, test=400, seed=3)


def test_shapes_and_classes(signs: road_signs.PictureSet) -> None:
    assert signs.train_images.shape == (800, 3, 64, 64) and signs.train_images.dtype == np.uint8
    assert signs.test_images.shape == (400, 3, 64, 64) and signs.test_labels.dtype == np.int64
    assert len(signs.classes) == len(set(signs.classes)) == 10
    np.testing.assert_array_equal(np.bincount(signs.train_labels), 80)
    np.testing.assert_array_equal(np.bincount(signs.test_labels), 40)
    assert (signs.train_labels[:20] != np.sort(signs.train_labels[:20])).any()


def test_seed_decides() -> None:
    first, again, other = (road_signs.load(20, 20, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.train_images, again.train_images)
    np.testing.assert_array_equal(first.test_labels, again.test_labels)
    assert (first.train_images != other.train_images).any()
    assert len(np.unique(np.concatenate([first.train_images, first.test_images]).reshape(40, -1), axis=0)) == 40


def test_more_pictures_begin_with_the_same_held_out_ones() -> None:
    np.testing.assert_array_equal(road_signs.load(10, 20).test_images, road_signs.load(30, 20).test_images)


@pytest.mark.parametrize(("train", "test"), [(-1, 10), (10, -1)])
def test_negative_counts(train: int, test: int) -> None:
    with pytest.raises(ValueError, match=r"road_signs\.load.*negative"):
        road_signs.load(train, test)


def test_empty_parts() -> None:
    assert road_signs.load(0, 3).train_images.shape == (0, 3, 64, 64)


@pytest.mark.parametrize("kind", range(10))
def test_each_thing_is_drawn_where_it_is_put(kind: int) -> None:
    """Inside its radius much of the picture changes, and nothing far from it but the post below."""
    image = np.full((3, 80, 120), 0.5, dtype=np.float32)
    road_signs.put(image, kind, np.random.default_rng(kind), (30.0, 70.0), 15.0)
    changed = np.abs(image - 0.5).max(axis=0) > 0.05
    assert changed[15:46, 55:86].mean() > 0.15
    assert not changed[:, :50].any() and not changed[:10].any() and not changed[:, 91:].any()
    assert image.min() >= 0 and image.max() <= 1


def test_a_linear_model_fails(signs: road_signs.PictureSet) -> None:
    """On pixels, and on histograms of colours: error above 40 %, by far."""
    from sklearn.linear_model import LogisticRegression

    def pixels(images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), 3, 16, 4, 16, 4).mean(axis=(3, 5)).reshape(len(images), -1) / 255 - 0.5

    def colours(images: np.ndarray) -> np.ndarray:
        return np.array([[np.histogram(c, 8, (0, 256))[0] / c.size for c in image] for image in images]).reshape(
            len(images), -1
        )

    for features in (pixels, colours):
        model = LogisticRegression(C=0.1, max_iter=300).fit(features(signs.train_images), signs.train_labels)
        assert 1 - model.score(features(signs.test_images), signs.test_labels) > 0.6
