"""One map over the image that it was made of, its engine played by the test."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.map_layout import Layout, Place
from cnnstudio.core.map_places import Area
from cnnstudio.core.mosaic import CHECK_DARK, EMPTY, LEVELS
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.drawing import Drawing
from cnnstudio.ui.viewer.overlay.underlay import Overlay, Underlay
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from cnnstudio.ui.viewer.viewport import Margins, fit
from tests.ui.changes import uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer

CHANNEL = 5


def set_values(design: OpenDesign, trainer: PlayedTrainer) -> None:
    values = np.zeros((26, 26, 64), np.float32)
    values[3, 20, CHANNEL] = 1.0
    values[10, 4, CHANNEL] = np.nan
    trainer.values[uid(design, "conv_1")] = values


trainer = pytest.fixture(played_trainer)
shown = pytest.fixture(page_of((1000, 800), set_values))


@pytest.fixture
def lay(shown: ViewerPanel, qtbot: QtBot) -> Callable[[], Drawing]:
    """Enlarge a map, press O, and return what is drawn."""

    def act() -> Drawing:
        with qtbot.waitSignal(shown.painted):
            shown.stage.pane.enlarge(CHANNEL)
        with qtbot.waitSignal(shown.painted):
            QTest.keyClick(shown.stage.pane.map_view, Qt.Key.Key_O)
        return drawn(shown)

    return act


def drawn(shown: ViewerPanel) -> Drawing:
    drawing = shown.stage.pane.map_view.drawing
    assert drawing is not None
    return drawing


def color_at(shown: ViewerPanel, row: float, column: float) -> QColor:
    """Return what is painted at a place of the enlarged map, in cells."""
    view = shown.stage.pane.map_view
    area = view.area_of(CHANNEL)
    side = area.width() / 26
    picture = view.grab().toImage()
    return picture.pixelColor(int(area.left() + column * side), int(area.top() + row * side))


def test_o_lays_the_enlarged_map_over_the_image_at_its_place(
    shown: ViewerPanel, lay: Callable[[], Drawing]
) -> None:
    underlay = lay().underlay
    assert underlay is not None
    # 3×3 "valid": the outermost pixels of 28×28 have no cell of their own.
    assert underlay.area == Area(-1, -1, 28, 28)
    port = shown.stage.pane.map_view.viewport
    assert port is not None
    assert port.around == Margins(1, 1, 1, 1, 1)


def test_image_and_map_are_in_sight_where_one_reaches_over_the_other(
    shown: ViewerPanel, lay: Callable[[], Drawing]
) -> None:
    lay()
    view = shown.stage.pane.map_view
    area = view.area_of(CHANNEL)
    side = area.width() / 26
    assert view.rect().contains(area.adjusted(-side, -side, side, side).toRect())


def test_a_weak_place_shows_the_image_and_a_strong_one_the_map(
    shown: ViewerPanel, lay: Callable[[], Drawing], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    lay()
    shown.overlaying.bar.opacity.setValue(100)
    qtbot.waitUntil(lambda: color_at(shown, 3.5, 20.5) == QColor(*viridis_top()))
    underlay = drawn(shown).underlay
    assert underlay is not None
    assert color_at(shown, 20.5, 8.5) == underlay.image.pixelColor(9, 21)


def test_without_fading_the_slider_alone_decides(
    shown: ViewerPanel, lay: Callable[[], Drawing], qtbot: QtBot
) -> None:
    lay()
    bar = shown.overlaying.bar
    underlay = drawn(shown).underlay
    assert underlay is not None
    below = underlay.image.pixelColor(9, 21)
    with qtbot.waitSignal(shown.painted):
        bar.fade.click()
    assert color_at(shown, 20.5, 8.5) != below
    bar.opacity.setFocus()
    for _press in range(8):
        QTest.keyClick(bar.opacity, Qt.Key.Key_PageDown)
    assert bar.opacity.value() == 0
    qtbot.waitUntil(lambda: color_at(shown, 20.5, 8.5) == below)


def test_nan_stays_in_sight_over_any_image(
    shown: ViewerPanel, lay: Callable[[], Drawing], theme: Theme, qtbot: QtBot
) -> None:
    lay()
    shown.overlaying.bar.opacity.setValue(0)
    pattern = (QColor(theme.tokens.error), QColor(theme.tokens.card))
    qtbot.waitUntil(lambda: color_at(shown, 3.5, 20.5) not in (viridis_top(), *pattern))
    assert color_at(shown, 10.5, 4.5) in pattern


def test_pointing_and_asking_go_on_over_the_image(
    shown: ViewerPanel, lay: Callable[[], Drawing], qtbot: QtBot
) -> None:
    lay()
    view = shown.stage.pane.map_view
    area = view.area_of(CHANNEL)
    side = area.width() / 26
    at = QPointF(area.left() + 20.5 * side, area.top() + 3.5 * side).toPoint()
    with qtbot.waitSignal(view.asked) as asked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert asked.args == [Place(CHANNEL, 3, 20)]


def test_the_choice_stays_for_the_next_map_and_goes_with_all_maps(
    shown: ViewerPanel, lay: Callable[[], Drawing], qtbot: QtBot
) -> None:
    lay()
    shown.overlaying.bar.opacity.setValue(40)
    with qtbot.waitSignal(shown.painted):
        QTest.keyClick(shown.stage.pane.map_view, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: drawn(shown).channel == CHANNEL + 1)
    assert drawn(shown).underlay is not None
    with qtbot.waitSignal(shown.painted):
        shown.stage.pane.show_all()
    qtbot.waitUntil(lambda: drawn(shown).channel is None)
    assert drawn(shown).underlay is None
    assert shown.overlaying.bar.isHidden()
    shown.stage.pane.enlarge(2)
    qtbot.waitUntil(lambda: drawn(shown).underlay is not None)
    assert shown.overlaying.bar.opacity.value() == 40


def test_a_map_without_a_place_in_the_image_says_so(
    shown: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    # As a Reshape after a Flatten: maps again, but of nothing that lies anywhere.
    trainer.values[uid(design, "flatten_1")] = np.ones((5, 5, 3), np.float32)
    with qtbot.waitSignal(shown.painted):
        design.set_current(uid(design, "flatten_1"))
    shown.stage.pane.enlarge(1)
    bar = shown.overlaying.bar
    assert not bar.over.isEnabled()
    assert "no place in the image" in bar.over.toolTip()


def viridis_top() -> tuple[int, int, int]:
    return 253, 231, 37


def table() -> np.ndarray:
    made = np.full(256, 0xFF102030, np.uint32)
    made[EMPTY] = 0
    return made


def overlay(*, fades: bool, opacity: float = 1.0) -> Overlay:
    return Overlay(cast(Underlay, None), opacity, fades)


def alphas(found: np.ndarray) -> np.ndarray:
    return found[:LEVELS] >> 24


def test_what_is_strong_in_its_own_map_hides_the_image_whatever_others_have() -> None:
    found = overlay(fades=True).veiled(table(), (0.0, 10.0), (0.0, 1.0), about_zero=False)
    seen = alphas(found)
    assert seen[0] == 0
    assert seen[LEVELS // 10 + 1] == 255
    assert found[CHECK_DARK] == table()[CHECK_DARK]


def test_about_zero_both_ends_are_strong() -> None:
    found = overlay(fades=True).veiled(table(), (-1.0, 1.0), (-1.0, 0.5), about_zero=True)
    seen = alphas(found)
    assert (seen[0], seen[LEVELS // 2], seen[-1]) == (255, 0, 255)


def test_colours_are_premultiplied() -> None:
    found = overlay(fades=False, opacity=0.5).veiled(table(), (0, 1), (0, 1), about_zero=False)
    assert hex(int(found[7])) == "0x80081018"


def test_a_flat_map_is_strong_everywhere() -> None:
    found = overlay(fades=True).veiled(table(), (2.0, 2.0), (2.0, 2.0), about_zero=False)
    assert (alphas(found) == 255).all()


def test_small_maps_are_enlarged_as_the_image_under_them_needs() -> None:
    layout, view = Layout(1, 3, 3, 1), (800, 800)
    alone, over = fit(layout, view), fit(layout, view, Margins(finest=32))
    assert alone.pitch == (480, 480)
    assert over.pitch == (800, 800)
