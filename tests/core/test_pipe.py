"""Messages come through a pipe as they were sent, whatever their arrays are like."""

import threading
from multiprocessing import Pipe

import numpy as np
import pytest

from cnnstudio.core.look_messages import Maps
from cnnstudio.core.pipe import receive, send


def through(*messages: object) -> list[object]:
    ours, theirs = Pipe()
    with ours, theirs:

        def send_all() -> None:
            for message in messages:
                send(ours, message)

        sender = threading.Thread(target=send_all)
        sender.start()
        came = [receive(theirs) for _message in messages]
        sender.join()
    return came


def test_arrays_of_every_size_and_order_come_through_in_their_order() -> None:
    draw = np.random.default_rng(0)
    large = draw.random((90, 80, 70), dtype=np.float32)
    arrays = [
        large,
        np.asfortranarray(large),
        large[::2, 1:, ::3],
        large[0, 0],
        np.zeros((0, 4), np.float32),
        np.zeros((400, 400), np.uint8),
    ]
    came = through("before", *(Maps(n, "b", array) for n, array in enumerate(arrays)), "after")
    assert (came[0], came[-1]) == ("before", "after")
    for answer, array in zip(came[1:-1], arrays, strict=True):
        assert isinstance(answer, Maps)
        assert answer.values.dtype == array.dtype
        assert np.array_equal(answer.values, array)
    assert len(through({"two": [large, large + 1]})) == 1


def test_a_pipe_that_ends_is_told_of() -> None:
    ours, theirs = Pipe()
    ours.close()
    with theirs, pytest.raises(EOFError):
        receive(theirs)
