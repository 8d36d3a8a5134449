"""How many of the machine's cores a process keeps busy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

CORES = os.cpu_count() or 1


class ProcessorUse:
    """Watches one process at a time."""

    def __init__(self) -> None:
        self._process: psutil.Process | None = None

    def look(self, pid: int) -> float:
        """Return the cores that a process has kept busy since the last look; 0 at the first."""
        import psutil  # by the engine's thread: the window need not wait for it

        try:
            if self._process is None or self._process.pid != pid:
                self._process = psutil.Process(pid)
            percent: float = self._process.cpu_percent()
        except psutil.Error:
            return 0.0
        return percent / 100
