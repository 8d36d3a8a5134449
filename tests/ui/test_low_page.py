"""The Look page where a window is low: what gives way, so that maps have room."""

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from cnnstudio.core import resources
from cnnstudio.core.look_messages import FileImage
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.room_for_maps import LEAST, Given
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import played_trainer

SMALLEST = 700, 494
"""The page of a window of 960×600."""
USUAL = 907, 614
"""The page of a window of 1280×720."""


trainer = pytest.fixture(played_trainer)


@pytest.fixture
def page(
    design: OpenDesign, trainer: PlayedTrainer, theme: Theme, qtbot: QtBot
) -> Iterator[ViewerPanel]:
    panel = ViewerPanel(design, cast(Trainer, trainer), theme)
    qtbot.addWidget(panel)
    # As in the window, whose smallest size is less than what all parts together ask for.
    panel.setMinimumSize(1, 1)
    panel.resize(*USUAL)
    with qtbot.waitSignal(panel.painted):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


def resize(page: ViewerPanel, size: tuple[int, int], given: Given, qtbot: QtBot) -> None:
    page.resize(*size)
    qtbot.waitUntil(lambda: page.room.given is given)


def pin_two(page: ViewerPanel, qtbot: QtBot) -> None:
    for name in ("coffee.png", "chelsea.png"):
        page.comparing.pin(PinKind.IMAGE)
        page.set_image(FileImage(str(resources.path("images", name))))
        qtbot.waitUntil(lambda: page.inquiry.standing is Standing.ANSWERED)


def height_of_maps(page: ViewerPanel) -> int:
    return page.stage.pane.pages.height()


def lies_within(page: ViewerPanel) -> bool:
    foot = page.predictions.mapTo(page, page.predictions.rect().bottomLeft()).y()
    return foot < page.height() and page.stage.geometry().bottom() < page.height()


def test_on_the_smallest_page_statistics_give_way_and_the_path_stays(
    page: ViewerPanel, qtbot: QtBot
) -> None:
    resize(page, SMALLEST, Given.STATISTICS, qtbot)
    qtbot.waitUntil(lambda: height_of_maps(page) >= LEAST)
    assert not page.stage.statistics.isVisible()
    assert page.path.isVisible()
    assert lies_within(page)


def test_beside_two_pins_on_the_smallest_page_maps_are_high_enough(
    page: ViewerPanel, qtbot: QtBot
) -> None:
    pin_two(page, qtbot)
    resize(page, SMALLEST, Given.PATH, qtbot)
    qtbot.waitUntil(lambda: height_of_maps(page) >= LEAST)
    assert len(page.comparing.shown) == 2
    assert page.sources.file_strip.isVisible()
    assert lies_within(page)


def test_pins_that_are_taken_away_give_back_the_path(page: ViewerPanel, qtbot: QtBot) -> None:
    pin_two(page, qtbot)
    resize(page, SMALLEST, Given.PATH, qtbot)
    for pin in list(page.comparing.pins):
        page.comparing.unpin(pin.number)
    qtbot.waitUntil(lambda: page.room.given is Given.STATISTICS)
    qtbot.waitUntil(page.path.isVisible)


def test_on_a_page_of_the_usual_height_nothing_gives_way(page: ViewerPanel, qtbot: QtBot) -> None:
    pin_two(page, qtbot)
    strips = page.sources.file_strip.height()
    resize(page, SMALLEST, Given.PATH, qtbot)
    assert page.sources.file_strip.height() < strips
    resize(page, USUAL, Given.NOTHING, qtbot)
    assert page.sources.file_strip.height() == strips
    assert page.stage.statistics.isVisible()
    assert page.path.isVisible()


def test_on_a_page_lower_than_any_the_strips_go_but_a_cameras_buttons_stay(
    page: ViewerPanel, qtbot: QtBot
) -> None:
    resize(page, (700, 300), Given.STRIPS, qtbot)
    assert not page.sources.data_strip.isVisible()
    page.live.open("camera:0")
    qtbot.waitUntil(page.sources.live_bar.isVisible)
