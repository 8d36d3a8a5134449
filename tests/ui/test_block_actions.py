"""The list's actions in the whole window: keys, menus, the clipboard, and what undo calls them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Dropout, Input
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.document import Design, starter_design
from cnnstudio.ui.actions import CONTAINERS, EDIT, ActionSpec
from cnnstudio.ui.gallery.gallery import Gallery
from tests.ui.test_window import Stage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage(starter_design())
    stage.open(qtbot)
    stage.window.activateWindow()
    qtbot.waitUntil(stage.window.isActiveWindow)
    yield stage
    stage.studio.close()


def names(stage: Stage) -> list[str]:
    return [node.name for node in stage.studio.design.network.nodes]


def select(stage: Stage, *wanted: str) -> None:
    network = stage.studio.design.network
    stage.window.stack.select([n.uid for _p, n in network.walk() if n.name in wanted])
    QApplication.processEvents()


def undo_text(stage: Stage) -> str:
    return stage.studio.design.undo_stack.undoText()


@pytest.mark.parametrize(("key", "place"), [(Qt.Key.Key_Up, 1), (Qt.Key.Key_Down, 3)])
def test_alt_and_an_arrow_move_the_block_also_from_a_number_field(
    stage: Stage, key: Qt.Key, place: int
) -> None:
    select(stage, "pool_1")
    stage.trigger("edit_parameters")
    field = QApplication.focusWidget()
    assert field is not None
    assert isinstance(field, QAbstractSpinBox) or isinstance(field.parent(), QAbstractSpinBox)
    before = stage.studio.design.network.nodes[2].block
    QTest.keyClick(field, key, ALT)
    assert names(stage)[place] == "pool_1"
    assert stage.studio.design.network.nodes[place].block == before
    assert undo_text(stage) == "Move"


def test_the_clipboards_keys_belong_to_the_list_only_where_the_keyboard_is_in_it(
    stage: Stage,
) -> None:
    select(stage, "pool_1")
    QTest.keySequence(stage.window.stack, QKeySequence("Ctrl+C"))
    QTest.keySequence(stage.window.stack, QKeySequence("Ctrl+V"))
    assert names(stage)[2:4] == ["pool_1", "pool_2"]
    assert undo_text(stage) == "Paste"
    stage.trigger("find_block")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QGuiApplication.clipboard().setText("conv")
    QTest.keySequence(field, QKeySequence("Ctrl+V"))
    assert field.text() == "conv"
    assert len(names(stage)) == 8


def test_what_is_cut_can_be_pasted_into_another_design(stage: Stage) -> None:
    select(stage, "conv_1", "norm_1")
    stage.trigger("cut")
    assert names(stage) == ["input_1", "pool_1", "dropout_1", "flatten_1", "dense_1"]
    assert undo_text(stage) == "Cut"
    stage.studio.design.open(Design(), None)
    stage.trigger("paste")
    assert names(stage) == ["conv_1", "norm_1"]
    assert stage.window.stack.selected_paths() == [(0,), (1,)]


def test_pasted_rubbish_leaves_the_design_and_gets_one_message(stage: Stage) -> None:
    before = stage.studio.design.network
    QGuiApplication.clipboard().setText('{"kind": 7}')
    stage.trigger("paste")
    assert stage.studio.design.network is before
    assert stage.studio.design.undo_stack.count() == 0
    assert "The clipboard holds no blocks" in stage.window.notices.text
    assert "Copy the blocks again" in stage.window.notices.text


CODE = """
from tensorflow.keras import layers
model.add(layers.Conv2D(8, 3, activation="relu"))
model.add(layers.Dropout(0.25))
model.add(Magic(7))
"""


def test_code_is_pasted_as_blocks_and_what_is_not_understood_is_told(
    stage: Stage, qtbot: QtBot
) -> None:
    design = stage.studio.design
    count = len(design.network.nodes)
    stage.window.stack.select([design.network.nodes[1].uid])
    QGuiApplication.clipboard().setText(CODE)
    with qtbot.waitSignal(design.changed):
        stage.trigger("paste")
    pasted = design.network.nodes[2:4]
    assert [node.block for node in pasted] == [
        Conv2D(filters=8, activation="relu"),
        Dropout(rate=0.25),
    ]
    assert len(design.network.nodes) == count + 2
    assert design.undo_stack.undoText() == "Paste"
    assert "1 thing" in stage.window.notices.text
    design.undo_stack.undo()
    assert len(design.network.nodes) == count


def test_a_whole_network_is_pasted_without_its_input_and_offered_as_a_design(
    stage: Stage, qtbot: QtBot
) -> None:
    design = stage.studio.design
    count = len(design.network.nodes)
    QGuiApplication.clipboard().setText(
        "from keras import Sequential, layers\n"
        "Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(3)])"
    )
    with qtbot.waitSignal(design.changed):
        stage.trigger("paste")
    assert len(design.network.nodes) == count + 2
    design.undo_stack.setClean()
    button = next(b for b in stage.window.notices.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(design.was_reset):
        button.click()
    assert [node.block.kind for node in design.network.nodes] == ["Input", "Flatten", "Dense"]


def test_code_without_a_model_leaves_the_design_and_is_refused_with_its_line(
    stage: Stage, qtbot: QtBot
) -> None:
    before = stage.studio.design.network
    QGuiApplication.clipboard().setText("import keras\nprint(")
    stage.trigger("paste")
    qtbot.waitUntil(lambda: "Line 2" in stage.window.notices.text)
    assert stage.studio.design.network is before


def test_an_empty_lane_takes_what_is_pasted_while_the_keyboard_is_at_it(stage: Stage) -> None:
    select(stage, "conv_1")
    stage.trigger("copy")
    stage.trigger("wrap_parallel")
    holder = stage.studio.design.network.nodes[1]
    stage.window.stack.show_lane(holder.uid, 1)
    stage.trigger("paste")
    lanes = stage.studio.design.network.nodes[1].lanes
    assert [[node.name for node in lane] for lane in lanes] == [["conv_1"], ["conv_2"]]


EACH = [
    ("duplicate", "Duplicate"),
    ("delete", "Delete"),
    ("cut", "Cut"),
    ("mute", "Mute"),
    ("move_up", "Move"),
    ("wrap_parallel", "Wrap in Parallel"),
    ("wrap_repeat", "Wrap in Repeat"),
    ("wrap_group", "Wrap in Group"),
]


@pytest.mark.parametrize(("key", "label"), EACH)
def test_every_action_on_several_blocks_is_one_step_with_a_name(
    stage: Stage, key: str, label: str
) -> None:
    before = stage.studio.design.network
    select(stage, "pool_1", "dropout_1", "flatten_1")
    stage.trigger(key)
    history = stage.studio.design.undo_stack
    assert (history.count(), history.undoText()) == (1, label)
    assert stage.studio.design.network != before
    stage.trigger("undo")
    assert stage.studio.design.network == before


def test_actions_are_there_when_they_can_be_done(stage: Stage) -> None:
    actions = stage.window.actions_

    def able() -> set[str]:
        keys = ("unwrap", "add_lane", "remove_lane", "fold", "mute", "move_up", "paste")
        return {key for key in keys if actions[key].isEnabled()}

    select(stage, "conv_1")
    assert able() == {"mute", "move_up", "paste"}
    stage.trigger("wrap_parallel")
    QApplication.processEvents()
    assert able() == {"mute", "move_up", "paste", "unwrap", "add_lane", "fold"}
    uid = stage.studio.design.network.nodes[1].uid
    stage.window.stack.show_lane(uid, 1)
    QApplication.processEvents()
    assert able() == {"move_up", "paste", "add_lane", "remove_lane", "fold"}
    stage.trigger("remove_lane")
    assert len(stage.studio.design.network.nodes[1].lanes) == 1


def texts(menu: QMenu) -> set[str]:
    found = set()
    for action in menu.actions():
        inner = action.menu()
        found |= texts(inner) if isinstance(inner, QMenu) else {action.objectName()}
    return found


def test_edit_menu_and_context_menu_have_every_action_of_the_list(stage: Stage) -> None:
    def keys(*groups: tuple[ActionSpec, ...]) -> set[str]:
        return {spec.key for group in groups for spec in group}

    bar = [action.menu() for action in stage.window.menuBar().actions()]
    edit = bar[1]
    assert isinstance(edit, QMenu)
    assert keys(EDIT, CONTAINERS) <= texts(edit)
    own = [menu for menu in stage.window.stack.findChildren(QMenu) if "rename" in texts(menu)]
    assert len(own) == 1
    assert keys(CONTAINERS) | {"cut", "copy", "paste", "mute", "duplicate"} <= texts(own[0])


def test_a_template_opens_as_a_design_without_a_file(stage: Stage, qtbot: QtBot) -> None:
    window, design = stage.window, stage.studio.design
    window.actions_["gallery"].trigger()
    gallery = window.findChild(Gallery)
    assert gallery is not None
    gallery.search.setText("residual blocks")
    with qtbot.waitSignal(design.was_reset):
        gallery.open_button.click()
    assert design.path is None
    assert "residual_1" in design.network.names()
    assert design.network.nodes[0].block == Input(DATASETS[design.plan.data].shape)
    assert not design.is_dirty
