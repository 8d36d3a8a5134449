"""The training plan as a form, and what a run by it will do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core import datasets
from cnnstudio.core.edits import CHANGE
from cnnstudio.core.fields import Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.objective import OWN
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.background import Latest
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_editors.data import DataEditor
from cnnstudio.ui.theme import XS, L, M, S, Theme
from cnnstudio.ui.training.plan_sections import PlanSections
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.wording import (
    batches_an_epoch,
    fresh_start,
    learning_problems,
    loss_choice,
    objective_of_design,
    outlook,
)

WIDTH = 276
_STEPS_UNKNOWN = 100
"""Batches an epoch where that is not known: a curve of them has the right form."""


class PlanForm(QScrollArea):
    """Shows and edits the open design's training plan.

    `data_wanted` comes when a person wants to choose among all data.
    """

    data_wanted = Signal()

    def __init__(self, design: OpenDesign, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._record = record
        self._class_sizes: dict[str, tuple[int, ...]] = {}
        self._reader = Latest(self)
        self._reader.done.connect(self._take_sizes)
        self.form = PlanSections(theme)
        self.form.edited.connect(self._edit)
        for editor in self.form.findChildren(DataEditor):
            editor.more_wanted.connect(self.data_wanted)
        self._heading = paragraph("section")
        self._note = paragraph("small")
        self._outlook = paragraph("muted")
        self._loss = paragraph("muted")
        self._problems = paragraph("warning")
        self._fresh = paragraph("muted")
        self._compared: tuple[object, object] | None = None
        self._arrange()
        design.plan_changed.connect(self._show_plan)
        design.changed.connect(self._show_outlook)
        record.changed.connect(self._show_run)
        self._show_plan()
        self._show_run()

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 0)

    def show_above(self, widget: QWidget) -> None:
        """Show something between the heading and the settings."""
        self._column.insertWidget(2, widget)

    def _arrange(self) -> None:
        content = QWidget()
        column = self._column = QVBoxLayout(content)
        column.setContentsMargins(L, M, S, L)
        column.setSpacing(S)
        column.addWidget(self._heading)
        column.addWidget(self._note)
        column.addSpacing(XS)
        column.addWidget(self.form)
        column.addSpacing(XS)
        for label in (self._outlook, self._loss, self._fresh, self._problems):
            column.addWidget(label)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(content.minimumSizeHint().width() + bar)
        self.setAccessibleName(_("Training plan"))

    def _edit(self, name: str, value: Value) -> None:
        label = _(fields_of(TrainingPlan)[name].label)
        plan = replace(self._design.plan, **{name: value})
        if (name, value) == ("class_weight", OWN):
            plan = _with_a_weight_a_class(plan, self._design.dataset)
        self._design.push_plan(plan, _(CHANGE).format(parameter=label), f"plan.{name}")

    def _show_plan(self) -> None:
        self._show_outlook()

    def _show_outlook(self) -> None:
        data = self._design.plan.data
        sizes = self._design.class_sizes or self._class_sizes.get(data)
        if sizes is None:
            self._reader.start(lambda: (data, _class_sizes(data)))
        steps = batches_an_epoch(self._design.plan, sizes) if sizes else _STEPS_UNKNOWN
        self.form.set_plan(self._design.plan, steps)
        self._outlook.setText(outlook(self._design.plan, sizes) if sizes else "")
        self._loss.setText(loss_choice(self._design))
        self.form.offer_metrics(objective_of_design(self._design).task)
        self._problems.setText("\n".join(learning_problems(self._design)))
        self._problems.setVisible(bool(self._problems.text()))
        self._show_fresh()

    def _show_fresh(self) -> None:
        """Say what of the weights would be lost, if the network is another than that trained."""
        trained = self._record.network if self._record.has_weights else None
        compared = trained, self._design.network
        if compared != self._compared:
            self._compared = compared
            self._fresh.setText("" if trained is None else fresh_start(self._design, trained))
            self._fresh.setVisible(bool(self._fresh.text()))

    def _take_sizes(self, read: tuple[str, tuple[int, ...]]) -> None:
        data, sizes = read
        self._class_sizes[data] = sizes
        self._show_outlook()

    def _show_run(self) -> None:
        self._show_fresh()
        runs = self._record.is_running
        heading = _("Plan of the next run") if runs else _("Plan")
        note = (
            _("Changes count from the next run on.") if runs else _("How the network will learn.")
        )
        for label, text in ((self._heading, heading), (self._note, note)):
            if label.text() != text:
                label.setText(text)


def _with_a_weight_a_class(plan: TrainingPlan, dataset: datasets.Dataset | None) -> TrainingPlan:
    """Return a plan whose class weights are as many as its data has classes, where those fit."""
    if dataset is None or len(plan.class_weights) == dataset.classes:
        return plan
    return replace(plan, class_weights=(1.0,) * dataset.classes)


def _class_sizes(data: str) -> tuple[int, ...]:
    try:
        _images, classes = datasets.read(data)
    except KeyError:
        # Only the engine reads files.
        return ()
    return tuple(int(size) for size in np.bincount(classes))
