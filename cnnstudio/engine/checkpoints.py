"""The state of a run as a value: taken from a model and its optimizer, and given back to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import Checkpoint, Progress, Rows
from cnnstudio.engine.builder import settle_weights
from cnnstudio.engine.precision import policy_of
from cnnstudio.engine.run import Trainee, TrainingError


def taken(trainee: Trainee, progress: Progress, best: list[NDArray[np.float32]]) -> Checkpoint:
    """Return a copy of all that a run needs to go on.

    Args:
        trainee: learns in the run.
        progress: how far that is.
        best: weights of the whole model in the best epoch, empty where they are not kept.
    """
    model, optimizer = trainee.built.model, trainee.optimizer
    return Checkpoint(
        progress,
        _by_layer(model, [weight.numpy() for weight in model.weights]),
        tuple(variable.numpy() for variable in optimizer.variables) if optimizer else (),
        tuple(variable.numpy() for variable in _seeds(model)),
        _by_layer(model, best) if best else {},
    )


def give_rows(model: Any, rows: Rows) -> None:
    """Give a model the weights of a checkpoint of the same network.

    Raises:
        TrainingError: if they do not fit.
    """
    for layer in model.layers:
        if not layer.weights:
            continue
        arrays = rows.get(layer.name, ())
        if [w.shape for w in layer.weights] != [a.shape for a in arrays]:
            raise _misfit()
        for weight, array in zip(layer.weights, arrays, strict=True):
            weight.assign(array)
        settle_weights(layer)


def give_back(trainee: Trainee, plan: TrainingPlan, checkpoint: Checkpoint) -> None:
    """Bring a newly built model and its optimizer to the state of a checkpoint.

    Raises:
        TrainingError: if it is one of another network or plan.
    """
    model = trainee.built.model
    give_rows(model, checkpoint.weights)
    _assign(_seeds(model), checkpoint.seeds)
    trainee.steps = checkpoint.progress.steps
    optimizer = trainee.optimizer_for(plan, policy_of(plan))
    if checkpoint.optimizer:
        optimizer.build(model.trainable_variables)
        _assign(optimizer.variables, checkpoint.optimizer)


def weights_in_order(model: Any, rows: Rows) -> list[NDArray[np.float32]]:
    """Return rows of weights in the order of a model's `weights`, empty if there are none."""
    if not rows:
        return []
    by_id = {
        id(weight): array
        for layer in model.layers
        for weight, array in zip(layer.weights, rows.get(layer.name, ()), strict=True)
    }
    return [by_id[id(weight)] for weight in model.weights]


def _by_layer(model: Any, weights: list[NDArray[np.float32]]) -> Mapping[str, tuple[Any, ...]]:
    by_id = {id(weight): array for weight, array in zip(model.weights, weights, strict=True)}
    return {
        layer.name: tuple(by_id[id(weight)] for weight in layer.weights)
        for layer in model.layers
        if layer.weights
    }


def _seeds(model: Any) -> list[Any]:
    """Return the states of what a model's layers draw at random."""
    weights = {id(weight) for weight in model.weights}
    states = [variable for variable in model.variables if id(variable) not in weights]
    return [state for state in states if not isinstance(state, keras.metrics.Metric)]


def _assign(variables: list[Any], arrays: tuple[NDArray[Any], ...]) -> None:
    if [tuple(v.shape) for v in variables] != [a.shape for a in arrays]:
        raise _misfit()
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _misfit() -> TrainingError:
    return TrainingError(
        _("the checkpoint does not fit the network: it is one of another design or plan")
    )
