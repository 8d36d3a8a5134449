"""What a data panel asks the engine: what there is, and what images look like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input, RandomBrightness, RandomFlip
from cnnstudio.core.data_messages import (
    DataRead,
    FilesLeftOut,
    ReadData,
    SamplesFailed,
    SamplesShown,
    ShowSamples,
)
from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation
from tests.engine.data_on_disk import bad_files, cut_short, shape_folder

pytestmark = pytest.mark.tensorflow


def plan_of(folder: Path, **settings: Any) -> TrainingPlan:
    plan = TrainingPlan(data=f"folder:{folder}", validation_split=0.25)
    return replace(plan, **settings)


def test_the_engine_tells_what_there_is_in_data(talk: Conversation, tmp_path: Path) -> None:
    shape_folder(tmp_path, 48)
    count = len(bad_files(tmp_path / "star"))
    talk.ask(ReadData(901, plan_of(tmp_path)))
    assert talk.until(RunFinished) == RunFinished(901, 0, stopped=False)
    left_out = next(event for event in talk.heard if isinstance(event, FilesLeftOut))
    assert left_out.count == count
    facts = next(event for event in talk.heard if isinstance(event, DataRead))
    assert facts.dataset.labels == ("circle", "cross", "ring", "square", "star", "triangle")
    assert facts.counts == ((6, 2, 0),) * 6
    assert facts.dataset.shape == (32, 32, 3)
    assert not facts.has_parts
    assert len(facts.fingerprint) == 64
    assert [len(numbers) for numbers in facts.samples] == [6] * 6

    first = tuple(numbers[0] for numbers in facts.samples)
    talk.ask(ShowSamples(1, plan_of(tmp_path), first))
    shown = talk.until(SamplesShown)
    assert shown.labels == facts.dataset.labels
    assert [image.shape for image in shown.images if image is not None] == [(32, 32, 3)] * 6
    assert [name.partition("/")[0] for name in shown.names] == [*shown.labels]
    talk.ask(ShowSamples(5, plan_of(tmp_path), first, side=16))
    smaller = talk.until(SamplesShown).images
    assert [image.shape for image in smaller if image is not None] == [(16, 16, 3)] * 6


def test_data_that_cannot_be_read_fails_as_a_run_does(talk: Conversation, tmp_path: Path) -> None:
    talk.ask(ReadData(902, plan_of(tmp_path / "nowhere")))
    failed = talk.until(RunFailed)
    assert failed.run == 902
    assert "nowhere cannot be read" in failed.message
    talk.ask(ShowSamples(2, plan_of(tmp_path / "nowhere"), (0,)))
    assert "nowhere cannot be read" in talk.until(SamplesFailed).message


def test_samples_are_shown_as_they_enter_the_network_and_as_its_augmentation_changes_them(
    talk: Conversation, tmp_path: Path
) -> None:
    shape_folder(tmp_path, 12)
    numbers = tuple(range(12))
    input_ = Input((16, 8, 1))
    plain = network_of(input_, Flatten(), Dense(units=6))
    augmented = network_of(input_, RandomFlip(mode="vertical"), Conv2D(), Flatten(), Dense(units=6))
    bright = network_of(input_, RandomBrightness(factor=(0.9, 0.9), value_range=(-1.0, 1.0)))
    plan = plan_of(tmp_path, resize="stretch", pixels="-1..1")

    def shown(*arguments: Any) -> list[np.ndarray]:
        talk.heard.clear()
        talk.ask(ShowSamples(3, plan, numbers, *arguments))
        return [np.asarray(image) for image in talk.until(SamplesShown).images]

    entered = shown(plain)
    assert {image.shape for image in entered} == {(16, 8, 1)}
    first, again, other = shown(augmented, 1), shown(augmented, 1), shown(augmented, 2)
    kept = [np.array_equal(one, two) for one, two in zip(entered, first, strict=True)]
    turned = [np.array_equal(one, two[::-1]) for one, two in zip(entered, first, strict=True)]
    assert all(one or two for one, two in zip(kept, turned, strict=True))
    assert 0 < sum(turned) < 12
    assert all(map(np.array_equal, first, again))
    assert not all(map(np.array_equal, first, other))
    means = [image.mean() for image in shown(bright)]
    assert all(mean > old.mean() for mean, old in zip(means, entered, strict=True))


def test_a_damaged_sample_is_no_picture_and_no_failure(talk: Conversation, tmp_path: Path) -> None:
    shape_folder(tmp_path, 12)
    cut_short(min(tmp_path.rglob("*.png")))
    talk.ask(ShowSamples(4, plan_of(tmp_path), (0, 1)))
    damaged, fine = talk.until(SamplesShown).images
    assert damaged is None
    assert fine is not None


def test_texts_show_their_first_words_and_the_numbers_that_enter_a_network(
    talk: Conversation, tmp_path: Path
) -> None:
    for label, text in (("good", "fine fine film"), ("bad", "dull film fine")):
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.txt").write_text(text)
    plan = TrainingPlan(data=f"texts:{tmp_path}?words=4&length=50")
    talk.ask(ReadData(903, plan))
    talk.until(RunFinished)
    talk.ask(ShowSamples(6, plan, (0, 1)))
    shown = talk.until(SamplesShown)
    assert shown.images == (None, None)
    assert dict(zip(shown.labels, shown.texts, strict=True)) == {
        "bad": "□ film fine",
        "good": "fine fine film",
    }
    talk.ask(ShowSamples(7, plan, (0, 1), network_of(Input((50,)))))
    numbers = talk.until(SamplesShown)
    assert dict(zip(numbers.labels, numbers.texts, strict=True)) == {
        "bad": "1 3 2",
        "good": "2 2 3",
    }
