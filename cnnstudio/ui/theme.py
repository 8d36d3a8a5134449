"""The look in one table: colours of both themes, sizes, fonts, icons.

No other module holds a colour. Text has a contrast of at least 4.5:1 on the surface it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from cnnstudio.core.blocks import Family
from cnnstudio.ui.glyphs import glyph_file, glyph_folder
from cnnstudio.ui.scale import BODY as BODY
from cnnstudio.ui.scale import DISPLAY as DISPLAY
from cnnstudio.ui.scale import RADIUS as RADIUS
from cnnstudio.ui.scale import SMALL as SMALL
from cnnstudio.ui.scale import TITLE as TITLE
from cnnstudio.ui.scale import XL as XL
from cnnstudio.ui.scale import XS as XS
from cnnstudio.ui.scale import L as L
from cnnstudio.ui.scale import M as M
from cnnstudio.ui.scale import S as S
from cnnstudio.ui.style_sheet import style_sheet


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by what they are for.

    Surfaces from back to front are `window`, `panel`, `card`, `raised`; texts are `text`,
    `muted` (secondary) and `faint` (disabled, never needed to understand the screen). `code` are
    the parts of a line of code, on `card` and `selection`.
    """

    dark: bool
    window: str
    panel: str
    card: str
    raised: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    error: str
    error_surface: str
    warning: str
    warning_surface: str
    success: str
    families: dict[Family, str]
    curves: tuple[str, ...]
    code: dict[str, str]


LIGHT = Tokens(
    dark=False,
    window="#eef0f3",
    panel="#f8f9fb",
    card="#ffffff",
    raised="#ffffff",
    border="#d5d9e0",
    text="#1b1f27",
    muted="#5a6270",
    faint="#9aa1ad",
    accent="#2f5bd7",
    accent_hover="#2449b5",
    on_accent="#ffffff",
    selection="#dfe7fb",
    error="#b3261e",
    error_surface="#fceceb",
    warning="#8a5a00",
    warning_surface="#fdf3dc",
    success="#1b7238",
    families={
        Family.INPUT: "#5a6270",
        Family.CONVOLUTION: "#2563eb",
        Family.POOLING: "#0d9488",
        Family.ACTIVATION: "#d97706",
        Family.NORMALIZATION: "#7c3aed",
        Family.REGULARIZATION: "#e11d63",
        Family.DENSE: "#3730a3",
        Family.RESHAPING: "#64748b",
        Family.AUGMENTATION: "#15803d",
        Family.CONTAINER: "#8b919c",
    },
    curves=("#2563eb", "#d9480f", "#0d9488", "#7c3aed"),
    code={
        "keyword": "#6b3fc4",
        "layer": "#2f5bd7",
        "string": "#1b6b34",
        "number": "#9a3412",
        "comment": "#5a6270",
    },
)

DARK = Tokens(
    dark=True,
    window="#14171c",
    panel="#1b1f26",
    card="#232831",
    raised="#2b313c",
    border="#363d49",
    text="#e8ebf0",
    muted="#a3abb8",
    faint="#6b7380",
    accent="#7ea2ff",
    accent_hover="#9db8ff",
    on_accent="#0e1424",
    selection="#2a3859",
    error="#ff8a80",
    error_surface="#3d2226",
    warning="#f2b84b",
    warning_surface="#3a2f1a",
    success="#6fd08c",
    families={
        Family.INPUT: "#a3abb8",
        Family.CONVOLUTION: "#60a5fa",
        Family.POOLING: "#2dd4bf",
        Family.ACTIVATION: "#fbbf24",
        Family.NORMALIZATION: "#a78bfa",
        Family.REGULARIZATION: "#fb7199",
        Family.DENSE: "#8f94ff",
        Family.RESHAPING: "#94a3b8",
        Family.AUGMENTATION: "#4ade80",
        Family.CONTAINER: "#8b919c",
    },
    curves=("#60a5fa", "#ff9466", "#2dd4bf", "#a78bfa"),
    code={
        "keyword": "#c0a6ff",
        "layer": "#9db8ff",
        "string": "#7fd69b",
        "number": "#ffb48a",
        "comment": "#a3abb8",
    },
)

FAMILY_ICONS = {
    Family.INPUT: "image",
    Family.CONVOLUTION: "grid-3x3",
    Family.POOLING: "minimize-2",
    Family.ACTIVATION: "activity",
    Family.NORMALIZATION: "sliders-horizontal",
    Family.REGULARIZATION: "dices",
    Family.DENSE: "network",
    Family.RESHAPING: "scaling",
    Family.AUGMENTATION: "shuffle",
    Family.CONTAINER: "layers",
}


class Theme(QObject):
    """Which tokens are in force; `changed` follows every switch.

    `mode` is "system", "light" or "dark"; "system" follows the desktop while the studio runs.
    """

    changed = Signal()

    def __init__(self, mode: str = "system") -> None:
        super().__init__()
        self._mode = mode
        self.tokens = LIGHT
        self._glyphs = glyph_folder()
        self._icons: dict[tuple[str, str, bool], QIcon] = {}
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def mode(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Choose "system", "light" or "dark"."""
        self._mode = mode
        self._apply()

    def color(self, name: str) -> QColor:
        """Return a colour by the name of its token."""
        return QColor(getattr(self.tokens, name))

    def family(self, family: Family) -> QColor:
        """Return a block family's colour."""
        return QColor(self.tokens.families[family])

    def icon(self, name: str, token: str = "text") -> QIcon:
        """Return an icon in the colour of a token, paler where its control is disabled."""
        return self._icon(name, getattr(self.tokens, token))

    def family_icon(self, family: Family) -> QIcon:
        """Return a block family's icon in its colour."""
        return self._icon(FAMILY_ICONS[family], self.tokens.families[family])

    def _icon(self, name: str, color: str) -> QIcon:
        key = (name, color, self.tokens.dark)
        if key not in self._icons:
            file = glyph_file(self._glyphs, name, color)
            icon = QIcon(file)
            icon.addFile(file, mode=QIcon.Mode.Selected)
            faint = glyph_file(self._glyphs, name, self.tokens.faint)
            icon.addFile(faint, mode=QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def _apply(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        hints = QGuiApplication.styleHints()
        system_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        dark = self._mode == "dark" or (self._mode == "system" and system_dark)
        self.tokens = DARK if dark else LIGHT
        app.setStyle("Fusion")
        app.setFont(font(BODY))
        app.setPalette(_palette(self.tokens))
        app.setStyleSheet(style_sheet(self.tokens, self._glyphs))
        self.changed.emit()


def font(size: int, *, bold: bool = False, tabular: bool = False) -> QFont:
    """Return the system's font in a size of the type scale.

    Args:
        size: one of `SMALL`, `BODY`, `TITLE`, `DISPLAY`.
        bold: for titles and names.
        tabular: figures of one width, for numbers in columns.
    """
    result = QFont(QGuiApplication.font())
    result.setPixelSize(size)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def beside_icon(text: str) -> str:
    """Return a button's text with a space before it: Qt sets it close to the icon."""
    return f" {text}"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.window,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.card,
        QPalette.ColorRole.AlternateBase: t.panel,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.PlaceholderText: t.muted,
        QPalette.ColorRole.Button: t.raised,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent,
        QPalette.ColorRole.ToolTipBase: t.raised,
        QPalette.ColorRole.ToolTipText: t.text,
        QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.Mid: t.border,
        QPalette.ColorRole.Midlight: t.border,
        QPalette.ColorRole.Accent: t.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.faint))
    return palette
