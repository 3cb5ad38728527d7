"""The data that ships with the course is scikit-learn's, and reading it needs no scikit-learn."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from sklearn.datasets import load_digits, load_sample_image

from helpers import data, pictures


def test_digits_are_scikit_learns() -> None:
    source = load_digits()
    train, train_labels, test, test_labels = data.digits()
    assert (train.dtype, train_labels.dtype) == (np.uint8, np.int64)
    of_test = np.arange(1797) % 3 == 2
    np.testing.assert_array_equal(train, source.images[~of_test])
    np.testing.assert_array_equal(test, source.images[of_test])
    np.testing.assert_array_equal(train_labels, source.target[~of_test])
    np.testing.assert_array_equal(test_labels, source.target[of_test])
    np.testing.assert_array_equal(data.digits(margin=3)[0][:, 3:-3, 3:-3], train)


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_are_scikit_learns(name: str) -> None:
    source = load_sample_image(f"{name}.jpg")
    photo = data.photo(name)
    np.testing.assert_array_equal(photo, source)
    assert photo.dtype == np.uint8
    photo[:] = 0  # its reader may draw on it
    np.testing.assert_array_equal(pictures.photo(name), source / 255)


def test_data_need_no_scikit_learn() -> None:
    code = (
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "from helpers import data, pictures\n"
        "assert 'matplotlib' not in sys.modules and 'PIL' not in sys.modules\n"
        "print(data.digits()[0].shape, data.photo().shape, pictures.photo('flower').shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "(1198, 8, 8) (427, 640, 3) (427, 640, 3)\n", done.stderr
