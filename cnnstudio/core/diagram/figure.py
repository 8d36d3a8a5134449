"""Which picture of a network is wanted, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cnnstudio.core.analysis import analyse
from cnnstudio.core.diagram.boxes import block_diagram
from cnnstudio.core.diagram.reading import Folding, read, usual_folding
from cnnstudio.core.diagram.scene import Measure, Scene
from cnnstudio.core.diagram.volumes import volume_diagram
from cnnstudio.core.network import Network
from cnnstudio.core.report import Report


class FigureStyle(StrEnum):
    """How a network is drawn; its value is for files and command lines."""

    VOLUMES = "volumes"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Figure:
    """What is wanted of a picture.

    Attributes:
        style: volumes as in papers, or a box a layer.
        down: whether boxes go from top to bottom; volumes always go to the right.
        labels: whether anything is written.
        shape: the width over the height to come near by going on in new lines, as text does; None
            for all in one line.
        folding: what is drawn as one; None for what fits the network's size.
    """

    style: FigureStyle = FigureStyle.VOLUMES
    down: bool = True
    labels: bool = True
    shape: float | None = None
    folding: Folding | None = None


def draw_network(
    network: Network, figure: Figure, measure: Measure, report: Report | None = None
) -> Scene:
    """Return the picture of a network.

    Args:
        network: what is drawn.
        figure: how.
        measure: how wide texts are in the font they will have.
        report: the network's analysis, if it is known.
    """
    row = read(network, report or analyse(network), figure.folding or usual_folding(network))
    if figure.style is FigureStyle.VOLUMES:
        return volume_diagram(row, measure, labels=figure.labels, shape=figure.shape)
    return block_diagram(row, measure, down=figure.down, labels=figure.labels, shape=figure.shape)
