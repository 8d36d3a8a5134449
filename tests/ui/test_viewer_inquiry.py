"""When the engine is asked, and what is made of its answers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.look_messages import DatasetImage, Maps, Probed
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer import painting_cost
from cnnstudio.ui.viewer.block_cache import BlockCache
from cnnstudio.ui.viewer.inquiry import Inquiry, Standing
from cnnstudio.ui.viewer.look_interval import REST, SHORTEST, LookInterval
from cnnstudio.ui.viewer.painting_cost import PaintingCost
from tests.ui.changes import mute, retune, uid
from tests.ui.played_trainer import PlayedTrainer

SEVEN, EIGHT = DatasetImage("mnist-5k", 7), DatasetImage("mnist-5k", 8)


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[PlayedTrainer]:
    trainer = PlayedTrainer()
    trainer.answers_at_once = False
    yield trainer
    trainer.deleteLater()


@pytest.fixture
def inquiry(design: OpenDesign, trainer: PlayedTrainer) -> Iterator[Inquiry]:
    inquiry = Inquiry(design, cast(Trainer, trainer))
    yield inquiry
    inquiry.deleteLater()


@pytest.fixture
def arrived(inquiry: Inquiry) -> list[Maps]:
    arrived: list[Maps] = []
    inquiry.arrived.connect(arrived.append)
    return arrived


def test_nothing_is_asked_before_somebody_looks(inquiry: Inquiry, trainer: PlayedTrainer) -> None:
    inquiry.look_at(SEVEN)
    trainer.enter(EngineState.READY)
    assert trainer.asked == []
    inquiry.set_active(active=True)
    assert [asked.image for asked in trainer.asked] == [SEVEN]


def test_the_first_block_with_maps_stands_in_for_no_block(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    assert trainer.asked[0].block == uid(design, "conv_1")
    assert trainer.asked[0].pixels == design.plan.pixels


def test_another_block_is_asked_for_once_and_then_known(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign, arrived: list[Maps]
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    design.set_current(uid(design, "dense_1"))
    assert trainer.asked[-1].image is None
    trainer.answer()
    asked = len(trainer.asked)
    design.set_current(uid(design, "conv_1"))
    design.set_current(uid(design, "dense_1"))
    assert len(trainer.asked) == asked
    shown = [uid(design, name) for name in ("conv_1", "dense_1", "conv_1", "dense_1")]
    assert [maps.block for maps in arrived] == shown
    assert inquiry.standing is Standing.ANSWERED


def test_maps_of_a_block_left_meanwhile_are_kept_but_not_shown(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign, arrived: list[Maps]
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    design.set_current(uid(design, "dense_1"))
    trainer.answer()
    assert arrived == []
    assert trainer.asked[-1].block == uid(design, "dense_1")
    trainer.answer()
    design.set_current(uid(design, "conv_1"))
    assert [maps.block for maps in arrived] == [uid(design, "dense_1"), uid(design, "conv_1")]
    assert len(trainer.asked) == 2


def test_an_answer_to_an_older_question_is_dropped(
    inquiry: Inquiry, trainer: PlayedTrainer, arrived: list[Maps]
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    inquiry.look_at(EIGHT)
    trainer.answer(trainer.generation - 1)
    assert arrived == []
    trainer.answer()
    assert len(arrived) == 1
    assert inquiry.asked_image == EIGHT


def test_a_change_of_the_network_is_asked_about_when_typing_has_paused(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    for filters in (8, 16, 32):
        retune(design, "conv_1", filters=filters)
    assert len(trainer.asked) == 1
    assert inquiry.standing is Standing.WAITING
    qtbot.waitUntil(lambda: len(trainer.asked) == 2)
    assert trainer.asked[-1].network == design.network


def test_a_network_that_cannot_be_built_is_not_asked_about(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    retune(design, "conv_1", kernel_size=(40, 40))
    assert inquiry.standing is Standing.FAULTY
    with qtbot.waitSignal(inquiry.changed):
        pass
    assert len(trainer.asked) == 1
    design.undo_stack.undo()
    qtbot.waitUntil(lambda: len(trainer.asked) == 2)


def test_of_a_network_with_errors_the_blocks_before_the_first_are_looked_at(
    inquiry: Inquiry,
    trainer: PlayedTrainer,
    design: OpenDesign,
    arrived: list[Maps],
    qtbot: QtBot,
) -> None:
    probed: list[Probed] = []
    inquiry.probed.connect(probed.append)
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    assert probed[-1].labels
    design.set_current(uid(design, "conv_1"))
    retune(design, "pool_1", pool_size=(40, 40))
    qtbot.waitUntil(lambda: len(trainer.asked) == 2)
    assert [node.name for node in trainer.asked[-1].network.nodes] == ["input_1", "conv_1"]
    trainer.answer()
    seen = [inquiry.standing]
    assert arrived[-1].block == uid(design, "conv_1")
    assert not probed[-1].labels, "what leaves a piece of the network is no class"
    for name in ("pool_1", "dense_1"):
        design.set_current(uid(design, name))
        seen.append(inquiry.standing)
    assert seen == [Standing.ANSWERED, Standing.FAULTY, Standing.FAULTY]
    assert len(trainer.asked) == 2
    design.undo_stack.undo()
    qtbot.waitUntil(lambda: len(trainer.asked) == 3)
    trainer.answer()
    assert probed[-1].labels
    assert arrived[-1].block == uid(design, "dense_1")


def test_another_pixel_range_is_another_question(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    design.push_plan(replace(design.plan, epochs=99), "Epochs")
    assert len(trainer.asked) == 1
    design.push_plan(replace(design.plan, pixels="-1..1"), "Pixels")
    assert trainer.asked[-1].pixels == "-1..1"
    design.push_plan(replace(design.plan, resize="fit"), "Resizing")
    assert trainer.asked[-1].resize == "fit"


def test_the_engine_is_asked_when_it_is_there_again(
    inquiry: Inquiry, trainer: PlayedTrainer, arrived: list[Maps]
) -> None:
    trainer.state = EngineState.STARTING
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    assert (trainer.asked, inquiry.standing) == ([], Standing.NO_ENGINE)
    trainer.enter(EngineState.READY)
    trainer.answer()
    trainer.enter(EngineState.LOST)
    trainer.fail("the engine stopped unexpectedly")
    assert inquiry.standing is Standing.NO_ENGINE
    assert inquiry.failure is None
    trainer.enter(EngineState.READY)
    trainer.answer()
    assert len(arrived) == 2


def test_maps_are_asked_for_again_while_the_network_learns_and_when_it_has_learned(
    inquiry: Inquiry, trainer: PlayedTrainer, arrived: list[Maps], qtbot: QtBot
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    trainer.enter(EngineState.TRAINING)
    with qtbot.waitSignal(inquiry.changed, timeout=3000):
        pass
    assert len(trainer.asked) == 2
    trainer.answer()
    trainer.end_run()
    assert len(trainer.asked) == 3
    trainer.answer()
    assert len(arrived) == 3


def test_weights_that_were_read_are_looked_at(
    inquiry: Inquiry, trainer: PlayedTrainer, arrived: list[Maps]
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    trainer.weights_read.emit(None)
    trainer.answer()
    assert (len(trainer.asked), len(arrived)) == (2, 2)


def test_no_question_is_asked_while_one_is_open_or_nobody_looks(
    inquiry: Inquiry, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.enter(EngineState.TRAINING)
    with pytest.raises(qtbot.TimeoutError), qtbot.waitSignal(inquiry.changed, timeout=1000):
        pass
    assert len(trainer.asked) == 1
    trainer.answer()
    inquiry.set_active(active=False)
    with pytest.raises(qtbot.TimeoutError), qtbot.waitSignal(inquiry.changed, timeout=1000):
        pass
    assert len(trainer.asked) == 1
    inquiry.set_active(active=True)
    assert len(trainer.asked) == 2


def test_a_block_selected_while_nobody_looks_is_asked_for_when_somebody_does(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign, arrived: list[Maps]
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    inquiry.set_active(active=False)
    design.set_current(uid(design, "pool_1"))
    assert len(trainer.asked) == 1
    inquiry.set_active(active=True)
    assert len(trainer.asked) == 2
    trainer.answer()
    assert arrived[-1].block == uid(design, "pool_1")
    assert inquiry.standing is Standing.ANSWERED


def test_a_muted_block_is_not_asked_for(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    mute(design, "dropout_1")
    design.set_current(uid(design, "dropout_1"))
    assert inquiry.standing is Standing.MUTED
    assert len(trainer.asked) == 1


def test_after_a_failure_the_next_block_is_a_new_question(
    inquiry: Inquiry, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.fail("out of memory")
    assert inquiry.failure is not None
    design.set_current(uid(design, "dense_1"))
    assert trainer.asked[-1].image == SEVEN
    trainer.answer()
    assert inquiry.standing is Standing.ANSWERED


def test_looking_costs_at_most_a_twentieth_of_the_time(design: OpenDesign) -> None:
    interval = LookInterval()
    network = design.network
    interval.answered(network, 3.0)
    assert interval.rest() == SHORTEST
    interval.answered(network, 0.5)
    assert interval.rest() == pytest.approx(REST * 0.5)
    interval.answered(network, 0.001)
    assert interval.rest() == SHORTEST


def test_maps_used_longest_ago_make_room() -> None:
    cache = BlockCache(most_bytes=2 * 4 * 100)
    for block in ("a", "b"):
        cache.put(block, np.zeros(100, np.float32))
    cache.get("a")
    cache.put("c", np.zeros(100, np.float32))
    assert [block for block in "abc" if block in cache] == ["a", "c"]
    cache.put("huge", np.zeros(10_000, np.float32))
    assert "huge" in cache


def test_the_time_that_drawing_takes_is_waited_for_too(
    inquiry: Inquiry, trainer: PlayedTrainer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = iter((2.0, 2.25))
    monkeypatch.setattr(painting_cost, "process_time", lambda: next(used))
    rested: list[float] = []
    monkeypatch.setattr(inquiry, "rest_longer", rested.append)
    PaintingCost(inquiry, cast(Trainer, trainer))
    inquiry.look_at(SEVEN)
    inquiry.set_active(active=True)
    trainer.answer()
    assert not rested, "nothing learns"
    trainer.enter(EngineState.TRAINING)
    inquiry.ask()
    trainer.answer()
    qtbot.waitUntil(lambda: rested == [0.25])
