"""Pixels as PNG, without a library for images: for pictures inside other files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from cnnstudio.core.view.page import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _RGB, _RGBA = 8, 2, 6


def png(pixels: Pixels) -> bytes:
    """Return pixels as the bytes of a PNG (ISO/IEC 15948), lossless; without alpha if all is seen.

    Args:
        pixels: `(height, width, 4)`.
    """
    return b"".join((_SIGNATURE, *_chunks(pixels)))


def _chunks(pixels: Pixels) -> Iterator[bytes]:
    height, width = pixels.shape[:2]
    seen_all = bool((pixels[:, :, 3] == 255).all())
    kind, channels = (_RGB, 3) if seen_all else (_RGBA, 4)
    yield _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, kind, 0, 0, 0))
    rows = np.zeros((height, 1 + width * channels), np.uint8)
    rows[:, 1:] = pixels[:, :, :channels].reshape(height, -1)
    yield _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
    yield _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
