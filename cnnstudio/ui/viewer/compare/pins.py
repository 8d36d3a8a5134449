"""What a person has pinned to lay it beside the maps of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QImage

from cnnstudio.core.beside_messages import OtherWeights
from cnnstudio.core.look_messages import ImageSource
from cnnstudio.core.network import Network

MOST_PINS = 8


class PinKind(StrEnum):
    """What of a look is held fast; all else follows what is looked at."""

    IMAGE = "image"
    BLOCK = "block"
    MOMENT = "moment"
    STATE = "state"


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """One look to compare with.

    Attributes:
        number: names it.
        kind: what of it is held fast.
        title: what it is called.
        image: that is looked at, None for the one of the moment.
        block: whose maps are wanted, "" for the one of the moment.
        network: that is looked into, None for the open design's.
        weights: of that network, None for those it has by now.
        thumbnail: of the image.
    """

    number: int
    kind: PinKind
    title: str
    image: ImageSource | None = None
    block: str = ""
    network: Network | None = None
    weights: OtherWeights | None = None
    thumbnail: QImage | None = None

    @property
    def is_live(self) -> bool:
        """Whether what it shows changes as the network learns."""
        return self.weights is None
