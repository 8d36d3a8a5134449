"""The weights of one block: which of them, seen how, and their histogram."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.kernel_messages import KernelsShown, WeightShown
from cnnstudio.core.map_layout import Place
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.background import Latest
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.theme import SMALL, XS, M, S, Theme, font
from cnnstudio.ui.viewer.color_scales import ColorScale, pixel_table
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.kernels.kernel_drawing import (
    KernelDrawing,
    Moment,
    Wanted,
    as_of,
    draw_kernels,
)
from cnnstudio.ui.viewer.kernels.kernel_wording import (
    MOMENTS,
    facts_of,
    hint_of,
    origin_of,
    value_at,
)
from cnnstudio.ui.viewer.map_legend import MapLegend
from cnnstudio.ui.viewer.map_view import MapView
from cnnstudio.ui.viewer.placard import Placard
from cnnstudio.ui.viewer.sentences import undrawn
from cnnstudio.ui.viewer.statistics.histogram_view import HistogramView

_HISTOGRAM = QSize(220, 44)
_SETTLE_MS = 60
_WIDEST = 220
_MEAN = -1
"""The input "channel" that stands for the mean of all."""


class KernelsPanel(QWidget):
    """Shows the weights of a block, or a `Notice` in their place.

    `painted` follows them on the screen; `before_wanted` carries whether the weights before
    training are needed.
    """

    painted = Signal()
    before_wanted = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answer: KernelsShown | None = None
        self._node: PlacedBlock | None = None
        self._filter: int | None = None
        self._shown: KernelDrawing | None = None
        self.weights = QComboBox()
        self.weights.setAccessibleName(_("Which weights"))
        self.weights.setToolTip(_("A layer may have several kinds of weights: see each of them"))
        self.inputs = QSpinBox()
        self.inputs.setRange(_MEAN, _MEAN)
        self.inputs.setSpecialValueText(_("mean of inputs"))
        self.inputs.setPrefix(_("input "))
        self.inputs.setAccessibleName(_("Input channel"))
        self.inputs.setToolTip(
            _("A filter has a kernel for each input channel: see that of one, or their mean")
        )
        self.colours = QCheckBox(_("As colour"))
        self.colours.setToolTip(
            _("The kernels of three input channels as red, green and blue: grey is zero")
        )
        self.moments = QComboBox()
        self.moments.setAccessibleName(_("When"))
        self.moments.setToolTip(_("See what training has changed, against the weights before it"))
        for moment, label in MOMENTS.items():
            self.moments.addItem(_(label), moment)
        self.map_view = MapView(theme)
        self.map_view.setAccessibleName(_("Kernels"))
        self.placard = Placard(theme)
        self.legend = MapLegend(theme)
        self.histogram = HistogramView(theme, _HISTOGRAM)
        self.facts = ElidedLabel()
        self.facts.setFont(font(SMALL, tabular=True))
        self.facts.setAccessibleName(_("What the weights are"))
        self.origin = ElidedLabel()
        self.origin.setProperty("tone", "small")
        for box in (self.weights, self.moments):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(7)
        self.moments.setMaximumWidth(_WIDEST)
        self.moments.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.map_view)
        self._pages.addWidget(self.placard)
        self._artist = Latest(self)
        self._artist.done.connect(self._show_drawing)
        self._artist.failed.connect(lambda error: self.show_notice(undrawn(error)))
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._draw)
        self._lay_out()
        self._connect()
        self.show_notice(Notice(_("The weights of the selected block are shown here")))

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(S)
        for widget in (self.weights, self.inputs, self.colours):
            choices.addWidget(widget)
        choices.addStretch(1)
        choices.addWidget(self.moments, 2)
        lines = QVBoxLayout()
        lines.setSpacing(XS)
        lines.addWidget(self.facts)
        lines.addWidget(self.origin)
        foot = QHBoxLayout()
        foot.setSpacing(M)
        foot.addWidget(self.histogram)
        foot.addLayout(lines, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(choices)
        column.addWidget(self._pages, 1)
        column.addWidget(self.legend)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.weights.activated.connect(self._turn_to)
        self.inputs.valueChanged.connect(self._draw)
        self.colours.toggled.connect(self._draw)
        self.moments.activated.connect(self._choose_moment)
        self.map_view.chosen.connect(self._enlarge)
        self.map_view.left.connect(self.show_all)
        self.map_view.all_wanted.connect(self.show_all)
        self.map_view.stepped.connect(self._step)
        self.map_view.pointed.connect(self._read_out)
        self.map_view.outgrown.connect(self._settle.start)
        self.map_view.painted.connect(self.painted)
        self._theme.changed.connect(self._draw)

    @property
    def weight(self) -> WeightShown | None:
        """The weight that is shown."""
        at = self.weights.currentIndex()
        return self._answer.weights[at] if self._answer is not None and at >= 0 else None

    @property
    def shown(self) -> KernelDrawing | None:
        """What is on the screen, None while there is a notice."""
        return self._shown

    @property
    def subject(self) -> tuple[PlacedBlock, KernelsShown] | None:
        """The block whose weights are shown, and what the engine says of them."""
        return None if self._node is None or self._answer is None else (self._node, self._answer)

    @property
    def moment(self) -> Moment:
        """Which weights are wanted: now, before, or the difference."""
        return Moment(self.moments.currentData())

    def show_kernels(self, node: PlacedBlock, answer: KernelsShown) -> None:
        """Show a block's weights; what was chosen stays chosen while the block is the same."""
        if not answer.weights:
            text = _("{name} has no weights: it computes the same before and after training")
            self.show_notice(Notice(text.format(name=node.name), icon="info"))
            return
        same = self._node is not None and self._node.uid == node.uid and self._answer is not None
        names = [weight.name for weight in answer.weights]
        self._node, self._answer = node, answer
        self._filter = self._filter if same else None
        listed = [self.weights.itemText(at) for at in range(self.weights.count())]
        if not same or listed != names:
            # Else it stays as it is, for while it learns somebody may be choosing.
            self.weights.clear()
            self.weights.addItems(names)
        self._draw()

    def show_notice(self, notice: Notice) -> None:
        """Say something in place of weights."""
        self._answer = self._shown = self._node = None
        self._artist.cancel()
        self.map_view.show_drawing(None)
        self.placard.show_notice(notice)
        self._pages.setCurrentWidget(self.placard)
        self.weights.clear()
        for widget in (self.weights, self.inputs, self.colours, self.moments):
            widget.setEnabled(False)
        self.legend.bar.hide()
        self.legend.say("")
        self.histogram.show_bars(None)
        self.facts.setText("")
        self.origin.setText("")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def _turn_to(self, _at: int) -> None:
        self._filter = None
        self._draw()

    def _choose_moment(self, _at: int) -> None:
        self.before_wanted.emit(self.moment is not Moment.NOW)
        self._draw()

    def _enlarge(self, chosen: int) -> None:
        self._filter = chosen
        self._draw()

    @property
    def is_enlarged(self) -> bool:
        """Whether one filter is shown alone."""
        return self._filter is not None

    def show_all(self) -> None:
        """Show all filters again."""
        if self._filter is not None:
            self._filter = None
            self._draw()

    def _step(self, steps: int) -> None:
        if self._filter is not None and self._shown is not None:
            self._enlarge((self._filter + steps) % self._shown.picture.values.shape[-1])

    def _draw(self, *_changed: object) -> None:
        weight = self.weight
        if weight is None or self._node is None:
            return
        channel = None if self.inputs.value() == _MEAN else self.inputs.value()
        colours = self.colours.isChecked() and self.colours.isEnabled()
        wanted = Wanted(self.moment, channel, colours, self._filter)
        table = pixel_table(ColorScale.DIVERGING, self._theme)
        self._artist.start(
            partial(
                draw_kernels,
                weight,
                self._node.block.kind,
                wanted,
                table,
                self.map_view.device_size,
            )
        )

    def _show_drawing(self, shown: KernelDrawing) -> None:
        weight = self.weight
        if weight is None or self._answer is None:
            return
        fits_before = self._shown is not None
        self._shown, self._filter = shown, shown.wanted.filter
        self._offer(shown, self._answer)
        # What could not be chosen before the first drawing may have been wanted all the same.
        if not fits_before and shown.picture.has_colours and self.colours.isChecked():
            self._draw()
        self._pages.setCurrentWidget(self.map_view)
        self.map_view.show_drawing(shown.drawing)
        self.legend.bar.setVisible(not shown.wanted.colours)
        told = as_of(weight, shown.wanted.moment)
        self.histogram.show_bars(told.histogram, told.histogram_before)
        self.facts.setText(facts_of(told))
        self.origin.setText(origin_of(self._answer, weight))
        self._read_out(self.map_view.place)
        if not shown.drawing.fits(self.map_view.device_size):
            self._settle.start()

    def _offer(self, shown: KernelDrawing, answer: KernelsShown) -> None:
        """Enable what makes sense for what is shown."""
        picture = shown.picture
        self.weights.setEnabled(self.weights.count() > 1)
        self.moments.setEnabled(answer.step > 0)
        self.inputs.blockSignals(True)
        self.inputs.setRange(_MEAN, picture.inputs - 1)
        self.inputs.blockSignals(False)
        self.colours.setEnabled(picture.has_colours)
        self.inputs.setEnabled(picture.inputs > 1 and not shown.wanted.colours)

    def _read_out(self, place: Place | None) -> None:
        if self._shown is None or self.weight is None:
            return
        low, high = self._shown.drawing.range_of(None)
        self.legend.bar.show_range(ColorScale.DIVERGING, low, high)
        if place is None:
            self.legend.say(hint_of(self._filter, self._shown.picture.values.shape[-1]))
        else:
            self.legend.say(value_at(self._shown, self.weight, place), "text")

    def focus(self) -> None:
        """Give the keyboard to the kernels."""
        self.map_view.setFocus(Qt.FocusReason.OtherFocusReason)
