"""Shows sections of what is known of a run; every text can be selected and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.labels import heading, paragraph
from cnnstudio.ui.runs.run_facts import Section
from cnnstudio.ui.theme import BODY, XS, L, M, font


class DetailsView(QScrollArea):
    """A column of sections, which stays where it is scrolled to while they change."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Details of the run"))
        self._sections: tuple[Section, ...] = ()
        self._none = _("Select a run to see its details.")
        self._fill()

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is shown."""
        return self._sections

    def show_sections(self, sections: tuple[Section, ...]) -> None:
        """Show these sections, or what belongs here if there are none."""
        if sections == self._sections:
            return
        self._sections = sections
        place = self.verticalScrollBar().value()
        self._fill()
        self.verticalScrollBar().setValue(place)

    def _fill(self) -> None:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(L, M, L, M)
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(XS)
        grid.setColumnStretch(1, 1)
        if not self._sections:
            grid.addWidget(paragraph("muted", self._none), 0, 0, 1, 2)
        for section in self._sections:
            self._add(grid, section)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(content)

    def _add(self, grid: QGridLayout, section: Section) -> None:
        row = grid.rowCount()
        if row > 1:
            grid.setRowMinimumHeight(row, M)
            row += 1
        grid.addWidget(_plain(heading(section.title)), row, 0, 1, 2)
        if section.text:
            row += 1
            text = _plain(paragraph("error" if section.is_error else "muted", section.text))
            grid.addWidget(text, row, 0, 1, 2)
        for name, value in section.lines:
            row += 1
            label, told = _plain(paragraph("muted", name)), _plain(paragraph("", value))
            label.setWordWrap(False)
            told.setFont(font(BODY, tabular=True))
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(told, row, 1)


def _plain(label: QLabel) -> QLabel:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
