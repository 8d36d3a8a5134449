"""The code pane, on a screen that is not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Dense, Input, Parallel
from cnnstudio.core.document import Design
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.source.writing import write_source
from cnnstudio.ui.code.code_pane import CodePane
from cnnstudio.ui.code.colouring import PARTS
from cnnstudio.ui.code.line_changes import line_change
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.core.build import network, placed
from tests.ui.changes import mute, retune, uid


@pytest.fixture
def pane(design: OpenDesign, theme: Theme, qtbot: QtBot) -> CodePane:
    pane = CodePane(design, theme)
    qtbot.addWidget(pane)
    pane.resize(560, 420)
    pane.show()
    return pane


def shown(pane: CodePane) -> str:
    return pane.view.toPlainText() + "\n"


def marked(pane: CodePane) -> list[str]:
    lines = shown(pane).splitlines()
    return [lines[line - 1].strip() for line in pane.view.marked]


def click_line(pane: CodePane, start: str) -> None:
    """Click the first line that starts with some text."""
    view = pane.view
    lines = shown(pane).splitlines()
    number = next(n for n, line in enumerate(lines) if line.lstrip().startswith(start))
    box = view.cursorRect(QTextCursor(view.document().findBlockByNumber(number)))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center() + QPoint(3, 0))


def long_design(count: int) -> Design:
    return Design(network=network_of(Input(shape=(9,)), *[Dense(units=9)] * count))


def test_it_shows_the_code_and_follows_each_change(pane: CodePane, design: OpenDesign) -> None:
    assert shown(pane) == write_source(design.network).text
    retune(design, "conv_1", filters=48)
    assert "layers.Conv2D(48, 3" in shown(pane)
    mute(design, "dropout_1")
    assert shown(pane) == write_source(design.network).text
    design.undo_stack.undo()
    design.undo_stack.undo()
    assert shown(pane) == write_source(design.network).text
    design.open(Design(network=Network()), None)
    assert shown(pane) == write_source(Network()).text
    design.open(long_design(3), None)
    assert shown(pane) == write_source(design.network).text


def test_only_lines_that_change_are_written(pane: CodePane, design: OpenDesign) -> None:
    design.open(long_design(200), None)
    changes: list[tuple[int, int, int]] = []
    pane.view.document().contentsChange.connect(lambda *change: changes.append(change))
    retune(design, "dense_100", units=12)
    assert changes
    assert sum(removed + added for _at, removed, added in changes) < 100
    assert shown(pane) == write_source(design.network).text


def test_an_edit_leaves_what_is_in_sight_where_it_is(pane: CodePane, design: OpenDesign) -> None:
    design.open(long_design(200), None)
    view = pane.view
    view.verticalScrollBar().setValue(120)
    count = view.document().blockCount()
    before = view.firstVisibleBlock().text(), view.firstVisibleBlock().blockNumber()
    retune(design, "dense_150", units=12)
    assert (view.firstVisibleBlock().text(), view.firstVisibleBlock().blockNumber()) == before
    retune(design, "dense_2", kernel_initializer="he_normal", bias_initializer="random_uniform")
    retune(design, "dense_3", kernel_initializer="random_uniform", bias_initializer="ones",
           kernel_regularizer=("l2", 0.25), bias_regularizer=("l1", 0.125))  # fmt: skip
    grown = view.document().blockCount() - count
    assert grown > 3
    assert view.firstVisibleBlock().blockNumber() == before[1] + grown


def test_out_of_sight_it_does_nothing_and_then_catches_up(
    pane: CodePane, design: OpenDesign
) -> None:
    pane.hide()
    before = shown(pane)
    retune(design, "conv_1", filters=48)
    design.set_current(uid(design, "dense_1"))
    assert shown(pane) == before
    pane.show()
    assert "layers.Conv2D(48, 3" in shown(pane)
    assert marked(pane) == ['layers.Dense(10, activation="softmax"),']


def test_the_selected_blocks_lines_are_marked(pane: CodePane, design: OpenDesign) -> None:
    assert marked(pane) == []
    design.set_current(uid(design, "conv_1"))
    assert marked(pane) == ['layers.Conv2D(64, 3, activation="relu"),']
    design.set_current(uid(design, "pool_1"))
    assert marked(pane) == ["layers.MaxPooling2D(),"]
    assert len(pane.view.extraSelections()) == 1


def test_a_selected_block_is_brought_into_sight(pane: CodePane, design: OpenDesign) -> None:
    design.open(long_design(200), None)
    design.set_current(uid(design, "dense_180"))
    (line,) = pane.view.marked
    first = pane.view.firstVisibleBlock().blockNumber() + 1
    assert first < line < first + 40


def test_a_click_on_a_line_selects_its_block(pane: CodePane, design: OpenDesign) -> None:
    click_line(pane, "layers.Dropout")
    assert design.current is not None
    assert design.current.name == "dropout_1"
    click_line(pane, "import keras")
    assert design.current.name == "dropout_1"


def test_the_arrow_keys_go_from_block_to_block(pane: CodePane, design: OpenDesign) -> None:
    click_line(pane, "layers.Dropout")
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert design.current is not None
    assert design.current.name == "norm_1"
    QTest.keyClick(pane.view, Qt.Key.Key_Up)
    QTest.keyClick(pane.view, Qt.Key.Key_Up)
    assert design.current.name == "pool_1"


def test_a_line_of_a_function_selects_the_block_nearest_to_the_current_one(
    pane: CodePane, design: OpenDesign
) -> None:
    def branch(filters: int) -> Any:
        return placed(Parallel(), [Conv2D(filters=filters, padding="same"), Conv2D(
            filters=3, padding="same")], [])  # fmt: skip

    net = network(Input(shape=(8, 8, 3)), branch(4), branch(5))
    design.open(Design(network=net), None)
    second = net.nodes[2]
    design.set_current(second.lanes[0][1].uid)
    click_line(pane, "residual = layers.Conv2D(filters, 3")
    assert design.current == second.lanes[0][0]
    click_line(pane, "outputs = residual_block(")
    assert design.current == second


def test_the_plan_comes_in_when_asked_for(pane: CodePane, design: OpenDesign) -> None:
    assert "def train" not in shown(pane)
    pane.training.click()
    assert "epochs=8," in shown(pane)
    design.push_plan(replace(design.plan, epochs=3), "Change")
    assert "epochs=3," in shown(pane)
    pane.training.click()
    assert "def train" not in shown(pane)


def test_the_code_is_copied_and_saved(
    pane: CodePane, design: OpenDesign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Notice] = []
    pane.said.connect(said.append)
    pane.copy_button.click()
    assert QGuiApplication.clipboard().text() == shown(pane)
    asked: list[str] = []

    def answer(_parent: object, _title: str, suggestion: str, _filter: str) -> tuple[str, str]:
        asked.append(suggestion)
        return str(tmp_path / "net"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    pane.save_button.click()
    assert (tmp_path / "net.py").read_text("utf-8") == shown(pane)
    assert asked[0].endswith(".py")
    pane.save(tmp_path / "missing" / "net.py")
    assert [notice.severity for notice in said] == ["info", "info", "error"]
    assert str(tmp_path / "net.py") in said[1].text


def test_the_keys_of_the_buttons_do_what_they_do(
    pane: CodePane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitExposed(pane)
    pane.activateWindow()
    pane.view.setFocus()
    QGuiApplication.clipboard().setText("")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(pane.view, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == shown(pane)
    asked: list[object] = []

    def answer(*asking: object) -> tuple[str, str]:
        asked.append(asking)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    QTest.keyClick(pane.view, Qt.Key.Key_Y, both)
    assert len(asked) == 1


def test_every_control_says_what_it_is_for(pane: CodePane) -> None:
    for control in (pane.view, pane.training, pane.copy_button, pane.save_button):
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert pane.view.accessibleName()
    assert pane.copy_button.accessibleName()
    assert pane.save_button.accessibleName()


def test_code_has_the_themes_colours(pane: CodePane, theme: Theme) -> None:
    def colors() -> set[str]:
        block = pane.view.document().firstBlock()
        return {form.format.foreground().color().name() for form in block.layout().formats()}

    assert colors() == {QColor(theme.tokens.code["keyword"]).name()}
    theme.set_mode("dark")
    assert colors() == {QColor(theme.tokens.code["keyword"]).name()}


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ('    x = layers.Conv2D(64, 3, name=f"a.{i}")(x)  # 1', ["layer", "number", "number",
         "string", "comment"]),
        ("for i in range(12):", ["keyword", "keyword", "number"]),
        ("branch_1 = layers.Dropout(1e-5)(x1)", ["layer", "number"]),
        ('use_bias=False, padding="# not"', ["keyword", "string"]),
    ],
)  # fmt: skip
def test_the_parts_of_a_line_are_told_apart(line: str, parts: list[str]) -> None:
    assert [found.lastgroup for found in PARTS.finditer(line)] == parts


_LINES = st.lists(st.sampled_from("abc"), max_size=8)


@given(_LINES, _LINES)
def test_a_change_turns_the_old_lines_into_the_new_ones(old: list[str], new: list[str]) -> None:
    change = line_change(old, new)
    if change is None:
        assert old == new
        return
    kept_after = old[change.first + change.removed :]
    assert [*old[: change.first], *change.lines, *kept_after] == new
    assert old != new


@given(changes=st.lists(st.lists(st.sampled_from(["a", "bb", ""]), min_size=1, max_size=6)))
def test_the_view_shows_what_it_is_told_whatever_it_showed(
    qapp: object, changes: list[list[str]]
) -> None:
    from cnnstudio.ui.code.code_view import CodeView

    theme = Theme("light")
    view = CodeView(theme)
    for lines in changes:
        view.show_code("\n".join(lines) + "\n", {})
        assert view.toPlainText() == "\n".join(lines)
    view.deleteLater()
    theme.deleteLater()
