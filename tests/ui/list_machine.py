"""Random work in the list: what a person may do in any order, and what must hold then."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Dropout,
    Group,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
)
from cnnstudio.core.document import Design
from cnnstudio.core.edits import CHANGE, Insert, Move, Replace, Step
from cnnstudio.core.network import Network, Path, PlacedBlock, network_of
from cnnstudio.core.rearranging import moving
from cnnstudio.ui.editor.dragged import blocks_data, kind_data
from cnnstudio.ui.editor.drop_steps import step_of
from cnnstudio.ui.editor.row_texts import foot_title
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme

MOST_BLOCKS = 40
KINDS = ("Conv2D", "Dropout", "BatchNormalization", "MaxPooling2D", "Parallel", "Repeat", "Group")
CONTAINERS = (Parallel(), Parallel(merge="Concatenate"), Repeat(), Group())


def starting_network() -> Network:
    """Blocks that keep the size of their maps, so that many networks can be built."""
    return network_of(Input((8, 8, 4)), _conv(4), BatchNormalization(), Activation(), Dropout())


def _conv(filters: int) -> Conv2D:
    return Conv2D(filters=filters, kernel_size=(3, 3), padding="same")


class ListMachine:
    """A list on a design of its own, and a seed that decides what is done to it."""

    def __init__(self, seed: int, theme: Theme) -> None:
        self.design = OpenDesign(Design(network=starting_network()))
        self.start = self.design.network
        self.view = StackView(self.design, theme)
        self.view.resize(360, 600)
        self.edits = StackEdits(self.design, self.view)
        self._random = random.Random(seed)
        self._tester = QAbstractItemModelTester(
            self.model, QAbstractItemModelTester.FailureReportingMode.Warning
        )
        self._acts: tuple[Callable[[], object], ...] = (
            self._drop_kind, self._drop_kind, self._drop_blocks, self._drop_blocks,
            self._wrap, self.edits.unwrap_selected, self.edits.mute_selected,
            self.edits.duplicate_selected, self.edits.copy_selected, self.edits.cut_selected,
            self.edits.paste, self.edits.delete_selected, self._step, self._step, self._replace,
            self._rename, self.edits.add_lane, self.edits.remove_lane, self._fold, self._undo,
            self._redo, self._to_a_lane, self._edits_in_one,
        )  # fmt: skip

    @property
    def model(self) -> StackModel:
        return self.view.stack_model

    @property
    def network(self) -> Network:
        return self.design.network

    def act(self) -> None:
        """Do one thing to a random selection."""
        self._select()
        if len(self.network.paths) > MOST_BLOCKS:
            rows = self.network.nodes[3:]
            self.view.select([n.uid for n in rows if not isinstance(n.block, Input)])
            self.edits.delete_selected()
        else:
            self._random.choice(self._acts)()
        if self._random.random() < 0.1:
            self._input_first()

    def check(self) -> None:
        """Hold network, model and view against each other."""
        network = self.network
        assert rows_of_model(self.model) == rows_of_network(network.nodes, self.model.folded)
        walked = [(node.uid, path) for path, node in network.walk()]
        assert dict(walked) == network.paths
        assert len(walked) == len(network.paths)
        assert len(set(network.names())) == len(walked)
        for uid, path in walked:
            index = self.model.index_of(uid)
            around = [network.at(path[:end]).uid for end in range(1, len(path), 2)]
            assert index.isValid() == self.model.folded.isdisjoint(around)
            assert not index.isValid() or self.model.path(index) == path
        selected = [network.at(path).uid for path in self.view.selected_paths()]
        assert len(set(selected)) == len(selected)
        current = self.model.node(self.view.currentIndex())
        if current is not None:
            assert self.design.current == current

    def undo_and_redo_all(self) -> None:
        """Go back to the start and to the end again."""
        history, end = self.design.undo_stack, self.network
        done = history.index()
        while history.canUndo():
            history.undo()
        assert self.network == self.start
        self.check()
        while history.index() < done:
            history.redo()
        assert self.network == end
        self.check()

    def close(self) -> None:
        for thing in (self._tester, self.edits, self.view, self.model, self.design):
            thing.deleteLater()
            QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)

    # What is done

    def _select(self) -> None:
        # The Input is left alone, so that many networks can be built.
        uids = [n.uid for _path, n in self.network.walk() if not isinstance(n.block, Input)]
        count = min(len(uids), self._random.choice((0, 1, 1, 1, 2, 3, 5)))
        self.view.select(self._random.sample(uids, count))

    def _place(self) -> Path:
        """Return a place in the network's own list or in a lane."""
        lists: list[tuple[Path, int]] = [((), len(self.network.nodes))]
        for path, node in self.network.walk():
            lists += [((*path, lane), len(row)) for lane, row in enumerate(node.lanes)]
        base, count = self._random.choice(lists)
        first = 0 if base else min(1, count)
        return (*base, self._random.randint(first, count))

    def _drop(self, data: QMimeData, *, copy: bool = False) -> None:
        step = step_of(self.network, data, self._place(), copy=copy)
        if step is not None:
            self.view.add(step)

    def _drop_kind(self) -> None:
        self._drop(kind_data(self._random.choice(KINDS)))
        self._replace()

    def _drop_blocks(self) -> None:
        uids = [self.network.at(path).uid for path in self.view.selected_paths()]
        self._drop(blocks_data(uids), copy=self._random.random() < 0.3)

    def _wrap(self) -> None:
        self.edits.wrap_selected(self._random.choice(CONTAINERS))

    def _input_first(self) -> None:
        for path, node in self.network.walk():
            if isinstance(node.block, Input):
                self.design.push(moving([path], (0,)))
                return

    def _step(self) -> None:
        self.edits.move_selected(self._random.choice((-1, 1)))

    def _replace(self) -> None:
        for path in self.view.selected_paths()[:1]:
            node = self.network.at(path)
            block = self._other(node.block)
            self.design.push(Step(CHANGE, (Replace(path, node, replace(node, block=block)),)))

    def _other(self, block: Block) -> Block:
        match block:
            case Conv2D():
                return _conv(4 if self._random.random() < 0.95 else 8)
            case Parallel():
                return Parallel(merge=self._random.choice(("Add", "Add", "Average", "Concatenate")))
            case Repeat():
                return Repeat(count=self._random.randint(1, 3))
            case MaxPooling2D():
                return MaxPooling2D(pool_size=(3, 3), strides=(1, 1), padding="same")
            case _:
                return block

    def _rename(self) -> None:
        name = self._random.choice(("edges", "conv_1", "stem", " "))
        self.model.setData(self.view.currentIndex(), name)

    def _fold(self) -> None:
        holders = self.model.containers()
        if holders:
            self.view.folding.toggle(self._random.choice(holders).uid)

    def _to_a_lane(self) -> None:
        holders = [node for node in self.model.containers() if node.lanes]
        if holders:
            node = self._random.choice(holders)
            self.view.show_lane(node.uid, self._random.randrange(len(node.lanes)))
            self._random.choice((
                self.edits.paste, self.edits.add_lane, self.edits.remove_lane, self._step,
            ))()  # fmt: skip

    def _edits_in_one(self) -> None:
        """Several edits as one step, as a repair may be."""
        node = self.network.placed(_conv(4))
        last = len(self.network.nodes)
        edits = (Insert((last,), node), Move((last,), (0,)), Move((0,), (last,)))
        self.design.push(Step(CHANGE, edits))

    def _undo(self) -> None:
        for _turn in range(self._random.randint(1, 4)):
            self.design.undo_stack.undo()

    def _redo(self) -> None:
        self.design.undo_stack.redo()


def rows_of_model(model: StackModel) -> list[str]:
    """Return what the rows of a model say."""
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def rows_of_network(row: tuple[PlacedBlock, ...], folded: frozenset[str]) -> list[str]:
    """Return the same of a network's blocks."""
    rows: list[str] = []
    for node in row:
        rows.append(node.name)
        if node.is_container and node.uid not in folded:
            for lane in node.lanes:
                rows += ["lane", *rows_of_network(lane, folded)]
            rows.append(foot_title(node))
    return rows


def clear_clipboard() -> None:
    """Begin with nothing to paste."""
    QGuiApplication.clipboard().clear()
