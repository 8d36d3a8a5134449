"""The files of the data that cannot be used: a button that counts them, a sheet that lists them."""

from __future__ import annotations

from PySide6.QtCore import QSize, QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QToolButton, QWidget

from cnnstudio.core.data_messages import FilesLeftOut
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.sheet import sheet
from cnnstudio.ui.theme import Theme, beside_icon

_SIZE = QSize(720, 440)
_ICON = QSize(16, 16)


class LeftOutButton(QToolButton):
    """Says how many files are left out and lists them; out of sight if there are none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._left_out: FilesLeftOut | None = None
        self.setProperty("role", "flat")
        self.setIconSize(_ICON)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        self.clicked.connect(self._show)
        theme.changed.connect(self._restyle)
        self._restyle()

    def follow(self, left_out: FilesLeftOut | None) -> None:
        """Show how many files are left out."""
        self._left_out = left_out
        self.setVisible(left_out is not None)
        if left_out is not None:
            name = ngettext("{count:,} left out", "{count:,} left out", left_out.count).format(
                count=left_out.count
            )
            self.setText(beside_icon(name))
            self.setAccessibleName(name)
            self.setToolTip(_("See which files cannot be used, and why"))

    def _show(self) -> None:
        if self._left_out is not None:
            show_left_out(self.window(), self._left_out)

    def _restyle(self) -> None:
        self.setIcon(self._theme.icon("triangle-alert", "warning"))


def counted(left_out: FilesLeftOut) -> str:
    """Say how many files are left out."""
    return ngettext(
        "{count:,} file cannot be used and is left out.",
        "{count:,} files cannot be used and are left out.",
        left_out.count,
    ).format(count=left_out.count)


def show_left_out(window: QWidget, left_out: FilesLeftOut) -> None:
    """List the files that are left out and what is wrong with each."""
    intro = paragraph("muted", counted(left_out))
    rows = [sentence(reason) for reason in left_out.reasons]
    more = left_out.count - len(rows)
    if more > 0:
        rows.append(
            ngettext("and {count:,} file more", "and {count:,} files more", more).format(count=more)
        )
    view = QListView()
    view.setModel(QStringListModel(rows, view))
    view.setUniformItemSizes(False)
    view.setWordWrap(True)
    view.setSpacing(2)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setProperty("surface", "card")
    view.setAccessibleName(_("Files that are left out"))
    dialog = sheet(window, _("Files that are left out"), intro, view)
    dialog.resize(_SIZE)
    dialog.open()
