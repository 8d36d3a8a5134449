"""The Data page: where the data comes from, what is in it, what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.data.short_names import short_name
from cnnstudio.core.data.sources import DataSource, from_text, to_text
from cnnstudio.core.edits import CHANGE
from cnnstudio.core.entering import entrance
from cnnstudio.core.fields import fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.background import Latest
from cnnstudio.ui.data.class_row_painting import ROW
from cnnstudio.ui.data.class_rows import ClassRow, ClassRows
from cnnstudio.ui.data.drops import is_design, source_at, understand
from cnnstudio.ui.data.facts_bar import FactsBar
from cnnstudio.ui.data.input_fit import fitting, input_shape
from cnnstudio.ui.data.inquiry import DataInquiry, Standing
from cnnstudio.ui.data.left_out import LeftOutButton
from cnnstudio.ui.data.looking import Looking
from cnnstudio.ui.data.parts import PartsLegend
from cnnstudio.ui.data.remarks import Remarks
from cnnstudio.ui.data.sample_store import SampleStore, View
from cnnstudio.ui.data.sentences import placard
from cnnstudio.ui.data.settings import DataSettings, SettingsButton
from cnnstudio.ui.data.source_bar import SourceBar
from cnnstudio.ui.data.view_bar import Showing, ViewBar
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import L, S, Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.drops import Drop, DropVeil
from cnnstudio.ui.viewer.placard import Placard

_LEAST_ROWS = 2


class DataPage(QScrollArea):
    """Shows the data of the open design's plan and lets a person choose another.

    While it is in sight it reads the data; images come as they are scrolled to.

    Attributes:
        source: where the data comes from.
        facts: what there is.
        view: what samples are shown as.
        rows: the classes.
        placard: what stands in their place while they are not known.
        content: all of it, which is scrolled where the window is low.
    """

    def __init__(self, design: OpenDesign, trainer: Trainer, theme: Theme) -> None:
        super().__init__()
        self._design, self._trainer = design, trainer
        self.inquiry = DataInquiry(design, trainer, self)
        self.samples = SampleStore(trainer, self)
        self.source, self.facts = SourceBar(theme), FactsBar(design, theme)
        self.view, self.legend = ViewBar(theme), PartsLegend(theme)
        self.settings, self.unfold = DataSettings(design, theme), SettingsButton(theme)
        self.rows = ClassRows(self.samples.get, theme)
        self.placard = Placard(theme)
        self.remarks, self.left_out = Remarks(design, self.samples, theme), LeftOutButton(theme)
        self.looking = Looking(trainer, self.samples, self.rows, theme)
        self.content, self._stack = QWidget(), QStackedWidget()
        self._seed = 0
        self._dropped = Latest(self)
        self._arrange()
        self._veil = DropVeil(theme, self, _("Let go to learn from this"), "folder-open")
        self._wire()
        self._follow()

    def _arrange(self) -> None:
        self.setAcceptDrops(True)
        self.settings.hide()
        self._stack.addWidget(self.placard)
        self._stack.addWidget(self.rows)
        top = QVBoxLayout()
        top.setContentsMargins(L, 0, L, 0)
        top.setSpacing(S)
        line = QHBoxLayout()
        line.setSpacing(S)
        line.addWidget(self.legend, 1)
        line.addWidget(self.left_out)
        line.addWidget(self.unfold)
        for part in (self.source, self.facts, self.remarks, self.view):
            top.addWidget(part)
        top.addLayout(line)
        top.addWidget(self.settings)
        top.addWidget(self.facts.bar)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self._stack.setMinimumHeight(_LEAST_ROWS * ROW)
        # Where the window is so small that there is no room for all.
        self.setWidget(self.content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("Data"))

    def _wire(self) -> None:
        design = self._design
        self.inquiry.changed.connect(self._follow)
        design.changed.connect(self._follow)
        self.source.chosen.connect(self.choose)
        self.source.again_wanted.connect(self._read_or_cancel)
        self.facts.fit_wanted.connect(self._fit)
        self.view.changed.connect(self._follow)
        self.view.again_wanted.connect(self._draw_again)
        self.unfold.toggled.connect(self.settings.setVisible)
        self.rows.wanted.connect(self.samples.want)
        self.rows.opened.connect(self.looking.open)
        self.samples.changed.connect(self._follow_samples)
        self._dropped.done.connect(self.choose)

    # What a person does

    def choose(self, source: DataSource) -> None:
        """Learn from another source, as a step of the history."""
        self.remarks.refuse("")
        plan = replace(self._design.plan, data=to_text(source))
        label = _(fields_of(TrainingPlan)["data"].label)
        self._design.push_plan(plan, _(CHANGE).format(parameter=label), "plan.data")
        self._follow()

    def _read_or_cancel(self) -> None:
        if self.inquiry.standing is Standing.READING:
            self.inquiry.cancel()
        else:
            self.inquiry.read()

    def _fit(self, shape: tuple[int, ...]) -> None:
        step = fitting(self._design.network, shape)
        if step is not None:
            self._design.push(step)

    def _draw_again(self) -> None:
        self._seed += 1
        self._follow()

    # What is shown

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.inquiry.set_seen(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.inquiry.set_seen(False)
        self.samples.allow(False)

    def _follow(self) -> None:
        """Show what is known now."""
        plan, facts = self._design.plan, self.inquiry.facts
        shape = input_shape(self._design.network)
        self.source.show_source(from_text(plan.data))
        self.source.show_reading(self.inquiry.standing is Standing.READING)
        self.facts.follow(short_name(plan.data), self.inquiry, shape)
        self.view.allow(self._objections())
        self.view.setEnabled(facts is not None)
        if facts is not None:
            first, second, third = map(sum, zip(*facts.counts, strict=True))
            self.legend.show_counts((first, second, third))
            rows = map(ClassRow, facts.dataset.labels, facts.counts, facts.samples)
            self.rows.show_rows((*rows,), is_text=facts.dataset.is_text)
        else:
            self.legend.show_counts((0, 0, 0))
            self.placard.show_notice(self._said())
        failed = self.inquiry.standing is Standing.FAILED
        self._stack.setCurrentWidget(
            self.rows if facts is not None and not failed else self.placard
        )
        if failed:
            self.placard.show_notice(self._said())
        self.samples.show_as(self._view())
        self.samples.allow(self.inquiry.can_show and self.isVisible())
        self.left_out.follow(self.inquiry.left_out)
        self.remarks.follow(is_read=facts is not None)

    def _said(self) -> Notice:
        return placard(self.inquiry, self._design.plan.data, self._trainer.state)

    def _follow_samples(self) -> None:
        self.rows.refresh()
        self.looking.refresh()
        self.remarks.follow(is_read=self.inquiry.facts is not None)

    def _view(self) -> View | None:
        facts, showing = self.inquiry.facts, self.view.showing
        if facts is None:
            return None
        network, seed = None, 0
        if showing is not Showing.FILES:
            augmented = showing is Showing.AUGMENTED
            network = entrance(self._design.network, augmented=augmented)
            seed = self._seed if augmented else 0
        return View(self._design.plan, network, seed, facts.fingerprint)

    def _objections(self) -> dict[Showing, str]:
        """Say why samples cannot be shown in some way, where they cannot."""
        head = entrance(self._design.network)
        if head is None:
            text = _("The network does not begin with an Input.")
            return {Showing.ENTERING: text, Showing.AUGMENTED: text}
        facts = self.inquiry.facts
        if facts is not None and facts.dataset.is_text:
            return {Showing.AUGMENTED: _("Augmentation is for images; these are texts.")}
        if len(head.nodes) == 1:
            return {
                Showing.AUGMENTED: _(
                    "There is no augmentation: put blocks such as RandomFlip right behind the Input"
                )
            }
        return {}

    # Dropping

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not is_design(event.mimeData()):
            event.acceptProposedAction()
            self._veil.cover(understand(event.mimeData()))

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        event.acceptProposedAction()
        drop: Drop = understand(event.mimeData())
        if drop.path is not None:
            self._dropped.start(partial(source_at, drop.path))
        self.remarks.refuse(drop.message)
