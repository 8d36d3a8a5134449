"""The composition root of the window; the only module that knows every layer."""

from __future__ import annotations

import gc
import logging
import logging.handlers
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
)
from PySide6.QtWidgets import QApplication

from cnnstudio.core import i18n, settings
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.engine.launcher import launch
from cnnstudio.ui.autosave import Autosave, left_behind
from cnnstudio.ui.chinese_font import with_chinese
from cnnstudio.ui.crash import CrashGuard
from cnnstudio.ui.garbage import GarbageCollector
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.plan_queue import PlanQueue
from cnnstudio.ui.queue_file import QueueFile
from cnnstudio.ui.status_line import StatusLine
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.workspaces import LOOK

log = logging.getLogger(__name__)


class Studio(QObject):
    """The running studio: one open design, one engine, one window.

    The engine is started once the window has been painted. A new language makes a new window on
    the same design and engine, which shows what the old one did.
    """

    def __init__(
        self,
        design: Design | None = None,
        start_engine: Callable[[], EngineHandle] = launch,
    ) -> None:
        super().__init__()
        self._garbage = GarbageCollector(self)
        self.settings = settings.load()
        self._translator: QTranslator | None = None
        self._use_language(self.settings.language)
        self.theme = Theme(self.settings.theme)
        self.design = OpenDesign(design or starter_design())
        self.trainer = Trainer(start_engine)
        self.record = RunRecord(self.trainer)
        self.queue = PlanQueue(self.trainer)
        self.design.was_reset.connect(self._forget_run)
        self._unsaved = settings.data_folder() / "unsaved"
        self._autosave = Autosave(self.design, self._unsaved)
        self._queue_file = QueueFile(self.queue, settings.data_folder() / "queue")
        self.window = self._make_window()

    def show(self) -> None:
        """Show the window, with what an earlier one that did not close has left."""
        self.window.show()
        self._queue_file.restore()
        copies = left_behind(self._unsaved)
        if copies:
            self.window.files.recovered.connect(self.window.runs.kept.look)
            self.window.files.offer(copies[0])
        else:
            self.window.painted.connect(self.window.runs.kept.look)

    def close(self) -> None:
        """End window and engine and write the settings; nothing is asked."""
        gc.unfreeze()
        self.trainer.close()
        self._autosave.close()
        self._queue_file.close()
        self.window.hide()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        # Design, stack and steps hold one another: Python may free a step before Qt's stack does.
        self.design.undo_stack.clear()
        settings.save(self.settings)
        self._garbage.end()

    def change_language(self, language: str | None) -> None:
        """Show everything in another language; None follows the system."""
        gc.unfreeze()
        self.settings.language = language
        settings.save(self.settings)
        self._use_language(language)
        self.trainer.speak(i18n.language())
        from cnnstudio.ui.viewer.kept_look import keep_look  # few need it before the window

        old, page = self.window, self.window.pages.currentIndex()
        old.remember()
        look = keep_look(old.pages.widget(LOOK))
        self.window = self._make_window()
        if look is not None:
            look.show_in(self.window.pages.viewer)
        before, after = old.statusBar(), self.window.statusBar()
        if isinstance(before, StatusLine) and isinstance(after, StatusLine):
            after.go_on_from(before)
        self.window.show_workspace(page)
        self.window.show()
        old.hide()
        old.deleteLater()

    def _forget_run(self) -> None:
        """Forget the run of a design that is no longer open, unless it still goes on."""
        if not self.trainer.is_running:
            self.record.clear()

    def _make_window(self) -> MainWindow:
        window = MainWindow(
            self.design, self.trainer, self.record, self.queue, self.theme, self.settings
        )
        window.language_wanted.connect(self.change_language)
        window.painted.connect(window.pages.prepare)
        window.pages.prepared.connect(self._start_engine)
        window.pages.prepared.connect(window.inspector.prepare)
        return window

    def _start_engine(self) -> None:
        """Start the engine once the window is on the screen and complete."""
        # All that has been made so far stays: searching it for garbage again and again would hold
        # up the window for 30 ms.
        gc.freeze()
        self.trainer.start()

    def _use_language(self, language: str | None) -> None:
        """Switch the studio's texts, and Qt's own."""
        active = i18n.use_language(language, next(iter(QLocale.system().uiLanguages()), None))
        QLocale.setDefault(QLocale("en_US" if active == "en" else active))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if self._translator is not None:
            app.removeTranslator(self._translator)
        self._translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{active}", folder):
            app.installTranslator(self._translator)


def make_application() -> QApplication:
    """Return the Qt application, with its name."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("cnnstudio")
    app.setApplicationDisplayName("CNN Studio")
    app.setDesktopFileName("cnnstudio")
    app.setFont(with_chinese(app.font()))
    return app


def run(path: Path | None = None, attach: Callable[[Studio], object] = lambda _studio: None) -> int:
    """Open the window, on a design if a path is given, and return the exit code.

    Args:
        path: a design to open.
        attach: is given the studio before it is shown.
    """
    _log_to_file()
    app = make_application()
    studio = Studio()
    guard = CrashGuard(studio.design, settings.data_folder())
    guard.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    attach(studio)
    studio.show()
    if path is not None:
        studio.window.files.open(path)
    app.lastWindowClosed.connect(app.quit)
    code = app.exec()
    guard.remove()
    studio.close()
    return code


def _log_to_file() -> None:
    """Write the log to a file that is kept small; go without one if it cannot be written."""
    folder = settings.log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "studio.log", maxBytes=2**20, backupCount=1, encoding="utf-8"
        )
    except OSError:
        logging.basicConfig(level=logging.WARNING)
        log.warning("no log is kept: %s cannot be written", folder)
        return
    logging.basicConfig(
        level=logging.INFO,
        handlers=[handler],
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
