"""How Qt's widgets look in a theme, as its style sheet.

A widget says what it is by a property: `surface`, `tone`, `role` or `severity`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.ui.glyphs import glyph_file
from cnnstudio.ui.scale import DISPLAY, RADIUS, SMALL, TITLE, XL, XS, L, M, S

if TYPE_CHECKING:
    from cnnstudio.ui.theme import Tokens


def style_sheet(t: Tokens, glyphs: Path) -> str:
    """Return the style sheet of a theme; its small icons are written into the folder `glyphs`."""
    arrow = glyph_file(glyphs, "chevron-down", t.muted)
    up = glyph_file(glyphs, "chevron-up", t.muted)
    check = glyph_file(glyphs, "check", t.on_accent)
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
    QLabel[tone="formula"] {{ font-style: italic; }}
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
    QToolButton[role="flat"]:checked {{ background: {t.selection};
        border: 1px solid {t.accent}; }}
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
    QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{arrow}"); width: 10px; height: 10px; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{arrow}");
        width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.border};
        selection-background-color: {t.selection}; selection-color: {t.text}; outline: none;
        padding: {XS}px; }}
    QCheckBox {{ spacing: {S}px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {t.muted};
        border-radius: 4px; background: {t.card}; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
        image: url("{check}"); }}
    QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}

    QAbstractItemView {{ background: {t.panel}; border: none; outline: none; }}
    QTreeWidget::item, QListWidget::item {{ border-radius: {RADIUS}px; padding: 0 {XS}px; }}
    QTreeWidget::item:hover, QListWidget::item:hover {{ background: {t.raised}; }}
    QTreeWidget::item:selected, QListWidget::item:selected {{ background: {t.selection};
        color: {t.text}; }}
    QTableView::item {{ padding: 0 {S}px; border: none; }}
    QTableView::item:hover {{ background: {t.raised}; }}
    QTableView::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QTableView::item:focus {{ border: 1px solid {t.accent}; }}
    QTableView QLineEdit {{ border-radius: 0; padding: 0 {XS}px; }}
    QHeaderView {{ background: {t.panel}; }}
    QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none;
        border-bottom: 1px solid {t.border}; padding: {XS}px {S}px; }}
    QHeaderView::section:hover {{ color: {t.text}; }}
    QHeaderView::up-arrow {{ image: url("{up}"); width: 12px; height: 12px;
        subcontrol-origin: padding; subcontrol-position: center right; }}
    QHeaderView::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px;
        subcontrol-origin: padding; subcontrol-position: center right; }}
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
    #notice {{ border-radius: {RADIUS}px; }}
    #notice[severity="error"] {{ background: {t.error_surface}; border: 1px solid {t.error}; }}
    #notice[severity="warning"] {{ background: {t.warning_surface};
        border: 1px solid {t.warning}; }}
    #notice[severity="info"] {{ background: {t.selection}; border: 1px solid {t.accent}; }}
    """
