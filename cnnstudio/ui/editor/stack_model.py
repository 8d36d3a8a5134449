"""The network's tree as Qt sees it: a thin bracket around the edits of the open design.

The rows of a list are its blocks; the rows of a container are its lanes, whose rows are blocks
again. An index stays true to its block through edits by the block's uid. Shapes and problems are no
data of the model: views take them from the design's report, and paint anew when it has changed.

The model holds the network that its views know. It follows the design when a whole step is done,
so that many neighbouring rows are one change to Qt, and what views ask meanwhile fits the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from cnnstudio.core.edits import (
    ADD,
    RENAME,
    Edit,
    Insert,
    Move,
    Remove,
    Replace,
    Step,
    moving,
    outermost,
)
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.network import Path, PlacedBlock, has_room, renamed
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, KIND_MIME, blocks_data, kind_of, uids_of
from cnnstudio.ui.editor.row_changes import bundled
from cnnstudio.ui.open_design import OpenDesign

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WHOLE_BLOCK = -1


@dataclass(frozen=True, slots=True)
class _Key:
    """What an index stands for: a block, or one of its lanes."""

    uid: str
    lane: int = _WHOLE_BLOCK


class StackModel(QAbstractItemModel):
    """The open design's network for item views, with drag and drop."""

    def __init__(self, design: OpenDesign) -> None:
        super().__init__()
        self._design = design
        self._network = design.network
        self._edits: list[Edit] = []
        self._keys: list[_Key] = []
        self._ids: dict[_Key, int] = {}
        self._known_paths: dict[str, Path] | None = None
        design.edited.connect(self._take)
        design.changed.connect(self._catch_up)
        design.about_to_reset.connect(self.beginResetModel)
        design.was_reset.connect(self._reset)

    def node(self, index: AnyIndex) -> PlacedBlock | None:
        """Return the block of an index, None for a lane or the root."""
        if not index.isValid():
            return None
        key = self._keys[index.internalId()]
        return self._network.at(self._paths[key.uid]) if key.lane == _WHOLE_BLOCK else None

    def lane(self, index: AnyIndex) -> int | None:
        """Return the number of the lane an index stands for, None if it is not a lane."""
        key = self._keys[index.internalId()] if index.isValid() else None
        return None if key is None or key.lane == _WHOLE_BLOCK else key.lane

    def path(self, index: AnyIndex) -> Path:
        """Return the path of a block's index."""
        return self._paths[self._keys[index.internalId()].uid]

    def index_of(self, uid: str) -> QModelIndex:
        """Return the index of a block, an invalid one if it is not here."""
        path = self._paths.get(uid)
        return QModelIndex() if path is None else self._index(path[-1], _Key(uid))

    @override
    def index(self, row: int, column: int, parent: AnyIndex = _ROOT) -> QModelIndex:
        if column != 0 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        node = self.node(parent)
        if node is not None:
            return self._index(row, _Key(node.uid, row))
        return self._index(row, _Key(self._row(parent)[row].uid))

    @override
    def parent(self, index: AnyIndex = _ROOT) -> QModelIndex:  # type: ignore[override]  # Qt overloads it
        if not index.isValid():
            return QModelIndex()
        key = self._keys[index.internalId()]
        path = self._paths[key.uid]
        if key.lane != _WHOLE_BLOCK:
            return self._index(path[-1], _Key(key.uid))
        return self._list_index(path)

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        node = self.node(parent)
        return len(self._row(parent)) if node is None else len(node.lanes)

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 1

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        node = self.node(index)
        if node is None:
            lane = self.lane(index)
            if lane is None or role != Qt.ItemDataRole.DisplayRole:
                return None
            return _("lane {number}").format(number=lane + 1)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return node.name
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(node)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("{name}, {kind} {params}").format(
                    name=node.name, kind=node.block.kind, params=node.block.key_params()
                )
            case _:
                return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        node = self.node(index)
        if node is None or role != Qt.ItemDataRole.EditRole:
            return False
        after = renamed(self._network, node, str(value))
        if after == node:
            return False
        self._design.push(Step(RENAME, (Replace(self.path(index), node, after),)))
        return True

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if self.lane(index) is not None:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    @override
    def mimeTypes(self) -> list[str]:
        return [KIND_MIME, BLOCKS_MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        nodes = map(self.node, indexes)
        return blocks_data(node.uid for node in nodes if node is not None)

    @override
    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        return self.drop_step(data, row, parent) is not None

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        step = self.drop_step(data, row, parent)
        if step is None:
            return False
        self._design.push(step)
        return True

    def drop_step(self, data: QMimeData, row: int, parent: AnyIndex) -> Step | None:
        """Return what dropping `data` before `row` of a list would do, None if it cannot be."""
        if self.node(parent) is not None:
            return None
        target = (*self._list_path(parent), row if row >= 0 else len(self._row(parent)))
        kind = kind_of(data)
        if kind is not None:
            node = self._network.placed(kind())
            return Step(ADD, (Insert(target, node),)) if has_room(target, node) else None
        return self._move_step(uids_of(data), target)

    def _move_step(self, uids: list[str], target: Path) -> Step | None:
        paths = outermost([self._paths[uid] for uid in uids if uid in self._paths])
        if not paths or any(path[:-1] != target[:-1] for path in paths):
            return None
        return moving(paths, target)

    def _tooltip(self, node: PlacedBlock) -> str:
        problems = [sentence(p.message()) for p in self._design.report.problems_of(node.uid)]
        return "\n\n".join([f"{node.name} · {node.block.kind}", _(node.block.lesson), *problems])

    def _index(self, row: int, key: _Key) -> QModelIndex:
        number = self._ids.get(key)
        if number is None:
            number = self._ids[key] = len(self._keys)
            self._keys.append(key)
        return self.createIndex(row, 0, number)

    def _list_path(self, parent: AnyIndex) -> Path:
        """Return the start of the paths in a list: of the root, or of a lane's index."""
        lane = self.lane(parent)
        return () if lane is None else (*self.path(parent), lane)

    def _list_index(self, path: Path) -> QModelIndex:
        """Return the index of the list in which a path's last number counts."""
        if len(path) == 1:
            return QModelIndex()
        holder = self._network.at(path[:-2])
        return self._index(path[-2], _Key(holder.uid, path[-2]))

    def _row(self, parent: AnyIndex) -> tuple[PlacedBlock, ...]:
        base = self._list_path(parent)
        return self._network.nodes if not base else self._network.siblings((*base, 0))

    @property
    def _paths(self) -> dict[str, Path]:
        """The path of every block by its uid, found out when it is asked for."""
        if self._known_paths is None:
            self._known_paths = {node.uid: path for path, node in self._network.walk()}
        return self._known_paths

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
                self.beginRemoveRows(parent, last.path[-1], first.path[-1])
                self._apply(bundle)
                self.endRemoveRows()
            case Move(), Move():
                self._follow_moves(bundle)
            case Replace(), Replace():
                self._network = first.apply(self._network)
                index = self.index_of(first.after.uid)
                self.dataChanged.emit(index, index)

    def _follow_moves(self, moves: list[Edit]) -> None:
        """Lay the rows out anew: Qt looks at every selected row at each single move."""
        self.layoutAboutToBeChanged.emit()
        self._apply(moves)
        kept = self.persistentIndexList()
        self.changePersistentIndexList(kept, [self._now(index) for index in kept])
        self.layoutChanged.emit()

    def _now(self, index: QModelIndex) -> QModelIndex:
        """Return the index of what an index stood for before the rows changed."""
        key = self._keys[index.internalId()]
        row = self._paths[key.uid][-1] if key.lane == _WHOLE_BLOCK else key.lane
        return self._index(row, key)

    def _apply(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            self._network = edit.apply(self._network)
        self._known_paths = None

    def _reset(self) -> None:
        self._network = self._design.network
        self._edits.clear()
        self._keys.clear()
        self._ids.clear()
        self._known_paths = None
        self.endResetModel()
