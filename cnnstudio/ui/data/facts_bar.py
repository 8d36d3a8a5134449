"""What the data is called, how much there is of it, and the button that fits the Input to it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.ui.data.inquiry import DataInquiry, Standing
from cnnstudio.ui.data.sentences import fit_reason, summary
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import M, Theme, beside_icon
from cnnstudio.ui.viewer.elided import ElidedLabel

_ICON = QSize(16, 16)
_WHOLE = 1000


class FactsBar(QWidget):
    """Follows the data of the open design; `fit_wanted` carries the shape the Input is to have.

    Attributes:
        fit: the button that asks for it.
        bar: how far the reading is; whoever shows this lays it out.
    """

    fit_wanted = Signal(object)

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design, self._theme = design, theme
        self._shape: tuple[int, ...] = ()
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._summary = ElidedLabel()
        self._title.setProperty("tone", "title")
        self._summary.setProperty("tone", "muted")
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.fit = QPushButton()
        self.fit.setIconSize(_ICON)
        self.fit.clicked.connect(lambda: self.fit_wanted.emit(self._shape))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of reading the data"))
        keep = self.bar.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(keep)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(M)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        row.addWidget(self.fit)
        theme.changed.connect(self._restyle)
        self._restyle()

    def follow(self, title: str, inquiry: DataInquiry, shape: tuple[int, ...] | None) -> None:
        """Show what is known; `shape` is that of the Input, None if there is none."""
        dataset = self._design.dataset
        self._title.setText(title)
        self._summary.setText(summary(dataset, inquiry.facts))
        self._show_progress(inquiry)
        differs = dataset is not None and shape is not None and shape != dataset.shape
        self.fit.setVisible(differs)
        if differs and dataset is not None and shape is not None:
            self._shape = dataset.shape
            name = _("Fit the Input: {shape}").format(shape=times(dataset.shape))
            self.fit.setText(beside_icon(name))
            self.fit.setAccessibleName(name)
            self.fit.setToolTip(fit_reason(shape, dataset.shape))

    def _show_progress(self, inquiry: DataInquiry) -> None:
        self.bar.setVisible(inquiry.standing is Standing.READING)
        progress = inquiry.progress
        if progress is None or not progress.total:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _WHOLE)
            self.bar.setValue(_WHOLE * progress.done // progress.total)

    def _restyle(self) -> None:
        self.fit.setIcon(self._theme.icon("scaling"))
