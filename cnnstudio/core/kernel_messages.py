"""How the studio asks for a block's weights to look at.

Every `ShowKernels` is answered by `KernelsShown` or `KernelsFailed`, unless a newer one has been
asked before its turn came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.map_statistics import Histogram
from cnnstudio.core.network import Network


@dataclass(frozen=True, slots=True)
class ShowKernels:
    """Send the weights of a block.

    Attributes:
        number: of the question.
        network: the block is in.
        block: its uid.
        seed: the plan's, by which new weights are drawn.
        before: whether the weights before training are wanted too.
    """

    number: int
    network: Network
    block: str
    seed: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class WeightShown:
    """One of a layer's weights.

    Attributes:
        name: Keras's: `kernel`, `bias`, `gamma` …
        shape: as Keras has it.
        values: of that shape; of one too large to be seen whole the mean of neighbours,
            `(rows, columns)`, its last axis along the columns and all others along the rows.
        before: the same before training, None if it was not asked for or there was no training.
        histogram: of all values.
        histogram_before: likewise, None with `before`.
        mean: of all values.
        spread: their standard deviation.
    """

    name: str
    shape: tuple[int, ...]
    values: NDArray[np.float32]
    before: NDArray[np.float32] | None
    histogram: Histogram
    histogram_before: Histogram | None
    mean: float
    spread: float

    @property
    def is_whole(self) -> bool:
        """Whether `values` are the weights themselves."""
        return self.values.shape == self.shape


@dataclass(frozen=True, slots=True)
class KernelsShown:
    """The weights of a block.

    Attributes:
        number: of the question.
        block: the block's uid.
        weights: of its layer, none if it has none.
        step: batches the network has been trained for here.
        is_loaded: whether some of its weights are from a file.
    """

    number: int
    block: str
    weights: tuple[WeightShown, ...]
    step: int
    is_loaded: bool = False


@dataclass(frozen=True, slots=True)
class KernelsFailed:
    """The weights could not be shown; `message` is for people, `details` for the curious."""

    number: int
    block: str
    message: str
    details: str = ""
