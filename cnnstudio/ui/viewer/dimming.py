"""Parts of a page that are dimmed, for they are not of what is marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

_DIMMED = 0.4
"""How much is left of what is dimmed: enough to be known, too little to be taken for the answer."""


class Dimming:
    """Dims some widgets together, and has them shown in full again."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        self._widgets = widgets
        self._effects: list[QGraphicsOpacityEffect] = []
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether they are dimmed."""
        return self._is_on

    def turn(self, *, on: bool) -> None:
        """Dim them, or show them in full."""
        if on == self._is_on:
            return
        self._is_on = on
        if not self._effects:
            # Made when first needed: even one that does nothing makes drawing slower.
            for widget in self._widgets:
                effect = QGraphicsOpacityEffect(widget)
                effect.setOpacity(_DIMMED)
                widget.setGraphicsEffect(effect)
                self._effects.append(effect)
        for effect in self._effects:
            effect.setEnabled(on)
