"""Workers wait for one another, over real sockets of this machine."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from cnnstudio.core.cluster import Cluster, place_of
from cnnstudio.engine.rendezvous import ClusterFailedError, Patience, meet
from cnnstudio.engine.stop_flag import StopFlag, StoppedError
from tests.free_ports import free_ports

LONGEST = 60.0


def workers(count: int) -> list[Cluster]:
    addresses = tuple(f"127.0.0.1:{port}" for port in free_ports(count))
    return [Cluster(addresses, index) for index in range(count)]


@contextmanager
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def met(
    pool: ThreadPoolExecutor, cluster: Cluster, version: str = "1", seconds: float = LONGEST
) -> Future[str]:
    return pool.submit(meet, cluster, version, f"task of {cluster.index}", Patience(seconds))


def test_all_workers_hear_the_chiefs_task_in_whatever_order_they_come() -> None:
    for order in ((0, 1, 2), (2, 1, 0)):
        clusters = workers(3)
        with threads() as pool:
            asked = [met(pool, clusters[index]) for index in order]
            assert {answer.result(LONGEST) for answer in asked} == {"task of 0"}


def test_a_worker_that_does_not_come_is_named_to_all_who_wait() -> None:
    clusters = workers(3)
    with threads() as pool:
        asked = [met(pool, clusters[0], seconds=1), met(pool, clusters[1])]
        for answer in asked:
            with pytest.raises(ClusterFailedError, match=r"^worker 2 at 127\.0\.0\.1:\d+ has not"):
                answer.result(LONGEST)


def test_a_chief_that_does_not_come_is_named() -> None:
    _chief, other = workers(2)
    with pytest.raises(ClusterFailedError, match=r"^worker 0 at .* has not come within 0\.3 sec"):
        meet(other, "1", "", Patience(0.3))


def test_workers_of_different_versions_do_not_begin() -> None:
    chief, other = workers(2)
    with threads() as pool:
        asked = [met(pool, chief), met(pool, other, version="2")]
        for answer in asked:
            with pytest.raises(ClusterFailedError, match=r"worker 1 at .* has another version"):
                answer.result(LONGEST)


def test_a_port_that_is_taken_is_told_at_once() -> None:
    chief, _other = workers(2)
    words = r"^port \d+ of this machine is taken"
    taken = socket.create_server(place_of(chief.workers[0]))
    with taken, pytest.raises(ClusterFailedError, match=words):
        meet(chief, "1", "", Patience(LONGEST))


def test_a_wait_can_be_ended() -> None:
    for cluster in workers(2):
        stop = StopFlag()
        stop.set()
        with pytest.raises(StoppedError):
            meet(cluster, "1", "", Patience(LONGEST, stop.check))


def test_what_is_no_worker_is_not_counted_and_a_restarted_one_counts_once() -> None:
    chief, other, last = workers(3)
    with threads() as pool:
        asked = met(pool, chief)
        place = place_of(chief.workers[0])
        # The stranger, and worker 1 before it was started again.
        for words in (b"GET / HTTP/1.1\r\n\r\n", b'{"worker": 1, "version": "1"}\n'):
            with _called(place) as line:
                line.sendall(words)
        assert not asked.done()
        everybody = [asked, met(pool, other), met(pool, last)]
        assert [answer.result(LONGEST) for answer in everybody] == ["task of 0"] * 3


def _called(place: tuple[str, int]) -> socket.socket:
    """Return a connection to a worker that is about to listen."""
    until = time.monotonic() + LONGEST
    while True:
        try:
            return socket.create_connection(place)
        except ConnectionRefusedError:
            assert time.monotonic() < until
