"""What a network of a file makes of an image of a file, without a studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.network import Network


@dataclass(frozen=True, slots=True)
class Kernel:
    """Weights that slide over an image.

    Attributes:
        name: Keras's, `kernel` or `depthwise_kernel`.
        values: as Keras has them.
    """

    name: str
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FileLook:
    """One image in one network.

    Attributes:
        maps: what every block puts out, by its name.
        entered: the image as it entered, `(height, width, channels)`.
        kinds: of the blocks, by name.
        pixels: what pixels were brought to, a key of `PIXEL_RANGES`.
        resize: how the image was made to fit, a key of `RESIZES`.
        is_loaded: whether the weights are from a file, else they are random.
        labels: names of the classes, if they are known.
        network: None where it could not become one.
        kernels: of the blocks that have some, by name.
    """

    maps: dict[str, NDArray[np.float32]]
    entered: NDArray[np.float32]
    kinds: Mapping[str, str]
    pixels: str
    resize: str
    is_loaded: bool
    labels: tuple[str, ...] = ()
    network: Network | None = None
    kernels: Mapping[str, Kernel] = field(default_factory=dict)


def kernel_of(layer: Any) -> Kernel | None:
    """Return the weights of a layer that slide over an image, None if it has none."""
    for weight in getattr(layer, "weights", ()):
        name = weight.path.rpartition("/")[2]
        if name.endswith("kernel") and len(weight.shape) > 2:
            return Kernel(name, np.asarray(weight.numpy(), np.float32))
    return None
