"""How the numbers of a run are written."""

from __future__ import annotations

import math

from cnnstudio.core.i18n import _

NONE = "–"
SMALLEST_PLAIN = 0.001
MINUTE, HOUR = 60, 3600


def loss_text(value: float) -> str:
    """Write a loss with about four figures: `0.2134`, `12.41`, `2.1e-05`."""
    if math.isnan(value):
        return NONE
    size = abs(value)
    if math.isinf(value) or (size and size < SMALLEST_PLAIN) or size >= 1e6:
        return f"{value:.1e}"
    return f"{value:,.{4 if size < 10 else 2 if size < 1000 else 0}f}"


def share_text(value: float) -> str:
    """Write a share from 0 to 1 as a percentage: `94.1 %`."""
    return NONE if math.isnan(value) else f"{100 * value:.1f} %"


def rate_text(value: float | None) -> str:
    """Write a speed with no more figures than it is steady in: `3,410`, `26.9`."""
    if value is None:
        return NONE
    if value < 100:
        return f"{value:.1f}"
    unit = 10 ** (math.floor(math.log10(value)) - 2)
    return f"{round(value / unit) * unit:,}"


def duration_text(seconds: float | None) -> str:
    """Write a duration in its two largest units: `12 s`, `1 min 05 s`, `2 h 03 min`."""
    if seconds is None:
        return NONE
    whole = math.ceil(seconds)
    if whole < MINUTE:
        return _("{seconds} s").format(seconds=whole)
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return _("{minutes} min {seconds:02} s").format(minutes=minutes, seconds=rest)
    hours, rest = divmod(whole, HOUR)
    return _("{hours:,} h {minutes:02} min").format(hours=hours, minutes=rest // MINUTE)
