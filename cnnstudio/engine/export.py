"""Files for use outside the studio: the trained model and the numbers of a run."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import zipfile
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import EpochDone, Event
from cnnstudio.core.network import Network
from cnnstudio.core.objective import objective_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.builder import build, copy_weights
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.losses import keras_loss, keras_metric
from cnnstudio.engine.notes import NOTES, notes_of
from cnnstudio.engine.optimizers import portable_optimizer_of


def save_model(path: Path, network: Network, plan: TrainingPlan, model: Any) -> None:
    """Write a `.keras` file, ready to be used or trained on with Keras alone.

    Its layers bear the people's names.

    Args:
        path: of the file, ending in `.keras`; one that is there is replaced once this is complete.
        network: what `model` was built from.
        plan: names optimizer and data.
        model: has the weights.

    Raises:
        OSError: if the file cannot be written.
        EngineError: if the name does not end in `.keras`.
    """
    if path.suffix != ".keras":
        raise EngineError(
            _("the name of a Keras model must end in .keras, not {received!r}").format(
                received=path.name
            )
        )
    named = build(network, names="name").model
    copy_weights(model, named)
    outputs = named.output_shape[-1] or 0
    objective = objective_of(plan, output_activation(network), outputs)
    named.compile(
        optimizer=portable_optimizer_of(plan),
        loss=keras_loss(objective),
        metrics=[keras_metric(objective)],
    )
    # Else Keras complains when it loads the model that the optimizer's variables are missing.
    named.optimizer.build(named.trainable_variables)
    with atomically(path) as scratch:
        # Fails here, with the system's own reason, where the folder cannot be written to.
        scratch.touch()
        save_archive(named, scratch)
        with zipfile.ZipFile(scratch, "a") as archive:
            archive.writestr(NOTES, json.dumps(notes_of(plan)))


def write_metrics(path: Path, events: Iterable[Event]) -> None:
    """Write a CSV table of a run's epochs, the first one numbered 1, with a column a metric.

    Raises:
        OSError: if the file cannot be written.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    epochs = [event for event in events if isinstance(event, EpochDone)]
    metrics = [name for name, _value in epochs[0].metrics] if epochs else []
    usual = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
    writer.writerow((*usual, *metrics))
    for event in epochs:
        _run, epoch, *values, more = astuple(event)
        writer.writerow((epoch + 1, *values, *(value for _name, value in more)))
    with atomically(path) as scratch:
        scratch.write_text(table.getvalue(), "utf-8")


def save_archive(model: Any, scratch: Path) -> None:
    """Write a `.keras` file, in the open.

    Raises:
        OSError: if it cannot be written.
    """
    try:
        model.save(scratch)
    except OSError as error:
        if error.errno is None:
            # HDF5 tells of a full disk in a text of its own.
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(scratch)) from error
        raise
