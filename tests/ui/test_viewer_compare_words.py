"""What is said of pins: whose number is explained, what is subtracted, and what is gone."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.beside_messages import StateWeights
from cnnstudio.core.explain_messages import Explained
from cnnstudio.core.explaining import Explanation, Seen, WeightedSum
from cnnstudio.core.look_messages import FileImage
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import mute, uid
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


def test_the_caption_over_a_deleted_state_says_that_there_are_no_maps_of_it(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    pane = pinned(panel, qtbot)
    pin, side = panel.comparing.pins[0], panel.comparing.sides[0]
    gone = FileImage("gone.png")
    trainer.refuses.add(gone)
    weights = StateWeights("nowhere")
    panel.comparing.pins[0] = state = replace(pin, image=gone, weights=weights, title="epoch 3")
    assert "→" in pane.caption.text()
    side.inquiry.look(state)
    qtbot.waitUntil(lambda: pane.notice is not None)
    assert pane.caption.text() == "epoch 3 – no maps"


def test_the_caption_says_again_what_a_pin_is_taken_for_once_it_has_maps_of_the_block(
    panel: ViewerPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    mute(design, "pool_1")
    pane = pinned(panel, qtbot, PinKind.MOMENT)
    before = pane.caption.text()
    assert "→" in before
    design.undo_stack.undo()
    design.set_current(uid(design, "pool_1"))
    qtbot.waitUntil(lambda: pane.notice is not None)
    assert pane.caption.text().endswith("no maps")
    design.set_current(uid(design, "conv_1"))
    qtbot.waitUntil(lambda: pane.caption.text() == before)


def test_one_notice_names_all_moments_that_went_with_the_engine(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    pinned(panel, qtbot)
    for number in (2, 3):
        panel.comparing.pin(PinKind.MOMENT)
        pins = panel.comparing.pins
        pins[-1] = replace(pins[-1], title=f"Network at {number}:00")
    trainer.enter(EngineState.LOST)
    assert [pin.kind for pin in panel.comparing.pins] == [PinKind.IMAGE]
    said = panel.notices.text
    assert said.startswith("2 pins are unpinned")
    assert "Network at 2:00, Network at 3:00" in said
    assert "pin the network again" in said


def test_nothing_is_said_of_pins_where_the_engine_held_none_of_them(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    pinned(panel, qtbot)
    trainer.enter(EngineState.LOST)
    assert not panel.notices.text
