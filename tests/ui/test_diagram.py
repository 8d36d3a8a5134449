"""The diagram pane."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Group, Input, Parallel
from cnnstudio.core.diagram.figure import Figure, FigureStyle, draw_network
from cnnstudio.core.diagram.scene import Outline
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Remove, Replace, Step
from cnnstudio.core.network import Network, starter_network
from cnnstudio.core.templates import template
from cnnstudio.ui.diagram.diagram_view import FEW, DiagramView
from cnnstudio.ui.diagram.export_sheet import ExportSheet
from cnnstudio.ui.diagram.figure_files import (
    fits,
    pixels_of,
)
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.diagram.painting import LEGIBLE
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import DARK, LIGHT, Theme
from tests.core.build import network, placed

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Iterator[DiagramView]:
    view = DiagramView(design, theme)
    qtbot.addWidget(view)
    view.resize(700, 420)
    view.show()
    yield view
    view.hide()


def uid(design: OpenDesign, *path: int) -> str:
    return design.network.at(path).uid


def click(view: DiagramView, at: QPoint) -> None:
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)


def middle(view: DiagramView, block: str) -> QPoint:
    return view.canvas.area_of(block).center().toPoint()


def key(view: DiagramView, pressed: Qt.Key) -> None:
    QTest.keyClick(view.canvas, pressed)


def wheel(view: DiagramView, at: QPointF, turn: int, modifier: Qt.KeyboardModifier) -> None:
    port = view.canvas.viewport()
    event = QWheelEvent(
        at, port.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def shown(view: DiagramView) -> QImage:
    return view.canvas.viewport().grab().toImage()


def branching() -> Network:
    inner = [Conv2D(filters=4), Conv2D(filters=2)]
    return network(
        Input(shape=(32, 32, 8)),
        placed(Parallel(), [Conv2D(filters=8, padding="same")], []),
        placed(Group(), inner, name="head"),
    )


# Following the design


def test_every_block_is_on_screen_with_its_texts(view: DiagramView, design: OpenDesign) -> None:
    for node in design.network.nodes:
        assert view.canvas.viewport().rect().contains(middle(view, node.uid))
    assert view.canvas.scale > LEGIBLE


def test_an_edit_is_drawn_at_once(view: DiagramView, design: OpenDesign, qtbot: QtBot) -> None:
    node = design.network.at((1,))
    with qtbot.waitSignal(view.drawn):
        design.push(Step("x", (Replace((1,), node, replace(node, block=Conv2D(filters=3))),)))
    assert any(getattr(s, "text", "") == "26×26×3" for s in view.canvas.scene.shapes)


def test_nothing_is_drawn_out_of_sight(view: DiagramView, design: OpenDesign, qtbot: QtBot) -> None:
    view.hide()
    before = view.canvas.scene
    with qtbot.assertNotEmitted(view.drawn, wait=20):
        design.push(Step("x", (Remove((1,), design.network.at((1,))),)))
        design.set_current(uid(design, 2))
    assert view.canvas.scene is before
    view.show()
    assert view.canvas.scene != before
    assert view.canvas.accessibleDescription().startswith(design.network.at((2,)).name)


def test_a_long_network_is_laid_out_in_the_background_and_the_newest_is_shown(
    view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    blocks = [Conv2D(filters=1 + n % 7, padding="same") for n in range(FEW + 20)]
    with qtbot.waitSignal(view.drawn):
        design.open(Design("long", network(Input(), *blocks)), None)
        assert len(view.canvas.scene.solids) < FEW
    with qtbot.waitSignal(view.drawn):
        for _edit in range(3):
            design.push(Step("x", (Remove((1,), design.network.at((1,))),)))
    assert set(view.canvas.scene.solids) == set(design.network.paths)


def test_a_network_without_blocks_says_what_belongs_here(
    view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    assert not view.placard.isVisible()
    with qtbot.waitSignal(view.drawn):
        design.open(Design("empty", Network()), None)
    assert view.placard.isVisible()
    assert not view.tools.export.isEnabled()
    with qtbot.waitSignal(view.drawn):
        design.open(Design("full", starter_network()), None)
    assert view.canvas.isVisible()
    assert view.tools.export.isEnabled()


def test_the_current_block_is_marked_and_scrolled_to(view: DiagramView, design: OpenDesign) -> None:
    view.canvas.zoom(2.0)
    for node in (design.network.nodes[-1], design.network.nodes[0]):
        before = shown(view)
        design.set_current(node.uid)
        area = view.canvas.area_of(node.uid)
        assert QRectF(view.canvas.viewport().rect()).contains(area.center())
        assert shown(view) != before


def test_a_block_that_is_drawn_with_another_is_marked_there(
    view: DiagramView, design: OpenDesign
) -> None:
    names = {node.block.kind: node.uid for node in design.network.nodes}
    assert view.canvas.area_of(names["Dropout"]) == view.canvas.area_of(names["MaxPooling2D"])
    assert view.canvas.area_of(names["Dropout"]) != view.canvas.area_of(names["Conv2D"])


# Choosing


def test_a_click_makes_a_block_the_current_one(view: DiagramView, design: OpenDesign) -> None:
    for node in design.network.nodes:
        if node.block.kind in ("Dropout", "BatchNormalization"):
            continue
        click(view, middle(view, node.uid))
        # The pooling stands before the convolution's middle.
        assert design.current is not None
        expected = view.canvas.scene.at(*view.canvas.to_scene(
            QPointF(middle(view, node.uid))).toTuple())  # fmt: skip
        assert expected is not None
        assert design.current.uid == expected.uids[0]


def test_a_click_beside_everything_changes_nothing(view: DiagramView, design: OpenDesign) -> None:
    design.set_current(uid(design, 1))
    click(view, QPoint(3, 3))
    assert design.current is not None
    assert design.current.uid == uid(design, 1)


def test_arrows_home_and_end_go_from_block_to_block(
    view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.drawn):
        view.tools.choose_style(FigureStyle.BLOCKS)
    view.canvas.setFocus()
    seen = []
    for pressed in (Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Down):
        key(view, pressed)
        assert design.current is not None
        seen.append(design.current.block.kind)
    assert seen == ["Dense", "Flatten", "Input", "Conv2D"]


def test_a_drag_pans_and_chooses_nothing(view: DiagramView, design: OpenDesign) -> None:
    view.canvas.zoom(4.0)
    port, block = view.canvas.viewport(), uid(design, 1)
    start = view.canvas.area_of(block).topLeft()
    at = QPoint(300, 200)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 5):
        QTest.mouseMove(port, at - QPoint(10 * step, 5 * step))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at - QPoint(40, 20))
    moved = view.canvas.area_of(block).topLeft() - start
    assert (round(moved.x()), round(moved.y())) == (-40, -20)
    assert design.current is None


def test_the_wheel_enlarges_with_control_and_scrolls_without(view: DiagramView) -> None:
    canvas, at = view.canvas, QPointF(350, 200)
    canvas.zoom(4.0)
    scale, under = canvas.scale, canvas.to_scene(at)
    wheel(view, at, 120, CONTROL)
    assert canvas.scale == pytest.approx(scale * 1.25)
    assert (canvas.to_scene(at) - under).manhattanLength() < 1.5
    top = canvas.verticalScrollBar().value()
    wheel(view, at, 120, Qt.KeyboardModifier.NoModifier)
    assert canvas.scale == pytest.approx(scale * 1.25)
    assert canvas.verticalScrollBar().value() < top


def test_the_wheel_goes_along_a_figure_that_has_nothing_below(
    view: DiagramView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.drawn):
        view.tools.choose_style(FigureStyle.BLOCKS)
        view.tools.direction.click()
    view.canvas.zoom(2.0)
    bar = view.canvas.horizontalScrollBar()
    assert bar.maximum() > 0
    assert view.canvas.verticalScrollBar().maximum() == 0
    wheel(view, QPointF(100, 100), -120, Qt.KeyboardModifier.NoModifier)
    assert bar.value() > 0


@pytest.mark.parametrize(("pressed", "factor"), [(Qt.Key.Key_Plus, 1.25), (Qt.Key.Key_Minus, 0.8)])
def test_keys_enlarge_and_shrink(view: DiagramView, pressed: Qt.Key, factor: float) -> None:
    view.activateWindow()
    view.canvas.setFocus()
    before = view.canvas.scale
    QTest.keyClick(view.canvas, pressed, CONTROL)
    assert view.canvas.scale == pytest.approx(before * factor)
    QTest.keyClick(view.canvas, Qt.Key.Key_0, CONTROL)
    room, scene = view.canvas.viewport().size(), view.canvas.scene
    assert scene.width * view.canvas.scale <= room.width() + 1
    assert scene.height * view.canvas.scale <= room.height() + 1


def test_a_figure_that_was_enlarged_stays_so_when_it_changes(
    view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    view.canvas.zoom(3.0)
    scale = view.canvas.scale
    with qtbot.waitSignal(view.drawn):
        design.push(Step("x", (Remove((3,), design.network.at((3,))),)))
    assert view.canvas.scale == scale
    with qtbot.waitSignal(view.drawn):
        design.open(Design("other", branching()), None)
    assert view.canvas.scale != scale


# Folding and styles


def frames(view: DiagramView) -> int:
    return sum(isinstance(shape, Outline) for shape in view.canvas.scene.shapes)


@pytest.mark.parametrize("style", [*FigureStyle])
def test_a_double_click_opens_and_enter_folds_a_group(
    style: FigureStyle, view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.drawn):
        design.open(Design("branching", branching()), None)
        view.tools.choose_style(style)
    group = uid(design, 2)
    assert frames(view) == 1
    view.tools.fold.click()
    assert frames(view) == 0
    QTest.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle(view, group))
    assert frames(view) == 1
    design.set_current(group)
    view.canvas.setFocus()
    key(view, Qt.Key.Key_Return)
    assert frames(view) == 0


def test_a_large_network_comes_folded_and_the_button_says_so(
    view: DiagramView, design: OpenDesign, qtbot: QtBot
) -> None:
    assert not view.tools.fold.isChecked()
    with qtbot.waitSignal(view.drawn):
        design.open(Design("resnet", template("resnet-50").published()), None)
    assert view.tools.fold.isChecked()
    folded = view.canvas.scene
    view.tools.fold.click()
    assert not view.tools.fold.isChecked()
    assert len(view.canvas.scene.shapes) > 3 * len(folded.shapes)
    with qtbot.waitSignal(view.drawn):
        design.open(Design("again", template("resnet-50").published()), None)
    assert view.tools.fold.isChecked()


def test_style_direction_and_lines_are_chosen_by_buttons(view: DiagramView, qtbot: QtBot) -> None:
    assert not view.tools.direction.isEnabled()
    with qtbot.waitSignal(view.drawn):
        view.tools.choose_style(FigureStyle.BLOCKS)
    tall = view.canvas.scene
    assert tall.height > tall.width
    with qtbot.waitSignal(view.drawn):
        view.tools.direction.click()
    wide = view.canvas.scene
    assert wide.width > wide.height
    with qtbot.waitSignal(view.drawn):
        view.tools.lines.click()
    assert view.canvas.scene.height > wide.height


def test_every_control_says_what_it_is_and_why_one_would_use_it(view: DiagramView) -> None:
    buttons = view.tools.findChildren(QToolButton)
    assert len(buttons) == 9
    for control in (*buttons, view.canvas):
        assert control.accessibleName()
        assert len(control.toolTip()) > 10
        # Of a choice only the chosen one is a stop of Tab; arrow keys go on from there.
        chosen = not isinstance(control, QToolButton) or control.isChecked()
        if chosen or control.property("role") != "segment":
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_it_is_drawn_in_the_colours_of_the_theme(view: DiagramView, theme: Theme) -> None:
    assert shown(view).pixelColor(5, 5) == QColor(LIGHT.card)
    theme.set_mode("dark")
    assert shown(view).pixelColor(5, 5) == QColor(DARK.card)


# Files


def test_the_pane_exports_what_it_shows_and_says_so(
    view: DiagramView, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.said) as told:
        view.export(tmp_path / "net.png", 2.0)
    assert isinstance(told.args[0], Notice)
    assert str(tmp_path / "net.png") in told.args[0].text
    assert QImage(str(tmp_path / "net.png")).size() == pixels_of(view.canvas.scene, 2.0)
    with qtbot.waitSignal(view.said) as told:
        view.export(tmp_path / "nowhere" / "net.svg", 1.0)
    assert told.args[0].severity == "error"


def test_the_export_sheet_tells_how_large_the_file_is(
    view: DiagramView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.tools.export.click()
    sheet = view.findChild(ExportSheet)
    assert sheet is not None
    assert "mm" in sheet.told.text()
    assert not sheet.scale.isEnabled()
    sheet.kind.setCurrentIndex(2)
    sheet.scale.setValue(2.0)
    size = pixels_of(view.canvas.scene, 2.0)
    assert f"{size.width():,}" in sheet.told.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    with qtbot.waitSignal(sheet.wanted) as wanted:
        sheet.save.click()
    assert wanted.args == [".png", 2.0]


def test_an_image_that_no_program_opens_is_not_offered(view: DiagramView, qtbot: QtBot) -> None:
    long = draw_network(template("vgg16").published(), Figure(), Lettering().measure)
    sheet = ExportSheet(view, replace(long, width=long.width * 10))
    qtbot.addWidget(sheet)
    sheet.kind.setCurrentIndex(2)
    sheet.scale.setValue(20.0)
    assert not fits(pixels_of(long, 200.0))
    assert not sheet.save.isEnabled()
    sheet.kind.setCurrentIndex(0)
    assert sheet.save.isEnabled()
