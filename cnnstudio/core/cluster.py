"""Which workers learn together, and which of them this one is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.core.i18n import _

VARIABLE = "TF_CONFIG"
"""The environment variable in which TensorFlow, and what starts it on a cluster, say the same."""

_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):(?P<port>[0-9]{1,5})")
_PORTS = range(1, 65536)


class ClusterError(ValueError):
    """Workers that cannot be; the text is for people and says what to do."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Workers that train one model together.

    Attributes:
        workers: their addresses, `host:port` each, in an order all of them know.
        index: which of them this one is, from 0.
    """

    workers: tuple[str, ...]
    index: int

    @property
    def is_chief(self) -> bool:
        """Whether this is the worker that writes files."""
        return self.index == 0

    @property
    def others(self) -> tuple[int, ...]:
        """The indices of the other workers."""
        return tuple(other for other in range(len(self.workers)) if other != self.index)

    def named(self, index: int) -> str:
        """Return what a worker is called in a sentence."""
        return _("worker {index} at {address}").format(index=index, address=self.workers[index])


def place_of(address: str) -> tuple[str, int]:
    """Return host and port of an address that has been checked."""
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def cluster_of(
    workers: str | None, index: int | None, environment: Mapping[str, str] = os.environ
) -> Cluster | None:
    """Return the cluster that options or else the environment name, None if there is none.

    Args:
        workers: addresses with commas between them.
        index: of this worker.
        environment: may have `TF_CONFIG`.

    Raises:
        ClusterError: if what is named cannot be.
    """
    if workers is None and index is None:
        given = environment.get(VARIABLE, "").strip()
        return _from_json(given) if given else None
    if workers is None:
        raise ClusterError(
            _("--index says which worker this one is: say with --workers which workers there are")
        )
    addresses = tuple(part.strip() for part in workers.split(",") if part.strip())
    if index is None:
        raise ClusterError(
            _(
                "--workers names {count} workers: say with --index which of them this one is, from "
                "0 to {last}"
            ).format(count=len(addresses), last=len(addresses) - 1)
        )
    return _checked(addresses, index)


def _from_json(text: str) -> Cluster | None:
    """Read `TF_CONFIG`: `{"cluster": {"worker": [address, …]}, "task": {"type", "index"}}`.

    A `chief` stands before the workers. One that names a single worker is none at all.
    """
    try:
        config = json.loads(text)
        jobs: Any = config.get("cluster", {})
        chiefs, workers = list(jobs.get("chief", [])), list(jobs.get("worker", []))
        task = config.get("task", {})
        kind, index = task.get("type", "worker"), int(task.get("index", 0))
    except (ValueError, TypeError, AttributeError) as error:
        raise ClusterError(
            _("{variable} is not what TensorFlow writes there: it should be like {example}").format(
                variable=VARIABLE, example=_EXAMPLE
            )
        ) from error
    if kind not in ("chief", "worker") or set(jobs) - {"chief", "worker"}:
        raise ClusterError(
            _("{variable} may name workers and a chief, and nothing else: {text}").format(
                variable=VARIABLE, text=text
            )
        )
    addresses = tuple(map(str, (*chiefs, *workers)))
    if not addresses:
        return None
    cluster = _checked(addresses, index + (len(chiefs) if kind == "worker" else 0))
    return cluster if len(addresses) > 1 else None


_EXAMPLE = (
    '{"cluster": {"worker": ["host1:12345", "host2:12345"]}, '
    '"task": {"type": "worker", "index": 0}}'
)


def _checked(addresses: tuple[str, ...], index: int) -> Cluster:
    for address in addresses:
        match = _ADDRESS.fullmatch(address)
        if match is None or int(match["port"]) not in _PORTS:
            raise ClusterError(
                _(
                    "“{address}” is no address of a worker: write host:port, for example "
                    "host1:12345"
                ).format(address=address)
            )
    twice = next((address for address in addresses if addresses.count(address) > 1), None)
    if twice is not None:
        raise ClusterError(
            _("{address} is named twice: every worker needs an address of its own").format(
                address=twice
            )
        )
    if len(addresses) == 0 or not 0 <= index < len(addresses):
        raise ClusterError(
            _(
                "there is no worker {index}: {count} are named, so this one is from 0 to {last}"
            ).format(index=index, count=len(addresses), last=len(addresses) - 1)
        )
    return Cluster(addresses, index)
