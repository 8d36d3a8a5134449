"""What came out of a network but no vector of classes: numbers, a picture, classes of places."""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.blocks.block import Family
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.outcomes import Curves, Numbers, Outcome, Picture, Segmentation, Unfinished
from cnnstudio.core.palettes import viridis
from cnnstudio.ui.numbers import exact, probability_text, short
from cnnstudio.ui.theme import BODY, SMALL, XS, S, Theme, font
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.inputs.small_pictures import picture_of_values

_ROW = 20
_CHIP = 10
_MOST_ROWS = 6
_PICTURE = 132
_HUES = (
    Family.CONVOLUTION,
    Family.ACTIVATION,
    Family.POOLING,
    Family.REGULARIZATION,
    Family.NORMALIZATION,
    Family.AUGMENTATION,
    Family.DENSE,
    Family.RESHAPING,
)
"""Whose colours the first classes have; more of them are drawn in viridis."""


def class_colors(count: int, theme: Theme) -> list[QColor]:
    """Return a colour for each class, told apart as well as can be."""
    if count <= len(_HUES):
        return [theme.family(family) for family in _HUES[:count]]
    return [QColor(*map(int, pixel)) for pixel in viridis(count)]


class OutcomeView(QWidget):
    """Paints an `Outcome`; a picture with the classes' colours below, or lines of numbers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._outcome: Outcome | None = None
        self._image: QImage | None = None
        self._rows: list[tuple[QColor | None, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("What came out of the network"))
        theme.changed.connect(self._repaint)

    @property
    def outcome(self) -> Outcome | None:
        """What is shown."""
        return self._outcome

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The lines below the picture: what each is of, and its value."""
        return [(name, value) for _color, name, value in self._rows]

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Show something else, None for nothing."""
        self._outcome = outcome
        self._repaint()
        told = "; ".join(f"{name}: {value}" for name, value in self.rows)
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.updateGeometry()

    def _repaint(self) -> None:
        self._image, self._rows = None, []
        match self._outcome:
            case Segmentation() as parts:
                self._show_classes(parts)
            case Picture(pixels=pixels):
                self._image = picture_of(pixels)
            case Numbers(values=values):
                name = _("Number {number}")
                self._rows = [
                    (None, name.format(number=at) if len(values) > 1 else _("Number"), _said(value))
                    for at, value in enumerate(values)
                ]
            case Curves(values=values):
                self._image = picture_of_values(np.nan_to_num(values), self._theme)
            case Unfinished() | None:
                pass
            case _:
                assert_never(self._outcome)
        self.update()

    def _show_classes(self, parts: Segmentation) -> None:
        colors = class_colors(len(parts.labels), self._theme)
        table = np.array([[c.red(), c.green(), c.blue()] for c in colors], np.uint8)
        self._image = picture_of(table[parts.classes])
        self._rows = [
            (colors[number], parts.labels[number], probability_text(share))
            for number, share in parts.shares
        ]

    @override
    def sizeHint(self) -> QSize:
        rows = min(len(self._rows), _MOST_ROWS)
        return QSize(200, (_PICTURE + S if self._image is not None else 0) + rows * _ROW)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = 0
        if self._image is not None:
            self._paint_image(painter, self._image, QRectF(0, 0, self.width(), _PICTURE))
            top = _PICTURE + S
        painter.setFont(font(BODY if self._image is None else SMALL, tabular=True))
        fit = max(0, (self.height() - top) // _ROW)
        for at, row in enumerate(self._rows[:fit]):
            self._paint_row(painter, QRectF(0, top + at * _ROW, self.width(), _ROW), row)
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage, room: QRectF) -> None:
        scale = min(room.width() / image.width(), room.height() / image.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        wide, high = image.width() * scale, image.height() * scale
        # Of a sequence each class is a stripe.
        target = QRectF(0, 0, wide, max(high, 24.0))
        target.moveTopLeft(room.topLeft())
        painter.drawImage(target, image)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawRect(target.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_row(
        self, painter: QPainter, line: QRectF, row: tuple[QColor | None, str, str]
    ) -> None:
        color, name, value = row
        middle = Qt.AlignmentFlag.AlignVCenter
        if color is not None:
            chip = QRectF(line.left(), line.center().y() - _CHIP / 2, _CHIP, _CHIP)
            painter.fillRect(chip, color)
            line = line.adjusted(_CHIP + XS + 2, 0, 0, 0)
        painter.setPen(self._theme.color("text"))
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(value) + S
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(line.width()) - wide)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), shown)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | middle), value)


def _said(value: np.float32) -> str:
    return exact(float(value))


def heading(outcome: Outcome | None) -> str:
    """Say what kind of thing came out."""
    match outcome:
        case Segmentation():
            return _("Class of each place")
        case Picture():
            return _("Image that came out")
        case Numbers():
            return _("Predicted numbers") if outcome.count > 1 else _("Predicted number")
        case Curves():
            return _("Sequence that came out")
        case _:
            return _("Prediction")


def note(outcome: Outcome | None) -> str:
    """Say what has to be known of what came out, "" for nothing."""
    match outcome:
        case Segmentation(slice=where, not_finite=bad):
            said = [_place(where)]
            if bad:
                said.append(_without_class(bad))
            said.append(_("The colours are those of the likeliest class at each place"))
            return "\n".join(text for text in said if text)
        case Picture(low=low, high=high, slice=where):
            told = _("Black is {low}, white is {high}").format(low=short(low), high=short(high))
            return "\n".join(text for text in (_place(where), told) if text)
        case Numbers(values=values, count=count) if count > len(values):
            return _("The first {shown} of {count:,} numbers").format(
                shown=len(values), count=count
            )
        case Unfinished(shape=shape):
            return _(
                "The network ends in maps of {shape}: no classes, no numbers and no image, so it "
                "predicts nothing yet"
            ).format(shape="×".join(map(str, shape)))
        case _:
            return ""


def _without_class(count: int) -> str:
    return ngettext(
        "{count:,} place has no class, for NaN came out",
        "{count:,} places have no class, for NaN came out",
        count,
    ).format(count=count)


def has_nan(outcome: Outcome | None) -> bool:
    """Return whether numbers came out that are none."""
    values: NDArray[np.float32]
    match outcome:
        case Numbers(values=values) | Curves(values=values):
            return not bool(np.isfinite(values).all())
        case Segmentation(not_finite=bad):
            return bad > 0
        case _:
            return False


def _place(where: tuple[int, int] | None) -> str:
    if where is None:
        return ""
    number, depth = where
    return _("Slice {number} of {depth}").format(number=number + 1, depth=depth)
