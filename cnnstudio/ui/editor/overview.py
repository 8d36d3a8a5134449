"""What the whole network comes to: totals, and the list of problems."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.background import Latest
from cnnstudio.ui.editor.figures import Figure, Figures
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.editor.severity import LOOKS
from cnnstudio.ui.labels import heading, paragraph
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.open_design import Mending, OpenDesign
from cnnstudio.ui.theme import L, M, S, Theme

ORDER = (Severity.ERROR, Severity.WARNING, Severity.HINT)
_BESIDE_TEXT = 48
"""What icon, spacing and padding take of the width of a problem."""


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
    """Totals and problems of the open design.

    `block_wanted` carries the uid of a clicked problem's block; `no_cure` comes when problems were
    to be mended and none could be.
    """

    block_wanted = Signal(str)
    no_cure = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._told: list[_Told] = []
        self._listed: tuple[list[Problem], list[str]] = ([], [])
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
        self._list.setIconSize(QSize(16, 16))
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setSpacing(2)
        self._list.setItemDelegate(_WholeText(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("Problems"))
        self._list.setToolTip(_("Click a problem to go to its block"))
        self._list.itemActivated.connect(self._go)
        self._list.itemClicked.connect(self._go)
        self._whole = ProblemCards(design, theme)
        column.addWidget(self._whole)
        column.addWidget(self._list, 1)
        self._mend = QPushButton(_("Mend all"))
        self._mend.setToolTip(
            _("Apply the first cure of every error and warning; Ctrl+Z takes it back")
        )
        self._mend.setAccessibleName(_("Mend all problems"))
        self._mend.clicked.connect(self._mend_all)
        self._mending = Latest(self)
        self._mending.done.connect(self._mended)
        column.addWidget(self._mend)
        column.addStretch()
        for signal in (design.changed, design.plan_changed):
            signal.connect(self._show)
        theme.changed.connect(self._list_problems)
        self._list_problems()
        self._show()

    def _show(self) -> None:
        self._figures.show_figures(_figures(self._design))
        network = self._design.network
        self._whole.show_problems(self._design.problems_of(None))
        problems = sorted(self._design.problems, key=lambda p: ORDER.index(p.severity))
        names = [
            network.at(path).name
            for path in (network.find(p.block or "") for p in problems)
            if path
        ]
        if (problems, names) != self._listed:
            self._listed = (problems, names)
            self._told = [_Told(p, sentence(network.said(p))) for p in problems]
            self._list_problems()

    def _list_problems(self) -> None:
        self._none.setVisible(not self._told)
        self._list.setVisible(any(told.problem.block for told in self._told))
        self._mend.setVisible(any(t.problem.severity is not Severity.HINT for t in self._told))
        self._list.clear()
        for told in (told for told in self._told if told.problem.block):
            icon, tone = LOOKS[told.problem.severity]
            item = QListWidgetItem(self._theme.icon(icon, tone), told.text)
            item.setData(Qt.ItemDataRole.UserRole, told.problem.block)
            self._list.addItem(item)

    def _mend_all(self) -> None:
        self._mend.setEnabled(False)
        self._mending.start(self._design.mending())

    def _mended(self, mending: Mending) -> None:
        self._mend.setEnabled(True)
        if mending.network is not self._design.network:
            return
        if mending.step.edits:
            self._design.push(mending.step)
        else:
            self.no_cure.emit()

    def _go(self, item: QListWidgetItem) -> None:
        uid = item.data(Qt.ItemDataRole.UserRole)
        if uid:
            self.block_wanted.emit(uid)


def _figures(design: OpenDesign) -> tuple[Figure, ...]:
    report = design.report
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
            size_text(report.weight_bytes),
            _("Size of the weights when saved, 4 bytes a number"),
        ),
        Figure(
            _("Multiply-adds"),
            f"{report.macs:,}",
            _("Multiplications and additions for one image"),
        ),
        Figure(
            _("Activations a batch"),
            size_text(report.activation_bytes(design.plan.batch_size)),
            _("Memory for the outputs of all blocks, for one batch"),
        ),
        Figure(
            _("Output"),
            times(report.output_shape) if report.output_shape else "—",
            _("What comes out for one image"),
        ),
    )
