"""The dialog in which a state of a kept run is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.runs.kept import CheckpointRow, RunRow
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.ui.background import Latest
from cnnstudio.ui.runs.columns import when_text
from cnnstudio.ui.runs.reading import read
from cnnstudio.ui.runs.run_facts import best_of, checkpoint_text
from cnnstudio.ui.theme import XL, L

if TYPE_CHECKING:
    from cnnstudio.core.runs.store import RunStore

_SIZE = 560, 420
_ROLE = Qt.ItemDataRole.UserRole
_MOST_RUNS = 200


@dataclass(frozen=True, slots=True)
class RunState:
    """A state that a run was in.

    Attributes:
        title: run and state in words.
        path: of the file with the weights.
        design: of the run.
    """

    title: str
    path: str
    design: Design


class StateSheet(QDialog):
    """Lists kept runs with their states; `chosen` carries the `RunState`.

    The list is read while the dialog is on the screen.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Pin a state of a kept run"))
        self.resize(*_SIZE)
        self.said = QLabel(_("Reading the kept runs…"))
        self.said.setWordWrap(True)
        self.said.setProperty("tone", "muted")
        self.list = QTreeWidget()
        self.list.setHeaderLabels([_("Run and state"), _("When")])
        self.list.setAccessibleName(_("Kept runs and their states"))
        self.list.setToolTip(_("Choose a state: Enter or a double click pins it"))
        self.list.setColumnWidth(0, _SIZE[0] // 2)
        self.list.setRootIsDecorated(True)
        self.list.currentItemChanged.connect(self._allow)
        self.list.itemActivated.connect(self._take)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        cancel.setIcon(QIcon())
        self.pin = QPushButton(_("Pin"))
        self.pin.setProperty("role", "primary")
        self.pin.setToolTip(
            _("Lay the maps of this state beside those of the network as it is now")
        )
        self.pin.setEnabled(False)
        self.pin.clicked.connect(lambda: self._take(self.list.currentItem()))
        buttons.addButton(self.pin, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(L)
        column.addWidget(self.said)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self._reading, self._fetching = Latest(self), Latest(self)
        self._reading.done.connect(self._show)
        self._fetching.done.connect(self._choose)
        for job in (self._reading, self._fetching):
            job.failed.connect(self._say)
        self._reading.start(lambda: read(folder, _states))

    def _show(self, runs: list[tuple[RunRow, tuple[CheckpointRow, ...]]]) -> None:
        if not runs:
            self.said.setText(
                _("No run has kept a state yet: train, and states are kept as it learns.")
            )
            return
        self.said.setText(_("Its maps are shown beside those of the network as it is now."))
        items = []
        for row, states in runs:
            item = QTreeWidgetItem([row.name or row.id, when_text(row.created)])
            best_one = best_of(states)
            for state in reversed(states):
                text = checkpoint_text(state)
                best = _("{state} · the best") if state is best_one else "{state}"
                child = QTreeWidgetItem([best.format(state=text), ""])
                child.setData(0, _ROLE, (row, state, text))
                item.addChild(child)
            items.append(item)
        self.list.addTopLevelItems(items)
        items[0].setExpanded(True)
        newest = items[0].child(0)
        if newest is not None:
            self.list.setCurrentItem(newest)
        self.list.setFocus()

    def _allow(self) -> None:
        item = self.list.currentItem()
        self.pin.setEnabled(item is not None and item.data(0, _ROLE) is not None)

    def _take(self, item: QTreeWidgetItem | None) -> None:
        data = None if item is None else item.data(0, _ROLE)
        if data is None:
            return
        row, state, text = data
        title = _("{run}, {state}").format(run=row.name or row.id, state=text)
        folder = self._folder
        self._fetching.start(
            lambda: read(folder, lambda store: _state(store, row.id, state.file, title))
        )

    def _choose(self, state: RunState) -> None:
        self.chosen.emit(state)
        self.close()

    def _say(self, error: Exception) -> None:
        if not isinstance(error, StoreError):
            raise error
        self.said.setText(sentence(str(error)))


def _states(store: RunStore) -> list[tuple[RunRow, tuple[CheckpointRow, ...]]]:
    rows = [row for row in store.rows() if row.checkpoints][:_MOST_RUNS]
    return [(row, states) for row in rows if (states := store.checkpoints(row.id))]


def _state(store: RunStore, run: str, file: str, title: str) -> RunState:
    return RunState(title, str(store.folder_of(run) / file), store.design(run))
