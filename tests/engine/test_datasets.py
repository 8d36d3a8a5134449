from dataclasses import replace

import numpy as np
import pytest

from cnnstudio.core.datasets import read
from cnnstudio.core.messages import DatasetImage
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.images import ImageError, prepare

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

PLAN = TrainingPlan(batch_size=64, validation_split=0.25)


def test_a_split_is_disjoint_complete_alike_in_every_class_and_decided_by_the_seed() -> None:
    from cnnstudio.engine.datasets import split_of

    split = split_of(PLAN)
    numbers = np.concatenate([split.training, split.validation])
    assert sorted(numbers) == list(range(5000))
    _images, classes = read("mnist-5k")
    assert np.bincount(classes[split.validation]).tolist() == [125] * 10
    assert np.array_equal(split.training, split_of(PLAN).training)
    assert not np.array_equal(split.validation, split_of(replace(PLAN, seed=1)).validation)


@pytest.mark.parametrize("share", [0.01, 0.9])
def test_even_the_smallest_share_leaves_images_on_both_sides(share: float) -> None:
    from cnnstudio.engine.datasets import split_of

    split = split_of(replace(PLAN, validation_split=share))
    assert len(split.training) >= 10
    assert len(split.validation) == round(5000 * share)


@pytest.mark.parametrize("shape", [(28, 28, 1), (14, 20, 3)])
@pytest.mark.parametrize("pixels", ["0..1", "-1..1", "0..255"])
def test_batches_hold_the_very_images_that_are_looked_at(
    shape: tuple[int, int, int], pixels: str
) -> None:
    from cnnstudio.engine.datasets import batches_of, split_of

    plan = replace(PLAN, pixels=pixels)
    training, validation = batches_of(plan, shape, shuffle_seed=0)
    assert (training.images, training.batches) == (3750, 59)
    assert [training.size_of(batch) for batch in (0, 58)] == [64, 38]
    passes = [list(validation.stream), list(validation.stream)]
    assert len(passes[0]) == validation.batches == 20
    images, classes = read("mnist-5k")
    kept = split_of(plan).validation
    for one_pass in passes:
        x, y = one_pass[0]
        assert np.array_equal(y, classes[kept[:64]])
        expected = prepare(images[kept[5]], shape, pixels)
        assert np.allclose(x[5], expected, atol=1e-6 * 255)


def test_every_epoch_has_every_image_once_in_another_order() -> None:
    from cnnstudio.engine.datasets import batches_of

    def sums(stream_passes: int, seed: int) -> list[list[float]]:
        training, _validation = batches_of(PLAN, (28, 28, 1), shuffle_seed=seed)
        return [
            [float(value) for x, _y in training.stream for value in x.numpy().sum((1, 2, 3))]
            for _pass in range(stream_passes)
        ]

    first, second = sums(2, seed=0)
    assert len(first) == 3750
    assert sorted(first) == sorted(second)
    assert first != second
    assert sums(1, seed=1)[0] != first


@pytest.mark.parametrize(
    ("name", "index"), [("mnist-5k", -1), ("mnist-5k", 5000), ("no such data", 0)]
)
def test_an_image_that_is_not_there_is_refused(name: str, index: int) -> None:
    from cnnstudio.engine.datasets import dataset_image

    with pytest.raises(ImageError):
        dataset_image(DatasetImage(name, index))
