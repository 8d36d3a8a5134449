"""What a person does to many blocks at once, as steps: delete, move, copy, wrap, mute, lanes.

Every function takes paths as they are before the step. Where a step takes blocks out of one list
and puts them into another, the places that follow have shifted: that is reckoned here, once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from cnnstudio.core.blocks import Container
from cnnstudio.core.edits import (
    Edit,
    Insert,
    InsertLane,
    Move,
    MoveLane,
    Remove,
    RemoveLane,
    Replace,
    Step,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.names import Names
from cnnstudio.core.network import MOST_LANES, Network, Path, has_room
from cnnstudio.core.network import PlacedBlock as Placed

DELETE = N_("Delete")
CUT = N_("Cut")
PASTE = N_("Paste")
COPY = N_("Copy here")
DUPLICATE = N_("Duplicate")
MOVE = N_("Move")
MUTE = N_("Mute")
UNMUTE = N_("Unmute")
UNWRAP = N_("Unwrap")
ADD_LANE = N_("Add lane")
REMOVE_LANE = N_("Remove lane")
MOVE_LANE = N_("Move lane")
WRAPS = {
    "Parallel": N_("Wrap in Parallel"),
    "Repeat": N_("Wrap in Repeat"),
    "Group": N_("Wrap in Group"),
}


def deletion(network: Network, paths: list[Path], label: str = DELETE) -> Step:
    """Return the step that removes the blocks at `paths`."""
    edits = tuple(Remove(path, network.at(path)) for path in sorted(outermost(paths), reverse=True))
    return Step(label, edits)


def insertion(label: str, target: Path, nodes: Iterable[Placed]) -> Step:
    """Return the step that puts blocks, one after another, before what is at `target`."""
    *base, index = target
    return Step(
        label, tuple(Insert((*base, number), node) for number, node in enumerate(nodes, index))
    )


def duplication(network: Network, paths: list[Path]) -> Step:
    """Return the step that puts copies of the blocks at `paths` after them.

    In each list of blocks the copies come right after the last that is copied.
    """
    names = Names(network.names())
    copies = {path: network.at(path).renewed(names) for path in sorted(outermost(paths))}
    edits: list[Edit] = []
    for group in by_list(paths):
        *base, last = group[-1]
        edits += insertion("", (*base, last + 1), [copies[path] for path in group]).edits
    return Step(DUPLICATE, tuple(edits))


def copying(network: Network, paths: list[Path], target: Path) -> Step:
    """Return the step that puts copies of the blocks at `paths` before what is at `target`."""
    names = Names(network.names())
    nodes = [network.at(path).renewed(names) for path in sorted(outermost(paths))]
    return insertion(COPY, target, nodes)


def moving(paths: list[Path], target: Path, label: str = MOVE) -> Step:
    """Return the step that brings the blocks at `paths`, in order, before what is at `target`.

    The target must not lie inside one of the blocks, see `may_move`.
    """
    *base, goal = target
    chosen = sorted(outermost(paths))
    if any(path[:-1] != target[:-1] for path in chosen):
        return Step(label, tuple(_moves_across(chosen, target)))
    edits: list[Move] = []
    above = [path[-1] for path in chosen if path[-1] < goal]
    below = [path[-1] for path in chosen if path[-1] >= goal]
    for done, index in enumerate(reversed(above), start=1):
        edits.append(Move((*base, index), (*base, goal - done)))
    for done, index in enumerate(below):
        edits.append(Move((*base, index), (*base, goal + done)))
    return Step(label, tuple(edit for edit in edits if edit.source != edit.target))


def may_move(network: Network, paths: list[Path], target: Path) -> bool:
    """Return whether blocks may go before what is at `target`: not into themselves, nor too deep.

    Taking them out never makes the target's place deeper, so that it is enough to look at it.
    """
    chosen = outermost(paths)
    inside = any(target[: len(path)] == path and len(target) > len(path) for path in chosen)
    return bool(chosen) and not inside and all(has_room(target, network.at(p)) for p in chosen)


def stepping(network: Network, paths: list[Path], by: int, folded: Collection[str] = ()) -> Step:
    """Return the step that brings blocks one place up (`by` is -1) or down (1), as it is seen.

    Blocks of one list go into an open container that they meet and out at the end of a lane, one
    line of the screen at a time; blocks of several lists each move within their own.

    Args:
        network: the network.
        paths: the blocks.
        by: -1 or 1.
        folded: uids of containers that are folded, which are passed as one block.
    """
    groups = by_list(paths)
    if len(groups) == 1:
        target = _place_beside(network, groups[0], by, folded)
        return Step(MOVE, ()) if target is None else moving(groups[0], target)
    edits: list[Edit] = []
    for group in groups:
        *base, edge = group[0] if by < 0 else group[-1]
        goal = edge - 1 if by < 0 else edge + 2
        if 0 <= goal <= len(network.siblings(group[0])):
            edits += moving(group, (*base, goal)).edits
    return Step(MOVE, tuple(edits))


def wrapping(network: Network, paths: list[Path], container: Container) -> Step | None:
    """Return the step that gathers blocks in a new container where the first of them stands.

    A Parallel gets them in its first lane beside an empty one, which makes a residual block. None
    if they would lie too deep.
    """
    chosen = sorted(outermost(paths))
    wrap = network.placed(container)
    if not chosen or not all(has_room((*chosen[0], 0, 0), network.at(path)) for path in chosen):
        return None
    first = chosen[0]
    inside = [_once_inserted(path, first) for path in chosen]
    moves = _moves_across(inside, (*first, 0, 0))
    return Step(WRAPS[container.kind], (Insert(first, wrap), *moves))


def unwrapping(network: Network, paths: list[Path]) -> Step:
    """Return the step that puts what containers hold in their places, lane after lane."""
    edits: list[Edit] = []
    chosen = [path for path in outermost(paths) if network.at(path).is_container]
    for group in by_list(chosen):
        for path in reversed(group):
            edits += _unwrapped(path, network.at(path))
    return Step(UNWRAP, tuple(edits))


def muting(network: Network, paths: list[Path]) -> Step:
    """Return the step that mutes blocks, or unmutes them if all of them are muted."""
    mute = not all(network.at(path).muted for path in paths)
    edits: list[Edit] = []
    for path in sorted(set(paths)):
        node = network.at(path)
        if node.muted != mute:
            edits.append(Replace(path, node, replace(node, muted=mute)))
            network = edits[-1].apply(network)
    return Step(MUTE if mute else UNMUTE, tuple(edits))


def adding_lane(network: Network, path: Path, lane: int) -> Step | None:
    """Return the step that gives a container an empty lane before its lane number `lane`.

    None if it has as many as it may have.
    """
    if len(network.at(path).lanes) >= MOST_LANES:
        return None
    return Step(ADD_LANE, (InsertLane(path, lane, ()),))


def removing_lane(network: Network, path: Path, lane: int) -> Step:
    """Return the step that takes a lane and all it holds from a container."""
    return Step(REMOVE_LANE, (RemoveLane(path, lane, network.at(path).lanes[lane]),))


def moving_lane(path: Path, source: int, target: int) -> Step:
    """Return the step that brings a lane of a container to another number."""
    return Step(MOVE_LANE, (MoveLane(path, source, target),))


def outermost(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that do not lie inside another of them, each once."""
    chosen = dict.fromkeys(paths)
    return [p for p in chosen if not any(p[:n] in chosen for n in range(1, len(p), 2))]


def by_list(paths: Iterable[Path]) -> list[list[Path]]:
    """Return the outermost of the paths in order, those of one list of blocks together.

    The deepest lists come first: what is done in one leaves the paths of those after it as they
    are.
    """
    groups: dict[Path, list[Path]] = {}
    for path in sorted(outermost(paths)):
        groups.setdefault(path[:-1], []).append(path)
    return sorted(groups.values(), key=lambda group: len(group[0]), reverse=True)


def _place_beside(
    network: Network, group: list[Path], by: int, folded: Collection[str]
) -> Path | None:
    """Return before what the blocks of a list would stand, one line further; None at the end."""
    *base, edge = group[0] if by < 0 else group[-1]
    row = network.siblings(group[0])
    beside = edge + by
    if 0 <= beside < len(row):
        node = row[beside]
        if node.lanes and node.uid not in folded:
            lane = 0 if by > 0 else len(node.lanes) - 1
            into = (*base, beside, lane, 0 if by > 0 else len(node.lanes[lane]))
            if may_move(network, group, into):
                return into
        return (*base, beside + (by > 0))
    if not base:
        return None
    *holder, lane = base
    lanes = network.at(tuple(holder)).lanes
    if 0 <= lane + by < len(lanes):
        return (*holder, lane + by, 0 if by > 0 else len(lanes[lane + by]))
    return (*holder[:-1], holder[-1] + (by > 0))


def _moves_across(sources: list[Path], target: Path) -> list[Move]:
    """Return the moves that bring blocks of any lists, in this order, before `target`."""
    moves: list[Move] = []
    left = list(sources)
    while left:
        source = left.pop(0)
        goal = _once_removed(target, source)
        if source != goal:
            moves.append(Move(source, goal))
            left = [_once_inserted(_once_removed(path, source), goal) for path in left]
        target = (*goal[:-1], goal[-1] + 1)
    return moves


def _unwrapped(path: Path, node: Placed) -> list[Edit]:
    *base, index = path
    edits: list[Edit] = []
    for lane, row in enumerate(node.lanes):
        for _block in row:
            edits.append(Move((*base, index, lane, 0), (*base, index)))
            index += 1
    return [*edits, Remove((*base, index), replace(node, lanes=((),) * len(node.lanes)))]


def _once_removed(path: Path, gone: Path) -> Path:
    """Return what a path is once the block at `gone` is out; it must not lie inside that."""
    level = len(gone) - 1
    if len(path) <= level or path[:level] != gone[:level] or path[level] <= gone[level]:
        return path
    return (*path[:level], path[level] - 1, *path[level + 1 :])


def _once_inserted(path: Path, new: Path) -> Path:
    """Return what a block's path is once another block has been put in at `new`."""
    level = len(new) - 1
    if len(path) <= level or path[:level] != new[:level] or path[level] < new[level]:
        return path
    return (*path[:level], path[level] + 1, *path[level + 1 :])
