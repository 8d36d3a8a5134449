"""The view of a block's maps: zoom, pan, point at a value, step through channels, enlarge one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer import map_painting
from cnnstudio.ui.viewer.drawing import Drawing
from cnnstudio.ui.viewer.viewport import Size, Viewport, fit

BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
"""How the focus comes to somebody who uses no mouse."""
_STEP = 1.25
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
"""The keys that choose what is pointed at."""
_LEAVE = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)


class MapView(QWidget):
    """Paints a `Drawing` without smoothing.

    `pointed` carries the `Place` under the mouse or keyboard, None if there is none; `chosen` a
    channel to enlarge, `asked` the `Place` of a number that is to be explained; `stepped` how many
    channels to go on from the enlarged one; `left` follows Esc there, `all_wanted` a double click;
    `moved` follows another part or size that a person has chosen; `outgrown` says that the view's
    size wants another drawing; `painted` follows the first paint of a drawing.
    """

    pointed = Signal(object)
    chosen = Signal(int)
    stepped = Signal(int)
    left = Signal()
    all_wanted = Signal()
    asked = Signal(object)
    moved = Signal()
    outgrown = Signal()
    painted = Signal()
    _drawn = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._drawing: Drawing | None = None
        self._port: Viewport | None = None
        self._place: Place | None = None
        self._pinned: Place | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._fresh = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Feature maps"))
        self._drawn.connect(self.painted, Qt.ConnectionType.QueuedConnection)
        theme.changed.connect(self.update)

    @property
    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    @property
    def place(self) -> Place | None:
        """The value that is pointed at."""
        return self._place

    @property
    def viewport(self) -> Viewport | None:
        """Which part is shown, None while nothing is."""
        return self._port

    @property
    def device_size(self) -> Size:
        """The view's `(height, width)` in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio))

    def show_drawing(self, drawing: Drawing | None) -> None:
        """Show maps; place and size are kept where they lie as before."""
        before, self._drawing = self._drawing, drawing
        self._fresh = drawing is not None
        if drawing is None:
            self._port = None
        elif self._port is None or before is None or not _alike(before, drawing):
            self._port = fit(drawing.layout, self.device_size, drawing.around)
        self._point(self._place if drawing and before and _alike(before, drawing) else None)
        self.update()

    def complete(self, drawing: Drawing) -> None:
        """Take the same drawing with its picture."""
        self._drawing = drawing
        self.update()

    def pin(self, place: Place | None) -> None:
        """Frame the number that is explained; while there is one, arrow keys lead to the next."""
        self._pinned = place
        self.update()

    def fit(self) -> None:
        """Show everything as large as it can be."""
        if self._drawing is not None:
            self._go_to(fit(self._drawing.layout, self.device_size, self._drawing.around))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge by a factor about a point of the widget, its middle if None."""
        if self._port is None:
            return
        point = (about or QPointF(self.rect().center())) * self.devicePixelRatioF()
        self._go_to(self._port.zoomed(factor, point.x(), point.y()))

    def zoom_in(self) -> None:
        """Enlarge one step."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """Make smaller by one step."""
        self.zoom(1 / _STEP)

    def follow(self, port: Viewport) -> None:
        """Show the part that another view shows, as large as there."""
        if self._port is not None:
            self._port = self._port.like(port)
            self.update()

    def mark(self, place: Place | None) -> None:
        """Mark a value that another view points at, without saying so."""
        self._place = place
        self.update()

    def _go_to(self, port: Viewport) -> None:
        self._port = port
        self.update()
        self.moved.emit()

    def select(self, channel: int) -> None:
        """Point at the first value of a channel, and bring it into view."""
        if self._drawing is None or self._port is None:
            return
        tile = self._drawing.tile_of(channel)
        if tile is not None:
            self._go_to(self._port.showing(tile))
            self._point(Place(channel))
        self.update()

    def area_of(self, channel: int) -> QRectF:
        """Return where a channel's map is in the widget."""
        number = self._drawing.tile_of(channel) if self._drawing is not None else None
        if self._port is None or number is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        tile = self._port.tile(number)
        return QRectF(tile.x / ratio, tile.y / ratio, tile.width / ratio, tile.height / ratio)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawing is None or self._port is None:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        map_painting.paint_maps(painter, self._drawing, self._port)
        painter.resetTransform()
        alone = self._drawing.channel
        if alone is not None:
            map_painting.paint_curve(painter, self.area_of(alone), self._drawing, self._theme)
        for place in (self._pinned, self._place):
            if place is not None:
                self._paint_pointed(painter, self._drawing, place)
        painter.end()
        if self._fresh:
            self._fresh = False
            self._drawn.emit()

    def _paint_pointed(self, painter: QPainter, drawing: Drawing, place: Place) -> None:
        area = self.area_of(place.channel)
        if drawing.channel is None:
            map_painting.paint_frame(painter, area, place.channel, self._theme)
        else:
            pixel = map_painting.value_area(area, drawing, place)
            map_painting.paint_pixel(painter, pixel, self._theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        if self._drawing is None or self._port is None:
            return
        self._port = fit(self._drawing.layout, self.device_size, self._drawing.around)
        if not self._drawing.fits(self.device_size):
            self.outgrown.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns and self._port is not None:
            self.zoom(_STEP**turns, event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._point(self._place_at(event.position()))
            return
        way = event.position() - self._pressed
        if not self._dragged and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._pressed = event.position()
        if self._port is not None:
            ratio = self.devicePixelRatioF()
            self._go_to(self._port.moved(way.x() * ratio, way.y() * ratio))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        place = self._place_at(event.position())
        if pressed is not None and not self._dragged and place is not None:
            self._choose(place)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The first of the two clicks has enlarged a map; what is meant is to see everything.
        if self._drawing is not None and self._drawing.channel is not None:
            self.all_wanted.emit()
        self.fit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        enlarged = self._drawing is not None and self._drawing.channel is not None
        if key in _ARROWS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._step(*_ARROWS[key])
        elif key in _PAGES and enlarged:
            self.stepped.emit(_PAGES[key])
        elif key in CHOOSE and self._shows_numbers:
            self.asked.emit(self._pinned or self._place or self._middle())
        elif key in CHOOSE and self._place is not None and not enlarged:
            self._choose(self._place)
        elif key in _LEAVE and enlarged:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Who comes by keyboard sees where the arrow keys begin.
        by_key = event.reason() in BY_KEY
        if by_key and self._drawing is not None and self._place is None:
            self.select(self._drawing.first)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._refit()
        return super().event(event)

    def _step(self, down: int, right: int) -> None:
        drawing = self._drawing
        if drawing is None:
            return
        if self._pinned is not None and self._shows_numbers:
            self._ask_neighbour(drawing, self._pinned, down, right)
            return
        if drawing.channel is not None:
            self.stepped.emit(down + right)
            return
        if self._place is None:
            self.select(drawing.first)
            return
        tile = (drawing.tile_of(self._place.channel) or 0) + down * drawing.layout.columns + right
        if 0 <= tile < drawing.layout.count:
            self.select(drawing.channel_at(tile))

    def _choose(self, place: Place) -> None:
        if self._shows_numbers:
            self.asked.emit(place)
        elif self._drawing is not None:
            self.chosen.emit(place.channel)
            if self._pinned is not None:
                self.asked.emit(place)

    @property
    def _shows_numbers(self) -> bool:
        """Whether a click is on a number: in an enlarged map, or a vector drawn in cells."""
        drawing = self._drawing
        return drawing is not None and (drawing.channel is not None or drawing.values.ndim == 1)

    def _middle(self) -> Place:
        drawing = self._drawing
        if drawing is None or drawing.values.ndim == 1:
            return Place(0)
        height, width, _channels = drawing.values.shape
        return Place(drawing.first, height // 2, width // 2)

    def _ask_neighbour(self, drawing: Drawing, here: Place, down: int, right: int) -> None:
        layout = drawing.layout
        if drawing.values.ndim == 1:
            tile = (drawing.tile_of(here.channel) or 0) + down * layout.columns + right
            if 0 <= tile < layout.count:
                self.asked.emit(Place(drawing.channel_at(tile)))
            return
        row, column = here.row + down, here.column + right
        if 0 <= row < layout.height and 0 <= column < layout.width:
            self.asked.emit(Place(here.channel, row, column))

    def _place_at(self, position: QPointF) -> Place | None:
        if self._port is None or self._drawing is None:
            return None
        point = position * self.devicePixelRatioF()
        place = self._drawing.layout.place(*self._port.at(point.x(), point.y()))
        if place is None:
            return None
        return Place(self._drawing.channel_at(place.channel), place.row, place.column)

    def _point(self, place: Place | None) -> None:
        self._place = place
        self.update()
        self.pointed.emit(place)


def _alike(one: Drawing, other: Drawing) -> bool:
    kept = (one.layout, one.channel, one.around) == (other.layout, other.channel, other.around)
    return kept and np.array_equal(one.channels, other.channels)
