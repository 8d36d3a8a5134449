"""The pages beside the plan, turned by mouse and keys, each made when it is first shown."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import Theme
from cnnstudio.ui.training.train_pages import TrainPages

Made = list[str]


@pytest.fixture
def made() -> Made:
    return []


@pytest.fixture
def pages(theme: Theme, made: Made, qtbot: QtBot) -> TrainPages:
    pages = TrainPages(theme)

    def maker(key: str) -> Callable[[], QWidget]:
        def make() -> QWidget:
            made.append(key)
            return QLabel(key)

        return make

    for key in ("curves", "data"):
        pages.add(key, maker(key))
    qtbot.addWidget(pages)
    with qtbot.waitExposed(pages):
        pages.show()
    return pages


def tab(pages: TrainPages, name: str) -> QToolButton:
    (found,) = (b for b in pages.findChildren(QToolButton) if b.accessibleName() == name)
    return found


def test_a_page_is_made_when_it_is_first_shown(pages: TrainPages, made: Made) -> None:
    assert (pages.shown, made) == ("curves", ["curves"])
    tab(pages, "Data").click()
    assert (pages.shown, made) == ("data", ["curves", "data"])
    assert pages.page("data").isVisible()
    tab(pages, "Curves").click()
    tab(pages, "Data").click()
    assert made == ["curves", "data"]


def test_a_page_is_turned_to_by_keys(pages: TrainPages, qtbot: QtBot) -> None:
    tab(pages, "Curves").setFocus()
    QTest.keyClick(tab(pages, "Curves"), Qt.Key.Key_Tab)
    with qtbot.waitSignal(pages.turned) as turned:
        QTest.keyClick(tab(pages, "Data"), Qt.Key.Key_Space)
    assert turned.args == ["data"]


def test_a_tab_says_what_is_behind_it_and_its_keys(pages: TrainPages) -> None:
    assert tab(pages, "Data").toolTip().endswith("(Ctrl+7)")
