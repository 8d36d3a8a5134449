"""The drawing of an explanation: a row a channel, input or lane, largest first, as many as are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, XS, L, M, S, Theme, font
from cnnstudio.ui.viewer.explain.cells import paint_grid, paint_sign, tint
from cnnstudio.ui.viewer.explain.rows import Piece, Pieces, Step

_BAR_ROW = 22.0
_NAME, _NAME_OF_GRID = 190.0, 92.0
_SUM = 70.0
_TALLEST = 16_000_000
"""Pixels that a widget of Qt may be tall."""
_UNREAD = 0.28
_SIGNS = ("×", "=")


class Figure(QWidget):
    """Paints the rows that are in sight; of a step, what has been come to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pieces: Pieces | None = None
        self._step: Step | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Figures of the explanation"))
        theme.changed.connect(self.update)

    @property
    def step(self) -> Step | None:
        """The step that is shown, None where everything is."""
        return self._step

    @property
    def pieces(self) -> Pieces | None:
        """What is drawn."""
        return self._pieces

    def show_pieces(self, pieces: Pieces) -> None:
        """Draw an explanation, all of it."""
        self._pieces, self._step = pieces, None
        self.setFixedHeight(self._height())
        self.setMinimumWidth(self._width())
        self.update()

    def show_step(self, step: Step | None) -> None:
        """Draw what has been come to; everything for None."""
        self._step = step
        self.update()

    def area_of(self, row: int) -> QRectF:
        """Return where a row is."""
        return QRectF(0, row * self._pitch(), self.width(), self._pitch())

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width(), self._height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        pieces = self._pieces
        if pieces is None or not pieces.count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pitch = self._pitch()
        first = int(event.rect().top() / pitch)
        last = min(pieces.count - 1, int(event.rect().bottom() / pitch))
        for row in range(first, last + 1):
            self._paint_row(painter, pieces, row)
        painter.end()

    def _pitch(self) -> float:
        pieces = self._pieces
        return pieces.height + L if pieces and pieces.height else _BAR_ROW

    def _height(self) -> int:
        return min(_TALLEST, round(self._pitch() * self._pieces.count)) if self._pieces else 0

    def _width(self) -> int:
        """Return what the widest row needs; all have the same grids."""
        pieces = self._pieces
        if pieces is None or not pieces.count:
            return 0
        piece = pieces.make(0)
        if not piece.grids:
            return round(_NAME + 3 * _SUM)
        grids = sum(grid.size[0] for grid in piece.grids)
        return round(_NAME_OF_GRID + grids + len(piece.grids) * 3 * S + _SUM)

    def _paint_row(self, painter: QPainter, pieces: Pieces, row: int) -> None:
        piece, area, step = pieces.make(row), self.area_of(row), self._step
        unread = step is not None and row > step.row
        painter.setOpacity(_UNREAD if unread else 1.0)
        if step is not None and row == step.row and step.cells is None:
            painter.fillRect(area, self._theme.color("selection"))
        if piece.grids:
            self._paint_grids(painter, pieces, piece, area, self._reached(row))
        else:
            self._paint_bar(painter, pieces, piece, area)
        painter.setOpacity(1.0)

    def _reached(self, row: int) -> int | None:
        step = self._step
        if step is None or row < step.row:
            return None
        return step.cells if row == step.row else 0

    def _paint_grids(
        self, painter: QPainter, pieces: Pieces, piece: Piece, area: QRectF, reached: int | None
    ) -> None:
        row = QRectF(area.left(), area.top() + S, area.width(), pieces.height)
        painter.setFont(font(SMALL))
        painter.setPen(self._theme.color("muted"))
        name = QRectF(row.left(), row.top(), _NAME_OF_GRID, row.height())
        left_middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, left_middle, _elided(painter, piece.name, name.width() - XS))
        left = name.right()
        for number, grid in enumerate(piece.grids):
            if number:
                left = paint_sign(painter, _SIGNS[number - 1], left, row, self._theme)
            corner = QPointF(left, row.top() + (row.height() - grid.size[1]) / 2)
            largest = pieces.largest[min(number, len(pieces.largest) - 1)]
            paint_grid(painter, grid, corner, self._theme, largest=largest, reached=reached)
            left += grid.size[0]
        unfinished = reached is not None and reached < piece.grids[0].values.size
        text = self._so_far(reached) if unfinished else _outcome(piece)
        if not text:
            return
        sign = "→" if len(piece.grids) == 1 else "Σ"
        left = paint_sign(painter, sign, left, row, self._theme)
        painter.setFont(font(SMALL, bold=True, tabular=True))
        painter.setPen(self._theme.color("accent" if unfinished else "text"))
        painter.drawText(row.adjusted(left - row.left(), 0, 0, 0), left_middle, text)

    def _so_far(self, reached: int | None) -> str:
        """Write what the cells that have been come to amount to, if there are any."""
        step = self._step
        return "" if step is None or not reached or step.so_far is None else short(step.so_far)

    def _paint_bar(self, painter: QPainter, pieces: Pieces, piece: Piece, area: QRectF) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(SMALL, tabular=True))
        name_room = min(_NAME, area.width() * 0.32)
        name = QRectF(area.left(), area.top(), name_room - S, area.height())
        painter.setPen(self._theme.color("muted"))
        painter.drawText(
            name, middle | Qt.AlignmentFlag.AlignLeft, _elided(painter, piece.name, name.width())
        )
        widest = 1.7 * _SUM if pieces.make(pieces.count - 1).text else 0.0
        text = QRectF(name.right(), area.top(), widest, area.height())
        painter.drawText(text, middle | Qt.AlignmentFlag.AlignRight, piece.text)
        number = QRectF(area.right() - _SUM, area.top(), _SUM - XS, area.height())
        painter.setPen(self._theme.color("text"))
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, short(piece.adds))
        room = QRectF(text.right() + M, area.top() + 5, 0, area.height() - 10)
        room.setRight(number.left() - S)
        self._paint_length(painter, pieces, piece, room)

    def _paint_length(self, painter: QPainter, pieces: Pieces, piece: Piece, room: QRectF) -> None:
        """Paint a bar from zero, which is in the middle, to what the row adds."""
        largest, middle = piece.longest or pieces.largest[0], room.center().x()
        share = abs(piece.adds) / largest if largest else 0.0
        if share == share and share != float("inf"):
            length = share * room.width() / 2
            left = middle if piece.adds >= 0 else middle - length
            color = tint(piece.adds, abs(piece.adds), self._theme)
            painter.fillRect(QRectF(left, room.top(), max(1.0, length), room.height()), color)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(QPointF(middle, room.top() - 5), QPointF(middle, room.bottom() + 5))


def _outcome(piece: Piece) -> str:
    return f"{piece.text}\n= {short(piece.adds)}" if piece.text else short(piece.adds)


def _elided(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
