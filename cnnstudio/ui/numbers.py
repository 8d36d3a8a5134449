"""How the window writes numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.core.i18n import _

NONE = "–"
SMALLEST_PLAIN = 0.001
MINUTE, HOUR = 60, 3600
FEW = 0.01
"""A share so small that one decimal of its percentage says little."""
MOST_DECIMALS = 4
"""Of a percentage."""


def loss_text(value: float) -> str:
    """Write a loss with about four figures: `0.2134`, `12.41`, `2.1e-05`."""
    if math.isnan(value):
        return NONE
    size = abs(value)
    if math.isinf(value) or (size and size < SMALLEST_PLAIN) or size >= 1e6:
        return f"{value:.1e}"
    return f"{value:,.{4 if size < 10 else 2 if size < 1000 else 0}f}"


def accuracy_text(value: float) -> str:
    """Write a share from 0 to 1 as a percentage: `94.1 %`."""
    return NONE if math.isnan(value) else f"{100 * value:.1f} %"


def limit_text(value: float) -> str:
    """Write an end of a range: `4,096`, `0.01`, `1e-08`."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def probability_text(share: float, decimals: int = 1) -> str:
    """Write a share from 0 to 1 as a percentage, what is tiny not as nothing: `< 0.1 %`."""
    if math.isnan(share):
        return "NaN"
    least = 0.1**decimals
    if 0 < share * 100 < least / 2:
        return f"< {least:.{decimals}f} %"
    if 100 - least / 2 <= share * 100 < 100:
        return f"> {100 - least:.{decimals}f} %"
    return f"{share * 100:.{decimals}f} %"


def probability_texts(shares: Sequence[float]) -> tuple[str, ...]:
    """Write the likeliest shares, the largest first, with digits enough to tell them apart.

    As `probability_text` does, unless the best is of a thousand classes as good as the next.
    """
    texts = tuple(probability_text(share) for share in shares)
    alike = len(shares) > 1 and shares[0] != shares[1] and texts[0] == texts[1]
    if not alike and not (shares and shares[0] < FEW):
        return texts
    for decimals in range(1, MOST_DECIMALS + 1):
        texts = tuple(probability_text(share, decimals) for share in shares)
        if len(set(texts)) == len(set(shares)):
            break
    return texts


def progress_text(share: float) -> str:
    """Write how far something is, 0 to 1: `38 %`."""
    return f"{share * 100:.0f} %"


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


def size_text(count: int) -> str:
    """Write a number of bytes as people do: `426 KB`."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def short(value: float) -> str:
    """Write a value in three figures, as axes and legends show it."""
    return _written(value, 3)


def shorter(value: float) -> str:
    """Write a value in two figures, where there is little room."""
    return _written(value, 2)


def exact(value: float) -> str:
    """Write a value in as many figures as a float32 holds."""
    return _written(value, 7)


def _written(value: float, figures: int) -> str:
    if math.isnan(value):
        return _("NaN (not a number)")
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{figures}g}".replace("-", "−")
