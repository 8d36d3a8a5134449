"""Images that came without a file: they are kept as files, of which the oldest make room."""

from __future__ import annotations

import time
from pathlib import Path

from cnnstudio.core.settings import cache_folder

MOST_KEPT = 60
"""Images that are kept, of all sessions together."""


class KeptPictures:
    """A folder of images that were pasted, or kept of a camera or video.

    Args:
        folder: where they are; None for that of the system's caches.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or cache_folder() / "pictures"
        self._pasted = 0

    def next_pasted(self) -> int:
        """Return the number of another pasted image, from 1."""
        self._pasted += 1
        return self._pasted

    def new_path(self, suffix: str = ".png") -> Path:
        """Return where another image may be written; the folder is there then.

        Raises:
            OSError: if it cannot be made.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        # By the time, so that names sort by age, whichever session has written them.
        return self._folder / f"{time.time_ns():020d}{suffix}"

    def make_room(self) -> list[str]:
        """Delete the oldest images that are too many, and return their paths."""
        files = sorted(path for path in self._folder.glob("*") if path.is_file())
        too_many = files[: max(0, len(files) - MOST_KEPT)]
        for path in too_many:
            # Another studio may just do the same.
            path.unlink(missing_ok=True)
        return [str(path) for path in too_many]
