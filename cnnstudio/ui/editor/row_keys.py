"""What the rows of the list stand for, in a way that survives edits."""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.core.edits import InsertLane, MoveLane, RemoveLane
from cnnstudio.core.network import PlacedBlock

WHOLE_BLOCK, FOOT = -1, -2


class RowKey(NamedTuple):
    """What an index stands for: a block, one of its lanes, or its foot.

    A lane has its number in `LaneNumbers`, which it keeps when the lanes change their order. Made
    for every row whenever the list is laid out, so it is a tuple, the quickest of all.
    """

    uid: str
    lane: int = WHOLE_BLOCK


class LaneNumbers:
    """A number for every lane of every container, for as long as the lane is there."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def of(self, node: PlacedBlock) -> list[int]:
        """Return the numbers of a container's lanes, in their order."""
        numbers = self._numbers.get(node.uid)
        if numbers is None or len(numbers) != len(node.lanes):
            numbers = self._numbers[node.uid] = list(range(len(node.lanes)))
        return numbers

    def follow(self, node: PlacedBlock, edit: InsertLane | RemoveLane | MoveLane) -> None:
        """Go along with an edit of the lanes of `node`, which is still as it was before."""
        numbers = self.of(node)
        match edit:
            case InsertLane():
                numbers.insert(edit.lane, max(numbers, default=-1) + 1)
            case RemoveLane():
                del numbers[edit.lane]
            case MoveLane():
                numbers.insert(edit.target, numbers.pop(edit.source))
