"""Memory is lent again once nothing lies in it, and never before."""

import pickle

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.room import MOST_KEPT, Room


def _place(array: NDArray[np.generic]) -> int:
    return int(array.__array_interface__["data"][0])


def test_a_piece_is_lent_again_once_all_that_lay_in_it_are_gone() -> None:
    room = Room()
    lent = room.lend(4000)
    where = _place(lent)
    message = np.ones(1000, np.float32)
    pickled = pickle.dumps(message, protocol=5, buffer_callback=lambda _buffer: False)
    values = pickle.loads(pickled, buffers=[lent])
    part = values.reshape(10, 100)[2:]
    del lent, values
    other = room.lend(4000)
    assert _place(other) != where
    del part
    assert _place(room.lend(3000)) == where


def test_two_pieces_never_lie_in_the_same_place() -> None:
    room = Room()
    first, second = room.lend(4000), room.lend(4000)
    first[:], second[:] = 1, 2
    assert (first == 1).all()


def test_a_small_array_does_not_take_a_large_piece() -> None:
    room = Room()
    lent = room.lend(100_000)
    where = _place(lent)
    del lent
    assert len(room.lend(1000)) == 1000
    assert _place(room.lend(100_000)) == where


def test_no_more_than_a_limit_waits_to_be_used_again() -> None:
    room = Room()
    large, small = room.lend(MOST_KEPT), room.lend(1000)
    where = _place(small)
    del large, small
    assert room.kept == 1000
    assert _place(room.lend(1000)) == where
    lent = room.lend(MOST_KEPT + 1)
    del lent
    assert room.kept == 0
