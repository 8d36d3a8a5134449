"""The file that takes what the engine, TensorFlow's C++ side included, has to say."""

from __future__ import annotations

import os
from typing import IO

from cnnstudio.core import settings

LARGEST = 2**20
"""Bytes after which the log is put aside and a new one begun."""


def open_log() -> IO[bytes]:
    """Return the engine's log, to be appended to; a sink if it cannot be written."""
    folder = settings.log_folder()
    path = folder / "engine.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(path.with_suffix(".old.log"))
        return path.open("ab", buffering=0)
    except OSError:
        return open(os.devnull, "ab", buffering=0)  # noqa: PTH123 - a device, not a path
