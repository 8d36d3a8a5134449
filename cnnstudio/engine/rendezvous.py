"""Workers wait for one another before TensorFlow is read, and hear what they are to do.

TensorFlow itself waits without end, does not say for whom, and cannot be interrupted. The first
worker, the chief, listens at its address, where TensorFlow will listen later. The others say which
worker they are, and of which version; once all have come, the chief says that they may begin, and
with what. Each message is one line of JSON.
"""

from __future__ import annotations

import errno
import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from cnnstudio.core.cluster import Cluster, place_of
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.engine.errors import EngineError

LONGEST_WAIT = 600.0
"""Seconds that workers wait for one another, if nothing else is said: some may start late."""

_TURN = 0.2
"""Seconds between two looks at whether the wait is to end."""
_LONGEST_TALK = 5.0
_LONGEST_LINE = 2**28
_PIECE = 2**16
_CHIEF = 0


class ClusterFailedError(EngineError):
    """Workers that have not come together; the text is for people."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long workers wait for one another.

    Attributes:
        seconds: at most, counted from `began`.
        between: called many times meanwhile; what it raises ends the wait.
        began: by `time.monotonic()`.
    """

    seconds: float = LONGEST_WAIT
    between: Callable[[], object] = lambda: None
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds left to wait, less than 0 after that."""
        return self.began + self.seconds - time.monotonic()


def meet(cluster: Cluster, version: str, task: str, patience: Patience) -> str:
    """Return the chief's task when all workers are there.

    Args:
        cluster: has this worker and the others.
        version: of the program; it has to be the same for all.
        task: what all are to do; only the chief's counts.
        patience: how long they are waited for.

    Raises:
        ClusterFailedError: if this worker's port is taken, a worker does not come, or another one
            has another version.
    """
    with _listening(cluster) as listener:
        if cluster.is_chief:
            _receive(_Arrived(cluster, version), task, listener, patience)
            return task
    return _report(cluster, version, patience)


@contextmanager
def _listening(cluster: Cluster) -> Iterator[socket.socket]:
    """Take this worker's port, so that nobody else has it."""
    _host, port = place_of(cluster.workers[cluster.index])
    listener = _server_socket()
    with listener:
        try:
            listener.bind(("", port))
            listener.listen(len(cluster.workers))
        except OSError as error:
            raise ClusterFailedError(_port_text(port, error)) from error
        yield listener


def _server_socket() -> socket.socket:
    if socket.has_dualstack_ipv6():
        listener = socket.socket(socket.AF_INET6)
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    else:
        listener = socket.socket(socket.AF_INET)
    # A port whose last connections are just closed is free.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listener


def _port_text(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _(
            "port {port} of this machine is taken: does another worker run here already? Give this "
            "worker another port, in --workers of all workers"
        ).format(port=port)
    return _("this worker cannot listen at port {port}: {why}").format(
        port=port, why=error.strerror
    )


class _Arrived:
    """The workers that are there, each at the other end of a connection."""

    def __init__(self, cluster: Cluster, version: str) -> None:
        self.cluster = cluster
        self._version = version
        self._unknown: list[_Line] = []
        self._known: dict[int, _Line] = {}

    def __enter__(self) -> _Arrived:
        return self

    def __exit__(self, *_error: object) -> None:
        for line in (*self._unknown, *self._known.values()):
            line.close()

    @property
    def missing(self) -> list[int]:
        """The workers that are not there yet."""
        return [other for other in self.cluster.others if other not in self._known]

    def add(self, connection: socket.socket) -> None:
        self._unknown.append(_Line(connection))

    def look(self) -> None:
        """Hear who has come and who is gone again.

        Raises:
            ClusterFailedError: if one has another version.
        """
        for number, line in list(self._known.items()):
            if not line.is_open():
                line.close()
                del self._known[number]
        for line in list(self._unknown):
            said = line.read()
            if said is None and line.is_open():
                continue
            self._unknown.remove(line)
            index = self._index(said)
            if index is None:
                line.close()
                continue
            if index in self._known:
                # It was started again.
                self._known[index].close()
            self._known[index] = line
            if said is None or said.get("version") != self._version:
                raise ClusterFailedError(self._difference(index))

    def tell(self, **message: object) -> None:
        for line in self._known.values():
            line.write(message)

    def _index(self, said: dict[str, Any] | None) -> int | None:
        index = (said or {}).get("worker")
        return index if isinstance(index, int) and index in self.cluster.others else None

    def _difference(self, index: int) -> str:
        return _(
            "{worker} has another version of CNN Studio than {chief}: all workers need the same"
        ).format(worker=self.cluster.named(index), chief=self.cluster.named(_CHIEF))


def _receive(arrived: _Arrived, task: str, listener: socket.socket, patience: Patience) -> None:
    """Wait as the chief until all others are there, and tell them their task."""
    with arrived:
        try:
            while arrived.missing:
                patience.between()
                if patience.left < 0:
                    missing = arrived.missing
                    raise ClusterFailedError(_absence(arrived.cluster, missing, patience))
                if select.select([listener], [], [], _TURN)[0]:
                    arrived.add(listener.accept()[0])
                arrived.look()
        except ClusterFailedError as error:
            arrived.tell(failure=str(error))
            raise
        # TensorFlow is to listen here before the others look for it.
        listener.close()
        arrived.tell(task=task)


def _report(cluster: Cluster, version: str, patience: Patience) -> str:
    """Tell the chief that this worker is there, again if that is started again; return its task."""
    said: dict[str, Any] | None = None
    while said is None:
        with suppress(OSError), _called(cluster, patience) as line:
            line.write({"worker": cluster.index, "version": version})
            while (said := line.read()) is None and line.is_open() and patience.left > 0:
                patience.between()
                select.select([line.socket], [], [], _TURN)
        patience.between()
        if said is None and patience.left < 0:
            raise ClusterFailedError(_absence(cluster, [_CHIEF], patience))
        if said is None:
            time.sleep(_TURN)
    if "task" not in said:
        raise ClusterFailedError(str(said.get("failure")))
    return str(said["task"])


@contextmanager
def _called(cluster: Cluster, patience: Patience) -> Iterator[_Line]:
    left = max(_TURN, min(patience.left, _LONGEST_TALK))
    line = _Line(socket.create_connection(place_of(cluster.workers[_CHIEF]), timeout=left))
    try:
        yield line
    finally:
        line.close()


def _absence(cluster: Cluster, missing: list[int], patience: Patience) -> str:
    return ngettext(
        "{workers} has not come within {seconds:g} seconds: is it started, and can its host and "
        "port be reached from here?",
        "these have not come within {seconds:g} seconds: {workers}: are they started, and can "
        "their hosts and ports be reached from here?",
        len(missing),
    ).format(workers=", ".join(map(cluster.named, missing)), seconds=patience.seconds)


class _Line:
    """A connection on which each end says one line at most."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._heard = b""
        self._is_open = True
        connection.setblocking(False)

    def is_open(self) -> bool:
        """Return whether the other end is still there."""
        if self._is_open:
            try:
                part = self.socket.recv(_PIECE)
                self._heard += part
                self._is_open = bool(part) and len(self._heard) < _LONGEST_LINE
            except BlockingIOError:
                pass
            except OSError:
                self._is_open = False
        return self._is_open

    def read(self) -> dict[str, Any] | None:
        """Return what the other end has said, None if that is nothing yet, or makes no sense."""
        self.is_open()
        line, end, _rest = self._heard.partition(b"\n")
        if not end:
            return None
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            self._is_open = False
            return None
        return said

    def write(self, message: dict[str, Any]) -> None:
        """Say something; whether the other end hears it shows when it answers, or is gone."""
        with suppress(OSError):
            self.socket.settimeout(_LONGEST_TALK)
            self.socket.sendall(json.dumps(message).encode() + b"\n")
            self.socket.setblocking(False)

    def close(self) -> None:
        self.socket.close()
