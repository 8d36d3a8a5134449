"""What a `.keras` file of this studio tells beside the model: how it was trained, and on what."""

from __future__ import annotations

import json
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnstudio.core.data.choice import RESIZES
from cnnstudio.core.declared import changed_params
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.engine.data_collections import DataError, TokenTexts
from cnnstudio.engine.datasets import collection

log = logging.getLogger(__name__)

NOTES = "cnnstudio.json"
"""A member of the archive that Keras passes over."""
_LARGEST = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known of a model's training.

    Attributes:
        plan: of the training; None if the file does not say.
        pixels: what pixels are brought to, a key of `PIXEL_RANGES`.
        resize: how images are made to fit, a key of `RESIZES`.
        labels: names of the classes it has learned; none if they are not known.
        vocabulary: the words from number 2 on, for a network that takes texts.
    """

    plan: TrainingPlan | None = None
    pixels: str = "0..1"
    resize: str = "crop"
    labels: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()


def notes_of(plan: TrainingPlan) -> dict[str, Any]:
    """Return what is noted of a model that was trained by a plan, as plain values."""
    notes: dict[str, Any] = {
        "pixels": plan.pixels,
        "resize": plan.resize,
        "plan": changed_params(plan),
    }
    try:
        data = collection(plan.data)
    except DataError as error:
        # The weights are worth saving all the same.
        log.warning("the classes of the data are not known: %s", error)
        return notes
    if isinstance(data, TokenTexts):
        notes["vocabulary"] = data.vocabulary
    return notes | {"labels": data.dataset.labels}


def read_notes(path: Path) -> Notes:
    """Return what a `.keras` file notes; what is missing or makes no sense there is not known."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(NOTES).file_size > _LARGEST:
                return Notes()
            raw = json.loads(archive.read(NOTES))
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile):
        return Notes()
    if not isinstance(raw, dict):
        return Notes()
    plan = _plan(raw.get("plan"))
    usual = plan or TrainingPlan()
    pixels, resize = raw.get("pixels"), raw.get("resize")
    return Notes(
        plan,
        pixels if isinstance(pixels, str) and pixels in PIXEL_RANGES else usual.pixels,
        resize if isinstance(resize, str) and resize in RESIZES else usual.resize,
        _texts(raw.get("labels")),
        _texts(raw.get("vocabulary")),
    )


def _plan(raw: Any) -> TrainingPlan | None:
    try:
        return make_plan(raw) if isinstance(raw, dict) else None
    except ValueError as error:
        # Of another version of the studio.
        log.warning("the plan in the model is not understood: %s", error)
        return None


def _texts(raw: Any) -> tuple[str, ...]:
    fits = isinstance(raw, list) and all(isinstance(text, str) for text in raw)
    return tuple(raw) if fits else ()
