"""What the engine's threads hand each other; no TensorFlow."""

import threading
from multiprocessing import Pipe

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.explain_messages import Explain, ExplainFailed
from cnnstudio.core.look_messages import DatasetImage, Maps, Probe, Probed, ProbeFailed, Show
from cnnstudio.core.messages import Event, RunFailed, RunFinished, SaveModel, Train
from cnnstudio.core.network import Network
from cnnstudio.core.pipe import receive
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.explain import Look
from cnnstudio.engine.mailbox import Inbox, Outbox
from cnnstudio.engine.shown_maps import ShownMaps

NETWORK, PLAN = Network(), TrainingPlan()
SAVE = SaveModel("model.keras", NETWORK, PLAN)


def train(run: int) -> Train:
    return Train(run, NETWORK, PLAN)


def probe(generation: int, block: str = "a") -> Probe:
    return Probe(generation, NETWORK, DatasetImage("mnist-5k", 0), "0..1", block)


def probed(generation: int) -> Probed:
    picture, entered = np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1, 1), np.float32)
    return Probed(generation, picture, (2, 2), entered, None, (), np.empty(0, np.float32), 0)


def test_jobs_come_in_their_order_but_of_probes_only_the_newest() -> None:
    inbox = Inbox()
    for job in (probe(1), SAVE, probe(2), train(1), probe(3)):
        assert inbox.put(job)
    assert [inbox.take() for _job in range(3)] == [SAVE, train(1), probe(3)]
    assert inbox.take_waiting() is None


def test_there_is_one_run_at_a_time_from_asking_to_its_end() -> None:
    inbox = Inbox()
    assert inbox.put(train(1))
    assert not inbox.put(train(2))
    inbox.take()
    assert not inbox.put(train(3))
    inbox.run_ended()
    assert inbox.put(train(4))


def test_a_stop_takes_a_waiting_run_back_and_is_told_to_one_under_way() -> None:
    inbox = Inbox()
    inbox.put(train(1))
    assert not inbox.stop(2)
    assert inbox.stop(1)
    assert inbox.take_waiting() is None
    inbox.put(train(2))
    inbox.take()
    assert not inbox.stop(1)
    assert not inbox.stop_wanted.is_set()
    assert not inbox.stop(2)
    assert inbox.stop_wanted.is_set()
    inbox.run_ended()
    inbox.put(train(3))
    inbox.take()
    assert not inbox.stop_wanted.is_set()


def test_events_come_out_in_their_order_until_the_studio_is_gone() -> None:
    theirs, ours = Pipe()
    left = threading.Event()
    with ours:
        outbox = Outbox(ours, left.set)
        with theirs:
            for run in range(3):
                outbox.send(RunFinished(run, 0, stopped=False))
            assert [receive(theirs).run for _event in range(3)] == [0, 1, 2]
        assert not left.is_set()
        outbox.send(RunFinished(3, 0, stopped=False))
        assert left.wait(10)


def test_an_event_that_cannot_be_sent_does_not_leave_the_engine_alive_and_mute() -> None:
    theirs, ours = Pipe()
    left = threading.Event()
    with ours, theirs:
        outbox = Outbox(ours, left.set)
        outbox.send(RunFailed(1, threading.Lock()))  # type: ignore[arg-type] # cannot be pickled
        assert left.wait(10)


@pytest.fixture
def sent() -> list[Event]:
    return []


@pytest.fixture
def shown(sent: list[Event]) -> ShownMaps:
    return ShownMaps(sent.append)


A, B = np.zeros((2, 2, 1), np.float32), np.ones(3, np.float32)


def look(**maps: NDArray[np.float32]) -> Look:
    return Look(NETWORK, {}, maps, {}, "0..1")


def test_what_is_asked_before_the_answer_follows_it_and_later_comes_at_once(
    shown: ShownMaps, sent: list[Event]
) -> None:
    shown.expect(1)
    shown.show(Show(1, "c"))
    shown.show(Show(1, "b"))
    assert sent == []
    answer = probed(1)
    shown.publish(probe(1), answer, look(a=A, b=B))
    assert sent[0] is answer
    assert sent[1:] == [Maps(1, "a", A), Maps(1, "b", B)]
    shown.show(Show(1, "a"))
    assert sent[3:] == [Maps(1, "a", A)]


def test_what_a_newer_probe_has_made_stale_is_not_sent(shown: ShownMaps, sent: list[Event]) -> None:
    shown.expect(1)
    shown.expect(2)
    shown.publish(probe(1), probed(1), look(a=A))
    shown.fail(probe(1), "no")
    shown.show(Show(1, "a"))
    assert sent == []
    shown.fail(probe(2), "no", "raw")
    shown.show(Show(2, "a"))
    assert sent == [ProbeFailed(2, "no", "raw")] * 2


def test_only_the_newest_question_about_a_number_waits_for_its_probe(
    shown: ShownMaps, sent: list[Event]
) -> None:
    shown.expect(2)
    for request in (Explain(1, "a", (0,)), Explain(2, "a", (0,)), Explain(2, "a", (9, 9, 9))):
        shown.answer(request)
    assert sent == []
    shown.publish(probe(2), probed(2), look(a=A))
    failed = sent[-1]
    assert isinstance(failed, ExplainFailed)
    assert (failed.generation, failed.index) == (2, (9, 9, 9))
    assert sum(isinstance(event, ExplainFailed) for event in sent) == 1


def test_nothing_of_a_look_is_left_once_nobody_looks_from_its_seat(
    shown: ShownMaps, sent: list[Event]
) -> None:
    shown.expect(1)
    shown.publish(probe(1), probed(1), look(a=A))
    shown.expect(2)
    shown.forget()
    shown.publish(probe(2), probed(2), look(a=A))
    shown.show(Show(2, "a"))
    assert shown.looked() is None
    assert [event.generation for event in sent if isinstance(event, Probed)] == [1]
    shown.expect(4)
    shown.publish(probe(4), probed(4), look(a=B))
    assert sent[-1] == Maps(4, "a", B)
