"""How the samples of data are shown: as files, as they enter the network, as augmentation draws."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.theme import S, Theme, beside_icon

_ICON = QSize(16, 16)


class Showing(IntEnum):
    """What a sample is shown as."""

    FILES = 0
    ENTERING = 1
    AUGMENTED = 2


_NAMES = {
    Showing.FILES: (N_("As files"), N_("See the data as it is")),
    Showing.ENTERING: (
        N_("As they enter"),
        N_("See what the network gets to see: resized, in grey or colour as its Input is"),
    ),
    Showing.AUGMENTED: (
        N_("Augmented"),
        N_("See what the blocks of augmentation behind the Input draw at random while it learns"),
    ),
}


class ViewBar(QWidget):
    """Buttons for what samples are shown as.

    `changed` comes when a person chooses another; `again_wanted` when augmentation is to draw anew.
    """

    changed = Signal()
    again_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self.again = QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self._segments())
        row.addWidget(self.again)
        row.addStretch()
        name = _("Draw again")
        self.again.setText(beside_icon(name))
        self.again.setAccessibleName(name)
        self.again.setToolTip(_("See what augmentation may draw another time"))
        self.again.setIconSize(_ICON)
        self.again.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.again.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.again.clicked.connect(self.again_wanted)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_again()

    @property
    def showing(self) -> Showing:
        """What samples are to be shown as."""
        return Showing(self._group.checkedId())

    def allow(self, objections: dict[Showing, str]) -> None:
        """Allow what makes sense; what does not says why, and is left if it is shown."""
        for showing, (_name, tip) in _NAMES.items():
            objection = objections.get(showing, "")
            button = self._group.button(showing)
            button.setEnabled(not objection)
            button.setToolTip(objection or _(tip))
        if objections.get(self.showing):
            self.show_as(Showing.FILES)

    def show_as(self, showing: Showing) -> None:
        """Choose what samples are shown as."""
        self._group.button(showing).setChecked(True)
        self._show_again()
        self.changed.emit()

    def _segments(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("segments")
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for showing, (name, tip) in _NAMES.items():
            button = QToolButton()
            button.setText(_(name))
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(_(tip))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button, showing)
            row.addWidget(button)
        self._group.button(Showing.FILES).setChecked(True)
        self._group.idClicked.connect(lambda number: self.show_as(Showing(number)))
        return frame

    def _show_again(self) -> None:
        self.again.setVisible(self.showing is Showing.AUGMENTED)

    def _restyle(self) -> None:
        self.again.setIcon(self._theme.icon("dices"))
