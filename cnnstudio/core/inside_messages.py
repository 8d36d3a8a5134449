"""What the engine tells of the layers inside a part, after the `Maps` of the part or of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The catalogue's reader of Keras, which the window can do without until there is a part.
    from cnnstudio.core.inner_layers import InnerLayer


@dataclass(frozen=True, slots=True)
class InsideShown:
    """The layers inside the part that is looked at, as the probe `generation` found them.

    Attributes:
        generation: the probe's.
        part: the uid of the block.
        layers: in the order in which they are called.
    """

    generation: int
    part: str
    layers: tuple[InnerLayer, ...]
