"""The image looked at: as it was opened, and as it entered the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.pixels import as_pixels
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.seen_pixels import Pixels, share_of_opened
from cnnstudio.ui.background import Latest
from cnnstudio.ui.theme import XS, S, Theme
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.fitting import Fitted
from cnnstudio.ui.viewer.fitting_line import FittingLine


@dataclass(frozen=True, slots=True)
class _Pair:
    opened: QImage
    entered: QImage


class ImageBox(QWidget):
    """A square in which an image fits: few pixels enlarged sharply, many made smaller smoothly."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image: QImage | None = None
        self._part: QRectF | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def marked(self) -> QRectF | None:
        """The part that is framed, in shares of the image; None for none."""
        return self._part

    def show_image(self, image: QImage | None) -> None:
        """Show another image."""
        self._image = image
        self.update()

    def mark(self, part: QRectF | None) -> None:
        """Frame a part of the image, in shares of its width and height; None for no part."""
        if part != self._part:
            self._part = part
            self.update()

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return width

    @override
    def sizeHint(self) -> QSize:
        return QSize(104, 104)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(46, 46)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = min(self.width(), self.height())
        frame = QRectF((self.width() - side) / 2, 0, side, side)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.setBrush(self._theme.color("card"))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._image is not None and not self._image.isNull():
            self._paint_image(painter, self._image, frame.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage, room: QRectF) -> None:
        scale = min(room.width() / image.width(), room.height() / image.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        target = QRectF(0, 0, image.width() * scale, image.height() * scale)
        target.moveCenter(room.center())
        painter.drawImage(target, image)
        if self._part is not None:
            self._paint_part(painter, self._part, target)

    def _paint_part(self, painter: QPainter, part: QRectF, target: QRectF) -> None:
        """Paint two frames about a part, so that one of them is seen on every colour."""
        area = QRectF(
            target.left() + part.left() * target.width(),
            target.top() + part.top() * target.height(),
            max(2.0, part.width() * target.width()),
            max(2.0, part.height() * target.height()),
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("panel", 4), ("accent", 2)):
            painter.setPen(QPen(self._theme.color(color), width))
            painter.drawRect(area)


class ImageCard(QWidget):
    """Two boxes side by side with their sizes below, and what was done between the two."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opened, self.entered = ImageBox(theme), ImageBox(theme)
        self.opened.setAccessibleName(_("Image as it was opened"))
        self.opened.setToolTip(_("The image as it was opened; below, its width × height"))
        self.entered.setAccessibleName(_("Image as it entered the network"))
        self.entered.setToolTip(
            _(
                "The image scaled to the network's Input, all that the network sees of it; below, "
                "its height × width × channels"
            )
        )
        self._sizes = (QLabel(), QLabel())
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(S)
        grid.setVerticalSpacing(XS)
        titles = (_("As opened"), _("As entered"))
        for column, box in enumerate((self.opened, self.entered)):
            title = QLabel(titles[column])
            title.setProperty("tone", "section")
            self._sizes[column].setProperty("tone", "small")
            grid.addWidget(title, 0, column)
            grid.addWidget(box, 1, column)
            grid.addWidget(self._sizes[column], 2, column)
            grid.setColumnStretch(column, 1)
        self.fitting = FittingLine(theme)
        grid.addWidget(self.fitting, 3, 0, 1, 2)
        self._entered: tuple[tuple[int, int], tuple[int, int]] | None = None
        self._painter = Latest(self)
        self._painter.done.connect(self._show)

    def show_answer(self, answer: Probed, fitted: Fitted, plan: TrainingPlan) -> None:
        """Show an image and how it was brought to the Input, which a plan may say otherwise."""
        self.fitting.show_answer(answer, fitted, plan)
        height, width = answer.size
        shape = answer.entered.shape
        self._entered = ((shape[0], shape[1]), answer.size) if len(shape) == 3 else None
        opened, entered = self._sizes
        opened.setText(_("{width:,} × {height:,} pixels").format(width=width, height=height))
        entered.setText(times(answer.entered.shape))
        self._painter.start(partial(_pair, answer, fitted.pixels))

    def show_field(self, pixels: Pixels | None, resize: str = CROP) -> None:
        """Frame the pixels that a number sees in both boxes; None where there are none.

        Args:
            pixels: of the image as it entered.
            resize: by which the opened image became that.
        """
        if pixels is None or self._entered is None or min(pixels.last) < 0:
            self.entered.mark(None)
            self.opened.mark(None)
            return
        entered, opened = self._entered
        height, width = entered
        (top, left), (bottom, right) = pixels
        self.entered.mark(
            QRectF(
                left / width, top / height,
                (right - left + 1) / width, (bottom - top + 1) / height,
            )
        )  # fmt: skip
        top_, left_, bottom_, right_ = share_of_opened(pixels, entered, opened, resize)
        self.opened.mark(QRectF(left_, top_, right_ - left_, bottom_ - top_))

    def preview(self, image: QImage | None) -> None:
        """Show an image that has not entered the network yet."""
        self._painter.cancel()
        for label in self._sizes:
            label.setText("")
        self.fitting.clear()
        self._show(_Pair(image or QImage(), QImage()))

    def _show(self, pair: _Pair) -> None:
        self.opened.show_image(pair.opened)
        self.entered.show_image(pair.entered)


def _pair(answer: Probed, pixels: str) -> _Pair:
    return _Pair(picture_of(answer.picture), picture_of(as_pixels(answer.entered, pixels)))
