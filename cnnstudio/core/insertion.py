"""New blocks in a network: those of the catalogue, and copies of what was kept."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.core.blocks import Block
from cnnstudio.core.edits import ADD, Insert, Step
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, Path, PlacedBlock, has_room, network_of


def insertion_at(network: Network, target: Path, nodes: Iterable[PlacedBlock]) -> Step | None:
    """Return the step that puts copies of blocks before what is at `target`.

    Each copy has a uid and a name of its own. The undo history names a single block, and says of
    several how many they are, in the active language. None where containers would lie too deep.
    """
    *base, first = target
    names = Names(network.names())
    edits = []
    for number, node in enumerate(nodes, start=first):
        edit = Insert((*base, number), node.renewed(names))
        if not has_room(edit.path, edit.block):
            return None
        edits.append(edit)
    return Step(_label(edits), tuple(edits))


def placed(blocks: Iterable[Block]) -> tuple[PlacedBlock, ...]:
    """Return blocks as they are placed in a network of their own: containers with empty lanes."""
    return network_of(*blocks).nodes


def _label(edits: list[Insert]) -> str:
    if not edits:
        return ADD
    count = len(edits)
    if count == 1:
        return _("Add {name}").format(name=edits[0].block.name)
    return ngettext("Add {count} block", "Add {count} blocks", count).format(count=count)
