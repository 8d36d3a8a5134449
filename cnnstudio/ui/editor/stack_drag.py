"""Dragging over the list: what is dragged, where it would land, and how that is shown."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap

from cnnstudio.core.edits import Step
from cnnstudio.core.i18n import ngettext
from cnnstudio.core.network import Path
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, blocks_data
from cnnstudio.ui.editor.drop_place import DropPlace, paint_mark, place_at
from cnnstudio.ui.editor.drop_steps import may_drop, step_of
from cnnstudio.ui.editor.row_view import RowView
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.theme import BODY, RADIUS, XL, S, Theme, font


class StackDrag:
    """What is known of the drag that is over a view."""

    def __init__(self, view: RowView, model: StackModel, theme: Theme) -> None:
        self._view = view
        self._model = model
        self._theme = theme
        self._point: QPoint | None = None
        self._data: QMimeData | None = None
        self._copy = False
        self.place: DropPlace | None = None
        view.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def target(self) -> Path | None:
        """The start of the paths of the list in which the mark is, None if there is no mark."""
        return None if self.place is None else self.place.target[:-1]

    def take(self, uids: list[str]) -> Qt.DropAction:
        """Let the person drag blocks; with Ctrl held, copies. Return when they are dropped."""
        drag = QDrag(self._view)
        drag.setMimeData(blocks_data(uids))
        drag.setPixmap(self._picture(uids))
        drag.setHotSpot(QPoint(XL, XL))
        both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        return drag.exec(both, Qt.DropAction.MoveAction)

    def over(self, data: QMimeData, point: QPoint, *, copy: bool) -> bool:
        """Show where something dragged at a point would land; return whether it may."""
        self._point, self._copy = point, copy
        self._data = data
        return self._look(data, point)

    def leave(self) -> None:
        """Show nothing any more."""
        self._point = self._data = None
        self._mark(None)

    def dropped(self, data: QMimeData, point: QPoint, *, copy: bool) -> Step | None:
        """Return what the drop at a point does, None if it may not be."""
        self.leave()
        place = self.place_at(point)
        return step_of(self._model.network, data, place.target, copy=_copies(data, copy))

    def place_at(self, point: QPoint) -> DropPlace:
        """Return where something dropped at a point of the viewport lands."""
        return place_at(self._view, self._model, point)

    def paint(self, painter: QPainter) -> None:
        """Paint the mark, if there is one."""
        if self.place is not None:
            width = self._view.viewport().width()
            paint_mark(painter, self.place, self._model, width, self._theme)

    def _look(self, data: QMimeData, point: QPoint) -> bool:
        place = self.place_at(point)
        copy = _copies(data, self._copy)
        fits = may_drop(self._model.network, data, place.target, copy=copy)
        self._mark(place if fits else None)
        return fits

    def _scrolled(self) -> None:
        # At an edge the list scrolls under a mouse that stands still.
        if self._point is not None and self._data is not None:
            self._look(self._data, self._point)

    def _mark(self, place: DropPlace | None) -> None:
        if place != self.place:
            self.place = place
            self._view.viewport().update()

    def _picture(self, uids: list[str]) -> QPixmap:
        rect = self._view.visualRect(self._model.index_of(uids[0]))
        viewport = self._view.viewport()
        picture = viewport.grab(
            QRect(rect.left(), rect.top(), viewport.width() - rect.left(), rect.height())
        )
        if len(uids) > 1:
            painter = QPainter(picture)
            painter.setFont(font(BODY, bold=True))
            count = len(uids)
            text = ngettext("{count} block", "{count} blocks", count).format(count=count)
            metrics = painter.fontMetrics()
            badge = QRect(0, 0, metrics.horizontalAdvance(text) + 2 * S, metrics.height() + S)
            badge.moveBottomRight(QPoint(viewport.width() - rect.left() - S, rect.height() - 1))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent"))
            painter.drawRoundedRect(badge, RADIUS, RADIUS)
            painter.setPen(self._theme.color("on_accent"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
        return picture


def _copies(data: QMimeData, copy: bool) -> bool:
    """Whether blocks of the list are copied; kinds of the palette are always new."""
    return copy and data.hasFormat(BLOCKS_MIME)
