"""Where the files are that ship with the studio: icons, translations, digits, photographs."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def path(*parts: str) -> Path:
    """Return the path of a shipped file or folder, `path("images", "coffee.png")`.

    A wheel carries them inside the package; a checkout has them beside it.
    """
    packed = _PACKAGE / "_resources"
    root = packed if packed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
