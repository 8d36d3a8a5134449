"""What every block puts out for an image, from one forward pass."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.analysis import analyse, output_activation
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.look_messages import DatasetImage, FileImage, Probe
from cnnstudio.core.network import Network
from cnnstudio.core.objective import SIGMOID
from cnnstudio.core.outcomes import Outcome, outcome_of
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.engine.builder import BuiltNetwork, check, make_model
from cnnstudio.engine.datasets import dataset_image
from cnnstudio.engine.feeding import inner_inputs
from cnnstudio.engine.images import OpenedImage, open_image
from cnnstudio.engine.memory import check_memory

Maps = NDArray[np.float32]
"""What one block puts out for one image: `(height, width, channels)`, `(units,)`, or the same of a
sequence or a volume."""

MOST_CLASSES = 10_000
"""Numbers an output vector may have to be taken for classes."""
_OF_CLASSES = (SOFTMAX, SIGMOID, LINEAR)
"""What the output may have passed last to be taken for classes; linear ones are logits."""


class Explorer:
    """All blocks' outputs of one model, compiled into one pass; sees the weights as they change.

    Args:
        inputs: of the model.
        outputs: symbolic tensors by the names that their maps are given.
    """

    def __init__(self, inputs: Any, outputs: Mapping[str, Any]) -> None:
        self._names = list(outputs)
        # A muted block's output is its neighbour's: each tensor is asked for once.
        tensors = {id(tensor): tensor for tensor in outputs.values()}
        places = {key: index for index, key in enumerate(tensors)}
        self._places = [places[id(tensor)] for tensor in outputs.values()]
        self._model = make_model(inputs, list(tensors.values()))
        self._pass = tf.function(self._forward, autograph=False)

    def maps(self, entered: NDArray[np.float32]) -> dict[str, Maps]:
        """Return every block's maps, by the names that were given.

        Args:
            entered: one image, `(height, width, channels)`.
        """
        outputs = [_as_array(o)[0] for o in self._pass(tf.constant(entered[np.newaxis]))]
        return {name: outputs[place] for name, place in zip(self._names, self._places, strict=True)}

    def _forward(self, images: Any) -> list[Any]:
        # A model with one output returns it without a list.
        outputs: list[Any] = tf.nest.flatten(self._model(images, training=False))
        return outputs


def explorer_of(built: BuiltNetwork) -> Explorer:
    """Return the explorer of a built network; its maps are named by uid.

    Beside them are those that explanations need: what comes into the end of a Repeat's last copy.
    """
    return Explorer(built.model.inputs, {**built.outputs, **inner_inputs(built)})


def check_explorable(network: Network) -> None:
    """Refuse a network that cannot be looked into.

    Raises:
        EngineError: if it has a problem or is too large for this machine.
    """
    check(network)
    check_memory(analyse(network))


def open_source(source: DatasetImage | FileImage) -> OpenedImage:
    """Open an image of a dataset or a person's own.

    Raises:
        ImageError: if there is none that can be used.
    """
    return (
        dataset_image(source) if isinstance(source, DatasetImage) else open_image(Path(source.path))
    )


def class_probabilities(network: Network, output: Maps) -> NDArray[np.float32]:
    """Return the probabilities of the classes; none if the output is not a vector of classes.

    After a sigmoid each class has a probability of its own, else they sum to 1. A single output
    after a sigmoid is the probability of the second of two classes; without one it may as well be a
    number.
    """
    if output.ndim != 1 or len(output) > MOST_CLASSES or not np.isfinite(output).all():
        return np.empty(0, np.float32)
    values = output.astype(np.float64)
    activation = output_activation(network)
    if activation not in _OF_CLASSES:
        return np.empty(0, np.float32)
    if len(values) == 1:
        single = [1.0 - values[0], values[0]] if activation == SIGMOID else []
        return np.array(single, np.float32)
    if activation == SIGMOID:
        return np.asarray(values, np.float32)
    if activation == LINEAR:
        values = np.exp(values - values.max())
    return np.asarray(values / values.sum(), np.float32)


def outcome(probe: Probe, output: Maps, dataset: Dataset | None) -> Outcome:
    """Return what came out of a network, whatever it is."""
    brought = PIXEL_RANGES[probe.pixels]
    labels = () if dataset is None else dataset.labels
    activation = output_activation(probe.network)
    return outcome_of(output, activation, labels, (brought.low, brought.high))


def class_labels(count: int, dataset: Dataset | None) -> tuple[str, ...]:
    """Return the names of `count` classes: the dataset's if it has as many, else numbers."""
    if dataset is not None and dataset.classes == count:
        return dataset.labels
    return tuple(str(index) for index in range(count))


def _as_array(tensor: Any) -> NDArray[np.float32]:
    """Return a tensor's numbers, without a copy where they are in the computer's memory."""
    try:
        return np.asarray(memoryview(tensor))
    except (TypeError, ValueError, BufferError):
        return np.asarray(tensor.numpy())
