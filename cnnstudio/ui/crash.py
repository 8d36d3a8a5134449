"""What happens when the studio itself has a bug: log it, save the design, say so once."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

from cnnstudio.core import document
from cnnstudio.core.document import SUFFIX, DesignError
from cnnstudio.core.files import safe_stem
from cnnstudio.core.i18n import _
from cnnstudio.ui.open_design import OpenDesign

log = logging.getLogger(__name__)


class CrashGuard(QObject):
    """Catches what no code has caught, in any thread, keeps the design, and reports it."""

    _happened = Signal(str)

    def __init__(self, design: OpenDesign, folder: Path) -> None:
        super().__init__()
        self._design = design
        self._folder = folder / "rescued"
        self._reporting = False
        self._happened.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Begin to catch."""
        sys.excepthook = self._catch
        threading.excepthook = self._catch_in_thread

    def remove(self) -> None:
        """Leave exceptions to Python again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _catch(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        log.critical("unexpected error\n%s", text)
        self._happened.emit(text)

    def _catch_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._catch(args.exc_type, args.exc_value, args.exc_traceback)

    def _report(self, text: str) -> None:
        words = self._rescue()
        if self._reporting:
            return
        self._reporting = True
        box = QMessageBox(QMessageBox.Icon.Critical, _("Unexpected error"), words)
        box.setInformativeText(
            _("You can go on, but it is safer to save under another name and start again.")
        )
        box.setDetailedText(text)
        box.exec()
        self._reporting = False

    def _rescue(self) -> str:
        """Save a copy of the design and say where it is."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        path = self._folder / f"{safe_stem(self._design.design.name)}-{stamp}{SUFFIX}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            document.save(self._design.design, path)
        except (DesignError, OSError) as error:
            log.critical("the design could not be rescued: %s", error)
            return _("CNN Studio has made a mistake. Save your design now.")
        return _("CNN Studio has made a mistake. A copy of your design is in {path}").format(
            path=path
        )
