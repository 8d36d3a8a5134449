"""The settings of a training plan in sections; what does not count at present is out of sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.fields import fields_of
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.metrics import SETTINGS as METRICS
from cnnstudio.core.metrics import fitting
from cnnstudio.core.objective import SETTINGS as LOSS
from cnnstudio.core.objective import Task
from cnnstudio.core.optimizers import SETTINGS as OPTIMIZER
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.schedules import SETTINGS as SCHEDULE
from cnnstudio.core.stopping import SETTINGS as END
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import M, S, Theme
from cnnstudio.ui.training.rate_finder import RateFinder
from cnnstudio.ui.training.rate_sketch import RateSketch

_FOLDED = {
    N_("End of the run"): END,
    N_("Loss, classes and metrics"): LOSS | METRICS,
    N_("Computing"): frozenset({"seed", "deterministic", "mixed_precision"}),
}
"""Sections that are changed rarely, and the names of their settings."""
_HEADED = {
    N_("Optimizer"): OPTIMIZER | {"optimizer", "learning_rate"},
    N_("Learning rate over the run"): SCHEDULE | {"schedule"},
}


class PlanSections(QWidget):
    """Shows and edits a plan; `edited` carries a setting's name and its new value.

    Attributes:
        finder: finds a learning rate.
        sketch: draws the learning rate over the run.
        forms: of the sections, from the top down.
    """

    edited = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.finder, self.sketch = RateFinder(theme), RateSketch(theme)
        self.forms: list[ParamForm] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.finder.taken.connect(lambda rate: self.edited.emit("learning_rate", rate))
        elsewhere = frozenset[str]().union(*_HEADED.values(), *_FOLDED.values())
        self._add(frozenset(fields_of(TrainingPlan)) - elsewhere)
        for (heading, names), below in zip(
            _HEADED.items(), (self.finder, self.sketch), strict=True
        ):
            self._column.addSpacing(M)
            self._column.addWidget(paragraph("section", _(heading)))
            self._add(names)
            self._column.addWidget(below)
        self._column.addSpacing(S)
        for heading, names in _FOLDED.items():
            self._add(names, _(heading))

    def offer_metrics(self, task: Task) -> None:
        """Offer the metrics that are for a task."""
        for form in self.forms:
            form.offer("metrics", fitting(task))

    def set_plan(self, plan: TrainingPlan, steps_an_epoch: int) -> None:
        """Show a plan, for data with so many batches an epoch."""
        applying = plan.applying
        for form in self.forms:
            form.set_values(plan.params())
            form.show_only(applying)
        self.sketch.show_plan(plan, steps_an_epoch)

    def _add(self, names: frozenset[str], fold: str = "") -> None:
        fields = {n: field for n, field in fields_of(TrainingPlan).items() if n in names}
        form = ParamForm(fields, self._theme, fold)
        form.edited.connect(self.edited)
        self.forms.append(form)
        self._column.addWidget(form)
