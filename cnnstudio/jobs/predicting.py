"""Asks a trained network about image files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.trained import opened_trained

if TYPE_CHECKING:
    from cnnstudio.engine.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Predicted:
    """What came of one file: a prediction, or why there is none."""

    file: Path
    found: Prediction | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What comes of files, one after another.

    Attributes:
        remarks: what the person should know before, in sentences.
        of_files: is made while it is read.
    """

    remarks: tuple[str, ...]
    of_files: Iterator[Predicted]


def predict_job(model: Path, files: Sequence[Path], changes: Mapping[str, Any]) -> Predictions:
    """Ask a trained network about files.

    Args:
        model: the network.
        files: images, or texts for a network that takes those, or numbers that fit the Input.
        changes: settings that are to be other than in the plan it was trained by.

    Raises:
        UsageError: if a setting cannot be.
        JobError: if the network cannot be read, or the words that it knows cannot be.
    """
    subject, is_known = opened_trained(model, changes)

    # With TensorFlow, which is there by now.
    from cnnstudio.engine.errors import EngineError, ImageError
    from cnnstudio.engine.prediction import Predictor

    try:
        predictor = Predictor(subject)
    except EngineError as error:
        raise JobError(str(error)) from error
    remarks = []
    if not is_known:
        text = _(
            "{path} does not say what it expects of an image: pixels become {pixels}, resizing is "
            "“{resize}”; --set pixels=… and --set resize=… change that"
        )
        plan = subject.plan
        remarks.append(text.format(path=model, pixels=plan.pixels, resize=plan.resize))
    if predictor.doubt and is_known:
        text = _("the names of the classes are not known: {why}")
        remarks.append(text.format(why=predictor.doubt))

    def each() -> Iterator[Predicted]:
        for file in files:
            try:
                yield Predicted(file, predictor.predict(file))
            except ImageError as error:
                yield Predicted(file, None, str(error))

    return Predictions(tuple(remarks), each())


def prediction_data(predicted: Predicted, top: int) -> dict[str, Any]:
    """Return what came of a file as plain data, with the likeliest classes."""
    found = predicted.found
    if found is None:
        return {"file": str(predicted.file), "error": predicted.error}
    told: dict[str, Any] = {"file": str(predicted.file)}
    if found.note:
        told["note"] = found.note
    if found.classes:
        classes = [{"label": name, "probability": p} for name, p in found.classes[:top]]
        return {**told, "classes": classes}
    if found.number is not None:
        return {**told, "number": found.number}
    return {**told, "shape": list(found.shape), "low": found.low, "high": found.high}


def prediction_text(predicted: Predicted, top: int) -> str:
    """Return what came of a file in one line, but for errors."""
    found = predicted.found
    assert found is not None, "an error has a text of its own"
    if found.classes:
        said = ", ".join(f"{name} {p:.1%}" for name, p in found.classes[:top])
    elif found.number is not None:
        said = f"{found.number:.6g}"
    else:
        said = _("{shape} numbers from {low:.4g} to {high:.4g}, neither classes nor one number")
        said = said.format(shape=times(found.shape), low=found.low, high=found.high)
    return f"{predicted.file}: {said}" + (f" ({found.note})" if found.note else "")
