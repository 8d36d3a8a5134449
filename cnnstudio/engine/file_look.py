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
        entered: the image as it entered, `(height, width, channels)`, or numbers of any shape.
        kinds: of the blocks, by name.
        pixels: what pixels were brought to, a key of `PIXEL_RANGES`.
        resize: how the image was made to fit, a key of `RESIZES`.
        is_loaded: whether the weights are from a file, else they are random.
        is_picture: whether an image in grey or colour entered.
        note: a sentence that has to be said of what entered, "" for none.
        labels: names of the classes, if they are known.
        network: None where it could not become one.
        why_none: in that case why, "" if that is not known.
        uids: of the blocks of the network by the names of their maps.
        kernels: of the blocks that have some, by name.
    """

    maps: dict[str, NDArray[np.float32]]
    entered: NDArray[np.float32]
    kinds: Mapping[str, str]
    pixels: str
    resize: str
    is_loaded: bool
    is_picture: bool = True
    note: str = ""
    labels: tuple[str, ...] = ()
    network: Network | None = None
    why_none: str = ""
    uids: Mapping[str, str] = field(default_factory=dict)
    kernels: Mapping[str, Kernel] = field(default_factory=dict)


def kernel_of(layer: Any) -> Kernel | None:
    """Return the weights of a layer that slide over an image, None if it has none."""
    for weight in getattr(layer, "weights", ()):
        name = weight.path.rpartition("/")[2]
        if name.endswith("kernel") and len(weight.shape) > 2:
            return Kernel(name, np.asarray(weight.numpy(), np.float32))
    return None
