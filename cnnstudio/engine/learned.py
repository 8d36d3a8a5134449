"""A trained network with all that it needs to be used: its plan, its classes, its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnstudio.core import datasets
from cnnstudio.core.analysis import analyse, output_activation
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.objective import NUMBER_LOSSES, Objective, objective_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.builder import build, check
from cnnstudio.engine.data_collections import TokenTexts
from cnnstudio.engine.datasets import collection
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.memory import check_memory
from cnnstudio.engine.weights import Weights, give_weights


class UntrainedError(EngineError):
    """A network without weights that have learned; the text is for people."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A trained network.

    Attributes:
        network: what it is.
        model: its Keras model, with the weights.
        plan: how it was trained: what an image has to be brought to, the loss, the data.
        labels: names of the classes it has learned, none if they are not known.
        vocabulary: the words that are numbered from 2 on, if it takes texts and they are known.
    """

    network: Network
    model: Any
    plan: TrainingPlan
    labels: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()

    @property
    def objective(self) -> Objective:
        """What it has learned."""
        return objective_of(self.plan, output_activation(self.network), self.outputs)

    @property
    def outputs(self) -> int:
        """Numbers at the end of its output's shape."""
        return self.model.output_shape[-1] or 0

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return the shape of its Input."""
        return tuple(self.model.input_shape[1:])

    @property
    def takes_texts(self) -> bool:
        """Whether its Input is a row, as texts are, not an image."""
        return len(self.input_shape) == 1


def learned(
    network: Network,
    weights: Weights,
    plan: TrainingPlan,
    *,
    labels: tuple[str, ...] = (),
    vocabulary: tuple[str, ...] = (),
) -> Learned:
    """Build a network with the weights it has learned.

    Raises:
        UntrainedError: if there are none for some of its blocks.
        EngineError: if it cannot be built here.
    """
    check(network)
    check_memory(analyse(network))
    model = build(network, seed=plan.seed).model
    new = [layer.name for layer in model.layers if layer.weights and not _fits(layer, weights)]
    if new:
        names = {node.uid: node.name for _path, node in network.walk()}
        raise UntrainedError(
            _(
                "there are no weights for {blocks}: expected those of a training, in a model "
                "(*.keras) or beside the design (*.weights.npz)"
            ).format(blocks=_named([names.get(n.partition(".")[0], n) for n in new]))
        )
    give_weights(model, weights)
    return Learned(network, model, plan, labels, vocabulary)


def labels_of(subject: Learned) -> tuple[str, ...]:
    """Return the names of the classes a network tells apart, read from its data if need be.

    Two for a single output; none where it guesses a number, or no data has as many classes.

    Raises:
        DataError: if the data of its plan cannot be read.
    """
    if subject.plan.loss in NUMBER_LOSSES:
        return ()
    wanted = 2 if subject.outputs == 1 else subject.outputs
    if subject.labels:
        return subject.labels if len(subject.labels) == wanted else ()
    dataset = datasets.known(subject.plan.data) or collection(subject.plan.data).dataset
    return dataset.labels if dataset.classes == wanted else ()


def vocabulary_of(subject: Learned) -> tuple[str, ...]:
    """Return the words a network for texts knows, read from its data if need be.

    Raises:
        DataError: if the data of its plan cannot be read.
    """
    if subject.vocabulary:
        return subject.vocabulary
    data = collection(subject.plan.data)
    return data.vocabulary if isinstance(data, TokenTexts) else ()


def _fits(layer: Any, weights: Weights) -> bool:
    arrays = weights.get(layer.name, ())
    return [tuple(w.shape) for w in layer.weights] == [a.shape for a in arrays]


def _named(names: list[str]) -> str:
    """Return the first few names."""
    most = 3
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:most]) + (" …" if len(unique) > most else "")
