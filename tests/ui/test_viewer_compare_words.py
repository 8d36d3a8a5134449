"""What is said of pins: whose number is explained, what is subtracted, and what is gone."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.explain_messages import Explained
from cnnstudio.core.explaining import Explanation, Seen, WeightedSum
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer

trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((1300, 800)))


def pinned(panel: ViewerPanel, qtbot: QtBot, kind: PinKind = PinKind.IMAGE) -> MapPane:
    """Pin something and wait until its maps are beside those of the moment."""
    panel.comparing.pin(kind)
    pane = panel.comparing.sides[len(panel.comparing.shown) - 1].pane
    qtbot.waitUntil(lambda: pane.exhibit is not None and pane.map_view.drawing is not None)
    return pane


def explain(trainer: PlayedTrainer, pane: MapPane, place: Place) -> None:
    """Ask about a number of a pane, and have the engine answer."""
    pane.asked.emit(place)
    question = trainer.questions[-1]
    ones = np.ones((1, 1, 1), np.float32)
    parts = WeightedSum(ones, ones, 0.0, Seen(((0,), (0,)), (28, 28)))
    about = Explanation(question.block, question.index, 1.0, parts, 1.0, margin=1e-4, source="")
    trainer.explained.emit(Explained(question.generation, question.block, question.index, about))


@pytest.mark.parametrize(
    ("kind", "whose"),
    [
        (PinKind.IMAGE, "Pinned: Image 1,501 · "),
        (PinKind.MOMENT, "Pinned: Network at "),
        (PinKind.BLOCK, "Pinned: "),
    ],
)
def test_an_explained_number_of_a_pin_names_the_pin_and_one_of_the_moment_does_not(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot, kind: PinKind, whose: str
) -> None:
    pane = pinned(panel, qtbot, kind)
    explain(trainer, pane, Place(1, 2, 3))
    title = panel.explanation.title
    assert title.text().startswith(whose)
    assert title.text().endswith("conv_1 · row 2, column 3, channel 1")
    assert title.text().count("conv_1") == 1
    explain(trainer, panel.stage.pane, Place(1, 2, 3))
    assert title.text() == "conv_1 · row 2, column 3, channel 1"


def test_an_explanation_goes_with_the_pin_that_it_was_of(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    pane = pinned(panel, qtbot)
    explain(trainer, pane, Place(1, 2, 3))
    panel.comparing.unpin(1)
    assert panel.explaining.pinned is None
    assert panel.explanation.told is None
    assert "not shown any more" in panel.explanation.story.text()


def test_the_difference_names_the_pin_that_is_subtracted(panel: ViewerPanel, qtbot: QtBot) -> None:
    pinned(panel, qtbot)
    panel.comparing.shelf.difference.click()
    pane = panel.comparing.difference
    assert pane is not None
    assert pane.caption.text() == "Now minus Image 1,501"
    pinned(panel, qtbot, PinKind.BLOCK)
    assert pane.caption.text() == "Now minus Image 1,501", "of two, the first"
    panel.comparing.unpin(1)
    assert pane.caption.text() == "Now minus conv_1"
