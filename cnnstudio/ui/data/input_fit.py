"""The step that gives a network's Input the shape that data is best given."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.core.blocks import Input
from cnnstudio.core.edits import Replace, Step
from cnnstudio.core.i18n import N_
from cnnstudio.core.network import Network

FIT = N_("Fit the Input to the data")


def input_shape(network: Network) -> tuple[int, ...] | None:
    """Return the shape that the network's Input has, None if it does not begin with one."""
    place = _place(network)
    if place is None:
        return None
    block = network.nodes[place].block
    assert isinstance(block, Input)
    return block.shape


def fitting(network: Network, shape: tuple[int, ...]) -> Step | None:
    """Return the step that gives the Input a shape; None if it has it, or there is no Input."""
    place = _place(network)
    if place is None or input_shape(network) == shape:
        return None
    node = network.nodes[place]
    assert isinstance(node.block, Input)
    after = replace(node, block=replace(node.block, shape=shape))
    return Step(FIT, (Replace((place,), node, after),))


def _place(network: Network) -> int | None:
    for place, node in enumerate(network.nodes):
        if not node.muted:
            return place if isinstance(node.block, Input) else None
    return None
