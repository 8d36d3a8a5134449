"""What dropping something into the list does to the network."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from cnnstudio.core.edits import ADD, Insert, Step
from cnnstudio.core.insertion import insertion_at
from cnnstudio.core.network import Network, Path, has_room
from cnnstudio.core.rearranging import copying, may_move, moving
from cnnstudio.ui.editor.dragged import kind_of, own_nodes, uids_of


def step_of(network: Network, data: QMimeData, target: Path, *, copy: bool) -> Step | None:
    """Return what dropping `data` before what is at `target` does, None if it cannot be.

    Args:
        network: as it is.
        data: a kind or own blocks of the palette, or blocks of the network.
        target: a place, also behind the last block of a list.
        copy: whether blocks of the network stay where they are, and copies are dropped.
    """
    kind = kind_of(data)
    if kind is not None:
        node = network.placed(kind())
        return Step(ADD, (Insert(target, node),)) if has_room(target, node) else None
    own = own_nodes(data)
    if own:
        return insertion_at(network, target, own)
    paths = [network.paths[uid] for uid in uids_of(data) if uid in network.paths]
    if copy:
        fits = all(has_room(target, network.at(path)) for path in paths)
        return copying(network, paths, target) if paths and fits else None
    return moving(paths, target) if may_move(network, paths, target) else None
