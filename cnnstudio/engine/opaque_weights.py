"""Measures an opaque part by building it: its output, its arrays of weights and their numbers."""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from cnnstudio.core.blocks import Opaque
from cnnstudio.engine.keras_calls import Call, Place
from cnnstudio.engine.keras_graph import group_names
from cnnstudio.engine.opaque_parts import PartError, part_model, weightless
from cnnstudio.engine.stored_weights import StoredWeights, WrongShapesError
from cnnstudio.engine.weights import Arrays

log = logging.getLogger(__name__)


def measured(
    block: Opaque, calls: Sequence[Call], stored: StoredWeights
) -> tuple[Opaque, Arrays | None]:
    """Return an opaque part with its output and its arrays, and their numbers.

    Returns:
        The part, without an output if it cannot be built, and its weights: None if the file has no
        fitting ones.
    """
    try:
        with weightless():
            model = part_model(block)
        output = tuple(int(size) for size in model.outputs[0].shape[1:])
    except (PartError, TypeError, AttributeError) as error:
        log.info("a part has no output", exc_info=error)
        return replace(block, output=None), ()
    arrays = tuple((w.path[-200:], tuple(w.shape), bool(w.trainable)) for w in model.weights)
    block = replace(block, output=output, arrays=arrays)
    if not arrays or not stored.are_there:
        return block, None if arrays else ()
    stored.expect(sum(math.prod(shape) for _name, shape, _trainable in arrays))
    places = list({call.layer: call.place for call in calls}.values())
    try:
        return block, _filled(part_model(block), places, stored)
    except (WrongShapesError, ValueError, KeyError, OSError) as error:
        log.info("the weights of a part were not read", exc_info=error)
        return block, None


def _filled(model: Any, places: list[Place], stored: StoredWeights) -> Arrays:
    """Return the weights of a part's model, its layers named in the order of `places`."""
    by_name = {f"layer_{number}": place for number, place in enumerate(places)}
    if stored.is_legacy:
        for layer in model.layers:
            if layer.weights:
                _fill_legacy(layer, stored.legacy_arrays(by_name[layer.name]))
    else:
        _fill(model, by_name, stored)
    return tuple(np.asarray(weight.numpy(), np.float32) for weight in model.weights)


def _fill_legacy(layer: Any, arrays: Arrays) -> None:
    weights = [*layer.trainable_weights, *layer.non_trainable_weights]
    if [tuple(weight.shape) for weight in weights] != [array.shape for array in arrays]:
        raise WrongShapesError
    for weight, array in zip(weights, arrays, strict=True):
        weight.assign(array)


def _fill(model: Any, by_name: dict[str, Place], stored: StoredWeights) -> None:
    """Let Keras read the weights, from a file that has nothing but them.

    Only Keras knows which array of its group belongs to which part of a layer of layers.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "part.weights.h5")
        with h5py.File(path, "w") as file:
            groups = group_names(type(layer).__name__ for layer in model.layers)
            for layer, group in zip(model.layers, groups, strict=True):
                if layer.weights:
                    stored.copied(by_name[layer.name], file.create_group(f"layers/{group}"))
        model.load_weights(path)
