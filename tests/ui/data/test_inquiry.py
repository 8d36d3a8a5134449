"""When the plan's data is read, by a trainer whose engine the test plays on a real pipe."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cnnstudio.core.data_messages import DataProgress, FilesLeftOut, ReadData
from cnnstudio.core.messages import RunFailed, RunFinished, RunStarted, Stop, Train
from cnnstudio.ui.data.inquiry import DataInquiry, Standing
from cnnstudio.ui.open_design import OpenDesign
from tests.ui.data.told_data import OF_PHOTOS, PHOTOS, design_of, facts, next_of, tell
from tests.ui.played_engine import READY, Played


@pytest.fixture
def played(qtbot: QtBot) -> Iterator[Played]:
    played = Played()
    yield played
    played.trainer.close()
    played.trainer.deleteLater()


@pytest.fixture
def photos(qtbot: QtBot) -> Iterator[OpenDesign]:
    design = design_of(PHOTOS)
    yield design
    design.deleteLater()


@pytest.fixture
def inquiry(photos: OpenDesign, played: Played, qtbot: QtBot) -> Iterator[DataInquiry]:
    owner = QObject()
    inquiry = DataInquiry(photos, played.trainer, owner)
    played.start(qtbot)
    yield inquiry
    owner.deleteLater()


def standing(inquiry: DataInquiry) -> Standing:
    """How far the reading is; a type checker does not think that it stays so."""
    return inquiry.standing


def test_data_is_read_when_somebody_looks(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    assert standing(inquiry) is Standing.UNREAD
    assert not played.far.poll()
    inquiry.set_seen(True)
    assert standing(inquiry) is Standing.READING
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    assert request.plan == photos.plan
    played.engines[-1].send(DataProgress(request.run, 20, 60))
    qtbot.waitUntil(lambda: inquiry.progress is not None)
    played.engines[-1].send(FilesLeftOut(request.run, 2, ("a is empty", "b is empty")))
    assert photos.dataset is None
    tell(played, request)
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)
    assert inquiry.left_out is not None
    assert inquiry.progress is None
    assert inquiry.can_show
    assert photos.dataset == OF_PHOTOS
    assert photos.class_sizes == (10, 20, 30)
    assert not played.trainer.is_running


def test_a_plan_changed_while_its_data_is_read_ends_that_reading_and_begins_another(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    old = next_of(played, qtbot, ReadData)
    assert isinstance(old, ReadData)
    photos.push_plan(replace(photos.plan, data="shapes"), "Data")
    assert next_of(played, qtbot, Stop) == Stop(old.run)
    # It had come to its end before it heard of that.
    tell(played, old)
    new = next_of(played, qtbot, ReadData)
    assert isinstance(new, ReadData)
    assert new.plan.data == "shapes"
    assert inquiry.facts is None
    tell(played, new)
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)
    assert inquiry.facts is not None
    assert inquiry.facts.dataset.name == "shapes"


def test_another_split_is_read_anew_and_what_is_known_stays_meanwhile(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    tell(played, next_of(played, qtbot, ReadData))
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)
    photos.push_plan(replace(photos.plan, epochs=30), "Epochs")
    assert standing(inquiry) is Standing.READ
    photos.push_plan(replace(photos.plan, validation_split=0.4), "Validation share")
    assert standing(inquiry) is Standing.READING
    assert inquiry.facts is not None
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    assert request.plan.validation_split == 0.4


def test_training_goes_before_reading_which_is_made_up_for(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    reading = next_of(played, qtbot, ReadData)
    assert isinstance(reading, ReadData)
    run = played.trainer.train(photos.network, photos.plan)
    assert next_of(played, qtbot, Stop) == Stop(reading.run)
    assert not played.far.poll()
    played.engines[-1].send(RunFinished(reading.run, 0, stopped=True))
    assert isinstance(next_of(played, qtbot, Train), Train)
    qtbot.waitUntil(lambda: inquiry.standing is Standing.WAITING)
    played.engines[-1].send(RunStarted(run, 1, 1, 0, 10, 10), RunFinished(run, 1, stopped=False))
    request = next_of(played, qtbot, ReadData)
    tell(played, request)
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)


def test_a_run_that_waits_for_a_reading_to_end_can_be_stopped(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    reading = next_of(played, qtbot, ReadData)
    assert isinstance(reading, ReadData)
    run = played.trainer.train(photos.network, photos.plan)
    with qtbot.waitSignal(played.trainer.run_ended) as ended:
        played.trainer.stop_run()
    assert ended.args == [RunFinished(run, 0, stopped=True)]
    assert not played.trainer.is_running


def test_an_engine_that_dies_ends_the_reading_and_says_so(
    inquiry: DataInquiry, played: Played, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    next_of(played, qtbot, ReadData)
    played.engines[-1].die()
    qtbot.waitUntil(lambda: inquiry.standing is Standing.FAILED)
    assert "stopped unexpectedly" in inquiry.message
    qtbot.waitUntil(lambda: len(played.engines) == 2)
    with qtbot.waitSignal(played.trainer.ready):
        played.engines[-1].send(READY)
    # Data that kills the engine would do it again and again.
    assert standing(inquiry) is Standing.FAILED
    inquiry.read()
    tell(played, next_of(played, qtbot, ReadData))
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)


def test_data_that_was_read_is_read_again_for_an_engine_that_is_new(
    inquiry: DataInquiry, played: Played, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    tell(played, next_of(played, qtbot, ReadData))
    qtbot.waitUntil(lambda: inquiry.standing is Standing.READ)
    played.engines[-1].die()
    # A new engine is launched before it is told here that the old one is gone.
    qtbot.waitUntil(lambda: len(played.engines) == 2 and not inquiry.can_show)
    assert inquiry.facts is not None
    with qtbot.waitSignal(played.trainer.ready):
        played.engines[-1].send(READY)
    tell(played, next_of(played, qtbot, ReadData))
    qtbot.waitUntil(lambda: inquiry.can_show)


def test_what_cannot_be_read_is_not_read_again_until_asked_for(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    played.engines[-1].send(RunFailed(request.run, "the folder is gone", "details"))
    qtbot.waitUntil(lambda: inquiry.standing is Standing.FAILED)
    assert (inquiry.message, inquiry.details) == ("the folder is gone", "details")
    photos.push_plan(replace(photos.plan, epochs=2), "Epochs")
    assert standing(inquiry) is Standing.FAILED
    photos.push_plan(replace(photos.plan, data="shapes"), "Data")
    assert standing(inquiry) is Standing.READING


def test_a_download_begins_only_when_a_person_wants_it(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    photos.push_plan(replace(photos.plan, data="keras:cifar10"), "Data")
    inquiry.set_seen(True)
    assert standing(inquiry) is Standing.UNREAD
    inquiry.read()
    assert standing(inquiry) is Standing.READING
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    assert request.plan.data == "keras:cifar10"


def test_a_reading_that_is_cancelled_is_not_begun_again_by_itself(
    inquiry: DataInquiry, played: Played, photos: OpenDesign, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    inquiry.cancel()
    assert next_of(played, qtbot, Stop) == Stop(request.run)
    played.engines[-1].send(RunFinished(request.run, 0, stopped=True))
    qtbot.waitUntil(lambda: inquiry.standing is Standing.UNREAD)
    photos.push_plan(replace(photos.plan, epochs=2), "Epochs")
    assert standing(inquiry) is Standing.UNREAD
    inquiry.read()
    assert isinstance(next_of(played, qtbot, ReadData), ReadData)


def test_an_answer_to_an_older_question_is_dropped(
    inquiry: DataInquiry, played: Played, qtbot: QtBot
) -> None:
    inquiry.set_seen(True)
    request = next_of(played, qtbot, ReadData)
    assert isinstance(request, ReadData)
    old = replace(request, run=request.run - 1)
    with qtbot.waitSignal(played.trainer.data_read):
        played.engines[-1].send(facts(old))
    assert inquiry.facts is None
