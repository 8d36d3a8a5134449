import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from tests.leaks import belongings, left_behind

IMPATIENT = 0.05


class Stray(QThread):
    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()

    @override
    def run(self) -> None:
        self.done.wait()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_thread_left_running_is_named() -> None:
    before = belongings()
    done = threading.Event()
    thread = threading.Thread(target=done.wait, name="stray")
    thread.start()
    leaks = left_behind(before, IMPATIENT)
    done.set()
    thread.join()
    assert leaks == ["thread 'stray'"]


def test_a_thread_about_to_end_is_waited_for() -> None:
    before = belongings()
    done = threading.Event()
    threading.Thread(target=done.wait).start()
    threading.Timer(0.1, done.set).start()
    assert left_behind(before) == []


def test_a_qthread_left_running_is_named(qtbot: QtBot) -> None:
    before = belongings()
    thread = Stray()
    thread.start()
    leaks = left_behind(before, IMPATIENT)
    thread.done.set()
    qtbot.waitUntil(thread.isFinished)
    assert leaks == ["QThread Stray ''"]


def test_a_window_left_open_is_named(qtbot: QtBot) -> None:
    before = belongings()
    window = QWidget()
    window.setObjectName("stray")
    qtbot.addWidget(window)
    assert left_behind(before) == ["window QWidget 'stray'"]


def test_a_window_closed_for_deletion_and_a_menu_are_no_leaks(qtbot: QtBot) -> None:
    before = belongings()
    window, menu = QWidget(), QMenu()
    qtbot.addWidget(menu)
    window.deleteLater()
    assert left_behind(before) == []


def test_a_process_left_running_is_named_and_killed(sleeper: subprocess.Popen[bytes]) -> None:
    before = belongings()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stray:
        leaks = left_behind(before, IMPATIENT)
    assert leaks == [f"process {stray.pid}: {sys.executable} -c input()"]
    assert sleeper.poll() is None
