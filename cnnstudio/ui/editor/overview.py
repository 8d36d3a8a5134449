"""What the whole network comes to: totals, and the list of problems."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.analysis import training_problems
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.editor.figures import Figure, Figures
from cnnstudio.ui.labels import heading, paragraph
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import L, M, S, Theme

BYTES_A_NUMBER = 4
_BESIDE_TEXT = 56
"""What icon, spacing and padding take of the width of a problem."""


_MARKS = {
    Severity.ERROR: ("circle-alert", "error"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.HINT: ("lightbulb", "muted"),
}


@dataclass(frozen=True, slots=True)
class _Told:
    problem: Problem
    text: str


class _WholeText(QStyledItemDelegate):
    """Gives texts the height they need: Qt reckons without the padding of the style sheet."""

    def __init__(self, view: QListWidget) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        hint = super().sizeHint(option, index)
        room = self._view.viewport().width() - _BESIDE_TEXT
        text = QRect(0, 0, room, 0)
        needed = option.fontMetrics.boundingRect(text, Qt.TextFlag.TextWordWrap, str(index.data()))
        return QSize(hint.width(), max(hint.height(), needed.height() + S))


class Overview(QWidget):
    """Totals of the open design; `block_wanted` carries the uid of a clicked problem's block."""

    block_wanted = Signal(str)

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._told: list[_Told] = []
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._figures = Figures(align=Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        column.addWidget(heading(_("Network")))
        column.addWidget(self._figures)
        column.addSpacing(S)
        column.addWidget(heading(_("Problems")))
        self._none = paragraph("muted", _("None: this network can be built and trained."))
        column.addWidget(self._none)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setSpacing(2)
        self._list.setItemDelegate(_WholeText(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("Problems"))
        self._list.setToolTip(_("Click a problem to go to its block"))
        self._list.itemActivated.connect(self._go)
        self._list.itemClicked.connect(self._go)
        column.addWidget(self._list, 1)
        column.addStretch()
        for signal in (design.changed, design.plan_changed):
            signal.connect(self._show)
        theme.changed.connect(self._list_problems)
        self._list_problems()
        self._show()

    def _show(self) -> None:
        self._figures.show_figures(_figures(self._design))
        network = self._design.network
        told = [_Told(p, sentence(network.said(p))) for p in all_problems(self._design)]
        if told != self._told:
            self._told = told
            self._list_problems()

    def _list_problems(self) -> None:
        self._none.setVisible(not self._told)
        self._list.setVisible(bool(self._told))
        self._list.clear()
        for told in self._told:
            icon, tone = _MARKS[told.problem.severity]
            item = QListWidgetItem(self._theme.icon(icon, tone), told.text)
            item.setData(Qt.ItemDataRole.UserRole, told.problem.block)
            self._list.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        uid = item.data(Qt.ItemDataRole.UserRole)
        if uid:
            self.block_wanted.emit(uid)


def _figures(design: OpenDesign) -> tuple[Figure, ...]:
    report = design.report
    batch = report.activations * BYTES_A_NUMBER * design.plan.batch_size
    return (
        Figure(
            _("Weights"),
            f"{report.total_weights:,}",
            _("Numbers in all kernels, biases and statistics"),
        ),
        Figure(
            _("of them trained"),
            f"{report.trainable_weights:,}",
            _("Numbers that training changes"),
        ),
        Figure(
            _("Weights file"),
            size_text(report.total_weights * BYTES_A_NUMBER),
            _("Size of the weights when saved, 4 bytes a number"),
        ),
        Figure(
            _("Multiply-adds"),
            f"{report.macs:,}",
            _("Multiplications and additions for one image"),
        ),
        Figure(
            _("Activations a batch"),
            size_text(batch),
            _("Memory for the outputs of all blocks, for one batch"),
        ),
        Figure(
            _("Output"),
            times(report.output_shape) if report.output_shape else "—",
            _("What comes out for one image"),
        ),
    )


def all_problems(design: OpenDesign) -> tuple[Problem, ...]:
    """Return what keeps a design from being built or from learning its data."""
    report = design.report
    dataset = DATASETS[design.plan.data]
    return (*report.problems, *training_problems(design.network, report, dataset))
