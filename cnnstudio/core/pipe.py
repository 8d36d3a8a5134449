"""Events through a pipe, whose large arrays are not copied on their way in and out of a pickle."""

from __future__ import annotations

import os
import pickle
import struct
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGE = 2**18
"""Bytes of an array from which on it travels beside the pickle."""
_COUNT, _SIZE = struct.Struct("!I"), struct.Struct("!Q")


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
    sizes = b"".join(_SIZE.pack(raw.nbytes) for raw in beside)
    connection.send_bytes(_COUNT.pack(len(beside)) + sizes + pickled)
    for raw in beside:
        _write(connection, raw)


def _new(size: int) -> NDArray[np.uint8]:
    return np.empty(size, np.uint8)


def receive(connection: Connection, lend: Callable[[int], NDArray[np.uint8]] = _new) -> Any:
    """Wait for a message and return it.

    Args:
        connection: has it, or will have.
        lend: returns as many bytes as it is asked for, in which a large array comes to lie.

    Raises:
        EOFError: if there is none any more.
        OSError: if the pipe is broken.
    """
    told = memoryview(connection.recv_bytes())
    (count,) = _COUNT.unpack_from(told)
    begin = _COUNT.size + count * _SIZE.size
    sizes = [size for (size,) in _SIZE.iter_unpack(told[_COUNT.size : begin])]
    return pickle.loads(told[begin:], buffers=[_read(connection, lend(size)) for size in sizes])


if sys.platform == "win32":

    def _write(connection: Connection, raw: memoryview) -> None:
        connection.send_bytes(raw)

    def _read(connection: Connection, array: NDArray[np.uint8]) -> NDArray[np.uint8]:
        connection.recv_bytes_into(array)
        return array

else:
    # A connection reads in pieces, for each of which it makes room for the whole: of 13 MB that
    # takes 12 ms, and 2 ms this way.
    def _write(connection: Connection, raw: memoryview) -> None:
        while raw:
            raw = raw[os.write(connection.fileno(), raw) :]

    def _read(connection: Connection, array: NDArray[np.uint8]) -> NDArray[np.uint8]:
        room = array.data
        while room:
            count = os.readv(connection.fileno(), [room])
            if not count:
                raise EOFError
            room = room[count:]
        return array
