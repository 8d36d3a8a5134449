"""Keys that mean something on the Look page wherever the focus is, if nothing else uses them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from cnnstudio.ui.viewer.explain.explaining import Explaining
from cnnstudio.ui.viewer.inside.inside_panel import InsidePanel
from cnnstudio.ui.viewer.live_look import LiveLook
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.stage import Stage

_TEXT_FIELDS = (QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit)


class LookKeys(QObject):
    """Esc leads back by one step, Space plays and pauses.

    A key that nothing between the focus and the window has used comes to the window at last, and
    there it is taken.

    Args:
        page: has these keys while it is seen.
        stage: shows maps or kernels, all or one enlarged.
        explaining: may have a number explained.
        inside: may have a layer inside a part looked at.
        live: may have a camera or video.
    """

    def __init__(
        self,
        page: QWidget,
        stage: Stage,
        explaining: Explaining,
        inside: InsidePanel,
        live: LiveLook,
    ) -> None:
        super().__init__(page)
        self._page, self._stage, self._live = page, stage, live
        self._explaining, self._inside = explaining, inside
        self._window: QWidget | None = None

    def watch(self) -> None:
        """Listen to the window that the page is in by now."""
        window = self._page.window()
        if window is not self._window:
            if self._window is not None:
                self._window.removeEventFilter(self)
            window.installEventFilter(self)
            self._window = window

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if not self._page.isVisible() or event.modifiers():
            return False
        if event.key() == Qt.Key.Key_Escape:
            return not isinstance(QApplication.focusWidget(), _TEXT_FIELDS) and self._lead_back()
        if event.key() == Qt.Key.Key_Space and self._live.image is not None:
            self._live.toggle()
            return True
        return False

    def _lead_back(self) -> bool:
        """Go back by one step, and return whether there was one to go."""
        kernels = self._stage.kernels
        if self._stage.tabs.mode is Mode.KERNELS:
            was_enlarged = kernels.is_enlarged
            kernels.show_all()
            return was_enlarged
        if self._explaining.is_open or self._stage.pane.channel is not None:
            self._explaining.leave()
            return True
        if self._inside.whole.isEnabled():
            self._inside.leave()
            return True
        return False
