"""Networks written as they are meant: blocks, and containers with their lanes."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core.blocks import Block
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock, new_uid

Row = Sequence[Block | PlacedBlock]


def placed(block: Block, *lanes: Row, name: str = "", muted: bool = False) -> PlacedBlock:
    """Place a block with lanes of blocks; names may be the same until `network` sorts them out."""
    rows = tuple(tuple(map(_placed, lane)) for lane in lanes)
    return PlacedBlock(new_uid(), name or f"{block.stem}_1", block, muted, rows)


def network(*row: Block | PlacedBlock) -> Network:
    """Make a network in which every uid and name is there once."""
    names = Names()
    return Network(tuple(_named(_placed(item), names) for item in row))


def _placed(item: Block | PlacedBlock) -> PlacedBlock:
    return placed(item) if isinstance(item, Block) else item


def _named(node: PlacedBlock, names: Names) -> PlacedBlock:
    name = names.take(node.name)
    lanes = tuple(tuple(_named(inner, names) for inner in lane) for lane in node.lanes)
    return PlacedBlock(new_uid(), name, node.block, node.muted, lanes)
