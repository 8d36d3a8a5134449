from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typing_extensions import override

from cnnstudio.core.datasets import read
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.images import prepare
from cnnstudio.engine.stop_flag import StopFlag, StoppedError

if TYPE_CHECKING:
    from cnnstudio.engine.batches import LabelledBatches

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

PLAN = TrainingPlan(batch_size=64, validation_split=0.25)


def batches(
    plan: TrainingPlan, shape: tuple[int, int, int], shuffle_seed: int = 0
) -> tuple[LabelledBatches, LabelledBatches]:
    from cnnstudio.engine.batches import batches_of
    from cnnstudio.engine.fitted_images import FittedImages

    return batches_of(plan, shape, FittedImages(), StopFlag().check, shuffle_seed=shuffle_seed)


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
    from cnnstudio.engine.datasets import split_of

    plan = replace(PLAN, pixels=pixels)
    training, validation = batches(plan, shape)
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
    def sums(epochs: int, seed: int) -> list[list[float]]:
        training, _validation = batches(PLAN, (28, 28, 1), seed)
        return [
            [float(value) for x, _y in training.pass_of(n) for value in x.numpy().sum((1, 2, 3))]
            for n in range(epochs)
        ]

    first, second = sums(2, seed=0)
    assert len(first) == 3750
    assert sorted(first) == sorted(second)
    assert first != second
    assert sums(1, seed=1)[0] != first


def test_a_pass_can_be_taken_up_in_its_midst() -> None:
    def classes(epoch: int, first: int) -> list[list[int]]:
        training, _validation = batches(PLAN, (28, 28, 1), 0)
        return [y.numpy().tolist() for _x, y in training.pass_of(epoch, first)]

    assert classes(3, 7) == classes(3, 0)[7:]


def test_fitted_images_are_kept_for_the_next_run_and_never_two_sizes_of_them() -> None:
    from cnnstudio.engine.fitted_images import FittedImages

    images, check = FittedImages(), StopFlag().check
    first, second = (8, 8, 1), (9, 10, 3)
    assert images.growth("mnist-5k", first) == 5000 * 8 * 8
    fitted = images.of("mnist-5k", first, check)
    assert fitted.shape == (5000, 8, 8, 1)
    assert images.growth("mnist-5k", first) == 0
    assert images.of("mnist-5k", first, check) is fitted
    assert images.growth("mnist-5k", second) == 5000 * (9 * 10 * 3 - 8 * 8)
    assert images.of("mnist-5k", second, check).shape == (5000, 9, 10, 3)


def test_a_stop_is_seen_between_two_images_that_are_fitted_and_leaves_nothing_half_done() -> None:
    from cnnstudio.engine.fitted_images import FittedImages

    class Stopped(StopFlag):
        """Set by someone while the third image is fitted."""

        looks = 0

        @override
        def check(self) -> None:
            super().check()
            self.looks += 1
            if self.looks == 3:
                self.set()

    images, stop = FittedImages(), Stopped()
    with pytest.raises(StoppedError):
        images.of("mnist-5k", (8, 8, 1), stop.check)
    assert stop.looks == 3
    assert images.growth("mnist-5k", (8, 8, 1)) == 5000 * 8 * 8


@pytest.mark.parametrize(
    ("name", "index"), [("mnist-5k", -1), ("mnist-5k", 5000), ("no such data", 0)]
)
def test_an_image_that_is_not_there_is_refused(name: str, index: int) -> None:
    from cnnstudio.engine.datasets import dataset_image

    with pytest.raises(EngineError):
        dataset_image(DatasetImage(name, index))
