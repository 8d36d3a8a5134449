"""Who goes first where cores are scarce."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import psutil

NICENESS = 5
"""How far the engine stands back, of 19: the window gets three quarters of a core both want."""


def give_way() -> None:
    """Let the studio's window go before this process, so that it stays fluid."""
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    os.nice(NICENESS)
    # Linux may weigh a session, which the engine has of its own, before it looks at a process.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS), "ascii")
