"""What the whole network comes to: totals, and the list of problems."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.background import Latest
from cnnstudio.ui.editor.figures import Figure, Figures
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.editor.problem_list import ProblemList, ToldProblem
from cnnstudio.ui.editor.totals import macs_text
from cnnstudio.ui.labels import heading, paragraph
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.open_design import Mending, OpenDesign
from cnnstudio.ui.theme import L, M, S, Theme

ORDER = (Severity.ERROR, Severity.WARNING, Severity.HINT)


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
        self._said: dict[tuple[str | None, str], tuple[Problem, str, str]] = {}
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
        self._list = ProblemList(theme)
        self._list.block_wanted.connect(self.block_wanted)
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
        self._show()

    def _show(self) -> None:
        self._figures.show_figures(_figures(self._design))
        problems = sorted(self._design.problems, key=lambda p: ORDER.index(p.severity))
        self._whole.show_problems(self._design.problems_of(None))
        said = self._all_said(problems)
        told = [
            ToldProblem(problem.block, problem.severity, text)
            for problem, _name, text in said.values()
            if problem.block is not None
        ]
        if said != self._said:
            self._said = said
            self._list.show_problems(told)
        self._none.setVisible(not problems)
        self._list.setVisible(bool(told))
        self._mend.setVisible(any(p.severity is not Severity.HINT for p in problems))

    def _all_said(
        self, problems: list[Problem]
    ) -> dict[tuple[str | None, str], tuple[Problem, str, str]]:
        """Return each problem by block and code, with the block's name and as it is said.

        Texts of before are taken over: of hundreds of problems an edit changes few.
        """
        network, said = self._design.network, {}
        for problem in problems:
            path = network.find(problem.block or "")
            name = network.at(path).name if path else ""
            key = problem.block, problem.code
            known = self._said.get(key)
            if known is None or known[:2] != (problem, name):
                known = problem, name, sentence(network.said(problem))
            said[key] = known
        return said

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
            macs_text(report, is_short=False),
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
