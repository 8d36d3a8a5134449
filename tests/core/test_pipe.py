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


def test_an_array_that_ends_in_the_middle_is_no_array() -> None:
    ours, theirs = Pipe()
    array = np.zeros(3_000_000, np.uint8)

    def send_a_part() -> None:
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send(ours, array)

    sender = threading.Thread(target=send_a_part)
    sender.start()
    # The head of the message is there, the rest is lost with its reader.
    assert theirs.poll(10)
    theirs.close()
    sender.join()
    ours.close()
    again, far = Pipe()
    far.send_bytes(b"\0\0\0\1" + (3_000_000).to_bytes(8, "big") + b"anything")
    far.close()
    with again, pytest.raises(EOFError):
        receive(again)
