"""The network's tree as Qt sees it: a thin bracket around the edits of the open design.

The rows of a list are its blocks; the rows of a container are its lanes, whose rows are blocks
again, and a foot, where the lanes become one. An index stays true to what it stands for through
edits, by the block's uid and by a number that a lane keeps. Shapes and problems are no data of the
model: views take them from the design's report, and paint anew when it has changed.

The model holds the network that its views know. It follows the design when a whole step is done,
so that many neighbouring rows are one change to Qt, and what views ask meanwhile fits the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from cnnstudio.core.edits import (
    Edit,
    Insert,
    InsertLane,
    MoveLane,
    Remove,
    RemoveLane,
    Replace,
    Step,
)
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path, PlacedBlock
from cnnstudio.ui.editor.dragged import (
    BLOCKS_MIME,
    KIND_MIME,
    OWN_MIME,
    blocks_data,
)
from cnnstudio.ui.editor.drop_steps import may_drop, step_of
from cnnstudio.ui.editor.row_changes import bundled
from cnnstudio.ui.editor.row_keys import FOOT, WHOLE_BLOCK, LaneNumbers, RowKey
from cnnstudio.ui.editor.row_texts import (
    block_aloud,
    block_help,
    foot_aloud,
    foot_title,
    lane_aloud,
    lane_help,
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
_BESIDE_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled
"""Of the rows beside the blocks: lanes and feet."""


class StackModel(QAbstractItemModel):
    """The open design's network for item views, with drag and drop.

    `removing` comes with a parent, a first and a last row before anything of Qt hears of it.
    """

    removing = Signal(QModelIndex, int, int)

    def __init__(self, design: OpenDesign) -> None:
        super().__init__()
        self._design = design
        self._network = design.network
        self._edits: list[Edit] = []
        self._keys: list[RowKey] = []
        self._ids: dict[RowKey, int] = {}
        self._block_ids: dict[str, int] = {}
        self._lanes = LaneNumbers()
        design.edited.connect(self._take)
        design.changed.connect(self._catch_up)
        design.about_to_reset.connect(self.beginResetModel)
        design.was_reset.connect(self._reset)

    def node(self, index: AnyIndex) -> PlacedBlock | None:
        """Return the block of an index, None for a lane, a foot or the root."""
        if not index.isValid():
            return None
        key = self._keys[index.internalId()]
        return self._network.at(self._paths[key.uid]) if key.lane == WHOLE_BLOCK else None

    def lane(self, index: AnyIndex) -> int | None:
        """Return the place of the lane an index stands for, None if it is not a lane."""
        key = self._keys[index.internalId()] if index.isValid() else None
        if key is None or key.lane < 0:
            return None
        return self._lanes.of(self._network.at(self._paths[key.uid])).index(key.lane)

    def is_foot(self, index: AnyIndex) -> bool:
        """Return whether an index stands for the foot of a container."""
        return index.isValid() and self._keys[index.internalId()].lane == FOOT

    def uid(self, index: AnyIndex) -> str | None:
        """Return the uid of a block's index, None for a lane or a foot."""
        key = self._keys[index.internalId()]
        return key.uid if key.lane == WHOLE_BLOCK else None

    def containers(self) -> list[PlacedBlock]:
        """Return every container of the network, those inside others after them."""
        return [node for _path, node in self._network.walk() if node.is_container]

    def has_containers(self) -> bool:
        """Return whether there is a container to fold."""
        return any(node.is_container for node in self._network.nodes)

    def is_container(self, index: AnyIndex) -> bool:
        """Return whether an index stands for a container."""
        return (node := self.node(index)) is not None and node.is_container

    def is_last(self, path: Path) -> bool:
        """Return whether a block is the last of its list."""
        return path[-1] == len(self._network.siblings(path)) - 1

    def holder(self, index: AnyIndex) -> PlacedBlock:
        """Return the block of an index, or the container of a lane or foot."""
        return self._network.at(self.path(index))

    def path(self, index: AnyIndex) -> Path:
        """Return the path of a block's index, or of the container of a lane or foot."""
        return self._paths[self._keys[index.internalId()].uid]

    def list_path(self, parent: AnyIndex) -> Path:
        """Return the start of the paths in a list: of the root, or of a lane's index."""
        lane = self.lane(parent)
        return () if lane is None else (*self.path(parent), lane)

    def index_of(self, uid: str) -> QModelIndex:
        """Return the index of a block, an invalid one if it is not here."""
        path = self._paths.get(uid)
        return QModelIndex() if path is None else self._index(path[-1], RowKey(uid))

    @override
    def index(self, row: int, column: int, parent: AnyIndex = _ROOT) -> QModelIndex:
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self._block_index(row, self._network.nodes)
        node = self.node(parent)
        if node is None:
            return self._block_index(row, self._row(parent))
        if row < len(node.lanes):
            return self._index(row, RowKey(node.uid, self._lanes.of(node)[row]))
        if row == len(node.lanes) and node.is_container:
            return self._index(row, RowKey(node.uid, FOOT))
        return QModelIndex()

    @override
    def parent(self, index: AnyIndex = _ROOT) -> QModelIndex:  # type: ignore[override]  # Qt overloads it
        if not index.isValid():
            return QModelIndex()
        key = self._keys[index.internalId()]
        path = self._paths[key.uid]
        if key.lane != WHOLE_BLOCK:
            return self._index(path[-1], RowKey(key.uid))
        return self._list_index(path)

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        node = self.node(parent)
        if node is None:
            return len(self._row(parent))
        return len(node.lanes) + 1 if node.is_container else 0

    @override
    def hasChildren(self, parent: AnyIndex = _ROOT) -> bool:
        return self.rowCount(parent) > 0

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 1

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self.node(index)
        if node is None:
            return self._data_beside_blocks(index, role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return node.name
            case Qt.ItemDataRole.ToolTipRole:
                return block_help(node, self._design.problems_of(node.uid))
            case Qt.ItemDataRole.AccessibleTextRole:
                return block_aloud(node)
            case _:
                return None

    def _data_beside_blocks(self, index: AnyIndex, role: int) -> object:
        holder, lane = self.holder(index), self.lane(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                # Without the lane's number, which another edit than its own may change.
                return foot_title(holder) if lane is None else _("lane")
            case Qt.ItemDataRole.AccessibleTextRole:
                return foot_aloud(holder) if lane is None else lane_aloud(holder, lane)
            case Qt.ItemDataRole.ToolTipRole if lane is not None:
                return lane_help(holder)
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
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        is_block = self._keys[index.internalId()].lane == WHOLE_BLOCK
        return _BLOCK_FLAGS if is_block else _BESIDE_FLAGS

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    @override
    def mimeTypes(self) -> list[str]:
        return [KIND_MIME, BLOCKS_MIME, OWN_MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        nodes = map(self.node, indexes)
        return blocks_data(node.uid for node in nodes if node is not None)

    @override
    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        return self.may_drop(data, row, parent)

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        step = self.drop_step(data, row, parent, copy=action == Qt.DropAction.CopyAction)
        if step is not None:
            self._design.push(step)
        return step is not None

    def drop_step(
        self, data: QMimeData, row: int, parent: AnyIndex, *, copy: bool = False
    ) -> Step | None:
        """Return what dropping `data` before `row` of a list would do, None if it cannot be.

        Args:
            data: what is dragged.
            row: before which row, the end of the list if it is negative.
            parent: the root's index or that of a lane.
            copy: whether blocks of the list stay where they are, and copies are dropped.
        """
        target = self._drop_target(row, parent)
        return None if target is None else step_of(self._network, data, target, copy=copy)

    def may_drop(self, data: QMimeData, row: int, parent: AnyIndex, *, copy: bool = False) -> bool:
        """Return whether `drop_step` returns a step, without making it."""
        target = self._drop_target(row, parent)
        return target is not None and may_drop(self._network, data, target, copy=copy)

    def _drop_target(self, row: int, parent: AnyIndex) -> Path | None:
        if parent.isValid() and self.lane(parent) is None:
            return None
        return (*self.list_path(parent), row if row >= 0 else len(self._row(parent)))

    def _block_index(self, row: int, blocks: tuple[PlacedBlock, ...]) -> QModelIndex:
        if row >= len(blocks):
            return QModelIndex()
        uid = blocks[row].uid
        number = self._block_ids.get(uid)
        if number is None:
            number = self._block_ids[uid] = self._number(RowKey(uid))
        return self.createIndex(row, 0, number)

    def _index(self, row: int, key: RowKey) -> QModelIndex:
        return self.createIndex(row, 0, self._number(key))

    def _number(self, key: RowKey) -> int:
        number = self._ids.get(key)
        if number is None:
            number = self._ids[key] = len(self._keys)
            self._keys.append(key)
        return number

    def _list_index(self, path: Path) -> QModelIndex:
        """Return the index of the list in which a path's last number counts."""
        if len(path) == 1:
            return QModelIndex()
        holder = self._network.at(path[:-2])
        return self._index(path[-2], RowKey(holder.uid, self._lanes.of(holder)[path[-2]]))

    def _row(self, parent: AnyIndex) -> tuple[PlacedBlock, ...]:
        if not parent.isValid():
            return self._network.nodes
        lane = self.lane(parent)
        return () if lane is None else self.holder(parent).lanes[lane]

    @property
    def _paths(self) -> Mapping[str, Path]:
        return self._network.paths

    def _take(self, edit: Edit) -> None:
        self._edits.append(edit)

    def _catch_up(self) -> None:
        edits = bundled(self._edits)
        self._edits.clear()
        for bundle in edits:
            self._follow(bundle)
        self._network = self._design.network

    def _follow(self, bundle: list[Edit]) -> None:
        """Do edits of neighbouring rows of one sort, inside the bracket that Qt wants."""
        first, last = bundle[0], bundle[-1]
        match first, last:
            case Insert(), Insert():
                parent = self._list_index(first.path)
                self.beginInsertRows(parent, first.path[-1], last.path[-1])
                self._apply(bundle)
                self.endInsertRows()
            case Remove(), Remove():
                parent = self._list_index(first.path)
                self.removing.emit(parent, last.path[-1], first.path[-1])
                self.beginRemoveRows(parent, last.path[-1], first.path[-1])
                self._apply(bundle)
                self.endRemoveRows()
            case InsertLane(), _:
                self.beginInsertRows(self._index_at(first.path), first.lane, first.lane)
                self._apply(bundle)
                self.endInsertRows()
            case RemoveLane(), _:
                holder = self._index_at(first.path)
                self.removing.emit(holder, first.lane, first.lane)
                self.beginRemoveRows(holder, first.lane, first.lane)
                self._apply(bundle)
                self.endRemoveRows()
            case Replace(), _ if first.before.lanes == first.after.lanes:
                self._network = first.apply(self._network)
                index = self.index_of(first.after.uid)
                self.dataChanged.emit(index, index)
            case _:
                self._lay_out_anew(bundle)

    def _lay_out_anew(self, edits: list[Edit]) -> None:
        """Follow moves all at once: Qt looks at every selected row at each single move."""
        self.layoutAboutToBeChanged.emit()
        self._apply(edits)
        kept = self.persistentIndexList()
        self.changePersistentIndexList(kept, [self._now(index) for index in kept])
        self.layoutChanged.emit()

    def _now(self, index: QModelIndex) -> QModelIndex:
        """Return the index of what an index stood for before the rows changed."""
        key = self._keys[index.internalId()]
        path = self._paths.get(key.uid)
        if path is None:
            return QModelIndex()
        if key.lane == WHOLE_BLOCK:
            return self._index(path[-1], key)
        node = self._network.at(path)
        if key.lane == FOOT:
            return self._index(len(node.lanes), key)
        numbers = self._lanes.of(node)
        return self._index(numbers.index(key.lane), key) if key.lane in numbers else QModelIndex()

    def _index_at(self, path: Path) -> QModelIndex:
        return self._index(path[-1], RowKey(self._network.at(path).uid))

    def _apply(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            if isinstance(edit, InsertLane | RemoveLane | MoveLane):
                self._lanes.follow(self._network.at(edit.path), edit)
            self._network = edit.apply(self._network)

    def _reset(self) -> None:
        self._network = self._design.network
        self._edits.clear()
        self._keys.clear()
        self._ids.clear()
        self._block_ids.clear()
        self._lanes = LaneNumbers()
        self.endResetModel()
