"""Events through a pipe, whose large arrays are not copied on their way in and out of a pickle."""

from __future__ import annotations

import pickle
import struct
from multiprocessing.connection import Connection
from typing import Any

_COUNT = struct.Struct("!I")
_LARGE = 2**18
"""Bytes of an array from which on it travels beside the pickle."""


def send(connection: Connection, message: object) -> None:
    """Send a message that `receive` understands.

    Raises:
        OSError: if nobody hears it any more.
    """
    beside: list[memoryview] = []

    def keep(buffer: pickle.PickleBuffer) -> bool:
        """Return whether a buffer belongs into the pickle itself."""
        raw = buffer.raw()
        if raw.nbytes < _LARGE:
            return True
        beside.append(raw)
        return False

    pickled = pickle.dumps(message, protocol=5, buffer_callback=keep)
    connection.send_bytes(_COUNT.pack(len(beside)) + pickled)
    for raw in beside:
        connection.send_bytes(raw)


def receive(connection: Connection) -> Any:
    """Wait for a message and return it; its large arrays cannot be written to.

    Raises:
        EOFError: if there is none any more.
        OSError: if the pipe is broken.
    """
    told = connection.recv_bytes()
    (count,) = _COUNT.unpack_from(told)
    buffers = [connection.recv_bytes() for _buffer in range(count)]
    return pickle.loads(memoryview(told)[_COUNT.size :], buffers=buffers)
