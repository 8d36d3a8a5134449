"""What the checkpoints of all runs take on the disk, how much they may, and how to free it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSpinBox, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.settings import LEAST_RUN_DISK_GB, MOST_RUN_DISK_GB, Settings
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.theme import L, S, Theme, beside_icon


class DiskLine(QWidget):
    """A line at the foot of the list; `limit_chosen` carries billions of bytes.

    `fit_asked` asks to remove what is beyond the limit, `thin_asked` all checkpoints but the best
    of each run, `purge_asked` the deleted runs for good.
    """

    limit_chosen = Signal(int)
    fit_asked = Signal()
    thin_asked = Signal()
    purge_asked = Signal()

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._text = QLabel()
        self.limit = QSpinBox()
        self.limit.setRange(LEAST_RUN_DISK_GB, MOST_RUN_DISK_GB)
        self.limit.setSuffix(_(" GB"))
        self.limit.setValue(settings.run_disk_gb)
        self.limit.setKeyboardTracking(False)
        self.limit.setAccessibleName(_("Space for checkpoints"))
        self.limit.setToolTip(
            _(
                "Where checkpoints would take more, those of the oldest runs go first, and the "
                "best of each run last; curves stay"
            )
        )
        self.limit.valueChanged.connect(self.limit_chosen)
        self._free = QToolButton()
        self._free.setText(beside_icon(_("Free space")))
        self._free.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._free.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._free.setProperty("role", "flat")
        self._free.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._free.setAccessibleName(_("Free space"))
        self._free.setToolTip(_("Remove checkpoints that are not needed any more"))
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._free.setMenu(menu)
        self.fit = menu.addAction(_("Keep within the limit now…"))
        self.fit.setToolTip(_("Remove checkpoints of the oldest runs until all fit"))
        self.thin = menu.addAction(_("Keep only the best of each run…"))
        self.thin.setToolTip(
            _("Runs keep their best weights, but cannot be resumed where they were")
        )
        self.purge = menu.addAction(_("Remove deleted runs for good"))
        self.purge.setToolTip(_("Do not wait for the next start with it"))
        self.fit.triggered.connect(lambda _on=False: self.fit_asked.emit())
        self.thin.triggered.connect(lambda _on=False: self.thin_asked.emit())
        self.purge.triggered.connect(lambda _on=False: self.purge_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(S)
        for widget in (self._text, self.limit):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self._free)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_use(0, has_deleted=False)

    @property
    def text(self) -> str:
        """What the line says before the limit."""
        return self._text.text()

    def show_use(self, used: int, *, has_deleted: bool) -> None:
        """Say how many bytes checkpoints take, and whether there are deleted runs."""
        is_over = used > self.limit.value() * 10**9
        self._text.setText(_("Checkpoints take {used} of").format(used=size_text(used)))
        tone = "warning" if is_over else "muted"
        if self._text.property("tone") != tone:
            self._text.setProperty("tone", tone)
            self._text.style().unpolish(self._text)
            self._text.style().polish(self._text)
        self.fit.setEnabled(is_over)
        self.thin.setEnabled(used > 0)
        self.purge.setEnabled(has_deleted)

    def _restyle(self) -> None:
        self._free.setIcon(self._theme.icon("trash-2", "muted"))
