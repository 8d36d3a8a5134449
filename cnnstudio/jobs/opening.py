"""Opens whatever a design can be made from: a design, Python code, a Keras model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnstudio.core import document
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import _
from cnnstudio.core.source.files import read_source_file
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.jobs.errors import JobError

MODELS = (".keras", ".h5", ".hdf5")
CODE = ".py"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds.

    Attributes:
        design: its network.
        weights: arrays by the uid of a block; none if it starts from new ones.
        remarks: what is not as it was in the file, in sentences.
    """

    design: Design
    weights: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def opened_source(path: Path) -> Opened:
    """Open a design with the weights beside it, code, or a model.

    Raises:
        JobError: if it cannot be read.
    """
    try:
        if path.suffix.lower() == CODE:
            return _code(path)
        if path.suffix.lower() in MODELS or path.is_dir() or _is_model_json(path):
            return _model(path)
        design = document.load(path)
    except DesignError as error:
        raise JobError(str(error)) from error
    beside = weights_beside(path)
    return Opened(design, read_weights(beside) if beside.exists() else {})


def read_weights(path: Path) -> Mapping[str, Any]:
    """Read the weights file of a design.

    Raises:
        JobError: if it cannot be read.
    """
    from cnnstudio.engine.errors import EngineError  # only where there are weights
    from cnnstudio.engine.weights import load_weights

    try:
        return load_weights(path)
    except EngineError as error:
        raise JobError(str(error)) from error


def _code(path: Path) -> Opened:
    reading = read_source_file(path)
    remarks = tuple(
        _("line {line}: {what}").format(line=remark.line, what=remark.message)
        for remark in reading.remarks
    )
    if reading.network is None:
        raise JobError(
            _("{path} makes no network: {why}").format(path=path, why="; ".join(remarks[:5]))
        )
    return Opened(Design(path.stem, reading.network), {}, remarks)


def _model(path: Path) -> Opened:
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow, if it is needed

    silence_tensorflow()
    from cnnstudio.engine.errors import EngineError  # only for models
    from cnnstudio.engine.importer import import_model

    try:
        found = import_model(path)
    except EngineError as error:
        raise JobError(str(error)) from error
    design = Design(found.name or path.stem, found.network)
    return Opened(design, found.weights, found.remarks)


def _is_model_json(path: Path) -> bool:
    """Return whether a file is the description of a Keras model rather than a design."""
    if path.suffix.lower() != ".json" or path.name.lower().endswith(document.SUFFIX):
        return False
    try:
        if path.stat().st_size > document.LARGEST_FILE:
            return True
        raw = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and "class_name" in raw
