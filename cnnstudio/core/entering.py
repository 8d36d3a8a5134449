"""What an image goes through before a network learns from it."""

from __future__ import annotations

from cnnstudio.core.blocks import Input
from cnnstudio.core.blocks.block import Family
from cnnstudio.core.network import Network, PlacedBlock


def entrance(network: Network, *, augmented: bool = True) -> Network | None:
    """Return a network's Input and, if `augmented`, the blocks of augmentation right after it.

    None if the network does not begin with an Input.
    """
    nodes = [node for node in network.nodes if not node.muted]
    if not nodes or not isinstance(nodes[0].block, Input):
        return None
    head: list[PlacedBlock] = [nodes[0]]
    for node in nodes[1:] if augmented else ():
        if node.is_container or node.block.family is not Family.AUGMENTATION:
            break
        head.append(node)
    return Network(tuple(head))
