"""The settings of the plan that decide what becomes of the data."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.edits import CHANGE
from cnnstudio.core.fields import Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.data.input_fit import input_shape
from cnnstudio.ui.data.sentences import colour_rule
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import S, Theme

_NAMES = ("split", "validation_split", "resize", "pixels")
_WIDTH = 420


class DataSettings(QWidget):
    """A form of the open design's plan, and what becomes of colours."""

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        fields = fields_of(TrainingPlan)
        # All of them are in sight: who has unfolded these looks for them.
        shown = {name: replace(fields[name], advanced=False) for name in _NAMES}
        self.form = ParamForm(shown, theme)
        self.form.setMaximumWidth(_WIDTH)
        self._colour = paragraph("small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.form)
        column.addWidget(self._colour)
        self.form.edited.connect(self._edit)
        design.plan_changed.connect(self._show)
        design.changed.connect(self._show)
        self._show()

    def _edit(self, name: str, value: Value) -> None:
        label = _(fields_of(TrainingPlan)[name].label)
        plan = replace(self._design.plan, **{name: value})
        self._design.push_plan(plan, _(CHANGE).format(parameter=label), f"plan.{name}")

    def _show(self) -> None:
        self.form.set_values(self._design.plan.params())
        self._colour.setText(colour_rule(input_shape(self._design.network)))
        self._colour.setVisible(bool(self._colour.text()))
