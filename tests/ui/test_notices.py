"""Messages that float over a place: how long they stay, what they offer, where they lie."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.theme import Theme


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    place = QWidget()
    place.resize(900, 500)
    qtbot.addWidget(place)
    place.show()
    return place


@pytest.fixture
def notices(place: QWidget, theme: Theme) -> Iterator[Notices]:
    notices = Notices(place, theme)
    yield notices
    for dialog in place.findChildren(QDialog):
        dialog.close()


def button(notices: Notices, text: str) -> QPushButton:
    return next(b for b in notices.findChildren(QPushButton) if b.text() == text)


def test_a_message_lies_within_its_place_and_follows_its_size(
    notices: Notices, place: QWidget, qtbot: QtBot
) -> None:
    notices.error("the disk is full: choose another folder " * 6)
    assert place.rect().contains(notices.geometry())
    place.resize(360, 300)
    qtbot.waitUntil(lambda: notices.width() < 360)
    assert place.rect().contains(notices.geometry())
    label = next(label for label in notices.findChildren(QLabel) if label.text())
    assert label.height() >= label.heightForWidth(label.width())


def test_information_goes_by_itself_and_an_error_stays(
    notices: Notices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnstudio.ui.notices.INFO_MILLISECONDS", 1)
    notices.info("saved to a.cnn.json")
    qtbot.waitUntil(lambda: notices.text == "")
    notices.info("saved to b.cnn.json")
    notices.error("c.cnn.json was not saved")
    assert not any(timer.isActive() for timer in notices.findChildren(QTimer))
    assert notices.text == "c.cnn.json was not saved"


def test_a_file_name_is_never_taken_for_formatting(notices: Notices) -> None:
    notices.error("<b>bad</b>.png cannot be read")
    label = next(label for label in notices.findChildren(QLabel) if label.text())
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_the_button_that_helps_acts_and_the_message_goes(notices: Notices) -> None:
    acted: list[bool] = []
    notices.error("the engine does not start", "Try again", lambda: acted.append(True))
    button(notices, "Try again").click()
    assert acted == [True]
    assert notices.text == ""


def test_raw_text_is_shown_when_asked_for_and_can_be_copied(
    notices: Notices, place: QWidget, qtbot: QtBot
) -> None:
    notices.error("the run failed", details="ValueError: <shape> mismatch")
    assert "ValueError" not in notices.text
    button(notices, "Details").click()
    (dialog,) = place.findChildren(QDialog)
    (raw,) = dialog.findChildren(QPlainTextEdit)
    raw.selectAll()
    raw.copy()
    assert QApplication.clipboard().text() == "ValueError: <shape> mismatch"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not place.findChildren(QDialog))


def test_what_has_no_details_offers_none(notices: Notices) -> None:
    notices.say(Notice("one file can be shown at a time", "warning"))
    assert not button(notices, "Details").isVisible()


def test_the_icon_follows_the_theme(notices: Notices, theme: Theme) -> None:
    notices.error("the disk is full")
    icon = next(label for label in notices.findChildren(QLabel) if not label.pixmap().isNull())
    before = icon.pixmap().toImage()
    theme.set_mode("dark")
    assert icon.pixmap().toImage() != before


def test_a_message_that_was_read_goes_as_the_work_goes_on_but_not_one_that_helps(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.error("wrong")
    notices.let_go()
    assert notices.text == "Wrong", "nobody can have read it yet"
    monkeypatch.setattr("cnnstudio.ui.notices.READ_SECONDS", -1.0)
    notices.let_go()
    assert notices.text == ""
    notices.error("wrong", "Mend it", lambda: None)
    notices.let_go()
    assert notices.text == "Wrong"


def test_escape_closes_a_message(notices: Notices, place: QWidget, qtbot: QtBot) -> None:
    place.activateWindow()
    notices.error("wrong")
    QTest.keyClick(place, Qt.Key.Key_Escape)
    assert notices.text == ""
