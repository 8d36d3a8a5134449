"""The statistics of the block that is looked at, in one row: what is alarming comes first."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.map_statistics import MapStatistics, statistics_of
from cnnstudio.ui.background import Latest
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, XS, M, Theme, font
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.statistics.histogram_view import HistogramView


class StatisticsCard(QWidget):
    """A histogram with two lines of words; `shown` follows each change of them."""

    shown = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram = HistogramView(theme)
        self.facts = ElidedLabel()
        self.facts.setFont(font(SMALL, tabular=True))
        self.facts.setAccessibleName(_("Statistics of the block"))
        self.alarm = ElidedLabel()
        self.alarm.setFont(font(SMALL, bold=True))
        self.alarm.setAccessibleName(_("What is wrong with the values"))
        lines = QVBoxLayout()
        lines.setSpacing(XS)
        lines.addWidget(self.facts)
        lines.addWidget(self.alarm)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(M)
        row.addWidget(self.histogram)
        row.addLayout(lines, 1)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self._counter = Latest(self)
        self._counter.done.connect(self._show)

    def show_values(self, values: NDArray[np.float32]) -> None:
        """Count a block's values, of any rank, and tell of them."""
        self._counter.start(partial(statistics_of, values))

    def clear(self) -> None:
        """Tell of nothing."""
        self._counter.cancel()
        self.histogram.show_bars(None)
        self.facts.setText("")
        self.alarm.setText("")

    def _show(self, found: MapStatistics) -> None:
        self.histogram.show_bars(found.histogram)
        self.facts.setText(facts_of(found))
        _explain(
            self.facts,
            _(
                "The mean and the spread (standard deviation) of all values, the smallest and the "
                "largest of them, and how many are exactly zero"
            ),
        )
        text, tone = alarm_of(found)
        self.alarm.setText(text)
        _explain(self.alarm, _why(found))
        if self.alarm.property("tone") != tone:
            self.alarm.setProperty("tone", tone)
            self.alarm.style().unpolish(self.alarm)
            self.alarm.style().polish(self.alarm)
        self.shown.emit()


def _explain(label: ElidedLabel, why: str) -> None:
    """Have the tooltip say what may not fit, and what it means."""
    label.setToolTip(f"{label.text()}\n{why}" if label.text() else "")


def facts_of(found: MapStatistics) -> str:
    """Say what values there are."""
    return _("mean {mean} · spread {spread} · from {low} to {high} · {zeros} zeros").format(
        mean=short(found.mean),
        spread=short(found.spread),
        low=short(found.low),
        high=short(found.high),
        zeros=f"{found.zeros * 100:.0f} %",
    )


def alarm_of(found: MapStatistics) -> tuple[str, str]:
    """Say what is wrong with the values, and in which tone; nothing is said of what is well."""
    said = []
    if found.nan:
        said.append(
            ngettext("{count:,} value is NaN", "{count:,} values are NaN", found.nan).format(
                count=found.nan
            )
        )
    if found.infinite:
        said.append(
            ngettext(
                "{count:,} value is infinite", "{count:,} values are infinite", found.infinite
            ).format(count=found.infinite)
        )
    if said:
        return " · ".join(said), "error"
    if not found.dead:
        return "", "muted"
    text = ngettext(
        "{dead:,} of {count:,} maps is dead: zero everywhere for this image",
        "{dead:,} of {count:,} maps are dead: zero everywhere for this image",
        found.dead,
    ).format(dead=found.dead, count=found.channels)
    return text, "error" if found.dead == found.channels else "warning"


def _why(found: MapStatistics) -> str:
    if found.nan or found.infinite:
        return _(
            "The network has diverged, or its input is out of range: lower the learning rate, "
            "or look at the blocks before for where it begins"
        )
    if found.dead:
        return _(
            "A map that is zero for every image teaches nothing and learns nothing; look at other "
            "images, and if it stays so lower the learning rate or use leaky_relu"
        )
    return ""
