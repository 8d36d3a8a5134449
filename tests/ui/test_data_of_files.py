"""A design that learns from files, which only the engine reads, in a window that has none open."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from cnnstudio.core.datasets import Dataset
from cnnstudio.core.document import starter_design
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.training_panel import TrainingPanel
from cnnstudio.ui.training.wording import learning_problems, refusal

FOLDER = "folder:/home/me/photos"


@pytest.fixture
def of_files(qtbot: QtBot) -> Iterator[OpenDesign]:
    design = starter_design()
    opened = OpenDesign(replace(design, plan=replace(design.plan, data=FOLDER)))
    yield opened
    QThreadPool.globalInstance().waitForDone()
    opened.deleteLater()


def test_the_plan_shows_its_files_beside_what_can_be_chosen(
    of_files: OpenDesign, trainer: Trainer, theme: Theme, qtbot: QtBot
) -> None:
    panel = TrainingPanel(of_files, trainer, RunRecord(trainer), theme)
    qtbot.addWidget(panel)
    boxes = [box for box in panel.findChildren(QComboBox) if box.currentText() == "photos (folder)"]
    assert len(boxes) == 1
    items = [boxes[0].itemText(index) for index in range(boxes[0].count())]
    assert [item for item in items if item] == [
        "MNIST digits", "Coloured shapes", "photos (folder)", "Choose…",
    ]  # fmt: skip
    boxes[0].setCurrentIndex(1)
    boxes[0].activated.emit(1)
    assert of_files.plan.data == "shapes"
    of_files.undo_stack.undo()
    assert boxes[0].currentText() == "photos (folder)"
    with qtbot.waitSignal(panel.plan.data_wanted):
        boxes[0].setCurrentIndex(boxes[0].count() - 1)
        boxes[0].activated.emit(boxes[0].count() - 1)
    assert boxes[0].currentText() == "photos (folder)"
    assert of_files.plan.data == FOLDER
    assert panel.pages.shown == "data"


def test_what_is_not_known_of_files_is_no_reason_not_to_train(of_files: OpenDesign) -> None:
    assert learning_problems(of_files) == []
    assert refusal(of_files, EngineState.READY) == ""
    of_files.push_plan(replace(of_files.plan, data="shapes"), "Data")
    assert "Coloured shapes has 6 classes" in learning_problems(of_files)[0]


def test_once_files_are_read_the_plan_tells_what_a_run_will_do_and_what_does_not_fit(
    of_files: OpenDesign, trainer: Trainer, theme: Theme, qtbot: QtBot
) -> None:
    panel = TrainingPanel(of_files, trainer, RunRecord(trainer), theme)
    qtbot.addWidget(panel)
    photos = Dataset(FOLDER, "/home/me/photos", (64, 64, 3), ("cat", "dog"))
    of_files.learn_of_data(FOLDER, photos, (60, 40))
    said = {label.text() for label in panel.plan.findChildren(QLabel)}
    assert "80 images to learn from, 20 to check; 3 batches an epoch." in said
    assert "has 2 classes" in learning_problems(of_files)[0]
