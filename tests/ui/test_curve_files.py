"""The curves of a run in files: whole or not at all, and as they are shown."""

import csv
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from cnnstudio.core.messages import BatchDone, EpochDone, RunFinished, RunStarted
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.theme import LIGHT, Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.curves import Curves
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.stretches import Stretches
from tests.ui.other_runs import other_run


@pytest.fixture
def curves(trainer: Trainer, theme: Theme, qtbot: QtBot) -> Curves:
    """The curves of two epochs of three batches; in the second batch the loss is no number."""
    curves = Curves(RunRecord(trainer), theme)
    curves.resize(620, 500)
    qtbot.addWidget(curves)
    with qtbot.waitExposed(curves):
        curves.show()
    names = ("precision", "top_3_accuracy")
    trainer.run_started.emit(RunStarted(1, 2, 3, 2, 96, 32, names))
    for epoch in range(2):
        batches = [
            BatchDone(1, epoch, n, 0.5, 0.75, 0.0, 0.001, (math.nan, 0.875)) for n in range(3)
        ]
        trainer.batches.emit(batches)
        told = (("precision", 0.25), ("top_3_accuracy", 0.5), ("val_precision", 0.125))
        trainer.epoch_done.emit(EpochDone(1, epoch, 0.5, 0.75, None, None, 1.0, told))
    trainer.run_ended.emit(RunFinished(1, 2, stopped=False))
    curves.hide()
    curves.show()
    return curves


def saved(curves: Curves, form: str, path: Path, qtbot: QtBot) -> Notice:
    with qtbot.waitSignal(curves.saving.said) as told:
        curves.saving.save(form, path)
    assert told.args is not None
    notice: Notice = told.args[0]
    return notice


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_of_batches_has_a_row_a_batch(curves: Curves, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "curves.csv"
    assert saved(curves, "batches", path, qtbot).text == f"Saved to {path}"
    rows = rows_of(path)
    assert [(row["step"], row["epoch"], row["batch"]) for row in rows] == [
        ("1", "1", "1"), ("2", "1", "2"), ("3", "1", "3"),
        ("4", "2", "1"), ("5", "2", "2"), ("6", "2", "3"),
    ]  # fmt: skip
    assert {name: rows[0][name] for name in list(rows[0])[3:]} == {
        "loss": "0.5", "accuracy": "0.75", "top_3_accuracy": "0.875", "learning_rate": "0.001",
    }  # fmt: skip


def test_a_table_of_epochs_has_a_row_an_epoch_and_nothing_where_nothing_was_measured(
    curves: Curves, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "curves.csv"
    saved(curves, "epochs", path, qtbot)
    first, second = rows_of(path)
    assert (first["epoch"], first["step"], second["epoch"], second["step"]) == ("1", "3", "2", "6")
    assert (first["loss"], first["val_loss"]) == ("0.5", "")
    assert (first["precision"], first["val_precision"]) == ("0.25", "0.125")
    assert "learning_rate" not in first


def test_a_picture_shows_the_curves_on_white_whatever_the_theme(
    curves: Curves, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    theme.set_mode("dark")
    curves.lay_over([other_run("before")])
    path = tmp_path / "curves.png"
    saved(curves, "png", path, qtbot)
    image = QImage(str(path))
    assert image.pixelColor(0, 0) == QColor(LIGHT.card)
    seen = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(0, image.height(), 3)
    }
    assert {LIGHT.curves[0], LIGHT.curves[1]} <= seen
    assert theme.tokens.dark, "the window keeps its own"


def test_a_drawing_has_lines_and_words(curves: Curves, tmp_path: Path, qtbot: QtBot) -> None:
    curves.lay_over([other_run("before")])
    path = tmp_path / "curves.svg"
    saved(curves, "svg", path, qtbot)
    tree = ElementTree.parse(path)
    words = {"".join(text.itertext()) for text in tree.iter() if text.tag.endswith("text")}
    assert {"Loss", "Accuracy", "before", "epoch"} <= words
    lines = [e for e in tree.iter() if e.tag.endswith("polyline") or e.tag.endswith("path")]
    assert len(lines) > 10
    assert not [e for e in tree.iter() if e.tag.endswith("image")]


@pytest.mark.parametrize("form", ["png", "svg", "batches", "epochs"])
def test_what_cannot_be_saved_is_told_once_and_leaves_nothing(
    curves: Curves, tmp_path: Path, qtbot: QtBot, form: str
) -> None:
    told: list[Notice] = []
    curves.saving.said.connect(told.append)
    notice = saved(curves, form, tmp_path / "nowhere" / "curves", qtbot)
    assert notice.severity == "error"
    assert "the file or its folder does not exist" in notice.text
    assert told == [notice]
    assert list(tmp_path.iterdir()) == []


def test_a_key_opens_the_ways_to_save_and_the_chosen_file_is_written(
    curves: Curves, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(_parent: object, _title: str, proposed: str, _kinds: str) -> tuple[str, str]:
        asked.append(proposed)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    curves.saving.propose = lambda: tmp_path / "digits-curves"
    menu = next(m for m in curves.findChildren(QMenu) if "PNG" in m.actions()[0].text())
    with qtbot.waitActive(curves):
        curves.activateWindow()
    opened: list[bool] = []
    menu.aboutToShow.connect(lambda: opened.append(True))
    menu.aboutToShow.connect(menu.hide, Qt.ConnectionType.QueuedConnection)
    QTest.keyClick(
        curves,
        Qt.Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: bool(opened))
    with qtbot.waitSignal(curves.saving.said):
        menu.actions()[0].trigger()
    assert asked == [str(tmp_path / "digits-curves.png")]
    assert (tmp_path / "mine.png").exists()


def test_all_steps_are_located_as_each_one_is() -> None:
    stretches = Stretches()
    stretches.add(0, 3, 4)
    stretches.add(10, 2, 7)
    stretches.add(17, 5, 2)
    epochs, batches = stretches.locate_all(25)
    found = list(zip(epochs.tolist(), batches.tolist(), strict=True))
    assert found == [stretches.locate(step) for step in range(1, 26)]
    assert all(len(row) == 0 for row in Stretches().locate_all(0))
