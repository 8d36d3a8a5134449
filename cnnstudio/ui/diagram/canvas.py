"""Where a figure is looked at: zoom, pan, follow the current block, choose another one."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QGestureEvent,
    QPinchGesture,
    QToolTip,
)
from typing_extensions import override

from cnnstudio.core.diagram.scene import Bounds, Box, Outline, Scene, Solid, Volume
from cnnstudio.core.i18n import _
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.diagram.painting import Look, paint, paint_chosen
from cnnstudio.ui.theme import L, Theme

SMALLEST, LARGEST = 0.01, 8.0
LARGEST_FIT = 1.25
READABLE = 0.7
"""The scale that a figure is first shown at, at least: its texts can be read."""
STEP = 1.25
REACH = 6.0
"""Pixels that a click may miss something by."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Fit(Enum):
    """How the scale comes about."""

    READABLE = auto()
    WHOLE = auto()
    CHOSEN = auto()


class Canvas(QAbstractScrollArea):
    """Shows a scene.

    `chosen` carries the uid of a block that a person chose, `toggled` that of a container that is
    to be folded or opened.
    """

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(self, theme: Theme, describe: Callable[[str], str]) -> None:
        super().__init__()
        self._theme = theme
        self._describe = describe
        self._lettering = Lettering()
        self._scene = Scene()
        self._scale = 1.0
        self._fit = Fit.READABLE
        self._current: str | None = None
        self._pressed: QPoint | None = None
        self._dragged = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 100)
        self.setAccessibleName(_("Diagram of the network"))
        self.setToolTip(
            _(
                "The whole network; click a layer to select its block, double-click to fold or "
                "open what holds others, turn the wheel with Ctrl to enlarge"
            )
        )
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        theme.changed.connect(self._adopt_theme)

    @property
    def scene(self) -> Scene:
        """What is shown."""
        return self._scene

    @property
    def scale(self) -> float:
        """Device-independent pixels for each of the figure's."""
        return self._scale

    def show_scene(self, scene: Scene, *, anew: bool = False) -> None:
        """Show a figure; `anew` where it has nothing to do with the one before."""
        self._scene = scene
        if anew:
            self._fit = Fit.READABLE
        self._refit()
        if anew:
            self.horizontalScrollBar().setValue(0)
            self.verticalScrollBar().setValue(0)
            self._reveal(next(iter(self._ends(last=False)), None))
            self._reveal(self._solid())

    def show_current(self, uid: str | None) -> None:
        """Mark what stands for a block, and bring it into view."""
        self._current = uid
        self.setAccessibleDescription(self._describe(uid) if uid else "")
        self._reveal(self._solid())
        self.viewport().update()

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge by a factor about a point of the viewport, its middle if None."""
        point = about or QRectF(self.viewport().rect()).center()
        at = self.to_scene(point)
        self._fit = Fit.CHOSEN
        self._scale = min(LARGEST, max(SMALLEST, self._scale * factor))
        self._set_bars()
        after = self.to_viewport(at)
        self._scroll(after.x() - point.x(), after.y() - point.y())

    def zoom_in(self) -> None:
        """Enlarge one step."""
        self.zoom(STEP)

    def zoom_out(self) -> None:
        """Make smaller by one step."""
        self.zoom(1 / STEP)

    def fit(self) -> None:
        """Show everything."""
        self._fit = Fit.WHOLE
        self._refit()

    def to_scene(self, point: QPointF) -> QPointF:
        """Return where in the figure a point of the viewport is."""
        return (point - self._origin()) / self._scale

    def to_viewport(self, point: QPointF) -> QPointF:
        """Return where in the viewport a point of the figure is."""
        return point * self._scale + self._origin()

    def area_of(self, uid: str) -> QRectF:
        """Return where in the viewport a block is, empty if it is not drawn."""
        solid = self._scene.of(uid)
        return QRectF() if solid is None else self._area(solid)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(tokens.card))
        origin = self._origin()
        painter.translate(origin)
        painter.scale(self._scale, self._scale)
        shapes = self._scene.within(self._visible(QRectF(event.rect())))
        paint(painter, shapes, Look(tokens, self._lettering, scale=self._scale))
        solid = self._solid()
        if solid is not None:
            paint_chosen(painter, solid, tokens, self._scale)
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP ** (turn.y() / 120), event.position())
            event.accept()
        elif self.verticalScrollBar().maximum() == 0 and not turn.x():
            # A figure that goes to the right has nothing below it.
            self._scroll(-turn.y() / 2, 0)
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position().toPoint(), False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        at = event.position().toPoint()
        way = at - self._pressed
        if not self._dragged and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged, self._pressed = True, at
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._scroll(-way.x(), -way.y())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.viewport().unsetCursor()
        left = event.button() is Qt.MouseButton.LeftButton
        solid = self._at(event.position())
        if pressed is not None and left and not self._dragged and solid is not None:
            self.chosen.emit(solid.uids[0])

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._toggle(self._at(event.position()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in _ARROWS:
            self._step(*_ARROWS[key])
        elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(next(iter(self._ends(last=key is Qt.Key.Key_End)), None))
        elif plain and key in _OPEN:
            self._toggle(self._solid())
        else:
            super().keyPressEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            solid = self._at(QPointF(event.pos()))
            text = self._describe(solid.uids[0]) if solid else self.toolTip()
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
                return False
            self.zoom(1.0 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                self.zoom(pinch.scaleFactor(), QPointF(middle))
            return True
        return super().viewportEvent(event)

    def _adopt_theme(self) -> None:
        self._lettering = Lettering()
        self.viewport().update()

    def _origin(self) -> QPointF:
        """Return where in the viewport the figure's top left corner is."""
        room, scale = self.viewport().size(), self._scale
        wide, high = self._scene.width * scale, self._scene.height * scale
        left = (room.width() - wide) / 2 if wide <= room.width() else 0.0
        top = (room.height() - high) / 2 if high <= room.height() else 0.0
        return QPointF(
            left - self.horizontalScrollBar().value(), top - self.verticalScrollBar().value()
        )

    def _visible(self, rect: QRectF) -> Bounds:
        start, end = self.to_scene(rect.topLeft()), self.to_scene(rect.bottomRight())
        return start.x(), start.y(), end.x(), end.y()

    def _refit(self) -> None:
        scene, room = self._scene, self.viewport().size()
        if scene.shapes and self._fit is not Fit.CHOSEN:
            whole = min(room.width() / scene.width, room.height() / scene.height, LARGEST_FIT)
            least = SMALLEST if self._fit is Fit.WHOLE else READABLE
            self._scale = max(least, whole)
        self._set_bars()
        self.viewport().update()

    def _set_bars(self) -> None:
        room = self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), self._scene.width, room.width()),
            (self.verticalScrollBar(), self._scene.height, room.height()),
        ):
            bar.setRange(0, max(0, round(whole * self._scale) - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(L)

    def _scroll(self, right: float, down: float) -> None:
        for bar, way in ((self.horizontalScrollBar(), right), (self.verticalScrollBar(), down)):
            bar.setValue(round(bar.value() + way))
        self.viewport().update()

    def _area(self, solid: Solid) -> QRectF:
        left, top, right, bottom = solid.bounds
        return QRectF(
            self.to_viewport(QPointF(left, top)), self.to_viewport(QPointF(right, bottom))
        )

    def _reveal(self, solid: Solid | None) -> None:
        """Scroll just so far that something is seen."""
        room = QRectF(self.viewport().rect())
        if solid is None or room.contains(area := self._area(solid)):
            return
        right = _way(area.left() - L, area.right() + L, room.width())
        self._scroll(right, _way(area.top() - L, area.bottom() + L, room.height()))

    def _solid(self) -> Solid | None:
        return None if self._current is None else self._scene.of(self._current)

    def _at(self, position: QPointF) -> Solid | None:
        place = self.to_scene(position)
        return self._scene.at(place.x(), place.y(), REACH / self._scale)

    def _step(self, right: int, down: int) -> None:
        solid = self._solid()
        if solid is None:
            self._choose(next(iter(self._ends(last=False)), None))
        else:
            self._choose(self._scene.beside(solid, right, down))

    def _ends(self, *, last: bool) -> list[Solid]:
        solids = [s for s in self._scene.shapes if isinstance(s, Box | Volume)]
        return list(reversed(solids)) if last else list(solids)

    def _choose(self, solid: Solid | None) -> None:
        if solid is not None and solid.uids:
            self.chosen.emit(solid.uids[0])

    def _toggle(self, solid: Solid | None) -> None:
        match solid:
            case Outline() | Box(folded=True) | Volume(folded=True):
                self.toggled.emit(solid.uids[0])


def _way(start: float, end: float, room: float) -> float:
    """Return how far to scroll so that a span is inside a room, its start if it is too long."""
    if start < 0 or end - start > room:
        return start
    return max(0.0, end - room)
