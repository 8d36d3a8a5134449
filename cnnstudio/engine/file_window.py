"""A part of a file as a file of its own."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO

from typing_extensions import override


class FileWindow(io.RawIOBase):
    """Reads the bytes of a file from `start` on, `size` of them; the file stays the caller's."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._at

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    @override
    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self._size - self._at))
        self._file.seek(self._start + self._at)
        done = self._file.readinto(view[:count])  # type: ignore[attr-defined]  # any open file has it
        self._at += done
        return int(done)
