"""Jobs beside the window."""

import sys
import threading
import weakref
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from cnnstudio.ui.background import Latest


class Maps:
    """What a job is about, which may be large."""


@pytest.fixture
def _busy() -> Iterator[None]:
    """Threads that keep the one that starts jobs from going on, so that a job may overtake it."""
    ended, usual = threading.Event(), sys.getswitchinterval()

    def count() -> None:
        while not ended.is_set():
            sum(range(100))

    threads = [threading.Thread(target=count) for _ in range(6)]
    sys.setswitchinterval(1e-6)
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_busy")
def test_what_a_job_was_about_is_let_go_once_it_has_ended_however_quick_it_was(
    qtbot: QtBot,
) -> None:
    latest, pool = Latest(), QThreadPool.globalInstance()
    about = weakref.WeakSet[Maps]()
    for _ in range(60):
        maps = Maps()
        about.add(maps)
        latest.start(partial(id, maps))
        del maps
        pool.waitForDone()
    qtbot.waitUntil(lambda: not about)
