"""The way of the image through the whole network: a thumbnail a block, a click or an arrow goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.network import Network
from cnnstudio.core.path_messages import PathShown, Thumbnail
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, XS, Theme, font
from cnnstudio.ui.viewer.path.path_cells import PathCells, Span, cells_of
from cnnstudio.ui.viewer.path.thumbnail_pictures import picture_of

THUMB = 40
"""Pixels a thumbnail is high and wide."""
CELL = 88
"""Pixels from one block to the next: room for names as long as `block1_conv1`."""
_RAIL, _RAILS = 3, 3
_CAPTION = 15
_BAR = 10
_HEIGHT = _RAILS * _RAIL + XS + THUMB + _CAPTION + XS


class PathStrip(QAbstractScrollArea):
    """A row of blocks; `chosen` carries the uid of the one that a person goes to.

    Only what is in sight is painted, so that a network of any length can be gone through.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cells = PathCells()
        self._places: dict[str, int] = {}
        self._thumbnails: dict[str, Thumbnail] = {}
        self._pictures: dict[str, QImage] = {}
        self._table: NDArray[np.uint32] | None = None
        self._current: int | None = None
        self._hovered: int | None = None
        self._outcome = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT + _BAR)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(_("The way of the image through the network"))
        self.setToolTip(
            _(
                "What each block makes of the image: the mean of its maps, each in colours of its "
                "own; click or use the arrow keys to go there"
            )
        )
        theme.changed.connect(self._paint_pictures)

    @property
    def cells(self) -> PathCells:
        """The blocks in their order."""
        return self._cells

    @property
    def outcome(self) -> str:
        """What is written below the last block in place of its name, "" for nothing."""
        return self._outcome

    def show_network(self, network: Network) -> None:
        """Show the blocks of a network; thumbnails of those that were there stay."""
        self.show_cells(cells_of(network))

    def show_cells(self, cells: PathCells) -> None:
        """Show other blocks in a row."""
        self._cells = cells
        self._places = {node.uid: at for at, node in enumerate(self._cells.nodes)}
        self._thumbnails = {u: t for u, t in self._thumbnails.items() if u in self._places}
        self._pictures = {u: p for u, p in self._pictures.items() if u in self._places}
        self._hovered = None
        self._fit_bar()
        self.viewport().update()

    def show_path(self, path: PathShown) -> None:
        """Show what the blocks have made of an image."""
        self._thumbnails = {thumbnail.block: thumbnail for thumbnail in path.thumbnails}
        self._paint_pictures()

    def show_outcome(self, outcome: str) -> None:
        """Write below the last block what the network takes the image for."""
        self._outcome = outcome
        self.viewport().update()

    def use_colors(self, table: NDArray[np.uint32]) -> None:
        """Draw maps in other colours."""
        self._table = table
        self._paint_pictures()

    def set_current(self, uid: str | None) -> None:
        """Mark the block that is looked at, and bring it into sight."""
        self._current = self._places.get(uid or "")
        if self._current is not None:
            self._show_cell(self._current)
            self.setAccessibleDescription(self._told(self._current))
        self.viewport().update()

    def area_of(self, uid: str) -> QRect:
        """Return where a block's cell is in the viewport."""
        return self._cell(self._places[uid])

    def picture(self, uid: str) -> QImage | None:
        """Return a block's thumbnail, None if there is none."""
        return self._pictures.get(uid)

    def _paint_pictures(self) -> None:
        if self._table is not None:
            table = self._table
            self._pictures = {
                uid: picture_of(thumbnail, table, self._theme)
                for uid, thumbnail in self._thumbnails.items()
            }
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(6 * CELL, _HEIGHT + _BAR)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * CELL, _HEIGHT + _BAR)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        bar.setRange(0, max(0, len(self._cells.nodes) * CELL - room))
        bar.setPageStep(room)
        bar.setSingleStep(CELL)

    def _show_cell(self, at: int) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        left = at * CELL
        # A neighbour on either side is kept in sight, for that is where one goes next.
        bar.setValue(min(left - CELL, max(bar.value(), left + 2 * CELL - room)))

    def _cell(self, at: int) -> QRect:
        return QRect(at * CELL - self.horizontalScrollBar().value(), 0, CELL, _HEIGHT)

    def _at(self, place: QPoint) -> int | None:
        at = (place.x() + self.horizontalScrollBar().value()) // CELL
        return at if 0 <= at < len(self._cells.nodes) and place.y() < _HEIGHT else None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = event.rect()
        offset = self.horizontalScrollBar().value()
        first = max(0, (area.left() + offset) // CELL)
        last = min(len(self._cells.nodes) - 1, (area.right() + offset) // CELL)
        for span in self._cells.spans:
            if span.first <= last and span.last >= first and span.depth < _RAILS:
                self._paint_span(painter, span)
        painter.setFont(font(SMALL))
        for at in range(first, last + 1):
            self._paint_cell(painter, at)
        painter.end()

    def _paint_span(self, painter: QPainter, span: Span) -> None:
        color = self._theme.family(span.node.block.family)
        left, right = self._cell(span.first).left() + XS, self._cell(span.last).right() - XS
        rail = QRect(left, span.depth * _RAIL, right - left, _RAIL - 1)
        painter.fillRect(rail, color)

    def _paint_cell(self, painter: QPainter, at: int) -> None:
        node, cell = self._cells.nodes[at], self._cell(at)
        frame = QRect(0, 0, THUMB, THUMB)
        frame.moveCenter(cell.center())
        frame.moveTop(_RAILS * _RAIL + XS)
        if at == self._current and self.hasFocus():
            painter.fillRect(
                cell.adjusted(1, _RAILS * _RAIL, -1, 0), self._theme.color("selection")
            )
        if at:
            self._paint_link(painter, at, frame)
        picture = self._pictures.get(node.uid)
        if picture is None:
            painter.fillRect(frame, self._theme.color("card"))
            icon = QRect(0, 0, 16, 16)
            icon.moveCenter(frame.center())
            self._theme.family_icon(node.block.family).paint(painter, icon)
        else:
            self._paint_picture(painter, picture, frame, bars=self._is_bars(node.uid))
        self._paint_frame(painter, at, frame)
        bold = at == self._current
        painter.setFont(font(SMALL, bold=bold))
        painter.setPen(self._theme.color("text" if bold else "muted"))
        box = QRect(cell.left() + 2, frame.bottom() + 3, CELL - 4, _CAPTION)
        # Names are often told apart by their ends: block1_conv1, block1_conv2.
        name, mode = node.name, Qt.TextElideMode.ElideMiddle
        if self._outcome and at == len(self._cells.nodes) - 1:
            name, mode = self._outcome, Qt.TextElideMode.ElideLeft  # the share is to be read
        shown = painter.fontMetrics().elidedText(name, mode, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _is_bars(self, uid: str) -> bool:
        thumbnail = self._thumbnails.get(uid)
        return thumbnail is not None and thumbnail.levels.ndim == 1

    def _paint_link(self, painter: QPainter, at: int, frame: QRect) -> None:
        """Lead from the block before to this one, unless another lane begins here."""
        if at in self._cells.starts:
            return
        painter.setPen(QPen(self._theme.color("border"), 1))
        middle = frame.center().y()
        painter.drawLine(frame.left() - (CELL - THUMB) + 3, middle, frame.left() - 4, middle)

    def _paint_picture(
        self, painter: QPainter, picture: QImage, frame: QRect, *, bars: bool
    ) -> None:
        painter.fillRect(frame, self._theme.color("card"))
        if bars:
            painter.drawImage(QRectF(frame.adjusted(2, 2, -2, -2)), picture)
            return
        scale = min(frame.width() / picture.width(), frame.height() / picture.height())
        target = QRectF(0, 0, max(2.0, picture.width() * scale), max(2.0, picture.height() * scale))
        target.moveCenter(QRectF(frame).center())
        painter.drawImage(target, picture)

    def _paint_frame(self, painter: QPainter, at: int, frame: QRect) -> None:
        thumbnail = self._thumbnails.get(self._cells.nodes[at].uid)
        is_bad = thumbnail is not None and thumbnail.not_finite > 0
        token = "accent" if at == self._current else "muted" if at == self._hovered else "border"
        token = "error" if is_bad and at != self._current else token
        painter.setPen(QPen(self._theme.color(token), 2 if at == self._current or is_bad else 1))
        painter.drawRect(QRectF(frame).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _told(self, at: int) -> str:
        """Say what a cell shows."""
        node = self._cells.nodes[at]
        title = f"{node.name} · {node.block.kind}"
        thumbnail = self._thumbnails.get(node.uid)
        if thumbnail is None:
            return title
        lines = [f"{title} · {times(thumbnail.shape)}", _said(thumbnail)]
        if thumbnail.not_finite:
            lines.append(
                ngettext(
                    "{count:,} value is NaN or infinite",
                    "{count:,} values are NaN or infinite",
                    thumbnail.not_finite,
                ).format(count=thumbnail.not_finite)
            )
        return "\n".join(lines)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._at(event.pos())
            text = self.toolTip() if at is None else self._told(at)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        if event.type() is QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().toPoint()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and at is not None:
            self.chosen.emit(self._cells.nodes[at].uid)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turn.y() or turn.x()) // 2)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._cells.nodes) - 1
        at = -1 if self._current is None else self._current
        targets = {
            Qt.Key.Key_Left: max(0, at - 1),
            Qt.Key.Key_Right: min(last, at + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or last < 0:
            super().keyPressEvent(event)
        elif target != self._current:
            self.chosen.emit(self._cells.nodes[target].uid)

    def _hover(self, at: int | None) -> None:
        if at != self._hovered:
            self._hovered = at
            self.viewport().setCursor(
                Qt.CursorShape.ArrowCursor if at is None else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().update()


def _said(thumbnail: Thumbnail) -> str:
    """Say what is drawn, honestly."""
    low, high, count = short(thumbnail.low), short(thumbnail.high), thumbnail.shape[-1]
    if len(thumbnail.shape) < 3:
        return _("Bars, neighbours as their mean: from {low} to {high}").format(low=low, high=high)
    return ngettext(
        "Its only map: from {low} to {high}",
        "Mean of its {count:,} maps: from {low} to {high}",
        count,
    ).format(count=count, low=low, high=high)
