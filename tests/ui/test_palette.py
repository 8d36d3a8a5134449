"""The palette: what it shows, what is found in it, and how it is used without a mouse."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDropEvent, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from cnnstudio.core import i18n, my_blocks, settings
from cnnstudio.core.blocks import CATALOGUE
from cnnstudio.core.network import network_of, starter_network
from cnnstudio.core.settings import Settings
from cnnstudio.ui.editor.dragged import KIND_MIME, is_for_the_list, own_data, own_nodes
from cnnstudio.ui.editor.drop_steps import step_of
from cnnstudio.ui.editor.palette import Palette
from cnnstudio.ui.editor.palette_rows import star_box
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, Theme, font

WIDTH = 248
"""Of the palette in a new window."""
NODES = starter_network().nodes[1:4]


@pytest.fixture
def kept() -> Settings:
    return Settings()


@pytest.fixture
def palette(theme: Theme, kept: Settings, qtbot: QtBot) -> Palette:
    palette = Palette(theme, kept)
    qtbot.addWidget(palette)
    palette.resize(WIDTH, 700)
    palette.show()
    qtbot.waitActive(palette)
    return palette


def visible(palette: Palette) -> list[str]:
    """Return the rows that can be seen, headings in brackets."""
    tree, found = palette.tree, []
    for heading in tree.headings():
        if heading.isHidden():
            continue
        found.append(f"[{heading.text(0)}]")
        rows = (heading.child(number) for number in range(heading.childCount()))
        if heading.isExpanded():
            found += [row.text(0) for row in rows if row is not None and not row.isHidden()]
    return found


def row_named(palette: Palette, name: str) -> QTreeWidgetItem:
    return next(row for row in palette.tree.rows() if row.text(0) == name)


def search(palette: Palette, text: str) -> None:
    palette.focus_search()
    palette.search.setText(text)


def test_common_kinds_come_first_and_families_are_folded(palette: Palette) -> None:
    shown = visible(palette)
    assert shown[:3] == ["[Common]", "Input", "Conv2D"]
    assert "[Pooling]" in shown
    assert shown.index("[Pooling]") == shown.index("[Convolution]") + 1


def test_every_kind_of_the_catalogue_is_in_its_family(palette: Palette) -> None:
    names = [row.text(0) for row in palette.tree.rows()]
    assert set(CATALOGUE) <= set(names)


def test_no_kind_is_cut_at_the_default_width_even_with_its_star(palette: Palette) -> None:
    metrics = QFontMetrics(font(BODY))
    scroll_bar, before_the_text = 10, 32
    room = star_box(palette.tree.rect()).left() - scroll_bar - before_the_text
    for name in CATALOGUE:
        assert metrics.horizontalAdvance(name) <= room, name


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("pool", "MaxPooling2D"),
        ("bn", "BatchNormalization"),
        ("gap", "GlobalAveragePooling2D"),
        ("fc", "Dense"),
        ("卷积", "Conv2D"),
        ("展平", "Flatten"),
        ("max pool", "MaxPooling2D"),
        ("mean 0 and variance", "BatchNormalization"),
        ("residual block", "Parallel"),
        ("POOLING average", "AveragePooling2D"),
    ],
)
def test_a_search_finds_names_short_names_chinese_words_and_lessons(
    text: str, first: str, palette: Palette
) -> None:
    search(palette, text)
    entry = palette.tree.entry
    assert entry is not None
    assert entry.kind == first
    shown = [name for name in visible(palette) if not name.startswith("[")]
    assert len(set(shown)) == len(shown), "each is found once"


def test_a_chinese_studio_finds_the_words_of_its_lessons(
    theme: Theme, kept: Settings, qtbot: QtBot
) -> None:
    i18n.use_language("zh_CN")
    try:
        palette = Palette(theme, kept)
        qtbot.addWidget(palette)
        search(palette, "滤波器")
        assert "Conv2D" in visible(palette)
    finally:
        i18n.use_language("en")


def test_enter_adds_the_best_find_and_clears_the_search(palette: Palette, qtbot: QtBot) -> None:
    search(palette, "drop")
    with qtbot.waitSignal(palette.chosen) as told:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert told.args == ["Dropout"]
    assert palette.search.text() == ""
    assert palette.search.hasFocus()
    assert visible(palette)[0] == "[Common]"


def test_nothing_is_added_for_what_is_not_found(palette: Palette, qtbot: QtBot) -> None:
    search(palette, "xyzzy")
    assert visible(palette) == []
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
        palette.search.clear()
        QTest.keyClick(palette.search, Qt.Key.Key_Return)


def test_the_keyboard_goes_down_into_the_list_adds_there_and_comes_back(
    palette: Palette, qtbot: QtBot
) -> None:
    search(palette, "pool")
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.tree.hasFocus()
    QTest.keyClick(palette.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as told:
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert told.args == ["AveragePooling2D"]
    for _press in range(3):
        QTest.keyClick(palette.tree, Qt.Key.Key_Up)
    assert palette.search.hasFocus()


def test_letters_typed_in_the_list_go_on_in_the_search(palette: Palette) -> None:
    search(palette, "dro")
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.tree, Qt.Key.Key_P)
    assert palette.search.hasFocus()
    assert palette.search.text() == "drop"


def test_the_row_with_the_keyboard_looks_unlike_the_one_without(palette: Palette) -> None:
    search(palette, "dropout")
    row = palette.tree.visualItemRect(row_named(palette, "Dropout"))
    shown = palette.tree.currentItem()
    assert shown is not None
    row = palette.tree.visualItemRect(shown)
    spot = QPoint(palette.tree.viewport().width() // 2 + 30, row.center().y())

    def surface() -> str:
        return palette.tree.viewport().grab().toImage().pixelColor(spot).name()

    pale = surface()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert surface() != pale


def test_a_heading_folds_by_click_and_by_key_and_stays_so(
    palette: Palette, kept: Settings, theme: Theme, qtbot: QtBot
) -> None:
    tree = palette.tree
    pooling = next(heading for heading in tree.headings() if heading.text(0) == "Pooling")
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(pooling).center()
    )
    assert pooling.isExpanded()
    tree.setFocus()
    tree.setCurrentItem(tree.headings()[0])
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert kept.folds == {"pooling": False, "common": True}
    search(palette, "conv")
    palette.search.clear()
    assert kept.folds == {"pooling": False, "common": True}
    again = Palette(theme, kept)
    qtbot.addWidget(again)
    assert "MaxPooling2D" in visible(again)
    assert "Conv2D" not in visible(again)


def test_a_star_puts_a_kind_on_top_and_takes_it_away(palette: Palette, kept: Settings) -> None:
    tree = palette.tree
    row = tree.visualItemRect(palette.item("Flatten"))
    row.setLeft(0)
    row.setRight(tree.viewport().width() - 1)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=star_box(row).center())
    assert visible(palette)[:2] == ["[Favourites]", "Flatten"]
    assert settings.load().favourites == ["Flatten"]
    tree.setFocus()
    tree.setCurrentItem(palette.item("Flatten"))
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(tree, Qt.Key.Key_F, held)
    assert visible(palette)[0] == "[Common]"
    assert kept.favourites == []


def test_the_menu_of_a_kind_offers_the_star(palette: Palette) -> None:
    menu = palette.menu_for(palette.tree.entry_at(palette.item("Dense")))
    texts = [action.text() for action in menu.actions()]
    assert "Add to the &favourites" in texts
    menu.deleteLater()


def test_a_kind_is_dragged_by_its_name(palette: Palette) -> None:
    data = palette.tree.mimeData([palette.item("Dense")])
    assert bytes(data.data(KIND_MIME).data()) == b"Dense"


# A person's own blocks


def test_own_blocks_are_saved_shown_chosen_renamed_and_deleted(
    palette: Palette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(["res block", "stem"])
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_args: (next(names), True)))
    with qtbot.waitSignal(palette.said):
        palette.own.ask_save(NODES)
    assert visible(palette)[:2] == ["[My blocks]", "res block"]
    row = row_named(palette, "res block")
    with qtbot.waitSignal(palette.own_chosen) as told:
        palette.tree.itemActivated.emit(row, 0)
    assert told.args == [NODES]
    entry = palette.tree.entry_at(row)
    assert entry is not None
    assert entry.own is not None
    palette.own.ask_rename(entry.own)
    assert visible(palette)[:2] == ["[My blocks]", "stem"]
    palette.tree.setFocus()
    palette.tree.setCurrentItem(row_named(palette, "stem"))
    with qtbot.waitSignal(palette.said) as said:
        QTest.keyClick(palette.tree, Qt.Key.Key_Delete)
    assert visible(palette)[0] == "[Common]"
    assert said.args is not None
    notice: Notice = said.args[0]
    assert notice.act is not None
    notice.act()
    assert visible(palette)[:2] == ["[My blocks]", "stem"]


def test_without_a_name_nothing_is_saved(palette: Palette, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (("x", False), ("  ", True)):
        monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_a, a=answer: a))
        palette.own.ask_save(NODES)
    assert palette.own.shelf.blocks == ()


def test_own_blocks_dropped_into_the_list_are_copied(design: OpenDesign, tmp_path: Path) -> None:
    own = my_blocks.save(tmp_path, "three", NODES)
    step = step_of(design.network, own_data(own), (1,), copy=True)
    assert step is not None
    design.push(step)
    names = [node.name for node in design.network.nodes]
    assert [node.block for node in design.network.nodes[1:4]] == [node.block for node in NODES]
    assert len(set(names)) == len(names) == 10


def dropped(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_file_of_blocks_can_be_dropped_into_the_list_but_not_an_unreadable_one(
    tmp_path: Path,
) -> None:
    own = my_blocks.save(tmp_path, "three", NODES)
    assert is_for_the_list(dropped([own.path]))
    assert own_nodes(dropped([own.path])) == NODES
    own.path.write_text("{")
    assert not is_for_the_list(dropped([own.path]))
    own.path.unlink()
    assert not is_for_the_list(dropped([own.path]))


def test_files_dropped_onto_the_palette_are_taken_in(
    palette: Palette, tmp_path: Path, qtbot: QtBot
) -> None:
    own = my_blocks.save(tmp_path, "from a friend", network_of(*[n.block for n in NODES]).nodes)
    bad = tmp_path / f"bad{my_blocks.SUFFIX}"
    bad.write_text("[]")
    data = dropped([own.path, bad])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(palette.said) as said:
        palette.dropEvent(drop)
    assert "from a friend" in visible(palette)
    assert said.args is not None
    assert "bad.blocks.json" in said.args[0].text


def test_the_folder_is_read_off_the_windows_thread_each_time_the_palette_is_shown(
    palette: Palette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    read_shelf = my_blocks.read_shelf

    def noted(place: Path) -> my_blocks.Shelf:
        threads.append(threading.current_thread())
        return read_shelf(place)

    monkeypatch.setattr(my_blocks, "read_shelf", noted)
    palette.hide()
    my_blocks.save(my_blocks.folder(), "from elsewhere", NODES)
    palette.show()
    qtbot.waitUntil(lambda: "from elsewhere" in visible(palette))
    assert threads
    assert threading.main_thread() not in threads


def test_what_was_read_before_a_change_does_not_undo_it(palette: Palette, qtbot: QtBot) -> None:
    palette.own.read_in_background()
    assert QThreadPool.globalInstance().waitForDone(10_000)
    my_blocks.save(my_blocks.folder(), "just saved", NODES)
    palette.own.read()
    QTest.qWait(0)
    assert "just saved" in visible(palette)


def test_an_unreadable_file_is_told_once_and_hides_no_other(palette: Palette, qtbot: QtBot) -> None:
    good = my_blocks.save(my_blocks.folder(), "good", NODES)
    (good.path.parent / f"bad{my_blocks.SUFFIX}").write_text("rubbish")
    with qtbot.waitSignal(palette.said) as said:
        palette.own.read()
    assert said.args is not None
    assert "bad.blocks.json" in said.args[0].text
    assert "good" in visible(palette)
    with qtbot.assertNotEmitted(palette.said):
        palette.own.read()
