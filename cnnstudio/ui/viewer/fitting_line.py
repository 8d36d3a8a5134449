"""Below the image: what was done to it before it entered, and what else could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.data.choice import CROP, FIT, STRETCH
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.theme import SMALL, XS, Theme, font
from cnnstudio.ui.viewer.fitting import AS_PLANNED, Fitted, Fitting, done_to, unlike_plan

_ICON = QSize(16, 16)
_T = TypeVar("_T")


class FittingLine(QWidget):
    """Tells what was done to an image; `chosen` carries the `Fitting` that somebody wants."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fitting = AS_PLANNED
        self._plan: TrainingPlan | None = None
        self._channels = 1
        self._done, self._remark = QLabel(), QLabel()
        for label, tone in ((self._done, "small"), (self._remark, "warning")):
            label.setProperty("tone", tone)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setFont(font(SMALL))
        self._remark.hide()
        self.button = QToolButton()
        self.button.setProperty("role", "flat")
        self.button.setIconSize(_ICON)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setAccessibleName(_("How images enter"))
        self.button.setToolTip(
            _(
                "See what becomes of the image if it is cropped, fitted or stretched, without its "
                "colours, or in another range; the plan stays as it is"
            )
        )
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(partial(self._fill, menu))
        self.button.setMenu(menu)
        row = QHBoxLayout()
        row.setSpacing(XS)
        row.addWidget(self._done, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(row)
        column.addWidget(self._remark)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.clear()

    @property
    def fitting(self) -> Fitting:
        """What somebody wants otherwise than the plan says."""
        return self._fitting

    @property
    def text(self) -> str:
        """What is said, with the remark below it if there is one."""
        return "\n".join(text for text in (self._done.text(), self._remark.text()) if text)

    def show_answer(self, answer: Probed, fitted: Fitted, plan: TrainingPlan) -> None:
        """Say what was done to an image that has entered."""
        said = done_to(answer, fitted)
        self._plan = plan
        if said:
            self._channels = answer.entered.shape[2]
        self._done.setText(said)
        remark = unlike_plan(answer, fitted, plan) if said else ""
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self.button.setVisible(bool(said))

    def clear(self) -> None:
        """Say nothing, for no image has entered yet."""
        self._done.setText("")
        self._remark.setText("")
        self._remark.hide()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        fitting, plan = self._fitting, self._plan
        if plan is None:
            return
        words = {
            CROP: _("Crop: cut to shape about the middle"),
            FIT: _("Fit: whole, with black margins"),
            STRETCH: _("Stretch: whole, out of proportion"),
        }
        self._choices(
            menu,
            {"": _("Size as the plan says")}
            | {k: _marked(w, k == plan.resize) for k, w in words.items()},
            fitting.resize,
            lambda resize: replace(fitting, resize=resize),
        )
        colours = {False: _("In colour"), True: _("In grey, in all three channels")}
        section = self._choices(
            menu, colours, fitting.grey, lambda grey: replace(fitting, grey=grey)
        )
        if self._channels != 3:
            for action in section:
                action.setEnabled(False)
            section[0].setText(_("In grey, for the Input takes no colours"))
            section[1].setVisible(False)
        ranges = {
            k: _marked(_ranged(_(r.label)), k == plan.pixels) for k, r in PIXEL_RANGES.items()
        }
        self._choices(
            menu,
            {"": _("Range as the plan says")} | ranges,
            fitting.pixels,
            lambda pixels: replace(fitting, pixels=pixels),
        )
        menu.addSeparator()
        back = menu.addAction(_("All as the plan says"))
        back.setEnabled(fitting != AS_PLANNED)
        back.triggered.connect(lambda: self.choose(AS_PLANNED))

    def _choices(
        self,
        menu: QMenu,
        labels: dict[_T, str],
        chosen: _T,
        fitting_for: Callable[[_T], Fitting],
    ) -> list[QAction]:
        menu.addSeparator()
        group = QActionGroup(menu)
        for value, label in labels.items():
            action = QAction(label, menu)
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(partial(self.choose, fitting_for(value)))
            group.addAction(action)
            menu.addAction(action)
        return group.actions()

    def choose(self, fitting: Fitting, _checked: bool = False) -> None:
        """Want images to enter in another way, as a choice in the menu does."""
        self._fitting = fitting
        self._paint_icon()
        self.chosen.emit(fitting)

    def _paint_icon(self) -> None:
        token = "text" if self._fitting == AS_PLANNED else "warning"
        self.button.setIcon(self._theme.icon("sliders-horizontal", token))


def _marked(label: str, is_planned: bool) -> str:
    return _("{choice} (the plan)").format(choice=label) if is_planned else label


def _ranged(label: str) -> str:
    return _("Pixels from {range}").format(range=label)
