"""The font that draws Chinese on Linux, where Qt left alone may take the Japanese forms."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""Fonts of simplified Chinese, the best first; distributions ship one or another."""


def with_chinese(face: QFont) -> QFont:
    """Return a font that draws what it lacks in simplified Chinese forms, where a font has them."""
    result = QFont(face)
    found = [name for name in FAMILIES if QFontDatabase.hasFamily(name)]
    if sys.platform.startswith("linux") and found:
        # A name such as "Sans Serif" stands for a font that only the system knows.
        result.setFamilies([QFontInfo(face).family(), *found])
    return result
