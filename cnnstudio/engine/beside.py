"""Models with the weights of another time, for looks that lie beside the one of the moment."""

from __future__ import annotations

import logging
from pathlib import Path

from cnnstudio.core.beside_messages import (
    HeldWeights,
    HoldWeights,
    LetWeightsGo,
    OtherWeights,
    StateWeights,
)
from cnnstudio.core.i18n import _
from cnnstudio.engine.errors import explain
from cnnstudio.engine.features import check_explorable
from cnnstudio.engine.models import Models
from cnnstudio.engine.weights import Weights, WeightsError, load_any_weights, weights_of

log = logging.getLogger(__name__)

_MOST_MODELS = 2
"""As many as there are seats: a large network's weights take hundreds of megabytes."""


class OtherModels:
    """Gives networks models with weights that were held, or that are in the file of a state."""

    def __init__(self) -> None:
        self._held: dict[int, Weights] = {}
        self._why_not: dict[int, str] = {}
        self._models: dict[OtherWeights, Models] = {}

    def heed(self, request: HoldWeights | LetWeightsGo, models: Models) -> None:
        """Keep the weights that a network has in `models`, or forget some.

        Why they could not be kept is told to who looks with them.
        """
        if isinstance(request, HoldWeights):
            try:
                check_explorable(request.network)  # there is to be memory for a copy
                self._held[request.number] = weights_of(models.of(request.network).built.model)
            except Exception as error:
                log.info("weights %s are not held", request.number, exc_info=error)
                self._why_not[request.number] = explain(error)
            return
        self._models.pop(request.weights, None)
        if isinstance(request.weights, HeldWeights):
            self._held.pop(request.weights.number, None)
            self._why_not.pop(request.weights.number, None)

    def of(self, weights: OtherWeights) -> Models:
        """Return the models of networks with these weights.

        Raises:
            WeightsError: if they are gone.
            CheckpointError: if their file is damaged.
        """
        models = self._models.pop(weights, None)
        if models is None:
            models = Models()
            models.give(self._found(weights))
        # The one used last stays longest.
        self._models[weights] = models
        while len(self._models) > _MOST_MODELS:
            self._models.pop(next(iter(self._models)))
        return models

    def _found(self, weights: OtherWeights) -> Weights:
        if isinstance(weights, HeldWeights):
            held = self._held.get(weights.number)
            if held is None:
                gone = _("the weights pinned here are gone: pin them again")
                raise WeightsError(self._why_not.get(weights.number, gone))
            return held
        return _of_state(weights)


def _of_state(weights: StateWeights) -> Weights:
    path = Path(weights.path)
    if not path.is_file():
        raise WeightsError(
            _(
                "this state of the run has been deleted ({path}): unpin it, and pin another one"
            ).format(path=path)
        )
    return load_any_weights(path)
