"""Images of files as a run has them: streamed, kept, left out; and texts."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    Conv1D,
    Dense,
    Embedding,
    Flatten,
    GlobalMaxPooling1D,
    Input,
    MaxPooling2D,
)
from cnnstudio.core.data_messages import DataProgress, FilesLeftOut
from cnnstudio.core.document import Design
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.messages import BatchDone, EpochDone, Event, RunFailed, RunFinished, RunStarted
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.stop_flag import StopFlag
from tests.engine.data_on_disk import bad_files, cut_short, shape_folder

if TYPE_CHECKING:
    from cnnstudio.engine.fitted_files import FittedFiles

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

SHAPE = (16, 12, 3)
NETWORK = network_of(Input(SHAPE), MaxPooling2D(), Flatten(), Dense(units=6, activation="softmax"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """48 images of 6 classes; what the studio keeps goes to a folder beside it."""
    from cnnstudio.core import settings

    monkeypatch.setattr(settings, "cache_folder", lambda: tmp_path / "cache")
    return shape_folder(tmp_path / "shapes", 48)


def plan_of(folder: Path, **settings: Any) -> TrainingPlan:
    plan = TrainingPlan(f"folder:{folder}", epochs=1, batch_size=7, validation_split=0.25)
    return replace(plan, **settings)


def run(plan: TrainingPlan, network: Any = NETWORK, stop: StopFlag | None = None) -> list[Event]:
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    train_design(Design("d", network, plan), events.append, stop or StopFlag())
    return events


def fitted_files(folder: Path, resize: str = "crop") -> FittedFiles:
    from cnnstudio.engine.data_collections import ImageFiles
    from cnnstudio.engine.datasets import prepare
    from cnnstudio.engine.fitted_files import FittedFiles

    files = prepare(f"folder:{folder}")
    assert isinstance(files, ImageFiles)
    return FittedFiles(files, SHAPE, resize)


@pytest.mark.parametrize("room", ["in memory", "in a file", "nowhere", "on a disk that fills up"])
@pytest.mark.parametrize("resize", ["crop", "fit", "stretch"])
def test_batches_out_of_files_hold_the_very_images_that_are_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, room: str, resize: str
) -> None:
    from cnnstudio.engine import fitted_files
    from cnnstudio.engine.batches import batches_of
    from cnnstudio.engine.datasets import dataset_image, split_of
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.images import prepare

    if room != "in memory":
        monkeypatch.setattr(fitted_files, "MOST_IN_MEMORY", 0)
    if room == "nowhere":
        nothing = SimpleNamespace(free=0)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: nothing)
    if room == "on a disk that fills up":
        monkeypatch.setattr(os, "pwrite", _no_space)
    plan = plan_of(folder, resize=resize, pixels="-1..1")
    training, validation = batches_of(plan, SHAPE, FittedImages(), lambda: None, shuffle_seed=0)
    kept = split_of(plan).validation
    assert (training.images, validation.images) == (36, 12)
    assert training.class_counts == (6,) * 6
    for _pass in range(2):
        batches = list(validation.stream)
        assert len(batches) == validation.batches == 2
        images = np.concatenate([x for x, _y in batches])
        classes = np.concatenate([y for _x, y in batches])
        for index, number in enumerate(kept):
            opened = dataset_image(DatasetImage(plan.data, int(number)))
            expected = prepare(opened.pixels, SHAPE, "-1..1", resize)
            assert np.allclose(images[index], expected, atol=1e-6)
            assert opened.label == sorted(p.name for p in folder.iterdir())[classes[index]]


def test_all_images_come_once_an_epoch_in_another_order(folder: Path) -> None:
    from cnnstudio.engine.batches import batches_of
    from cnnstudio.engine.fitted_images import FittedImages

    training, _validation = batches_of(
        plan_of(folder), SHAPE, FittedImages(), lambda: None, shuffle_seed=0
    )
    passes = [
        [float(s) for x, _y in training.pass_of(n) for s in x.numpy().sum((1, 2, 3))]
        for n in range(2)
    ]
    assert len(passes[0]) == 36
    assert sorted(passes[0]) == sorted(passes[1])
    assert passes[0] != passes[1]


def test_kept_images_are_not_decoded_again_and_leave_no_file_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnstudio.engine import fitted_files as module

    monkeypatch.setattr(module, "MOST_IN_MEMORY", 0)
    images = fitted_files(folder)
    first, _classes = images.batch(np.arange(48))
    shutil.rmtree(folder)
    again, _classes = images.batch(np.arange(48))
    assert np.array_equal(first, again)
    assert list((tmp_path / "cache").iterdir()) == []


def test_damaged_images_are_missing_in_their_batches_and_told_once(folder: Path) -> None:
    files = sorted(folder.rglob("*.png"))
    for path in files[:3]:
        cut_short(path)
    images = fitted_files(folder)
    for _pass in range(2):
        pixels, classes = images.batch(np.arange(8))
        assert (len(pixels), len(classes)) == (5, 5)
        pixels, classes = images.batch(np.arange(3))
        assert (len(pixels), len(classes)) == (1, 1), "another image stands for them"
    from cnnstudio.engine.datasets import collection

    told = collection(f"folder:{folder}").left_out
    assert sorted(left.path for left in told) == [str(path) for path in files[:3]]
    assert all("damaged or cut short" in left.why for left in told)


def test_a_run_tells_what_it_leaves_out_before_it_begins_and_what_it_found_on_the_way(
    folder: Path,
) -> None:
    reasons = bad_files(folder / "star")
    events = run(plan_of(folder))
    told = [event for event in events if isinstance(event, FilesLeftOut)]
    assert [event.count for event in told] == [len(reasons)]
    assert events.index(told[0]) < next(
        index for index, event in enumerate(events) if isinstance(event, RunStarted)
    )
    cut_short(next((folder / "ring").glob("*.png")))
    events = run(plan_of(folder))
    told = [event for event in events if isinstance(event, FilesLeftOut)]
    assert [event.count for event in told] == [len(reasons), len(reasons) + 1]
    assert "damaged" in told[-1].reasons[-1]
    assert isinstance(events[-1], RunFinished)
    assert any(isinstance(event, EpochDone) for event in events)


def test_a_run_whose_folder_vanishes_says_so_and_the_next_one_finds_it_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnstudio.engine import fitted_files as module
    from cnnstudio.engine.training import train_design

    monkeypatch.setattr(module, "_room", lambda _count, _shape: module._Nowhere())  # noqa: SLF001
    events: list[Event] = []

    def take(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchDone) and folder.exists():
            folder.rename(tmp_path / "away")

    plan = plan_of(folder, epochs=50)
    assert train_design(Design("d", NETWORK, plan), take, StopFlag()) is None
    failed = events[-1]
    assert isinstance(failed, RunFailed)
    assert f"the images of {folder} can no longer be read" in failed.message
    assert isinstance(run(plan_of(folder))[-1], RunFailed)
    (tmp_path / "away").rename(folder)
    assert isinstance(run(plan_of(folder))[-1], RunFinished)


def test_reading_can_be_stopped_and_is_no_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnstudio.engine import data_files, data_progress

    monkeypatch.setattr(data_files, "_AT_ONCE", 4)
    monkeypatch.setattr(data_progress, "_SECONDS", 0)
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    stop = StopFlag()

    def take(event: Event) -> None:
        events.append(event)
        if isinstance(event, DataProgress) and event.total:
            stop.set()

    assert train_design(Design("d", NETWORK, plan_of(folder)), take, stop) is None
    assert events[-1] == RunFinished(0, 0, stopped=True)
    assert not any(isinstance(event, RunStarted) for event in events)
    assert isinstance(run(plan_of(folder))[-1], RunFinished), "and nothing is left half read"


def test_a_folder_is_read_again_only_if_something_in_it_has_changed(folder: Path) -> None:
    from cnnstudio.engine.datasets import collection, prepare

    name = f"folder:{folder}"
    first = prepare(name)
    assert prepare(name) is first
    assert collection(name) is first
    shape_folder(folder, 6, start=48)
    assert collection(name) is first, "a run goes on with what it began with"
    assert len(prepare(name).classes) == 54


def test_parts_of_a_folder_are_what_a_run_learns_from_and_measures(tmp_path: Path) -> None:
    for part, count in (("train", 30), ("val", 12), ("test", 6)):
        shape_folder(tmp_path / part, count)
    started = next(event for event in run(plan_of(tmp_path)) if isinstance(event, RunStarted))
    assert (started.images, started.validation_batches) == (30, 2)
    other = plan_of(tmp_path, split="stratified", validation_split=0.5)
    started = next(event for event in run(other) if isinstance(event, RunStarted))
    assert started.images == 18


def test_a_network_learns_which_words_make_a_text_good(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for label, telling in (("bad", "poor"), ("good", "great")):
        (tmp_path / label).mkdir()
        for number in range(60):
            words = [f"w{random.integers(40)}" for _ in range(8)]
            words[random.integers(8)] = telling
            (tmp_path / label / f"{number}.txt").write_text(" ".join(words))
    network = network_of(
        Input((8,)), Embedding(input_dim=60, output_dim=8), Conv1D(filters=8, kernel_size=1),
        GlobalMaxPooling1D(), Dense(units=2, activation="softmax"),
    )  # fmt: skip
    plan = replace(
        plan_of(tmp_path, epochs=30, learning_rate=0.03),
        data=f"texts:{tmp_path}?length=8&words=60",
    )
    events = run(plan, network)
    last = [event for event in events if isinstance(event, EpochDone)][-1]
    assert last.val_accuracy is not None
    assert last.val_accuracy > 0.9
    images = run(plan)[-1]
    assert isinstance(images, RunFailed)
    assert "input_1: the Input is 16×12×3, but texts are rows of word numbers" in images.message
    smaller = network.replaced((1,), replace(network.nodes[1], block=Embedding(input_dim=20)))
    failed = run(plan, smaller)[-1]
    assert isinstance(failed, RunFailed)
    assert "has 20 words, but the texts have 44: set input_dim to 44" in failed.message


def test_a_saved_model_tells_what_it_expects_and_is_saved_even_if_its_data_is_gone(
    folder: Path, tmp_path: Path
) -> None:
    from cnnstudio.engine import datasets
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export import save_model
    from cnnstudio.engine.notes import NOTES

    def notes(plan: TrainingPlan) -> Any:
        save_model(tmp_path / "m.keras", NETWORK, plan, build(NETWORK, seed=0).model)
        with zipfile.ZipFile(tmp_path / "m.keras") as archive:
            return json.loads(archive.read(NOTES))

    plan = plan_of(folder, resize="fit", pixels="-1..1")
    known = notes(plan)
    assert known["labels"] == sorted(path.name for path in folder.iterdir())
    assert (known["resize"], known["pixels"]) == ("fit", "-1..1")
    for label, words in (("bad", "poor film"), ("good", "great film")):
        (tmp_path / "texts" / label).mkdir(parents=True)
        (tmp_path / "texts" / label / "a.txt").write_text(words)
    texts = notes(replace(plan, data=f"texts:{tmp_path / 'texts'}"))
    assert texts["vocabulary"] == ["film", "great", "poor"]
    folder.rename(tmp_path / "away")
    with pytest.raises(EngineError):
        datasets.prepare(plan.data)
    gone = notes(plan)
    assert "labels" not in gone
    assert gone["resize"] == "fit"


def test_coloured_shapes_are_learned(tmp_path: Path) -> None:
    events = run(plan_of(tmp_path, data="shapes:120"))
    assert isinstance(events[-1], RunFinished)
    started = next(event for event in events if isinstance(event, RunStarted))
    assert started.images == 90


def _no_space(*_arguments: Any) -> int:
    raise OSError(28, "No space left on device")
