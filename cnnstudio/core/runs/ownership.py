"""Who is at work on a run: a lock on a file, which the system takes back however a process ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

_FILE = "owner"


class Ownership:
    """A run that this process works on, until `end`.

    Raises:
        BlockingIOError: if another process does.
        OSError: if the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = (folder / _FILE).open("ab")
        try:
            _lock(self._file)
        except OSError:
            self._file.close()
            raise

    def end(self) -> None:
        """Let others work on the run."""
        self._file.close()


def is_owned(folder: Path) -> bool:
    """Return whether some process works on the run of a folder."""
    try:
        with (folder / _FILE).open("rb+") as file:
            _lock(file)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
