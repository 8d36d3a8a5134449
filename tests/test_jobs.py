"""What the jobs of the command line leave on the disk."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from cnnstudio.core.blocks import Conv2D, Input
from cnnstudio.core.messages import EpochDone, RunStarted
from cnnstudio.core.view.maps_file import CAPTION, IMAGE
from cnnstudio.engine.file_look import FileLook, Kernel
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.feature_pictures import COLORS, PictureStyle, check
from cnnstudio.jobs.features import FeatureFiles, write_features
from cnnstudio.jobs.folders import make_folder, saving_to
from cnnstudio.jobs.run_progress import RunProgress
from cnnstudio.ui.viewer.color_scales import ColorScale
from tests.core import build

# Pictures need an application of Qt's; that of a command line would be in the way of all others.
pytestmark = pytest.mark.usefixtures("qapp")


def look_of(maps: dict[str, NDArray[np.float32]]) -> FileLook:
    entered = np.zeros((4, 4, 1), np.float32)
    return FileLook(maps, entered, {}, "0..1", "crop", is_loaded=False)


def write(out: Path, maps: dict[str, NDArray[np.float32]], chosen: list[str]) -> None:
    write_features(out, look_of(maps), chosen, Path("a.png"), FeatureFiles())


def test_the_terminal_knows_the_colours_of_the_window() -> None:
    # It names them without reading Qt.
    assert tuple(ColorScale) == COLORS


def test_every_block_gets_files_of_its_own_whatever_its_name(tmp_path: Path) -> None:
    names = ["a b", "a_b", "Conv", "conv", "../../up", "con", "长" * 200, "长" * 201, "\ud800", ""]
    maps = {name: np.full((2, 2, 1), i, np.float32) for i, name in enumerate(names)}
    write(tmp_path, maps, names)
    stems = sorted(path.stem for path in tmp_path.glob("*.npz"))
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert stems == sorted(path.stem for path in tmp_path.glob("*.png"))
    assert len(list(tmp_path.iterdir())) == 2 * len(names)
    values = set()
    for path in tmp_path.glob("*.npz"):
        with np.load(path) as arrays:
            (key,) = set(arrays) - {IMAGE, CAPTION}
            values.add(arrays[key][0, 0, 0])
    assert values == set(range(len(names)))


def test_a_block_has_the_same_file_alone_as_among_others(tmp_path: Path) -> None:
    maps = {name: np.zeros(3, np.float32) for name in ("a b", "a_b")}
    write(tmp_path, maps, ["a_b"])
    alone = {path.name for path in tmp_path.iterdir()}
    write(tmp_path, maps, ["a b"])
    assert alone == {"a_b_1.npz", "a_b_1.png"}
    assert {path.name for path in tmp_path.iterdir()} - alone == {"a_b.npz", "a_b.png"}


def test_maps_that_cannot_be_written_leave_the_old_ones(tmp_path: Path) -> None:
    (tmp_path / "conv.npz").mkdir()
    (tmp_path / "conv.png").write_text("old")
    with pytest.raises(JobError, match="it is a folder"), saving_to(tmp_path):
        write(tmp_path, {"conv": np.zeros(3, np.float32)}, ["conv"])
    assert (tmp_path / "conv.png").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conv.npz", "conv.png"]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (PictureStyle("pink"), "expected one of viridis"),
        (PictureStyle(over=True), "--channel"),
    ],
)
def test_a_style_that_cannot_be_drawn_is_refused(style: PictureStyle, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check(style)


def test_a_map_there_is_not_and_a_place_there_is_not_are_refused(tmp_path: Path) -> None:
    maps = {"conv": np.zeros((2, 2, 3), np.float32)}
    for style, said in (
        (PictureStyle(channel=3), "the last one is 2"),
        (PictureStyle(channel=1, over=True), "cannot be drawn over the image"),
    ):
        wanted = FeatureFiles(("svg",), style)
        with pytest.raises(UsageError, match=said):
            write_features(tmp_path, look_of(maps), ["conv"], Path("a.png"), wanted)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_drawn_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    maps = {"a": np.zeros((2, 2, 3), np.float32), "stem": np.zeros((2, 2, 2), np.float32)}
    out = tmp_path / "new"
    for look, style, said in (
        (look_of(maps), PictureStyle(channel=2), "there is no map 2 of stem: the last one is 1"),
        (look_of(maps), PictureStyle(channel=0, over=True), "a cannot be drawn over the image"),
        (
            replace(look_of(maps), why_none="it has two inputs"),
            PictureStyle(channel=0, over=True),
            "has not become blocks: it has two inputs",
        ),
        (
            replace(look_of(maps), is_picture=False),
            PictureStyle(channel=0, over=True),
            "only images can be drawn over",
        ),
    ):
        with pytest.raises(UsageError, match=said):
            write_features(out, look, list(maps), Path("a.png"), FeatureFiles((), style))
    assert not out.exists()


def test_one_map_is_written_as_svg_over_the_image_with_its_caption(tmp_path: Path) -> None:
    network = build.network(Input(shape=(8, 8, 1)), Conv2D(filters=3))
    name = network.nodes[1].name
    kernel = Kernel("kernel", np.ones((3, 3, 1, 3), np.float32))
    look = FileLook(
        {name: np.ones((6, 6, 3), np.float32)}, np.zeros((8, 8, 1), np.float32),
        {name: "Conv2D"}, "0..1", "crop", is_loaded=True, network=network,
        uids={name: network.nodes[1].uid}, kernels={name: kernel},
    )  # fmt: skip
    wanted = FeatureFiles(("svg",), PictureStyle(channel=2, over=True), kernels=True)
    files = write_features(tmp_path, look, [name], Path("x/a.png"), wanted)
    assert [path.name for path in files] == [f"{name}.svg", f"{name}_kernels.svg"]
    text = files[0].read_text()
    for said in (f"{name} · Conv2D", "channel 2, numbered 0 to 2", "Image: a.png", "of a file"):
        assert said in text
    assert text.count("<image") == 3, "image, map and colour key"
    assert "3×3×1×3" in files[1].read_text()


def test_a_folder_that_cannot_be_made_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JobError, match="cannot be made: a part of its path is not a folder"):
        make_folder(tmp_path / "file" / "inside")
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    ("kept", "said"),
    [((0.25, 0.875), "validation accuracy 87.50%"), ((None, None), "no images kept back")],
)
def test_the_progress_says_what_an_epoch_measured_or_that_nothing_could_be(
    kept: tuple[float, float] | tuple[None, None], said: str
) -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    with RunProgress(console) as progress:
        progress.take(RunStarted(1, 1, 1, 0, 10, 10))
        more = (("auc", 0.625), ("val_auc", 0.5))
        progress.take(EpochDone(1, 0, 0.5, 0.75, kept[0], kept[1], 1.0, more))
    text = console.export_text()
    assert said in text
    assert "auc 0.625, val_auc 0.5" in text
    assert len(progress.done) == 1
