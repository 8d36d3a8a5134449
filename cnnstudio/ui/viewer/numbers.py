"""How the viewer writes numbers."""

from __future__ import annotations

import math

from cnnstudio.core.i18n import _


def short(value: float) -> str:
    """Return a value in three figures, as axes and legends show it."""
    return _written(value, 3)


def exact(value: float) -> str:
    """Return a value in as many figures as a float32 holds."""
    return _written(value, 7)


def percent(share: float) -> str:
    """Return a share of 1 in percent; what is tiny is not written as nothing."""
    if math.isnan(share):
        return "NaN"
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{share * 100:.1f} %"


def _written(value: float, figures: int) -> str:
    if math.isnan(value):
        return _("NaN (not a number)")
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{figures}g}".replace("-", "−")
