"""Icons as files of one colour, which Qt draws sharp at any size and scale."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from cnnstudio.core import resources, settings

log = logging.getLogger(__name__)


def glyph_folder() -> Path:
    """Return the folder of the icons that have been given a colour, the same for all studios.

    They stay there: a style sheet's icons must be files, and a studio that is killed removes none.
    """
    return settings.cache_folder() / "icons"


def glyph_file(folder: Path, name: str, color: str) -> str:
    """Write an icon in one colour into a folder, unless it is there, and return its path.

    Where it cannot be written, the path is that of the icon in black.
    """
    source = resources.path("icons", f"{name}.svg")
    target = folder / f"{name}-{color.removeprefix('#')}.svg"
    colored = source.read_bytes().replace(b"currentColor", color.encode())
    try:
        # One that an earlier version wrote may look another way.
        if not target.exists() or target.read_bytes() != colored:
            _write(target, colored)
    except OSError as error:
        log.warning("an icon was not written: %s", error)
        return source.as_posix()
    return target.as_posix()


def _write(target: Path, colored: bytes) -> None:
    """Write a file so that another studio never reads half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(colored)
    scratch.replace(target)
