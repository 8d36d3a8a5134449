"""The list editor: Qt's model against the network, and what drags and keys do."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QByteArray,
    QCoreApplication,
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Block, Conv2D, Dropout, Group, Parallel
from cnnstudio.core.document import Design
from cnnstudio.core.edits import (
    Edit,
    Insert,
    Move,
    Remove,
    Replace,
    Step,
)
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, Path, PlacedBlock, network_of
from cnnstudio.core.rearranging import deletion, duplication, moving
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, blocks_data, kind_data
from cnnstudio.ui.editor.drop_steps import step_of
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.core.strategies import blocks, networks
from tests.ui.list_machine import rows_of_model, rows_of_network


@pytest.fixture
def view(design: OpenDesign, theme: Theme, qtbot: QtBot) -> StackView:
    view = StackView(design, theme)
    qtbot.addWidget(view)
    view.resize(380, 700)
    view.show()
    return view


def names(design: OpenDesign) -> list[str]:
    return [node.name for node in design.network.nodes]


def places(network: Network) -> list[Path]:
    """Every path at which a block can be inserted."""

    def of(row: tuple[PlacedBlock, ...], base: Path) -> list[Path]:
        inner = [
            place
            for index, node in enumerate(row)
            for lane, body in enumerate(node.lanes)
            for place in of(body, (*base, index, lane))
        ]
        return [(*base, index) for index in range(len(row) + 1)] + inner

    return of(network.nodes, ())


def any_edit(network: Network, data: st.DataObject) -> Edit:
    paths = [path for path, _node in network.walk()]
    kinds = ["insert", "remove", "move", "replace"] if paths else ["insert"]
    kind = data.draw(st.sampled_from(kinds))
    if kind == "insert":
        node = network.placed(data.draw(blocks()))
        return Insert(data.draw(st.sampled_from(places(network))), node)
    path = data.draw(st.sampled_from(paths))
    node = network.at(path)
    if kind == "remove":
        return Remove(path, node)
    if kind == "move":
        return Move(path, data.draw(st.sampled_from(places(network.removed(path)))))
    return Replace(path, node, replace(node, muted=not node.muted))


def any_step(network: Network, data: st.DataObject) -> Step:
    edits: list[Edit] = []
    for _edit in range(data.draw(st.integers(1, 4))):
        edit = any_edit(network, data)
        network = edit.apply(network)
        edits.append(edit)
    return Step("Change", tuple(edits))


@settings(max_examples=60)
@given(networks(), st.data())
def test_the_qt_model_mirrors_the_network_through_edits_undo_and_redo(
    network: Network, data: st.DataObject
) -> None:
    design = OpenDesign(Design(network=network))
    model = StackModel(design)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    selection = QItemSelectionModel(model)
    chosen = {
        uid for uid in [node.uid for _path, node in network.walk()] if data.draw(st.booleans())
    }
    for uid in chosen:
        selection.select(model.index_of(uid), QItemSelectionModel.SelectionFlag.Select)

    def check() -> None:
        assert rows_of_model(model) == rows_of_network(design.network.nodes, frozenset())
        selected = [model.node(index) for index in selection.selectedIndexes()]
        kept = {node.uid for node in selected if node is not None}
        assert kept <= chosen
        assert len(kept) == len(selected)

    start = design.network
    for _step in range(data.draw(st.integers(1, 5))):
        design.push(any_step(design.network, data))
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
    # Gone before the next example, in Qt's order: Python's collector would free an undo history
    # and its steps in any order, and Qt goes through them once more.
    for thing in (tester, selection, model, design):
        thing.deleteLater()
        QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)


def test_many_edits_of_neighbours_are_few_changes_to_qt(qtbot: QtBot) -> None:
    design = OpenDesign(Design(network=network_of(*[Dropout() for _block in range(300)])))
    model = StackModel(design)
    told: list[str] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "layoutChanged", "modelReset"):
        getattr(model, name).connect(lambda *_args, name=name: told.append(name))

    def did(step: Step) -> list[str]:
        told.clear()
        design.push(step)
        return told

    paths: list[Path] = [(number,) for number in range(100, 200)]
    assert did(duplication(design.network, paths)) == ["rowsInserted"]
    assert did(moving(paths, (50,))) == ["layoutChanged"]
    assert did(deletion(design.network, paths)) == ["rowsRemoved"]
    assert did(deletion(design.network, [(1,), (2,), (7,)])) == ["layoutChanged"]
    for thing in (model, design):
        thing.deleteLater()


def test_a_kind_dropped_between_two_blocks_lands_there(view: StackView, design: OpenDesign) -> None:
    step = step_of(design.network, kind_data("Dropout"), (2,), copy=True)
    assert step is not None
    view.add(step)
    assert isinstance(design.network.nodes[2].block, Dropout)
    assert len(design.network.nodes) == 8


def test_an_unknown_kind_is_not_taken(design: OpenDesign) -> None:
    assert step_of(design.network, kind_data("Lambda"), (0,), copy=True) is None


@pytest.mark.parametrize(
    "rubbish", [b"", b"{", b"\xff", b"7", b'{"a": 1}', b"[1, null, []]", b"[" * 100_000]
)
def test_what_is_no_list_of_blocks_is_not_taken(design: OpenDesign, rubbish: bytes) -> None:
    data = QMimeData()
    data.setData(BLOCKS_MIME, QByteArray(rubbish))
    assert step_of(design.network, data, (0,), copy=False) is None


def test_blocks_dropped_further_down_keep_their_order(design: OpenDesign) -> None:
    _input, conv, pool, *_rest = design.network.nodes
    step = step_of(design.network, blocks_data([conv.uid, pool.uid]), (5,), copy=False)
    assert step is not None
    design.push(step)
    assert names(design)[1:5] == ["dropout_1", "norm_1", "conv_1", "pool_1"]


def test_dropping_a_block_where_it_stands_changes_nothing(design: OpenDesign) -> None:
    conv = design.network.nodes[1]
    for row in (1, 2):
        step = step_of(design.network, blocks_data([conv.uid]), (row,), copy=False)
        assert step is not None
        design.push(step)
    assert design.undo_stack.count() == 0


def test_delete_removes_the_selection_and_selects_what_takes_its_place(
    view: StackView, design: OpenDesign
) -> None:
    _input, conv, pool, dropout, *_rest = design.network.nodes
    view.select([conv.uid, pool.uid])
    StackEdits(design, view).delete_selected()
    assert names(design)[:2] == ["input_1", "dropout_1"]
    assert design.current == dropout
    design.undo_stack.undo()
    assert names(design)[:4] == ["input_1", "conv_1", "pool_1", "dropout_1"]


def test_deleting_the_last_block_of_all_leaves_an_empty_list(
    view: StackView, design: OpenDesign
) -> None:
    view.selectAll()
    StackEdits(design, view).delete_selected()
    assert design.network == Network()
    StackEdits(design, view).delete_selected()
    assert design.undo_stack.count() == 1


def in_a_lane(design: OpenDesign, *kinds: type[Block]) -> PlacedBlock:
    """Put a Group that holds such blocks behind the Input, and return it."""
    network = design.network
    names = Names(network.names())
    body = tuple(network.placed(kind()).renewed(names) for kind in kinds)
    group = replace(network.placed(Group()), lanes=(body,))
    design.push(Step("Add", (Insert((1,), group),)))
    return group


def test_deleting_inside_a_container_selects_what_takes_the_place_and_at_last_the_container(
    view: StackView, design: OpenDesign
) -> None:
    group = in_a_lane(design, Conv2D, Dropout)
    first, second = group.lanes[0]
    view.select([first.uid])
    StackEdits(design, view).delete_selected()
    assert design.current == second
    StackEdits(design, view).delete_selected()
    assert design.current is not None
    assert design.current.uid == group.uid
    assert view.selected_paths() == [(1,)]


def test_an_inserted_container_shows_what_it_holds(view: StackView, design: OpenDesign) -> None:
    inner = in_a_lane(design, Conv2D).lanes[0][0]
    assert not view.visualRect(view.stack_model.index_of(inner.uid)).isEmpty()
    design.undo_stack.undo()
    design.undo_stack.redo()
    assert not view.visualRect(view.stack_model.index_of(inner.uid)).isEmpty()


def test_a_block_moved_into_another_list_stays_selected(
    view: StackView, design: OpenDesign
) -> None:
    group = in_a_lane(design)
    conv = design.network.nodes[2]
    view.select([conv.uid])
    design.push(Step("Move", (Move((2,), (1, 0, 0)),)))
    assert view.selected_paths() == [(1, 0, 0)]
    assert design.current == conv
    assert view.stack_model.is_open(group.uid)
    design.undo_stack.undo()
    assert view.selected_paths() == [(2,)]


def test_a_new_list_begins_with_the_designs_current_block(
    design: OpenDesign, theme: Theme, qtbot: QtBot
) -> None:
    design.set_current(design.network.nodes[3].uid)
    view = StackView(design, theme)
    qtbot.addWidget(view)
    assert view.selected_paths() == [(3,)]


def test_a_selection_of_many_blocks_is_told_once(
    view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.selection_changed):
        view.select([design.network.nodes[0].uid])
    told: list[int] = []
    view.selection_changed.connect(lambda: told.append(len(view.selected_paths())))
    for node in design.network.nodes:
        view.select([node.uid])
    view.select([node.uid for node in design.network.nodes[::2]])
    qtbot.waitUntil(lambda: told == [4])


def test_duplicate_puts_a_copy_with_its_own_name_below(view: StackView, design: OpenDesign) -> None:
    conv = design.network.nodes[1]
    view.select([conv.uid])
    StackEdits(design, view).duplicate_selected()
    copy = design.network.nodes[2]
    assert (copy.name, copy.block) == ("conv_2", conv.block)
    assert copy.uid != conv.uid
    assert design.current == copy


def test_alt_down_moves_the_selection_one_place_and_stops_at_the_end(
    view: StackView, design: OpenDesign
) -> None:
    view.select([design.network.nodes[5].uid])
    for _press in range(3):
        StackEdits(design, view).move_selected(1)
    assert names(design)[-1] == "flatten_1"
    assert design.undo_stack.count() == 1
    StackEdits(design, view).move_selected(-1)
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
    assert view.drop_target_at(QPoint(50, rect.top() + 3)) == (2,)
    assert view.drop_target_at(QPoint(50, rect.bottom() - 3)) == (3,)
    assert view.drop_target_at(QPoint(50, 699)) == (7,)


def test_a_card_grows_with_its_message_and_shrinks_again(
    view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    index = view.stack_model.index_of(design.network.nodes[2].uid)
    before = view.visualRect(index).height()
    view.select([design.network.nodes[5].uid])
    while names(design)[1] != "flatten_1":
        StackEdits(design, view).move_selected(-1)
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
    assert rows_of_model(model)[1:9] == [
        "group_1", "lane", "", "parallel_1", "lane", "lane", "Add", "conv_1",
    ]  # fmt: skip
    assert model.is_open(design.network.nodes[2].uid)
    lanes = [model.lane(model.index(row)) for row in range(4, 8)]
    assert lanes == [None, 0, 1, None]


def test_a_page_down_ends_at_the_last_block_where_rows_behind_it_are_passed_by(
    view: StackView, design: OpenDesign
) -> None:
    inner = PlacedBlock("inner", "inner", Dropout())
    group = PlacedBlock("group", "group", Group(), lanes=((inner,),))
    design.open(Design("x", Network((*design.network.nodes, group))), None)
    view.select(["group"])
    end = view.moveCursor(view.CursorAction.MovePageDown, Qt.KeyboardModifier.NoModifier)
    assert view.stack_model.path(end) == design.network.find("inner")


def test_a_frame_pulled_up_from_below_the_last_block_selects_what_it_covers(
    view: StackView, design: OpenDesign
) -> None:
    design.open(Design("x", network_of(*(Dropout() for _number in range(3)))), None)
    rows = [view.visualRect(view.stack_model.index(row)) for row in range(3)]
    everything = QItemSelectionModel.SelectionFlag.ClearAndSelect
    for top, bottom, expected in (
        (rows[1].center().y(), rows[2].bottom() + 90, [(1,), (2,)]),
        (rows[0].top() - 9, rows[1].top() + 1, [(0,), (1,)]),
        (rows[2].bottom() + 9, rows[2].bottom() + 90, []),
        (-90, -9, []),
    ):
        view.setSelection(QRect(QPoint(0, top), QPoint(9, bottom)), everything)
        assert view.selected_paths() == expected
