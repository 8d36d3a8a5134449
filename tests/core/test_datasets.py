from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.core import datasets
from cnnstudio.core.datasets import DATASETS, kept_back


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_holds_what_is_said_of_it(name: str) -> None:
    dataset = DATASETS[name]
    images, classes = datasets.read(name)
    assert images.shape == (len(classes), *dataset.shape)
    assert images.dtype == np.uint8
    assert images.max() == 255
    assert set(classes.tolist()) == set(range(dataset.classes))


@pytest.mark.parametrize(
    ("count", "share", "kept"),
    [
        (500, 0.2, 100),
        (3, 0.01, 1),
        (3, 0.9, 2),
        (2, 0.5, 1),
        (1, 0.2, 0),
        (1, 0.9, 0),
        (0, 0.2, 0),
    ],
)
def test_of_every_class_some_are_kept_back_and_some_are_learned_from(
    count: int, share: float, kept: int
) -> None:
    assert kept_back(count, share) == kept


def test_an_unknown_dataset_is_an_error() -> None:
    with pytest.raises(KeyError):
        datasets.read("cifar")
