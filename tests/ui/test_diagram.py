"""The diagram pane, and figures in files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Group, Input, Parallel
from cnnstudio.core.diagram.figure import Figure, FigureStyle, draw_network
from cnnstudio.core.diagram.scene import Outline, Scene
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Remove, Replace, Step
from cnnstudio.core.network import Network, starter_network
from cnnstudio.core.templates import template
from cnnstudio.ui.diagram.diagram_view import FEW, DiagramView
from cnnstudio.ui.diagram.export_sheet import ExportSheet
from cnnstudio.ui.diagram.figure_files import (
    FigureError,
    export_figure,
    fits,
    picture,
    pixels_of,
    save_figure,
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


@pytest.fixture
def scene(qapp: object) -> Scene:
    return draw_network(starter_network(), Figure(), Lettering().measure)


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


def test_an_svg_is_white_has_no_fonts_and_looks_like_the_image(
    scene: Scene, tmp_path: Path
) -> None:
    save_figure(scene, tmp_path / "net.svg", title="digits")
    save_figure(scene, tmp_path / "net.png", scale=2.0)
    text = (tmp_path / "net.svg").read_text("utf-8")
    assert "<text" not in text
    assert "<title>digits</title>" in text
    image = QImage(str(tmp_path / "net.png"))
    drawn = QImage(image.size(), QImage.Format.Format_RGB32)
    drawn.fill(QColor(LIGHT.error))
    painter = QPainter(drawn)
    QSvgRenderer(str(tmp_path / "net.svg")).render(painter)
    painter.end()
    small = QSize(image.width() // 6, image.height() // 6)
    one, other = (
        picture_.scaled(
            small,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        for picture_ in (image, drawn)
    )
    differing = sum(
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 30
        for x in range(small.width())
        for y in range(small.height())
    )
    assert differing < 0.01 * small.width() * small.height()


def test_a_pdf_is_one_page_of_the_figures_size_with_its_fonts(scene: Scene, tmp_path: Path) -> None:
    save_figure(scene, tmp_path / "net.pdf", title="digits")
    raw = (tmp_path / "net.pdf").read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in raw
    box = raw.split(b"/MediaBox [")[1].split(b"]")[0].split()
    assert abs(float(box[2]) - scene.width * 0.75) < 1
    assert abs(float(box[3]) - scene.height * 0.75) < 1


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_a_png_has_the_scale_that_was_asked_for_and_is_white(
    scale: float, scene: Scene, tmp_path: Path
) -> None:
    save_figure(scene, tmp_path / "net.png", scale=scale)
    image = QImage(str(tmp_path / "net.png"))
    assert image.size() == pixels_of(scene, scale)
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1)]
    assert {image.pixelColor(*corner).name() for corner in corners} == {LIGHT.card}


def test_what_cannot_be_written_is_said_and_leaves_the_old_file(
    scene: Scene, tmp_path: Path
) -> None:
    old = tmp_path / "net.png"
    old.write_bytes(b"old")
    for refused, path, scale in (
        (scene, old, 500.0),
        (scene, tmp_path / "net.gif", 1.0),
        (Scene(), old, 1.0),
    ):
        with pytest.raises(FigureError):
            save_figure(refused, path, scale=scale)
    for suffix in (".svg", ".pdf", ".png"):
        with pytest.raises(OSError, match="No such file"):
            save_figure(scene, tmp_path / "nowhere" / f"net{suffix}")
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["net.png"]


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


def test_a_command_line_without_a_window_exports_too(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cnnstudio.core.network import starter_network\n"
        "from cnnstudio.ui.diagram.figure_files import export_figure\n"
        "for suffix in ('svg', 'pdf', 'png'):\n"
        "    export_figure(starter_network(), Path(sys.argv[1]) / f'net.{suffix}')\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, env=environment, timeout=60
    )
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pdf", ".png", ".svg"]
    assert not QImage(str(tmp_path / "net.png")).isNull()


@pytest.mark.parametrize("style", [*FigureStyle])
def test_a_card_has_a_small_picture_of_its_own_for_each_network(
    style: FigureStyle, qapp: object
) -> None:
    pictures = [
        picture(template(name).published(), style, QSize(220, 120), ratio=2.0)
        for name in ("first", "vgg16", "resnet-50", "u-net", "googlenet")
    ]
    for number, image in enumerate(pictures):
        assert image.size() == QSize(440, 240)
        assert image.pixelColor(0, 0).alpha() == 0
        inked = sum(
            image.pixelColor(x, y).alpha() > 0 for x in range(0, 440, 4) for y in range(0, 240, 4)
        )
        assert inked > 60
        assert all(image != other for other in pictures[number + 1 :])
    nothing = picture(Network(), style, QSize(40, 30))
    assert nothing.pixelColor(20, 15).alpha() == 0


def test_figures_have_been_looked_at(screenshots: Path, qapp: object) -> None:
    for name in ("first", "inception", "resnet-50", "u-net"):
        for figure in (Figure(), Figure(FigureStyle.BLOCKS)):
            path = screenshots / f"figure-{name}-{figure.style}.png"
            export_figure(template(name).published(), path, figure, scale=2.0)
            assert not QImage(str(path)).isNull()
