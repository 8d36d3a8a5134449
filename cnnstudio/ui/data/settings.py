"""The settings of the plan that decide what becomes of the data."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.edits import CHANGE
from cnnstudio.core.fields import Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.data.input_fit import input_shape
from cnnstudio.ui.data.sentences import colour_rule
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import S, Theme, beside_icon

_NAMES = ("split", "validation_split", "resize", "pixels")
_WIDEST = 420
_ICON = QSize(16, 16)


class SettingsButton(QToolButton):
    """Unfolds the settings."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        name = _("Split and size")
        self.setText(beside_icon(name))
        self.setAccessibleName(name)
        self.setToolTip(
            _("Set which images are kept back, and how images are made to fit the Input")
        )
        self.setIconSize(_ICON)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        self.setProperty("role", "flat")
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setIcon(self._theme.icon("sliders-horizontal", "muted"))


class DataSettings(QWidget):
    """A form of the open design's plan, and what becomes of colours."""

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        fields = fields_of(TrainingPlan)
        # All of them are in sight: who has unfolded these looks for them.
        shown = {name: replace(fields[name], advanced=False) for name in _NAMES}
        self.form = ParamForm(shown, theme)
        self.form.setMaximumWidth(_WIDEST)
        self.form.edited.connect(self._edit)
        self._colour = paragraph("small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.form)
        column.addWidget(self._colour)
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
