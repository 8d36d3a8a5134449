"""Icons as files of one colour, which Qt draws sharp at any size and scale."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core import resources


def glyph_file(folder: Path, name: str, color: str) -> str:
    """Write an icon in one colour into a folder, unless it is there, and return its path."""
    target = folder / f"{name}-{color.removeprefix('#')}.svg"
    if not target.exists():
        source = resources.path("icons", f"{name}.svg").read_text("utf-8")
        target.write_text(source.replace("currentColor", color), "utf-8")
    return target.as_posix()
