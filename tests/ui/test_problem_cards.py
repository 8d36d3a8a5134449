"""Problems in the inspector and in the panel, and the buttons that mend them."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Remove, Step
from cnnstudio.core.network import network_of
from cnnstudio.ui.editor.inspector import Inspector
from cnnstudio.ui.editor.overview import Overview
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.editor.problem_list import ProblemList
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


@pytest.fixture
def overview(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Overview:
    overview = Overview(design, theme)
    qtbot.addWidget(overview)
    overview.show()
    return overview


def test_mend_all_leaves_no_error_and_is_one_step(
    overview: Overview, design: OpenDesign, qtbot: QtBot
) -> None:
    problems = overview.findChild(ProblemList)
    button = overview.findChild(QPushButton)
    assert problems is not None
    assert button is not None
    assert problems.problems
    with qtbot.waitSignal(design.changed):
        button.click()
    assert button.isEnabled()
    assert not design.report.errors
    assert design.undo_stack.count() == 1
    design.undo_stack.undo()
    assert design.report.errors


def test_what_was_changed_meanwhile_is_not_mended_as_it_was(
    overview: Overview, design: OpenDesign, qtbot: QtBot
) -> None:
    button = overview.findChild(QPushButton)
    assert button is not None
    button.click()
    mine = Step("Delete", (Remove((3,), design.network.nodes[3]),))
    design.push(mine)
    qtbot.waitUntil(button.isEnabled)
    assert design.undo_stack.count() == 1


def test_a_network_without_an_input_is_given_one_by_a_button(
    overview: Overview, design: OpenDesign, qtbot: QtBot
) -> None:
    design.open(Design("headless", network_of(Flatten(), Dense(units=10))), None)
    cards = overview.findChild(ProblemCards)
    assert cards is not None
    assert any("Input" in text for text in cards.texts)
    qtbot.waitUntil(lambda: bool(cards.buttons))
    cards.buttons[0].click()
    assert isinstance(design.network.nodes[0].block, Input)
    assert not design.problems_of(None)
