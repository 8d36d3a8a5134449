"""Opening and saving in the window: nothing is lost, and every refusal says why."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core import document
from cnnstudio.core.document import starter_design
from cnnstudio.core.settings import Settings
from cnnstudio.ui.design_files import DesignFiles
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme


class Desk:
    """An open design with its file side, on a bare window."""

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        self.design = design
        self.window = QWidget()
        self.window.resize(900, 600)
        self.settings = Settings()
        self.notices = Notices(self.window, theme)
        self.files = DesignFiles(self.window, design, self.settings, self.notices)
        self.window.show()

    def change(self) -> None:
        self.design.push_plan(replace(self.design.plan, epochs=self.design.plan.epochs + 1), "x")


@pytest.fixture
def desk(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Desk:
    desk = Desk(design, theme)
    qtbot.addWidget(desk.window)
    return desk


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    answer = (str(path) if path else "", "")
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_args: answer))


def answer(button: str) -> None:
    """Press a button of the question that is about to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.findChildren(QPushButton) if b.text() == button).click()

    QTimer.singleShot(0, press)


def test_a_saved_design_opens_as_it_was(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "mine")
    desk.change()
    network = desk.design.network
    with qtbot.waitSignal(desk.design.file_changed):
        desk.files.save()
    path = tmp_path / "mine.cnn.json"
    assert desk.design.path == path
    assert desk.design.design.name == "mine"
    assert not desk.design.is_dirty
    desk.files.new()
    assert desk.design.path is None
    with qtbot.waitSignal(desk.design.file_changed):
        desk.files.open(path)
    assert desk.design.network == network
    assert desk.design.plan.epochs == 9
    assert desk.settings.recent == [str(path)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not valid JSON"),
        ('{"format": "cnnstudio-design", "version": 99}', "newer CNN Studio"),
        (
            '{"format": "cnnstudio-design", "version": 1, "blocks": [{"kind": "Lambda"}]}',
            "unknown block kind",
        ),
    ],
)
def test_a_design_that_cannot_be_read_leaves_the_open_one_alone(
    desk: Desk, tmp_path: Path, qtbot: QtBot, content: str, said: str
) -> None:
    before = desk.design.design
    path = tmp_path / "bad.cnn.json"
    path.write_text(content)
    desk.files.open(path)
    qtbot.waitUntil(lambda: bool(desk.notices.text))
    assert said in desk.notices.text
    assert "bad.cnn.json" in desk.notices.text
    assert desk.design.design == before


def test_a_save_that_fails_keeps_the_changes_unsaved(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "gone" / "a.cnn.json")
    desk.change()
    desk.files.save()
    qtbot.waitUntil(lambda: bool(desk.notices.text))
    assert "was not saved" in desk.notices.text
    assert desk.design.is_dirty


def test_cancel_keeps_an_unsaved_design(desk: Desk) -> None:
    desk.change()
    changed = desk.design.design
    answer("Cancel")
    desk.files.new()
    assert desk.design.design == changed


def test_dont_save_lets_an_unsaved_design_go(desk: Desk) -> None:
    desk.change()
    answer("Don't save")
    assert desk.files.may_discard()
    assert desk.design.is_dirty


def test_save_saves_before_the_design_goes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "kept.cnn.json")
    desk.change()
    answer("Save")
    assert desk.files.may_discard()
    assert document.load(tmp_path / "kept.cnn.json").plan.epochs == 9


def test_a_save_that_fails_keeps_the_window_open(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "gone" / "a.cnn.json")
    desk.change()
    answer("Save")
    assert not desk.files.may_discard()


def test_an_untouched_design_goes_without_a_question(desk: Desk) -> None:
    assert desk.files.may_discard()
    desk.design.open(starter_design(), None)
    assert desk.files.may_discard()


def test_of_two_saves_in_a_row_the_later_is_in_the_file(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "a.cnn.json")
    for _edit in range(5):
        desk.change()
        desk.files.save()
        desk.files.ask_save()
    qtbot.waitUntil(lambda: not desk.design.is_dirty)
    assert document.load(tmp_path / "a.cnn.json").plan.epochs == 13


def test_a_save_that_ends_after_another_design_was_opened_does_not_name_it(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "old.cnn.json")
    desk.files.ask_save()
    desk.design.open(starter_design(), None)
    qtbot.waitUntil(lambda: bool(desk.notices.text))
    assert (tmp_path / "old.cnn.json").exists()
    assert desk.design.path is None


def test_what_was_changed_while_a_design_was_read_is_asked_about(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "other.cnn.json"
    document.save(starter_design(), path)
    desk.files.open(path)
    desk.change()
    changed = desk.design.design
    asked: list[bool] = []

    def cancel() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(True)
            next(b for b in box.findChildren(QPushButton) if b.text() == "Cancel").click()
        else:
            QTimer.singleShot(10, cancel)

    cancel()
    qtbot.waitUntil(lambda: bool(asked))
    assert desk.design.design == changed


def test_python_code_opens_as_a_design_that_is_in_no_file(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    code = tmp_path / "lesson.py"
    code.write_text(
        "from keras import Sequential, layers\n"
        "model = Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])\n"
        "model.compile(optimizer=make(), loss='mse')\n"
    )
    with qtbot.waitSignal(desk.design.was_reset):
        desk.files.open(code)
    assert [node.block.kind for node in desk.design.network.nodes] == ["Input", "Flatten", "Dense"]
    assert desk.design.design.name == "lesson"
    assert desk.design.path is None


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"print(", b"x = 1\n"])
def test_a_file_without_a_model_leaves_the_design_and_gets_one_message(
    desk: Desk, tmp_path: Path, qtbot: QtBot, raw: bytes
) -> None:
    before = desk.design.network
    code = tmp_path / "other.py"
    code.write_bytes(raw)
    desk.files.open(code)
    qtbot.waitUntil(lambda: bool(desk.notices.text))
    assert desk.design.network is before


def test_a_file_that_the_dialog_has_not_asked_about_is_replaced_only_after_asking(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog asks about `mine`, and `mine.cnn.json` is what is written."""
    path = tmp_path / "mine.cnn.json"
    path.write_text("other work")
    choose(monkeypatch, tmp_path / "mine")
    answer("Cancel")
    desk.files.save()
    assert desk.design.path is None
    assert path.read_text() == "other work"
    answer("Replace")
    with qtbot.waitSignal(desk.design.file_changed):
        desk.files.save()
    assert path.read_text() != "other work"
    choose(monkeypatch, path)
    with qtbot.waitSignal(desk.files.saved):
        desk.files.ask_save()
