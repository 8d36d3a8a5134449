"""What is seen after an image file that cannot be opened: what is shown is of the one before."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.look_messages import FileImage
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import played_trainer

trainer = pytest.fixture(played_trainer)


@pytest.fixture
def first(tmp_path: Path) -> FileImage:
    """The first of a folder of three, of which the second is broken."""
    for number in range(1, 4):
        (tmp_path / f"{number}.png").touch()
    return FileImage(str(tmp_path / "1.png"))


@pytest.fixture
def page(
    design: OpenDesign,
    trainer: PlayedTrainer,
    theme: Theme,
    first: FileImage,
    tmp_path: Path,
    qtbot: QtBot,
) -> Iterator[ViewerPanel]:
    panel = ViewerPanel(design, cast(Trainer, trainer), theme)
    panel.resize(1000, 640)
    qtbot.addWidget(panel)
    panel.show()
    trainer.refuses.add(FileImage(str(tmp_path / "2.png")))
    panel.intake.browsed.open(str(tmp_path))
    qtbot.waitUntil(lambda: panel.inquiry.answered_image == first)
    yield panel
    QThreadPool.globalInstance().waitForDone()


def is_dimmed(widget: QWidget) -> bool:
    at: QWidget | None = widget
    while at is not None:
        effect = at.graphicsEffect()
        if effect is not None and effect.isEnabled():
            return True
        at = at.parentWidget()
    return False


def fail(page: ViewerPanel, qtbot: QtBot) -> None:
    """Step to the broken image, and wait until the one before is looked at again."""
    page.sources.step(1)
    qtbot.waitUntil(lambda: "2.png cannot be read" in page.notices.text)
    qtbot.waitUntil(lambda: page.inquiry.standing is Standing.ANSWERED)


def test_what_is_of_the_image_before_is_dimmed_while_the_broken_one_is_marked(
    page: ViewerPanel, first: FileImage, qtbot: QtBot
) -> None:
    parts = (page.image_card, page.predictions, page.stage.pane.map_view, page.path)
    assert not any(map(is_dimmed, parts))
    fail(page, qtbot)
    assert page.inquiry.answered_image == first
    assert page.sources.marked != first
    assert all(map(is_dimmed, parts))
    assert not is_dimmed(page.notices)


def test_the_next_image_is_shown_in_full(page: ViewerPanel, qtbot: QtBot) -> None:
    fail(page, qtbot)
    QTest.keyClick(page.sources.file_strip, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: not is_dimmed(page.image_card))
    assert page.inquiry.answered_image == page.sources.marked


def test_to_go_back_to_the_image_before_shows_it_in_full(page: ViewerPanel, qtbot: QtBot) -> None:
    fail(page, qtbot)
    page.sources.step(-1)
    assert not is_dimmed(page.image_card)
    assert page.inquiry.answered_image == page.sources.marked


def test_a_broken_image_that_was_opened_alone_leaves_the_one_before_marked_and_in_full(
    page: ViewerPanel, first: FileImage, trainer: PlayedTrainer, tmp_path: Path, qtbot: QtBot
) -> None:
    alone = FileImage(str(tmp_path / "alone" / "9.png"))
    trainer.refuses.add(alone)
    page.set_image(alone)
    qtbot.waitUntil(lambda: "9.png cannot be read" in page.notices.text)
    qtbot.waitUntil(lambda: page.inquiry.standing is Standing.ANSWERED)
    assert page.sources.marked == page.inquiry.answered_image == first
    assert not is_dimmed(page.image_card)


def test_beside_pins_a_message_is_as_wide_as_all_of_them(page: ViewerPanel, qtbot: QtBot) -> None:
    page.comparing.pin(PinKind.IMAGE)
    page.comparing.pin(PinKind.BLOCK)
    fail(page, qtbot)
    assert page.notices.width() > page.stage.pane.width()
    assert page.notices.isVisible()
