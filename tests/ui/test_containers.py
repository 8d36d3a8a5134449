"""Containers in the list: lanes as rows, folding, where a drop lands, and what keys do there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core import my_blocks
from cnnstudio.core.blocks import Conv2D, Dropout, Flatten, Group, Input, Parallel
from cnnstudio.core.document import Design, fragment_text, read_fragment
from cnnstudio.core.insertion import insertion_at
from cnnstudio.ui.editor import dragged, drop_steps
from cnnstudio.ui.editor.dragged import OWN_MIME, blocks_data, kind_data, own_data, own_nodes
from cnnstudio.ui.editor.list_layout import chevron_rect
from cnnstudio.ui.editor.row_keys import FOOT
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.core import build
from tests.ui.changes import uid

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
COPY, MOVE = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


@pytest.fixture
def design(qtbot: QtBot) -> Iterator[OpenDesign]:
    network = build.network(
        Input((8, 8, 4)),
        build.placed(Parallel(), [Conv2D(filters=4, padding="same"), Dropout()], [], name="res"),
        build.placed(Group(), [Dropout()], name="tail"),
        Flatten(),
    )
    design = OpenDesign(Design(network=network))
    yield design
    design.deleteLater()


@pytest.fixture
def view(design: OpenDesign, theme: Theme, qtbot: QtBot) -> StackView:
    view = StackView(design, theme)
    qtbot.addWidget(view)
    view.resize(380, 800)
    view.show()
    view.setFocus()
    return view


def index(view: StackView, design: OpenDesign, name: str) -> QModelIndex:
    return view.stack_model.index_of(uid(design, name))


def lane(view: StackView, design: OpenDesign, name: str, number: int) -> QModelIndex:
    return view.stack_model.index_of(uid(design, name), number)


def told(design: OpenDesign, name: str) -> list[list[str]]:
    path = design.network.find(uid(design, name))
    assert path is not None
    return [[node.name for node in row] for row in design.network.at(path).lanes]


def is_seen(view: StackView, found: QModelIndex) -> bool:
    return not view.visualRect(found).isEmpty()


def click_chevron(view: StackView, found: QModelIndex) -> None:
    place = chevron_rect(view.visualRect(found)).center()
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, place)


def test_the_chevron_folds_a_container_to_one_card_and_opens_it_again(
    view: StackView, design: OpenDesign
) -> None:
    click_chevron(view, index(view, design, "res"))
    assert not is_seen(view, index(view, design, "conv_1"))
    assert view.stack_model.folded == {uid(design, "res")}
    assert design.undo_stack.count() == 0
    click_chevron(view, index(view, design, "res"))
    assert is_seen(view, index(view, design, "conv_1"))
    assert view.stack_model.folded == frozenset()


def test_left_and_right_walk_the_tree_and_fold_and_open(
    view: StackView, design: OpenDesign
) -> None:
    view.select([uid(design, "conv_1")])
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.stack_model.lane(view.currentIndex()) == 0
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert design.current is not None
    assert design.current.name == "res"
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.stack_model.folded == {uid(design, "res")}
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.stack_model.folded == frozenset()


def test_arrow_keys_stop_at_blocks_and_lanes_but_not_at_feet(
    view: StackView, design: OpenDesign
) -> None:
    view.select([uid(design, "input_1")])
    seen = []
    for _key in range(9):
        QTest.keyClick(view, Qt.Key.Key_Down)
        seen.append(view.currentIndex().data())
    assert seen == ["res", "lane", "conv_1", "dropout_1", "lane", "tail", "dropout_2", "flatten_1",
                    "flatten_1"]  # fmt: skip
    back = []
    for _key in range(8):
        QTest.keyClick(view, Qt.Key.Key_Up)
        back.append(view.currentIndex().data())
    assert back == [*seen[6::-1], "input_1"]


def test_folding_selects_the_container_instead_of_what_it_hides(
    view: StackView, design: OpenDesign
) -> None:
    view.select([uid(design, "conv_1"), uid(design, "flatten_1"), uid(design, "dropout_1")])
    click_chevron(view, index(view, design, "res"))
    assert view.selected_paths() == [(1,), (3,)]


def test_a_folded_container_stays_folded_through_undo_and_opens_for_a_block_to_show(
    view: StackView, design: OpenDesign
) -> None:
    edits = StackEdits(design, view)
    click_chevron(view, index(view, design, "res"))
    view.select([uid(design, "res")])
    edits.delete_selected()
    design.undo_stack.undo()
    assert not view.stack_model.is_open(uid(design, "res"))
    view.select([uid(design, "conv_1")])
    assert view.stack_model.folded == frozenset()
    assert is_seen(view, index(view, design, "conv_1"))


def test_all_is_folded_and_opened_at_once(view: StackView, design: OpenDesign) -> None:
    view.folding.fold_all()
    assert view.stack_model.folded == {uid(design, "res"), uid(design, "tail")}
    view.folding.open_all()
    assert view.stack_model.folded == frozenset()
    assert is_seen(view, index(view, design, "dropout_2"))


def test_a_click_on_the_foot_selects_the_container(view: StackView, design: OpenDesign) -> None:
    foot = view.stack_model.index_of(uid(design, "res"), FOOT)
    assert view.stack_model.is_foot(foot)
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, view.visualRect(foot).center())
    assert design.current is not None
    assert design.current.name == "res"


def place(view: StackView, found: QModelIndex, share: float) -> QPointF:
    rect = view.visualRect(found)
    return QPointF(rect.left() + 60, rect.top() + share * rect.height())


class From:
    """Makes an event of the list one of what a widget drags, None for another program."""

    def __init__(self, source: QWidget | None, *about: Any) -> None:
        super().__init__(*about)
        self._source = source

    def source(self) -> QObject:
        return cast("QObject", self._source)


class MoveFrom(From, QDragMoveEvent):
    pass


class EnterFrom(From, QDragEnterEvent):
    pass


class DropFrom(From, QDropEvent):
    pass


def drop(view: StackView, data: QMimeData, point: QPointF, action: Qt.DropAction) -> bool:
    """Drag over a point, then drop there; return whether that was allowed."""
    both = COPY | MOVE
    over = MoveFrom(view, point.toPoint(), both, data, LEFT, PLAIN)
    over.setDropAction(action)
    view.dragMoveEvent(over)
    event = DropFrom(view, point, both, data, LEFT, PLAIN)
    event.setDropAction(action)
    if over.isAccepted():
        view.dropEvent(event)
    return over.isAccepted()


@pytest.mark.parametrize(
    ("row", "share", "expected"),
    [
        ("res", 0.2, [["conv_1", "dropout_1"], []]),
        ("res", 0.8, [["new", "conv_1", "dropout_1"], []]),
        ("conv_1", 0.8, [["conv_1", "new", "dropout_1"], []]),
        ("lane 2", 0.1, [["conv_1", "dropout_1", "new"], []]),
        ("lane 2", 0.6, [["conv_1", "dropout_1"], ["new"]]),
        ("foot", 0.2, [["conv_1", "dropout_1"], ["new"]]),
        ("foot", 0.8, [["conv_1", "dropout_1"], []]),
    ],
)
def test_a_kind_lands_in_the_lane_next_to_the_mouse(
    view: StackView, design: OpenDesign, row: str, share: float, expected: list[list[str]]
) -> None:
    rows = {
        "lane 2": lane(view, design, "res", 1),
        "foot": view.stack_model.index_of(uid(design, "res"), FOOT),
    }
    found = rows.get(row) or index(view, design, row)
    assert drop(view, kind_data("BatchNormalization"), place(view, found, share), COPY)
    renamed = [["new" if name.startswith("norm") else name for name in r]
               for r in told(design, "res")]  # fmt: skip
    assert renamed == expected
    assert len(design.network.paths) == 8
    assert design.undo_stack.count() == 1


def test_blocks_are_dragged_into_a_lane_and_out_again(view: StackView, design: OpenDesign) -> None:
    flatten = uid(design, "flatten_1")
    view.select([flatten])
    second = lane(view, design, "res", 1)
    assert drop(view, blocks_data([flatten]), place(view, second, 0.5), MOVE)
    assert told(design, "res") == [["conv_1", "dropout_1"], ["flatten_1"]]
    assert view.selected_paths() == [(1, 1, 0)]
    assert drop(view, blocks_data([flatten]), QPointF(100, 790), MOVE)
    assert told(design, "res") == [["conv_1", "dropout_1"], []]
    assert design.undo_stack.undoText() == "Move"


@pytest.mark.parametrize("action", [MOVE, COPY])
@pytest.mark.parametrize("other", [None, QWidget], ids=["another program", "another widget"])
def test_blocks_of_another_window_do_not_stand_for_those_of_the_same_uid(
    view: StackView,
    design: OpenDesign,
    action: Qt.DropAction,
    other: type[QWidget] | None,
) -> None:
    source = other(view) if other else None
    data, both, point = blocks_data([uid(design, "conv_1")]), COPY | MOVE, QPointF(100, 790)
    about = (point.toPoint(), both, data, LEFT, PLAIN)
    enter = EnterFrom(source, *about)
    view.dragEnterEvent(enter)
    assert not enter.isAccepted()
    over = MoveFrom(source, *about)
    view.dragMoveEvent(over)
    assert not over.isAccepted()
    dropped = DropFrom(source, point, both, data, LEFT, PLAIN)
    dropped.setDropAction(action)
    view.dropEvent(dropped)
    assert not dropped.isAccepted()
    assert view.drop_place is None
    assert design.undo_stack.count() == 0


def test_own_blocks_are_read_once_a_drag_and_renewed_only_when_they_are_dropped(
    view: StackView, design: OpenDesign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = my_blocks.save(tmp_path, "tail", design.network.nodes[2:])
    read, renewed = Mock(wraps=read_fragment), Mock(wraps=insertion_at)
    monkeypatch.setattr(dragged, "read_fragment", read)
    monkeypatch.setattr(drop_steps, "insertion_at", renewed)
    for x in range(100, 120):
        data = own_data(own)
        event = QDragMoveEvent(QPoint(x, 790), COPY, data, LEFT, PLAIN)
        view.dragMoveEvent(event)
        assert event.isAccepted()
    assert renewed.call_count == 0
    assert drop(view, own_data(own), QPointF(100, 790), COPY)
    assert (read.call_count, renewed.call_count) == (1, 1)
    assert [node.block.kind for node in design.network.nodes[-2:]] == ["Group", "Flatten"]


def test_own_blocks_larger_than_a_file_of_them_may_be_are_not_read(
    view: StackView, design: OpenDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = fragment_text(design.network.nodes[1:]).encode()
    data = QMimeData()
    data.setData(OWN_MIME, QByteArray(text))
    assert own_nodes(data) == design.network.nodes[1:]
    monkeypatch.setattr(dragged, "LARGEST_FILE", len(text) - 1)
    assert own_nodes(data) == ()
    assert not drop(view, data, QPointF(100, 790), COPY)


def test_with_ctrl_a_copy_is_dropped_and_the_block_stays(
    view: StackView, design: OpenDesign
) -> None:
    conv = uid(design, "conv_1")
    view.select([conv])
    assert drop(view, blocks_data([conv]), QPointF(100, 790), COPY)
    assert design.network.nodes[-1].name == "conv_2"
    assert told(design, "res") == [["conv_1", "dropout_1"], []]
    assert design.current is not None
    assert design.current.name == "conv_2"


def test_a_container_is_not_dropped_into_itself(view: StackView, design: OpenDesign) -> None:
    holder = uid(design, "res")
    for target in (lane(view, design, "res", 1), index(view, design, "conv_1")):
        assert not drop(view, blocks_data([holder]), place(view, target, 0.5), MOVE)
    assert design.undo_stack.count() == 0


def test_lanes_are_added_moved_and_removed_by_the_keyboards_place(
    view: StackView, design: OpenDesign
) -> None:
    edits = StackEdits(design, view)
    view.select([uid(design, "dropout_1")])
    edits.add_lane()
    assert told(design, "res") == [["conv_1", "dropout_1"], [], []]
    assert view.currentIndex() == lane(view, design, "res", 1)
    edits.move_selected(-1)
    assert told(design, "res") == [[], ["conv_1", "dropout_1"], []]
    assert view.currentIndex() == lane(view, design, "res", 0)
    view.select([uid(design, "conv_1")])
    edits.remove_lane()
    assert told(design, "res") == [[], []]
    texts = []
    while design.undo_stack.canUndo():
        texts.append(design.undo_stack.undoText())
        design.undo_stack.undo()
    assert texts == ["Remove lane", "Move lane", "Add lane"]
    assert told(design, "res") == [["conv_1", "dropout_1"], []]
    assert is_seen(view, index(view, design, "dropout_1"))


def test_a_selected_parallel_gets_its_new_lane_at_the_end(
    view: StackView, design: OpenDesign
) -> None:
    edits = StackEdits(design, view)
    view.select([uid(design, "res")])
    edits.add_lane()
    assert told(design, "res") == [["conv_1", "dropout_1"], [], []]
    view.select([uid(design, "dropout_2")])
    assert edits.lane_at_hand is None
    edits.add_lane()
    edits.remove_lane()
    assert design.undo_stack.count() == 1


def test_wrapping_and_unwrapping_keep_the_blocks_selected(
    view: StackView, design: OpenDesign
) -> None:
    edits = StackEdits(design, view)
    view.select([uid(design, "dropout_2"), uid(design, "flatten_1")])
    edits.wrap_selected(Parallel())
    assert told(design, "parallel_1") == [["dropout_2", "flatten_1"], []]
    assert view.selected_paths() == [(2, 0, 0)]
    assert is_seen(view, index(view, design, "flatten_1"))
    edits.unwrap_selected()
    assert told(design, "tail") == [["dropout_2", "flatten_1"]]
    assert view.selected_paths() == [(2, 0, 0), (2, 0, 1)]
    assert [design.undo_stack.text(i) for i in (0, 1)] == ["Wrap in Parallel", "Unwrap"]
    design.undo_stack.setIndex(0)
    assert design.network.nodes[3].name == "flatten_1"


def test_muting_goes_over_blocks_of_several_lists_and_changes_the_facts(
    view: StackView, design: OpenDesign
) -> None:
    edits = StackEdits(design, view)
    before = design.report.total_weights
    view.select([uid(design, "conv_1"), uid(design, "flatten_1")])
    edits.mute_selected()
    assert design.report.total_weights == 0
    assert [n.name for _p, n in design.network.walk() if n.muted] == ["conv_1", "flatten_1"]
    edits.mute_selected()
    assert design.report.total_weights == before
    assert design.undo_stack.undoText() == "Unmute"


def test_every_row_is_read_aloud(view: StackView, design: OpenDesign) -> None:
    def read(row: int) -> str:
        return str(view.stack_model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))

    said = [read(row) for row in range(view.stack_model.rowCount())]
    assert said[1:6] == [
        "res, Parallel Add",
        "lane 1 of res",
        "conv_1, Conv2D 4 · 3×3 · same, in lane 1 of res",
        "dropout_1, Dropout 0.5, in lane 1 of res",
        "lane 2 of res, empty, passes its input on",
    ]
    assert said[6] == "end of res, Add"
    view.folding.toggle(uid(design, "res"))
    assert read(1) == "res, Parallel Add, folded"


def test_the_list_scrolls_under_a_drag_at_its_edge(
    view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    view.resize(380, 200)
    view.show()
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    point, data = QPointF(80, view.viewport().height() - 4), kind_data("Dropout")
    with qtbot.waitSignal(bar.valueChanged):
        view.dragMoveEvent(QDragMoveEvent(point.toPoint(), COPY, data, LEFT, PLAIN))
    assert 0 < bar.value() < bar.maximum()
    view.dropEvent(QDropEvent(point, COPY, data, LEFT, PLAIN))
    assert design.undo_stack.count() == 1


def test_the_mark_stays_with_the_mouse_while_the_list_scrolls(
    view: StackView, design: OpenDesign
) -> None:
    view.resize(380, 200)
    QTest.qWait(0)
    point = QPointF(80, 120)
    data = kind_data("Dropout")
    view.dragMoveEvent(QDragMoveEvent(point.toPoint(), COPY, data, LEFT, PLAIN))
    before = view.drop_place
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert view.drop_place is not None
    assert view.drop_place != before
    assert view.drop_place.target == view.drop_target_at(QPoint(80, 120))
    view.resize(380, 800)
