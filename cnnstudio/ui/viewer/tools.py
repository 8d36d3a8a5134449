"""The buttons above the maps: colours, ranges, zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.mosaic import Scaling
from cnnstudio.ui.theme import XS, Theme, beside_icon
from cnnstudio.ui.viewer.color_scales import SCALE_LABELS, ColorScale

_ICON = QSize(16, 16)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Tool:
    icon: str
    name: str
    tooltip: str


class MapTools(QWidget):
    """Buttons whose texts appear where there is room for them.

    `restyled` follows a choice of colours or ranges; `zoomed_in`, `zoomed_out` and `fitted` are
    presses of those buttons.
    """

    restyled = Signal()
    zoomed_in = Signal()
    zoomed_out = Signal()
    fitted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[QToolButton, str] = {}
        self.color_scale = ColorScale.VIRIDIS
        self.scaling = Scaling.BLOCK
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(XS)
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
        self._ranges.setMenu(self._menu(scalings, self._choose_scaling))
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
        self._colors.setToolButtonStyle(style)
        self._ranges.setToolButtonStyle(style)

    def set_uses(self, *, maps: bool, pictures: bool) -> None:
        """Enable what makes sense: ranges for maps, colours and zoom for pictures of any sort."""
        self._ranges.setEnabled(maps)
        for button in (self._colors, *self._zoom):
            button.setEnabled(pictures)

    def _add(self, tool: _Tool) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setText(beside_icon(tool.name))
        button.setToolTip(tool.tooltip)
        button.setAccessibleName(tool.name)
        button.setIconSize(_ICON)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
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
        return menu

    def _choose_color_scale(self, scale: ColorScale) -> None:
        self.color_scale = scale
        self.restyled.emit()

    def _choose_scaling(self, scaling: Scaling) -> None:
        self.scaling = scaling
        self.restyled.emit()

    def _paint_icons(self) -> None:
        for button, icon in self._icons.items():
            button.setIcon(self._theme.icon(icon))
