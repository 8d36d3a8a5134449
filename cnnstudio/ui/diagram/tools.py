"""The buttons above the diagram."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from cnnstudio.core.diagram.figure import Figure, FigureStyle
from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import XS, M, S, Theme, beside_icon

ZOOM_IN, ZOOM_OUT, WHOLE, EXPORT = "Ctrl++", "Ctrl+-", "Ctrl+0", "Ctrl+Shift+E"
PAGE = 1.4
"""Width over height of the page that long figures are broken into lines for."""
_ICON = QSize(16, 16)


@dataclass(frozen=True, slots=True)
class _Tool:
    icon: str
    name: str
    tooltip: str
    key: str = ""


class DiagramTools(QWidget):
    """Chooses how the network is drawn.

    `restyled` follows a choice of style, direction or lines; `fold_wanted` carries whether groups
    and repeated blocks are to be drawn as one; `zoomed_in`, `zoomed_out`, `fitted` and
    `export_wanted` are presses of those buttons.
    """

    restyled = Signal()
    fold_wanted = Signal(bool)
    zoomed_in = Signal()
    zoomed_out = Signal()
    fitted = Signal()
    export_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icons: dict[QToolButton, str] = {}
        self._figure = Figure()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(M, S, M, S)
        self._row.setSpacing(XS)
        self._add_styles()
        self._row.addSpacing(S)
        self.direction = self._add(
            _Tool("arrow-down", _("Direction"),
                  _("Let boxes go from top to bottom, for a page, or from left to right, for a "
                    "slide"))
        )  # fmt: skip
        self.lines = self._add(
            _Tool("text-wrap", _("Several lines"),
                  _("Let a long figure go on in a new line, as text does, so that it fits a page"))
        )  # fmt: skip
        self.fold = self._add(
            _Tool("layers", _("Fold"),
                  _("Draw groups as one box, and blocks that are repeated once with their number"))
        )  # fmt: skip
        for button in (self.lines, self.fold):
            button.setCheckable(True)
        self._row.addStretch(1)
        self._add_zoom()
        self.export = self._add(
            _Tool("download", _("Export…"),
                  _("Save the figure as SVG, PDF or PNG, for a thesis, a paper or a talk"), EXPORT)
        )  # fmt: skip
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.clicked.connect(self.export_wanted)
        self.direction.clicked.connect(self._turn)
        self.lines.toggled.connect(self._restyle)
        self.fold.clicked.connect(self.fold_wanted)
        theme.changed.connect(self._paint_icons)
        self._restyle()

    @property
    def figure(self) -> Figure:
        """What has been chosen."""
        return self._figure

    def choose_style(self, style: FigureStyle) -> None:
        """Draw the network in another style."""
        self._styles[style].setChecked(True)
        self._restyle()

    def set_uses(self, *, anything: bool) -> None:
        """Enable what makes sense, whether there is `anything` to draw or not."""
        for button in (*self._zoom, self.export):
            button.setEnabled(anything)

    def _add_styles(self) -> None:
        segments = QFrame()
        segments.setObjectName("segments")
        row = QHBoxLayout(segments)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        group = QButtonGroup(self)
        self._styles: dict[FigureStyle, QToolButton] = {}
        for style, text, tip in (
            (FigureStyle.VOLUMES, _("Volumes"),
             _("See the sizes of maps and channels, in the style of the papers")),
            (FigureStyle.BLOCKS, _("Blocks"),
             _("See every layer as a box, with its branches side by side")),
        ):  # fmt: skip
            button = QToolButton()
            button.setText(text)
            button.setAccessibleName(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setChecked(style is self._figure.style)
            button.clicked.connect(self._restyle)
            group.addButton(button)
            row.addWidget(button)
            self._styles[style] = button
        self._row.addWidget(segments)

    def _add_zoom(self) -> None:
        out = self._add(
            _Tool("zoom-out", _("Smaller"), _("See more of the network at once"), ZOOM_OUT)
        )
        into = self._add(_Tool("zoom-in", _("Larger"), _("Read small texts"), ZOOM_IN))
        whole = self._add(_Tool("maximize", _("Fit"), _("See the whole network at once"), WHOLE))
        out.clicked.connect(self.zoomed_out)
        into.clicked.connect(self.zoomed_in)
        whole.clicked.connect(self.fitted)
        self._zoom = (out, into, whole)

    def _add(self, tool: _Tool) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setText(beside_icon(tool.name))
        native = QKeySequence(tool.key).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tool.tooltip} ({native})" if tool.key else tool.tooltip)
        button.setAccessibleName(tool.name)
        button.setIconSize(_ICON)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icons[button] = tool.icon
        self._row.addWidget(button)
        return button

    def _turn(self) -> None:
        self._figure = replace(self._figure, down=not self._figure.down)
        self._restyle()

    def _restyle(self) -> None:
        style = next(style for style, button in self._styles.items() if button.isChecked())
        shape = PAGE if self.lines.isChecked() else None
        self._figure = replace(self._figure, style=style, shape=shape)
        # Volumes always go to the right.
        self.direction.setEnabled(style is FigureStyle.BLOCKS)
        self._icons[self.direction] = "arrow-down" if self._figure.down else "arrow-right"
        self._paint_icons()
        self.restyled.emit()

    def _paint_icons(self) -> None:
        for button, icon in self._icons.items():
            button.setIcon(self._theme.icon(icon))
