"""The files of the data that cannot be used: a line that counts them, a sheet that lists them."""

from __future__ import annotations

from PySide6.QtCore import QSize, QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from cnnstudio.core.data_messages import FilesLeftOut
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.sheet import sheet

_SIZE = QSize(720, 440)


def notice_of(window: QWidget, left_out: FilesLeftOut) -> Notice:
    """Return what is said of files that are left out, with a button that lists them."""
    return Notice(
        counted(left_out),
        "warning",
        action=_("Show the files"),
        act=lambda: show_left_out(window, left_out),
    )


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
