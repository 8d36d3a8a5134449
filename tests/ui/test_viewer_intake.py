"""How images come into the viewer: folders, drops, the clipboard; its engine played by the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.core.look_messages import DatasetImage, FileImage, LiveImage, Moment
from cnnstudio.core.picture_messages import (
    FrameKept,
    FrameLost,
    ShowThumbnails,
    Thumbnail,
    ThumbnailsShown,
)
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer import kept_pictures
from cnnstudio.ui.viewer.browsed_folder import list_images
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.kept_pictures import KeptPictures
from cnnstudio.ui.viewer.strip import DAMAGED_ROLE
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import played_trainer

FIRST_THREE = DatasetImage("mnist-5k", 1500)
NO_KEY, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
THUMBNAIL = np.zeros((96, 144, 3), np.uint8)


trainer = pytest.fixture(played_trainer)


@pytest.fixture
def shown(
    design: OpenDesign,
    trainer: PlayedTrainer,
    theme: Theme,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ViewerPanel]:
    monkeypatch.setattr(kept_pictures, "cache_folder", lambda: tmp_path / "cache")
    panel = ViewerPanel(design, cast(Trainer, trainer), theme)
    panel.resize(1000, 640)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.painted):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def holiday(tmp_path: Path) -> Path:
    """A folder with ten images, of which nothing is ever decoded here, and other things."""
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(1, 11):
        (folder / f"{number}.png").touch()
    (folder / "notes.txt").touch()
    (folder / ".hidden.png").touch()
    return folder


def held(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(panel: ViewerPanel, *paths: Path) -> None:
    data, copy = held(*paths), Qt.DropAction.CopyAction
    panel.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, NO_KEY))
    panel.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NO_KEY))


def paste(panel: ViewerPanel) -> None:
    panel.activateWindow()
    QTest.keyClick(panel.sources.data_strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def browse(panel: ViewerPanel, folder: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.intake.browsed.listed):
        drop(panel, folder)


def captions(panel: ViewerPanel) -> list[str]:
    model = panel.sources.file_strip.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def shows(request: ShowThumbnails, count: int, why: str = "") -> ThumbnailsShown:
    pixels = None if why else THUMBNAIL
    return ThumbnailsShown(
        request.number, tuple(Thumbnail(path, pixels, why) for path in request.paths[:count])
    )


# folders


def test_a_dropped_folder_stands_before_the_photographs_and_its_first_image_is_looked_at(
    shown: ViewerPanel, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    assert captions(shown)[:10] == [f"{number}.png" for number in range(1, 11)]
    assert captions(shown)[10] == "Astronaut"
    assert shown.current_image == FileImage(str(holiday / "1.png"))
    assert shown.sources.where_text == "1 of 10 in holiday"


def test_arrow_keys_go_through_a_folder(shown: ViewerPanel, holiday: Path, qtbot: QtBot) -> None:
    browse(shown, holiday, qtbot)
    QTest.keyClick(shown.sources.file_strip, Qt.Key.Key_Right)
    assert shown.current_image == FileImage(str(holiday / "2.png"))


def test_the_dialog_for_a_folder_begins_in_the_last_one(
    shown: ViewerPanel, holiday: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def ask(_parent: object, _title: str, place: str) -> str:
        begun.append(place)
        return str(holiday)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    with qtbot.waitSignal(shown.intake.browsed.listed):
        shown.sources.opener.folder.trigger()
    shown.set_image(FIRST_THREE)
    with qtbot.waitSignal(shown.intake.browsed.listed):
        shown.sources.opener.folder.trigger()
    assert begun == ["", str(holiday)]


def test_thumbnails_are_asked_for_as_they_come_into_sight(
    shown: ViewerPanel, trainer: PlayedTrainer, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number}.png").touch()
    browse(shown, folder, qtbot)
    qtbot.waitUntil(lambda: bool(trainer.thumbnails_asked))
    first = trainer.thumbnails_asked[-1]
    assert first.paths[0] in (str(folder / "0.png"), str(folder / "1.png"))
    assert len(first.paths) <= 16
    trainer.thumbnails_shown.emit(shows(first, 3))
    # The engine had time for three of them: the others are asked for again.
    again = trainer.thumbnails_asked[-1]
    assert again.number > first.number
    assert not set(again.paths) & set(first.paths[:3])
    trainer.thumbnails_shown.emit(shows(again, 99))
    shown.sources.file_strip.go_to(2500)
    qtbot.waitUntil(
        lambda: (
            str(folder / "2500.png") in (*trainer.thumbnails_asked[-1].paths,)
            or shown.sources.files.store.picture(str(folder / "2500.png")) is not None
        )
    )
    asked = {path for request in trainer.thumbnails_asked for path in request.paths}
    assert len(asked) < 100


def test_an_engine_that_dies_is_asked_again_once_there_is_another(
    shown: ViewerPanel, trainer: PlayedTrainer, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    qtbot.waitUntil(lambda: bool(trainer.thumbnails_asked))
    lost = trainer.thumbnails_asked[-1]
    trainer.enter(EngineState.LOST)
    trainer.enter(EngineState.READY)
    assert trainer.thumbnails_asked[-1].number > lost.number
    trainer.thumbnails_shown.emit(shows(lost, 99))
    assert shown.sources.files.store.picture(lost.paths[-1]) is None


def test_a_damaged_file_of_a_folder_is_a_tile_with_a_sentence_and_no_error(
    shown: ViewerPanel, trainer: PlayedTrainer, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    qtbot.waitUntil(lambda: bool(trainer.thumbnails_asked))
    asked = trainer.thumbnails_asked[-1]
    trainer.thumbnails_shown.emit(shows(asked, 1, "It is damaged"))
    row = shown.sources.files.row_of(asked.paths[0])
    index = shown.sources.files.index(row or 0, 0)
    assert index.data(DAMAGED_ROLE)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "It is damaged"
    assert not shown.notices.text


def test_a_damaged_file_of_a_folder_does_not_stop_whoever_steps_through_it(
    shown: ViewerPanel, trainer: PlayedTrainer, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    trainer.refuses.add(FileImage(str(holiday / "2.png")))
    QTest.keyClick(shown.sources.file_strip, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "2.png cannot be read" in shown.notices.text)
    assert shown.current_image == FileImage(str(holiday / "1.png"))
    assert shown.sources.files.index(1, 0).data(DAMAGED_ROLE)
    with qtbot.waitSignal(shown.painted):
        QTest.keyClick(shown.sources.file_strip, Qt.Key.Key_Right)
    assert shown.current_image == FileImage(str(holiday / "3.png"))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder.mkdir(), "has no images such as"),
        (lambda folder: (folder / "cats").mkdir(parents=True), "has no images of its own, but 1"),
        (lambda _folder: None, "cannot be read"),
    ],
)
def test_a_folder_that_cannot_be_browsed_gets_one_sentence_and_the_one_before_stays(
    make: object, said: str, shown: ViewerPanel, holiday: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    folder = tmp_path / "other"
    assert callable(make)
    make(folder)
    with qtbot.waitSignal(shown.intake.browsed.failed):
        shown.intake.browsed.open(str(folder))
    assert said in shown.notices.text
    assert captions(shown)[0] == "1.png"


def test_a_folder_that_is_gone_while_it_is_browsed_is_said_once_and_leaves_the_list(
    shown: ViewerPanel, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    for file in holiday.iterdir():
        file.unlink()
    holiday.rmdir()
    qtbot.waitUntil(lambda: "no longer there" in shown.notices.text)
    assert captions(shown)[0] == "Astronaut"
    assert not shown.sources.opener.leave.isVisible()


def test_images_that_come_into_the_folder_come_into_the_list_and_what_is_marked_stays(
    shown: ViewerPanel, holiday: Path, qtbot: QtBot
) -> None:
    browse(shown, holiday, qtbot)
    (holiday / "0.png").touch()
    qtbot.waitUntil(lambda: captions(shown)[0] == "0.png")
    assert shown.current_image == FileImage(str(holiday / "1.png"))
    assert shown.sources.file_strip.source == shown.current_image


def test_a_closed_folder_leaves_the_list(shown: ViewerPanel, holiday: Path, qtbot: QtBot) -> None:
    browse(shown, holiday, qtbot)
    shown.sources.opener.leave.trigger()
    assert captions(shown)[0] == "Astronaut"


def test_numbers_in_names_are_sorted_as_numbers(tmp_path: Path) -> None:
    for name in ("b10.png", "b9.jpg", "A.png", "b9a.png", "nine.gif"):
        (tmp_path / name).touch()
    names = [Path(path).name for path in list_images(str(tmp_path)).paths]
    assert names == ["A.png", "b9.jpg", "b9a.png", "b10.png", "nine.gif"]


# drops and the clipboard


def test_of_several_dropped_images_all_are_listed_and_the_first_is_looked_at(
    shown: ViewerPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(shown.painted):
        drop(shown, *(tmp_path / f"{number}.png" for number in range(20)))
    assert shown.current_image == FileImage(str(tmp_path / "0.png"))
    assert captions(shown)[:20] == [f"{number}.png" for number in range(20)]


def test_pasted_pixels_are_kept_as_a_file_and_looked_at(
    shown: ViewerPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    image = QImage(5, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    for number in (1, 2):
        QGuiApplication.clipboard().setImage(image)
        paste(shown)
        title = f"Pasted image {number}"
        qtbot.waitUntil(lambda: captions(shown)[0] == title)  # noqa: B023 - done in this turn
    looked_at = shown.current_image
    assert isinstance(looked_at, FileImage)
    assert Path(looked_at.path).parent == tmp_path / "cache" / "pictures"
    assert QImage(looked_at.path).size() == image.size()


def test_an_image_of_another_program_is_kept_byte_for_byte_and_not_decoded(
    shown: ViewerPanel, qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setData("image/png", b"not even a PNG")
    QGuiApplication.clipboard().setMimeData(data)
    paste(shown)
    qtbot.waitUntil(lambda: shown.current_image != FIRST_THREE)
    looked_at = shown.current_image
    assert isinstance(looked_at, FileImage)
    assert Path(looked_at.path).read_bytes() == b"not even a PNG"


def test_pasted_files_and_paths_are_opened(
    shown: ViewerPanel, qtbot: QtBot, tmp_path: Path, holiday: Path
) -> None:
    own = tmp_path / "own.png"
    own.touch()
    QGuiApplication.clipboard().setMimeData(held(own))
    with qtbot.waitSignal(shown.painted):
        paste(shown)
    assert shown.current_image == FileImage(str(own))
    QGuiApplication.clipboard().setText(f' "{holiday}"\n')
    with qtbot.waitSignal(shown.intake.browsed.listed):
        paste(shown)
    assert shown.current_image == FileImage(str(holiday / "1.png"))


@pytest.mark.parametrize("text", ["", "a cat", "https://example.org/cat.png", "/no/such/file.png"])
def test_anything_else_on_the_clipboard_gets_one_sentence(text: str, shown: ViewerPanel) -> None:
    QGuiApplication.clipboard().setText(text)
    paste(shown)
    assert shown.current_image == FIRST_THREE
    assert "The clipboard holds no image" in shown.notices.text


def test_of_kept_images_the_oldest_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pictures, "MOST_KEPT", 3)
    kept = KeptPictures(tmp_path / "kept")
    paths = [kept.new_path() for _number in range(5)]
    for path in paths:
        path.touch()
    assert kept.make_room() == [str(path) for path in paths[:2]]
    assert sorted((tmp_path / "kept").iterdir()) == paths[2:]


# cameras and videos

VIDEO = "/somewhere/cats.mp4"


def play(panel: ViewerPanel, qtbot: QtBot, source: str = VIDEO) -> None:
    panel.intake.open_live(source)
    qtbot.waitUntil(lambda: panel.inquiry.standing is Standing.ANSWERED)


def test_a_video_is_looked_at_again_and_again_until_it_is_paused(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.moment = Moment(0, 0.0, 12.0)
    play(shown, qtbot)
    asked = len(trainer.asked)
    qtbot.waitUntil(lambda: len(trainer.asked) >= asked + 3)
    assert shown.sources.live_bar.isVisible()
    assert shown.sources.live_bar.time_text == "0:00 of 0:12 · frame 1"
    assert [a.image for a in trainer.asked[-3:]] == [LiveImage(VIDEO)] * 3
    QTest.keyClick(shown, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    assert trainer.asked[-1].image == LiveImage(VIDEO, plays=False)
    asked = len(trainer.asked)
    qtbot.wait(250)
    assert len(trainer.asked) == asked


def test_while_a_run_goes_on_only_the_inquiry_looks_again(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    play(shown, qtbot)
    trainer.enter(EngineState.TRAINING)
    asked = len(trainer.asked)
    shown.inquiry.ask()
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    # At most 15 times a second would be within 67 ms; the shortest rest is 700 ms.
    qtbot.wait(300)
    assert len(trainer.asked) == asked + 1


def test_whoever_looks_at_something_else_closes_the_camera(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    play(shown, qtbot, "camera:0")
    before = trainer.let_go_times
    with qtbot.waitSignal(shown.painted):
        shown.set_image(FIRST_THREE)
    assert trainer.let_go_times == before + 1
    assert trainer.asked[-1].image == FIRST_THREE
    assert not shown.sources.live_bar.isVisible()


def test_a_hidden_page_closes_the_camera_and_a_page_that_is_shown_plays_on(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    play(shown, qtbot, "camera:0")
    shown.hide()
    assert trainer.let_go_times == 1
    asked = len(trainer.asked)
    with qtbot.waitSignal(shown.painted):
        shown.show()
    assert len(trainer.asked) > asked


def test_a_camera_that_is_lost_leaves_the_last_frame_and_one_sentence(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    play(shown, qtbot, "camera:0")
    trainer.refuses.add(LiveImage("camera:0"))
    qtbot.waitUntil(lambda: not shown.live.plays)
    qtbot.waitUntil(lambda: shown.inquiry.standing is Standing.ANSWERED)
    assert trainer.asked[-1].image == LiveImage("camera:0", plays=False)
    assert "cannot be read" in shown.notices.text
    assert shown.stage.notice is None
    trainer.refuses.clear()
    with qtbot.waitSignal(shown.painted):
        QTest.mouseClick(shown.sources.live_bar.play, LEFT)
    assert shown.live.plays


def test_a_camera_that_is_not_there_leads_back_to_the_image_before(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.refuses.add(LiveImage("camera:0"))
    play(shown, qtbot, "camera:0")
    assert shown.current_image == FIRST_THREE
    assert "cannot be read" in shown.notices.text
    assert shown.live.image is None
    trainer.refuses.clear()
    with qtbot.waitSignal(shown.painted):
        shown.notices.notice.act()  # type: ignore[union-attr, misc] # it offers another camera
    assert trainer.asked[-1].image == LiveImage("camera:1")


def test_a_camera_that_is_not_there_leads_back_to_the_video_s_last_frame(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    play(shown, qtbot)
    trainer.refuses.add(LiveImage("camera:0"))
    shown.intake.open_live("camera:0")
    qtbot.waitUntil(lambda: shown.current_image == LiveImage(VIDEO, plays=False))
    assert "cannot be read" in shown.notices.text


def test_a_kept_frame_is_listed_and_looked_at(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.moment = Moment(41, 1.7, 12.0)
    play(shown, qtbot)
    QTest.mouseClick(shown.sources.live_bar.keep, LEFT)
    path = trainer.jobs[-1].path
    with qtbot.waitSignal(shown.painted):
        trainer.frame_kept.emit(FrameKept(path, 42))
    assert shown.current_image == FileImage(path)
    assert captions(shown)[0] == "Frame 43 of cats.mp4", "the one kept, and not the one clicked at"
    assert shown.live.image is None


def test_who_pins_a_frame_gets_it_kept_first(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.moment = Moment(41, 1.7, 12.0)
    play(shown, qtbot)
    shown.comparing.pin(PinKind.IMAGE)
    assert not shown.comparing.pins
    trainer.frame_kept.emit(FrameKept(trainer.jobs[-1].path, 41))
    assert "press P" in shown.notices.text
    assert shown.current_image == FileImage(trainer.jobs[-1].path)


def test_a_frame_that_cannot_be_kept_is_said(
    shown: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.moment = Moment(41, 1.7, 12.0)
    play(shown, qtbot)
    shown.intake.keep_frame()
    trainer.frame_lost.emit(FrameLost(trainer.jobs[-1].path, "the disk is full"))
    assert "disk is full" in shown.notices.text


def test_without_opencv_the_menu_says_how_to_get_it(
    shown: ViewerPanel, trainer: PlayedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = shown.sources.opener
    monkeypatch.setattr(opener, "_is_equipped", lambda: False)
    opener.menu().aboutToShow.emit()
    assert "OpenCV is missing" in opener.camera.text()
    opener.camera.trigger()
    assert 'pip install "cnnstudio[camera]"' in shown.notices.text
    assert shown.live.image is None
