"""Whatever is done to the list in any order, it shows the network, and undo leads back to it."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import Theme
from tests.ui.list_machine import ListMachine, clear_clipboard


@pytest.fixture
def begin(theme: Theme, qtbot: QtBot) -> Iterator[Callable[[int], ListMachine]]:
    """Begin work on a list of its own by a seed; the work of the seed before is over then."""
    running: list[ListMachine] = []

    def start(seed: int) -> ListMachine:
        end()
        clear_clipboard()
        running.append(ListMachine(seed, theme))
        return running[0]

    def end() -> None:
        while running:
            running.pop().close()

    yield start
    end()


@pytest.mark.parametrize("seed", range(6))
def test_list_and_network_agree_after_every_edit_and_undo_leads_back(
    seed: int, begin: Callable[[int], ListMachine]
) -> None:
    machine = begin(seed)
    for _edit in range(80):
        machine.act()
        machine.check()
    machine.undo_and_redo_all()


ROUNDS, EDITS_A_ROUND, BUILT_EVERY = 200, 500, 100


@pytest.mark.soak
@pytest.mark.tensorflow
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_edits_keep_list_network_and_keras_in_agreement(
    begin: Callable[[int], ListMachine],
) -> None:
    import keras

    from cnnstudio.engine.builder import build

    built = 0
    for seed in range(ROUNDS):
        machine = begin(1000 + seed)
        rested = 0
        for _edit in range(EDITS_A_ROUND):
            machine.act()
            machine.check()
            report, rested = machine.design.report, rested + 1
            if rested > BUILT_EVERY and not report.errors:
                rested = 0
                model = build(machine.network).model
                assert model.output_shape[1:] == report.output_shape
                assert model.count_params() == report.total_weights
                keras.backend.clear_session()
                built += 1
        machine.undo_and_redo_all()
        QApplication.processEvents()
    assert built > 2 * ROUNDS
