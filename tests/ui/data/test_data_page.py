"""The Data page as a person uses it, its engine played by the test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import CATALOGUE
from cnnstudio.core.data.sources import ImageFolder, Shapes, Texts
from cnnstudio.core.data_messages import (
    DataProgress,
    FilesLeftOut,
    ReadData,
    SamplesFailed,
    SamplesShown,
    ShowSamples,
)
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.edits import Insert, Step
from cnnstudio.core.insertion import placed
from cnnstudio.core.messages import RunFailed
from cnnstudio.ui.data.class_row_painting import ROW, Cell, cells_in, room_of
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.inquiry import Standing
from cnnstudio.ui.data.offers import OFFERS
from cnnstudio.ui.data.view_bar import Showing
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.ui.data.told_data import PHOTOS, design_of, next_of, shown, tell
from tests.ui.played_engine import Played


@pytest.fixture
def played(qtbot: QtBot) -> Iterator[Played]:
    played = Played()
    yield played
    played.trainer.close()
    played.trainer.deleteLater()


@pytest.fixture
def photos(qtbot: QtBot) -> Iterator[OpenDesign]:
    design = design_of(PHOTOS)
    yield design
    QThreadPool.globalInstance().waitForDone()
    design.deleteLater()


@pytest.fixture
def page(photos: OpenDesign, played: Played, theme: Theme, qtbot: QtBot) -> DataPage:
    page = DataPage(photos, played.trainer, theme)
    page.resize(580, 560)
    qtbot.addWidget(page)
    played.start(qtbot)
    with qtbot.waitExposed(page):
        page.show()
    return page


def read(page: DataPage, played: Played, qtbot: QtBot, dataset: Dataset | None = None) -> ReadData:
    """Let the engine answer what the page asks."""
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    tell(played, request, dataset)
    qtbot.waitUntil(lambda: page.inquiry.standing is Standing.READ)
    return request


def asked(played: Played, qtbot: QtBot) -> ShowSamples:
    request = next_of(played, qtbot, ShowSamples)
    assert isinstance(request, ShowSamples)
    return request


def texts(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(widget))


def button(widget: QWidget, text: str) -> QPushButton:
    (found,) = (
        one
        for one in widget.findChildren(QPushButton)
        if one.text().strip() == text and one.isVisibleTo(widget)
    )
    return found


def pixel(page: DataPage, row: int, place: int) -> int:
    """How bright the middle of an image in the rows is."""
    width = page.rows.viewport().width()
    centre = room_of(place, row * ROW, width, is_text=False).center()
    ratio = page.rows.devicePixelRatioF()
    image: QImage = page.rows.viewport().grab().toImage()
    return image.pixelColor(int(centre.x() * ratio), int(centre.y() * ratio)).red()


def test_what_is_in_the_data_is_shown_once_it_is_read(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    assert "Reading photos (folder)" in texts(page.placard)
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    played.engines[-1].send(DataProgress(request.run, 1_000, 4_000))
    qtbot.waitUntil(lambda: "1,000 of 4,000" in texts(page.placard))
    assert page.facts.bar.value() == page.facts.bar.maximum() // 4
    tell(played, request)
    qtbot.waitUntil(page.rows.isVisible)
    assert "60 images · 3 classes · 10 to 30 a class · 48×64×3" in texts(page.facts)
    assert page.legend.accessibleName() == "54 to learn from · 6 validation"
    assert [row.label for row in page.rows.rows] == ["cat", "coffee", "rocket"]
    assert [sum(row.counts) for row in page.rows.rows] == [10, 20, 30]
    assert not page.facts.bar.isVisible()


def test_images_in_sight_are_asked_for_and_painted_when_they_come(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    request = asked(played, qtbot)
    count = cells_in(page.rows.viewport().width(), is_text=False)
    assert request.images[:count] == tuple(range(count))
    assert request.network is None
    assert pixel(page, 0, 0) > 200
    played.engines[-1].send(shown(request, name="cat/{}.png"))
    qtbot.waitUntil(lambda: page.samples.get(0) is not None)
    assert pixel(page, 0, 0) == 60
    page.rows.setFocus()
    QTest.keyClick(page.rows, Qt.Key.Key_Right)
    assert page.rows.current == 1
    assert page.rows.accessibleDescription() == "cat/1.png · image 1, class cat"


def test_a_network_that_augments_shows_what_it_draws_and_draws_again(
    page: DataPage, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    played.engines[-1].send(shown(asked(played, qtbot)))
    page.view.show_as(Showing.AUGMENTED)
    # There is nothing to augment with, so that files are shown on.
    assert page.view.showing is Showing.FILES
    page.view.show_as(Showing.ENTERING)
    entering = asked(played, qtbot)
    assert entering.network is not None
    assert [node.name for node in entering.network.nodes] == ["input_1"]
    played.engines[-1].send(shown(entering))
    qtbot.waitUntil(lambda: page.samples.get(0) is not None)
    assert pixel(page, 0, 0) == 160
    (flip,) = placed([CATALOGUE["RandomFlip"]()])
    photos.push(Step("Add", (Insert((1,), flip),)))
    assert page.samples.get(0) is not None
    page.view.show_as(Showing.AUGMENTED)
    first = asked(played, qtbot)
    assert first.network is not None
    assert [node.name for node in first.network.nodes] == ["input_1", "flip_1"]
    played.engines[-1].send(shown(first))
    qtbot.waitUntil(lambda: page.samples.get(0) is not None)
    page.view.again.click()
    assert page.samples.get(0) is None
    assert asked(played, qtbot).seed != first.seed


def test_an_image_clicked_on_is_shown_large_and_the_keys_go_on(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    played.engines[-1].send(shown(asked(played, qtbot), name="{}.png"))
    qtbot.waitUntil(lambda: page.samples.get(0) is not None)
    popup = page.looking.popup
    place = room_of(1, 0, page.rows.viewport().width(), is_text=False).center()
    QTest.mouseClick(page.rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.isVisible()
    large = asked(played, qtbot)
    assert large.images == (1,)
    assert large.side > 300
    answer = SamplesShown(
        large.number, (np.full((200, 300, 3), 9, np.uint8),), ("cat",), ("1.png",)
    )
    played.engines[-1].send(answer)
    qtbot.waitUntil(lambda: "200×300" in texts(popup))
    QTest.keyClick(popup, Qt.Key.Key_Right)
    assert "2.png · image 2, class cat" in texts(popup)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_the_input_is_fitted_to_the_data_in_one_step(
    page: DataPage, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    assert not page.facts.fit.isVisible()
    read(page, played, qtbot)
    assert page.facts.fit.text().strip() == "Fit the Input: 48×64×3"
    page.facts.fit.click()
    assert photos.network.nodes[0].block.key_params() == "48×64×3"
    assert not page.facts.fit.isVisible()
    photos.undo_stack.undo()
    assert photos.network.nodes[0].block.key_params() == "28×28×1"
    assert page.facts.fit.isVisible()


def test_a_network_that_cannot_learn_what_was_read_is_mended(
    page: DataPage, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    assert "cannot learn this data" in texts(page.remarks)
    button(page.remarks, "Mend it").click()
    qtbot.waitUntil(lambda: photos.report.output_shape == (3,))
    assert not page.remarks.isVisible()


def test_files_that_are_left_out_are_counted_and_listed(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    reasons = tuple(f"{number}.png is empty" for number in range(100))
    played.engines[-1].send(FilesLeftOut(request.run, 10_000, reasons))
    tell(played, request)
    qtbot.waitUntil(page.left_out.isVisible)
    assert page.left_out.text().strip() == "10,000 left out"
    page.left_out.click()
    (dialog,) = page.window().findChildren(QDialog)
    (listed,) = dialog.findChildren(QListView)
    rows = [listed.model().index(row, 0).data() for row in range(listed.model().rowCount())]
    assert rows[0] == "0.png is empty"
    assert rows[-1] == "and 9,900 files more"
    dialog.close()


def test_what_went_wrong_is_said_in_place_with_a_way_on(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    played.engines[-1].send(RunFailed(request.run, "the folder is gone: choose another"))
    qtbot.waitUntil(lambda: "The folder is gone: choose another" in texts(page.placard))
    button(page.placard, "Try again").click()
    read(page, played, qtbot)
    assert page.rows.isVisible()


def test_images_that_cannot_be_shown_leave_the_classes_in_sight(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    request = asked(played, qtbot)
    played.engines[-1].send(SamplesFailed(request.number, "the disk is gone"))
    qtbot.waitUntil(lambda: "The disk is gone" in texts(page.remarks))
    assert page.rows.isVisible()
    button(page.remarks, "Try again").click()
    assert asked(played, qtbot).images == request.images


def test_a_source_is_chosen_as_a_step_of_the_history(
    page: DataPage, photos: OpenDesign, qtbot: QtBot
) -> None:
    page.source.box.setCurrentIndex(1)
    page.source.box.activated.emit(1)
    assert photos.plan.data == "shapes"
    page.source.options.edited.emit(Shapes(500, 3))
    assert photos.plan.data == "shapes:500?seed=3"
    assert "Coloured shapes, 500" in texts(page.facts)
    photos.undo_stack.undo()
    photos.undo_stack.undo()
    assert photos.plan.data == PHOTOS


def test_a_folder_is_asked_for_and_may_be_declined(
    page: DataPage, photos: OpenDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = next(n for n, offer in enumerate(OFFERS) if isinstance(offer.source, Texts))
    answers = iter(("", "/home/me/reviews"))

    def ask(*_arguments: object) -> str:
        return next(answers)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    page.source.box.setCurrentIndex(number)
    page.source.box.activated.emit(number)
    assert photos.plan.data == PHOTOS
    assert isinstance(OFFERS[page.source.box.currentIndex()].source, ImageFolder)
    page.source.box.setCurrentIndex(number)
    page.source.box.activated.emit(number)
    assert photos.plan.data == "texts:/home/me/reviews"
    assert page.source.box.currentIndex() == number


def drop(page: DataPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("images/cat/one.png", "", "folder"),
        ("reviews/good/one.txt", "fine", "texts"),
        ("labels.csv", "path,label\na.png,cat\n", "csv"),
        ("said.csv", "text,label\nfine,good\n", "texts"),
        ("all.npz", "", "npz"),
    ],
)
def test_what_is_dropped_is_learned_from(
    page: DataPage,
    photos: OpenDesign,
    tmp_path: Path,
    qtbot: QtBot,
    name: str,
    content: str,
    kind: str,
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    dropped = tmp_path / Path(name).parts[0]
    drop(page, dropped)
    qtbot.waitUntil(lambda: photos.plan.data == f"{kind}:{dropped}")


def test_what_is_no_data_is_refused_with_what_is(
    page: DataPage, photos: OpenDesign, tmp_path: Path
) -> None:
    (tmp_path / "cat.png").write_bytes(b"")
    drop(page, tmp_path / "cat.png")
    assert "cat.png is not labelled data: drop a folder" in texts(page.remarks)
    assert photos.plan.data == PHOTOS


def test_texts_show_their_words_or_their_numbers(
    page: DataPage, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    reviews = Dataset("texts:/home/me/reviews", "/home/me/reviews", (50,), ("bad", "good"))
    photos.push_plan(replace(photos.plan, data=reviews.name), "Data")
    request = next_of(played, qtbot, ReadData)
    while isinstance(request, ReadData) and request.plan.data != reviews.name:
        tell(played, request)
        request = next_of(played, qtbot, ReadData)
    tell(played, request, reviews)
    qtbot.waitUntil(lambda: page.inquiry.standing is Standing.READ)
    assert "30 texts · 2 classes · 10 to 20 a class · 50 words each" in texts(page.facts)
    wanted = asked(played, qtbot)
    assert wanted.images == (0, 1, 2, 100, 101, 102)
    words = tuple(f"text {number}" for number in wanted.images)
    played.engines[-1].send(SamplesShown(wanted.number, (None,) * 6, ("bad",) * 6, texts=words))
    qtbot.waitUntil(lambda: page.samples.get(0) is not None)
    page.looking.open(101)
    assert "text 101" in texts(page.looking.popup)
    page.looking.popup.close()
    page.view.show_as(Showing.ENTERING)
    assert asked(played, qtbot).network is not None
    page.view.show_as(Showing.AUGMENTED)
    assert page.view.showing is Showing.FILES


def test_the_settings_are_those_of_the_plan(page: DataPage, photos: OpenDesign) -> None:
    assert not page.settings.isVisible()
    page.unfold.click()
    assert page.settings.isVisible()
    page.settings.form.edited.emit("resize", "fit")
    assert photos.plan.resize == "fit"
    assert photos.undo_stack.undoText() == "Change Resizing"
    assert "1 channel: images enter in grey" in texts(page.settings)


def test_many_classes_are_gone_through_by_keys_and_only_those_in_sight_are_asked_for(
    page: DataPage, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    many = Dataset(PHOTOS, "", (8, 8, 3), tuple(f"class {number}" for number in range(100)))
    read(page, played, qtbot, many)
    first = asked(played, qtbot)
    assert max(first.images) < 2_000
    page.rows.setFocus()
    QTest.keyClick(page.rows, Qt.Key.Key_End)
    assert page.rows.current == 9_900
    played.engines[-1].send(shown(first))
    last = asked(played, qtbot)
    while not any(number >= 9_900 for number in last.images):
        played.engines[-1].send(shown(last))
        last = asked(played, qtbot)
    QTest.keyClick(page.rows, Qt.Key.Key_Home)
    assert page.rows.current == 0


def test_nothing_is_cut_where_the_page_is_narrow(
    page: DataPage, played: Played, qtbot: QtBot
) -> None:
    read(page, played, qtbot)
    assert page.content.minimumSizeHint().width() <= 440
    page.resize(440, 300)
    page.unfold.click()
    assert page.content.width() <= page.viewport().width()
    for part in (page.source.again, page.facts.fit, page.unfold, page.view):
        inside = QRect(part.mapTo(page.content, QPoint(0, 0)), part.size())
        assert page.content.rect().contains(inside)


def test_every_control_has_a_name_and_a_reason(page: DataPage) -> None:
    source, view = page.source, page.view
    for control in (source.box, source.other, source.again, view.again, page.unfold):
        assert control.accessibleName()
        assert control.toolTip()


def test_a_cell_is_where_it_is_painted() -> None:
    width = 580
    count = cells_in(width, is_text=False)
    assert room_of(count - 1, 0, width, is_text=False).right() < width
    assert room_of(count, 0, width, is_text=False).right() > width - 16
    assert Cell(1, 2).row == 1
