"""Maps written to files: what is in them, and what is said where they cannot be written."""

import json
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.blocks import Conv2D, Flatten, Input
from cnnstudio.core.look_messages import FileImage, Maps, Probe, Probed
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps, SavingMaps
from cnnstudio.core.messages import BatchDone, Event, Stop
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.view.maps_file import CAPTION, IMAGE, keys_of, write_maps
from cnnstudio.engine.map_files import Looked, MapFiles, named_maps
from cnnstudio.ui.asked_jobs import AskedJobs
from tests.core import build
from tests.engine.conversation import Conversation

NET = build.network(Input(shape=(8, 8, 1)), Conv2D(filters=3), Flatten())
SECONDS = 60


def looked(network: Network = NET, side: int = 6) -> Looked:
    draw = np.random.default_rng(0)
    shapes = [(8, 8, 1), (side, side, 3), (side * side * 3,)]
    maps = {
        node.uid: draw.normal(size=shape).astype(np.float32)
        for node, shape in zip(network.nodes, shapes, strict=True)
    }
    entered = np.full((8, 8, 1), 0.5, np.float32)
    probed = Probed(
        7, np.zeros((8, 8, 3), np.uint8), (8, 8), entered, "cat", (), np.empty(0, np.float32), 12
    )
    return Looked(
        Probe(7, network, FileImage("x/a.png"), "0..1", network.nodes[1].uid), probed, maps
    )


class Writer:
    """A `MapFiles` whose events are kept; `save` waits for the answer."""

    def __init__(self, look: Looked | None) -> None:
        self.events: list[Event] = []
        self._answered = threading.Event()
        self._files = MapFiles(lambda: look, self._take, threading.Lock())

    def save(self, job: SaveMaps) -> Event:
        self._answered.clear()
        self._files.save(job)
        assert self._answered.wait(SECONDS)
        return self.events[-1]

    def _take(self, event: Event) -> None:
        self.events.append(event)
        if not isinstance(event, SavingMaps):
            self._answered.set()


def arrays_of(path: Path) -> dict[str, NDArray[np.float32]]:
    with np.load(path) as arrays:
        return dict(arrays)


def test_all_maps_are_there_by_name_with_image_and_caption(tmp_path: Path) -> None:
    look, path = looked(), tmp_path / "maps.npz"
    assert Writer(look).save(SaveMaps(str(path))) == MapsSaved(str(path), 3)
    arrays = arrays_of(path)
    names = [node.name for node in NET.nodes]
    assert list(arrays) == [*names, IMAGE, CAPTION]
    for node in NET.nodes:
        assert (arrays[node.name] == look.maps[node.uid]).all()
    assert (arrays[IMAGE] == look.probed.entered).all()
    said = json.loads(str(arrays[CAPTION]))
    assert said["image"] == "Image: a.png, class cat"
    assert said["weights"] == "After 12 batches of training"
    assert said["blocks"][1] == {
        "key": names[1], "name": names[1], "kind": "Conv2D", "shape": [6, 6, 3],
    }  # fmt: skip


def test_one_block_alone_can_be_had(tmp_path: Path) -> None:
    path, node = tmp_path / "maps.npz", NET.nodes[1]
    Writer(looked()).save(SaveMaps(str(path), (node.uid,)))
    assert list(arrays_of(path)) == [node.name, IMAGE, CAPTION]


def test_blocks_keep_a_key_of_their_own_whatever_their_names() -> None:
    assert keys_of(["image", "conv", "caption", "image_1"]) == [
        "image_1", "conv", "caption_1", "image_2",
    ]  # fmt: skip


def test_the_layers_of_a_part_have_no_block_and_their_own_names() -> None:
    look = looked()
    inner = {**look.maps, "part/layer": np.zeros(3, np.float32)}
    found = named_maps(Looked(look.probe, look.probed, inner), ("part/layer",))
    assert list(found) == ["part/layer"]
    block = look.probe.network.nodes[1]
    known = {**look.maps, f"{block.uid}/a/b": np.zeros(3, np.float32)}
    found = named_maps(Looked(look.probe, look.probed, known), (f"{block.uid}/a/b",))
    assert list(found) == [f"{block.name}/a/b"]


def test_large_maps_tell_how_far_they_are(tmp_path: Path) -> None:
    writer = Writer(looked(side=1000))
    writer.save(SaveMaps(str(tmp_path / "maps.npz")))
    told = [event for event in writer.events if isinstance(event, SavingMaps)]
    assert told
    assert all(0 < event.done <= event.total for event in told)


def test_without_a_look_it_is_said_what_to_do(tmp_path: Path) -> None:
    answer = Writer(None).save(SaveMaps(str(tmp_path / "maps.npz")))
    assert isinstance(answer, MapsNotSaved)
    assert "look at an image first" in answer.message
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "no" / "maps.npz"
    answer = Writer(looked()).save(SaveMaps(str(path)))
    assert isinstance(answer, MapsNotSaved)
    assert "does not exist" in answer.message


@contextmanager
def nearly_full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond a few thousand bytes; nor its own log, so briefly."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "maps.npz"
    path.write_text("old")
    many = {"conv": np.random.default_rng(0).normal(size=(99, 99, 3)).astype(np.float32)}
    with nearly_full_disk(), pytest.raises(OSError, match="File too large"):
        write_maps(path, many, np.zeros((2, 2, 1), np.float32), {})
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.tensorflow
def test_an_engine_writes_the_maps_it_has_shown_also_while_it_learns(
    talk: Conversation, small: Network, tmp_path: Path
) -> None:
    generation = talk.probe(small, small.nodes[0].uid, 4321)
    shown = talk.maps(generation, small.nodes[0].uid)
    assert isinstance(shown, Maps)
    run = talk.train(small, TrainingPlan(epochs=10_000))
    talk.until(BatchDone)
    path = tmp_path / "maps.npz"
    talk.ask(SaveMaps(str(path)))
    saved = talk.until(MapsSaved)
    assert (saved.path, saved.blocks) == (str(path), len(small.nodes))
    talk.ask(Stop(run))
    talk.end_of(run)
    arrays = arrays_of(path)
    assert (arrays[small.nodes[0].name] == shown.values).all()
    assert "class 8" in json.loads(str(arrays[CAPTION]))["image"]


def test_an_engine_that_dies_leaves_nobody_waiting_for_maps() -> None:
    jobs = AskedJobs()
    jobs.add(SaveMaps("a.npz"))
    assert jobs.is_saving
    assert jobs.lost("gone") == [MapsNotSaved("a.npz", "gone")]
    jobs.add(SaveMaps("a.npz"))
    jobs.answer(MapsSaved("a.npz", 1))
    assert not jobs.is_saving
