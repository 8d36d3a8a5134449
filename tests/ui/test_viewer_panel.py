"""The Look workspace as a person uses it, its engine played by the test."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core import resources
from cnnstudio.core.look_messages import DatasetImage, FileImage
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.viewer import data_images, map_pane
from cnnstudio.ui.viewer.drawing import Drawing
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import retune, uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer

FIRST_THREE = DatasetImage("mnist-5k", 1500)
COFFEE = FileImage(str(resources.path("images", "coffee.png")))
NO_KEY, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((800, 580), shown=False))


@pytest.fixture
def shown(panel: ViewerPanel, qtbot: QtBot) -> ViewerPanel:
    with qtbot.waitSignal(panel.painted):
        panel.show()
    return panel


@pytest.fixture
def go_to(shown: ViewerPanel, design: OpenDesign, qtbot: QtBot) -> Callable[[str], None]:
    def go(name: str) -> None:
        with qtbot.waitSignal(shown.painted):
            design.set_current(uid(design, name))

    return go


def drop(panel: ViewerPanel, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, NO_KEY)
    panel.dragEnterEvent(enter)
    assert enter.isAccepted()
    panel.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NO_KEY))


def turn_wheel(view: QWidget, at: QPointF, angle: int) -> None:
    turn = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, turn)


def test_the_first_look_shows_a_digit_three_and_the_maps_of_the_first_convolution(
    shown: ViewerPanel, design: OpenDesign
) -> None:
    assert shown.current_image == FIRST_THREE
    assert shown.stage.exhibit is not None
    assert shown.stage.exhibit.node.uid == uid(design, "conv_1")
    assert "26×26×64 · 64 maps" in shown.stage.title.text
    assert shown.predictions.bars.guesses[0].label == "3"
    assert shown.predictions.bars.guesses[0].is_true


def test_no_class_is_marked_true_where_the_plans_data_has_others(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    trainer.step, trainer.label = 5, "3"
    design.push_plan(replace(design.plan, data="shapes"), "data")
    with qtbot.waitSignal(panel.painted):
        panel.show()
    qtbot.waitUntil(lambda: bool(panel.predictions.bars.guesses))
    assert not any(guess.is_true for guess in panel.predictions.bars.guesses)


def test_a_hidden_viewer_reads_nothing_and_asks_nothing(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    design.set_current(uid(design, "dense_1"))
    trainer.enter(EngineState.READY)
    assert trainer.asked == []
    assert panel.sources.data.collection is None


@pytest.mark.parametrize(
    ("values_shape", "facts", "drawn"),
    [
        ((9, 4), "9×4 · 4 maps", (1, 9, 4)),
        ((5, 6, 7, 3), "5×6×7×3 · 3 maps · slice 3 of 5", (6, 7, 3)),
    ],
)
def test_sequences_are_rows_and_of_volumes_the_middle_slice_is_shown_and_named(
    values_shape: tuple[int, ...],
    facts: str,
    drawn: tuple[int, ...],
    shown: ViewerPanel,
    go_to: Callable[[str], None],
    trainer: PlayedTrainer,
    design: OpenDesign,
) -> None:
    trainer.values[uid(design, "pool_1")] = np.ones(values_shape, np.float32)
    go_to("pool_1")
    assert facts in shown.stage.title.text
    assert shown.stage.pane.map_view.drawing is not None
    assert shown.stage.pane.map_view.drawing.values.shape == drawn


def test_the_selected_block_s_maps_are_drawn_pixel_for_pixel(
    shown: ViewerPanel, go_to: Callable[[str], None], trainer: PlayedTrainer, design: OpenDesign
) -> None:
    values = np.zeros((13, 13, 64), np.float32)
    values[4, 9, 17] = 1.0
    trainer.values[uid(design, "pool_1")] = values
    go_to("pool_1")
    view = shown.stage.pane.map_view
    assert view.drawing is not None
    assert view.viewport is not None
    area = view.area_of(17)
    step = area.width() / 13
    picture = view.grab().toImage()
    bright = picture.pixelColor(
        int(area.x() + 9.5 * step), int(area.y() + 4.5 * area.height() / 13)
    )
    dark = picture.pixelColor(int(area.x() + 3.5 * step), int(area.y() + 3))
    assert bright.lightnessF() > dark.lightnessF() + 0.3


def test_pointing_at_a_map_reads_its_channel_place_and_value(
    shown: ViewerPanel, qtbot: QtBot
) -> None:
    view = shown.stage.pane.map_view
    with qtbot.waitSignal(shown.painted):
        shown.resize(1000, 900)
    area = view.area_of(14)
    place = area.topLeft() + QPointF(5.5 * area.width() / 26, 13.5 * area.height() / 26)
    QTest.mouseMove(view, place.toPoint())
    qtbot.waitUntil(lambda: "Channel 14 · row 13" in shown.stage.pane.legend.readout.text())
    assert view.place is not None
    value = (view.place.row * 26 + view.place.column) * 64 + 14
    assert shown.stage.pane.legend.readout.text().endswith(f": {value}")


def test_a_click_enlarges_a_map_arrows_step_through_them_and_esc_returns(
    shown: ViewerPanel, qtbot: QtBot
) -> None:
    view = shown.stage.pane.map_view
    with qtbot.waitSignal(shown.painted):
        QTest.mouseClick(view, LEFT, NO_KEY, view.area_of(5).center().toPoint())
    assert shown.stage.pane.channel == 5
    assert "channel 5, numbered 0 to 63" in shown.stage.title.text
    with qtbot.waitSignal(shown.painted):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert shown.stage.pane.channel == 6
    with qtbot.waitSignal(shown.painted):
        QTest.keyClick(view, Qt.Key.Key_Escape)
    assert shown.stage.pane.channel is None
    assert view.drawing is not None
    assert view.drawing.layout.count == 64


def test_maps_can_be_gone_through_by_keyboard_alone(shown: ViewerPanel, qtbot: QtBot) -> None:
    view = shown.stage.pane.map_view
    assert view.drawing is not None
    columns = view.drawing.layout.columns
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    assert view.place is not None
    assert view.place.channel == 1 + columns
    with qtbot.waitSignal(shown.painted):
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert shown.stage.pane.channel == 1 + columns


def test_the_wheel_enlarges_dragging_moves_and_a_double_click_fits(
    shown: ViewerPanel, qtbot: QtBot
) -> None:
    view = shown.stage.pane.map_view
    for _turn in range(8):
        turn_wheel(view, QPointF(100, 100), 120)
    near = view.viewport
    assert near is not None
    assert not near.is_fit
    QTest.mousePress(view, LEFT, NO_KEY, QPoint(200, 200))
    QTest.mouseMove(view, QPoint(150, 180))
    qtbot.waitUntil(lambda: view.viewport != near)
    QTest.mouseRelease(view, LEFT, NO_KEY, QPoint(150, 180))
    assert shown.stage.pane.channel is None
    QTest.mouseDClick(view, LEFT, NO_KEY, QPoint(200, 200))
    assert view.viewport is not None
    assert view.viewport.is_fit


def test_ctrl_plus_enlarges_and_ctrl_0_fits_wherever_the_focus_is(shown: ViewerPanel) -> None:
    shown.activateWindow()
    shown.sources.data_strip.setFocus()
    view = shown.stage.pane.map_view
    assert view.viewport is not None
    QTest.keyClick(shown.sources.data_strip, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert not view.viewport.is_fit
    QTest.keyClick(shown.sources.data_strip, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.viewport.is_fit


def test_a_vector_is_shown_as_bars_named_by_class(
    shown: ViewerPanel, go_to: Callable[[str], None]
) -> None:
    go_to("dense_1")
    bars = shown.stage.pane.vector_view
    assert bars.isVisible()
    QTest.keyClick(bars, Qt.Key.Key_Right)
    QTest.keyClick(bars, Qt.Key.Key_Right)
    assert shown.stage.pane.legend.readout.text() == "Class 1: 1"


def test_a_long_vector_is_shown_as_cells(shown: ViewerPanel, go_to: Callable[[str], None]) -> None:
    go_to("flatten_1")
    view = shown.stage.pane.map_view
    assert view.isVisible()
    view.select(700)
    assert shown.stage.pane.legend.readout.text() == "Unit 700: 700"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert shown.stage.pane.channel is None


def test_values_that_are_not_finite_are_said_in_words(
    shown: ViewerPanel, go_to: Callable[[str], None], trainer: PlayedTrainer, design: OpenDesign
) -> None:
    values = np.ones((13, 13, 64), np.float32)
    values[0, 0, :3] = np.nan
    trainer.values[uid(design, "pool_1")] = values
    go_to("pool_1")
    assert "3 of 10,816 values are NaN" in shown.stage.pane.legend.readout.text()


def test_new_weights_keep_the_enlarged_map_and_the_place_looked_at(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shown.painted):
        shown.stage.pane.enlarge(9)
    shown.stage.pane.map_view.zoom(2.0)
    before = shown.stage.pane.map_view.viewport
    with qtbot.waitSignal(shown.painted):
        trainer.end_run()
    assert shown.stage.pane.channel == 9
    assert shown.stage.pane.map_view.viewport == before


def test_arrow_keys_go_through_the_data_set(shown: ViewerPanel, trainer: PlayedTrainer) -> None:
    QTest.keyClick(shown.sources.data_strip, Qt.Key.Key_Right)
    assert shown.current_image == DatasetImage("mnist-5k", 1501)
    shown.sources.step(-2)
    assert shown.current_image == DatasetImage("mnist-5k", 1499)
    assert trainer.asked[-1].image == shown.current_image
    shown.sources.go_to_random()
    assert shown.current_image != DatasetImage("mnist-5k", 1499)


def test_an_image_set_from_outside_is_marked_even_if_its_class_is_filtered_out(
    shown: ViewerPanel,
) -> None:
    shown.sources.data.show_class(7)
    shown.set_image(DatasetImage("mnist-5k", 4))
    assert shown.current_image == DatasetImage("mnist-5k", 4)
    assert shown.sources.data_strip.source == DatasetImage("mnist-5k", 4)


def test_a_photograph_replaces_the_digit(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shown.painted):
        shown.set_image(COFFEE)
    assert trainer.asked[-1].image == COFFEE
    assert shown.sources.file_strip.isVisible()
    assert shown.sources.file_strip.source == COFFEE


def test_an_opened_image_stays_in_the_list(
    shown: ViewerPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = str(tmp_path / "own.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([own], ""))
    with qtbot.waitSignal(shown.painted):
        shown.sources.opener.image.trigger()
    assert shown.current_image == FileImage(own)
    shown.set_image(COFFEE)
    row = shown.sources.files.row_of(own)
    assert row == 0
    index = shown.sources.files.index(0, 0)
    assert index.data(Qt.ItemDataRole.DecorationRole) is not None


def test_a_bad_image_is_explained_and_the_last_good_one_stays(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = FileImage(str(tmp_path / "bad.png"))
    trainer.refuses.add(bad)
    with qtbot.waitSignal(shown.painted):
        shown.set_image(bad)
    assert shown.current_image == FIRST_THREE
    assert "bad.png cannot be read" in shown.notices.text
    assert shown.stage.notice is None
    assert shown.sources.files.row_of(bad.path) is None
    assert shown.sources.data_strip.source == FIRST_THREE


def test_a_starting_engine_is_waited_for_in_words(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.state = EngineState.STARTING
    panel.show()
    qtbot.waitUntil(lambda: panel.current_image is not None)
    assert panel.stage.notice is not None
    assert "loading TensorFlow" in panel.stage.notice.text
    with qtbot.waitSignal(panel.painted):
        trainer.enter(EngineState.READY)
    assert panel.stage.notice is None


def test_an_engine_that_does_not_start_can_be_started(
    panel: ViewerPanel, trainer: PlayedTrainer
) -> None:
    trainer.state = EngineState.BROKEN
    panel.show()
    notice = panel.stage.notice
    assert notice is not None
    assert notice.act is not None
    notice.act()
    assert trainer.restarts == 1


def test_a_network_that_cannot_be_built_is_explained_and_the_way_to_its_block_offered(
    shown: ViewerPanel, design: OpenDesign
) -> None:
    retune(design, "conv_1", kernel_size=(40, 40))
    notice = shown.stage.notice
    assert notice is not None
    assert "conv_1: a 40×40 kernel does not fit" in notice.text
    assert notice.act is not None
    notice.act()
    assert design.current is not None
    assert design.current.name == "conv_1"


def test_an_engine_lost_on_the_way_leaves_the_maps(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.enter(EngineState.LOST)
    assert shown.stage.exhibit is not None
    assert shown.notices.text == "", "the window says it, for all workspaces"
    with qtbot.waitSignal(shown.painted):
        trainer.enter(EngineState.READY)


def undrawable(error: Exception) -> Callable[..., Drawing]:
    def draw(*_values: object, **_options: object) -> Drawing:
        raise error

    return draw


def test_maps_that_do_not_fit_into_memory_are_explained(
    shown: ViewerPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_pane, "make_drawing", undrawable(MemoryError()))
    shown.set_image(COFFEE)
    qtbot.waitUntil(lambda: shown.stage.notice is not None)
    assert shown.stage.notice is not None
    assert "not enough memory" in shown.stage.notice.text


def test_a_bug_in_the_drawing_is_no_lack_of_memory(
    shown: ViewerPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_pane, "make_drawing", undrawable(ZeroDivisionError()))
    with qtbot.capture_exceptions() as caught:
        shown.set_image(COFFEE)
        qtbot.waitUntil(lambda: bool(caught))
        # What is drawn once more as the view settles succeeds.
        monkeypatch.undo()
        QThreadPool.globalInstance().waitForDone()
        # What else was drawn before is delivered while it is expected.
        QCoreApplication.processEvents()
    assert caught[0][0] is ZeroDivisionError
    assert shown.stage.notice is None


@pytest.mark.parametrize("error", [OSError(), KeyError()])
def test_a_data_set_that_cannot_be_read_is_explained(
    error: Exception, panel: ViewerPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_images, "read", undrawable(error))
    panel.show()
    qtbot.waitUntil(lambda: "reinstall" in panel.notices.text)


def test_everything_is_in_sight_at_the_smallest_size(shown: ViewerPanel) -> None:
    assert shown.minimumSizeHint().width() <= 800
    assert shown.minimumSizeHint().height() <= 580


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pictures_of_the_viewer(
    mode: str, shown: ViewerPanel, theme: Theme, qtbot: QtBot, screenshots: Path
) -> None:
    theme.set_mode(mode)
    with qtbot.waitSignal(shown.painted):
        shown.set_image(COFFEE)
    file = screenshots / f"viewer-{mode}.png"
    assert shown.grab().save(str(file))


def test_a_picture_says_its_own_size_and_that_guesses_mean_little_where_it_is_unlike_the_data(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.step = 9
    trainer.size = 480, 1640
    shown.set_image(COFFEE)
    qtbot.waitUntil(lambda: "mean little" in shown.predictions.note.text())
    labels = {label.text() for label in shown.image_card.findChildren(QLabel)}
    assert {"1,640 × 480 pixels", "28×28×1"} <= labels
    shown.set_image(FIRST_THREE)
    qtbot.waitUntil(lambda: "mean little" not in shown.predictions.note.text())


def test_the_network_is_looked_at_as_it_learns_and_what_is_drawn_can_be_drawn_anew(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    menu = next(
        button.menu()
        for button in shown.stage.title.tools.findChildren(QToolButton)
        if button.accessibleName() == "Mode"
    )
    used, learns, _line, again = menu.actions()
    assert not again.isEnabled()
    with qtbot.waitSignal(shown.painted):
        learns.trigger()
    assert (trainer.asked[-1].trains, trainer.asked[-1].seed) == (True, 0)
    with qtbot.waitSignal(shown.painted):
        again.trigger()
    assert (trainer.asked[-1].trains, trainer.asked[-1].seed) == (True, 1)
    with qtbot.waitSignal(shown.painted):
        used.trigger()
    assert not trainer.asked[-1].trains


def test_a_slash_leads_to_the_field_that_finds_a_map(shown: ViewerPanel, qtbot: QtBot) -> None:
    shown.activateWindow()
    shown.stage.pane.map_view.setFocus()
    QTest.keyClick(shown.stage.pane.map_view, Qt.Key.Key_Slash)
    finder = shown.stage.title.tools.finder
    qtbot.waitUntil(finder.hasFocus)
    QTest.keyClick(finder, Qt.Key.Key_Escape)
    qtbot.waitUntil(shown.stage.pane.map_view.hasFocus)
