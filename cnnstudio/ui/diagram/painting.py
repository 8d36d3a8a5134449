"""Paints the shapes of a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from cnnstudio.core.diagram.scene import (
    Bounds,
    Box,
    Line,
    Mark,
    Outline,
    Point,
    Shape,
    Solid,
    Text,
    Volume,
)
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.theme import RADIUS, Tokens

BAR = 4.0
CORNER = 5.0
"""How round a line's corners are."""
HEAD = (7.0, 3.2)
"""Length and half the width of an arrow's head."""
BEHIND = 4.0
"""How far the sheets behind a folded box lie from one another."""
LEGIBLE, PLAIN, COARSE = 0.45, 0.35, 0.12
"""The scales below which, on screen, there are no texts, corners are square, and volumes flat."""
_SIGN = 4.0


@dataclass(frozen=True, slots=True)
class Look:
    """How shapes are painted.

    Attributes:
        tokens: the colours.
        lettering: the type.
        scale: device-independent pixels for each of the figure; what would be too small to see is
            left out.
        outlines: whether they become curves, for files that carry no fonts.
    """

    tokens: Tokens
    lettering: Lettering
    scale: float = 1.0
    outlines: bool = False


def paint(painter: QPainter, shapes: Iterable[Shape], look: Look) -> None:
    """Paint shapes in their order; the painter is at the figure's own scale."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, look.scale >= COARSE)
    legible = look.scale >= LEGIBLE
    for shape in shapes:
        if legible or not isinstance(shape, Text):
            _PAINTERS[type(shape)](painter, shape, look)


def paint_chosen(painter: QPainter, solid: Solid, tokens: Tokens, scale: float) -> None:
    """Paint what shows that something is the current one: a line about it, of one width always."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.accent), 2.5 / scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    away = 2.5 / scale
    if isinstance(solid, Volume):
        painter.drawPolygon(QPolygonF(_silhouette(solid, away)))
    elif isinstance(solid, Mark):
        painter.drawEllipse(QPointF(*solid.center), solid.radius + away, solid.radius + away)
    else:
        rect = _rect(solid.bounds).adjusted(-away, -away, away, away)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)


def _paint_text(painter: QPainter, shape: Text, look: Look) -> None:
    face = look.lettering.font(shape.size, shape.bold)
    place = QPointF(shape.x, shape.y + look.lettering.drop(shape.size, shape.bold))
    color = QColor(getattr(look.tokens, shape.tone.value))
    if look.outlines:
        path = QPainterPath()
        path.addText(place, face, shape.text)
        painter.fillPath(path, color)
        return
    painter.setFont(face)
    painter.setPen(color)
    painter.drawText(place, shape.text)


def _paint_line(painter: QPainter, shape: Line, look: Look) -> None:
    color = QColor(look.tokens.muted)
    points = [QPointF(*point) for point in shape.points]
    painter.setPen(QPen(color, 1.25))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look.scale < PLAIN:
        painter.drawPolyline(QPolygonF(points))
        return
    *begin, before, end = points
    last = QLineF(before, end)
    if shape.head and last.length() > 0:
        tip = last.pointAt(1.0 - min(1.0, (HEAD[0] - 1.0) / last.length()))
        _polyline(painter, [*begin, before, tip])
        _paint_head(painter, last, color)
    else:
        _polyline(painter, points)


def _polyline(painter: QPainter, points: list[QPointF]) -> None:
    if len(points) == 2:
        painter.drawLine(*points)
        return
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        come, go = QLineF(corner, before), QLineF(corner, after)
        come.setLength(min(CORNER, come.length() / 2))
        go.setLength(min(CORNER, go.length() / 2))
        path.lineTo(come.p2())
        path.quadTo(corner, go.p2())
    path.lineTo(points[-1])
    painter.drawPath(path)


def _paint_head(painter: QPainter, line: QLineF, color: QColor) -> None:
    unit = line.unitVector()
    dx, dy = unit.dx(), unit.dy()
    long, half = HEAD
    end = line.p2()
    base = QPointF(end.x() - dx * long, end.y() - dy * long)
    side = QPointF(-dy * half, dx * half)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([end, base + side, base - side]))


def _paint_box(painter: QPainter, shape: Box, look: Look) -> None:
    colors = _colors(look.tokens.dark, look.tokens.card, look.tokens.families[shape.family])
    edge = QColor(look.tokens.error) if shape.wrong else colors.edge
    pen = QPen(edge, 2.0 if shape.wrong else 1.0)
    rect = _rect(shape.bounds)
    painter.setPen(pen)
    painter.setBrush(colors.pale)
    if look.scale < PLAIN:
        painter.fillRect(rect, colors.full if look.scale < COARSE else colors.deep)
        return
    if shape.folded:
        for step in (2, 1):
            away = BEHIND * step
            painter.drawRoundedRect(rect.translated(away, away), RADIUS, RADIUS)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    bar = QRectF(rect.left() + 3, rect.top() + 5, BAR, rect.height() - 10)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.full)
    painter.drawRoundedRect(bar, BAR / 2, BAR / 2)


def _paint_volume(painter: QPainter, shape: Volume, look: Look) -> None:
    colors = _colors(look.tokens.dark, look.tokens.card, look.tokens.families[shape.family])
    back = shape.back
    if look.scale < COARSE:
        left, top, right, bottom = shape.front
        painter.fillRect(
            QRectF(left, top - back / 2, right - left + back, bottom - top), colors.full
        )
        return
    pen = QPen(QColor(look.tokens.error) if shape.wrong else colors.line, 0.8)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for front in shape.slabs:
        _paint_slab(painter, front, back, colors)


def _paint_slab(painter: QPainter, front: Bounds, back: float, colors: _Colors) -> None:
    left, top, right, bottom = front
    over = [(left, top), (left + back, top - back), (right + back, top - back), (right, top)]
    side = [
        (right, top),
        (right + back, top - back),
        (right + back, bottom - back),
        (right, bottom),
    ]
    for points, color in ((over, colors.light), (side, colors.deep)):
        painter.setBrush(color)
        painter.drawPolygon(_polygon(points))
    painter.setBrush(colors.middle)
    painter.drawRect(QRectF(left, top, right - left, bottom - top))


def _paint_mark(painter: QPainter, shape: Mark, look: Look) -> None:
    tokens = look.tokens
    ink = QColor(tokens.error if shape.wrong else tokens.text)
    painter.setPen(QPen(ink, 1.25))
    painter.setBrush(QColor(tokens.card))
    middle = QPointF(*shape.center)
    painter.drawEllipse(middle, shape.radius, shape.radius)
    x, y = shape.center
    for x1, y1, x2, y2 in _SIGNS[shape.merge]:
        painter.drawLine(
            QPointF(x + x1 * _SIGN, y + y1 * _SIGN), QPointF(x + x2 * _SIGN, y + y2 * _SIGN)
        )


_SIGNS = {
    "Add": ((-1, 0, 1, 0), (0, -1, 0, 1)),
    "Subtract": ((-1, 0, 1, 0),),
    "Multiply": ((-0.8, -0.8, 0.8, 0.8), (-0.8, 0.8, 0.8, -0.8)),
    "Concatenate": ((-0.9, -1, -0.9, 1), (0, -1, 0, 1), (0.9, -1, 0.9, 1)),
    "Average": ((-1, -0.4, 1, -0.4), (-1, 0.4, 1, 0.4)),
    "Maximum": ((-1, 0.5, 0, -0.7), (0, -0.7, 1, 0.5)),
}
"""The strokes of each merge's sign, in shares of half its width."""


def _paint_outline(painter: QPainter, shape: Outline, look: Look) -> None:
    pen = QPen(QColor(look.tokens.faint), 1.0, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(_rect(shape.bounds), RADIUS + 2, RADIUS + 2)


_PAINTERS: dict[type[Shape], Callable[[QPainter, Any, Look], None]] = {
    Text: _paint_text,
    Line: _paint_line,
    Box: _paint_box,
    Volume: _paint_volume,
    Mark: _paint_mark,
    Outline: _paint_outline,
}


@dataclass(frozen=True, slots=True)
class _Colors:
    """A family's colour on a surface, from faint to full; `line` is for edges of volumes."""

    pale: QColor
    light: QColor
    middle: QColor
    deep: QColor
    edge: QColor
    line: QColor
    full: QColor


@lru_cache(maxsize=64)
def _colors(dark: bool, surface: str, color: str) -> _Colors:
    shares = (0.16, 0.30, 0.48, 0.66, 0.65) if dark else (0.08, 0.20, 0.36, 0.54, 0.55)
    full = QColor(color)
    line = full.darker(150) if not dark else _mixed(QColor(surface), full.lighter(120), 0.95)
    pale, light, middle, deep, edge = (_mixed(QColor(surface), full, share) for share in shares)
    return _Colors(pale, light, middle, deep, edge, line, full)


def _mixed(under: QColor, over: QColor, share: float) -> QColor:
    """Return an opaque colour: files of some programs have no transparency."""

    def part(one: float, other: float) -> float:
        return one + (other - one) * share

    return QColor.fromRgbF(
        part(under.redF(), over.redF()),
        part(under.greenF(), over.greenF()),
        part(under.blueF(), over.blueF()),
    )


def _silhouette(shape: Volume, away: float) -> list[QPointF]:
    left, top, right, bottom = shape.front
    left, top, right, bottom = left - away, top - away, right + away, bottom + away
    back = shape.back
    return [
        QPointF(left, top),
        QPointF(left + back, top - back),
        QPointF(right + back, top - back),
        QPointF(right + back, bottom - back),
        QPointF(right, bottom),
        QPointF(left, bottom),
    ]


def _polygon(points: list[Point]) -> QPolygonF:
    return QPolygonF([QPointF(*point) for point in points])


def _rect(bounds: tuple[float, float, float, float]) -> QRectF:
    left, top, right, bottom = bounds
    return QRectF(left, top, right - left, bottom - top)
