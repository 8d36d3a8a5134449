"""How far off the forecasts of runs have been on this machine, kept from start to start."""

from __future__ import annotations

import json
import logging
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnstudio.core import settings
from cnnstudio.core.files import atomically

log = logging.getLogger(__name__)

MOST_KEPT = 20
"""Forecasts that are remembered: the machine may have changed since older ones."""


@dataclass(frozen=True, slots=True)
class PastForecasts:
    """Seconds that runs took ÷ those that were forecast, newest last."""

    ratios: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.ratios)

    @property
    def error(self) -> float | None:
        """How far off the usual forecast was, as a share of it; None if there was none."""
        if not self.ratios:
            return None
        return statistics.median(abs(ratio - 1) for ratio in self.ratios)

    def with_one_more(self, forecast: float, took: float) -> PastForecasts:
        """Return these with another one, of so many seconds; one that says nothing is left out."""
        if not (forecast > 0 and took > 0 and math.isfinite(took / forecast)):
            return self
        return PastForecasts((*self.ratios, took / forecast)[-MOST_KEPT:])


def forecasts_file() -> Path:
    """Return where they are kept."""
    return settings.data_folder() / "forecasts.json"


def load() -> PastForecasts:
    """Read them; what is missing or damaged counts as none."""
    try:
        raw = json.loads(forecasts_file().read_text("utf-8"))
    except FileNotFoundError:
        return PastForecasts()
    except (OSError, ValueError, RecursionError) as error:
        log.warning("past forecasts not read: %s", error)
        return PastForecasts()
    ratios = raw.get("ratios") if isinstance(raw, dict) else None
    return PastForecasts(_checked(ratios if isinstance(ratios, list) else ()))


def save(forecasts: PastForecasts) -> None:
    """Write them; a failure is logged, for nothing of a person's work is in them."""
    target = forecasts_file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomically(target) as scratch:
            scratch.write_text(json.dumps({"ratios": forecasts.ratios}), "utf-8")
    except OSError as error:
        log.warning("past forecasts not saved: %s", error)


def _checked(ratios: Sequence[Any]) -> tuple[float, ...]:
    fine = [
        float(ratio)
        for ratio in ratios
        # A flag is a number to Python, and a whole number may be too long for a real one.
        if type(ratio) in (int, float) and 0 < ratio < 1e6
    ]
    return tuple(fine[-MOST_KEPT:])
