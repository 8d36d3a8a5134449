"""Problems in the inspector and in the panel, and the buttons that mend them."""

import pytest
from PySide6.QtWidgets import QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from cnnstudio.ui.editor.inspector import Inspector
from cnnstudio.ui.editor.overview import Overview
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme


@pytest.fixture
def design() -> OpenDesign:
    network = network_of(
        Input(shape=(4, 4, 1)),
        Conv2D(filters=2, kernel_size=(7, 7)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    return OpenDesign(Design("broken", network))


@pytest.fixture
def inspector(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Inspector:
    inspector = Inspector(design, theme)
    qtbot.addWidget(inspector)
    inspector.show()
    return inspector


@pytest.fixture
def cards(inspector: Inspector, design: OpenDesign, qtbot: QtBot) -> ProblemCards:
    design.set_current(design.network.nodes[1].uid)
    cards = inspector.findChild(ProblemCards)
    assert cards is not None
    qtbot.waitUntil(lambda: bool(cards.buttons))
    return cards


def test_every_button_mends_the_block_and_can_be_undone(
    cards: ProblemCards, design: OpenDesign, qtbot: QtBot
) -> None:
    assert "7×7" in cards.texts[0]
    for number in range(len(cards.buttons)):
        before = design.network
        design.set_current(before.nodes[1].uid)
        wanted = number + 1
        qtbot.waitUntil(lambda wanted=wanted: len(cards.buttons) >= wanted)  # type: ignore[misc]
        uid, offered = before.nodes[1].uid, cards.buttons[number].text()
        cards.buttons[number].click()
        assert not design.problems_of(uid), offered
        design.undo_stack.undo()
        assert design.network == before


def test_a_mended_block_shows_no_problem(cards: ProblemCards, design: OpenDesign) -> None:
    cards.buttons[0].click()
    assert cards.texts == []
    assert cards.isHidden()
    assert design.network.nodes[1].block != Conv2D(filters=2, kernel_size=(7, 7))


def test_the_last_block_shows_what_does_not_fit_the_data(
    inspector: Inspector, design: OpenDesign, qtbot: QtBot
) -> None:
    network = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=7, activation="softmax"))
    design.open(Design("seven", network), None)
    design.set_current(network.nodes[-1].uid)
    cards = inspector.findChild(ProblemCards)
    assert cards is not None
    qtbot.waitUntil(lambda: bool(cards.buttons))
    cards.buttons[0].click()
    assert design.report.output_shape == (10,)


def test_mend_all_leaves_no_error_and_is_one_step(
    design: OpenDesign, theme: Theme, qtbot: QtBot
) -> None:
    overview = Overview(design, theme)
    qtbot.addWidget(overview)
    overview.show()
    problems = overview.findChild(QListWidget)
    button = overview.findChild(QPushButton)
    assert problems is not None
    assert button is not None
    assert problems.count() >= 1
    button.click()
    assert not design.report.errors
    assert design.undo_stack.count() == 1
    design.undo_stack.undo()
    assert design.report.errors
