"""Whatever is done to the list in any order, it shows the network, and undo leads back to it."""

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import Theme
from tests.ui.list_machine import ListMachine, clear_clipboard


def work(seed: int, edits: int, theme: Theme) -> ListMachine:
    clear_clipboard()
    machine = ListMachine(seed, theme)
    for _edit in range(edits):
        machine.act()
        machine.check()
    machine.undo_and_redo_all()
    return machine


@pytest.mark.parametrize("seed", range(6))
def test_list_and_network_agree_after_every_edit_and_undo_leads_back(
    seed: int, theme: Theme, qtbot: QtBot
) -> None:
    machine = work(seed, 80, theme)
    qtbot.addWidget(machine.view)
    machine.close()


ROUNDS, EDITS_A_ROUND, BUILT_EVERY = 200, 500, 100


@pytest.mark.soak
@pytest.mark.tensorflow
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_edits_keep_list_network_and_keras_in_agreement(
    theme: Theme, qtbot: QtBot
) -> None:
    import keras

    from cnnstudio.engine.builder import build

    clear_clipboard()
    built = 0
    for seed in range(ROUNDS):
        machine = ListMachine(1000 + seed, theme)
        qtbot.addWidget(machine.view)
        for edit in range(EDITS_A_ROUND):
            machine.act()
            machine.check()
            report = machine.design.report
            if edit % BUILT_EVERY == 0 and not report.errors:
                model = build(machine.network).model
                assert model.output_shape[1:] == report.output_shape
                assert model.count_params() == report.total_weights
                keras.backend.clear_session()
                built += 1
        machine.undo_and_redo_all()
        machine.close()
        qtbot.wait(0)
    assert built > ROUNDS
