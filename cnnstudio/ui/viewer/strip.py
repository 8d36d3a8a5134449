"""A row of thumbnails to pick an image from, by mouse or arrow keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.look_messages import ImageSource
from cnnstudio.ui.theme import SMALL, XS, M, Theme, font

SOURCE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `ImageSource` of an item."""
DAMAGED_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether an item's image cannot be opened."""
NEW_GROUP_ROLE = Qt.ItemDataRole.UserRole + 3
"""Whether an item is the first of a group, before which a line is drawn."""
HEIGHT = 56
"""Pixels a thumbnail is high."""
_LOW = 36
"""Pixels it is high where there is little room; it has no caption then."""
_CAPTION = 16
_BAR = 10

Index = QModelIndex | QPersistentModelIndex


class Strip(QListView):
    """One row of images; `chosen` carries the `ImageSource` a person goes to.

    `in_sight` carries the first and last row that can be seen, whenever they have changed.

    The model gives a `QImage` or None as decoration and the caption as display role.
    """

    chosen = Signal(object)
    in_sight = Signal(int, int)

    def __init__(
        self, model: QAbstractListModel, width: int, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._silent = False
        self._sight = -1, -1
        self._thumbnails = _ThumbnailDelegate(width, theme, self)
        self.setItemDelegate(self._thumbnails)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(height_of(low=False))
        # Qt lays out thousands of rows at once and asks for their number at each of them, which is
        # quick if it need not ask Python.
        counted = QSortFilterProxyModel(self)
        counted.setSourceModel(model)
        self.setModel(counted)
        for changed in (counted.modelReset, counted.rowsInserted, counted.rowsRemoved):
            changed.connect(self._forget_sight)
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.changed.connect(self.viewport().update)

    @property
    def source(self) -> ImageSource | None:
        """The image gone to."""
        source: ImageSource | None = self.currentIndex().data(SOURCE_ROLE)
        return source

    def set_low(self, *, low: bool) -> None:
        """Show smaller thumbnails without captions, or again those with captions."""
        self._thumbnails.is_low = low
        self.setFixedHeight(height_of(low=low))
        self.doItemsLayout()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def go_to(self, row: int) -> None:
        """Go to an image as a person does."""
        if 0 <= row < self.model().rowCount():
            self.setCurrentIndex(self.model().index(row, 0))

    def mark(self, row: int | None) -> None:
        """Mark an image as the one gone to, without saying so; None for none of them."""
        self._silent = True
        if row is None:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self.model().index(row, 0))
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._silent = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        sight = self._rows_in_sight()
        if sight != self._sight:
            self._sight = sight
            self.in_sight.emit(*sight)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Here it would choose what is chosen; elsewhere it plays and pauses.
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _rows_in_sight(self) -> tuple[int, int]:
        middle = self.viewport().height() // 2 - _CAPTION
        first = self.indexAt(QPoint(0, middle)).row()
        last = self.indexAt(QPoint(self.viewport().width() - 1, middle)).row()
        return max(0, first), self.model().rowCount() - 1 if last < 0 else last

    def _forget_sight(self) -> None:
        self._sight = -1, -1
        self.viewport().update()

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._silent:
            self.chosen.emit(current.data(SOURCE_ROLE))


def height_of(*, low: bool) -> int:
    """Return how high a strip is, without captions where it is low."""
    return (_LOW if low else HEIGHT + _CAPTION) + 2 * XS + _BAR


class _ThumbnailDelegate(QStyledItemDelegate):
    def __init__(self, width: int, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._width = width
        self._theme = theme
        self.is_low = False

    @property
    def _size(self) -> QSize:
        """Of a thumbnail."""
        return (
            QSize(self._width * _LOW // HEIGHT, _LOW) if self.is_low else QSize(self._width, HEIGHT)
        )

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        caption = 0 if self.is_low else _CAPTION
        return self._size + QSize(2 * XS, caption + 2 * XS)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect
        state: Any = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = selected and bool(state & QStyle.StateFlag.State_HasFocus)
        frame = QRect(cell.topLeft() + QPoint(XS, XS), self._size)
        painter.save()
        if focused:
            painter.fillRect(cell, self._theme.color("selection"))
        damaged = bool(index.data(DAMAGED_ROLE))
        image = None if damaged else index.data(Qt.ItemDataRole.DecorationRole)
        self._paint_image(painter, frame, image, damaged=damaged)
        token = "accent" if selected else "muted" if hovered else "border"
        width = 2 if selected else 1
        painter.setPen(QPen(self._theme.color(token), width))
        painter.drawRect(QRectF(frame).adjusted(-0.5, -0.5, 0.5, 0.5))
        if index.data(NEW_GROUP_ROLE):
            painter.setPen(QPen(self._theme.color("faint"), 2))
            painter.drawLine(cell.left(), frame.top(), cell.left(), frame.bottom())
        if not self.is_low:
            self._paint_caption(painter, frame, str(index.data()), selected=selected)
        painter.restore()

    def _paint_image(
        self, painter: QPainter, frame: QRect, image: QImage | None, *, damaged: bool
    ) -> None:
        painter.fillRect(frame, self._theme.color("card"))
        if image is None:
            icon = QRect(0, 0, 2 * M, 2 * M)
            icon.moveCenter(frame.center())
            name, token = ("image-off", "warning") if damaged else ("image", "muted")
            self._theme.icon(name, token).paint(painter, icon)
            return
        # Few pixels stay pixels; a photograph is made smaller smoothly.
        smooth = image.height() > frame.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(frame), image, _cropped(image, frame))

    def _paint_caption(self, painter: QPainter, frame: QRect, text: str, *, selected: bool) -> None:
        painter.setFont(font(SMALL, bold=selected, tabular=True))
        painter.setPen(self._theme.color("text" if selected else "muted"))
        box = QRect(frame.x(), frame.bottom() + 3, frame.width(), _CAPTION)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)


def _cropped(image: QImage, frame: QRect) -> QRectF:
    """Return the middle of an image that has the frame's proportions."""
    scale = min(image.width() / frame.width(), image.height() / frame.height())
    part = QRectF(0, 0, frame.width() * scale, frame.height() * scale)
    part.moveCenter(QRectF(image.rect()).center())
    return part
