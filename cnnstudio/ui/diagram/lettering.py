"""The type of figures: the same on screen, on paper and in every size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontMetricsF

from cnnstudio.ui.chinese_font import with_chinese
from cnnstudio.ui.theme import font


class Lettering:
    """Fonts by height and weight, and how wide texts are in them."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, bool], tuple[QFont, QFontMetricsF]] = {}
        self.measure = lru_cache(maxsize=16_384)(self._measure)

    def font(self, size: int, bold: bool) -> QFont:
        """Return a font."""
        return self._of(size, bold)[0]

    def drop(self, size: int, bold: bool) -> float:
        """Return how far the line that letters stand on lies under the middle of capitals."""
        return self._of(size, bold)[1].capHeight() / 2

    def _measure(self, text: str, size: int, bold: bool) -> float:
        return self._of(size, bold)[1].horizontalAdvance(text) if text else 0.0

    def _of(self, size: int, bold: bool) -> tuple[QFont, QFontMetricsF]:
        key = (size, bold)
        if key not in self._fonts:
            face = with_chinese(font(size, bold=bold))
            # Letters fitted to pixels are of other widths at other sizes.
            face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[key] = (face, QFontMetricsF(face))
        return self._fonts[key]
