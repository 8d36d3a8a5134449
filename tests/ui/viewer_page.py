"""What fixtures of a page of the viewer are made of, its engine played by the test.

A test file names its own: `trainer = pytest.fixture(played_trainer)` and
`panel = pytest.fixture(page_of((900, 700)))`, for the silent trainer of most other files is called
`trainer` too.
"""

from collections.abc import Callable, Iterator
from typing import cast

from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer

Prepare = Callable[[OpenDesign, PlayedTrainer], None]
Page = Callable[[OpenDesign, PlayedTrainer, Theme, QtBot], Iterator[ViewerPanel]]


def played_trainer(qtbot: QtBot) -> Iterator[PlayedTrainer]:
    """A trainer that goes when the test ends."""
    trainer = PlayedTrainer()
    yield trainer
    trainer.deleteLater()


def page_of(size: tuple[int, int], prepare: Prepare | None = None, *, shown: bool = True) -> Page:
    """Return what makes a page as wide and high as `size`.

    Args:
        size: in pixels.
        prepare: is called before there is a page.
        shown: whether the test begins once the page is shown and has painted.
    """

    def page(
        design: OpenDesign, trainer: PlayedTrainer, theme: Theme, qtbot: QtBot
    ) -> Iterator[ViewerPanel]:
        if prepare is not None:
            prepare(design, trainer)
        panel = ViewerPanel(design, cast(Trainer, trainer), theme)
        panel.resize(*size)
        qtbot.addWidget(panel)
        if shown:
            with qtbot.waitSignal(panel.painted):
                panel.show()
        yield panel
        QThreadPool.globalInstance().waitForDone()

    return page
