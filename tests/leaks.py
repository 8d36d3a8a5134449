"""What a test can leave behind: threads, windows, processes.

A leak is taken only after it has had a moment to end by itself, since a window that is closed is
deleted by the event loop and a process that is told to stop takes its time.
"""

import gc
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QWidget
    from shiboken6 import Shiboken

PATIENCE = 5.0

_LEFT_TO_PYTHON = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
_LEFT_TO_QT = ("QTipLabel", "QMenu")


@dataclass(frozen=True, slots=True)
class Belongings:
    """The threads, windows and processes alive at one moment.

    Attributes:
        threads: Python's threads that keep the interpreter from ending.
        qt_threads: Addresses of the running QThreads.
        widgets: Addresses of the top-level widgets.
        processes: This process's children and theirs.
    """

    threads: frozenset[threading.Thread]
    qt_threads: frozenset[int]
    widgets: frozenset[int]
    processes: frozenset[psutil.Process]


def belongings() -> Belongings:
    """Take stock."""
    return Belongings(
        threads=frozenset(_threads()),
        qt_threads=frozenset(_qt_threads()),
        widgets=frozenset(_widgets()),
        processes=frozenset(_processes()),
    )


def left_behind(before: Belongings, patience: float = PATIENCE) -> list[str]:
    """Name what is alive now and was not before, and kill the processes among it.

    Args:
        before: The stock taken when the test began.
        patience: Seconds that a thread or a process gets to end.

    Returns:
        A description of each leak; none is as it should be.
    """
    return [
        *_threads_left(before.threads, patience),
        *_qt_threads_left(before.qt_threads, patience),
        *_widgets_left(before.widgets),
        *_processes_left(before.processes, patience),
    ]


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _threads_left(before: Iterable[threading.Thread], patience: float) -> list[str]:
    new = _threads().difference(before)
    for thread in new:
        thread.join(patience)
    return [f"thread {thread.name!r}" for thread in new if thread.is_alive()]


def _has_application() -> bool:
    if "PySide6.QtWidgets" not in sys.modules:
        return False
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() is not None


def _qt_threads() -> dict[int, "QThread"]:
    if not _has_application():
        return {}
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QThread

    application = QCoreApplication.instance()
    main = application.thread() if application else None
    threads = [
        wrapper
        for wrapper in shiboken6.getAllValidWrappers()
        if isinstance(wrapper, QThread) and wrapper is not main and wrapper.isRunning()
    ]
    return {_address(thread): thread for thread in threads}


def _qt_threads_left(before: frozenset[int], patience: float) -> list[str]:
    new = {address: thread for address, thread in _qt_threads().items() if address not in before}
    return [
        f"QThread {type(thread).__name__} {thread.objectName()!r}"
        for thread in new.values()
        if not thread.wait(int(patience * 1000))
    ]


def _widgets() -> dict[int, "QWidget"]:
    if not _has_application():
        return {}
    from PySide6.QtWidgets import QApplication

    return {
        _address(widget): widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget.metaObject().className() not in _LEFT_TO_QT
    }


def _widgets_left(before: frozenset[int]) -> list[str]:
    def new() -> list[str]:
        return [
            f"window {type(widget).__name__} {widget.objectName() or widget.windowTitle()!r}"
            for address, widget in _widgets().items()
            if address not in before
        ]

    for settle in (_delete_later, gc.collect):
        if not new():
            return []
        settle()
    return new()


def _delete_later() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _address(wrapper: "Shiboken.Object") -> int:
    import shiboken6

    return int(shiboken6.getCppPointer(wrapper)[0])


def _processes() -> set[psutil.Process]:
    return {child for child in psutil.Process().children(recursive=True) if _is_ours(child)}


def _is_ours(child: psutil.Process) -> bool:
    try:
        if child.status() == psutil.STATUS_ZOMBIE:
            return False
        command = " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False
    return not any(name in command for name in _LEFT_TO_PYTHON)


def _processes_left(before: Iterable[psutil.Process], patience: float) -> list[str]:
    new = _processes().difference(before)
    _, alive = psutil.wait_procs(new, timeout=patience)
    leaks = [f"process {child.pid}: {_command(child)}" for child in alive if _is_ours(child)]
    for child in alive:
        child.kill()
    return leaks


def _command(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return "(gone)"
