"""On which devices, of which machines, a run learns; TensorFlow's strategy for it, or none.

Each replica, that is each device, learns from its part of every batch. Their gradients are added
up before each step, so that all have the same weights all the time.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.cluster import Cluster, place_of
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.engine.errors import EngineError

_LONGEST_CALL = 1.0
"""Seconds in which a worker that is there can be reached."""


class DevicesError(EngineError):
    """Devices that are not there, or workers that do not fit together; the text is for people."""


class WorkerGoneError(EngineError):
    """Another worker has ended while this one needed it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one process takes of every batch: that of the replicas from `first` to before `end`.

    Attributes:
        first: of its replicas.
        end: its last replica and one.
        replicas: how many there are in all.
    """

    first: int = 0
    end: int = 1
    replicas: int = 1

    def of(self, numbers: Any) -> Any:
        """Return this part of a batch, a tensor; nothing if the batch has too few."""
        if self.end - self.first == self.replicas:
            return numbers
        count = tf.shape(numbers)[0]
        return numbers[count * self.first // self.replicas : count * self.end // self.replicas]


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class Distribution:
    """Where a run learns.

    Attributes:
        strategy: TensorFlow's; None for one device, as ever.
        cluster: the workers, where there are several.
    """

    strategy: Any = None
    cluster: Cluster | None = None

    @property
    def is_chief(self) -> bool:
        """Whether this process writes files: the only one there is, or the first worker."""
        return self.cluster is None or self.cluster.is_chief

    @property
    def local_replicas(self) -> int:
        """How many replicas this process has."""
        return 1 if self.strategy is None else len(self.strategy.extended.worker_devices)

    @property
    def part(self) -> Part:
        """What this process takes of every batch."""
        if self.strategy is None:
            return WHOLE
        index = 0 if self.cluster is None else self.cluster.index
        first = index * self.local_replicas
        return Part(first, first + self.local_replicas, self.strategy.num_replicas_in_sync)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Have the models, optimizers and other variables made meanwhile be those of all devices.

        All workers have to make the same in the same order.
        """
        if self.strategy is None:
            yield
            return
        with self.guarded(), self.strategy.scope():
            yield

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Tell in plain words that another worker is gone.

        Raises:
            WorkerGoneError: instead of what TensorFlow raises then.
        """
        try:
            yield
        except tf.errors.OpError as error:
            if self.cluster is None or not _is_of_another(error):
                raise
            raise WorkerGoneError(_gone_text(self.cluster, error.message)) from error

    def total(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Return the sum of what all workers give, an array of the same shape and type for all.

        Raises:
            WorkerGoneError: if one of them is gone.
        """
        if self.cluster is None:
            return numbers
        first = self.part.first

        def given(context: Any) -> Any:
            is_first = context.replica_id_in_sync_group == first
            return tf.constant(numbers if is_first else np.zeros_like(numbers))

        with self.guarded():
            values = self.strategy.experimental_distribute_values_from_function(given)
            summed = self.strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None)
            result: NDArray[Any] = summed.numpy()
        return result

    def from_chief(self, content: bytes) -> bytes:
        """Return the chief's `content`, whatever the others give.

        Raises:
            WorkerGoneError: if a worker is gone.
        """
        if self.cluster is None:
            return content
        size = int(self.total(np.array([len(content) * self.is_chief], np.int64))[0])
        if not size:
            # TensorFlow would crash.
            return b""
        room = np.zeros(-(-size // 4), np.int32)
        if self.is_chief:
            room.view(np.uint8)[:size] = np.frombuffer(content, np.uint8)
        return self.total(room).view(np.uint8)[:size].tobytes()

    def check_alike(self, mark: int) -> None:
        """Make sure that all workers of the cluster have the same data.

        Args:
            mark: stands for this worker's data, from 0 to 2 ** 31 - 1.

        Raises:
            DevicesError: if another worker has another mark than the chief.
            WorkerGoneError: if a worker is gone.
        """
        assert self.cluster is not None
        marks = np.zeros(len(self.cluster.workers), np.int64)
        marks[self.cluster.index] = mark
        marks = self.total(marks)
        unlike = [index for index, other in enumerate(marks) if other != marks[0]]
        if unlike:
            raise DevicesError(
                _(
                    "{worker} has other images or labels than {chief}: all workers need the same "
                    "data, at the same place"
                ).format(worker=self.cluster.named(unlike[0]), chief=self.cluster.named(0))
            )


ALONE = Distribution()
"""One device, as ever."""


def distribution_of(cluster: Cluster | None = None, devices: int | None = None) -> Distribution:
    """Return how a run of this process is to be distributed: over all its graphics cards.

    TensorFlow must not have been used yet in this process.

    Args:
        cluster: other workers beside this one, all of which are there.
        devices: cards of this machine that are used at most, 0 for its processor alone; None for
            all.

    Raises:
        DevicesError: if there are not so many cards.
    """
    cards = tf.config.list_physical_devices("GPU")
    if devices is not None:
        if devices > max(1, len(cards)):
            raise DevicesError(_too_few_text(len(cards), devices))
        cards = cards[:devices]
        tf.config.set_visible_devices(cards, "GPU")
    for card in cards:
        # Else TensorFlow takes all of its memory for itself.
        tf.config.experimental.set_memory_growth(card, True)
    if cluster is not None:
        return Distribution(_workers_strategy(cluster, len(cards)), cluster)
    if len(cards) > 1:
        return Distribution(tf.distribute.MirroredStrategy())
    return ALONE


def _workers_strategy(cluster: Cluster, cards: int) -> Any:
    # Another one in the environment would be asked for what is not said here.
    os.environ.pop("TF_CONFIG", None)
    kinds = tf.distribute.experimental.CommunicationImplementation
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(cluster.workers)}),
        task_type="worker",
        task_id=cluster.index,
        num_accelerators={"GPU": cards} if cards else None,
        rpc_layer="grpc",
    )
    # NCCL exchanges between cards alone; what a processor has goes round in a ring.
    options = tf.distribute.experimental.CommunicationOptions(
        implementation=kinds.AUTO if cards else kinds.RING
    )
    return tf.distribute.MultiWorkerMirroredStrategy(resolver, options)


def _too_few_text(cards: int, wanted: int) -> str:
    return ngettext(
        "TensorFlow sees {count} graphics card on this machine, not {wanted}",
        "TensorFlow sees {count} graphics cards on this machine, not {wanted}",
        cards,
    ).format(count=cards, wanted=wanted)


_OF_ANOTHER = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
)


def _is_of_another(error: Any) -> bool:
    """Return whether TensorFlow's error comes from the exchange with other workers."""
    return isinstance(error, _OF_ANOTHER) or "Collective ops is aborted" in error.message


def _gone_text(cluster: Cluster, words: str) -> str:
    """Say which worker is gone, as far as TensorFlow's words, or its port, tell."""
    named = {int(index) for index in re.findall(r"/task:(\d+)", words)} & set(cluster.others)
    found = named or set(cluster.others)
    if len(found) > 1:
        found = {other for other in found if not _listens(cluster.workers[other])} or found
    if len(found) == 1:
        return _(
            "{worker} is gone, so this one has ended too: its own words may tell why; start all "
            "workers again, the first with --resume last, to go on from the last checkpoint"
        ).format(worker=cluster.named(found.pop()))
    return _(
        "one of the other workers is gone ({workers}), so this one has ended too: its own words "
        "may tell why; start all workers again, the first with --resume last, to go on from the "
        "last checkpoint"
    ).format(workers=", ".join(cluster.workers[other] for other in sorted(found)))


def _listens(address: str) -> bool:
    """Return whether a worker can be reached, which one cannot that is gone."""
    try:
        with socket.create_connection(place_of(address), timeout=_LONGEST_CALL):
            return True
    except OSError:
        return False
