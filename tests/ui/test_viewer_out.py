"""What leads out of the viewer, its engine played by the test."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps, SavingMaps
from cnnstudio.core.view.panels import BarsPanel, MapsPanel
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import DARK, LIGHT, Theme
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.out.number_files import save_numbers
from cnnstudio.ui.viewer.out.picture_sheet import PictureSheet, Wanted
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer


def set_values(design: OpenDesign, trainer: PlayedTrainer) -> None:
    values = np.zeros((26, 26, 64), np.float32)
    values[3, 20, 5] = 2.0
    trainer.values[uid(design, "conv_1")] = values


trainer = pytest.fixture(played_trainer)
shown = pytest.fixture(page_of((1000, 800), set_values))


@pytest.fixture
def enlarged(shown: ViewerPanel, qtbot: QtBot) -> ViewerPanel:
    with qtbot.waitSignal(shown.painted):
        shown.stage.pane.enlarge(5)
    return shown


def said_by(panel: ViewerPanel, act: Callable[[], object], qtbot: QtBot) -> Notice:
    with qtbot.waitSignal(panel.out.said) as said:
        act()
    assert said.args
    return cast(Notice, said.args[0])


def test_the_picture_says_block_shape_image_weights_and_range(shown: ViewerPanel) -> None:
    (panel,) = shown.out.panels(LIGHT)
    assert isinstance(panel, MapsPanel)
    assert panel.caption.title == "conv_1 · Conv2D"
    said = "\n".join(panel.caption.lines)
    for part in ("26×26×64 · 64 maps", "number 1500 of mnist-5k, class 3", "random weights"):
        assert part in said
    assert panel.key is not None
    assert (panel.key.low, panel.key.high) == ("0", "2")


def test_a_picture_names_the_image_its_maps_are_of_while_another_one_is_asked_for(
    shown: ViewerPanel, trainer: PlayedTrainer
) -> None:
    trainer.answers_at_once = False
    shown.set_image(DatasetImage("mnist-5k", 7))
    (panel,) = shown.out.panels(LIGHT)
    assert "number 1500 of mnist-5k, class 3" in "\n".join(panel.caption.lines)
    shown.comparing.pin(PinKind.IMAGE)
    assert shown.comparing.pins[0].image == DatasetImage("mnist-5k", 1500)


def test_a_png_has_each_value_at_its_size_and_scale(
    enlarged: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "map.png"
    wanted = Wanted(cell=3, scale=4, said=False)
    said_by(enlarged, lambda: enlarged.out.save_picture(path, wanted), qtbot)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (26 * 12, 26 * 12)
    top = QColor(253, 231, 37)
    assert image.pixelColor(20 * 12, 3 * 12) == top
    assert image.pixelColor(20 * 12 + 11, 3 * 12 + 11) == top
    assert image.pixelColor(20 * 12 - 1, 3 * 12) != top


def test_qt_itself_reads_the_svg_with_the_map_over_its_image(
    enlarged: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(enlarged.painted):
        enlarged.overlaying.bar.over.click()
    path = tmp_path / "map.svg"
    wanted = Wanted(".svg", cell=8)
    said_by(enlarged, lambda: enlarged.out.save_picture(path, wanted), qtbot)
    text = path.read_text("utf-8")
    assert "Over the image as it entered the network" in text
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    (panel,) = enlarged.out.panels(LIGHT)
    page = enlarged.out.page_of([panel], wanted)
    strong = next(s for s in page.shapes[2:] if hasattr(s, "pixels"))
    at = image.pixelColor(int(strong.x + 20.5 * 8), int(strong.y + 3.5 * 8))
    assert at.green() > 150
    assert at.blue() < 120


def test_dark_maps_are_drawn_on_white_if_wanted(
    shown: ViewerPanel, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shown.painted):
        theme.set_mode("dark")
    for light, tokens in ((True, LIGHT), (False, DARK)):
        path = tmp_path / f"{light}.png"
        wanted = Wanted(cell=1, scale=1, light=light)
        said_by(shown, partial(shown.out.save_picture, path, wanted), qtbot)
        assert QImage(str(path)).pixelColor(0, 0) == QColor(tokens.card)


def test_ctrl_c_in_the_maps_copies_the_picture(shown: ViewerPanel, qtbot: QtBot) -> None:
    view = shown.stage.pane.map_view
    said = said_by(
        shown,
        lambda: QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
        qtbot,
    )
    assert "clipboard" in said.text
    image = QGuiApplication.clipboard().image()
    (panel,) = shown.out.panels(LIGHT)
    assert isinstance(panel, MapsPanel)
    assert image.width() > panel.pixels.shape[1]


def test_bars_and_kernels_have_their_pictures_too(
    shown: ViewerPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shown.painted):
        design.set_current(uid(design, "dense_1"))
    (panel,) = shown.out.panels(LIGHT)
    assert isinstance(panel, BarsPanel)
    assert panel.names == tuple("0123456789")
    shown.stage.tabs.turn_to(Mode.KERNELS)
    assert shown.out.panels(LIGHT) == [], "the played engine sends no weights"


def test_panes_side_by_side_make_one_picture(
    shown: ViewerPanel, theme: Theme, qtbot: QtBot
) -> None:
    exhibit = shown.stage.exhibit
    assert exhibit is not None
    shown.stage.pane.caption.setText("Now")
    other = MapPane(theme, shown.stage.style_of_maps)
    shown.stage.panes.insert(1, other)
    with qtbot.waitSignal(other.painted):
        other.show_exhibit(exhibit)
    panels = shown.out.panels(LIGHT)
    assert len(panels) == 2
    assert panels[0].caption.lines[1] == "Now"


def test_maps_are_written_by_the_engine_with_progress_and_an_answer(
    shown: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    shown.out.save_maps(Path("/x/a.npz"), every=False)
    shown.out.save_maps(Path("/x/b.npz"), every=True)
    assert trainer.jobs == [
        SaveMaps("/x/a.npz", (uid(design, "conv_1"),)),
        SaveMaps("/x/b.npz", ()),
    ]
    said = said_by(shown, lambda: trainer.saving_maps.emit(SavingMaps("/x/b.npz", 3, 12)), qtbot)
    assert "25 %" in said.text
    said = said_by(shown, lambda: trainer.maps_saved.emit(MapsSaved("/x/b.npz", 9)), qtbot)
    assert "9 blocks" in said.text
    failure = MapsNotSaved("/x/a.npz", "/x/a.npz was not saved: the disk is full", "raw")
    said = said_by(shown, lambda: trainer.maps_not_saved.emit(failure), qtbot)
    assert (said.severity, said.details) == ("error", "raw")


def test_a_vector_is_a_table_of_units_and_a_map_one_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    save_numbers(path, np.array([0.1, np.nan], np.float32), ("cat", "dog, wild"))
    assert path.read_text() == 'unit,name,value\n0,cat,0.1\n1,"dog, wild",nan\n'
    values = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    save_numbers(path, values)
    assert (np.loadtxt(path, np.float32, delimiter=",") == values).all()


def test_only_an_enlarged_map_or_a_vector_has_a_table(
    enlarged: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "a.csv"
    enlarged.out.menu.menu().aboutToShow.emit()
    assert enlarged.out.menu.numbers.isEnabled()
    said_by(enlarged, lambda: enlarged.out.save_numbers(path), qtbot)
    assert np.loadtxt(path, delimiter=",")[3, 20] == 2.0
    with qtbot.waitSignal(enlarged.painted):
        enlarged.stage.pane.show_all()
    enlarged.out.menu.menu().aboutToShow.emit()
    assert not enlarged.out.menu.numbers.isEnabled()


def test_without_an_engine_only_what_is_shown_can_be_had(
    shown: ViewerPanel, trainer: PlayedTrainer
) -> None:
    trainer.enter(EngineState.LOST)
    shown.out.menu.menu().aboutToShow.emit()
    assert shown.out.menu.picture.isEnabled()
    assert not shown.out.menu.blocks.isEnabled()


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_what_cannot_be_written_is_told_and_leaves_what_was_there(
    name: str, shown: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / name).mkdir()
    wanted = Wanted(Path(name).suffix)
    said = said_by(shown, lambda: shown.out.save_picture(tmp_path / name, wanted), qtbot)
    assert said.severity == "error"
    assert "it is a folder" in said.text
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_of_two_files_that_are_written_at_once_each_is_told(
    shown: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "folder.png").mkdir()
    said: list[Notice] = []
    shown.out.said.connect(said.append)
    wanted = Wanted(cell=1, scale=1)
    shown.out.save_picture(tmp_path / "folder.png", wanted)
    shown.out.save_picture(tmp_path / "a.png", wanted)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert sorted(notice.severity for notice in said) == ["error", "info"]


def test_a_picture_too_large_to_be_made_is_refused_with_what_to_do(
    shown: ViewerPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    wanted = Wanted(cell=64, scale=4)
    said = said_by(shown, lambda: shown.out.save_picture(tmp_path / "a.png", wanted), qtbot)
    assert "too large" in said.text
    assert list(tmp_path.iterdir()) == []


def test_the_sheet_tells_the_extent_and_the_key_opens_the_menu(
    shown: ViewerPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chosen"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), "Pictures (*.svg)")
    )
    control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(shown.stage.pane.map_view, Qt.Key.Key_E, control)
    qtbot.waitUntil(shown.out.menu.menu().isVisible)
    shown.out.menu.menu().hide()
    shown.out.menu.picture.trigger()
    sheet = shown.findChild(PictureSheet)
    assert isinstance(sheet, PictureSheet)
    before = sheet.told.text()
    sheet.cell.setValue(sheet.cell.value() + 5)
    assert sheet.told.text() != before
    sheet.kind.setCurrentIndex(1)
    assert not sheet.scale.isEnabled()
    said = said_by(shown, sheet.save.click, qtbot)
    assert "chosen.svg" in said.text
    assert (tmp_path / "chosen.svg").is_file()


def test_of_what_is_enlarged_the_part_in_sight_can_be_had_alone(
    enlarged: ViewerPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(enlarged.painted):
        enlarged.overlaying.bar.over.click()
    view = enlarged.stage.pane.map_view
    (whole,) = enlarged.out.panels(LIGHT, part=True)
    assert isinstance(whole, MapsPanel)
    assert whole.pixels.shape[:2] == (26, 26), "all is in sight"
    area = view.area_of(5)
    spot = QPointF(area.left() + 20.5 * area.width() / 26, area.top() + 3.5 * area.height() / 26)
    view.zoom(4.0, spot)
    (part,) = enlarged.out.panels(LIGHT, part=True)
    assert isinstance(part, MapsPanel)
    assert part.under is not None
    height, width = part.pixels.shape[:2]
    assert max(height, width) < 26
    strongest = (part.pixels[..., :2].astype(int) @ (1, 1)).argmax()
    row, column = divmod(int(strongest), width)
    # The strong value and the pixel of the image at its middle have gone the same way.
    left, top, _width, _height = part.under.area
    seen = part.under.pixels[int(row + 0.5 - top), int(column + 0.5 - left)]
    assert whole.under is not None
    assert (seen == whole.under.pixels[4, 21]).all()
    assert (part.pixels[row, column] == whole.pixels[3, 20]).all()
    (again,) = enlarged.out.panels(LIGHT)
    assert isinstance(again, MapsPanel)
    assert again.pixels.shape == whole.pixels.shape
