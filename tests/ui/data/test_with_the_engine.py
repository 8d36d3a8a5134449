"""The Data page with a real engine, on crops of real photographs, one class a photograph."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import CATALOGUE
from cnnstudio.core.edits import Insert, Step
from cnnstudio.core.insertion import placed
from cnnstudio.engine.launcher import launch
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.inquiry import Standing
from cnnstudio.ui.data.view_bar import Showing
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from tests.ui.data.told_data import design_of, photo_folder

pytestmark = pytest.mark.tensorflow

PATIENCE_MS = 90_000
CROPS = 8


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Trainer]:
    trainer = Trainer(launch)
    yield trainer
    trainer.close()
    trainer.deleteLater()


def test_photographs_are_read_shown_as_they_enter_and_augmented_while_a_run_goes_on(
    engine: Trainer, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    root = photo_folder(tmp_path / "photos", CROPS)
    (root / "coffee" / "empty.jpg").write_bytes(b"")
    design = design_of(f"folder:{root}")
    page = DataPage(design, engine, theme)
    page.resize(600, 700)
    qtbot.addWidget(page)
    page.show()
    engine.start()
    qtbot.waitUntil(lambda: page.inquiry.standing is Standing.READ, timeout=PATIENCE_MS)
    labels = ("astronaut", "chelsea", "china", "coffee", "flower", "rocket")
    assert tuple(row.label for row in page.rows.rows) == labels
    assert [sum(row.counts) for row in page.rows.rows] == [CROPS] * 6
    assert page.left_out.text().strip() == "1 left out"
    first = page.rows.rows[0].samples[0]
    qtbot.waitUntil(lambda: page.samples.get(first) is not None, timeout=PATIENCE_MS)
    as_file = page.samples.get(first)
    assert as_file is not None
    assert as_file.image is not None
    assert as_file.name.startswith("astronaut/crop_")

    page.facts.fit.click()
    (flip,) = placed([CATALOGUE["RandomFlip"]()])
    design.push(Step("Add", (Insert((1,), flip),)))
    page.view.show_as(Showing.ENTERING)
    qtbot.waitUntil(lambda: page.samples.get(first) is not None, timeout=PATIENCE_MS)
    entering = page.samples.get(first)
    assert entering is not None
    assert entering.image is not None
    dataset = design.dataset
    assert dataset is not None
    assert (entering.image.height(), entering.image.width()) == dataset.shape[:2]

    design.push(design.mending()().step)
    assert design.report.output_shape == (6,)
    started: list[object] = []
    engine.run_started.connect(started.append)
    engine.train(design.network, design.plan)
    qtbot.waitUntil(lambda: bool(started), timeout=PATIENCE_MS)
    page.view.show_as(Showing.AUGMENTED)
    qtbot.waitUntil(lambda: page.samples.get(first) is not None, timeout=PATIENCE_MS)
    with qtbot.waitSignal(engine.run_ended, timeout=PATIENCE_MS):
        engine.stop_run()
    assert page.samples.message == ""
    QThreadPool.globalInstance().waitForDone()
    design.deleteLater()
