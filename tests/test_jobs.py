"""What the jobs of the command line leave on the disk."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from cnnstudio.core.messages import EpochDone, RunStarted
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.features import write_maps
from cnnstudio.jobs.folders import make_folder, saving_to
from cnnstudio.jobs.run_progress import RunProgress


def test_every_block_gets_files_of_its_own_whatever_its_name(tmp_path: Path) -> None:
    names = ["a b", "a_b", "Conv", "conv", "../../up", "con", "长" * 200, "长" * 201, "\ud800", ""]
    maps = {name: np.full((2, 2, 1), i, np.float32) for i, name in enumerate(names)}
    write_maps(tmp_path, maps, names)
    stems = sorted(path.stem for path in tmp_path.glob("*.npz"))
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert stems == sorted(path.stem for path in tmp_path.glob("*.png"))
    assert len(list(tmp_path.iterdir())) == 2 * len(names)
    values = {np.load(path)["maps"][0, 0, 0] for path in tmp_path.glob("*.npz")}
    assert values == set(range(len(names)))


def test_a_block_has_the_same_file_alone_as_among_others(tmp_path: Path) -> None:
    maps = {name: np.zeros(3, np.float32) for name in ("a b", "a_b")}
    write_maps(tmp_path, maps, ["a_b"])
    alone = {path.name for path in tmp_path.iterdir()}
    write_maps(tmp_path, maps, ["a b"])
    assert alone == {"a_b_1.npz", "a_b_1.png"}
    assert {path.name for path in tmp_path.iterdir()} - alone == {"a_b.npz", "a_b.png"}


def test_maps_that_cannot_be_written_leave_the_old_ones(tmp_path: Path) -> None:
    (tmp_path / "conv.npz").write_text("old")
    (tmp_path / "conv.png").mkdir()
    with pytest.raises(JobError, match="it is a folder"), saving_to(tmp_path):
        write_maps(tmp_path, {"conv": np.zeros(3, np.float32)}, ["conv"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conv.npz", "conv.png"]


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
