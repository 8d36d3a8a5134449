"""How much memory the machine has left, and whether it was too little for an engine that died."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

_VMSTAT = Path("/proc/vmstat")
_SHORT = 0.1
"""The share of all memory below which the system may end a process any moment."""


def free_memory() -> int:
    """Return the bytes that programs may still take, swap included."""
    import psutil  # takes as long to read as a tenth of Qt

    return psutil.virtual_memory().available + psutil.swap_memory().free


class MemoryWatch:
    """Watches the memory of an engine, to know what it died of."""

    def __init__(self) -> None:
        self._killed = _killed_by_system()
        self._was_short = False

    def look(self, pid: int) -> int | None:
        """Return the bytes that the engine has now, None if that is not known."""
        import psutil  # as above

        memory = psutil.virtual_memory()
        self._was_short = free_memory() < _SHORT * memory.total
        with suppress(psutil.Error):
            return psutil.Process(pid).memory_info().rss
        return None

    def explains(self, exit_code: int | None) -> bool:
        """Return whether an engine that ended so was probably ended for lack of memory.

        Linux ends with SIGKILL whoever takes most, and counts these.

        Args:
            exit_code: as `EngineHandle.exit_code` tells it.
        """
        if exit_code in (-signal.SIGABRT, -signal.SIGSEGV):
            # So ends what is refused memory and does not ask whether it got it.
            return self._was_short
        if exit_code != -9:
            return False
        return self._was_short or _killed_by_system() > self._killed


def _killed_by_system() -> int:
    """Return how many processes Linux has ended for lack of memory since it started."""
    with suppress(OSError, ValueError):
        for line in _VMSTAT.read_text().splitlines():
            name, _space, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0
