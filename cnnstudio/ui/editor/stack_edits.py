"""What a person does to the selected blocks and to the lane at the keyboard's place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from cnnstudio.core.blocks import Container, Input, Parallel
from cnnstudio.core.clipboard import PasteError, blocks_text, is_code, read_blocks
from cnnstudio.core.edits import Insert, Step
from cnnstudio.core.i18n import _
from cnnstudio.core.insertion import insertion_at
from cnnstudio.core.network import DEEPEST, Network, Path, PlacedBlock, has_room
from cnnstudio.core.rearranging import (
    CUT,
    DELETE,
    PASTE,
    adding_lane,
    deletion,
    duplication,
    insertion,
    moving_lane,
    muting,
    outermost,
    removing_lane,
    stepping,
    unwrapping,
    wrapping,
)
from cnnstudio.ui.background import Latest
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.remarks import code_notice, refusal, without_input

if TYPE_CHECKING:
    from cnnstudio.core.source.reading import SourceReading


class StackEdits(QObject):
    """The actions of the list.

    `refused` carries why one could not be done, and what to do; `said` a `Notice` of what was
    pasted; `network_wanted` a network that is to be opened by itself.
    """

    refused = Signal(str)
    said = Signal(object)
    network_wanted = Signal(object)

    def __init__(self, design: OpenDesign, view: StackView) -> None:
        super().__init__(view)
        self._design = design
        self._view = view
        self._reading = Latest(self)
        self._reading.done.connect(self._paste_code)

    def delete_selected(self, label: str = DELETE) -> None:
        """Remove the selected blocks and select the one that takes their place."""
        paths = self._view.selected_paths()
        if not paths:
            return
        # Qt looks through what is selected at every single removal.
        self._view.selectionModel().clearSelection()
        self._design.push(deletion(self._network, paths, label))

    def duplicate_selected(self) -> None:
        """Put copies of the selected blocks after them and select the copies."""
        self._insert(duplication(self._network, self._view.selected_paths()))

    def move_selected(self, by: int) -> None:
        """Move the selected blocks, or the lane at the keyboard's place, up (-1) or down (1)."""
        paths = self._view.selected_paths()
        if not paths:
            self._move_lane(by)
            return
        uids = self._uids(paths)
        self._design.push(stepping(self._network, paths, by, self._view.stack_model.folded))
        self._view.select(uids)

    def wrap_selected(self, container: Container) -> None:
        """Put the selected blocks into a new container and select it."""
        paths = self._view.selected_paths()
        step = wrapping(self._network, paths, container)
        if step is None:
            self._refuse_depth()
            return
        self._insert(step)

    def unwrap_selected(self) -> None:
        """Put what the selected containers hold in their places, and select it."""
        paths = self._view.selected_paths()
        holders = [self._network.at(path) for path in outermost(paths)]
        held = [node.uid for holder in holders for lane in holder.lanes for node in lane]
        plain = [node.uid for node in holders if not node.is_container]
        step = unwrapping(self._network, paths)
        if step.edits:
            self._design.push(step)
            self._view.select([*plain, *held])

    def mute_selected(self) -> None:
        """Leave the selected blocks out of the network, or take them in again."""
        paths = self._view.selected_paths()
        if paths:
            self._design.push(muting(self._network, paths))

    def copy_selected(self) -> None:
        """Put the selected blocks on the clipboard as text."""
        paths = sorted(outermost(self._view.selected_paths()))
        if paths:
            text = blocks_text([self._network.at(path) for path in paths])
            QGuiApplication.clipboard().setText(text)

    def cut_selected(self) -> None:
        """Put the selected blocks on the clipboard and remove them."""
        self.copy_selected()
        self.delete_selected(CUT)

    def paste(self) -> None:
        """Insert the blocks of the clipboard after the selected ones, or at the lane's end.

        Code that makes a Keras model is read, which may take some frames, and its blocks inserted.
        """
        text = QGuiApplication.clipboard().text()
        if is_code(text):
            self._reading.start(lambda: _read_code(text))
            return
        try:
            blocks = read_blocks(text, self._network)
        except PasteError as error:
            self.refused.emit(str(error))
            return
        target = self._place()
        if all(has_room(target, node) for node in blocks):
            self._insert(insertion(PASTE, target, blocks))
        else:
            self._refuse_depth()

    def _paste_code(self, reading: SourceReading) -> None:
        found = reading.network or Network()
        nodes = found.nodes
        if any(isinstance(node.block, Input) for node in self._network.nodes):
            nodes = tuple(node for node in nodes if not isinstance(node.block, Input))
        if not nodes:
            self.said.emit(refusal(reading.remarks))
            return
        step = insertion_at(self._network, self._place(), nodes)
        if step is None:
            self._refuse_depth()
            return
        self._insert(Step(PASTE, step.edits))
        if len(nodes) < len(found.nodes):
            self.said.emit(without_input(reading.remarks, lambda: self.network_wanted.emit(found)))
        elif reading.remarks:
            self.said.emit(code_notice(reading.remarks))

    def add_blocks(self, nodes: Sequence[PlacedBlock]) -> bool:
        """Put copies of blocks after the selected ones, or at the lane's end.

        What is typed, chosen in the palette or kept as a block of one's own comes here. Returns
        False where containers would lie too deep, which is then said.
        """
        step = insertion_at(self._network, self._place(), nodes)
        if step is None:
            self._refuse_depth()
            return False
        self._view.add(step)
        return True

    def add_lane(self) -> None:
        """Give the Parallel at hand one more lane."""
        found = self.parallel_at_hand
        if found is not None:
            path, lane = found
            step = adding_lane(self._network, path, lane + 1)
            if step is not None:
                self._design.push(step)
                self._view.show_lane(self._network.at(path).uid, lane + 1)

    def remove_lane(self) -> None:
        """Take the lane at the keyboard's place, and all it holds, from its Parallel."""
        lane = self.lane_at_hand
        if lane is not None:
            path, number = lane
            uid = self._network.at(path).uid
            self._view.clearSelection()
            self._design.push(removing_lane(self._network, path, number))
            count = len(self._network.at(path).lanes)
            if count:
                self._view.show_lane(uid, min(number, count - 1))
            else:
                self._view.select([uid])

    @property
    def lane_at_hand(self) -> tuple[Path, int] | None:
        """The lane of a Parallel at the keyboard's place: path of the Parallel and lane."""
        place = self._view.stack_model.list_path(self._view.currentIndex())
        while place and not isinstance(self._network.at(place[:-1]).block, Parallel):
            place = place[:-2]
        return (place[:-1], place[-1]) if place else None

    @property
    def _network(self) -> Network:
        return self._design.network

    def _uids(self, paths: list[Path]) -> list[str]:
        return [self._network.at(path).uid for path in paths]

    @property
    def parallel_at_hand(self) -> tuple[Path, int] | None:
        """The Parallel that would get a new lane, and after which of its lanes."""
        node = self._design.current
        selected = self._view.selected_paths()
        if node is not None and isinstance(node.block, Parallel) and selected:
            path = self._network.find(node.uid)
            if path in selected:
                return path, len(node.lanes) - 1
        return self.lane_at_hand

    def _move_lane(self, by: int) -> None:
        current = self._view.currentIndex()
        lane = self._view.stack_model.lane(current)
        if lane is None:
            return
        path = self._view.stack_model.path(current)
        node = self._network.at(path)
        if 0 <= lane + by < len(node.lanes):
            self._design.push(moving_lane(path, lane, lane + by))
            self._view.show_lane(node.uid, lane + by)

    def _place(self) -> Path:
        """Return before what something added or pasted goes."""
        paths = self._view.selected_paths()
        if paths:
            *base, index = paths[-1]
            return (*base, index + 1)
        current = self._view.currentIndex()
        base_of_lane = self._view.stack_model.list_path(current)
        if base_of_lane:
            *holder, lane = base_of_lane
            return (*base_of_lane, len(self._network.at(tuple(holder)).lanes[lane]))
        return (len(self._network.nodes),)

    def _insert(self, step: Step) -> None:
        """Do a step and select what it has inserted."""
        if step.edits:
            self._design.push(step)
            self._view.select([e.block.uid for e in step.edits if isinstance(e, Insert)])

    def _refuse_depth(self) -> None:
        self.refused.emit(
            _(
                "Containers lie at most {limit} levels deep inside one another. Unwrap one of "
                "those around this place first."
            ).format(limit=DEEPEST)
        )


def _read_code(text: str) -> SourceReading:
    from cnnstudio.core.source.reading import read_source  # the window opens before it is read

    return read_source(text)
