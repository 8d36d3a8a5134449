"""The editor of a plan's metrics: a box to tick for each that fits the task."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QCheckBox, QVBoxLayout
from typing_extensions import override

from cnnstudio.core.fields import Value
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.metrics import METRICS, MetricChoice
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.theme import XS


class MetricsEditor(Editor):
    """Boxes in a column; what is chosen and not offered stays chosen."""

    def __init__(self, _field: MetricChoice) -> None:
        super().__init__()
        self._boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout()
        column.setSpacing(XS)
        for name, metric in METRICS.items():
            box = QCheckBox(_(metric.label))
            box.setToolTip(sentence(_(metric.help)))
            box.setAccessibleName(_(metric.label))
            box.setAccessibleDescription(_(metric.help))
            box.toggled.connect(lambda _on: self.edited.emit(self.value()))
            column.addWidget(box)
            self._boxes[name] = box
        self._row.addLayout(column)
        self.setFocusProxy(next(iter(self._boxes.values())))

    @override
    def offer(self, options: Collection[str]) -> None:
        for name, box in self._boxes.items():
            box.setVisible(name in options)
        first = next((box for name, box in self._boxes.items() if name in options), None)
        if first is not None:
            self.setFocusProxy(first)

    @override
    def value(self) -> Value:
        return tuple(name for name, box in self._boxes.items() if box.isChecked())

    @override
    def set_value(self, value: Value) -> None:
        for name, box in self._boxes.items():
            blocked = box.blockSignals(True)
            box.setChecked(name in value)
            box.blockSignals(blocked)
