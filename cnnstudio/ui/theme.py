"""The look in one table: colours of both themes, sizes, fonts, icons.

No other module holds a colour. Text has a contrast of at least 4.5:1 on the surface it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from cnnstudio.core import resources
from cnnstudio.core.blocks import Family

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""The spacing scale, in device-independent pixels."""
SMALL, BODY, TITLE, DISPLAY = 11, 13, 15, 20
"""The type scale, in device-independent pixels."""
RADIUS = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by what they are for.

    Surfaces from back to front are `window`, `panel`, `card`, `raised`; texts are `text`,
    `muted` (secondary) and `faint` (disabled, never needed to understand the screen).
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
    success="#1e7a3c",
    families={
        Family.INPUT: "#5a6270",
        Family.CONVOLUTION: "#2563eb",
        Family.POOLING: "#0d9488",
        Family.ACTIVATION: "#d97706",
        Family.NORMALIZATION: "#7c3aed",
        Family.REGULARIZATION: "#e11d63",
        Family.DENSE: "#3730a3",
        Family.RESHAPING: "#64748b",
        Family.CONTAINER: "#8b919c",
    },
    curves=("#2563eb", "#d9480f", "#0d9488", "#7c3aed"),
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
        Family.CONTAINER: "#8b919c",
    },
    curves=("#60a5fa", "#ff9466", "#2dd4bf", "#a78bfa"),
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
        self._glyphs = QTemporaryDir()
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
            folder = Path(self._glyphs.path())
            icon = QIcon(_glyph_file(folder, name, color))
            icon.addFile(_glyph_file(folder, name, color), mode=QIcon.Mode.Selected)
            icon.addFile(_glyph_file(folder, name, self.tokens.faint), mode=QIcon.Mode.Disabled)
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
        app.setStyleSheet(_style_sheet(self.tokens, Path(self._glyphs.path())))
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


def _style_sheet(t: Tokens, glyphs: Path) -> str:
    arrow = _glyph_file(glyphs, "chevron-down", t.muted)
    up = _glyph_file(glyphs, "chevron-up", t.muted)
    check = _glyph_file(glyphs, "check", t.on_accent)
    return f"""
    QWidget {{ color: {t.text}; }}
    QWidget:disabled {{ color: {t.faint}; }}
    QMainWindow, QDialog {{ background: {t.window}; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border};
        padding: {XS}px {S}px; }}
    [surface="panel"] {{ background: {t.panel}; }}
    [surface="card"] {{ background: {t.card}; border: 1px solid {t.border};
        border-radius: {RADIUS}px; }}
    QLabel[tone="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[tone="display"] {{ font-size: {DISPLAY}px; font-weight: 600; }}
    QLabel[tone="muted"] {{ color: {t.muted}; }}
    QLabel[tone="small"] {{ color: {t.muted}; font-size: {SMALL}px; }}
    QLabel[tone="section"] {{ color: {t.muted}; font-size: {SMALL}px; font-weight: 600; }}
    QLabel[tone="error"] {{ color: {t.error}; }}
    QLabel[tone="warning"] {{ color: {t.warning}; }}

    QFrame[role="line"] {{ background: {t.border}; border: none; max-height: 1px; }}

    QPushButton, QToolButton {{ background: {t.raised}; border: 1px solid {t.border};
        border-radius: {RADIUS}px; padding: 5px {M}px; }}
    QToolButton {{ padding: 5px; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {t.muted}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {t.selection}; }}
    QPushButton:focus, QToolButton:focus {{ border: 1px solid {t.accent}; }}
    QPushButton:disabled, QToolButton:disabled {{ background: {t.panel}; }}
    QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent};
        border-color: {t.accent}; font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; padding: 4px 11px; }}
    QPushButton[role="primary"]:disabled {{ background: {t.panel}; color: {t.faint};
        border-color: {t.border}; }}
    QToolButton[role="flat"] {{ background: transparent; border: 1px solid transparent; }}
    QToolButton[role="flat"]:hover {{ background: {t.selection}; }}
    QToolButton[role="flat"]:focus {{ border: 1px solid {t.accent}; }}
    QToolButton[role="segment"] {{ background: transparent; border: 1px solid transparent;
        padding: 5px {L}px; color: {t.muted}; }}
    QToolButton[role="segment"]:hover {{ color: {t.text}; }}
    QToolButton[role="segment"]:checked {{ background: {t.raised}; color: {t.text};
        border: 1px solid {t.border}; font-weight: 600; }}
    QToolButton[role="segment"]:focus {{ border: 1px solid {t.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    #segments {{ background: {t.window}; border-radius: {RADIUS}px;
        border: 1px solid {t.border}; }}

    QLineEdit, QAbstractSpinBox, QComboBox {{ background: {t.card};
        border: 1px solid {t.border}; border-radius: {RADIUS}px; padding: 4px {S}px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
        min-height: 18px; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 1px solid {t.accent}; }}
    QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{
        background: {t.panel}; color: {t.faint}; }}
    QAbstractSpinBox {{ padding: 3px 2px 3px 6px; }}
    QAbstractSpinBox QLineEdit {{ border: none; padding: 0; background: transparent;
        min-height: 0; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 18px; border: none;
        background: transparent; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-top: 2px; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 2px; }}
    QAbstractSpinBox::up-arrow {{ image: url({up}); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url({arrow}); width: 10px; height: 10px; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url({arrow});
        width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.border};
        selection-background-color: {t.selection}; selection-color: {t.text}; outline: none;
        padding: {XS}px; }}
    QCheckBox {{ spacing: {S}px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {t.muted};
        border-radius: 4px; background: {t.card}; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
        image: url({check}); }}
    QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}

    QAbstractItemView {{ background: {t.panel}; border: none; outline: none; }}
    QTreeWidget::item, QListWidget::item {{ border-radius: {RADIUS}px; padding: 0 {XS}px; }}
    QTreeWidget::item:hover, QListWidget::item:hover {{ background: {t.raised}; }}
    QTreeWidget::item:selected, QListWidget::item:selected {{ background: {t.selection};
        color: {t.text}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {t.border}; border-radius: 4px; margin: 1px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {t.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

    QSplitter::handle {{ background: {t.border}; }}
    QSplitter::handle:horizontal {{ width: 1px; }}
    QSplitter::handle:vertical {{ height: 1px; }}
    QSplitter::handle:hover {{ background: {t.accent}; }}
    QProgressBar {{ background: {t.border}; border: none; border-radius: 3px;
        min-height: 6px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}

    QMenuBar {{ background: {t.panel}; border-bottom: 1px solid {t.border}; }}
    QMenuBar::item {{ padding: {XS}px {S}px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.selection}; border-radius: 4px; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.border}; padding: {XS}px; }}
    QMenu::item {{ padding: 5px {XL}px 5px {S}px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.selection}; }}
    QMenu::item:disabled {{ color: {t.faint}; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: {XS}px {S}px; }}
    QMenu::icon {{ padding-left: {XS}px; }}
    QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.border}; }}
    QStatusBar::item {{ border: none; }}
    #topbar {{ background: {t.panel}; border-bottom: 1px solid {t.border}; }}
    #notice[severity="error"] {{ background: {t.error_surface};
        border-bottom: 1px solid {t.error}; }}
    #notice[severity="warning"] {{ background: {t.warning_surface};
        border-bottom: 1px solid {t.warning}; }}
    #notice[severity="info"] {{ background: {t.selection};
        border-bottom: 1px solid {t.accent}; }}
    """


def _glyph_file(folder: Path, name: str, color: str) -> str:
    """Write an icon in one colour to a file, which Qt draws sharp at any size and scale."""
    target = folder / f"{name}-{color.removeprefix('#')}.svg"
    if not target.exists():
        source = resources.path("icons", f"{name}.svg").read_text("utf-8")
        target.write_text(source.replace("currentColor", color), "utf-8")
    return target.as_posix()
