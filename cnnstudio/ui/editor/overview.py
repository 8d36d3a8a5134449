"""What the whole network comes to: totals, and the list of problems."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.analysis import training_problems
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, L, M, S, Theme, font

BYTES_A_NUMBER = 4


class Overview(QWidget):
    """Totals of the open design; `block_wanted` carries the uid of a clicked problem's block."""

    block_wanted = Signal(str)

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._values: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        column.addWidget(_heading(_("Network")))
        column.addLayout(self._totals())
        column.addSpacing(S)
        column.addWidget(_heading(_("Problems")))
        self._none = QLabel(_("None: this network can be built and trained."))
        self._none.setWordWrap(True)
        self._none.setProperty("tone", "muted")
        column.addWidget(self._none)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("Problems"))
        self._list.setToolTip(_("Click a problem to go to its block"))
        self._list.itemActivated.connect(self._go)
        self._list.itemClicked.connect(self._go)
        column.addWidget(self._list, 1)
        column.addStretch()
        for signal in (design.changed, design.plan_changed, theme.changed):
            signal.connect(self._show)
        self._show()

    def _totals(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(S)
        names = (
            (_("Weights"), _("Numbers in all kernels, biases and statistics")),
            (_("of them trained"), _("Numbers that training changes")),
            (_("Weights file"), _("Size of the weights when saved, 4 bytes a number")),
            (_("Multiply-adds"), _("Multiplications and additions for one image")),
            (_("Activations a batch"), _("Memory for the outputs of all blocks, for one batch")),
            (_("Output"), _("What comes out for one image")),
        )
        for row, (name, tip) in enumerate(names):
            label, value = QLabel(name), QLabel()
            label.setProperty("tone", "muted")
            value.setFont(font(BODY, tabular=True))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for widget in (label, value):
                widget.setToolTip(tip)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
            self._values.append(value)
        return grid

    def _show(self) -> None:
        report = self._design.report
        batch = report.activations * BYTES_A_NUMBER * self._design.plan.batch_size
        texts = (
            f"{report.total_weights:,}",
            f"{report.trainable_weights:,}",
            size_text(report.total_weights * BYTES_A_NUMBER),
            f"{report.macs:,}",
            size_text(batch),
            times(report.output_shape) if report.output_shape else "—",
        )
        for label, text in zip(self._values, texts, strict=True):
            label.setText(text)
        self._show_problems(all_problems(self._design))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        self._none.setVisible(not problems)
        self._list.setVisible(bool(problems))
        self._list.clear()
        for problem in problems:
            wrong = problem.severity is Severity.ERROR
            text = self._design.network.said(problem)
            icon, tone = ("circle-alert", "error") if wrong else ("triangle-alert", "warning")
            item = QListWidgetItem(self._theme.icon(icon, tone), sentence(text))
            item.setData(Qt.ItemDataRole.UserRole, problem.block)
            self._list.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        uid = item.data(Qt.ItemDataRole.UserRole)
        if uid:
            self.block_wanted.emit(uid)


def all_problems(design: OpenDesign) -> tuple[Problem, ...]:
    """Return what keeps a design from being built or from learning its data."""
    report = design.report
    dataset = DATASETS[design.plan.data]
    return (*report.problems, *training_problems(design.network, report, dataset))


def size_text(count: int) -> str:
    """Write a number of bytes as people do: "426 KB"."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("tone", "section")
    return label
