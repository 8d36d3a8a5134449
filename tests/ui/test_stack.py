"""The list editor: Qt's model against the network, and what drags and keys do."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QByteArray, QMimeData, QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Dropout, Group, Parallel
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Insert, Move, Remove, Step
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.ui.editor.stack_model import BLOCKS_MIME, KIND_MIME, StackModel
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.core.strategies import blocks, networks


@pytest.fixture
def view(design: OpenDesign, theme: Theme, qtbot: QtBot) -> StackView:
    view = StackView(design, theme)
    qtbot.addWidget(view)
    view.resize(380, 700)
    view.show()
    return view


def names(design: OpenDesign) -> list[str]:
    return [node.name for node in design.network.nodes]


def kind_data(kind: str) -> QMimeData:
    data = QMimeData()
    data.setData(KIND_MIME, QByteArray(kind.encode()))
    return data


def blocks_data(*uids: str) -> QMimeData:
    data = QMimeData()
    data.setData(BLOCKS_MIME, QByteArray(json.dumps(uids).encode()))
    return data


def tree_of(model: QAbstractItemModel, parent: QModelIndex) -> list[object]:
    rows: list[object] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        rows.append((index.data(), tree_of(model, index)))
    return rows


def tree_of_network(row: tuple[PlacedBlock, ...]) -> list[object]:
    return [
        (
            node.name,
            [(f"lane {i + 1}", tree_of_network(lane)) for i, lane in enumerate(node.lanes)],
        )
        for node in row
    ]


@settings(max_examples=40)
@given(networks(), st.data())
def test_the_qt_model_mirrors_the_network_through_edits_undo_and_redo(
    network: Network, data: st.DataObject
) -> None:
    design = OpenDesign(Design(network=network))
    model = StackModel(design)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)

    def check() -> None:
        assert tree_of(model, QModelIndex()) == tree_of_network(design.network.nodes)

    start = design.network
    for _step in range(data.draw(st.integers(1, 6))):
        paths = [path for path, _node in design.network.walk()]
        what = data.draw(st.sampled_from(["insert", "remove", "move"])) if paths else "insert"
        if what == "insert":
            base = data.draw(st.sampled_from(paths)) if paths else (0,)
            node = design.network.placed(data.draw(blocks()))
            design.push(Step("Add", (Insert(base, node),)))
        elif what == "remove":
            path = data.draw(st.sampled_from(paths))
            design.push(Step("Delete", (Remove(path, design.network.at(path)),)))
        else:
            path = data.draw(st.sampled_from(paths))
            count = len(design.network.siblings(path))
            target = (*path[:-1], data.draw(st.integers(0, count - 1)))
            design.push(Step("Move", (Move(path, target),) if path != target else ()))
        check()
    end = design.network
    while design.undo_stack.canUndo():
        design.undo_stack.undo()
        check()
    assert design.network == start
    while design.undo_stack.canRedo():
        design.undo_stack.redo()
        check()
    assert design.network == end
    tester.deleteLater()
    model.deleteLater()
    design.deleteLater()


def test_a_kind_dropped_between_two_blocks_lands_there(view: StackView, design: OpenDesign) -> None:
    view.stack_model.dropMimeData(
        kind_data("Dropout"), Qt.DropAction.CopyAction, 2, 0, QModelIndex()
    )
    assert isinstance(design.network.nodes[2].block, Dropout)
    assert len(design.network.nodes) == 8


def test_an_unknown_kind_is_not_taken(view: StackView, design: OpenDesign) -> None:
    assert view.stack_model.drop_step(kind_data("Lambda"), 0, QModelIndex()) is None


def test_blocks_dropped_further_down_keep_their_order(view: StackView, design: OpenDesign) -> None:
    _input, conv, pool, *_rest = design.network.nodes
    step = view.stack_model.drop_step(blocks_data(conv.uid, pool.uid), 5, QModelIndex())
    assert step is not None
    design.push(step)
    assert names(design)[1:5] == ["dropout_1", "norm_1", "conv_1", "pool_1"]


def test_dropping_a_block_where_it_stands_changes_nothing(
    view: StackView, design: OpenDesign
) -> None:
    conv = design.network.nodes[1]
    for row in (1, 2):
        step = view.stack_model.drop_step(blocks_data(conv.uid), row, QModelIndex())
        assert step is not None
        design.push(step)
    assert design.undo_stack.count() == 0


def test_delete_removes_the_selection_and_selects_what_takes_its_place(
    view: StackView, design: OpenDesign
) -> None:
    _input, conv, pool, dropout, *_rest = design.network.nodes
    view.select([conv.uid, pool.uid])
    view.delete_selected()
    assert names(design)[:2] == ["input_1", "dropout_1"]
    assert design.current == dropout
    design.undo_stack.undo()
    assert names(design)[:4] == ["input_1", "conv_1", "pool_1", "dropout_1"]


def test_deleting_the_last_block_of_all_leaves_an_empty_list(
    view: StackView, design: OpenDesign
) -> None:
    view.selectAll()
    view.delete_selected()
    assert design.network == Network()
    view.delete_selected()
    assert design.undo_stack.count() == 1


def test_duplicate_puts_a_copy_with_its_own_name_below(view: StackView, design: OpenDesign) -> None:
    conv = design.network.nodes[1]
    view.select([conv.uid])
    view.duplicate_selected()
    copy = design.network.nodes[2]
    assert (copy.name, copy.block) == ("conv_2", conv.block)
    assert copy.uid != conv.uid
    assert design.current == copy


def test_alt_down_moves_the_selection_one_place_and_stops_at_the_end(
    view: StackView, design: OpenDesign
) -> None:
    view.select([design.network.nodes[5].uid])
    for _press in range(3):
        view.move_selected(1)
    assert names(design)[-1] == "flatten_1"
    assert design.undo_stack.count() == 1
    view.move_selected(-1)
    assert names(design)[-2] == "flatten_1"
    assert [path[-1] for path in view.selected_paths()] == [5]


def test_a_renamed_block_keeps_its_uid_and_gets_a_unique_name(
    view: StackView, design: OpenDesign
) -> None:
    conv = design.network.nodes[1]
    index = view.stack_model.index_of(conv.uid)
    assert view.stack_model.setData(index, "pool_1")
    assert names(design)[1] == "pool_2"
    assert design.network.nodes[1].uid == conv.uid
    assert not view.stack_model.setData(index, "   ")


def test_the_selected_block_is_the_designs_current_one(view: StackView, design: OpenDesign) -> None:
    rect = view.visualRect(view.stack_model.index_of(design.network.nodes[2].uid))
    qt_point = rect.center()
    from PySide6.QtTest import QTest

    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, qt_point
    )
    assert design.current == design.network.nodes[2]


def test_the_drop_mark_follows_the_halves_of_a_card(view: StackView, design: OpenDesign) -> None:
    rect = view.visualRect(view.stack_model.index_of(design.network.nodes[2].uid))
    assert view.drop_row_at(QPoint(50, rect.top() + 3)) == 2
    assert view.drop_row_at(QPoint(50, rect.bottom() - 3)) == 3
    assert view.drop_row_at(QPoint(50, 699)) == 7


def test_a_card_grows_with_its_message_and_shrinks_again(
    view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    index = view.stack_model.index_of(design.network.nodes[2].uid)
    before = view.visualRect(index).height()
    view.select([design.network.nodes[5].uid])
    while names(design)[1] != "flatten_1":
        view.move_selected(-1)
    qtbot.waitUntil(
        lambda: (
            view.visualRect(view.stack_model.index_of(design.network.nodes[2].uid)).height()
            > before
        )
    )
    design.undo_stack.setIndex(0)
    qtbot.waitUntil(lambda: view.visualRect(index).height() == before)


def test_containers_of_a_file_show_their_lanes(view: StackView, design: OpenDesign) -> None:
    network = design.network
    for kind in (Parallel, Group):
        network = network.inserted((1,), network.placed(kind()))
    design.open(Design(network=network), None)
    model = view.stack_model
    rows = tree_of(model, QModelIndex())
    assert rows[1:3] == [
        ("group_1", [("lane 1", [])]),
        ("parallel_1", [("lane 1", []), ("lane 2", [])]),
    ]
    lane = model.index(0, 0, model.index(2, 0))
    assert view.isExpanded(model.index(2, 0))
    step = model.drop_step(kind_data("Conv2D"), 0, lane)
    assert step is not None
    design.push(step)
    assert [n.name for n in design.network.nodes[2].lanes[0]] == ["conv_2"]
