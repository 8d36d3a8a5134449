"""The buttons above the maps: their order, how the network is run, colours, ranges, zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.map_order import Order
from cnnstudio.core.mosaic import Scaling
from cnnstudio.ui.theme import XS, Theme, beside_icon
from cnnstudio.ui.viewer.color_scales import SCALE_LABELS, ColorScale
from cnnstudio.ui.viewer.finder import Finder

_ICON = QSize(16, 16)
NARROWEST = 28
"""Pixels that a button needs for its icon."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Tool:
    icon: str
    name: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class ToolChoices:
    """What has been chosen with the tools.

    Attributes:
        color_scale: in which maps are drawn.
        scaling: whether they share a range.
        order: in which they stand.
        centers_zero: whether zero is in the middle of colours that do not ask for that.
        hides_dead: whether maps are left out that are zero everywhere.
        trains: whether the network is run as it learns.
        seed: by which that draws at random.
    """

    color_scale: ColorScale
    scaling: Scaling
    order: Order
    centers_zero: bool
    hides_dead: bool
    trains: bool
    seed: int


class MapTools(QWidget):
    """Buttons whose texts appear where there is room for them.

    `restyled` follows a choice of colours, ranges or order; `zoomed_in`, `zoomed_out` and `fitted`
    are presses of those buttons; `mode_chosen` follows a choice of `trains` or `seed`.
    """

    restyled = Signal()
    mode_chosen = Signal()
    zoomed_in = Signal()
    zoomed_out = Signal()
    fitted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[QToolButton, str] = {}
        self._actions: dict[tuple[type, object], QAction] = {}
        self.color_scale = ColorScale.VIRIDIS
        self.scaling = Scaling.BLOCK
        self.order = Order.CHANNEL
        self.hides_dead = False
        self.trains = False
        self.seed = 0
        self._wants_zero = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(XS)
        self.finder = Finder()
        self._row.addWidget(self.finder)
        self._order = self._add(
            _Tool(
                "layers",
                _("Order"),
                _("Sort the maps, and hide those that are zero everywhere, to find what matters"),
            )
        )
        self._order.setMenu(self._order_menu())
        self._mode = self._add(
            _Tool(
                "play",
                _("Mode"),
                _("See what Dropout and BatchNormalization do while the network learns"),
            )
        )
        self._mode.setMenu(self._mode_menu())
        self._colors = self._add(
            _Tool("palette", _("Colours"), _("Choose the colours that show small differences best"))
        )
        self._colors.setMenu(
            self._menu({p: _(label) for p, label in SCALE_LABELS.items()}, self._choose_color_scale)
        )
        self._ranges = self._add(
            _Tool(
                "contrast",
                _("Range"),
                _(
                    "Share one range of colours to compare maps, "
                    "or give each map its own to see faint ones"
                ),
            )
        )
        scalings = {
            Scaling.BLOCK: _("One range for the block: maps can be compared"),
            Scaling.MAP: _("A range for each map: faint maps can be seen"),
        }
        ranges = self._menu(scalings, self._choose_scaling)
        ranges.addSeparator()
        text = _("Zero in the middle: sign and strength can be told")
        self._zero = self._switch(ranges, text, self._center_zero)
        ranges.addAction(self._zero)
        self._ranges.setMenu(ranges)
        out = self._add(_Tool("zoom-out", _("Smaller"), _("See more maps at once (Ctrl+−)")))
        into = self._add(
            _Tool("zoom-in", _("Larger"), _("See single values (Ctrl++, or turn the wheel)"))
        )
        whole = self._add(
            _Tool("maximize", _("Fit"), _("See everything at once (Ctrl+0, or double-click)"))
        )
        out.clicked.connect(self.zoomed_out)
        into.clicked.connect(self.zoomed_in)
        whole.clicked.connect(self.fitted)
        self._zoom = (out, into, whole)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def set_roomy(self, *, roomy: bool) -> None:
        """Show the texts of the two menus' buttons, or icons alone."""
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if roomy
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        for button in (self._order, self._mode, self._colors, self._ranges):
            button.setToolButtonStyle(style)

    def set_tight(self, *, tight: bool) -> None:
        """Leave out the buttons that wheel and keys make up for, or show them."""
        for button in self._zoom:
            button.setVisible(not tight)

    def set_uses(self, *, maps: bool, pictures: bool) -> None:
        """Enable what makes sense: ranges for maps, colours and zoom for pictures of any sort."""
        for widget in (self._ranges, self._order, self.finder):
            widget.setEnabled(maps)
        for button in (self._colors, *self._zoom):
            button.setEnabled(pictures)

    def allow_separation(self, *, allowed: bool) -> None:
        """Offer the order that needs something pinned beside the maps."""
        self._separation.setEnabled(allowed)

    @property
    def choices(self) -> ToolChoices:
        """What has been chosen."""
        return ToolChoices(
            self.color_scale,
            self.scaling,
            self.order,
            self._wants_zero,
            self.hides_dead,
            self.trains,
            self.seed,
        )

    def choose(self, choices: ToolChoices) -> None:
        """Choose the same again, as a person does; what cannot be chosen now stays as it is."""
        self.seed = choices.seed
        for value in (choices.color_scale, choices.scaling, choices.order, choices.trains):
            action = self._actions[type(value), value]
            if not action.isChecked():
                action.trigger()
        self._zero.setChecked(choices.centers_zero)
        self._dead.setChecked(choices.hides_dead)

    @property
    def about_zero(self) -> bool:
        """Whether zero is in the middle of the colours."""
        return self._wants_zero or self.color_scale.about_zero

    def _order_menu(self) -> QMenu:
        orders = {
            Order.CHANNEL: _("By number"),
            Order.MEAN: _("By mean, the largest first"),
            Order.ENERGY: _("By energy, the mean of the squares, the largest first"),
            Order.VARIANCE: _("By variance, the most structured first"),
            Order.SEPARATION: _("By what tells this look from the pinned one best"),
        }
        menu = self._menu(orders, self._choose_order)
        self._separation = menu.actions()[-1]
        self._separation.setEnabled(False)
        menu.addSeparator()
        text = _("Hide dead maps: those that are zero everywhere")
        self._dead = self._switch(menu, text, self._hide_dead)
        menu.addAction(self._dead)
        return menu

    def _mode_menu(self) -> QMenu:
        modes = {
            False: _("As it is used: Dropout passes everything on"),
            True: _("As it learns: Dropout drops, BatchNormalization goes by this image alone"),
        }
        menu = self._menu(modes, self._choose_mode)
        menu.addSeparator()
        self._again = QAction(_("Drop others: draw anew what is left to chance"), menu)
        self._again.setEnabled(False)
        self._again.triggered.connect(self._draw_anew)
        menu.addAction(self._again)
        return menu

    def _switch(self, menu: QMenu, text: str, choose: Callable[[bool], None]) -> QAction:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.toggled.connect(choose)
        return action

    def _add(self, tool: _Tool) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setText(beside_icon(tool.name))
        button.setToolTip(tool.tooltip)
        button.setAccessibleName(tool.name)
        button.setIconSize(_ICON)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # With its text it needs more room only where there is room.
        button.setMinimumWidth(NARROWEST)
        self._icons[button] = tool.icon
        self._row.addWidget(button)
        return button

    def _menu(self, choices: dict[_T, str], choose: Callable[[_T], None]) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, label in choices.items():
            action = QAction(label, menu)
            action.setCheckable(True)
            action.setChecked(not group.actions())
            action.triggered.connect(lambda _checked, value=value: choose(value))
            group.addAction(action)
            menu.addAction(action)
            self._actions[type(value), value] = action
        return menu

    def _choose_color_scale(self, scale: ColorScale) -> None:
        self.color_scale = scale
        self.restyled.emit()

    def _choose_scaling(self, scaling: Scaling) -> None:
        self.scaling = scaling
        self.restyled.emit()

    def _center_zero(self, wanted: bool) -> None:
        self._wants_zero = wanted
        self.restyled.emit()

    def _choose_order(self, order: Order) -> None:
        self.order = order
        self._mark(self._order, chosen=order is not Order.CHANNEL or self.hides_dead)
        self.restyled.emit()

    def _hide_dead(self, wanted: bool) -> None:
        self.hides_dead = wanted
        self._mark(self._order, chosen=self.order is not Order.CHANNEL or wanted)
        self.restyled.emit()

    def _choose_mode(self, trains: bool) -> None:
        self.trains = trains
        self._again.setEnabled(trains)
        self._mark(self._mode, chosen=trains)
        self.mode_chosen.emit()

    def _draw_anew(self) -> None:
        self.seed += 1
        self.mode_chosen.emit()

    def _mark(self, button: QToolButton, *, chosen: bool) -> None:
        """Have a button show that what it offers is not as it is at first."""
        button.setCheckable(chosen)
        button.setChecked(chosen)

    def _paint_icons(self) -> None:
        for button, icon in self._icons.items():
            button.setIcon(self._theme.icon(icon))
