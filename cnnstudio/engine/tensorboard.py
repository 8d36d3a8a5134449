"""A run as event files of TensorBoard, under the names that Keras's `TensorBoard` gives them."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from pathlib import Path

import tensorflow as tf

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
)

log = logging.getLogger(__name__)

SECONDS_APART = 0.1
"""Least time between two batches that are written: more could not be told apart on a curve."""
TRAIN, VALIDATION = "train", "validation"
_VALIDATED = "val_"
# As `tf.summary.scalar` has it, for which all of TensorBoard has to be installed.
_SCALAR = tf.compat.v1.SummaryMetadata(
    plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"),
    data_class="DATA_CLASS_SCALAR",
)


class EventFiles:
    """Writes what a run tells to the folders `train` and `validation`.

    Attributes:
        failure: why nothing more is written, "" as long as that is possible.

    Args:
        folder: holds both; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.failure = ""
        self._folder = folder
        self._writers = {
            part: tf.summary.create_file_writer(str(folder / part)) for part in (TRAIN, VALIDATION)
        }
        self._metrics: tuple[str, ...] = ()
        self._batches = 1
        self._written = -math.inf
        self._rate = 0.0
        self._steps = 0

    def take(self, event: Event) -> None:
        """Write what an event tells. If that fails, the run goes on, and `failure` says why."""
        if self.failure:
            return
        try:
            self._take(event)
        except (OSError, tf.errors.OpError) as error:
            log.warning("event files are no longer written: %s", error)
            self.failure = _(
                "the event files in {path} could not be written to the end: is there room on the "
                "disk?"
            ).format(path=self._folder)

    def _take(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._metrics, self._batches = event.metrics, event.batches
            case BatchDone():
                self._rate, self._steps = event.learning_rate, event.epoch * self._batches
                self._steps += event.batch + 1
                if event.at >= self._written + SECONDS_APART:
                    self._written = event.at
                    self._write_batch(event)
            case EpochDone():
                self._write_epoch(event)
            case RunFinished() | RunFailed():
                for writer in self._writers.values():
                    writer.close()
            case _:
                pass

    def _write_batch(self, event: BatchDone) -> None:
        metrics = zip(self._metrics, event.metrics, strict=False)
        usual = [
            ("loss", event.loss),
            ("accuracy", event.accuracy),
            ("learning_rate", event.learning_rate),
        ]
        self._write(TRAIN, [(f"batch_{name}", value) for name, value in (*usual, *metrics)],
                    self._steps - 1)  # fmt: skip

    def _write_epoch(self, event: EpochDone) -> None:
        trained = [("loss", event.loss), ("accuracy", event.accuracy)]
        measured: list[tuple[str, float]] = []
        if event.val_loss is not None and event.val_accuracy is not None:
            measured = [("loss", event.val_loss), ("accuracy", event.val_accuracy)]
        for name, value in event.metrics:
            if name.startswith(_VALIDATED):
                measured.append((name.removeprefix(_VALIDATED), value))
            else:
                trained.append((name, value))
        trained.append(("learning_rate", self._rate))
        for part, values in ((TRAIN, trained), (VALIDATION, measured)):
            self._write(part, [(f"epoch_{name}", value) for name, value in values], event.epoch)
        against = [(f"evaluation_{name}_vs_iterations", value) for name, value in measured]
        self._write(VALIDATION, against, self._steps)
        for writer in self._writers.values():
            writer.flush()

    def _write(self, part: str, values: Iterable[tuple[str, float]], step: int) -> None:
        # Else every number would be kept on a graphics card on its way.
        with self._writers[part].as_default(), tf.device("CPU"):
            for name, value in values:
                if math.isfinite(value):
                    tf.summary.write(name, tf.constant(value, tf.float32), step, _SCALAR)
