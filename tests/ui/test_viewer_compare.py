"""Pins: what is laid beside the maps of the moment, how it follows them, and what differs."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import analyse
from cnnstudio.core.beside_messages import (
    HeldWeights,
    HoldWeights,
    LeaveSeat,
    LetWeightsGo,
    ProbeBeside,
    StateWeights,
    seat_of,
)
from cnnstudio.core.look_messages import DatasetImage, FileImage, LiveImage, MadeInput, Moment
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.viewer.compare.pins import MOST_PINS, PinKind
from cnnstudio.ui.viewer.compare.state_sheet import RunState, StateSheet
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import retune, uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.runs.kept import Runs
from tests.ui.viewer_page import page_of, played_trainer

trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((1300, 800)))


def side(panel: ViewerPanel, number: int = 0) -> MapPane:
    return panel.comparing.sides[number].pane


def wait_for_side(panel: ViewerPanel, qtbot: QtBot, number: int = 0) -> MapPane:
    qtbot.waitUntil(
        lambda: (
            bool(panel.comparing.sides)
            and side(panel, number).exhibit is not None
            and side(panel, number).map_view.drawing is not None
        )
    )
    return side(panel, number)


def probes(trainer: PlayedTrainer) -> list[ProbeBeside]:
    return [asked for asked in trainer.asked_beside if isinstance(asked, ProbeBeside)]


def test_a_pinned_image_stays_beside_the_next_one_and_follows_the_block(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    first = panel.current_image
    assert isinstance(first, DatasetImage)
    QTest.keyClick(panel.stage.pane.map_view, Qt.Key.Key_P)
    pane = wait_for_side(panel, qtbot)
    assert not pane.isHidden()
    panel.set_image(DatasetImage(first.dataset, 7))
    qtbot.waitUntil(lambda: "Image 8" in panel.stage.pane.caption.text())
    assert "→ 3" in panel.stage.pane.caption.text(), "what it is taken for stands there too"
    assert f"Image {first.index + 1:,}" in pane.caption.text()
    assert {asked.probe.image for asked in probes(trainer)} == {first}
    assert probes(trainer)[-1].weights is None, "it is seen by the network as it is now"
    design.set_current(uid(design, "pool_1"))
    qtbot.waitUntil(lambda: pane.exhibit is not None and pane.exhibit.node.name == "pool_1")
    QTest.mouseClick(panel.comparing.shelf.chips[1], Qt.MouseButton.LeftButton)
    assert pane.isHidden()
    assert panel.stage.pane.caption.isHidden()
    assert len(panel.comparing.pins) == 1, "put away, it is still pinned"
    QTest.keyClick(panel.comparing.shelf.chips[1], Qt.Key.Key_Delete)
    assert not panel.comparing.pins
    assert panel.comparing.shelf.isHidden()


def test_a_pinned_block_stays_while_another_one_is_looked_at(
    panel: ViewerPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.BLOCK)
    pane = wait_for_side(panel, qtbot)
    pinned = pane.exhibit
    design.set_current(uid(design, "pool_1"))
    qtbot.waitUntil(
        lambda: panel.stage.exhibit is not None and panel.stage.exhibit.node.name == "pool_1"
    )
    assert pane.exhibit is not None
    assert pinned is not None
    assert pane.exhibit.node is pinned.node


def test_a_moment_is_looked_at_with_the_network_and_the_weights_of_then(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    then = design.network
    panel.comparing.pin(PinKind.MOMENT)
    wait_for_side(panel, qtbot)
    held = trainer.asked_beside[0]
    assert held == HoldWeights(1, then), "before anything is asked of them"
    assert probes(trainer)[-1].weights == HeldWeights(1)
    image = panel.current_image
    assert isinstance(image, DatasetImage)
    asked = len(probes(trainer))
    trainer.enter(EngineState.TRAINING)
    panel.inquiry.ask()
    qtbot.waitUntil(lambda: panel.inquiry.standing == "answered")
    assert len(probes(trainer)) == asked, "what cannot have changed is not asked again"
    panel.set_image(DatasetImage(image.dataset, 9))
    qtbot.waitUntil(lambda: len(probes(trainer)) == asked + 1)
    last = probes(trainer)[-1].probe
    assert (last.network, last.image) == (then, DatasetImage(image.dataset, 9))
    panel.comparing.unpin(1)
    assert trainer.asked_beside[-2:] == [LeaveSeat(1), LetWeightsGo(HeldWeights(1))]


def test_moments_are_gone_with_the_engine_that_held_them(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    panel.comparing.pin(PinKind.MOMENT)
    wait_for_side(panel, qtbot, 1)
    trainer.enter(EngineState.LOST)
    assert [pin.kind for pin in panel.comparing.pins] == [PinKind.IMAGE]
    trainer.enter(EngineState.READY)
    qtbot.waitUntil(lambda: probes(trainer)[-1].probe.generation not in (0, 1))
    wait_for_side(panel, qtbot)


def test_a_pin_of_a_made_example_bears_its_name_and_a_guessed_number_is_no_class(
    panel: ViewerPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.set_image(MadeInput("noise", 2))
    qtbot.waitUntil(lambda: panel.inquiry.answered_image == MadeInput("noise", 2))
    panel.comparing.pin(PinKind.IMAGE)
    assert panel.comparing.pins[0].title == "Noise 3"
    pane = wait_for_side(panel, qtbot)
    assert pane.caption.text() == "Noise 3 → 3, 30.0 %"
    design.push_plan(replace(design.plan, loss="mean_squared_error"), "Change")
    panel.inquiry.ask()
    qtbot.waitUntil(lambda: pane.caption.text() == "Noise 3")
    assert panel.stage.pane.caption.text() == "Now: Noise 3"


def test_of_a_network_with_errors_the_part_that_is_looked_at_is_pinned(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    retune(design, "pool_1", pool_size=(99, 99), strides=(99, 99))
    qtbot.waitUntil(lambda: not panel.inquiry.is_whole)
    qtbot.waitUntil(lambda: panel.stage.exhibit is not None)
    panel.comparing.pin(PinKind.MOMENT)
    held = trainer.asked_beside[0]
    assert isinstance(held, HoldWeights)
    assert not analyse(held.network).errors
    pane = wait_for_side(panel, qtbot)
    assert pane.exhibit is not None
    assert pane.exhibit.node.name == "conv_1"


def test_a_moment_follows_a_camera_picture_by_picture(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.moment = Moment(0, 0.0)
    panel.live.open("camera:0")
    qtbot.waitUntil(lambda: panel.live.moment is not None)
    panel.comparing.pin(PinKind.MOMENT)
    qtbot.waitUntil(lambda: len(probes(trainer)) > 3)
    assert {asked.probe.image for asked in probes(trainer)} == {LiveImage("camera:0")}
    panel.live.toggle()
    resting = LiveImage("camera:0", plays=False)
    qtbot.waitUntil(lambda: probes(trainer)[-1].probe.image == resting)
    asked = len(probes(trainer))
    panel.inquiry.ask()
    qtbot.waitUntil(lambda: panel.inquiry.standing == "answered")
    assert len(probes(trainer)) == asked, "a picture that stays is not looked at again"


def test_nothing_is_asked_about_pins_while_another_workspace_is_shown(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    pane = wait_for_side(panel, qtbot)
    panel.hide()
    design.set_current(uid(design, "pool_1"))
    assert pane.exhibit is not None
    assert pane.exhibit.node.name == "conv_1"
    panel.show()
    qtbot.waitUntil(lambda: pane.exhibit is not None and pane.exhibit.node.name == "pool_1")


def test_a_third_one_takes_the_place_of_the_first(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    for kind in (PinKind.IMAGE, PinKind.BLOCK, PinKind.IMAGE):
        panel.comparing.pin(kind)
    assert [pin.number for pin in panel.comparing.shown] == [2, 3]
    wait_for_side(panel, qtbot, 1)
    assert {seat_of(asked.probe.generation) for asked in probes(trainer)} == {1, 2}
    for _time in range(MOST_PINS):
        panel.comparing.pin(PinKind.IMAGE)
    assert len(panel.comparing.pins) == MOST_PINS
    assert not panel.comparing.menu.choices[PinKind.STATE].isEnabled()


def test_panes_share_range_order_place_and_the_enlarged_channel(
    panel: ViewerPanel, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    pane, now = wait_for_side(panel, qtbot), panel.stage.pane

    def alike() -> bool:
        one, other = pane.map_view.drawing, now.map_view.drawing
        return (
            one is not None
            and other is not None
            and one.range_of(0) == other.range_of(0)
            and one.layout == other.layout
            and one.channel == other.channel
        )

    qtbot.waitUntil(alike)
    drawing = now.map_view.drawing
    assert drawing is not None
    assert drawing.range_of(0)[1] == float(pane.maps.max()) > float(now.maps.max())
    assert pane.size() == now.size(), "the same maps are drawn in the same size"
    now.map_view.zoom_in()
    now.map_view.zoom_in()
    assert pane.map_view.viewport == now.map_view.viewport
    now.map_view.pointed.emit(Place(2, 1, 1))
    assert pane.map_view.place == Place(2, 1, 1)
    value = f"{pane.maps[1, 1, 2]:.0f}"
    assert value in pane.legend.readout.text().replace(",", "")
    pane.enlarge(4)
    assert now.channel == 4
    qtbot.waitUntil(lambda: now.map_view.drawing is not None and now.map_view.drawing.channel == 4)
    QTest.keyClick(now.map_view, Qt.Key.Key_Right)
    assert (now.channel, pane.channel) == (5, 5)
    QTest.keyClick(pane.map_view, Qt.Key.Key_Escape)
    assert [now.channel, pane.channel] == [None, None]


def test_maps_are_sorted_by_what_tells_two_looks_apart_in_both_panes(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    tools = panel.stage.title.tools
    entry = next(a for a in tools.findChildren(QAction) if "tells this look" in a.text())
    assert not entry.isEnabled(), "with nothing to tell it from"
    exhibit = panel.stage.exhibit
    assert exhibit is not None
    apart = exhibit.values.copy()
    apart[..., 5] += 50_000
    apart[..., 2] += 30_000
    trainer.values[exhibit.node.uid] = apart
    panel.comparing.pin(PinKind.IMAGE)
    pane, now = wait_for_side(panel, qtbot), panel.stage.pane
    entry.trigger()

    def first_maps(which: MapPane) -> list[int]:
        drawing = which.map_view.drawing
        return [] if drawing is None else [int(number) for number in drawing.channels[:2]]

    qtbot.waitUntil(lambda: first_maps(pane) == first_maps(now) == [5, 2])


def test_the_difference_is_now_minus_pinned_about_zero(panel: ViewerPanel, qtbot: QtBot) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    wait_for_side(panel, qtbot)
    panel.comparing.shelf.difference.click()
    difference = panel.comparing.difference
    assert difference is not None
    qtbot.waitUntil(lambda: difference.exhibit is not None)
    assert np.array_equal(difference.maps, np.full_like(difference.maps, -100))
    qtbot.waitUntil(lambda: difference.map_view.drawing is not None)
    drawing = difference.map_view.drawing
    assert drawing is not None
    assert drawing.range_of(None) == (-100, 100)


def test_the_difference_waits_until_both_are_of_the_same_image(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.MOMENT)
    wait_for_side(panel, qtbot)
    panel.comparing.shelf.difference.setChecked(True)
    pane = panel.comparing.difference
    assert pane is not None
    qtbot.waitUntil(lambda: pane.exhibit is not None)
    before = pane.exhibit
    trainer.values[uid(design, "conv_1")] = np.full((26, 26, 64), 7, np.float32)
    trainer.answers_at_once = False
    image = panel.current_image
    assert isinstance(image, DatasetImage)
    panel.set_image(DatasetImage(image.dataset, 7))
    trainer.answer()
    assert panel.stage.exhibit is not None
    assert panel.stage.exhibit.values[0, 0, 0] == 7
    assert pane.exhibit is before
    trainer.answers_at_once = True
    panel.set_image(DatasetImage(image.dataset, 8))
    qtbot.waitUntil(lambda: pane.exhibit is not before)
    assert pane.exhibit is not None
    np.testing.assert_array_equal(pane.exhibit.values, -100)


def test_maps_of_other_shapes_have_no_difference_and_say_so(
    panel: ViewerPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.BLOCK)
    wait_for_side(panel, qtbot)
    panel.comparing.shelf.difference.click()
    design.set_current(uid(design, "pool_1"))
    difference = panel.comparing.difference
    assert difference is not None
    qtbot.waitUntil(lambda: difference.notice is not None and "×" in difference.notice.text)


def test_a_deleted_state_is_told_of_in_its_pane_and_the_rest_stays(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    wait_for_side(panel, qtbot)
    image = panel.current_image
    assert isinstance(image, DatasetImage)
    gone = FileImage("gone.png")
    trainer.refuses.add(gone)
    panel.comparing.pins[0] = pin = panel.comparing.pins[0].__class__(
        1, PinKind.STATE, "digits, after epoch 3", image=gone, weights=StateWeights("nowhere")
    )
    panel.comparing.sides[0].inquiry.look(pin)
    qtbot.waitUntil(lambda: side(panel).notice is not None)
    notice = side(panel).notice
    assert notice is not None
    assert notice.text == "This state of the run is deleted"
    assert panel.stage.exhibit is not None


def test_a_number_of_the_pinned_look_is_explained_by_its_own_look(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    panel.comparing.pin(PinKind.IMAGE)
    pane = wait_for_side(panel, qtbot)
    pane.asked.emit(Place(1, 2, 3))
    assert seat_of(trainer.questions[-1].generation) == 1
    assert trainer.questions[-1].index == (2, 3, 1)
    panel.stage.pane.asked.emit(Place(1, 2, 3))
    assert seat_of(trainer.questions[-1].generation) == 0


def test_states_of_kept_runs_are_listed_and_chosen_with_their_design(
    qtbot: QtBot, tmp_path: Path
) -> None:
    runs = Runs(tmp_path)
    run = runs.add(epochs=2)
    network = runs.store.design(run).network
    runs.close()
    sheet = StateSheet(cast(ViewerPanel, None), tmp_path)
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitUntil(lambda: sheet.list.topLevelItemCount() == 1)
    with qtbot.waitSignal(sheet.chosen) as chosen:
        QTest.mouseClick(sheet.pin, Qt.MouseButton.LeftButton)
    state = chosen.args[0] if chosen.args else None
    assert isinstance(state, RunState)
    assert Path(state.path).is_file()
    assert state.title == "digits, after epoch 2"
    assert state.design.network == network


def test_without_a_kept_state_the_sheet_says_how_there_is_one(qtbot: QtBot, tmp_path: Path) -> None:
    sheet = StateSheet(cast(ViewerPanel, None), tmp_path)
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitUntil(lambda: "train" in sheet.said.text())
    assert not sheet.pin.isEnabled()
