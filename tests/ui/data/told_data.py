"""What an engine says of data, as a test has it: facts, and samples for what was asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from cnnstudio.core import resources
from cnnstudio.core.data_messages import DataRead, ReadData, SamplesShown, ShowSamples
from cnnstudio.core.datasets import DATASETS, Dataset
from cnnstudio.core.document import starter_design
from cnnstudio.core.messages import Request, RunFinished
from cnnstudio.ui.open_design import OpenDesign
from tests.ui.played_engine import Played

PHOTOS = "folder:/home/me/photos"
OF_PHOTOS = Dataset(PHOTOS, "/home/me/photos", (48, 64, 3), ("cat", "coffee", "rocket"))


def design_of(data: str) -> OpenDesign:
    """A design that learns from `data`, open."""
    design = starter_design()
    return OpenDesign(replace(design, plan=replace(design.plan, data=data)))


def facts(request: ReadData, dataset: Dataset | None = None) -> DataRead:
    """Facts about data of which each class has ten images more than the one before."""
    dataset = dataset or DATASETS.get(request.plan.data, OF_PHOTOS)
    counts = tuple((10 * number + 8, 2, 0) for number in range(dataset.classes))
    samples = tuple(
        tuple(range(100 * number, 100 * number + 8)) for number in range(dataset.classes)
    )
    return DataRead(request.run, dataset, counts, samples, False, f"print of {dataset.name}")


def shown(request: ShowSamples, *, name: str = "") -> SamplesShown:
    """Images of one grey each; as they enter a network they are brighter."""
    grey = 60 if request.network is None else 160
    images = tuple(np.full((6, 8, 3), grey, np.uint8) for _number in request.images)
    names = tuple(name.format(number) for number in request.images) if name else ()
    return SamplesShown(request.number, images, ("cat",) * len(images), names)


def tell(played: Played, request: Request, dataset: Dataset | None = None) -> None:
    """Answer a request to read data as an engine does."""
    assert isinstance(request, ReadData)
    ended = RunFinished(request.run, 0, stopped=False)
    played.engines[-1].send(facts(request, dataset), ended)


def next_of(played: Played, qtbot: QtBot, kind: type[Request]) -> Request:
    """Pass over requests until one of a kind comes."""
    while True:
        (request,) = played.take(1, qtbot)
        if isinstance(request, kind):
            return request


def photo_folder(root: Path, crops: int) -> Path:
    """Write crops of the photographs that ship with the studio, one class a photograph."""
    random = np.random.default_rng(5)
    for path in sorted(resources.path("images").iterdir()):
        if path.suffix not in (".png", ".jpg"):
            continue
        with Image.open(path) as opened:
            photo = opened.convert("RGB")
        folder = root / path.stem
        folder.mkdir(parents=True)
        for number in range(crops):
            side = int(random.integers(48, 120))
            left = int(random.integers(0, photo.width - side))
            top = int(random.integers(0, photo.height - side))
            box = (left, top, left + side, top + side)
            photo.crop(box).save(folder / f"crop_{number:03}.png")
    return root
