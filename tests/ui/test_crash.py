"""A bug in the studio: one report, the design rescued, nothing else disturbed."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from cnnstudio.core import document
from cnnstudio.core.document import starter_design
from cnnstudio.ui.background import Latest
from cnnstudio.ui.crash import CrashGuard
from cnnstudio.ui.open_design import OpenDesign


def close_report(seen: list[str]) -> None:
    def close() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            seen.append(box.text())
            box.close()
        else:
            QTimer.singleShot(20, close)

    QTimer.singleShot(0, close)


@pytest.mark.parametrize("name", ["digits", "../../../escape", "数" * 200, ""])
def test_the_design_is_rescued_whatever_it_is_called(
    name: str, tmp_path: Path, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    design = OpenDesign(replace(starter_design(), name=name))
    guard = CrashGuard(design, tmp_path / "data")
    seen: list[str] = []
    close_report(seen)
    guard.install()
    try:
        try:
            raise ZeroDivisionError("a bug")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        qtbot.waitUntil(lambda: bool(seen))
    finally:
        guard.remove()
    rescued = list((tmp_path / "data" / "rescued").iterdir())
    assert len(rescued) == 1
    assert document.load(rescued[0]).network == design.network
    assert str(rescued[0]) in seen[0]
    assert not (tmp_path / "escape").exists()
    guard.deleteLater()
    design.deleteLater()


def test_an_error_nobody_listens_for_is_raised_in_the_windows_thread(qtbot: QtBot) -> None:
    jobs = Latest()

    def fail() -> None:
        raise ValueError("a bug in a job")

    with qtbot.captureExceptions() as caught:
        jobs.start(fail)
        qtbot.waitUntil(lambda: bool(caught))
    assert "a bug in a job" in str(caught[0][1])
    jobs.deleteLater()


def test_an_error_somebody_listens_for_is_theirs(qtbot: QtBot) -> None:
    jobs = Latest()

    def fail() -> None:
        raise ValueError("expected")

    with qtbot.waitSignal(jobs.failed) as told:
        jobs.start(fail)
    assert told.args is not None
    assert "expected" in str(told.args[0])
    jobs.deleteLater()


def test_only_the_newest_jobs_result_is_delivered(qtbot: QtBot) -> None:
    jobs = Latest()
    results: list[int] = []
    jobs.done.connect(results.append)
    for number in range(20):
        jobs.start(partial(int, number))
    qtbot.waitUntil(lambda: bool(results))
    assert results[-1] == 19
    assert results == sorted(set(results))
    jobs.deleteLater()
