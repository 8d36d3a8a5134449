"""The rows of the list for Qt: blocks, and the lanes and feet of containers that are open.

The tree of blocks is shown as a flat list: a row for every block, every lane and every foot, from
top to bottom. So a change of the rows is told to Qt as one insertion, one removal or one new
order, whatever the edit was, and Qt asks nothing of the rows that are out of sight.
"""

from __future__ import annotations

from collections.abc import Container as Has
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from cnnstudio.core.edits import Edit, Replace
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network, Path, PlacedBlock
from cnnstudio.ui.editor.row_keys import FOOT, WHOLE_BLOCK, RowKey, difference, rows_of
from cnnstudio.ui.editor.row_texts import (
    block_aloud,
    block_help,
    foot_aloud,
    foot_title,
    lane_aloud,
    lane_help,
    lane_name,
)
from cnnstudio.ui.open_design import OpenDesign

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_BLOCK_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEditable
    | Qt.ItemFlag.ItemIsDragEnabled
)
_BESIDE_FLAGS = Qt.ItemFlag.ItemIsEnabled
"""Of the rows beside the blocks: lanes and feet."""


class StackModel(QAbstractListModel):
    """The open design's network as rows.

    `removing` comes with a first and a last row before anything of Qt hears of it, `was_folded`
    when containers have been folded or opened.
    """

    removing = Signal(int, int)
    was_folded = Signal()

    def __init__(self, design: OpenDesign) -> None:
        super().__init__()
        self._design = design
        self._folded: frozenset[str] = frozenset()
        self._replaced: list[str] = []
        self._rearranged = False
        self._take_rows(rows_of(design.network, self._folded), design.network)
        design.edited.connect(self._note)
        design.changed.connect(self._catch_up)
        design.about_to_reset.connect(self.beginResetModel)
        design.was_reset.connect(self._reset)

    # What a row stands for

    @property
    def keys(self) -> Sequence[RowKey]:
        """What each row stands for, from top to bottom."""
        return self._rows

    def key(self, index: AnyIndex) -> RowKey | None:
        """Return what a row stands for, None for an invalid index."""
        return self._rows[index.row()] if index.isValid() else None

    def node(self, index: AnyIndex) -> PlacedBlock | None:
        """Return the block of a row, None for a lane, a foot or no row."""
        key = self.key(index)
        if key is None or key.lane != WHOLE_BLOCK:
            return None
        return self.block(key.uid)

    def lane(self, index: AnyIndex) -> int | None:
        """Return which lane a row is the head of, None if it is not a lane's."""
        key = self.key(index)
        return None if key is None or key.lane < 0 else key.lane

    def is_foot(self, index: AnyIndex) -> bool:
        """Return whether a row is the foot of a container."""
        key = self.key(index)
        return key is not None and key.lane == FOOT

    def holder(self, index: AnyIndex) -> PlacedBlock:
        """Return the block of a row, or the container of a lane or foot."""
        return self.block(self._rows[index.row()].uid)

    def path(self, index: AnyIndex) -> Path:
        """Return the path of a block's row, or of the container of a lane or foot."""
        return self._network.paths[self._rows[index.row()].uid]

    def block(self, uid: str) -> PlacedBlock:
        """Return a block by its uid."""
        return self._network.at(self._network.paths[uid])

    def list_path(self, index: AnyIndex) -> Path:
        """Return the start of the paths in the list that a place of the keyboard is in."""
        key = self.key(index)
        if key is None:
            return ()
        path = self._network.paths[key.uid]
        return (*path, key.lane) if key.lane >= 0 else path[:-1]

    def index_of(self, uid: str, lane: int = WHOLE_BLOCK) -> QModelIndex:
        """Return the row of a block, a lane or a foot; an invalid one if it is not to be seen."""
        row = self._places.get(RowKey(uid, lane))
        return QModelIndex() if row is None else self.index(row)

    def is_last(self, path: Path) -> bool:
        """Return whether a block is the last of its list."""
        return path[-1] == len(self._network.siblings(path)) - 1

    @property
    def network(self) -> Network:
        """The network that the rows are of."""
        return self._network

    def containers(self) -> list[PlacedBlock]:
        """Return every container of the network, those inside others after them."""
        return [node for _path, node in self._network.walk() if node.is_container]

    def has_containers(self) -> bool:
        """Return whether there is a container to fold."""
        return any(node.is_container for node in self._network.nodes)

    # Folding

    @property
    def folded(self) -> frozenset[str]:
        """The uids of the containers that are folded, of those too that have been removed."""
        return self._folded

    def is_open(self, uid: str) -> bool:
        """Return whether a block is a container whose lanes are shown."""
        return uid not in self._folded and self.block(uid).is_container

    def fold(self, uids: Iterable[str]) -> None:
        """Show containers without what they hold."""
        self._folded |= set(uids)
        self._show(self._network)
        self.was_folded.emit()

    def open(self, uids: Iterable[str]) -> None:
        """Show what containers hold."""
        self._folded -= set(uids)
        self._show(self._network)
        self.was_folded.emit()

    def shown_instead(self, uid: str, lane: int, folded: Has[str]) -> RowKey:
        """Return what is seen of a row once some containers are folded: the outermost of them.

        That is the row itself if it is in none of them.
        """
        path = self._network.paths[uid]
        ends = range(1, len(path) + (lane != WHOLE_BLOCK), 2)
        around = (self._network.at(path[:end]).uid for end in ends)
        return next((RowKey(holder) for holder in around if holder in folded), RowKey(uid, lane))

    def reveal(self, uids: Iterable[str]) -> None:
        """Open every container around some blocks."""
        paths = [path for path in map(self._network.find, uids) if path is not None]
        around = {path[:depth] for path in paths for depth in range(1, len(path), 2)}
        hiding = {self._network.at(path).uid for path in around} & self._folded
        if hiding:
            self.open(hiding)

    # For Qt

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        key = self.key(index)
        if key is None:
            return None
        node = self.block(key.uid)
        if key.lane != WHOLE_BLOCK:
            return _data_beside_blocks(node, key.lane, role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return node.name
            case Qt.ItemDataRole.ToolTipRole:
                return block_help(node, self._design.problems_of(node.uid))
            case Qt.ItemDataRole.AccessibleTextRole:
                return block_aloud(node, self._place_aloud(node), folded=node.uid in self._folded)
            case _:
                return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        node = self.node(index)
        if node is None or role != Qt.ItemDataRole.EditRole:
            return False
        return self._design.rename(self.path(index), str(value))

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        key = self.key(index)
        if key is None:
            return Qt.ItemFlag.NoItemFlags
        return _BLOCK_FLAGS if key.lane == WHOLE_BLOCK else _BESIDE_FLAGS

    def _place_aloud(self, node: PlacedBlock) -> str:
        """Return which lane a block is in, nothing for one of the network's own list."""
        path = self._network.paths[node.uid]
        return lane_name(self._network.at(path[:-2]), path[-2]) if len(path) > 1 else ""

    def _note(self, edit: Edit) -> None:
        if isinstance(edit, Replace) and edit.before.lanes == edit.after.lanes:
            self._replaced.append(edit.after.uid)
        else:
            self._rearranged = True

    def _catch_up(self) -> None:
        replaced, self._replaced = self._replaced, []
        if self._rearranged:
            self._show(self._design.network)
        self._network = self._design.network
        self._rearranged = False
        rows = [row for uid in replaced if (row := self._places.get(RowKey(uid))) is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def _show(self, network: Network) -> None:
        """Tell Qt of the rows that come and go, all at once."""
        rows = rows_of(network, self._folded)
        first, old_end, new_end = difference(self._rows, rows)
        if first == old_end == new_end:
            self._network = network
        elif first == old_end:
            self.beginInsertRows(_ROOT, first, new_end - 1)
            self._take_rows(rows, network)
            self.endInsertRows()
        elif first == new_end:
            self.removing.emit(first, old_end - 1)
            self.beginRemoveRows(_ROOT, first, old_end - 1)
            self._take_rows(rows, network)
            self.endRemoveRows()
        else:
            self.layoutAboutToBeChanged.emit()
            kept = self.persistentIndexList()
            keys = [self._rows[index.row()] for index in kept]
            self._take_rows(rows, network)
            self.changePersistentIndexList(kept, [self.index_of(*key) for key in keys])
            self.layoutChanged.emit()

    def _take_rows(self, rows: list[RowKey], network: Network) -> None:
        self._network = network
        self._rows = rows
        self._places: Mapping[RowKey, int] = {key: row for row, key in enumerate(rows)}

    def _reset(self) -> None:
        self._replaced.clear()
        self._rearranged = False
        self._folded = frozenset()
        network = self._design.network
        self._take_rows(rows_of(network, self._folded), network)
        self.endResetModel()


def _data_beside_blocks(holder: PlacedBlock, lane: int, role: int) -> object:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            # Without the lane's number, which another edit than its own may change.
            return foot_title(holder) if lane == FOOT else _("lane")
        case Qt.ItemDataRole.AccessibleTextRole:
            return foot_aloud(holder) if lane == FOOT else lane_aloud(holder, lane)
        case Qt.ItemDataRole.ToolTipRole if lane != FOOT:
            return lane_help(holder)
        case _:
            return None
