"""What is said of how an image was brought to the Input, and what else can be chosen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from cnnstudio.core.look_messages import Probed
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.fitting import AS_PLANNED, Fitted, done_to, unlike_plan
from cnnstudio.ui.viewer.fitting_line import FittingLine
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer

PLAN = TrainingPlan()


def answer(size: tuple[int, int], channels: int = 1) -> Probed:
    entered = np.zeros((28, 28, channels), np.float32)
    picture, none = np.zeros((4, 4, 3), np.uint8), np.zeros(0, np.float32)
    return Probed(1, picture, size, entered, None, (), none, 0)


@pytest.mark.parametrize(
    ("size", "channels", "fitted", "said"),
    [
        ((480, 640), 1, Fitted("0..1", "crop"), "Cropped to 28×28 · grey · 0 to 1"),
        ((480, 640), 3, Fitted("-1..1", "fit"), "Fitted into 28×28 with margins · colour · −1 to"),
        ((480, 640), 3, Fitted("0..255", "stretch", grey=True), "Stretched to 28×28 · grey · 0 to"),
        ((480, 480), 1, Fitted("0..1", "crop"), "Scaled to 28×28 · grey"),
        ((28, 28), 1, Fitted("0..1", "fit"), "As it is, 28×28 · grey"),
    ],
)
def test_it_is_said_what_was_done_to_an_image(
    size: tuple[int, int], channels: int, fitted: Fitted, said: str
) -> None:
    assert done_to(answer(size, channels), fitted).startswith(said)


def test_what_enters_without_being_an_image_is_not_described() -> None:
    assert done_to(replace(answer((28, 28)), is_picture=False), Fitted("0..1", "crop")) == ""


@pytest.mark.parametrize(
    ("size", "channels", "fitted", "said"),
    [
        ((480, 640), 1, Fitted("0..1", "crop"), ""),
        ((480, 640), 1, Fitted("0..1", "fit"), "The network is trained on cropped images."),
        ((480, 480), 1, Fitted("0..1", "fit"), ""),
        ((480, 640), 1, Fitted("-1..1", "crop"), "The network is trained on pixels from 0 to 1."),
        ((480, 640), 3, Fitted("0..1", "crop", grey=True), "The network is trained on images as"),
        ((480, 640), 1, Fitted("0..1", "crop", grey=True), ""),
    ],
)
def test_it_is_said_where_the_network_is_trained_otherwise(
    size: tuple[int, int], channels: int, fitted: Fitted, said: str
) -> None:
    remark = unlike_plan(answer(size, channels), fitted, PLAN)
    assert remark.startswith(said)
    assert bool(remark) == bool(said)


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[PlayedTrainer]:
    trainer = PlayedTrainer()
    trainer.size = 480, 640
    yield trainer
    trainer.deleteLater()


@pytest.fixture
def shown(
    design: OpenDesign, trainer: PlayedTrainer, theme: Theme, qtbot: QtBot
) -> Iterator[ViewerPanel]:
    panel = ViewerPanel(design, cast(Trainer, trainer), theme)
    panel.resize(1000, 640)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.painted):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


def action(line: FittingLine, text: str) -> QAction:
    menu = line.button.menu()
    menu.aboutToShow.emit()
    (found,) = [one for one in menu.actions() if text in one.text()]
    return found


def test_another_way_in_changes_what_is_looked_at_and_not_the_plan(
    shown: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    line, plan = shown.image_card.fitting, design.plan
    for text in ("Fit: whole", "−1 to 1"):
        action(line, text).trigger()
        qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    asked = trainer.asked[-1]
    assert (asked.resize, asked.pixels) == ("fit", "-1..1")
    assert design.plan is plan
    assert "Fitted into" in line.text
    assert "trained on cropped images" in line.text
    assert action(line, "Fit: whole").isChecked()
    action(line, "All as the plan says").trigger()
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    asked = trainer.asked[-1]
    assert (asked.resize, asked.pixels) == (plan.resize, plan.pixels)
    assert "trained" not in line.text


def test_what_is_not_chosen_follows_the_plan(
    shown: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    action(shown.image_card.fitting, "Fit: whole").trigger()
    design.push_plan(replace(design.plan, pixels="0..255"), "Pixels")
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    assert (trainer.asked[-1].resize, trainer.asked[-1].pixels) == ("fit", "0..255")


def test_an_input_without_colours_offers_none(shown: ViewerPanel) -> None:
    line = shown.image_card.fitting
    assert not action(line, "the Input takes no colours").isEnabled()


def test_a_colour_input_offers_grey(theme: Theme, qtbot: QtBot) -> None:
    line = FittingLine(theme)
    qtbot.addWidget(line)
    line.show_answer(answer((28, 28), 3), AS_PLANNED.of(PLAN), PLAN)
    with qtbot.waitSignal(line.chosen) as chosen:
        action(line, "In grey").trigger()
    assert chosen.args is not None
    assert chosen.args[0] == replace(AS_PLANNED, grey=True)
