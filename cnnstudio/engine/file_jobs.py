"""The engine's jobs with files of models and weights, each with its one answer."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import assert_never

from cnnstudio.core.file_messages import (
    CheckRoundTrip,
    ExportModel,
    ModelExported,
    ModelRead,
    ReadFailed,
    ReadModel,
    ReadWeights,
    RoundTripChecked,
    SaveWeights,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import Event, FileJob, ModelSaved, SaveFailed, SaveModel
from cnnstudio.engine.errors import details, explain
from cnnstudio.engine.export import save_model
from cnnstudio.engine.export_forms import export_model
from cnnstudio.engine.importer import import_model
from cnnstudio.engine.models import Models
from cnnstudio.engine.reading_again import MODEL_SUFFIXES, weights_again
from cnnstudio.engine.reading_back import exported_difference
from cnnstudio.engine.roundtrip import check_round_trip
from cnnstudio.engine.weights import Weights, belonging_to, load_any_weights, save_weights

log = logging.getLogger(__name__)


def done(job: FileJob, models: Models) -> Event:
    """Do a job, with the models there are, and return its answer."""
    try:
        return _answer(job, models)
    except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
        raw = details(error)
        if isinstance(job, ReadModel | ReadWeights):
            message = explain(error)
            log.info("%s\n%s", message, raw)
            return ReadFailed(job.path, message, raw)
        message = _("{path} was not saved: {why}").format(path=job.path, why=explain(error))
        log.info("%s\n%s", message, raw)
        return SaveFailed(job.path, message, raw)


def check(job: CheckRoundTrip, models: Models) -> RoundTripChecked:
    """Prove that a design and its code are the same, or say why they are not."""
    try:
        found = check_round_trip(job.network, models.of(job.network).built.model)
    except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
        message, raw = explain(error), details(error)
        log.info("%s\n%s", message, raw)
        return RoundTripChecked(job.number, message, None, is_same=False, details=raw)
    message = round_trip_text(found.difference, found.weights, is_same=found.is_same)
    return RoundTripChecked(job.number, message, found.difference, is_same=found.is_same)


def round_trip_text(difference: float, weights: int, *, is_same: bool) -> str:
    """Say what came of a round trip."""
    if is_same:
        return _(
            "Nothing has changed on the way to code and back: {weights:,} weights, largest "
            "difference of the outputs {difference:.2g}."
        ).format(weights=weights, difference=difference)
    return _(
        "The code computes something else: the largest difference of the outputs is "
        "{difference:.2g}."
    ).format(difference=difference)


def _answer(job: FileJob, models: Models) -> Event:
    path = Path(job.path)
    match job:
        case SaveModel():
            save_model(path, job.network, job.plan, models.of(job.network).built.model)
            return ModelSaved(job.path)
        case ExportModel():
            return _exported(job, path, models)
        case SaveWeights():
            weights = models.weights_of(job.network)
            if weights:
                save_weights(path, weights)
            return WeightsSaved(job.path, len(weights))
        case ReadModel():
            found = import_model(path)
            models.give(found.weights, job.network)
            return ModelRead(
                job.path, found.name, found.network, found.remarks, bool(found.weights)
            )
        case ReadWeights():
            read = belonging_to(job.network, _weights_in(path, job))
            models.give_instead(read)
            return WeightsRead(job.path, len(read))
        case _:
            assert_never(job)


def _weights_in(path: Path, job: ReadWeights) -> Weights:
    if path.suffix.lower() in MODEL_SUFFIXES:
        return weights_again(path, job.network)
    return load_any_weights(path)


def _exported(job: ExportModel, path: Path, models: Models) -> ModelExported:
    model = models.of(job.network).built.model
    export_model(path, job.network, job.plan, model)
    if not job.verify:
        return ModelExported(job.path)
    return ModelExported(job.path, exported_difference(path, job.network, model))
