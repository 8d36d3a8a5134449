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
    if not may_drop(network, data, target, copy=copy):
        return None
    kind = kind_of(data)
    if kind is not None:
        return Step(ADD, (Insert(target, network.placed(kind())),))
    own = own_nodes(data)
    if own:
        return insertion_at(network, target, own)
    paths = _paths(network, data)
    return copying(network, paths, target) if copy else moving(paths, target)


def may_drop(network: Network, data: QMimeData, target: Path, *, copy: bool) -> bool:
    """Return whether `step_of` returns a step, which is asked at every move of the mouse."""
    kind = kind_of(data)
    if kind is not None:
        return has_room(target, network.placed(kind()))
    own = own_nodes(data)
    if own:
        *base, first = target
        return all(has_room((*base, row), node) for row, node in enumerate(own, start=first))
    paths = _paths(network, data)
    if copy:
        return bool(paths) and all(has_room(target, network.at(path)) for path in paths)
    return may_move(network, paths, target)


def _paths(network: Network, data: QMimeData) -> list[Path]:
    return [network.paths[uid] for uid in uids_of(data) if uid in network.paths]
