"""Keys that mean something on the Look page wherever the focus is, if nothing else uses them."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from cnnstudio.ui.viewer.explain.explaining import Explaining
from cnnstudio.ui.viewer.explain.panel import ExplainPanel
from cnnstudio.ui.viewer.inside.inside_panel import InsidePanel
from cnnstudio.ui.viewer.live_look import LiveLook
from cnnstudio.ui.viewer.look_key_words import EVERYWHERE
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.out.taking_out import TakingOut
from cnnstudio.ui.viewer.stage import Stage

_TEXT_FIELDS = (QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit)


class LookKeys(QObject):
    """Esc leads back by one step, Space plays and pauses; others do what they do in the page.

    A key that nothing between the focus and the window has used comes to the window at last, and
    there it is taken. A list beside the page uses every letter, to find a row that begins with it:
    there a letter is taken first, if there is no such row and no search goes on.

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
        self._list: QListView | None = None
        self._typed = QElapsedTimer()
        self._explanation = stage.findChild(ExplainPanel)
        if self._explanation is not None:
            self._explanation.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch_list)

    def watch(self) -> None:
        """Listen to the window that the page is in by now."""
        window = self._page.window()
        if window is not self._window:
            if self._window is not None:
                self._window.removeEventFilter(self)
            window.installEventFilter(self)
            self._window = window
        # The list may have had the keyboard since before the page was in its window.
        self._watch_list(None, QApplication.focusWidget())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if watched is self._explanation:
            return _keep_step_by_step(event)
        return event.type() is QEvent.Type.KeyPress and self._press(watched, event)

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        if not self._page.isVisible():
            return False
        if self._list is not None and watched is self._list:
            return not self._searches(self._list, event) and self._use(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            return self._copy()
        return self._use(event) or (not event.modifiers() and self._lead_or_pause(event))

    def _lead_or_pause(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return not _types() and self._lead_back()
        if event.key() == Qt.Key.Key_Space and self._live.image is not None:
            self._live.toggle()
            return True
        return False

    def _watch_list(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Listen to a list beside the page while it has the keyboard."""
        if self._list is not None and isValid(self._list):
            self._list.removeEventFilter(self)
        self._list = None
        if not isinstance(new, QListView) or self._page.isAncestorOf(new):
            return
        if new.window() is self._page.window():
            self._list = new
            new.installEventFilter(self)

    def _searches(self, rows: QListView, event: QKeyEvent) -> bool:
        """Return whether a list finds a row by a key, or goes on with finding one."""
        if not event.text().isprintable() or not event.text() or event.modifiers():
            return False
        goes_on = self._typed.isValid() and not self._typed.hasExpired(
            QApplication.keyboardInputInterval()
        )
        model, starts = rows.model(), Qt.MatchFlag.MatchStartsWith
        finds = bool(
            model.match(model.index(0, 0), Qt.ItemDataRole.DisplayRole, event.text(), 1, starts)
        )
        if goes_on or finds:
            self._typed.start()
        return goes_on or finds

    def _use(self, event: QKeyEvent) -> bool:
        """Do what a key does in the page; return whether it does anything."""
        pressed = QKeySequence(event.keyCombination())
        if pressed.toString() not in EVERYWHERE or _types():
            return False
        within = Qt.FindChildOption.FindDirectChildrenOnly
        for shortcut in self._page.findChildren(QShortcut, options=within):
            if shortcut.key() == pressed and shortcut.isEnabled():
                shortcut.activated.emit()
                return True
        return False

    def _copy(self) -> bool:
        """Copy the picture, unless a text has the keyboard."""
        out = self._stage.findChild(TakingOut) or self._page.findChild(TakingOut)
        if out is None or _types():
            return False
        out.copy()
        return True

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


def _keep_step_by_step(event: QKeyEvent) -> bool:
    """Leave P to an explanation that has the keyboard, where it is not the page's."""
    is_p = event.key() == Qt.Key.Key_P and not event.modifiers()
    if not is_p or event.type() is not QEvent.Type.ShortcutOverride:
        return False
    event.accept()
    return True


def _types() -> bool:
    """Return whether a field of text has the keyboard."""
    return isinstance(QApplication.focusWidget(), _TEXT_FIELDS)
