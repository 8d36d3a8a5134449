from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.core import datasets
from cnnstudio.core.datasets import DATASETS


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_holds_what_is_said_of_it(name: str) -> None:
    dataset = DATASETS[name]
    images, classes = datasets.read(name)
    assert images.shape == (len(classes), *dataset.shape)
    assert images.dtype == np.uint8
    assert images.max() == 255
    assert set(classes.tolist()) == set(range(dataset.classes))


def test_an_unknown_dataset_is_an_error() -> None:
    with pytest.raises(KeyError):
        datasets.read("cifar")
